/* SPDX-License-Identifier: Apache-2.0
 *
 * A decision as the JSON of the contract. */
#include "model/decision.h"

static void s_write_requester(const aski_decision *decision, aski_json_writer *writer)
{
  aski_json_open_object(writer, "requester");
  aski_json_write_string(writer, "id", decision->requester.id);
  aski_json_write_string(writer, "name", decision->requester.name);
  aski_json_close_object(writer);
}

static void s_write_entities(const aski_decision *decision, aski_json_writer *writer)
{
  aski_json_open_object(writer, "entities");
  aski_entity_write_json(&decision->user, writer, "user");
  aski_entity_write_json(&decision->application, writer, "application");
  aski_entity_write_json(&decision->role, writer, "role");
  aski_json_close_object(writer);
  aski_json_open_object(writer, "duration");
  aski_json_write_time(writer, "expires_at", decision->expires_at_ms);
  aski_json_close_object(writer);
}

void aski_remedies_write_json(const aski_remedies *remedies, aski_json_writer *writer, const char *name)
{
  aski_json_open_array(writer, name);
  for (size_t i = 0; i < remedies->count; ++i) {
    const aski_remedy *remedy = &remedies->items[i];
    aski_json_open_object(writer, NULL);
    aski_json_write_text(writer, "code", aski_remedy_name(remedy->code));
    aski_json_write_string(writer, "detail", remedy->detail);
    aski_json_write_string(writer, "role_id", remedy->role_id);
    aski_json_write_string(writer, "app_id", remedy->application_id);
    aski_json_write_string(writer, "user_id", remedy->user_id);
    aski_json_close_object(writer);
  }
  aski_json_close_array(writer);
}

static void s_write_audit(const aski_audit_place *audit, aski_json_writer *writer)
{
  aski_json_open_object(writer, "audit");
  aski_json_write_string(writer, "chain", audit->chain);
  if (aski_str_present(audit->chain)) {
    aski_json_write_integer(writer, "seq", audit->seq);
  } else {
    aski_json_write_null(writer, "seq");
  }
  aski_json_write_string(writer, "hash", audit->hash);
  aski_json_close_object(writer);
}

void aski_decision_write_json(const aski_decision *decision, aski_buffer *buffer, bool with_audit)
{
  aski_json_writer writer;
  aski_json_writer_init(&writer, buffer);
  aski_json_open_object(&writer, NULL);
  aski_json_write_string(&writer, "request_id", decision->request_id);
  aski_json_write_text(&writer, "status", askiam_verdict_name(decision->verdict));
  aski_json_write_string(&writer, "reason", decision->reason);
  aski_codes_write_json(&decision->codes, &writer, "reason_codes");
  aski_json_write_bool(&writer, "dry_run", decision->dry_run);
  aski_json_write_time(&writer, "timestamp", decision->time_ms);
  aski_json_write_number(&writer, "duration_ms", decision->duration_ms, 3);
  aski_json_write_text(&writer, "method", aski_method_name(decision->method));
  aski_json_write_text(&writer, "mode", aski_mode_name(decision->mode));
  s_write_requester(decision, &writer);
  s_write_entities(decision, &writer);
  aski_rag_write_json(&decision->rag, &writer, "rag");
  aski_rules_write_json(&decision->rules, &writer, "mcp");
  aski_suggestions_write_json(&decision->suggestions, &writer, "suggestions");
  aski_remedies_write_json(&decision->remedies, &writer, "remedies");
  aski_json_write_string(&writer, "question", decision->question);
  if (with_audit) {
    s_write_audit(&decision->audit, &writer);
  }
  aski_json_close_object(&writer);
}
