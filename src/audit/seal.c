/* SPDX-License-Identifier: Apache-2.0
 *
 * Sealing: a draft gets its place in a chain, the decision says so, and the record is complete. Nothing after this can fail but
 * the write itself. */
#include "audit/draft.h"

static askiam_status s_place(aski_draft *draft, const aski_audit *audit, const aski_head *head, askiam_error *error)
{
  aski_decision *decision = draft->entry->decision;
  char hash[ASKI_SHA256_HEX_BYTES];
  aski_link link = {head->chain, head->seq + 1, askiam_str_from(head->hash), draft->payload};
  if (!aski_audit_link_hash(audit->key, &link, hash)) {
    return askiam_error_set(error, ASKIAM_STATUS_INTERNAL, ASKIAM_LAYER_AUDIT,
                            "the entry's hash could not be computed");
  }
  decision->audit.chain = aski_arena_copy(&decision->arena, head->chain);
  decision->audit.seq = link.seq;
  decision->audit.hash = aski_arena_copy(&decision->arena, askiam_str_from(hash));
  decision->json = ASKI_STR_NONE;
  if (decision->arena.failed || !aski_decision_seal(decision)) {
    return askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_AUDIT, "out of memory while recording");
  }
  return ASKIAM_STATUS_OK;
}

static askiam_status s_fill_texts(const aski_draft *draft, const aski_audit *audit, const aski_head *head)
{
  const aski_audit_entry *entry = draft->entry;
  const aski_decision *decision = entry->decision;
  bool sentence = aski_str_present(entry->sentence);
  const struct {
    askiam_record_field field;
    askiam_str value;
  } texts[] = {
      {ASKIAM_RECORD_REQUEST_ID, decision->request_id},
      {ASKIAM_RECORD_REQUESTER_ID, draft->requester_id},
      {ASKIAM_RECORD_USER_ID, draft->user_id},
      {ASKIAM_RECORD_SPEAKER_ID, entry->speaker_id},
      {ASKIAM_RECORD_APPLICATION_ID, draft->application_id},
      {ASKIAM_RECORD_ROLE_ID, draft->role_id},
      {ASKIAM_RECORD_RISK, draft->risk},
      {ASKIAM_RECORD_STATUS, askiam_str_from(askiam_verdict_name(decision->verdict))},
      {ASKIAM_RECORD_DECISION, decision->json},
      {ASKIAM_RECORD_DECISION_SALT, askiam_str_from(draft->decision_salt)},
      {ASKIAM_RECORD_SENTENCE, sentence ? entry->sentence : ASKI_STR_NONE},
      {ASKIAM_RECORD_SENTENCE_SALT, askiam_str_from(draft->sentence_salt)},
      {ASKIAM_RECORD_FACTS, draft->replay},
      {ASKIAM_RECORD_FACTS_SALT, askiam_str_from(draft->facts_salt)},
      {ASKIAM_RECORD_CONTENT_HASH, askiam_str_from(draft->content_hash)},
      {ASKIAM_RECORD_CONFIG_HASH, audit->config_hash},
      {ASKIAM_RECORD_POLICY_HASH, draft->policy_hash},
      {ASKIAM_RECORD_AUDIT_ID, askiam_str_from(draft->audit_id)},
      {ASKIAM_RECORD_ACTION, ASKI_STR(ASKI_AUDIT_ACTION)},
      {ASKIAM_RECORD_RESOURCE, draft->resource},
      {ASKIAM_RECORD_IP_ADDRESS, entry->ip},
      {ASKIAM_RECORD_CHAIN, head->chain},
      {ASKIAM_RECORD_PREV_HASH, askiam_str_from(head->hash)},
      {ASKIAM_RECORD_HASH, decision->audit.hash},
      {ASKIAM_RECORD_PAYLOAD, draft->payload},
  };
  askiam_status status = ASKIAM_STATUS_OK;
  for (size_t i = 0; status == ASKIAM_STATUS_OK && i < sizeof texts / sizeof *texts; ++i) {
    if (aski_str_present(texts[i].value)) {
      status = askiam_record_set_text(draft->record, texts[i].field, texts[i].value);
    }
  }
  return status;
}

static void s_fill_numbers(const aski_draft *draft)
{
  const aski_decision *decision = draft->entry->decision;
  askiam_record_set_number(draft->record, ASKIAM_RECORD_TIME_MS, decision->time_ms);
  askiam_record_set_number(draft->record, ASKIAM_RECORD_SEQ, decision->audit.seq);
  askiam_record_set_number(draft->record, ASKIAM_RECORD_EXPIRES_AT_MS, decision->expires_at_ms);
  askiam_record_set_number(draft->record, ASKIAM_RECORD_PATTERN, draft->pattern);
  askiam_record_set_number(draft->record, ASKIAM_RECORD_APPROVED, draft->approved);
}

static askiam_status s_add_event(const aski_draft *draft, aski_buffer *scratch, const char *id, const char *type)
{
  aski_buffer_clear(scratch);
  aski_audit_write_event(scratch, draft, id, type);
  if (scratch->failed) {
    return ASKIAM_STATUS_NO_MEMORY;
  }
  return aski_record_add_event(draft->record, askiam_str_from(id), askiam_str_from(type), aski_buffer_view(scratch));
}

static askiam_status s_add_events(const aski_draft *draft, const askiam_allocator *allocator)
{
  aski_buffer scratch;
  aski_buffer_init(&scratch, allocator);
  askiam_status status = s_add_event(draft, &scratch, draft->decided_id, ASKI_EVENT_DECIDED);
  if (status == ASKIAM_STATUS_OK && draft->entry->decision->verdict == ASKIAM_VERDICT_VALID) {
    status = s_add_event(draft, &scratch, draft->requested_id, ASKI_EVENT_REQUESTED);
  }
  aski_buffer_clean_up(&scratch);
  return status;
}

askiam_status aski_draft_seal(aski_draft *draft, const aski_audit *audit, aski_head *head, askiam_error *error)
{
  askiam_status status = s_place(draft, audit, head, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  askiam_record_clear(draft->record);
  status = s_fill_texts(draft, audit, head);
  if (status == ASKIAM_STATUS_OK) {
    s_fill_numbers(draft);
    status = s_add_events(draft, audit->allocator);
  }
  if (status != ASKIAM_STATUS_OK) {
    return askiam_error_set(error, status, ASKIAM_LAYER_AUDIT, "the record could not be filled");
  }
  head->seq = draft->entry->decision->audit.seq;
  memcpy(head->hash, draft->entry->decision->audit.hash.data, ASKI_SHA256_HEX_BYTES - 1);
  head->hash[ASKI_SHA256_HEX_BYTES - 1] = 0;
  return ASKIAM_STATUS_OK;
}
