/* SPDX-License-Identifier: Apache-2.0
 *
 * Addresses that are wanted: ranges are within one another or apart, so that what several conditions want together is exact. */
#include "policy/wanted.h"

/* Whether the first is within the second; each is within itself. */
static bool s_within(const aski_policy_range *inner, const aski_policy_range *outer)
{
  return inner->prefix_bits >= outer->prefix_bits && aski_policy_range_holds(outer, inner);
}

static void s_push(aski_arena *arena, aski_policy_places *places, const aski_policy_place *place)
{
  aski_policy_place *added = ASKI_ARENA_PUSH(arena, places);
  if (added != NULL) {
    *added = *place;
  }
}

static void s_read(aski_policy_places *out, aski_arena *arena, const aski_policy_clause *clause)
{
  for (size_t i = 0; i < clause->values.count; ++i) {
    aski_policy_place place = {.text = clause->values.items[i]};
    if (aski_policy_range_read(&place.range, place.text)) {
      s_push(arena, out, &place);
    }
  }
}

/* What is in both lists: of each two that overlap, the smaller. */
static void s_intersect(aski_policy_places *places, aski_arena *arena, const aski_policy_places *others)
{
  aski_policy_places common = {.count = 0};
  for (size_t i = 0; i < places->count; ++i) {
    for (size_t j = 0; j < others->count; ++j) {
      const aski_policy_place *left = &places->items[i];
      const aski_policy_place *right = &others->items[j];
      if (s_within(&left->range, &right->range)) {
        s_push(arena, &common, left);
      } else if (s_within(&right->range, &left->range)) {
        s_push(arena, &common, right);
      }
    }
  }
  *places = common;
}

bool aski_policy_want_address(aski_policy_wanted *wanted, aski_arena *arena, const aski_policy_clause *clause,
                              bool hold)
{
  if (aski_policy_operator_family(clause->op) != ASKI_POLICY_OF_ADDRESSES) {
    return false;
  }
  if (hold == aski_policy_operator_negated(clause->op)) {
    s_read(&wanted->outside, arena, clause);
    return true;
  }
  aski_policy_places places = {.count = 0};
  s_read(&places, arena, clause);
  if (wanted->somewhere) {
    s_intersect(&wanted->inside, arena, &places);
  } else {
    wanted->inside = places;
  }
  wanted->somewhere = true;
  return true;
}

/* Whether another place of the list holds this one; of two equal ones the first does. */
static bool s_is_repeated(const aski_policy_places *places, size_t at)
{
  for (size_t i = 0; i < places->count; ++i) {
    const aski_policy_range *other = &places->items[i].range;
    const aski_policy_range *range = &places->items[at].range;
    if (i != at && s_within(range, other) && (i < at || !s_within(other, range))) {
      return true;
    }
  }
  return false;
}

static void s_drop_repeated(aski_policy_places *places, aski_arena *arena)
{
  aski_policy_places kept = {.count = 0};
  for (size_t i = 0; i < places->count; ++i) {
    if (!s_is_repeated(places, i)) {
      s_push(arena, &kept, &places->items[i]);
    }
  }
  *places = kept;
}

static bool s_any_holds(const aski_policy_places *places, const aski_policy_range *range)
{
  for (size_t i = 0; i < places->count; ++i) {
    if (s_within(range, &places->items[i].range)) {
      return true;
    }
  }
  return false;
}

bool aski_policy_settle_address(aski_policy_wanted *wanted, aski_arena *arena)
{
  s_drop_repeated(&wanted->outside, arena);
  if (!wanted->somewhere) {
    return (wanted->known || wanted->outside.count > 0) && wanted->outside.count <= ASKI_POLICY_EXCEPTIONS_MAX;
  }
  s_drop_repeated(&wanted->inside, arena);
  aski_policy_places inside = {.count = 0};
  for (size_t i = 0; i < wanted->inside.count; ++i) {
    if (!s_any_holds(&wanted->outside, &wanted->inside.items[i].range)) {
      s_push(arena, &inside, &wanted->inside.items[i]);
    }
  }
  aski_policy_places outside = {.count = 0};
  for (size_t i = 0; i < wanted->outside.count; ++i) {
    if (s_any_holds(&inside, &wanted->outside.items[i].range)) {
      s_push(arena, &outside, &wanted->outside.items[i]);
    }
  }
  wanted->inside = inside;
  wanted->outside = outside;
  return inside.count > 0 && outside.count <= ASKI_POLICY_EXCEPTIONS_MAX;
}
