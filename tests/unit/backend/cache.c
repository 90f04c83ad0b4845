/* SPDX-License-Identifier: Apache-2.0
 *
 * The cache before an embedder: what is asked for again is not asked again, and only vectors are kept. */
#include "backend/cache.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <pthread.h>

#include "base/time.h"
#include "support/allocator.h"

enum { DIMENSION = 3, THREADS = 4, ROUNDS = 400 };

/* An embedder of letters: the vector of a text is along the axis of its first letter. */
typedef struct letters {
  uint64_t asked; /* texts, in all; by several threads */
  size_t last;    /* texts of the latest call */
  const char *model;
  askiam_status status;
  float length; /* 1, or what makes it no vector */
  bool closed;
} letters;

static size_t s_dimension(void *self)
{
  (void)self;
  return DIMENSION;
}

static const char *s_model(void *self) { return ((const letters *)self)->model; }

static askiam_status s_embed(void *self, const askiam_call *call, const askiam_str *texts, size_t count,
                             float *out_vectors, askiam_error *error)
{
  (void)call;
  letters *own = self;
  __atomic_fetch_add(&own->asked, count, __ATOMIC_RELAXED);
  __atomic_store_n(&own->last, count, __ATOMIC_RELAXED);
  memset(out_vectors, 0, count * DIMENSION * sizeof *out_vectors);
  for (size_t i = 0; i < count; ++i) {
    if (texts[i].length > 0) {
      out_vectors[i * DIMENSION + (size_t)(unsigned char)texts[i].data[0] % DIMENSION] = own->length;
    }
  }
  return own->status == ASKIAM_STATUS_OK ? ASKIAM_STATUS_OK
                                         : askiam_error_set(error, own->status, ASKIAM_LAYER_EMBEDDER, "told to fail");
}

static void s_close(void *self) { ((letters *)self)->closed = true; }

typedef struct fixture {
  test_allocator allocator;
  letters letters;
  aski_embedder embedder;
  askiam_call call;
  float vectors[4 * DIMENSION];
  askiam_error error;
} fixture;

static void s_begin(fixture *own, size_t entries)
{
  *own = (fixture){.letters = {.model = "letters-1", .length = 1}, .error = ASKIAM_ERROR_INIT};
  test_allocator_init(&own->allocator);
  own->call = (askiam_call){.clock = aski_clock_system(), .deadline_ticks_ns = UINT64_MAX};
  own->embedder = (aski_embedder){.table = {.size = sizeof(askiam_embedder_vtable),
                                            .flags = ASKIAM_BACKEND_REMOTE,
                                            .close = s_close,
                                            .dimension = s_dimension,
                                            .model = s_model,
                                            .embed = s_embed},
                                  .self = &own->letters,
                                  .provided = true};
  assert_int_equal(aski_cache_embedder(&own->embedder, &own->allocator.base, entries, NULL), ASKIAM_STATUS_OK);
}

static void s_end(fixture *own)
{
  own->embedder.table.close(own->embedder.self);
  assert_true(own->letters.closed);
  assert_int_equal(own->allocator.outstanding, 0);
}

static askiam_status s_ask(fixture *own, const char *const *texts, size_t count)
{
  askiam_str views[4];
  for (size_t i = 0; i < count; ++i) {
    views[i] = askiam_str_from(texts[i]);
  }
  memset(own->vectors, 0x7F, sizeof own->vectors);
  askiam_status status = aski_embedder_embed(&own->embedder, &own->call, views, count, own->vectors, &own->error);
  for (size_t i = 0; status == ASKIAM_STATUS_OK && i < count; ++i) {
    for (size_t axis = 0; axis < DIMENSION; ++axis) {
      bool along = texts[i][0] != 0 && (size_t)(unsigned char)texts[i][0] % DIMENSION == axis;
      assert_true(fabsf(own->vectors[i * DIMENSION + axis] - (along ? 1.0F : 0.0F)) < 1e-6F);
    }
  }
  return status;
}

static void s_assert_asked(fixture *own, uint64_t asked, uint64_t hits)
{
  aski_cache_counts counts = aski_cache_embedder_counts(&own->embedder);
  assert_int_equal(own->letters.asked, asked);
  assert_int_equal(counts.misses, asked);
  assert_int_equal(counts.hits, hits);
}

static void backend__cache_asks_for_each_text_once(void **state)
{
  (void)state;
  fixture own;
  s_begin(&own, 8);
  const char *const first[] = {"a", "b"};
  const char *const second[] = {"c", "a", "", "b"};
  assert_int_equal(s_ask(&own, first, 2), ASKIAM_STATUS_OK);
  s_assert_asked(&own, 2, 0);
  assert_int_equal(s_ask(&own, second, 4), ASKIAM_STATUS_OK);
  assert_int_equal(own.letters.last, 2); /* the other two were at hand */
  s_assert_asked(&own, 4, 2);
  assert_int_equal(s_ask(&own, second, 4), ASKIAM_STATUS_OK);
  s_assert_asked(&own, 4, 6);
  assert_int_equal(aski_embedder_dimension(&own.embedder), DIMENSION);
  assert_string_equal(aski_embedder_model(&own.embedder), "letters-1");
  assert_int_equal(own.embedder.table.flags, ASKIAM_BACKEND_REMOTE);
  s_end(&own);
}

