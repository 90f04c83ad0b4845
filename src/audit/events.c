/* SPDX-License-Identifier: Apache-2.0
 *
 * The bodies of the events that leave with a decision: the contract's envelope, one line. */
#include "audit/draft.h"

static void s_write_detail(aski_json_writer *writer, const aski_draft *draft)
{
  const aski_audit_entry *entry = draft->entry;
  const aski_decision *decision = entry->decision;
  aski_json_open_object(writer, "detail");
  aski_json_write_string(writer, "request_id", decision->request_id);
  aski_json_write_string(writer, "requester_id", draft->requester_id);
  aski_json_write_string(writer, "user_id", draft->user_id);
  aski_json_write_string(writer, "app_id", draft->application_id);
  aski_json_write_string(writer, "role_id", draft->role_id);
  aski_json_write_text(writer, "status", askiam_verdict_name(decision->verdict));
  aski_codes_write_json(&decision->codes, writer, "reason_codes");
  aski_json_write_string(writer, "ip", entry->ip);
  aski_json_write_string(writer, "user_agent", entry->user_agent);
  aski_json_write_string(writer, "session_id", entry->session_id);
  aski_json_write_string(writer, "trace_id", entry->trace_id);
  aski_json_write_time(writer, "expires_at", decision->expires_at_ms);
  aski_json_open_object(writer, "audit");
  aski_json_write_text(writer, "id", draft->audit_id);
  aski_json_write_string(writer, "chain", decision->audit.chain);
  aski_json_write_integer(writer, "seq", decision->audit.seq);
  aski_json_write_string(writer, "hash", decision->audit.hash);
  aski_json_close_object(writer);
  aski_json_write_string(writer, "audit_hash", decision->audit.hash);
  aski_json_close_object(writer);
}

void aski_audit_write_event(aski_buffer *buffer, const aski_draft *draft, const char *id, const char *type)
{
  aski_json_writer writer;
  aski_json_writer_init(&writer, buffer);
  aski_json_open_object(&writer, NULL);
  aski_json_write_text(&writer, "id", id);
  aski_json_write_text(&writer, "source", "askiam");
  aski_json_write_text(&writer, "detail-type", type);
  aski_json_write_time(&writer, "time", draft->entry->decision->time_ms);
  aski_json_write_integer(&writer, "version", 1);
  s_write_detail(&writer, draft);
  aski_json_close_object(&writer);
}
