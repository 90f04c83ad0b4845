/* SPDX-License-Identifier: Apache-2.0
 *
 * The audit trail: verify it, anchor it, export it, ask it; and the delivery of events. docs/audit.md has the
 * formats. */
#ifndef ASKIAM_AUDIT_H
#define ASKIAM_AUDIT_H

#include <askiam/engine.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Receives one line of output (a JSON object without a line feed), borrowed for the call. Anything but OK ends the
 * walk with that status. */
typedef askiam_status (*askiam_line_fn)(void *context, askiam_str line);

/* Records a decision that was made elsewhere: the audit function of the spec. `json` is {request_id, user_id,
 * validation_result, context}; *out_json {status, audit}. Idempotent by (requester, request_id). A member
 * "pipeline" is for askiam_stage_serve (docs/split.md): with it the record has what a replay needs. It takes
 * request.timeout_ms at most. */
ASKIAM_API askiam_status askiam_audit_record(char **out_json, askiam_engine *engine, askiam_str json,
                                             askiam_error *error);
/* The same for a host that has only `timeout_ms` left: the least of that and request.timeout_ms counts; 0: that
 * alone. */
ASKIAM_API askiam_status askiam_audit_record_within(char **out_json, askiam_engine *engine, askiam_str json,
                                                    int64_t timeout_ms, askiam_error *error);

/* Checks the whole trail. OK whether or not it is sound: *out_sound says (1 or 0), *out_json tells chains,
 * entries, guarantees that were checked, and the first break of each chain. The key, if any, is
 * `audit.key_file`'s. `checkpoint_path` (may be NULL) names a signed checkpoint; its public key is
 * `public_key_path` (PEM; required with a checkpoint). */
ASKIAM_API askiam_status askiam_audit_verify(int *out_sound, char **out_json, askiam_engine *engine,
                                             const char *checkpoint_path, const char *public_key_path,
                                             askiam_error *error);

/* Signs the heads of all chains with the Ed25519 private key in `private_key_path` (PEM, PKCS #8): *out_json is
 * the checkpoint, one line, to be kept elsewhere. It is also kept in the store. */
ASKIAM_API askiam_status askiam_audit_checkpoint(char **out_json, askiam_engine *engine, const char *private_key_path,
                                                 askiam_error *error);

/* Every entry of the trail, by chain and sequence, a line each. */
ASKIAM_API askiam_status askiam_audit_export(askiam_engine *engine, askiam_line_fn line, void *context,
                                             askiam_error *error);

/* Filters; absent strings and zeros do not filter. Times are UTC milliseconds, from inclusive to exclusive.
 * `count_by` is a list of "user,requester,application,role,risk,status,action,day" or absent. `limit` 0 means all;
 * `newest_first` gives the latest ones, still oldest first where it is 0. Append-only; `size` is sizeof. */
typedef struct askiam_audit_filter {
  size_t size;
  askiam_str user_id; /* beneficiary or requester */
  askiam_str application_id;
  askiam_str role_id;
  askiam_str risk;
  askiam_str status;
  int64_t from_ms;
  int64_t to_ms;
  askiam_str count_by;
  uint64_t limit;
  int newest_first;
  /* Entries of this action only: askiam:RequestRole for decisions; askiam:GrantRole, askiam:RevokeRole,
   * askiam:ExpireRole for what became of grants. */
  askiam_str action;
} askiam_audit_filter;

/* Entries that pass the filter, a line each, or with `count_by` a line a group with its "count". */
ASKIAM_API askiam_status askiam_audit_query(askiam_engine *engine, const askiam_audit_filter *filter,
                                            askiam_line_fn line, void *context, askiam_error *error);

/* Delivers the outbox to a target, "file:PATH", or "https://…" as a signed webhook (http:// to this machine only;
 * the settings `webhook.…`): at least once, in the order of each chain; resumes where it ended. *out_delivered
 * (may be NULL) counts the events that were delivered and marked. NOT_SUPPORTED for a webhook in a build without
 * libcurl. */
ASKIAM_API askiam_status askiam_outbox_relay(uint64_t *out_delivered, askiam_engine *engine, const char *target,
                                             askiam_error *error);

/* Walks over the events that a webhook's receiver refused for good, oldest first, a JSON object a line: {"id",
 * "detail-type", "time", "attempts", "http_status", "event"}. CONFIG where `webhook.dead_letters` names no file. */
ASKIAM_API askiam_status askiam_outbox_dead_letters(askiam_engine *engine, askiam_line_fn line, void *context,
                                                    askiam_error *error);

#ifdef __cplusplus
}
#endif
#endif
