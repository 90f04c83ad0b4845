/* SPDX-License-Identifier: Apache-2.0
 *
 * The judge llm against a peer in this process: what it asks, what becomes of answers, how sure it is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>

#include "backend/handles.h"
#include "backend/options.h"
#include "base/time.h"
#include "judge/llm/llm_judge.h"
#include "support/allocator.h"
#include "support/peer.h"

typedef struct fixture {
  test_allocator allocator;
  aski_arena arena;
  test_peer *peer;
  test_peer_step step;
  char answer[2048];
  char url[128];
  const char *model, *key, *temperature, *trust, *output;
  const askiam_judge_vtable *table; /* NULL: OpenAI's */
  aski_judge judge;
  aski_facts facts;
  aski_document documents[2];
  askiam_case judged;
  int cancelled;
  askiam_call call;
  askiam_opinion opinion;
  askiam_error error;
} fixture;

static askiam_str s_setting(const void *context, const char *key)
{
  const fixture *own = context;
  const char *value = strcmp(key, "judge.url") == 0           ? own->url
                      : strcmp(key, "bedrock.url") == 0       ? own->url
                      : strcmp(key, "bedrock.output") == 0    ? own->output
                      : strcmp(key, "aws.region") == 0        ? "eu-west-1"
                      : strncmp(key, "aws.", 4) == 0          ? "hunter2"
                      : strcmp(key, "judge.model") == 0       ? own->model
                      : strcmp(key, "judge.key") == 0         ? own->key
                      : strcmp(key, "judge.temperature") == 0 ? own->temperature
                      : strcmp(key, "judge.trust") == 0       ? own->trust
                                                              : "";
  return askiam_str_from(value);
}

static askiam_status s_open(fixture *own)
{
  askiam_backend_options options = {
      .get = s_setting, .settings = own, .allocator = &own->allocator.base, .clock = aski_clock_system()};
  own->judge = (aski_judge){.table = own->table == NULL ? *aski_llm_judge() : *own->table};
  askiam_status status = own->judge.table.open(&own->judge.self, NULL, &options, &own->error);
  own->judge.provided = status == ASKIAM_STATUS_OK;
  return status;
}

static void s_fill_case(fixture *own)
{
  aski_facts_init(&own->facts, &own->arena);
  askiam_facts_set_user(&own->facts, ASKI_STR("u1"), ASKI_STR("Li"), ASKI_STR(""), ASKIAM_ENTITY_ACTIVE);
  askiam_facts_set_role(&own->facts, ASKI_STR("r1"), ASKI_STR("a1"), ASKI_STR("HR"), ASKI_STR(""), ASKI_STR(""),
                        ASKIAM_ENTITY_ACTIVE);
  own->documents[0] = (aski_document){.id = ASKI_STR("doc-a"), .title = ASKI_STR("A"), .text = ASKI_STR("a")};
  own->documents[1] = (aski_document){.id = ASKI_STR("doc-b"), .title = ASKI_STR("B"), .text = ASKI_STR("b")};
  own->judged = (askiam_case){.facts = &own->facts, .documents = own->documents, .document_count = 2};
}

/* A peer that answers `body` with `status`. */
static void s_begin_with(fixture *own, const askiam_judge_vtable *table, const char *output, const char *status,
                         const char *body)
{
  *own = (fixture){.error = ASKIAM_ERROR_INIT,
                   .model = "m",
                   .key = "sk-hunter2",
                   .temperature = "",
                   .trust = "",
                   .output = output,
                   .table = table};
  test_allocator_init(&own->allocator);
  aski_arena_init(&own->arena, aski_allocator_default());
  s_fill_case(own);
  snprintf(own->answer, sizeof own->answer, "HTTP/1.1 %s\r\nContent-Length: %zu\r\n\r\n%s", status, strlen(body), body);
  own->step = (test_peer_step){.answer = own->answer};
  own->peer = test_peer_start(&own->step, 1);
  assert_non_null(own->peer);
  snprintf(own->url, sizeof own->url, "%s/v1", test_peer_url(own->peer));
  own->call =
      (askiam_call){.clock = aski_clock_system(), .deadline_ticks_ns = UINT64_MAX, .cancelled = &own->cancelled};
  if (s_open(own) != ASKIAM_STATUS_OK) {
    fail_msg("%s", own->error.message);
  }
}

static void s_begin(fixture *own, const char *status, const char *body) { s_begin_with(own, NULL, "", status, body); }

