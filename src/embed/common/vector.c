/* SPDX-License-Identifier: Apache-2.0 */
#include "embed/common/vector.h"

#include <math.h>

#include "base/text.h"

askiam_status aski_vector_text(askiam_str *text, bool *out_blank, size_t limit, size_t number, askiam_error *error)
{
  *out_blank = true;
  if (!aski_text_valid(*text)) {
    return askiam_error_set(error, ASKIAM_STATUS_BAD_DATA, ASKIAM_LAYER_EMBEDDER, "text %zu is not UTF-8", number);
  }
  *out_blank = aski_text_blank(*text);
  text->length = text->length <= limit ? text->length : aski_text_cut(*text, limit);
  return ASKIAM_STATUS_OK;
}

askiam_status aski_vector_wrong(askiam_error *error, const char *what)
{
  return askiam_error_set(error, ASKIAM_STATUS_UNAVAILABLE, ASKIAM_LAYER_EMBEDDER,
                          "the embedding server's answer is not what was asked for: %s", what);
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

askiam_status aski_vector_read(float *place, size_t dimension, const aski_json *list, askiam_error *error)
{
  if (list == NULL || aski_json_type_of(list) != ASKI_JSON_ARRAY) {
    return aski_vector_wrong(error, "there is no list \"embedding\"");
  }
  size_t length = aski_json_count(list);
  if (length != dimension) {
    return askiam_error_set(error, ASKIAM_STATUS_CONFIG, ASKIAM_LAYER_EMBEDDER,
                            "the model's vectors have %zu floats, embedder.dimension says %zu", length, dimension);
  }
  double sum = 0;
  if (!s_read_numbers(place, list, &sum)) {
    return aski_vector_wrong(error, "a vector holds what is no finite number");
  }
  if (!(sum > 0)) {
    return aski_vector_wrong(error, "a vector is all zeros");
  }
  double factor = 1.0 / sqrt(sum);
  for (size_t i = 0; i < dimension; ++i) {
    place[i] = (float)((double)place[i] * factor);
  }
  return ASKIAM_STATUS_OK;
}
