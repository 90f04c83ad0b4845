/* SPDX-License-Identifier: Apache-2.0
 *
 * Telling what came of an order. */
#include "grants/change.h"

static askiam_str s_or_none(askiam_str text) { return text.length == 0 ? ASKI_STR_NONE : text; }

static void s_write_grant(aski_json_writer *writer, const askiam_grant_state *grant)
{
  aski_json_open_object(writer, "grant");
  aski_json_write_string(writer, "state", grant->state);
  aski_json_write_time(writer, "granted_at", grant->granted_at_ms);
  aski_json_write_time(writer, "expires_at", grant->expires_at_ms);
  aski_json_write_string(writer, "reason", grant->reason);
  aski_json_close_object(writer);
}

void aski_grants_write_json(const aski_grants_result *result, const askiam_error *failure, aski_buffer *buffer)
{
  const aski_grants_request *request = &result->request;
  aski_json_writer writer;
  aski_json_writer_init(&writer, buffer);
  aski_json_open_object(&writer, NULL);
  aski_json_write_string(&writer, "request_id", request->request_id);
  aski_json_write_string(&writer, "requester_id", request->requester_id);
  aski_json_write_string(&writer, "user_id", s_or_none(request->user_id));
  aski_json_write_string(&writer, "app_id", s_or_none(request->application_id));
  aski_json_write_string(&writer, "role_id", s_or_none(request->role_id));
  if (failure == NULL) {
    s_write_grant(&writer, &result->grant);
  } else {
    aski_json_write_null(&writer, "grant");
  }
  aski_json_write_bool(&writer, "changed", failure == NULL && result->changed);
  if (failure == NULL && result->changed) {
    aski_json_write_bool(&writer, "held", result->held);
    aski_json_write_time(&writer, "held_until", result->held_until_ms);
  }
  if (failure != NULL) {
    aski_json_open_object(&writer, "error");
    aski_json_write_text(&writer, "status", askiam_status_name(failure->status));
    aski_json_write_text(&writer, "message", failure->message);
    aski_json_close_object(&writer);
  }
  aski_json_close_object(&writer);
}

askiam_status aski_grants_run(aski_buffer *out_json, bool *out_alone, const aski_grants *grants,
                              const askiam_call *call, const aski_grants_order *order, askiam_error *error)
{
  aski_arena arena;
  aski_arena_init(&arena, grants->audit->allocator);
  aski_grants_result result;
  bool alone = false;
  askiam_status status = aski_grants_change(&result, &alone, &arena, grants, call, order, error);
  if (status == ASKIAM_STATUS_OK) {
    aski_grants_write_json(&result, NULL, out_json);
    if (out_json->failed) {
      status = askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_AUDIT, "out of memory for an answer");
    }
  }
  if (out_alone != NULL) {
    *out_alone = alone;
  }
  aski_arena_clean_up(&arena);
  return status;
}
