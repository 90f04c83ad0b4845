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
  char *literals; /* of all numbers in the order of the text, each ended by NUL */
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

/* In the order of the text. A string that is a reference is not freed by cJSON. */
static void s_attach_literals(cJSON *root, char *literals)
{
  cJSON *parents[ASKI_JSON_MAX_DEPTH + 1];
  size_t depth = 0;
  cJSON *node = root;
  while (node != NULL) {
    if (cJSON_IsNumber(node)) {
      size_t length = strlen(literals);
      node->valuedouble = aski_json_number_value((askiam_str){literals, length});
      node->valuestring = literals;
      node->type |= cJSON_IsReference;
      literals += length + 1;
    }
    if (node->child != NULL) {
      parents[depth++] = node;
      node = node->child;
      continue;
    }
    while (node->next == NULL && depth > 0) {
      node = parents[--depth];
    }
    node = node->next;
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

static askiam_status s_refuse(const aski_json_scanner *scanner, askiam_layer layer, askiam_error *error)
{
  if (scanner->no_memory) {
    return askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, layer, "memory ran out while JSON was read");
  }
  aski_json_place place;
  aski_json_scanner_place(scanner, &place);
  return askiam_error_set(error, ASKIAM_STATUS_BAD_DATA, layer, "line %zu, column %zu: %s", place.line, place.column,
                          place.message);
}

askiam_status aski_json_parse(aski_json_document **out_document, askiam_str text, const askiam_allocator *allocator,
                              askiam_layer layer, askiam_error *error)
{
  *out_document = NULL;
  aski_json_scanner scanner;
  aski_json_scanner_init(&scanner, text, allocator, true);
  if (!aski_json_scanner_run(&scanner)) {
    askiam_status status = s_refuse(&scanner, layer, error);
    aski_json_scanner_clean_up(&scanner);
    return status;
  }
  aski_json_document *document = aski_acquire_zeroed(allocator, 1, sizeof *document);
  askiam_status status = ASKIAM_STATUS_NO_MEMORY;
  if (document != NULL) {
    document->allocator = *allocator;
    status = s_build(document, &scanner);
  }
  aski_json_scanner_clean_up(&scanner);
  if (status != ASKIAM_STATUS_OK) {
    aski_json_destroy(document);
    return askiam_error_set(error, status, layer, "memory ran out while JSON was read");
  }
  *out_document = document;
  return ASKIAM_STATUS_OK;
}

void aski_json_destroy(aski_json_document *document)
{
  if (document != NULL) {
    askiam_allocator allocator = document->allocator;
    cJSON_Delete(document->root);
    aski_release(&allocator, document->literals);
    aski_release(&allocator, document);
  }
}

const aski_json *aski_json_root(const aski_json_document *document)
{
  return document == NULL ? NULL : (const aski_json *)document->root;
}
