/* SPDX-License-Identifier: Apache-2.0
 *
 * HTTP for whatever talks to another process: one request out, one answer in, through a table of functions that tests replace. The only
 * room that includes libcurl. An answer of any status is a success here: aski_http_check makes a status of it.
 *
 *   aski_http_response response;
 *   aski_http_response_init(&response, allocator);
 *   status = aski_http_send(&client, call, &request, &response, error);
 *   if (status == ASKIAM_STATUS_OK) {
 *     status = aski_http_check(&request, &response, error);
 *   }
 *   … response.body …
 *   aski_http_response_clean_up(&response); */
#ifndef ASKI_HTTP_HTTP_H
#define ASKI_HTTP_HTTP_H

#include <askiam/backend/backend.h>

#include "base/str.h"

enum {
  ASKI_HTTP_TIMEOUT_MS = 30000,
  ASKI_HTTP_CONNECT_TIMEOUT_MS = 5000,
  ASKI_HTTP_LIMIT_BYTES = 16 * 1024 * 1024,
  ASKI_HTTP_HEADERS_LIMIT_BYTES = 64 * 1024,
  ASKI_HTTP_HEADERS_MAX = 64
};

typedef enum aski_http_method {
  ASKI_HTTP_GET,
  ASKI_HTTP_HEAD,
  ASKI_HTTP_POST,
  ASKI_HTTP_PUT,
  ASKI_HTTP_DELETE
} aski_http_method;

/* "GET", … Static. */
const char *aski_http_method_name(aski_http_method method);

typedef struct aski_http_header {
  askiam_str name;
  askiam_str value;
} aski_http_header;

/* Borrowed for the call. Values of headers are secrets: no log and no message holds one, nor anything of the URL but scheme, host and
 * port. Neither a Content-Type nor an Expect is added to what is given here. */
typedef struct aski_http_request {
  aski_http_method method;
  askiam_layer layer; /* whose failures these are */
  askiam_str url;     /* as aski_url_parse takes it; a user and password in it are sent as Basic authentication */
  const aski_http_header *headers;
  size_t header_count;
  askiam_str body;    /* absent: none; sent with POST, PUT, DELETE */
  int64_t timeout_ms; /* for the whole exchange, besides the deadline of the call; 0: ASKI_HTTP_TIMEOUT_MS */
  size_t limit_bytes; /* of the answer's body; 0: ASKI_HTTP_LIMIT_BYTES */
} aski_http_request;

/* The caller's; filled by a send. */
typedef struct aski_http_response {
  int status;          /* 100 to 599; 0 where none came */
  aski_buffer headers; /* "name:value\n", names in lower case: read with aski_http_response_header */
  aski_buffer body;
  bool too_large; /* the answer had a status of 2xx, and more of a body than is taken: the exchange failed */
} aski_http_response;

void aski_http_response_init(aski_http_response *response, const askiam_allocator *allocator);
void aski_http_response_clean_up(aski_http_response *response);
/* The first header of this name (in lower case), without blanks at its ends; absent where there is none. Borrowed from the response. */
askiam_str aski_http_response_header(const aski_http_response *response, const char *name);
/* Retry-After (RFC 9110, 10.2.3) in milliseconds from `now_ms`, at most a day; negative where the answer has none. */
int64_t aski_http_retry_after_ms(const aski_http_response *response, int64_t now_ms);
/* Appends a header as a client received it, for clients: names are lowered, what breaks a line becomes a space. */
void aski_http_response_add_header(aski_http_response *response, askiam_str name, askiam_str value);

/* Where requests go. May be used by several threads at once. Copied freely; cleaned up once. */
typedef struct aski_http_client {
  /* Fills a response that is empty. On a failure what it holds is not to be used. Mandatory. */
  askiam_status (*send)(void *self, const askiam_call *call, const aski_http_request *request,
                        aski_http_response *response, askiam_error *error);
  void (*close)(void *self); /* Optional */
  void *self;
} aski_http_client;

/* How the client of this build is made. All but the allocator may be NULL; copied. */
typedef struct aski_http_options {
  const askiam_allocator *allocator; /* borrowed for the client's life */
  const char *ca_file;               /* PEM; NULL or "": what the system trusts. Verification cannot be switched off */
  const char *proxy;    /* "[scheme://][user:password@]host[:port]"; NULL or "": none, whatever the environment says */
  const char *no_proxy; /* hosts that are asked directly: "a.example,.b.example". Loopback always is */
} aski_http_options;

/* A client over libcurl: keeps connections, speaks HTTP/2 over TLS where offered, TLS 1.2 at least, follows no redirect. NOT_SUPPORTED in a
 * build without libcurl, CONFIG for a proxy that is none. */
askiam_status aski_http_client_new(aski_http_client *out_client, const aski_http_options *options, askiam_layer layer,
                                   askiam_error *error);
void aski_http_client_clean_up(aski_http_client *client);
/* Whether this build has a client. */
bool aski_http_supported(void);

/* Sends, and waits for the whole answer: until the deadline or the timeout (TIMEOUT), until the call is cancelled (CANCELLED). `response` is
 * emptied first. CONFIG for a URL or header that is none; UNAVAILABLE where the peer cannot be reached, breaks off, answers what is no HTTP or
 * more than is wanted; error.retryable says whether trying again makes sense. */
askiam_status aski_http_send(const aski_http_client *client, const askiam_call *call, const aski_http_request *request,
                             aski_http_response *response, askiam_error *error);

/* What an answer's status means: OK for 2xx; NOT_PERMITTED for 401, 403, 407; NOT_FOUND for 404 and 410; CONFLICT for 409 and 412; BAD_DATA for 400,
 * 413, 422; UNAVAILABLE, worth another try, for 408, 425, 429, 500, 502, 503, 504; UNAVAILABLE for all else. The message has the status, never the body. */
askiam_status aski_http_check(const aski_http_request *request, const aski_http_response *response,
                              askiam_error *error);

#endif
