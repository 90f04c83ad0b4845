/* SPDX-License-Identifier: Apache-2.0
 *
 * Policies tried on the past: what a replay says would have been is what is decided when it is so. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fixture.h"

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "trail.h"

#define DOCUMENT(statement) "{\"Version\":\"2012-10-17\",\"Statement\":[" statement "]}"
#define ANY "\"Action\":\"askiam:RequestRole\",\"Resource\":\"*\""
#define DENY(sid, condition) "{\"Sid\":\"" sid "\",\"Effect\":\"Deny\"," ANY ",\"Condition\":{" condition "}}"
#define ALLOW "{\"Effect\":\"Allow\"," ANY "}"

static const char s_no_high[] = DOCUMENT(DENY("NoHighRisk", "\"StringEquals\":{\"askiam:RoleRisk\":\"high\"}"));
static const char s_no_workday[] = DOCUMENT(DENY("NoWorkday", "\"StringEquals\":{\"askiam:AppId\":\"workday\"}"));
static const char s_nothing[] = DOCUMENT(DENY("Nothing", "\"StringEquals\":{\"askiam:AppId\":\"none\"}"));
static const char s_allow[] = DOCUMENT(ALLOW);
static const char s_mixed[] = DOCUMENT(
    ALLOW "," DENY("NotForLong", "\"NumericGreaterThan\":{\"askiam:RequestedDurationSeconds\":\"864000\"}") "," DENY(
        "NotForOthers", "\"StringNotEquals\":{\"askiam:RequesterId\":\"${askiam:UserId}\"}"));

/* The sample organisation without its policies: these tests bring their own. */
static int s_set_up(void **state)
{
  enum { SAMPLE_BYTES = 1024 * 1024 };
  fixture_set_up_empty(state);
  char *text = calloc(1, SAMPLE_BYTES);
  FILE *file = fopen(ASKIAM_DECISIONS "/../../data/sample.json", "r");
  assert_non_null(text);
  assert_non_null(file);
  assert_true(fread(text, 1, SAMPLE_BYTES - 1, file) > 0);
  assert_true(feof(file));
  assert_int_equal(fclose(file), 0);
  cJSON *sample = cJSON_Parse(text);
  assert_non_null(sample);
  cJSON_DeleteItemFromObjectCaseSensitive(sample, "policies");
  char *bare = cJSON_PrintUnformatted(sample);
  assert_non_null(bare);
  fixture_import(*state, bare);
  cJSON_free(bare);
  cJSON_Delete(sample);
  free(text);
  return 0;
}

/* Makes this document the only policy of the store. */
static void s_put(fixture *home, const char *document)
{
  char json[2048];
  snprintf(json, sizeof json, "{\"policies\":{\"the-one\":%.2000s}}", document);
  fixture_import(home, json);
}

static askiam_policy_set *s_compile(const char *document)
{
  askiam_policy_builder *builder = NULL;
  askiam_policy_set *set = NULL;
  askiam_error error = ASKIAM_ERROR_INIT;
  assert_int_equal(askiam_policy_builder_new(&builder, NULL, &error), ASKIAM_STATUS_OK);
  if ((document != NULL &&
       askiam_policy_builder_add(builder, ASKIAM_POLICY_ACCESS_REQUEST, 0, askiam_str_from("the-one"),
                                 askiam_str_from(document), &error) != ASKIAM_STATUS_OK) ||
      askiam_policy_builder_build(&set, builder, &error) != ASKIAM_STATUS_OK) {
    fail_msg("%s", error.message);
  }
  askiam_policy_builder_destroy(builder);
  return set;
}

typedef struct lines {
  char *text;
  size_t length, room;
  size_t count;
  const test_allocator *watched;
  long most_outstanding; /* blocks of the engine's, when a line was told */
} lines;

