/* SPDX-License-Identifier: Apache-2.0 */
#include "store/postgres/pool.h"

#include <stdio.h>
#include <time.h>

#include "base/hash.h"

enum { LOOK_UP_MS = 20, PAUSE_LEAST_MS = 50, PAUSE_MOST_MS = 5000, DOUBLINGS_MOST = 7 };

static int64_t s_left_ms(int64_t since_ms, int64_t most_ms) { return most_ms - (aski_pg_ticks_ms() - since_ms); }

/* With the mutex held: waits a moment for a connection to come back. */
static askiam_status s_wait(aski_pg_store *store, const aski_pg_lane *lane, const askiam_call *call, int64_t since_ms,
                            askiam_error *error)
{
  const char *label = lane->settings.target.label;
  if (call != NULL && askiam_call_cancelled(call)) {
    return askiam_error_set(error, ASKIAM_STATUS_CANCELLED, ASKIAM_LAYER_STORE, "%s: the call was cancelled", label);
  }
  if (call != NULL && askiam_call_remaining_ms(call) == 0) {
    return askiam_error_set(error, ASKIAM_STATUS_TIMEOUT, ASKIAM_LAYER_STORE,
                            "%s: the deadline passed while waiting for a connection", label);
  }
  if (s_left_ms(since_ms, store->busy_timeout_ms) <= 0) {
    return askiam_error_set(error, ASKIAM_STATUS_BUSY, ASKIAM_LAYER_STORE,
                            "%s: all connections are in use; try again, or raise store.pool_size or "
                            "store.busy_timeout_ms",
                            label);
  }
  struct timespec until;
  clock_gettime(CLOCK_MONOTONIC, &until);
  until.tv_nsec += LOOK_UP_MS * 1000000L;
  if (until.tv_nsec >= 1000000000L) {
    until.tv_nsec -= 1000000000L;
    ++until.tv_sec;
  }
  pthread_cond_timedwait(&store->returned, &store->mutex, &until);
  return ASKIAM_STATUS_OK;
}

/* With the mutex held: whether the server may be asked for a connection again. */
static askiam_status s_may_connect(const aski_pg_lane *lane, askiam_error *error)
{
  if (lane->failures == 0 || aski_pg_ticks_ms() >= lane->next_try_ms) {
    return ASKIAM_STATUS_OK;
  }
  return askiam_error_set(error, lane->failure, ASKIAM_LAYER_STORE, "%s", lane->failure_text);
}

/* Takes an idle connection, or the right to open one (*out_connection stays NULL). */
static askiam_status s_take(aski_pg **out_connection, aski_pg_store *store, aski_pg_lane *lane, const askiam_call *call,
                            askiam_error *error)
{
  int64_t since_ms = aski_pg_ticks_ms();
  askiam_status status = ASKIAM_STATUS_OK;
  pthread_mutex_lock(&store->mutex);
  while (status == ASKIAM_STATUS_OK && lane->idle == NULL && lane->open == store->pool_size) {
    status = s_wait(store, lane, call, since_ms, error);
  }
  if (status == ASKIAM_STATUS_OK && lane->idle != NULL) {
    *out_connection = lane->idle;
    lane->idle = lane->idle->next;
  } else if (status == ASKIAM_STATUS_OK) {
    status = s_may_connect(lane, error);
    lane->open += status == ASKIAM_STATUS_OK;
  }
  pthread_mutex_unlock(&store->mutex);
  return status;
}

static void s_forget(aski_pg_store *store, aski_pg_lane *lane)
{
  pthread_mutex_lock(&store->mutex);
  --lane->open;
  pthread_cond_signal(&store->returned);
  pthread_mutex_unlock(&store->mutex);
}

/* The pause doubles with every failure; a part of it is chance, so that many clients do not come back at once. */
static void s_note_connect(aski_pg_store *store, aski_pg_lane *lane, askiam_status status, const askiam_error *said)
{
  pthread_mutex_lock(&store->mutex);
  if (status == ASKIAM_STATUS_UNAVAILABLE) {
    unsigned doublings = lane->failures < DOUBLINGS_MOST ? lane->failures : DOUBLINGS_MOST;
    int64_t pause_ms = (int64_t)PAUSE_LEAST_MS << doublings;
    pause_ms = pause_ms < PAUSE_MOST_MS ? pause_ms : PAUSE_MOST_MS;
    unsigned char chance = 0;
    aski_random(&chance, 1);
    lane->next_try_ms = aski_pg_ticks_ms() + pause_ms / 2 + pause_ms * chance / 512;
    lane->failure = status;
    snprintf(lane->failure_text, sizeof lane->failure_text, "%s", said->message);
    ++lane->failures;
  } else if (status == ASKIAM_STATUS_OK) {
    lane->failures = 0;
  }
  pthread_mutex_unlock(&store->mutex);
}

