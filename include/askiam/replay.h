/* SPDX-License-Identifier: Apache-2.0
 *
 * Replay: what was decided, decided again from what was kept of it. For auditors, who ask whether a decision follows
 * from its record; and for whoever changes a policy, and wants to see first what the change would have done to the last
 * requests. */
#ifndef ASKIAM_REPLAY_H
#define ASKIAM_REPLAY_H

#include <askiam/audit.h>
#include <askiam/import.h>
#include <askiam/policy.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Repeats one recorded decision under the settings and the policies of its time, and compares status, codes, checks
 * (code, passed, hard) and remedies. Nothing but the record and its policies is read: the catalogue may have changed
 * since, and the judge is not asked again; its answer is taken from the record. *out_equal says whether it came out the
 * same (1 or 0); *out_json is {"request_id", …, "result": "equal|differs", "judged", "recorded", "replayed",
 * "differences", "policies", "notes"} (docs/audit.md), owned: askiam_string_free. `requester_id` may be absent; then an
 * id that several requesters used is CONFLICT. NOT_FOUND for an unknown request, and where there is nothing to repeat
 * it by: its facts were erased, or were never seen (a decision that askiam_audit_record took over), or the policies of
 * its time are gone. CORRUPT where what is stored is not what was recorded. NOT_SUPPORTED where a newer library
 * recorded it. Any thread. */
ASKIAM_API askiam_status askiam_replay_decision(int *out_equal, char **out_json, askiam_engine *engine,
                                                askiam_str request_id, askiam_str requester_id, askiam_error *error);

/* How many verdicts there are, for tables by verdict: askiam_verdict is the index. */
#define ASKIAM_REPLAY_VERDICTS 4

/* What came of replaying many. requests = replayed + erased + without_facts + changed + unreadable + without_policies,
 * and replayed = unchanged + differing + the sum of `flips`. Append-only; `size` is sizeof. */
typedef struct askiam_replay_summary {
  size_t size;
  uint64_t requests;  /* entries of the trail that were looked at */
  uint64_t replayed;  /* of them: decided again */
  uint64_t unjudged;  /* of them: settled by the sentence or by who asked, so that no policy was asked */
  uint64_t unchanged; /* the same status for the same codes */
  uint64_t differing; /* the same status, but other codes (or checks or remedies, where they are compared) */
  uint64_t flips[ASKIAM_REPLAY_VERDICTS][ASKIAM_REPLAY_VERDICTS]; /* [was][would be]: another status */
  uint64_t chosen;                                                /* flips that options.fail_on names */
  uint64_t erased;                                                /* not replayable: the facts were erased; */
  uint64_t without_facts;                                         /* recorded without any; */
  uint64_t changed;                                               /* what is stored is not what was recorded; */
  uint64_t unreadable;                                            /* recorded by a newer library, or written by none; */
  uint64_t without_policies;                                      /* the policies of its time are not in the store */
} askiam_replay_summary;

/* Append-only; `size` is sizeof. */
typedef struct askiam_replay_options {
  size_t size;
  /* The policies to try; NULL: those of each request's time. Borrowed for the call. */
  const askiam_policy_set *policies;
  /* "guardrail" or "allowlist"; absent: as it was for each request. */
  askiam_str policy_mode;
  /* Which requests, and how many of them: limit N with newest_first for the last N. count_by must be absent. NULL: all,
   * oldest first. */
  const askiam_audit_filter *filter;
  /* Which flips count as chosen: "VALID:INVALID,INVALID:VALID", or "any". Absent: none. */
  askiam_str fail_on;
} askiam_replay_options;

/* Repeats many recorded decisions, in constant memory, and tells every one whose status would be another one. With
 * `policies` or `policy_mode`, statuses and codes are compared: what would have been under them. Without, everything
 * that askiam_replay_decision compares. Nothing is written.
 *
 * `line` gets a JSON object for each flip {"type": "flip", …}, for each record that was changed or cannot be read
 * {"type": "not_replayable", …}, and (without policies and mode) for each other difference {"type": "difference", …};
 * at the end {"type": "summary", …}. docs/audit.md has the members. INVALID_ARGUMENT for options that are none;
 * `options` may be NULL. */
ASKIAM_API askiam_status askiam_replay_many(askiam_replay_summary *out_summary, askiam_engine *engine,
                                            const askiam_replay_options *options, askiam_line_fn line, void *context,
                                            askiam_error *error);

/* Compiles the policies about access requests in a folder: every *.json, the name before that being the id, as in an
 * import folder's policies/. BAD_DATA where one of them would be refused; `problem` (may be NULL) is told everything
 * that is wrong with any of them, "file:line:column: error: message", and what is doubtful, "file:line:column: warning:
 * message". *out_count (may be NULL) is how many there are. Destroy with askiam_policy_set_destroy. `allocator` may be
 * NULL. */
ASKIAM_API askiam_status askiam_replay_read_policies(askiam_policy_set **out_set, uint64_t *out_count,
                                                     const char *folder, askiam_import_problem_fn problem,
                                                     void *context, const askiam_allocator *allocator,
                                                     askiam_error *error);

#ifdef __cplusplus
}
#endif
#endif
