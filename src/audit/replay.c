/* SPDX-License-Identifier: Apache-2.0
 *
 * Writing what a replay needs. Erasable: it is about a person. */
#include "audit/replay.h"

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
void aski_exact_rag_write_json(const aski_rag_result *rag, aski_json_writer *writer)
{
  aski_rag_write_json(rag, writer, "rag");
  aski_json_open_object(writer, "rag_exact");
  if (rag->confidence >= 0) {
    aski_json_write_number(writer, "confidence", rag->confidence, -1);
  } else {
    aski_json_write_null(writer, "confidence");
  }
  aski_json_write_text(writer, "cause", s_cause_name(rag->cause));
  aski_json_close_object(writer);
}

static void s_write_facts(aski_json_writer *writer, const aski_facts *facts)
{
  if (facts != NULL) {
    aski_facts_write_json(facts, writer, "facts");
  } else {
    aski_json_write_null(writer, "facts");
  }
}

void aski_looks_write_json(const aski_looks *looks, aski_json_writer *writer)
{
  aski_json_open_array(writer, "looks");
  for (size_t i = 0; looks != NULL && i < looks->count; ++i) {
    const aski_look *look = &looks->items[i];
    aski_json_open_object(writer, NULL);
    aski_json_write_text(writer, "remedy", aski_remedy_name(look->remedy));
    aski_json_write_string(writer, "role_id", look->role_id);
    aski_json_write_string(writer, "app_id", look->application_id);
    s_write_facts(writer, look->facts);
    aski_exact_rag_write_json(&look->rag, writer);
    aski_json_write_string(writer, "policies_problem", look->policies_problem);
    aski_json_close_object(writer);
  }
  aski_json_close_array(writer);
}

/* Nothing where nothing was claimed, as with most requests. */
static void s_write_claims(aski_json_writer *writer, const aski_claims *claims)
{
  const struct {
    const char *name;
    askiam_str text;
  } members[] = {{"ip", claims->ip},
                 {"session_id", claims->session_id},
                 {"user_agent", claims->user_agent},
                 {"timestamp", claims->timestamp}};
  bool open = false;
  for (size_t i = 0; i < sizeof members / sizeof *members; ++i) {
    if (!aski_str_present(members[i].text)) {
      continue;
    }
    if (!open) {
      aski_json_open_object(writer, "claimed");
      open = true;
    }
    aski_json_write_string(writer, members[i].name, members[i].text);
  }
  if (open) {
    aski_json_close_object(writer);
  }
}

void aski_replay_write_json(const aski_replay *replay, aski_buffer *buffer)
{
  aski_json_writer writer;
  aski_json_writer_init(&writer, buffer);
  aski_json_open_object(&writer, NULL);
  aski_json_write_integer(&writer, "v", ASKI_REPLAY_VERSION);
  aski_json_write_integer(&writer, "now_ms", replay->now_ms);
  aski_json_write_integer(&writer, "expires_at_ms", replay->expires_at_ms);
  aski_json_write_string(&writer, "speaker_id", replay->speaker_id);
  aski_json_write_string(&writer, "requester_id", replay->requester_id);
  aski_json_write_string(&writer, "ip", replay->ip);
  aski_json_write_string(&writer, "user_agent", replay->user_agent);
  aski_json_open_object(&writer, "entities");
  aski_entity_write_json(&replay->user, &writer, "user");
  aski_entity_write_json(&replay->application, &writer, "application");
  aski_entity_write_json(&replay->role, &writer, "role");
  aski_json_close_object(&writer);
  aski_codes_write_json(&replay->reading, &writer, "reading_codes");
  s_write_facts(&writer, replay->facts);
  aski_exact_rag_write_json(&replay->rag, &writer);
  aski_json_write_string(&writer, "policies_problem", replay->policies_problem);
  if (replay->settings.length > 0) {
    aski_json_write_raw(&writer, "settings", replay->settings);
  } else {
    aski_json_write_null(&writer, "settings");
  }
  aski_looks_write_json(replay->looks, &writer);
  s_write_claims(&writer, &replay->claims);
  aski_json_close_object(&writer);
}
