/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading the journal: heads, requests by id, walks over the trail, waiting events. Walks take their rows one by one, however many there
 * are. */
#include "store/common/rows.h"
#include "store/postgres/schema.h"
#include "store/postgres/slots.h"

/* The row of a chain among those that there are; -1 where somebody took it away. */
static int s_find_chain(const PGresult *result, askiam_str chain)
{
  int count = PQntuples(result);
  for (int row = 0; row < count; ++row) {
    if (aski_str_equal(aski_pg_text(result, row, 0), chain)) {
      return row;
    }
  }
  return -1;
}

askiam_status aski_pg_heads(void *self, const askiam_call *call, askiam_heads *heads, askiam_error *error)
{
  aski_pg_store *store = self;
  aski_arena arena;
  aski_pg_values none;
  aski_arena_init(&arena, store->allocator);
  aski_pg_values_init(&none, &arena);
  aski_pg *connection = NULL;
  PGresult *result = NULL;
  askiam_status status =
      aski_pg_ask(&connection, &result, store, ASKI_PG_FROM_PRIMARY, ASKI_PG_SQL_HEADS, &none, call, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  for (int i = 0; i < ASKI_PG_CHAINS && status == ASKIAM_STATUS_OK; ++i) {
    char name[ASKI_PG_CHAIN_BYTES];
    aski_pg_chain_name(i, name);
    int row = s_find_chain(result, askiam_str_from(name));
    bool found = row >= 0;
    status = aski_store_add_head(heads, askiam_str_from(name), found, found ? aski_pg_number(result, row, 1) : 0,
                                 found ? aski_pg_text(result, row, 2) : ASKI_STR_NONE);
  }
  aski_pg_answered(store, connection, result);
  return status == ASKIAM_STATUS_NO_MEMORY ? aski_pg_no_memory(error) : status;
}

static askiam_status s_read_fields(askiam_record *record, const PGresult *result, int row, int column,
                                   const askiam_record_field *fields, int count)
{
  askiam_status status = ASKIAM_STATUS_OK;
  for (int i = 0; i < count && status == ASKIAM_STATUS_OK; ++i) {
    if ((int)fields[i] >= ASKIAM_RECORD_TIME_MS) {
      askiam_record_set_number(record, fields[i], aski_pg_number(result, row, column + i));
    } else if (!PQgetisnull(result, row, column + i)) {
      status = askiam_record_set_text(record, fields[i], aski_pg_text(result, row, column + i));
    }
  }
  return status;
}

/* The trail's columns win where both tables have a member: they are what a hash stands for. */
static askiam_status s_read_record(askiam_record *record, const PGresult *result, int row)
{
  askiam_record_clear(record);
  askiam_status status = ASKIAM_STATUS_OK;
  if (PQnfields(result) > ASKI_STORE_ENTRY_FIELDS) {
    status = s_read_fields(record, result, row, ASKI_STORE_ENTRY_FIELDS, aski_store_request_fields,
                           ASKI_STORE_REQUEST_FIELDS);
  }
  return status == ASKIAM_STATUS_OK
             ? s_read_fields(record, result, row, 0, aski_store_entry_fields, ASKI_STORE_ENTRY_FIELDS)
             : status;
}

static askiam_status s_read_unaudited(askiam_record *record, const PGresult *result, int row)
{
  static const askiam_record_field fields[] = {
      ASKIAM_RECORD_REQUEST_ID, ASKIAM_RECORD_REQUESTER_ID, ASKIAM_RECORD_USER_ID,  ASKIAM_RECORD_APPLICATION_ID,
      ASKIAM_RECORD_ROLE_ID,    ASKIAM_RECORD_STATUS,       ASKIAM_RECORD_DECISION, ASKIAM_RECORD_TIME_MS};
  askiam_record_clear(record);
  return s_read_fields(record, result, row, 0, fields, sizeof fields / sizeof *fields);
}

typedef struct s_walk {
  aski_pg_store *store;
  const askiam_call *call;
  askiam_status (*read)(askiam_record *record, const PGresult *result, int row);
  askiam_record_fn row;
  void *context;
  askiam_error *error;
} s_walk;

static askiam_status s_hand_on(const s_walk *walk, askiam_record *record, const PGresult *result, int row)
{
  askiam_status status = walk->read(record, result, row);
  status = status == ASKIAM_STATUS_NO_MEMORY ? aski_pg_no_memory(walk->error) : status;
  return status == ASKIAM_STATUS_OK ? walk->row(walk->context, record) : status;
}

/* Hands every row on. */
static askiam_status s_take_rows(const s_walk *walk, aski_pg *connection, askiam_record *record)
{
  for (;;) {
    PGresult *result = NULL;
    askiam_status status = aski_pg_next(connection, &result, walk->error);
    if (status != ASKIAM_STATUS_OK || result == NULL) {
      return status;
    }
    if (PQresultStatus(result) == PGRES_SINGLE_TUPLE) {
      status = s_hand_on(walk, record, result, 0);
    }
    PQclear(result);
    if (status != ASKIAM_STATUS_OK) {
      aski_pg_take_rest(connection);
      return status;
    }
  }
}

static askiam_status s_walk_over(const s_walk *walk, aski_pg_from from, const char *sql, const aski_pg_values *values)
{
  askiam_record *record = askiam_record_new(walk->store->allocator);
  if (record == NULL) {
    return aski_pg_no_memory(walk->error);
  }
  aski_pg *connection = NULL;
  askiam_status status = aski_pg_ask_rows(&connection, walk->store, from, sql, values, walk->call, walk->error);
  if (status == ASKIAM_STATUS_OK) {
    status = s_take_rows(walk, connection, record);
    aski_pg_answered(walk->store, connection, NULL);
  }
  askiam_record_destroy(record);
  return status;
}

/* The one walk of a request path: its few rows come at once, by a prepared statement. */
askiam_status aski_pg_find(void *self, const askiam_call *call, askiam_str requester_id, askiam_str request_id,
                           askiam_record_fn row, void *context, askiam_error *error)
{
  aski_pg_store *store = self;
  const s_walk walk = {store, call, s_read_record, row, context, error};
  aski_arena arena;
  aski_pg_values values;
  aski_arena_init(&arena, store->allocator);
  aski_pg_values_init(&values, &arena);
  aski_pg_add_text(&values, request_id);
  aski_pg_add_text(&values, requester_id);
  aski_pg *connection = NULL;
  PGresult *result = NULL;
  askiam_record *record = askiam_record_new(store->allocator);
  askiam_status status = record == NULL ? aski_pg_no_memory(error)
                                        : aski_pg_ask(&connection, &result, store, ASKI_PG_FROM_PRIMARY,
                                                      ASKI_PG_SQL_FIND, &values, call, error);
  int count = PQntuples(result);
  for (int i = 0; i < count && status == ASKIAM_STATUS_OK; ++i) {
    status = s_hand_on(&walk, record, result, i);
  }
  aski_pg_answered(store, connection, result);
  askiam_record_destroy(record);
  return status;
}

static askiam_status s_look(aski_pg_store *store, const askiam_call *call, aski_pg_sql sql, askiam_record_fn row,
                            void *context, askiam_error *error)
{
  const s_walk walk = {store, call, s_read_unaudited, row, context, error};
  aski_arena arena;
  aski_pg_values none;
  aski_arena_init(&arena, store->allocator);
  aski_pg_values_init(&none, &arena);
  return s_walk_over(&walk, ASKI_PG_FROM_ANY, aski_pg_sql_text(sql), &none);
}

askiam_status aski_pg_unaudited(void *self, const askiam_call *call, askiam_record_fn row, void *context,
                                askiam_error *error)
{
  return s_look(self, call, ASKI_PG_SQL_UNAUDITED, row, context, error);
}

askiam_status aski_pg_adrift(void *self, const askiam_call *call, askiam_record_fn row, void *context,
                             askiam_error *error)
{
  return s_look(self, call, ASKI_PG_SQL_ADRIFT, row, context, error);
}

typedef struct s_query {
  aski_buffer sql;
  aski_pg_values values;
} s_query;

/* Adds a condition in which each '?' stands for the value that is added with it. */
static void s_filter(s_query *query, const char *condition)
{
  for (const char *at = condition; *at != 0; ++at) {
    if (*at == '?') {
      aski_buffer_append_format(&query->sql, "$%d", query->values.count);
    } else {
      aski_buffer_append_byte(&query->sql, *at);
    }
  }
}

static void s_filter_text(s_query *query, const char *condition, askiam_str value)
{
  if (aski_str_present(value)) {
    aski_pg_add_text(&query->values, value);
    s_filter(query, condition);
  }
}

static void s_filter_number(s_query *query, const char *condition, int64_t value, bool wanted)
{
  if (wanted) {
    aski_pg_add_number(&query->values, value);
    s_filter(query, condition);
  }
}

/* The statement of a query is made of fixed words and numbers of parameters; the server chooses the index by which filters are there. */
static void s_write_query(s_query *query, const askiam_journal_query *wanted)
{
  aski_buffer_append_text(&query->sql, "SELECT " ASKI_STORE_ENTRY_COLUMNS);
  aski_buffer_append_text(&query->sql, wanted->with_request ? ", " ASKI_STORE_REQUEST_COLUMNS " FROM audit_log a"
                                                              " LEFT JOIN requests r ON r.request_id = a.request_id"
                                                              " AND r.requester_id = a.requester_id WHERE true"
                                                            : " FROM audit_log a WHERE true");
  s_filter_number(query, " AND a.timestamp >= ?", wanted->from_ms, wanted->from_ms != 0);
  s_filter_number(query, " AND a.timestamp < ?", wanted->to_ms, wanted->to_ms != 0);
  s_filter_text(query, " AND a.chain = ?", wanted->chain);
  s_filter_number(query, " AND a.seq > ?", wanted->after_seq, aski_str_present(wanted->chain));
  s_filter_text(query, " AND (a.user_id = ? OR a.requester_id = ?)", wanted->user_id);
  s_filter_text(query, " AND a.application_id = ?", wanted->application_id);
  s_filter_text(query, " AND a.role_id = ?", wanted->role_id);
  s_filter_text(query, " AND a.risk = ?", wanted->risk);
  s_filter_text(query, " AND a.status = ?", wanted->status);
  s_filter_text(query, " AND a.action = ?", wanted->action);
  aski_buffer_append_text(&query->sql, wanted->newest_first ? " ORDER BY a.timestamp DESC, a.chain DESC, a.seq DESC"
                                       : aski_str_present(wanted->chain) ? " ORDER BY a.chain, a.seq"
                                                                         : " ORDER BY a.timestamp, a.chain, a.seq");
  s_filter_number(query, " LIMIT ?", wanted->limit > INT64_MAX ? INT64_MAX : (int64_t)wanted->limit,
                  wanted->limit != 0);
}

/* The chain of a trail that must not lag behind is walked on the primary: verification compares it with the heads. */
askiam_status aski_pg_scan(void *self, const askiam_call *call, const askiam_journal_query *query, askiam_record_fn row,
                           void *context, askiam_error *error)
{
  aski_pg_store *store = self;
  const s_walk walk = {store, call, s_read_record, row, context, error};
  aski_arena arena;
  s_query asked;
  aski_arena_init(&arena, store->allocator);
  aski_pg_values_init(&asked.values, &arena);
  aski_buffer_init(&asked.sql, store->allocator);
  s_write_query(&asked, query);
  aski_pg_from from = aski_str_present(query->chain) ? ASKI_PG_FROM_PRIMARY : ASKI_PG_FROM_ANY;
  askiam_status status =
      asked.sql.failed ? aski_pg_no_memory(error) : s_walk_over(&walk, from, asked.sql.data, &asked.values);
  aski_buffer_clean_up(&asked.sql);
  aski_arena_clean_up(&arena);
  return status;
}

askiam_status aski_pg_outbox_next(void *self, const askiam_call *call, int64_t after, size_t limit,
                                  askiam_event_fn event, void *context, askiam_error *error)
{
  aski_pg_store *store = self;
  aski_arena arena;
  aski_pg_values values;
  aski_arena_init(&arena, store->allocator);
  aski_pg_values_init(&values, &arena);
  aski_pg_add_number(&values, after);
  aski_pg_add_number(&values, limit > INT64_MAX ? INT64_MAX : (int64_t)limit);
  aski_pg *connection = NULL;
  PGresult *result = NULL;
  askiam_status status =
      aski_pg_ask(&connection, &result, store, ASKI_PG_FROM_PRIMARY, ASKI_PG_SQL_OUTBOX_NEXT, &values, call, error);
  aski_arena_clean_up(&arena);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  int count = PQntuples(result);
  for (int row = 0; row < count && status == ASKIAM_STATUS_OK; ++row) {
    status = event(context, aski_pg_number(result, row, 0), aski_pg_text(result, row, 1), aski_pg_text(result, row, 2),
                   aski_pg_text(result, row, 3), aski_pg_text(result, row, 4));
  }
  aski_pg_answered(store, connection, result);
  return status;
}
