/* SPDX-License-Identifier: Apache-2.0
 *
 * The function `authorizer`, over events in the shapes that AWS documents. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "host.h"

#include <stdlib.h>
#include <unistd.h>

#include "apps/lambda/functions.h"
#include "support/tokens.h"

#define METHOD_ARN "arn:aws:execute-api:us-east-1:123456789012:abcdef123/test/GET/request/a:b"
#define STAGE_ARN "arn:aws:execute-api:us-east-1:123456789012:abcdef123/test/*"
/* The fixture's clock stands at 1795435200. */
#define CLAIMS "\"iss\":\"https://id.example/\",\"aud\":\"askiam\",\"exp\":1795435500"

static lambda_host s_host;
static char s_token[TEST_TOKEN_BYTES];
static char s_told[65536];
static lambda_reply s_reply;

static void s_path(char out[128], const fixture *home) { snprintf(out, 128, "%s/jwks.json", home->folder); }

static void s_write_keys(const fixture *home, const char *json)
{
  char path[128];
  s_path(path, home);
  FILE *file = fopen(path, "w");
  assert_non_null(file);
  fputs(json, file);
  assert_int_equal(fclose(file), 0);
}

static void s_configure(fixture *home, const char *key, const char *value)
{
  assert_int_equal(askiam_config_set(home->config, key, value, NULL), ASKIAM_STATUS_OK);
}

static int s_set_up(void **state)
{
  fixture_set_up(state);
  fixture *home = *state;
  char key[TEST_JWK_BYTES];
  char path[128];
  test_jwk(key, TEST_KEY_ED25519, "ed", "");
  s_write_keys(home, key);
  s_path(path, home);
  s_configure(home, "auth.jwks", path);
  s_configure(home, "auth.issuer", "https://id.example/");
  s_configure(home, "auth.audience", "askiam");
  fixture_reopen(home);
  s_host = (lambda_host){.home = home};
  test_sign(s_token, TEST_KEY_ED25519, "{\"alg\":\"EdDSA\",\"kid\":\"ed\"}",
            "{" CLAIMS ",\"sub\":\"john.doe\",\"scope\":\"audit\",\"groups\":[\"HR Team\"]}");
  return 0;
}

static int s_tear_down(void **state)
{
  char path[128];
  s_path(path, *state);
  unlink(path);
  return fixture_tear_down(state);
}

static void s_run(const char *event_json)
{
  test_run(s_told, sizeof s_told, &s_reply, &s_host, askiam_str_from(event_json), lambda_authorizer_run);
  if (s_reply.error_type == NULL) {
    assert_int_equal(askiam_json_check(askiam_str_from(s_told), NULL, NULL), ASKIAM_STATUS_OK);
  }
}

static const char *s_event(const char *format, const char *credential)
{
  static char event[2 * TEST_TOKEN_BYTES + 1024];
  const char *mark = strchr(format, '@');
  assert_non_null(mark);
  int length = snprintf(event, sizeof event, "%.*s%s%s", (int)(mark - format), format, credential, mark + 1);
  assert_true(length > 0 && (size_t)length < sizeof event);
  return event;
}

#define TOKEN_EVENT "{\"type\":\"TOKEN\",\"authorizationToken\":\"@\",\"methodArn\":\"" METHOD_ARN "\"}"
#define REQUEST_EVENT                                                                                                  \
  "{\"type\":\"REQUEST\",\"methodArn\":\"" METHOD_ARN "\",\"resource\":\"/request\",\"path\":\"/request\","            \
  "\"httpMethod\":\"GET\",\"headers\":{\"X-AMZ-Date\":\"20170718T062915Z\",@,\"Host\":\"x\"},"                         \
  "\"queryStringParameters\":{\"QueryString1\":\"queryValue1\"},\"pathParameters\":{},\"stageVariables\":{},"          \
  "\"requestContext\":{\"path\":\"/request\",\"accountId\":\"123456789012\",\"stage\":\"test\","                       \
  "\"identity\":{\"sourceIp\":\"1.2.3.4\"},\"httpMethod\":\"GET\",\"apiId\":\"abcdef123\"}}"
