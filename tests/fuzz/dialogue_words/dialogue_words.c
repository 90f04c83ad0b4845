/* SPDX-License-Identifier: Apache-2.0
 *
 * Any bytes as a file of dialogue words: a table that is taken knows what it holds, and no yes of it is a no. */
#include <stdlib.h>

#include "dialogue/parts.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void s_check(const aski_dialogue_words *words)
{
  for (size_t list = 0; list < ASKI_LIST_COUNT; ++list) {
    for (size_t i = words->firsts[list]; i < words->firsts[list + 1]; ++i) {
      askiam_str phrase = aski_dialogue_phrase(words, i);
      if (phrase.length == 0 || !aski_text_valid(phrase) || !aski_dialogue_is_in(words, (aski_list)list, phrase) ||
          (list == ASKI_LIST_YES && aski_dialogue_is_in(words, ASKI_LIST_NO, phrase))) {
        abort();
      }
      aski_dialogue_ordinal(words, phrase);
      aski_dialogue_denies(words, phrase);
      aski_dialogue_meant(words, phrase);
      aski_dialogue_behind(words, phrase);
    }
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  aski_arena arena;
  const aski_dialogue_words *words = NULL;
  aski_arena_init(&arena, aski_allocator_default());
  askiam_str json = {(const char *)data, size};
  if (aski_dialogue_words_compile(&words, &arena, json, "words", NULL) == ASKIAM_STATUS_OK) {
    s_check(words);
  }
  aski_arena_clean_up(&arena);
  return 0;
}
