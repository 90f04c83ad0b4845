/* SPDX-License-Identifier: Apache-2.0
 *
 * What the pools of all stores begin with: numbers of the configuration, and a lock with a condition that waits by the monotonic clock. */
#ifndef ASKI_STORE_COMMON_POOLING_H
#define ASKI_STORE_COMMON_POOLING_H

#include <askiam/backend/backend.h>
#include <pthread.h>
#include <stdbool.h>

enum {
  ASKI_STORE_BUSY_TIMEOUT_MS = 5000,
  ASKI_STORE_POOL_SIZE = 8,
  ASKI_STORE_POOL_MOST = 256,
  ASKI_STORE_LONGEST_MS = 24 * 3600 * 1000
};

/* A whole number of a configuration key, or the default where it is not set to one in range. */
int64_t aski_store_option(const askiam_backend_options *options, const char *key, int64_t otherwise, int64_t most);
/* Both or neither; destroyed by whoever asked for them. */
bool aski_store_init_locks(pthread_mutex_t *mutex, pthread_cond_t *returned);

#endif
