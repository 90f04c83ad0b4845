/* SPDX-License-Identifier: Apache-2.0
 *
 * Requests to one service of AWS, signed as the configuration says: the region, and where credentials come from.
 *
 *   aski_arena arena;
 *   aski_arena_init(&arena, allocator);
 *   status = aski_aws_sign(&signing, &request, &arena, call, error);
 *   … aski_http_send …
 *   aski_arena_wipe(&arena); */
#ifndef ASKI_AWS_SIGNING_H
#define ASKI_AWS_SIGNING_H

#include "aws/credentials.h"

enum { ASKI_AWS_REGION_MAX_BYTES = 32, ASKI_AWS_SERVICE_MAX_BYTES = 32 };

/* May be used by several threads at once. Not to be copied: the settings look into it. */
typedef struct aski_aws_signing {
  aski_aws_provider provider;
  aski_sigv4_settings settings;
  char region[ASKI_AWS_REGION_MAX_BYTES + 1]; /* fit for a host's name: "eu-west-1" */
  char service[ASKI_AWS_SERVICE_MAX_BYTES + 1];
} aski_aws_signing;

/* For `service` ("aoss", "bedrock", "es", …). CONFIG where aws.region is empty or none, and as
 * aski_aws_provider_open; `layer` is whose failure that is. On failure there is nothing to close. */
askiam_status aski_aws_signing_open(aski_aws_signing *out_signing, const askiam_backend_options *options,
                                    const char *service, askiam_layer layer, askiam_error *error);
/* Whether a URL of the configuration's `key` may stand for a service's own endpoint (a VPC endpoint, a proxy of
 * the company): CONFIG where it is none, or would be asked in clear over a network. */
askiam_status aski_aws_check_endpoint(askiam_str url, const char *key, askiam_layer layer, askiam_error *error);
/* Forgets the credentials. What is all zeros is closed already. */
void aski_aws_signing_close(aski_aws_signing *signing);

/* Signs a request that is about to be sent, as the last that is done to it: its headers become a list in the
 * arena, with X-Amz-Date, X-Amz-Security-Token where there is a session, X-Amz-Content-Sha256 where the service
 * wants it, and Authorization. The time is the clock's, now. The arena then holds secrets: aski_arena_wipe. Each
 * attempt is signed anew. */
askiam_status aski_aws_sign(const aski_aws_signing *signing, aski_http_request *request, aski_arena *arena,
                            const askiam_call *call, askiam_error *error);

#endif
