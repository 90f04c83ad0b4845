/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/words.h"

#include <strings.h>

#include "base/text.h"
#include "base/time.h"

enum { SHOWN_BYTES = 80 };

bool aski_policy_words_same_key(askiam_str left, const char *right)
{
  return left.length == strlen(right) && strncasecmp(left.data, right, left.length) == 0;
}

/* Cut at a whole character. */
static askiam_str s_shown(aski_arena *arena, askiam_str text)
{
  size_t length = aski_text_cut(text, SHOWN_BYTES);
  return length == text.length ? text : aski_arena_format(arena, "%.*s\xe2\x80\xa6", (int)length, text.data);
}

void aski_policy_words_escape(aski_buffer *out, askiam_str text)
{
  bool marked = text.length > 0 && memchr(text.data, '"', text.length) != NULL;
  for (size_t i = 0; marked && i < text.length; ++i) {
    if (text.data[i] == '"' || text.data[i] == '\\') {
      aski_buffer_append_byte(out, '\\');
    }
    aski_buffer_append_byte(out, text.data[i]);
  }
  if (!marked) {
    aski_buffer_append(out, text);
  }
}

static askiam_str s_escaped(aski_arena *arena, askiam_str text)
{
  if (text.length == 0 || memchr(text.data, '"', text.length) == NULL) {
    return text;
  }
  aski_buffer buffer;
  aski_buffer_init(&buffer, arena->allocator);
  aski_policy_words_escape(&buffer, text);
  arena->failed = arena->failed || buffer.failed;
  askiam_str escaped = aski_arena_copy(arena, aski_buffer_view(&buffer));
  aski_buffer_clean_up(&buffer);
  return escaped;
}

askiam_str aski_policy_words_list(aski_arena *arena, const askiam_str *items, size_t count, const char *last_word,
                                  bool quoted)
{
  return aski_policy_words_list_of(arena, items, count, last_word, quoted, ASKI_POLICY_LISTED_MOST);
}

askiam_str aski_policy_words_list_of(aski_arena *arena, const askiam_str *items, size_t count, const char *last_word,
                                     bool quoted, size_t most)
{
  const char *mark = quoted ? "\"" : "";
  askiam_str text = ASKI_STR("");
  size_t named = count < most ? count : most;
  for (size_t i = 0; i < named; ++i) {
    bool last = i + 1 == count;
    askiam_str item = s_shown(arena, items[i]);
    item = quoted ? s_escaped(arena, item) : item;
    const char *between = i == 0 ? "" : last ? " " : ", ";
    text = aski_arena_format(arena, "%.*s%s%s%s%s%.*s%s", ASKI_STR_ARG(text), between, i > 0 && last ? last_word : "",
                             i > 0 && last ? " " : "", mark, ASKI_STR_ARG(item), mark);
  }
  return count <= most ? text
                       : aski_arena_format(arena, "%.*s %s %zu more", ASKI_STR_ARG(text), last_word, count - most);
}

askiam_str aski_policy_words_match(aski_arena *arena, const askiam_policy_match *match)
{
  askiam_str id = s_escaped(arena, s_shown(arena, match->id));
  if (match->sid.length == 0) {
    return aski_arena_format(arena, "policy \"%.*s\", Statement[%zu]", ASKI_STR_ARG(id), match->statement);
  }
  askiam_str sid = s_escaped(arena, s_shown(arena, match->sid));
  return aski_arena_format(arena, "policy \"%.*s\", statement \"%.*s\"", ASKI_STR_ARG(id), ASKI_STR_ARG(sid));
}

askiam_str aski_policy_words_duration(aski_arena *arena, int64_t seconds)
{
  static const struct {
    int64_t seconds;
    const char *name;
  } units[] = {{86400, "day"}, {3600, "hour"}, {60, "minute"}, {1, "second"}};
  size_t unit = 0;
  while (units[unit].seconds > 1 && (seconds == 0 || seconds % units[unit].seconds != 0)) {
    ++unit;
  }
  int64_t number = seconds / units[unit].seconds;
  return aski_arena_format(arena, "%lld %s%s", (long long)number, units[unit].name, number == 1 ? "" : "s");
}

askiam_str aski_policy_words_moment(aski_arena *arena, int64_t time_ms)
{
  char text[ASKI_TIME_TEXT_BYTES];
  aski_time_format(time_ms, text); /* 2026-12-31T10:30:00.000Z */
  if (time_ms % ASKI_MS_PER_DAY == 0) {
    return aski_arena_format(arena, "%.10s", text);
  }
  int digits = time_ms % 60000 == 0 ? 5 : time_ms % 1000 == 0 ? 8 : 12; /* minutes, seconds, milliseconds */
  return aski_arena_format(arena, "%.10s %.*s UTC", text, digits, text + 11);
}
