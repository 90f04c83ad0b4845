/* SPDX-License-Identifier: Apache-2.0
 *
 * Copying rows to the server: PostgreSQL's binary COPY into temporary tables that end with the transaction. */
#include "store/postgres/import_session.h"

enum { SENT_FROM_BYTES = 256 * 1024 };

/* `row` numbers the rows of a table from 1, in the order of the input: of equal keys the last wins. */
#define S_TEMP(name, columns) "CREATE TEMP TABLE askiam_" name "(" columns ") ON COMMIT DROP;"
#define S_TEXT " text COLLATE \"C\""

const char *aski_pg_stage_tables(void)
{
  return "" S_TEMP("users", "n bigint, user_id" S_TEXT ", email text, name text, status text, created_at bigint,"
                            " attributes text")
      S_TEMP("applications", "n bigint, app_id" S_TEXT ", name text, description text, owner text, status text,"
                             " created_at bigint") S_TEMP("roles", "n bigint, role_id" S_TEXT ", app_id" S_TEXT
                                                                   ", name text, description text, permissions text,"
                                                                   " risk text, status text, created_at bigint")
          S_TEMP("aliases", "n bigint, kind text, id" S_TEXT ", alias" S_TEXT) S_TEMP(
              "user_roles",
              "n bigint, user_id" S_TEXT ", role_id" S_TEXT ", granted_at bigint, expires_at bigint,"
              " status text") S_TEMP("role_prerequisites", "n bigint, role_id" S_TEXT ", required_role_id" S_TEXT)
              S_TEMP("role_conflicts", "n bigint, role_id" S_TEXT ", conflicting_role_id" S_TEXT ", reason text")
                  S_TEMP("role_restrictions", "n bigint, role_id" S_TEXT ", user_id" S_TEXT ", reason text")
                      S_TEMP("policies", "n bigint, id" S_TEXT ", policy_json text, hash text")
                          S_TEMP("documents",
                                 "n bigint, id" S_TEXT
                                 ", title text, text text, metadata text, scope text, embedding bytea,"
                                 " model text") S_TEMP("access_patterns", "n bigint, user_id" S_TEXT ", role_id" S_TEXT
                                                                          ", app_id text, timestamp bigint,"
                                                                          " approved bigint, source text")
                              S_TEMP("names", "n bigint, kind bigint, id" S_TEXT ", form" S_TEXT
                                              ", alias bigint, hash bigint") S_TEMP("fuzzy", "hash bigint, name bigint")
                                  S_TEMP("name_suffixes", "suffix" S_TEXT ", kind bigint, id" S_TEXT ", form" S_TEXT)
                                      S_TEMP("scopes", "n bigint, document" S_TEXT ", kind text, id" S_TEXT);
}

static const char *const s_copies[ASKI_PG_STAGE_COUNT] = {
#define S_COPY(name) "COPY askiam_" name " FROM STDIN (FORMAT binary)"
    [ASKIAM_TABLE_USERS] = S_COPY("users"),
    [ASKIAM_TABLE_APPLICATIONS] = S_COPY("applications"),
    [ASKIAM_TABLE_ROLES] = S_COPY("roles"),
    [ASKIAM_TABLE_ALIASES] = S_COPY("aliases"),
    [ASKIAM_TABLE_USER_ROLES] = S_COPY("user_roles"),
    [ASKIAM_TABLE_ROLE_PREREQUISITES] = S_COPY("role_prerequisites"),
    [ASKIAM_TABLE_ROLE_CONFLICTS] = S_COPY("role_conflicts"),
    [ASKIAM_TABLE_ROLE_RESTRICTIONS] = S_COPY("role_restrictions"),
    [ASKIAM_TABLE_POLICIES] = S_COPY("policies"),
    [ASKIAM_TABLE_DOCUMENTS] = S_COPY("documents"),
    [ASKIAM_TABLE_ACCESS_PATTERNS] = S_COPY("access_patterns"),
    [ASKI_PG_STAGE_NAMES] = S_COPY("names"),
    [ASKI_PG_STAGE_FUZZY] = S_COPY("fuzzy"),
    [ASKI_PG_STAGE_SUFFIXES] = S_COPY("name_suffixes"),
    [ASKI_PG_STAGE_SCOPES] = S_COPY("scopes"),
};

