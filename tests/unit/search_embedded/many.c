/* SPDX-License-Identifier: Apache-2.0
 *
 * Many vectors: with the sketch the result is what it is without. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "knowledge.h"

enum { MANY = 4200, QUERIES = 12 };

static void s_direction(float out[TEST_DIMENSION], double angle)
{
  out[0] = (float)cos(angle);
  out[1] = (float)sin(angle) * 0.8F;
  out[2] = (float)sin(angle) * 0.6F;
  out[3] = 0;
}

static double s_angle(size_t i) { return (double)(i * 7919 % MANY) * 6.283 / MANY; }

static void s_fill(test_knowledge *knowledge)
{
  float vector[TEST_DIMENSION];
  test_execute(knowledge->db, "BEGIN");
  for (size_t i = 0; i < MANY; ++i) {
    char id[32];
    snprintf(id, sizeof id, "d%04zu", i);
    s_direction(vector, s_angle(i));
    test_add_document(knowledge, id, "nothing", "global", "", vector);
  }
  s_direction(vector, 1);
  test_add_document(knowledge, "role", "nothing", "role", "r1", vector);
  test_add_document(knowledge, "other-role", "nothing", "role", "r2", vector);
  test_execute(knowledge->db, "COMMIT");
}

static const char *s_ask(test_knowledge *knowledge, double angle)
{
  float vector[TEST_DIMENSION];
  askiam_documents documents;
  s_direction(vector, angle);
  assert_int_equal(test_find(knowledge, "unheard", vector, 8, &documents, NULL), ASKIAM_STATUS_OK);
  return test_ids(knowledge, &documents);
}

static void s_ask_all(test_knowledge *knowledge, const char *out[QUERIES])
{
  for (size_t i = 0; i < QUERIES; ++i) {
    out[i] = s_ask(knowledge, 1 + (double)i / 2);
  }
}

static void s_assert_same(test_knowledge *knowledge, const char *expected[QUERIES])
{
  const char *got[QUERIES];
  s_ask_all(knowledge, got);
  for (size_t i = 0; i < QUERIES; ++i) {
    assert_string_equal(got[i], expected[i]);
  }
}

static void search_embedded__with_a_sketch_the_same_is_found(void **state)
{
  test_knowledge *knowledge = *state;
  s_fill(knowledge);
  const char *expected[QUERIES];
  long plain = knowledge->allocator.outstanding;
  s_ask_all(knowledge, expected); /* no sketch yet: the test's search is opened without memory for one */
  assert_non_null(strstr(expected[0], "role"));
  assert_null(strstr(expected[0], "other-role"));
  test_knowledge_reopen(knowledge, "1");
  s_assert_same(knowledge, expected);
  long with_sketch = knowledge->allocator.outstanding;
  assert_true(with_sketch > plain);
  s_assert_same(knowledge, expected);
  assert_int_equal(knowledge->allocator.outstanding, with_sketch); /* one, and kept */
}

static void search_embedded__a_sketch_follows_the_catalogue(void **state)
{
  test_knowledge *knowledge = *state;
  s_fill(knowledge);
  test_knowledge_reopen(knowledge, "1");
  s_ask(knowledge, 2);
  s_ask(knowledge, 2);
  float vector[TEST_DIMENSION];
  s_direction(vector, 2);
  test_execute(knowledge->db, "BEGIN");
  test_add_document(knowledge, "a-new-one", "nothing", "global", "", vector);
  test_execute(knowledge->db, "UPDATE catalogue_version SET version = version + 1; COMMIT");
  for (int i = 0; i < 3; ++i) {
    const char *found = s_ask(knowledge, 2);
    assert_ptr_equal(strstr(found, "a-new-one"), found);
  }
  test_execute(knowledge->db, "BEGIN; DELETE FROM documents WHERE id = 'a-new-one';"
                              "UPDATE catalogue_version SET version = version + 1; COMMIT");
  for (int i = 0; i < 3; ++i) {
    assert_null(strstr(s_ask(knowledge, 2), "a-new-one"));
  }
}

static void search_embedded__a_sketch_of_twins_is_passed_over(void **state)
{
  test_knowledge *knowledge = *state;
  s_fill(knowledge);
  test_execute(knowledge->db, "UPDATE documents SET embedding = (SELECT embedding FROM documents WHERE id = 'role')");
  test_knowledge_reopen(knowledge, "1");
  const char *first = s_ask(knowledge, 1);
  for (int i = 0; i < 3; ++i) {
    assert_string_equal(s_ask(knowledge, 1), first);
  }
}

static void search_embedded__memory_may_run_out_around_a_sketch(void **state)
{
  test_knowledge *knowledge = *state;
  s_fill(knowledge);
  for (long at = 1; at < 60; ++at) {
    test_knowledge_reopen(knowledge, "1");
    s_ask(knowledge, 3);
    test_allocator_fail_at(&knowledge->allocator, at);
    float vector[TEST_DIMENSION];
    askiam_documents documents;
    s_direction(vector, 3);
    for (int i = 0; i < 2; ++i) {
      askiam_status status = test_find(knowledge, "unheard", vector, 8, &documents, NULL);
      assert_true(status == ASKIAM_STATUS_OK || status == ASKIAM_STATUS_NO_MEMORY);
      assert_true(status != ASKIAM_STATUS_OK || documents.count == 8);
    }
    test_allocator_fail_at(&knowledge->allocator, 0);
  }
}

static void *s_search_often(void *context)
{
  const test_knowledge *shared = context;
  test_knowledge own = {.search = shared->search, .call = shared->call};
  aski_arena_init(&own.arena, aski_allocator_default());
  for (int i = 0; i < 6; ++i) {
    s_ask(&own, 2);
  }
  aski_arena_clean_up(&own.arena);
  return NULL;
}

static void search_embedded__threads_share_a_sketch(void **state)
{
  test_knowledge *knowledge = *state;
  s_fill(knowledge);
  test_knowledge_reopen(knowledge, "1");
  pthread_t threads[4];
  for (size_t i = 0; i < 4; ++i) {
    assert_int_equal(pthread_create(&threads[i], NULL, s_search_often, knowledge), 0);
  }
  for (size_t i = 0; i < 4; ++i) {
    assert_int_equal(pthread_join(threads[i], NULL), 0);
  }
}

int main(void)
{
#define IN_KNOWLEDGE(test) cmocka_unit_test_setup_teardown(test, test_knowledge_set_up, test_knowledge_tear_down)
  const struct CMUnitTest tests[] = {
      IN_KNOWLEDGE(search_embedded__with_a_sketch_the_same_is_found),
      IN_KNOWLEDGE(search_embedded__a_sketch_follows_the_catalogue),
      IN_KNOWLEDGE(search_embedded__a_sketch_of_twins_is_passed_over),
      IN_KNOWLEDGE(search_embedded__memory_may_run_out_around_a_sketch),
      IN_KNOWLEDGE(search_embedded__threads_share_a_sketch),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
