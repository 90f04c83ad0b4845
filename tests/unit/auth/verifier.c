/* SPDX-License-Identifier: Apache-2.0
 *
 * From a token to who bears it, with keys of files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "auth/verifier.h"
#include "base/time.h"
#include "support/allocator.h"
#include "support/tokens.h"

enum { NOW_S = 1768991445 };

#define CLAIMS "\"iss\":\"https://id.example/\",\"aud\":\"askiam\",\"exp\":1768992000"
#define JOHN "{" CLAIMS ",\"sub\":\"john.doe\"}"

typedef struct fixture {
  test_allocator allocator;
  char path[64];
  aski_verifier_settings settings;
  const char *secret_id; /* NULL: no secret */
  askiam_call call;
  char said[512];
  char id[64], scopes[256], groups[256];
} fixture;

static void s_write(const fixture *own, const char *json)
{
  FILE *out = fopen(own->path, "w");
  assert_non_null(out);
  fputs(json, out);
  assert_int_equal(fclose(out), 0);
}

/* A file with a key of each kind. */
static void s_begin(fixture *own)
{
  *own = (fixture){.path = "/tmp/askiam-jwks-XXXXXX"};
  int handle = mkstemp(own->path);
  assert_true(handle >= 0);
  close(handle);
  char keys[3][TEST_JWK_BYTES];
  char set[3 * TEST_JWK_BYTES + 64];
  test_jwk(keys[0], TEST_KEY_RSA, "rsa", "");
  test_jwk(keys[1], TEST_KEY_EC, "ec", "");
  test_jwk(keys[2], TEST_KEY_ED25519, "ed", "");
  snprintf(set, sizeof set, "{\"keys\":[%s,%s,%s]}", keys[0], keys[1], keys[2]);
  s_write(own, set);
  test_allocator_init(&own->allocator);
  own->settings = (aski_verifier_settings){
      .rules = {.issuer = ASKI_STR("https://id.example/"),
                .audiences = ASKI_STR("askiam"),
                .audience_claim = ASKI_STR("aud"),
                .skew_ms = 60000},
      .names = {.principal = ASKI_STR("sub"), .scopes = ASKI_STR("scope"), .groups = ASKI_STR("groups")},
      .jwks = {.location = askiam_str_from(own->path), .max_age_ms = 3600000, .stale_ms = 86400000}};
  own->call =
      (askiam_call){.clock = aski_clock_system(), .deadline_ticks_ns = UINT64_MAX, .now_ms = NOW_S * INT64_C(1000)};
}

static void s_end(fixture *own)
{
  unlink(own->path);
  assert_int_equal(own->allocator.outstanding, 0);
}

static void s_copy(char *out, size_t room, askiam_str text) { snprintf(out, room, "%.*s", ASKI_STR_ARG(text)); }

static askiam_status s_verify(fixture *own, askiam_str token)
{
  askiam_error error = ASKIAM_ERROR_INIT;
  aski_jwks *secrets = NULL;
  aski_verifier verifier;
  own->said[0] = 0;
  if (own->secret_id != NULL) {
    askiam_status made = aski_jwks_of_secret(&secrets, ASKI_STR(TEST_SECRET), askiam_str_from(own->secret_id), "secret",
                                             &own->allocator.base, &error);
    if (made != ASKIAM_STATUS_OK) {
      return made;
    }
  }
  askiam_status status = aski_verifier_init(&verifier, &own->settings, secrets, &own->allocator.base, &error);
  if (status == ASKIAM_STATUS_OK) {
    aski_identity identity;
    status = aski_verifier_verify(&identity, &verifier, &own->call, token, &error);
    s_copy(own->id, sizeof own->id, identity.id);
    s_copy(own->scopes, sizeof own->scopes, aski_buffer_view(&identity.scopes));
    s_copy(own->groups, sizeof own->groups, aski_buffer_view(&identity.groups));
    aski_identity_clean_up(&identity);
    aski_verifier_clean_up(&verifier);
  }
  assert_int_equal(status, error.status);
  s_copy(own->said, sizeof own->said, askiam_str_from(error.message));
  return status;
}

