/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "host.h"

#include "apps/lambda/http_principal.h"

static askiam_config *s_config;

static int s_set_up(void **state)
{
  (void)state;
  return askiam_config_new(&s_config, NULL, NULL) == ASKIAM_STATUS_OK ? 0 : -1;
}

static int s_tear_down(void **state)
{
  (void)state;
  askiam_config_destroy(s_config);
  return 0;
}

static void s_set(const char *key, const char *value)
{
  assert_int_equal(askiam_config_set(s_config, key, value, NULL), ASKIAM_STATUS_OK);
}

/* "id method [scopes] [groups]"; "nobody" where the event says nothing, "refused" where it names nobody. */
static void s_assert(int version, const char *caller, const char *expected)
{
  const test_event event = {.version = version, .caller = caller};
  lambda_http_request request;
  askiam_principal *principal = NULL;
  askiam_error error = ASKIAM_ERROR_INIT;
  char found[1024] = "nobody";
  lambda_http_request_read(&request, test_event_json(&event));
  askiam_status status = lambda_http_principal_read(&principal, &request, s_config, &error);
  if (status != ASKIAM_STATUS_OK) {
    assert_true(status == ASKIAM_STATUS_BAD_DATA || status == ASKIAM_STATUS_NOT_PERMITTED);
    assert_null(principal);
    snprintf(found, sizeof found, "refused");
  } else if (principal != NULL) {
    const askiam_str parts[] = {askiam_principal_id(principal), askiam_principal_method(principal),
                                askiam_principal_scopes(principal), askiam_principal_groups(principal)};
    snprintf(found, sizeof found, "%.*s %.*s [%.*s] [%.*s]", (int)parts[0].length, parts[0].data, (int)parts[1].length,
             parts[1].data, (int)parts[2].length, parts[2].data, (int)parts[3].length, parts[3].data);
  }
  assert_string_equal(found, expected);
  askiam_principal_destroy(principal);
  lambda_http_request_clean_up(&request);
}

static void http__claims_of_a_token_name_the_caller(void **state)
{
  (void)state;
  s_assert(1, JOHN_1, "john.doe jwt [] []");
  s_assert(2, JOHN_2, "john.doe jwt [] []");
  s_assert(2,
           "\"authorizer\":{\"jwt\":{\"claims\":{\"sub\":\"a\",\"scope\":\"on-behalf audit\",\"groups\":\"[x y]\"}}}",
           "a jwt [on-behalf audit] [x y]");
  s_assert(1, "\"authorizer\":{\"claims\":{\"sub\":\"a\",\"scope\":\"x,audit\",\"groups\":\"g,h\"}}",
           "a jwt [x,audit] [g h]");
}

/* As from the token itself, so that no name makes two words; what gateways write as one text cannot be told apart. */
static void http__a_blank_within_a_claim_s_word_is_kept_where_the_form_allows_it(void **state)
{
  (void)state;
  s_assert(2, "\"authorizer\":{\"jwt\":{\"claims\":{\"sub\":\"a\",\"groups\":[\"x\",\"HR audit\",\"50%\"]}}}",
           "a jwt [] [x HR%20audit 50%25]");
  s_assert(2, "\"authorizer\":{\"jwt\":{\"claims\":{\"sub\":\"a\",\"groups\":\"[x HR%20audit]\"}}}",
           "a jwt [] [x HR%2520audit]");
  s_assert(2, "\"authorizer\":{\"jwt\":{\"claims\":{\"sub\":\"a\",\"groups\":\"[HR audit]\"}}}", "a jwt [] [HR audit]");
  s_assert(2, "\"authorizer\":{\"jwt\":{\"claims\":{\"sub\":\"a\",\"scope\":[\"x\",7]}}}", "refused");
}

