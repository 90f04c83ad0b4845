/* SPDX-License-Identifier: Apache-2.0
 *
 * Compact signatures: the examples of RFC 7515 and RFC 8037, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>

#include "auth/jwks.h"
#include "auth/jws.h"
#include "support/allocator.h"
#include "support/tokens.h"

#define JOE "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"

/* RFC 7515, A.1 to A.3; RFC 8037, A.1, A.2 and A.4. */
static const char s_hs256_key[] = "{\"kty\":\"oct\",\"k\":\"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-"
                                  "1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow\"}";
static const char s_hs256[] =
    "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9." JOE ".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
static const char s_rs256_key[] = "{\"kty\":\"RSA\",\"n\":\"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_"
                                  "wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4"
                                  "QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-"
                                  "bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBE"
                                  "Ma2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_"
                                  "h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4"
                                  "FRWyuXpoQ\",\"e\":\"AQAB\"}";
static const char s_rs256[] =
    "eyJhbGciOiJSUzI1NiJ9." JOE ".cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_"
    "O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbK"
    "BYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-"
    "eOkHWEsqtFZESc6"
    "BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";
static const char s_es256_key[] =
    "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\","
    "\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"}";
static const char s_es256[] = "eyJhbGciOiJFUzI1NiJ9." JOE
                              ".DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
static const char s_eddsa_key[] =
    "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}";
static const char s_eddsa[] = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc."
                              "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";

/* The payload, or what was refused, in `out`. */
static askiam_status s_verify(char *out, size_t room, const char *jwk, askiam_str token, long fail_at)
{
  askiam_error error = ASKIAM_ERROR_INIT;
  test_allocator allocator;
  test_allocator_init(&allocator);
  aski_jwks *set = NULL;
  bool secret = strstr(jwk, "\"oct\"") != NULL;
  if (aski_jwks_read(&set, askiam_str_from(jwk), secret, "key", &allocator.base, &error) != ASKIAM_STATUS_OK) {
    fail_msg("%s", error.message);
  }
  test_allocator_fail_at(&allocator, fail_at);
  aski_jws jws;
  askiam_status status = aski_jws_read(&jws, token, &allocator.base, &error);
  if (status == ASKIAM_STATUS_OK) {
    status = aski_jws_verify(&jws, aski_jwks_at(set, 0), &error);
  }
  if (status == ASKIAM_STATUS_OK) {
    snprintf(out, room, "%.*s", ASKI_STR_ARG(aski_buffer_view(&jws.payload)));
  } else {
    assert_int_equal(error.status, status);
    snprintf(out, room, "%s", error.message);
  }
  aski_jws_clean_up(&jws);
  aski_jwks_destroy(set);
  assert_int_equal(allocator.outstanding, 0);
  return status;
}

static void s_refuses(const char *jwk, const char *token, const char *why)
{
  char said[512];
  askiam_status status = s_verify(said, sizeof said, jwk, askiam_str_from(token), 0);
  if (status != ASKIAM_STATUS_NOT_PERMITTED || strstr(said, why) == NULL) {
    fail_msg("%s: %s: %s", token, askiam_status_name(status), said);
  }
}

static void signatures__examples_of_the_rfcs_are_taken(void **state)
{
  (void)state;
  static const char *const pairs[][2] = {
      {s_hs256_key, s_hs256}, {s_rs256_key, s_rs256}, {s_es256_key, s_es256}, {s_eddsa_key, s_eddsa}};
  for (size_t i = 0; i < 4; ++i) {
    char payload[512];
    assert_int_equal(s_verify(payload, sizeof payload, pairs[i][0], askiam_str_from(pairs[i][1]), 0), ASKIAM_STATUS_OK);
    assert_string_equal(payload,
                        i == 3 ? "Example of Ed25519 signing"
                               : "{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n \"http://example.com/is_root\":true}");
  }
}

static void signatures__one_changed_character_is_refused(void **state)
{
  (void)state;
  static const char *const pairs[][2] = {
      {s_hs256_key, s_hs256}, {s_rs256_key, s_rs256}, {s_es256_key, s_es256}, {s_eddsa_key, s_eddsa}};
  for (size_t i = 0; i < 4; ++i) {
    char token[1024];
    strcpy(token, pairs[i][1]);
    for (size_t at = 0; token[at] != 0; at += i == 1 ? 7 : 1) {
      char was = token[at];
      token[at] = was == 'A' ? 'B' : 'A';
      char said[512];
      assert_int_equal(s_verify(said, sizeof said, pairs[i][0], askiam_str_from(token), 0),
                       ASKIAM_STATUS_NOT_PERMITTED);
      token[at] = was;
    }
  }
}

/* RFC 7515, A.4 and A.5: ES512 is not known here, and "none" is no algorithm. */
static void signatures__key_decides_the_algorithm(void **state)
{
  (void)state;
  s_refuses(s_rs256_key, "eyJhbGciOiJub25lIn0." JOE ".", "alg is not that of the key");
  s_refuses(s_hs256_key, "eyJhbGciOiJub25lIn0." JOE ".", "alg is not that of the key");
  s_refuses(s_es256_key, "eyJhbGciOiJFUzUxMiJ9.UGF5bG9hZA.AA", "alg is not that of the key");
  s_refuses(s_es256_key, s_rs256, "alg is not that of the key");
  s_refuses(s_rs256_key, s_hs256, "alg is not that of the key");
  char token[TEST_TOKEN_BYTES];
  test_sign(token, TEST_KEY_SECRET, "{\"alg\":\"hs256\"}", "x");
  char jwk[TEST_JWK_BYTES];
  test_jwk(jwk, TEST_KEY_SECRET, "a", "");
  s_refuses(jwk, token, "alg is not that of the key");
}

