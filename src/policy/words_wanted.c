/* SPDX-License-Identifier: Apache-2.0
 *
 * What to do, in words. */
#include "base/time.h"
#include "policy/wanted.h"
#include "policy/words.h"

static askiam_str s_places(aski_arena *arena, const aski_policy_places *places, const char *last_word, bool all)
{
  askiam_str *texts = aski_arena_acquire(arena, places->count, sizeof *texts);
  for (size_t i = 0; texts != NULL && i < places->count; ++i) {
    texts[i] = places->items[i].text;
  }
  size_t most = all ? places->count : ASKI_POLICY_LISTED_MOST;
  return texts == NULL ? ASKI_STR("") : aski_policy_words_list_of(arena, texts, places->count, last_word, false, most);
}

static askiam_str s_address(aski_arena *arena, const aski_policy_wanted *wanted)
{
  if (!wanted->somewhere && wanted->outside.count == 0) {
    return ASKI_STR("Ask from an address that is known."); /* any would do */
  }
  if (!wanted->somewhere) {
    askiam_str outside = s_places(arena, &wanted->outside, "and", true);
    return aski_arena_format(arena, "Ask from an address outside %.*s.", ASKI_STR_ARG(outside));
  }
  askiam_str inside = s_places(arena, &wanted->inside, "or", false);
  if (wanted->outside.count == 0) {
    return aski_arena_format(arena, "Ask from an address in %.*s.", ASKI_STR_ARG(inside));
  }
  askiam_str outside = s_places(arena, &wanted->outside, "or", true);
  return aski_arena_format(arena, "Ask from an address in %.*s and not in %.*s.", ASKI_STR_ARG(inside),
                           ASKI_STR_ARG(outside));
}

static askiam_str s_minutes(aski_arena *arena, int64_t minutes)
{
  return aski_policy_words_duration(arena, minutes * (ASKI_POLICY_MINUTE_MS / 1000));
}

/* "of at least 1 day and at most 8 days"; empty where there are no bounds. */
static askiam_str s_bounds(aski_arena *arena, const aski_policy_wanted *wanted)
{
  const aski_policy_bound *least = &wanted->least;
  const aski_policy_bound *most = &wanted->most;
  askiam_str from = s_minutes(arena, least->at);
  askiam_str to = s_minutes(arena, most->at);
  if (least->set && most->set && !least->strict && !most->strict && least->at == most->at) {
    return aski_arena_format(arena, "of exactly %.*s", ASKI_STR_ARG(from));
  }
  askiam_str text = ASKI_STR("");
  if (least->set) {
    text = aski_arena_format(arena, "of %s %.*s", least->strict ? "more than" : "at least", ASKI_STR_ARG(from));
  }
  if (most->set) {
    text = aski_arena_format(arena, "%.*s%s%s %.*s", ASKI_STR_ARG(text), least->set ? " and " : "of ",
                             most->strict ? "less than" : "at most", ASKI_STR_ARG(to));
  }
  return text;
}

static askiam_str s_duration(aski_arena *arena, const aski_policy_wanted *wanted)
{
  if (wanted->tried.number_ms == 0) {
    return ASKI_STR("Ask without an end.");
  }
  askiam_str bounds = s_bounds(arena, wanted);
  if (bounds.length == 0 && wanted->others.count == 0) {
    return ASKI_STR("Ask with an end, for example for 30 days."); /* any would do */
  }
  askiam_str *others = aski_arena_acquire(arena, wanted->others.count, sizeof *others);
  for (size_t i = 0; others != NULL && i < wanted->others.count; ++i) {
    others[i] = s_minutes(arena, wanted->others.items[i]);
  }
  askiam_str list = others == NULL ? ASKI_STR("")
                                   : aski_policy_words_list_of(arena, others, wanted->others.count, "and", false,
                                                               wanted->others.count);
  const char *but = wanted->others.count == 0 ? "" : bounds.length > 0 ? " and other than " : "other than ";
  return aski_arena_format(arena, "Ask with a duration %.*s%s%.*s.", ASKI_STR_ARG(bounds), but, ASKI_STR_ARG(list));
}

/* With its hour always: an end at midnight must not be read as the end of that day. */
static askiam_str s_moment(aski_arena *arena, int64_t time_ms)
{
  if (time_ms % ASKI_MS_PER_DAY != 0) {
    return aski_policy_words_moment(arena, time_ms);
  }
  askiam_str day = aski_policy_words_moment(arena, time_ms);
  return aski_arena_format(arena, "%.*s 00:00 UTC", ASKI_STR_ARG(day));
}

