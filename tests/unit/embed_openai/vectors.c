/* SPDX-License-Identifier: Apache-2.0
 *
 * Answers to a request for embeddings: good ones in any order, and what must not pass for one. */
#include "embed/openai/vectors.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

#include "support/allocator.h"
#include "support/crowd.h"

enum { DIMENSION = 2, TEXTS = 2 };

typedef struct outcome {
  float vectors[TEXTS][DIMENSION];
  askiam_status status;
  askiam_error error;
} outcome;

static outcome s_read_in(const char *json, const askiam_allocator *allocator)
{
  outcome own = {.error = ASKIAM_ERROR_INIT};
  float *places[TEXTS] = {own.vectors[0], own.vectors[1]};
  own.status = aski_openai_vectors_read(places, TEXTS, DIMENSION, askiam_str_from(json), allocator, &own.error);
  if (own.status == ASKIAM_STATUS_OK) {
    assert_null(places[0]);
    assert_null(places[1]);
  }
  return own;
}

static outcome s_read(const char *json)
{
  test_allocator allocator;
  test_allocator_init(&allocator);
  outcome own = s_read_in(json, &allocator.base);
  assert_int_equal(allocator.outstanding, 0);
  return own;
}

static void embed_openai__vectors_go_where_their_index_says_and_have_unit_length(void **state)
{
  (void)state;
  outcome own = s_read("{\"object\":\"list\",\"data\":[{\"index\":1,\"embedding\":[0,-2e-3]},"
                       "{\"object\":\"embedding\",\"index\":0,\"embedding\":[3,4]}],\"usage\":{\"total_tokens\":1}}");
  assert_int_equal(own.status, ASKIAM_STATUS_OK);
  assert_true(fabsf(own.vectors[0][0] - 0.6F) < 1e-6F && fabsf(own.vectors[0][1] - 0.8F) < 1e-6F);
  assert_true(fabsf(own.vectors[1][0]) < 1e-6F && fabsf(own.vectors[1][1] + 1.0F) < 1e-6F);
}

static void embed_openai__vectors_of_another_length_are_a_mistake_of_the_configuration(void **state)
{
  (void)state;
  outcome own = s_read("{\"data\":[{\"index\":0,\"embedding\":[1,0]},{\"index\":1,\"embedding\":[1,0,0]}]}");
  assert_int_equal(own.status, ASKIAM_STATUS_CONFIG);
  assert_non_null(strstr(own.error.message, "3 floats, embedder.dimension says 2"));
  assert_int_equal(own.error.retryable, 0);
}

static void embed_openai__vectors_that_are_none_are_refused(void **state)
{
  (void)state;
  static const char *const answers[][2] = {
      {"", "line 1"},
      {"<html>", "line 1"},
      {"[]", "no list \"data\""},
      {"{\"error\":{\"message\":\"no\"}}", "no list \"data\""},
      {"{\"data\":{}}", "no list \"data\""},
      {"{\"data\":[],\"data\":[]}", "line 1"},
      {"{\"data\":[]}", "one vector for each text"},
      {"{\"data\":[{\"index\":0,\"embedding\":[1,0]}]}", "one vector for each text"},
      {"{\"data\":[{\"index\":0,\"embedding\":[1,0]},{\"index\":0,\"embedding\":[1,0]}]}", "comes twice"},
      {"{\"data\":[{\"index\":0,\"embedding\":[1,0]},{\"index\":2,\"embedding\":[1,0]}]}", "of no text"},
      {"{\"data\":[{\"index\":0,\"embedding\":[1,0]},{\"index\":-1,\"embedding\":[1,0]}]}", "of no text"},
      {"{\"data\":[{\"index\":0,\"embedding\":[1,0]},{\"index\":1.5,\"embedding\":[1,0]}]}", "of no text"},
      {"{\"data\":[{\"index\":0,\"embedding\":[1,0]},{\"index\":\"1\",\"embedding\":[1,0]}]}", "of no text"},
      {"{\"data\":[{\"index\":0,\"embedding\":[1,0]},{\"embedding\":[1,0]}]}", "of no text"},
      {"{\"data\":[{\"index\":0,\"embedding\":[1,0]},7]}", "of no text"},
      {"{\"data\":[{\"index\":0,\"embedding\":[1,0]},{\"index\":1}]}", "no list \"embedding\""},
      {"{\"data\":[{\"index\":0,\"embedding\":[1,0]},{\"index\":1,\"embedding\":\"AACAPw==\"}]}", "no list"},
      {"{\"data\":[{\"index\":0,\"embedding\":[1,0]},{\"index\":1,\"embedding\":[1,null]}]}", "no finite number"},
      {"{\"data\":[{\"index\":0,\"embedding\":[1,0]},{\"index\":1,\"embedding\":[1,\"0\"]}]}", "no finite number"},
      {"{\"data\":[{\"index\":0,\"embedding\":[1,0]},{\"index\":1,\"embedding\":[1,NaN]}]}", "line 1"},
      {"{\"data\":[{\"index\":0,\"embedding\":[1,0]},{\"index\":1,\"embedding\":[1,1e39]}]}", "no finite number"},
      {"{\"data\":[{\"index\":0,\"embedding\":[1,0]},{\"index\":1,\"embedding\":[0,-0.0]}]}", "all zeros"},
      {"{\"data\":[{\"index\":0,\"embedding\":[1,0]},{\"index\":1,\"embedding\":[0,1]}]}{}", "line 1"},
  };
  for (size_t i = 0; i < sizeof answers / sizeof *answers; ++i) {
    outcome own = s_read(answers[i][0]);
    if (own.status != ASKIAM_STATUS_UNAVAILABLE || strstr(own.error.message, answers[i][1]) == NULL) {
      fail_msg("%s: %s: %s", answers[i][0], askiam_status_name(own.status), own.error.message);
    }
    assert_int_equal(own.error.layer, ASKIAM_LAYER_EMBEDDER);
  }
}

static void embed_openai__vectors_are_not_read_without_memory(void **state)
{
  (void)state;
  test_allocator allocator;
  test_allocator_init(&allocator);
  static const char json[] = "{\"data\":[{\"index\":0,\"embedding\":[1,0]},{\"index\":1,\"embedding\":[0,1]}]}";
  askiam_status status = ASKIAM_STATUS_NO_MEMORY;
  for (long fail_at = 1; status != ASKIAM_STATUS_OK; ++fail_at) {
    test_allocator_fail_at(&allocator, fail_at);
    status = s_read_in(json, &allocator.base).status;
    assert_true(status == ASKIAM_STATUS_OK || status == ASKIAM_STATUS_NO_MEMORY);
    assert_int_equal(allocator.outstanding, 0);
  }
}

/* Even where all vectors stand beside it. */
static void embed_openai__a_crowd_of_values_is_refused(void **state)
{
  (void)state;
  char *body = test_crowd(
      "{\"data\":[{\"index\":0,\"embedding\":[1,0]},{\"index\":1,\"embedding\":[0,1]}],\"more\":", 300000, "}");
  outcome own = s_read(body);
  assert_int_equal(own.status, ASKIAM_STATUS_UNAVAILABLE);
  assert_non_null(strstr(own.error.message, "more values"));
  free(body);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(embed_openai__a_crowd_of_values_is_refused),
      cmocka_unit_test(embed_openai__vectors_go_where_their_index_says_and_have_unit_length),
      cmocka_unit_test(embed_openai__vectors_of_another_length_are_a_mistake_of_the_configuration),
      cmocka_unit_test(embed_openai__vectors_that_are_none_are_refused),
      cmocka_unit_test(embed_openai__vectors_are_not_read_without_memory),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