static askiam_status s_line(void *context, askiam_str line)
{
  lines *told = context;
  if (told->length + line.length + 2 > told->room) {
    told->room = 2 * told->room + line.length + 2;
    told->text = realloc(told->text, told->room);
    assert_non_null(told->text);
  }
  memcpy(told->text + told->length, line.data, line.length);
  told->length += line.length;
  told->text[told->length++] = '\n';
  told->text[told->length] = 0;
  ++told->count;
  if (told->watched != NULL && told->watched->outstanding > told->most_outstanding) {
    told->most_outstanding = told->watched->outstanding;
  }
  return ASKIAM_STATUS_OK;
}

/* The lines are the caller's to free. */
static askiam_replay_summary s_run(fixture *home, const askiam_replay_options *options, lines *told)
{
  askiam_replay_summary summary = {.size = sizeof summary};
  askiam_error error = ASKIAM_ERROR_INIT;
  if (askiam_replay_many(&summary, home->engine, options, s_line, told, &error) != ASKIAM_STATUS_OK) {
    fail_msg("%s", error.message);
  }
  return summary;
}

static size_t s_flipped(const askiam_replay_summary *summary)
{
  return (size_t)(summary->replayed - summary->unchanged - summary->differing);
}

static void replay_policies__those_of_the_time_are_asked(void **state)
{
  fixture *home = *state;
  lines told = {.count = 0};
  s_put(home, s_no_high);
  size_t count = trail_decide_cases(home, "first");
  s_put(home, s_mixed);
  trail_decide_cases(home, "second");
  s_put(home, s_allow);
  trail_empty_catalogue(home);
  askiam_replay_summary summary = s_run(home, NULL, &told);
  if (summary.unchanged != 2 * count) {
    fail_msg("%s", told.text);
  }
  assert_int_equal(summary.requests, 2 * count);
  free(told.text);
  int equal = 0;
  char *report = NULL;
  assert_int_equal(
      askiam_replay_decision(&equal, &report, home->engine, askiam_str_from("first-0"), askiam_str_from(NULL), NULL),
      ASKIAM_STATUS_OK);
  assert_int_equal(equal, 1);
  assert_non_null(strstr(report, "\"policies\":{\"mode\":\"guardrail\",\"count\":1,\"hash\":\""));
  askiam_string_free(home->engine, report);
}

/* The status and first code that a request was recorded with, "VALID APPROVED_BY_RULES". */
static void s_recorded(fixture *home, const char *request_id, char *out, size_t size)
{
  char *json = NULL;
  assert_int_equal(askiam_status_json(&json, home->engine, askiam_str_from(request_id), askiam_str_from(NULL), NULL),
                   ASKIAM_STATUS_OK);
  const char *status = strstr(json, "\"status\":\"") + strlen("\"status\":\"");
  const char *codes = strstr(json, "\"reason_codes\":[") + strlen("\"reason_codes\":[");
  snprintf(out, size, "%.*s [%.*s", (int)strcspn(status, "\""), status, (int)strcspn(codes, "]"), codes);
  askiam_string_free(home->engine, json);
}

/* What a run said of a request, in the same words; what was recorded where it said nothing of it. */
static void s_foretold(const lines *told, const char *request_id, const char *recorded, char *out, size_t size)
{
  char wanted[64];
  snprintf(wanted, sizeof wanted, "\"request_id\":\"%s\"", request_id);
  const char *line = told->text == NULL ? NULL : strstr(told->text, wanted);
  if (line == NULL) {
    snprintf(out, size, "%s", recorded);
    return;
  }
  line = strstr(line, "\"would_be\":{\"status\":\"") + strlen("\"would_be\":{\"status\":\"");
  const char *codes = strstr(line, "\"reason_codes\":[") + strlen("\"reason_codes\":[");
  snprintf(out, size, "%.*s [%.*s", (int)strcspn(line, "\""), line, (int)strcspn(codes, "]"), codes);
}

