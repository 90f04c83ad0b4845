/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/grant.h"

#include "base/text.h"
#include "json/json.h"

static const struct {
  const char *state, *status, *action, *event;
} s_steps[ASKI_GRANT_STEP_COUNT] = {
    [ASKI_GRANT_GRANTED] = {"granted", "GRANTED", "askiam:GrantRole", "grant.granted"},
    [ASKI_GRANT_FAILED] = {"failed", "FAILED", "askiam:GrantRole", "grant.failed"},
    [ASKI_GRANT_REVOKED] = {"revoked", "REVOKED", "askiam:RevokeRole", "grant.revoked"},
    [ASKI_GRANT_EXPIRED] = {"expired", "EXPIRED", "askiam:ExpireRole", "grant.expired"},
};

const char *aski_grant_step_state(aski_grant_step step) { return s_steps[step].state; }

static askiam_status s_no_memory(askiam_error *error)
{
  return askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_AUDIT, "out of memory while recording a grant");
}

static askiam_status s_no_hash(askiam_error *error)
{
  return askiam_error_set(error, ASKIAM_STATUS_INTERNAL, ASKIAM_LAYER_AUDIT,
                          "random bytes or a hash could not be had from the cryptographic library");
}

static void s_write_id(aski_json_writer *writer, const char *name, askiam_str id)
{
  aski_json_open_object(writer, name);
  aski_json_write_string(writer, "id", id);
  aski_json_close_object(writer);
}

static void s_write_codes(aski_json_writer *writer, const aski_grant_entry *entry)
{
  aski_json_open_array(writer, "reason_codes");
  for (size_t i = 0; i < entry->code_count; ++i) {
    aski_json_write_text(writer, NULL, entry->codes[i]);
  }
  aski_json_close_array(writer);
}

static void s_write_place(aski_json_writer *writer, const char *name, const char *id, const aski_audit_place *place)
{
  aski_json_open_object(writer, name);
  if (id != NULL) {
    aski_json_write_text(writer, "id", id);
  }
  aski_json_write_string(writer, "chain", place->chain);
  aski_json_write_integer(writer, "seq", place->seq);
  aski_json_write_string(writer, "hash", place->hash);
  aski_json_close_object(writer);
}

static void s_write_times(aski_json_writer *writer, const aski_grant_entry *entry)
{
  aski_json_write_time(writer, "granted_at", entry->granted_at_ms);
  aski_json_write_time(writer, "expires_at", entry->expires_at_ms);
  aski_json_write_bool(writer, "held", entry->held);
  aski_json_write_time(writer, "held_until", entry->held ? entry->held_until_ms : 0);
}

/* Every column of audit_log, so that each can be compared with it, and no words. */
static void s_write_payload(aski_buffer *buffer, const aski_grant_draft *draft, const aski_audit *audit,
                            const char *key_id)
{
  const aski_grant_entry *entry = draft->entry;
  bool keyed = aski_audit_keyed(audit->key);
  aski_json_writer writer;
  aski_json_writer_init(&writer, buffer);
  aski_json_open_object(&writer, NULL);
  aski_json_write_integer(&writer, "v", 1);
  aski_json_write_text(&writer, "kind", ASKI_GRANT_KIND);
  aski_json_write_text(&writer, "id", draft->audit_id);
  aski_json_write_text(&writer, "alg", keyed ? "hmac-sha256" : "sha256");
  aski_json_write_text(&writer, "key_id", keyed ? key_id : NULL);
  aski_json_write_time(&writer, "time", entry->time_ms);
  aski_json_write_integer(&writer, "time_ms", entry->time_ms);
  aski_json_write_string(&writer, "request_id", entry->request_id);
  aski_json_write_text(&writer, "action", s_steps[entry->step].action);
  aski_json_write_string(&writer, "resource", draft->resource);
  s_write_id(&writer, "requester", entry->requester_id);
  s_write_id(&writer, "user", entry->user_id);
  s_write_id(&writer, "application", entry->application_id);
  aski_json_open_object(&writer, "role");
  aski_json_write_string(&writer, "id", entry->role_id);
  aski_json_write_string(&writer, "risk", entry->risk);
  aski_json_close_object(&writer);
  aski_json_write_text(&writer, "status", s_steps[entry->step].status);
  s_write_codes(&writer, entry);
  aski_json_write_string(&writer, "actor", entry->actor_id);
  s_write_times(&writer, entry);
  s_write_place(&writer, "decision", NULL, &entry->decision);
  aski_json_write_null(&writer, "ip");
  aski_json_write_string(&writer, "config_hash", audit->config_hash);
  aski_json_close_object(&writer);
}

