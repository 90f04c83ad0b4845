/* SPDX-License-Identifier: Apache-2.0
 *
 * Policies in decisions: they are those of the store, now; they are loaded once; what cannot be evaluated refuses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <askiam/backend/catalogue.h>

#include "fixture.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "backend/options.h"
#include "store/sqlite/sqlite_store.h"

/* An application of its own, that no policy of the sample speaks of. */
#define ORGANISATION                                                                                                   \
  "\"users\":[{\"user_id\":\"ann\",\"name\":\"Ann Lee\",\"email\":\"ann@x.io\",\"department\":\"Design\"}],"           \
  "\"applications\":[{\"app_id\":\"crm\",\"name\":\"Crmix\"}],"                                                        \
  "\"roles\":[{\"role_id\":\"ed\",\"app_id\":\"crm\",\"name\":\"Editor\"},"                                            \
  "{\"role_id\":\"wr\",\"app_id\":\"crm\",\"name\":\"Writer\"}]"
#define SENTENCE "I need Editor in Crmix"
#define STATEMENT(rest)                                                                                                \
  "{\"Version\":\"2012-10-17\",\"Statement\":{\"Sid\":\"One\",\"Action\":\"askiam:RequestRole\","                      \
  "\"Resource\":\"arn:aws:askiam:::application/crm/role/ed\"," rest "}}"
#define DENY STATEMENT("\"Effect\":\"Deny\"")
#define OFFICE STATEMENT("\"Effect\":\"Deny\",\"Condition\":{\"NotIpAddress\":{\"aws:SourceIp\":\"10.0.0.0/8\"}}")

static void s_import_policy(fixture *home, const char *id, const char *json)
{
  char text[2048];
  snprintf(text, sizeof text, "{" ORGANISATION ",\"policies\":{\"%s\":%s}}", id, json);
  fixture_import(home, text);
}

/* Changes the store by hand. */
static void s_change(const fixture *home, const char *sql)
{
  sqlite3 *db = NULL;
  assert_int_equal(sqlite3_open(home->url + strlen("sqlite:"), &db), SQLITE_OK);
  assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
  sqlite3_close(db);
}

static askiam_decision *s_decide_from(fixture *home, const char *sentence, const char *ip)
{
  askiam_request *request = fixture_request("ann", sentence, NULL);
  assert_int_equal(askiam_request_set(request, ASKIAM_REQUEST_IP, askiam_str_from(ip), NULL), ASKIAM_STATUS_OK);
  return fixture_decide(home, request);
}

/* Decides, and says what came of it: "VALID", or "CODE: detail of the check POLICY". */
static const char *s_outcome(fixture *home, const char *ip)
{
  static char text[1024];
  askiam_decision *decision = s_decide_from(home, SENTENCE, ip);
  askiam_str code = askiam_decision_code(decision, 0);
  askiam_str detail = askiam_decision_check_detail(decision, 8);
  snprintf(text, sizeof text, "%.*s: %.*s", (int)code.length, code.data, (int)detail.length, detail.data);
  assert_true(askiam_decision_verdict(decision) == ASKIAM_VERDICT_VALID || askiam_decision_check_hard(decision, 8) ||
              strncmp(text, "POLICY_NOT_ALLOWED", 18) == 0);
  askiam_decision_destroy(decision);
  return text;
}

static void policies__an_explicit_deny_refuses_and_tells_the_way_out(void **state)
{
  fixture *home = *state;
  s_import_policy(home, "office", OFFICE);
  askiam_decision *decision = s_decide_from(home, SENTENCE, "203.0.113.7");
  assert_int_equal(askiam_decision_verdict(decision), ASKIAM_VERDICT_INVALID);
  assert_int_equal(askiam_decision_remedy_count(decision), 1);
  const char *json = askiam_decision_to_json(decision, NULL);
  assert_non_null(strstr(json, "\"reason_codes\":[\"POLICY_DENY\""));
  assert_non_null(strstr(json, "Policy \\\"office\\\", statement \\\"One\\\", denies this: the address 203.0.113.7 is "
                               "not in 10.0.0.0/8."));
  assert_non_null(strstr(json, "{\"code\":\"CHANGE_CONTEXT\",\"detail\":\"Ask from an address in 10.0.0.0/8.\""));
  askiam_decision_destroy(decision);
  assert_string_equal(s_outcome(home, "10.1.2.3"), "APPROVED_BY_RULES: No policy denies this.");
}

