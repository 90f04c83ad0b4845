/* SPDX-License-Identifier: Apache-2.0
 *
 * Events of API Gateway for Lambda authorizers: TOKEN, REQUEST (payload 1.0), and of HTTP APIs payload 2.0.
 * docs/auth.md. */
#ifndef LAMBDA_AUTHORIZER_EVENT_H
#define LAMBDA_AUTHORIZER_EVENT_H

#include "apps/common/json_view.h"

enum { AUTHORIZER_RESOURCE_BYTES = 512 };

/* What is asked of the authorizer. Texts live in the scratch. */
typedef struct authorizer_event {
  bool v2;               /* payload 2.0 */
  askiam_str credential; /* a token or an API key, without "Bearer "; absent: none was given, or several */
  bool is_key;           /* an API key */
  /* What an answer is about: every method and path of this stage of this API. An answer is cached for all of them by
   * the credential alone: one for the method that was asked first would refuse the next. */
  char resource[AUTHORIZER_RESOURCE_BYTES];
} authorizer_event;

/* NULL, or what is wrong with the event. Neither counts where memory ran out: then `scratch` has failed. */
const char *authorizer_event_read(authorizer_event *out_event, app_json event, app_scratch *scratch);

#endif
