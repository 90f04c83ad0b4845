/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <pthread.h>

#include "base/time.h"
#include "knowledge.h"

static const float s_along[TEST_DIMENSION] = {1, 0, 0, 0};
static const float s_close[TEST_DIMENSION] = {0.8F, 0.6F, 0, 0};
static const float s_across[TEST_DIMENSION] = {0, 1, 0, 0};

static void s_expect(test_knowledge *knowledge, const char *text, const float *vector, size_t top_k, const char *ids)
{
  askiam_documents documents;
  askiam_error error = ASKIAM_ERROR_INIT;
  if (test_find(knowledge, text, vector, top_k, &documents, &error) != ASKIAM_STATUS_OK) {
    fail_msg("%s", error.message);
  }
  assert_string_equal(test_ids(knowledge, &documents), ids);
}

static void search_embedded__only_what_is_about_the_role_the_application_or_nothing(void **state)
{
  test_knowledge *knowledge = *state;
  test_add_document(knowledge, "other-role", "payroll payroll payroll", "role", "r2", s_along);
  test_add_document(knowledge, "other-app", "payroll payroll payroll", "application", "a2", s_along);
  test_add_document(knowledge, "kinds-apart", "payroll payroll payroll", "role", "a1", s_along);
  s_expect(knowledge, "payroll", s_along, 5, "");
  test_add_document(knowledge, "my-role", "about payroll and other long things that nobody reads", "role", "r1", NULL);
  test_add_document(knowledge, "my-app", "about payroll and other things", "application", "a1", NULL);
  test_add_document(knowledge, "global", "about payroll", "global", "", NULL);
  s_expect(knowledge, "payroll", s_along, 5, "global my-app my-role");
}

static void search_embedded__first_by_every_measure_scores_one(void **state)
{
  test_knowledge *knowledge = *state;
  test_add_document(knowledge, "both", "payroll", "role", "r1", s_along);
  test_add_document(knowledge, "words", "payroll and many more words that make it long", "role", "r1", s_across);
  test_add_document(knowledge, "vector", "nothing of it", "role", "r1", s_close);
  askiam_documents documents;
  assert_int_equal(test_find(knowledge, "payroll", s_along, 5, &documents, NULL), ASKIAM_STATUS_OK);
  assert_string_equal(test_ids(knowledge, &documents), "both vector words");
  assert_true(documents.items[0].score >= 1.0 && documents.items[0].score <= 1.0);
  assert_true(fabs(documents.items[1].score - 61.0 / 62.0 / 2.0) < 1e-12);
  assert_string_equal(documents.items[0].title.data, "Title");
  assert_string_equal(documents.items[0].text.data, "payroll");
}

static void search_embedded__vectors_of_another_model_are_left_alone(void **state)
{
  test_knowledge *knowledge = *state;
  test_add_document(knowledge, "text", "payroll", "role", "r1", s_across);
  test_add_document(knowledge, "vector", "nothing", "role", "r1", s_along);
  test_execute(knowledge->db, "UPDATE documents SET model = 'test-2'");
  askiam_documents documents;
  assert_int_equal(test_find(knowledge, "payroll", s_along, 5, &documents, NULL), ASKIAM_STATUS_OK);
  assert_string_equal(test_ids(knowledge, &documents), "text");
  assert_true(documents.items[0].score >= 1.0);
}

static void search_embedded__vectors_of_a_wrong_length_are_left_alone(void **state)
{
  test_knowledge *knowledge = *state;
  test_add_document(knowledge, "short", "nothing", "role", "r1", s_along);
  test_execute(knowledge->db, "UPDATE documents SET embedding = x'0000803f'");
  s_expect(knowledge, "payroll", s_along, 5, "");
}

static void search_embedded__ties_go_by_id(void **state)
{
  test_knowledge *knowledge = *state;
  const char *ids[] = {"d", "b", "e", "a", "c"};
  for (size_t i = 0; i < 5; ++i) {
    test_add_document(knowledge, ids[i], "payroll", "role", "r1", s_along);
  }
  s_expect(knowledge, "payroll", s_along, 5, "a b c d e");
  s_expect(knowledge, "payroll", s_along, 2, "a b");
  s_expect(knowledge, "payroll", NULL, 3, "a b c");
  s_expect(knowledge, "payroll", NULL, 0, "");
}

