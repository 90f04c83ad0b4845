/* SPDX-License-Identifier: Apache-2.0 */
#include "rules/words.h"

#include "base/time.h"

enum { NAMED_MOST = 4 };

askiam_str aski_words_name(askiam_str name, askiam_str id, const char *otherwise)
{
  if (name.length > 0) {
    return name;
  }
  return id.length > 0 ? id : askiam_str_from(otherwise);
}

askiam_str aski_words_moment(aski_arena *arena, int64_t time_ms)
{
  char text[ASKI_TIME_TEXT_BYTES];
  aski_time_format(time_ms, text); /* 2026-12-31T10:30:00.000Z */
  if (time_ms % ASKI_MS_PER_DAY == 0) {
    return aski_arena_format(arena, "%.10s", text);
  }
  return aski_arena_format(arena, "%.10s %.5s UTC", text, text + 11);
}

askiam_str aski_words_until(aski_arena *arena, int64_t end_ms)
{
  if (end_ms == 0) {
    return ASKI_STR("");
  }
  askiam_str moment = aski_words_moment(arena, end_ms);
  return aski_arena_format(arena, " until %.*s", ASKI_STR_ARG(moment));
}

void aski_words_list_add(aski_words_list *list, askiam_str item)
{
  if (++list->count > NAMED_MOST) {
    return;
  }
  if (list->count > 2) {
    list->text = aski_arena_format(list->arena, "%.*s, %.*s", ASKI_STR_ARG(list->text), ASKI_STR_ARG(list->last));
  } else if (list->count == 2) {
    list->text = list->last;
  }
  list->last = item;
}

askiam_str aski_words_list_end(aski_words_list *list)
{
  if (list->count <= 1) {
    return list->last;
  }
  if (list->count <= NAMED_MOST) {
    return aski_arena_format(list->arena, "%.*s and %.*s", ASKI_STR_ARG(list->text), ASKI_STR_ARG(list->last));
  }
  return aski_arena_format(list->arena, "%.*s, %.*s and %zu more", ASKI_STR_ARG(list->text), ASKI_STR_ARG(list->last),
                           list->count - NAMED_MOST);
}
