/* SPDX-License-Identifier: Apache-2.0
 *
 * One operation of a server that speaks OpenAI's protocol (OpenAI, Ollama, vLLM, llama.cpp, TEI and many more): its address, its key, one
 * POST. What embedder and judge share. */
#ifndef ASKI_OPENAI_ENDPOINT_H
#define ASKI_OPENAI_ENDPOINT_H

#include "http/http.h"

enum { ASKI_OPENAI_MODEL_MAX_BYTES = 128 };

/* What of the configuration it is read from. Static texts. */
typedef struct aski_openai_names {
  askiam_layer layer;       /* whose failures these are */
  const char *url;          /* the key of the base address, up to and with "/v1" */
  const char *key;          /* of the API key itself, a secret */
  const char *key_file;     /* of a file that holds it */
  const char *model;        /* of the model's name */
  const char *model_preset; /* the model where none is named; NULL: one must be */
  const char *operation;    /* what the base address is continued with: "/embeddings" */
} aski_openai_names;

/* May be used by several threads at once. */
typedef struct aski_openai {
  const askiam_allocator *allocator;
  askiam_layer layer;
  aski_http_client client;
  char *url;           /* of the operation */
  char *authorization; /* "Bearer …", a secret; NULL without a key */
  char *model;
} aski_openai;

/* CONFIG for an address that is none, no model, a key that cannot be read or would travel in clear to another machine; NOT_SUPPORTED without libcurl.
 * On failure there is nothing to close. */
askiam_status aski_openai_open(aski_openai *out_endpoint, const aski_openai_names *names,
                               const askiam_backend_options *options, askiam_error *error);
/* Forgets the key. */
void aski_openai_close(aski_openai *endpoint);
/* Sends JSON and waits for an answer of status 2xx with a body of at most `limit_bytes`; all else is a failure as aski_http_check has it. `response`
 * is the caller's, also on failure. */
askiam_status aski_openai_post(const aski_openai *endpoint, const askiam_call *call, askiam_str body,
                               size_t limit_bytes, aski_http_response *response, askiam_error *error);

#endif
