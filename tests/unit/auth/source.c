/* SPDX-License-Identifier: Apache-2.0
 *
 * A published key set against a peer in this process: when it is fetched, and what serves meanwhile. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>
#include <stdio.h>
#include <time.h>

#include "auth/jwks_source.h"
#include "base/time.h"
#include "support/allocator.h"
#include "support/peer.h"
#include "support/tokens.h"

enum { MAX_AGE_MS = 3600000, STALE_MS = 86400000, THREADS = 8 };

static const char s_down[] = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n";
static const char s_garbage[] = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";

typedef struct fixture {
  test_allocator allocator;
  char answers[2][TEST_JWK_BYTES + 256];
  test_peer_step steps[8];
  test_peer *peer;
  char url[128];
  aski_jwks_source *source;
  int64_t now_ms; /* of both clocks */
  askiam_clock clock;
  askiam_call call;
} fixture;

static int64_t s_now_ms(void *context) { return __atomic_load_n(&((fixture *)context)->now_ms, __ATOMIC_RELAXED); }
static uint64_t s_ticks_ns(void *context) { return (uint64_t)s_now_ms(context) * 1000000; }

static void s_answer(char *out, size_t room, const char *id)
{
  char key[TEST_JWK_BYTES];
  test_jwk(key, TEST_KEY_ED25519, id, "");
  snprintf(out, room, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n{\"keys\":[%s]}", strlen(key) + 11, key);
}

/* `script`: a letter for each fetch: 1 and 2 are sets with these ids, d is down, g is garbage, s is 1 after a while, h is
 * down after a longer one. */
static void s_begin(fixture *own, const char *script)
{
  *own = (fixture){.now_ms = 1000000};
  test_allocator_init(&own->allocator);
  s_answer(own->answers[0], sizeof own->answers[0], "1");
  s_answer(own->answers[1], sizeof own->answers[1], "2");
  size_t count = strlen(script);
  for (size_t i = 0; i < count; ++i) {
    bool down = script[i] == 'd' || script[i] == 'h';
    own->steps[i].answer = down ? s_down : script[i] == 'g' ? s_garbage : own->answers[script[i] == '2'];
    own->steps[i].delay_ms = script[i] == 's' ? 200 : script[i] == 'h' ? 1000 : 0;
  }
  own->peer = test_peer_start(own->steps, count);
  assert_non_null(own->peer);
  snprintf(own->url, sizeof own->url, "%s/keys", test_peer_url(own->peer));
  own->clock = (askiam_clock){s_now_ms, s_ticks_ns, own};
  own->call = (askiam_call){.clock = &own->clock, .deadline_ticks_ns = UINT64_MAX};
  const aski_jwks_settings settings = {
      .location = askiam_str_from(own->url), .max_age_ms = MAX_AGE_MS, .stale_ms = STALE_MS};
  assert_int_equal(aski_jwks_source_new(&own->source, &settings, &own->allocator.base, NULL), ASKIAM_STATUS_OK);
}

static void s_end(fixture *own)
{
  aski_jwks_source_destroy(own->source);
  test_peer_stop(own->peer);
  assert_int_equal(own->allocator.outstanding, 0);
}

/* Asks for a key after so much time. */
static void s_ask(fixture *own, int64_t later_ms, const char *id, askiam_status status, bool found, size_t fetches)
{
  own->now_ms += later_ms;
  aski_held_jwks *held = NULL;
  askiam_error error = ASKIAM_ERROR_INIT;
  assert_int_equal(aski_jwks_source_hold(&held, own->source, &own->call, askiam_str_from(id), &error), status);
  assert_int_equal(held != NULL, status == ASKIAM_STATUS_OK);
  if (held != NULL) {
    const aski_jwk *key = NULL;
    assert_int_equal(aski_jwks_find(&key, aski_jwks_source_set(held), askiam_str_from(id)), found);
  }
  aski_jwks_source_release(own->source, held);
  assert_int_equal(test_peer_requests(own->peer), fetches);
}

static void source__fetches_once_and_keeps(void **state)
{
  (void)state;
  fixture own;
  s_begin(&own, "12");
  assert_int_equal(test_peer_requests(own.peer), 0);
  s_ask(&own, 0, "1", ASKIAM_STATUS_OK, true, 1);
  s_ask(&own, MAX_AGE_MS - 1, "1", ASKIAM_STATUS_OK, true, 1);
  assert_ptr_equal(strstr(test_peer_latest(own.peer), "GET /keys HTTP/1.1\r\n"), test_peer_latest(own.peer));
  s_ask(&own, 1, "2", ASKIAM_STATUS_OK, true, 2);
  s_ask(&own, 1, "1", ASKIAM_STATUS_OK, false, 2);
  s_end(&own);
}

static void source__unknown_key_is_looked_for_once_a_minute(void **state)
{
  (void)state;
  fixture own;
  s_begin(&own, "112");
  s_ask(&own, 0, "1", ASKIAM_STATUS_OK, true, 1);
  for (int i = 0; i < 59; ++i) {
    s_ask(&own, 1000, "2", ASKIAM_STATUS_OK, false, 1);
  }
  s_ask(&own, 1000, "2", ASKIAM_STATUS_OK, false, 2);
  s_ask(&own, 59999, "2", ASKIAM_STATUS_OK, false, 2);
  s_ask(&own, 1, "2", ASKIAM_STATUS_OK, true, 3);
  s_end(&own);
}

static void source__old_set_serves_while_no_newer_one_is_had(void **state)
{
  (void)state;
  fixture own;
  s_begin(&own, "1dgd1");
  s_ask(&own, 0, "1", ASKIAM_STATUS_OK, true, 1);
  s_ask(&own, MAX_AGE_MS, "1", ASKIAM_STATUS_OK, true, 2);
  s_ask(&own, 59999, "1", ASKIAM_STATUS_OK, true, 2);
  s_ask(&own, 0, "2", ASKIAM_STATUS_UNAVAILABLE, false, 2);
  s_ask(&own, 1, "1", ASKIAM_STATUS_OK, true, 3);
  s_ask(&own, STALE_MS, "1", ASKIAM_STATUS_UNAVAILABLE, false, 4);
  s_ask(&own, 60000, "1", ASKIAM_STATUS_OK, true, 5);
  s_end(&own);
}

static void source__first_set_is_tried_again_soon(void **state)
{
  (void)state;
  fixture own;
  s_begin(&own, "dg1");
  s_ask(&own, 0, "1", ASKIAM_STATUS_UNAVAILABLE, false, 1);
  s_ask(&own, 4999, "1", ASKIAM_STATUS_UNAVAILABLE, false, 1);
  s_ask(&own, 1, "1", ASKIAM_STATUS_UNAVAILABLE, false, 2);
  s_ask(&own, 5000, "1", ASKIAM_STATUS_OK, true, 3);
  s_end(&own);
}

static void source__cancelled_call_is_no_attempt(void **state)
{
  (void)state;
  fixture own;
  s_begin(&own, "1");
  int cancelled = 1;
  own.call.cancelled = &cancelled;
  s_ask(&own, 0, "1", ASKIAM_STATUS_CANCELLED, false, 0);
  cancelled = 0;
  s_ask(&own, 0, "1", ASKIAM_STATUS_OK, true, 1);
  s_end(&own);
}

static void *s_thread(void *context)
{
  fixture *own = context;
  askiam_call call = {.clock = aski_clock_system(), .deadline_ticks_ns = UINT64_MAX};
  for (int i = 0; i < 50; ++i) {
    aski_held_jwks *held = NULL;
    if (aski_jwks_source_hold(&held, own->source, &call, ASKI_STR("1"), NULL) != ASKIAM_STATUS_OK ||
        aski_jwks_count(aski_jwks_source_set(held)) != 1) {
      return own;
    }
    aski_jwks_source_release(own->source, held);
  }
  return NULL;
}

static void source__threads_wait_for_one_fetch(void **state)
{
  (void)state;
  fixture own;
  s_begin(&own, "s");
  pthread_t threads[THREADS];
  for (size_t i = 0; i < THREADS; ++i) {
    assert_int_equal(pthread_create(&threads[i], NULL, s_thread, &own), 0);
  }
  for (size_t i = 0; i < THREADS; ++i) {
    void *failed = NULL;
    pthread_join(threads[i], &failed);
    assert_null(failed);
  }
  assert_int_equal(test_peer_requests(own.peer), 1);
  s_end(&own);
}

static void s_sleep_ms(long ms)
{
  const struct timespec pause = {.tv_nsec = ms * 1000000L};
  nanosleep(&pause, NULL);
}

static void *s_thread_that_fails(void *context)
{
  fixture *own = context;
  aski_held_jwks *held = NULL;
  askiam_status status = aski_jwks_source_hold(&held, own->source, &own->call, ASKI_STR("1"), NULL);
  return status == ASKIAM_STATUS_UNAVAILABLE && held == NULL ? NULL : own;
}

/* Where an attempt takes as long as the pause between two, each of those who waited might make the next one, and the
 * last of them would wait for all. */
static void source__who_waited_for_a_failure_does_not_try_in_turn(void **state)
{
  (void)state;
  fixture own;
  s_begin(&own, "h");
  pthread_t threads[THREADS];
  for (size_t i = 0; i < THREADS; ++i) {
    assert_int_equal(pthread_create(&threads[i], NULL, s_thread_that_fails, &own), 0);
  }
  s_sleep_ms(500); /* the first fetches, the others wait */
  __atomic_fetch_add(&own.now_ms, 5000, __ATOMIC_RELAXED);
  for (size_t i = 0; i < THREADS; ++i) {
    void *failed = NULL;
    pthread_join(threads[i], &failed);
    assert_null(failed);
  }
  assert_int_equal(test_peer_requests(own.peer), 1);
  s_end(&own);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(source__fetches_once_and_keeps),
      cmocka_unit_test(source__unknown_key_is_looked_for_once_a_minute),
      cmocka_unit_test(source__old_set_serves_while_no_newer_one_is_had),
      cmocka_unit_test(source__first_set_is_tried_again_soon),
      cmocka_unit_test(source__cancelled_call_is_no_attempt),
      cmocka_unit_test(source__threads_wait_for_one_fetch),
      cmocka_unit_test(source__who_waited_for_a_failure_does_not_try_in_turn),
  };
  return cmocka_run_group_tests(tests, NULL, test_keys_clean_up);
}
