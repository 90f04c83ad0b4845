/* SPDX-License-Identifier: Apache-2.0
 *
 * One filling of the indexes from its begin to its end, and what is kept of it: {"askiam_sync": {"generation": …,
 * "open": true, "position": …}}. */
#include "indexing.h"

#include <stdio.h>

#include "mapping.h"
#include "self.h"

/* How many bulks pass before a position is kept: keeping one changes the state of the whole cluster. */
enum { BULKS_BETWEEN_PLACES = 8 };

typedef struct filling {
  const aski_opensearch *cluster;
  const aski_opensearch_settings *settings;
  int64_t generation;
  aski_opensearch_bulk bulk;
  aski_buffer lines; /* of the entry in work */
  unsigned bulks;    /* sent since a position was kept */
} filling;

static askiam_status s_no_memory(askiam_error *error)
{
  return askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_SEARCH,
                          "out of memory while the index is written");
}

/* What the last filling left. */
typedef struct remains {
  int64_t generation; /* 0: there was none */
  bool open;
  askiam_str position; /* absent: none; borrowed from the shape */
} remains;

static int64_t s_read_generation(askiam_str text)
{
  int64_t value = 0;
  for (size_t i = 0; i < text.length; ++i) {
    if (text.data[i] < '0' || text.data[i] > '9' || i >= ASKI_OPENSEARCH_GENERATION_BYTES - 1) {
      return 0;
    }
    value = value * 10 + (text.data[i] - '0');
  }
  return value;
}

static remains s_read_remains(const aski_opensearch_shape *shape)
{
  const aski_json *sync = aski_json_get(aski_json_get(shape->mappings, "_meta"), "askiam_sync");
  return (remains){.generation = s_read_generation(aski_json_string(aski_json_get(sync, "generation"))),
                   .open = aski_json_bool(aski_json_get(sync, "open"), false),
                   .position = aski_json_string(aski_json_get(sync, "position"))};
}

static void s_write_remains(aski_buffer *body, int64_t generation, bool open, askiam_str position)
{
  char text[ASKI_OPENSEARCH_GENERATION_BYTES];
  aski_opensearch_generation_text(text, generation);
  aski_json_writer writer;
  aski_json_writer_init(&writer, body);
  aski_json_open_object(&writer, NULL);
  aski_json_open_object(&writer, "_meta");
  aski_json_write_integer(&writer, "askiam_schema", ASKI_OPENSEARCH_SCHEMA);
  aski_json_open_object(&writer, "askiam_sync");
  aski_json_write_text(&writer, "generation", text);
  aski_json_write_bool(&writer, "open", open);
  if (aski_str_present(position)) {
    aski_json_write_string(&writer, "position", position);
  }
  for (int i = 0; i < 3; ++i) {
    aski_json_close_object(&writer);
  }
}

static askiam_status s_keep(const aski_opensearch *cluster, const aski_opensearch_settings *settings,
                            const askiam_call *call, int64_t generation, bool open, askiam_str position,
                            askiam_error *error)
{
  char path[ASKI_OPENSEARCH_INDEX_MAX_BYTES + sizeof "//_mapping"];
  int length = snprintf(path, sizeof path, "/%s/_mapping", settings->metadata_index);
  aski_http_response response;
  aski_buffer body;
  aski_http_response_init(&response, cluster->allocator);
  aski_buffer_init(&body, cluster->allocator);
  s_write_remains(&body, generation, open, position);
  const aski_opensearch_request request = {.method = ASKI_HTTP_PUT,
                                           .path = {path, (size_t)length},
                                           .content_type = "application/json",
                                           .body = aski_buffer_view(&body)};
  askiam_status status =
      body.failed ? s_no_memory(error) : aski_opensearch_send(cluster, call, &request, &response, error);
  aski_buffer_clean_up(&body);
  aski_http_response_clean_up(&response);
  return status;
}

