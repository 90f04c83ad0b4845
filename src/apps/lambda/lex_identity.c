/* SPDX-License-Identifier: Apache-2.0 */
#include "lex_identity.h"

#include "lex_attributes.h"

#include <stdio.h>

#define TOKEN_ATTRIBUTE "askiam_token"

static askiam_status s_nobody(const char *why, askiam_error *error)
{
  return askiam_error_set(error, ASKIAM_STATUS_NOT_PERMITTED, ASKIAM_LAYER_REQUEST, "%s", why);
}

/* Who has said well who he is must not be told to sign in. */
static askiam_status s_no_memory(askiam_error *error)
{
  return askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_REQUEST,
                          "out of memory for a session attribute");
}

askiam_status lambda_lex_identify(askiam_principal **out_principal, askiam_engine *engine, const askiam_config *config,
                                  lambda_lex_event *event, int64_t timeout_ms, askiam_error *error)
{
  askiam_str trusted = askiam_config_get(config, "lex.trust_attribute");
  *out_principal = NULL;
  if (trusted.length > 0) {
    askiam_str id = lambda_lex_attribute(event, trusted);
    askiam_status status = event->scratch.failed ? s_no_memory(error)
                           : id.data == NULL     ? ASKIAM_STATUS_BAD_DATA
                                                 : askiam_principal_new(out_principal, id, "lex", (askiam_str){NULL, 0},
                                                                        (askiam_str){NULL, 0}, NULL, error);
    return status == ASKIAM_STATUS_BAD_DATA ? s_nobody("the trusted session attribute names nobody", error) : status;
  }
  askiam_str token = lambda_lex_attribute(event, askiam_str_from(TOKEN_ATTRIBUTE));
  return event->scratch.failed ? s_no_memory(error)
         : token.data == NULL  ? s_nobody("there is no session attribute " TOKEN_ATTRIBUTE, error)
                               : askiam_token_verify_within(out_principal, engine, token, timeout_ms, error);
}
