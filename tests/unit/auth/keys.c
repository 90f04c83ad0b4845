/* SPDX-License-Identifier: Apache-2.0
 *
 * JSON Web Keys and sets of them: which are taken, which are passed over, and which spoil the set. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "auth/jwks.h"
#include "support/allocator.h"
#include "support/tokens.h"

typedef struct reading {
  aski_jwks *set;
  askiam_status status;
  askiam_error error;
  test_allocator allocator;
} reading;

static void s_read(reading *own, const char *json, bool secret, long fail_at)
{
  *own = (reading){.error = ASKIAM_ERROR_INIT};
  test_allocator_init(&own->allocator);
  test_allocator_fail_at(&own->allocator, fail_at);
  own->status =
      aski_jwks_read(&own->set, askiam_str_from(json), secret, "auth.jwks", &own->allocator.base, &own->error);
}

static void s_end(reading *own)
{
  aski_jwks_destroy(own->set);
  assert_int_equal(own->allocator.outstanding, 0);
}

static void s_takes(const char *json, bool secret, const char *algorithm)
{
  reading own;
  s_read(&own, json, secret, 0);
  if (own.status != ASKIAM_STATUS_OK) {
    fail_msg("%s: %s", json, own.error.message);
  }
  assert_int_equal(aski_jwks_count(own.set), 1);
  assert_string_equal(aski_jwks_at(own.set, 0)->algorithm, algorithm);
  assert_null(aski_jwks_at(own.set, 1));
  s_end(&own);
}

static void s_refuses(const char *json, bool secret, const char *said)
{
  reading own;
  s_read(&own, json, secret, 0);
  if (own.status != ASKIAM_STATUS_BAD_DATA || strstr(own.error.message, said) == NULL) {
    fail_msg("%s: %s: %s", json, askiam_status_name(own.status), own.error.message);
  }
  assert_null(own.set);
  s_end(&own);
}

/* One key of a kind, with these members more. */
static const char *s_key(test_key_kind kind, const char *more)
{
  static char text[TEST_JWK_BYTES];
  test_jwk(text, kind, "one", more);
  return text;
}

static void keys__kind_and_curve_decide_the_algorithm(void **state)
{
  (void)state;
  s_takes(s_key(TEST_KEY_RSA, ""), false, "RS256");
  s_takes(s_key(TEST_KEY_EC, ""), false, "ES256");
  s_takes(s_key(TEST_KEY_ED25519, ""), false, "EdDSA");
  s_takes(s_key(TEST_KEY_ED25519, ",\"alg\":\"Ed25519\""), false, "Ed25519");
  s_takes(s_key(TEST_KEY_SECRET, ""), true, "HS256");
  s_takes(s_key(TEST_KEY_RSA, ",\"alg\":\"RS256\",\"use\":\"sig\",\"key_ops\":[\"verify\"],\"x5t\":\"aa\""), false,
          "RS256");
}

static void keys__what_is_for_something_else_is_passed_over(void **state)
{
  (void)state;
  static const char *const more[] = {
      ",\"alg\":\"RS384\"",
      ",\"alg\":\"PS256\"",
      ",\"alg\":\"RSA-OAEP\"",
      ",\"alg\":\"HS256\"",
      ",\"alg\":\"none\"",
      ",\"alg\":7",
      ",\"alg\":null",
      ",\"use\":\"enc\"",
      ",\"use\":[\"sig\"]",
      ",\"key_ops\":[\"sign\"]",
      ",\"key_ops\":[]",
      ",\"key_ops\":\"verify\"",
      ",\"key_ops\":{\"a\":\"verify\"}",
  };
  for (size_t i = 0; i < sizeof more / sizeof *more; ++i) {
    s_refuses(s_key(TEST_KEY_RSA, more[i]), false, "has no key to verify");
  }
  s_refuses("{\"kty\":\"EC\",\"crv\":\"P-384\",\"x\":\"AA\",\"y\":\"AA\"}", false, "has no key to verify");
  s_refuses("{\"kty\":\"AKP\",\"alg\":\"ML-DSA-44\",\"pub\":\"AA\"}", false, "has no key to verify");
  s_refuses("{\"kty\":\"OKP\",\"crv\":\"X25519\",\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}", false,
            "has no key to verify");
  s_refuses("{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":1,\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}",
            false, "has no key to verify");
}

