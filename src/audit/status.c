/* SPDX-License-Identifier: Apache-2.0
 *
 * What became of a request: its stored decision, as it was answered, and its grant. */
#include "audit/stored.h"
#include "json/json.h"

/* The decision's own bytes, or what is left of them, with one member more. */
void aski_audit_write_state(aski_buffer *out_json, const aski_request_state *state)
{
  aski_json_writer writer;
  aski_buffer_clear(out_json);
  aski_buffer_append(out_json, aski_str_slice(state->decision, 0, state->decision.length - 1));
  aski_json_writer_init(&writer, out_json);
  writer.need_comma = true;
  if (state->erased) {
    aski_json_write_bool(&writer, "erased", true);
  }
  aski_json_open_object(&writer, "grant");
  aski_json_write_string(&writer, "state", state->grant.state);
  aski_json_write_time(&writer, "granted_at", state->grant.granted_at_ms);
  aski_json_write_time(&writer, "expires_at", state->grant.expires_at_ms);
  aski_json_write_string(&writer, "reason", state->grant.reason);
  aski_json_close_object(&writer);
  aski_json_close_object(&writer);
}

/* What waits will end when the request says; an end that has come counts, whether or not anybody has written it down. */
static void s_settle_times(askiam_grant_state *grant, const aski_stored *stored, int64_t now_ms)
{
  if (aski_str_equal_text(grant->state, "requested")) {
    grant->expires_at_ms = stored->expires_at_ms;
  } else if (aski_str_equal_text(grant->state, "granted") && grant->expires_at_ms != 0 &&
             grant->expires_at_ms <= now_ms) {
    grant->state = ASKI_STR("expired");
  }
}

askiam_status aski_audit_look_up(aski_request_state *out_state, aski_arena *arena, const aski_audit *audit,
                                 const aski_state *state, const askiam_call *call, askiam_str request_id,
                                 askiam_str requester_id, askiam_str viewer_id, askiam_error *error)
{
  aski_stored stored;
  askiam_status status = aski_stored_find_for(&stored, arena, audit, call, requester_id, request_id, viewer_id, error);
  if (status == ASKIAM_STATUS_OK) {
    status = aski_stored_check_count(stored.count, request_id, error);
  }
  if (status == ASKIAM_STATUS_OK && stored.erased) {
    status = aski_stored_remains(&stored.decision, &stored, audit, error);
  }
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  bool valid = aski_str_equal_text(stored.status, askiam_verdict_name(ASKIAM_VERDICT_VALID));
  *out_state = (aski_request_state){.decision = stored.decision,
                                    .erased = stored.erased,
                                    .grant = {.arena = arena,
                                              .state = valid ? ASKI_STR("requested") : ASKI_STR("none"),
                                              .expires_at_ms = valid ? stored.expires_at_ms : 0}};
  if (state != NULL && state->provided) {
    status = aski_state_grant(state, call, stored.requester_id, request_id, &out_state->grant, error);
  }
  if (status == ASKIAM_STATUS_OK) {
    s_settle_times(&out_state->grant, &stored, call->now_ms);
  }
  return status;
}

askiam_status aski_audit_status(aski_buffer *out_json, const aski_audit *audit, const aski_state *state,
                                const askiam_call *call, askiam_str request_id, askiam_str requester_id,
                                askiam_error *error)
{
  aski_arena arena;
  aski_arena_init(&arena, audit->allocator);
  aski_request_state found;
  askiam_status status =
      aski_audit_look_up(&found, &arena, audit, state, call, request_id, requester_id, ASKI_STR_NONE, error);
  if (status == ASKIAM_STATUS_OK) {
    aski_audit_write_state(out_json, &found);
    if (out_json->failed) {
      status = askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_AUDIT, "out of memory writing a status");
    }
  }
  aski_arena_clean_up(&arena);
  return status;
}
