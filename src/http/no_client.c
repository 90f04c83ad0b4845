/* SPDX-License-Identifier: Apache-2.0
 *
 * A build without libcurl. */
#include "http/http.h"

bool aski_http_supported(void) { return false; }

askiam_status aski_http_client_new(aski_http_client *out_client, const aski_http_options *options, askiam_layer layer,
                                   askiam_error *error)
{
  (void)options;
  *out_client = (aski_http_client){0};
  return askiam_error_set(error, ASKIAM_STATUS_NOT_SUPPORTED, layer,
                          "HTTP is not supported in this build, which was made without libcurl (ASKIAM_CURL)");
}
