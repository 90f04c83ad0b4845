/* SPDX-License-Identifier: Apache-2.0
 *
 * A principal's inside, for those who make one of a proof: a token, a key. */
#ifndef ASKI_MODEL_PRINCIPAL_H
#define ASKI_MODEL_PRINCIPAL_H

#include <askiam/auth.h>

#include "base/str.h"

enum { ASKI_PRINCIPAL_ID_MAX_BYTES = 256, ASKI_PRINCIPAL_LIST_MAX_BYTES = 8192 };

/* As askiam_principal_new, with an end (UTC milliseconds; 0: none). Scopes and groups become lists with single
 * spaces between. */
askiam_status aski_principal_make(askiam_principal **out_principal, askiam_str id, const char *method,
                                  askiam_str scopes, askiam_str groups, int64_t expires_at_ms,
                                  const askiam_allocator *allocator, askiam_error *error);

#endif