static void backend__cache_forgets_the_oldest_text(void **state)
{
  (void)state;
  fixture own;
  s_begin(&own, 2);
  const char *const texts[] = {"a", "b", "c", "a"};
  for (size_t i = 0; i < 4; ++i) {
    assert_int_equal(s_ask(&own, &texts[i], 1), ASKIAM_STATUS_OK);
  }
  s_assert_asked(&own, 4, 0);
  assert_int_equal(s_ask(&own, &texts[2], 1), ASKIAM_STATUS_OK);
  s_assert_asked(&own, 4, 1);
  s_end(&own);
}

static void backend__cache_keeps_the_vectors_of_models_apart(void **state)
{
  (void)state;
  fixture own;
  s_begin(&own, 8);
  const char *const text = "a";
  assert_int_equal(s_ask(&own, &text, 1), ASKIAM_STATUS_OK);
  own.letters.model = "letters-2";
  assert_int_equal(s_ask(&own, &text, 1), ASKIAM_STATUS_OK);
  s_assert_asked(&own, 2, 0);
  s_end(&own);
}

static void backend__cache_keeps_nothing_of_a_failure_and_no_wrong_vector(void **state)
{
  (void)state;
  fixture own;
  s_begin(&own, 8);
  const char *const text = "a";
  own.letters.status = ASKIAM_STATUS_UNAVAILABLE;
  assert_int_equal(s_ask(&own, &text, 1), ASKIAM_STATUS_UNAVAILABLE);
  assert_string_equal(own.error.message, "told to fail");
  own.letters.status = ASKIAM_STATUS_OK;
  own.letters.length = NAN;
  assert_int_equal(s_ask(&own, &text, 1), ASKIAM_STATUS_UNAVAILABLE);
  own.letters.length = 7;
  assert_int_equal(s_ask(&own, &text, 1), ASKIAM_STATUS_UNAVAILABLE);
  own.letters.length = 1;
  assert_int_equal(s_ask(&own, &text, 1), ASKIAM_STATUS_OK);
  s_assert_asked(&own, 4, 0);
  s_end(&own);
}

static void backend__cache_without_memory_asks_or_tells(void **state)
{
  (void)state;
  fixture own;
  s_begin(&own, 8);
  const char *const texts[] = {"a", "b", "c"};
  askiam_status status = ASKIAM_STATUS_NO_MEMORY;
  for (long fail_at = 1; status != ASKIAM_STATUS_OK; ++fail_at) {
    test_allocator_fail_at(&own.allocator, fail_at);
    status = s_ask(&own, texts, 3);
    assert_true(status == ASKIAM_STATUS_OK || status == ASKIAM_STATUS_NO_MEMORY);
  }
  test_allocator_fail_at(&own.allocator, 0);
  assert_int_equal(s_ask(&own, texts, 3), ASKIAM_STATUS_OK);
  s_end(&own);
  test_allocator_init(&own.allocator);
  aski_embedder plain = own.embedder;
  plain.table.dimension = s_dimension;
  plain.self = &own.letters;
  for (long fail_at = 1; fail_at <= 4; ++fail_at) {
    test_allocator_fail_at(&own.allocator, fail_at);
    assert_int_equal(aski_cache_embedder(&plain, &own.allocator.base, 8, NULL), ASKIAM_STATUS_NO_MEMORY);
    assert_ptr_equal(plain.self, &own.letters);
    assert_int_equal(own.allocator.outstanding, 0);
  }
}

static void *s_ask_much(void *context)
{
  const fixture *own = context;
  bool good = true;
  for (unsigned round = 0; round < ROUNDS; ++round) {
    char letter = (char)('a' + round % 6);
    askiam_str text = {&letter, 1};
    float vector[DIMENSION];
    good = good && aski_embedder_embed(&own->embedder, &own->call, &text, 1, vector, NULL) == ASKIAM_STATUS_OK &&
           vector[(size_t)letter % DIMENSION] > 0.5F;
  }
  return good ? context : NULL;
}

static void backend__cache_is_shared_by_threads(void **state)
{
  (void)state;
  fixture own;
  s_begin(&own, 4); /* too few for six letters, so that threads evict what others look for */
  pthread_t threads[THREADS];
  for (size_t i = 0; i < THREADS; ++i) {
    assert_int_equal(pthread_create(&threads[i], NULL, s_ask_much, &own), 0);
  }
  for (size_t i = 0; i < THREADS; ++i) {
    void *good = NULL;
    assert_int_equal(pthread_join(threads[i], &good), 0);
    assert_non_null(good);
  }
  aski_cache_counts counts = aski_cache_embedder_counts(&own.embedder);
  assert_int_equal(counts.hits + counts.misses, (uint64_t)THREADS * ROUNDS);
  assert_int_equal(counts.misses, own.letters.asked);
  s_end(&own);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(backend__cache_asks_for_each_text_once),
      cmocka_unit_test(backend__cache_forgets_the_oldest_text),
      cmocka_unit_test(backend__cache_keeps_the_vectors_of_models_apart),
      cmocka_unit_test(backend__cache_keeps_nothing_of_a_failure_and_no_wrong_vector),
      cmocka_unit_test(backend__cache_without_memory_asks_or_tells),
      cmocka_unit_test(backend__cache_is_shared_by_threads),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
