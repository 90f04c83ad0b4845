/* SPDX-License-Identifier: Apache-2.0
 *
 * AWS Signature Version 4 (docs.aws.amazon.com, "Create a signed AWS API request"): requests with headers, and URLs that are signed in
 * their query. Pure but for the credentials: time comes from the caller, results live in the caller's arena. */
#ifndef ASKI_HTTP_SIGV4_H
#define ASKI_HTTP_SIGV4_H

#include "base/hash.h"
#include "http/http.h"

enum { ASKI_SIGV4_HEADERS_MAX = 4 };

typedef struct aski_aws_credentials {
  askiam_str access_key_id;
  askiam_str secret_access_key;
  askiam_str session_token; /* absent: none */
} aski_aws_credentials;

/* Where credentials come from: fixed ones, or a chain that looks for them and renews them. What `get` gives lives in the arena, or longer than
 * the request that is signed. May be used by several threads at once. */
typedef struct aski_aws_credentials_source {
  askiam_status (*get)(void *self, const askiam_call *call, aski_arena *arena, aski_aws_credentials *out_credentials,
                       askiam_error *error); /* Mandatory */
  void *self;
} aski_aws_credentials_source;

/* Gives `credentials`, which are borrowed, whenever it is asked. */
aski_aws_credentials_source aski_aws_credentials_fixed(const aski_aws_credentials *credentials);

typedef struct aski_sigv4_settings {
  askiam_str region;
  askiam_str service;
  bool keep_path;      /* "." and ".." and double slashes are signed as they are: s3 */
  bool encode_once;    /* the path is signed as it is sent, else its percent signs are encoded again: s3 */
  bool content_header; /* X-Amz-Content-Sha256 is sent and signed: s3, aoss */
  bool token_unsigned; /* the session token is added after signing: what a few services want */
} aski_sigv4_settings;

/* As `service` ("es", "aoss", "bedrock", "s3", …) wants it. Strings are borrowed. */
aski_sigv4_settings aski_sigv4_settings_for(askiam_str service, askiam_str region);

/* What is signed. */
typedef struct aski_sigv4_message {
  const char *method;              /* "GET" */
  askiam_str host;                 /* as in the header Host, which is signed in any case */
  askiam_str path;                 /* as it is sent; empty means "/" */
  askiam_str query;                /* as it is sent, without '?' */
  const aski_http_header *headers; /* all are signed but Host and what a proxy may change (Connection, User-Agent, …) */
  size_t header_count;
  askiam_str body;
} aski_sigv4_message;

typedef struct aski_sigv4_signed {
  aski_http_header headers[ASKI_SIGV4_HEADERS_MAX]; /* to be sent besides the message's */
  size_t header_count;
  askiam_str query; /* of a signed URL: the message's and what was added */
  /* Between steps, for tests and for whoever compares them with what AWS says. */
  askiam_str canonical_request;
  askiam_str string_to_sign;
} aski_sigv4_signed;

/* Signs by headers. `time_ms` is now. NO_MEMORY, INTERNAL (OpenSSL failed), CONFIG (no region, service or credentials, or a header that is
 * signed already). Of `settings`, `credentials` and `message` nothing is kept. */
askiam_status aski_sigv4_sign(aski_sigv4_signed *out_signed, aski_arena *arena, const aski_sigv4_settings *settings,
                              const aski_aws_credentials *credentials, const aski_sigv4_message *message,
                              int64_t time_ms, askiam_layer layer, askiam_error *error);
/* Signs in the query: a URL that works by itself for `expires_s` seconds, 1 to 604800. */
askiam_status aski_sigv4_sign_query(aski_sigv4_signed *out_signed, aski_arena *arena,
                                    const aski_sigv4_settings *settings, const aski_aws_credentials *credentials,
                                    const aski_sigv4_message *message, int64_t time_ms, int64_t expires_s,
                                    askiam_layer layer, askiam_error *error);
/* Signs a request that is about to be sent: its headers are replaced by a list in the arena that has the signature's too. The time is the
 * clock's of the call: signatures are refused when they are minutes old. */
askiam_status aski_sigv4_sign_request(aski_http_request *request, aski_arena *arena,
                                      const aski_sigv4_settings *settings, const aski_aws_credentials_source *source,
                                      const askiam_call *call, askiam_error *error);

#endif