static void search_embedded__queries_are_words_never_syntax(void **state)
{
  test_knowledge *knowledge = *state;
  test_add_document(knowledge, "d", "payroll near title", "role", "r1", NULL);
  test_add_document(knowledge, "foreign", "payroll", "role", "r2", NULL);
  const char *hostile[] = {"\"payroll",          "payroll\" OR scope:\"global",
                           "payroll*",           "NEAR(payroll title, 2)",
                           "title : payroll",    "-payroll",
                           "payroll AND",        "(payroll",
                           "{payroll}",          "^payroll",
                           "payroll' OR 1=1 --", "NOT payroll"};
  for (size_t i = 0; i < sizeof hostile / sizeof *hostile; ++i) {
    s_expect(knowledge, hostile[i], NULL, 5, "d");
  }
  const char *nothing[] = {"", " ", "\"", "***", "AND OR NOT", "\xff\xfe", "x"};
  for (size_t i = 0; i < sizeof nothing / sizeof *nothing; ++i) {
    s_expect(knowledge, nothing[i], NULL, 5, "");
  }
}

static void search_embedded__hostile_ids_are_ids(void **state)
{
  test_knowledge *knowledge = *state;
  test_add_document(knowledge, "d", "payroll", "role", "x' OR '1'='1", NULL);
  test_add_document(knowledge, "e", "payroll", "application", "\" OR \"global", NULL);
  askiam_search_query query = {.text = ASKI_STR("payroll"),
                               .application_id = ASKI_STR("\" OR \"global"),
                               .role_id = ASKI_STR("r1' --"),
                               .top_k = 5};
  askiam_documents documents = {.arena = &knowledge->arena};
  assert_int_equal(aski_embedded_search()->documents(knowledge->search, &knowledge->call, &query, &documents, NULL),
                   ASKIAM_STATUS_OK);
  assert_string_equal(test_ids(knowledge, &documents), "e");
}

static void search_embedded__many_words_are_cut(void **state)
{
  test_knowledge *knowledge = *state;
  test_add_document(knowledge, "d", "word0 word499", "role", "r1", NULL);
  askiam_str text = ASKI_STR("");
  for (int i = 0; i < 500; ++i) {
    text = aski_arena_format(&knowledge->arena, "%.*s word%d", ASKI_STR_ARG(text), i);
  }
  s_expect(knowledge, text.data, NULL, 5, "d");
}

static void search_embedded__a_deadline_that_passed_is_a_timeout(void **state)
{
  test_knowledge *knowledge = *state;
  askiam_documents documents;
  knowledge->call.deadline_ticks_ns = 0;
  assert_int_equal(test_find(knowledge, "payroll", NULL, 5, &documents, NULL), ASKIAM_STATUS_TIMEOUT);
  knowledge->call.deadline_ticks_ns = UINT64_MAX;
  knowledge->cancelled = 1;
  assert_int_equal(test_find(knowledge, "payroll", NULL, 5, &documents, NULL), ASKIAM_STATUS_CANCELLED);
}

/* A clock that runs ahead a millisecond each time it is looked at: the deadline passes while SQLite works. */
static uint64_t s_hasty_ticks(void *context)
{
  uint64_t *now_ns = context;
  return *now_ns += 1000000;
}

