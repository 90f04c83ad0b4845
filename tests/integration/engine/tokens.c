/* SPDX-License-Identifier: Apache-2.0
 *
 * askiam_token_verify by the settings of an engine. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <unistd.h>

#include "fixture.h"
#include "support/tokens.h"

/* The fixture's clock stands at 1795435200. */
#define CLAIMS "\"iss\":\"https://id.example/\",\"aud\":\"askiam\",\"exp\":1795435500"

static void s_write(const fixture *home, const char *name, const char *text, char *out_path, size_t room)
{
  snprintf(out_path, room, "%s/%s", home->folder, name);
  FILE *file = fopen(out_path, "w");
  assert_non_null(file);
  fputs(text, file);
  assert_int_equal(fclose(file), 0);
}

static void s_configure(fixture *home, const char *key, const char *value)
{
  assert_int_equal(askiam_config_set(home->config, key, value, NULL), ASKIAM_STATUS_OK);
}

static void s_configure_all(fixture *home)
{
  char path[128];
  char key[TEST_JWK_BYTES];
  test_jwk(key, TEST_KEY_ED25519, "ed", "");
  s_write(home, "jwks.json", key, path, sizeof path);
  s_configure(home, "auth.jwks", path);
  s_write(home, "secret", TEST_SECRET "\n", path, sizeof path);
  s_configure(home, "auth.hs256_key_file", path);
  s_configure(home, "auth.hs256_kid", "hs");
  s_configure(home, "auth.issuer", "https://id.example/");
  s_configure(home, "auth.audience", "askiam other");
  fixture_reopen(home);
}

static askiam_status s_verify(fixture *home, askiam_principal **out_principal, const char *token, askiam_error *error)
{
  *error = (askiam_error)ASKIAM_ERROR_INIT;
  askiam_status status = askiam_token_verify(out_principal, home->engine, askiam_str_from(token), error);
  assert_int_equal(error->status, status);
  return status;
}

static void tokens__give_a_principal_that_outlives_the_engine(void **state)
{
  fixture *home = *state;
  s_configure_all(home);
  char token[TEST_TOKEN_BYTES];
  askiam_principal *principal = NULL;
  askiam_error error;
  test_sign(token, TEST_KEY_ED25519, "{\"alg\":\"EdDSA\",\"kid\":\"ed\"}",
            "{" CLAIMS ",\"sub\":\"john.doe\",\"scope\":\"audit\",\"groups\":[\"HR Team\",\"staff\"]}");
  if (s_verify(home, &principal, token, &error) != ASKIAM_STATUS_OK) {
    fail_msg("%s", error.message);
  }
  fixture_reopen(home);
  assert_memory_equal(askiam_principal_id(principal).data, "john.doe", 8);
  assert_memory_equal(askiam_principal_method(principal).data, "jwt", 3);
  assert_memory_equal(askiam_principal_groups(principal).data, "HR%20Team staff", 15);
  assert_int_equal(askiam_principal_expires_at_ms(principal), INT64_C(1795435500000));
  assert_int_equal(askiam_principal_has_scope(principal, ASKIAM_SCOPE_AUDIT), 1);
  assert_int_equal(askiam_principal_has_scope(principal, ASKIAM_SCOPE_ON_BEHALF), 0);
  askiam_principal_destroy(principal);
  test_sign(token, TEST_KEY_SECRET, "{\"alg\":\"HS256\",\"kid\":\"hs\"}", "{" CLAIMS ",\"sub\":\"a\"}");
  assert_int_equal(s_verify(home, &principal, token, &error), ASKIAM_STATUS_OK);
  askiam_principal_destroy(principal);
}

