/* SPDX-License-Identifier: Apache-2.0
 *
 * Any bytes as a line of `policy eval`: what is answered is JSON, and the same again; it can be explained, in JSON too. */
#include <stdlib.h>
#include <string.h>

#include "askiam/policy.h"
#include "base/memory.h"
#include "json/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void s_must_be_json(const char *text)
{
  aski_json_place place;
  if (!aski_json_check(askiam_str_from(text), aski_allocator_default(), &place)) {
    abort();
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  askiam_str line = {(const char *)data, size};
  char *first = NULL;
  char *second = NULL;
  char *explained = NULL;
  askiam_status status = askiam_policy_evaluate_json(&first, line, NULL, NULL);
  if (askiam_policy_evaluate_json(&second, line, NULL, NULL) != status ||
      askiam_policy_explain_json(&explained, line, NULL, NULL) != status) {
    abort();
  }
  if (status == ASKIAM_STATUS_OK) {
    s_must_be_json(first);
    s_must_be_json(explained);
    if (strcmp(first, second) != 0) {
      abort();
    }
  }
  askiam_policy_string_free(first, NULL);
  askiam_policy_string_free(second, NULL);
  askiam_policy_string_free(explained, NULL);
  return 0;
}
