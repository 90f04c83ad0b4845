/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/bedrock.h"

#include "http/options.h"
#include "http/sigv4_canonical.h"

static askiam_status s_no_memory(askiam_layer layer, askiam_error *error)
{
  return askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, layer, "out of memory");
}

/* What ids and ARNs of models are made of. */
static bool s_is_model(askiam_str model)
{
  static const char others[] = "-._:/";
  for (size_t i = 0; i < model.length; ++i) {
    char byte = model.data[i];
    bool plain = (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
    if (!plain && memchr(others, byte, sizeof others - 1) == NULL) {
      return false;
    }
  }
  return model.length > 0 && model.length <= ASKI_BEDROCK_MODEL_MAX_BYTES;
}

static askiam_status s_read_model(aski_bedrock *bedrock, const aski_bedrock_names *names, askiam_str model,
                                  askiam_error *error)
{
  if (model.length == 0 && names->model_preset != NULL) {
    model = askiam_str_from(names->model_preset);
  }
  if (!s_is_model(model)) {
    return askiam_error_set(error, ASKIAM_STATUS_CONFIG, names->layer,
                            "%s: must be the id or the ARN of a model, in at most %d bytes", names->model,
                            ASKI_BEDROCK_MODEL_MAX_BYTES);
  }
  bedrock->model = aski_copy_text(bedrock->allocator, model);
  return bedrock->model != NULL ? ASKIAM_STATUS_OK : s_no_memory(names->layer, error);
}

/* An id is one segment of the path: its colons and slashes are encoded. */
static askiam_status s_build_url(aski_bedrock *bedrock, const aski_bedrock_names *names, askiam_str base,
                                 askiam_error *error)
{
  askiam_status status =
      base.length == 0 ? ASKIAM_STATUS_OK : aski_aws_check_endpoint(base, "bedrock.url", names->layer, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  while (base.length > 0 && base.data[base.length - 1] == '/') {
    --base.length;
  }
  aski_buffer url;
  aski_buffer_init(&url, bedrock->allocator);
  if (base.length == 0) {
    const char *region = bedrock->signing.region;
    aski_buffer_append_format(&url, "https://bedrock-runtime.%s.amazonaws.com%s", region,
                              strncmp(region, "cn-", 3) == 0 ? ".cn" : "");
  }
  aski_buffer_append(&url, base);
  aski_buffer_append_text(&url, "/model/");
  aski_sigv4_encode(&url, askiam_str_from(bedrock->model), false);
  aski_buffer_append_text(&url, names->operation);
  if (url.failed) {
    aski_buffer_clean_up(&url);
    return s_no_memory(names->layer, error);
  }
  bedrock->url = url.data;
  return ASKIAM_STATUS_OK;
}

askiam_status aski_bedrock_open(aski_bedrock *out_bedrock, const aski_bedrock_names *names,
                                const askiam_backend_options *options, askiam_error *error)
{
  *out_bedrock = (aski_bedrock){.allocator = askiam_backend_options_allocator(options), .layer = names->layer};
  askiam_status status = s_read_model(out_bedrock, names, askiam_backend_options_get(options, names->model), error);
  if (status == ASKIAM_STATUS_OK) {
    status = aski_aws_signing_open(&out_bedrock->signing, options, "bedrock", names->layer, error);
  }
  if (status == ASKIAM_STATUS_OK) {
    status = s_build_url(out_bedrock, names, askiam_backend_options_get(options, "bedrock.url"), error);
  }
  if (status == ASKIAM_STATUS_OK) {
    const aski_http_options http = aski_http_options_from(options);
    status = aski_http_client_new(&out_bedrock->client, &http, names->layer, error);
  }
  if (status != ASKIAM_STATUS_OK) {
    aski_bedrock_close(out_bedrock);
  }
  return status;
}

void aski_bedrock_close(aski_bedrock *bedrock)
{
  aski_http_client_clean_up(&bedrock->client);
  aski_aws_signing_close(&bedrock->signing);
  aski_release(bedrock->allocator, bedrock->url);
  aski_release(bedrock->allocator, bedrock->model);
  bedrock->url = NULL;
  bedrock->model = NULL;
}

askiam_status aski_bedrock_post(const aski_bedrock *bedrock, const askiam_call *call, askiam_str body,
                                size_t limit_bytes, aski_http_response *response, askiam_error *error)
{
  const aski_http_header headers[] = {
      {ASKI_STR("Content-Type"), ASKI_STR("application/json")},
      {ASKI_STR("Accept"), ASKI_STR("application/json")},
  };
  aski_http_request request = {.method = ASKI_HTTP_POST,
                               .layer = bedrock->layer,
                               .url = askiam_str_from(bedrock->url),
                               .headers = headers,
                               .header_count = 2,
                               .body = body,
                               .limit_bytes = limit_bytes};
  aski_arena arena;
  aski_arena_init(&arena, bedrock->allocator);
  askiam_status status = aski_aws_sign(&bedrock->signing, &request, &arena, call, error);
  if (status == ASKIAM_STATUS_OK) {
    status = aski_http_send(&bedrock->client, call, &request, response, error);
  }
  if (status == ASKIAM_STATUS_OK) {
    status = aski_http_check(&request, response, error);
  }
  aski_arena_wipe(&arena);
  return status;
}
