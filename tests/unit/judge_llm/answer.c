/* SPDX-License-Identifier: Apache-2.0
 *
 * Answers of a model: a proper one, and everything that must be an abstention with its cause. */
#include "judge/llm/answer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "support/allocator.h"
#include "json/json.h"

enum { DOCUMENTS = 2 };

typedef struct fixture {
  test_allocator allocator;
  aski_arena arena;
  aski_buffer body;
  aski_llm_answer answer;
  askiam_error error;
} fixture;

static void s_begin(fixture *own)
{
  *own = (fixture){.error = ASKIAM_ERROR_INIT};
  test_allocator_init(&own->allocator);
  aski_arena_init(&own->arena, &own->allocator.base);
  aski_buffer_init(&own->body, aski_allocator_default());
}

static void s_end(fixture *own)
{
  aski_buffer_clean_up(&own->body);
  aski_arena_clean_up(&own->arena);
  assert_int_equal(own->allocator.outstanding, 0);
}

static askiam_status s_read(fixture *own, const char *body)
{
  return aski_llm_answer_read(&own->answer, &own->arena, askiam_str_from(body), DOCUMENTS, &own->error);
}

/* A completion around the model's text. */
static const char *s_around(fixture *own, askiam_str content)
{
  aski_json_writer writer;
  aski_buffer_clear(&own->body);
  aski_buffer_append_text(&own->body,
                          "{\"choices\":[{\"index\":0,\"finish_reason\":\"stop\",\"message\":{\"role\":\"assistant\","
                          "\"refusal\":null,\"content\":");
  aski_json_writer_init(&writer, &own->body);
  aski_json_write_string(&writer, NULL, content);
  aski_buffer_append_text(&own->body, "}}]}");
  return own->body.data;
}

static void s_assert_abstains(fixture *own, const char *body, const char *cause)
{
  askiam_status status = s_read(own, body);
  if (status != ASKIAM_STATUS_OK || own->answer.given || !aski_str_equal_text(own->answer.reason, cause)) {
    fail_msg("%.200s: %s, %d, %.*s (wanted: %s)", body, askiam_status_name(status), own->answer.given,
             ASKI_STR_ARG(own->answer.reason), cause);
  }
}

static void judge_llm__a_proper_answer_is_taken(void **state)
{
  (void)state;
  fixture own;
  s_begin(&own);
  askiam_str content =
      ASKI_STR(" {\"verdict\":\"INVALID\",\"confidence\":0.96,\"citations\":[2,1],\"reason\":\"It says\\nno.\"}\n");
  assert_int_equal(s_read(&own, s_around(&own, content)), ASKIAM_STATUS_OK);
  assert_true(own.answer.given && !own.answer.valid);
  assert_true(fabs(own.answer.confidence - 0.96) < 1e-12);
  assert_int_equal(own.answer.citation_count, 2);
  assert_int_equal(own.answer.citations[0], 2);
  assert_true(aski_str_equal_text(own.answer.reason, "It says no."));
  content = ASKI_STR("{\"reason\":\"Yes.\",\"citations\":[1],\"confidence\":1,\"verdict\":\"VALID\"}");
  assert_int_equal(s_read(&own, s_around(&own, content)), ASKIAM_STATUS_OK);
  assert_true(own.answer.given && own.answer.valid);
  s_end(&own);
}

#define MEMBERS(verdict, confidence, citations, reason)                                                                \
  "{\"verdict\":" verdict ",\"confidence\":" confidence ",\"citations\":" citations ",\"reason\":" reason "}"

static void judge_llm__anything_else_in_the_text_is_an_abstention(void **state)
{
  (void)state;
  static const char *const no_object = "its answer is not one JSON object";
  static const char *const members = "its answer has not the members that were asked for";
  static const char *const probability = "its confidence is no probability";
  static const char *const uncited = "it cites a document that it was not given";
  static const char *const no_reason = "it gave no reason that can be shown";
  const struct {
    const char *content;
    const char *cause;
  } cases[] = {
      {"", no_object},
      {"VALID", no_object},
      {"Sure! " MEMBERS("\"VALID\"", "0.9", "[1]", "\"r\""), no_object},
      {"```json\n" MEMBERS("\"VALID\"", "0.9", "[1]", "\"r\"") "\n```", no_object},
      {MEMBERS("\"VALID\"", "0.9", "[1]", "\"r\"") MEMBERS("\"VALID\"", "0.9", "[1]", "\"r\""), no_object},
      {MEMBERS("\"INVALID\",\"verdict\":\"VALID\"", "0.9", "[1]", "\"r\""), no_object},
      {MEMBERS("\"INVALID\",\"\\u0076erdict\":\"VALID\"", "0.9", "[1]", "\"r\""), no_object},
      {MEMBERS("\"VALID\"", "NaN", "[1]", "\"r\""), no_object},
      {MEMBERS("\"VALID\"", "Infinity", "[1]", "\"r\""), no_object},
      {MEMBERS("\"VALID\"", "0.9", "[1]", "\"cut off"), no_object},
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
    s_assert_abstains(&own, s_around(&own, askiam_str_from(cases[i].content)), cases[i].cause);
  }
  s_end(&own);
}

