/* SPDX-License-Identifier: Apache-2.0
 *
 * What every judge promises (askiam/backend/judge.h), held over every judge that is built in. A new one is a line in the table. With the
 * argument "servers" over those that ask a language model, which the environment names. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>
#include <stdlib.h>

#include "backend/handles.h"
#include "backend/options.h"
#include "base/text.h"
#include "base/time.h"
#include "judge/evidence/evidence_judge.h"
#include "judge/llm/llm_judge.h"
#include "support/allocator.h"

typedef struct contract_judge {
  const char *name;
  const askiam_judge_vtable *(*table)(void);
} contract_judge;

static const contract_judge s_local[] = {{"evidence", aski_evidence_judge}};
static const contract_judge s_servers[] = {{"llm", aski_llm_judge}, {"bedrock", aski_llm_judge_bedrock}};
static const contract_judge *s_judges = s_local;
static size_t s_judge_count = sizeof s_local / sizeof *s_local;

/* Where the servers are, and what the stand-ins take. */
static askiam_str s_setting(const void *settings, const char *key)
{
  (void)settings;
  static const struct {
    const char *key, *variable, *value;
  } known[] = {{"judge.url", "ASKIAM_TEST_OPENAI_URL", NULL},
               {"judge.key", "ASKIAM_TEST_AIMOCK_KEY", NULL},
               {"judge.model", NULL, "test-model"},
               {"bedrock.url", "ASKIAM_TEST_BEDROCK", NULL},
               {"aws.region", NULL, "eu-west-1"},
               {"aws.access_key_id", NULL, "AKIDEXAMPLE"},
               {"aws.secret_access_key", NULL, "hunter2/EXAMPLE+KEY="}};
  for (size_t i = 0; i < sizeof known / sizeof *known; ++i) {
    if (strcmp(key, known[i].key) == 0) {
      return askiam_str_from(known[i].variable == NULL ? known[i].value : getenv(known[i].variable));
    }
  }
  return ASKI_STR_NONE;
}

enum { ROWS = 24, THREADS = 4, NOW_MS = 1000000 };

/* A case: Finance people were approved, others refused; a document says so. */
typedef struct opened {
  test_allocator allocator;
  aski_arena arena;
  aski_judge judge;
  askiam_call call;
  aski_facts facts;
  aski_person people[ROWS];
  aski_pattern patterns[ROWS];
  aski_document document;
  askiam_case judged;
} opened;

static void s_open(opened *out, const contract_judge *contract)
{
  print_message("  %s\n", contract->name);
  *out = (opened){0};
  test_allocator_init(&out->allocator);
  aski_arena_init(&out->arena, aski_allocator_default());
  aski_facts_init(&out->facts, &out->arena);
  askiam_facts_set_user(&out->facts, ASKI_STR("u"), ASKI_STR("User"), ASKI_STR(""), ASKIAM_ENTITY_ACTIVE);
  askiam_facts_set_role(&out->facts, ASKI_STR("r"), ASKI_STR("a"), ASKI_STR("Role"), ASKI_STR(""), ASKI_STR(""),
                        ASKIAM_ENTITY_ACTIVE);
  askiam_facts_add_user_attribute(&out->facts, ASKI_STR("department"), ASKI_STR("Finance"));
  for (size_t i = 0; i < ROWS; ++i) {
    struct aski_person_attribute *attribute = ASKI_ARENA_PUSH(&out->arena, &out->people[i].attributes);
    *attribute =
        (struct aski_person_attribute){ASKI_STR("department"), i % 2 == 0 ? ASKI_STR("Finance") : ASKI_STR("Sales")};
    out->people[i].found = true;
    out->patterns[i] = (aski_pattern){.user_id = ASKI_STR("x"),
                                      .timestamp_ms = NOW_MS - 1 - (int64_t)i,
                                      .approved = i % 2 == 0,
                                      .person = &out->people[i]};
  }
  out->document = (aski_document){.id = ASKI_STR("d"), .title = ASKI_STR("Roles"), .text = ASKI_STR("For Finance.")};
  out->judged = (askiam_case){.facts = &out->facts,
                              .now_ms = NOW_MS,
                              .patterns = out->patterns,
                              .pattern_count = ROWS,
                              .documents = &out->document,
                              .document_count = 1};
  out->call = (askiam_call){.clock = aski_clock_system(), .deadline_ticks_ns = UINT64_MAX, .now_ms = NOW_MS};
  out->judge = (aski_judge){.table = *contract->table(), .provided = true};
  askiam_backend_options options = {.get = s_setting, .allocator = &out->allocator.base, .clock = aski_clock_system()};
  askiam_error error = ASKIAM_ERROR_INIT;
  if (out->judge.table.open(&out->judge.self, NULL, &options, &error) != ASKIAM_STATUS_OK) {
    fail_msg("%s", error.message);
  }
}

