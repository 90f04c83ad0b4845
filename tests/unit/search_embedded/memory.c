/* SPDX-License-Identifier: Apache-2.0
 *
 * SQLite's own memory runs out at each place of a search: what is found is whole, or nothing is told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "knowledge.h"
#include "support/sqlite_memory.h"

/* Longer than a page of the file, and of no length that leaves room behind it: its end takes memory when it is asked for. */
static char s_long[6008] = "payroll ";

static askiam_status s_find(test_knowledge *knowledge, bool *out_whole)
{
  askiam_documents documents;
  askiam_status status = test_find(knowledge, "payroll", NULL, 5, &documents, NULL);
  *out_whole = status == ASKIAM_STATUS_OK && documents.count == 1 &&
               aski_str_equal_text(documents.items[0].title, "Title") &&
               aski_str_equal_text(documents.items[0].text, s_long);
  return status;
}

static void search_embedded__a_document_is_found_whole_or_not(void **state)
{
  test_knowledge *knowledge = *state;
  test_add_document(knowledge, "d", s_long, "role", "r1", NULL);
  for (long n = 1; !test_sqlite_memory_waits(); ++n) {
    bool whole = false;
    assert_int_equal(s_find(knowledge, &whole), ASKIAM_STATUS_OK); /* prepares what is needed */
    assert_true(whole);
    test_sqlite_memory_fail_at(n);
    askiam_status status = s_find(knowledge, &whole);
    if (status == ASKIAM_STATUS_OK) {
      assert_true(whole);
    } else {
      assert_int_equal(status, ASKIAM_STATUS_NO_MEMORY);
    }
    assert_true(n < 10000);
  }
  test_sqlite_memory_fail_at(0);
}

int main(void)
{
  memset(s_long + 8, 'a', sizeof s_long - 9);
  test_sqlite_memory_init();
  const struct CMUnitTest tests[] = {cmocka_unit_test_setup_teardown(search_embedded__a_document_is_found_whole_or_not,
                                                                     test_knowledge_set_up, test_knowledge_tear_down)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
