/* SPDX-License-Identifier: Apache-2.0
 *
 * Any bytes as a request: what is taken keeps every rule, so each field can be set again as it is. */
#include <stdlib.h>

#include "base/text.h"
#include "engine/request.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void s_check(askiam_request *request)
{
  for (int field = 0; field < ASKI_REQUEST_FIELDS; ++field) {
    askiam_str value = askiam_request_get(request, (askiam_request_field)field);
    if (!aski_str_present(value)) {
      continue;
    }
    char *copy = aski_copy_text(aski_allocator_default(), value);
    if (copy == NULL || strlen(copy) != value.length || !aski_text_valid(value) || value.length > 4096 ||
        askiam_request_set(request, (askiam_request_field)field, (askiam_str){copy, value.length}, NULL) !=
            ASKIAM_STATUS_OK) {
      abort();
    }
    free(copy);
  }
}

static void s_tell(void *context, const char *where, const char *message)
{
  size_t *count = context;
  *count += where != NULL && message[0] != 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  size_t told = 0;
  askiam_request *request = NULL;
  askiam_error error = ASKIAM_ERROR_INIT;
  askiam_str json = {(const char *)data, size};
  askiam_status status = askiam_request_from_json_telling(&request, json, s_tell, &told, NULL, &error);
  if (status == ASKIAM_STATUS_OK && !aski_str_present(askiam_request_get(request, ASKIAM_REQUEST_TEXT))) {
    abort();
  }
  if (status != ASKIAM_STATUS_OK && error.message[0] == 0) {
    abort();
  }
  if ((told == 0) != (status == ASKIAM_STATUS_OK) ||
      askiam_request_problems(json, s_tell, &told, NULL, NULL) != status) {
    abort();
  }
  if (request != NULL) {
    s_check(request);
  }
  askiam_request_destroy(request);
  return 0;
}
