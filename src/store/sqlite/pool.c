/* SPDX-License-Identifier: Apache-2.0 */
#include "store/sqlite/pool.h"

#include <stddef.h>
#include <time.h>
#include <unistd.h>

#include "backend/options.h"
#include "store/common/pooling.h"

enum { LOOK_UP_MS = 20, CACHE_KIB = 8000, CACHE_KIB_MOST = 1024 * 1024, MMAP_MIB = 2047 };

/* What follows "sqlite:"; absent where there is no path in it. */
static askiam_str s_path(askiam_str url)
{
  askiam_str scheme = ASKI_STR("sqlite:");
  askiam_str path = aski_str_starts(url, scheme) ? aski_str_slice(url, scheme.length, url.length) : url;
  return path.length == 0 || memchr(path.data, 0, path.length) != NULL ? ASKI_STR_NONE : path;
}

/* With the mutex held, or where nobody else can be: NULL where none is idle. */
static aski_sqlite *s_pop(aski_sqlite_store *store)
{
  aski_sqlite *connection = store->idle;
  if (connection != NULL) {
    store->idle = connection->next;
    --store->idle_count;
  }
  return connection;
}

/* With the mutex held: false where there are enough for all leases, which those on loan may add to. */
static bool s_push(aski_sqlite_store *store, aski_sqlite *connection)
{
  if (store->idle_count >= store->readers.most + store->writers.most) {
    return false;
  }
  connection->next = store->idle;
  store->idle = connection;
  ++store->idle_count;
  return true;
}

void aski_sqlite_store_close(void *self)
{
  aski_sqlite_store *store = self;
  const askiam_allocator *allocator = store->settings.allocator;
  bool ours = store->process == getpid();
  for (aski_sqlite *connection = s_pop(store); connection != NULL; connection = s_pop(store)) {
    (ours ? aski_sqlite_close : aski_sqlite_abandon)(connection);
  }
  if (ours) { /* a child's copies may be held by a thread that it does not have */
    pthread_cond_destroy(&store->returned);
    pthread_mutex_destroy(&store->mutex);
  }
  aski_release(allocator, store->path);
  aski_release(allocator, store);
}

static aski_sqlite_lane *s_lane(aski_sqlite_store *store, aski_sqlite_use use)
{
  return use == ASKI_SQLITE_READ || store->settings.memory ? &store->readers : &store->writers;
}

/* Imports and migrations of a file get a connection with settings of its own. */
static bool s_is_pooled(const aski_sqlite_store *store, aski_sqlite_use use)
{
  return store->settings.memory || use == ASKI_SQLITE_READ || use == ASKI_SQLITE_WRITE;
}

