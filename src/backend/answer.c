/* SPDX-License-Identifier: Apache-2.0 */
#include "backend/answer.h"

#include <stdarg.h>
#include <stdio.h>

askiam_status aski_answer_not_provided(askiam_layer layer, const char *what, const char *slot, askiam_error *error)
{
  return askiam_error_set(error, ASKIAM_STATUS_NOT_SUPPORTED, layer, "the configured backend does not provide %s.%s",
                          what, slot);
}

bool aski_answer_begin(aski_answer *answer, askiam_status *out_status, const askiam_call *call, bool provided,
                       askiam_layer layer, const char *what, const char *slot, const char *name, askiam_error *error)
{
  if (!provided) {
    *out_status = aski_answer_not_provided(layer, what, slot, error);
    return false;
  }
  if (askiam_call_cancelled(call)) {
    *out_status = askiam_error_set(error, ASKIAM_STATUS_CANCELLED, layer, "cancelled before %s.%s", what, slot);
    return false;
  }
  answer->layer = layer;
  answer->what = what;
  answer->slot = slot;
  answer->own = (askiam_error)ASKIAM_ERROR_INIT;
  aski_span_begin(&answer->span, call->trace, ASKIAM_SPAN_BACKEND, name);
  return true;
}

/* Copies a failure into `error` with its layer, and with a message where the backend left none. */
static askiam_status s_tell(askiam_status status, askiam_error *own, askiam_layer layer, const char *what,
                            const char *slot, askiam_error *error)
{
  if (status == ASKIAM_STATUS_OK) {
    return status;
  }
  own->message[sizeof own->message - 1] = 0;
  if ((int)status < 0 || status > ASKIAM_STATUS_INTERNAL) {
    return askiam_error_set(error, ASKIAM_STATUS_UNAVAILABLE, layer, "%s.%s ended with the unknown status %d", what,
                            slot, (int)status);
  }
  if (own->message[0] == 0) {
    return askiam_error_set(error, status, layer, "%s.%s failed (%s) and did not say why", what, slot,
                            askiam_status_name(status));
  }
  askiam_layer told = own->layer == ASKIAM_LAYER_NONE ? layer : own->layer;
  int retryable = own->status == status ? own->retryable : -1;
  askiam_error_set(error, status, told, "%s", own->message);
  if (error != NULL && retryable >= 0) {
    error->retryable = retryable;
  }
  return status;
}

askiam_status aski_answer_end(aski_answer *answer, askiam_status status, askiam_error *error)
{
  status = s_tell(status, &answer->own, answer->layer, answer->what, answer->slot, error);
  return aski_span_end(&answer->span, status);
}

askiam_status aski_answer_wrong(aski_answer *answer, const char *format, ...)
{
  char text[256];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  return askiam_error_set(&answer->own, ASKIAM_STATUS_UNAVAILABLE, answer->layer,
                          "%s.%s of the backend does not answer properly: %s", answer->what, answer->slot, text);
}
