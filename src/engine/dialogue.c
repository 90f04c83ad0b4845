/* SPDX-License-Identifier: Apache-2.0
 *
 * The public functions of conversations. */
#include <askiam/dialogue.h>

#include "base/str.h"

askiam_status askiam_dialogue_turn(char **out_json, askiam_engine *engine, const askiam_turn *turn, askiam_error *error)
{
  (void)out_json;
  (void)engine;
  (void)turn;
  return askiam_error_set(error, ASKIAM_STATUS_NOT_SUPPORTED, ASKIAM_LAYER_ENGINE,
                          "askiam_dialogue_turn is being built");
}

askiam_status askiam_dialogue_fill(char **out_json, askiam_engine *engine, const askiam_turn *turn, askiam_str known,
                                   int submit, askiam_error *error)
{
  (void)out_json;
  (void)engine;
  (void)turn;
  (void)known;
  (void)submit;
  return askiam_error_set(error, ASKIAM_STATUS_NOT_SUPPORTED, ASKIAM_LAYER_ENGINE,
                          "askiam_dialogue_fill is being built");
}