static void s_takes(fixture *own, test_key_kind kind, const char *header, const char *payload)
{
  char token[TEST_TOKEN_BYTES];
  test_sign(token, kind, header, payload);
  if (s_verify(own, askiam_str_from(token)) != ASKIAM_STATUS_OK) {
    fail_msg("%s %s: %s", header, payload, own->said);
  }
}

static void s_refuses(fixture *own, test_key_kind kind, const char *header, const char *payload, const char *why)
{
  char token[TEST_TOKEN_BYTES];
  test_sign(token, kind, header, payload);
  askiam_status status = s_verify(own, askiam_str_from(token));
  if (status != ASKIAM_STATUS_NOT_PERMITTED || strstr(own->said, why) == NULL) {
    fail_msg("%s %s: %s", header, payload, own->said);
  }
}

static void verifier__takes_tokens_of_each_kind_of_key(void **state)
{
  (void)state;
  fixture own;
  s_begin(&own);
  s_takes(&own, TEST_KEY_RSA, "{\"alg\":\"RS256\",\"kid\":\"rsa\",\"typ\":\"JWT\"}", JOHN);
  assert_string_equal(own.id, "john.doe");
  s_takes(&own, TEST_KEY_EC, "{\"alg\":\"ES256\",\"kid\":\"ec\"}", JOHN);
  s_takes(&own, TEST_KEY_ED25519, "{\"alg\":\"EdDSA\",\"kid\":\"ed\"}", JOHN);
  own.secret_id = "secret";
  s_takes(&own, TEST_KEY_SECRET, "{\"alg\":\"HS256\",\"kid\":\"secret\"}", JOHN);
  s_takes(&own, TEST_KEY_EC, "{\"alg\":\"ES256\",\"kid\":\"ec\"}", JOHN);
  s_end(&own);
}

static void verifier__refuses_swapped_keys_and_algorithms(void **state)
{
  (void)state;
  fixture own;
  s_begin(&own);
  s_refuses(&own, TEST_KEY_RSA_TWO, "{\"alg\":\"RS256\",\"kid\":\"rsa\"}", JOHN, "signature is not good");
  s_refuses(&own, TEST_KEY_RSA, "{\"alg\":\"RS256\",\"kid\":\"ec\"}", JOHN, "not that of the key");
  s_refuses(&own, TEST_KEY_SECRET, "{\"alg\":\"HS256\",\"kid\":\"rsa\"}", JOHN, "not that of the key");
  s_refuses(&own, TEST_KEY_SECRET, "{\"alg\":\"none\",\"kid\":\"rsa\"}", JOHN, "not that of the key");
  s_refuses(&own, TEST_KEY_SECRET, "{\"alg\":\"HS256\",\"kid\":\"secret\"}", JOHN, "no key of its kid");
  s_refuses(&own, TEST_KEY_RSA, "{\"alg\":\"RS256\",\"kid\":\"RSA\"}", JOHN, "no key of its kid");
  s_refuses(&own, TEST_KEY_RSA, "{\"alg\":\"RS256\"}", JOHN, "names no key");
  own.secret_id = "secret";
  s_refuses(&own, TEST_KEY_RSA, "{\"alg\":\"RS256\",\"kid\":\"secret\"}", JOHN, "not that of the key");
  s_end(&own);
}

static void verifier__takes_a_token_without_kid_where_there_is_one_key(void **state)
{
  (void)state;
  fixture own;
  s_begin(&own);
  char key[TEST_JWK_BYTES];
  test_jwk(key, TEST_KEY_EC, "ec", "");
  s_write(&own, key);
  s_takes(&own, TEST_KEY_EC, "{\"alg\":\"ES256\"}", JOHN);
  own.secret_id = "secret";
  s_refuses(&own, TEST_KEY_EC, "{\"alg\":\"ES256\"}", JOHN, "names no key");
  own.settings.jwks.location = ASKI_STR("");
  s_takes(&own, TEST_KEY_SECRET, "{\"alg\":\"HS256\"}", JOHN);
  s_end(&own);
}

