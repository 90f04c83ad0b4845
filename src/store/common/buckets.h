/* SPDX-License-Identifier: Apache-2.0
 *
 * Token buckets: how stores count. A request is 60,000 parts, so that a bucket gains as many parts a millisecond as
 * it gains requests a minute: whole numbers only, and no fraction to lose. The taking itself is a statement of each
 * store. */
#ifndef ASKI_STORE_COMMON_BUCKETS_H
#define ASKI_STORE_COMMON_BUCKETS_H

#include <stdbool.h>
#include <stdint.h>

/* One request; and how far behind (ms) a clock is taken for one that was set right. As SQL has them: */
#define ASKI_STORE_BUCKET_ONE_TEXT "60000"
#define ASKI_STORE_BUCKET_BACK_TEXT "3600000"
enum { ASKI_STORE_BUCKET_ONE = 60000, ASKI_STORE_BUCKET_BACK_MS = 3600000 };

/* What the statements take besides the bucket's id. */
typedef struct aski_store_bucket {
  int64_t full;    /* parts */
  int64_t now_ms;  /* within the years 1 to 9999, so that no difference overflows */
  int64_t per_ms;  /* parts */
  int64_t full_ms; /* an empty one is full after these */
} aski_store_bucket;

aski_store_bucket aski_store_bucket_of(int64_t per_minute, int64_t burst, int64_t now_ms);
/* Whether the bucket was last changed by a clock so far ahead that it was wrong. */
bool aski_store_bucket_is_ahead(const aski_store_bucket *bucket, int64_t updated_at_ms);
/* When there will be a request in a bucket that had none to give: in 1 millisecond at least. */
int64_t aski_store_bucket_wait_ms(const aski_store_bucket *bucket, int64_t level, int64_t updated_at_ms);

#endif