/* What is to be kept of a filling. */
typedef struct keeping {
  const filling *own;
  bool open;
  askiam_str position;
} keeping;

static askiam_status s_try_keep(void *context, const askiam_call *call, aski_retry *retry, askiam_error *error)
{
  const keeping *kept = context;
  const filling *own = kept->own;
  aski_opensearch_shape shape;
  (void)retry;
  askiam_status status = aski_opensearch_read_shape(&shape, own->cluster, call, own->settings->metadata_index, error);
  if (status == ASKIAM_STATUS_OK && s_read_remains(&shape).generation != own->generation) {
    status = aski_opensearch_overtaken(error);
  }
  aski_json_destroy(shape.document);
  return status == ASKIAM_STATUS_OK
             ? s_keep(own->cluster, own->settings, call, own->generation, kept->open, kept->position, error)
             : status;
}

/* Keeps how far this filling is, unless another one began since. */
static askiam_status s_keep_own(const filling *own, const askiam_call *call, bool open, askiam_str position,
                                askiam_error *error)
{
  keeping kept = {own, open, position};
  return aski_opensearch_insist(call, s_try_keep, &kept, error);
}

static filling *s_new(const aski_opensearch_search_self *self, int64_t generation)
{
  filling *own = aski_acquire_zeroed(self->cluster.allocator, 1, sizeof *own);
  if (own != NULL) {
    own->cluster = &self->cluster;
    own->settings = &self->settings;
    own->generation = generation;
    aski_opensearch_bulk_init(&own->bulk, own->cluster);
    aski_buffer_init(&own->lines, self->cluster.allocator);
  }
  return own;
}

/* Entries of a collection of OpenSearch Serverless have no ids by which one that is written again would be the
 * same: there a filling that broke off is not gone on with, lest some are there twice. */
static askiam_status s_begin(const aski_opensearch_search_self *self, const askiam_call *call,
                             const aski_opensearch_shape *shape, bool restart, int64_t *out_generation,
                             askiam_position_fn position, void *context, askiam_error *error)
{
  const remains last = s_read_remains(shape);
  if (last.open && last.position.length > 0 && last.generation > 0 && !restart && !self->settings.serverless) {
    *out_generation = last.generation;
    askiam_status told = position(context, last.position);
    return told == ASKIAM_STATUS_NO_MEMORY ? s_no_memory(error) : told;
  }
  int64_t now_ms = askiam_call_now_ms(call);
  *out_generation = now_ms > last.generation ? now_ms : last.generation + 1;
  return s_keep(&self->cluster, &self->settings, call, *out_generation, true, ASKI_STR_NONE, error);
}

askiam_status aski_opensearch_index_begin(void *self, const askiam_call *call, int restart, void **out_session,
                                          askiam_position_fn position, void *context, askiam_error *error)
{
  const aski_opensearch_search_self *own = self;
  const aski_opensearch_settings *settings = &own->settings;
  aski_opensearch_shape patterns;
  aski_opensearch_shape metadata = {.document = NULL};
  int64_t generation = 0;
  *out_session = NULL;
  askiam_status status =
      aski_opensearch_look(&patterns, &own->cluster, settings, call, settings->patterns_index, error);
  if (status == ASKIAM_STATUS_OK) {
    status = aski_opensearch_look(&metadata, &own->cluster, settings, call, settings->metadata_index, error);
  }
  if (status == ASKIAM_STATUS_OK) {
    status = s_begin(own, call, &metadata, restart != 0, &generation, position, context, error);
  }
  aski_json_destroy(metadata.document);
  aski_json_destroy(patterns.document);
  if (status == ASKIAM_STATUS_OK) {
    *out_session = s_new(own, generation);
    status = *out_session == NULL ? s_no_memory(error) : status;
  }
  return status;
}

static askiam_status s_flush(filling *own, const askiam_call *call, askiam_error *error)
{
  own->bulks += own->bulk.count > 0 ? 1 : 0;
  return aski_opensearch_bulk_send(&own->bulk, call, error);
}

