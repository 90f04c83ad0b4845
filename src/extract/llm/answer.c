/* SPDX-License-Identifier: Apache-2.0 */
#include "answer.h"

#include "base/text.h"

/* One line that shows all that is in it. */
static bool s_is_plain(askiam_str text)
{
  for (size_t i = 0; i < text.length; ++i) {
    unsigned char byte = (unsigned char)text.data[i];
    bool begins_c1 = byte == 0xC2 && i + 1 < text.length && (unsigned char)text.data[i + 1] < 0xA0;
    if (byte < 0x20 || byte == 0x7F || byte == '"' || begins_c1) {
      return false;
    }
  }
  return text.length <= ASKI_GUESSED_MAX_BYTES && !aski_text_blank(text) && !aski_text_has_invisible(text);
}

/* False where the member is missing or is neither null nor such a line. */
static bool s_read_member(askiam_str *out_text, aski_arena *arena, const aski_json *object, const char *name)
{
  const aski_json *member = aski_json_get(object, name);
  if (member == NULL) {
    return false;
  }
  if (aski_json_type_of(member) == ASKI_JSON_NULL) {
    return true;
  }
  askiam_str text = aski_json_string(member);
  if (aski_json_type_of(member) != ASKI_JSON_STRING || !s_is_plain(text)) {
    return false;
  }
  *out_text = aski_arena_copy(arena, aski_str_trim(text));
  return !arena->failed;
}

bool aski_guess_answer_read(aski_guess *out_guess, aski_arena *arena, const aski_json *object)
{
  aski_guess read = {.role = ASKI_STR_NONE};
  bool good = aski_json_count(object) == 4 && s_read_member(&read.role, arena, object, "role") &&
              s_read_member(&read.application, arena, object, "application") &&
              s_read_member(&read.beneficiary, arena, object, "beneficiary") &&
              s_read_member(&read.duration, arena, object, "duration");
  *out_guess = good ? read : (aski_guess){.role = ASKI_STR_NONE};
  return good;
}
