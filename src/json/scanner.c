/* SPDX-License-Identifier: Apache-2.0
 *
 * The scanner's grammar, and the look for members that occur twice. */
#include "json/scanner.h"

#include <stdio.h>

#include "base/text.h"

typedef enum s_state {
  STATE_VALUE,          /* a value must follow */
  STATE_VALUE_OR_CLOSE, /* after '[' */
  STATE_NAME_OR_CLOSE,  /* after '{' */
  STATE_NAME,           /* after ',' in an object */
  STATE_AFTER           /* a value has ended */
} s_state;

void aski_json_scanner_init(aski_json_scanner *scanner, askiam_str text, const askiam_allocator *allocator,
                            bool keep_numbers)
{
  *scanner =
      (aski_json_scanner){.text = text, .allocator = allocator, .keep_numbers = keep_numbers, .max_values = SIZE_MAX};
  aski_buffer_init(&scanner->pool, allocator);
}

void aski_json_scanner_clean_up(aski_json_scanner *scanner)
{
  aski_release(scanner->allocator, scanner->numbers);
  aski_release(scanner->allocator, scanner->spots);
  aski_release(scanner->allocator, scanner->names);
  aski_buffer_clean_up(&scanner->pool);
}

bool aski_json_fail(aski_json_scanner *scanner, size_t at, const char *problem)
{
  scanner->error_at = at < scanner->text.length ? at : scanner->text.length;
  snprintf(scanner->problem, sizeof scanner->problem, "%s", problem);
  return false;
}

static bool s_fail_memory(aski_json_scanner *scanner)
{
  scanner->no_memory = true;
  return aski_json_fail(scanner, scanner->at, "memory ran out");
}

void aski_json_scanner_place(const aski_json_scanner *scanner, aski_json_place *out_place)
{
  aski_json_cursor cursor;
  aski_json_cursor_init(&cursor, scanner->text);
  aski_json_cursor_advance(&cursor, scanner->error_at);
  out_place->line = cursor.line;
  out_place->column = cursor.column;
  snprintf(out_place->message, sizeof out_place->message, "%s", scanner->problem);
}

/* Room for one more element in an array from the scanner's allocator. */
static bool s_reserve(aski_json_scanner *scanner, void **array, size_t count, size_t *capacity, size_t size_bytes)
{
  if (count < *capacity) {
    return true;
  }
  size_t larger = *capacity == 0 ? 32 : *capacity * 2;
  void *memory = scanner->allocator->resize(scanner->allocator->context, *array, larger * size_bytes);
  if (memory == NULL) {
    return s_fail_memory(scanner);
  }
  *array = memory;
  *capacity = larger;
  return true;
}

static askiam_str s_entry_text(const aski_json_scanner *scanner, const aski_json_name_entry *entry)
{
  const char *base = entry->decoded ? scanner->pool.data : scanner->text.data;
  return (askiam_str){base + entry->at, entry->length};
}

static int s_compare(const aski_json_scanner *scanner, const aski_json_name_entry *left,
                     const aski_json_name_entry *right)
{
  int order = aski_str_compare(s_entry_text(scanner, left), s_entry_text(scanner, right));
  return order != 0 ? order : left->place < right->place ? -1 : left->place > right->place;
}

static void s_sift(const aski_json_scanner *scanner, aski_json_name_entry *names, size_t root, size_t count)
{
  aski_json_name_entry moved = names[root];
  for (size_t child = 2 * root + 1; child < count; child = 2 * root + 1) {
    if (child + 1 < count && s_compare(scanner, &names[child], &names[child + 1]) < 0) {
      ++child;
    }
    if (s_compare(scanner, &moved, &names[child]) >= 0) {
      break;
    }
    names[root] = names[child];
    root = child;
  }
  names[root] = moved;
}

/* Heap sort: no order of the input makes it slow, no hash that could be made to collide, and no memory. */
static void s_sort(const aski_json_scanner *scanner, aski_json_name_entry *names, size_t count)
{
  for (size_t root = count / 2; root-- > 0;) {
    s_sift(scanner, names, root, count);
  }
  for (size_t last = count; last-- > 1;) {
    aski_json_name_entry largest = names[0];
    names[0] = names[last];
    names[last] = largest;
    s_sift(scanner, names, 0, last);
  }
}

/* As it is written in the text, so that there are no control characters in it; at most 60 bytes. */
static bool s_fail_twice(aski_json_scanner *scanner, uint32_t place)
{
  askiam_str rest = aski_str_slice(scanner->text, place + 1, 60);
  size_t length = 0;
  while (length < rest.length && rest.data[length] != '"') {
    length += rest.data[length] == '\\' ? 2 : 1;
  }
  length = aski_text_cut(rest, length < rest.length ? length : rest.length);
  aski_json_fail(scanner, place, "");
  snprintf(scanner->problem, sizeof scanner->problem, "the member \"%.*s\" occurs twice", (int)length, rest.data);
  return false;
}