#define HTTP_API_EVENT                                                                                                 \
  "{\"version\":\"2.0\",\"type\":\"REQUEST\",\"routeArn\":\"" METHOD_ARN "\",\"identitySource\":[\"user1\",\"123\"],"  \
  "\"routeKey\":\"$default\",\"rawPath\":\"/my/path\",\"rawQueryString\":\"a=b\",\"cookies\":[\"c\"],\"headers\":{@}," \
  "\"requestContext\":{\"accountId\":\"123456789012\",\"apiId\":\"abcdef123\",\"http\":{\"method\":\"POST\"},"         \
  "\"stage\":\"$default\"}}"
#define JOHN                                                                                                           \
  "\"context\":{\"principalId\":\"john.doe\",\"scopes\":\"audit\",\"groups\":\"HR%20Team\",\"method\":\"jwt\"}"
#define ALLOWED                                                                                                        \
  "{\"principalId\":\"john.doe\",\"policyDocument\":{\"Version\":\"2012-10-17\",\"Statement\":[{\"Action\":"           \
  "\"execute-api:Invoke\",\"Effect\":\"Allow\",\"Resource\":\"" STAGE_ARN "\"}]}," JOHN "}"

static const char *s_bearer(const char *name)
{
  static char header[TEST_TOKEN_BYTES + 64];
  snprintf(header, sizeof header, "\"%s\":\"Bearer %s\"", name, s_token);
  return header;
}

static void s_unauthorized(const char *event)
{
  s_run(event);
  assert_non_null(s_reply.error_type);
  assert_string_equal(s_reply.error_message, "Unauthorized");
}

static void authorizer__token_allows_the_stage(void **state)
{
  (void)state;
  s_run(s_event(TOKEN_EVENT, s_token));
  assert_string_equal(s_told, ALLOWED);
  char bearer[TEST_TOKEN_BYTES + 16];
  snprintf(bearer, sizeof bearer, "bearer  %s", s_token);
  s_run(s_event(TOKEN_EVENT, bearer));
  assert_string_equal(s_told, ALLOWED);
}

static void authorizer__request_is_read_by_its_header(void **state)
{
  (void)state;
  s_run(s_event(REQUEST_EVENT, s_bearer("authorization")));
  assert_string_equal(s_told, ALLOWED);
  s_run(s_event(REQUEST_EVENT, s_bearer("AUTHORIZATION")));
  assert_string_equal(s_told, ALLOWED);
}

static void authorizer__http_api_answers_in_its_form(void **state)
{
  fixture *home = *state;
  s_run(s_event(HTTP_API_EVENT, s_bearer("authorization")));
  assert_string_equal(s_told, "{\"isAuthorized\":true," JOHN "}");
  s_run(s_event(HTTP_API_EVENT, "\"a\":\"b\""));
  assert_string_equal(s_told, "{\"isAuthorized\":false,\"context\":{}}");
  s_configure(home, "auth.authorizer_response", "policy");
  s_run(s_event(HTTP_API_EVENT, s_bearer("authorization")));
  assert_string_equal(s_told, ALLOWED);
  s_run(s_event(HTTP_API_EVENT, "\"authorization\":\"Bearer x\""));
  assert_non_null(strstr(s_told, "\"principalId\":\"nobody\""));
  assert_non_null(strstr(s_told, "\"Effect\":\"Deny\",\"Resource\":\"" STAGE_ARN "\""));
  assert_null(strstr(s_told, "Allow"));
}

