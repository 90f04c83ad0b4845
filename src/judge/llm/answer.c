/* SPDX-License-Identifier: Apache-2.0 */
#include "answer.h"

#include <math.h>

#include "base/text.h"
#include "json/json.h"

static void s_abstain(aski_llm_answer *answer, askiam_str cause) { *answer = (aski_llm_answer){.reason = cause}; }

static askiam_status s_no_completion(askiam_error *error, const char *what)
{
  return askiam_error_set(error, ASKIAM_STATUS_UNAVAILABLE, ASKIAM_LAYER_JUDGE,
                          "the model's server did not answer with a chat completion: %s", what);
}

static bool s_is(const aski_json *node, aski_json_type type) { return node != NULL && aski_json_type_of(node) == type; }

/* A member that is not there, null, or empty. */
static bool s_is_void(const aski_json *node)
{
  return node == NULL || aski_json_type_of(node) == ASKI_JSON_NULL ||
         (s_is(node, ASKI_JSON_ARRAY) && aski_json_count(node) == 0) ||
         (s_is(node, ASKI_JSON_STRING) && aski_json_string(node).length == 0);
}

/* Why a completion did not come to its proper end; absent where it did. */
static askiam_str s_unfinished(const aski_json *choice)
{
  static const struct {
    const char *finish;
    askiam_str cause;
  } known[] = {
      {"length", {"its answer was cut off", 22}},
      {"content_filter", {"a content filter stopped it", 27}},
      {"tool_calls", {"it called a tool", 16}},
      {"function_call", {"it called a tool", 16}},
  };
  askiam_str finish = aski_json_string(aski_json_get(choice, "finish_reason"));
  for (size_t i = 0; i < sizeof known / sizeof *known; ++i) {
    if (aski_str_equal_text(finish, known[i].finish)) {
      return known[i].cause;
    }
  }
  return aski_str_equal_text(finish, "stop") ? ASKI_STR_NONE : ASKI_STR("it did not say that its answer is complete");
}

/* The text of the only choice; absent, with *out_cause, where there is none to go by. */
static askiam_str s_content(const aski_json *choices, askiam_str *out_cause)
{
  if (aski_json_count(choices) != 1) {
    *out_cause = ASKI_STR("it gave not one answer");
    return ASKI_STR_NONE;
  }
  const aski_json *choice = aski_json_first(choices);
  const aski_json *message = aski_json_get(choice, "message");
  const aski_json *content = aski_json_get(message, "content");
  *out_cause = s_unfinished(choice);
  if (!s_is_void(aski_json_get(message, "refusal"))) {
    *out_cause = ASKI_STR("it refused to answer");
  } else if (!s_is_void(aski_json_get(message, "tool_calls")) || !s_is_void(aski_json_get(message, "function_call"))) {
    *out_cause = ASKI_STR("it called a tool");
  } else if (!aski_str_present(*out_cause) && !s_is(content, ASKI_JSON_STRING)) {
    *out_cause = ASKI_STR("its answer has no text");
  } else if (!aski_str_present(*out_cause) && aski_json_string(content).length > ASKI_LLM_CONTENT_MAX_BYTES) {
    *out_cause = ASKI_STR("its answer is too long");
  }
  return aski_str_present(*out_cause) ? ASKI_STR_NONE : aski_json_string(content);
}

/* Numbers of documents that were shown, each once. */
static bool s_read_citations(aski_llm_answer *answer, const aski_json *list, size_t document_count)
{
  for (const aski_json *item = aski_json_first(list); item != NULL; item = aski_json_next(item)) {
    uint64_t number = 0;
    if (!aski_json_unsigned(item, &number) || number < 1 || number > document_count) {
      return false;
    }
    for (size_t i = 0; i < answer->citation_count; ++i) {
      if (answer->citations[i] == number) {
        return false;
      }
    }
    answer->citations[answer->citation_count++] = (size_t)number; /* distinct ones of so few cannot be too many */
  }
  return true;
}

/* One line, without what is not seen or changes how others are; absent where nothing is left. */
static askiam_str s_clean(aski_arena *arena, askiam_str text)
{
  text.length = text.length <= ASKI_LLM_REASON_MAX_BYTES ? text.length : aski_text_cut(text, ASKI_LLM_REASON_MAX_BYTES);
  askiam_str copy = aski_arena_copy(arena, text);
  char *bytes = aski_arena_acquire(arena, 1, text.length + 1);
  if (bytes == NULL || !aski_str_present(copy)) {
    return ASKI_STR_NONE;
  }
  for (size_t i = 0; i < copy.length; ++i) {
    unsigned char byte = (unsigned char)copy.data[i];
    bool begins_c1 = byte == 0xC2 && i + 1 < copy.length && (unsigned char)copy.data[i + 1] < 0xA0;
    bytes[i] = byte < 0x20 || byte == 0x7F || begins_c1 ? ' ' : copy.data[i];
    if (begins_c1) {
      bytes[++i] = ' ';
    }
  }
  askiam_str clean = {bytes, copy.length};
  return aski_text_has_invisible(clean) || aski_text_blank(clean) ? ASKI_STR_NONE : aski_str_trim(clean);
}

