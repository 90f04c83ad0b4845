/* SPDX-License-Identifier: Apache-2.0
 *
 * Tokens, by the settings of an engine. */
#include <askiam/auth.h>

#include "base/str.h"

askiam_status askiam_token_verify(askiam_principal **out_principal, askiam_engine *engine, askiam_str token,
                                  askiam_error *error)
{
  (void)out_principal;
  (void)engine;
  (void)token;
  return askiam_error_set(error, ASKIAM_STATUS_NOT_SUPPORTED, ASKIAM_LAYER_ENGINE,
                          "askiam_token_verify is being built");
}
