/* SPDX-License-Identifier: Apache-2.0
 *
 * What embedders that ask a server share: a text fit to be sent, and one vector of an answer, which is bytes of a stranger. */
#ifndef ASKI_EMBED_COMMON_VECTOR_H
#define ASKI_EMBED_COMMON_VECTOR_H

#include "json/json.h"

enum {
  ASKI_VECTOR_DIMENSION_MAX = 4096,
  ASKI_VECTOR_NUMBER_BYTES = 32,          /* of one number in an answer, at most, with its comma and blanks */
  ASKI_VECTOR_ENVELOPE_BYTES = 64 * 1024, /* of an answer besides its numbers */
  ASKI_VECTOR_SPARE_VALUES = 200000, /* of an answer besides those asked for: wrong lengths are told, not cut off */
  ASKI_VECTOR_TEXT_MIN_BYTES = 64,
  ASKI_VECTOR_TEXT_MAX_BYTES = 1024 * 1024
};

/* Cuts *text to `limit` bytes, between characters; an absent one is empty. *out_blank is whether it has no word: such a text has no direction and is
 * not sent. BAD_DATA where it is not UTF-8; `number` tells which, from 1. */
askiam_status aski_vector_text(askiam_str *text, bool *out_blank, size_t limit, size_t number, askiam_error *error);

/* Reads a list of numbers, scaled to unit length, to `place`. CONFIG where there are not `dimension` of them; UNAVAILABLE where one is not finite in
 * single precision, all are zero, or it is no list. After a failure what is at `place` is not to be used. */
askiam_status aski_vector_read(float *place, size_t dimension, const aski_json *list, askiam_error *error);

/* UNAVAILABLE: the answer is not what was asked for. */
askiam_status aski_vector_wrong(askiam_error *error, const char *what);

#endif
