/* SPDX-License-Identifier: Apache-2.0 */
#include "sketches.h"

/* Reading fewer vectors is as fast. */
enum { WORTHWHILE = 4096 };

struct aski_kept_sketch {
  aski_sketch *sketch; /* NULL: only counted so far */
  size_t count;        /* vectors of the key */
  size_t holders;      /* the shelf is one; guarded by the mutex */
  int64_t version;
  size_t dimension;
  size_t model_bytes;
  char model[];
};

bool aski_sketches_init(aski_sketches *sketches, const askiam_allocator *allocator, size_t limit_bytes)
{
  *sketches = (aski_sketches){.allocator = allocator, .limit_bytes = limit_bytes};
  return pthread_mutex_init(&sketches->mutex, NULL) == 0;
}

/* Under the mutex, or where nobody else can be. */
static void s_let_go(const aski_sketches *sketches, aski_kept_sketch *kept)
{
  if (kept != NULL && --kept->holders == 0) {
    aski_sketch_destroy(kept->sketch);
    aski_release(sketches->allocator, kept);
  }
}

void aski_sketches_clean_up(aski_sketches *sketches)
{
  s_let_go(sketches, sketches->kept);
  pthread_mutex_destroy(&sketches->mutex);
}

bool aski_sketches_want(const aski_sketches *sketches, size_t count, size_t dimension)
{
  return count >= WORTHWHILE && aski_sketch_bytes(count, dimension) <= sketches->limit_bytes;
}

bool aski_sketches_any(aski_sketches *sketches)
{
  pthread_mutex_lock(&sketches->mutex);
  bool any = sketches->kept != NULL;
  pthread_mutex_unlock(&sketches->mutex);
  return any;
}

static bool s_is_of(const aski_kept_sketch *kept, const aski_sketch_key *key)
{
  return kept != NULL && kept->version == key->version && kept->dimension == key->dimension &&
         aski_str_equal((askiam_str){kept->model, kept->model_bytes}, key->model);
}

const aski_kept_sketch *aski_sketches_hold(aski_sketches *sketches, const aski_sketch_key *key)
{
  pthread_mutex_lock(&sketches->mutex);
  aski_kept_sketch *kept = s_is_of(sketches->kept, key) && sketches->kept->sketch != NULL ? sketches->kept : NULL;
  if (kept != NULL) {
    ++kept->holders;
  }
  pthread_mutex_unlock(&sketches->mutex);
  return kept;
}

const aski_sketch *aski_sketches_of(const aski_kept_sketch *kept) { return kept->sketch; }

void aski_sketches_release(aski_sketches *sketches, const aski_kept_sketch *kept)
{
  pthread_mutex_lock(&sketches->mutex);
  s_let_go(sketches, (aski_kept_sketch *)(uintptr_t)kept); /* const to whoever holds it */
  pthread_mutex_unlock(&sketches->mutex);
}

aski_sketch *aski_sketches_begin(aski_sketches *sketches, const aski_sketch_key *key)
{
  pthread_mutex_lock(&sketches->mutex);
  bool counted = s_is_of(sketches->kept, key) && sketches->kept->sketch == NULL;
  size_t count = counted ? sketches->kept->count : 0;
  pthread_mutex_unlock(&sketches->mutex);
  return aski_sketches_want(sketches, count, key->dimension)
             ? aski_sketch_new(sketches->allocator, count, key->dimension)
             : NULL; /* no memory for it: it is only slower */
}

static aski_kept_sketch *s_new(const aski_sketches *sketches, const aski_sketch_key *key, size_t count,
                               aski_sketch *filled)
{
  aski_kept_sketch *kept = aski_acquire_zeroed(sketches->allocator, 1, sizeof *kept + key->model.length + 1);
  if (kept != NULL) {
    *kept = (aski_kept_sketch){.sketch = filled,
                               .count = count,
                               .holders = 1,
                               .version = key->version,
                               .dimension = key->dimension,
                               .model_bytes = key->model.length};
    memcpy(kept->model, key->model.data, key->model.length);
  }
  return kept;
}

void aski_sketches_end(aski_sketches *sketches, const aski_sketch_key *key, size_t count, aski_sketch *filled)
{
  bool whole = filled != NULL && filled->count == count;
  aski_kept_sketch *kept = filled == NULL || whole ? s_new(sketches, key, count, filled) : NULL;
  if (kept == NULL) {
    aski_sketch_destroy(filled);
    return;
  }
  pthread_mutex_lock(&sketches->mutex);
  bool better = filled != NULL || !s_is_of(sketches->kept, key); /* a count does not take the place of a sketch */
  aski_kept_sketch *dropped = better ? sketches->kept : kept;
  sketches->kept = better ? kept : sketches->kept;
  s_let_go(sketches, dropped);
  pthread_mutex_unlock(&sketches->mutex);
}