static bool s_close_object(aski_json_scanner *scanner)
{
  size_t first = scanner->open[scanner->depth - 1].first_name;
  if (scanner->names == NULL || scanner->name_count == first) {
    return true; /* no member */
  }
  aski_json_name_entry *names = scanner->names + first;
  size_t count = scanner->name_count - first;
  s_sort(scanner, names, count);
  uint32_t twice = UINT32_MAX;
  for (size_t i = 1; i < count; ++i) {
    if (names[i].place < twice &&
        aski_str_equal(s_entry_text(scanner, &names[i - 1]), s_entry_text(scanner, &names[i]))) {
      twice = names[i].place;
    }
  }
  if (twice != UINT32_MAX && !(scanner->within_apart && scanner->depth > 1)) {
    return s_fail_twice(scanner, twice);
  }
  scanner->name_count = first;
  scanner->pool.length = scanner->open[scanner->depth - 1].pool_length;
  return true;
}

static bool s_open(aski_json_scanner *scanner, bool object)
{
  if (scanner->depth == ASKI_JSON_MAX_DEPTH) {
    return aski_json_fail(scanner, scanner->at, "nested deeper than 64 levels");
  }
  scanner->open[scanner->depth].object = object;
  scanner->open[scanner->depth].first_name = scanner->name_count;
  scanner->open[scanner->depth].pool_length = scanner->pool.length;
  ++scanner->depth;
  ++scanner->at;
  return true;
}

static bool s_close(aski_json_scanner *scanner)
{
  if (scanner->open[scanner->depth - 1].object && !s_close_object(scanner)) {
    return false;
  }
  --scanner->depth;
  ++scanner->at;
  return true;
}

static void s_skip_space(aski_json_scanner *scanner)
{
  while (scanner->at < scanner->text.length) {
    char byte = scanner->text.data[scanner->at];
    if (byte != ' ' && byte != '\t' && byte != '\n' && byte != '\r') {
      return;
    }
    ++scanner->at;
  }
}

static bool s_word(aski_json_scanner *scanner, askiam_str word)
{
  if (!aski_str_equal(aski_str_slice(scanner->text, scanner->at, word.length), word)) {
    return aski_json_fail(scanner, scanner->at, "expected a value: null, true, false, a number, a string, [ or {");
  }
  scanner->at += word.length;
  return true;
}

static bool s_number(aski_json_scanner *scanner)
{
  size_t begin = scanner->at;
  if (!aski_json_scan_number(scanner)) {
    return false;
  }
  if (!scanner->keep_numbers) {
    return true;
  }
  void *numbers = scanner->numbers;
  if (!s_reserve(scanner, &numbers, scanner->number_count, &scanner->number_capacity, sizeof *scanner->numbers)) {
    return false;
  }
  scanner->numbers = numbers;
  scanner->numbers[scanner->number_count++] = (aski_json_span){(uint32_t)begin, (uint32_t)(scanner->at - begin)};
  return true;
}

/* Whether a member of the whole text is one whose value is read apart. */
static bool s_is_apart(const aski_json_scanner *scanner, askiam_str name)
{
  const char *const *apart = scanner->apart;
  while (apart != NULL && *apart != NULL && !aski_str_equal_text(name, *apart)) {
    ++apart;
  }
  return apart != NULL && *apart != NULL;
}

/* A name and its colon. */
static bool s_name(aski_json_scanner *scanner)
{
  size_t place = scanner->at;
  bool escaped = false;
  if (scanner->text.data[place] != '"') {
    return aski_json_fail(scanner, place, "expected a member's name in double quotes");
  }
  if (!aski_json_scan_string(scanner, &escaped)) {
    return false;
  }
  void *names = scanner->names;
  if (!s_reserve(scanner, &names, scanner->name_count, &scanner->name_capacity, sizeof *scanner->names)) {
    return false;
  }
  scanner->names = names;
  askiam_str raw = aski_str_slice(scanner->text, place + 1, scanner->at - place - 2);
  aski_json_name_entry entry = {(uint32_t)(place + 1), (uint32_t)raw.length, (uint32_t)place, escaped};
  if (escaped) {
    entry.at = (uint32_t)scanner->pool.length;
    aski_json_decode(scanner, raw);
    entry.length = (uint32_t)(scanner->pool.length - entry.at);
    if (scanner->pool.failed) {
      return s_fail_memory(scanner);
    }
  }
  scanner->names[scanner->name_count++] = entry;
  scanner->last_name = entry.place;
  if (scanner->depth == 1) {
    scanner->within_apart = s_is_apart(scanner, s_entry_text(scanner, &entry));
  }
  s_skip_space(scanner);
  if (scanner->at >= scanner->text.length || scanner->text.data[scanner->at] != ':') {
    return aski_json_fail(scanner, scanner->at, "expected ':' after a member's name");
  }
  ++scanner->at;
  return true;
}

