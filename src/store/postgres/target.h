/* SPDX-License-Identifier: Apache-2.0
 *
 * Where to connect to: a URL as libpq understands it, with what its service files, environment and defaults add, host by host. Unchanged
 * after it was made. */
#ifndef ASKI_STORE_POSTGRES_TARGET_H
#define ASKI_STORE_POSTGRES_TARGET_H

#include <askiam/backend/backend.h>
#include <libpq-fe.h>

#include "base/memory.h"

typedef struct aski_pg_host {
  const char *host;    /* NULL: the default, a socket */
  const char *address; /* hostaddr; NULL: to be looked up */
  const char *port;
} aski_pg_host;

typedef struct aski_pg_target {
  aski_arena arena;
  char *url;         /* with its password: wiped at the end */
  const char *label; /* "postgresql://host:port/database": without user and password, for messages */
  const char *user;
  aski_pg_host *hosts;
  size_t host_count;
  bool prefers_standby; /* target_session_attrs=prefer-standby, which one host alone cannot tell */
  int64_t timeout_ms;   /* for each host */
} aski_pg_target;

/* CONFIG for what libpq does not understand, and for a TLS below 1.2. The message repeats nothing of the URL, which may hold a password.
 * `name` is the key that it comes from. */
askiam_status aski_pg_target_init(aski_pg_target *target, const askiam_allocator *allocator, askiam_str url,
                                  const char *name, int64_t timeout_ms, askiam_error *error);
void aski_pg_target_clean_up(aski_pg_target *target);

#endif
