/* SPDX-License-Identifier: Apache-2.0 */
#include "vectors.h"

#include <math.h>

#include "json/json.h"

static askiam_status s_wrong(askiam_error *error, const char *what)
{
  return askiam_error_set(error, ASKIAM_STATUS_UNAVAILABLE, ASKIAM_LAYER_EMBEDDER,
                          "the embedding server's answer is not as OpenAI's protocol has it: %s", what);
}

/* Numbers that single precision holds; their length, squared, goes to *out_sum. */
static bool s_read_numbers(float *place, const aski_json *list, double *out_sum)
{
  *out_sum = 0;
  for (const aski_json *item = aski_json_first(list); item != NULL; item = aski_json_next(item)) {
    double value = aski_json_number(item, (double)NAN);
    if (!(fabs(value) <= 3.4e38)) {
      return false;
    }
    *place = (float)value;
    *out_sum += (double)*place * (double)*place;
    ++place;
  }
  return true;
}

static askiam_status s_read_vector(float *place, size_t dimension, const aski_json *list, askiam_error *error)
{
  if (list == NULL || aski_json_type_of(list) != ASKI_JSON_ARRAY) {
    return s_wrong(error, "an item has no list \"embedding\"");
  }
  size_t length = aski_json_count(list);
  if (length != dimension) {
    return askiam_error_set(error, ASKIAM_STATUS_CONFIG, ASKIAM_LAYER_EMBEDDER,
                            "the model's vectors have %zu floats, embedder.dimension says %zu", length, dimension);
  }
  double sum = 0;
  if (!s_read_numbers(place, list, &sum)) {
    return s_wrong(error, "a vector holds what is no finite number");
  }
  if (!(sum > 0)) {
    return s_wrong(error, "a vector is all zeros");
  }
  double factor = 1.0 / sqrt(sum);
  for (size_t i = 0; i < dimension; ++i) {
    place[i] = (float)((double)place[i] * factor);
  }
  return ASKIAM_STATUS_OK;
}

static askiam_status s_read_all(float **places, size_t count, size_t dimension, const aski_json *root,
                                askiam_error *error)
{
  const aski_json *data = aski_json_get(root, "data");
  if (data == NULL || aski_json_type_of(data) != ASKI_JSON_ARRAY) {
    return s_wrong(error, "there is no list \"data\"");
  }
  if (aski_json_count(data) != count) {
    return s_wrong(error, "there is not one vector for each text");
  }
  for (const aski_json *item = aski_json_first(data); item != NULL; item = aski_json_next(item)) {
    uint64_t index = 0;
    if (!aski_json_unsigned(aski_json_get(item, "index"), &index) || index >= count) {
      return s_wrong(error, "an \"index\" is that of no text");
    }
    if (places[index] == NULL) {
      return s_wrong(error, "an \"index\" comes twice");
    }
    askiam_status status = s_read_vector(places[index], dimension, aski_json_get(item, "embedding"), error);
    if (status != ASKIAM_STATUS_OK) {
      return status;
    }
    places[index] = NULL;
  }
  return ASKIAM_STATUS_OK;
}

askiam_status aski_openai_vectors_read(float **places, size_t count, size_t dimension, askiam_str json,
                                       const askiam_allocator *allocator, askiam_error *error)
{
  aski_json_document *document = NULL;
  askiam_error said = ASKIAM_ERROR_INIT;
  askiam_status status = aski_json_parse(&document, json, allocator, ASKIAM_LAYER_EMBEDDER, &said);
  if (status != ASKIAM_STATUS_OK) {
    return status == ASKIAM_STATUS_BAD_DATA ? s_wrong(error, said.message)
                                            : askiam_error_set(error, status, ASKIAM_LAYER_EMBEDDER, "out of memory");
  }
  status = s_read_all(places, count, dimension, aski_json_root(document), error);
  aski_json_destroy(document);
  return status;
}
