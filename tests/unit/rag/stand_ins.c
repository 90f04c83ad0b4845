/* SPDX-License-Identifier: Apache-2.0 */
#include "stand_ins.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>

enum { NOW_MS = 1000000, DIMENSION = 2 };

static askiam_status s_documents(void *self, const askiam_call *call, const askiam_search_query *query,
                                 askiam_documents *documents, askiam_error *error)
{
  (void)call;
  test_stand_ins *made = self;
  askiam_str text = askiam_search_query_text(query);
  snprintf(made->query_text, sizeof made->query_text, "%.*s", ASKI_STR_ARG(text));
  askiam_search_query_vector(query, &made->query_dimension);
  if (made->documents_status != ASKIAM_STATUS_OK) {
    return askiam_error_set(error, made->documents_status, ASKIAM_LAYER_SEARCH, "the index is gone");
  }
  askiam_status status = askiam_documents_add(documents, ASKI_STR("d1"), ASKI_STR("Title 1"), ASKI_STR("text"), 1.0);
  return status != ASKIAM_STATUS_OK
             ? status
             : askiam_documents_add(documents, ASKI_STR("d2"), ASKI_STR("Title 2"), ASKI_STR("text"), 0.5);
}

static askiam_status s_patterns(void *self, const askiam_call *call, askiam_str role_id, askiam_str except_user_id,
                                int64_t before_ms, size_t limit, askiam_patterns *patterns, askiam_error *error)
{
  (void)call;
  (void)error;
  const test_stand_ins *made = self;
  assert_true(aski_str_equal_text(role_id, "r1"));
  assert_true(aski_str_equal_text(except_user_id, "u1"));
  assert_int_equal(before_ms, NOW_MS);
  assert_int_equal(limit, 200);
  static const char *const users[] = {"u2", "u3", "u2", "left", "u1"}; /* u1's own must not be shown to the judge */
  for (size_t i = 0; made->patterns_status == ASKIAM_STATUS_OK && i < 5; ++i) {
    askiam_status status =
        askiam_patterns_add(patterns, askiam_str_from(users[i]), NOW_MS - 1 - (int64_t)i, i % 2 == 0);
    if (status != ASKIAM_STATUS_OK) {
      return status;
    }
  }
  return made->patterns_status;
}

static askiam_status s_people(void *self, const askiam_call *call, askiam_people *people, askiam_error *error)
{
  (void)call;
  (void)error;
  test_stand_ins *made = self;
  made->people_asked = askiam_people_count(people);
  askiam_status status = made->people_status;
  for (size_t i = 0; i < made->people_asked && status == ASKIAM_STATUS_OK; ++i) {
    if (!aski_str_equal_text(askiam_people_id(people, i), "left")) {
      askiam_people_found(people, i);
      status = askiam_people_add_attribute(people, i, ASKI_STR("department"), askiam_people_id(people, i));
    }
  }
  return status;
}

static size_t s_dimension(void *self)
{
  (void)self;
  return DIMENSION;
}

static const char *s_model(void *self)
{
  (void)self;
  return "test-1";
}

static askiam_status s_embed(void *self, const askiam_call *call, const askiam_str *texts, size_t count,
                             float *out_vectors, askiam_error *error)
{
  (void)call;
  (void)texts;
  (void)error;
  const test_stand_ins *made = self;
  for (size_t i = 0; i < count * DIMENSION; ++i) {
    out_vectors[i] = i % DIMENSION == 0 ? 1.0F : 0.0F;
  }
  return made->embed_status;
}

static void s_note(test_stand_ins *made, const askiam_case *judged)
{
  ++made->cases_judged;
  made->case_patterns = askiam_case_pattern_count(judged);
  made->case_known = 0;
  for (size_t i = 0; i < made->case_patterns; ++i) {
    made->case_known += askiam_case_pattern_known(judged, i) != 0;
  }
  made->case_documents = askiam_case_document_count(judged);
  made->case_roles = askiam_case_role_count(judged);
  askiam_str department = askiam_case_pattern_attribute(judged, 0, ASKI_STR("department"));
  snprintf(made->case_first_department, sizeof made->case_first_department, "%.*s", ASKI_STR_ARG(department));
}