/* With the mutex held: waits a moment for a connection to come back. */
static askiam_status s_wait(aski_sqlite_store *store, const askiam_call *call, int64_t since_ms, askiam_error *error)
{
  if (call != NULL && askiam_call_cancelled(call)) {
    return askiam_error_set(error, ASKIAM_STATUS_CANCELLED, ASKIAM_LAYER_STORE, "%s: the call was cancelled",
                            store->path);
  }
  if (call != NULL && askiam_call_remaining_ms(call) == 0) {
    return askiam_error_set(error, ASKIAM_STATUS_TIMEOUT, ASKIAM_LAYER_STORE,
                            "%s: the deadline passed while waiting for a connection", store->path);
  }
  if (aski_sqlite_ticks_ms() - since_ms >= store->settings.busy_timeout_ms) {
    return askiam_error_set(error, ASKIAM_STATUS_BUSY, ASKIAM_LAYER_STORE,
                            "%s: all connections are in use; try again, or raise store.pool_size or "
                            "store.busy_timeout_ms",
                            store->path);
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

/* Takes the right to a lease. */
static askiam_status s_take(aski_sqlite_store *store, aski_sqlite_lane *lane, const askiam_call *call,
                            askiam_error *error)
{
  int64_t since_ms = -1;
  askiam_status status = ASKIAM_STATUS_OK;
  pthread_mutex_lock(&store->mutex);
  while (status == ASKIAM_STATUS_OK && lane->leased == lane->most) {
    since_ms = since_ms < 0 ? aski_sqlite_ticks_ms() : since_ms;
    status = s_wait(store, call, since_ms, error);
  }
  if (status == ASKIAM_STATUS_OK) {
    ++lane->leased;
  }
  pthread_mutex_unlock(&store->mutex);
  return status;
}

/* An idle connection that is as good as a new one, or NULL. */
static aski_sqlite *s_pick(aski_sqlite_store *store, aski_sqlite_use use)
{
  for (;;) {
    pthread_mutex_lock(&store->mutex);
    aski_sqlite *connection = s_pop(store);
    pthread_mutex_unlock(&store->mutex);
    if (connection == NULL || aski_sqlite_serves(connection, use)) {
      return connection;
    }
    aski_sqlite_close(connection);
  }
}

/* Ends a lease (`lane`) or a loan (NULL). What is not kept is closed; `connection` may be NULL. */
static void s_give_back(aski_sqlite_store *store, aski_sqlite_lane *lane, aski_sqlite *connection, bool keep)
{
  pthread_mutex_lock(&store->mutex);
  bool kept = keep && connection != NULL && s_push(store, connection);
  if (lane != NULL) {
    --lane->leased;
    pthread_cond_broadcast(&store->returned); /* those that wait may want different leases */
  }
  pthread_mutex_unlock(&store->mutex);
  if (!kept) {
    aski_sqlite_close(connection);
  }
}

askiam_status aski_sqlite_lease(aski_sqlite **out_connection, aski_sqlite_store *store, aski_sqlite_use use,
                                const askiam_call *call, askiam_error *error)
{
  *out_connection = NULL;
  if (!s_is_pooled(store, use)) {
    return aski_sqlite_open(out_connection, &store->settings, use, call, error);
  }
  aski_sqlite_lane *lane = s_lane(store, use);
  askiam_status status = s_take(store, lane, call, error);
  *out_connection = status == ASKIAM_STATUS_OK ? s_pick(store, use) : NULL;
  if (status == ASKIAM_STATUS_OK && *out_connection == NULL) {
    status = aski_sqlite_open(out_connection, &store->settings, use, call, error);
    if (status != ASKIAM_STATUS_OK) {
      s_give_back(store, lane, NULL, false);
    }
  }
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  aski_sqlite *connection = *out_connection;
  connection->call = call;
  connection->use = use;
  if (!connection->checked && use != ASKI_SQLITE_MIGRATE) {
    status = aski_sqlite_check_schema(connection, NULL, error);
    if (status != ASKIAM_STATUS_OK) {
      aski_sqlite_return(store, connection);
      *out_connection = NULL;
    }
  }
  return status;
}

void aski_sqlite_return(aski_sqlite_store *store, aski_sqlite *connection)
{
  if (connection == NULL) {
    return;
  }
  aski_sqlite_use use = connection->use;
  connection->call = NULL;
  if (!s_is_pooled(store, use)) {
    aski_sqlite_close(connection);
    return;
  }
  aski_sqlite_lane *lane = s_lane(store, use);
  bool keep = (!connection->broken && !connection->settled) || store->settings.memory;
  connection->broken = false;
  s_give_back(store, lane, connection, keep);
}

/* lending.h */
static aski_lent *s_lend(void *self, const askiam_call *call)
{
  aski_sqlite *connection = s_pick(self, ASKI_SQLITE_READ);
  if (connection == NULL) {
    return NULL;
  }
  connection->call = call;
  connection->use = ASKI_SQLITE_READ;
  return &connection->lent;
}

static void s_end_loan(void *self, aski_lent *lent, bool keep)
{
  aski_sqlite *connection = (aski_sqlite *)(void *)((char *)lent - offsetof(aski_sqlite, lent));
  connection->call = NULL;
  s_give_back(self, NULL, connection, keep);
}

askiam_status aski_sqlite_store_open(void **out_self, void *context, const askiam_backend_options *options,
                                     askiam_error *error)
{
  (void)context;
  *out_self = NULL;
  const askiam_allocator *allocator = askiam_backend_options_allocator(options);
  askiam_str path = s_path(askiam_backend_options_url(options));
  if (path.data == NULL) {
    return askiam_error_set(error, ASKIAM_STATUS_CONFIG, ASKIAM_LAYER_STORE,
                            "store.url: a path must follow \"sqlite:\", as in sqlite:askiam.db");
  }
  aski_sqlite_store *store = aski_acquire_zeroed(allocator, 1, sizeof *store);
  char *copy = store == NULL ? NULL : aski_copy_text(allocator, path);
  if (copy == NULL || !aski_store_init_locks(&store->mutex, &store->returned)) {
    aski_release(allocator, copy);
    aski_release(allocator, store);
    return askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_STORE, "no memory for the store");
  }
  store->path = copy;
  store->clock = askiam_backend_options_clock(options);
  store->process = getpid();
  store->settings = (aski_sqlite_settings){
      .allocator = allocator,
      .path = copy,
      .memory = strcmp(copy, ":memory:") == 0,
      .busy_timeout_ms =
          aski_store_option(options, "store.busy_timeout_ms", ASKI_STORE_BUSY_TIMEOUT_MS, ASKI_STORE_LONGEST_MS),
      .cache_kib = aski_store_option(options, "store.cache_kib", CACHE_KIB, CACHE_KIB_MOST),
      .mmap_bytes = aski_store_option(options, "store.mmap_mib", MMAP_MIB, MMAP_MIB) * 1024 * 1024};
  int64_t pool_size = aski_store_option(options, "store.pool_size", ASKI_STORE_POOL_SIZE, ASKI_STORE_POOL_MOST);
  store->readers.most = store->settings.memory || pool_size == 0 ? 1 : (size_t)pool_size;
  store->writers.most = 1;
  if (options->lending != NULL && options->lending->path == NULL && !store->settings.memory) {
    *options->lending = (aski_lending){copy, store, s_lend, s_end_loan};
  }
  *out_self = store;
  return ASKIAM_STATUS_OK;
}