static askiam_status s_connect(aski_pg **out_connection, aski_pg_store *store, aski_pg_lane *lane, aski_pg_use use,
                               const askiam_call *call, askiam_error *error)
{
  askiam_error said = ASKIAM_ERROR_INIT;
  askiam_status status = aski_pg_open(out_connection, &lane->settings, use, call, &said);
  s_note_connect(store, lane, status, &said);
  if (status != ASKIAM_STATUS_OK) {
    s_forget(store, lane);
    if (error != NULL) {
      *error = said;
    }
  }
  return status;
}

static askiam_status s_lease(aski_pg **out_connection, aski_pg_store *store, aski_pg_lane *lane, aski_pg_use use,
                             const askiam_call *call, askiam_error *error)
{
  *out_connection = NULL;
  askiam_status status = s_take(out_connection, store, lane, call, error);
  if (status == ASKIAM_STATUS_OK && *out_connection != NULL) {
    (*out_connection)->reused = true;
    if (!aski_pg_is_alive(*out_connection)) {
      aski_pg_close(*out_connection);
      *out_connection = NULL;
    }
  }
  if (status == ASKIAM_STATUS_OK && *out_connection == NULL) {
    status = s_connect(out_connection, store, lane, use, call, error);
  }
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  aski_pg *connection = *out_connection;
  connection->call = call;
  if (!connection->checked && use != ASKI_PG_MIGRATE) {
    status = aski_pg_check_schema(connection, NULL, error);
    if (status != ASKIAM_STATUS_OK) {
      aski_pg_return(store, connection);
      *out_connection = NULL;
    }
  }
  return status;
}

askiam_status aski_pg_lease(aski_pg **out_connection, aski_pg_store *store, aski_pg_use use, const askiam_call *call,
                            askiam_error *error)
{
  return s_lease(out_connection, store, &store->primary, use, call, error);
}

void aski_pg_return(aski_pg_store *store, aski_pg *connection)
{
  if (connection == NULL) {
    return;
  }
  bool replica = connection->settings == &store->replica.settings;
  aski_pg_lane *lane = replica ? &store->replica : &store->primary;
  connection->broken |= PQtransactionStatus(connection->wire) != PQTRANS_IDLE;
  connection->call = NULL;
  if (connection->broken) {
    aski_pg_close(connection);
    s_forget(store, lane);
    return;
  }
  pthread_mutex_lock(&store->mutex);
  connection->next = lane->idle;
  lane->idle = connection;
  pthread_cond_signal(&store->returned);
  pthread_mutex_unlock(&store->mutex);
}

/* Where one connection died, those that were idle beside it have as well. */
static void s_drop_idle(aski_pg_store *store, aski_pg_lane *lane)
{
  pthread_mutex_lock(&store->mutex);
  aski_pg *dropped = lane->idle;
  lane->idle = NULL;
  for (aski_pg *each = dropped; each != NULL; each = each->next) {
    --lane->open;
  }
  pthread_cond_broadcast(&store->returned);
  pthread_mutex_unlock(&store->mutex);
  while (dropped != NULL) {
    aski_pg *next = dropped->next;
    aski_pg_close(dropped);
    dropped = next;
  }
}

/* One statement that only reads: run whole (`sql`), or begun (`text`). */
typedef struct s_question {
  aski_pg_sql sql;
  const char *text;
  const aski_pg_values *values;
  int plain_count; /* more than 0: of how many values without pg_trgm */
} s_question;

static askiam_status s_put(aski_pg *connection, const s_question *question, PGresult **out_result, askiam_error *error)
{
  if (question->text != NULL) {
    return aski_pg_send(connection, question->text, question->values, true, error);
  }
  if (question->plain_count == 0) {
    return aski_pg_run(connection, question->sql, question->values, out_result, error);
  }
  aski_pg_values values = *question->values;
  values.count = connection->trigrams ? values.count : question->plain_count;
  return aski_pg_run(connection, connection->trigrams ? ASKI_PG_SQL_TRIGRAMS : ASKI_PG_SQL_SIMILAR, &values, out_result,
                     error);
}

