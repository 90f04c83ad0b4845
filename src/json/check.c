/* SPDX-License-Identifier: Apache-2.0 */
#include <askiam/json.h>

#include "json/json.h"

askiam_status askiam_json_check(askiam_str json, const askiam_allocator *allocator, askiam_error *error)
{
  aski_json_place place;
  if (json.data == NULL) {
    return askiam_error_set(error, ASKIAM_STATUS_INVALID_ARGUMENT, ASKIAM_LAYER_REQUEST, "the JSON must not be absent");
  }
  if (json.length > ASKI_JSON_MAX_BYTES) {
    return askiam_error_set(error, ASKIAM_STATUS_BAD_DATA, ASKIAM_LAYER_REQUEST, "the JSON is larger than %d bytes",
                            ASKI_JSON_MAX_BYTES);
  }
  if (!aski_json_check(json, allocator == NULL ? aski_allocator_default() : allocator, &place)) {
    return askiam_error_set(error, ASKIAM_STATUS_BAD_DATA, ASKIAM_LAYER_REQUEST, "line %zu, column %zu: %s", place.line,
                            place.column, place.message);
  }
  return ASKIAM_STATUS_OK;
}
