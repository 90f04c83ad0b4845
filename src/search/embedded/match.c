/* SPDX-License-Identifier: Apache-2.0 */
#include "match.h"

#include <inttypes.h>

#include "base/hash.h"
#include "base/text.h"

/* The next distinct word of a key; single ASCII letters and digits are passed over. Absent at the end. */
static askiam_str s_next_word(askiam_str key, size_t *at, const askiam_str *known, size_t known_count)
{
  while (*at < key.length) {
    size_t start = *at;
    while (*at < key.length && key.data[*at] != ' ') {
      ++*at;
    }
    askiam_str word = aski_str_slice(key, start, *at - start);
    ++*at;
    bool wanted = word.length > 1;
    for (size_t i = 0; i < known_count && wanted; ++i) {
      wanted = !aski_str_equal(known[i], word);
    }
    if (wanted) {
      return word;
    }
  }
  return ASKI_STR_NONE;
}

aski_match_words aski_search_words(aski_arena *arena, askiam_str text)
{
  aski_match_words words = {.count = 0};
  askiam_str key = aski_text_key(arena, text);
  size_t at = 0;
  while (words.count < ASKI_MATCH_WORDS_MAX) {
    askiam_str word = s_next_word(key, &at, words.items, words.count);
    if (!aski_str_present(word)) {
      break;
    }
    words.items[words.count++] = word;
  }
  return words;
}

askiam_str aski_search_match(aski_arena *arena, const askiam_search_query *query, const aski_match_words *words)
{
  aski_buffer buffer;
  aski_buffer_init(&buffer, arena->allocator);
  /* The tokens that the store writes into the column: docs/data.md. */
  aski_buffer_append_format(
      &buffer, "scope : (\"global\" OR \"a%016" PRIx64 "\" OR \"r%016" PRIx64 "\") AND {title text} : (",
      aski_hash64(askiam_search_query_application_id(query), 0), aski_hash64(askiam_search_query_role_id(query), 0));
  for (size_t i = 0; i < words->count; ++i) {
    aski_buffer_append_text(&buffer, i == 0 ? "\"" : " OR \"");
    aski_buffer_append(&buffer, words->items[i]); /* a key holds letters, digits, marks and spaces only: no quotes */
    aski_buffer_append_byte(&buffer, '"');
  }
  aski_buffer_append_byte(&buffer, ')');
  askiam_str match = buffer.failed ? ASKI_STR_NONE : aski_arena_copy(arena, aski_buffer_view(&buffer));
  arena->failed = arena->failed || buffer.failed;
  aski_buffer_clean_up(&buffer);
  return match;
}
