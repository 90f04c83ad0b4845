/* SPDX-License-Identifier: Apache-2.0
 *
 * Fulfilment: from a decision that is VALID to a row of user_roles, once; and back. What is granted was checked
 * against facts that still held when it was written: every change is one transaction that is refused where anything
 * that was looked at has changed, and then looks again. docs/grants.md. */
#ifndef ASKI_GRANTS_GRANTS_H
#define ASKI_GRANTS_GRANTS_H

#include <askiam/audit.h>

#include "audit/audit.h"
#include "model/results.h"

/* What the checks are told beside the facts. */
typedef struct aski_grants_asked {
  askiam_str requester_id;
  int64_t expires_at_ms; /* the end that was decided; 0: none */
  askiam_str ip;         /* as they were when it was asked */
  askiam_str user_agent;
} aski_grants_asked;

/* All checks of the facts at `call`'s time, policies included; details live in `arena`. Fails where policies cannot
 * be had for now. */
typedef askiam_status (*aski_grants_check_fn)(void *context, aski_rules_result *out_rules, aski_arena *arena,
                                              const askiam_call *call, aski_facts *facts,
                                              const aski_grants_asked *asked, askiam_error *error);

/* All borrowed. Shared by threads as far as `check` is. */
typedef struct aski_grants {
  const aski_catalogue *catalogue;
  const aski_state *state;
  const aski_audit *audit;
  bool together; /* catalogue, state and journal are one store */
  aski_grants_check_fn check;
  void *context;
} aski_grants;

typedef enum aski_grants_act { ASKI_GRANTS_FULFIL, ASKI_GRANTS_REVOKE, ASKI_GRANTS_EXPIRE } aski_grants_act;

/* The ids in an event; absent where it does not name them. */
typedef struct aski_grants_event {
  askiam_str request_id;
  askiam_str requester_id;
  askiam_str user_id;
  askiam_str application_id;
  askiam_str role_id;
  askiam_str audit_hash; /* of the decision's entry */
} aski_grants_event;

typedef struct aski_grants_order {
  aski_grants_act act;
  askiam_str request_id;
  askiam_str requester_id;        /* absent: whose it is, where it is one requester's */
  askiam_str actor_id;            /* REVOKE */
  askiam_str reason;              /* REVOKE; may be absent */
  const aski_grants_event *event; /* what the stored request must fit; NULL: nothing */
} aski_grants_order;

/* Does it, and appends what came of it as one JSON object (askiam/grants.h). *out_alone (may be NULL) is whether a
 * failure is about this request alone, so that others may go on. */
askiam_status aski_grants_run(aski_buffer *out_json, bool *out_alone, const aski_grants *grants,
                              const askiam_call *call, const aski_grants_order *order, askiam_error *error);
/* Fulfils what waits, or ends what has come to its end: a line each. */
askiam_status aski_grants_run_all(const aski_grants *grants, const askiam_call *call, aski_grants_act act,
                                  askiam_line_fn line, void *context, askiam_error *error);

/* Reads an event grant.requested, in the contract's envelope or EventBridge's; strings live in `arena`. BAD_DATA for
 * anything else. */
askiam_status aski_grants_read_event(aski_grants_event *out_event, aski_arena *arena, askiam_str json,
                                     const askiam_allocator *allocator, askiam_error *error);

#endif
