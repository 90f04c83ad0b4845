/* SPDX-License-Identifier: Apache-2.0
 *
 * What came of an order: the request, and the state that its grant has. */
#ifndef ASKI_GRANTS_CHANGE_H
#define ASKI_GRANTS_CHANGE_H

#include "grants/judge.h"

typedef struct aski_grants_result {
  aski_grants_request request;
  askiam_grant_state grant;
  bool changed; /* by this call; then also whether the role is held, and until when, 0 for good */
  bool held;
  int64_t held_until_ms;
} aski_grants_result;

/* NOT_SUPPORTED where grants cannot be changed in one transaction. */
askiam_status aski_grants_check_stores(const aski_grants *grants, askiam_error *error);
/* Looks, judges and writes, until what was looked at still held when it was written. Strings live in `arena`.
 * *out_alone is whether a failure is about this request alone. */
askiam_status aski_grants_change(aski_grants_result *out_result, bool *out_alone, aski_arena *arena,
                                 const aski_grants *grants, const askiam_call *call, const aski_grants_order *order,
                                 askiam_error *error);
/* Appends {"request_id", …, "grant", "changed", …}; for a failure about one request (`failure` not NULL) with
 * "error". */
void aski_grants_write_json(const aski_grants_result *result, const askiam_error *failure, aski_buffer *buffer);

#endif
