/* SPDX-License-Identifier: Apache-2.0
 *
 * API keys, in the store of an engine. */
#include <askiam/auth.h>

#include "base/str.h"

askiam_status askiam_key_create(char **out_json, askiam_engine *engine, const askiam_key_options *options,
                                askiam_error *error)
{
  (void)out_json;
  (void)engine;
  (void)options;
  return askiam_error_set(error, ASKIAM_STATUS_NOT_SUPPORTED, ASKIAM_LAYER_ENGINE, "askiam_key_create is being built");
}

askiam_status askiam_key_list(askiam_engine *engine, askiam_line_fn line, void *context, askiam_error *error)
{
  (void)engine;
  (void)line;
  (void)context;
  return askiam_error_set(error, ASKIAM_STATUS_NOT_SUPPORTED, ASKIAM_LAYER_ENGINE, "askiam_key_list is being built");
}

askiam_status askiam_key_revoke(askiam_engine *engine, askiam_str key_id, askiam_error *error)
{
  (void)engine;
  (void)key_id;
  return askiam_error_set(error, ASKIAM_STATUS_NOT_SUPPORTED, ASKIAM_LAYER_ENGINE, "askiam_key_revoke is being built");
}

askiam_status askiam_key_verify(askiam_principal **out_principal, int64_t *out_wait_ms, askiam_engine *engine,
                                askiam_str key, askiam_error *error)
{
  (void)out_principal;
  (void)out_wait_ms;
  (void)engine;
  (void)key;
  return askiam_error_set(error, ASKIAM_STATUS_NOT_SUPPORTED, ASKIAM_LAYER_ENGINE, "askiam_key_verify is being built");
}
