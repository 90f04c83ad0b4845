/* SPDX-License-Identifier: Apache-2.0
 *
 * What to do, in words. */
#include "policy/changes.h"
#include "policy/words.h"

static askiam_str s_told(aski_arena *arena, const aski_policy_change *changes, size_t count, bool quoted)
{
  if (changes->manner == ASKI_POLICY_OUTSIDE) {
    return changes->told; /* a list already */
  }
  askiam_str *told = aski_arena_acquire(arena, count, sizeof *told);
  for (size_t i = 0; told != NULL && i < count; ++i) {
    told[i] = changes[i].told;
  }
  return told == NULL ? ASKI_STR("") : aski_policy_words_list(arena, told, count, "or", quoted);
}

static askiam_str s_duration(aski_arena *arena, const aski_policy_change *change)
{
  askiam_str duration = aski_policy_words_duration(arena, change->told_value);
  const char *how = "of exactly";
  switch ((int)change->manner) {
  case ASKI_POLICY_NONE:
    return ASKI_STR("Ask without an end.");
  case ASKI_POLICY_SOME:
    return aski_arena_format(arena, "Ask with an end, for example for %.*s.", ASKI_STR_ARG(duration));
  case ASKI_POLICY_AT_MOST:
    how = "of at most";
    break;
  case ASKI_POLICY_LESS:
    how = "of less than";
    break;
  case ASKI_POLICY_AT_LEAST:
    how = "of at least";
    break;
  case ASKI_POLICY_MORE:
    how = "of more than";
    break;
  case ASKI_POLICY_OTHER:
    how = "other than";
    break;
  default:
    break;
  }
  return aski_arena_format(arena, "Ask with a duration %s %.*s.", how, ASKI_STR_ARG(duration));
}

static askiam_str s_time(aski_arena *arena, const aski_policy_change *change)
{
  askiam_str from = aski_policy_words_moment(arena, change->told_value);
  if (change->until_ms != 0) {
    askiam_str until = aski_policy_words_moment(arena, change->until_ms);
    return aski_arena_format(arena, "Ask between %.*s and %.*s.", ASKI_STR_ARG(from), ASKI_STR_ARG(until));
  }
  return change->manner == ASKI_POLICY_AFTER ? aski_arena_format(arena, "Ask after %.*s.", ASKI_STR_ARG(from))
                                             : aski_arena_format(arena, "Ask from %.*s on.", ASKI_STR_ARG(from));
}

askiam_str aski_policy_words_change(aski_arena *arena, const aski_policy_change *changes, size_t count)
{
  askiam_str told = ASKI_STR("");
  switch (changes->what) {
  case ASKI_POLICY_TIME:
    return s_time(arena, changes);
  case ASKI_POLICY_DURATION:
    return s_duration(arena, changes);
  case ASKI_POLICY_ADDRESS:
    told = s_told(arena, changes, count, false);
    return aski_arena_format(arena, "Ask from an address %s %.*s.",
                             changes->manner == ASKI_POLICY_OUTSIDE ? "outside" : "in", ASKI_STR_ARG(told));
  case ASKI_POLICY_AGENT:
  case ASKI_POLICY_CIRCUMSTANCES:
    break;
  }
  told = s_told(arena, changes, count, true);
  const char *how = changes->manner == ASKI_POLICY_OUTSIDE  ? "a user agent other than"
                    : changes->manner == ASKI_POLICY_WITHIN ? "a user agent like"
                                                            : "the user agent";
  return aski_arena_format(arena, "Ask with %s %.*s.", how, ASKI_STR_ARG(told));
}
