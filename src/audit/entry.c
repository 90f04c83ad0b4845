/* SPDX-License-Identifier: Apache-2.0
 *
 * Examining one entry: hash first, so that what follows is compared with bytes that are known to be the recorded
 * ones. */
#include "audit/entry.h"

#include <stdarg.h>
#include <stdio.h>

#include "audit/grant.h"
#include "json/json.h"

typedef struct s_exam {
  aski_entry_check *check;
  const aski_audit *audit;
  const askiam_record *record;
  const aski_json *payload;
  aski_buffer *scratch;
  int64_t seq;
} s_exam;

/* A member of the payload and the column that repeats it. */
typedef struct s_member {
  askiam_record_field field;
  const char *column;
  const char *parent; /* NULL: at the top */
  const char *name;
} s_member;

static const s_member s_trail_members[] = {
    {ASKIAM_RECORD_AUDIT_ID, "id", NULL, "id"},
    {ASKIAM_RECORD_REQUEST_ID, "request_id", NULL, "request_id"},
    {ASKIAM_RECORD_REQUESTER_ID, "requester_id", "requester", "id"},
    {ASKIAM_RECORD_USER_ID, "user_id", "user", "id"},
    {ASKIAM_RECORD_APPLICATION_ID, "application_id", "application", "id"},
    {ASKIAM_RECORD_ROLE_ID, "role_id", "role", "id"},
    {ASKIAM_RECORD_RISK, "risk", "role", "risk"},
    {ASKIAM_RECORD_STATUS, "status", NULL, "status"},
    {ASKIAM_RECORD_ACTION, "action", NULL, "action"},
    {ASKIAM_RECORD_RESOURCE, "resource", NULL, "resource"},
    {ASKIAM_RECORD_IP_ADDRESS, "ip_address", NULL, "ip"},
};
static const s_member s_request_members[] = {
    {ASKIAM_RECORD_SPEAKER_ID, "speaker_id", NULL, "speaker_id"},
    {ASKIAM_RECORD_CONTENT_HASH, "content_hash", NULL, "content_hash"},
    {ASKIAM_RECORD_CONFIG_HASH, "config_hash", NULL, "config_hash"},
    {ASKIAM_RECORD_POLICY_HASH, "policy_hash", NULL, "policy_hash"},
};

void aski_break_set(aski_break *out_break, const char *what, int64_t seq, const char *format, ...)
{
  va_list arguments;
  va_start(arguments, format);
  out_break->what = what;
  out_break->seq = seq;
  vsnprintf(out_break->detail, sizeof out_break->detail, format, arguments);
  va_end(arguments);
}

static askiam_str s_text(const s_exam *exam, askiam_record_field field)
{
  return askiam_record_text(exam->record, field);
}

static askiam_str s_member_text(const s_exam *exam, const char *parent, const char *name)
{
  const aski_json *node = parent == NULL ? exam->payload : aski_json_get(exam->payload, parent);
  return aski_json_string(aski_json_get(node, name));
}

static bool s_same_number(const s_exam *exam, askiam_record_field field, const char *name)
{
  int64_t value = 0;
  return aski_json_integer(aski_json_get(exam->payload, name), &value) &&
         value == askiam_record_number(exam->record, field);
}

