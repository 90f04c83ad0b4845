/* SPDX-License-Identifier: Apache-2.0
 *
 * Giving a stored decision back: to the same request again, and to nobody else. */
#include "audit/entry.h"
#include "audit/stored.h"
#include "base/text.h"

typedef struct s_find {
  const aski_audit *audit;
  askiam_error *error;
  aski_stored *stored;
  askiam_str viewer_id; /* absent: everybody's requests are looked at */
} s_find;

static askiam_str s_copy(const s_find *find, const askiam_record *record, askiam_record_field field)
{
  return aski_arena_copy(find->stored->arena, askiam_record_text(record, field));
}

static void s_keep(const s_find *find, const askiam_record *record)
{
  aski_stored *stored = find->stored;
  stored->requester_id = s_copy(find, record, ASKIAM_RECORD_REQUESTER_ID);
  stored->user_id = s_copy(find, record, ASKIAM_RECORD_USER_ID);
  stored->speaker_id = s_copy(find, record, ASKIAM_RECORD_SPEAKER_ID);
  stored->status = s_copy(find, record, ASKIAM_RECORD_STATUS);
  stored->decision = s_copy(find, record, ASKIAM_RECORD_DECISION);
  stored->decision_salt = s_copy(find, record, ASKIAM_RECORD_DECISION_SALT);
  stored->payload = s_copy(find, record, ASKIAM_RECORD_PAYLOAD);
  stored->sentence_salt = s_copy(find, record, ASKIAM_RECORD_SENTENCE_SALT);
  stored->content_hash = s_copy(find, record, ASKIAM_RECORD_CONTENT_HASH);
  stored->expires_at_ms = askiam_record_number(record, ASKIAM_RECORD_EXPIRES_AT_MS);
  stored->place.chain = s_copy(find, record, ASKIAM_RECORD_CHAIN);
  stored->place.seq = askiam_record_number(record, ASKIAM_RECORD_SEQ);
  stored->place.hash = s_copy(find, record, ASKIAM_RECORD_HASH);
}

/* By its columns: that they are what was recorded is examined of what is given out. */
static bool s_may_see(const s_find *find, const askiam_record *record)
{
  return !aski_str_present(find->viewer_id) ||
         aski_str_equal(askiam_record_text(record, ASKIAM_RECORD_REQUESTER_ID), find->viewer_id) ||
         aski_str_equal(askiam_record_text(record, ASKIAM_RECORD_USER_ID), find->viewer_id);
}

