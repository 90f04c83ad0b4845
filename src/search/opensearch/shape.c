/* SPDX-License-Identifier: Apache-2.0
 *
 * Creating the indexes, and telling whether those that are there were made as the configuration has it. */
#include "indexing.h"

#include <stdio.h>

#include "mapping.h"
#include "self.h"

static askiam_status s_no_memory(askiam_error *error)
{
  return askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_SEARCH, "out of memory");
}

/* An index by its name: it needs no escaping. */
static askiam_status s_send(const aski_opensearch *cluster, const askiam_call *call, aski_http_method method,
                            const char *index, askiam_str body, aski_http_response *response, askiam_error *error)
{
  char path[ASKI_OPENSEARCH_INDEX_MAX_BYTES + 2] = "/";
  size_t length = strlen(index);
  memcpy(path + 1, index, length + 1);
  const aski_opensearch_request request = {.method = method,
                                           .path = {path, length + 1},
                                           .content_type = aski_str_present(body) ? "application/json" : NULL,
                                           .body = body};
  return aski_opensearch_send(cluster, call, &request, response, error);
}

/* {"NAME": {"mappings": {…}, …}}: NAME is another one where `index` is an alias. */
static const aski_json *s_mappings(const aski_json *root)
{
  const aski_json *first = aski_json_count(root) == 1 ? aski_json_first(root) : NULL;
  const aski_json *mappings = aski_json_get(first, "mappings");
  return mappings != NULL && aski_json_type_of(mappings) == ASKI_JSON_OBJECT ? mappings : NULL;
}

askiam_status aski_opensearch_read_shape(aski_opensearch_shape *out_shape, const aski_opensearch *cluster,
                                         const askiam_call *call, const char *index, askiam_error *error)
{
  aski_http_response response;
  *out_shape = (aski_opensearch_shape){.document = NULL};
  aski_http_response_init(&response, cluster->allocator);
  askiam_status status = s_send(cluster, call, ASKI_HTTP_GET, index, ASKI_STR_NONE, &response, error);
  if (status == ASKIAM_STATUS_OK) {
    status = aski_json_parse_bounded(&out_shape->document, aski_buffer_view(&response.body), ASKI_OPENSEARCH_VALUES_MAX,
                                     cluster->allocator, ASKIAM_LAYER_SEARCH, NULL);
    out_shape->mappings = status == ASKIAM_STATUS_OK ? s_mappings(aski_json_root(out_shape->document)) : NULL;
    if (status == ASKIAM_STATUS_NO_MEMORY) {
      status = s_no_memory(error);
    } else if (out_shape->mappings == NULL) {
      aski_json_destroy(out_shape->document);
      out_shape->document = NULL;
      status = askiam_error_set(error, ASKIAM_STATUS_UNAVAILABLE, ASKIAM_LAYER_SEARCH,
                                "the cluster does not tell the mappings of one index for %s", index);
    }
  }
  aski_http_response_clean_up(&response);
  return status;
}

/* No retry mends it. */
static askiam_status s_made_otherwise(askiam_error *error)
{
  if (error != NULL) {
    error->retryable = 0;
  }
  return ASKIAM_STATUS_CONFLICT;
}

static askiam_status s_differs(const char *index, const char *what, askiam_str has, const char *key, askiam_str wanted,
                               askiam_error *error)
{
  askiam_str shown = aski_str_present(has) ? aski_str_slice(has, 0, 40) : ASKI_STR("unknown");
  askiam_error_set(
      error, ASKIAM_STATUS_CONFLICT, ASKIAM_LAYER_SEARCH,
      "the index %s was made with %s %.*s, and %s is %.*s: change the setting, or remove the index and run "
      "`askiam index create`",
      index, what, ASKI_STR_ARG(shown), key, ASKI_STR_ARG(wanted));
  return s_made_otherwise(error);
}

