/* SPDX-License-Identifier: Apache-2.0 */
#include <askiam/error.h>

#include <stdarg.h>
#include <stdio.h>

#include "base/text.h"

const char *askiam_status_name(askiam_status status)
{
  static const char *const names[] = {
      "OK",           "INVALID_ARGUMENT", "NO_MEMORY", "BAD_DATA",      "CONFIG",        "NOT_FOUND", "EXISTS",
      "CONFLICT",     "UNAVAILABLE",      "BUSY",      "FULL",          "READ_ONLY",     "CORRUPT",   "NOT_INITIALISED",
      "SCHEMA_NEWER", "TIMEOUT",          "CANCELLED", "NOT_SUPPORTED", "NOT_PERMITTED", "FORKED",    "INTERNAL",
      "RATE_LIMITED"};
  size_t index = (size_t)status;
  return index < sizeof names / sizeof *names ? names[index] : "UNKNOWN";
}

const char *askiam_layer_name(askiam_layer layer)
{
  static const char *const names[] = {"NONE",     "REQUEST", "CONFIG", "STORE", "SEARCH",
                                      "EMBEDDER", "JUDGE",   "IMPORT", "AUDIT", "ENGINE"};
  size_t index = (size_t)layer;
  return index < sizeof names / sizeof *names ? names[index] : "UNKNOWN";
}

static int s_is_retryable(askiam_status status)
{
  return status == ASKIAM_STATUS_UNAVAILABLE || status == ASKIAM_STATUS_BUSY || status == ASKIAM_STATUS_TIMEOUT ||
         status == ASKIAM_STATUS_CONFLICT || status == ASKIAM_STATUS_RATE_LIMITED;
}

askiam_status askiam_error_set(askiam_error *error, askiam_status status, askiam_layer layer, const char *format, ...)
{
  if (error == NULL) {
    return status;
  }
  error->status = status;
  error->layer = layer;
  error->retryable = s_is_retryable(status);
  va_list arguments;
  va_start(arguments, format);
  int length = vsnprintf(error->message, sizeof error->message, format, arguments);
  va_end(arguments);
  if (length < 0) {
    error->message[0] = 0;
  } else if ((size_t)length >= sizeof error->message) {
    size_t kept = aski_text_cut((askiam_str){error->message, sizeof error->message - 1}, sizeof error->message - 1);
    error->message[kept] = 0;
  }
  return status;
}
