/* SPDX-License-Identifier: Apache-2.0
 *
 * Statements on a connection: sent, waited for, taken. */
#include "store/postgres/connection.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <time.h>

#include "base/time.h"

enum { LOOK_UP_MS = 20, NAME_BYTES = 24, REST_MOST = 256 };

int64_t aski_pg_ticks_ms(void)
{
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* How long one poll may sleep: to the nearest end, and not long where somebody may cancel the call. */
static int s_nap_ms(const askiam_call *call, int64_t until_ms)
{
  int64_t nap_ms = until_ms == INT64_MAX ? INT64_MAX : until_ms - aski_pg_ticks_ms();
  if (call != NULL) {
    int64_t remaining_ms = askiam_call_remaining_ms(call);
    nap_ms = remaining_ms < nap_ms ? remaining_ms : nap_ms;
    nap_ms = (call->cancelled != NULL || call->forsaken != NULL) && nap_ms > LOOK_UP_MS ? LOOK_UP_MS : nap_ms;
  }
  return nap_ms < 0 ? 0 : nap_ms > 60000 ? 60000 : (int)nap_ms;
}

askiam_status aski_pg_wait(int socket, short events, const askiam_call *call, int64_t until_ms)
{
  struct pollfd file = {.fd = socket, .events = events};
  for (;;) {
    if (call != NULL && askiam_call_cancelled(call)) {
      return ASKIAM_STATUS_CANCELLED;
    }
    int ready = poll(&file, 1, s_nap_ms(call, until_ms));
    if (ready > 0 || (ready < 0 && errno != EINTR)) {
      return ASKIAM_STATUS_OK; /* a socket in error is ready: libpq says what is wrong with it */
    }
    if (call != NULL && askiam_call_remaining_ms(call) == 0) {
      return ASKIAM_STATUS_TIMEOUT;
    }
    if (until_ms != INT64_MAX && aski_pg_ticks_ms() >= until_ms) {
      return ASKIAM_STATUS_BUSY;
    }
  }
}

askiam_status aski_pg_open(aski_pg **out_connection, const aski_pg_settings *settings, aski_pg_use use,
                           const askiam_call *call, askiam_error *error)
{
  aski_pg *connection = aski_acquire_zeroed(settings->allocator, 1, sizeof *connection);
  *out_connection = NULL;
  if (connection == NULL) {
    return aski_pg_no_memory(error);
  }
  connection->settings = settings;
  connection->call = call;
  askiam_status status = aski_pg_connect(&connection->wire, settings, call, error);
  if (status == ASKIAM_STATUS_OK && use != ASKI_PG_MIGRATE) {
    status = aski_pg_check_schema(connection, NULL, error);
  }
  if (status != ASKIAM_STATUS_OK) {
    aski_pg_close(connection);
    return status;
  }
  *out_connection = connection;
  return ASKIAM_STATUS_OK;
}

void aski_pg_close(aski_pg *connection)
{
  if (connection != NULL) {
    PQfinish(connection->wire);
    aski_pg_abandon(connection);
  }
}

void aski_pg_abandon(aski_pg *connection) { aski_release(connection->settings->allocator, connection); }

bool aski_pg_is_alive(aski_pg *connection)
{
  struct pollfd file = {.fd = PQsocket(connection->wire), .events = POLLIN};
  if (PQstatus(connection->wire) != CONNECTION_OK || file.fd < 0) {
    return false;
  }
  if (poll(&file, 1, 0) == 0) {
    return true;
  }
  /* A server that is idle sends its farewell, or nothing but a notice or a changed setting. */
  return PQconsumeInput(connection->wire) == 1 && PQstatus(connection->wire) == CONNECTION_OK &&
         PQtransactionStatus(connection->wire) == PQTRANS_IDLE && poll(&file, 1, 0) == 0;
}

/* Waits for the socket; what is left unfinished makes the connection useless. */
static askiam_status s_wait(aski_pg *connection, short events, askiam_error *error)
{
  askiam_status status = aski_pg_wait(PQsocket(connection->wire), events, connection->call, INT64_MAX);
  return status == ASKIAM_STATUS_OK ? status : aski_pg_gave_up(connection, status, error);
}

/* Sends what waits to be sent, reading meanwhile what the server says, so that neither waits for the other. */
askiam_status aski_pg_flush(aski_pg *connection, askiam_error *error)
{
  int left = PQflush(connection->wire);
  while (left > 0) {
    askiam_status status = s_wait(connection, POLLIN | POLLOUT, error);
    if (status != ASKIAM_STATUS_OK) {
      return status;
    }
    left = PQconsumeInput(connection->wire) == 1 ? PQflush(connection->wire) : -1;
  }
  return left == 0 ? ASKIAM_STATUS_OK : aski_pg_failure(connection, NULL, error);
}

askiam_status aski_pg_take(aski_pg *connection, PGresult **out_result, askiam_error *error)
{
  *out_result = NULL;
  while (PQisBusy(connection->wire)) {
    askiam_status status = s_wait(connection, POLLIN, error);
    if (status != ASKIAM_STATUS_OK) {
      return status;
    }
    if (PQconsumeInput(connection->wire) == 0) {
      return aski_pg_failure(connection, NULL, error);
    }
  }
  *out_result = PQgetResult(connection->wire);
  return ASKIAM_STATUS_OK;
}

/* No result is the end of a statement's, though libpq calls its status a failure. */
static bool s_is_failure(const PGresult *result)
{
  if (result == NULL) {
    return false;
  }
  ExecStatusType status = PQresultStatus(result);
  return status == PGRES_FATAL_ERROR || status == PGRES_BAD_RESPONSE || status == PGRES_NONFATAL_ERROR;
}

askiam_status aski_pg_next(aski_pg *connection, PGresult **out_result, askiam_error *error)
{
  askiam_status status = aski_pg_take(connection, out_result, error);
  if (status == ASKIAM_STATUS_OK && s_is_failure(*out_result)) {
    status = aski_pg_failure(connection, *out_result, error);
    PQclear(*out_result);
    *out_result = NULL;
  }
  return status;
}

/* Takes what is left, so that the connection is free for the next statement. */
static askiam_status s_drain(aski_pg *connection, askiam_error *error)
{
  PGresult *result = NULL;
  askiam_status status = aski_pg_take(connection, &result, error);
  while (status == ASKIAM_STATUS_OK && result != NULL) {
    PQclear(result);
    status = aski_pg_take(connection, &result, error);
  }
  return status;
}

/* A few rows are taken quicker than a new connection is made. */
void aski_pg_take_rest(aski_pg *connection)
{
  PGresult *result = NULL;
  askiam_status status = ASKIAM_STATUS_OK;
  int taken = 0;
  do {
    PQclear(result);
    result = NULL;
    status = connection->broken ? ASKIAM_STATUS_UNAVAILABLE : aski_pg_take(connection, &result, NULL);
  } while (status == ASKIAM_STATUS_OK && result != NULL && ++taken < REST_MOST);
  connection->broken |= status != ASKIAM_STATUS_OK || result != NULL;
  PQclear(result);
}

askiam_status aski_pg_send(aski_pg *connection, const char *sql, const aski_pg_values *values, bool row_by_row,
                           askiam_error *error)
{
  if (values->arena->failed) {
    return aski_pg_no_memory(error);
  }
  int sent = PQsendQueryParams(connection->wire, sql, values->count, values->types, values->data, values->lengths,
                               values->formats, 1);
  if (sent == 0 || (row_by_row && PQsetSingleRowMode(connection->wire) == 0)) {
    return aski_pg_failure(connection, NULL, error);
  }
  return aski_pg_flush(connection, error);
}

static const char *s_name(aski_pg_sql sql, char name[NAME_BYTES])
{
  snprintf(name, NAME_BYTES, "askiam_%d", (int)sql);
  return name;
}

/* The usual case: the statement is known to the server, or none is prepared there. */
static askiam_status s_run_known(aski_pg *connection, aski_pg_sql sql, const aski_pg_values *values,
                                 PGresult **out_result, askiam_error *error)
{
  char name[NAME_BYTES];
  askiam_status status = ASKIAM_STATUS_OK;
  if (!connection->settings->prepared) {
    status = aski_pg_send(connection, aski_pg_sql_text(sql), values, false, error);
  } else if (PQsendQueryPrepared(connection->wire, s_name(sql, name), values->count, values->data, values->lengths,
                                 values->formats, 1) == 0) {
    status = aski_pg_failure(connection, NULL, error);
  } else {
    status = aski_pg_flush(connection, error);
  }
  if (status == ASKIAM_STATUS_OK) {
    status = aski_pg_next(connection, out_result, error);
  }
  if (connection->broken) {
    return status;
  }
  askiam_status drained = s_drain(connection, status == ASKIAM_STATUS_OK ? error : NULL);
  if (status == ASKIAM_STATUS_OK && drained != ASKIAM_STATUS_OK) {
    PQclear(*out_result);
    *out_result = NULL;
  }
  return status == ASKIAM_STATUS_OK ? drained : status;
}

askiam_status aski_pg_run(aski_pg *connection, aski_pg_sql sql, const aski_pg_values *values, PGresult **out_result,
                          askiam_error *error)
{
  *out_result = NULL;
  if (values->arena->failed) {
    return aski_pg_no_memory(error);
  }
  if (!connection->settings->prepared || connection->prepared[sql]) {
    return s_run_known(connection, sql, values, out_result, error);
  }
  askiam_status status = aski_pg_pipeline_begin(connection, error);
  status = status == ASKIAM_STATUS_OK ? aski_pg_pipeline_add(connection, sql, values, error) : status;
  status = status == ASKIAM_STATUS_OK ? aski_pg_pipeline_send(connection, error) : status;
  if (status != ASKIAM_STATUS_OK) {
    connection->broken = true;
    return status;
  }
  status = aski_pg_pipeline_take(connection, sql, out_result, error);
  if (status != ASKIAM_STATUS_OK) {
    PQclear(*out_result);
    *out_result = NULL;
  }
  askiam_status ended = connection->broken ? status : aski_pg_pipeline_end(connection, NULL);
  if (status == ASKIAM_STATUS_OK && ended != ASKIAM_STATUS_OK) {
    PQclear(*out_result);
    *out_result = NULL;
    return aski_pg_failure(connection, NULL, error);
  }
  return status;
}

askiam_status aski_pg_execute(aski_pg *connection, const char *sql, askiam_error *error)
{
  if (PQsendQuery(connection->wire, sql) == 0) {
    return aski_pg_failure(connection, NULL, error);
  }
  askiam_status status = aski_pg_flush(connection, error);
  PGresult *result = NULL;
  do {
    PQclear(result);
    askiam_status taken =
        connection->broken ? status : aski_pg_next(connection, &result, status == ASKIAM_STATUS_OK ? error : NULL);
    status = status == ASKIAM_STATUS_OK ? taken : status;
    if (taken != ASKIAM_STATUS_OK && !connection->broken) { /* the server goes on to the end of what it was sent */
      askiam_status drained = s_drain(connection, NULL);
      connection->broken |= drained != ASKIAM_STATUS_OK;
    }
  } while (result != NULL);
  return status;
}

askiam_status aski_pg_pipeline_begin(aski_pg *connection, askiam_error *error)
{
  return PQenterPipelineMode(connection->wire) == 1 ? ASKIAM_STATUS_OK : aski_pg_failure(connection, NULL, error);
}

askiam_status aski_pg_pipeline_add(aski_pg *connection, aski_pg_sql sql, const aski_pg_values *values,
                                   askiam_error *error)
{
  if (values->arena->failed) {
    return aski_pg_no_memory(error);
  }
  PGconn *wire = connection->wire;
  char name[NAME_BYTES];
  const char *text = aski_pg_sql_text(sql);
  int sent = 1;
  if (!connection->settings->prepared) {
    sent =
        PQsendQueryParams(wire, text, values->count, values->types, values->data, values->lengths, values->formats, 1);
  } else {
    if (!connection->prepared[sql]) {
      sent = PQsendPrepare(wire, s_name(sql, name), text, values->count, values->types);
      connection->preparing[sql] = connection->prepared[sql] = sent == 1;
    }
    sent = sent == 1 ? PQsendQueryPrepared(wire, s_name(sql, name), values->count, values->data, values->lengths,
                                           values->formats, 1)
                     : 0;
  }
  return sent == 1 ? ASKIAM_STATUS_OK : aski_pg_failure(connection, NULL, error);
}

askiam_status aski_pg_pipeline_send(aski_pg *connection, askiam_error *error)
{
  return PQpipelineSync(connection->wire) == 1 ? aski_pg_flush(connection, error)
                                               : aski_pg_failure(connection, NULL, error);
}

/* One statement's result, and the NULL behind it. */
static askiam_status s_take_one(aski_pg *connection, PGresult **out_result, askiam_error *error)
{
  PGresult *end = NULL;
  askiam_status status = aski_pg_take(connection, out_result, error);
  status = status == ASKIAM_STATUS_OK ? aski_pg_take(connection, &end, error) : status;
  if (status == ASKIAM_STATUS_OK && (*out_result == NULL || end != NULL)) {
    status = aski_pg_failure(connection, NULL, error);
  }
  PQclear(end);
  return status;
}

askiam_status aski_pg_pipeline_take(aski_pg *connection, aski_pg_sql sql, PGresult **out_result, askiam_error *error)
{
  *out_result = NULL;
  askiam_status status = ASKIAM_STATUS_OK;
  if (connection->preparing[sql]) {
    PGresult *prepared = NULL;
    connection->preparing[sql] = false;
    status = s_take_one(connection, &prepared, error);
    connection->prepared[sql] = status == ASKIAM_STATUS_OK && PQresultStatus(prepared) == PGRES_COMMAND_OK;
    if (status == ASKIAM_STATUS_OK && s_is_failure(prepared)) {
      status = aski_pg_failure(connection, prepared, error);
      PGresult *skipped = NULL;
      s_take_one(connection, &skipped, NULL);
      PQclear(skipped);
      *out_result = prepared;
      return status;
    }
    PQclear(prepared);
  }
  status = status == ASKIAM_STATUS_OK ? s_take_one(connection, out_result, error) : status;
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  if (PQresultStatus(*out_result) == PGRES_PIPELINE_ABORTED) {
    PQclear(*out_result);
    *out_result = NULL;
    return ASKIAM_STATUS_OK;
  }
  return s_is_failure(*out_result) ? aski_pg_failure(connection, *out_result, error) : ASKIAM_STATUS_OK;
}

askiam_status aski_pg_pipeline_end(aski_pg *connection, askiam_error *error)
{
  PGresult *sync = NULL;
  askiam_status status = aski_pg_take(connection, &sync, error);
  bool good = PQresultStatus(sync) == PGRES_PIPELINE_SYNC;
  PQclear(sync);
  if (status == ASKIAM_STATUS_OK && (!good || PQexitPipelineMode(connection->wire) == 0)) {
    status = aski_pg_failure(connection, NULL, error);
  }
  return status;
}

void aski_pg_rollback(aski_pg *connection)
{
  if (connection->broken || PQtransactionStatus(connection->wire) == PQTRANS_IDLE) {
    return;
  }
  connection->broken |= aski_pg_execute(connection, "ROLLBACK", NULL) != ASKIAM_STATUS_OK;
}
