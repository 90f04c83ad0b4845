/* SPDX-License-Identifier: Apache-2.0
 *
 * One call into a backend: a span around it, and a failure that always says something. */
#ifndef ASKI_BACKEND_ANSWER_H
#define ASKI_BACKEND_ANSWER_H

#include "backend/handles.h"

/* Between begin and end the slot runs, with `own` as its error: the caller's is touched on failure only. */
typedef struct aski_answer {
  askiam_span span;
  askiam_layer layer;
  const char *what; /* "catalogue" */
  const char *slot; /* "facts" */
  askiam_error own;
} aski_answer;

/* `name` is "catalogue.facts", static. False where the call need not be made; *out_status then says why: NOT_SUPPORTED where the backend does not
 * provide it, CANCELLED where nobody waits for it. No span is opened then. */
bool aski_answer_begin(aski_answer *answer, askiam_status *out_status, const askiam_call *call, bool provided,
                       askiam_layer layer, const char *what, const char *slot, const char *name, askiam_error *error);
/* NOT_SUPPORTED, for a slot without a default that is NULL. */
askiam_status aski_answer_not_provided(askiam_layer layer, const char *what, const char *slot, askiam_error *error);
/* Ends the span and tells a failure. */
askiam_status aski_answer_end(aski_answer *answer, askiam_status status, askiam_error *error);
/* Says, in place of OK, that what came back is not as the interface has it: UNAVAILABLE. For the argument of aski_answer_end. */
askiam_status aski_answer_wrong(aski_answer *answer, const char *format, ...) ASKIAM_PRINTF(2, 3);

/* Whether an embedder may give this: unit length, or all zeros. */
bool aski_answer_is_vector(const float *vector, size_t dimension);

#endif
