/* SPDX-License-Identifier: Apache-2.0
 *
 * Where the credentials for AWS come from. Today from the configuration; what looks for them elsewhere, and renews them, is one more source that is
 * chosen here, and nobody who signs sees a difference. */
#ifndef ASKI_AWS_CREDENTIALS_H
#define ASKI_AWS_CREDENTIALS_H

#include "http/sigv4.h"

/* May be used by several threads at once. */
typedef struct aski_aws_provider {
  aski_aws_credentials_source source;
  void (*close)(void *owned);
  void *owned; /* what the source looks into */
} aski_aws_provider;

/* As aws.access_key_id, aws.secret_access_key and aws.session_token have it. CONFIG where one that is needed is missing or cannot be one; no message
 * holds a value. On failure there is nothing to close. */
askiam_status aski_aws_provider_open(aski_aws_provider *out_provider, const askiam_backend_options *options,
                                     askiam_layer layer, askiam_error *error);
/* Forgets the credentials. A provider that is all zeros is closed already. */
void aski_aws_provider_close(aski_aws_provider *provider);

#endif
