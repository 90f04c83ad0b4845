/* SPDX-License-Identifier: Apache-2.0
 *
 * Texts go in batches. A text without a word has no direction and is not sent; one that is too long is cut, since what fits into a model is
 * for the configuration to say. */
#include "embed/openai/openai_embedder.h"

#include <stdio.h>

#include "backend/options.h"
#include "embed/common/vector.h"
#include "openai/endpoint.h"
#include "vectors.h"
#include "json/json.h"

enum { BATCH_MAX = 2048, REQUEST_MAX_BYTES = 8 * 1024 * 1024 };

static const aski_openai_names s_names = {.layer = ASKIAM_LAYER_EMBEDDER,
                                          .url = "embedder.url",
                                          .key = "embedder.key",
                                          .key_file = "embedder.key_file",
                                          .model = "embedder.model",
                                          .model_preset = "text-embedding-3-small",
                                          .operation = "/embeddings"};

typedef struct openai_embedder {
  aski_openai endpoint;
  size_t dimension;
  size_t batch;
  size_t text_bytes;
  bool send_dimension;
  char label[ASKI_OPENAI_MODEL_MAX_BYTES + 32];
} openai_embedder;

static askiam_status s_no_memory(askiam_error *error)
{
  return askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_EMBEDDER, "out of memory");
}

/* No more texts than whose vectors an answer may hold. */
static size_t s_batch(size_t wanted, size_t dimension)
{
  size_t most = ((size_t)ASKI_JSON_MAX_BYTES - ASKI_VECTOR_ENVELOPE_BYTES) / (dimension * ASKI_VECTOR_NUMBER_BYTES);
  return wanted < most ? wanted : most;
}

static askiam_status s_read_settings(openai_embedder *self, const askiam_backend_options *options, askiam_error *error)
{
  askiam_status status = aski_options_size(&self->dimension, options, "embedder.dimension", 1,
                                           ASKI_VECTOR_DIMENSION_MAX, 256, ASKIAM_LAYER_EMBEDDER, error);
  if (status == ASKIAM_STATUS_OK) {
    status = aski_options_size(&self->batch, options, "embedder.batch", 1, BATCH_MAX, 32, ASKIAM_LAYER_EMBEDDER, error);
  }
  if (status == ASKIAM_STATUS_OK) {
    status = aski_options_size(&self->text_bytes, options, "embedder.text_bytes", ASKI_VECTOR_TEXT_MIN_BYTES,
                               ASKI_VECTOR_TEXT_MAX_BYTES, 8000, ASKIAM_LAYER_EMBEDDER, error);
  }
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  self->batch = s_batch(self->batch, self->dimension);
  self->send_dimension = aski_str_equal_text(askiam_backend_options_get(options, "embedder.send_dimension"), "true");
  return ASKIAM_STATUS_OK;
}

static void s_close(void *self)
{
  openai_embedder *embedder = self;
  if (embedder != NULL) {
    const askiam_allocator *allocator = embedder->endpoint.allocator;
    aski_openai_close(&embedder->endpoint);
    aski_release(allocator, embedder);
  }
}

static askiam_status s_open(void **out_self, void *context, const askiam_backend_options *options, askiam_error *error)
{
  (void)context;
  const askiam_allocator *allocator = askiam_backend_options_allocator(options);
  openai_embedder *self = aski_acquire_zeroed(allocator, 1, sizeof *self);
  if (self == NULL) {
    return s_no_memory(error);
  }
  askiam_status status = s_read_settings(self, options, error);
  if (status == ASKIAM_STATUS_OK) {
    status = aski_openai_open(&self->endpoint, &s_names, options, error);
  }
  if (status != ASKIAM_STATUS_OK) {
    aski_release(allocator, self);
    return status;
  }
  /* Not the address: the same model behind another one gives the same vectors. */
  snprintf(self->label, sizeof self->label, "openai:%s/%zu", self->endpoint.model, self->dimension);
  *out_self = self;
  return ASKIAM_STATUS_OK;
}

static size_t s_dimension(void *self) { return ((const openai_embedder *)self)->dimension; }

static const char *s_model(void *self) { return ((const openai_embedder *)self)->label; }

