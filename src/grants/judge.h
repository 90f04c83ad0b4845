/* SPDX-License-Identifier: Apache-2.0
 *
 * What becomes of a grant, as pure functions of the request, the facts and the time: the state it gets, and what the
 * row of user_roles becomes. */
#ifndef ASKI_GRANTS_JUDGE_H
#define ASKI_GRANTS_JUDGE_H

#include "audit/grant.h"
#include "grants/request.h"

typedef struct aski_grants_outcome {
  aski_grant_step step;
  const char *codes[ASKI_GRANT_CODES_MAX]; /* static */
  size_t code_count;
  askiam_str reason; /* absent: none */
  int64_t granted_at_ms;
  const char *role_status; /* what the row of user_roles becomes; NULL: it stays as it is */
  int64_t role_granted_at_ms;
  int64_t role_expires_at_ms; /* 0: none */
  bool moves;                 /* what is held has changed, or what it rests on */
  bool held;                  /* whether the role is held afterwards… */
  int64_t held_until_ms;      /* …and until when; 0: for good */
} aski_grants_outcome;

/* The end passed before the request was granted. */
#define ASKI_GRANTS_CODE_ENDED "END_PASSED"
/* Somebody took the role away after the decision; what is approved then is not what he knew of. */
#define ASKI_GRANTS_CODE_REVOKED_SINCE "REVOKED_SINCE"

/* How far the clocks of two machines may be apart. */
enum { ASKI_GRANTS_SKEW_MS = 5 * 60 * 1000 };

/* The moment that these facts are judged at: not before anything that another machine, whose clock is ahead, has
 * granted already. What begins within the next five minutes counts as begun. */
int64_t aski_grants_moment(const aski_facts *facts, int64_t now_ms);

/* Granted, or failed. The reason lives in `arena`. */
void aski_grants_judge_fulfilment(aski_grants_outcome *out_outcome, aski_arena *arena,
                                  const aski_grants_request *request, const aski_facts *facts,
                                  const aski_rules_result *rules, int64_t now_ms);
/* What else gives the same role to the same user, other grants or an import, as far as it counts for what is held
 * after one of the grants is taken back. */
typedef struct aski_grants_others {
  bool any;
  int64_t latest_end_ms; /* 0: one has no end */
} aski_grants_others;
void aski_grants_add_other(aski_grants_others *others, int64_t end_ms);
/* Revoked, from `requested` (was_granted false) or `granted`. */
void aski_grants_judge_revocation(aski_grants_outcome *out_outcome, const aski_grants_request *request,
                                  const aski_facts *facts, const aski_grants_others *others, bool was_granted,
                                  int64_t now_ms);
/* Expired, from `granted`. */
void aski_grants_judge_end(aski_grants_outcome *out_outcome, const aski_grants_request *request,
                           const aski_facts *facts, int64_t now_ms);

#endif