/* Tried on what was decided under others, a set foretells what is decided under it: flips to the letter, and no other status. */
static void s_assert_foretold(fixture *home, const char *under, const char *tried, const char *mode)
{
  lines told = {.count = 0};
  s_put(home, under);
  size_t count = trail_decide_cases(home, "before");
  askiam_policy_set *set = s_compile(tried);
  askiam_audit_filter filter = {.size = sizeof filter, .limit = count, .newest_first = 1};
  askiam_replay_options options = {
      .size = sizeof options, .policies = set, .policy_mode = askiam_str_from(mode), .filter = &filter};
  askiam_replay_summary summary = s_run(home, &options, &told);
  assert_int_equal(summary.replayed, count);
  s_put(home, tried);
  assert_int_equal(askiam_config_set(home->config, "policy.mode", mode == NULL ? "guardrail" : mode, NULL),
                   ASKIAM_STATUS_OK);
  fixture_reopen(home);
  trail_decide_cases(home, "after");
  size_t flips = 0;
  for (size_t i = 0; i < count; ++i) {
    char id[32];
    char before[512];
    char foretold[512];
    char after[512];
    snprintf(id, sizeof id, "before-%zu", i);
    s_recorded(home, id, before, sizeof before);
    s_foretold(&told, id, before, foretold, sizeof foretold);
    snprintf(id, sizeof id, "after-%zu", i);
    s_recorded(home, id, after, sizeof after);
    bool flipped = strcspn(before, " ") != strcspn(after, " ") || memcmp(before, after, strcspn(after, " ")) != 0;
    flips += flipped;
    bool good = flipped ? strcmp(foretold, after) == 0 : strncmp(foretold, after, strcspn(after, " ")) == 0;
    if (!good) {
      fail_msg("case %zu: before %s, foretold %s, after %s", i, before, foretold, after);
    }
  }
  assert_int_equal(s_flipped(&summary), flips);
  assert_true(flips > 0);
  askiam_policy_set_destroy(set);
  free(told.text);
}

static void replay_policies__a_denial_is_foretold(void **state)
{
  s_assert_foretold(*state, s_allow, s_no_workday, NULL);
}
static void replay_policies__a_relief_is_foretold(void **state)
{
  s_assert_foretold(*state, s_no_workday, s_no_high, NULL);
}
static void replay_policies__conditions_are_foretold(void **state)
{
  s_assert_foretold(*state, s_no_high, s_mixed, NULL);
}

static void replay_policies__another_mode_is_foretold(void **state)
{
  fixture *home = *state;
  /* Strong evidence would outweigh a missing Allow. */
  assert_int_equal(askiam_config_set(home->config, "rag.enabled", "false", NULL), ASKIAM_STATUS_OK);
  fixture_reopen(home);
  s_assert_foretold(home, s_allow, s_nothing, "allowlist");
}

/* A document of one to four statements out of these, by the digits of `seed`. */
static void s_compose(char *out, size_t size, unsigned seed)
{
  static const char *const statements[] = {
      ALLOW,
      DENY("A%u", "\"StringEquals\":{\"askiam:RoleRisk\":[\"high\",\"medium\"]}"),
      DENY("B%u", "\"StringLike\":{\"askiam:UserDepartment\":\"*n*\"}"),
      DENY("C%u", "\"ForAnyValue:StringLike\":{\"askiam:CurrentRoles\":\"wd-*\"}"),
      DENY("D%u", "\"Null\":{\"askiam:RequestedDurationSeconds\":\"true\"}"),
      DENY("E%u", "\"StringNotEquals\":{\"askiam:RequesterId\":\"${askiam:UserId}\"}"),
      DENY("F%u", "\"DateLessThan\":{\"aws:CurrentTime\":\"2026-11-23T12:00:00Z\"}"),
      DENY("G%u", "\"NotIpAddress\":{\"aws:SourceIp\":\"10.0.0.0/8\"}"),
  };
  enum { STATEMENTS = sizeof statements / sizeof *statements };
  size_t length = (size_t)snprintf(out, size, "{\"Version\":\"2012-10-17\",\"Statement\":[");
  for (unsigned i = 0; i <= seed % 4; ++i) {
    char statement[512];
    char *sid = NULL;
    snprintf(statement, sizeof statement, "%s", statements[(seed >> (3 * i)) % STATEMENTS]);
    sid = strstr(statement, "%u");
    if (sid != NULL) { /* unique in the document */
      sid[0] = 'x';
      sid[1] = (char)('0' + i);
    }
    length += (size_t)snprintf(out + length, size - length, "%s%s", i == 0 ? "" : ",", statement);
  }
  snprintf(out + length, size - length, "]}");
}

