/* SPDX-License-Identifier: Apache-2.0
 *
 * Hashes say: which part (left half, right half, or a whole short name), how long the whole name is, which ASCII digits it has (digits
 * are never edited), and the characters. The distance is that of aski_text_distance, optimal string alignment: no character
 * is edited twice, so an alignment of term and name falls apart at the middle of the name, unless two neighbours are swapped just
 * across it; the term is then also tried with that swap undone. */
#include "store/common/fuzzy.h"

#include <stdlib.h>

enum { SHORT_NAME = 3, NO_CHARACTER = -1 };

typedef enum fuzzy_part { PART_LEFT = 1, PART_RIGHT = 2, PART_WHOLE = 3 } fuzzy_part;

typedef struct fuzzy_text {
  uint32_t characters[ASKI_STORE_FUZZY_MOST];
  int count;
  uint64_t digits;
  aski_store_hashes *out;
  aski_arena *arena;
} fuzzy_text;

static uint64_t s_mix(uint64_t hash, uint64_t value)
{
  hash = (hash ^ value) * UINT64_C(0x9e3779b97f4a7c15);
  return hash ^ (hash >> 29);
}

/* Well-formed UTF-8 is what keys are; anything else only makes other characters. */
static bool s_decode(fuzzy_text *text, askiam_str compact)
{
  text->count = 0;
  text->digits = 1;
  for (size_t at = 0; at < compact.length;) {
    unsigned char lead = (unsigned char)compact.data[at];
    size_t bytes = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    uint32_t character = 0;
    for (size_t i = 0; i < bytes && at + i < compact.length; ++i) {
      character = character << 8 | (unsigned char)compact.data[at + i];
    }
    at += bytes;
    if (text->count == ASKI_STORE_FUZZY_MOST) {
      return false;
    }
    text->characters[text->count++] = character;
    if (character >= '0' && character <= '9') {
      text->digits = s_mix(text->digits, character);
    }
  }
  return text->count > 0;
}

static void s_add(fuzzy_text *text, uint64_t hash)
{
  int64_t *added = ASKI_ARENA_PUSH(text->arena, text->out);
  if (added != NULL) {
    *added = (int64_t)s_mix(hash, 0x2545F491) >> 16;
  }
}

/* Adds characters [from, to), without the one at `skip`. */
static void s_add_part(fuzzy_text *text, fuzzy_part part, int name_count, int from, int to, int skip)
{
  uint64_t hash = s_mix(s_mix(text->digits, (uint64_t)part), (uint64_t)name_count);
  for (int i = from; i < to; ++i) {
    if (i != skip) {
      hash = s_mix(hash, text->characters[i]);
    }
  }
  s_add(text, hash);
}

static void s_add_shortened(fuzzy_text *text, fuzzy_part part, int name_count, int from, int to)
{
  for (int skip = from; skip < to; ++skip) {
    s_add_part(text, part, name_count, from, to, skip);
  }
}

static int s_compare(const void *left, const void *right)
{
  int64_t a = *(const int64_t *)left;
  int64_t b = *(const int64_t *)right;
  return a < b ? -1 : a > b;
}

static void s_sort_once(aski_store_hashes *hashes)
{
  if (hashes->count < 2) {
    return;
  }
  qsort(hashes->items, hashes->count, sizeof *hashes->items, s_compare);
  size_t kept = 1;
  for (size_t i = 1; i < hashes->count; ++i) {
    if (hashes->items[i] != hashes->items[kept - 1]) {
      hashes->items[kept++] = hashes->items[i];
    }
  }
  hashes->count = kept;
}

void aski_store_fuzzy_entries(aski_store_hashes *out, aski_arena *arena, askiam_str compact)
{
  fuzzy_text name = {.out = out, .arena = arena};
  if (!s_decode(&name, compact)) {
    return;
  }
  int count = name.count;
  int half = count / 2;
  if (count <= SHORT_NAME) {
    s_add_part(&name, PART_WHOLE, count, 0, 0, NO_CHARACTER);
  } else {
    s_add_part(&name, PART_LEFT, count, 0, half, NO_CHARACTER);
    s_add_shortened(&name, PART_LEFT, count, 0, half);
    s_add_part(&name, PART_RIGHT, count, half, count, NO_CHARACTER);
    s_add_shortened(&name, PART_RIGHT, count, half, count);
  }
  s_sort_once(out);
}

/* One way to look for names of one length. */
typedef struct fuzzy_look {
  fuzzy_part part;
  int name_count;
  int budget;  /* edits in all that are left for both halves */
  bool edited; /* the half may have one edit, else it is equal */
  bool undone; /* with the swap across the middle undone */
} fuzzy_look;

/* Looks with a part of the term of `length` characters, whole or shortened. */
static void s_probe_length(fuzzy_text *term, const fuzzy_look *look, int length, bool whole, bool shortened)
{
  bool left = look->part == PART_LEFT;
  int from = left ? 0 : term->count - length;
  int to = from + length;
  if (length < 0 || length > term->count || (look->undone && (length == 0 || length == term->count))) {
    return;
  }
  int inner = left ? to - 1 : from; /* the half's character at the middle, and its neighbour across it */
  int outer = left ? to : from - 1;
  uint32_t kept = look->undone ? term->characters[inner] : 0;
  if (look->undone) {
    term->characters[inner] = term->characters[outer];
  }
  if (whole) {
    s_add_part(term, look->part, look->name_count, from, to, NO_CHARACTER);
  }
  if (shortened) {
    s_add_shortened(term, look->part, look->name_count, from, to);
  }
  if (look->undone) {
    term->characters[inner] = kept;
  }
}

/* The half may be as long as the term's part, one longer or one shorter; the other half must then bear the rest. */
static void s_probe_half(fuzzy_text *term, const fuzzy_look *look)
{
  int half = look->part == PART_LEFT ? look->name_count / 2 : look->name_count - look->name_count / 2;
  int longer = term->count - look->name_count;
  int rest = look->budget - 1;
  bool equal = abs(longer) <= look->budget;
  bool edited = look->edited && rest >= 0;
  s_probe_length(term, look, half, equal, edited && abs(longer) <= rest);
  if (edited && abs(longer + 1) <= rest) {
    s_probe_length(term, look, half - 1, true, false);
  }
  if (edited && abs(longer - 1) <= rest) {
    s_probe_length(term, look, half + 1, false, true);
  }
}

static void s_probe_name_count(fuzzy_text *term, int name_count, int distance)
{
  if (name_count <= SHORT_NAME) {
    s_add_part(term, PART_WHOLE, name_count, 0, 0, NO_CHARACTER);
    return;
  }
  const fuzzy_look looks[] = {
      {PART_LEFT, name_count, distance, distance >= 2, false},
      {PART_RIGHT, name_count, distance, distance >= 3, false},
      {PART_LEFT, name_count, distance - 1, distance >= 3, true},
      {PART_RIGHT, name_count, distance - 1, false, true},
  };
  for (size_t i = 0; i < sizeof looks / sizeof *looks; ++i) {
    s_probe_half(term, &looks[i]);
  }
}

void aski_store_fuzzy_probes(aski_store_hashes *out, aski_arena *arena, askiam_str compact, unsigned distance)
{
  fuzzy_text term = {.out = out, .arena = arena};
  if (!s_decode(&term, compact)) {
    return;
  }
  int most = distance > 3 ? 3 : (int)distance;
  for (int count = term.count - most; count <= term.count + most; ++count) {
    if (count > 0 && count <= ASKI_STORE_FUZZY_MOST) {
      s_probe_name_count(&term, count, most);
    }
  }
  s_sort_once(out);
}
