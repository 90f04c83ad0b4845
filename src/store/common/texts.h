/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads the flat JSON that the store keeps in its own columns: an object or a list of texts. People are loaded by the hundred, so the
 * usual case, without escapes, is read in place. */
#ifndef ASKI_STORE_COMMON_TEXTS_H
#define ASKI_STORE_COMMON_TEXTS_H

#include <askiam/error.h>

#include "base/memory.h"

/* Receives a member (of a list: with an absent key); borrowed. Anything but OK ends the reading with that status. */
typedef askiam_status (*aski_store_text_fn)(void *context, askiam_str key, askiam_str value);

/* CORRUPT where `json` is no JSON; members that are not texts are left out. */
askiam_status aski_store_read_texts(askiam_str json, const askiam_allocator *allocator, aski_store_text_fn text,
                                    void *context, askiam_error *error);

#endif
