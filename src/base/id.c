/* SPDX-License-Identifier: Apache-2.0 */
#include "base/id.h"

#include <stdio.h>

#include "base/hash.h"

bool aski_id_new(char out[ASKI_ID_BYTES], const char *prefix, int64_t now_ms, const aski_random_source *random)
{
  unsigned char bytes[16];
  bool filled = random == NULL ? aski_random(bytes + 6, 10) : random->fill(random->context, bytes + 6, 10);
  if (!filled) {
    return false;
  }
  uint64_t time = now_ms < 0 ? 0 : (uint64_t)now_ms;
  for (int i = 0; i < 6; ++i) {
    bytes[i] = (unsigned char)(time >> (40 - 8 * i));
  }
  bytes[6] = (unsigned char)((bytes[6] & 0x0f) | 0x70);
  bytes[8] = (unsigned char)((bytes[8] & 0x3f) | 0x80);
  char digits[33];
  aski_hex(bytes, sizeof bytes, digits);
  snprintf(out, ASKI_ID_BYTES, "%.8s-%.8s-%.4s-%.4s-%.4s-%.12s", prefix, digits, digits + 8, digits + 12, digits + 16,
           digits + 20);
  return true;
}