static void policies__what_another_process_changes_holds_at_once(void **state)
{
  fixture *home = *state;
  s_import_policy(home, "p", OFFICE);
  assert_string_equal(s_outcome(home, "10.1.2.3"), "APPROVED_BY_RULES: No policy denies this.");
  pid_t child = fork();
  if (child == 0) {
    fixture theirs = *home;
    theirs.engine = NULL; /* the parent's */
    askiam_error error = ASKIAM_ERROR_INIT;
    askiam_config *config = NULL;
    bool good = askiam_config_new(&config, NULL, &error) == ASKIAM_STATUS_OK &&
                askiam_config_set(config, "store.url", home->url, &error) == ASKIAM_STATUS_OK &&
                askiam_engine_new(&theirs.engine, config, &error) == ASKIAM_STATUS_OK;
    if (good) {
      s_import_policy(&theirs, "p", DENY);
    }
    _exit(good ? 0 : 1);
  }
  int ended = -1;
  assert_int_equal(waitpid(child, &ended, 0), child);
  assert_int_equal(ended, 0);
  assert_string_equal(s_outcome(home, "10.1.2.3"), "POLICY_DENY: Policy \"p\", statement \"One\", denies this.");
}

/* How often the catalogue was asked for policies, and for anything. */
typedef struct spans {
  size_t policies;
  size_t all;
} spans;

static void s_count(void *context, const askiam_span *span)
{
  spans *seen = context;
  if (askiam_span_ended(span) && askiam_span_get_kind(span) == ASKIAM_SPAN_BACKEND) {
    seen->policies += strcmp(askiam_span_name(span), "catalogue.policies") == 0;
    ++seen->all;
  }
}

static void policies__a_set_is_loaded_once_and_a_few_are_kept(void **state)
{
  fixture *home = *state;
  spans seen = {0, 0};
  askiam_config_set_observer(home->config, s_count, &seen);
  fixture_reopen(home);
  static const char *const sets[] = {
      DENY, OFFICE, STATEMENT("\"Effect\":\"Allow\""),
      STATEMENT("\"Effect\":\"Deny\",\"Condition\":{\"Null\":{\"aws:SourceIp\":\"true\"}}"),
      STATEMENT("\"Effect\":\"Allow\",\"Condition\":{\"Null\":{\"aws:SourceIp\":\"true\"}}")};
  for (size_t i = 0; i < 5; ++i) {
    s_import_policy(home, "p", sets[i]);
    s_outcome(home, "10.1.2.3");
    assert_int_equal(seen.policies, i + 1);
    size_t before = seen.all;
    s_outcome(home, "10.1.2.3");
    size_t again = seen.all - before;
    s_outcome(home, "10.1.2.3");
    assert_int_equal(seen.all - before, 2 * again); /* each the same, */
    assert_int_equal(seen.policies, i + 1);         /* and none for policies */
  }
  s_import_policy(home, "p", sets[1]); /* of the last four: still there */
  assert_string_equal(s_outcome(home, "10.1.2.3"), "APPROVED_BY_RULES: No policy denies this.");
  assert_int_equal(seen.policies, 5);
  s_import_policy(home, "p", sets[0]); /* the fifth: loaded again */
  assert_string_equal(s_outcome(home, "10.1.2.3"), "POLICY_DENY: Policy \"p\", statement \"One\", denies this.");
  assert_int_equal(seen.policies, 6);
}

/* A statement that was run is on the list; what is kept by now costs none. */
static void policies__the_queries_tell_when_a_set_was_loaded(void **state)
{
  fixture *home = *state;
  s_import_policy(home, "p", OFFICE);
  for (int i = 0; i < 2; ++i) {
    askiam_decision *decision = s_decide_from(home, SENTENCE, "10.1.2.3");
    const char *json = askiam_decision_to_json(decision, NULL);
    const char *told = strstr(json, "{\"name\":\"policies\",\"rows\":");
    assert_true(i == 0 ? told != NULL : told == NULL);
    askiam_decision_destroy(decision);
  }
}

static void policies__an_address_that_is_none_reaches_no_policy(void **state)
{
  fixture *home = *state;
  s_import_policy(home, "p",
                  STATEMENT("\"Effect\":\"Deny\",\"Condition\":{\"IpAddress\":{\"aws:SourceIp\":\"10.0.0.0/8\"}}"));
  askiam_triple triple = {.size = sizeof triple,
                          .user_id = askiam_str_from("ann"),
                          .application_id = askiam_str_from("crm"),
                          .role_id = askiam_str_from("ed")};
  static const char *const addresses[] = {"10.1.1.1", "10.1.1.1:443", " 10.1.1.1", "010.1.1.1", "::ffff:10.1.1.1"};
  for (size_t i = 0; i < sizeof addresses / sizeof *addresses; ++i) {
    askiam_error error = ASKIAM_ERROR_INIT;
    char *json = NULL;
    triple.ip = askiam_str_from(addresses[i]);
    askiam_status status = askiam_rules_validate(&json, home->engine, &triple, &error);
    if (status == ASKIAM_STATUS_OK) {
      assert_non_null(strstr(json, "\"is_valid\":false"));
    } else {
      assert_int_equal(status, ASKIAM_STATUS_BAD_DATA);
      assert_non_null(strstr(error.message, "ip: must be one IPv4 or IPv6 address"));
    }
    assert_int_equal(status == ASKIAM_STATUS_OK, i == 0 || i == 4);
    askiam_string_free(home->engine, json);
  }
}

