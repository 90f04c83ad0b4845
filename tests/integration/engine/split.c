/* SPDX-License-Identifier: Apache-2.0
 *
 * The theorem of topology split: what is decided, what is recorded and what a replay makes of it are the same as in one process, over all cases of
 * tests/decisions, in every mode. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "world.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

enum { LINE_BYTES = 8192, ROW_BYTES = 1 << 20 };

static void s_claim(askiam_request *request, bool all)
{
  static const char *const values[] = {"10.66.66.66", "mine", "liar \"7\" \x01 ü", "2001-01-01T00:00:00Z"};
  for (size_t i = all ? 0 : 2; i < (all ? 4 : 3); ++i) {
    askiam_request_field field = (askiam_request_field)(ASKIAM_REQUEST_CLAIMED_IP + i);
    assert_int_equal(askiam_request_set(request, field, askiam_str_from(values[i]), NULL), ASKIAM_STATUS_OK);
  }
}

static askiam_request *s_case(const char *line, size_t number)
{
  char id[64];
  askiam_request *request = NULL;
  assert_int_equal(askiam_request_from_json(&request, askiam_str_from(line), NULL, NULL), ASKIAM_STATUS_OK);
  snprintf(id, sizeof id, "case-%zu", number);
  assert_int_equal(askiam_request_set(request, ASKIAM_REQUEST_ID, askiam_str_from(id), NULL), ASKIAM_STATUS_OK);
  assert_int_equal(askiam_request_set(request, ASKIAM_REQUEST_IP, askiam_str_from("10.0.0.7"), NULL), ASKIAM_STATUS_OK);
  assert_int_equal(askiam_request_set(request, ASKIAM_REQUEST_SESSION_ID, askiam_str_from("s-1"), NULL),
                   ASKIAM_STATUS_OK);
  assert_int_equal(askiam_request_set(request, ASKIAM_REQUEST_TRACE_ID, askiam_str_from("t"), NULL), ASKIAM_STATUS_OK);
  if (number % 2 == 1) { /* of a stranger's, who claims something */
    s_claim(request, number % 4 == 1);
  }
  return request;
}

/* Without its place in the trail, which has a hash of chance in it. */
static char *s_text(const askiam_decision *decision)
{
  char *text = strdup(askiam_decision_to_json(decision, NULL));
  char *audit = strstr(text, ",\"audit\":");
  assert_non_null(audit);
  *audit = 0;
  return text;
}

static void s_compare(world *at, const char *line, size_t number, int dry_run)
{
  askiam_request *requests[2] = {s_case(line, number), s_case(line, number)};
  askiam_request_set_dry_run(requests[0], dry_run);
  askiam_request_set_dry_run(requests[1], dry_run);
  askiam_decision *fused = fixture_decide(at->fused, requests[0]);
  askiam_decision *split = world_decide(at, requests[1], NULL);
  char *texts[2] = {s_text(fused), s_text(split)};
  assert_string_equal(texts[1], texts[0]);
  assert_int_equal(askiam_decision_get(split, ASKIAM_DECISION_AUDIT_CHAIN).length > 0, !dry_run);
  free(texts[0]);
  free(texts[1]);
  askiam_decision_destroy(fused);
  askiam_decision_destroy(split);
}

/* Beside the cases: what looks at further facts, circumstances, another requester, words that must be escaped. */
static const char *const s_further[] = {
    "{\"user_id\":\"john.doe\",\"raw_request\":\"I need HR Annallyist in Workday\"}",
    "{\"user_id\":\"ben.carter\",\"raw_request\":\"I need Project Lead in Jira\"}",
    "{\"user_id\":\"ben.carter\",\"raw_request\":\"I need Project Lead in Jira for 3 days\"}",
    "{\"user_id\":\"john.doe\",\"requester_id\":\"nobody\",\"raw_request\":\"I need HR Analyst in Workday\"}",
    "{\"user_id\":\"john.doe\",\"requester_id\":\"grace.miller\",\"raw_request\":\"I need HR Analyst in Workday\"}",
    "{\"user_id\":\"a/b*c\",\"raw_request\":\"I need HR Analyst in Workday\"}",
    "{\"user_id\":\"john.doe\",\"raw_request\":\"\\\"Bitte\\\" \\u00fc I need \\t HR Analyst, in Workday {}[]\"}"};