static void verifier__refuses_what_the_claims_forbid(void **state)
{
  (void)state;
  static const char header[] = "{\"alg\":\"ES256\",\"kid\":\"ec\"}";
  fixture own;
  s_begin(&own);
  s_refuses(&own, TEST_KEY_EC, header, "{\"iss\":\"https://id.example/\",\"aud\":\"askiam\",\"exp\":1,\"sub\":\"a\"}",
            "expired");
  s_refuses(&own, TEST_KEY_EC, header, "{" CLAIMS ",\"aud\":\"x\",\"sub\":\"a\"}", "no JSON object");
  s_refuses(&own, TEST_KEY_EC, header, "\"text\"", "no JSON object");
  s_refuses(&own, TEST_KEY_EC, header, "", "no JSON object");
  s_refuses(&own, TEST_KEY_EC, header, "{" CLAIMS "}", "who bears it");
  s_refuses(&own, TEST_KEY_EC, header, "{" CLAIMS ",\"sub\":7}", "who bears it");
  s_refuses(&own, TEST_KEY_EC, header, "{" CLAIMS ",\"sub\":\"a\",\"groups\":{\"a\":1}}", "neither a text nor");
  s_refuses(&own, TEST_KEY_EC, "{\"alg\":\"ES256\",\"kid\":\"ec\",\"typ\":\"logout+jwt\"}", JOHN, "another kind");
  s_end(&own);
}

static void verifier__reads_scopes_and_groups(void **state)
{
  (void)state;
  static const char header[] = "{\"alg\":\"ES256\",\"kid\":\"ec\"}";
  fixture own;
  s_begin(&own);
  s_takes(&own, TEST_KEY_EC, header,
          "{" CLAIMS ",\"sub\":\"a\",\"scope\":\"audit on-behalf\",\"groups\":[\"HR Team\",\"staff\"]}");
  assert_string_equal(own.scopes, "audit on-behalf");
  assert_string_equal(own.groups, "HR%20Team staff");
  own.settings.names.scopes = ASKI_STR("");
  own.settings.names.groups = ASKI_STR("/realm_access/roles");
  s_takes(&own, TEST_KEY_EC, header,
          "{" CLAIMS ",\"sub\":\"a\",\"scope\":\"audit\",\"realm_access\":{\"roles\":[\"x audit\"]}}");
  assert_string_equal(own.scopes, "");
  assert_string_equal(own.groups, "x%20audit");
  s_end(&own);
}

static void verifier__wants_an_address_verified(void **state)
{
  (void)state;
  static const char header[] = "{\"alg\":\"ES256\",\"kid\":\"ec\"}";
  fixture own;
  s_begin(&own);
  own.settings.names.principal = ASKI_STR("email");
  s_refuses(&own, TEST_KEY_EC, header, "{" CLAIMS ",\"email\":\"a@b\"}", "not verified");
  s_refuses(&own, TEST_KEY_EC, header, "{" CLAIMS ",\"email\":\"a@b\",\"email_verified\":false}", "not verified");
  s_takes(&own, TEST_KEY_EC, header, "{" CLAIMS ",\"email\":\"a@b\",\"email_verified\":true}");
  s_takes(&own, TEST_KEY_EC, header, "{" CLAIMS ",\"email\":\"a@b\",\"email_verified\":\"true\"}");
  own.settings.names.principal = ASKI_STR("/email");
  s_refuses(&own, TEST_KEY_EC, header, "{" CLAIMS ",\"email\":\"a@b\"}", "not verified");
  s_takes(&own, TEST_KEY_EC, header, "{" CLAIMS ",\"email\":\"a@b\",\"email_verified\":true}");
  own.settings.names.principal = ASKI_STR("/x/email"); /* what says so stands beside it */
  s_refuses(&own, TEST_KEY_EC, header, "{" CLAIMS ",\"x\":{\"email\":\"a@b\"},\"email_verified\":true}",
            "not verified");
  s_takes(&own, TEST_KEY_EC, header, "{" CLAIMS ",\"x\":{\"email\":\"a@b\",\"email_verified\":true}}");
  own.settings.names.principal = ASKI_STR("https://c.example/email");
  s_refuses(&own, TEST_KEY_EC, header, "{" CLAIMS ",\"https://c.example/email\":\"a@b\",\"email_verified\":true}",
            "not verified");
  s_takes(&own, TEST_KEY_EC, header,
          "{" CLAIMS ",\"https://c.example/email\":\"a@b\",\"https://c.example/email_verified\":true}");
  s_end(&own);
}