static askiam_str s_time(aski_arena *arena, const aski_policy_wanted *wanted)
{
  if (wanted->most.set) {
    askiam_str from = s_moment(arena, wanted->least.at);
    askiam_str to = s_moment(arena, wanted->most.at);
    return aski_arena_format(arena, "Ask between %.*s and %.*s.", ASKI_STR_ARG(from), ASKI_STR_ARG(to));
  }
  askiam_str from =
      wanted->least.strict ? s_moment(arena, wanted->least.at) : aski_policy_words_moment(arena, wanted->least.at);
  return wanted->least.strict ? aski_arena_format(arena, "Ask after %.*s.", ASKI_STR_ARG(from))
                              : aski_arena_format(arena, "Ask from %.*s on.", ASKI_STR_ARG(from));
}

/* "like "a*" or "b*""; the first that is not like the others in kind begins anew. */
static askiam_str s_samples(aski_arena *arena, const aski_policy_samples *samples, aski_policy_likeness likeness,
                            const char *last_word, bool all)
{
  askiam_str *texts = aski_arena_acquire(arena, samples->count, sizeof *texts);
  size_t count = 0;
  for (size_t i = 0; texts != NULL && i < samples->count; ++i) {
    if (samples->items[i].likeness == likeness) {
      texts[count++] = samples->items[i].text;
    }
  }
  size_t most = all ? count : ASKI_POLICY_LISTED_MOST;
  return texts == NULL ? ASKI_STR("") : aski_policy_words_list_of(arena, texts, count, last_word, true, most);
}

/* What a user agent must not be: patterns, texts, texts in any case. */
static askiam_str s_unlikes(aski_arena *arena, const aski_policy_samples *samples, const char *before)
{
  askiam_str like = s_samples(arena, samples, ASKI_POLICY_LIKE, "or", true);
  askiam_str exact = s_samples(arena, samples, ASKI_POLICY_EXACTLY, "and", true);
  askiam_str caseless = s_samples(arena, samples, ASKI_POLICY_CASELESS, "and", true);
  askiam_str text = ASKI_STR("");
  if (like.length > 0) {
    text = aski_arena_format(arena, "%snot like %.*s", before, ASKI_STR_ARG(like));
    before = " and ";
  }
  if (exact.length > 0) {
    text = aski_arena_format(arena, "%.*s%sother than %.*s", ASKI_STR_ARG(text), before, ASKI_STR_ARG(exact));
    before = " and ";
  }
  if (caseless.length > 0) {
    text = aski_arena_format(arena, "%.*s%sother than %.*s in any case", ASKI_STR_ARG(text), before,
                             ASKI_STR_ARG(caseless));
  }
  return text;
}

static askiam_str s_agent(aski_arena *arena, const aski_policy_wanted *wanted)
{
  if (wanted->likes.count == 1 && wanted->likes.items[0].items[0].likeness == ASKI_POLICY_EXACTLY) {
    askiam_str exact = s_samples(arena, &wanted->likes.items[0], ASKI_POLICY_EXACTLY, "or", false);
    return aski_arena_format(arena, "Ask with the user agent %.*s.", ASKI_STR_ARG(exact));
  }
  if (wanted->likes.count + wanted->unlikes.count == 0) {
    return ASKI_STR("Ask with a user agent that is known.");
  }
  askiam_str text = ASKI_STR("");
  for (size_t i = 0; i < wanted->likes.count; ++i) {
    askiam_str like = s_samples(arena, &wanted->likes.items[i], ASKI_POLICY_LIKE, "or", false);
    text = aski_arena_format(arena, "%.*s%slike %.*s", ASKI_STR_ARG(text), i == 0 ? "" : " and ", ASKI_STR_ARG(like));
  }
  askiam_str unlikes = s_unlikes(arena, &wanted->unlikes, wanted->likes.count == 0 ? "" : " and ");
  return aski_arena_format(arena, "Ask with a user agent %.*s%.*s.", ASKI_STR_ARG(text), ASKI_STR_ARG(unlikes));
}

askiam_str aski_policy_words_wanted(aski_arena *arena, const aski_policy_wanted *wanted)
{
  switch (wanted->what) {
  case ASKI_POLICY_TIME:
    return s_time(arena, wanted);
  case ASKI_POLICY_DURATION:
    return s_duration(arena, wanted);
  case ASKI_POLICY_ADDRESS:
    return s_address(arena, wanted);
  case ASKI_POLICY_AGENT:
  case ASKI_POLICY_CIRCUMSTANCES:
    break;
  }
  return s_agent(arena, wanted);
}
