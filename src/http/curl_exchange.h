/* SPDX-License-Identifier: Apache-2.0
 *
 * One request by libcurl, on a handle that the client keeps. */
#ifndef ASKI_HTTP_CURL_EXCHANGE_H
#define ASKI_HTTP_CURL_EXCHANGE_H

#include <curl/curl.h>

#include "http/http.h"

/* A transfer and what drives it, with the connections that both leave open. One thread at a time. */
typedef struct aski_curl_slot {
  CURL *easy;
  CURLM *multi;
  struct aski_curl_slot *next;
} aski_curl_slot;

/* What every transfer of a client is set to. NULL where the default is wanted. */
typedef struct aski_curl_settings {
  const char *ca_file;
  const char *proxy;
  const char *no_proxy;
} aski_curl_settings;

/* Leaves the handle clean for the next one. */
askiam_status aski_curl_exchange(const aski_curl_slot *slot, const aski_curl_settings *settings,
                                 const askiam_call *call, const aski_http_request *request,
                                 aski_http_response *response, askiam_error *error);

#endif
