/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "engine/config.h"
#include "engine/config_keys.h"
#include "support/allocator.h"

static askiam_config *s_new(test_allocator *allocator)
{
  test_allocator_init(allocator);
  askiam_config *config = NULL;
  assert_int_equal(askiam_config_new(&config, &allocator->base, NULL), ASKIAM_STATUS_OK);
  return config;
}

static void s_end(test_allocator *allocator, askiam_config *config)
{
  askiam_config_destroy(config);
  assert_int_equal(allocator->outstanding, 0);
}

static void s_assert_value(const askiam_config *config, const char *key, const char *expected)
{
  assert_string_equal(askiam_config_get(config, key).data, expected);
}

static void config__dotted_and_nested_keys_of_every_type_are_loaded(void **state)
{
  (void)state;
  test_allocator allocator;
  askiam_config *config = s_new(&allocator);
  askiam_error error = ASKIAM_ERROR_INIT;
  askiam_str json =
      ASKI_STR("{\"store.url\": \"sqlite:x.db\", \"rag\": {\"enabled\": false, \"top_k\": 9, \"timeout_ms\": "
               "\"100\"},\n \"decision\": {\"threshold\": 0.5, \"soft_codes\": [\"SOD_CONFLICT\", "
               "\"RESTRICTED\"]}, \"log\": {}, \"environment\": \"test\"}");
  if (askiam_config_load_json(config, json, &error) != ASKIAM_STATUS_OK) {
    fail_msg("%s", error.message);
  }
  s_assert_value(config, "store.url", "sqlite:x.db");
  s_assert_value(config, "rag.enabled", "false");
  s_assert_value(config, "rag.top_k", "9");
  s_assert_value(config, "rag.timeout_ms", "100");
  s_assert_value(config, "decision.threshold", "0.5");
  s_assert_value(config, "decision.soft_codes", "SOD_CONFLICT,RESTRICTED");
  s_assert_value(config, "environment", "test");
  assert_int_equal(askiam_config_load_json(config, ASKI_STR("{\"decision\":{\"soft_codes\":[]}}"), &error),
                   ASKIAM_STATUS_OK);
  s_assert_value(config, "decision.soft_codes", "");
  s_assert_value(config, "rag.top_k", "9");
  s_end(&allocator, config);
}

static const char *const s_bad[][2] = {
    {"", "line 1, column 1: nothing there"},
    {"{\"rag\":\n{\"top_k\":5,}}", "line 2, column 12: expected a member's name"},
    {"{\"rag.top_k\":5,\"rag.top_k\":6}", "line 1, column 16: the member \"rag.top_k\" occurs twice"},
    {"{\"rag.top_k\":5,\"rag\":{\"top_k\":6}}", "rag.top_k: given twice"},
    {"[]", "a configuration is an object"},
    {"{\"rag\":{\"topk\":5}}", "unknown key \"rag.topk\"; did you mean \"rag.top_k\"?"},
    {"{\"rag\":5}", "unknown key \"rag\"; there are rag.enabled"},
    {"{\"foo\":{\"bar\":{}}}", "unknown key \"foo\""},
    {"{\"environment\":{\"a\":1}}", "environment: must be a text, not an object"},
    {"{\"environment\":5}", "environment: must be a text, not a number"},
    {"{\"rag.top_k\":null}", "rag.top_k: must be a whole number from 1 to 100, not null"},
    {"{\"rag.top_k\":true}", "rag.top_k: must be a whole number from 1 to 100, not true or false"},
    {"{\"rag.top_k\":5.5}", "rag.top_k: must be a whole number from 1 to 100"},
    {"{\"rag.top_k\":1e400}", "rag.top_k: must be a whole number from 1 to 100"},
    {"{\"rag.enabled\":1}", "rag.enabled: must be true or false, not a number"},
    {"{\"decision.mode\":[\"guarded\"]}", "decision.mode: must be one of guarded, rag_first, not a list"},
    {"{\"decision.soft_codes\":[1]}", "decision.soft_codes: must be a list of any of USER_INACTIVE"},
    {"{\"decision.soft_codes\":[\"\"]}", "decision.soft_codes: must be a list of any of USER_INACTIVE"},
    {"{\"decision.soft_codes\":[\"POLICY_DENY\"]}",
     "decision.soft_codes: must be a list of any of USER_INACTIVE, APP_INACTIVE, ROLE_INACTIVE, ROLE_NOT_IN_APP, "
     "ALREADY_ASSIGNED, PREREQUISITE_MISSING, SOD_CONFLICT, RESTRICTED, POLICY_NOT_ALLOWED; POLICY_DENY is always "
     "hard: "
     "no evidence outweighs an explicit Deny"},
};

