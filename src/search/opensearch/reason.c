/* SPDX-License-Identifier: Apache-2.0 */
#include "reason.h"

#include "base/text.h"

enum { TYPE_MAX_BYTES = 64, REASON_MAX_BYTES = 200 };

/* The text, cut and without what could upset a terminal or a log; empty where it is no text to show. */
static void s_clean(char *out, size_t limit, askiam_str text)
{
  size_t length = 0;
  if (aski_text_valid(text) && !aski_text_has_invisible(text)) {
    length = text.length <= limit ? text.length : aski_text_cut(text, limit);
  }
  for (size_t i = 0; i < length; ++i) {
    unsigned char byte = (unsigned char)text.data[i];
    out[i] = byte < 0x20 || byte == 0x7F ? ' ' : text.data[i];
  }
  out[length] = 0;
}

/* {"type", "reason", "root_cause": [{"type", "reason"}]}; "all shards failed" tells nothing, its first cause does. */
static const aski_json *s_cause(const aski_json *failure)
{
  const aski_json *causes = aski_json_get(failure, "root_cause");
  const aski_json *first =
      causes != NULL && aski_json_type_of(causes) == ASKI_JSON_ARRAY ? aski_json_first(causes) : NULL;
  return first != NULL ? first : failure;
}

askiam_status aski_opensearch_tell(askiam_error *error, askiam_status status, int retryable, const char *what,
                                   const aski_json *failure)
{
  char type[TYPE_MAX_BYTES + 1];
  char reason[REASON_MAX_BYTES + 1];
  const aski_json *cause = s_cause(failure);
  bool plain = cause != NULL && aski_json_type_of(cause) == ASKI_JSON_STRING;
  s_clean(type, TYPE_MAX_BYTES, plain ? ASKI_STR_NONE : aski_json_string(aski_json_get(cause, "type")));
  s_clean(reason, REASON_MAX_BYTES, aski_json_string(plain ? cause : aski_json_get(cause, "reason")));
  if (strcmp(type, "index_not_found_exception") == 0) {
    return askiam_error_set(error, ASKIAM_STATUS_NOT_FOUND, ASKIAM_LAYER_SEARCH,
                            "%s: %s; `askiam index create` makes the indexes", what, reason);
  }
  askiam_error_set(error, status, ASKIAM_LAYER_SEARCH, "%s%s%s%s%s", what, type[0] == 0 ? "" : ": ", type,
                   reason[0] == 0 ? "" : ": ", reason);
  if (error != NULL) {
    error->retryable = retryable;
  }
  return status;
}
