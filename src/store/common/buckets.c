/* SPDX-License-Identifier: Apache-2.0 */
#include "store/common/buckets.h"

#include "base/time.h"

aski_store_bucket aski_store_bucket_of(int64_t per_minute, int64_t burst, int64_t now_ms)
{
  int64_t full = burst * ASKI_STORE_BUCKET_ONE;
  int64_t now = now_ms < ASKI_TIME_MIN_MS ? ASKI_TIME_MIN_MS : now_ms;
  return (aski_store_bucket){.full = full,
                             .now_ms = now > ASKI_TIME_MAX_MS ? ASKI_TIME_MAX_MS : now,
                             .per_ms = per_minute,
                             .full_ms = full / per_minute + 1};
}

bool aski_store_bucket_is_ahead(const aski_store_bucket *bucket, int64_t updated_at_ms)
{
  return updated_at_ms - bucket->now_ms > ASKI_STORE_BUCKET_BACK_MS;
}

int64_t aski_store_bucket_wait_ms(const aski_store_bucket *bucket, int64_t level, int64_t updated_at_ms)
{
  int64_t from_ms = aski_store_bucket_is_ahead(bucket, updated_at_ms) ? bucket->now_ms : updated_at_ms;
  int64_t missing = ASKI_STORE_BUCKET_ONE - level;
  int64_t wait_ms = from_ms + (missing + bucket->per_ms - 1) / bucket->per_ms - bucket->now_ms;
  return wait_ms < 1 ? 1 : wait_ms;
}
