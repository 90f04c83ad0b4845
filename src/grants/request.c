/* SPDX-License-Identifier: Apache-2.0 */
#include "grants/request.h"

#include "audit/stored.h"

typedef struct request_find {
  const aski_audit *audit;
  askiam_error *error;
  aski_arena *arena;
  aski_grants_request *request;
} request_find;

static askiam_str s_copy(const request_find *find, const askiam_record *record, askiam_record_field field)
{
  return aski_arena_copy(find->arena, askiam_record_text(record, field));
}

static void s_keep(const request_find *find, const askiam_record *record)
{
  aski_grants_request *request = find->request;
  request->request_id = s_copy(find, record, ASKIAM_RECORD_REQUEST_ID);
  request->requester_id = s_copy(find, record, ASKIAM_RECORD_REQUESTER_ID);
  request->user_id = s_copy(find, record, ASKIAM_RECORD_USER_ID);
  request->application_id = s_copy(find, record, ASKIAM_RECORD_APPLICATION_ID);
  request->role_id = s_copy(find, record, ASKIAM_RECORD_ROLE_ID);
  request->risk = s_copy(find, record, ASKIAM_RECORD_RISK);
  request->content_hash = s_copy(find, record, ASKIAM_RECORD_CONTENT_HASH);
  request->expires_at_ms = askiam_record_number(record, ASKIAM_RECORD_EXPIRES_AT_MS);
  request->decided_at_ms = askiam_record_number(record, ASKIAM_RECORD_TIME_MS);
  request->place.chain = s_copy(find, record, ASKIAM_RECORD_CHAIN);
  request->place.seq = askiam_record_number(record, ASKIAM_RECORD_SEQ);
  request->place.hash = s_copy(find, record, ASKIAM_RECORD_HASH);
  request->valid = aski_str_equal_text(askiam_record_text(record, ASKIAM_RECORD_STATUS),
                                       askiam_verdict_name(ASKIAM_VERDICT_VALID)) &&
                   request->user_id.length > 0 && request->application_id.length > 0 && request->role_id.length > 0;
}

static askiam_str s_member(const request_find *find, const aski_json_document *payload, const char *name)
{
  return aski_arena_copy(find->arena, aski_json_string(aski_json_get(aski_json_root(payload), name)));
}

/* What the request brought along stays in the payload, also where its words were erased. */
static askiam_status s_read_payload(const request_find *find, const askiam_record *record)
{
  aski_json_document *payload = NULL;
  askiam_status status = aski_json_parse(&payload, askiam_record_text(record, ASKIAM_RECORD_PAYLOAD),
                                         find->audit->allocator, ASKIAM_LAYER_AUDIT, find->error);
  if (status == ASKIAM_STATUS_OK) {
    aski_grants_request *request = find->request;
    request->by_evidence =
        aski_str_equal_text(aski_json_string(aski_json_get(aski_json_root(payload), "method")), "RAG");
    request->ip = s_member(find, payload, "ip");
    request->user_agent = s_member(find, payload, "user_agent");
    request->session_id = s_member(find, payload, "session_id");
    request->trace_id = s_member(find, payload, "trace_id");
  }
  aski_json_destroy(payload);
  return status;
}

/* Facts that cannot be read, of a newer library for instance, are as good as none: whoever asks for them is then
 * careful. */
static askiam_status s_read_facts(const request_find *find, const askiam_record *record)
{
  askiam_str facts = s_copy(find, record, ASKIAM_RECORD_FACTS);
  if (facts.length == 0) {
    return ASKIAM_STATUS_OK;
  }
  aski_replay *replay = aski_arena_acquire(find->arena, 1, sizeof *replay);
  if (replay == NULL) {
    return ASKIAM_STATUS_NO_MEMORY;
  }
  askiam_status status = aski_replay_read_json(replay, find->arena, facts, find->audit->allocator, NULL);
  find->request->facts = status == ASKIAM_STATUS_OK ? replay->facts : NULL;
  return status == ASKIAM_STATUS_NO_MEMORY ? status : ASKIAM_STATUS_OK;
}

static askiam_status s_row(void *context, const askiam_record *record)
{
  request_find *find = context;
  if (++find->request->count > 1) {
    return ASKIAM_STATUS_OK;
  }
  bool erased = false;
  askiam_status status = aski_stored_examine(&erased, find->audit, record, find->error);
  if (status == ASKIAM_STATUS_OK) {
    s_keep(find, record);
    status = s_read_payload(find, record);
  }
  if (status == ASKIAM_STATUS_OK && !erased) {
    status = s_read_facts(find, record);
  }
  if (status == ASKIAM_STATUS_NO_MEMORY || (status == ASKIAM_STATUS_OK && find->arena->failed)) {
    status =
        askiam_error_set(find->error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_AUDIT, "out of memory reading a request");
  }
  return status;
}

askiam_status aski_grants_find(aski_grants_request *out_request, aski_arena *arena, const aski_grants *grants,
                               const askiam_call *call, askiam_str requester_id, askiam_str request_id,
                               askiam_error *error)
{
  *out_request = (aski_grants_request){0};
  request_find find = {grants->audit, error, arena, out_request};
  askiam_status status = aski_journal_find(grants->audit->journal, call, requester_id, request_id, s_row, &find, error);
  return status == ASKIAM_STATUS_OK ? aski_stored_check_count(out_request->count, request_id, error) : status;
}
