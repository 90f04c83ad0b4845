/* SPDX-License-Identifier: Apache-2.0
 *
 * What is kept so that a decision can be repeated offline: all inputs of rules and decision, as they were. Erasable: it is about
 * a person. */
#include "audit/draft.h"

static const char *s_cause_name(aski_rag_cause cause)
{
  switch (cause) {
  case ASKI_RAG_CAUSE_TIMEOUT:
    return "timeout";
  case ASKI_RAG_CAUSE_UNAVAILABLE:
    return "unavailable";
  case ASKI_RAG_CAUSE_NONE:
    break;
  }
  return "none";
}

/* A decision shows a rounded confidence; the rule compared the exact one. */
static void s_write_exact(aski_json_writer *writer, const aski_rag_result *rag)
{
  aski_json_open_object(writer, "rag_exact");
  if (rag->confidence >= 0) {
    aski_json_write_number(writer, "confidence", rag->confidence, -1);
  } else {
    aski_json_write_null(writer, "confidence");
  }
  aski_json_write_text(writer, "cause", s_cause_name(rag->cause));
  aski_json_close_object(writer);
}

void aski_audit_write_replay(aski_buffer *buffer, const aski_draft *draft)
{
  const aski_audit_entry *entry = draft->entry;
  const aski_decision *decision = entry->decision;
  aski_json_writer writer;
  aski_json_writer_init(&writer, buffer);
  aski_json_open_object(&writer, NULL);
  aski_json_write_integer(&writer, "v", 1);
  aski_json_write_integer(&writer, "now_ms", decision->time_ms);
  aski_json_write_integer(&writer, "expires_at_ms", decision->expires_at_ms);
  aski_json_write_string(&writer, "speaker_id", entry->speaker_id);
  aski_json_write_string(&writer, "requester_id", draft->requester_id);
  aski_json_write_string(&writer, "ip", entry->ip);
  aski_json_write_string(&writer, "user_agent", entry->user_agent);
  aski_json_open_object(&writer, "entities");
  aski_entity_write_json(&decision->user, &writer, "user");
  aski_entity_write_json(&decision->application, &writer, "application");
  aski_entity_write_json(&decision->role, &writer, "role");
  aski_json_close_object(&writer);
  if (entry->facts != NULL) {
    aski_facts_write_json(entry->facts, &writer, "facts");
  } else {
    aski_json_write_null(&writer, "facts");
  }
  aski_rag_write_json(&decision->rag, &writer, "rag");
  s_write_exact(&writer, &decision->rag);
  if (entry->settings.length > 0) {
    aski_json_write_raw(&writer, "settings", entry->settings);
  } else {
    aski_json_write_null(&writer, "settings");
  }
  aski_json_close_object(&writer);
}