static void s_end(fixture *own)
{
  if (own->judge.provided) {
    own->judge.table.close(own->judge.self);
  }
  test_peer_stop(own->peer);
  aski_arena_clean_up(&own->arena);
  assert_int_equal(own->allocator.outstanding, 0);
}

static askiam_status s_judge(fixture *own)
{
  own->opinion = (askiam_opinion){.arena = &own->arena};
  return aski_judge_judge(&own->judge, &own->call, &own->judged, &own->opinion, &own->error);
}

#define SAYS(verdict, confidence)                                                                                      \
  "{\"choices\":[{\"finish_reason\":\"stop\",\"message\":{\"content\":\"{\\\"verdict\\\":\\\"" verdict                 \
  "\\\",\\\"confidence\\\":" confidence ",\\\"citations\\\":[2],\\\"reason\\\":\\\"B says so.\\\"}\"}}]}"

#define TALK(stop, block)                                                                                              \
  "{\"output\":{\"message\":{\"role\":\"assistant\",\"content\":[" block "]}},\"stopReason\":\"" stop "\"}"
#define TEXT                                                                                                           \
  "{\"text\":\"{\\\"verdict\\\":\\\"VALID\\\",\\\"confidence\\\":0.9,\\\"citations\\\":[2],\\\"reason\\\":\\\"B "      \
  "says so.\\\"}\"}"
#define CALL                                                                                                           \
  "{\"toolUse\":{\"toolUseId\":\"1\",\"name\":\"judgement\",\"input\":{\"verdict\":\"VALID\",\"confidence\":0.9,"      \
  "\"citations\":[2],\"reason\":\"B says so.\"}}}"

static void judge_llm__server_is_asked_and_its_confidence_shrunk(void **state)
{
  (void)state;
  static const struct {
    const char *body;
    double probability;
  } cases[] = {{SAYS("VALID", "0.9"), 0.788903}, /* 1 / (1 + exp(-0.6 ln 9)) */
               {SAYS("INVALID", "0.9"), 0.211097},
               {SAYS("VALID", "1"), 0.940305}, /* as 0.99 */
               {SAYS("VALID", "0.5"), 0.5}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
    fixture own;
    s_begin(&own, "200 OK", cases[i].body);
    assert_int_equal(s_judge(&own), ASKIAM_STATUS_OK);
    assert_true(own.opinion.given);
    assert_true(fabs(own.opinion.probability - cases[i].probability) < 1e-5);
    assert_true(aski_str_starts(own.opinion.reason, ASKI_STR("the model reads doc-b as ")));
    const char *sent = test_peer_latest(own.peer);
    assert_ptr_equal(strstr(sent, "POST /v1/chat/completions HTTP/1.1\r\n"), sent);
    assert_non_null(strstr(sent, "\r\nAuthorization: Bearer sk-hunter2\r\n"));
    assert_non_null(strstr(sent, "<<<DOCUMENT 2 "));
    s_end(&own);
  }
}

static void judge_llm__server_abstentions_have_their_cause(void **state)
{
  (void)state;
  fixture own;
  s_begin(&own, "200 OK", "{\"choices\":[{\"finish_reason\":\"length\",\"message\":{\"content\":\"{\"}}]}");
  assert_int_equal(s_judge(&own), ASKIAM_STATUS_OK);
  assert_false(own.opinion.given);
  assert_true(aski_str_equal_text(own.opinion.reason, "the model abstained: its answer was cut off"));
  own.judged.document_count = 0;
  assert_int_equal(s_judge(&own), ASKIAM_STATUS_OK);
  assert_false(own.opinion.given);
  assert_int_equal(test_peer_requests(own.peer), 1); /* nothing to read, nothing to ask */
  s_end(&own);
}

/* Ten megabytes are the model's own doing, and no outage of its server. */
static void judge_llm__server_answers_without_end_are_abstentions(void **state)
{
  (void)state;
  const askiam_judge_vtable *const tables[] = {aski_llm_judge(), aski_llm_judge_bedrock()};
  for (size_t i = 0; i < 4;
       ++i) { /* each with a peer of its own, which may still be sending when the judge has given up */
    bool good = i % 2 == 0;
    fixture own;
    s_begin_with(&own, tables[i / 2], "", "200 OK", "");
    snprintf(own.answer, sizeof own.answer, "HTTP/1.1 %s\r\nContent-Length: 10000000\r\n\r\n{",
             good ? "200 OK" : "500 Sorry");
    assert_int_equal(s_judge(&own), good ? ASKIAM_STATUS_OK : ASKIAM_STATUS_UNAVAILABLE);
    assert_false(own.opinion.given);
    assert_true(!good || aski_str_equal_text(own.opinion.reason, "the model abstained: its answer is too long"));
    s_end(&own);
  }
}

