/* SPDX-License-Identifier: Apache-2.0
 *
 * Any bytes as the answer of either protocol: there is an object, or a cause, or a failure with a message. */
#include <stdlib.h>

#include "chat/answer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void s_check(aski_chat_answer *answer, askiam_status status, const askiam_error *error)
{
  bool object = answer->object != NULL && aski_json_type_of(answer->object) == ASKI_JSON_OBJECT;
  bool sound = status == ASKIAM_STATUS_OK ? object != (answer->cause.length > 0)
                                          : answer->object == NULL && error->message[0] != 0;
  if (!sound) {
    abort();
  }
  aski_chat_answer_clean_up(answer);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  const askiam_allocator *allocator = aski_allocator_default();
  askiam_str body = {(const char *)data, size};
  aski_chat_answer answer;
  askiam_error error = ASKIAM_ERROR_INIT;
  askiam_status status = aski_chat_completion_read(&answer, body, allocator, ASKIAM_LAYER_JUDGE, &error);
  s_check(&answer, status, &error);
  for (int i = 0; i < 2; ++i) {
    error = (askiam_error)ASKIAM_ERROR_INIT;
    status = aski_chat_converse_read(&answer, i == 0 ? NULL : "t", body, allocator, ASKIAM_LAYER_JUDGE, &error);
    s_check(&answer, status, &error);
  }
  return 0;
}
