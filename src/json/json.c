/* SPDX-License-Identifier: Apache-2.0
 *
 * From text to tree: the scanner, then cJSON. cJSON would round big integers, read decimals by the locale, and stop
 * at 63 digits: so it sees each number as 0, and its node gets value and literal text from us afterwards. */
#include "json/json.h"

#include <cjson/cJSON.h>

#include "json/number.h"
#include "json/scanner.h"

struct aski_json_document {
  askiam_allocator allocator;
  cJSON *root;
  const char *const *apart;
  char *literals; /* of all numbers in the order of the text, each ended by NUL */
  aski_json_spot
      *spots; /* of all nodes in that order; NULL before they were asked for. valueint says which is a node's */
};

bool aski_json_check(askiam_str text, const askiam_allocator *allocator, aski_json_place *out_place)
{
  aski_json_scanner scanner;
  aski_json_scanner_init(&scanner, text, allocator, false);
  bool good = aski_json_scanner_run(&scanner);
  if (!good && out_place != NULL) {
    aski_json_scanner_place(&scanner, out_place);
  }
  aski_json_scanner_clean_up(&scanner);
  return good;
}

static char *s_copy_literals(const aski_json_scanner *scanner)
{
  size_t size_bytes = 0;
  for (size_t i = 0; i < scanner->number_count; ++i) {
    size_bytes += scanner->numbers[i].length + 1;
  }
  char *literals = aski_acquire(scanner->allocator, size_bytes);
  char *next = literals;
  for (size_t i = 0; literals != NULL && i < scanner->number_count; ++i) {
    size_t length = scanner->numbers[i].length;
    memcpy(next, scanner->text.data + scanner->numbers[i].at, length);
    next[length] = 0;
    next += length + 1;
  }
  return literals;
}

/* Each number becomes 0 and spaces. */
static char *s_copy_plain(const aski_json_scanner *scanner)
{
  char *plain = aski_copy_text(scanner->allocator, scanner->text);
  for (size_t i = 0; plain != NULL && i < scanner->number_count; ++i) {
    aski_json_span span = scanner->numbers[i];
    memset(plain + span.at, ' ', span.length);
    plain[span.at] = '0';
  }
  return plain;
}

/* Walks a tree in the order of the text. */
typedef struct s_walk {
  cJSON *parents[ASKI_JSON_MAX_DEPTH + 1];
  size_t depth;
} s_walk;

static cJSON *s_following(s_walk *walk, cJSON *node)
{
  if (node->child != NULL) {
    walk->parents[walk->depth++] = node;
    return node->child;
  }
  while (node->next == NULL && walk->depth > 0) {
    node = walk->parents[--walk->depth];
  }
  return node->next;
}

/* A string that is a reference is not freed by cJSON. */
static void s_attach_literals(cJSON *root, char *literals)
{
  s_walk walk = {.depth = 0};
  for (cJSON *node = root; node != NULL; node = s_following(&walk, node)) {
    if (cJSON_IsNumber(node)) {
      size_t length = strlen(literals);
      node->valuedouble = aski_json_number_value((askiam_str){literals, length});
      node->valuestring = literals;
      node->type |= cJSON_IsReference;
      literals += length + 1;
    }
  }
}

static askiam_status s_build(aski_json_document *document, const aski_json_scanner *scanner)
{
  document->literals = s_copy_literals(scanner);
  char *plain = document->literals == NULL ? NULL : s_copy_plain(scanner);
  if (plain == NULL) {
    return ASKIAM_STATUS_NO_MEMORY;
  }
  document->root = cJSON_ParseWithLengthOpts(plain, scanner->text.length, NULL, 0);
  aski_release(scanner->allocator, plain);
  if (document->root == NULL) {
    return ASKIAM_STATUS_NO_MEMORY; /* nothing else is left: the text is good */
  }
  s_attach_literals(document->root, document->literals);
  return ASKIAM_STATUS_OK;
}

static askiam_status s_refuse(const aski_json_scanner *scanner, askiam_layer layer, aski_json_place *out_place,
                              askiam_error *error)
{
  if (scanner->no_memory) {
    return askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, layer, "memory ran out while JSON was read");
  }
  aski_json_place place;
  aski_json_scanner_place(scanner, &place);
  if (out_place != NULL) {
    *out_place = place;
  }
  return askiam_error_set(error, ASKIAM_STATUS_BAD_DATA, layer, "line %zu, column %zu: %s", place.line, place.column,
                          place.message);
}

