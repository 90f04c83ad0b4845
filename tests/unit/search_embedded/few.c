/* SPDX-License-Identifier: Apache-2.0
 *
 * Few documents are read, many are asked of the full-text index: a query must not be able to tell which. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "knowledge.h"

static const char *const s_words[] = {"payroll",
                                      "payrolls",
                                      "Payrolling",
                                      "ACCESS",
                                      "accessing",
                                      "caf\xC3\xA9",
                                      "CAFE",
                                      "r\xC3\xA9sum\xC3\xA9",
                                      "\xE6\x9D\xB1\xE4\xBA\xAC",
                                      "x1",
                                      "role's",
                                      "e-mail",

                                      "\xC2\xBD",
                                      "\xEF\xAC\x81nance",
                                      "finances",
                                      "\xE0\xA4\xB9\xE0\xA4\xBF\xE0\xA4\x82\xE0\xA4\xA6\xE0\xA5\x80",
                                      "",
                                      "...",
                                      "2024-11"};
enum { WORDS = sizeof s_words / sizeof *s_words, DOCUMENTS = 12, QUERIES = 150 };

static uint32_t s_next(uint32_t *random) { return (*random = *random * 1664525u + 1013904223u) >> 8; }

static const char *s_text(test_knowledge *knowledge, uint32_t *random, uint32_t most)
{
  askiam_str text = ASKI_STR("");
  for (uint32_t left = 1 + s_next(random) % most; left > 0; --left) {
    text = aski_arena_format(&knowledge->arena, "%.*s %s", ASKI_STR_ARG(text), s_words[s_next(random) % WORDS]);
  }
  return text.data;
}

static void s_fill(test_knowledge *knowledge, uint32_t *random)
{
  static const char *const kinds[] = {"role", "application", "global"};
  static const char *const scopes[] = {"r1", "a1", ""};
  for (int i = 0; i < DOCUMENTS; ++i) {
    const float vector[TEST_DIMENSION] = {(float)(s_next(random) % 100) / 100.0F,
                                          (float)(s_next(random) % 100) / 100.0F, 0, 0};
    uint32_t kind = s_next(random) % 3;
    test_add_document(knowledge, aski_arena_format(&knowledge->arena, "d%02d", i).data, s_text(knowledge, random, 30),
                      kinds[kind], scopes[kind], s_next(random) % 4 == 0 ? NULL : vector);
  }
  for (int i = 0; i < DOCUMENTS; i += 5) { /* about the role and its application */
    test_execute(knowledge->db, aski_arena_format(&knowledge->arena,
                                                  "INSERT OR IGNORE INTO document_scope(kind, id, document_no)"
                                                  " VALUES('role', 'r1', %d)",
                                                  i + 1)
                                    .data);
  }
}

/* A long text without any of the words: nothing finds it, and nothing else becomes rarer or longer by it. */
static void s_make_long(test_knowledge *knowledge)
{
  askiam_str text = ASKI_STR("unheard");
  while (text.length < 20000) {
    text = aski_arena_format(&knowledge->arena, "%.*s %.*s", ASKI_STR_ARG(text), ASKI_STR_ARG(text));
  }
  test_add_document(knowledge, "long", text.data, "global", "", NULL);
}

static void search_embedded__reading_and_the_index_find_the_same(void **state)
{
  static const float along[TEST_DIMENSION] = {1, 0, 0, 0};
  test_knowledge *knowledge = *state;
  uint32_t random = 5;
  const char *queries[QUERIES];
  askiam_documents read[QUERIES];
  size_t found = 0;
  s_fill(knowledge, &random);
  test_execute(knowledge->db, "UPDATE documents SET title = 'Payroll heading' WHERE document_no % 3 = 0;"
                              "INSERT INTO documents_fts(documents_fts) VALUES('rebuild')");
  for (size_t i = 0; i < QUERIES; ++i) {
    queries[i] = s_text(knowledge, &random, 14);
    assert_int_equal(test_find(knowledge, queries[i], i % 2 == 0 ? NULL : along, 5, &read[i], NULL), ASKIAM_STATUS_OK);
    found += read[i].count;
  }
  assert_true(found > QUERIES);
  s_make_long(knowledge);
  for (size_t i = 0; i < QUERIES; ++i) {
    askiam_documents asked;
    assert_int_equal(test_find(knowledge, queries[i], i % 2 == 0 ? NULL : along, 5, &asked, NULL), ASKIAM_STATUS_OK);
    assert_string_equal(test_ids(knowledge, &asked), test_ids(knowledge, &read[i]));
    for (size_t j = 0; j < asked.count; ++j) {
      assert_memory_equal(&asked.items[j].score, &read[i].items[j].score, sizeof asked.items[j].score);
    }
  }
}

static void search_embedded__more_documents_than_are_read_are_all_found(void **state)
{
  test_knowledge *knowledge = *state;
  for (int i = 0; i < 40; ++i) {
    test_add_document(knowledge, aski_arena_format(&knowledge->arena, "d%02d", i).data, i == 39 ? "payroll" : "other",
                      "role", "r1", NULL);
    askiam_documents documents;
    assert_int_equal(test_find(knowledge, "payroll other", NULL, 50, &documents, NULL), ASKIAM_STATUS_OK);
    assert_int_equal(documents.count, i + 1);
  }
}

#define TEST(name)                                                                                                     \
  cmocka_unit_test_setup_teardown(search_embedded__##name, test_knowledge_set_up, test_knowledge_tear_down)
int main(void)
{
  const struct CMUnitTest tests[] = {
      TEST(reading_and_the_index_find_the_same),
      TEST(more_documents_than_are_read_are_all_found),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
