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
  const char *model, *key, *temperature, *trust;
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
  own->judge = (aski_judge){.table = *aski_llm_judge()};
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
static void s_begin(fixture *own, const char *status, const char *body)
{
  *own = (fixture){.error = ASKIAM_ERROR_INIT, .model = "m", .key = "sk-hunter2", .temperature = "", .trust = ""};
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

static void judge_llm__server_failures_are_no_opinion(void **state)
{
  (void)state;
  static const struct {
    const char *status, *body;
    askiam_status wanted;
  } cases[] = {{"500 Sorry", "hunter2", ASKIAM_STATUS_UNAVAILABLE},
               {"401 No", "hunter2", ASKIAM_STATUS_NOT_PERMITTED},
               {"400 Bad", "hunter2", ASKIAM_STATUS_BAD_DATA},
               {"200 OK", "hunter2", ASKIAM_STATUS_UNAVAILABLE}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
    fixture own;
    s_begin(&own, cases[i].status, cases[i].body);
    assert_int_equal(s_judge(&own), cases[i].wanted);
    assert_false(own.opinion.given);
    assert_null(strstr(own.error.message, "hunter2"));
    own.call.deadline_ticks_ns = 0;
    assert_int_equal(s_judge(&own), ASKIAM_STATUS_TIMEOUT);
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
  } cases[] = {{"https://host/v1", "", "", "", "judge.model"},
               {"host", "m", "", "", "judge.url"},
               {"http://host/v1", "m", "", "", "over https:// only"},
               {"https://host/v1", "m", "3", "", "judge.temperature"},
               {"https://host/v1", "m", "", "1.5", "judge.trust"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
    snprintf(own.url, sizeof own.url, "%s", cases[i].url);
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

static void judge_llm__server_is_not_asked_without_memory(void **state)
{
  (void)state;
  fixture own;
  s_begin(&own, "200 OK", SAYS("VALID", "0.9"));
  askiam_status status = ASKIAM_STATUS_NO_MEMORY;
  for (long fail_at = 1; status != ASKIAM_STATUS_OK; ++fail_at) {
    test_allocator_fail_at(&own.allocator, fail_at);
    status = s_judge(&own);
    assert_true(status == ASKIAM_STATUS_OK || status == ASKIAM_STATUS_NO_MEMORY);
    assert_true(own.opinion.given == (status == ASKIAM_STATUS_OK));
  }
  test_allocator_fail_at(&own.allocator, 0);
  s_end(&own);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(judge_llm__server_is_asked_and_its_confidence_shrunk),
      cmocka_unit_test(judge_llm__server_abstentions_have_their_cause),
      cmocka_unit_test(judge_llm__server_failures_are_no_opinion),
      cmocka_unit_test(judge_llm__server_settings_that_cannot_work_are_refused),
      cmocka_unit_test(judge_llm__server_is_not_asked_without_memory),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