/* The theorem: the set and the mode that decided, tried again, flip nothing, and give no other reasons. */
static void replay_policies__the_same_set_tried_flips_nothing(void **state)
{
  fixture *home = *state;
  unsigned seed = 20261123;
  for (int round = 0; round < 12; ++round) {
    char document[2048];
    char prefix[16];
    lines told = {.count = 0};
    const char *mode = round % 2 == 0 ? "guardrail" : "allowlist";
    seed = seed * 1664525u + 1013904223u;
    s_compose(document, sizeof document, seed >> 8);
    s_put(home, document);
    assert_int_equal(askiam_config_set(home->config, "policy.mode", mode, NULL), ASKIAM_STATUS_OK);
    fixture_reopen(home);
    snprintf(prefix, sizeof prefix, "round%d", round);
    size_t count = trail_decide_cases(home, prefix);
    askiam_policy_set *set = s_compile(document);
    askiam_audit_filter filter = {.size = sizeof filter, .limit = count, .newest_first = 1};
    askiam_replay_options options = {
        .size = sizeof options, .policies = set, .policy_mode = askiam_str_from(mode), .filter = &filter};
    askiam_replay_summary summary = s_run(home, &options, &told);
    if (summary.unchanged != count) {
      fail_msg("%s under %s: %s", document, mode, told.text);
    }
    options.policies = NULL;
    options.policy_mode = askiam_str_from(NULL);
    assert_int_equal(s_run(home, &options, &told).unchanged, count);
    askiam_policy_set_destroy(set);
    free(told.text);
    home->now_ms += 1000;
  }
}

static void replay_policies__flips_are_told_with_their_reasons(void **state)
{
  fixture *home = *state;
  lines told = {.count = 0};
  trail_decide(home, "john.doe", FIXTURE_SENTENCE, "flips");
  trail_decide(home, "john.doe", "I need Viewer in Tableau", "stays");
  askiam_policy_set *set = s_compile(s_no_workday);
  askiam_replay_options options = {
      .size = sizeof options, .policies = set, .fail_on = askiam_str_from("INVALID:VALID,VALID:INVALID")};
  askiam_replay_summary summary = s_run(home, &options, &told);
  assert_int_equal(summary.flips[ASKIAM_VERDICT_VALID][ASKIAM_VERDICT_INVALID], 1);
  assert_int_equal(summary.chosen, 1);
  assert_int_equal(told.count, 2);
  assert_ptr_equal(strstr(told.text, "{\"type\":\"flip\",\"request_id\":\"flips\""), told.text);
  assert_non_null(strstr(told.text, "\"check\":\"POLICY\",\"detail\":\"There are no policies.\""));
  assert_non_null(strstr(told.text, "\"reason_codes\":[\"POLICY_DENY\""));
  options.fail_on = askiam_str_from("INVALID:VALID");
  assert_int_equal(s_run(home, &options, &told).chosen, 0);
  options.fail_on = askiam_str_from("any");
  assert_int_equal(s_run(home, &options, &told).chosen, 1);
  assert_int_equal(fixture_trail(home), 2);
  askiam_policy_set_destroy(set);
  free(told.text);
}

static void replay_policies__no_policies_at_all_can_be_tried(void **state)
{
  fixture *home = *state;
  lines told = {.count = 0};
  s_put(home, s_no_workday);
  trail_decide(home, "john.doe", FIXTURE_SENTENCE, "denied");
  askiam_policy_set *set = s_compile(NULL);
  askiam_replay_options options = {.size = sizeof options, .policies = set};
  assert_int_equal(s_run(home, &options, &told).flips[ASKIAM_VERDICT_INVALID][ASKIAM_VERDICT_VALID], 1);
  askiam_policy_set_destroy(set);
  free(told.text);
}