/* The signature, no flags, no extension. */
static const char s_header[] = "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0";
enum { HEADER_BYTES = 19 };

void aski_pg_stage_row(aski_pg_import *import, int stage, int fields)
{
  if (import->stages[stage].length == 0) {
    aski_buffer_append(&import->stages[stage], (askiam_str){s_header, HEADER_BYTES});
  }
  aski_pg_append_int16(&import->stages[stage], fields);
}

void aski_pg_stage_null(aski_pg_import *import, int stage) { aski_pg_append_int32(&import->stages[stage], -1); }

void aski_pg_stage_text(aski_pg_import *import, int stage, askiam_str text)
{
  if (text.data == NULL || text.length > INT32_MAX) {
    aski_pg_stage_null(import, stage);
    return;
  }
  aski_pg_append_int32(&import->stages[stage], (int64_t)text.length);
  aski_buffer_append(&import->stages[stage], text);
}

void aski_pg_stage_number(aski_pg_import *import, int stage, int64_t number)
{
  aski_pg_append_int32(&import->stages[stage], 8);
  aski_pg_append_int64(&import->stages[stage], number);
}

/* Puts bytes on the wire, waiting where it is full. */
static askiam_status s_put(aski_pg *connection, const char *data, size_t length, askiam_error *error)
{
  size_t at = 0;
  while (at < length) {
    int part = length - at < SENT_FROM_BYTES ? (int)(length - at) : SENT_FROM_BYTES;
    int put = PQputCopyData(connection->wire, data + at, part);
    if (put < 0) {
      return aski_pg_failure(connection, NULL, error);
    }
    at += put == 1 ? (size_t)part : 0;
    askiam_status status = aski_pg_flush(connection, error);
    if (status != ASKIAM_STATUS_OK) {
      return status;
    }
  }
  return ASKIAM_STATUS_OK;
}

/* The server's last word on a COPY; a failure of its is told here. */
static askiam_status s_end(aski_pg *connection, askiam_error *error)
{
  PGresult *result = NULL;
  askiam_status status = PQputCopyEnd(connection->wire, NULL) == 1 ? aski_pg_flush(connection, error)
                                                                   : aski_pg_failure(connection, NULL, error);
  do {
    PQclear(result);
    result = NULL;
    status = status == ASKIAM_STATUS_OK ? aski_pg_next(connection, &result, error) : status;
  } while (status == ASKIAM_STATUS_OK && result != NULL);
  return status;
}

static askiam_status s_copy(aski_pg_import *import, int stage, askiam_error *error)
{
  aski_pg *connection = import->connection;
  aski_buffer *rows = &import->stages[stage];
  PGresult *result = NULL;
  aski_pg_append_int16(rows, -1); /* the trailer */
  if (rows->failed) {
    return aski_pg_no_memory(error);
  }
  if (PQsendQuery(connection->wire, s_copies[stage]) == 0) {
    return aski_pg_failure(connection, NULL, error);
  }
  askiam_status status = aski_pg_flush(connection, error);
  status = status == ASKIAM_STATUS_OK ? aski_pg_next(connection, &result, error) : status;
  bool ready = PQresultStatus(result) == PGRES_COPY_IN;
  PQclear(result);
  if (status != ASKIAM_STATUS_OK || !ready) {
    return status == ASKIAM_STATUS_OK ? aski_pg_failure(connection, NULL, error) : status;
  }
  status = s_put(connection, rows->data, rows->length, error);
  status = status == ASKIAM_STATUS_OK ? s_end(connection, error) : status;
  aski_buffer_clear(rows);
  import->used[stage] = true;
  return status;
}

askiam_status aski_pg_stage_send(aski_pg_import *import, bool all, askiam_error *error)
{
  for (int stage = 0; stage < ASKI_PG_STAGE_COUNT; ++stage) {
    const aski_buffer *rows = &import->stages[stage];
    if (rows->failed) {
      return aski_pg_no_memory(error);
    }
    if (rows->length >= SENT_FROM_BYTES || (all && rows->length > 0)) {
      askiam_status status = s_copy(import, stage, error);
      if (status != ASKIAM_STATUS_OK) {
        import->connection->broken = true; /* whatever is on the wire: the transaction ends with it */
        return status;
      }
    }
  }
  return ASKIAM_STATUS_OK;
}
