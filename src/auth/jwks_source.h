/* SPDX-License-Identifier: Apache-2.0
 *
 * A set of public keys that is published somewhere: kept, and fetched again when it is old or when a token names a key
 * that it has not, though not more often than once a minute. One thread fetches; the others go on with what there is,
 * or wait where there is nothing. */
#ifndef ASKI_AUTH_JWKS_SOURCE_H
#define ASKI_AUTH_JWKS_SOURCE_H

#include <askiam/backend/backend.h>

#include "auth/jwks_fetch.h"

enum {
  ASKI_JWKS_PAUSE_MS = 60 * 1000,      /* between two attempts, however they ended */
  ASKI_JWKS_NO_SET_PAUSE_MS = 5 * 1000 /* the same where there is no set to go on with */
};

typedef struct aski_jwks_source aski_jwks_source;
/* A set that somebody uses. It stays as long as anybody holds it. */
typedef struct aski_held_jwks aski_held_jwks;

typedef struct aski_jwks_settings {
  askiam_str location;    /* a path or a URL, ended by NUL */
  aski_http_options http; /* its allocator does not matter */
  int64_t max_age_ms;     /* from when on the set is fetched again */
  int64_t stale_ms;       /* how long beyond that it goes on serving while it cannot be had */
} aski_jwks_settings;

/* Copies the allocator; what the settings point to is borrowed for the source's life. CONFIG for a location that is
 * none. */
askiam_status aski_jwks_source_new(aski_jwks_source **out_source, const aski_jwks_settings *settings,
                                   const askiam_allocator *allocator, askiam_error *error);
/* Nobody may hold a set any more. NULL is fine. */
void aski_jwks_source_destroy(aski_jwks_source *source);

/* The newest set that can be had, which has a key with this id where there is one (absent: any set will do):
 * aski_jwks_source_release must follow. UNAVAILABLE where there is no set, or where it has no such key and the last
 * attempt to fetch it failed. */
askiam_status aski_jwks_source_hold(aski_held_jwks **out_held, aski_jwks_source *source, const askiam_call *call,
                                    askiam_str id, askiam_error *error);
void aski_jwks_source_release(aski_jwks_source *source, aski_held_jwks *held); /* NULL is fine */
const aski_jwks *aski_jwks_source_set(const aski_held_jwks *held);

#endif