static void authorizer__nobody_is_unauthorized(void **state)
{
  (void)state;
  static const char *const headers[] = {
      "\"a\":\"b\"",
      "\"Authorization\":\"\"",
      "\"Authorization\":\"Bearer \"",
      "\"Authorization\":null",
      "\"Authorization\":7",
      "\"Authorization\":\"Basic am9objpwYXNz\"",
      "\"x-api-key\":\"\"",
      "\"x-api-key\":\"askiam_0\"",
      "\"x-api-key\":\"anything\"",
  };
  for (size_t i = 0; i < sizeof headers / sizeof *headers; ++i) {
    s_unauthorized(s_event(REQUEST_EVENT, headers[i]));
  }
  s_token[strlen(s_token) - 2] ^= 1;
  s_unauthorized(s_event(TOKEN_EVENT, s_token));
  test_sign(s_token, TEST_KEY_ED25519, "{\"alg\":\"EdDSA\",\"kid\":\"ed\"}",
            "{\"iss\":\"https://id.example/\",\"aud\":\"askiam\",\"exp\":1795435100,\"sub\":\"john.doe\"}");
  s_unauthorized(s_event(TOKEN_EVENT, s_token));
  test_sign(s_token, TEST_KEY_SECRET, "{\"alg\":\"HS256\",\"kid\":\"ed\"}", "{" CLAIMS ",\"sub\":\"john.doe\"}");
  s_unauthorized(s_event(TOKEN_EVENT, s_token));
  static char large[TEST_TOKEN_BYTES];
  memset(large, 'a', 20000);
  s_unauthorized(s_event(TOKEN_EVENT, large));
}

static void authorizer__a_header_twice_is_nobody(void **state)
{
  (void)state;
  char twice[2 * TEST_TOKEN_BYTES];
  snprintf(twice, sizeof twice, "%s,\"Authorization\":\"Bearer x\"", s_bearer("authorization"));
  s_unauthorized(s_event(REQUEST_EVENT, twice));
  snprintf(twice, sizeof twice, "%s},\"multiValueHeaders\":{\"authorization\":[\"Bearer x\",\"Bearer y\"]",
           s_bearer("authorization"));
  s_unauthorized(s_event("{\"type\":\"REQUEST\",\"methodArn\":\"" METHOD_ARN "\",\"headers\":{@}}", twice));
}

/* The secret of a key that was made for jane.smith. */
static void s_make_key(fixture *home, char out[160])
{
  char *json = NULL;
  const askiam_key_options options = {.size = sizeof options,
                                      .owner_id = askiam_str_from("jane.smith"),
                                      .scopes = askiam_str_from("on-behalf"),
                                      .per_minute = 1,
                                      .burst = 2};
  askiam_error error = ASKIAM_ERROR_INIT;
  if (askiam_key_create(&json, home->engine, &options, &error) != ASKIAM_STATUS_OK) {
    fail_msg("%s", error.message);
  }
  app_scratch scratch = APP_SCRATCH_INIT;
  askiam_str key = app_json_text(&scratch, app_json_member(askiam_str_from(json), "key"));
  snprintf(out, 160, "%.*s", (int)key.length, key.data);
  app_scratch_clean_up(&scratch);
  askiam_string_free(home->engine, json);
}

static void authorizer__api_key_is_its_owner_until_its_rate_is_used_up(void **state)
{
  fixture *home = *state;
  char key[160];
  char header[256];
  s_make_key(home, key);
  snprintf(header, sizeof header, "\"X-Api-Key\":\"%s\"", key);
  s_run(s_event(REQUEST_EVENT, header));
  assert_non_null(strstr(s_told, "{\"principalId\":\"jane.smith\","));
  assert_non_null(strstr(s_told, "\"Effect\":\"Allow\""));
  assert_non_null(strstr(s_told, "\"scopes\":\"on-behalf\",\"groups\":\"\",\"method\":\"key\"}"));
  assert_null(strstr(s_told, "usageIdentifierKey"));
  s_configure(home, "auth.usage_key", "true");
  s_run(s_event(TOKEN_EVENT, key));
  snprintf(header, sizeof header, ",\"usageIdentifierKey\":\"%s\"}", key);
  assert_non_null(strstr(s_told, header));
  s_run(s_event(TOKEN_EVENT, key));
  assert_non_null(strstr(s_told, "\"Effect\":\"Deny\""));
  assert_null(strstr(s_told, key));
}