static void replay_policies__those_that_are_gone_are_said(void **state)
{
  fixture *home = *state;
  lines told = {.count = 0};
  s_put(home, s_no_workday);
  trail_decide(home, "john.doe", FIXTURE_SENTENCE, "denied");
  trail_decide(home, "john.doe", "Thanks a lot", "thanks");
  trail_tamper(home, "DELETE FROM policy_sets");
  fixture_reopen(home);
  int equal = 1;
  char *report = NULL;
  askiam_error error = ASKIAM_ERROR_INIT;
  assert_int_equal(
      askiam_replay_decision(&equal, &report, home->engine, askiam_str_from("denied"), askiam_str_from(NULL), &error),
      ASKIAM_STATUS_NOT_FOUND);
  assert_non_null(strstr(error.message, "cannot be had"));
  askiam_replay_summary summary = s_run(home, NULL, &told);
  assert_int_equal(summary.without_policies, 1);
  assert_int_equal(summary.unchanged, 1);
  assert_non_null(strstr(told.text, "\"request_id\":\"denied\""));
  assert_non_null(strstr(told.text, "\"why\":\"without_policies\""));
  free(told.text);
}

/* Policies that could not be had when it was decided cannot be had in a replay, whatever the store has by now. */
static void replay_policies__those_that_could_not_be_had_are_not_had(void **state)
{
  fixture *home = *state;
  s_put(home, s_allow);
  trail_tamper(home, "UPDATE policy_sets SET set_hash = 'x' || set_hash");
  fixture_reopen(home);
  trail_decide(home, "john.doe", FIXTURE_SENTENCE, "blind");
  char recorded[256];
  s_recorded(home, "blind", recorded, sizeof recorded);
  assert_non_null(strstr(recorded, "INVALID [\"POLICY_DENY\""));
  trail_tamper(home, "UPDATE policy_sets SET set_hash = substr(set_hash, 2)");
  fixture_reopen(home);
  int equal = 0;
  char *report = NULL;
  assert_int_equal(
      askiam_replay_decision(&equal, &report, home->engine, askiam_str_from("blind"), askiam_str_from(NULL), NULL),
      ASKIAM_STATUS_OK);
  assert_int_equal(equal, 1);
  askiam_string_free(home->engine, report);
}

/* More sets than are kept, one after the other within one millisecond, in a store that has one connection: each entry is read once. */
static void replay_policies__many_sets_through_one_connection(void **state)
{
  fixture *home = *state;
  enum { SETS = 24, EACH = 3 };
  lines told = {.count = 0};
  assert_int_equal(askiam_config_set(home->config, "store.pool_size", "1", NULL), ASKIAM_STATUS_OK);
  assert_int_equal(askiam_config_set(home->config, "store.busy_timeout_ms", "200", NULL), ASKIAM_STATUS_OK);
  fixture_reopen(home);
  for (int i = 0; i < EACH * SETS; ++i) {
    char document[512];
    char id[32];
    snprintf(document, sizeof document, DOCUMENT(DENY("S%d", "\"StringEquals\":{\"askiam:RoleRisk\":\"%s\"}")),
             i % SETS, i % 2 == 0 ? "high" : "low");
    s_put(home, document);
    snprintf(id, sizeof id, "r%d", i);
    trail_decide(home, "john.doe", i % 5 == 0 ? "Thanks a lot" : FIXTURE_SENTENCE, id);
  }
  askiam_audit_filter filter = {.size = sizeof filter, .newest_first = 1};
  askiam_replay_options options = {.size = sizeof options, .filter = &filter};
  for (int newest = 0; newest < 2; ++newest) {
    filter.newest_first = newest;
    filter.limit = 0;
    askiam_replay_summary summary = s_run(home, &options, &told);
    assert_int_equal(summary.requests, EACH * SETS);
    assert_int_equal(summary.unchanged, EACH * SETS);
    filter.limit = 50;
    assert_int_equal(s_run(home, &options, &told).requests, 50);
    filter.limit = 1;
    assert_int_equal(s_run(home, &options, &told).requests, 1);
  }
  free(told.text);
}

