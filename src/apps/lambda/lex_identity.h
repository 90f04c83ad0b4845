/* SPDX-License-Identifier: Apache-2.0
 *
 * Who talks to a bot: never what a slot says. docs/lambda.md, "Lex". */
#ifndef LAMBDA_LEX_IDENTITY_H
#define LAMBDA_LEX_IDENTITY_H

#include <askiam/askiam.h>

#include "lex_event.h"

/* The principal of the session attributes: of a token in askiam_token, or, where lex.trust_attribute names another
 * attribute, its value. NOT_PERMITTED where there is nobody; as askiam_token_verify_within else. */
askiam_status lambda_lex_identify(askiam_principal **out_principal, askiam_engine *engine, const askiam_config *config,
                                  lambda_lex_event *event, int64_t timeout_ms, askiam_error *error);

#endif
