/* SPDX-License-Identifier: Apache-2.0
 *
 * Where a piece between two stars occurs first: tried at each place as long as that takes a few steps a place on average, as nearly always; by
 * find_hard.c from where it does not. */
#define _GNU_SOURCE /* memmem: in glibc and musl linear, but for a constant number of comparisons a byte with short texts in glibc */
#include <string.h>

#include "policy/pattern.h"

enum {
  STEPS = 32
}; /* a place; what the piece itself has of units and bytes counts as places, so that one full comparison is never too many */

/* A piece that is one text. */
static bool s_find_text(const aski_policy_run *run, size_t from, size_t limit, size_t *out_end)
{
  askiam_str wanted = aski_policy_unit_text(run->units, run->request);
  if (wanted.length == 0) {
    *out_end = from;
    return true;
  }
  const char *found = memmem(run->text.data + from, limit - from, wanted.data, wanted.length);
  if (found == NULL) {
    return false;
  }
  *out_end = (size_t)(found - run->text.data) + wanted.length;
  return true;
}

/* How long a text that it matches is at least; just more than `most` where it is more than that. */
static size_t s_least_bytes(const aski_policy_run *run, size_t most)
{
  size_t least = 0;
  for (size_t i = 0; i < run->count && least <= most; ++i) {
    const aski_policy_unit *unit = &run->units[i];
    size_t bytes =
        unit->kind == ASKI_POLICY_PART_ANY_ONE ? unit->count : aski_policy_unit_text(unit, run->request).length;
    least = bytes > most - least ? most + 1 : least + bytes;
  }
  return least;
}

bool aski_policy_run_find(const aski_policy_run *run, size_t from, size_t limit, size_t *out_end)
{
  if (run->count == 1 && run->units[0].kind != ASKI_POLICY_PART_ANY_ONE) {
    return s_find_text(run, from, limit, out_end);
  }
  size_t least = s_least_bytes(run, limit - from);
  int64_t steps = STEPS * (int64_t)(least + run->count);
  for (size_t at = from; least <= limit - at; ++at) {
    if (at < limit && aski_policy_continues(run->text.data[at])) {
      continue;
    }
    if (steps < 0 && limit - at <= aski_policy_run_room(run)) {
      return aski_policy_run_find_hard(run, at, limit, out_end);
    }
    size_t end = at;
    steps += STEPS;
    if (aski_policy_run_forward(run, &end, limit, &steps)) {
      *out_end = end;
      return true;
    }
    if (at == limit) {
      break;
    }
  }
  return false;
}