/* Counted from the moment at which policies look, so exactly what was asked for. */
static void policies__a_triple_may_have_a_duration(void **state)
{
  fixture *home = *state;
  s_import_policy(home, "p",
                  STATEMENT("\"Effect\":\"Deny\",\"Condition\":{\"NumericGreaterThanIfExists\":"
                            "{\"askiam:RequestedDurationSeconds\":\"28800\"}}"));
  static const struct {
    int64_t duration_ms, expires_at_ms;
    const char *part; /* NULL: INVALID_ARGUMENT */
  } cases[] = {{28800000, 0, "\"actual\":[\"28800\"]"},
               {28800001, 0, "\"actual\":[\"28800.001\"]"},
               {0, 0, "\"actual\":[]"},
               {0, 1, "\"actual\":[\"0\"]"},
               {1, 1, NULL},
               {-1, 0, NULL},
               {INT64_MAX, 0, NULL}};
  askiam_triple triple = {.size = sizeof triple, .user_id = askiam_str_from("ann"), .role_id = askiam_str_from("ed")};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
    char *json = NULL;
    triple.duration_ms = cases[i].duration_ms;
    triple.expires_at_ms = cases[i].expires_at_ms;
    askiam_status status = askiam_policy_explain_request(&json, home->engine, &triple, NULL);
    assert_int_equal(status, cases[i].part == NULL ? ASKIAM_STATUS_INVALID_ARGUMENT : ASKIAM_STATUS_OK);
    assert_true(cases[i].part == NULL || strstr(json, cases[i].part) != NULL);
    askiam_string_free(home->engine, json);
  }
}

static void policies__a_document_that_was_inserted_by_hand_refuses(void **state)
{
  fixture *home = *state;
  s_import_policy(home, "p", OFFICE);
  assert_string_equal(s_outcome(home, "10.1.2.3"), "APPROVED_BY_RULES: No policy denies this.");
  s_change(home, "INSERT INTO policies VALUES('evil','{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\","
                 "\"Action\":\"*\",\"Resource\":\"*\"}}',1,0)");
  assert_non_null(strstr(s_outcome(home, "10.1.2.3"),
                         "policies exist, but could not be evaluated: the policies were changed by hand; "
                         "the next import takes the change over."));
  fixture_import(home, "{\"users\":[]}"); /* as it says */
  assert_string_equal(s_outcome(home, "10.1.2.3"), "APPROVED_BY_RULES: No policy denies this.");
}

static void policies__a_document_that_is_none_refuses_and_is_named(void **state)
{
  fixture *home = *state;
  s_import_policy(home, "p", OFFICE);
  s_change(home, "UPDATE policies SET policy_json = '{\"Version\":\"2012-10-17\"}' WHERE id = 'p'");
  fixture_import(home, "{\"users\":[]}");
  const char *outcome = s_outcome(home, "10.1.2.3");
  assert_non_null(strstr(outcome, "POLICY_DENY: "));
  assert_non_null(strstr(outcome, "could not be evaluated: policy \"p\": "));
  s_import_policy(home, "p", OFFICE);
  assert_string_equal(s_outcome(home, "10.1.2.3"), "APPROVED_BY_RULES: No policy denies this.");
}

static void policies__a_document_that_was_damaged_refuses_whoever_had_not_loaded_it(void **state)
{
  fixture *home = *state;
  s_import_policy(home, "p", OFFICE);
  assert_string_equal(s_outcome(home, "10.1.2.3"), "APPROVED_BY_RULES: No policy denies this.");
  s_change(home, "UPDATE policy_revisions SET policy_json = replace(policy_json, 'Deny', 'Allow') WHERE id = 'p'");
  assert_string_equal(s_outcome(home, "10.1.2.3"),
                      "APPROVED_BY_RULES: No policy denies this."); /* it has the true one */
  fixture_reopen(home);
  const char *outcome = s_outcome(home, "10.1.2.3");
  assert_non_null(strstr(outcome, "POLICY_DENY: "));
  assert_non_null(strstr(outcome, "policy \"p\" "));
  s_change(home, "DELETE FROM policy_sets");
  assert_non_null(strstr(s_outcome(home, "10.1.2.3"), "could not be evaluated: "));
}

