/* SPDX-License-Identifier: Apache-2.0
 *
 * The rest of what is recorded of a decision that the pipeline made in another process: the sentence, and all that
 * a replay needs. With it the record is the one that would have been written there. */
#include "audit/record_json.h"
#include "json/json.h"

static askiam_status s_bad(const char *what, askiam_error *error)
{
  return askiam_error_set(error, ASKIAM_STATUS_BAD_DATA, ASKIAM_LAYER_AUDIT, "the audit record is malformed: %s", what);
}

static bool s_same_entity(const aski_entity *left, const aski_entity *right)
{
  return left->found == right->found && (!left->found || aski_str_equal(left->id, right->id));
}

/* Whether both speak of one decision. */
static bool s_is_of(const aski_replay *replay, const aski_audit_entry *entry)
{
  const aski_decision *decision = entry->decision;
  return replay->now_ms == decision->time_ms && replay->expires_at_ms == decision->expires_at_ms &&
         aski_str_equal(replay->speaker_id, entry->speaker_id) &&
         aski_str_equal(replay->requester_id, decision->requester.id) && aski_str_equal(replay->ip, entry->ip) &&
         aski_str_equal(replay->user_agent, entry->user_agent) && s_same_entity(&replay->user, &decision->user) &&
         s_same_entity(&replay->application, &decision->application) && s_same_entity(&replay->role, &decision->role) &&
         replay->rag.outcome == decision->rag.outcome;
}

/* What is stored must be, byte for byte, what the caller will answer with; then nothing of it was lost on the way. */
static askiam_status s_check_text(const aski_decision *decision, askiam_str text, askiam_error *error)
{
  aski_buffer again;
  aski_buffer_init(&again, &decision->allocator);
  aski_decision_write_json(decision, &again, false);
  bool same = aski_str_equal(aski_buffer_view(&again), text);
  askiam_status status = again.failed ? askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_AUDIT,
                                                         "out of memory while recording")
                         : same       ? ASKIAM_STATUS_OK
                                      : s_bad("\"validation_result\" is not what this version writes of it", error);
  aski_buffer_clean_up(&again);
  return status;
}

askiam_status aski_audit_read_case(aski_audit_entry *entry, aski_arena *arena, askiam_str json,
                                   const askiam_allocator *allocator, askiam_error *error)
{
  askiam_str pipeline = aski_audit_slice(json, ASKI_AUDIT_PIPELINE);
  askiam_str text = aski_audit_slice(pipeline, "case");
  if (!aski_str_present(text)) {
    return s_bad("\"pipeline\" has no \"case\"", error);
  }
  aski_replay replay;
  askiam_status status = aski_replay_read_json(&replay, arena, text, allocator, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  if (!s_is_of(&replay, entry)) {
    return s_bad("\"case\" and \"validation_result\" are of different decisions", error);
  }
  entry->decision->rag.confidence = replay.rag.confidence; /* a decision shows it rounded */
  entry->facts = replay.facts;
  entry->reading = replay.reading;
  entry->policies_problem = replay.policies_problem;
  entry->looks = replay.looks;
  entry->settings = replay.settings;
  entry->claims = replay.claims;
  return s_check_text(entry->decision, aski_audit_slice(json, "validation_result"), error);
}