/* The contract's envelope; what the request brought along goes with it, so that its events can be told to belong
 * together. */
static void s_write_event(aski_buffer *buffer, const aski_grant_draft *draft, const aski_audit_place *place)
{
  const aski_grant_entry *entry = draft->entry;
  aski_json_writer writer;
  aski_json_writer_init(&writer, buffer);
  aski_json_open_object(&writer, NULL);
  aski_json_write_text(&writer, "id", draft->event_id);
  aski_json_write_text(&writer, "source", "askiam");
  aski_json_write_text(&writer, "detail-type", s_steps[entry->step].event);
  aski_json_write_time(&writer, "time", entry->time_ms);
  aski_json_write_integer(&writer, "version", 1);
  aski_json_open_object(&writer, "detail");
  aski_json_write_string(&writer, "request_id", entry->request_id);
  aski_json_write_string(&writer, "requester_id", entry->requester_id);
  aski_json_write_string(&writer, "user_id", entry->user_id);
  aski_json_write_string(&writer, "app_id", entry->application_id);
  aski_json_write_string(&writer, "role_id", entry->role_id);
  aski_json_write_text(&writer, "status", s_steps[entry->step].status);
  s_write_codes(&writer, entry);
  aski_json_write_string(&writer, "actor", entry->actor_id);
  aski_json_write_string(&writer, "ip", entry->ip);
  aski_json_write_string(&writer, "user_agent", entry->user_agent);
  aski_json_write_string(&writer, "session_id", entry->session_id);
  aski_json_write_string(&writer, "trace_id", entry->trace_id);
  s_write_times(&writer, entry);
  s_write_place(&writer, "decision", NULL, &entry->decision);
  s_write_place(&writer, "audit", draft->audit_id, place);
  aski_json_write_string(&writer, "audit_hash", place->hash);
  aski_json_close_object(&writer);
  aski_json_close_object(&writer);
}

static askiam_status s_make_payload(aski_grant_draft *draft, aski_arena *arena, const aski_audit *audit,
                                    askiam_error *error)
{
  char key_id[ASKI_AUDIT_KEY_ID_BYTES] = "";
  if (aski_audit_keyed(audit->key) && !aski_audit_key_id(audit->key, key_id)) {
    return s_no_hash(error);
  }
  aski_buffer buffer;
  aski_buffer_init(&buffer, audit->allocator);
  s_write_payload(&buffer, draft, audit, key_id);
  draft->payload = buffer.failed ? ASKI_STR_NONE : aski_arena_copy(arena, aski_buffer_view(&buffer));
  aski_buffer_clean_up(&buffer);
  return aski_str_present(draft->payload) ? ASKIAM_STATUS_OK : s_no_memory(error);
}

askiam_status aski_grant_draft_make(aski_grant_draft *out_draft, aski_arena *arena, const aski_audit *audit,
                                    const aski_grant_entry *entry, askiam_error *error)
{
  *out_draft = (aski_grant_draft){.entry = entry};
  if (entry->actor_id.length > 0 && !aski_text_valid(entry->actor_id)) {
    return askiam_error_set(error, ASKIAM_STATUS_BAD_DATA, ASKIAM_LAYER_AUDIT,
                            "the grant cannot be recorded: the id of who does it is not UTF-8");
  }
  out_draft->resource = aski_arena_format(arena, "arn:aws:askiam:::application/%.*s/role/%.*s",
                                          ASKI_STR_ARG(entry->application_id), ASKI_STR_ARG(entry->role_id));
  if (arena->failed) {
    return s_no_memory(error);
  }
  if (!aski_id_new(out_draft->audit_id, "aud", entry->time_ms, audit->random) ||
      !aski_id_new(out_draft->event_id, "evt", entry->time_ms, audit->random)) {
    return s_no_hash(error);
  }
  askiam_status status = s_make_payload(out_draft, arena, audit, error);
  if (status == ASKIAM_STATUS_OK) {
    out_draft->record = askiam_record_new(audit->allocator);
    status = out_draft->record == NULL ? s_no_memory(error) : ASKIAM_STATUS_OK;
  }
  return status;
}