#define GOOD                                                                                                           \
  "\"content\":\"{\\\"verdict\\\":\\\"VALID\\\",\\\"confidence\\\":0.9,\\\"citations\\\":[1],\\\"reason\\\":"          \
  "\\\"r\\\"}\""
#define CHOICE(finish, message) "{\"finish_reason\":" finish ",\"message\":{" message "}}"
#define CHOICES(list) "{\"choices\":[" list "]}"

static void judge_llm__a_completion_that_did_not_end_well_is_an_abstention(void **state)
{
  (void)state;
  static const struct {
    const char *body;
    const char *cause;
  } cases[] = {
      {CHOICES(""), "it gave not one answer"},
      {CHOICES(CHOICE("\"stop\"", GOOD) "," CHOICE("\"stop\"", GOOD)), "it gave not one answer"},
      {CHOICES(CHOICE("\"length\"", GOOD)), "its answer was cut off"},
      {CHOICES(CHOICE("\"content_filter\"", GOOD)), "a content filter stopped it"},
      {CHOICES(CHOICE("\"tool_calls\"", "\"content\":null,\"tool_calls\":[{\"id\":\"1\"}]")), "it called a tool"},
      {CHOICES(CHOICE("\"stop\"", GOOD ",\"tool_calls\":[{\"id\":\"1\"}]")), "it called a tool"},
      {CHOICES(CHOICE("\"stop\"", GOOD ",\"function_call\":{\"name\":\"f\"}")), "it called a tool"},
      {CHOICES(CHOICE("\"stop\"", GOOD ",\"refusal\":\"I cannot.\"")), "it refused to answer"},
      {CHOICES(CHOICE("\"stop\"", GOOD ",\"refusal\":true")), "it refused to answer"},
      {CHOICES(CHOICE("null", GOOD)), "it did not say that its answer is complete"},
      {CHOICES(CHOICE("\"eos\"", GOOD)), "it did not say that its answer is complete"},
      {CHOICES("{\"message\":{" GOOD "}}"), "it did not say that its answer is complete"},
      {CHOICES(CHOICE("\"stop\"", "\"content\":null")), "its answer has no text"},
      {CHOICES(CHOICE("\"stop\"", "\"content\":[{\"type\":\"text\"}]")), "its answer has no text"},
      {CHOICES("{\"finish_reason\":\"stop\"}"), "its answer has no text"},
      {CHOICES("7"), "it did not say that its answer is complete"},
  };
  fixture own;
  s_begin(&own);
  assert_int_equal(s_read(&own, CHOICES(CHOICE("\"stop\"", GOOD ",\"tool_calls\":[]"))), ASKIAM_STATUS_OK);
  assert_true(own.answer.given);
  for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
    s_assert_abstains(&own, cases[i].body, cases[i].cause);
  }
  s_end(&own);
}

static void judge_llm__a_text_that_is_too_long_is_an_abstention(void **state)
{
  (void)state;
  fixture own;
  s_begin(&own);
  size_t length = (size_t)10 * 1024 * 1024;
  char *text = malloc(length);
  assert_non_null(text);
  memset(text, 'x', length);
  s_assert_abstains(&own, s_around(&own, (askiam_str){text, length}), "its answer is too long");
  free(text);
  s_end(&own);
}

static void judge_llm__what_is_no_completion_is_a_failure(void **state)
{
  (void)state;
  static const char *const bodies[] = {"",
                                       "<html>",
                                       "{",
                                       "[]",
                                       "{\"error\":{\"message\":\"no\"}}",
                                       "{\"choices\":{}}",
                                       "{\"choices\":[],\"choices\":[]}"};
  fixture own;
  s_begin(&own);
  for (size_t i = 0; i < sizeof bodies / sizeof *bodies; ++i) {
    assert_int_equal(s_read(&own, bodies[i]), ASKIAM_STATUS_UNAVAILABLE);
    assert_false(own.answer.given);
    assert_int_equal(own.error.layer, ASKIAM_LAYER_JUDGE);
  }
  s_end(&own);
}

static void judge_llm__lack_of_memory_is_no_answer(void **state)
{
  (void)state;
  askiam_status status = ASKIAM_STATUS_NO_MEMORY;
  for (long fail_at = 1; status != ASKIAM_STATUS_OK; ++fail_at) {
    fixture own;
    s_begin(&own);
    test_allocator_fail_at(&own.allocator, fail_at);
    status = s_read(&own, CHOICES(CHOICE("\"stop\"", GOOD)));
    assert_true(status == ASKIAM_STATUS_OK ? own.answer.given : status == ASKIAM_STATUS_NO_MEMORY);
    s_end(&own);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(judge_llm__a_proper_answer_is_taken),
      cmocka_unit_test(judge_llm__anything_else_in_the_text_is_an_abstention),
      cmocka_unit_test(judge_llm__a_completion_that_did_not_end_well_is_an_abstention),
      cmocka_unit_test(judge_llm__a_text_that_is_too_long_is_an_abstention),
      cmocka_unit_test(judge_llm__what_is_no_completion_is_a_failure),
      cmocka_unit_test(judge_llm__lack_of_memory_is_no_answer),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