static void config__a_fault_is_told_and_nothing_is_changed(void **state)
{
  (void)state;
  for (size_t i = 0; i < sizeof s_bad / sizeof *s_bad; ++i) {
    test_allocator allocator;
    askiam_config *config = s_new(&allocator);
    const char *text = s_bad[i][0];
    askiam_error error = ASKIAM_ERROR_INIT;
    assert_int_equal(askiam_config_load_json(config, askiam_str_from(text), &error), ASKIAM_STATUS_CONFIG);
    if (strncmp(error.message, s_bad[i][1], strlen(s_bad[i][1])) != 0) {
      fail_msg("%s: %s", text, error.message);
    }
    s_assert_value(config, "environment", "production");
    s_assert_value(config, "rag.top_k", "5");
    s_end(&allocator, config);
  }
}

static void config__what_stands_around_a_fault_is_not_applied(void **state)
{
  (void)state;
  test_allocator allocator;
  askiam_config *config = s_new(&allocator);
  askiam_str json = ASKI_STR("{\"rag.top_k\":6,\"rag.enabled\":\"no\",\"environment\":\"changed\"}");
  assert_int_equal(askiam_config_load_json(config, json, NULL), ASKIAM_STATUS_CONFIG);
  s_assert_value(config, "environment", "production");
  s_assert_value(config, "rag.top_k", "5");
  s_end(&allocator, config);
}

static void s_write(const char *path, const char *text)
{
  FILE *file = fopen(path, "w");
  assert_non_null(file);
  fputs(text, file);
  fclose(file);
}

static void s_assert_file(askiam_config *config, const char *path, askiam_status expected, const char *message)
{
  askiam_error error = ASKIAM_ERROR_INIT;
  assert_int_equal(askiam_config_load_file(config, path, &error), expected);
  if (message != NULL && strstr(error.message, message) == NULL) {
    fail_msg("%s", error.message);
  }
}

static void config__a_file_is_loaded_and_named_in_messages(void **state)
{
  (void)state;
  test_allocator allocator;
  askiam_config *config = s_new(&allocator);
  char path[] = "/tmp/askiam-config-XXXXXX";
  int file = mkstemp(path);
  assert_true(file >= 0);
  close(file);
  s_write(path, "{\"rag\": {\"top_k\": 3}}\n");
  s_assert_file(config, path, ASKIAM_STATUS_OK, NULL);
  s_assert_value(config, "rag.top_k", "3");
  s_write(path, "{\n  \"rag\": {\"top_k\": }\n}\n");
  char expected[128];
  snprintf(expected, sizeof expected, "%s: line 2, column 20: expected a value", path);
  s_assert_file(config, path, ASKIAM_STATUS_CONFIG, expected);
  s_write(path, "{\"store.url\": \"no url, pass: S3cret\"}");
  askiam_error error = ASKIAM_ERROR_INIT;
  assert_int_equal(askiam_config_load_file(config, path, &error), ASKIAM_STATUS_CONFIG);
  assert_null(strstr(error.message, "S3cret"));
  snprintf(expected, sizeof expected, "%s: store.url: must be a URL", path);
  assert_memory_equal(error.message, expected, strlen(expected));
  unlink(path);
  s_assert_file(config, path, ASKIAM_STATUS_CONFIG, "does not exist");
  s_assert_file(config, "/", ASKIAM_STATUS_CONFIG, "/: ");
  s_assert_file(config, NULL, ASKIAM_STATUS_INVALID_ARGUMENT, NULL);
  s_end(&allocator, config);
}

