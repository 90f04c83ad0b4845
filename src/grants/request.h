/* SPDX-License-Identifier: Apache-2.0
 *
 * A stored request on its way to be granted: taken for true only where its audit entry says so. */
#ifndef ASKI_GRANTS_REQUEST_H
#define ASKI_GRANTS_REQUEST_H

#include "grants/grants.h"

typedef struct aski_grants_request {
  size_t count; /* requests found; only the first is kept */
  bool valid;   /* its decision is VALID */
  askiam_str request_id;
  askiam_str requester_id;
  askiam_str user_id;
  askiam_str application_id;
  askiam_str role_id;
  askiam_str risk;
  int64_t expires_at_ms; /* the end that was decided; 0: none */
  int64_t decided_at_ms;
  askiam_str content_hash;
  aski_audit_place place; /* of the decision's entry */
  bool by_evidence;       /* it was approved by evidence, which may pass what is soft */
  askiam_str ip, user_agent, session_id, trace_id;
  const aski_facts *facts; /* as they were when it was decided; NULL where they were erased, or never seen */
} aski_grants_request;

/* NOT_FOUND, CONFLICT for several, CORRUPT where what is stored is not what was recorded. Strings live in `arena`. */
askiam_status aski_grants_find(aski_grants_request *out_request, aski_arena *arena, const aski_grants *grants,
                               const askiam_call *call, askiam_str requester_id, askiam_str request_id,
                               askiam_error *error);

#endif
