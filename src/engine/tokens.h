/* SPDX-License-Identifier: Apache-2.0
 *
 * What an engine keeps to verify tokens: made of its settings when the first token comes. */
#ifndef ASKI_ENGINE_TOKENS_H
#define ASKI_ENGINE_TOKENS_H

#include <pthread.h>

#include "auth/verifier.h"

/* Shared by threads. */
typedef struct aski_tokens {
  pthread_mutex_t mutex; /* guards `ready` and the making of the verifier */
  bool ready;
  aski_verifier verifier;
} aski_tokens;

/* Opens nothing. False where there is no mutex. */
bool aski_tokens_init(aski_tokens *tokens);
/* Nobody may be verifying. */
void aski_tokens_clean_up(aski_tokens *tokens);

#endif