static void config__a_text_of_more_than_1_mib_is_refused(void **state)
{
  (void)state;
  test_allocator allocator;
  askiam_config *config = s_new(&allocator);
  size_t length = 1024 * 1024 + 1;
  char *text = malloc(length);
  assert_non_null(text);
  memset(text, ' ', length);
  memcpy(text, "{}", 2);
  assert_int_equal(askiam_config_load_json(config, (askiam_str){text, length}, NULL), ASKIAM_STATUS_CONFIG);
  assert_int_equal(askiam_config_load_json(config, (askiam_str){text, length - 1}, NULL), ASKIAM_STATUS_OK);
  free(text);
  s_end(&allocator, config);
}

static void config__the_environment_sets_keys_by_their_names(void **state)
{
  (void)state;
  test_allocator allocator;
  askiam_config *config = s_new(&allocator);
  static const char *const environment[] = {"PATH=/bin",          "ASKIAM_RAG_TOP_K=4",   "ASKIAM_STORE=sqlite:e.db",
                                            "ASKIAM_CONFIG=x",    "ASKIAM_WHATEVER=1",    "ASKIAM_RAG_TOP_K=6",
                                            "ASKIAM_ENVIRONMENT", "ASKIAM_LOG_LEVEL=off", NULL};
  assert_int_equal(askiam_config_load_environment(config, environment, NULL), ASKIAM_STATUS_OK);
  s_assert_value(config, "rag.top_k", "4");
  s_assert_value(config, "store.url", "sqlite:e.db");
  s_assert_value(config, "log.level", "off");
  s_assert_value(config, "environment", "production");
  s_end(&allocator, config);
}

static void config__the_proxies_of_other_programs_count_where_ours_is_not_set(void **state)
{
  (void)state;
  askiam_config *config = NULL;
  assert_int_equal(askiam_config_new(&config, NULL, NULL), ASKIAM_STATUS_OK);
  static const char *const theirs[] = {"ALL_PROXY=http://c", "all_proxy=http://b", "HTTPS_PROXY=http://a",
                                       "NO_PROXY=x.example", NULL};
  assert_int_equal(askiam_config_load_environment(config, theirs, NULL), ASKIAM_STATUS_OK);
  s_assert_value(config, "http.proxy", "http://a");
  s_assert_value(config, "http.no_proxy", "x.example");
  static const char *const ours[] = {"https_proxy=http://a", "ASKIAM_HTTP_PROXY=", NULL};
  assert_int_equal(askiam_config_load_environment(config, ours, NULL), ASKIAM_STATUS_OK);
  s_assert_value(config, "http.proxy", "");
  askiam_config_destroy(config);
}

static void config__credentials_of_the_aws_tools_count_and_are_secrets(void **state)
{
  (void)state;
  askiam_config *config = NULL;
  assert_int_equal(askiam_config_new(&config, NULL, NULL), ASKIAM_STATUS_OK);
  static const char *const theirs[] = {"AWS_DEFAULT_REGION=us-east-1", "AWS_REGION=eu-west-1",  "AWS_ACCESS_KEY_ID=A",
                                       "AWS_SECRET_ACCESS_KEY=S",      "AWS_SESSION_TOKEN=T==", NULL};
  assert_int_equal(askiam_config_load_environment(config, theirs, NULL), ASKIAM_STATUS_OK);
  s_assert_value(config, "aws.region", "eu-west-1");
  s_assert_value(config, "aws.access_key_id", "A");
  s_assert_value(config, "aws.secret_access_key", "S");
  s_assert_value(config, "aws.session_token", "T==");
  static const char *const secrets[] = {"aws.secret_access_key", "aws.session_token"};
  for (size_t i = 0; i < sizeof secrets / sizeof *secrets; ++i) {
    assert_int_equal(askiam_config_key_is_secret(aski_config_key_find(askiam_str_from(secrets[i]))), 1);
  }
  askiam_config_destroy(config);
}

