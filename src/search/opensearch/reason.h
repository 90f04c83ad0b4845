/* SPDX-License-Identifier: Apache-2.0
 *
 * What OpenSearch says of a failure, made fit for a message of ours. */
#ifndef ASKI_SEARCH_OPENSEARCH_REASON_H
#define ASKI_SEARCH_OPENSEARCH_REASON_H

#include "json/json.h"

/* Fills the error with `what` and the reason of `failure`, an answer's member "error" (NULL for none): its first root cause where it has
 * one. An index that is not there is NOT_FOUND, whatever `status` is, with what to do. Gives the status. */
askiam_status aski_opensearch_tell(askiam_error *error, askiam_status status, int retryable, const char *what,
                                   const aski_json *failure);

#endif