/* A status that HTTP counts as success, before a body that would be an answer. */
static void judge_llm__server_statuses_other_than_200_are_abstentions(void **state)
{
  (void)state;
  static const char *const statuses[] = {"201 Created", "202 Accepted", "203 Changed", "206 Partial Content"};
  for (size_t i = 0; i < 2 * sizeof statuses / sizeof *statuses; ++i) {
    fixture own;
    const char *status = statuses[i / 2];
    if (i % 2 == 0) {
      s_begin(&own, status, SAYS("VALID", "0.9"));
    } else {
      s_begin_with(&own, aski_llm_judge_bedrock(), "", status, TALK("end_turn", TEXT));
    }
    assert_int_equal(s_judge(&own), ASKIAM_STATUS_OK);
    assert_false(own.opinion.given);
    assert_true(aski_str_equal_text(own.opinion.reason,
                                    "the model abstained: its server answered with an HTTP status other than 200"));
    s_end(&own);
  }
}

static void s_assert_failures(const askiam_judge_vtable *table)
{
  static const struct {
    const char *status, *body;
    askiam_status wanted;
  } cases[] = {{"500 Sorry", "hunter2", ASKIAM_STATUS_UNAVAILABLE},
               {"401 No", "hunter2", ASKIAM_STATUS_NOT_PERMITTED},
               {"400 Bad", "hunter2", ASKIAM_STATUS_BAD_DATA},
               {"200 OK", "hunter2", ASKIAM_STATUS_UNAVAILABLE}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
    fixture own;
    s_begin_with(&own, table, "", cases[i].status, cases[i].body);
    assert_int_equal(s_judge(&own), cases[i].wanted);
    assert_false(own.opinion.given);
    assert_null(strstr(own.error.message, "hunter2"));
    own.call.deadline_ticks_ns = 0;
    assert_int_equal(s_judge(&own), ASKIAM_STATUS_TIMEOUT);
    s_end(&own);
  }
}

static void judge_llm__server_failures_are_no_opinion(void **state)
{
  (void)state;
  s_assert_failures(aski_llm_judge());
  s_assert_failures(aski_llm_judge_bedrock());
}

