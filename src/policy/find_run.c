/* SPDX-License-Identifier: Apache-2.0
 *
 * Where a piece between two stars occurs first. */
#define _GNU_SOURCE /* memmem: two-way in glibc and musl, so linear */
#include <string.h>

#include "policy/pattern.h"

enum {
  STEPS_PER_BYTE = 8,
  LANES = 64, /* places that are tried at once */
  WINDOW = 1024,
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

/* A character as its bytes, so that it tells its length. */
static uint32_t s_next_character(askiam_str text, size_t *at, size_t limit)
{
  uint32_t character = (unsigned char)text.data[(*at)++];
  for (size_t i = 1; i < CHARACTER_MAX_BYTES && *at < limit && aski_policy_continues(text.data[*at]); ++i) {
    character = character << 8 | (unsigned char)text.data[(*at)++];
  }
  return character;
}

static size_t s_character_bytes(uint32_t character)
{
  return character > 0xffffff ? 4 : character > 0xffff ? 3 : character > 0xff ? 2 : 1;
}

/* LANES neighbouring places, all as many characters further on: lane i is at the character first + i of the window. */
typedef struct s_lanes {
  askiam_str text;
  size_t limit;
  size_t at;             /* the byte that lane 0 is at */
  size_t read;           /* the byte up to which the window holds the text */
  size_t first, count;   /* of the window's characters */
  size_t width;          /* lanes behind it ran out of text */
  uint32_t alive[LANES]; /* all bits set, or none */
  uint32_t window[WINDOW];
} s_lanes;

static void s_fill_window(s_lanes *lanes)
{
  if (lanes->first + LANES > WINDOW) {
    lanes->count -= lanes->first;
    memmove(lanes->window, lanes->window + lanes->first, lanes->count * sizeof *lanes->window);
    lanes->first = 0;
  }
  while (lanes->count < lanes->first + LANES && lanes->read < lanes->limit) {
    lanes->window[lanes->count++] = s_next_character(lanes->text, &lanes->read, lanes->limit);
  }
}

/* Only lanes that have a character left can go on. */
static bool s_clip(s_lanes *lanes)
{
  size_t left = lanes->count - lanes->first;
  lanes->width = lanes->width < left ? lanes->width : left;
  return lanes->width > 0;
}

static void s_start(s_lanes *lanes, askiam_str text, size_t at, size_t limit)
{
  lanes->text = text;
  lanes->limit = limit;
  lanes->at = at;
  lanes->read = at;
  lanes->first = 0;
  lanes->count = 0;
  lanes->width = LANES;
  memset(lanes->alive, 0xff, sizeof lanes->alive);
  s_fill_window(lanes);
}

static void s_move_on(s_lanes *lanes)
{
  lanes->at += s_character_bytes(lanes->window[lanes->first]);
  ++lanes->first;
  s_fill_window(lanes);
}

/* Whether any lane is left. Loops of one length, so that compilers make vectors of them. */
static bool s_eat_character(s_lanes *lanes, uint32_t character)
{
  s_clip(lanes);
  const uint32_t *here = lanes->window + lanes->first;
  uint32_t *alive = lanes->alive;
  uint32_t any = 0;
  if (lanes->width == LANES) {
    for (size_t i = 0; i < LANES; ++i) {
      alive[i] &= here[i] == character ? UINT32_MAX : 0;
      any |= alive[i];
    }
  } else {
    for (size_t i = 0; i < lanes->width; ++i) {
      alive[i] &= here[i] == character ? UINT32_MAX : 0;
      any |= alive[i];
    }
  }
  if (any != 0) {
    s_move_on(lanes);
  }
  return any != 0;
}

static bool s_eat_unit(s_lanes *lanes, const aski_policy_run *run, const aski_policy_unit *unit)
{
  if (unit->kind == ASKI_POLICY_PART_ANY_ONE) {
    uint32_t left = unit->count;
    for (; left > 0 && s_clip(lanes); --left) {
      s_move_on(lanes);
    }
    return left == 0;
  }
  askiam_str wanted = aski_policy_unit_text(unit, run->request);
  for (size_t at = 0; at < wanted.length;) {
    if (!s_eat_character(lanes, s_next_character(wanted, &at, wanted.length))) {
      return false;
    }
  }
  return true;
}

/* Where the first lane that is left has come to. The last one may have come to the end of the text, which is no character. */
static bool s_first_end(const s_lanes *lanes, size_t *out_end)
{
  *out_end = lanes->at;
  for (size_t i = 0; i < lanes->width; ++i) {
    if (lanes->alive[i] != 0) {
      return true;
    }
    if (lanes->first + i < lanes->count) {
      *out_end += s_character_bytes(lanes->window[lanes->first + i]);
    }
  }
  return false;
}

bool aski_policy_run_find_wide(const aski_policy_run *run, size_t from, size_t limit, size_t *out_end)
{
  size_t at = from;
  do {
    s_lanes lanes;
    s_start(&lanes, run->text, at, limit);
    at = lanes.read;
    bool alive = true;
    for (size_t i = 0; alive && i < run->count; ++i) {
      alive = s_eat_unit(&lanes, run, &run->units[i]);
    }
    if (alive && s_first_end(&lanes, out_end)) {
      return true;
    }
  } while (at < limit);
  return false;
}
