/* SPDX-License-Identifier: Apache-2.0
 *
 * Any bytes as Titan's answer: what is taken is a vector of unit length, what is not has a message. */
#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "embed/bedrock/bedrock_embedder.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  enum { DIMENSION = 3 };
  float vector[DIMENSION] = {0};
  askiam_error error = ASKIAM_ERROR_INIT;
  askiam_status status = aski_titan_vector_read(vector, DIMENSION, (askiam_str){(const char *)data, size},
                                                aski_allocator_default(), &error);
  double sum = 0;
  for (size_t i = 0; i < DIMENSION; ++i) {
    sum += (double)vector[i] * (double)vector[i];
  }
  if (status == ASKIAM_STATUS_OK ? !(fabs(sum - 1) < 1e-2) : error.message[0] == 0) {
    abort();
  }
  return 0;
}
