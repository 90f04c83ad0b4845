/* SPDX-License-Identifier: Apache-2.0
 *
 * What SQLSTATEs mean to the caller, and the look at the schema. Messages name the database and what to do; they hold neither statements nor
 * values, and never a password. */
#include <ctype.h>
#include <stdio.h>

#include "store/postgres/connection.h"
#include "store/postgres/schema.h"

enum { STATE_LENGTH = 5, SAID_BYTES = 256 };

askiam_status aski_pg_no_memory(askiam_error *error)
{
  return askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_STORE, "no memory for PostgreSQL");
}

bool aski_pg_has_state(const PGresult *result, const char *sqlstate)
{
  const char *state = result == NULL ? NULL : PQresultErrorField(result, PG_DIAG_SQLSTATE);
  return state != NULL && strcmp(state, sqlstate) == 0;
}

/* A state, or a whole class of them by its first two characters: the first that fits counts. */
typedef struct s_meaning {
  const char *state;
  askiam_status status;
  bool broken; /* the connection is of no use any more */
  const char *what;
} s_meaning;

static const s_meaning s_meanings[] = {
    {"08", ASKIAM_STATUS_UNAVAILABLE, true, "the connection was lost"},
    {"22021", ASKIAM_STATUS_BAD_DATA, false, "a text is not valid UTF-8"},
    {"22", ASKIAM_STATUS_BAD_DATA, false, "a value does not fit its column"},
    {"23", ASKIAM_STATUS_BAD_DATA, false, "a value does not fit the schema"},
    {"25006", ASKIAM_STATUS_READ_ONLY, true,
     "the server takes no writes (a standby, or default_transaction_read_only); connect to the primary"},
    {"26000", ASKIAM_STATUS_UNAVAILABLE, true,
     "a prepared statement is gone; behind a pooler in transaction mode set store.prepared=false"},
    {"42P05", ASKIAM_STATUS_UNAVAILABLE, true,
     "a prepared statement belongs to somebody else; behind a pooler in transaction mode set store.prepared=false"},
    {"28", ASKIAM_STATUS_NOT_PERMITTED, true, "the server refused the login; check user, password and pg_hba.conf"},
    {"3D000", ASKIAM_STATUS_NOT_INITIALISED, true,
     "there is no such database; make it with createdb, then `askiam init`"},
    {"40", ASKIAM_STATUS_BUSY, false, "the transaction gave way to another; try again"},
    {"42501", ASKIAM_STATUS_NOT_PERMITTED, false,
     "the database role lacks a right; see `askiam init --grants` and docs/postgresql.md"},
    {"42P07", ASKIAM_STATUS_CORRUPT, false,
     "the schema holds a table of another program with one of our names; use a schema or database of its own"},
    {"42", ASKIAM_STATUS_CORRUPT, true, "tables are missing or damaged; restore the database from a backup"},
    {"3F", ASKIAM_STATUS_NOT_INITIALISED, false,
     "there is no schema to create tables in; create one, or set search_path"},
    {"53100", ASKIAM_STATUS_FULL, false, "no space is left on the server"},
    {"53300", ASKIAM_STATUS_BUSY, true,
     "the server has too many connections; try again, lower store.pool_size or raise max_connections"},
    {"53", ASKIAM_STATUS_UNAVAILABLE, false, "the server lacks resources; try again"},
    {"54", ASKIAM_STATUS_BAD_DATA, false, "a value is too large to be stored"},
    {"55P03", ASKIAM_STATUS_BUSY, false, "locked by somebody else; try again"},
    {"57014", ASKIAM_STATUS_TIMEOUT, false, "the server cancelled the statement (statement_timeout)"},
    {"57", ASKIAM_STATUS_UNAVAILABLE, true, "the server is starting, stopping or was restarted; try again"},
    {"XX001", ASKIAM_STATUS_CORRUPT, true, "the database is damaged; restore it from a backup"},
    {"XX002", ASKIAM_STATUS_CORRUPT, true, "an index of the database is damaged; REINDEX, or restore it from a backup"},
};

static const s_meaning *s_find(const char *state)
{
  for (size_t i = 0; i < sizeof s_meanings / sizeof *s_meanings; ++i) {
    if (strncmp(state, s_meanings[i].state, strlen(s_meanings[i].state)) == 0) {
      return &s_meanings[i];
    }
  }
  return NULL;
}

static askiam_status s_set_lost(aski_pg *connection, askiam_error *error)
{
  connection->broken = true;
  return askiam_error_set(error, ASKIAM_STATUS_UNAVAILABLE, ASKIAM_LAYER_STORE,
                          "%s: the connection was lost; try again", connection->settings->target.label);
}

askiam_status aski_pg_failure(aski_pg *connection, const PGresult *result, askiam_error *error)
{
  const char *state = result == NULL ? NULL : PQresultErrorField(result, PG_DIAG_SQLSTATE);
  if (state == NULL || PQstatus(connection->wire) != CONNECTION_OK) {
    return s_set_lost(connection, error);
  }
  const s_meaning *meaning = s_find(state);
  const char *label = connection->settings->target.label;
  if (meaning == NULL) {
    connection->broken = true;
    return askiam_error_set(error, ASKIAM_STATUS_INTERNAL, ASKIAM_LAYER_STORE,
                            "%s: unexpected answer of PostgreSQL: SQLSTATE %s", label, state);
  }
  connection->broken |= meaning->broken;
  return askiam_error_set(error, meaning->status, ASKIAM_LAYER_STORE, "%s: %s (SQLSTATE %s)", label, meaning->what,
                          state);
}

