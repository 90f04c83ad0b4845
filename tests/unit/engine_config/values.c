/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/config.h"
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
  askiam_str value = askiam_config_get(config, key);
  assert_true(aski_str_present(value));
  assert_string_equal(value.data, expected);
  assert_int_equal(value.length, strlen(expected));
}

static void config__every_default_keeps_the_rule_of_its_key(void **state)
{
  (void)state;
  test_allocator allocator;
  askiam_config *config = s_new(&allocator);
  assert_true(askiam_config_key_count() > 20);
  for (size_t i = 0; i < askiam_config_key_count(); ++i) {
    askiam_error error = ASKIAM_ERROR_INIT;
    const char *key = askiam_config_key_name(i);
    s_assert_value(config, key, askiam_config_key_default(i));
    if (askiam_config_set(config, key, askiam_config_key_default(i), &error) != ASKIAM_STATUS_OK) {
      fail_msg("%s", error.message);
    }
    s_assert_value(config, key, askiam_config_key_default(i));
    assert_true(strlen(askiam_config_key_help(i)) > 10);
  }
  assert_null(askiam_config_key_name(askiam_config_key_count()));
  assert_null(askiam_config_key_default(SIZE_MAX));
  assert_null(askiam_config_key_help(SIZE_MAX));
  s_end(&allocator, config);
}

static void config__the_fixed_defaults_are_those_of_the_contract(void **state)
{
  (void)state;
  test_allocator allocator;
  askiam_config *config = s_new(&allocator);
  static const char *const pairs[][2] = {{"decision.mode", "guarded"},
                                         {"decision.threshold", "0.95"},
                                         {"decision.soft_codes", "PREREQUISITE_MISSING,POLICY_NOT_ALLOWED"},
                                         {"decision.on_abstain", "rules"},
                                         {"rag.timeout_ms", "15000"},
                                         {"request.timeout_ms", "25000"},
                                         {"policy.mode", "guardrail"},
                                         {"rag.enabled", "true"},
                                         {"audit.enabled", "true"},
                                         {"store.url", ""},
                                         {"extract.patterns", ""},
                                         {"log.sentence", "false"}};
  for (size_t i = 0; i < sizeof pairs / sizeof *pairs; ++i) {
    s_assert_value(config, pairs[i][0], pairs[i][1]);
  }
  assert_true(aski_config_number(config, "decision.threshold") > 0.9499999 &&
              aski_config_number(config, "decision.threshold") < 0.9500001);
  assert_int_equal(aski_config_integer(config, "rag.timeout_ms"), 15000);
  assert_true(aski_config_bool(config, "audit.enabled"));
  assert_false(aski_config_bool(config, "log.sentence"));
  s_end(&allocator, config);
}

typedef struct s_case {
  const char *key;
  const char *value;
  const char *plain; /* NULL: refused */
} s_case;

static const s_case s_cases[] = {
    {"decision.threshold", "0", "0"},
    {"decision.threshold", " 1e0 ", "1e0"},
    {"decision.threshold", "1.0001", NULL},
    {"decision.threshold", "-0.1", NULL},
    {"decision.threshold", "nan", NULL},
    {"decision.threshold", "1e999", NULL},
    {"decision.threshold", "0,95", NULL},
    {"decision.threshold", "", NULL},
    {"rag.top_k", "1", "1"},
    {"rag.top_k", "100", "100"},
    {"rag.top_k", "0", NULL},
    {"rag.top_k", "101", NULL},
    {"rag.top_k", "5.0", NULL},
    {"rag.top_k", "05", NULL},
    {"rag.top_k", "5 5", NULL},
    {"rag.top_k", "99999999999999999999999999", NULL},
    {"rag.enabled", "false", "false"},
    {"rag.enabled", "False", NULL},
    {"rag.enabled", "1", NULL},
    {"decision.mode", "rag_first", "rag_first"},
    {"decision.mode", "guarded,rag_first", NULL},
    {"decision.mode", "guard", NULL},
    {"decision.mode", "", NULL},
    {"decision.soft_codes", "", ""},
    {"decision.soft_codes", " SOD_CONFLICT , RESTRICTED", "SOD_CONFLICT,RESTRICTED"},
    {"decision.soft_codes", "SOD_CONFLICT,", NULL},
    {"decision.soft_codes", ",SOD_CONFLICT", NULL},
    {"decision.soft_codes", "USER_UNKNOWN", NULL},
    {"decision.soft_codes", "POLICY_NOT_ALLOWED,POLICY_DENY", NULL},
    {"store.url", "sqlite:/tmp/a b.db", "sqlite:/tmp/a b.db"},
    {"store.url", "", ""},
    {"store.url", "/tmp/iam.db", NULL},
    {"store.url", "sqlite:", NULL},
    {"store.url", ":x", NULL},
    {"store.url", "sqlite:a\nb", NULL},
    {"store.url", "sqlite:\xFF", NULL},
    {"judge.backend", "my-judge_2", "my-judge_2"},
    {"judge.backend", "", NULL},
    {"judge.backend", "My Judge", NULL},
    {"judge.backend", "abcdefghijklmnopqrstuvwxyz0123456789", NULL},
    {"environment", "caf\xC3\xA9", "caf\xC3\xA9"},
};

