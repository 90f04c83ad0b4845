/* SPDX-License-Identifier: Apache-2.0
 *
 * Answers of both protocols: proper ones, and everything that must be none, with its cause. */
#include "chat/answer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "support/allocator.h"
#include "support/crowd.h"

typedef enum protocol { COMPLETION, CONVERSE, TOOL } protocol;

typedef struct fixture {
  test_allocator allocator;
  aski_chat_answer answer;
  askiam_error error;
} fixture;

static void s_begin(fixture *own)
{
  *own = (fixture){.error = ASKIAM_ERROR_INIT};
  test_allocator_init(&own->allocator);
}

static void s_end(fixture *own)
{
  aski_chat_answer_clean_up(&own->answer);
  assert_int_equal(own->allocator.outstanding, 0);
}

static askiam_status s_read(fixture *own, protocol spoken, askiam_str body)
{
  const askiam_allocator *allocator = &own->allocator.base;
  aski_chat_answer_clean_up(&own->answer);
  return spoken == COMPLETION
             ? aski_chat_completion_read(&own->answer, body, allocator, ASKIAM_LAYER_JUDGE, &own->error)
             : aski_chat_converse_read(&own->answer, spoken == TOOL ? "judgement" : NULL, body, allocator,
                                       ASKIAM_LAYER_JUDGE, &own->error);
}

static void s_assert_given(fixture *own, protocol spoken, const char *body)
{
  assert_int_equal(s_read(own, spoken, askiam_str_from(body)), ASKIAM_STATUS_OK);
  if (own->answer.object == NULL) {
    fail_msg("%s: %.*s", body, ASKI_STR_ARG(own->answer.cause));
  }
  assert_true(aski_str_equal_text(aski_json_string(aski_json_get(own->answer.object, "a")), "b"));
  assert_false(aski_str_present(own->answer.cause));
}

static void s_assert_cause(fixture *own, protocol spoken, askiam_str body, const char *cause)
{
  askiam_status status = s_read(own, spoken, body);
  if (status != ASKIAM_STATUS_OK || own->answer.object != NULL || !aski_str_equal_text(own->answer.cause, cause)) {
    fail_msg("%.300s: %s, %.*s (wanted: %s)", body.data, askiam_status_name(status), ASKI_STR_ARG(own->answer.cause),
             cause);
  }
}

typedef struct wanted {
  const char *body;
  const char *cause;
} wanted;

static void s_assert_causes(protocol spoken, const wanted *cases, size_t count)
{
  fixture own;
  s_begin(&own);
  for (size_t i = 0; i < count; ++i) {
    s_assert_cause(&own, spoken, askiam_str_from(cases[i].body), cases[i].cause);
  }
  s_end(&own);
}

#define COUNT(list) (sizeof(list) / sizeof *(list))
#define OBJECT "{\\\"a\\\":\\\"b\\\"}"
#define NOT_ONE "it gave not one answer"
#define NO_OBJECT "its answer is not one JSON object"
#define NO_TEXT "its answer has no text"
#define NO_END "it did not say that its answer is complete"
#define CALLED "it called a tool"
#define BESIDE "its server reported an error beside the answer"
#define STRANGER "the answer is not the assistant's"

#define CONTENT(text) "\"content\":\"" text "\""
#define CHOICE(finish, message) "{\"finish_reason\":" finish ",\"message\":{" message "}}"
#define CHOICES(list) "{\"choices\":[" list "]}"
#define SAID(text) CHOICES(CHOICE("\"stop\"", CONTENT(text)))

#define WITH_ERROR(error)                                                                                              \
  "{\"error\":" error ",\"choices\":[" CHOICE("\"stop\"", "\"role\":\"assistant\"," CONTENT(OBJECT)) "]}"
#define BY(role) CHOICES(CHOICE("\"stop\"", "\"role\":" role "," CONTENT(OBJECT)))

static void chat__a_proper_completion_is_taken(void **state)
{
  (void)state;
  fixture own;
  s_begin(&own);
  s_assert_given(&own, COMPLETION, SAID(OBJECT));
  s_assert_given(&own, COMPLETION, SAID(" \\n" OBJECT "\\n"));
  s_assert_given(&own, COMPLETION, CHOICES(CHOICE("\"stop\"", "\"role\":\"assistant\"," CONTENT(OBJECT))));
  s_assert_given(&own, COMPLETION, WITH_ERROR("null"));
  s_assert_given(&own, COMPLETION, CHOICES(CHOICE("\"stop\"", CONTENT(OBJECT) ",\"tool_calls\":[],\"refusal\":null")));
  s_end(&own);
}

