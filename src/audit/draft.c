/* SPDX-License-Identifier: Apache-2.0
 *
 * Making a draft: who, what, ids, salts, hashes, and the two JSON texts. */
#include "audit/draft.h"

#include "audit/replay.h"
#include "base/text.h"

static askiam_status s_no_memory(askiam_error *error)
{
  return askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_AUDIT, "out of memory while recording");
}

static askiam_status s_no_hash(askiam_error *error)
{
  return askiam_error_set(error, ASKIAM_STATUS_INTERNAL, ASKIAM_LAYER_AUDIT,
                          "random bytes or a hash could not be had from the cryptographic library");
}

static bool s_salt(const aski_random_source *random, char out[ASKI_AUDIT_SALT_HEX_BYTES])
{
  unsigned char bytes[ASKI_AUDIT_SALT_BYTES];
  bool good = random == NULL ? aski_random(bytes, sizeof bytes) : random->fill(random->context, bytes, sizeof bytes);
  if (good) {
    aski_hex(bytes, sizeof bytes, out);
  }
  return good;
}

static askiam_str s_id(const aski_entity *entity) { return entity->found ? entity->id : ASKI_STR_NONE; }

/* Who and what it is about. */
static void s_identify(aski_draft *draft, aski_arena *arena)
{
  const aski_decision *decision = draft->entry->decision;
  const aski_facts *facts = draft->entry->facts;
  draft->requester_id = decision->requester.id.length > 0 ? decision->requester.id : draft->entry->speaker_id;
  draft->user_id = s_id(&decision->user);
  draft->application_id = s_id(&decision->application);
  draft->role_id = s_id(&decision->role);
  if (facts != NULL) {
    draft->policy_hash = facts->policy_hash;
    draft->risk =
        facts->role.found && aski_str_equal(facts->role.id, draft->role_id) ? facts->role.risk : ASKI_STR_NONE;
  }
  bool judged = decision->verdict == ASKIAM_VERDICT_VALID || decision->verdict == ASKIAM_VERDICT_INVALID;
  draft->pattern = judged && draft->user_id.length > 0 && draft->application_id.length > 0 && draft->role_id.length > 0;
  draft->approved = draft->pattern && decision->verdict == ASKIAM_VERDICT_VALID;
  draft->resource = ASKI_STR("");
  if (draft->application_id.length > 0) {
    bool with_role = draft->role_id.length > 0;
    draft->resource =
        aski_arena_format(arena, "arn:aws:askiam:::application/%.*s%s%.*s", ASKI_STR_ARG(draft->application_id),
                          with_role ? "/role/" : "", ASKI_STR_ARG(draft->role_id));
  }
}

/* A text that is not UTF-8 would be changed by the JSON writer, and its column would then differ from the payload
 * for ever. */
static askiam_status s_check(const aski_draft *draft, const aski_audit *audit, askiam_error *error)
{
  const aski_audit_entry *entry = draft->entry;
  const struct {
    const char *name;
    askiam_str text;
    bool required;
  } texts[] = {
      {"request id", entry->decision->request_id, true},
      {"user id", entry->speaker_id, true},
      {"requester id", draft->requester_id, true},
      {"beneficiary's id", draft->user_id, false},
      {"application id", draft->application_id, false},
      {"role id", draft->role_id, false},
      {"role's risk", draft->risk, false},
      {"sentence", entry->sentence, false},
      {"ip address", entry->ip, false},
      {"user agent", entry->user_agent, false},
      {"session id", entry->session_id, false},
      {"trace id", entry->trace_id, false},
      {"policy hash", draft->policy_hash, false},
      {"configuration hash", audit->config_hash, false},
  };
  for (size_t i = 0; i < sizeof texts / sizeof *texts; ++i) {
    if (texts[i].required && texts[i].text.length == 0) {
      return askiam_error_set(error, ASKIAM_STATUS_INVALID_ARGUMENT, ASKIAM_LAYER_AUDIT,
                              "the decision cannot be recorded: its %s is missing", texts[i].name);
    }
    if (texts[i].text.length > 0 && !aski_text_valid(texts[i].text)) {
      return askiam_error_set(error, ASKIAM_STATUS_BAD_DATA, ASKIAM_LAYER_AUDIT,
                              "the decision cannot be recorded: its %s is not UTF-8", texts[i].name);
    }
  }
  return ASKIAM_STATUS_OK;
}