askiam_status aski_pg_gave_up(aski_pg *connection, askiam_status status, askiam_error *error)
{
  connection->broken = true;
  return askiam_error_set(error, status, ASKIAM_LAYER_STORE, "%s: %s", connection->settings->target.label,
                          status == ASKIAM_STATUS_CANCELLED ? "the call was cancelled"
                                                            : "the deadline passed while waiting for the server");
}

/* The SQLSTATE in "FATAL:  28P01: …": two spaces and five capitals or digits before a colon. False where the server said none. */
static bool s_state_of(const char *said, char out[STATE_LENGTH + 1])
{
  for (const char *at = strstr(said, ":  "); at != NULL; at = strstr(at + 1, ":  ")) {
    int length = 0;
    while (length < STATE_LENGTH &&
           (isdigit((unsigned char)at[3 + length]) || isupper((unsigned char)at[3 + length]))) {
      out[length] = at[3 + length];
      ++length;
    }
    if (length == STATE_LENGTH && at[3 + length] == ':') {
      out[STATE_LENGTH] = 0;
      return true;
    }
  }
  return false;
}

/* The first line, without control characters. */
static void s_first_line(const char *said, char out[SAID_BYTES])
{
  size_t length = 0;
  for (; said[length] != 0 && said[length] != '\n' && length + 1 < SAID_BYTES; ++length) {
    out[length] = (unsigned char)said[length] < ' ' ? ' ' : said[length];
  }
  out[length] = 0;
}

askiam_status aski_pg_refused(const aski_pg_settings *settings, const char *said, askiam_error *error)
{
  char state[STATE_LENGTH + 1];
  char line[SAID_BYTES];
  const s_meaning *meaning = s_state_of(said, state) ? s_find(state) : NULL;
  if (meaning != NULL) {
    return askiam_error_set(error, meaning->status, ASKIAM_LAYER_STORE, "%s: %s (SQLSTATE %s)", settings->target.label,
                            meaning->what, state);
  }
  s_first_line(said, line);
  return askiam_error_set(error, ASKIAM_STATUS_UNAVAILABLE, ASKIAM_LAYER_STORE, "%s: cannot connect: %s",
                          settings->target.label, line);
}

static askiam_status s_read_schema(aski_pg *connection, PGresult *result, int *out_version, askiam_error *error)
{
  const char *label = connection->settings->target.label;
  *out_version = (int)aski_pg_number(result, 0, 0);
  connection->trigrams = aski_pg_number(result, 0, 1) != 0;
  if (!aski_str_equal_text(aski_pg_text(result, 0, 2), "UTF8")) {
    return askiam_error_set(error, ASKIAM_STATUS_CONFIG, ASKIAM_LAYER_STORE,
                            "%s: the database's encoding must be UTF8; make it with createdb -E UTF8 -T template0",
                            label);
  }
  return ASKIAM_STATUS_OK;
}

static askiam_status s_ask_version(aski_pg *connection, askiam_error *error)
{
  aski_arena arena;
  aski_pg_values values;
  aski_arena_init(&arena, connection->settings->allocator);
  aski_pg_values_init(&values, &arena);
  aski_pg_add_number(&values, connection->settings->prepared);
  askiam_status status = aski_pg_send(connection, aski_pg_sql_text(ASKI_PG_SQL_SCHEMA), &values, false, error);
  aski_arena_clean_up(&arena);
  return status;
}

static askiam_status s_read_version(aski_pg *connection, int *out_version, askiam_error *error)
{
  PGresult *result = NULL;
  *out_version = 0;
  askiam_status status = s_ask_version(connection, error);
  while (status == ASKIAM_STATUS_OK) {
    PGresult *taken = NULL;
    status = aski_pg_take(connection, &taken, error);
    if (status != ASKIAM_STATUS_OK || taken == NULL) {
      break;
    }
    PQclear(result);
    result = taken;
  }
  if (status == ASKIAM_STATUS_OK && PQresultStatus(result) == PGRES_TUPLES_OK) {
    status = s_read_schema(connection, result, out_version, error);
  } else if (status == ASKIAM_STATUS_OK &&
             !aski_pg_has_state(result, "42P01")) { /* undefined_table: there is no schema */
    status = aski_pg_failure(connection, result, error);
  }
  PQclear(result);
  return status;
}

askiam_status aski_pg_check_schema(aski_pg *connection, int *out_version, askiam_error *error)
{
  int version = 0;
  int present = aski_pg_schema_version();
  const char *label = connection->settings->target.label;
  askiam_status status = s_read_version(connection, &version, error);
  if (out_version != NULL) {
    *out_version = version;
  }
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  if (version > present) {
    return askiam_error_set(error, ASKIAM_STATUS_SCHEMA_NEWER, ASKIAM_LAYER_STORE,
                            "%s: has schema version %d and this library knows %d; use a newer libaskiam", label,
                            version, present);
  }
  if (version < present) {
    return askiam_error_set(error, ASKIAM_STATUS_NOT_INITIALISED, ASKIAM_LAYER_STORE,
                            version == 0 ? "%s: has no schema yet; make it with `askiam init`"
                                         : "%s: has an older schema; bring it up to date with `askiam init`",
                            label);
  }
  connection->checked = true;
  return ASKIAM_STATUS_OK;
}