static void config__values_keep_the_rule_of_their_key_or_change_nothing(void **state)
{
  (void)state;
  for (size_t i = 0; i < sizeof s_cases / sizeof *s_cases; ++i) {
    test_allocator allocator;
    askiam_config *config = s_new(&allocator);
    askiam_error error = ASKIAM_ERROR_INIT;
    askiam_str before = askiam_config_get(config, s_cases[i].key);
    askiam_status status = askiam_config_set(config, s_cases[i].key, s_cases[i].value, &error);
    if (s_cases[i].plain != NULL) {
      assert_int_equal(status, ASKIAM_STATUS_OK);
      s_assert_value(config, s_cases[i].key, s_cases[i].plain);
    } else {
      if (status != ASKIAM_STATUS_CONFIG) {
        fail_msg("%s = \"%s\" was taken", s_cases[i].key, s_cases[i].value);
      }
      s_assert_value(config, s_cases[i].key, before.data);
      assert_int_equal(error.layer, ASKIAM_LAYER_CONFIG);
      assert_memory_equal(error.message, s_cases[i].key, strlen(s_cases[i].key));
      assert_non_null(strstr(error.message, "must be"));
    }
    s_end(&allocator, config);
  }
}

static void s_assert_unknown(const char *key, const char *part)
{
  test_allocator allocator;
  askiam_config *config = s_new(&allocator);
  askiam_error error = ASKIAM_ERROR_INIT;
  assert_int_equal(askiam_config_set(config, key, "x", &error), ASKIAM_STATUS_CONFIG);
  if (strstr(error.message, part) == NULL) {
    fail_msg("%s: %s", key, error.message);
  }
  assert_false(aski_str_present(askiam_config_get(config, key)));
  s_end(&allocator, config);
}

static void config__an_unknown_key_is_refused_with_the_nearest_one(void **state)
{
  (void)state;
  s_assert_unknown("rag.topk", "did you mean \"rag.top_k\"?");
  s_assert_unknown("decision.treshold", "did you mean \"decision.threshold\"?");
  s_assert_unknown("threshold", "did you mean \"decision.threshold\"?");
  s_assert_unknown("Store.url", "did you mean \"store.url\"?");
  s_assert_unknown("rag", "there are rag.enabled, rag.top_k");
  s_assert_unknown("policy.something_else", "there are policy.mode");
  s_assert_unknown("wholly.unlike.anything", "docs/configuration.md");
  s_assert_unknown("", "unknown key \"\"");
  s_assert_unknown("bad\xFF", "unknown key \"\"");
  s_assert_unknown("bell\x07", "unknown key \"bell\"");
}

