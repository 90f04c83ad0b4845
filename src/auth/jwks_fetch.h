/* SPDX-License-Identifier: Apache-2.0
 *
 * Getting a set of public keys from where it is: a file, or a URL. */
#ifndef ASKI_AUTH_JWKS_FETCH_H
#define ASKI_AUTH_JWKS_FETCH_H

#include "auth/jwks.h"
#include "http/http.h"

enum { ASKI_JWKS_FETCH_TIMEOUT_MS = 5000 };

/* One thread at a time. */
typedef struct aski_jwks_fetcher {
  const askiam_allocator *allocator;
  askiam_str location; /* a path or a URL; ends with NUL */
  bool remote;
  aski_http_options http; /* for the client, which is made when it is first needed */
  aski_http_client client;
} aski_jwks_fetcher;

/* Takes nothing yet, and borrows all but the allocator's address for its life. CONFIG for a URL that is neither https
 * nor of this machine: who changes the keys on their way is anybody. */
askiam_status aski_jwks_fetcher_init(aski_jwks_fetcher *fetcher, askiam_str location, const aski_http_options *http,
                                     const askiam_allocator *allocator, askiam_error *error);
void aski_jwks_fetcher_clean_up(aski_jwks_fetcher *fetcher);
/* Within the deadline of the call and 5 s. UNAVAILABLE where there is no such set now; NO_MEMORY, CANCELLED, CONFIG,
 * NOT_SUPPORTED. */
askiam_status aski_jwks_fetch(aski_jwks **out_set, aski_jwks_fetcher *fetcher, const askiam_call *call,
                              askiam_error *error);

#endif
