/* SPDX-License-Identifier: Apache-2.0 */
#include <askiam/json.h>

#include "json/scanner.h"

static askiam_status s_scan(askiam_str json, bool takes_nul, const askiam_allocator *allocator, askiam_error *error)
{
  aski_json_scanner scanner;
  aski_json_scanner_init(&scanner, json, allocator == NULL ? aski_allocator_default() : allocator, false);
  scanner.takes_nul = takes_nul;
  askiam_status status = ASKIAM_STATUS_OK;
  if (!aski_json_scanner_run(&scanner)) {
    aski_json_place place;
    aski_json_scanner_place(&scanner, &place);
    status = scanner.no_memory
                 ? askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_REQUEST, "out of memory for JSON")
                 : askiam_error_set(error, ASKIAM_STATUS_BAD_DATA, ASKIAM_LAYER_REQUEST, "line %zu, column %zu: %s",
                                    place.line, place.column, place.message);
  }
  aski_json_scanner_clean_up(&scanner);
  return status;
}

static askiam_status s_check(askiam_str json, bool takes_nul, const askiam_allocator *allocator, askiam_error *error)
{
  if (json.data == NULL) {
    return askiam_error_set(error, ASKIAM_STATUS_INVALID_ARGUMENT, ASKIAM_LAYER_REQUEST, "the JSON must not be absent");
  }
  if (json.length > ASKI_JSON_MAX_BYTES) {
    return askiam_error_set(error, ASKIAM_STATUS_BAD_DATA, ASKIAM_LAYER_REQUEST, "the JSON is larger than %d bytes",
                            ASKI_JSON_MAX_BYTES);
  }
  return s_scan(json, takes_nul, allocator, error);
}

askiam_status askiam_json_check(askiam_str json, const askiam_allocator *allocator, askiam_error *error)
{
  return s_check(json, false, allocator, error);
}

askiam_status askiam_json_check_relayed(askiam_str json, const askiam_allocator *allocator, askiam_error *error)
{
  return s_check(json, true, allocator, error);
}