static void chat__a_completion_that_did_not_end_well_is_no_answer(void **state)
{
  (void)state;
  static const wanted cases[] = {
      {CHOICES(""), NOT_ONE},
      {CHOICES(CHOICE("\"stop\"", CONTENT(OBJECT)) "," CHOICE("\"stop\"", CONTENT(OBJECT))), NOT_ONE},
      {CHOICES(CHOICE("\"length\"", CONTENT(OBJECT))), "its answer was cut off"},
      {CHOICES(CHOICE("\"content_filter\"", CONTENT(OBJECT))), "a content filter stopped it"},
      {CHOICES(CHOICE("\"tool_calls\"", "\"content\":null,\"tool_calls\":[{\"id\":\"1\"}]")), CALLED},
      {CHOICES(CHOICE("\"stop\"", CONTENT(OBJECT) ",\"tool_calls\":[{\"id\":\"1\"}]")), CALLED},
      {CHOICES(CHOICE("\"stop\"", CONTENT(OBJECT) ",\"function_call\":{\"name\":\"f\"}")), CALLED},
      {CHOICES(CHOICE("\"stop\"", CONTENT(OBJECT) ",\"refusal\":\"I cannot.\"")), "it refused to answer"},
      {CHOICES(CHOICE("\"stop\"", CONTENT(OBJECT) ",\"refusal\":true")), "it refused to answer"},
      {CHOICES(CHOICE("null", CONTENT(OBJECT))), NO_END},
      {CHOICES(CHOICE("\"eos\"", CONTENT(OBJECT))), NO_END},
      {CHOICES("{\"message\":{" CONTENT(OBJECT) "}}"), NO_END},
      {CHOICES(CHOICE("\"stop\"", "\"content\":null")), NO_TEXT},
      {CHOICES(CHOICE("\"stop\"", "\"content\":[{\"type\":\"text\"}]")), NO_TEXT},
      {CHOICES("{\"finish_reason\":\"stop\"}"), NO_TEXT},
      {CHOICES("7"), NO_END},
      {WITH_ERROR("{\"message\":\"overloaded\"}"), BESIDE},
      {WITH_ERROR("{}"), BESIDE},
      {WITH_ERROR("\"overloaded\""), BESIDE},
      {WITH_ERROR("false"), BESIDE},
      {"{\"error\":{},\"choices\":[]}", BESIDE},
      {BY("\"user\""), STRANGER},
      {BY("\"tool\""), STRANGER},
      {BY("\"Assistant\""), STRANGER},
      {BY("\"\""), STRANGER},
      {BY("null"), STRANGER},
      {BY("[\"assistant\"]"), STRANGER},
  };
  s_assert_causes(COMPLETION, cases, COUNT(cases));
}

static void chat__a_text_that_is_not_one_object_is_no_answer(void **state)
{
  (void)state;
  static const wanted cases[] = {
      {SAID(""), NO_OBJECT},
      {SAID("VALID"), NO_OBJECT},
      {SAID("Sure! " OBJECT), NO_OBJECT},
      {SAID("```json\\n" OBJECT "\\n```"), NO_OBJECT},
      {SAID(OBJECT OBJECT), NO_OBJECT},
      {SAID("{\\\"a\\\":1,\\\"a\\\":\\\"b\\\"}"), NO_OBJECT},
      {SAID("{\\\"a\\\":1,\\\"\\\\u0061\\\":\\\"b\\\"}"), NO_OBJECT},
      {SAID("{\\\"a\\\":NaN}"), NO_OBJECT},
      {SAID("{\\\"a\\\":Infinity}"), NO_OBJECT},
      {SAID("{\\\"a\\\":\\\"cut off"), NO_OBJECT},
      {SAID("[" OBJECT "]"), NO_OBJECT},
      {SAID("null"), NO_OBJECT},
  };
  s_assert_causes(COMPLETION, cases, COUNT(cases));
}

#define MESSAGE_WITH(role, stop, blocks, more)                                                                         \
  "{\"output\":{\"message\":{" role "\"content\":[" blocks "]}},\"stopReason\":" stop more "}"
#define MESSAGE(stop, blocks) MESSAGE_WITH("\"role\":\"assistant\",", stop, blocks, "")
#define TEXT "{\"text\":\"" OBJECT "\"}"
#define THOUGHT "{\"reasoningContent\":{\"reasoningText\":{\"text\":\"hm\"}}}"
#define CALL(name, input) "{\"toolUse\":{\"toolUseId\":\"1\",\"name\":\"" name "\",\"input\":" input "}}"
#define GOOD_CALL CALL("judgement", "{\"a\":\"b\"}")

