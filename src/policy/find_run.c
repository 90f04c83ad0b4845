/* SPDX-License-Identifier: Apache-2.0
 *
 * Where a piece between two stars occurs first. */
#define _GNU_SOURCE /* memmem: two-way in glibc and musl, so linear */
#include <string.h>

#include "policy/pattern.h"

enum {
  STEPS_PER_BYTE = 8,
  LANES = 64,       /* places that are tried at once */
  SPAN = 5 * LANES, /* bytes that they are apart at most: a character has up to 4 */
  CHARACTER_MAX_BYTES = 4,
};

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

bool aski_policy_run_find(const aski_policy_run *run, size_t from, size_t limit, size_t *out_end)
{
  if (run->count == 1 && run->units[0].kind != ASKI_POLICY_PART_ANY_ONE) {
    return s_find_text(run, from, limit, out_end);
  }
  int64_t steps = STEPS_PER_BYTE * (int64_t)(limit - from + LANES);
  for (size_t at = from; at <= limit; ++at) {
    if (at < limit && aski_policy_continues(run->text.data[at])) {
      continue;
    }
    if (steps < 0) {
      return aski_policy_run_find_wide(run, at, limit, out_end);
    }
    size_t end = at;
    --steps;
    if (aski_policy_run_forward(run, &end, limit, &steps)) {
      *out_end = end;
      return true;
    }
  }
  return false;
}

/* Places that still match, each at the byte that it has come to: base + its index. */
typedef struct s_lanes {
  unsigned char alive[SPAN];
  size_t base;
  size_t width;
} s_lanes;

static void s_start(s_lanes *lanes, askiam_str text, size_t at, size_t limit)
{
  lanes->base = at;
  lanes->width = limit - at < LANES ? limit - at + 1 : LANES;
  memset(lanes->alive, 0, sizeof lanes->alive);
  for (size_t i = 0; i < lanes->width; ++i) {
    lanes->alive[i] = at + i == limit || !aski_policy_continues(text.data[at + i]);
  }
}

static void s_clip(s_lanes *lanes, size_t limit)
{
  size_t room = lanes->base < limit ? limit - lanes->base : 0;
  lanes->width = lanes->width < room ? lanes->width : room;
}

static bool s_eat_byte(s_lanes *lanes, askiam_str text, size_t limit, char byte)
{
  s_clip(lanes, limit);
  const char *here = text.data + lanes->base;
  unsigned char any = 0;
  for (size_t i = 0; i < lanes->width; ++i) {
    lanes->alive[i] &= here[i] == byte;
    any |= lanes->alive[i];
  }
  ++lanes->base;
  return any != 0;
}

/* Cuts what is dead in front. */
static void s_trim(s_lanes *lanes)
{
  size_t dead = 0;
  while (dead < lanes->width && lanes->alive[dead] == 0) {
    ++dead;
  }
  memmove(lanes->alive, lanes->alive + dead, lanes->width - dead);
  memset(lanes->alive + lanes->width - dead, 0, dead);
  lanes->width -= dead;
  lanes->base += dead;
}

/* Each place moves one byte, and on while that byte continues a character. */
static bool s_eat_character(s_lanes *lanes, askiam_str text, size_t limit)
{
  s_clip(lanes, limit);
  if (lanes->width == 0) {
    return false;
  }
  ++lanes->base;
  if (lanes->width + CHARACTER_MAX_BYTES > SPAN) {
    s_trim(lanes);
  }
  for (size_t round = 1; round < CHARACTER_MAX_BYTES; ++round) {
    unsigned char within[SPAN];
    unsigned char any = 0;
    size_t readable = lanes->base < limit ? limit - lanes->base : 0;
    readable = readable < lanes->width ? readable : lanes->width;
    const char *here = text.data + lanes->base;
    for (size_t i = 0; i < readable; ++i) {
      within[i] = lanes->alive[i] & aski_policy_continues(here[i]);
      any |= within[i];
    }
    if (any == 0) {
      break;
    }
    for (size_t i = 0; i < readable; ++i) {
      lanes->alive[i] ^= within[i];
    }
    for (size_t i = 0; i < readable; ++i) {
      lanes->alive[i + 1] |= within[i];
    }
    lanes->width += readable == lanes->width && within[readable - 1] != 0 ? 1 : 0;
  }
  return lanes->width > 0;
}

static bool s_eat_unit(s_lanes *lanes, const aski_policy_run *run, const aski_policy_unit *unit, size_t limit)
{
  if (unit->kind == ASKI_POLICY_PART_ANY_ONE) {
    for (uint32_t i = 0; i < unit->count; ++i) {
      if (!s_eat_character(lanes, run->text, limit)) {
        return false;
      }
    }
    return true;
  }
  askiam_str wanted = aski_policy_unit_text(unit, run->request);
  for (size_t i = 0; i < wanted.length; ++i) {
    if (!s_eat_byte(lanes, run->text, limit, wanted.data[i])) {
      return false;
    }
  }
  return true;
}

bool aski_policy_run_find_wide(const aski_policy_run *run, size_t from, size_t limit, size_t *out_end)
{
  for (size_t at = from; at <= limit; at += LANES) {
    s_lanes lanes;
    s_start(&lanes, run->text, at, limit);
    bool alive = true;
    for (size_t i = 0; alive && i < run->count; ++i) {
      alive = s_eat_unit(&lanes, run, &run->units[i], limit);
    }
    for (size_t i = 0; alive && i < lanes.width; ++i) {
      if (lanes.alive[i] != 0) {
        *out_end = lanes.base + i;
        return true;
      }
    }
  }
  return false;
}
