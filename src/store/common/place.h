/* SPDX-License-Identifier: Apache-2.0
 *
 * Where a past decision stands in the walk over all of them: the key by which stores keep them, as one text. Other tables are walked by their
 * ids, which are their own positions. Pure. */
#ifndef ASKI_STORE_COMMON_PLACE_H
#define ASKI_STORE_COMMON_PLACE_H

#include <askiam/error.h>

#include "base/str.h"

typedef struct aski_store_place {
  askiam_str role_id;
  int64_t human;
  int64_t timestamp_ms;
  askiam_str user_id;
  askiam_str origin;
} aski_store_place;

void aski_store_place_write(aski_buffer *text, const aski_store_place *place);
/* False where `text` was not written so. Its texts are views into `text`. */
bool aski_store_place_read(aski_store_place *out, askiam_str text);

/* INVALID_ARGUMENT for a text that is no such place; NOT_SUPPORTED for a table that no store reads back. */
askiam_status aski_store_no_place(askiam_error *error);
askiam_status aski_store_not_read_back(askiam_error *error);

#endif