static void tokens__refused_give_nobody(void **state)
{
  fixture *home = *state;
  s_configure_all(home);
  static const char *const payloads[] = {
      "{" CLAIMS ",\"sub\":\"\"}",
      "{" CLAIMS ",\"sub\":\"a\\nb\"}",
      "{" CLAIMS ",\"sub\":\"a\",\"scope\":\"a\\u0007\"}",
      "{\"iss\":\"https://id.example/\",\"aud\":\"askiam\",\"exp\":1795435100,\"sub\":\"a\"}",
      "{\"iss\":\"https://other.example/\",\"aud\":\"askiam\",\"exp\":1795435500,\"sub\":\"a\"}",
  };
  char token[TEST_TOKEN_BYTES];
  askiam_error error;
  for (size_t i = 0; i < sizeof payloads / sizeof *payloads; ++i) {
    askiam_principal *principal = NULL;
    test_sign(token, TEST_KEY_ED25519, "{\"alg\":\"EdDSA\",\"kid\":\"ed\"}", payloads[i]);
    assert_int_equal(s_verify(home, &principal, token, &error), ASKIAM_STATUS_NOT_PERMITTED);
    assert_null(principal);
    assert_non_null(strstr(error.message, "refused"));
  }
}

static void tokens__need_an_issuer_an_audience_and_keys(void **state)
{
  fixture *home = *state;
  static const char *const needed[] = {"auth.issuer", "auth.audience", "auth.claims.principal", "auth.claims.audience"};
  char token[TEST_TOKEN_BYTES];
  askiam_principal *principal = NULL;
  askiam_error error;
  test_sign(token, TEST_KEY_ED25519, "{\"alg\":\"EdDSA\",\"kid\":\"ed\"}", "{" CLAIMS ",\"sub\":\"a\"}");
  assert_int_equal(s_verify(home, &principal, token, &error), ASKIAM_STATUS_CONFIG);
  for (size_t i = 0; i < sizeof needed / sizeof *needed; ++i) {
    s_configure_all(home);
    s_configure(home, "auth.claims.principal", "sub");
    s_configure(home, needed[i], " ");
    fixture_reopen(home);
    assert_int_equal(s_verify(home, &principal, token, &error), ASKIAM_STATUS_CONFIG);
    assert_non_null(strstr(error.message, needed[i]));
    s_configure(home, needed[i], i == 3 ? "aud" : "sub");
  }
  s_configure_all(home);
  s_configure(home, "auth.jwks", "");
  s_configure(home, "auth.hs256_key_file", "");
  fixture_reopen(home);
  assert_int_equal(s_verify(home, &principal, token, &error), ASKIAM_STATUS_CONFIG);
  s_configure(home, "auth.hs256_key_file", "/nowhere/secret");
  fixture_reopen(home);
  assert_int_equal(s_verify(home, &principal, token, &error), ASKIAM_STATUS_CONFIG);
  assert_int_equal(askiam_token_verify(NULL, home->engine, askiam_str_from(token), NULL),
                   ASKIAM_STATUS_INVALID_ARGUMENT);
  assert_int_equal(askiam_token_verify(&principal, NULL, askiam_str_from(token), NULL), ASKIAM_STATUS_INVALID_ARGUMENT);
}

static void tokens__secrets_may_be_json_web_keys(void **state)
{
  fixture *home = *state;
  char path[128];
  char key[TEST_JWK_BYTES];
  char token[TEST_TOKEN_BYTES];
  askiam_principal *principal = NULL;
  askiam_error error;
  s_configure_all(home);
  test_jwk(key, TEST_KEY_SECRET, "its-own", "");
  s_write(home, "secret", key, path, sizeof path);
  test_sign(token, TEST_KEY_SECRET, "{\"alg\":\"HS256\",\"kid\":\"its-own\"}", "{" CLAIMS ",\"sub\":\"a\"}");
  assert_int_equal(s_verify(home, &principal, token, &error), ASKIAM_STATUS_CONFIG); /* two kids */
  s_configure(home, "auth.hs256_kid", "");
  fixture_reopen(home);
  assert_int_equal(s_verify(home, &principal, token, &error), ASKIAM_STATUS_OK);
  askiam_principal_destroy(principal);
  s_write(home, "secret", "short", path, sizeof path);
  fixture_reopen(home);
  assert_int_equal(s_verify(home, &principal, token, &error), ASKIAM_STATUS_CONFIG);
  assert_null(strstr(error.message, "short key"));
}