static bool s_ids(aski_draft *draft, const aski_random_source *random)
{
  int64_t now = draft->entry->decision->time_ms;
  return aski_id_new(draft->audit_id, "aud", now, random) && aski_id_new(draft->decided_id, "evt", now, random) &&
         aski_id_new(draft->requested_id, "evt", now, random) && s_salt(random, draft->sentence_salt) &&
         s_salt(random, draft->facts_salt) && s_salt(random, draft->decision_salt);
}

static bool s_hashes(aski_draft *draft, askiam_str decision_json)
{
  const aski_audit_entry *entry = draft->entry;
  askiam_str sentence_salt = askiam_str_from(draft->sentence_salt);
  bool sentence = !aski_str_present(entry->sentence) ||
                  aski_audit_salted_hash(sentence_salt, entry->sentence, ASKI_STR_NONE, draft->sentence_hash);
  return sentence &&
         aski_audit_salted_hash(askiam_str_from(draft->facts_salt), draft->replay, ASKI_STR_NONE, draft->facts_hash) &&
         aski_audit_content_hash(sentence_salt, entry->speaker_id, draft->requester_id, entry->sentence,
                                 draft->content_hash) &&
         aski_audit_salted_hash(askiam_str_from(draft->decision_salt), decision_json, ASKI_STR_NONE,
                                draft->decision_hash);
}

aski_replay aski_audit_replay_of(const aski_audit_entry *entry, askiam_str requester_id)
{
  const aski_decision *decision = entry->decision;
  return (aski_replay){.now_ms = decision->time_ms,
                       .expires_at_ms = decision->expires_at_ms,
                       .speaker_id = entry->speaker_id,
                       .requester_id = requester_id,
                       .ip = entry->ip,
                       .user_agent = entry->user_agent,
                       .user = decision->user,
                       .application = decision->application,
                       .role = decision->role,
                       .reading = entry->reading,
                       .facts = entry->facts,
                       .rag = decision->rag,
                       .policies_problem = entry->policies_problem,
                       .settings = entry->settings,
                       .looks = entry->looks,
                       .claims = entry->claims};
}

/* Writes replay text, hashes and payload, through one scratch buffer. */
static askiam_status s_write(aski_draft *draft, aski_arena *arena, const aski_audit *audit, aski_buffer *scratch,
                             askiam_error *error)
{
  const aski_replay replay = aski_audit_replay_of(draft->entry, draft->requester_id);
  aski_replay_write_json(&replay, scratch);
  draft->replay = scratch->failed ? ASKI_STR_NONE : aski_arena_copy(arena, aski_buffer_view(scratch));
  aski_buffer_clear(scratch);
  aski_decision_write_json(draft->entry->decision, scratch, false);
  if (scratch->failed || !aski_str_present(draft->replay)) {
    return s_no_memory(error);
  }
  char key_id[ASKI_AUDIT_KEY_ID_BYTES] = "";
  if (!s_hashes(draft, aski_buffer_view(scratch)) ||
      (aski_audit_keyed(audit->key) && !aski_audit_key_id(audit->key, key_id))) {
    return s_no_hash(error);
  }
  aski_buffer_clear(scratch);
  aski_audit_write_payload(scratch, draft, audit, key_id);
  draft->payload = scratch->failed ? ASKI_STR_NONE : aski_arena_copy(arena, aski_buffer_view(scratch));
  return aski_str_present(draft->payload) ? ASKIAM_STATUS_OK : s_no_memory(error);
}

askiam_status aski_draft_make(aski_draft *out_draft, aski_arena *arena, const aski_audit *audit,
                              const aski_audit_entry *entry, askiam_error *error)
{
  *out_draft = (aski_draft){.entry = entry, .index = out_draft->index};
  s_identify(out_draft, arena);
  if (arena->failed) {
    return s_no_memory(error);
  }
  askiam_status status = s_check(out_draft, audit, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  if (!s_ids(out_draft, audit->random)) {
    return s_no_hash(error);
  }
  aski_buffer scratch;
  aski_buffer_init(&scratch, audit->allocator);
  status = s_write(out_draft, arena, audit, &scratch, error);
  aski_buffer_clean_up(&scratch);
  if (status == ASKIAM_STATUS_OK) {
    out_draft->record = askiam_record_new(audit->allocator);
    status = out_draft->record == NULL ? s_no_memory(error) : ASKIAM_STATUS_OK;
  }
  return status;
}

void aski_draft_clean_up(aski_draft *draft)
{
  if (draft->record != NULL) {
    askiam_record_destroy(draft->record);
    draft->record = NULL;
  }
}