static askiam_status s_open_bare(void **out_self, void *context, const askiam_backend_options *options,
                                 askiam_error *error)
{
  askiam_backend_options inner = *options;
  inner.url = askiam_str_from(context);
  return aski_sqlite_store_driver()->open(out_self, NULL, &inner, error);
}

/* A store that tells of policies but cannot hand them out. */
static void policies__a_store_without_the_slot_refuses_where_there_are_policies(void **state)
{
  fixture *home = *state;
  static askiam_catalogue_vtable catalogue;
  static askiam_store_driver driver;
  catalogue = *aski_sqlite_store_driver()->catalogue;
  catalogue.policies = NULL;
  driver = (askiam_store_driver){
      .size = sizeof driver, .open = s_open_bare, .close = aski_sqlite_store_driver()->close, .catalogue = &catalogue};
  s_import_policy(home, "p", STATEMENT("\"Effect\":\"Allow\""));
  assert_int_equal(askiam_register_store(home->config, "bare", &driver, home->url, NULL), ASKIAM_STATUS_OK);
  assert_int_equal(askiam_config_set(home->config, "catalogue.url", "bare:x", NULL), ASKIAM_STATUS_OK);
  fixture_reopen(home);
  assert_non_null(strstr(s_outcome(home, "10.1.2.3"), "does not provide catalogue.policies"));
}

static void policies__an_allowlist_needs_an_allow_which_strong_evidence_may_replace(void **state)
{
  fixture *home = *state;
  s_import_policy(home, "p",
                  STATEMENT("\"Effect\":\"Allow\",\"Condition\":{\"IpAddress\":{\"aws:SourceIp\":\"10.0.0.0/8\"}}"));
  assert_int_equal(askiam_config_set(home->config, "policy.mode", "allowlist", NULL), ASKIAM_STATUS_OK);
  fixture_reopen(home);
  assert_string_equal(s_outcome(home, "10.1.2.3"), "APPROVED_BY_RULES: A policy allows this, and none denies it.");
  assert_string_equal(s_outcome(home, "203.0.113.7"),
                      "POLICY_NOT_ALLOWED: No policy allows this; the nearest is policy \"p\", statement \"One\", but "
                      "the address 203.0.113.7 is not in 10.0.0.0/8.");
  askiam_decision *decision = fixture_decide(home, fixture_request("john.doe", FIXTURE_SENTENCE, NULL));
  assert_int_equal(askiam_decision_verdict(decision), ASKIAM_VERDICT_VALID); /* POLICY_NOT_ALLOWED is soft */
  assert_int_equal(askiam_decision_check_passed(decision, 8), 0);
  askiam_decision_destroy(decision);
}

static void policies__a_prerequisite_that_policies_refuse_is_no_remedy(void **state)
{
  fixture *home = *state;
  fixture_import(home, "{" ORGANISATION ",\"role_prerequisites\":[{\"role_id\":\"wr\",\"required_role_id\":\"ed\"}]}");
  askiam_decision *decision = s_decide_from(home, "I need Writer in Crmix", NULL);
  assert_int_equal(askiam_decision_remedy_count(decision), 1);
  askiam_decision_destroy(decision);
  s_import_policy(home, "p", DENY); /* about Editor only */
  decision = s_decide_from(home, "I need Writer in Crmix", NULL);
  assert_int_equal(askiam_decision_remedy_count(decision), 0);
  askiam_decision_destroy(decision);
  s_import_policy(home, "p", OFFICE);
  decision = s_decide_from(home, "I need Writer in Crmix", "203.0.113.7");
  assert_int_equal(askiam_decision_remedy_count(decision), 0);
  askiam_decision_destroy(decision);
  decision = s_decide_from(home, "I need Writer in Crmix", "10.1.2.3");
  assert_int_equal(askiam_decision_remedy_count(decision), 1);
  askiam_decision_destroy(decision);
}