/* Who knows a public key must not be able to use its text as a secret. */
static void signatures__hmac_by_a_public_key_is_refused(void **state)
{
  (void)state;
  char token[TEST_TOKEN_BYTES];
  test_sign_by(token, askiam_str_from(s_rs256_key), "{\"alg\":\"HS256\"}", "{}");
  s_refuses(s_rs256_key, token, "alg is not that of the key");
  test_sign_by(token, askiam_str_from(s_rs256_key), "{\"alg\":\"RS256\"}", "{}");
  s_refuses(s_rs256_key, token, "signature is not good");
}

static void signatures__header_that_asks_for_more_is_refused(void **state)
{
  (void)state;
  static const char *const headers[][2] = {
      {"{\"alg\":\"HS256\",\"crit\":[\"exp\"],\"exp\":1}", "crit, b64 or cty"},
      {"{\"alg\":\"HS256\",\"crit\":[]}", "crit, b64 or cty"},
      {"{\"alg\":\"HS256\",\"b64\":false}", "crit, b64 or cty"},
      {"{\"alg\":\"HS256\",\"b64\":true}", "crit, b64 or cty"},
      {"{\"alg\":\"HS256\",\"cty\":\"JWT\"}", "crit, b64 or cty"},
      {"{\"alg\":\"HS256\",\"alg\":\"HS256\"}", "no JSON object"},
      {"{\"alg\":\"HS256\",\"\\u0061lg\":\"none\"}", "no JSON object"},
      {"{\"alg\":\"HS256\"} {}", "no JSON object"},
      {"[\"alg\"]", "no JSON object"},
      {"", "no JSON object"},
      {"{}", "no alg"},
      {"{\"alg\":[\"HS256\"]}", "no alg"},
      {"{\"alg\":\"HS256\",\"kid\":7}", "no text"},
      {"{\"alg\":\"HS256\",\"kid\":null}", "no text"},
  };
  char jwk[TEST_JWK_BYTES];
  test_jwk(jwk, TEST_KEY_SECRET, NULL, "");
  char token[TEST_TOKEN_BYTES];
  for (size_t i = 0; i < sizeof headers / sizeof *headers; ++i) {
    test_sign(token, TEST_KEY_SECRET, headers[i][0], "{}");
    s_refuses(jwk, token, headers[i][1]);
  }
  test_sign(token, TEST_KEY_SECRET, "{\"alg\":\"HS256\",\"jku\":\"https://evil.example/\",\"x\":[1]}", "{}");
  char said[512];
  assert_int_equal(s_verify(said, sizeof said, jwk, askiam_str_from(token), 0), ASKIAM_STATUS_OK);
}

static void signatures__what_is_no_compact_text_is_refused(void **state)
{
  (void)state;
  static const char *const texts[] = {"",
                                      ".",
                                      "..",
                                      "...",
                                      "a.b",
                                      "e30.e30.e30.e30",
                                      "e30.e30.e30.e30.e30",
                                      "{\"payload\":\"\",\"signatures\":[]}",
                                      " e30.e30.",
                                      "e30.e30.\n",
                                      "e30=.e30.",
                                      "\x80.\xff."};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; ++i) {
    s_refuses(s_hs256_key, texts[i], "refused");
  }
}

static void signatures__length_has_a_bound(void **state)
{
  (void)state;
  char jwk[TEST_JWK_BYTES];
  test_jwk(jwk, TEST_KEY_SECRET, NULL, "");
  static char payload[TEST_TOKEN_BYTES];
  char token[TEST_TOKEN_BYTES];
  char said[512];
  memset(payload, 'x', 12000);
  test_sign(token, TEST_KEY_SECRET, "{\"alg\":\"HS256\"}", payload);
  assert_true(strlen(token) < ASKI_JWS_MAX_BYTES);
  assert_int_equal(s_verify(said, sizeof said, jwk, askiam_str_from(token), 0), ASKIAM_STATUS_OK);
  memset(payload, 'x', 12300);
  test_sign(token, TEST_KEY_SECRET, "{\"alg\":\"HS256\"}", payload);
  assert_true(strlen(token) > ASKI_JWS_MAX_BYTES);
  s_refuses(jwk, token, "longer than 16 KiB");
}

static void signatures__lack_of_memory_is_told(void **state)
{
  (void)state;
  char said[512];
  long at = 1;
  while (s_verify(said, sizeof said, s_es256_key, askiam_str_from(s_es256), at) == ASKIAM_STATUS_NO_MEMORY) {
    ++at;
  }
  assert_true(at > 6);
  assert_int_equal(s_verify(said, sizeof said, s_es256_key, askiam_str_from(s_es256), at), ASKIAM_STATUS_OK);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(signatures__examples_of_the_rfcs_are_taken),
      cmocka_unit_test(signatures__one_changed_character_is_refused),
      cmocka_unit_test(signatures__key_decides_the_algorithm),
      cmocka_unit_test(signatures__hmac_by_a_public_key_is_refused),
      cmocka_unit_test(signatures__header_that_asks_for_more_is_refused),
      cmocka_unit_test(signatures__what_is_no_compact_text_is_refused),
      cmocka_unit_test(signatures__length_has_a_bound),
      cmocka_unit_test(signatures__lack_of_memory_is_told),
  };
  return cmocka_run_group_tests(tests, NULL, test_keys_clean_up);
}
