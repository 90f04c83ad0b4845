/* SPDX-License-Identifier: Apache-2.0
 *
 * AWS Lambda, the operation Invoke: an event to a function, its answer back. A function that failed has not
 * answered, whatever it said. */
#ifndef ASKI_AWS_INVOKE_H
#define ASKI_AWS_INVOKE_H

#include "aws/signing.h"

/* Limits of Lambda's: of an event and of an answer, of a function's time, of a name. */
enum {
  ASKI_LAMBDA_PAYLOAD_MAX_BYTES = 6 * 1024 * 1024,
  ASKI_LAMBDA_WAIT_MAX_MS = 15 * 60 * 1000,
  ASKI_LAMBDA_NAME_MAX_BYTES = 170,
  ASKI_LAMBDA_FUNCTIONS_MAX = 8
};

/* One function: where it is invoked, and whether that is an emulator on this machine, which takes no signature. */
typedef struct aski_lambda_function {
  char *url; /* NULL: it is not to be invoked */
  bool local;
} aski_lambda_function;

/* The functions that a configuration names, behind one client. May be used by several threads at once. Not to be
 * copied. */
typedef struct aski_lambda {
  const askiam_allocator *allocator;
  aski_http_client client;
  aski_aws_signing signing; /* closed where all functions are local */
  aski_lambda_function functions[ASKI_LAMBDA_FUNCTIONS_MAX];
  size_t count;
} aski_lambda;

/* Opens the functions that the keys of the configuration name, at most ASKI_LAMBDA_FUNCTIONS_MAX. Each is a name, a
 * partial or whole ARN, either with a version or an alias behind a colon, in the region of aws.region or at
 * aws.lambda.url; or the whole URL at which an emulator on this machine (http://127.0.0.1:PORT/…) takes invocations. A
 * key that is NULL stands for a function that nobody will invoke. CONFIG where one is empty or none of these, for an
 * ARN of another region, and as aski_aws_signing_open; NOT_SUPPORTED without libcurl. On failure there is nothing to
 * close. */
askiam_status aski_lambda_open(aski_lambda *out_lambda, const char *const *keys, size_t count,
                               const askiam_backend_options *options, askiam_error *error);
/* Forgets the credentials. What is all zeros is closed already. */
void aski_lambda_close(aski_lambda *lambda);

/* Invokes the function of that index with a JSON event, and waits for what it answers, in the body of `response`, which
 * is the caller's, also on failure. UNAVAILABLE where Lambda refuses, is busy or throttles (worth another try), or
 * where the function failed (worth another try: it begins in a new environment); never a status that could be taken for
 * the function's own. NOT_PERMITTED for a signature that does not do; TIMEOUT, CANCELLED as aski_http_send. No message
 * holds anything of event or answer. */
askiam_status aski_lambda_invoke(const aski_lambda *lambda, size_t index, askiam_layer layer, const askiam_call *call,
                                 askiam_str event, aski_http_response *response, askiam_error *error);

#endif
