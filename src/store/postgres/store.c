/* SPDX-License-Identifier: Apache-2.0
 *
 * Opening and closing the store: its settings. Nothing is connected to yet. */
#include <unistd.h>

#include "store/common/pooling.h"
#include "store/postgres/slots.h"

enum { DEFAULT_CONNECT_TIMEOUT_MS = 5000 };

static askiam_status s_init_lane(aski_pg_lane *lane, const askiam_backend_options *options, askiam_str url,
                                 const char *name, askiam_error *error)
{
  int64_t timeout_ms =
      aski_store_option(options, "store.connect_timeout_ms", DEFAULT_CONNECT_TIMEOUT_MS, ASKI_STORE_LONGEST_MS);
  lane->settings.allocator = askiam_backend_options_allocator(options);
  lane->settings.prepared = !aski_str_equal_text(askiam_backend_options_get(options, "store.prepared"), "false");
  lane->settings.token = askiam_backend_options_token(options, &lane->settings.token_context);
  return aski_pg_target_init(&lane->settings.target, lane->settings.allocator, url, name, timeout_ms, error);
}

static askiam_status s_init(aski_pg_store *store, const askiam_backend_options *options, askiam_error *error)
{
  store->allocator = askiam_backend_options_allocator(options);
  store->process = getpid();
  store->busy_timeout_ms =
      aski_store_option(options, "store.busy_timeout_ms", ASKI_STORE_BUSY_TIMEOUT_MS, ASKI_STORE_LONGEST_MS);
  int64_t pool_size = aski_store_option(options, "store.pool_size", ASKI_STORE_POOL_SIZE, ASKI_STORE_POOL_MOST);
  store->pool_size = pool_size == 0 ? 1 : (size_t)pool_size;
  askiam_status status = s_init_lane(&store->primary, options, askiam_backend_options_url(options), "store.url", error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  askiam_str replica = askiam_backend_options_get(options, "store.replica_url");
  if (replica.length > 0) {
    status = s_init_lane(&store->replica, options, replica, "store.replica_url", error);
    store->has_replica = status == ASKIAM_STATUS_OK;
  }
  if (status == ASKIAM_STATUS_OK && !aski_store_init_locks(&store->mutex, &store->returned)) {
    status = aski_pg_no_memory(error);
  }
  return status;
}

static void s_clean_up(aski_pg_store *store)
{
  const askiam_allocator *allocator = store->allocator;
  aski_pg_target_clean_up(&store->primary.settings.target);
  if (store->has_replica) {
    aski_pg_target_clean_up(&store->replica.settings.target);
  }
  aski_release(allocator, store);
}

askiam_status aski_pg_store_open(void **out_self, void *context, const askiam_backend_options *options,
                                 askiam_error *error)
{
  (void)context;
  *out_self = NULL;
  aski_pg_store *store = aski_acquire_zeroed(askiam_backend_options_allocator(options), 1, sizeof *store);
  if (store == NULL) {
    return aski_pg_no_memory(error);
  }
  askiam_status status = s_init(store, options, error);
  if (status != ASKIAM_STATUS_OK) {
    s_clean_up(store);
    return status;
  }
  *out_self = store;
  return status;
}

void aski_pg_store_close(void *self)
{
  aski_pg_store *store = self;
  bool ours = store->process == getpid();
  aski_pg_lane *lanes[] = {&store->primary, &store->replica};
  for (size_t i = 0; i < sizeof lanes / sizeof *lanes; ++i) {
    while (lanes[i]->idle != NULL) {
      aski_pg *connection = lanes[i]->idle;
      lanes[i]->idle = connection->next;
      (ours ? aski_pg_close : aski_pg_abandon)(connection);
    }
  }
  if (ours) { /* a child's copies may be held by a thread that it does not have */
    pthread_cond_destroy(&store->returned);
    pthread_mutex_destroy(&store->mutex);
  }
  s_clean_up(store);
}
