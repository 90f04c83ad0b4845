/* SPDX-License-Identifier: Apache-2.0
 *
 * Judgements of a model: a proper one, and everything that must be an abstention with its cause. */
#include "judge/llm/answer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

#include "support/allocator.h"

enum { DOCUMENTS = 2 };

typedef struct fixture {
  test_allocator allocator;
  aski_arena arena;
  aski_llm_answer answer;
} fixture;

static void s_begin(fixture *own)
{
  *own = (fixture){.answer = {.given = false}};
  test_allocator_init(&own->allocator);
  aski_arena_init(&own->arena, &own->allocator.base);
}

static void s_end(fixture *own)
{
  aski_arena_clean_up(&own->arena);
  assert_int_equal(own->allocator.outstanding, 0);
}

static void s_read(fixture *own, const char *content)
{
  aski_json_document *document = NULL;
  assert_int_equal(
      aski_json_parse(&document, askiam_str_from(content), aski_allocator_default(), ASKIAM_LAYER_JUDGE, NULL),
      ASKIAM_STATUS_OK);
  aski_llm_answer_read(&own->answer, &own->arena, aski_json_root(document), DOCUMENTS);
  aski_json_destroy(document);
}

static void judge_llm__a_proper_answer_is_taken(void **state)
{
  (void)state;
  fixture own;
  s_begin(&own);
  s_read(&own, " {\"verdict\":\"INVALID\",\"confidence\":0.96,\"citations\":[2,1],\"reason\":\"It says\\nno.\"}\n");
  assert_true(own.answer.given && !own.answer.valid);
  assert_true(fabs(own.answer.confidence - 0.96) < 1e-12);
  assert_int_equal(own.answer.citation_count, 2);
  assert_int_equal(own.answer.citations[0], 2);
  assert_true(aski_str_equal_text(own.answer.reason, "It says no."));
  s_read(&own, "{\"reason\":\"Yes.\",\"citations\":[1],\"confidence\":1,\"verdict\":\"VALID\"}");
  assert_true(own.answer.given && own.answer.valid);
  s_end(&own);
}

#define MEMBERS(verdict, confidence, citations, reason)                                                                \
  "{\"verdict\":" verdict ",\"confidence\":" confidence ",\"citations\":" citations ",\"reason\":" reason "}"

static void judge_llm__anything_else_is_an_abstention(void **state)
{
  (void)state;
  static const char *const members = "its answer has not the members that were asked for";
  static const char *const probability = "its confidence is no probability";
  static const char *const uncited = "it cites a document that it was not given";
  static const char *const no_reason = "it gave no reason that can be shown";
  const struct {
    const char *content;
    const char *cause;
  } cases[] = {
      {"[" MEMBERS("\"VALID\"", "0.9", "[1]", "\"r\"") "]", members},
      {"null", members},
      {MEMBERS("\"VALID\"", "\"0.96\"", "[1]", "\"r\""), members},
      {MEMBERS("\"VALID\"", "null", "[1]", "\"r\""), members},
      {MEMBERS("\"VALID\"", "0.9", "1", "\"r\""), members},
      {MEMBERS("\"VALID\"", "0.9", "[1]", "null"), members},
      {MEMBERS("true", "0.9", "[1]", "\"r\""), members},
      {"{\"verdict\":\"VALID\",\"confidence\":0.9,\"citations\":[1]}", members},
      {MEMBERS("\"VALID\",\"note\":1", "0.9", "[1]", "\"r\""), members},
      {MEMBERS("\"valid\"", "0.9", "[1]", "\"r\""), "its verdict is none"},
      {MEMBERS("\"VALID\"", "1.01", "[1]", "\"r\""), probability},
      {MEMBERS("\"VALID\"", "96", "[1]", "\"r\""), probability},
      {MEMBERS("\"VALID\"", "-0.1", "[1]", "\"r\""), probability},
      {MEMBERS("\"VALID\"", "1e999", "[1]", "\"r\""), probability},
      {MEMBERS("\"VALID\"", "0.9", "[3]", "\"r\""), uncited},
      {MEMBERS("\"VALID\"", "0.9", "[0]", "\"r\""), uncited},
      {MEMBERS("\"VALID\"", "0.9", "[-1]", "\"r\""), uncited},
      {MEMBERS("\"VALID\"", "0.9", "[1.5]", "\"r\""), uncited},
      {MEMBERS("\"VALID\"", "0.9", "[\"1\"]", "\"r\""), uncited},
      {MEMBERS("\"VALID\"", "0.9", "[1,2,1]", "\"r\""), uncited},
      {MEMBERS("\"VALID\"", "0.9", "[18446744073709551617]", "\"r\""), uncited},
      {MEMBERS("\"VALID\"", "0.9", "[]", "\"r\""), "it cites no document"},
      {MEMBERS("\"VALID\"", "0.9", "[1]", "\"\""), no_reason},
      {MEMBERS("\"VALID\"", "0.9", "[1]", "\" \\n\\t \""), no_reason},
      {MEMBERS("\"VALID\"", "0.9", "[1]", "\"a\\u202Eb\""), no_reason},
      {MEMBERS("\"VALID\"", "0.3", "[1]", "\"r\""), "it does not believe its own verdict"},
      {MEMBERS("\"ABSTAIN\"", "0.9", "[]", "\"r\""), "the documents do not settle it"},
  };
  fixture own;
  s_begin(&own);
  for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
    s_read(&own, cases[i].content);
    if (own.answer.given || !aski_str_equal_text(own.answer.reason, cases[i].cause)) {
      fail_msg("%s: %d, %.*s (wanted: %s)", cases[i].content, own.answer.given, ASKI_STR_ARG(own.answer.reason),
               cases[i].cause);
    }
  }
  s_end(&own);
}

static void judge_llm__lack_of_memory_is_no_answer(void **state)
{
  (void)state;
  bool given = false;
  for (long fail_at = 1; !given; ++fail_at) {
    fixture own;
    s_begin(&own);
    test_allocator_fail_at(&own.allocator, fail_at);
    s_read(&own, MEMBERS("\"VALID\"", "0.9", "[1]", "\"r\""));
    given = own.answer.given;
    assert_true(given != own.arena.failed);
    s_end(&own);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(judge_llm__a_proper_answer_is_taken),
      cmocka_unit_test(judge_llm__anything_else_is_an_abstention),
      cmocka_unit_test(judge_llm__lack_of_memory_is_no_answer),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
