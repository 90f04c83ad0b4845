/* SPDX-License-Identifier: Apache-2.0 */
#include "pool.h"

enum { IDLE_MAX = 8, PROGRESS_STEPS = 2000 };

bool aski_search_pool_init(aski_search_pool *pool, const askiam_allocator *allocator, char *path,
                           const aski_lending *lending, size_t sketch_bytes)
{
  bool same = lending != NULL && lending->path != NULL && strcmp(lending->path, path) == 0;
  *pool = (aski_search_pool){.allocator = allocator, .path = path, .lending = same ? lending : NULL};
  if (pthread_mutex_init(&pool->lock, NULL) != 0) {
    return false;
  }
  bool good = aski_sketches_init(&pool->sketches, allocator, sketch_bytes);
  if (!good) {
    pthread_mutex_destroy(&pool->lock);
  }
  return good;
}

void aski_search_pool_clean_up(aski_search_pool *pool)
{
  while (pool->idle != NULL) {
    aski_search_connection *next = pool->idle->next;
    aski_search_close(pool->idle);
    pool->idle = next;
  }
  aski_sketches_clean_up(&pool->sketches);
  pthread_mutex_destroy(&pool->lock);
  aski_release(pool->allocator, pool->path);
}

/* SQLite asks between its steps whether to go on. */
static int s_should_stop(void *context)
{
  const askiam_call *call = context;
  return askiam_call_cancelled(call) || askiam_call_remaining_ms(call) == 0;
}

static void s_watch(const aski_search_connection *connection, const askiam_call *call)
{
  int64_t remaining_ms = askiam_call_remaining_ms(call);
  sqlite3_busy_timeout(connection->db,
                       (int)(remaining_ms < ASKI_SEARCH_BUSY_MS_MAX ? remaining_ms : ASKI_SEARCH_BUSY_MS_MAX));
  void *context = NULL;
  memcpy(&context, &call, sizeof context); /* the handler's context is not const, but the handler only reads it */
  sqlite3_progress_handler(connection->db, PROGRESS_STEPS, s_should_stop, context);
}

static aski_search_connection *s_pop(aski_search_pool *pool)
{
  pthread_mutex_lock(&pool->lock);
  aski_search_connection *connection = pool->idle;
  if (connection != NULL) {
    pool->idle = connection->next;
    --pool->idle_count;
  }
  pthread_mutex_unlock(&pool->lock);
  return connection;
}

/* One to the file that is at the path now, or NULL. */
static aski_search_connection *s_pick(aski_search_pool *pool)
{
  for (;;) {
    aski_search_connection *connection = s_pop(pool);
    int moved = 0;
    if (connection == NULL ||
        sqlite3_file_control(connection->db, "main", SQLITE_FCNTL_HAS_MOVED, &moved) != SQLITE_OK || moved == 0) {
      return connection;
    }
    aski_search_close(connection);
  }
}

static askiam_status s_take_own(aski_search_connection **out_connection, aski_search_pool *pool,
                                const askiam_call *call, askiam_error *error)
{
  *out_connection = s_pick(pool);
  askiam_status status = *out_connection != NULL
                             ? ASKIAM_STATUS_OK
                             : aski_search_open(out_connection, pool->allocator, pool->path, call, error);
  if (status == ASKIAM_STATUS_OK) {
    s_watch(*out_connection, call);
  }
  return status;
}

static void s_end_guest(void *guest, bool closing)
{
  aski_search_connection *connection = guest;
  if (closing) {
    aski_search_close(connection);
  } else {
    aski_release(connection->allocator, connection);
  }
}

/* The store keeps what we prepare on its connection, and its handlers watch what runs. */
static askiam_status s_take_lent(aski_search_connection **out_connection, const aski_search_pool *pool, aski_lent *lent,
                                 const askiam_call *call, askiam_error *error)
{
  askiam_status status = ASKIAM_STATUS_OK;
  if (lent->guest == NULL) {
    aski_search_connection *connection = NULL;
    status = aski_search_visit(&connection, pool->allocator, pool->path, lent, call, error);
    lent->guest = connection;
    lent->guest_end = s_end_guest;
  }
  *out_connection = lent->guest;
  if (status != ASKIAM_STATUS_OK) {
    pool->lending->give_back(pool->lending->store, lent, true);
  }
  return status;
}

askiam_status aski_search_take(aski_search_connection **out_connection, aski_search_pool *pool, const askiam_call *call,
                               askiam_error *error)
{
  if (askiam_call_remaining_ms(call) == 0) {
    return askiam_error_set(error, ASKIAM_STATUS_TIMEOUT, ASKIAM_LAYER_SEARCH, "the deadline passed before searching");
  }
  if (askiam_call_cancelled(call)) {
    return askiam_error_set(error, ASKIAM_STATUS_CANCELLED, ASKIAM_LAYER_SEARCH, "cancelled before searching");
  }
  aski_lent *lent = pool->lending == NULL ? NULL : pool->lending->lend(pool->lending->store, call);
  return lent == NULL ? s_take_own(out_connection, pool, call, error)
                      : s_take_lent(out_connection, pool, lent, call, error);
}

static void s_keep_own(aski_search_pool *pool, aski_search_connection *connection, bool good)
{
  sqlite3_progress_handler(connection->db, 0, NULL, NULL);
  pthread_mutex_lock(&pool->lock);
  bool keep = good && !connection->settled && pool->idle_count < IDLE_MAX;
  if (keep) {
    connection->next = pool->idle;
    pool->idle = connection;
    ++pool->idle_count;
  }
  pthread_mutex_unlock(&pool->lock);
  if (!keep) {
    aski_search_close(connection);
  }
}

void aski_search_give_back(aski_search_pool *pool, aski_search_connection *connection)
{
  bool good = aski_search_rest(connection);
  if (connection->lent != NULL) {
    pool->lending->give_back(pool->lending->store, connection->lent, good);
  } else {
    s_keep_own(pool, connection, good);
  }
}
