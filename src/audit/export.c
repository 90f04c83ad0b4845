/* SPDX-License-Identifier: Apache-2.0
 *
 * The whole trail as lines, for a verifier that trusts neither this library nor its store: every column, the
 * payload as it was hashed, and at the end the heads, so that a cut is seen. Sentences and facts stay at home. The
 * decision's salt goes with the decision: it lets its hash be checked, and tells nothing more. */
#include "audit/audit.h"
#include "json/json.h"

typedef struct s_export {
  const aski_audit *audit;
  askiam_error *error;
  askiam_line_fn line;
  void *context;
  aski_buffer buffer;
  int64_t last_seq; /* entries that came after the export began are not part of it */
  uint64_t entries;
} s_export;

static const struct {
  const char *name;
  askiam_record_field field;
} s_columns[] = {{"chain", ASKIAM_RECORD_CHAIN},
                 {"prev_hash", ASKIAM_RECORD_PREV_HASH},
                 {"hash", ASKIAM_RECORD_HASH},
                 {"id", ASKIAM_RECORD_AUDIT_ID},
                 {"request_id", ASKIAM_RECORD_REQUEST_ID},
                 {"requester_id", ASKIAM_RECORD_REQUESTER_ID},
                 {"user_id", ASKIAM_RECORD_USER_ID},
                 {"application_id", ASKIAM_RECORD_APPLICATION_ID},
                 {"role_id", ASKIAM_RECORD_ROLE_ID},
                 {"risk", ASKIAM_RECORD_RISK},
                 {"status", ASKIAM_RECORD_STATUS},
                 {"action", ASKIAM_RECORD_ACTION},
                 {"resource", ASKIAM_RECORD_RESOURCE},
                 {"ip_address", ASKIAM_RECORD_IP_ADDRESS},
                 {"payload", ASKIAM_RECORD_PAYLOAD}};

static void s_write_request(aski_json_writer *writer, const askiam_record *record)
{
  bool decision = aski_str_equal_text(askiam_record_text(record, ASKIAM_RECORD_ACTION), ASKI_AUDIT_ACTION);
  if (!decision || !aski_str_present(askiam_record_text(record, ASKIAM_RECORD_SPEAKER_ID))) {
    aski_json_write_null(writer, "request");
    return;
  }
  aski_json_open_object(writer, "request");
  aski_json_write_string(writer, "speaker_id", askiam_record_text(record, ASKIAM_RECORD_SPEAKER_ID));
  aski_json_write_string(writer, "decision", askiam_record_text(record, ASKIAM_RECORD_DECISION));
  aski_json_write_string(writer, "decision_salt", askiam_record_text(record, ASKIAM_RECORD_DECISION_SALT));
  aski_json_write_string(writer, "content_hash", askiam_record_text(record, ASKIAM_RECORD_CONTENT_HASH));
  aski_json_write_string(writer, "config_hash", askiam_record_text(record, ASKIAM_RECORD_CONFIG_HASH));
  aski_json_write_string(writer, "policy_hash", askiam_record_text(record, ASKIAM_RECORD_POLICY_HASH));
  aski_json_write_integer(writer, "expires_at_ms", askiam_record_number(record, ASKIAM_RECORD_EXPIRES_AT_MS));
  aski_json_write_integer(writer, "pattern", askiam_record_number(record, ASKIAM_RECORD_PATTERN));
  aski_json_write_integer(writer, "approved", askiam_record_number(record, ASKIAM_RECORD_APPROVED));
  aski_json_write_bool(writer, "has_sentence", aski_str_present(askiam_record_text(record, ASKIAM_RECORD_SENTENCE)));
  aski_json_write_bool(writer, "has_facts", aski_str_present(askiam_record_text(record, ASKIAM_RECORD_FACTS)));
  aski_json_close_object(writer);
}

static askiam_status s_send(s_export *export)
{
  if (export->buffer.failed) {
    return askiam_error_set(export->error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_AUDIT,
                            "out of memory while exporting");
  }
  return export->line(export->context, aski_buffer_view(&export->buffer));
}

static askiam_status s_entry(void *context, const askiam_record *record)
{
  s_export *export = context;
  int64_t seq = askiam_record_number(record, ASKIAM_RECORD_SEQ);
  if (seq > export->last_seq) {
    return ASKIAM_STATUS_OK;
  }
  aski_json_writer writer;
  aski_buffer_clear(&export->buffer);
  aski_json_writer_init(&writer, &export->buffer);
  aski_json_open_object(&writer, NULL);
  aski_json_write_text(&writer, "type", "entry");
  aski_json_write_integer(&writer, "seq", seq);
  aski_json_write_integer(&writer, "timestamp_ms", askiam_record_number(record, ASKIAM_RECORD_TIME_MS));
  for (size_t i = 0; i < sizeof s_columns / sizeof *s_columns; ++i) {
    aski_json_write_string(&writer, s_columns[i].name, askiam_record_text(record, s_columns[i].field));
  }
  s_write_request(&writer, record);
  aski_json_close_object(&writer);
  ++export->entries;
  return s_send(export);
}

static askiam_status s_send_heads(s_export *export, const askiam_heads *heads, int64_t now_ms)
{
  aski_json_writer writer;
  aski_buffer_clear(&export->buffer);
  aski_json_writer_init(&writer, &export->buffer);
  aski_json_open_object(&writer, NULL);
  aski_json_write_text(&writer, "type", "heads");
  aski_json_write_integer(&writer, "v", 1);
  aski_json_write_time(&writer, "time", now_ms);
  aski_json_write_integer(&writer, "entries", (int64_t)export->entries);
  aski_json_open_array(&writer, "heads");
  for (size_t i = 0; i < heads->count; ++i) {
    aski_json_open_object(&writer, NULL);
    aski_json_write_string(&writer, "chain", heads->items[i].chain);
    aski_json_write_integer(&writer, "seq", heads->items[i].seq);
    aski_json_write_text(&writer, "hash", heads->items[i].hash);
    aski_json_close_object(&writer);
  }
  aski_json_close_array(&writer);
  aski_json_close_object(&writer);
  return s_send(export);
}

static askiam_status s_export_all(s_export *export, const askiam_call *call, askiam_heads *heads)
{
  askiam_status status = aski_journal_heads(export->audit->journal, call, heads, export->error);
  for (size_t i = 0; status == ASKIAM_STATUS_OK && i < heads->count; ++i) {
    askiam_journal_query query = {
        .size = sizeof query, .chain = heads->items[i].chain, .after_seq = INT64_MIN, .with_request = 1};
    export->last_seq = heads->items[i].seq;
    status = aski_journal_scan(export->audit->journal, call, &query, s_entry, export, export->error);
  }
  return status == ASKIAM_STATUS_OK ? s_send_heads(export, heads, call->now_ms) : status;
}

askiam_status aski_audit_export(const aski_audit *audit, const askiam_call *call, askiam_line_fn line, void *context,
                                askiam_error *error)
{
  aski_arena arena;
  s_export export = {.audit = audit, .error = error, .line = line, .context = context};
  aski_arena_init(&arena, audit->allocator);
  aski_buffer_init(&export.buffer, audit->allocator);
  askiam_heads heads = {.arena = &arena};
  askiam_status status = s_export_all(&export, call, &heads);
  aski_buffer_clean_up(&export.buffer);
  aski_arena_clean_up(&arena);
  return status;
}