static size_t s_compare_all(world *at, const char *name, int dry_run)
{
  static char line[LINE_BYTES];
  char path[256];
  snprintf(path, sizeof path, "%s/%s.jsonl", ASKIAM_DECISIONS, name);
  FILE *file = fopen(path, "r");
  size_t count = 0;
  if (file == NULL) {
    fail_msg("%s cannot be read", path);
    return 0;
  }
  while (fgets(line, sizeof line, file) != NULL) {
    char *end = strchr(line, '\n');
    if (end != NULL) {
      *end = 0;
    }
    s_compare(at, line, count++, dry_run);
  }
  assert_true(count > 10);
  assert_int_equal(fclose(file), 0);
  for (size_t i = 0; i < sizeof s_further / sizeof *s_further; ++i) {
    s_compare(at, s_further[i], count++, dry_run);
  }
  return count;
}

/* What both stores keep of a request and of its entry, but for ids, salts, hashes and times of chance. */
static char *s_kept(const fixture *home, size_t number)
{
  static const char *const sql =
      "SELECT json_array(r.requester_id, r.user_id, r.speaker_id, r.status, r.sentence, r.facts, r.config_hash, "
      "r.policy_hash, r.expires_at, "
      "json_remove(a.payload, '$.id', '$.sentence_hash', '$.facts_hash', '$.content_hash', '$.decision_hash'), "
      "a.resource, a.ip_address) "
      "FROM requests r JOIN audit_log a ON a.request_id = r.request_id WHERE r.request_id = ?1";
  sqlite3 *db = NULL;
  sqlite3_stmt *row = NULL;
  char id[64];
  snprintf(id, sizeof id, "case-%zu", number);
  assert_int_equal(sqlite3_open(home->url + strlen("sqlite:"), &db), SQLITE_OK);
  if (sqlite3_prepare_v2(db, sql, -1, &row, NULL) != SQLITE_OK) {
    fail_msg("%s", sqlite3_errmsg(db));
  }
  sqlite3_bind_text(row, 1, id, -1, SQLITE_STATIC);
  assert_int_equal(sqlite3_step(row), SQLITE_ROW);
  char *text = strdup((const char *)sqlite3_column_text(row, 0));
  sqlite3_finalize(row);
  sqlite3_close(db);
  return text;
}

static askiam_status s_line(void *context, askiam_str line)
{
  (void)context;
  print_message("%.*s\n", (int)line.length, line.data);
  return ASKIAM_STATUS_OK;
}

static void s_replay_all(world *at, size_t count)
{
  askiam_replay_summary summary = {.size = sizeof summary};
  askiam_error error = ASKIAM_ERROR_INIT;
  assert_int_equal(askiam_replay_many(&summary, at->functions->engine, NULL, s_line, NULL, &error), ASKIAM_STATUS_OK);
  assert_int_equal(summary.requests, count);
  assert_int_equal(summary.unchanged, count);
}

static const char *const s_modes[][7] = {
    {"decision.mode", "guarded", "policy.mode", "guardrail", NULL},
    {"decision.mode", "rag_first", "policy.mode", "guardrail", "decision.threshold", "0.5", NULL},
    {"decision.mode", "guarded", "policy.mode", "allowlist", "decision.threshold", "0.5", NULL},
    {"decision.mode", "guarded", "policy.mode", "guardrail", "decision.on_abstain", "ask", NULL},
    {"decision.on_abstain", "rules", "rag.enabled", "false", NULL}};

static void split__decides_every_case_of_the_sample_as_one_process_does(void **state)
{
  world *at = *state;
  for (size_t i = 0; i < sizeof s_modes / sizeof *s_modes; ++i) {
    world_configure(at, s_modes[i]);
    s_compare_all(at, "sample", 1);
  }
}

