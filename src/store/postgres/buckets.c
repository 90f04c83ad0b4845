/* SPDX-License-Identifier: Apache-2.0
 *
 * State: rate limits. Taking is one statement and one round trip, whose commit does not wait for the disk: a server
 * that crashes may give a request back. Only where there was nothing to take is the bucket looked at. */
#include "store/common/buckets.h"
#include "store/postgres/slots.h"

static askiam_status s_take(aski_pg_store *store, const askiam_call *call, askiam_str bucket_id,
                            const aski_store_bucket *bucket, uint64_t *out_taken, askiam_error *error)
{
  aski_arena arena;
  aski_pg_values values;
  aski_arena_init(&arena, store->allocator);
  aski_pg_values_init(&values, &arena);
  aski_pg_add_text(&values, bucket_id);
  aski_pg_add_number(&values, bucket->full);
  aski_pg_add_number(&values, bucket->now_ms);
  aski_pg_add_number(&values, bucket->per_ms);
  aski_pg_add_number(&values, bucket->full_ms);
  askiam_status status = aski_pg_write(store, ASKI_PG_SQL_BUCKET_TAKE, &values, call, out_taken, error);
  aski_arena_clean_up(&arena);
  return status;
}

static askiam_status s_look(aski_pg_store *store, const askiam_call *call, askiam_str bucket_id,
                            const aski_store_bucket *bucket, int64_t *out_wait_ms, bool *out_ahead, askiam_error *error)
{
  aski_arena arena;
  aski_pg_values values;
  aski_arena_init(&arena, store->allocator);
  aski_pg_values_init(&values, &arena);
  aski_pg_add_text(&values, bucket_id);
  aski_pg *connection = NULL;
  PGresult *result = NULL;
  askiam_status status =
      aski_pg_ask(&connection, &result, store, ASKI_PG_FROM_PRIMARY, ASKI_PG_SQL_BUCKET_LOOK, &values, call, error);
  aski_arena_clean_up(&arena);
  if (status == ASKIAM_STATUS_OK) {
    bool found = PQntuples(result) > 0;
    int64_t updated_at_ms = found ? aski_pg_number(result, 0, 1) : bucket->now_ms;
    *out_wait_ms = aski_store_bucket_wait_ms(bucket, found ? aski_pg_number(result, 0, 0) : 0, updated_at_ms);
    *out_ahead = aski_store_bucket_is_ahead(bucket, updated_at_ms);
    aski_pg_answered(store, connection, result);
  }
  return status;
}

/* A clock that was far ahead is forgotten. */
static askiam_status s_set_back(aski_pg_store *store, const askiam_call *call, askiam_str bucket_id,
                                const aski_store_bucket *bucket, askiam_error *error)
{
  aski_arena arena;
  aski_pg_values values;
  aski_arena_init(&arena, store->allocator);
  aski_pg_values_init(&values, &arena);
  aski_pg_add_text(&values, bucket_id);
  aski_pg_add_number(&values, bucket->now_ms);
  askiam_status status = aski_pg_write(store, ASKI_PG_SQL_BUCKET_SET_BACK, &values, call, NULL, error);
  aski_arena_clean_up(&arena);
  return status;
}

askiam_status aski_pg_bucket_take(void *self, const askiam_call *call, askiam_str bucket_id, int64_t per_minute,
                                  int64_t burst, int64_t *out_wait_ms, askiam_error *error)
{
  aski_pg_store *store = self;
  const aski_store_bucket bucket = aski_store_bucket_of(per_minute, burst, askiam_call_now_ms(call));
  uint64_t taken = 0;
  bool ahead = false;
  int64_t wait_ms = 0;
  askiam_status status = s_take(store, call, bucket_id, &bucket, &taken, error);
  if (status == ASKIAM_STATUS_OK && taken == 0) {
    status = s_look(store, call, bucket_id, &bucket, &wait_ms, &ahead, error);
  }
  if (status == ASKIAM_STATUS_OK && ahead) {
    status = s_set_back(store, call, bucket_id, &bucket, error);
  }
  *out_wait_ms = status == ASKIAM_STATUS_OK ? wait_ms : 0;
  return status;
}