static void s_assert_environment(const char *const *environment, const char *message)
{
  test_allocator allocator;
  askiam_config *config = s_new(&allocator);
  askiam_error error = ASKIAM_ERROR_INIT;
  assert_int_equal(askiam_config_load_environment(config, environment, &error), ASKIAM_STATUS_CONFIG);
  if (strncmp(error.message, message, strlen(message)) != 0) {
    fail_msg("%s", error.message);
  }
  s_assert_value(config, "store.url", "");
  s_assert_value(config, "rag.enabled", "true");
  s_end(&allocator, config);
}

static void config__a_bad_variable_is_named_and_changes_nothing(void **state)
{
  (void)state;
  static const char *const bad_value[] = {"ASKIAM_RAG_ENABLED=false", "ASKIAM_RAG_TOP_K=many", NULL};
  s_assert_environment(bad_value, "ASKIAM_RAG_TOP_K: must be a whole number from 1 to 100");
  static const char *const two[] = {"ASKIAM_STORE=sqlite:a", "ASKIAM_STORE_URL=sqlite:b", NULL};
  s_assert_environment(two, "ASKIAM_STORE_URL and ASKIAM_STORE are both set");
  test_allocator allocator;
  askiam_config *config = s_new(&allocator);
  static const char *const same[] = {"ASKIAM_STORE=sqlite:a", "ASKIAM_STORE_URL=sqlite:a", NULL};
  assert_int_equal(askiam_config_load_environment(config, same, NULL), ASKIAM_STATUS_OK);
  s_assert_value(config, "store.url", "sqlite:a");
  assert_int_equal(askiam_config_load_environment(config, NULL, NULL), ASKIAM_STATUS_INVALID_ARGUMENT);
  s_end(&allocator, config);
}

static void config__out_of_memory_while_loading_changes_nothing(void **state)
{
  (void)state;
  test_allocator allocator;
  askiam_config *config = s_new(&allocator);
  askiam_status status = ASKIAM_STATUS_NO_MEMORY;
  askiam_str json = ASKI_STR("{\"rag\":{\"top_k\":6,\"enabled\":false},\"decision.soft_codes\":[\"SOD_CONFLICT\"]}");
  for (long at = 1; status != ASKIAM_STATUS_OK; ++at) {
    long before = allocator.outstanding;
    test_allocator_fail_at(&allocator, at);
    status = askiam_config_load_json(config, json, NULL);
    assert_true(status == ASKIAM_STATUS_OK || status == ASKIAM_STATUS_NO_MEMORY);
    if (status != ASKIAM_STATUS_OK) {
      assert_int_equal(allocator.outstanding, before);
      s_assert_value(config, "rag.top_k", "5");
    }
  }
  s_assert_value(config, "rag.top_k", "6");
  s_end(&allocator, config);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(config__dotted_and_nested_keys_of_every_type_are_loaded),
      cmocka_unit_test(config__a_fault_is_told_and_nothing_is_changed),
      cmocka_unit_test(config__what_stands_around_a_fault_is_not_applied),
      cmocka_unit_test(config__a_file_is_loaded_and_named_in_messages),
      cmocka_unit_test(config__a_text_of_more_than_1_mib_is_refused),
      cmocka_unit_test(config__the_environment_sets_keys_by_their_names),
      cmocka_unit_test(config__the_proxies_of_other_programs_count_where_ours_is_not_set),
      cmocka_unit_test(config__credentials_of_the_aws_tools_count_and_are_secrets),
      cmocka_unit_test(config__a_bad_variable_is_named_and_changes_nothing),
      cmocka_unit_test(config__out_of_memory_while_loading_changes_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