static void http__claims_are_read_by_their_configured_names(void **state)
{
  (void)state;
  s_set("auth.claims.principal", "email");
  s_set("auth.claims.groups", "cognito:groups");
  s_set("auth.claims.scopes", "");
  s_assert(1,
           "\"authorizer\":{\"claims\":{\"sub\":\"1-2\",\"email\":\"a@b\",\"email_verified\":\"true\","
           "\"cognito:groups\":\"x,y\",\"scope\":\"audit\",\"\":\"audit\"}}",
           "a@b jwt [] [x y]");
  s_set("auth.claims.principal", "sub");
  s_set("auth.claims.groups", "/realm_access/roles");
  s_assert(2, "\"authorizer\":{\"jwt\":{\"claims\":{\"sub\":\"a\",\"realm_access\":{\"roles\":[\"x\"]}}}}",
           "a jwt [] [x]");
}

static void http__an_email_names_nobody_until_it_is_verified(void **state)
{
  (void)state;
  s_set("auth.claims.principal", "email");
  s_assert(1, "\"authorizer\":{\"claims\":{\"email\":\"a@b\"}}", "refused");
  s_assert(1, "\"authorizer\":{\"claims\":{\"email\":\"a@b\",\"email_verified\":\"false\"}}", "refused");
  s_assert(2, "\"authorizer\":{\"jwt\":{\"claims\":{\"email\":\"a@b\",\"email_verified\":false}}}", "refused");
  s_assert(2, "\"authorizer\":{\"jwt\":{\"claims\":{\"email\":\"a@b\",\"email_verified\":\"true\"}}}", "a@b jwt [] []");
  s_assert(2, "\"authorizer\":{\"jwt\":{\"claims\":{\"email\":\"a@b\",\"email_verified\":true}}}", "a@b jwt [] []");
}

static void http__claims_that_name_nobody_are_refused_whatever_else_there_is(void **state)
{
  (void)state;
  const char *iam = ",\"identity\":{\"userArn\":\"arn:aws:iam::1:user/x\"}";
  char caller[256];
  static const char *const s_claims[] = {
      "{}", "{\"sub\":\"\"}", "{\"sub\":7}", "{\"sub\":[\"a\"]}", "{\"SUB\":\"a\"}", "{\"sub\":\"a\\nb\"}"};
  for (size_t i = 0; i < sizeof s_claims / sizeof *s_claims; ++i) {
    snprintf(caller, sizeof caller, "\"authorizer\":{\"jwt\":{\"claims\":%s}}%s", s_claims[i], iam);
    s_assert(2, caller, "refused");
  }
}

static void http__context_of_a_lambda_authorizer_names_the_caller(void **state)
{
  (void)state;
  s_assert(1, "\"authorizer\":{\"principalId\":\"a\",\"scopes\":\"audit\",\"groups\":\"x y\",\"integrationLatency\":3}",
           "a authorizer [audit] [x y]");
  s_assert(2, "\"authorizer\":{\"lambda\":{\"principalId\":\"a\",\"scopes\":\"audit\"}}", "a authorizer [audit] []");
  s_assert(2, "\"authorizer\":{\"lambda\":{\"principalId\":\"a\",\"scopes\":\"[audit] x,audit\"}}",
           "a authorizer [[audit] x,audit] []");
  s_assert(2, "\"authorizer\":{\"lambda\":{\"principalId\":\"a\",\"groups\":\"HR%20Team staff\"}}",
           "a authorizer [] [HR%20Team staff]"); /* as the authorizer wrote it */
  s_assert(2, "\"authorizer\":{\"lambda\":{\"user\":\"a\"}}", "refused");
  s_assert(2, "\"authorizer\":{\"lambda\":null}", "nobody");
  s_assert(1, "\"authorizer\":{\"claims\":null,\"scopes\":null}", "nobody");
  s_assert(1, "\"authorizer\":{\"principalId\":7}", "refused");
}

static void http__forms_of_the_other_payload_are_not_believed(void **state)
{
  (void)state;
  s_assert(1, JOHN_2, "nobody");
  s_assert(2, JOHN_1, "nobody");
  s_assert(2, "\"authorizer\":{\"principalId\":\"a\"}", "nobody");
}