static void authorizer__bad_token_is_not_whom_a_key_names(void **state)
{
  static const char *const authorizations[] = {
      "\"authorization\":\"Bearer x\"",
      "\"authorization\":\"\"",
      "\"authorization\":7",
      "\"authorization\":\"Bearer x\",\"Authorization\":\"Bearer y\"",
  };
  char key[160];
  char headers[512];
  s_make_key(*state, key);
  for (size_t i = 0; i < sizeof authorizations / sizeof *authorizations; ++i) {
    snprintf(headers, sizeof headers, "%s,\"x-api-key\":\"%s\"", authorizations[i], key);
    s_unauthorized(s_event(REQUEST_EVENT, headers));
  }
  snprintf(headers, sizeof headers,
           "\"x-api-key\":\"%s\"},\"multiValueHeaders\":{\"Authorization\":[\"Bearer x\",\"Bearer y\"]", key);
  s_unauthorized(s_event("{\"type\":\"REQUEST\",\"methodArn\":\"" METHOD_ARN "\",\"headers\":{@}}", headers));
  snprintf(headers, sizeof headers, "\"x-api-key\":\"%s\"", key);
  s_run(s_event(REQUEST_EVENT, headers));
  assert_non_null(strstr(s_told, "\"principalId\":\"jane.smith\"")); /* the key alone is good */
}

static void authorizer__without_settings_for_tokens_takes_keys_only(void **state)
{
  fixture *home = *state;
  static const char *const settings[] = {"auth.issuer", "auth.audience", "auth.jwks", "auth.hs256_key_file"};
  char key[160];
  char header[256];
  s_make_key(home, key);
  for (size_t i = 0; i < sizeof settings / sizeof *settings; ++i) {
    s_configure(home, settings[i], "");
  }
  fixture_reopen(home);
  s_unauthorized(s_event(TOKEN_EVENT, s_token));
  s_unauthorized(s_event(REQUEST_EVENT, "\"x-api-key\":\"anything\""));
  s_unauthorized(s_event(REQUEST_EVENT, "\"Authorization\":\"Basic am9objpwYXNz\""));
  snprintf(header, sizeof header, "\"x-api-key\":\"%s\"", key);
  s_run(s_event(REQUEST_EVENT, header));
  assert_non_null(strstr(s_told, "{\"principalId\":\"jane.smith\","));
  for (size_t i = 0; i < sizeof settings / sizeof *settings; ++i) {
    s_configure(home, settings[i], "/nowhere");
    fixture_reopen(home);
    s_run(s_event(TOKEN_EVENT, s_token));
    assert_string_equal(s_reply.error_type, "CONFIG");
    s_configure(home, settings[i], "");
  }
}

static void authorizer__what_cannot_be_found_out_is_an_error(void **state)
{
  fixture *home = *state;
  s_write_keys(home, "{}");
  s_run(s_event(TOKEN_EVENT, s_token));
  assert_string_equal(s_reply.error_type, "UNAVAILABLE");
  s_configure(home, "auth.audience", "");
  fixture_reopen(home);
  s_run(s_event(HTTP_API_EVENT, s_bearer("authorization")));
  assert_string_equal(s_reply.error_type, "CONFIG");
  s_host.broken = true;
  s_run(s_event(TOKEN_EVENT, s_token));
  assert_string_equal(s_reply.error_type, "CONFIG");
}