static void verifier__drops_the_scheme(void **state)
{
  (void)state;
  fixture own;
  s_begin(&own);
  char token[TEST_TOKEN_BYTES];
  char whole[TEST_TOKEN_BYTES + 16];
  test_sign(token, TEST_KEY_EC, "{\"alg\":\"ES256\",\"kid\":\"ec\"}", JOHN);
  static const char *const good[] = {"Bearer ", "bearer ", "BEARER   "};
  static const char *const bad[] = {"Bearer", "Basic ", " Bearer ", "Bearer\t", "Bearer Bearer "};
  for (size_t i = 0; i < 3; ++i) {
    snprintf(whole, sizeof whole, "%s%s", good[i], token);
    assert_int_equal(s_verify(&own, askiam_str_from(whole)), ASKIAM_STATUS_OK);
  }
  for (size_t i = 0; i < 5; ++i) {
    snprintf(whole, sizeof whole, "%s%s", bad[i], token);
    assert_int_equal(s_verify(&own, askiam_str_from(whole)), ASKIAM_STATUS_NOT_PERMITTED);
  }
  assert_int_equal(s_verify(&own, ASKI_STR("Bearer ")), ASKIAM_STATUS_NOT_PERMITTED);
  s_end(&own);
}

static void verifier__is_unavailable_without_keys(void **state)
{
  (void)state;
  fixture own;
  s_begin(&own);
  char token[TEST_TOKEN_BYTES];
  test_sign(token, TEST_KEY_EC, "{\"alg\":\"ES256\",\"kid\":\"ec\"}", JOHN);
  s_write(&own, "{\"keys\":[]}");
  assert_int_equal(s_verify(&own, askiam_str_from(token)), ASKIAM_STATUS_UNAVAILABLE);
  unlink(own.path);
  assert_int_equal(s_verify(&own, askiam_str_from(token)), ASKIAM_STATUS_UNAVAILABLE);
  own.settings.jwks.location = ASKI_STR("http://id.example/keys");
  assert_int_equal(s_verify(&own, askiam_str_from(token)), ASKIAM_STATUS_CONFIG);
  own.settings.jwks.location = ASKI_STR("https://");
  assert_int_equal(s_verify(&own, askiam_str_from(token)), ASKIAM_STATUS_CONFIG);
  s_end(&own);
}

static void verifier__lack_of_memory_never_takes_nor_refuses(void **state)
{
  (void)state;
  fixture own;
  s_begin(&own);
  own.secret_id = "secret";
  char token[TEST_TOKEN_BYTES];
  test_sign(token, TEST_KEY_EC, "{\"alg\":\"ES256\",\"kid\":\"ec\"}",
            "{" CLAIMS ",\"sub\":\"a\",\"scope\":\"audit\",\"groups\":[\"b\"]}");
  askiam_status status = ASKIAM_STATUS_NO_MEMORY;
  long at = 1;
  for (; status != ASKIAM_STATUS_OK; ++at) {
    test_allocator_fail_at(&own.allocator, at);
    status = s_verify(&own, askiam_str_from(token));
    if (status != ASKIAM_STATUS_OK && status != ASKIAM_STATUS_NO_MEMORY) {
      fail_msg("request %ld: %s", at, own.said);
    }
    assert_int_equal(own.allocator.outstanding, 0);
  }
  assert_true(at > 15);
  s_end(&own);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(verifier__takes_tokens_of_each_kind_of_key),
      cmocka_unit_test(verifier__refuses_swapped_keys_and_algorithms),
      cmocka_unit_test(verifier__takes_a_token_without_kid_where_there_is_one_key),
      cmocka_unit_test(verifier__refuses_what_the_claims_forbid),
      cmocka_unit_test(verifier__reads_scopes_and_groups),
      cmocka_unit_test(verifier__wants_an_address_verified),
      cmocka_unit_test(verifier__drops_the_scheme),
      cmocka_unit_test(verifier__is_unavailable_without_keys),
      cmocka_unit_test(verifier__lack_of_memory_never_takes_nor_refuses),
  };
  return cmocka_run_group_tests(tests, NULL, test_keys_clean_up);
}