static askiam_status s_parse(aski_json_document **out_document, aski_json_scanner *scanner, askiam_layer layer,
                             aski_json_place *out_place, askiam_error *error)
{
  *out_document = NULL;
  if (!aski_json_scanner_run(scanner)) {
    return s_refuse(scanner, layer, out_place, error);
  }
  aski_json_document *document = aski_acquire_zeroed(scanner->allocator, 1, sizeof *document);
  askiam_status status = ASKIAM_STATUS_NO_MEMORY;
  if (document != NULL) {
    document->allocator = *scanner->allocator;
    document->apart = scanner->apart;
    status = s_build(document, scanner);
  }
  if (status != ASKIAM_STATUS_OK) {
    aski_json_destroy(document);
    return askiam_error_set(error, status, layer, "memory ran out while JSON was read");
  }
  *out_document = document;
  return ASKIAM_STATUS_OK;
}

askiam_status aski_json_parse(aski_json_document **out_document, askiam_str text, const askiam_allocator *allocator,
                              askiam_layer layer, askiam_error *error)
{
  return aski_json_parse_place(out_document, text, allocator, layer, NULL, error);
}

askiam_status aski_json_parse_place(aski_json_document **out_document, askiam_str text,
                                    const askiam_allocator *allocator, askiam_layer layer, aski_json_place *out_place,
                                    askiam_error *error)
{
  aski_json_scanner scanner;
  aski_json_scanner_init(&scanner, text, allocator, true);
  askiam_status status = s_parse(out_document, &scanner, layer, out_place, error);
  aski_json_scanner_clean_up(&scanner);
  return status;
}

askiam_status aski_json_parse_apart(aski_json_document **out_document, askiam_str text, const char *const *apart,
                                    const askiam_allocator *allocator, askiam_layer layer, askiam_error *error)
{
  aski_json_scanner scanner;
  aski_json_scanner_init(&scanner, text, allocator, true);
  scanner.apart = apart;
  askiam_status status = s_parse(out_document, &scanner, layer, NULL, error);
  aski_json_scanner_clean_up(&scanner);
  return status;
}

askiam_status aski_json_parse_bounded(aski_json_document **out_document, askiam_str text, size_t max_values,
                                      const askiam_allocator *allocator, askiam_layer layer, askiam_error *error)
{
  aski_json_scanner scanner;
  aski_json_scanner_init(&scanner, text, allocator, true);
  scanner.max_values = max_values;
  askiam_status status = s_parse(out_document, &scanner, layer, NULL, error);
  aski_json_scanner_clean_up(&scanner);
  return status;
}

bool aski_json_locate(aski_json_document *document, askiam_str text)
{
  if (document->spots != NULL) {
    return true;
  }
  aski_json_scanner scanner;
  aski_json_scanner_init(&scanner, text, &document->allocator, false);
  scanner.keep_spots = true;
  scanner.apart = document->apart;
  bool good = aski_json_scanner_run(&scanner);
  if (good) {
    document->spots = scanner.spots;
    scanner.spots = NULL;
    s_walk walk = {.depth = 0};
    int index = 0; /* there are no more than there are bytes: 16 Mi */
    for (cJSON *node = document->root; node != NULL; node = s_following(&walk, node)) {
      node->valueint = index++;
    }
  }
  aski_json_scanner_clean_up(&scanner);
  return good;
}

size_t aski_json_offset(const aski_json_document *document, const aski_json *node, bool name)
{
  if (document->spots == NULL || node == NULL) {
    return 0;
  }
  const aski_json_spot *spot = &document->spots[((const cJSON *)node)->valueint];
  return name ? spot->name : spot->value;
}

void aski_json_cursor_init(aski_json_cursor *cursor, askiam_str text)
{
  *cursor = (aski_json_cursor){.text = text, .line = 1, .column = 1};
}

void aski_json_cursor_advance(aski_json_cursor *cursor, size_t offset)
{
  for (; cursor->at < offset && cursor->at < cursor->text.length; ++cursor->at) {
    unsigned char byte = (unsigned char)cursor->text.data[cursor->at];
    if (byte == '\n') {
      ++cursor->line;
      cursor->column = 1;
    } else if ((byte & 0xC0u) != 0x80u) {
      ++cursor->column;
    }
  }
}

void aski_json_destroy(aski_json_document *document)
{
  if (document != NULL) {
    askiam_allocator allocator = document->allocator;
    cJSON_Delete(document->root);
    aski_release(&allocator, document->literals);
    aski_release(&allocator, document->spots);
    aski_release(&allocator, document);
  }
}

const aski_json *aski_json_root(const aski_json_document *document)
{
  return document == NULL ? NULL : (const aski_json *)document->root;
}