static void judge_llm__server_of_bedrock_is_asked_in_both_forms(void **state)
{
  (void)state;
  static const struct {
    const char *output, *body, *sent;
  } cases[] = {{"schema", TALK("end_turn", TEXT), "\"outputConfig\":{\"textFormat\":{\"type\":\"json_schema\""},
               {"tool", TALK("tool_use", CALL), "\"toolChoice\":{\"tool\":{\"name\":\"judgement\"}}"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
    fixture own;
    s_begin_with(&own, aski_llm_judge_bedrock(), cases[i].output, "200 OK", cases[i].body);
    own.judge.table.close(own.judge.self);
    own.model = "eu.anthropic.claude-v1:0";
    assert_int_equal(s_open(&own), ASKIAM_STATUS_OK);
    assert_int_equal(s_judge(&own), ASKIAM_STATUS_OK);
    assert_true(own.opinion.given);
    assert_true(fabs(own.opinion.probability - 0.788903) < 1e-5);
    const char *sent = test_peer_latest(own.peer);
    assert_ptr_equal(strstr(sent, "POST /v1/model/eu.anthropic.claude-v1%3A0/converse HTTP/1.1\r\n"), sent);
    assert_non_null(strstr(sent, "\r\nAuthorization: AWS4-HMAC-SHA256 Credential=hunter2/"));
    assert_non_null(strstr(sent, cases[i].sent));
    assert_non_null(strstr(sent, "<<<DOCUMENT 2 "));
    assert_string_equal(own.judge.table.kind, "llm");
    s_end(&own);
  }
}

static void judge_llm__server_of_bedrock_abstains_with_its_cause(void **state)
{
  (void)state;
  static const struct {
    const char *output, *body, *cause;
  } cases[] = {{"", TALK("guardrail_intervened", "{\"text\":\"Sorry.\"}"), "a guardrail intervened"},
               {"", TALK("content_filtered", TEXT), "a content filter stopped it"},
               {"", TALK("max_tokens", TEXT), "its answer was cut off"},
               {"", TALK("tool_use", CALL), "it called a tool"},
               {"", TALK("end_turn", "{\"text\":\"VALID\"}"), "its answer is not one JSON object"},
               {"", TALK("end_turn", "{\"text\":\"{}\"}"), "its answer has not the members that were asked for"},
               {"tool", TALK("end_turn", TEXT), "it did not call the tool that takes the answer"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
    fixture own;
    s_begin_with(&own, aski_llm_judge_bedrock(), cases[i].output, "200 OK", cases[i].body);
    assert_int_equal(s_judge(&own), ASKIAM_STATUS_OK);
    assert_false(own.opinion.given);
    assert_true(aski_str_starts(own.opinion.reason, ASKI_STR("the model abstained: ")));
    assert_non_null(strstr(own.opinion.reason.data, cases[i].cause));
    s_end(&own);
  }
}

static void judge_llm__server_settings_that_cannot_work_are_refused(void **state)
{
  (void)state;
  fixture own = {.error = ASKIAM_ERROR_INIT};
  test_allocator_init(&own.allocator);
  const struct {
    const char *url, *model, *temperature, *trust, *said;
    bool bedrock;
  } cases[] = {{"https://host/v1", "", "", "", "judge.model", false},
               {"host", "m", "", "", "judge.url", false},
               {"http://host/v1", "m", "", "", "over https:// only", false},
               {"https://host/v1", "m", "3", "", "judge.temperature", false},
               {"https://host/v1", "m", "", "1.5", "judge.trust", false},
               {"https://host", "", "", "", "judge.model", true},
               {"https://host", "a model", "", "", "judge.model", true},
               {"http://host", "m", "", "", "over https:// only", true},
               {"https://host", "m", "1.5", "", "judge.temperature: must be a number from -1 to 1", true}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
    snprintf(own.url, sizeof own.url, "%s", cases[i].url);
    own.table = cases[i].bedrock ? aski_llm_judge_bedrock() : NULL;
    own.output = "";
    own.model = cases[i].model;
    own.key = "hunter2";
    own.temperature = cases[i].temperature;
    own.trust = cases[i].trust;
    assert_int_equal(s_open(&own), ASKIAM_STATUS_CONFIG);
    assert_non_null(strstr(own.error.message, cases[i].said));
    assert_null(strstr(own.error.message, "hunter2"));
    assert_int_equal(own.allocator.outstanding, 0);
  }
}

static void s_assert_memory(const askiam_judge_vtable *table, const char *body)
{
  fixture own;
  s_begin_with(&own, table, "", "200 OK", body);
  askiam_status status = ASKIAM_STATUS_NO_MEMORY;
  for (long fail_at = 1; status != ASKIAM_STATUS_OK; ++fail_at) {
    test_allocator_fail_at(&own.allocator, fail_at);
    status = s_judge(&own);
    assert_true(status == ASKIAM_STATUS_OK || status == ASKIAM_STATUS_NO_MEMORY);
    assert_true(own.opinion.given == (status == ASKIAM_STATUS_OK));
  }
  own.judge.table.close(own.judge.self);
  status = ASKIAM_STATUS_NO_MEMORY;
  for (long fail_at = 1; status != ASKIAM_STATUS_OK; ++fail_at) {
    test_allocator_fail_at(&own.allocator, fail_at);
    status = s_open(&own);
    assert_true(status == ASKIAM_STATUS_OK || status == ASKIAM_STATUS_NO_MEMORY);
  }
  test_allocator_fail_at(&own.allocator, 0);
  s_end(&own);
}

static void judge_llm__server_is_not_asked_without_memory(void **state)
{
  (void)state;
  s_assert_memory(aski_llm_judge(), SAYS("VALID", "0.9"));
  s_assert_memory(aski_llm_judge_bedrock(), TALK("end_turn", TEXT));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(judge_llm__server_is_asked_and_its_confidence_shrunk),
      cmocka_unit_test(judge_llm__server_abstentions_have_their_cause),
      cmocka_unit_test(judge_llm__server_answers_without_end_are_abstentions),
      cmocka_unit_test(judge_llm__server_statuses_other_than_200_are_abstentions),
      cmocka_unit_test(judge_llm__server_failures_are_no_opinion),
      cmocka_unit_test(judge_llm__server_of_bedrock_is_asked_in_both_forms),
      cmocka_unit_test(judge_llm__server_of_bedrock_abstains_with_its_cause),
      cmocka_unit_test(judge_llm__server_settings_that_cannot_work_are_refused),
      cmocka_unit_test(judge_llm__server_is_not_asked_without_memory),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
