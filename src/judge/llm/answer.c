/* SPDX-License-Identifier: Apache-2.0 */
#include "answer.h"

#include <math.h>

#include "base/text.h"

static bool s_is(const aski_json *node, aski_json_type type) { return node != NULL && aski_json_type_of(node) == type; }

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

void aski_llm_answer_read(aski_llm_answer *out_answer, aski_arena *arena, const aski_json *object,
                          size_t document_count)
{
  *out_answer = (aski_llm_answer){.given = false};
  size_t shown = document_count < ASKI_LLM_DOCUMENTS_MAX ? document_count : ASKI_LLM_DOCUMENTS_MAX;
  askiam_str cause = s_read_members(out_answer, arena, object, shown);
  out_answer->given = !aski_str_present(cause) && !arena->failed;
  if (!out_answer->given) {
    *out_answer = (aski_llm_answer){.reason = cause};
  }
}
