/* SPDX-License-Identifier: Apache-2.0
 *
 * State: rate limits. Taking is one statement, which writes only where there was something to take, and does not
 * wait for the disk: a power cut may give a request back, and damages nothing, as the write-ahead log is in order
 * all the same. */
#include "store/common/buckets.h"
#include "store/sqlite/slots.h"

static askiam_status s_take(aski_sqlite *connection, askiam_str bucket_id, const aski_store_bucket *bucket,
                            bool *out_taken, askiam_error *error)
{
  sqlite3_stmt *statement = aski_sqlite_statement(connection, ASKI_SQL_BUCKET_TAKE);
  if (statement != NULL) {
    aski_sqlite_bind(statement, 1, bucket_id);
    sqlite3_bind_int64(statement, 2, bucket->full);
    sqlite3_bind_int64(statement, 3, bucket->now_ms);
    sqlite3_bind_int64(statement, 4, bucket->per_ms);
    sqlite3_bind_int64(statement, 5, bucket->full_ms);
  }
  askiam_status status = aski_sqlite_run(connection, statement, error);
  *out_taken = status == ASKIAM_STATUS_OK && sqlite3_changes(connection->db) > 0;
  return status;
}

/* When to come back; and a clock that was far ahead is forgotten. */
static askiam_status s_look(aski_sqlite *connection, askiam_str bucket_id, const aski_store_bucket *bucket,
                            int64_t *out_wait_ms, bool *out_ahead, askiam_error *error)
{
  sqlite3_stmt *statement = aski_sqlite_statement(connection, ASKI_SQL_BUCKET_LOOK);
  if (statement == NULL) {
    return aski_sqlite_error(connection, SQLITE_OK, error);
  }
  aski_sqlite_bind(statement, 1, bucket_id);
  int code = sqlite3_step(statement);
  int64_t updated_at_ms = code == SQLITE_ROW ? sqlite3_column_int64(statement, 1) : bucket->now_ms;
  int64_t level = code == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : 0;
  *out_wait_ms = aski_store_bucket_wait_ms(bucket, level, updated_at_ms);
  *out_ahead = aski_store_bucket_is_ahead(bucket, updated_at_ms);
  return aski_sqlite_end(connection, statement, code, error);
}

static askiam_status s_set_back(aski_sqlite *connection, askiam_str bucket_id, const aski_store_bucket *bucket,
                                askiam_error *error)
{
  sqlite3_stmt *statement = aski_sqlite_statement(connection, ASKI_SQL_BUCKET_SET_BACK);
  if (statement != NULL) {
    aski_sqlite_bind(statement, 1, bucket_id);
    sqlite3_bind_int64(statement, 2, bucket->now_ms);
  }
  return aski_sqlite_run(connection, statement, error);
}

static askiam_status s_work(aski_sqlite *connection, askiam_str bucket_id, const aski_store_bucket *bucket,
                            int64_t *out_wait_ms, askiam_error *error)
{
  bool taken = false;
  bool ahead = false;
  askiam_status status = s_take(connection, bucket_id, bucket, &taken, error);
  if (status == ASKIAM_STATUS_OK && !taken) {
    status = s_look(connection, bucket_id, bucket, out_wait_ms, &ahead, error);
  }
  return status == ASKIAM_STATUS_OK && ahead ? s_set_back(connection, bucket_id, bucket, error) : status;
}

askiam_status aski_sqlite_bucket_take(void *self, const askiam_call *call, askiam_str bucket_id, int64_t per_minute,
                                      int64_t burst, int64_t *out_wait_ms, askiam_error *error)
{
  aski_sqlite_store *store = self;
  const aski_store_bucket bucket = aski_store_bucket_of(per_minute, burst, askiam_call_now_ms(call));
  aski_sqlite *connection = NULL;
  int64_t wait_ms = 0;
  askiam_status status = aski_sqlite_lease(&connection, store, ASKI_SQLITE_WRITE, call, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  status = aski_sqlite_execute(connection, "PRAGMA synchronous=NORMAL", error);
  if (status == ASKIAM_STATUS_OK) {
    status = s_work(connection, bucket_id, &bucket, &wait_ms, error);
  }
  /* Whoever writes by this connection next writes a record: it must be on the disk. */
  connection->broken |= aski_sqlite_execute(connection, "PRAGMA synchronous=FULL", NULL) != ASKIAM_STATUS_OK;
  *out_wait_ms = status == ASKIAM_STATUS_OK ? wait_ms : 0;
  aski_sqlite_return(store, connection);
  return status;
}
