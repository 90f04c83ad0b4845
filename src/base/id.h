/* SPDX-License-Identifier: Apache-2.0
 *
 * Own ids: a prefix and a UUIDv7 (RFC 9562): sortable by time, unguessable in the rest. */
#ifndef ASKI_BASE_ID_H
#define ASKI_BASE_ID_H

#include "base/time.h"

enum { ASKI_ID_BYTES = 48 };

/* Source of random bytes; NULL stands for the operating system's. Tests give their own. */
typedef struct aski_random_source {
  bool (*fill)(void *context, unsigned char *out, size_t length);
  void *context;
} aski_random_source;

/* "req-0190…": prefix (at most 8 bytes), '-', UUID, NUL. False where no random bytes could be had. */
bool aski_id_new(char out[ASKI_ID_BYTES], const char *prefix, int64_t now_ms, const aski_random_source *random);

#endif