static void s_close(opened *one)
{
  if (one->judge.table.close != NULL) {
    one->judge.table.close(one->judge.self);
  }
  aski_arena_clean_up(&one->arena);
  assert_int_equal(one->allocator.outstanding, 0);
}

static askiam_opinion s_judge(opened *one, aski_arena *arena)
{
  askiam_opinion opinion = {.arena = arena};
  assert_int_equal(aski_judge_judge(&one->judge, &one->call, &one->judged, &opinion, NULL), ASKIAM_STATUS_OK);
  return opinion;
}

static void contract_judge__an_opinion_is_a_probability_with_a_sentence(void **state)
{
  (void)state;
  for (size_t i = 0; i < s_judge_count; ++i) {
    opened one;
    s_open(&one, &s_judges[i]);
    assert_true(strlen(one.judge.table.kind) > 0);
    askiam_opinion opinion = s_judge(&one, &one.arena);
    assert_true(opinion.given && !opinion.malformed);
    assert_true(opinion.probability > 0.5 && opinion.probability <= 1.0);
    assert_true(opinion.reason.length > 0 && aski_text_valid(opinion.reason) && !aski_text_blank(opinion.reason));
    s_close(&one);
  }
}

static void contract_judge__the_same_case_has_the_same_opinion(void **state)
{
  (void)state;
  for (size_t i = 0; i < s_judge_count; ++i) {
    opened one;
    s_open(&one, &s_judges[i]);
    askiam_opinion first = s_judge(&one, &one.arena);
    askiam_opinion second = s_judge(&one, &one.arena);
    assert_memory_equal(&first.probability, &second.probability, sizeof first.probability);
    assert_true(aski_str_equal(first.reason, second.reason));
    s_close(&one);
  }
}

static void contract_judge__nothing_to_go_by_is_an_abstention(void **state)
{
  (void)state;
  for (size_t i = 0; i < s_judge_count; ++i) {
    opened one;
    s_open(&one, &s_judges[i]);
    one.judged.pattern_count = 0;
    one.judged.document_count = 0;
    askiam_opinion opinion = s_judge(&one, &one.arena);
    assert_false(opinion.given);
    assert_true(opinion.reason.length > 0);
    s_close(&one);
  }
}

static void contract_judge__lack_of_memory_is_no_opinion(void **state)
{
  (void)state;
  for (size_t i = 0; i < s_judge_count; ++i) {
    opened one;
    s_open(&one, &s_judges[i]);
    askiam_status status = ASKIAM_STATUS_NO_MEMORY;
    for (long fail_at = 1; status != ASKIAM_STATUS_OK; ++fail_at) {
      test_allocator_fail_at(&one.allocator, fail_at);
      askiam_opinion opinion = {.arena = &one.arena};
      status = aski_judge_judge(&one.judge, &one.call, &one.judged, &opinion, NULL);
      assert_true(status == ASKIAM_STATUS_OK || status == ASKIAM_STATUS_NO_MEMORY);
      assert_true(opinion.given == (status == ASKIAM_STATUS_OK));
    }
    test_allocator_fail_at(&one.allocator, 0);
    s_close(&one);
  }
}

static void *s_judge_much(void *context)
{
  opened *one = context;
  aski_arena arena;
  aski_arena_init(&arena, aski_allocator_default());
  double first = s_judge(one, &arena).probability;
  bool same = true;
  for (int i = 0; i < 50; ++i) {
    double again = s_judge(one, &arena).probability;
    same = same && memcmp(&first, &again, sizeof first) == 0;
  }
  aski_arena_clean_up(&arena);
  return same ? context : NULL;
}

static void contract_judge__threads_share_it(void **state)
{
  (void)state;
  for (size_t i = 0; i < s_judge_count; ++i) {
    opened one;
    s_open(&one, &s_judges[i]);
    pthread_t threads[THREADS];
    for (size_t at = 0; at < THREADS; ++at) {
      assert_int_equal(pthread_create(&threads[at], NULL, s_judge_much, &one), 0);
    }
    for (size_t at = 0; at < THREADS; ++at) {
      void *result = NULL;
      pthread_join(threads[at], &result);
      assert_non_null(result);
    }
    s_close(&one);
  }
}

int main(int count, char **arguments)
{
  if (count == 2 && strcmp(arguments[1], "servers") == 0) {
    s_judges = s_servers;
    s_judge_count = sizeof s_servers / sizeof *s_servers;
  }
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(contract_judge__an_opinion_is_a_probability_with_a_sentence),
      cmocka_unit_test(contract_judge__the_same_case_has_the_same_opinion),
      cmocka_unit_test(contract_judge__nothing_to_go_by_is_an_abstention),
      cmocka_unit_test(contract_judge__lack_of_memory_is_no_opinion),
      cmocka_unit_test(contract_judge__threads_share_it),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
