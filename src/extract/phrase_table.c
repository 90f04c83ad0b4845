/* SPDX-License-Identifier: Apache-2.0
 *
 * What compiling phrases and looking them up have in common. */
#include "extract/phrase_table.h"

#include "base/hash.h"

askiam_str aski_phrase_key(const aski_phrase_table *table, const aski_phrase *phrase)
{
  return (askiam_str){table->texts + phrase->key, phrase->key_length};
}

size_t aski_phrase_place(const aski_phrase_table *table, askiam_str key)
{
  size_t at = (size_t)aski_hash64(key, 0) & (table->place_count - 1);
  while (table->places[at] != 0 &&
         !aski_str_equal(aski_phrase_key(table, &table->phrases[table->places[at] - 1]), key)) {
    at = (at + 1) & (table->place_count - 1);
  }
  return at;
}

size_t aski_phrase_bucket(askiam_str key)
{
  return key.length > 0 && key.data[0] >= 'a' && key.data[0] <= 'z' ? (size_t)(key.data[0] - 'a') : ASKI_GUESS_BUCKETS;
}