/* A fresh engine each time, so that the keys are read anew too. */
static void tokens__without_memory_give_nobody(void **state)
{
  fixture *home = *state;
  static const struct {
    test_key_kind key;
    const char *header;
  } signers[] = {{TEST_KEY_ED25519, "{\"alg\":\"EdDSA\",\"kid\":\"ed\"}"},
                 {TEST_KEY_SECRET, "{\"alg\":\"HS256\",\"kid\":\"hs\"}"}};
  char token[TEST_TOKEN_BYTES];
  s_configure_all(home);
  for (size_t i = 0; i < sizeof signers / sizeof *signers; ++i) {
    test_sign(token, signers[i].key, signers[i].header,
              "{" CLAIMS ",\"sub\":\"john.doe\",\"scope\":\"audit\",\"groups\":[\"HR Team\"]}");
    askiam_status status = ASKIAM_STATUS_NO_MEMORY;
    long at = 0;
    while (status != ASKIAM_STATUS_OK) {
      askiam_principal *principal = NULL;
      askiam_error error;
      fixture_reopen(home);
      test_allocator_fail_at(&home->allocator, ++at);
      status = s_verify(home, &principal, token, &error);
      test_allocator_fail_at(&home->allocator, 0);
      assert_int_equal(principal != NULL, status == ASKIAM_STATUS_OK);
      if (status != ASKIAM_STATUS_OK) {
        assert_int_equal(status, ASKIAM_STATUS_NO_MEMORY);
        assert_int_equal(s_verify(home, &principal, token, &error), ASKIAM_STATUS_OK); /* it mends itself */
      }
      askiam_principal_destroy(principal);
    }
    assert_true(at > 10);
  }
}

static void tokens__claims_that_somebody_else_verified_name_the_same_principal(void **state)
{
  fixture *home = *state;
  static const char claims[] =
      "{" CLAIMS ",\"sub\":\"john.doe\",\"scope\":\"audit x\",\"groups\":[\"HR Team\",\"staff\"]}";
  char token[TEST_TOKEN_BYTES];
  askiam_principal *of_token = NULL;
  askiam_principal *of_claims = NULL;
  askiam_error error;
  s_configure_all(home);
  test_sign(token, TEST_KEY_ED25519, "{\"alg\":\"EdDSA\",\"kid\":\"ed\"}", claims);
  assert_int_equal(s_verify(home, &of_token, token, &error), ASKIAM_STATUS_OK);
  assert_int_equal(askiam_principal_from_claims(&of_claims, askiam_str_from(claims), home->config, NULL, &error),
                   ASKIAM_STATUS_OK);
  askiam_str (*const parts[])(const askiam_principal *) = {askiam_principal_id, askiam_principal_method,
                                                           askiam_principal_scopes, askiam_principal_groups};
  for (size_t i = 0; i < sizeof parts / sizeof *parts; ++i) {
    assert_int_equal(parts[i](of_claims).length, parts[i](of_token).length);
    assert_memory_equal(parts[i](of_claims).data, parts[i](of_token).data, parts[i](of_token).length);
  }
  assert_int_equal(askiam_principal_expires_at_ms(of_claims), 0); /* who handed them on answers for the time */
  askiam_principal_destroy(of_token);
  askiam_principal_destroy(of_claims);
}

