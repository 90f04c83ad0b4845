/* SPDX-License-Identifier: Apache-2.0
 *
 * Whether words that are a few edits from a name are a misspelling of it, or say something else: "HR Analyst II", "External
 * Auditor" beside "Internal Auditor", "Tier A" beside "Tier B" are near, and other names. */
#include "base/text.h"
#include "extract/work.h"

enum { WORDS_MAX = 12, SHORT_WORD = 4, MIDDLE_WORD = 8 };

typedef struct split_key {
  askiam_str words[WORDS_MAX];
  size_t count;
} split_key;

static split_key s_split(askiam_str key)
{
  split_key split = {.count = 0};
  size_t start = 0;
  for (size_t i = 0; i <= key.length && split.count < WORDS_MAX; ++i) {
    if (i == key.length || key.data[i] == ' ') {
      split.words[split.count++] = aski_str_slice(key, start, i - start);
      start = i + 1;
    }
  }
  return split;
}

/* Single letters and Roman numerals number things, as digits do. */
static bool s_is_numeral(askiam_str word)
{
  if (word.length == 1) {
    return true;
  }
  for (size_t i = 0; i < word.length; ++i) {
    if (strchr("ivx", word.data[i]) == NULL) {
      return false;
    }
  }
  return word.length > 0 && word.length <= 4;
}

static bool s_same_numerals(const split_key *left, const split_key *right)
{
  size_t j = 0;
  for (size_t i = 0; i < left->count; ++i) {
    if (!s_is_numeral(left->words[i])) {
      continue;
    }
    while (j < right->count && !s_is_numeral(right->words[j])) {
      ++j;
    }
    if (j == right->count || !aski_str_equal(left->words[i], right->words[j])) {
      return false;
    }
    ++j;
  }
  while (j < right->count && !s_is_numeral(right->words[j])) {
    ++j;
  }
  return j == right->count;
}

/* `longer` is `shorter` and one whole word more. */
static bool s_adds_word(const split_key *longer, const split_key *shorter)
{
  if (longer->count != shorter->count + 1) {
    return false;
  }
  size_t same = 0;
  while (same < shorter->count && aski_str_equal(longer->words[same], shorter->words[same])) {
    ++same;
  }
  for (size_t i = same; i < shorter->count; ++i) {
    if (!aski_str_equal(longer->words[i + 1], shorter->words[i])) {
      return false;
    }
  }
  return true;
}

static bool s_is_plural(askiam_str word, askiam_str of)
{
  return word.length == of.length + 1 && word.data[of.length] == 's' && aski_str_starts(word, of);
}

/* A short word that differs is another word. */
static unsigned s_edits(askiam_str word)
{
  size_t letters = aski_text_length(word);
  return letters < SHORT_WORD ? 0 : letters <= MIDDLE_WORD ? 1 : 2;
}

bool aski_extract_is_misspelling(const aski_phrases *phrases, askiam_str typed, askiam_str name)
{
  split_key left = s_split(typed);
  split_key right = s_split(name);
  if (!s_same_numerals(&left, &right) || s_adds_word(&left, &right) || s_adds_word(&right, &left)) {
    return false;
  }
  for (size_t i = 0; left.count == right.count && i < left.count; ++i) {
    const aski_phrase *known = aski_phrases_find(phrases, left.words[i]);
    bool differs = !aski_str_equal(left.words[i], right.words[i]);
    if (differs && known != NULL && known->words == 1 && !s_is_plural(left.words[i], right.words[i])) {
      return false;
    }
    if (differs && left.count > 1 && aski_text_distance(left.words[i], right.words[i], 3) > s_edits(right.words[i])) {
      return false; /* "QA Analyst" is not "HR Analyst" */
    }
  }
  return true;
}
