/* SPDX-License-Identifier: Apache-2.0
 *
 * Where a piece that holds ? occurs first, in near-linear time whatever it and the text are.
 *
 * The piece of m characters matches at place i where the sum over its literal characters p[j] of (p[j] - t[i + j])^2 is 0. Multiplied out, that is the sum of
 * p[j]^2, which is the same everywhere, and two correlations: of -2 p[j] with the text and of 1 for each literal with the text's squares. Both are
 * computed for all places of a block of the text at once by one convolution (M. J. Fischer and M. S. Paterson, "String-Matching and Other Products",
 * 1974; P. and R. Clifford, "Simple deterministic wildcard matching", 2007), which takes three transforms. Characters are code points, so below
 * 2^21, and a text has at most 2^17 of them: the sum is below 2^59 and thus 0 modulo the prime only where it is 0. Nothing is rounded, nothing is left to chance.
 *
 * A block has four times the piece, or the rest of the text, so that all blocks together cost O((m + n) log m). What that needs of memory
 * has its place in the request since the text was given to it; the evaluation takes none. */
#include "policy/pattern.h"
#include "policy/transform.h"

enum { BLOCK_PIECES = 4 };

typedef struct s_search {
  const aski_policy_run *run;
  askiam_str text; /* up to where a match must end */
  size_t length;   /* of the run, in characters */
  size_t size;     /* of each table */
  uint64_t *wanted, *literal, *block, *squares;
  uint64_t matched; /* what the convolution gives at the place of a match */
  aski_policy_turns turns;
} s_search;

size_t aski_policy_run_room(const aski_policy_run *run)
{
  bool larger = run->request != NULL && run->request->tables.size > ASKI_POLICY_SMALL_TABLE;
  return larger ? run->request->tables.size : ASKI_POLICY_SMALL_TABLE;
}

/* The code point of well-formed UTF-8. */
static uint64_t s_next_character(askiam_str text, size_t *at)
{
  unsigned char first = (unsigned char)text.data[(*at)++];
  uint64_t character = first < 0x80   ? first
                       : first < 0xe0 ? first & 0x1fU
                       : first < 0xf0 ? first & 0x0fU
                                      : first & 0x07U;
  while (*at < text.length && aski_policy_continues(text.data[*at])) {
    character = character << 6 | ((unsigned char)text.data[(*at)++] & 0x3fU);
  }
  return character;
}

static size_t s_skip(askiam_str text, size_t at, size_t characters)
{
  for (; characters > 0; --characters) {
    for (++at; at < text.length && aski_policy_continues(text.data[at]);) {
      ++at;
    }
  }
  return at;
}

static size_t s_characters(const aski_policy_run *run)
{
  size_t characters = 0;
  for (size_t i = 0; i < run->count; ++i) {
    const aski_policy_unit *unit = &run->units[i];
    if (unit->kind == ASKI_POLICY_PART_ANY_ONE) {
      characters += unit->count;
      continue;
    }
    askiam_str text = aski_policy_unit_text(unit, run->request);
    for (size_t at = 0; at < text.length; ++at) {
      characters += aski_policy_continues(text.data[at]) ? 0 : 1;
    }
  }
  return characters;
}

/* The piece, last character first, as a convolution wants it. */
static void s_read_run(s_search *search)
{
  uint64_t squares = 0;
  size_t place = search->length;
  memset(search->wanted, 0, search->size * sizeof *search->wanted);
  memset(search->literal, 0, search->size * sizeof *search->literal);
  for (size_t i = 0; i < search->run->count; ++i) {
    const aski_policy_unit *unit = &search->run->units[i];
    if (unit->kind == ASKI_POLICY_PART_ANY_ONE) {
      place -= unit->count;
      continue;
    }
    askiam_str text = aski_policy_unit_text(unit, search->run->request);
    for (size_t at = 0; at < text.length;) {
      uint64_t character = s_next_character(text, &at);
      search->wanted[--place] = aski_policy_modular_subtract(0, 2 * character);
      search->literal[place] = 1;
      squares += character * character;
    }
  }
  search->matched = aski_policy_modular_multiply(aski_policy_modular_subtract(0, squares), search->size);
  aski_policy_transform(&search->turns, search->wanted, search->size);
  aski_policy_transform(&search->turns, search->literal, search->size);
}

/* The text from `at` on, as much of it as fits; gives how many characters that are. */
static size_t s_read_block(s_search *search, size_t at)
{
  size_t count = 0;
  for (; count < search->size && at < search->text.length; ++count) {
    uint64_t character = s_next_character(search->text, &at);
    search->block[count] = character;
    search->squares[count] = character * character;
  }
  memset(search->block + count, 0, (search->size - count) * sizeof *search->block);
  memset(search->squares + count, 0, (search->size - count) * sizeof *search->squares);
  return count;
}

/* The first place in the block where the whole run matches; `count` where there is none. */
static size_t s_first_match(s_search *search, size_t count)
{
  aski_policy_transform(&search->turns, search->block, search->size);
  aski_policy_transform(&search->turns, search->squares, search->size);
  for (size_t i = 0; i < search->size; ++i) {
    search->block[i] = aski_policy_modular_add(aski_policy_modular_multiply(search->block[i], search->wanted[i]),
                                               aski_policy_modular_multiply(search->squares[i], search->literal[i]));
  }
  aski_policy_transform_back(&search->turns, search->block, search->size);
  for (size_t place = 0; place + search->length <= count; ++place) {
    size_t last =
        place + search->length - 1; /* only beginnings of less than a whole piece wrap around, to places before it */
    if (search->block[(search->size - last) & (search->size - 1)] == search->matched) {
      return place;
    }
  }
  return count;
}

static bool s_search_blocks(s_search *search, size_t from, size_t *out_end)
{
  s_read_run(search);
  for (size_t at = from;;) {
    size_t count = s_read_block(search, at);
    if (count < search->length) {
      return false;
    }
    size_t place = s_first_match(search, count);
    if (place < count) {
      *out_end = s_skip(search->text, at, place + search->length);
      return true;
    }
    at = s_skip(search->text, at, count - search->length + 1);
  }
}

bool aski_policy_run_find_hard(const aski_policy_run *run, size_t from, size_t limit, size_t *out_end)
{
  uint64_t small[ASKI_POLICY_TABLES * ASKI_POLICY_SMALL_TABLE];
  s_search search = {.run = run, .text = aski_str_slice(run->text, 0, limit), .length = s_characters(run), .size = 1};
  if (search.length == 0 || search.length > limit - from) {
    *out_end = from;
    return search.length == 0;
  }
  while (search.size < limit - from && search.size < BLOCK_PIECES * search.length) {
    search.size *= 2;
  }
  uint64_t *tables = search.size <= ASKI_POLICY_SMALL_TABLE ? small : run->request->tables.values;
  search.wanted = tables;
  search.literal = tables + search.size;
  search.block = tables + 2 * search.size;
  search.squares = tables + 3 * search.size;
  aski_policy_turns_init(&search.turns);
  return s_search_blocks(&search, from, out_end);
}
