/* SPDX-License-Identifier: Apache-2.0 */
#include "features.h"

#include "base/hash.h"

enum { GRAM_SHORTEST = 3, GRAM_LONGEST = 5, FEW = 32 };

static void s_push(aski_features *features, aski_arena *arena, askiam_str text, uint64_t kind)
{
  if (features->count >= ASKI_FEATURES_MAX) {
    return;
  }
  uint32_t *feature = ASKI_ARENA_PUSH(arena, features);
  if (feature != NULL) {
    *feature = (uint32_t)(aski_hash64(text, kind + 1) >> 32);
  }
}

/* The next run of bytes without a space, from *at on; absent at the end. */
static askiam_str s_next_word(askiam_str key, size_t *at)
{
  while (*at < key.length && key.data[*at] == ' ') {
    ++*at;
  }
  size_t start = *at;
  while (*at < key.length && key.data[*at] != ' ') {
    ++*at;
  }
  return *at == start ? ASKI_STR_NONE : aski_str_slice(key, start, *at - start);
}

static bool s_starts_character(char byte) { return ((unsigned char)byte & 0xC0u) != 0x80u; }

/* The byte offset one character further. */
static size_t s_step(askiam_str text, size_t at)
{
  ++at;
  while (at < text.length && !s_starts_character(text.data[at])) {
    ++at;
  }
  return at;
}

/* Runs of characters of "^word$": the marks tell a beginning and an end from the middle. `marked` is scratch space. */
static void s_grams_of_word(aski_features *features, aski_arena *arena, askiam_str marked)
{
  for (size_t start = 0; start < marked.length; start = s_step(marked, start)) {
    size_t end = start;
    for (int characters = 1; characters <= GRAM_LONGEST && end < marked.length; ++characters) {
      end = s_step(marked, end);
      if (characters >= GRAM_SHORTEST) {
        s_push(features, arena, aski_str_slice(marked, start, end - start), ASKI_FEATURE_GRAM);
      }
    }
  }
}

static void s_grams(aski_features *features, aski_arena *arena, askiam_str key)
{
  char *marked = aski_arena_acquire(arena, key.length + 2, 1);
  if (marked == NULL) {
    return;
  }
  size_t at = 0;
  askiam_str word = s_next_word(key, &at);
  while (aski_str_present(word) && features->count < ASKI_FEATURES_MAX) {
    marked[0] = '^';
    memcpy(marked + 1, word.data, word.length);
    marked[word.length + 1] = '$';
    s_grams_of_word(features, arena, (askiam_str){marked, word.length + 2});
    word = s_next_word(key, &at);
  }
}

static void s_words(aski_features *features, aski_arena *arena, askiam_str key)
{
  size_t at = 0;
  askiam_str word = s_next_word(key, &at);
  while (aski_str_present(word)) {
    s_push(features, arena, word, ASKI_FEATURE_WORD);
    word = s_next_word(key, &at);
  }
}

static void s_pairs(aski_features *features, aski_arena *arena, askiam_str key)
{
  size_t at = 0;
  askiam_str first = s_next_word(key, &at);
  askiam_str second = s_next_word(key, &at);
  while (aski_str_present(first) && aski_str_present(second)) {
    /* Words of a key are one space apart, so both and the space between them are one run of bytes. */
    askiam_str pair = {first.data, (size_t)(second.data - first.data) + second.length};
    s_push(features, arena, pair, ASKI_FEATURE_PAIR);
    first = second;
    second = s_next_word(key, &at);
  }
}

void aski_features_collect(aski_features *features, aski_arena *arena, askiam_str key, aski_feature_kind kind)
{
  if (kind == ASKI_FEATURE_WORD) {
    s_words(features, arena, key);
  } else if (kind == ASKI_FEATURE_PAIR) {
    s_pairs(features, arena, key);
  } else {
    s_grams(features, arena, key);
  }
}

/* One pass of a radix sort, by the byte at `shift`. */
static void s_sort_pass(const uint32_t *from, uint32_t *to, size_t count, unsigned shift)
{
  size_t starts[257] = {0};
  for (size_t i = 0; i < count; ++i) {
    ++starts[((from[i] >> shift) & 0xFFu) + 1];
  }
  for (size_t i = 1; i < 256; ++i) {
    starts[i] += starts[i - 1];
  }
  for (size_t i = 0; i < count; ++i) {
    to[starts[(from[i] >> shift) & 0xFFu]++] = from[i];
  }
}

static void s_sort_few(uint32_t *items, size_t count)
{
  for (size_t i = 1; i < count; ++i) {
    uint32_t item = items[i];
    size_t at = i;
    for (; at > 0 && items[at - 1] > item; --at) {
      items[at] = items[at - 1];
    }
    items[at] = item;
  }
}

bool aski_features_sort(aski_features *features, aski_arena *arena)
{
  if (features->count <= FEW) {
    s_sort_few(features->items, features->count);
    return true;
  }
  uint32_t *other = aski_arena_acquire(arena, features->count, sizeof *other);
  if (other == NULL) {
    return false;
  }
  for (unsigned shift = 0; shift < 32; shift += 16) {
    s_sort_pass(features->items, other, features->count, shift);
    s_sort_pass(other, features->items, features->count, shift + 8);
  }
  return true;
}