askiam_status aski_stored_examine(bool *out_erased, const aski_audit *audit, const askiam_record *record,
                                  askiam_error *error)
{
  if (!aski_str_present(askiam_record_text(record, ASKIAM_RECORD_PAYLOAD))) {
    return askiam_error_set(
        error, ASKIAM_STATUS_CORRUPT, ASKIAM_LAYER_AUDIT,
        "the audit entry of this request is gone, or tells of another one: run `askiam audit verify`");
  }
  aski_entry_check check;
  askiam_status status = aski_entry_examine(&check, audit, record, ASKI_KEY_ALLOW_UNCHECKABLE, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  if (check.found.what == NULL && check.kind != ASKI_ENTRY_DECISION) {
    aski_break_set(&check.found, ASKI_BREAK_REQUEST, askiam_record_number(record, ASKIAM_RECORD_SEQ),
                   "the entry that the request names is not that of a decision");
  }
  *out_erased = check.erased;
  return check.found.what == NULL
             ? ASKIAM_STATUS_OK
             : askiam_error_set(
                   error, ASKIAM_STATUS_CORRUPT, ASKIAM_LAYER_AUDIT,
                   "the stored decision is not the one that was recorded (%s: %s): run `askiam audit verify`",
                   check.found.what, check.found.detail);
}

static askiam_status s_row(void *context, const askiam_record *record)
{
  s_find *find = context;
  if (!s_may_see(find, record) || ++find->stored->count > 1) {
    return ASKIAM_STATUS_OK;
  }
  askiam_status status = aski_stored_examine(&find->stored->erased, find->audit, record, find->error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  s_keep(find, record);
  if (find->stored->arena->failed) {
    return askiam_error_set(find->error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_AUDIT, "out of memory reading a record");
  }
  return ASKIAM_STATUS_OK;
}

static bool s_may_be_id(askiam_str id) { return !aski_str_present(id) || aski_text_valid(id); }

askiam_status aski_stored_find(aski_stored *out_stored, aski_arena *arena, const aski_audit *audit,
                               const askiam_call *call, askiam_str requester_id, askiam_str request_id,
                               askiam_error *error)
{
  return aski_stored_find_for(out_stored, arena, audit, call, requester_id, request_id, ASKI_STR_NONE, error);
}

askiam_status aski_stored_find_for(aski_stored *out_stored, aski_arena *arena, const aski_audit *audit,
                                   const askiam_call *call, askiam_str requester_id, askiam_str request_id,
                                   askiam_str viewer_id, askiam_error *error)
{
  *out_stored = (aski_stored){.arena = arena};
  s_find find = {audit, error, out_stored, viewer_id};
  if (!s_may_be_id(requester_id) || !s_may_be_id(request_id)) {
    return ASKIAM_STATUS_OK; /* nobody has it; a store may refuse to look for what is no text */
  }
  return aski_journal_find(audit->journal, call, requester_id, request_id, s_row, &find, error);
}

askiam_status aski_stored_check_count(size_t count, askiam_str request_id, askiam_error *error)
{
  if (count == 0) {
    return askiam_error_set(error, ASKIAM_STATUS_NOT_FOUND, ASKIAM_LAYER_AUDIT, "there is no request \"%.*s\"",
                            ASKI_STR_ARG(request_id));
  }
  if (count > 1) {
    return askiam_error_set(error, ASKIAM_STATUS_CONFLICT, ASKIAM_LAYER_AUDIT,
                            "%zu requesters used the request id \"%.*s\": say which one is meant", count,
                            ASKI_STR_ARG(request_id));
  }
  return ASKIAM_STATUS_OK;
}

static askiam_status s_compare(const aski_stored *stored, askiam_str speaker_id, askiam_str sentence,
                               askiam_error *error)
{
  char hash[ASKI_SHA256_HEX_BYTES];
  if (stored->erased) {
    return askiam_error_set(error, ASKIAM_STATUS_CONFLICT, ASKIAM_LAYER_AUDIT,
                            "this request id was used before, and what was asked under it has been erased: ask for its "
                            "status, or use another id");
  }
  bool hashed = aski_audit_content_hash(stored->sentence_salt, speaker_id, stored->requester_id, sentence, hash);
  if (!hashed || !aski_equal_secret(askiam_str_from(hash), stored->content_hash)) {
    return askiam_error_set(error, ASKIAM_STATUS_CONFLICT, ASKIAM_LAYER_AUDIT,
                            "this request id was used before with another user or sentence: use another id");
  }
  return ASKIAM_STATUS_OK;
}

askiam_status aski_audit_find(aski_decision **out_decision, const aski_audit *audit, const askiam_call *call,
                              askiam_str requester_id, askiam_str request_id, askiam_str speaker_id,
                              askiam_str sentence, askiam_error *error)
{
  *out_decision = NULL;
  aski_arena arena;
  aski_arena_init(&arena, audit->allocator);
  aski_stored stored;
  askiam_status status = aski_stored_find(&stored, &arena, audit, call, requester_id, request_id, error);
  if (status == ASKIAM_STATUS_OK && stored.count > 0) {
    status = s_compare(&stored, speaker_id, sentence, error);
    if (status == ASKIAM_STATUS_OK) {
      status = aski_decision_from_json(out_decision, stored.decision, audit->allocator, error);
    }
  }
  aski_arena_clean_up(&arena);
  return status;
}