static askiam_status s_judge(void *self, const askiam_call *call, const askiam_case *judged, askiam_opinion *opinion,
                             askiam_error *error)
{
  (void)call;
  (void)error;
  test_stand_ins *made = self;
  s_note(made, judged);
  made->ticks_ns += made->judge_takes_ns;
  if (made->judge_status != ASKIAM_STATUS_OK) {
    return made->judge_status;
  }
  askiam_str reason = askiam_str_from(made->reason);
  return made->opinion ? askiam_opinion_set(opinion, made->probability, reason)
                       : askiam_opinion_abstain(opinion, reason);
}

static int64_t s_now_ms(void *context)
{
  (void)context;
  return NOW_MS;
}

static uint64_t s_ticks_ns(void *context) { return ((const test_stand_ins *)context)->ticks_ns; }

static void s_log(void *context, const askiam_log_record *record)
{
  test_stand_ins *made = context;
  askiam_str message = askiam_log_record_field(record, ASKIAM_LOG_MESSAGE);
  snprintf(made->logged, sizeof made->logged, "%.*s", ASKI_STR_ARG(message));
  made->warnings += askiam_log_record_level(record) == ASKIAM_LOG_WARN;
}

static void s_fill_facts(test_stand_ins *made)
{
  aski_facts *facts = &made->facts;
  aski_facts_init(facts, &made->arena);
  askiam_facts_set_user(facts, ASKI_STR("u1"), ASKI_STR("Li Wei"), ASKI_STR("li@x"), ASKIAM_ENTITY_ACTIVE);
  askiam_facts_add_user_attribute(facts, ASKI_STR("department"), ASKI_STR("Finance"));
  askiam_facts_add_user_attribute(facts, ASKI_STR("title"), ASKI_STR("Analyst"));
  askiam_facts_set_application(facts, ASKI_STR("a1"), ASKI_STR("Workday"), ASKI_STR("o"), ASKIAM_ENTITY_ACTIVE);
  askiam_facts_set_role(facts, ASKI_STR("r1"), ASKI_STR("a1"), ASKI_STR("HR Analyst"), ASKI_STR("Reads HR data"),
                        ASKI_STR("low"), ASKIAM_ENTITY_ACTIVE);
  askiam_facts_add_grant(facts, ASKI_STR("r1"), ASKI_STR("HR Analyst"), 1, 0, ASKIAM_GRANT_ACTIVE);
  askiam_facts_add_grant(facts, ASKI_STR("r2"), ASKI_STR("Two"), 1, 0, ASKIAM_GRANT_ACTIVE);
  askiam_facts_add_grant(facts, ASKI_STR("r3"), ASKI_STR("Three"), 1, 0, ASKIAM_GRANT_REVOKED);
  askiam_facts_add_grant(facts, ASKI_STR("r4"), ASKI_STR("Four"), 1, NOW_MS, ASKIAM_GRANT_ACTIVE);
}

static void s_wire(test_stand_ins *made)
{
  made->catalogue = (aski_catalogue){.table = {.people = s_people}, .self = made, .provided = true};
  made->search =
      (aski_search){.table = {.documents = s_documents, .patterns = s_patterns}, .self = made, .provided = true};
  made->embedder = (aski_embedder){
      .table = {.dimension = s_dimension, .model = s_model, .embed = s_embed}, .self = made, .provided = true};
  made->judge = (aski_judge){.table = {.kind = "evidence", .judge = s_judge}, .self = made, .provided = true};
  made->rag = (aski_rag){&made->catalogue, &made->search, &made->embedder, &made->judge, true, 5, 200, NULL};
  made->clock = (askiam_clock){s_now_ms, s_ticks_ns, made};
  made->trace = (aski_trace){.log = s_log, .log_context = made, .level = ASKIAM_LOG_INFO, .clock = &made->clock};
  made->call =
      (askiam_call){.clock = &made->clock, .deadline_ticks_ns = UINT64_MAX, .now_ms = NOW_MS, .trace = &made->trace};
}

int test_stand_ins_set_up(void **state)
{
  static test_stand_ins made;
  made = (test_stand_ins){.opinion = true, .probability = 0.9, .reason = "9 of 10"};
  test_allocator_init(&made.allocator);
  aski_arena_init(&made.arena, &made.allocator.base);
  s_wire(&made);
  s_fill_facts(&made);
  *state = &made;
  return 0;
}

int test_stand_ins_tear_down(void **state)
{
  test_stand_ins *made = *state;
  aski_arena_clean_up(&made->arena);
  assert_int_equal(made->allocator.outstanding, 0);
  return 0;
}