/* Whether entry and key go together; *out_hashable says whether the hash can be computed here. */
static bool s_check_key(const s_exam *exam, aski_key_rule rule, bool *out_hashable)
{
  askiam_str alg = s_member_text(exam, NULL, "alg");
  askiam_str entry_key_id = s_member_text(exam, NULL, "key_id");
  char key_id[ASKI_AUDIT_KEY_ID_BYTES] = "";
  bool key = aski_audit_keyed(exam->audit->key) && aski_audit_key_id(exam->audit->key, key_id);
  aski_break *found = &exam->check->found;
  exam->check->keyed = aski_str_equal_text(alg, "hmac-sha256");
  *out_hashable = !exam->check->keyed || (key && aski_str_equal_text(entry_key_id, key_id));
  if (!exam->check->keyed && !aski_str_equal_text(alg, "sha256")) {
    aski_break_set(found, ASKI_BREAK_PAYLOAD, exam->seq, "the payload names an unknown algorithm");
  } else if (!*out_hashable && rule != ASKI_KEY_ALLOW_UNCHECKABLE) {
    aski_break_set(found, ASKI_BREAK_KEY, exam->seq,
                   key ? "the entry was written with the key %.16s, another one than the one given"
                       : "the entry was written with the key %.16s: without it its hash cannot be checked",
                   entry_key_id.length == ASKI_AUDIT_KEY_ID_BYTES - 1 ? entry_key_id.data : "?");
  } else if (!exam->check->keyed && key && rule == ASKI_KEY_STRICT) {
    aski_break_set(found, ASKI_BREAK_KEY, exam->seq,
                   "the entry was written without a key: whoever writes the store could have made it");
  }
  return found->what == NULL;
}

/* False where the hash could not be computed. */
static bool s_check_hash(const s_exam *exam)
{
  aski_link link = {s_text(exam, ASKIAM_RECORD_CHAIN), exam->seq, s_text(exam, ASKIAM_RECORD_PREV_HASH),
                    s_text(exam, ASKIAM_RECORD_PAYLOAD)};
  char hash[ASKI_SHA256_HEX_BYTES];
  if (!aski_audit_link_hash(exam->check->keyed ? exam->audit->key : ASKI_STR_NONE, &link, hash)) {
    return false;
  }
  if (!aski_equal_secret(askiam_str_from(hash), s_text(exam, ASKIAM_RECORD_HASH))) {
    aski_break_set(&exam->check->found, ASKI_BREAK_HASH, exam->seq,
                   "the hash does not fit chain, seq, prev_hash and payload");
  }
  return true;
}

static void s_check_members(const s_exam *exam, const s_member *members, size_t count, const char *what,
                            const char *table)
{
  for (size_t i = 0; i < count && exam->check->found.what == NULL; ++i) {
    if (!aski_str_equal(s_text(exam, members[i].field), s_member_text(exam, members[i].parent, members[i].name))) {
      aski_break_set(&exam->check->found, what, exam->seq, "%s.%s is not what the payload says", table,
                     members[i].column);
    }
  }
}

static void s_check_columns(const s_exam *exam)
{
  s_check_members(exam, s_trail_members, sizeof s_trail_members / sizeof *s_trail_members, ASKI_BREAK_COLUMN,
                  "audit_log");
  if (exam->check->found.what == NULL && !s_same_number(exam, ASKIAM_RECORD_TIME_MS, "time_ms")) {
    aski_break_set(&exam->check->found, ASKI_BREAK_COLUMN, exam->seq,
                   "audit_log.timestamp is not what the payload says");
  }
}

bool aski_audit_decision_hash(askiam_str salt, askiam_str json, const aski_audit_place *place, aski_buffer *scratch,
                              char out[ASKI_SHA256_HEX_BYTES])
{
  aski_buffer_clear(scratch);
  aski_json_writer writer;
  aski_json_writer_init(&writer, scratch);
  writer.need_comma = true;
  aski_json_open_object(&writer, "audit");
  aski_json_write_string(&writer, "chain", place->chain);
  aski_json_write_integer(&writer, "seq", place->seq);
  aski_json_write_string(&writer, "hash", place->hash);
  aski_json_close_object(&writer);
  aski_json_close_object(&writer);
  askiam_str tail = aski_buffer_view(scratch);
  if (scratch->failed || json.length < tail.length ||
      !aski_str_equal(tail, aski_str_slice(json, json.length - tail.length, tail.length))) {
    return false;
  }
  return aski_audit_salted_hash(salt, aski_str_slice(json, 0, json.length - tail.length), ASKI_STR("}"), out);
}