static void tokens__claims_that_name_nobody_are_refused(void **state)
{
  fixture *home = *state;
  static const struct {
    const char *principal_claim, *json;
  } cases[] = {{"sub", "{}"},
               {"sub", "[]"},
               {"sub", "{\"sub\":"},
               {"sub", "{\"sub\":\"a\\nb\"}"},
               {"sub", "{\"sub\":\"a\",\"groups\":{}}"},
               {"email", "{\"email\":\"a@b\"}"},
               {"/email", "{\"email\":\"a@b\",\"email_verified\":\"false\"}"},
               {"", "{\"\":\"a\"}"}};
  askiam_principal *principal = NULL;
  askiam_error error = ASKIAM_ERROR_INIT;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
    s_configure(home, "auth.claims.principal", cases[i].principal_claim);
    assert_int_equal(
        askiam_principal_from_claims(&principal, askiam_str_from(cases[i].json), home->config, NULL, &error),
        ASKIAM_STATUS_NOT_PERMITTED);
    assert_null(principal);
    assert_non_null(strstr(error.message, "refused"));
  }
  assert_int_equal(askiam_principal_from_claims(NULL, askiam_str_from("{}"), home->config, NULL, NULL),
                   ASKIAM_STATUS_INVALID_ARGUMENT);
  assert_int_equal(askiam_principal_from_claims(&principal, (askiam_str){NULL, 0}, home->config, NULL, NULL),
                   ASKIAM_STATUS_INVALID_ARGUMENT);
  assert_int_equal(askiam_principal_from_claims(&principal, askiam_str_from("{}"), NULL, NULL, NULL),
                   ASKIAM_STATUS_INVALID_ARGUMENT);
}

static void tokens__claims_without_memory_are_no_refusal(void **state)
{
  fixture *home = *state;
  askiam_str claims = askiam_str_from("{\"sub\":\"john.doe\",\"scope\":\"[audit x]\",\"groups\":[\"HR Team\"]}");
  askiam_status status = ASKIAM_STATUS_NO_MEMORY;
  test_allocator allocator;
  test_allocator_init(&allocator);
  long at = 0;
  while (status != ASKIAM_STATUS_OK) {
    askiam_principal *principal = NULL;
    test_allocator_fail_at(&allocator, ++at);
    status = askiam_principal_from_claims(&principal, claims, home->config, &allocator.base, NULL);
    test_allocator_fail_at(&allocator, 0);
    assert_true(status == ASKIAM_STATUS_OK || status == ASKIAM_STATUS_NO_MEMORY);
    assert_int_equal(principal != NULL, status == ASKIAM_STATUS_OK);
    askiam_principal_destroy(principal);
    assert_int_equal(allocator.outstanding, 0);
  }
  assert_true(at > 4);
}

static void tokens__are_verified_where_one_setting_of_theirs_is_there(void **state)
{
  fixture *home = *state;
  static const char *const settings[] = {"auth.issuer", "auth.audience", "auth.jwks", "auth.hs256_key_file"};
  assert_int_equal(askiam_token_is_configured(NULL), 0);
  assert_int_equal(askiam_token_is_configured(home->engine), 0);
  for (size_t i = 0; i < sizeof settings / sizeof *settings; ++i) {
    s_configure(home, settings[i], "x");
    fixture_reopen(home);
    assert_int_equal(askiam_token_is_configured(home->engine), 1);
    s_configure(home, settings[i], "");
    fixture_reopen(home);
    assert_int_equal(askiam_token_is_configured(home->engine), 0);
  }
}

static int s_tear_down(void **state)
{
  const fixture *home = *state;
  static const char *const names[] = {"jwks.json", "secret"};
  for (size_t i = 0; i < 2; ++i) {
    char path[128];
    snprintf(path, sizeof path, "%s/%s", home->folder, names[i]);
    unlink(path);
  }
  return fixture_tear_down(state);
}

int main(void)
{
#define TOKENS(test) cmocka_unit_test_setup_teardown(test, fixture_set_up, s_tear_down)
  const struct CMUnitTest tests[] = {
      TOKENS(tokens__give_a_principal_that_outlives_the_engine),
      TOKENS(tokens__refused_give_nobody),
      TOKENS(tokens__need_an_issuer_an_audience_and_keys),
      TOKENS(tokens__without_memory_give_nobody),
      TOKENS(tokens__secrets_may_be_json_web_keys),
      TOKENS(tokens__claims_that_somebody_else_verified_name_the_same_principal),
      TOKENS(tokens__claims_that_name_nobody_are_refused),
      TOKENS(tokens__claims_without_memory_are_no_refusal),
      TOKENS(tokens__are_verified_where_one_setting_of_theirs_is_there),
  };
  return cmocka_run_group_tests(tests, NULL, test_keys_clean_up);
}
