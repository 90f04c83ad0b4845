/* SPDX-License-Identifier: Apache-2.0
 *
 * Any bytes as a line of `policy eval`: what is answered is JSON, and the same again; what is explained is JSON too. */
#include <stdlib.h>

#include "policy/line.h"
#include "json/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void s_must_be_json(const char *text)
{
  aski_json_place place;
  if (!aski_json_check(askiam_str_from(text), aski_allocator_default(), &place)) {
    abort();
  }
}

static void s_explain(askiam_str line)
{
  aski_policy_question question;
  askiam_policy_set *set = NULL;
  char *text = NULL;
  if (aski_policy_question_read(&question, line, aski_allocator_default(), NULL) == ASKIAM_STATUS_OK &&
      askiam_policy_builder_build(&set, question.builder, NULL) == ASKIAM_STATUS_OK &&
      askiam_policy_explain(&text, set, question.request, NULL, NULL) == ASKIAM_STATUS_OK) {
    s_must_be_json(text);
  }
  askiam_policy_string_free(text, NULL);
  askiam_policy_set_destroy(set);
  aski_policy_question_clean_up(&question);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  askiam_str line = {(const char *)data, size};
  char *first = NULL;
  char *second = NULL;
  askiam_status status = askiam_policy_evaluate_json(&first, line, NULL, NULL);
  if (askiam_policy_evaluate_json(&second, line, NULL, NULL) != status) {
    abort();
  }
  if (status == ASKIAM_STATUS_OK) {
    s_must_be_json(first);
    if (strcmp(first, second) != 0) {
      abort();
    }
    s_explain(line);
  }
  askiam_policy_string_free(first, NULL);
  askiam_policy_string_free(second, NULL);
  return 0;
}
