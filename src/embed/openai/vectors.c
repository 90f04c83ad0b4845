/* SPDX-License-Identifier: Apache-2.0 */
#include "vectors.h"

#include "embed/common/vector.h"

static askiam_status s_read_all(float **places, size_t count, size_t dimension, const aski_json *root,
                                askiam_error *error)
{
  const aski_json *data = aski_json_get(root, "data");
  if (data == NULL || aski_json_type_of(data) != ASKI_JSON_ARRAY) {
    return aski_vector_wrong(error, "there is no list \"data\"");
  }
  if (aski_json_count(data) != count) {
    return aski_vector_wrong(error, "there is not one vector for each text");
  }
  for (const aski_json *item = aski_json_first(data); item != NULL; item = aski_json_next(item)) {
    uint64_t index = 0;
    if (!aski_json_unsigned(aski_json_get(item, "index"), &index) || index >= count) {
      return aski_vector_wrong(error, "an \"index\" is that of no text");
    }
    if (places[index] == NULL) {
      return aski_vector_wrong(error, "an \"index\" comes twice");
    }
    askiam_status status = aski_vector_read(places[index], dimension, aski_json_get(item, "embedding"), error);
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
  askiam_status status = aski_json_parse_bounded(&document, json, ASKI_VECTOR_SPARE_VALUES + count * (dimension + 8),
                                                 allocator, ASKIAM_LAYER_EMBEDDER, &said);
  if (status != ASKIAM_STATUS_OK) {
    return status == ASKIAM_STATUS_BAD_DATA ? aski_vector_wrong(error, said.message)
                                            : askiam_error_set(error, status, ASKIAM_LAYER_EMBEDDER, "out of memory");
  }
  status = s_read_all(places, count, dimension, aski_json_root(document), error);
  aski_json_destroy(document);
  return status;
}
