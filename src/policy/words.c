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
    const char *between = i == 0 ? "" : last ? " " : ", ";
    text = aski_arena_format(arena, "%.*s%s%s%s%s%.*s%s", ASKI_STR_ARG(text), between, i > 0 && last ? last_word : "",
                             i > 0 && last ? " " : "", mark, ASKI_STR_ARG(item), mark);
  }
  return count <= most ? text
                       : aski_arena_format(arena, "%.*s %s %zu more", ASKI_STR_ARG(text), last_word, count - most);
}

askiam_str aski_policy_words_match(aski_arena *arena, const askiam_policy_match *match)
{
  askiam_str id = s_shown(arena, match->id);
  if (match->sid.length == 0) {
    return aski_arena_format(arena, "policy \"%.*s\", Statement[%zu]", ASKI_STR_ARG(id), match->statement);
  }
  askiam_str sid = s_shown(arena, match->sid);
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
  return time_ms % 60000 == 0 ? aski_arena_format(arena, "%.10s %.5s UTC", text, text + 11)
                              : aski_arena_format(arena, "%.10s %.8s UTC", text, text + 11);
}
