/* SPDX-License-Identifier: Apache-2.0
 *
 * The payload of an entry: what an auditor needs, with every column of audit_log, so that each column can be compared with it.
 * No words of the sentence, nor of an answer that may quote it: those must stay erasable. docs/audit.md lists the members. */
#include "audit/draft.h"

static void s_write_entity(aski_json_writer *writer, const char *name, const aski_entity *entity, askiam_str id)
{
  aski_json_open_object(writer, name);
  aski_json_write_string(writer, "id", id);
  aski_json_write_string(writer, "name", entity->found ? entity->name : ASKI_STR_NONE);
  aski_json_close_object(writer);
}

static void s_write_people(aski_json_writer *writer, const aski_draft *draft)
{
  const aski_decision *decision = draft->entry->decision;
  s_write_entity(writer, "requester", &decision->requester, draft->requester_id);
  aski_json_write_string(writer, "speaker_id", draft->entry->speaker_id);
  s_write_entity(writer, "user", &decision->user, draft->user_id);
  s_write_entity(writer, "application", &decision->application, draft->application_id);
  aski_json_open_object(writer, "role");
  aski_json_write_string(writer, "id", draft->role_id);
  aski_json_write_string(writer, "name", decision->role.found ? decision->role.name : ASKI_STR_NONE);
  aski_json_write_string(writer, "risk", draft->risk);
  aski_json_close_object(writer);
}

static void s_write_why(aski_json_writer *writer, const aski_decision *decision)
{
  aski_json_write_text(writer, "status", askiam_verdict_name(decision->verdict));
  aski_codes_write_json(&decision->codes, writer, "reason_codes");
  aski_json_write_text(writer, "method", aski_method_name(decision->method));
  aski_json_write_text(writer, "mode", aski_mode_name(decision->mode));
  aski_json_write_text(writer, "rag", aski_rag_outcome_name(decision->rag.outcome));
  if (decision->rag.confidence >= 0) {
    aski_json_write_number(writer, "confidence", decision->rag.confidence, -1);
  } else {
    aski_json_write_null(writer, "confidence");
  }
  aski_json_write_text(writer, "mcp", aski_rules_outcome_name(decision->rules.outcome));
  aski_json_open_array(writer, "checks");
  for (size_t i = 0; i < decision->rules.count; ++i) {
    const aski_check *check = &decision->rules.checks[i];
    aski_json_open_object(writer, NULL);
    aski_json_write_text(writer, "code", aski_check_name(check->code));
    aski_json_write_bool(writer, "passed", check->passed);
    aski_json_write_bool(writer, "hard", check->hard);
    aski_json_write_text(writer, "reason_code", check->passed ? NULL : aski_code_name(check->reason));
    aski_json_close_object(writer);
  }
  aski_json_close_array(writer);
}

static void s_write_hash(aski_json_writer *writer, const char *name, const char *hash)
{
  aski_json_write_text(writer, name, hash[0] == 0 ? NULL : hash);
}

static void s_write_hashes(aski_json_writer *writer, const aski_draft *draft)
{
  s_write_hash(writer, "sentence_hash", draft->sentence_hash);
  s_write_hash(writer, "facts_hash", draft->facts_hash);
  s_write_hash(writer, "content_hash", draft->content_hash);
  s_write_hash(writer, "decision_hash", draft->decision_hash);
}

void aski_audit_write_payload(aski_buffer *buffer, const aski_draft *draft, const aski_audit *audit, const char *key_id)
{
  const aski_decision *decision = draft->entry->decision;
  bool keyed = aski_audit_keyed(audit->key);
  aski_json_writer writer;
  aski_json_writer_init(&writer, buffer);
  aski_json_open_object(&writer, NULL);
  aski_json_write_integer(&writer, "v", 1);
  aski_json_write_text(&writer, "id", draft->audit_id);
  aski_json_write_text(&writer, "alg", keyed ? "hmac-sha256" : "sha256");
  aski_json_write_text(&writer, "key_id", keyed ? key_id : NULL);
  aski_json_write_time(&writer, "time", decision->time_ms);
  aski_json_write_integer(&writer, "time_ms", decision->time_ms);
  aski_json_write_string(&writer, "request_id", decision->request_id);
  aski_json_write_text(&writer, "action", ASKI_AUDIT_ACTION);
  aski_json_write_string(&writer, "resource", draft->resource);
  s_write_people(&writer, draft);
  s_write_why(&writer, decision);
  aski_json_write_time(&writer, "expires_at", decision->expires_at_ms);
  aski_json_write_integer(&writer, "expires_at_ms", decision->expires_at_ms);
  aski_json_write_integer(&writer, "pattern", draft->pattern);
  aski_json_write_integer(&writer, "approved", draft->approved);
  aski_json_write_string(&writer, "ip", draft->entry->ip);
  aski_json_write_string(&writer, "user_agent", draft->entry->user_agent);
  aski_json_write_string(&writer, "session_id", draft->entry->session_id);
  aski_json_write_string(&writer, "trace_id", draft->entry->trace_id);
  s_write_hashes(&writer, draft);
  aski_json_write_string(&writer, "config_hash", audit->config_hash);
  aski_json_write_string(&writer, "policy_hash", draft->policy_hash);
  aski_json_close_object(&writer);
}