static void chat__a_proper_conversation_is_taken(void **state)
{
  (void)state;
  fixture own;
  s_begin(&own);
  s_assert_given(&own, CONVERSE, MESSAGE("\"end_turn\"", TEXT));
  s_assert_given(&own, CONVERSE, MESSAGE("\"end_turn\"", THOUGHT "," TEXT));
  s_assert_given(&own, CONVERSE, MESSAGE_WITH("", "\"end_turn\"", TEXT, ",\"error\":null"));
  s_assert_given(&own, TOOL, MESSAGE("\"tool_use\"", GOOD_CALL));
  s_assert_given(&own, TOOL, MESSAGE("\"tool_use\"", THOUGHT ",{\"text\":\"I answer.\"}," GOOD_CALL));
  s_end(&own);
}

static void chat__a_conversation_that_did_not_end_well_is_no_answer(void **state)
{
  (void)state;
  static const wanted cases[] = {
      {MESSAGE("\"max_tokens\"", TEXT), "its answer was cut off"},
      {MESSAGE("\"model_context_window_exceeded\"", TEXT), "its answer was cut off"},
      {MESSAGE("\"guardrail_intervened\"", TEXT), "a guardrail intervened"},
      {MESSAGE("\"content_filtered\"", TEXT), "a content filter stopped it"},
      {MESSAGE("\"malformed_model_output\"", TEXT), "its answer came out malformed"},
      {MESSAGE("\"tool_use\"", GOOD_CALL), CALLED},
      {MESSAGE("\"end_turn\"", TEXT "," GOOD_CALL), CALLED},
      {MESSAGE("\"stop_sequence\"", TEXT), NO_END},
      {MESSAGE("\"END_TURN\"", TEXT), NO_END},
      {MESSAGE("null", TEXT), NO_END},
      {MESSAGE("\"end_turn\"", TEXT "," TEXT), NOT_ONE},
      {MESSAGE("\"end_turn\"", TEXT ",{\"image\":{}}"), NOT_ONE},
      {MESSAGE("\"end_turn\"", ""), NO_TEXT},
      {MESSAGE("\"end_turn\"", THOUGHT), NO_TEXT},
      {MESSAGE("\"end_turn\"", "{\"text\":\"VALID\"}"), NO_OBJECT},
      {MESSAGE("\"end_turn\"", "{\"text\":\"" OBJECT OBJECT "\"}"), NO_OBJECT},
      {MESSAGE("\"end_turn\"", "{\"text\":{\"a\":\"b\"}}"), NOT_ONE},
      {MESSAGE_WITH("\"role\":\"user\",", "\"end_turn\"", TEXT, ""), STRANGER},
      {MESSAGE_WITH("\"role\":null,", "\"end_turn\"", TEXT, ""), STRANGER},
      {MESSAGE_WITH("", "\"end_turn\"", TEXT, ",\"error\":{\"message\":\"overloaded\"}"), BESIDE},
  };
  s_assert_causes(CONVERSE, cases, COUNT(cases));
}

static void chat__a_tool_that_was_not_called_well_is_no_answer(void **state)
{
  (void)state;
  static const wanted cases[] = {
      {MESSAGE("\"end_turn\"", TEXT), "it did not call the tool that takes the answer"},
      {MESSAGE("\"malformed_tool_use\"", GOOD_CALL), "its answer came out malformed"},
      {MESSAGE("\"max_tokens\"", GOOD_CALL), "its answer was cut off"},
      {MESSAGE_WITH("\"role\":\"user\",", "\"tool_use\"", GOOD_CALL, ""), STRANGER},
      {MESSAGE_WITH("", "\"tool_use\"", GOOD_CALL, ",\"error\":{}"), BESIDE},
      {MESSAGE("\"tool_use\"", TEXT), NOT_ONE},
      {MESSAGE("\"tool_use\"", GOOD_CALL "," GOOD_CALL), NOT_ONE},
      {MESSAGE("\"tool_use\"", GOOD_CALL ",{\"image\":{}}"), NOT_ONE},
      {MESSAGE("\"tool_use\"", CALL("grant", "{\"a\":\"b\"}")), CALLED},
      {MESSAGE("\"tool_use\"", CALL("judgement", "\"" OBJECT "\"")), NO_OBJECT},
      {MESSAGE("\"tool_use\"", CALL("judgement", "[]")), NO_OBJECT},
      {MESSAGE("\"tool_use\"", "{\"toolUse\":{\"name\":\"judgement\"}}"), NO_OBJECT},
  };
  s_assert_causes(TOOL, cases, COUNT(cases));
}