static askiam_status s_check_dimension(const filling *own, const askiam_index_entry *entry, askiam_error *error)
{
  size_t dimension = 0;
  if (askiam_index_entry_vector(entry, &dimension) == NULL || dimension == own->settings->dimension) {
    return ASKIAM_STATUS_OK;
  }
  askiam_error_set(error, ASKIAM_STATUS_CONFLICT, ASKIAM_LAYER_SEARCH,
                   "the embedder gives vectors of %zu floats, the index holds such of %zu: set embedder.dimension",
                   dimension, own->settings->dimension);
  if (error != NULL) {
    error->retryable = 0;
  }
  return ASKIAM_STATUS_CONFLICT;
}

static askiam_str s_kind(const askiam_index_entry *entry)
{
  return askiam_index_entry_kind(entry) == ASKIAM_INDEX_ROLE       ? ASKI_STR("role")
         : askiam_index_entry_kind(entry) == ASKIAM_INDEX_DOCUMENT ? ASKI_STR("document")
                                                                   : ASKI_STR("past decision");
}

askiam_status aski_opensearch_index_put(void *session, const askiam_call *call, const askiam_index_entry *entry,
                                        askiam_error *error)
{
  filling *own = session;
  const char *index = NULL;
  askiam_status status = s_check_dimension(own, entry, error);
  aski_buffer_clear(&own->lines);
  if (status != ASKIAM_STATUS_OK ||
      !aski_opensearch_write_entry(&own->lines, &index, own->settings, entry, own->generation)) {
    return status;
  }
  if (own->lines.failed) {
    return s_no_memory(error);
  }
  bool full = own->bulk.count >= own->settings->bulk_entries ||
              own->bulk.text.length + own->lines.length > ASKI_OPENSEARCH_BULK_BYTES || index != own->bulk.index;
  if (own->bulk.count > 0 && full) {
    status = s_flush(own, call, error);
  }
  return status == ASKIAM_STATUS_OK
             ? aski_opensearch_bulk_add(&own->bulk, index, aski_buffer_view(&own->lines), s_kind(entry),
                                        askiam_index_entry_text(entry, ASKIAM_INDEX_ID), error)
             : status;
}

askiam_status aski_opensearch_index_checkpoint(void *session, const askiam_call *call, askiam_str position,
                                               askiam_error *error)
{
  filling *own = session;
  if (own->bulks < BULKS_BETWEEN_PLACES) {
    return ASKIAM_STATUS_OK;
  }
  askiam_status status = s_flush(own, call, error);
  if (status == ASKIAM_STATUS_OK) {
    status = s_keep_own(own, call, true, position, error);
    own->bulks = 0;
  }
  return status;
}

askiam_status aski_opensearch_index_commit(void *session, const askiam_call *call, uint64_t *out_removed,
                                           askiam_error *error)
{
  filling *own = session;
  uint64_t removed = 0;
  const char *const indexes[] = {own->settings->metadata_index, own->settings->patterns_index};
  askiam_status status = s_flush(own, call, error);
  for (size_t i = 0; i < 2 && status == ASKIAM_STATUS_OK; ++i) {
    status =
        aski_opensearch_remove_older(own->cluster, own->settings, call, indexes[i], own->generation, &removed, error);
  }
  if (status == ASKIAM_STATUS_OK) {
    status = s_keep_own(own, call, false, ASKI_STR_NONE, error);
  }
  *out_removed = status == ASKIAM_STATUS_OK ? removed : 0;
  aski_opensearch_index_abort(own);
  return status;
}

void aski_opensearch_index_abort(void *session)
{
  filling *own = session;
  const askiam_allocator *allocator = own->cluster->allocator;
  aski_opensearch_bulk_clean_up(&own->bulk);
  aski_buffer_clean_up(&own->lines);
  aski_release(allocator, own);
}
