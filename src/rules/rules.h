/* SPDX-License-Identifier: Apache-2.0
 *
 * The checks, as pure functions over the facts: all of them, always. */
#ifndef ASKI_RULES_RULES_H
#define ASKI_RULES_RULES_H

#include <askiam/policy.h>

#include "model/circumstances.h"
#include "model/results.h"

typedef enum aski_policy_mode {
  ASKI_POLICY_MODE_GUARDRAIL, /* only an explicit Deny refuses */
  ASKI_POLICY_MODE_ALLOWLIST  /* an explicit Allow is needed too */
} aski_policy_mode;

/* What the policies of a set read of a request: what nobody asks need not be told. */
typedef struct aski_policy_reads {
  bool known;          /* false: not looked at, so everything is told */
  uint32_t keys;       /* a bit for each key (rules/context.h) */
  uint64_t attributes; /* of askiam:User/…: a bit for the hash of each name, so that a few more may be told */
} aski_policy_reads;

typedef struct aski_rules_input {
  int64_t now_ms;
  int64_t expires_at_ms; /* the end asked for; 0: none */
  unsigned soft_codes;   /* which failures are soft: a mask of aski_rules_soft_bit (rules/soft_codes.h) */
  askiam_str requester_id;
  askiam_str ip;
  askiam_str user_agent;
  aski_policy_mode policy_mode;
  const askiam_policy_set
      *policies;                    /* of the facts' policy_hash; NULL where there are none, or they could not be had */
  askiam_str policies_problem;      /* why they could not be had */
  aski_policy_reads policy_reads;   /* what those read */
  const aski_amendment *amendments; /* to these policies: what if; NULL: none */
  bool brief;                       /* only whether checks pass matters: POLICY need not say why */
} aski_rules_input;

/* What of the input a remedy may change; and the input as it is then. */
aski_circumstances aski_rules_circumstances(const aski_rules_input *input);
aski_rules_input aski_rules_changed_input(const aski_rules_input *input, const aski_circumstances *circumstances);

/* What could be changed about the circumstances, or be asked of those who own the policies, where the check POLICY failed; else nothing. Each
 * change would mend some of what policies have against the request; that it helps, and what else is needed, is for remedies to prove. */
void aski_rules_propose(aski_proposals *out_proposals, aski_arena *arena, const aski_facts *facts,
                        const aski_rules_input *input, const aski_rules_result *rules);

/* Tells the changes of the circumstances whose bits (1 << aski_circumstance) are set, where policies pass with `circumstances`, in such words that they
 * pass with every other value that the words name. False where they do not pass, or no honest words exist. `out_told` may be NULL. */
bool aski_rules_tell(aski_told *out_told, aski_arena *arena, const aski_facts *facts, const aski_rules_input *input,
                     const aski_circumstances *circumstances, unsigned changed);

/* "guardrail", "allowlist": the values of `policy.mode`. */
const char *aski_policy_mode_name(aski_policy_mode mode);

/* Evaluates every check. Pure: no I/O, no clock. Details live in `arena`; check arena->failed afterwards. Facts about a user,
 * application or role that were not found fail their checks. */
void aski_rules_evaluate(aski_rules_result *out_result, aski_arena *arena, const aski_facts *facts,
                         const aski_rules_input *input);

#endif
