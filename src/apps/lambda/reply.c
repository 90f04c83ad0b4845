/* SPDX-License-Identifier: Apache-2.0 */
#include "reply.h"

void lambda_reply_fail(lambda_reply *reply, askiam_status status, const askiam_error *error)
{
  bool invalid = status == ASKIAM_STATUS_BAD_DATA || status == ASKIAM_STATUS_INVALID_ARGUMENT;
  reply->error_type = invalid ? LAMBDA_INVALID_EVENT : askiam_status_name(status);
  snprintf(reply->error_message, sizeof reply->error_message, "%s", error->message);
}

void lambda_reply_give(lambda_reply *reply, askiam_engine *engine, char *json_or_null, askiam_status status,
                       const askiam_error *error)
{
  if (status == ASKIAM_STATUS_OK) {
    fputs(json_or_null, reply->out);
  } else {
    lambda_reply_fail(reply, status, error);
  }
  askiam_string_free(engine, json_or_null);
}

void lambda_reply_refuse(lambda_reply *reply, const char *message)
{
  reply->error_type = LAMBDA_INVALID_EVENT;
  snprintf(reply->error_message, sizeof reply->error_message, "%s", message);
}

void lambda_reply_no_memory(lambda_reply *reply)
{
  reply->error_type = askiam_status_name(ASKIAM_STATUS_NO_MEMORY);
  snprintf(reply->error_message, sizeof reply->error_message, "out of memory for an answer");
}
