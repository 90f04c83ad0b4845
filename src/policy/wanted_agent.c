/* SPDX-License-Identifier: Apache-2.0
 *
 * User agents that are wanted: like one of these and one of those, and like none of others. Whether a text fits is known; whether two patterns
 * overlap is not asked. */
#include "policy/hash.h"
#include "policy/pattern.h"
#include "policy/wanted.h"

enum { SAMPLE_BYTES_MAX = 80 }; /* a longer one would be told cut, and nobody could heed it */

static aski_policy_likeness s_likeness(aski_policy_operator op)
{
  if (op == ASKI_POLICY_STRING_LIKE || op == ASKI_POLICY_STRING_NOT_LIKE) {
    return ASKI_POLICY_LIKE;
  }
  bool caseless = op == ASKI_POLICY_STRING_EQUALS_IGNORE_CASE || op == ASKI_POLICY_STRING_NOT_EQUALS_IGNORE_CASE;
  return caseless ? ASKI_POLICY_CASELESS : ASKI_POLICY_EXACTLY;
}

static bool s_fits(aski_arena *arena, const aski_policy_sample *sample, askiam_str text)
{
  bool like = sample->likeness == ASKI_POLICY_LIKE;
  aski_policy_pattern pattern;
  aski_policy_pattern_compile(&pattern, arena, arena, sample->text, (aski_policy_reading){.wildcards = like});
  return sample->likeness == ASKI_POLICY_CASELESS ? aski_policy_pattern_equals_caseless(&pattern, text, NULL)
                                                  : aski_policy_pattern_matches(&pattern, text, NULL);
}

static bool s_fits_any(aski_arena *arena, const aski_policy_samples *samples, askiam_str text)
{
  for (size_t i = 0; i < samples->count && !arena->failed; ++i) {
    if (s_fits(arena, &samples->items[i], text)) {
      return true;
    }
  }
  return false;
}

static void s_push(aski_arena *arena, aski_policy_samples *samples, const aski_policy_sample *sample)
{
  for (size_t i = 0; i < samples->count; ++i) {
    if (samples->items[i].likeness == sample->likeness && aski_str_equal(samples->items[i].text, sample->text)) {
      return;
    }
  }
  aski_policy_sample *added = ASKI_ARENA_PUSH(arena, samples);
  if (added != NULL) {
    *added = *sample;
  }
}

static bool s_can_be_told(const aski_policy_clause *clause, bool all)
{
  bool any = false;
  bool every = true;
  for (size_t i = 0; i < clause->values.count; ++i) {
    askiam_str value = clause->values.items[i];
    bool good = !aski_policy_text_has_variables(value) && value.length <= SAMPLE_BYTES_MAX;
    any = any || good;
    every = every && good;
  }
  return all ? every : any;
}

bool aski_policy_want_agent(aski_policy_wanted *wanted, aski_arena *arena, const aski_policy_clause *clause, bool hold)
{
  bool fit = hold != aski_policy_operator_negated(clause->op);
  if (aski_policy_operator_family(clause->op) != ASKI_POLICY_OF_STRINGS || !s_can_be_told(clause, !fit)) {
    return false;
  }
  aski_policy_samples samples = {.count = 0};
  aski_policy_samples *to = fit ? &samples : &wanted->unlikes;
  for (size_t i = 0; i < clause->values.count; ++i) {
    aski_policy_sample sample = {s_likeness(clause->op), clause->values.items[i]};
    if (!aski_policy_text_has_variables(sample.text) && sample.text.length <= SAMPLE_BYTES_MAX) {
      s_push(arena, to, &sample);
    }
  }
  if (!fit) {
    return true;
  }
  if (!s_fits_any(arena, &samples, wanted->tried.text)) {
    return false; /* it was one that cannot be told */
  }
  aski_policy_samples *added = ASKI_ARENA_PUSH(arena, &wanted->likes);
  if (added != NULL) {
    *added = samples;
  }
  return true;
}

/* Whether a text is all that is wanted. */
static bool s_satisfies(aski_arena *arena, const aski_policy_wanted *wanted, askiam_str text)
{
  bool good = !s_fits_any(arena, &wanted->unlikes, text);
  for (size_t i = 0; good && i < wanted->likes.count; ++i) {
    good = s_fits_any(arena, &wanted->likes.items[i], text);
  }
  return good;
}

/* Of a list of texts that stand for themselves, those that are all that is wanted, else what was tried: nothing else need be said then. */
static void s_settle_exactly(aski_policy_wanted *wanted, aski_arena *arena, const aski_policy_samples *list)
{
  aski_policy_samples exact = {.count = 0};
  for (size_t i = 0; i < list->count; ++i) {
    aski_policy_sample sample = {ASKI_POLICY_EXACTLY, list->items[i].text};
    if (s_satisfies(arena, wanted, sample.text)) {
      s_push(arena, &exact, &sample);
    }
  }
  if (exact.count == 0) {
    aski_policy_sample sample = {ASKI_POLICY_EXACTLY, wanted->tried.text};
    s_push(arena, &exact, &sample);
  }
  wanted->likes.items[0] = exact;
  wanted->likes.count = 1;
  wanted->unlikes.count = 0;
}

/* Without patterns that are unwanted as they stand, and texts without wildcards that are. */
static void s_drop_unwanted(aski_policy_samples *list, aski_arena *arena, const aski_policy_samples *unlikes)
{
  aski_policy_samples kept = {.count = 0};
  for (size_t i = 0; i < list->count; ++i) {
    if (!s_fits_any(arena, unlikes, list->items[i].text)) {
      s_push(arena, &kept, &list->items[i]);
    }
  }
  *list = kept.count > 0 ? kept : *list;
}

/* Where several lists hold at once, only what fits the text that was tried: any other pair of them may have nothing in common. */
static void s_narrow(aski_policy_wanted *wanted, aski_arena *arena)
{
  aski_policy_samples common = {.count = 0};
  for (size_t i = 0; i < wanted->likes.count; ++i) {
    const aski_policy_samples *list = &wanted->likes.items[i];
    size_t at = 0;
    while (at < list->count && !s_fits(arena, &list->items[at], wanted->tried.text)) {
      ++at;
    }
    if (at < list->count) {
      s_push(arena, &common, &list->items[at]);
    }
  }
  wanted->likes.count = 0;
  for (size_t i = 0; i < common.count; ++i) {
    aski_policy_samples *added = ASKI_ARENA_PUSH(arena, &wanted->likes);
    if (added != NULL) {
      *added = (aski_policy_samples){.count = 0};
      s_push(arena, added, &common.items[i]);
    }
  }
}

bool aski_policy_settle_agent(aski_policy_wanted *wanted, aski_arena *arena)
{
  for (size_t i = 0; i < wanted->likes.count; ++i) {
    if (wanted->likes.items[i].items[0].likeness != ASKI_POLICY_LIKE) {
      s_settle_exactly(wanted, arena, &wanted->likes.items[i]);
      return wanted->likes.items[0].count > 0;
    }
  }
  if (wanted->likes.count > 1) {
    s_narrow(wanted, arena);
  } else if (wanted->likes.count == 1) {
    s_drop_unwanted(&wanted->likes.items[0], arena, &wanted->unlikes);
  }
  return (wanted->known || wanted->likes.count + wanted->unlikes.count > 0) &&
         wanted->unlikes.count <= ASKI_POLICY_EXCEPTIONS_MAX;
}
