/* SPDX-License-Identifier: Apache-2.0
 *
 * `policy eval` and `policy explain`: a question in, an answer out. */
#include "policy/line.h"

static void s_write_match(void *context, const askiam_policy_match *match)
{
  aski_json_writer *writer = context;
  aski_json_open_object(writer, NULL);
  aski_json_write_unsigned(writer, "policy", match->policy);
  aski_json_write_unsigned(writer, "statement", match->statement);
  aski_json_write_string(writer, "sid", match->sid);
  aski_json_write_text(writer, "effect", match->deny ? "Deny" : "Allow");
  aski_json_write_text(writer, "kind", askiam_policy_kind_name(match->kind));
  if (match->kind == ASKIAM_POLICY_SERVICE_CONTROL || match->kind == ASKIAM_POLICY_RESOURCE_CONTROL) {
    aski_json_write_unsigned(writer, "level", match->level);
  }
  aski_json_close_object(writer);
}

/* Appends the answer to a question whose documents are all right. */
typedef askiam_status (*s_answer_fn)(aski_buffer *out, const askiam_policy_set *set,
                                     const askiam_policy_request *request, const askiam_allocator *allocator,
                                     askiam_error *error);

static askiam_status s_decide(aski_buffer *out, const askiam_policy_set *set, const askiam_policy_request *request,
                              const askiam_allocator *allocator, askiam_error *error)
{
  (void)allocator, (void)error;
  aski_json_writer writer;
  aski_json_writer_init(&writer, out);
  aski_json_open_object(&writer, NULL);
  aski_json_write_text(&writer, "decision",
                       askiam_policy_decision_name(askiam_policy_evaluate(set, request, NULL, NULL)));
  aski_json_open_array(&writer, "matched");
  askiam_policy_evaluate(set, request, s_write_match, &writer);
  aski_json_close_array(&writer);
  aski_json_close_object(&writer);
  return ASKIAM_STATUS_OK;
}

static askiam_status s_explain(aski_buffer *out, const askiam_policy_set *set, const askiam_policy_request *request,
                               const askiam_allocator *allocator, askiam_error *error)
{
  char *json = NULL;
  askiam_status status = askiam_policy_explain(&json, set, request, allocator, error);
  if (status == ASKIAM_STATUS_OK) {
    aski_buffer_append_text(out, json);
  }
  askiam_policy_string_free(json, allocator);
  return status;
}

static void s_write_refusal(aski_buffer *out, const char *message)
{
  aski_json_writer writer;
  aski_json_writer_init(&writer, out);
  aski_json_open_object(&writer, NULL);
  aski_json_write_text(&writer, "error", message);
  aski_json_close_object(&writer);
}

static askiam_status s_answer(aski_buffer *out, askiam_str text, s_answer_fn answer, const askiam_allocator *allocator,
                              askiam_error *error)
{
  aski_policy_question question;
  askiam_policy_set *set = NULL;
  askiam_status status = aski_policy_question_read(&question, text, allocator, error);
  if (status == ASKIAM_STATUS_OK && question.refused.status != ASKIAM_STATUS_OK) {
    s_write_refusal(out, question.refused.message);
  } else if (status == ASKIAM_STATUS_OK) {
    status = askiam_policy_builder_build(&set, question.builder, error);
    if (status == ASKIAM_STATUS_OK) {
      status = answer(out, set, question.request, allocator, error);
    }
  }
  askiam_policy_set_destroy(set);
  aski_policy_question_clean_up(&question);
  return status;
}

static askiam_status s_ask(char **out, askiam_str json, s_answer_fn answer, const askiam_allocator *allocator,
                           askiam_error *error)
{
  if (out == NULL || !aski_str_present(json)) {
    return askiam_error_set(error, ASKIAM_STATUS_INVALID_ARGUMENT, ASKIAM_LAYER_REQUEST,
                            "out_json is NULL, or there is no line");
  }
  *out = NULL;
  allocator = allocator == NULL ? aski_allocator_default() : allocator;
  aski_buffer text;
  aski_buffer_init(&text, allocator);
  askiam_status status = s_answer(&text, json, answer, allocator, error);
  if (status == ASKIAM_STATUS_OK && text.failed) {
    status = askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_REQUEST, "memory ran out for the answer");
  }
  if (status != ASKIAM_STATUS_OK) {
    aski_buffer_clean_up(&text);
    return status;
  }
  *out = text.data;
  return ASKIAM_STATUS_OK;
}

askiam_status askiam_policy_evaluate_json(char **out, askiam_str json, const askiam_allocator *allocator,
                                          askiam_error *error)
{
  return s_ask(out, json, s_decide, allocator, error);
}

askiam_status askiam_policy_explain_json(char **out, askiam_str json, const askiam_allocator *allocator,
                                         askiam_error *error)
{
  return s_ask(out, json, s_explain, allocator, error);
}

void askiam_policy_string_free(char *text, const askiam_allocator *allocator)
{
  aski_release(allocator == NULL ? aski_allocator_default() : allocator, text);
}