static askiam_status s_check_vectors(const aski_json *mappings, const aski_opensearch_settings *settings,
                                     const char *index, askiam_error *error)
{
  const aski_json *field = aski_json_get(aski_json_get(mappings, "properties"), "embedding");
  const aski_json *method = aski_json_get(field, "method");
  const aski_json *space = aski_json_get(method, "space_type");
  askiam_str engine = aski_json_string(aski_json_get(method, "engine"));
  askiam_str space_name = aski_json_string(space != NULL ? space : aski_json_get(field, "space_type"));
  const char *wanted_space = aski_opensearch_space_name(settings->space);
  uint64_t dimension = 0;
  if (!aski_json_unsigned(aski_json_get(field, "dimension"), &dimension) || dimension != settings->dimension) {
    char has[24];
    char wanted[24];
    snprintf(has, sizeof has, "%llu", (unsigned long long)dimension);
    snprintf(wanted, sizeof wanted, "%zu", settings->dimension);
    return s_differs(index, "vectors of the dimension", askiam_str_from(has), "embedder.dimension",
                     askiam_str_from(wanted), error);
  }
  if (!aski_str_equal_text(engine, settings->engine)) {
    return s_differs(index, "the engine", engine, "opensearch.engine", askiam_str_from(settings->engine), error);
  }
  return aski_str_equal_text(space_name, wanted_space)
             ? ASKIAM_STATUS_OK
             : s_differs(index, "the space", space_name, "opensearch.space", askiam_str_from(wanted_space), error);
}

static askiam_status s_check(const aski_opensearch_shape *shape, const aski_opensearch_settings *settings,
                             const char *index, askiam_error *error)
{
  int64_t schema = 0;
  const aski_json *meta = aski_json_get(shape->mappings, "_meta");
  if (!aski_json_integer(aski_json_get(meta, "askiam_schema"), &schema) || schema != ASKI_OPENSEARCH_SCHEMA) {
    askiam_error_set(error, ASKIAM_STATUS_CONFLICT, ASKIAM_LAYER_SEARCH,
                     "the index %s was not made by `askiam index create` of this version: remove it, or choose "
                     "another name with opensearch.metadata_index and opensearch.patterns_index",
                     index);
    return s_made_otherwise(error);
  }
  return strcmp(index, settings->metadata_index) == 0 ? s_check_vectors(shape->mappings, settings, index, error)
                                                      : ASKIAM_STATUS_OK;
}

askiam_status aski_opensearch_look(aski_opensearch_shape *out_shape, const aski_opensearch *cluster,
                                   const aski_opensearch_settings *settings, const askiam_call *call, const char *index,
                                   askiam_error *error)
{
  askiam_status status = aski_opensearch_read_shape(out_shape, cluster, call, index, error);
  return status == ASKIAM_STATUS_OK ? s_check(out_shape, settings, index, error) : status;
}

static askiam_status s_look(const aski_opensearch_search_self *self, const askiam_call *call, const char *index,
                            askiam_error *error)
{
  aski_opensearch_shape shape;
  askiam_status status = aski_opensearch_look(&shape, &self->cluster, &self->settings, call, index, error);
  aski_json_destroy(shape.document);
  return status;
}

static askiam_status s_put(const aski_opensearch_search_self *self, const askiam_call *call, const char *index,
                           askiam_error *error)
{
  aski_http_response response;
  aski_buffer body;
  aski_http_response_init(&response, self->cluster.allocator);
  aski_buffer_init(&body, self->cluster.allocator);
  if (strcmp(index, self->settings.metadata_index) == 0) {
    aski_opensearch_metadata_mapping(&body, &self->settings);
  } else {
    aski_opensearch_patterns_mapping(&body, &self->settings);
  }
  askiam_status status =
      body.failed ? s_no_memory(error)
                  : s_send(&self->cluster, call, ASKI_HTTP_PUT, index, aski_buffer_view(&body), &response, error);
  aski_buffer_clean_up(&body);
  aski_http_response_clean_up(&response);
  return status;
}

/* What is refused may have been created by somebody else a moment ago, or by an attempt whose answer was lost. */
static askiam_status s_create(const aski_opensearch_search_self *self, const askiam_call *call, const char *index,
                              int *out_created, askiam_error *error)
{
  askiam_status status = s_look(self, call, index, error);
  if (status != ASKIAM_STATUS_NOT_FOUND) {
    return status;
  }
  status = s_put(self, call, index, error);
  if (status == ASKIAM_STATUS_OK) {
    ++*out_created;
  }
  return status == ASKIAM_STATUS_BAD_DATA && s_look(self, call, index, NULL) == ASKIAM_STATUS_OK ? ASKIAM_STATUS_OK
                                                                                                 : status;
}

askiam_status aski_opensearch_index_create(void *self, const askiam_call *call, int *out_created, askiam_error *error)
{
  const aski_opensearch_search_self *own = self;
  *out_created = 0;
  askiam_status status = s_create(own, call, own->settings.metadata_index, out_created, error);
  return status == ASKIAM_STATUS_OK ? s_create(own, call, own->settings.patterns_index, out_created, error) : status;
}
