/* SPDX-License-Identifier: Apache-2.0
 *
 * The phrases of a language: a table that was compiled with the library, or one from a file of one's own, and looking
 * things up in it. */
#include "base/text.h"
#include "extract/phrase_table.h"

struct aski_phrases {
  const askiam_allocator *allocator;
  aski_arena arena; /* empty for the built-in ones */
  aski_phrase_table table;
};

const aski_phrase *aski_phrases_find(const aski_phrases *phrases, askiam_str key)
{
  uint16_t found = phrases->table.places[aski_phrase_place(&phrases->table, key)];
  return found == 0 ? NULL : &phrases->table.phrases[found - 1];
}

const aski_phrase *aski_phrases_guess(const aski_phrases *phrases, askiam_str key)
{
  const aski_phrase_table *table = &phrases->table;
  size_t bucket = aski_phrase_bucket(key);
  if (bucket == ASKI_GUESS_BUCKETS || key.length < ASKI_GUESS_LETTERS_MIN || key.length > ASKI_GUESS_LETTERS_MAX) {
    return NULL;
  }
  const aski_phrase *best = NULL;
  for (uint32_t i = bucket == 0 ? 0 : table->guess_ends[bucket - 1]; i < table->guess_ends[bucket]; ++i) {
    const aski_phrase *phrase = &table->phrases[table->guesses[i]];
    if (phrase->key_length + 1 < key.length || phrase->key_length > key.length + 1 ||
        aski_text_distance(aski_phrase_key(table, phrase), key, 1) > 1) {
      continue;
    }
    if (best != NULL && ((best->is ^ phrase->is) & ~ASKI_IS(COMMON)) != 0) {
      return NULL;
    }
    best = phrase;
  }
  return best;
}

askiam_str aski_phrases_key(const aski_phrases *phrases, const aski_phrase *phrase)
{
  return aski_phrase_key(&phrases->table, phrase);
}

askiam_status aski_phrases_new(aski_phrases **out_phrases, askiam_str json, const char *place,
                               const askiam_allocator *allocator, askiam_error *error)
{
  *out_phrases = NULL;
  aski_phrases *phrases = aski_acquire_zeroed(allocator, 1, sizeof *phrases);
  if (phrases == NULL) {
    return askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_CONFIG, "out of memory");
  }
  phrases->allocator = allocator;
  aski_arena_init(&phrases->arena, allocator);
  if (!aski_str_present(json)) {
    phrases->table = aski_builtin_phrases;
    *out_phrases = phrases;
    return ASKIAM_STATUS_OK;
  }
  askiam_status status =
      aski_phrases_compile(&phrases->table, &phrases->arena, json, place == NULL ? "patterns" : place, error);
  if (status != ASKIAM_STATUS_OK) {
    aski_phrases_destroy(phrases);
    return status;
  }
  *out_phrases = phrases;
  return ASKIAM_STATUS_OK;
}

void aski_phrases_destroy(aski_phrases *phrases)
{
  if (phrases != NULL) {
    const askiam_allocator *allocator = phrases->allocator;
    aski_arena_clean_up(&phrases->arena);
    aski_release(allocator, phrases);
  }
}
