/* SPDX-License-Identifier: Apache-2.0
 *
 * What OpenSearch says of a failure, made fit for a message of ours. */
#ifndef ASKI_SEARCH_OPENSEARCH_REASON_H
#define ASKI_SEARCH_OPENSEARCH_REASON_H

#include "cluster.h"

/* Fills the error with `what` and the reason of `failure`, an answer's member "error" (NULL for none): its first root cause where it has
 * one. An index that is not there is NOT_FOUND, whatever `status` is, with what to do. Gives the status. */
askiam_status aski_opensearch_tell(askiam_error *error, askiam_status status, int retryable, const char *what,
                                   const aski_json *failure);

/* Whether a string in it (NULL: none) holds the password that the cluster is asked with, plain or as it travels. True also where memory ran out. */
bool aski_opensearch_repeats(const aski_opensearch *cluster, const aski_json *said);

#endif