/* A modulus of this many bytes, all bits set but for one. */
static const char *s_rsa(size_t bytes, const char *exponent)
{
  static char text[8192];
  unsigned char modulus[2048];
  memset(modulus, 0xFF, bytes);
  modulus[bytes / 2] = 0xFD;
  strcpy(text, "{\"kty\":\"RSA\",\"n\":\"");
  test_base64url(text, modulus, bytes);
  sprintf(text + strlen(text), "\",\"e\":\"%s\"}", exponent);
  return text;
}

static void keys__weak_rsa_keys_are_passed_over(void **state)
{
  (void)state;
  s_takes(s_rsa(256, "AQAB"), false, "RS256");
  s_takes(s_rsa(256, "Aw"), false, "RS256");
  s_takes(s_rsa(1024, "AQAB"), false, "RS256");
  s_refuses(s_rsa(128, "AQAB"), false, "has no key");
  s_refuses(s_rsa(255, "AQAB"), false, "has no key");
  s_refuses(s_rsa(1025, "AQAB"), false, "has no key");
  s_refuses(s_rsa(2048, "AQAB"), false, "has no key");
  s_refuses(s_rsa(256, "AQ"), false, "has no key");   /* 1 */
  s_refuses(s_rsa(256, "AQAA"), false, "has no key"); /* even */
  s_refuses(s_rsa(256, ""), false, "has no key");
  s_refuses(s_rsa(256, "AQAB="), false, "has no key");
  s_refuses(s_rsa(256, "____________"), false, "has no key"); /* nine bytes */
}

/* A product of a chip's primes is 65537^c modulo the first primes: here a power of it, which has that property. */
static void keys__moduli_of_broken_chips_are_passed_over(void **state)
{
  (void)state;
  static const char roca[] = "{\"kty\":\"RSA\",\"e\":\"AQAB\",\"n\":\"%s\"}";
  unsigned char modulus[257] = {0};
  size_t length = 1;
  modulus[256] = 1;
  for (int power = 0; power < 128; ++power) { /* times 65537: itself plus itself two bytes higher */
    unsigned carry = 0;
    unsigned char before[257];
    memcpy(before, modulus, sizeof before);
    for (size_t i = 0; i < 257; ++i) {
      size_t at = 256 - i;
      unsigned sum = before[at] + (i >= 2 ? before[at + 2] : 0U) + carry;
      modulus[at] = (unsigned char)sum;
      carry = sum >> 8;
    }
    length += 2;
  }
  assert_int_equal(length, 257);
  char number[512] = "";
  test_base64url(number, modulus, sizeof modulus);
  char text[1024];
  snprintf(text, sizeof text, roca, number);
  s_refuses(text, false, "has no key");
  modulus[256] += 2; /* and its neighbour has not */
  number[0] = 0;
  test_base64url(number, modulus, sizeof modulus);
  snprintf(text, sizeof text, roca, number);
  s_takes(text, false, "RS256");
}