static void search_embedded__a_deadline_stops_a_long_scan(void **state)
{
  test_knowledge *knowledge = *state;
  test_execute(knowledge->db, "BEGIN");
  for (int i = 0; i < 5000; ++i) {
    test_add_document(knowledge, aski_arena_format(&knowledge->arena, "d%d", i).data, "payroll", "role", "r1", s_along);
  }
  test_execute(knowledge->db, "COMMIT");
  s_expect(knowledge, "nothing", s_along, 1, "d0");
  uint64_t now_ns = 0;
  askiam_clock hasty = {.now_ms = aski_clock_system()->now_ms, .ticks_ns = s_hasty_ticks, .context = &now_ns};
  knowledge->call.clock = &hasty;
  knowledge->call.deadline_ticks_ns = 8000000;
  askiam_documents documents;
  askiam_error error = ASKIAM_ERROR_INIT;
  assert_int_equal(test_find(knowledge, "nothing", s_along, 1, &documents, &error), ASKIAM_STATUS_TIMEOUT);
  assert_int_equal(error.retryable, 1);
  knowledge->call.clock = aski_clock_system();
  knowledge->call.deadline_ticks_ns = UINT64_MAX;
  s_expect(knowledge, "nothing", s_along, 1, "d0"); /* the connection is as good as before */
}

static void search_embedded__lack_of_memory_is_told(void **state)
{
  test_knowledge *knowledge = *state;
  for (int i = 0; i < 30; ++i) {
    test_add_document(knowledge, aski_arena_format(&knowledge->arena, "d%02d", i).data, "payroll", "role", "r1",
                      s_along);
  }
  askiam_status status = ASKIAM_STATUS_NO_MEMORY;
  for (long fail_at = 1; status != ASKIAM_STATUS_OK; ++fail_at) {
    askiam_documents documents;
    test_allocator_fail_at(&knowledge->allocator, fail_at);
    status = test_find(knowledge, "payroll", s_along, 5, &documents, NULL);
    assert_true(status == ASKIAM_STATUS_OK || status == ASKIAM_STATUS_NO_MEMORY);
    assert_true(fail_at > 1 || status == ASKIAM_STATUS_NO_MEMORY);
  }
  test_allocator_fail_at(&knowledge->allocator, 0);
  s_expect(knowledge, "payroll", s_along, 2, "d00 d01");
}

static void *s_search_much(void *context)
{
  const test_knowledge *shared = context;
  test_knowledge own = {.search = shared->search, .call = shared->call};
  aski_arena_init(&own.arena, aski_allocator_default());
  size_t good = 0;
  for (int i = 0; i < 50; ++i) {
    askiam_documents documents;
    good += test_find(&own, "payroll", s_along, 1, &documents, NULL) == ASKIAM_STATUS_OK && documents.count == 1;
  }
  aski_arena_clean_up(&own.arena);
  return (void *)(uintptr_t)good;
}

static void search_embedded__threads_search_while_another_writes(void **state)
{
  test_knowledge *knowledge = *state;
  test_add_document(knowledge, "a", "payroll", "role", "r1", s_along);
  enum { THREADS = 12 };
  pthread_t threads[THREADS];
  for (size_t i = 0; i < THREADS; ++i) {
    assert_int_equal(pthread_create(&threads[i], NULL, s_search_much, knowledge), 0);
  }
  for (int i = 0; i < 50; ++i) {
    test_add_document(knowledge, aski_arena_format(&knowledge->arena, "b%d", i).data, "payroll", "role", "r1", s_along);
  }
  for (size_t i = 0; i < THREADS; ++i) {
    void *good = NULL;
    pthread_join(threads[i], &good);
    assert_int_equal((uintptr_t)good, 50);
  }
}

#define TEST(name)                                                                                                     \
  cmocka_unit_test_setup_teardown(search_embedded__##name, test_knowledge_set_up, test_knowledge_tear_down)
int main(void)
{
  const struct CMUnitTest tests[] = {
      TEST(only_what_is_about_the_role_the_application_or_nothing),
      TEST(first_by_every_measure_scores_one),
      TEST(vectors_of_another_model_are_left_alone),
      TEST(vectors_of_a_wrong_length_are_left_alone),
      TEST(ties_go_by_id),
      TEST(queries_are_words_never_syntax),
      TEST(hostile_ids_are_ids),
      TEST(many_words_are_cut),
      TEST(a_deadline_that_passed_is_a_timeout),
      TEST(a_deadline_stops_a_long_scan),
      TEST(lack_of_memory_is_told),
      TEST(threads_search_while_another_writes),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
