/* SPDX-License-Identifier: Apache-2.0 */
#include "chat/answer.h"

/* An answer has some dozens, and what servers add of their own, by the token at most. */
enum { VALUES_MAX = 200000 };

static askiam_status s_no_answer(askiam_layer layer, askiam_error *error, const char *what)
{
  return askiam_error_set(error, ASKIAM_STATUS_UNAVAILABLE, layer,
                          "the model's server did not answer with a chat completion: %s", what);
}

static askiam_status s_parse(aski_json_document **out_document, askiam_str body, const askiam_allocator *allocator,
                             askiam_layer layer, askiam_error *error)
{
  askiam_error said = ASKIAM_ERROR_INIT;
  askiam_status status = aski_json_parse_bounded(out_document, body, VALUES_MAX, allocator, layer, &said);
  return status == ASKIAM_STATUS_OK         ? status
         : status == ASKIAM_STATUS_BAD_DATA ? s_no_answer(layer, error, said.message)
                                            : askiam_error_set(error, status, layer, "out of memory");
}

static bool s_is(const aski_json *node, aski_json_type type) { return node != NULL && aski_json_type_of(node) == type; }

/* A member that is not there, null, or empty. */
static bool s_is_void(const aski_json *node)
{
  return node == NULL || aski_json_type_of(node) == ASKI_JSON_NULL ||
         (s_is(node, ASKI_JSON_ARRAY) && aski_json_count(node) == 0) ||
         (s_is(node, ASKI_JSON_STRING) && aski_json_string(node).length == 0);
}

/* Some gateways report a failure beside an answer that looks whole. */
static askiam_str s_beside(const aski_json *root)
{
  const aski_json *error = aski_json_get(root, "error");
  return error == NULL || s_is(error, ASKI_JSON_NULL) ? ASKI_STR_NONE
                                                      : ASKI_STR("its server reported an error beside the answer");
}

/* Whose message it is; servers that do not say speak for the assistant. */
static askiam_str s_stranger(const aski_json *message)
{
  const aski_json *role = aski_json_get(message, "role");
  return role == NULL || aski_str_equal_text(aski_json_string(role), "assistant")
             ? ASKI_STR_NONE
             : ASKI_STR("the answer is not the assistant's");
}

/* How an answer can end, of both protocols, and what that makes of it. */
static const struct {
  const char *finish;
  const char *cause;
} s_endings[] = {
    {"length", "its answer was cut off"},
    {"max_tokens", "its answer was cut off"},
    {"model_context_window_exceeded", "its answer was cut off"},
    {"content_filter", "a content filter stopped it"},
    {"content_filtered", "a content filter stopped it"},
    {"guardrail_intervened", "a guardrail intervened"},
    {"tool_calls", "it called a tool"},
    {"function_call", "it called a tool"},
    {"tool_use", "it called a tool"},
    {"end_turn", "it did not call the tool that takes the answer"},
    {"malformed_model_output", "its answer came out malformed"},
    {"malformed_tool_use", "its answer came out malformed"},
};

/* Why an answer did not come to its proper end; absent where it did. */
static askiam_str s_unfinished(askiam_str finish, const char *proper)
{
  if (aski_str_equal_text(finish, proper)) {
    return ASKI_STR_NONE;
  }
  for (size_t i = 0; i < sizeof s_endings / sizeof *s_endings; ++i) {
    if (aski_str_equal_text(finish, s_endings[i].finish)) {
      return askiam_str_from(s_endings[i].cause);
    }
  }
  return ASKI_STR("it did not say that its answer is complete");
}

/* Takes the model's text as the object that it must be. */
static askiam_status s_take_text(aski_chat_answer *answer, askiam_str text, const askiam_allocator *allocator,
                                 askiam_layer layer, askiam_error *error)
{
  if (text.length > ASKI_CHAT_CONTENT_MAX_BYTES) {
    answer->cause = ASKI_STR("its answer is too long");
    return ASKIAM_STATUS_OK;
  }
  askiam_status status = aski_json_parse(&answer->document, text, allocator, layer, NULL);
  if (status != ASKIAM_STATUS_OK && status != ASKIAM_STATUS_BAD_DATA) {
    return askiam_error_set(error, status, layer, "out of memory");
  }
  const aski_json *root = status == ASKIAM_STATUS_OK ? aski_json_root(answer->document) : NULL;
  answer->object = s_is(root, ASKI_JSON_OBJECT) ? root : NULL;
  answer->cause = answer->object == NULL ? ASKI_STR("its answer is not one JSON object") : ASKI_STR_NONE;
  return ASKIAM_STATUS_OK;
}

/* The text of the only choice; absent, with *out_cause, where there is none to go by. */
static askiam_str s_choice_text(const aski_json *root, const aski_json *choices, askiam_str *out_cause)
{
  *out_cause = s_beside(root);
  if (aski_str_present(*out_cause)) {
    return ASKI_STR_NONE;
  }
  if (aski_json_count(choices) != 1) {
    *out_cause = ASKI_STR("it gave not one answer");
    return ASKI_STR_NONE;
  }
  const aski_json *choice = aski_json_first(choices);
  const aski_json *message = aski_json_get(choice, "message");
  const aski_json *content = aski_json_get(message, "content");
  *out_cause = s_unfinished(aski_json_string(aski_json_get(choice, "finish_reason")), "stop");
  if (!s_is_void(aski_json_get(message, "refusal"))) {
    *out_cause = ASKI_STR("it refused to answer");
  } else if (!s_is_void(aski_json_get(message, "tool_calls")) || !s_is_void(aski_json_get(message, "function_call"))) {
    *out_cause = ASKI_STR("it called a tool");
  } else if (!aski_str_present(*out_cause) && !s_is(content, ASKI_JSON_STRING)) {
    *out_cause = ASKI_STR("its answer has no text");
  } else if (!aski_str_present(*out_cause)) {
    *out_cause = s_stranger(message);
  }
  return aski_str_present(*out_cause) ? ASKI_STR_NONE : aski_json_string(content);
}

