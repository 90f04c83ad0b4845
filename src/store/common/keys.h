/* SPDX-License-Identifier: Apache-2.0
 *
 * The keys of names and their hashes, as the name indexes of all stores keep them. Hashes have 48 bits: an index that finds another name
 * by the same hash is told from the right one by comparing keys. */
#ifndef ASKI_STORE_COMMON_KEYS_H
#define ASKI_STORE_COMMON_KEYS_H

#include "base/memory.h"

/* Makes `key` the look-up key of `name` (askiam_text_key). False where it is not UTF-8 or memory ran out. */
bool aski_store_key(aski_buffer *key, askiam_str name);
/* Takes the spaces out. */
void aski_store_compact(aski_buffer *key);
/* Both at once. */
bool aski_store_compact_key(aski_buffer *key, askiam_str name);
/* Whether a form of a name answers a term: its key, spaced or compact, is `wanted`; any form where that is absent. `key` is for work;
 * key->failed says that memory ran out. */
bool aski_store_answers(aski_buffer *key, askiam_str form, askiam_str wanted);

int64_t aski_store_hash(askiam_str compact);
int64_t aski_store_scoped_hash(askiam_str compact, askiam_str application_id);

#endif