static void http__iam_callers_are_their_arn_unless_configured(void **state)
{
  (void)state;
  s_assert(2, "\"authorizer\":{\"iam\":{\"userArn\":\"arn:aws:iam::111122223333:user/jane\"}}",
           "arn:aws:iam::111122223333:user/jane iam [] []");
  s_set("http.iam_principal", "name");
  s_assert(2, "\"authorizer\":{\"iam\":{\"userArn\":\"arn:aws:iam::111122223333:user/hr/jane\"}}", "jane iam [] []");
  s_assert(2, "\"authorizer\":{\"iam\":{\"userArn\":\"arn:aws:sts::1:assumed-role/helpdesk/jane.doe\"}}",
           "jane.doe iam [] []");
  s_assert(2, "\"authorizer\":{\"iam\":{\"userArn\":\"arn:aws:iam::111122223333:root\"}}", "refused");
  s_assert(2, "\"authorizer\":{\"iam\":{\"userArn\":\"arn:aws:iam::1:role/helpdesk\"}}", "refused");
  s_assert(2, "\"authorizer\":{\"iam\":{\"userArn\":\"jane\"}}", "refused");
  s_assert(2, "\"authorizer\":{\"iam\":{\"userArn\":null}}", "nobody");
}

static void http__iam_map_gives_ids_and_scopes(void **state)
{
  (void)state;
  s_set("http.iam_map", " arn:aws:iam::1:user/bot  helpdesk on-behalf  audit ;;arn:aws:sts::1:assumed-role/r  role.r;"
                        "arn:aws:iam::1:user/none;arn:aws:sts::1:assumed-role/s/one one");
  s_assert(2, "\"authorizer\":{\"iam\":{\"userArn\":\"arn:aws:iam::1:user/bot\"}}",
           "helpdesk iam [on-behalf audit] []");
  s_assert(2, "\"authorizer\":{\"iam\":{\"userArn\":\"arn:aws:iam::1:user/bots\"}}",
           "arn:aws:iam::1:user/bots iam [] []");
  s_assert(2, "\"authorizer\":{\"iam\":{\"userArn\":\"arn:aws:sts::1:assumed-role/r/anybody\"}}", "role.r iam [] []");
  s_assert(2, "\"authorizer\":{\"iam\":{\"userArn\":\"arn:aws:sts::1:assumed-role/s/one\"}}", "one iam [] []");
  s_assert(2, "\"authorizer\":{\"iam\":{\"userArn\":\"arn:aws:sts::1:assumed-role/s/two\"}}",
           "arn:aws:sts::1:assumed-role/s/two iam [] []");
  s_assert(2, "\"authorizer\":{\"iam\":{\"userArn\":\"arn:aws:iam::1:user/none\"}}",
           "arn:aws:iam::1:user/none iam [] []");
}

/* What a REST API says of an IAM caller stands in `identity`, beside the address. */
static void http__iam_caller_of_a_rest_api_is_read(void **state)
{
  (void)state;
  lambda_http_request request;
  askiam_principal *principal = NULL;
  lambda_http_request_read(&request, askiam_str_from("{\"httpMethod\":\"GET\",\"requestContext\":{\"identity\":{"
                                                     "\"userArn\":\"arn:aws:iam::1:user/x\",\"user\":\"AIDA\"}}}"));
  assert_int_equal(lambda_http_principal_read(&principal, &request, s_config, NULL), ASKIAM_STATUS_OK);
  test_text_is(askiam_principal_id(principal), "arn:aws:iam::1:user/x");
  askiam_principal_destroy(principal);
  lambda_http_request_clean_up(&request);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, s_set_up, s_tear_down)

int main(void)
{
  const struct CMUnitTest tests[] = {
      TEST(http__claims_of_a_token_name_the_caller),
      TEST(http__a_blank_within_a_claim_s_word_is_kept_where_the_form_allows_it),
      TEST(http__claims_are_read_by_their_configured_names),
      TEST(http__an_email_names_nobody_until_it_is_verified),
      TEST(http__claims_that_name_nobody_are_refused_whatever_else_there_is),
      TEST(http__context_of_a_lambda_authorizer_names_the_caller),
      TEST(http__forms_of_the_other_payload_are_not_believed),
      TEST(http__iam_callers_are_their_arn_unless_configured),
      TEST(http__iam_map_gives_ids_and_scopes),
      TEST(http__iam_caller_of_a_rest_api_is_read),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