static void config__messages_never_repeat_a_value(void **state)
{
  (void)state;
  test_allocator allocator;
  askiam_config *config = s_new(&allocator);
  for (size_t i = 0; i < askiam_config_key_count(); ++i) {
    askiam_error error = ASKIAM_ERROR_INIT;
    if (askiam_config_set(config, askiam_config_key_name(i), "S3cret\x01://p4ss", &error) != ASKIAM_STATUS_OK) {
      assert_null(strstr(error.message, "S3cret"));
      assert_null(strstr(error.message, "p4ss"));
    }
  }
  s_end(&allocator, config);
}

static void s_log(void *context, const askiam_log_record *record)
{
  (void)context;
  (void)record;
}

static void config__a_copy_is_whole_and_its_own(void **state)
{
  (void)state;
  test_allocator allocator;
  askiam_config *config = s_new(&allocator);
  askiam_clock clock = *aski_config_clock(config);
  clock.context = &allocator;
  askiam_config_set_clock(config, &clock);
  askiam_config_set_log(config, s_log, &clock);
  assert_int_equal(askiam_config_set(config, "rag.top_k", "7", NULL), ASKIAM_STATUS_OK);
  assert_int_equal(askiam_config_set(config, "log.level", "warn", NULL), ASKIAM_STATUS_OK);
  askiam_config *copy = NULL;
  assert_int_equal(aski_config_copy(&copy, config, NULL), ASKIAM_STATUS_OK);
  assert_int_equal(askiam_config_set(config, "rag.top_k", "8", NULL), ASKIAM_STATUS_OK);
  askiam_config_destroy(config);
  assert_int_equal(aski_config_integer(copy, "rag.top_k"), 7);
  assert_int_equal(aski_config_log_level(copy), ASKIAM_LOG_WARN);
  assert_ptr_equal(aski_config_clock(copy)->context, &allocator);
  assert_true(aski_config_log_target(copy).log == s_log);
  assert_ptr_equal(aski_config_log_target(copy).log_context, &clock);
  askiam_config_set_clock(copy, NULL);
  assert_ptr_not_equal(aski_config_clock(copy)->context, &allocator);
  s_end(&allocator, copy);
}

static askiam_status s_open(void **out_self, void *context, const askiam_backend_options *options, askiam_error *error)
{
  (void)context;
  (void)options;
  (void)error;
  *out_self = NULL;
  return ASKIAM_STATUS_OK;
}

static askiam_status s_judge(void *self, const askiam_call *call, const askiam_case *judged, askiam_opinion *opinion,
                             askiam_error *error)
{
  (void)self;
  (void)call;
  (void)judged;
  (void)error;
  return askiam_opinion_abstain(opinion, ASKI_STR("never sure"));
}

static void config__a_copy_knows_the_registered_backends(void **state)
{
  (void)state;
  static const askiam_judge_vtable judge = {
      .size = sizeof(askiam_judge_vtable), .open = s_open, .kind = "mine", .judge = s_judge};
  test_allocator allocator;
  askiam_config *config = s_new(&allocator);
  assert_int_equal(askiam_register_judge(config, "mine", &judge, &allocator, NULL), ASKIAM_STATUS_OK);
  assert_int_equal(askiam_register_judge(config, "mine", &judge, NULL, NULL), ASKIAM_STATUS_CONFLICT);
  askiam_config *copy = NULL;
  assert_int_equal(aski_config_copy(&copy, config, NULL), ASKIAM_STATUS_OK);
  askiam_config_destroy(config);
  const aski_registration *found = NULL;
  assert_int_equal(aski_registry_find(&found, aski_config_registry(copy), ASKI_BACKEND_JUDGE, ASKI_STR("mine"), NULL),
                   ASKIAM_STATUS_OK);
  assert_true(found->table.judge.judge == s_judge);
  assert_ptr_equal(found->context, &allocator);
  s_end(&allocator, copy);
}

static void config__typed_getters_know_their_types(void **state)
{
  (void)state;
  test_allocator allocator;
  askiam_config *config = s_new(&allocator);
  assert_int_equal(aski_config_integer(config, "decision.mode"), 0);
  assert_int_equal(aski_config_integer(config, "no.such.key"), 0);
  assert_false(aski_config_bool(config, "no.such.key"));
  static const char *const levels[] = {"debug", "info", "warn", "error", "off"};
  for (int i = 0; i < 5; ++i) {
    assert_int_equal(askiam_config_set(config, "log.level", levels[i], NULL), ASKIAM_STATUS_OK);
    assert_int_equal(aski_config_log_level(config), i);
  }
  s_end(&allocator, config);
}