/* What is asked for at once, and where its vectors go. */
typedef struct batch {
  const openai_embedder *embedder;
  float **places;
  size_t count;
  size_t bytes;
  aski_buffer body;
  aski_json_writer writer;
} batch;

static void s_begin(batch *work)
{
  work->count = 0;
  work->bytes = 0;
  aski_buffer_clear(&work->body);
  aski_json_writer_init(&work->writer, &work->body);
  aski_json_open_object(&work->writer, NULL);
  aski_json_write_text(&work->writer, "model", work->embedder->endpoint.model);
  aski_json_write_text(&work->writer, "encoding_format", "float");
  if (work->embedder->send_dimension) {
    aski_json_write_unsigned(&work->writer, "dimensions", work->embedder->dimension);
  }
  aski_json_open_array(&work->writer, "input");
}

static askiam_status s_send(batch *work, const askiam_call *call, askiam_error *error)
{
  aski_json_close_array(&work->writer);
  aski_json_close_object(&work->writer);
  if (work->body.failed) {
    return s_no_memory(error);
  }
  const openai_embedder *embedder = work->embedder;
  aski_http_response response;
  aski_http_response_init(&response, embedder->endpoint.allocator);
  size_t limit = work->count * embedder->dimension * ASKI_VECTOR_NUMBER_BYTES + ASKI_VECTOR_ENVELOPE_BYTES;
  askiam_status status =
      aski_openai_post(&embedder->endpoint, call, aski_buffer_view(&work->body), limit, &response, error);
  if (status == ASKIAM_STATUS_OK) {
    status = aski_openai_vectors_read(work->places, work->count, embedder->dimension, aski_buffer_view(&response.body),
                                      embedder->endpoint.allocator, error);
  }
  aski_http_response_clean_up(&response);
  return status;
}

/* Adds a text, and sends what has come together where that is enough. */
static askiam_status s_add(batch *work, const askiam_call *call, askiam_str text, float *place, askiam_error *error)
{
  const openai_embedder *embedder = work->embedder;
  if (work->count == 0) {
    s_begin(work);
  }
  aski_json_write_string(&work->writer, NULL, text);
  work->places[work->count++] = place;
  work->bytes += text.length;
  if (work->count < embedder->batch && work->bytes < REQUEST_MAX_BYTES) {
    return ASKIAM_STATUS_OK;
  }
  askiam_status status = s_send(work, call, error);
  work->count = 0;
  return status;
}

static askiam_status s_embed_all(batch *work, const askiam_call *call, const askiam_str *texts, size_t count,
                                 float *out_vectors, askiam_error *error)
{
  size_t dimension = work->embedder->dimension;
  for (size_t i = 0; i < count; ++i) {
    float *place = out_vectors + i * dimension;
    askiam_str text = texts[i];
    bool blank = false;
    askiam_status status = aski_vector_text(&text, &blank, work->embedder->text_bytes, i + 1, error);
    if (status == ASKIAM_STATUS_OK && blank) {
      memset(place, 0, dimension * sizeof *place);
    } else if (status == ASKIAM_STATUS_OK) {
      status = s_add(work, call, text, place, error);
    }
    if (status != ASKIAM_STATUS_OK) {
      return status;
    }
  }
  return work->count == 0 ? ASKIAM_STATUS_OK : s_send(work, call, error);
}

static askiam_status s_embed(void *self, const askiam_call *call, const askiam_str *texts, size_t count,
                             float *out_vectors, askiam_error *error)
{
  const openai_embedder *embedder = self;
  const askiam_allocator *allocator = embedder->endpoint.allocator;
  if (askiam_call_remaining_ms(call) == 0) {
    return askiam_error_set(error, ASKIAM_STATUS_TIMEOUT, ASKIAM_LAYER_EMBEDDER, "the deadline passed while embedding");
  }
  batch work = {.embedder = embedder};
  work.places = aski_acquire_zeroed(allocator, embedder->batch, sizeof *work.places);
  if (work.places == NULL) {
    return s_no_memory(error);
  }
  aski_buffer_init(&work.body, allocator);
  askiam_status status = s_embed_all(&work, call, texts, count, out_vectors, error);
  aski_buffer_clean_up(&work.body);
  aski_release(allocator, work.places);
  return status;
}

const askiam_embedder_vtable *aski_openai_embedder(void)
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
