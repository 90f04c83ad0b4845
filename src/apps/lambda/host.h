/* SPDX-License-Identifier: Apache-2.0
 *
 * What lives between invocations, and the log. */
#ifndef LAMBDA_HOST_H
#define LAMBDA_HOST_H

#include "function.h"

/* Reads the configuration: the file in ASKIAM_CONFIG, then the environment. CONFIG says what is wrong with it. */
askiam_status lambda_host_new(lambda_host **out_host, askiam_error *error);
void lambda_host_destroy(lambda_host *host);

/* A line on standard error, as CloudWatch reads it. `request_id` and `type` may be absent. */
void lambda_log_error(const char *stage, askiam_str request_id, const char *type_or_null, const char *message);

#endif