static void keys__points_that_are_none_are_passed_over(void **state)
{
  (void)state;
  static const char x[] = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU";
  static const char *const bad[][2] = {
      {x, "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a1"},  /* not on the curve */
      {x, "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5Q"},   /* 31 bytes */
      {x, "AMfxRM0bvZt-hyzf7bnuufSzaV1uqQskrYpGIyiFiOWt"}, /* 33 bytes */
      {"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"},
      {"_____wAAAAEAAAAAAAAAAAAAAAD_______________8", "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}, /* x is p */
  };
  char text[512];
  for (size_t i = 0; i < sizeof bad / sizeof *bad; ++i) {
    snprintf(text, sizeof text, "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"%s\",\"y\":\"%s\"}", bad[i][0], bad[i][1]);
    s_refuses(text, false, "has no key");
  }
  s_refuses("{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHUQ\"}", false,
            "has no key");
}

static void keys__public_set_with_a_private_key_is_refused(void **state)
{
  (void)state;
  static const char *const more[] = {",\"d\":\"AA\"", ",\"p\":\"AA\"",  ",\"q\":\"AA\"", ",\"dp\":\"AA\"",
                                     ",\"dq\":null",  ",\"qi\":\"AA\"", ",\"oth\":[]",   ",\"k\":\"AA\""};
  for (size_t i = 0; i < sizeof more / sizeof *more; ++i) {
    s_refuses(s_key(TEST_KEY_RSA, more[i]), false, "known to others");
  }
  s_refuses(s_key(TEST_KEY_SECRET, ""), false, "known to others");
  char good[TEST_JWK_BYTES];
  char set[2 * TEST_JWK_BYTES + 64];
  test_jwk(good, TEST_KEY_EC, "two", "");
  snprintf(set, sizeof set, "{\"keys\":[%s,%s]}", good, s_key(TEST_KEY_SECRET, ""));
  s_refuses(set, false, "known to others");
  s_refuses(set, true, "none for HS256");
}

static void keys__secrets_have_their_length(void **state)
{
  (void)state;
  s_refuses("{\"kty\":\"oct\",\"k\":\"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHg\"}", true, "none for HS256");
  s_refuses("{\"kty\":\"oct\",\"k\":\"\"}", true, "none for HS256");
  s_refuses("{\"kty\":\"oct\"}", true, "none for HS256");
  s_refuses(s_key(TEST_KEY_SECRET, ",\"alg\":\"A256KW\""), true, "none for HS256");
  test_allocator allocator;
  test_allocator_init(&allocator);
  aski_jwks *set = NULL;
  char bytes[ASKI_JWK_SECRET_MAX_BYTES + 1] = {0};
  for (size_t length = 0; length <= sizeof bytes; ++length) {
    bool good = length >= ASKI_JWK_SECRET_MIN_BYTES && length <= ASKI_JWK_SECRET_MAX_BYTES;
    askiam_status status =
        aski_jwks_of_secret(&set, (askiam_str){bytes, length}, ASKI_STR("id"), "file", &allocator.base, NULL);
    assert_int_equal(status, good ? ASKIAM_STATUS_OK : ASKIAM_STATUS_BAD_DATA);
    aski_jwks_destroy(set);
  }
  assert_int_equal(allocator.outstanding, 0);
}

static void keys__what_is_no_set_is_refused(void **state)
{
  (void)state;
  s_refuses("", false, "well-formed");
  s_refuses("{\"keys\":[],\"keys\":[]}", false, "well-formed");
  s_refuses("[]", false, "is no JSON Web Key Set");
  s_refuses("{}", false, "is no JSON Web Key Set");
  s_refuses("{\"keys\":{}}", false, "is no JSON Web Key Set");
  s_refuses("{\"keys\":[1]}", false, "is no object");
  s_refuses("{\"keys\":[]}", false, "has no key");
  char *crowd = malloc(4096);
  assert_non_null(crowd);
  strcpy(crowd, "{\"keys\":[{}");
  for (int i = 0; i < 256; ++i) {
    strcat(crowd, ",{}");
  }
  strcat(crowd, "]}");
  s_refuses(crowd, false, "more than 256 keys");
  free(crowd);
  char *large = malloc(ASKI_JWKS_MAX_BYTES + 2);
  assert_non_null(large);
  memset(large, ' ', ASKI_JWKS_MAX_BYTES + 1);
  large[ASKI_JWKS_MAX_BYTES + 1] = 0;
  s_refuses(large, false, "larger");
  free(large);
}

static void keys__are_found_by_their_whole_id(void **state)
{
  (void)state;
  char parts[3][TEST_JWK_BYTES];
  char set[3 * TEST_JWK_BYTES + 64];
  test_jwk(parts[0], TEST_KEY_EC, "a", "");
  test_jwk(parts[1], TEST_KEY_RSA, "twice", "");
  test_jwk(parts[2], TEST_KEY_ED25519, "twice", "");
  snprintf(set, sizeof set, "{\"keys\":[%s,%s,%s]}", parts[0], parts[1], parts[2]);
  reading own;
  s_read(&own, set, false, 0);
  const aski_jwk *key = NULL;
  assert_int_equal(aski_jwks_find(&key, own.set, ASKI_STR("a")), 1);
  assert_int_equal(key->type, ASKI_JWK_EC);
  assert_int_equal(aski_jwks_find(&key, own.set, ASKI_STR("twice")), 2);
  assert_int_equal(aski_jwks_find(&key, own.set, ASKI_STR("twic")), 0);
  assert_null(key);
  assert_int_equal(aski_jwks_find(&key, own.set, ASKI_STR("")), 0);
  assert_int_equal(aski_jwks_find(&key, NULL, ASKI_STR("a")), 0);
  s_end(&own);
}

static void keys__lack_of_memory_is_told_and_loses_nothing(void **state)
{
  (void)state;
  char part[TEST_JWK_BYTES];
  test_jwk(part, TEST_KEY_RSA, "a", "");
  for (int secret = 0; secret < 2; ++secret) {
    const char *json = secret ? s_key(TEST_KEY_SECRET, "") : part;
    reading own;
    long at = 1;
    for (;; ++at) {
      s_read(&own, json, secret != 0, at);
      if (own.status == ASKIAM_STATUS_OK) {
        break;
      }
      assert_int_equal(own.status, ASKIAM_STATUS_NO_MEMORY);
      s_end(&own);
    }
    assert_true(at > 4);
    s_end(&own);
  }
}

/* Under such a key a signature of nothing but the neutral point is good for every message. */
static void keys__ed25519_points_of_small_order_are_none(void **state)
{
  (void)state;
  static const char *const points[] = {
      "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAIA",
      "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAIA",
      "JuiVj8KyJ7BFw_SJ8u-Y8NXfrAXTxjM5sTgCiG1T_AU", "JuiVj8KyJ7BFw_SJ8u-Y8NXfrAXTxjM5sTgCiG1T_IU",
      "xxdqcD1N2E-6PAt2DRBnDyogU_osOczGTsf9d5KsA3o", "xxdqcD1N2E-6PAt2DRBnDyogU_osOczGTsf9d5KsA_o",
      "7P_______________________________________38", "7P________________________________________8",
      "7f_______________________________________38", "7f________________________________________8",
      "7v_______________________________________38", "7v________________________________________8"};
  for (size_t i = 0; i < sizeof points / sizeof *points; ++i) {
    char json[128];
    snprintf(json, sizeof json, "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"%s\"}", points[i]);
    s_refuses(json, false, "no key");
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(keys__ed25519_points_of_small_order_are_none),
      cmocka_unit_test(keys__kind_and_curve_decide_the_algorithm),
      cmocka_unit_test(keys__what_is_for_something_else_is_passed_over),
      cmocka_unit_test(keys__weak_rsa_keys_are_passed_over),
      cmocka_unit_test(keys__moduli_of_broken_chips_are_passed_over),
      cmocka_unit_test(keys__points_that_are_none_are_passed_over),
      cmocka_unit_test(keys__public_set_with_a_private_key_is_refused),
      cmocka_unit_test(keys__secrets_have_their_length),
      cmocka_unit_test(keys__what_is_no_set_is_refused),
      cmocka_unit_test(keys__are_found_by_their_whole_id),
      cmocka_unit_test(keys__lack_of_memory_is_told_and_loses_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, test_keys_clean_up);
}