static void s_check_decision(const s_exam *exam)
{
  aski_audit_place place = {s_text(exam, ASKIAM_RECORD_CHAIN), exam->seq, s_text(exam, ASKIAM_RECORD_HASH)};
  char hash[ASKI_SHA256_HEX_BYTES];
  if (!aski_audit_decision_hash(s_text(exam, ASKIAM_RECORD_DECISION_SALT), s_text(exam, ASKIAM_RECORD_DECISION), &place,
                                exam->scratch, hash) ||
      !aski_str_equal_text(s_member_text(exam, NULL, "decision_hash"), hash)) {
    aski_break_set(&exam->check->found, ASKI_BREAK_DECISION, exam->seq,
                   "requests.decision is not the decision that was recorded");
  }
}

/* A text of a request that was not erased: the one that was hashed, and none where none was. */
static void s_check_erasable(const s_exam *exam, askiam_record_field field, askiam_record_field salt_field,
                             const char *name, const char *what, const char *column)
{
  askiam_str text = s_text(exam, field);
  askiam_str recorded = s_member_text(exam, NULL, name);
  char hash[ASKI_SHA256_HEX_BYTES];
  if (exam->check->found.what != NULL || (!aski_str_present(text) && recorded.length == 0)) {
    return;
  }
  if (!aski_str_present(text)) {
    aski_break_set(&exam->check->found, what, exam->seq, "requests.%s is gone, though the request was not erased",
                   column);
  } else if (!aski_audit_salted_hash(s_text(exam, salt_field), text, ASKI_STR_NONE, hash) ||
             !aski_str_equal_text(recorded, hash)) {
    aski_break_set(&exam->check->found, what, exam->seq, "requests.%s is not what was recorded", column);
  }
}

/* Erasure takes everything or nothing; a request is erased where its decision and all salts are gone. */
static void s_check_words(const s_exam *exam)
{
  static const askiam_record_field erasable[] = {ASKIAM_RECORD_DECISION_SALT, ASKIAM_RECORD_SENTENCE,
                                                 ASKIAM_RECORD_SENTENCE_SALT, ASKIAM_RECORD_FACTS,
                                                 ASKIAM_RECORD_FACTS_SALT};
  if (!aski_str_present(s_text(exam, ASKIAM_RECORD_DECISION))) {
    exam->check->erased = true;
    for (size_t i = 0; i < sizeof erasable / sizeof *erasable && exam->check->erased; ++i) {
      exam->check->erased = !aski_str_present(s_text(exam, erasable[i]));
    }
    if (!exam->check->erased) {
      aski_break_set(&exam->check->found, ASKI_BREAK_DECISION, exam->seq,
                     "requests.decision is gone, though the request was not erased");
    }
    return;
  }
  s_check_decision(exam);
  s_check_erasable(exam, ASKIAM_RECORD_SENTENCE, ASKIAM_RECORD_SENTENCE_SALT, "sentence_hash", ASKI_BREAK_SENTENCE,
                   "sentence");
  s_check_erasable(exam, ASKIAM_RECORD_FACTS, ASKIAM_RECORD_FACTS_SALT, "facts_hash", ASKI_BREAK_FACTS, "facts");
  if (exam->check->found.what == NULL && !aski_str_present(s_text(exam, ASKIAM_RECORD_SENTENCE_SALT))) {
    aski_break_set(&exam->check->found, ASKI_BREAK_SENTENCE, exam->seq,
                   "requests.sentence_salt is gone, though the request was not erased");
  }
}

