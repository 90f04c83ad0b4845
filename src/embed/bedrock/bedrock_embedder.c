/* SPDX-License-Identifier: Apache-2.0
 *
 * Titan takes one text a request: those of a batch go one after the other, over one connection, as long as the deadline lets them. */
#include "embed/bedrock/bedrock_embedder.h"

#include <stdio.h>

#include "aws/bedrock.h"
#include "backend/options.h"
#include "embed/common/vector.h"

static const aski_bedrock_names s_names = {.layer = ASKIAM_LAYER_EMBEDDER,
                                           .model = "embedder.model",
                                           .model_preset = "amazon.titan-embed-text-v2:0",
                                           .operation = "/invoke"};

typedef struct bedrock_embedder {
  aski_bedrock endpoint;
  size_t dimension;
  size_t text_bytes;
  char label[ASKI_BEDROCK_MODEL_MAX_BYTES + 32];
} bedrock_embedder;

static askiam_status s_no_memory(askiam_error *error)
{
  return askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_EMBEDDER, "out of memory");
}

static askiam_status s_read_settings(bedrock_embedder *self, const askiam_backend_options *options, askiam_error *error)
{
  askiam_status status = aski_options_size(&self->dimension, options, "embedder.dimension", 1,
                                           ASKI_VECTOR_DIMENSION_MAX, 256, ASKIAM_LAYER_EMBEDDER, error);
  if (status == ASKIAM_STATUS_OK && self->dimension != 256 && self->dimension != 512 && self->dimension != 1024) {
    status = askiam_error_set(error, ASKIAM_STATUS_CONFIG, ASKIAM_LAYER_EMBEDDER,
                              "embedder.dimension: must be 256, 512 or 1024 for Titan Text Embeddings V2");
  }
  return status != ASKIAM_STATUS_OK
             ? status
             : aski_options_size(&self->text_bytes, options, "embedder.text_bytes", ASKI_VECTOR_TEXT_MIN_BYTES,
                                 ASKI_VECTOR_TEXT_MAX_BYTES, 8000, ASKIAM_LAYER_EMBEDDER, error);
}

static void s_close(void *self)
{
  bedrock_embedder *embedder = self;
  if (embedder != NULL) {
    const askiam_allocator *allocator = embedder->endpoint.allocator;
    aski_bedrock_close(&embedder->endpoint);
    aski_release(allocator, embedder);
  }
}

static askiam_status s_open(void **out_self, void *context, const askiam_backend_options *options, askiam_error *error)
{
  (void)context;
  const askiam_allocator *allocator = askiam_backend_options_allocator(options);
  bedrock_embedder *self = aski_acquire_zeroed(allocator, 1, sizeof *self);
  if (self == NULL) {
    return s_no_memory(error);
  }
  askiam_status status = s_read_settings(self, options, error);
  if (status == ASKIAM_STATUS_OK) {
    status = aski_bedrock_open(&self->endpoint, &s_names, options, error);
  }
  if (status != ASKIAM_STATUS_OK) {
    aski_release(allocator, self);
    return status;
  }
  /* Not the region: the same model in another one gives the same vectors. */
  snprintf(self->label, sizeof self->label, "bedrock:%s/%zu", self->endpoint.model, self->dimension);
  *out_self = self;
  return ASKIAM_STATUS_OK;
}

static size_t s_dimension(void *self) { return ((const bedrock_embedder *)self)->dimension; }

static const char *s_model(void *self) { return ((const bedrock_embedder *)self)->label; }

askiam_status aski_titan_vector_read(float *place, size_t dimension, askiam_str json, const askiam_allocator *allocator,
                                     askiam_error *error)
{
  aski_json_document *document = NULL;
  askiam_error said = ASKIAM_ERROR_INIT;
  askiam_status status = aski_json_parse_bounded(&document, json, ASKI_VECTOR_SPARE_VALUES + dimension, allocator,
                                                 ASKIAM_LAYER_EMBEDDER, &said);
  if (status != ASKIAM_STATUS_OK) {
    return status == ASKIAM_STATUS_BAD_DATA ? aski_vector_wrong(error, said.message) : s_no_memory(error);
  }
  status = aski_vector_read(place, dimension, aski_json_get(aski_json_root(document), "embedding"), error);
  aski_json_destroy(document);
  return status;
}

static void s_write_request(aski_buffer *body, const bedrock_embedder *embedder, askiam_str text)
{
  aski_json_writer writer;
  aski_json_writer_init(&writer, body);
  aski_json_open_object(&writer, NULL);
  aski_json_write_string(&writer, "inputText", text);
  aski_json_write_unsigned(&writer, "dimensions", embedder->dimension);
  aski_json_write_bool(&writer, "normalize", true);
  aski_json_open_array(&writer, "embeddingTypes");
  aski_json_write_text(&writer, NULL, "float");
  aski_json_close_array(&writer);
  aski_json_close_object(&writer);
}

static askiam_status s_ask(const bedrock_embedder *embedder, const askiam_call *call, askiam_str text, float *place,
                           askiam_error *error)
{
  const askiam_allocator *allocator = embedder->endpoint.allocator;
  aski_buffer body;
  aski_buffer_init(&body, allocator);
  s_write_request(&body, embedder, text);
  aski_http_response response;
  aski_http_response_init(&response, allocator);
  /* The answer has each number twice: by itself, and by its type. */
  size_t limit = 2 * embedder->dimension * ASKI_VECTOR_NUMBER_BYTES + ASKI_VECTOR_ENVELOPE_BYTES;
  askiam_status status =
      body.failed ? s_no_memory(error)
                  : aski_bedrock_post(&embedder->endpoint, call, aski_buffer_view(&body), limit, &response, error);
  if (status == ASKIAM_STATUS_OK) {
    status = aski_titan_vector_read(place, embedder->dimension, aski_buffer_view(&response.body), allocator, error);
  }
  aski_http_response_clean_up(&response);
  aski_buffer_clean_up(&body);
  return status;
}

static askiam_status s_embed(void *self, const askiam_call *call, const askiam_str *texts, size_t count,
                             float *out_vectors, askiam_error *error)
{
  const bedrock_embedder *embedder = self;
  if (askiam_call_remaining_ms(call) == 0) {
    return askiam_error_set(error, ASKIAM_STATUS_TIMEOUT, ASKIAM_LAYER_EMBEDDER, "the deadline passed while embedding");
  }
  askiam_status status = ASKIAM_STATUS_OK;
  for (size_t i = 0; i < count && status == ASKIAM_STATUS_OK; ++i) {
    float *place = out_vectors + i * embedder->dimension;
    askiam_str text = texts[i];
    bool blank = false;
    status = aski_vector_text(&text, &blank, embedder->text_bytes, i + 1, error);
    if (status == ASKIAM_STATUS_OK && blank) {
      memset(place, 0, embedder->dimension * sizeof *place);
    } else if (status == ASKIAM_STATUS_OK) {
      status = s_ask(embedder, call, text, place, error);
    }
  }
  return status;
}

const askiam_embedder_vtable *aski_bedrock_embedder(void)
{
  static const askiam_embedder_vtable table = {.size = sizeof(askiam_embedder_vtable),
                                               .flags = ASKIAM_BACKEND_REMOTE,
                                               .open = s_open,
                                               .close = s_close,
                                               .dimension = s_dimension,
                                               .model = s_model,
                                               .embed = s_embed};
  return &table;
}
