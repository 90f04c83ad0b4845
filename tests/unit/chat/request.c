/* SPDX-License-Identifier: Apache-2.0
 *
 * The question as both protocols have it, and the fence around what it is about. */
#include "chat/request.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/memory.h"
#include "chat/fence.h"

static const aski_chat_question s_question = {
    .instructions = "Be \"good\".", .text = {"<x>\n", 4}, .name = "verdict", .schema = "{\"type\":\"object\"}"};

static void s_assert_body(aski_buffer *body, const char *wanted)
{
  assert_false(body->failed);
  assert_string_equal(body->data, wanted);
  aski_buffer_clear(body);
}

static void chat__a_completion_asks_for_one_strict_answer(void **state)
{
  (void)state;
  aski_buffer body;
  aski_buffer_init(&body, aski_allocator_default());
  aski_chat_completion_write(&body, &s_question, "gpt", 0.5);
  s_assert_body(&body, "{\"model\":\"gpt\",\"messages\":[{\"role\":\"system\",\"content\":\"Be \\\"good\\\".\"},"
                       "{\"role\":\"user\",\"content\":\"<x>\\n\"}],\"temperature\":0.5,\"n\":1,"
                       "\"max_completion_tokens\":4096,\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{"
                       "\"name\":\"verdict\",\"strict\":true,\"schema\":{\"type\":\"object\"}}}}");
  aski_chat_completion_write(&body, &s_question, "gpt", -1);
  assert_null(strstr(body.data, "temperature"));
  aski_buffer_clean_up(&body);
}

#define TALK                                                                                                           \
  "{\"system\":[{\"text\":\"Be \\\"good\\\".\"}],\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"<x>"        \
  "\\n\"}]}],"

static void chat__a_conversation_asks_for_an_output_or_a_call(void **state)
{
  (void)state;
  aski_buffer body;
  aski_buffer_init(&body, aski_allocator_default());
  aski_chat_converse_write(&body, &s_question, 0, false);
  s_assert_body(&body, TALK "\"inferenceConfig\":{\"maxTokens\":4096,\"temperature\":0},\"outputConfig\":{"
                            "\"textFormat\":{\"type\":\"json_schema\",\"structure\":{\"jsonSchema\":{\"name\":"
                            "\"verdict\",\"schema\":\"{\\\"type\\\":\\\"object\\\"}\"}}}}}");
  aski_chat_converse_write(&body, &s_question, -1, true);
  s_assert_body(&body, TALK "\"inferenceConfig\":{\"maxTokens\":4096},\"toolConfig\":{\"tools\":[{\"toolSpec\":{"
                            "\"name\":\"verdict\",\"description\":\"Takes the answer. Call it once, with the whole "
                            "answer.\",\"inputSchema\":{\"json\":{\"type\":\"object\"}}}}],\"toolChoice\":{\"tool\":{"
                            "\"name\":\"verdict\"}}}}");
  aski_buffer_clean_up(&body);
}

static void chat__no_two_fences_are_the_same(void **state)
{
  (void)state;
  aski_chat_fence one;
  aski_chat_fence two;
  assert_true(aski_chat_fence_make(&one) && aski_chat_fence_make(&two));
  assert_int_equal(strspn(one.text, "0123456789abcdef"), 32);
  assert_string_not_equal(one.text, two.text);
}

static void chat__a_fence_is_counted_without_overlaps(void **state)
{
  (void)state;
  const aski_chat_fence fence = {"00000000000000000000000000000000"};
  const askiam_str text = ASKI_STR("x00000000000000000000000000000000000000000000000000000000000000000x");
  assert_true(aski_chat_fence_holds(&fence, text, 2)); /* 65 zeros */
  assert_false(aski_chat_fence_holds(&fence, text, 1));
  assert_true(aski_chat_fence_holds(&fence, aski_str_slice(text, 0, 32), 0));
  assert_true(aski_chat_fence_holds(&fence, ASKI_STR_NONE, 0));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(chat__a_completion_asks_for_one_strict_answer),
      cmocka_unit_test(chat__a_conversation_asks_for_an_output_or_a_call),
      cmocka_unit_test(chat__no_two_fences_are_the_same),
      cmocka_unit_test(chat__a_fence_is_counted_without_overlaps),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