static void policies__are_explained_for_a_triple(void **state)
{
  fixture *home = *state;
  askiam_triple triple = {.size = sizeof triple,
                          .user_id = askiam_str_from("ann"),
                          .application_id = askiam_str_from("crm"),
                          .role_id = askiam_str_from("ed"),
                          .ip = askiam_str_from("203.0.113.7")};
  char *json = NULL;
  askiam_error error = ASKIAM_ERROR_INIT;
  s_import_policy(home, "office", OFFICE);
  assert_int_equal(askiam_policy_explain_request(&json, home->engine, &triple, &error), ASKIAM_STATUS_OK);
  assert_true(strncmp(json, "{\"mode\":\"guardrail\",\"passed\":false,\"detail\":\"Policy \\\"office\\\"", 60) == 0);
  assert_non_null(strstr(json, "\"decision\":\"ExplicitlyDenied\""));
  assert_int_equal(json[strlen(json) - 1], '}');
  askiam_string_free(home->engine, json);
  triple.ip = askiam_str_from("10.1.2.3");
  assert_int_equal(askiam_policy_explain_request(&json, home->engine, &triple, &error), ASKIAM_STATUS_OK);
  assert_non_null(strstr(json,
                         "\"passed\":true,\"detail\":\"No policy denies this. In the policy mode guardrail only an "
                         "explicit Deny refuses: that no policy allows this does not count.\""));
  assert_non_null(strstr(json, "\"decision\":\"ImplicitlyDenied\""));
  askiam_string_free(home->engine, json);
  triple.role_id = askiam_str_from("no such role");
  assert_int_equal(askiam_policy_explain_request(&json, home->engine, &triple, &error), ASKIAM_STATUS_NOT_FOUND);
  assert_null(json);
  triple.role_id = askiam_str_from("ed");
  s_change(home, "DELETE FROM policies");
  assert_int_equal(askiam_policy_explain_request(&json, home->engine, &triple, &error), ASKIAM_STATUS_NOT_FOUND);
  assert_non_null(strstr(error.message, "by hand"));
  fixture_import(home, "{\"users\":[]}");
  assert_int_equal(askiam_policy_explain_request(&json, home->engine, &triple, &error), ASKIAM_STATUS_OK);
  assert_non_null(strstr(json,
                         "\"passed\":true,\"detail\":\"There are no policies. In the policy mode guardrail only an "
                         "explicit Deny refuses: that no policy allows this does not count.\""));
  askiam_string_free(home->engine, json);
}

/* Whatever fails for want of memory, a refusal does not become an approval. */
static void policies__memory_may_run_out_anywhere(void **state)
{
  fixture *home = *state;
  s_import_policy(home, "p", OFFICE);
  bool done = false;
  for (long at = 1; !done; at += at < 200 ? 1 : 7) {
    test_allocator_fail_at(&home->allocator, 0);
    fixture_reopen(home); /* nothing is kept */
    askiam_request *request = fixture_request("ann", SENTENCE, NULL);
    askiam_request_set_dry_run(request, 1);
    askiam_decision *decision = NULL;
    test_allocator_fail_at(&home->allocator, at);
    askiam_status status = askiam_validate(&decision, home->engine, request, NULL);
    test_allocator_fail_at(&home->allocator, 0);
    assert_int_not_equal(askiam_decision_verdict(decision), ASKIAM_VERDICT_VALID);
    done = status == ASKIAM_STATUS_OK;
    assert_true(done || status == ASKIAM_STATUS_NO_MEMORY);
    askiam_decision_destroy(decision);
    askiam_request_destroy(request);
    assert_true(at < 20000);
  }
}

int main(void)
{
#define IN_FIXTURE(test) cmocka_unit_test_setup_teardown(test, fixture_set_up, fixture_tear_down)
  const struct CMUnitTest tests[] = {
      IN_FIXTURE(policies__an_explicit_deny_refuses_and_tells_the_way_out),
      IN_FIXTURE(policies__what_another_process_changes_holds_at_once),
      IN_FIXTURE(policies__a_set_is_loaded_once_and_a_few_are_kept),
      IN_FIXTURE(policies__the_queries_tell_when_a_set_was_loaded),
      IN_FIXTURE(policies__an_address_that_is_none_reaches_no_policy),
      IN_FIXTURE(policies__a_document_that_was_inserted_by_hand_refuses),
      IN_FIXTURE(policies__a_document_that_is_none_refuses_and_is_named),
      IN_FIXTURE(policies__a_document_that_was_damaged_refuses_whoever_had_not_loaded_it),
      IN_FIXTURE(policies__a_store_without_the_slot_refuses_where_there_are_policies),
      IN_FIXTURE(policies__an_allowlist_needs_an_allow_which_strong_evidence_may_replace),
      IN_FIXTURE(policies__a_prerequisite_that_policies_refuse_is_no_remedy),
      IN_FIXTURE(policies__a_triple_may_have_a_duration),
      IN_FIXTURE(policies__are_explained_for_a_triple),
      IN_FIXTURE(policies__memory_may_run_out_anywhere),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
