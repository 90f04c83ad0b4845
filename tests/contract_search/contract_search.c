/* SPDX-License-Identifier: Apache-2.0
 *
 * What every search backend promises (askiam/backend/search.h), held over every one that is built in. */
#include "contract_search.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>

#include "base/time.h"

static const test_search_backend *const s_backends[] = {&test_backend};
enum { BACKENDS = sizeof s_backends / sizeof *s_backends, THREADS = 4 };

static const test_knowledge_document s_documents[] = {
    {"d-role", "HR Analyst", "Who may hold HR Analyst: people of the HR department.", "a1", "r1"},
    {"d-app", "Workday access", "How access to Workday is given.", "a1", NULL},
    {"d-global", "Access policy", "Analyst roles need a reason.", NULL, NULL},
    {"d-other-role", "HR Manager", "HR Analyst HR Analyst Workday", NULL, "r2"},
    {"d-other-app", "HR Analyst in Salesforce", "HR Analyst HR Analyst Workday", "a2", NULL},
    {"d-tie-b", "Same", "The same text about an analyst twice.", NULL, "r1"},
    {"d-tie-a", "Same", "The same text about an analyst twice.", NULL, "r1"},
};
static const test_knowledge_pattern s_patterns[] = {
    {"u1", "r1", 100, true, "human"},  {"u2", "r1", 200, false, "human"}, {"u3", "r1", 300, true, "askiam"},
    {"u4", "r1", 400, true, "human"},  {"me", "r1", 450, true, "human"},  {"u5", "r2", 460, true, "human"},
    {"u6", "r1", 5000, true, "human"},
};

typedef struct opened {
  test_allocator allocator;
  aski_arena arena;
  aski_search search;
  void *place;
  askiam_call call;
  float vector[TEST_DIMENSION];
} opened;

static void s_open(opened *out, const test_search_backend *backend)
{
  print_message("  %s\n", backend->name);
  *out = (opened){0};
  test_allocator_init(&out->allocator);
  aski_arena_init(&out->arena, aski_allocator_default());
  out->search = (aski_search){.table = *backend->table(), .provided = true};
  out->call = (askiam_call){.clock = aski_clock_system(), .deadline_ticks_ns = UINT64_MAX};
  backend->open(&out->place, &out->search.self, &out->allocator, s_documents, sizeof s_documents / sizeof *s_documents,
                s_patterns, sizeof s_patterns / sizeof *s_patterns);
  test_embed("HR Analyst Workday", out->vector);
}

static void s_close(opened *one, const test_search_backend *backend)
{
  if (one->search.table.close != NULL) {
    one->search.table.close(one->search.self);
  }
  backend->remove(one->place);
  aski_arena_clean_up(&one->arena);
  assert_int_equal(one->allocator.outstanding, 0);
}

/* Runs a check on each backend. */
static void s_each(void (*check)(opened *one))
{
  for (size_t i = 0; i < BACKENDS; ++i) {
    opened one;
    s_open(&one, s_backends[i]);
    check(&one);
    s_close(&one, s_backends[i]);
  }
}

static askiam_search_query s_query(const opened *one, size_t top_k)
{
  return (askiam_search_query){.text = ASKI_STR("HR Analyst Workday"),
                               .vector = one->vector,
                               .dimension = TEST_DIMENSION,
                               .model = ASKI_STR("hashing-1/256"),
                               .application_id = ASKI_STR("a1"),
                               .role_id = ASKI_STR("r1"),
                               .top_k = top_k};
}

static askiam_documents s_find(opened *one, aski_arena *arena, const askiam_search_query *query)
{
  askiam_documents documents = {.arena = arena};
  askiam_error error = ASKIAM_ERROR_INIT;
  if (aski_search_documents(&one->search, &one->call, query, &documents, &error) != ASKIAM_STATUS_OK) {
    fail_msg("%s", error.message);
  }
  return documents;
}

static size_t s_place_of(const askiam_documents *documents, const char *id)
{
  for (size_t i = 0; i < documents->count; ++i) {
    if (aski_str_equal_text(documents->items[i].id, id)) {
      return i;
    }
  }
  return SIZE_MAX;
}

static void s_check_scope(opened *one)
{
  askiam_search_query query = s_query(one, 10);
  askiam_documents documents = s_find(one, &one->arena, &query);
  assert_int_equal(documents.count, 5);
  assert_int_equal(s_place_of(&documents, "d-other-role"), SIZE_MAX);
  assert_int_equal(s_place_of(&documents, "d-other-app"), SIZE_MAX);
  assert_int_equal(s_place_of(&documents, "d-role"), 0);
  assert_true(documents.items[0].score >= 1.0); /* first in words and in likeness */
  assert_string_equal(documents.items[0].title.data, "HR Analyst");
  for (size_t i = 1; i < documents.count; ++i) {
    assert_true(documents.items[i].score <= documents.items[i - 1].score && documents.items[i].score > 0.0);
  }
  size_t tie = s_place_of(&documents, "d-tie-a");
  assert_int_equal(s_place_of(&documents, "d-tie-b"), tie + 1);
}

static void contract_search__finds_what_is_about_the_triple_best_first(void **state)
{
  (void)state;
  s_each(s_check_scope);
}

static void s_check_limits(opened *one)
{
  for (size_t top_k = 0; top_k < 5; ++top_k) {
    askiam_search_query query = s_query(one, top_k);
    assert_int_equal(s_find(one, &one->arena, &query).count, top_k);
  }
  askiam_search_query query = s_query(one, 10);
  query.role_id = ASKI_STR("r-of-nobody");
  query.application_id = ASKI_STR("a-of-nobody");
  askiam_documents documents = s_find(one, &one->arena, &query);
  assert_int_equal(documents.count, 1);
  assert_string_equal(documents.items[0].id.data, "d-global");
}