static askiam_status s_ask_lane(aski_pg **out_connection, PGresult **out_result, aski_pg_store *store,
                                aski_pg_lane *lane, const s_question *question, const askiam_call *call,
                                askiam_error *error)
{
  for (int attempt = 0;; ++attempt) {
    askiam_status status = s_lease(out_connection, store, lane, ASKI_PG_READ, call, error);
    if (status != ASKIAM_STATUS_OK) {
      return status;
    }
    aski_pg *connection = *out_connection;
    status = s_put(connection, question, out_result, error);
    if (status == ASKIAM_STATUS_OK) {
      return status;
    }
    bool again = attempt == 0 && connection->reused && connection->broken && status == ASKIAM_STATUS_UNAVAILABLE;
    aski_pg_return(store, connection);
    *out_connection = NULL;
    if (!again) {
      return status;
    }
    s_drop_idle(store, lane);
  }
}

static askiam_status s_ask(aski_pg **out_connection, PGresult **out_result, aski_pg_store *store, aski_pg_from from,
                           const s_question *question, const askiam_call *call, askiam_error *error)
{
  if (from == ASKI_PG_FROM_ANY && store->has_replica) {
    askiam_status status = s_ask_lane(out_connection, out_result, store, &store->replica, question, call, NULL);
    if (status == ASKIAM_STATUS_OK || status == ASKIAM_STATUS_TIMEOUT || status == ASKIAM_STATUS_CANCELLED ||
        status == ASKIAM_STATUS_NO_MEMORY) {
      return status == ASKIAM_STATUS_OK ? status
                                        : askiam_error_set(error, status, ASKIAM_LAYER_STORE, "%s: reading failed",
                                                           store->replica.settings.target.label);
    }
  }
  return s_ask_lane(out_connection, out_result, store, &store->primary, question, call, error);
}

askiam_status aski_pg_ask(aski_pg **out_connection, PGresult **out_result, aski_pg_store *store, aski_pg_from from,
                          aski_pg_sql sql, const aski_pg_values *values, const askiam_call *call, askiam_error *error)
{
  const s_question question = {.sql = sql, .values = values};
  *out_result = NULL;
  return s_ask(out_connection, out_result, store, from, &question, call, error);
}

askiam_status aski_pg_ask_similar(aski_pg **out_connection, PGresult **out_result, aski_pg_store *store,
                                  const aski_pg_values *values, int plain_count, const askiam_call *call,
                                  askiam_error *error)
{
  const s_question question = {.values = values, .plain_count = plain_count};
  *out_result = NULL;
  return s_ask(out_connection, out_result, store, ASKI_PG_FROM_ANY, &question, call, error);
}

askiam_status aski_pg_ask_rows(aski_pg **out_connection, aski_pg_store *store, aski_pg_from from, const char *sql,
                               const aski_pg_values *values, const askiam_call *call, askiam_error *error)
{
  const s_question question = {.text = sql, .values = values};
  PGresult *none = NULL;
  return s_ask(out_connection, &none, store, from, &question, call, error);
}

void aski_pg_answered(aski_pg_store *store, aski_pg *connection, PGresult *result)
{
  PQclear(result);
  aski_pg_return(store, connection);
}

askiam_status aski_pg_write(aski_pg_store *store, aski_pg_sql sql, const aski_pg_values *values,
                            const askiam_call *call, uint64_t *out_rows, askiam_error *error)
{
  aski_pg *connection = NULL;
  PGresult *result = NULL;
  askiam_status status = aski_pg_lease(&connection, store, ASKI_PG_WRITE, call, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  status = aski_pg_run(connection, sql, values, &result, error);
  if (status == ASKIAM_STATUS_OK && out_rows != NULL) {
    uint64_t rows = 0;
    for (const char *digit = PQcmdTuples(result); *digit >= '0' && *digit <= '9'; ++digit) {
      rows = rows * 10 + (uint64_t)(*digit - '0');
    }
    *out_rows = rows;
  }
  aski_pg_answered(store, connection, result);
  return status;
}
