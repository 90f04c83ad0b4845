/* SPDX-License-Identifier: Apache-2.0
 *
 * Asking the trail: "requests of john.doe this week", "approved and rejected by application", "who got high-risk
 * roles". */
#include "audit/groups.h"
#include "json/json.h"

typedef struct s_ask {
  askiam_error *error;
  askiam_line_fn line;
  void *context;
  aski_buffer buffer;
  aski_groups groups;
} s_ask;

static const struct {
  const char *name;
  askiam_record_field field;
} s_members[] = {{"request_id", ASKIAM_RECORD_REQUEST_ID}, {"requester_id", ASKIAM_RECORD_REQUESTER_ID},
                 {"user_id", ASKIAM_RECORD_USER_ID},       {"app_id", ASKIAM_RECORD_APPLICATION_ID},
                 {"role_id", ASKIAM_RECORD_ROLE_ID},       {"risk", ASKIAM_RECORD_RISK},
                 {"status", ASKIAM_RECORD_STATUS},         {"ip", ASKIAM_RECORD_IP_ADDRESS},
                 {"action", ASKIAM_RECORD_ACTION},         {"resource", ASKIAM_RECORD_RESOURCE},
                 {"id", ASKIAM_RECORD_AUDIT_ID},           {"chain", ASKIAM_RECORD_CHAIN}};

static askiam_status s_no_memory(askiam_error *error)
{
  return askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_AUDIT, "out of memory while asking the trail");
}

static askiam_status s_send(s_ask *ask)
{
  return ask->buffer.failed ? s_no_memory(ask->error) : ask->line(ask->context, aski_buffer_view(&ask->buffer));
}

static askiam_status s_entry(void *context, const askiam_record *record)
{
  s_ask *ask = context;
  aski_json_writer writer;
  aski_buffer_clear(&ask->buffer);
  aski_json_writer_init(&writer, &ask->buffer);
  aski_json_open_object(&writer, NULL);
  aski_json_write_time(&writer, "time", askiam_record_number(record, ASKIAM_RECORD_TIME_MS));
  for (size_t i = 0; i < sizeof s_members / sizeof *s_members; ++i) {
    askiam_str value = askiam_record_text(record, s_members[i].field);
    aski_json_write_string(&writer, s_members[i].name, value.length == 0 ? ASKI_STR_NONE : value);
  }
  aski_json_write_integer(&writer, "seq", askiam_record_number(record, ASKIAM_RECORD_SEQ));
  aski_json_write_string(&writer, "hash", askiam_record_text(record, ASKIAM_RECORD_HASH));
  aski_json_close_object(&writer);
  return s_send(ask);
}

static askiam_status s_count(void *context, const askiam_record *record)
{
  s_ask *ask = context;
  return aski_groups_add(&ask->groups, record) ? ASKIAM_STATUS_OK : s_no_memory(ask->error);
}

static askiam_status s_send_groups(s_ask *ask, uint64_t limit)
{
  aski_groups_sort(&ask->groups);
  askiam_status status = ASKIAM_STATUS_OK;
  for (size_t i = 0; status == ASKIAM_STATUS_OK && i < ask->groups.count && (limit == 0 || i < limit); ++i) {
    aski_buffer_clear(&ask->buffer);
    aski_groups_write_json(&ask->groups, i, &ask->buffer);
    status = s_send(ask);
  }
  return status;
}

askiam_status aski_audit_read_filter(askiam_audit_filter *out_filter, const askiam_audit_filter *filter,
                                     askiam_error *error)
{
  *out_filter = (askiam_audit_filter){.size = sizeof *out_filter};
  if (filter == NULL) {
    return ASKIAM_STATUS_OK;
  }
  if (filter->size < sizeof filter->size) {
    return askiam_error_set(error, ASKIAM_STATUS_INVALID_ARGUMENT, ASKIAM_LAYER_AUDIT,
                            "the filter's size is not set: it must be sizeof(askiam_audit_filter)");
  }
  memcpy(out_filter, filter, filter->size < sizeof *out_filter ? filter->size : sizeof *out_filter);
  if (out_filter->from_ms != 0 && out_filter->to_ms != 0 && out_filter->from_ms >= out_filter->to_ms) {
    return askiam_error_set(error, ASKIAM_STATUS_INVALID_ARGUMENT, ASKIAM_LAYER_AUDIT,
                            "the filter's time ends before it begins");
  }
  return ASKIAM_STATUS_OK;
}

askiam_journal_query aski_audit_filter_query(const askiam_audit_filter *filter)
{
  return (askiam_journal_query){.size = sizeof(askiam_journal_query),
                                .user_id = filter->user_id,
                                .application_id = filter->application_id,
                                .role_id = filter->role_id,
                                .risk = filter->risk,
                                .status = filter->status,
                                .from_ms = filter->from_ms,
                                .to_ms = filter->to_ms,
                                .limit = filter->limit,
                                .newest_first = filter->newest_first,
                                .action = filter->action};
}

static askiam_status s_run(s_ask *ask, aski_arena *arena, const aski_audit *audit, const askiam_call *call,
                           const askiam_audit_filter *filter)
{
  askiam_journal_query query = aski_audit_filter_query(filter);
  if (filter->count_by.length == 0) {
    return aski_journal_scan(audit->journal, call, &query, s_entry, ask, ask->error);
  }
  query.limit = 0; /* of groups, not of entries */
  query.newest_first = 0;
  askiam_status status = aski_groups_init(&ask->groups, arena, filter->count_by, ask->error);
  if (status == ASKIAM_STATUS_OK) {
    status = aski_journal_scan(audit->journal, call, &query, s_count, ask, ask->error);
  }
  return status == ASKIAM_STATUS_OK ? s_send_groups(ask, filter->limit) : status;
}

askiam_status aski_audit_query(const aski_audit *audit, const askiam_call *call, const askiam_audit_filter *filter,
                               askiam_line_fn line, void *context, askiam_error *error)
{
  askiam_audit_filter read;
  askiam_status status = aski_audit_read_filter(&read, filter, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  aski_arena arena;
  aski_arena_init(&arena, audit->allocator);
  s_ask ask = {.error = error, .line = line, .context = context};
  aski_buffer_init(&ask.buffer, audit->allocator);
  status = s_run(&ask, &arena, audit, call, &read);
  aski_buffer_clean_up(&ask.buffer);
  aski_arena_clean_up(&arena);
  return status;
}