static void contract_search__keeps_to_the_limit_and_the_scope(void **state)
{
  (void)state;
  s_each(s_check_limits);
}

static void s_check_without_vectors(opened *one)
{
  askiam_search_query query = s_query(one, 1);
  query.model = ASKI_STR("another/256");
  assert_string_equal(s_find(one, &one->arena, &query).items[0].id.data, "d-role");
  query.vector = NULL;
  query.dimension = 0;
  assert_string_equal(s_find(one, &one->arena, &query).items[0].id.data, "d-role");
}

static void contract_search__words_do_where_vectors_cannot_be_compared(void **state)
{
  (void)state;
  s_each(s_check_without_vectors);
}

static void s_check_text(opened *one)
{
  const char *texts[] = {"", "\"", "* OR NOT ( AND", "title:x OR scope:global", "';--", "\xff", "\xE4\xBA\xBA"};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; ++i) {
    askiam_search_query query = s_query(one, 10);
    query.text = askiam_str_from(texts[i]);
    query.vector = NULL;
    assert_int_equal(s_find(one, &one->arena, &query).count, 0);
  }
}

static void contract_search__no_text_is_syntax(void **state)
{
  (void)state;
  s_each(s_check_text);
}

static void s_expect_patterns(opened *one, const char *except, int64_t before_ms, size_t limit, const char *expected)
{
  askiam_patterns patterns = {.arena = &one->arena};
  /* The table itself is asked: the library's own call would hide what a backend gets wrong. */
  assert_int_equal(one->search.table.patterns(one->search.self, &one->call, ASKI_STR("r1"), askiam_str_from(except),
                                              before_ms, limit, &patterns, NULL),
                   ASKIAM_STATUS_OK);
  askiam_str found = ASKI_STR("");
  for (size_t i = 0; i < patterns.count; ++i) {
    found = aski_arena_format(&one->arena, "%.*s%.*s%c", ASKI_STR_ARG(found), ASKI_STR_ARG(patterns.items[i].user_id),
                              patterns.items[i].approved ? '+' : '-');
  }
  assert_string_equal(found.data, expected);
}

static void s_check_patterns(opened *one)
{
  if (one->search.table.patterns == NULL) {
    return; /* optional */
  }
  s_expect_patterns(one, "me", 1000, 10, "u4+u2-u1+");
  s_expect_patterns(one, "me", 400, 10, "u2-u1+");
  s_expect_patterns(one, "u4", 1000, 2, "me+u2-");
  s_expect_patterns(one, "me", 6000, 1, "u6+");
  s_expect_patterns(one, "me", 1, 10, "");
}

static void contract_search__patterns_are_human_earlier_and_of_others(void **state)
{
  (void)state;
  s_each(s_check_patterns);
}

static void s_check_memory(opened *one)
{
  askiam_status status = ASKIAM_STATUS_NO_MEMORY;
  for (long fail_at = 1; status != ASKIAM_STATUS_OK; ++fail_at) {
    test_allocator_fail_at(&one->allocator, fail_at);
    askiam_search_query query = s_query(one, 10);
    askiam_documents documents = {.arena = &one->arena};
    status = aski_search_documents(&one->search, &one->call, &query, &documents, NULL);
    assert_true(status == ASKIAM_STATUS_OK || status == ASKIAM_STATUS_NO_MEMORY);
  }
  test_allocator_fail_at(&one->allocator, 0);
}

static void contract_search__lack_of_memory_is_told(void **state)
{
  (void)state;
  s_each(s_check_memory);
}

static void *s_find_much(void *context)
{
  opened *one = context;
  aski_arena arena;
  aski_arena_init(&arena, aski_allocator_default());
  bool same = true;
  for (int i = 0; i < 50; ++i) {
    askiam_search_query query = s_query(one, 10);
    askiam_documents documents = s_find(one, &arena, &query);
    same = same && documents.count == 5 && s_place_of(&documents, "d-role") == 0;
  }
  aski_arena_clean_up(&arena);
  return same ? context : NULL;
}

static void s_check_threads(opened *one)
{
  pthread_t threads[THREADS];
  for (size_t i = 0; i < THREADS; ++i) {
    assert_int_equal(pthread_create(&threads[i], NULL, s_find_much, one), 0);
  }
  for (size_t i = 0; i < THREADS; ++i) {
    void *result = NULL;
    pthread_join(threads[i], &result);
    assert_non_null(result);
  }
}

static void contract_search__threads_share_it(void **state)
{
  (void)state;
  s_each(s_check_threads);
}

static void s_check_deadline(opened *one)
{
  one->call.deadline_ticks_ns = 0;
  askiam_search_query query = s_query(one, 10);
  askiam_documents documents = {.arena = &one->arena};
  assert_int_equal(aski_search_documents(&one->search, &one->call, &query, &documents, NULL), ASKIAM_STATUS_TIMEOUT);
}

static void contract_search__a_passed_deadline_is_a_timeout(void **state)
{
  (void)state;
  s_each(s_check_deadline);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(contract_search__finds_what_is_about_the_triple_best_first),
      cmocka_unit_test(contract_search__keeps_to_the_limit_and_the_scope),
      cmocka_unit_test(contract_search__words_do_where_vectors_cannot_be_compared),
      cmocka_unit_test(contract_search__no_text_is_syntax),
      cmocka_unit_test(contract_search__patterns_are_human_earlier_and_of_others),
      cmocka_unit_test(contract_search__lack_of_memory_is_told),
      cmocka_unit_test(contract_search__threads_share_it),
      cmocka_unit_test(contract_search__a_passed_deadline_is_a_timeout),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