static void split__decides_every_case_of_an_unfamiliar_organisation_as_one_process_does(void **state)
{
  world *at = *state;
  askiam_error error = ASKIAM_ERROR_INIT;
  assert_int_equal(askiam_import_path(NULL, at->fused->engine, ASKIAM_DECISIONS "/hospital.json", NULL, &error),
                   ASKIAM_STATUS_OK);
  assert_int_equal(askiam_import_path(NULL, at->functions->engine, ASKIAM_DECISIONS "/hospital.json", NULL, &error),
                   ASKIAM_STATUS_OK);
  for (size_t i = 0; i < 2; ++i) {
    world_configure(at, s_modes[i]);
    s_compare_all(at, "hospital", 1);
  }
}

static void split__records_every_case_as_one_process_does_and_replays_it(void **state)
{
  world *at = *state;
  size_t count = s_compare_all(at, "sample", 0);
  for (size_t i = 0; i < count; ++i) {
    char *texts[2] = {s_kept(at->fused, i), s_kept(at->functions, i)};
    assert_string_equal(texts[1], texts[0]);
    assert_int_equal(strstr(texts[0], "liar") != NULL, i % 2 == 1);
    free(texts[0]);
    free(texts[1]);
  }
  assert_int_equal(fixture_trail(at->functions), count);
  s_replay_all(at, count);
}

static void split__gives_a_stored_decision_back_byte_for_byte(void **state)
{
  world *at = *state;
  askiam_decision *first = world_decide(at, fixture_request("john.doe", FIXTURE_SENTENCE, "r-1"), NULL);
  int asked = at->calls[ASKIAM_STAGE_EXTRACTOR];
  at->fused->now_ms += 60000;
  askiam_decision *again = world_decide(at, fixture_request("john.doe", FIXTURE_SENTENCE, "r-1"), NULL);
  assert_string_equal(askiam_decision_to_json(again, NULL), askiam_decision_to_json(first, NULL));
  assert_int_equal(at->calls[ASKIAM_STAGE_EXTRACTOR], asked);
  askiam_decision *stored = NULL;
  askiam_request *request = fixture_request("john.doe", FIXTURE_SENTENCE, "r-1");
  assert_int_equal(askiam_validate(&stored, at->functions->engine, request, NULL), ASKIAM_STATUS_OK);
  assert_string_equal(askiam_decision_to_json(stored, NULL), askiam_decision_to_json(first, NULL));
  askiam_request_destroy(request);
  askiam_decision_destroy(stored);
  askiam_decision_destroy(again);
  askiam_decision_destroy(first);
  askiam_status status = ASKIAM_STATUS_OK;
  askiam_decision *other = world_decide(at, fixture_request("john.doe", "I need Viewer in Jira", "r-1"), &status);
  assert_int_equal(status, ASKIAM_STATUS_CONFLICT);
  assert_true(strcmp(askiam_decision_code(other, 0).data, "REQUEST_ID_CONFLICT") == 0);
  askiam_decision_destroy(other);
}

static void split__records_a_batch_one_by_one(void **state)
{
  enum { MANY = 5 };
  world *at = *state;
  askiam_request *requests[MANY];
  askiam_decision *decisions[MANY];
  for (size_t i = 0; i < MANY; ++i) {
    char id[16];
    snprintf(id, sizeof id, "b-%zu", i % (MANY - 1)); /* the last is the first again */
    requests[i] = fixture_request("john.doe", FIXTURE_SENTENCE, id);
  }
  assert_int_equal(askiam_validate_batch(decisions, at->engine, (const askiam_request *const *)requests, MANY, NULL),
                   ASKIAM_STATUS_OK);
  assert_string_equal(askiam_decision_to_json(decisions[MANY - 1], NULL), askiam_decision_to_json(decisions[0], NULL));
  for (size_t i = 0; i < MANY; ++i) {
    askiam_decision_destroy(decisions[i]);
    askiam_request_destroy(requests[i]);
  }
  assert_int_equal(fixture_trail(at->functions), MANY - 1);
}

/* Whoever looks for evidence, or checks facts, learns who and what, and nothing of what was written. What was claimed
 * is for the trail's function alone. */
