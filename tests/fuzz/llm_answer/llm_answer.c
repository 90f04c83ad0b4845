/* SPDX-License-Identifier: Apache-2.0
 *
 * Any JSON as a judgement: what is taken as an opinion is one, and an abstention has a cause. */
#include <stdlib.h>

#include "base/text.h"
#include "judge/llm/answer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool s_is_sound(const aski_llm_answer *answer, size_t documents)
{
  if (answer->reason.length == 0 || !aski_text_valid(answer->reason) || aski_text_has_invisible(answer->reason)) {
    return false;
  }
  bool cited = answer->citation_count >= 1 && answer->citation_count <= documents;
  for (size_t i = 0; i < answer->citation_count; ++i) {
    cited = cited && answer->citations[i] >= 1 && answer->citations[i] <= documents;
  }
  return !answer->given || (cited && answer->confidence >= 0.5 && answer->confidence <= 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  enum { DOCUMENTS = 3 };
  aski_arena arena;
  aski_arena_init(&arena, aski_allocator_default());
  aski_json_document *document = NULL;
  if (aski_json_parse(&document, (askiam_str){(const char *)data, size}, arena.allocator, ASKIAM_LAYER_JUDGE, NULL) ==
      ASKIAM_STATUS_OK) {
    aski_llm_answer answer;
    aski_llm_answer_read(&answer, &arena, aski_json_root(document), DOCUMENTS);
    if (!s_is_sound(&answer, DOCUMENTS)) {
      abort();
    }
    aski_json_destroy(document);
  }
  aski_arena_clean_up(&arena);
  return 0;
}
