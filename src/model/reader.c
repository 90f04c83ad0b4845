/* SPDX-License-Identifier: Apache-2.0 */
#include "model/reader.h"

#include <math.h>

#include "base/time.h"

void aski_reader_init(aski_reader *reader, aski_arena *arena, askiam_error *error)
{
  *reader = (aski_reader){.arena = arena, .error = error, .status = ASKIAM_STATUS_OK};
}

askiam_status aski_reader_end(aski_reader *reader)
{
  if (reader->arena->failed) {
    return askiam_error_set(reader->error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_AUDIT,
                            "memory ran out while a record was read");
  }
  return reader->status;
}

void aski_reader_fail(aski_reader *reader, const char *name, const char *wanted)
{
  if (reader->status == ASKIAM_STATUS_OK) {
    reader->status = askiam_error_set(reader->error, ASKIAM_STATUS_BAD_DATA, ASKIAM_LAYER_AUDIT,
                                      "the member \"%s\" is not %s", name, wanted);
  }
}

static const char *s_wanted(aski_json_type type)
{
  static const char *const names[] = {"null", "true or false", "a number", "a string", "a list", "an object"};
  return names[type];
}

const aski_json *aski_reader_optional(aski_reader *reader, const aski_json *node, const char *name, aski_json_type type)
{
  const aski_json *member = aski_json_get(node, name);
  aski_json_type found = aski_json_type_of(member);
  if (found != ASKI_JSON_NULL && found != type) {
    aski_reader_fail(reader, name, s_wanted(type));
  }
  return found == type ? member : NULL;
}

const aski_json *aski_reader_member(aski_reader *reader, const aski_json *node, const char *name, aski_json_type type)
{
  const aski_json *member = aski_reader_optional(reader, node, name, type);
  if (member == NULL) {
    aski_reader_fail(reader, name, s_wanted(type));
  }
  return member;
}

askiam_str aski_reader_text(aski_reader *reader, const aski_json *node, const char *name)
{
  return aski_arena_copy(reader->arena, aski_json_string(aski_reader_member(reader, node, name, ASKI_JSON_STRING)));
}

askiam_str aski_reader_optional_text(aski_reader *reader, const aski_json *node, const char *name)
{
  return aski_arena_copy(reader->arena, aski_json_string(aski_reader_optional(reader, node, name, ASKI_JSON_STRING)));
}

bool aski_reader_bool(aski_reader *reader, const aski_json *node, const char *name)
{
  return aski_json_bool(aski_reader_member(reader, node, name, ASKI_JSON_BOOL), false);
}

int64_t aski_reader_integer(aski_reader *reader, const aski_json *node, const char *name)
{
  int64_t value = 0;
  if (!aski_json_integer(aski_json_get(node, name), &value)) {
    aski_reader_fail(reader, name, "an integer");
  }
  return value;
}

uint64_t aski_reader_unsigned(aski_reader *reader, const aski_json *node, const char *name)
{
  uint64_t value = 0;
  if (!aski_json_unsigned(aski_json_get(node, name), &value)) {
    aski_reader_fail(reader, name, "an integer from 0");
  }
  return value;
}

double aski_reader_number(aski_reader *reader, const aski_json *node, const char *name, double otherwise)
{
  double value = aski_json_number(aski_reader_optional(reader, node, name, ASKI_JSON_NUMBER), otherwise);
  if (!isfinite(value)) {
    aski_reader_fail(reader, name, "a finite number");
    return otherwise;
  }
  return value;
}

int64_t aski_reader_time(aski_reader *reader, const aski_json *node, const char *name)
{
  int64_t time_ms = 0;
  askiam_str text = aski_json_string(aski_reader_optional(reader, node, name, ASKI_JSON_STRING));
  if (aski_str_present(text) && !aski_time_parse(text, &time_ms)) {
    aski_reader_fail(reader, name, "a time");
  }
  return time_ms;
}

size_t aski_reader_choice(aski_reader *reader, const aski_json *node, const char *name,
                          const char *(*name_of)(size_t index), size_t count)
{
  askiam_str text = aski_json_string(aski_reader_member(reader, node, name, ASKI_JSON_STRING));
  for (size_t i = 0; i < count; ++i) {
    if (aski_str_present(text) && aski_str_equal_text(text, name_of(i))) {
      return i;
    }
  }
  aski_reader_fail(reader, name, "one of the known names");
  return 0;
}
