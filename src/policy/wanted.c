/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/wanted.h"

void aski_policy_wanted_init(aski_policy_wanted *out, aski_policy_circumstance what, aski_policy_try tried)
{
  *out = (aski_policy_wanted){.what = what, .tried = tried};
}

static bool s_is_absent(const aski_policy_wanted *wanted)
{
  return wanted->what == ASKI_POLICY_DURATION && wanted->tried.number_ms == 0;
}

bool aski_policy_want(aski_policy_wanted *wanted, aski_arena *arena, const aski_policy_clause *clause, bool hold)
{
  wanted->known = wanted->known || clause->op == ASKI_POLICY_NULL;
  if (clause->op == ASKI_POLICY_NULL || s_is_absent(wanted)) {
    return true; /* whether there is a value is said by asking for one, or for none */
  }
  if (wanted->what == ASKI_POLICY_ADDRESS) {
    return aski_policy_want_address(wanted, arena, clause, hold);
  }
  return wanted->what == ASKI_POLICY_AGENT ? aski_policy_want_agent(wanted, arena, clause, hold)
                                           : aski_policy_want_span(wanted, arena, clause, hold);
}

bool aski_policy_wanted_settle(aski_policy_wanted *wanted, aski_arena *arena)
{
  if (s_is_absent(wanted)) {
    return true;
  }
  if (wanted->what == ASKI_POLICY_ADDRESS) {
    return aski_policy_settle_address(wanted, arena);
  }
  return wanted->what == ASKI_POLICY_AGENT ? aski_policy_settle_agent(wanted, arena) : aski_policy_settle_span(wanted);
}

static bool s_has_place(const aski_policy_places *places, askiam_str text)
{
  for (size_t i = 0; i < places->count; ++i) {
    if (aski_str_equal(places->items[i].text, text)) {
      return true;
    }
  }
  return false;
}

static void s_join_addresses(aski_policy_wanted *wanted, aski_arena *arena, const aski_policy_wanted *other)
{
  bool plain = wanted->somewhere && other->somewhere && wanted->outside.count == 0 && other->outside.count == 0;
  for (size_t i = 0; plain && i < other->inside.count; ++i) {
    if (!s_has_place(&wanted->inside, other->inside.items[i].text)) {
      aski_policy_place *added = ASKI_ARENA_PUSH(arena, &wanted->inside);
      if (added != NULL) {
        *added = other->inside.items[i];
      }
    }
  }
}

static bool s_has_sample(const aski_policy_samples *samples, const aski_policy_sample *sample)
{
  for (size_t i = 0; i < samples->count; ++i) {
    if (samples->items[i].likeness == sample->likeness && aski_str_equal(samples->items[i].text, sample->text)) {
      return true;
    }
  }
  return false;
}

static void s_join_agents(aski_policy_wanted *wanted, aski_arena *arena, const aski_policy_wanted *other)
{
  bool plain = wanted->likes.count == 1 && other->likes.count == 1 && wanted->unlikes.count == 0 &&
               other->unlikes.count == 0 &&
               wanted->likes.items[0].items[0].likeness == other->likes.items[0].items[0].likeness;
  for (size_t i = 0; plain && i < other->likes.items[0].count; ++i) {
    const aski_policy_sample *sample = &other->likes.items[0].items[i];
    if (!s_has_sample(&wanted->likes.items[0], sample)) {
      aski_policy_sample *added = ASKI_ARENA_PUSH(arena, &wanted->likes.items[0]);
      if (added != NULL) {
        *added = *sample;
      }
    }
  }
}

void aski_policy_wanted_join(aski_policy_wanted *wanted, aski_arena *arena, const aski_policy_wanted *other)
{
  if (wanted->what == ASKI_POLICY_ADDRESS) {
    s_join_addresses(wanted, arena, other);
  } else if (wanted->what == ASKI_POLICY_AGENT) {
    s_join_agents(wanted, arena, other);
  }
}
