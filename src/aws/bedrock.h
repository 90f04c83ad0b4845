/* SPDX-License-Identifier: Apache-2.0
 *
 * One operation of one model of Amazon Bedrock: its address, its signature, one POST. What embedder and judge share. */
#ifndef ASKI_AWS_BEDROCK_H
#define ASKI_AWS_BEDROCK_H

#include "aws/signing.h"

enum { ASKI_BEDROCK_MODEL_MAX_BYTES = 2048 };

/* What of the configuration it is read from. Static texts. */
typedef struct aski_bedrock_names {
  askiam_layer layer;       /* whose failures these are */
  const char *model;        /* the key of the model's id or ARN */
  const char *model_preset; /* the model where none is named; NULL: one must be */
  const char *operation;    /* "/invoke", "/converse" */
} aski_bedrock_names;

/* May be used by several threads at once. Not to be copied. */
typedef struct aski_bedrock {
  const askiam_allocator *allocator;
  askiam_layer layer;
  aski_http_client client;
  aski_aws_signing signing;
  char *url;   /* of the operation */
  char *model; /* as it is named */
} aski_bedrock;

/* In the region of aws.region, or at bedrock.url. CONFIG for an address that is none or would be asked in clear over a network, a model that cannot
 * be one, and as aski_aws_signing_open; NOT_SUPPORTED without libcurl. On failure there is nothing to close. */
askiam_status aski_bedrock_open(aski_bedrock *out_bedrock, const aski_bedrock_names *names,
                                const askiam_backend_options *options, askiam_error *error);
/* Forgets the credentials. */
void aski_bedrock_close(aski_bedrock *bedrock);
/* Sends JSON, signed, and waits for an answer of status 2xx with a body of at most `limit_bytes`; all else is a failure as aski_http_check has it.
 * `response` is the caller's, also on failure. */
askiam_status aski_bedrock_post(const aski_bedrock *bedrock, const askiam_call *call, askiam_str body,
                                size_t limit_bytes, aski_http_response *response, askiam_error *error);

#endif
