/* SPDX-License-Identifier: Apache-2.0
 *
 * OpenSSL's memory runs out at each place in turn: a good key or signature is never called a bad one, nor a bad one
 * good. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <openssl/crypto.h>
#include <stdlib.h>

#include "auth/jwks.h"
#include "auth/jws.h"
#include "support/tokens.h"

static long s_left; /* 1: the next request fails; 0 and less: none */

static bool s_fails(void) { return s_left > 0 && --s_left == 0; }

static void *s_acquire(size_t size, const char *file, int line)
{
  (void)file;
  (void)line;
  return s_fails() ? NULL : malloc(size);
}

static void *s_resize(void *old, size_t size, const char *file, int line)
{
  (void)file;
  (void)line;
  return s_fails() ? NULL : realloc(old, size);
}

static void s_release(void *old, const char *file, int line)
{
  (void)file;
  (void)line;
  free(old);
}

/* How often memory ran out before OpenSSL had enough of it. */
static long s_count_failures(const aski_jws *jws, const aski_jwk *key, askiam_status expected)
{
  long at = 0;
  long lacked = 0;
  bool failed = true;
  while (failed) {
    s_left = ++at;
    askiam_status status = aski_jws_verify(jws, key, NULL);
    failed = s_left == 0;
    s_left = 0;
    if (status != expected && !(failed && status == ASKIAM_STATUS_NO_MEMORY)) {
      fail_msg("%s: status %d after %ld", jws->algorithm.data, (int)status, at);
    }
    lacked += status == ASKIAM_STATUS_NO_MEMORY;
  }
  return lacked;
}

static void s_try(test_key_kind kind, const char *header, bool good)
{
  char token[TEST_TOKEN_BYTES];
  char json[TEST_JWK_BYTES];
  aski_jwks *set = NULL;
  aski_jws jws;
  test_jwk(json, kind, "k", "");
  test_sign(token, kind, header, "{\"sub\":\"a\"}");
  assert_int_equal(
      aski_jwks_read(&set, askiam_str_from(json), kind == TEST_KEY_SECRET, "key", aski_allocator_default(), NULL),
      ASKIAM_STATUS_OK);
  assert_int_equal(aski_jws_read(&jws, askiam_str_from(token), aski_allocator_default(), NULL), ASKIAM_STATUS_OK);
  if (!good) {
    jws.signature.data[jws.signature.length / 2] ^= 1;
  }
  assert_true(s_count_failures(&jws, aski_jwks_at(set, 0), good ? ASKIAM_STATUS_OK : ASKIAM_STATUS_NOT_PERMITTED) > 0);
  aski_jws_clean_up(&jws);
  aski_jwks_destroy(set);
}

/* A set without its key would refuse good tokens for as long as it is kept. */
static void signatures__no_key_is_passed_over_for_want_of_memory(void **state)
{
  (void)state;
  static const test_key_kind s_kinds[] = {TEST_KEY_RSA, TEST_KEY_EC, TEST_KEY_ED25519};
  for (size_t i = 0; i < sizeof s_kinds / sizeof *s_kinds; ++i) {
    char json[TEST_JWK_BYTES];
    test_jwk(json, s_kinds[i], "k", "");
    bool failed = true;
    for (long at = 1; failed; ++at) {
      aski_jwks *set = NULL;
      s_left = at;
      askiam_status status = aski_jwks_read(&set, askiam_str_from(json), false, "key", aski_allocator_default(), NULL);
      failed = s_left == 0;
      s_left = 0;
      if (status != ASKIAM_STATUS_OK && !(failed && status == ASKIAM_STATUS_NO_MEMORY)) {
        fail_msg("kind %zu: status %d after %ld", i, (int)status, at);
      }
      aski_jwks_destroy(set);
    }
  }
}

static void signatures__want_of_memory_is_no_verdict(void **state)
{
  (void)state;
  for (int good = 0; good < 2; ++good) {
    s_try(TEST_KEY_RSA, "{\"alg\":\"RS256\"}", good == 1);
    s_try(TEST_KEY_EC, "{\"alg\":\"ES256\"}", good == 1);
    s_try(TEST_KEY_ED25519, "{\"alg\":\"EdDSA\"}", good == 1);
    s_try(TEST_KEY_SECRET, "{\"alg\":\"HS256\"}", good == 1);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(signatures__want_of_memory_is_no_verdict),
                                     cmocka_unit_test(signatures__no_key_is_passed_over_for_want_of_memory)};
  if (CRYPTO_set_mem_functions(s_acquire, s_resize, s_release) != 1) {
    return 1;
  }
  return cmocka_run_group_tests(tests, NULL, test_keys_clean_up);
}