static bool s_keep_spot(aski_json_scanner *scanner)
{
  void *spots = scanner->spots;
  if (!s_reserve(scanner, &spots, scanner->spot_count, &scanner->spot_capacity, sizeof *scanner->spots)) {
    return false;
  }
  scanner->spots = spots;
  uint32_t value = (uint32_t)scanner->at;
  bool member = scanner->depth > 0 && scanner->open[scanner->depth - 1].object;
  scanner->spots[scanner->spot_count++] = (aski_json_spot){member ? scanner->last_name : value, value};
  return true;
}

static bool s_value(aski_json_scanner *scanner, s_state *state)
{
  if (scanner->value_count++ == scanner->max_values) {
    return aski_json_fail(scanner, scanner->at, "more values than an answer to what was asked could have");
  }
  if (scanner->keep_spots && !s_keep_spot(scanner)) {
    return false;
  }
  char byte = scanner->text.data[scanner->at];
  bool escaped = false;
  *state = STATE_AFTER;
  switch (byte) {
  case '{':
    *state = STATE_NAME_OR_CLOSE;
    return s_open(scanner, true);
  case '[':
    *state = STATE_VALUE_OR_CLOSE;
    return s_open(scanner, false);
  case '"':
    return aski_json_scan_string(scanner, &escaped);
  case 't':
    return s_word(scanner, ASKI_STR("true"));
  case 'f':
    return s_word(scanner, ASKI_STR("false"));
  default:
    return byte == '-' || (byte >= '0' && byte <= '9') ? s_number(scanner) : s_word(scanner, ASKI_STR("null"));
  }
}

/* After a value within an array or object: a comma, or its end. */
static bool s_after(aski_json_scanner *scanner, s_state *state)
{
  bool object = scanner->open[scanner->depth - 1].object;
  char byte = scanner->text.data[scanner->at];
  if (byte == ',') {
    ++scanner->at;
    *state = object ? STATE_NAME : STATE_VALUE;
    return true;
  }
  if (byte == (object ? '}' : ']')) {
    return s_close(scanner);
  }
  return aski_json_fail(scanner, scanner->at, object ? "expected ',' or '}'" : "expected ',' or ']'");
}

static bool s_step(aski_json_scanner *scanner, s_state *state)
{
  char byte = scanner->text.data[scanner->at];
  switch (*state) {
  case STATE_AFTER:
    return s_after(scanner, state);
  case STATE_VALUE_OR_CLOSE:
  case STATE_NAME_OR_CLOSE:
    if (byte == (*state == STATE_NAME_OR_CLOSE ? '}' : ']')) {
      *state = STATE_AFTER;
      return s_close(scanner);
    }
    if (*state == STATE_VALUE_OR_CLOSE) {
      return s_value(scanner, state);
    }
    *state = STATE_VALUE;
    return s_name(scanner);
  case STATE_NAME:
    *state = STATE_VALUE;
    return s_name(scanner);
  case STATE_VALUE:
    break;
  }
  return s_value(scanner, state);
}

static bool s_begin(aski_json_scanner *scanner)
{
  if (scanner->text.length > ASKI_JSON_MAX_BYTES) {
    return aski_json_fail(scanner, 0, "larger than 16 MiB");
  }
  if (aski_str_starts(scanner->text, ASKI_STR("\xEF\xBB\xBF"))) {
    return aski_json_fail(scanner, 0, "a byte order mark is not allowed; save as UTF-8 without one");
  }
  s_skip_space(scanner);
  return scanner->at < scanner->text.length || aski_json_fail(scanner, scanner->at, "nothing there: expected a value");
}

bool aski_json_scanner_run(aski_json_scanner *scanner)
{
  s_state state = STATE_VALUE;
  if (!s_begin(scanner)) {
    return false;
  }
  while (scanner->depth > 0 || state != STATE_AFTER) {
    if (scanner->at >= scanner->text.length) {
      return aski_json_fail(scanner, scanner->at,
                            scanner->open[scanner->depth - 1].object ? "the text ends within an object"
                                                                     : "the text ends within an array");
    }
    if (!s_step(scanner, &state)) {
      return false;
    }
    s_skip_space(scanner);
  }
  return scanner->at == scanner->text.length ||
         aski_json_fail(scanner, scanner->at, "something follows the value; only one is allowed");
}
