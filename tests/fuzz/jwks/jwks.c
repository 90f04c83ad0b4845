/* SPDX-License-Identifier: Apache-2.0
 *
 * Any bytes as a set of keys: one that is taken has keys of known algorithms, and none that could sign. */
#include <stdlib.h>

#include "auth/jwks.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void s_read(askiam_str text, bool secret)
{
  aski_jwks *set = NULL;
  askiam_status status = aski_jwks_read(&set, text, secret, "fuzz", aski_allocator_default(), NULL);
  if ((status == ASKIAM_STATUS_OK) != (aski_jwks_count(set) > 0) || status == ASKIAM_STATUS_NO_MEMORY) {
    abort();
  }
  for (size_t i = 0; i < aski_jwks_count(set); ++i) {
    const aski_jwk *key = aski_jwks_at(set, i);
    bool symmetric = key->type == ASKI_JWK_OCT;
    if (symmetric != secret || symmetric != (key->public_key == NULL) || key->algorithm == NULL ||
        aski_jwk_verify(key, text, text) == ASKI_JWK_GOOD) {
      abort();
    }
  }
  aski_jwks_destroy(set);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  askiam_str text = {(const char *)data, size};
  s_read(text, false);
  s_read(text, true);
  return 0;
}
