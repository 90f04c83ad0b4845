/* SPDX-License-Identifier: Apache-2.0
 *
 * Recording a decision that was made elsewhere: read strictly, recorded once. */
#include "audit/record_json.h"

#include "audit/entry.h"
#include "audit/stored.h"
#include "json/json.h"

static askiam_status s_no_memory(askiam_error *error)
{
  return askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_AUDIT, "out of memory while recording");
}

static askiam_status s_answer(aski_buffer *out_json, const aski_audit_place *place, bool repeated, askiam_error *error)
{
  aski_json_writer writer;
  aski_buffer_clear(out_json);
  aski_json_writer_init(&writer, out_json);
  aski_json_open_object(&writer, NULL);
  aski_json_write_text(&writer, "status", "RECORDED");
  aski_json_write_bool(&writer, "repeated", repeated);
  aski_json_open_object(&writer, "audit");
  aski_json_write_string(&writer, "chain", place->chain);
  aski_json_write_integer(&writer, "seq", place->seq);
  aski_json_write_string(&writer, "hash", place->hash);
  aski_json_close_object(&writer);
  aski_json_close_object(&writer);
  return out_json->failed ? s_no_memory(error) : ASKIAM_STATUS_OK;
}

/* Whether a decision without its place is the stored one without its own. */
static askiam_status s_compare(bool *out_same, const aski_stored *stored, const aski_decision *decision,
                               askiam_error *error)
{
  char old_hash[ASKI_SHA256_HEX_BYTES];
  char new_hash[ASKI_SHA256_HEX_BYTES];
  aski_buffer scratch;
  aski_buffer_init(&scratch, &decision->allocator);
  bool good = aski_audit_decision_hash(stored->decision_salt, stored->decision, &stored->place, &scratch, old_hash);
  aski_buffer_clear(&scratch);
  aski_decision_write_json(decision, &scratch, false);
  good = good && !scratch.failed &&
         aski_audit_salted_hash(stored->decision_salt, aski_buffer_view(&scratch), ASKI_STR_NONE, new_hash);
  *out_same = good && strcmp(old_hash, new_hash) == 0;
  aski_buffer_clean_up(&scratch);
  return good ? ASKIAM_STATUS_OK : s_no_memory(error);
}

/* OK with *out_found false: nothing is stored under this id. */
static askiam_status s_answer_stored(bool *out_found, aski_buffer *out_json, aski_arena *arena, const aski_audit *audit,
                                     const askiam_call *call, const aski_audit_entry *entry, askiam_error *error)
{
  const aski_decision *decision = entry->decision;
  aski_stored stored;
  bool same = false;
  askiam_status status =
      aski_stored_find(&stored, arena, audit, call, decision->requester.id, decision->request_id, error);
  *out_found = status == ASKIAM_STATUS_OK && stored.count > 0;
  if (!*out_found) {
    return status;
  }
  if (stored.erased) {
    return askiam_error_set(error, ASKIAM_STATUS_CONFLICT, ASKIAM_LAYER_AUDIT,
                            "a decision is recorded under the request id \"%.*s\", and what it said has been erased",
                            ASKI_STR_ARG(decision->request_id));
  }
  status = s_compare(&same, &stored, decision, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  if (!same || !aski_str_equal(stored.speaker_id, entry->speaker_id)) {
    return askiam_error_set(error, ASKIAM_STATUS_CONFLICT, ASKIAM_LAYER_AUDIT,
                            "another decision is recorded under the request id \"%.*s\"",
                            ASKI_STR_ARG(decision->request_id));
  }
  return s_answer(out_json, &stored.place, true, error);
}

static askiam_status s_record(aski_buffer *out_json, aski_arena *arena, const aski_audit *audit,
                              const askiam_call *call, aski_audit_entry *entry, askiam_error *error)
{
  bool found = false;
  askiam_status status = s_answer_stored(&found, out_json, arena, audit, call, entry, error);
  if (status != ASKIAM_STATUS_OK || found) {
    return status;
  }
  status = aski_audit_record_all(audit, call, entry, 1, NULL, error);
  if (status == ASKIAM_STATUS_EXISTS) { /* somebody recorded it since we looked */
    status = s_answer_stored(&found, out_json, arena, audit, call, entry, error);
    return status == ASKIAM_STATUS_OK && !found
               ? askiam_error_set(error, ASKIAM_STATUS_UNAVAILABLE, ASKIAM_LAYER_AUDIT,
                                  "the store says that the request exists, and does not find it")
               : status;
  }
  return status == ASKIAM_STATUS_OK ? s_answer(out_json, &entry->decision->audit, false, error) : status;
}

askiam_status aski_audit_record_json(aski_buffer *out_json, const aski_audit *audit, const askiam_call *call,
                                     askiam_str json, askiam_error *error)
{
  aski_arena arena;
  aski_arena_init(&arena, audit->allocator);
  aski_audit_entry entry = {0};
  askiam_status status = aski_audit_read_entry(&entry, &arena, json, audit->allocator, error);
  aski_audit own = *audit;
  char config_hash[ASKI_SHA256_HEX_BYTES];
  if (status == ASKIAM_STATUS_OK && aski_str_present(entry.settings)) { /* those of whoever decided, not ours */
    status = aski_sha256_hex(entry.settings, config_hash) ? status : s_no_memory(error);
    own.config_hash = askiam_str_from(config_hash);
  }
  if (status == ASKIAM_STATUS_OK) {
    status = s_record(out_json, &arena, &own, call, &entry, error);
  }
  askiam_decision_destroy(entry.decision);
  aski_arena_clean_up(&arena);
  return status;
}
