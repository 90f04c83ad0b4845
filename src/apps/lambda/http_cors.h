/* SPDX-License-Identifier: Apache-2.0
 *
 * Pages of other origins (the Fetch standard's CORS): who may call is a matter of the settings http.cors.… alone. */
#ifndef LAMBDA_HTTP_CORS_H
#define LAMBDA_HTTP_CORS_H

#include <askiam/config.h>

#include "http_answer.h"

/* The headers for the origin that the request names; for none that is not configured, to the byte. `preflight`: those
 * of an answer to OPTIONS too. */
lambda_http_cors lambda_http_cors_for(lambda_http_request *request, const askiam_config *config, bool preflight);

#endif