/* What keeps an object from being a judgement; absent where it is one. */
static askiam_str s_read_members(aski_llm_answer *answer, aski_arena *arena, const aski_json *root,
                                 size_t document_count)
{
  const aski_json *verdict = aski_json_get(root, "verdict");
  const aski_json *confidence = aski_json_get(root, "confidence");
  const aski_json *citations = aski_json_get(root, "citations");
  const aski_json *reason = aski_json_get(root, "reason");
  if (!s_is(root, ASKI_JSON_OBJECT) || aski_json_count(root) != 4 || !s_is(verdict, ASKI_JSON_STRING) ||
      !s_is(confidence, ASKI_JSON_NUMBER) || !s_is(citations, ASKI_JSON_ARRAY) || !s_is(reason, ASKI_JSON_STRING)) {
    return ASKI_STR("its answer has not the members that were asked for");
  }
  answer->valid = aski_str_equal_text(aski_json_string(verdict), "VALID");
  bool abstains = aski_str_equal_text(aski_json_string(verdict), "ABSTAIN");
  if (!answer->valid && !abstains && !aski_str_equal_text(aski_json_string(verdict), "INVALID")) {
    return ASKI_STR("its verdict is none");
  }
  answer->confidence = aski_json_number(confidence, (double)NAN);
  if (!(answer->confidence >= 0 && answer->confidence <= 1)) {
    return ASKI_STR("its confidence is no probability");
  }
  if (!s_read_citations(answer, citations, document_count)) {
    return ASKI_STR("it cites a document that it was not given");
  }
  answer->reason = s_clean(arena, aski_json_string(reason));
  if (!aski_str_present(answer->reason)) {
    return ASKI_STR("it gave no reason that can be shown");
  }
  if (abstains) {
    return ASKI_STR("the documents do not settle it");
  }
  if (answer->confidence < 0.5) {
    return ASKI_STR("it does not believe its own verdict");
  }
  return answer->citation_count == 0 ? ASKI_STR("it cites no document") : ASKI_STR_NONE;
}

static askiam_status s_read_content(aski_llm_answer *answer, aski_arena *arena, askiam_str content,
                                    size_t document_count, askiam_error *error)
{
  aski_json_document *document = NULL;
  askiam_status status = aski_json_parse(&document, content, arena->allocator, ASKIAM_LAYER_JUDGE, error);
  if (status == ASKIAM_STATUS_BAD_DATA) {
    s_abstain(answer, ASKI_STR("its answer is not one JSON object"));
    return ASKIAM_STATUS_OK;
  }
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  askiam_str cause = s_read_members(answer, arena, aski_json_root(document), document_count);
  aski_json_destroy(document);
  answer->given = !aski_str_present(cause);
  if (!answer->given) {
    s_abstain(answer, cause);
  }
  return ASKIAM_STATUS_OK;
}

askiam_status aski_llm_answer_read(aski_llm_answer *out_answer, aski_arena *arena, askiam_str body,
                                   size_t document_count, askiam_error *error)
{
  *out_answer = (aski_llm_answer){.given = false};
  size_t shown = document_count < ASKI_LLM_DOCUMENTS_MAX ? document_count : ASKI_LLM_DOCUMENTS_MAX;
  aski_json_document *document = NULL;
  askiam_error said = ASKIAM_ERROR_INIT;
  askiam_status status = aski_json_parse(&document, body, arena->allocator, ASKIAM_LAYER_JUDGE, &said);
  if (status != ASKIAM_STATUS_OK) {
    return status == ASKIAM_STATUS_BAD_DATA ? s_no_completion(error, said.message)
                                            : askiam_error_set(error, status, ASKIAM_LAYER_JUDGE, "out of memory");
  }
  const aski_json *choices = aski_json_get(aski_json_root(document), "choices");
  askiam_str cause = ASKI_STR_NONE;
  if (!s_is(choices, ASKI_JSON_ARRAY)) {
    status = s_no_completion(error, "there is no list \"choices\"");
  } else {
    askiam_str content = s_content(choices, &cause);
    if (aski_str_present(cause)) {
      s_abstain(out_answer, cause);
    } else {
      status = s_read_content(out_answer, arena, content, shown, error);
    }
  }
  aski_json_destroy(document);
  return status == ASKIAM_STATUS_OK && arena->failed
             ? askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_JUDGE, "out of memory")
             : status;
}