static void replay_policies__memory_does_not_grow_with_their_number(void **state)
{
  fixture *home = *state;
  enum { COUNT = 10000, AT_ONCE = 500 };
  lines told = {.watched = &home->allocator};
  assert_int_equal(askiam_config_set(home->config, "rag.enabled", "false", NULL), ASKIAM_STATUS_OK); /* it takes time */
  fixture_reopen(home);
  askiam_request *request = fixture_request("john.doe", "HR Analyst in Workday", NULL);
  const askiam_request *requests[AT_ONCE];
  askiam_decision *decisions[AT_ONCE];
  for (size_t i = 0; i < AT_ONCE; ++i) {
    requests[i] = request;
  }
  for (size_t done = 0; done < COUNT; done += AT_ONCE) {
    assert_int_equal(askiam_validate_batch(decisions, home->engine, requests, AT_ONCE, NULL), ASKIAM_STATUS_OK);
    for (size_t i = 0; i < AT_ONCE; ++i) {
      askiam_decision_destroy(decisions[i]);
    }
  }
  askiam_request_destroy(request);
  askiam_policy_set *set = s_compile(s_no_workday);
  askiam_audit_filter filter = {.size = sizeof filter, .limit = 10, .newest_first = 1};
  askiam_replay_options options = {.size = sizeof options, .policies = set, .filter = &filter};
  s_run(home, &options, &told);
  long few = told.most_outstanding;
  filter.limit = COUNT;
  askiam_replay_summary summary = s_run(home, &options, &told);
  assert_int_equal(summary.flips[ASKIAM_VERDICT_VALID][ASKIAM_VERDICT_INVALID], COUNT);
  assert_true(told.most_outstanding <= few + 8);
  askiam_policy_set_destroy(set);
  free(told.text);
}

static void replay_policies__failing_memory_flips_nothing(void **state)
{
  fixture *home = *state;
  s_put(home, s_mixed);
  trail_decide(home, "john.doe", FIXTURE_SENTENCE, "a");
  askiam_policy_set *set = s_compile(s_no_high);
  askiam_replay_options options = {.size = sizeof options, .policies = set};
  for (int tried = 0; tried < 2; ++tried) {
    askiam_status status = ASKIAM_STATUS_NO_MEMORY;
    fixture_reopen(home);
    long resting = home->allocator.outstanding;
    for (long at = 1; status != ASKIAM_STATUS_OK; ++at) {
      lines told = {.count = 0};
      askiam_replay_summary summary = {.size = sizeof summary};
      test_allocator_fail_at(&home->allocator, at);
      status = askiam_replay_many(&summary, home->engine, tried ? &options : NULL, s_line, &told, NULL);
      test_allocator_fail_at(&home->allocator, 0);
      assert_true(status == ASKIAM_STATUS_OK || status == ASKIAM_STATUS_NO_MEMORY);
      assert_int_equal(s_flipped(&summary), 0);
      assert_true(home->allocator.outstanding <= resting + 200);
      assert_true(at < 20000);
      free(told.text);
    }
  }
  askiam_policy_set_destroy(set);
}

int main(void)
{
#define IN_FIXTURE(test) cmocka_unit_test_setup_teardown(test, s_set_up, fixture_tear_down)
  const struct CMUnitTest tests[] = {
      IN_FIXTURE(replay_policies__those_of_the_time_are_asked),
      IN_FIXTURE(replay_policies__a_denial_is_foretold),
      IN_FIXTURE(replay_policies__a_relief_is_foretold),
      IN_FIXTURE(replay_policies__conditions_are_foretold),
      IN_FIXTURE(replay_policies__another_mode_is_foretold),
      IN_FIXTURE(replay_policies__the_same_set_tried_flips_nothing),
      IN_FIXTURE(replay_policies__flips_are_told_with_their_reasons),
      IN_FIXTURE(replay_policies__no_policies_at_all_can_be_tried),
      IN_FIXTURE(replay_policies__those_that_are_gone_are_said),
      IN_FIXTURE(replay_policies__those_that_could_not_be_had_are_not_had),
      IN_FIXTURE(replay_policies__many_sets_through_one_connection),
      IN_FIXTURE(replay_policies__memory_does_not_grow_with_their_number),
      IN_FIXTURE(replay_policies__failing_memory_flips_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
