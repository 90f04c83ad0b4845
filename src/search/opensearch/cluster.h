/* SPDX-License-Identifier: Apache-2.0
 *
 * The cluster: its address, who we are there, one request and what its failure means. What search and the filling of the indexes share. */
#ifndef ASKI_SEARCH_OPENSEARCH_CLUSTER_H
#define ASKI_SEARCH_OPENSEARCH_CLUSTER_H

#include "aws/signing.h"
#include "json/json.h"

/* What an answer may have: three times what 10,000 hits have, or the items of 10,000 entries. */
enum { ASKI_OPENSEARCH_VALUES_MAX = 500000 };

/* May be used by several threads at once. Not to be copied. */
typedef struct aski_opensearch {
  const askiam_allocator *allocator;
  aski_http_client client;
  char *url;           /* the base address without a slash at its end; may hold a password */
  char *authorization; /* "Basic …", a secret; NULL: none */
  bool is_signed;      /* by SigV4 */
  aski_aws_signing signing;
} aski_opensearch;

/* Borrowed for the call. */
typedef struct aski_opensearch_request {
  aski_http_method method;
  askiam_str path;          /* from '/' on, percent-encoded, with its query */
  const char *content_type; /* "application/json", "application/x-ndjson"; NULL where there is no body */
  askiam_str body;
  size_t limit_bytes; /* of the answer; 0: ASKI_HTTP_LIMIT_BYTES */
  int64_t timeout_ms; /* besides the deadline of the call; 0: ASKI_HTTP_TIMEOUT_MS */
} aski_opensearch_request;

/* From search.url (else the URL that the backend was chosen by) and opensearch.auth, .user, .password, .service. CONFIG for an address that is none, a
 * password that is missing, twice there, or would travel in clear to another machine; NOT_SUPPORTED without libcurl. On failure there is nothing
 * to close. */
askiam_status aski_opensearch_open(aski_opensearch *out_cluster, const askiam_backend_options *options,
                                   askiam_error *error);
/* Forgets the password. */
void aski_opensearch_close(aski_opensearch *cluster);

/* Sends, and waits for an answer of status 2xx; all else is a failure as aski_http_check has it, whose message tells the server's reason.
 * `response` is the caller's, also on failure: its status and body are there where an answer came. */
askiam_status aski_opensearch_send(const aski_opensearch *cluster, const askiam_call *call,
                                   const aski_opensearch_request *request, aski_http_response *response,
                                   askiam_error *error);

/* What a part of an answer means that failed by itself, in _msearch and _bulk: by its HTTP status (which is 0 where it has none) and its member
 * "error". `what` begins the message. Never OK. */
askiam_status aski_opensearch_refused(const char *what, int http_status, const aski_json *failure, askiam_error *error);

#endif
