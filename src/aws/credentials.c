/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/credentials.h"

/* Credentials of the configuration, copied: one block that holds all three texts, so that it is wiped at once. */
typedef struct fixed {
  const askiam_allocator *allocator;
  size_t size_bytes; /* of the block */
  aski_aws_credentials credentials;
  char texts[];
} fixed;

/* Visible ASCII: nothing that could end a header, or be lost on the way. */
static bool s_is_visible(askiam_str text)
{
  for (size_t i = 0; i < text.length; ++i) {
    if (text.data[i] <= 0x20 || text.data[i] >= 0x7F) {
      return false;
    }
  }
  return true;
}

static askiam_status s_check(const aski_aws_credentials *credentials, askiam_layer layer, askiam_error *error)
{
  bool id = credentials->access_key_id.length > 0;
  bool secret = credentials->secret_access_key.length > 0;
  if (!id && !secret) {
    return askiam_error_set(error, ASKIAM_STATUS_CONFIG, layer,
                            "there are no AWS credentials: set aws.access_key_id and aws.secret_access_key, "
                            "best by AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment");
  }
  if (!id || !secret) {
    return askiam_error_set(error, ASKIAM_STATUS_CONFIG, layer, "%s is not set, %s is: AWS credentials are both",
                            id ? "aws.secret_access_key" : "aws.access_key_id",
                            id ? "aws.access_key_id" : "aws.secret_access_key");
  }
  const struct {
    const char *key;
    askiam_str value;
  } values[] = {{"aws.access_key_id", credentials->access_key_id},
                {"aws.secret_access_key", credentials->secret_access_key},
                {"aws.session_token", credentials->session_token}};
  for (size_t i = 0; i < sizeof values / sizeof *values; ++i) {
    if (!s_is_visible(values[i].value)) {
      return askiam_error_set(error, ASKIAM_STATUS_CONFIG, layer, "%s: must be visible ASCII characters",
                              values[i].key);
    }
  }
  return ASKIAM_STATUS_OK;
}

static askiam_str s_keep(char **at, askiam_str text)
{
  askiam_str kept = {*at, text.length};
  if (text.length > 0) {
    memcpy(*at, text.data, text.length);
  }
  *at += text.length;
  return text.length > 0 ? kept : ASKI_STR_NONE;
}

static void s_close_fixed(void *owned)
{
  fixed *own = owned;
  const askiam_allocator *allocator = own->allocator;
  aski_wipe(own, own->size_bytes);
  aski_release(allocator, own);
}

askiam_status aski_aws_provider_open(aski_aws_provider *out_provider, const askiam_backend_options *options,
                                     askiam_layer layer, askiam_error *error)
{
  *out_provider = (aski_aws_provider){.close = NULL};
  const aski_aws_credentials given = {askiam_backend_options_get(options, "aws.access_key_id"),
                                      askiam_backend_options_get(options, "aws.secret_access_key"),
                                      askiam_backend_options_get(options, "aws.session_token")};
  askiam_status status = s_check(&given, layer, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  const askiam_allocator *allocator = askiam_backend_options_allocator(options);
  size_t size_bytes =
      sizeof(fixed) + given.access_key_id.length + given.secret_access_key.length + given.session_token.length;
  fixed *own = aski_acquire_zeroed(allocator, 1, size_bytes);
  if (own == NULL) {
    return askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, layer, "out of memory");
  }
  char *at = own->texts;
  *own = (fixed){.allocator = allocator, .size_bytes = size_bytes};
  own->credentials.access_key_id = s_keep(&at, given.access_key_id);
  own->credentials.secret_access_key = s_keep(&at, given.secret_access_key);
  own->credentials.session_token = s_keep(&at, given.session_token);
  *out_provider = (aski_aws_provider){
      .source = aski_aws_credentials_fixed(&own->credentials), .close = s_close_fixed, .owned = own};
  return ASKIAM_STATUS_OK;
}

void aski_aws_provider_close(aski_aws_provider *provider)
{
  if (provider->close != NULL) {
    provider->close(provider->owned);
  }
  *provider = (aski_aws_provider){.close = NULL};
}
