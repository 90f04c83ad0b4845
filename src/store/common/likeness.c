/* SPDX-License-Identifier: Apache-2.0 */
#include "store/common/likeness.h"

#include "base/text.h"

bool aski_store_next_word(askiam_str key, size_t *io_at, askiam_str *out_word)
{
  if (*io_at >= key.length) {
    return false;
  }
  const char *space = memchr(key.data + *io_at, ' ', key.length - *io_at);
  size_t end = space == NULL ? key.length : (size_t)(space - key.data);
  *out_word = aski_str_slice(key, *io_at, end - *io_at);
  *io_at = end + 1;
  return true;
}

static size_t s_shared(askiam_str left, askiam_str right)
{
  size_t shared = 0;
  while (shared < left.length && shared < right.length && left.data[shared] == right.data[shared]) {
    ++shared;
  }
  return shared;
}

size_t aski_store_likeness(askiam_str wanted, askiam_str name)
{
  size_t score = 0;
  askiam_str word;
  size_t words = 0;
  for (size_t at = 0; words < ASKI_STORE_WORDS_MOST && aski_store_next_word(wanted, &at, &word); ++words) {
    size_t best = 0;
    askiam_str other;
    size_t others = 0;
    for (size_t from = 0; others < ASKI_STORE_WORDS_MOST && aski_store_next_word(name, &from, &other); ++others) {
      size_t shared = s_shared(word, other);
      bool equal = shared == word.length && shared == other.length;
      shared = equal ? shared + 2 : shared >= ASKI_STORE_SHARED_LEAST ? shared : 0;
      best = shared > best ? shared : best;
    }
    score += best;
  }
  return score;
}

size_t aski_store_prefixes(askiam_str start, askiam_str out_prefixes[ASKI_STORE_PREFIXES_MOST])
{
  askiam_str word = start;
  size_t at = 0;
  aski_store_next_word(start, &at, &word);
  const size_t lengths[ASKI_STORE_PREFIXES_MOST] = {start.length, word.length + 2, word.length * 2 / 3 + 1,
                                                    ASKI_STORE_SHARED_LEAST};
  size_t count = 0;
  size_t before = SIZE_MAX;
  for (size_t i = 0; i < ASKI_STORE_PREFIXES_MOST; ++i) {
    size_t length = aski_text_cut(start, lengths[i]);
    if (length >= before || length < ASKI_STORE_SHARED_LEAST) {
      continue;
    }
    before = length;
    askiam_str prefix = aski_str_slice(start, 0, length);
    while (prefix.length > 0 && prefix.data[prefix.length - 1] == ' ') {
      --prefix.length;
    }
    out_prefixes[count++] = prefix;
  }
  return count;
}
