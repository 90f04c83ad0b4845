/* SPDX-License-Identifier: Apache-2.0
 *
 * Who calls: whom API Gateway authenticated, or the owner of an API key. docs/http.md, "Who calls". */
#ifndef LAMBDA_HTTP_PRINCIPAL_H
#define LAMBDA_HTTP_PRINCIPAL_H

#include <askiam/auth.h>
#include <askiam/config.h>

#include "http_event.h"

/* What the event itself says, in one order of which only the first counts; never a header nor the body. *out_principal
 * stays NULL where the event says nothing; BAD_DATA or NOT_PERMITTED where what it says names nobody. */
askiam_status lambda_http_principal_read(askiam_principal **out_principal, lambda_http_request *request,
                                         const askiam_config *config, askiam_error *error);

/* Of an IAM caller's ARN and the settings http.iam_…: id and scopes borrow from both. False: he is nobody. */
bool lambda_http_iam(askiam_str *out_id, askiam_str *out_scopes, askiam_str arn, const askiam_config *config);

#endif
