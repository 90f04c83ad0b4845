/* SPDX-License-Identifier: Apache-2.0
 *
 * askiam_token_verify by keys of a server that hangs: in the time that the host has left. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>
#include <stdio.h>
#include <time.h>

#include "fixture.h"
#include "support/peer.h"
#include "support/tokens.h"

enum { LEFT_MS = 200, HANGS_MS = 4000 };

static char s_answer[TEST_JWK_BYTES + 128];
static char s_token[TEST_TOKEN_BYTES];

static void s_begin(fixture *home, const test_peer *peer)
{
  const char *const settings[][2] = {{"auth.jwks", test_peer_url(peer)},
                                     {"auth.jwks_max_age_s", "60"},
                                     {"auth.issuer", "https://id.example/"},
                                     {"auth.audience", "askiam"}};
  for (size_t i = 0; i < sizeof settings / sizeof *settings; ++i) {
    assert_int_equal(askiam_config_set(home->config, settings[i][0], settings[i][1], NULL), ASKIAM_STATUS_OK);
  }
  fixture_reopen(home);
}

static void s_write_answer(void)
{
  char key[TEST_JWK_BYTES];
  test_jwk(key, TEST_KEY_ED25519, "ed", "");
  snprintf(s_answer, sizeof s_answer, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n%s", strlen(key), key);
  /* The fixture's clock stands at 1795435200. */
  test_sign(s_token, TEST_KEY_ED25519, "{\"alg\":\"EdDSA\",\"kid\":\"ed\"}",
            "{\"iss\":\"https://id.example/\",\"aud\":\"askiam\",\"exp\":1795435500,\"sub\":\"a\"}");
}

static int64_t s_ticks_ms(void)
{
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* The fixture's clock stands; after a while the time that is left is over by it. */
static void *s_let_pass(void *context)
{
  fixture *home = context;
  nanosleep(&(struct timespec){.tv_nsec = 100 * 1000000L}, NULL);
  __atomic_add_fetch(&home->ticks_ns, LEFT_MS * UINT64_C(1000000), __ATOMIC_RELAXED);
  return NULL;
}

/* Where there is an end to the time that is left, it does not take as long as the server hangs. */
static askiam_status s_verify(fixture *home, int64_t left_ms)
{
  askiam_principal *principal = NULL;
  askiam_error error = ASKIAM_ERROR_INIT;
  pthread_t passing;
  assert_int_equal(pthread_create(&passing, NULL, s_let_pass, home), 0);
  int64_t began_ms = s_ticks_ms();
  askiam_status status =
      askiam_token_verify_within(&principal, home->engine, askiam_str_from(s_token), left_ms, &error);
  int64_t took_ms = s_ticks_ms() - began_ms;
  pthread_join(passing, NULL);
  assert_in_range(took_ms, 0, HANGS_MS - 500);
  assert_int_equal(principal != NULL, status == ASKIAM_STATUS_OK);
  askiam_principal_destroy(principal);
  return status;
}

static void tokens__outlast_a_server_that_hangs_by_the_old_set(void **state)
{
  fixture *home = *state;
  s_write_answer();
  const test_peer_step steps[] = {{.answer = s_answer}, {.answer = s_answer, .delay_ms = HANGS_MS}};
  test_peer *peer = test_peer_start(steps, 2);
  assert_non_null(peer);
  s_begin(home, peer);
  assert_int_equal(s_verify(home, 0), ASKIAM_STATUS_OK);
  home->now_ms += 60000;
  assert_int_equal(s_verify(home, LEFT_MS), ASKIAM_STATUS_OK);
  assert_int_equal(test_peer_requests(peer), 2);
  test_peer_stop(peer);
}

static void tokens__are_unavailable_in_time_without_a_set(void **state)
{
  fixture *home = *state;
  s_write_answer();
  const test_peer_step step = {.answer = s_answer, .delay_ms = HANGS_MS};
  test_peer *peer = test_peer_start(&step, 1);
  assert_non_null(peer);
  s_begin(home, peer);
  assert_int_equal(s_verify(home, LEFT_MS), ASKIAM_STATUS_UNAVAILABLE);
  test_peer_stop(peer);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(tokens__outlast_a_server_that_hangs_by_the_old_set, fixture_set_up,
                                      fixture_tear_down),
      cmocka_unit_test_setup_teardown(tokens__are_unavailable_in_time_without_a_set, fixture_set_up, fixture_tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, test_keys_clean_up);
}
