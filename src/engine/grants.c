/* SPDX-License-Identifier: Apache-2.0
 *
 * The public functions of fulfilment. */
#include <askiam/grants.h>

#include "base/str.h"

askiam_status askiam_grant_fulfil(char **out_json, askiam_engine *engine, askiam_str request_id,
                                  askiam_str requester_id, askiam_error *error)
{
  (void)out_json;
  (void)engine;
  (void)request_id;
  (void)requester_id;
  return askiam_error_set(error, ASKIAM_STATUS_NOT_SUPPORTED, ASKIAM_LAYER_ENGINE,
                          "askiam_grant_fulfil is being built");
}

askiam_status askiam_grant_fulfil_event(char **out_json, askiam_engine *engine, askiam_str event, askiam_error *error)
{
  (void)out_json;
  (void)engine;
  (void)event;
  return askiam_error_set(error, ASKIAM_STATUS_NOT_SUPPORTED, ASKIAM_LAYER_ENGINE,
                          "askiam_grant_fulfil_event is being built");
}

askiam_status askiam_grants_fulfil_all(askiam_engine *engine, askiam_line_fn line, void *context, askiam_error *error)
{
  (void)engine;
  (void)line;
  (void)context;
  return askiam_error_set(error, ASKIAM_STATUS_NOT_SUPPORTED, ASKIAM_LAYER_ENGINE,
                          "askiam_grants_fulfil_all is being built");
}

askiam_status askiam_grant_revoke(char **out_json, askiam_engine *engine, askiam_str request_id,
                                  askiam_str requester_id, askiam_str actor_id, askiam_str reason, askiam_error *error)
{
  (void)out_json;
  (void)engine;
  (void)request_id;
  (void)requester_id;
  (void)actor_id;
  (void)reason;
  return askiam_error_set(error, ASKIAM_STATUS_NOT_SUPPORTED, ASKIAM_LAYER_ENGINE,
                          "askiam_grant_revoke is being built");
}

askiam_status askiam_grants_expire(askiam_engine *engine, askiam_line_fn line, void *context, askiam_error *error)
{
  (void)engine;
  (void)line;
  (void)context;
  return askiam_error_set(error, ASKIAM_STATUS_NOT_SUPPORTED, ASKIAM_LAYER_ENGINE,
                          "askiam_grants_expire is being built");
}