static void config__null_arguments_are_refused(void **state)
{
  (void)state;
  test_allocator allocator;
  askiam_config *config = s_new(&allocator);
  assert_int_equal(askiam_config_new(NULL, NULL, NULL), ASKIAM_STATUS_INVALID_ARGUMENT);
  assert_int_equal(askiam_config_set(NULL, "rag.top_k", "1", NULL), ASKIAM_STATUS_INVALID_ARGUMENT);
  assert_int_equal(askiam_config_set(config, NULL, "1", NULL), ASKIAM_STATUS_INVALID_ARGUMENT);
  assert_int_equal(askiam_config_set(config, "rag.top_k", NULL, NULL), ASKIAM_STATUS_INVALID_ARGUMENT);
  assert_int_equal(askiam_register_store(NULL, "x", NULL, NULL, NULL), ASKIAM_STATUS_INVALID_ARGUMENT);
  assert_int_equal(askiam_register_judge(NULL, "x", NULL, NULL, NULL), ASKIAM_STATUS_INVALID_ARGUMENT);
  assert_false(aski_str_present(askiam_config_get(NULL, "rag.top_k")));
  assert_false(aski_str_present(askiam_config_get(config, NULL)));
  askiam_config_set_clock(NULL, NULL);
  askiam_config_set_log(NULL, NULL, NULL);
  askiam_config_set_observer(NULL, NULL, NULL);
  askiam_config_destroy(NULL);
  s_end(&allocator, config);
}

static askiam_status s_use(const askiam_allocator *allocator)
{
  askiam_config *config = NULL;
  askiam_config *copy = NULL;
  askiam_error error = ASKIAM_ERROR_INIT;
  askiam_status status = askiam_config_new(&config, allocator, &error);
  if (status == ASKIAM_STATUS_OK) {
    status = askiam_config_set(config, "store.url", "sqlite:a.db", &error);
  }
  if (status == ASKIAM_STATUS_OK) {
    status = askiam_config_set(config, "store.url", "sqlite:b.db", &error);
    s_assert_value(config, "store.url", status == ASKIAM_STATUS_OK ? "sqlite:b.db" : "sqlite:a.db");
  }
  if (status == ASKIAM_STATUS_OK) {
    status = aski_config_copy(&copy, config, &error);
  }
  askiam_config_destroy(config);
  if (copy != NULL) {
    s_assert_value(copy, "store.url", "sqlite:b.db");
  }
  askiam_config_destroy(copy);
  return status;
}

static void config__out_of_memory_is_told_and_leaks_nothing(void **state)
{
  (void)state;
  test_allocator allocator;
  test_allocator_init(&allocator);
  askiam_status status = ASKIAM_STATUS_NO_MEMORY;
  for (long at = 1; status != ASKIAM_STATUS_OK; ++at) {
    test_allocator_fail_at(&allocator, at);
    status = s_use(&allocator.base);
    assert_true(status == ASKIAM_STATUS_OK || status == ASKIAM_STATUS_NO_MEMORY);
    assert_int_equal(allocator.outstanding, 0);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(config__every_default_keeps_the_rule_of_its_key),
      cmocka_unit_test(config__the_fixed_defaults_are_those_of_the_contract),
      cmocka_unit_test(config__values_keep_the_rule_of_their_key_or_change_nothing),
      cmocka_unit_test(config__an_unknown_key_is_refused_with_the_nearest_one),
      cmocka_unit_test(config__messages_never_repeat_a_value),
      cmocka_unit_test(config__a_copy_is_whole_and_its_own),
      cmocka_unit_test(config__a_copy_knows_the_registered_backends),
      cmocka_unit_test(config__typed_getters_know_their_types),
      cmocka_unit_test(config__null_arguments_are_refused),
      cmocka_unit_test(config__out_of_memory_is_told_and_leaks_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