static void chat__a_text_that_is_too_long_is_no_answer(void **state)
{
  (void)state;
  fixture own;
  s_begin(&own);
  const size_t length = (size_t)10 * 1024 * 1024;
  aski_buffer body;
  aski_buffer_init(&body, aski_allocator_default());
  aski_buffer_append_text(&body, "{\"choices\":[{\"finish_reason\":\"stop\",\"message\":{\"content\":\"");
  aski_buffer_reserve(&body, length + 16);
  assert_false(body.failed);
  memset(body.data + body.length, 'x', length);
  body.length += length;
  aski_buffer_append_text(&body, "\"}}]}");
  s_assert_cause(&own, COMPLETION, aski_buffer_view(&body), "its answer is too long");
  aski_buffer_clean_up(&body);
  s_end(&own);
}

static void chat__what_is_of_no_protocol_is_a_failure(void **state)
{
  (void)state;
  static const char *const bodies[] = {"",
                                       "<html>",
                                       "{",
                                       "[]",
                                       "{\"error\":{\"message\":\"no\"}}",
                                       "{\"choices\":{},\"output\":{\"message\":{\"content\":\"x\"}}}",
                                       "{\"choices\":[],\"choices\":[]}",
                                       "{\"output\":{\"message\":{}},\"stopReason\":\"end_turn\"}"};
  fixture own;
  s_begin(&own);
  for (size_t i = 0; i < COUNT(bodies); ++i) {
    for (int spoken = COMPLETION; spoken <= TOOL; ++spoken) {
      assert_int_equal(s_read(&own, (protocol)spoken, askiam_str_from(bodies[i])), ASKIAM_STATUS_UNAVAILABLE);
      assert_null(own.answer.object);
      assert_int_equal(own.error.layer, ASKIAM_LAYER_JUDGE);
    }
  }
  s_end(&own);
}

static void chat__lack_of_memory_is_no_answer(void **state)
{
  (void)state;
  static const char *const bodies[] = {SAID(OBJECT), MESSAGE("\"end_turn\"", TEXT), MESSAGE("\"tool_use\"", GOOD_CALL)};
  for (int spoken = COMPLETION; spoken <= TOOL; ++spoken) {
    askiam_status status = ASKIAM_STATUS_NO_MEMORY;
    for (long fail_at = 1; status != ASKIAM_STATUS_OK; ++fail_at) {
      fixture own;
      s_begin(&own);
      test_allocator_fail_at(&own.allocator, fail_at);
      status = s_read(&own, (protocol)spoken, askiam_str_from(bodies[spoken]));
      assert_true(status == ASKIAM_STATUS_OK || status == ASKIAM_STATUS_NO_MEMORY);
      assert_true((own.answer.object != NULL) == (status == ASKIAM_STATUS_OK));
      s_end(&own);
    }
  }
}

/* Even where all that is asked for stands beside it. */
static void chat__a_crowd_of_values_is_no_answer(void **state)
{
  (void)state;
  char *body =
      test_crowd("{\"choices\":[{\"finish_reason\":\"stop\",\"message\":{\"content\":\"{}\"}}],\"more\":", 300000, "}");
  fixture own;
  s_begin(&own);
  assert_int_equal(s_read(&own, COMPLETION, askiam_str_from(body)), ASKIAM_STATUS_UNAVAILABLE);
  assert_non_null(strstr(own.error.message, "more values"));
  s_end(&own);
  free(body);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(chat__a_crowd_of_values_is_no_answer),
      cmocka_unit_test(chat__a_proper_completion_is_taken),
      cmocka_unit_test(chat__a_completion_that_did_not_end_well_is_no_answer),
      cmocka_unit_test(chat__a_text_that_is_not_one_object_is_no_answer),
      cmocka_unit_test(chat__a_proper_conversation_is_taken),
      cmocka_unit_test(chat__a_conversation_that_did_not_end_well_is_no_answer),
      cmocka_unit_test(chat__a_tool_that_was_not_called_well_is_no_answer),
      cmocka_unit_test(chat__a_text_that_is_too_long_is_no_answer),
      cmocka_unit_test(chat__what_is_of_no_protocol_is_a_failure),
      cmocka_unit_test(chat__lack_of_memory_is_no_answer),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
