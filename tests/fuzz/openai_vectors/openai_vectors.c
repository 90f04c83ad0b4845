/* SPDX-License-Identifier: Apache-2.0
 *
 * Any bytes as the answer of an embedding server: what is taken is a vector of unit length for every text. */
#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "embed/openai/vectors.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  enum { DIMENSION = 3, TEXTS = 2 };
  float vectors[TEXTS][DIMENSION];
  float *places[TEXTS] = {vectors[0], vectors[1]};
  askiam_error error = ASKIAM_ERROR_INIT;
  askiam_status status = aski_openai_vectors_read(places, TEXTS, DIMENSION, (askiam_str){(const char *)data, size},
                                                  aski_allocator_default(), &error);
  if (status != ASKIAM_STATUS_OK) {
    if (error.message[0] == 0) {
      abort();
    }
    return 0;
  }
  for (size_t i = 0; i < TEXTS; ++i) {
    double sum = 0;
    for (size_t j = 0; j < DIMENSION; ++j) {
      sum += (double)vectors[i][j] * (double)vectors[i][j];
    }
    if (places[i] != NULL || !(fabs(sum - 1) < 1e-4)) {
      abort();
    }
  }
  return 0;
}
