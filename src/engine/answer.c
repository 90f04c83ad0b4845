/* SPDX-License-Identifier: Apache-2.0
 *
 * Answers for a viewer. */
#include <askiam/answer.h>

#include "base/str.h"

askiam_status askiam_answer_json(char **out_json, askiam_engine *engine, const askiam_decision *decision,
                                 const askiam_principal *viewer, askiam_error *error)
{
  (void)out_json;
  (void)engine;
  (void)decision;
  (void)viewer;
  return askiam_error_set(error, ASKIAM_STATUS_NOT_SUPPORTED, ASKIAM_LAYER_ENGINE, "askiam_answer_json is being built");
}

askiam_status askiam_answer_status_json(char **out_json, askiam_engine *engine, askiam_str request_id,
                                        askiam_str requester_id, const askiam_principal *viewer, askiam_error *error)
{
  (void)out_json;
  (void)engine;
  (void)request_id;
  (void)requester_id;
  (void)viewer;
  return askiam_error_set(error, ASKIAM_STATUS_NOT_SUPPORTED, ASKIAM_LAYER_ENGINE,
                          "askiam_answer_status_json is being built");
}