static void s_check_request(const s_exam *exam)
{
  static const struct {
    askiam_record_field field;
    const char *name, *column;
  } numbers[] = {{ASKIAM_RECORD_EXPIRES_AT_MS, "expires_at_ms", "expires_at"},
                 {ASKIAM_RECORD_PATTERN, "pattern", "pattern"},
                 {ASKIAM_RECORD_APPROVED, "approved", "approved"}};
  exam->check->has_request = aski_str_present(s_text(exam, ASKIAM_RECORD_SPEAKER_ID));
  if (!exam->check->has_request) {
    aski_break_set(&exam->check->found, ASKI_BREAK_REQUEST, exam->seq, "the entry's request is missing");
    return;
  }
  s_check_members(exam, s_request_members, sizeof s_request_members / sizeof *s_request_members, ASKI_BREAK_REQUEST,
                  "requests");
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers && exam->check->found.what == NULL; ++i) {
    if (!s_same_number(exam, numbers[i].field, numbers[i].name)) {
      aski_break_set(&exam->check->found, ASKI_BREAK_REQUEST, exam->seq, "requests.%s is not what the payload says",
                     numbers[i].column);
    }
  }
  if (exam->check->found.what == NULL) {
    s_check_words(exam);
  }
}

/* What a grant's entry belongs to is another entry, which has the request. */
static void s_check_kind(const s_exam *exam)
{
  const aski_json *kind = aski_json_get(exam->payload, "kind");
  if (kind == NULL) {
    s_check_request(exam);
  } else if (!aski_str_equal_text(aski_json_string(kind), ASKI_GRANT_KIND) ||
             aski_str_equal_text(s_text(exam, ASKIAM_RECORD_ACTION), ASKI_AUDIT_ACTION)) {
    aski_break_set(&exam->check->found, ASKI_BREAK_PAYLOAD, exam->seq, "the payload is of a kind that is not known");
  } else {
    exam->check->kind = ASKI_ENTRY_GRANT;
  }
}

static askiam_status s_examine(const s_exam *exam, aski_key_rule rule, askiam_error *error)
{
  int64_t version = 0;
  bool hashable = false;
  aski_break *found = &exam->check->found;
  if (!aski_json_integer(aski_json_get(exam->payload, "v"), &version) || version != 1) {
    aski_break_set(found, ASKI_BREAK_PAYLOAD, exam->seq, "the payload is not of version 1");
    return ASKIAM_STATUS_OK;
  }
  if (s_check_key(exam, rule, &hashable) && hashable && !s_check_hash(exam)) {
    return askiam_error_set(error, ASKIAM_STATUS_INTERNAL, ASKIAM_LAYER_AUDIT, "a hash could not be computed");
  }
  if (found->what == NULL) {
    s_check_columns(exam);
  }
  if (found->what == NULL) {
    s_check_kind(exam);
  }
  if (exam->scratch->failed) {
    return askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_AUDIT, "out of memory while verifying");
  }
  return ASKIAM_STATUS_OK;
}

askiam_status aski_entry_examine(aski_entry_check *out_check, const aski_audit *audit, const askiam_record *record,
                                 aski_key_rule rule, askiam_error *error)
{
  *out_check = (aski_entry_check){0};
  s_exam exam = {
      .check = out_check, .audit = audit, .record = record, .seq = askiam_record_number(record, ASKIAM_RECORD_SEQ)};
  aski_json_document *document = NULL;
  askiam_status status = aski_json_parse(&document, askiam_record_text(record, ASKIAM_RECORD_PAYLOAD), audit->allocator,
                                         ASKIAM_LAYER_AUDIT, NULL);
  if (status == ASKIAM_STATUS_BAD_DATA) {
    aski_break_set(&out_check->found, ASKI_BREAK_PAYLOAD, exam.seq, "the payload is not JSON");
    return ASKIAM_STATUS_OK;
  }
  if (status != ASKIAM_STATUS_OK) {
    return askiam_error_set(error, status, ASKIAM_LAYER_AUDIT, "a payload could not be read for lack of memory");
  }
  aski_buffer scratch;
  aski_buffer_init(&scratch, audit->allocator);
  exam.scratch = &scratch;
  exam.payload = aski_json_root(document);
  status = s_examine(&exam, rule, error);
  aski_buffer_clean_up(&scratch);
  aski_json_destroy(document);
  return status;
}