static void authorizer__hostile_events_are_refused(void **state)
{
  (void)state;
  static const char *const events[] = {
      "null",
      "[]",
      "\"TOKEN\"",
      "7",
      "{}",
      "{\"type\":\"TOKEN\"}",
      "{\"type\":[\"TOKEN\"],\"methodArn\":\"" METHOD_ARN "\"}",
      "{\"type\":\"token\",\"methodArn\":\"" METHOD_ARN "\"}",
      "{\"type\":\"TOKEN\",\"methodArn\":7,\"authorizationToken\":\"x\"}",
      "{\"type\":\"TOKEN\",\"methodArn\":\"*\",\"authorizationToken\":\"x\"}",
      "{\"type\":\"TOKEN\",\"methodArn\":\"arn:\",\"authorizationToken\":\"x\"}",
      "{\"type\":\"TOKEN\",\"methodArn\":\"arn:aws:s3:::a/b/c\",\"authorizationToken\":\"x\"}",
      "{\"type\":\"TOKEN\",\"methodArn\":\"arn:aws:execute-api:r:1:*/test/GET/x\",\"authorizationToken\":\"x\"}",
      "{\"type\":\"TOKEN\",\"methodArn\":\"arn:aws:execute-api:r:1:a/*/GET/x\",\"authorizationToken\":\"x\"}",
      "{\"type\":\"TOKEN\",\"methodArn\":\"arn:aws:execute-api:r:1:a/test\",\"authorizationToken\":\"x\"}",
      "{\"version\":\"2.0\",\"type\":\"REQUEST\",\"methodArn\":\"" METHOD_ARN "\"}",
  };
  for (size_t i = 0; i < sizeof events / sizeof *events; ++i) {
    s_run(events[i]);
    assert_string_equal(s_reply.error_type, "InvalidEvent");
  }
  static const char *const odd[] = {"\"headers\":[]",
                                    "\"headers\":\"x\"",
                                    "\"headers\":null",
                                    "\"headers\":{\"authorization\":{}}",
                                    "\"headers\":{\"authorization\":\"\\ud83d\\ude00.\\u0001.\"}",
                                    "\"headers\":{},\"multiValueHeaders\":[1]",
                                    "\"headers\":{},\"multiValueHeaders\":{\"authorization\":7}"};
  for (size_t i = 0; i < sizeof odd / sizeof *odd; ++i) {
    s_unauthorized(s_event("{\"type\":\"REQUEST\",\"methodArn\":\"" METHOD_ARN "\",@}", odd[i]));
  }
}

/* No event that lost or changed a byte allows, but where that byte says nothing of who calls. */
static void authorizer__mangled_events_never_crash(void **state)
{
  (void)state;
  char whole[8192];
  int written = snprintf(whole, sizeof whole, "%s", s_event(REQUEST_EVENT, s_bearer("authorization")));
  assert_true(written > 0 && (size_t)written < sizeof whole);
  size_t length = (size_t)written;
  for (size_t i = 0; i < length; ++i) {
    char was = whole[i];
    static const char others[] = {'"', '}', 'x', ' '};
    whole[i] = others[i % sizeof others];
    if (askiam_json_check((askiam_str){whole, length}, NULL, NULL) == ASKIAM_STATUS_OK) {
      s_run(whole);
      assert_true(s_reply.error_type != NULL || strstr(s_told, "john.doe") != NULL);
    }
    whole[i] = was;
  }
}

int main(void)
{
#define AUTHORIZER(test) cmocka_unit_test_setup_teardown(test, s_set_up, s_tear_down)
  const struct CMUnitTest tests[] = {
      AUTHORIZER(authorizer__token_allows_the_stage),
      AUTHORIZER(authorizer__request_is_read_by_its_header),
      AUTHORIZER(authorizer__http_api_answers_in_its_form),
      AUTHORIZER(authorizer__nobody_is_unauthorized),
      AUTHORIZER(authorizer__a_header_twice_is_nobody),
      AUTHORIZER(authorizer__api_key_is_its_owner_until_its_rate_is_used_up),
      AUTHORIZER(authorizer__bad_token_is_not_whom_a_key_names),
      AUTHORIZER(authorizer__without_settings_for_tokens_takes_keys_only),
      AUTHORIZER(authorizer__what_cannot_be_found_out_is_an_error),
      AUTHORIZER(authorizer__hostile_events_are_refused),
      AUTHORIZER(authorizer__mangled_events_never_crash),
  };
  return cmocka_run_group_tests(tests, NULL, test_keys_clean_up);
}