void aski_grant_draft_clean_up(aski_grant_draft *draft)
{
  if (draft->record != NULL) {
    askiam_record_destroy(draft->record);
    draft->record = NULL;
  }
}

static askiam_status s_fill(const aski_grant_draft *draft, const aski_audit_place *place, const aski_head *head)
{
  const aski_grant_entry *entry = draft->entry;
  const struct {
    askiam_record_field field;
    askiam_str value;
  } texts[] = {
      {ASKIAM_RECORD_REQUEST_ID, entry->request_id},
      {ASKIAM_RECORD_REQUESTER_ID, entry->requester_id},
      {ASKIAM_RECORD_USER_ID, entry->user_id},
      {ASKIAM_RECORD_APPLICATION_ID, entry->application_id},
      {ASKIAM_RECORD_ROLE_ID, entry->role_id},
      {ASKIAM_RECORD_RISK, entry->risk},
      {ASKIAM_RECORD_STATUS, askiam_str_from(s_steps[entry->step].status)},
      {ASKIAM_RECORD_AUDIT_ID, askiam_str_from(draft->audit_id)},
      {ASKIAM_RECORD_ACTION, askiam_str_from(s_steps[entry->step].action)},
      {ASKIAM_RECORD_RESOURCE, draft->resource},
      {ASKIAM_RECORD_CHAIN, head->chain},
      {ASKIAM_RECORD_PREV_HASH, askiam_str_from(head->hash)},
      {ASKIAM_RECORD_HASH, place->hash},
      {ASKIAM_RECORD_PAYLOAD, draft->payload},
  };
  askiam_status status = ASKIAM_STATUS_OK;
  askiam_record_clear(draft->record);
  for (size_t i = 0; status == ASKIAM_STATUS_OK && i < sizeof texts / sizeof *texts; ++i) {
    if (aski_str_present(texts[i].value)) {
      status = askiam_record_set_text(draft->record, texts[i].field, texts[i].value);
    }
  }
  askiam_record_set_number(draft->record, ASKIAM_RECORD_TIME_MS, entry->time_ms);
  askiam_record_set_number(draft->record, ASKIAM_RECORD_SEQ, place->seq);
  return status;
}

askiam_status aski_grant_draft_seal(aski_grant_draft *draft, const aski_audit *audit, const aski_head *head,
                                    askiam_error *error)
{
  char hash[ASKI_SHA256_HEX_BYTES];
  aski_link link = {head->chain, head->seq + 1, askiam_str_from(head->hash), draft->payload};
  if (!aski_audit_link_hash(audit->key, &link, hash)) {
    return s_no_hash(error);
  }
  const aski_audit_place place = {.chain = head->chain, .seq = link.seq, .hash = askiam_str_from(hash)};
  askiam_status status = s_fill(draft, &place, head);
  aski_buffer body;
  aski_buffer_init(&body, audit->allocator);
  s_write_event(&body, draft, &place);
  if (status == ASKIAM_STATUS_OK) {
    status = body.failed
                 ? ASKIAM_STATUS_NO_MEMORY
                 : aski_record_add_event(draft->record, askiam_str_from(draft->event_id),
                                         askiam_str_from(s_steps[draft->entry->step].event), aski_buffer_view(&body));
  }
  aski_buffer_clean_up(&body);
  return status == ASKIAM_STATUS_OK ? status : s_no_memory(error);
}