static void split__the_sentence_reaches_extractor_and_trail_alone(void **state)
{
  world *at = *state;
  askiam_request *request = fixture_request("john.doe", "Moin! I need HR Analyst in Workday, grüße", "r-1");
  s_claim(request, true);
  askiam_decision_destroy(world_decide(at, request, NULL));
  for (int stage = 0; stage <= ASKIAM_STAGE_AUDIT; ++stage) {
    const char *event = at->events[stage];
    assert_int_equal(event != NULL && strstr(event, "10.66.66.66") != NULL, stage == ASKIAM_STAGE_AUDIT);
  }
  assert_non_null(strstr(at->events[ASKIAM_STAGE_EXTRACTOR], "Moin!"));
  assert_non_null(strstr(at->events[ASKIAM_STAGE_AUDIT], "Moin!"));
  if (at->events[ASKIAM_STAGE_RAG] != NULL) {
    assert_null(strstr(at->events[ASKIAM_STAGE_RAG], "Moin!"));
    assert_null(strstr(at->events[ASKIAM_STAGE_RAG], "mention"));
  }
  if (at->events[ASKIAM_STAGE_MCP] != NULL) {
    assert_null(strstr(at->events[ASKIAM_STAGE_MCP], "Moin!"));
    assert_null(strstr(at->events[ASKIAM_STAGE_MCP], "mention"));
  }
}

/* A function that is configured as the orchestrator is serves its stage by itself, and calls nobody. */
static void split__a_function_of_the_same_configuration_runs_its_stage_itself(void **state)
{
  world *at = *state;
  static const char *const keys[] = {"topology", "split.extractor", "split.rag", "split.mcp", "split.audit"};
  static const char *const values[] = {"split", "http://127.0.0.1:1/", "http://127.0.0.1:1/", "http://127.0.0.1:1/",
                                       "http://127.0.0.1:1/"};
  for (size_t i = 0; i < sizeof keys / sizeof *keys; ++i) {
    assert_int_equal(askiam_config_set(at->functions->config, keys[i], values[i], NULL), ASKIAM_STATUS_OK);
  }
  fixture_reopen(at->functions);
  askiam_decision *decision = world_decide(at, fixture_request("john.doe", FIXTURE_SENTENCE, "r-1"), NULL);
  assert_int_equal(askiam_decision_verdict(decision), ASKIAM_VERDICT_VALID);
  askiam_decision_destroy(decision);
}

/* Where nobody asks for evidence, no function for it has to be named; the others still have to. */
static void split__without_evidence_needs_no_function_for_it(void **state)
{
  world *at = *state;
  const char *const settings[] = {"rag.enabled", "false", "split.rag", "", NULL};
  world_configure(at, settings);
  s_compare(at, s_further[0], 1, 1);
  assert_int_equal(at->calls[ASKIAM_STAGE_RAG], 0);
  askiam_engine *engine = NULL;
  askiam_error error = ASKIAM_ERROR_INIT;
  assert_int_equal(askiam_config_set(at->config, "split.mcp", "", NULL), ASKIAM_STATUS_OK);
  assert_int_equal(askiam_engine_new(&engine, at->config, &error), ASKIAM_STATUS_CONFIG);
  assert_non_null(strstr(error.message, "split.mcp"));
  assert_int_equal(askiam_config_set(at->config, "rag.enabled", "true", NULL), ASKIAM_STATUS_OK);
  assert_int_equal(askiam_engine_new(&engine, at->config, &error), ASKIAM_STATUS_CONFIG);
  assert_non_null(strstr(error.message, "split.rag"));
  assert_null(engine);
}

int main(void)
{
#define SPLIT_TEST(name) cmocka_unit_test_setup_teardown(name, world_set_up, world_tear_down)
  const struct CMUnitTest tests[] = {
      SPLIT_TEST(split__decides_every_case_of_the_sample_as_one_process_does),
      SPLIT_TEST(split__decides_every_case_of_an_unfamiliar_organisation_as_one_process_does),
      SPLIT_TEST(split__records_every_case_as_one_process_does_and_replays_it),
      SPLIT_TEST(split__gives_a_stored_decision_back_byte_for_byte),
      SPLIT_TEST(split__records_a_batch_one_by_one),
      SPLIT_TEST(split__the_sentence_reaches_extractor_and_trail_alone),
      SPLIT_TEST(split__a_function_of_the_same_configuration_runs_its_stage_itself),
      SPLIT_TEST(split__without_evidence_needs_no_function_for_it),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