askiam_status aski_chat_completion_read(aski_chat_answer *out_answer, askiam_str body,
                                        const askiam_allocator *allocator, askiam_layer layer, askiam_error *error)
{
  *out_answer = (aski_chat_answer){.object = NULL};
  aski_json_document *document = NULL;
  askiam_status status = s_parse(&document, body, allocator, layer, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  const aski_json *root = aski_json_root(document);
  const aski_json *choices = aski_json_get(root, "choices");
  if (!s_is(choices, ASKI_JSON_ARRAY)) {
    status = s_no_answer(layer, error, "there is no list \"choices\"");
  } else {
    askiam_str text = s_choice_text(root, choices, &out_answer->cause);
    if (!aski_str_present(out_answer->cause)) {
      status = s_take_text(out_answer, text, allocator, layer, error);
    }
  }
  aski_json_destroy(document);
  return status;
}

/* What a message is made of, but for what the model thought to itself. */
typedef struct blocks {
  size_t others;
  size_t texts;
  size_t calls;
  const aski_json *text; /* the last of them */
  const aski_json *call;
} blocks;

static blocks s_sort_blocks(const aski_json *content)
{
  blocks found = {0};
  for (const aski_json *item = aski_json_first(content); item != NULL; item = aski_json_next(item)) {
    const aski_json *text = aski_json_get(item, "text");
    const aski_json *call = aski_json_get(item, "toolUse");
    if (s_is(text, ASKI_JSON_STRING)) {
      ++found.texts;
      found.text = text;
    } else if (s_is(call, ASKI_JSON_OBJECT)) {
      ++found.calls;
      found.call = call;
    } else if (aski_json_get(item, "reasoningContent") == NULL) {
      ++found.others;
    }
  }
  return found;
}

/* What the one tool that was offered was called with. Models like to say a word before they call. */
static void s_take_call(aski_chat_answer *answer, const blocks *found, const char *tool, aski_json_document **document)
{
  const aski_json *input = aski_json_get(found->call, "input");
  if (found->calls != 1 || found->others > 0) {
    answer->cause = ASKI_STR("it gave not one answer");
  } else if (!aski_str_equal_text(aski_json_string(aski_json_get(found->call, "name")), tool)) {
    answer->cause = ASKI_STR("it called a tool");
  } else if (!s_is(input, ASKI_JSON_OBJECT)) {
    answer->cause = ASKI_STR("its answer is not one JSON object");
  } else {
    answer->object = input;
    answer->document = *document;
    *document = NULL;
  }
}

/* Why the message of a conversation is nothing to go by; absent where it is. */
static askiam_str s_unfit(const aski_json *root, const aski_json *message, const char *proper)
{
  askiam_str cause = s_beside(root);
  if (!aski_str_present(cause)) {
    cause = s_unfinished(aski_json_string(aski_json_get(root, "stopReason")), proper);
  }
  return aski_str_present(cause) ? cause : s_stranger(message);
}

/* *document goes to NULL where the answer takes it over. */
static askiam_status s_take_message(aski_chat_answer *answer, const aski_json *content, const char *tool,
                                    aski_json_document **document, const askiam_allocator *allocator,
                                    askiam_layer layer, askiam_error *error)
{
  blocks found = s_sort_blocks(content);
  if (tool != NULL) {
    s_take_call(answer, &found, tool, document);
    return ASKIAM_STATUS_OK;
  }
  if (found.calls > 0) {
    answer->cause = ASKI_STR("it called a tool");
  } else if (found.texts > 1 || found.others > 0) {
    answer->cause = ASKI_STR("it gave not one answer");
  } else if (found.texts == 0) {
    answer->cause = ASKI_STR("its answer has no text");
  } else {
    return s_take_text(answer, aski_json_string(found.text), allocator, layer, error);
  }
  return ASKIAM_STATUS_OK;
}

askiam_status aski_chat_converse_read(aski_chat_answer *out_answer, const char *tool, askiam_str body,
                                      const askiam_allocator *allocator, askiam_layer layer, askiam_error *error)
{
  *out_answer = (aski_chat_answer){.object = NULL};
  aski_json_document *document = NULL;
  askiam_status status = s_parse(&document, body, allocator, layer, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  const aski_json *root = aski_json_root(document);
  const aski_json *message = aski_json_get(aski_json_get(root, "output"), "message");
  const aski_json *content = aski_json_get(message, "content");
  if (!s_is(content, ASKI_JSON_ARRAY)) {
    status = s_no_answer(layer, error, "there is no list \"content\"");
  } else {
    out_answer->cause = s_unfit(root, message, tool == NULL ? "end_turn" : "tool_use");
    if (!aski_str_present(out_answer->cause)) {
      status = s_take_message(out_answer, content, tool, &document, allocator, layer, error);
    }
  }
  aski_json_destroy(document);
  return status;
}

void aski_chat_answer_clean_up(aski_chat_answer *answer)
{
  aski_json_destroy(answer->document);
  *answer = (aski_chat_answer){.object = NULL};
}
