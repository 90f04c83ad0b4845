/* SPDX-License-Identifier: Apache-2.0
 *
 * The hashes of the room: 64 bits, byte by byte (FNV-1a), so that one walk over a resource gives the hash of each of its beginnings. They
 * only narrow a search: what is found by hash is compared in full. */
#ifndef ASKI_POLICY_HASH_H
#define ASKI_POLICY_HASH_H

#include "base/str.h"

#define ASKI_POLICY_HASH_START UINT64_C(0xcbf29ce484222325)

static inline char aski_policy_lower(char byte)
{
  return byte >= 'A' && byte <= 'Z' ? (char)(byte + ('a' - 'A')) : byte;
}

static inline uint64_t aski_policy_hash_byte(uint64_t state, char byte)
{
  return (state ^ (unsigned char)byte) * UINT64_C(0x100000001b3);
}

/* A state's last step: spreads it over all bits. */
static inline uint64_t aski_policy_hash_end(uint64_t state)
{
  state ^= state >> 33;
  state *= UINT64_C(0xff51afd7ed558ccd);
  return state ^ (state >> 32);
}

/* Two hashes as one; the order counts. */
static inline uint64_t aski_policy_hash_join(uint64_t left, uint64_t right)
{
  return aski_policy_hash_end((left * UINT64_C(0x9e3779b97f4a7c15)) ^ right);
}

static inline uint64_t aski_policy_hash_text(askiam_str text)
{
  uint64_t state = ASKI_POLICY_HASH_START;
  for (size_t i = 0; i < text.length; ++i) {
    state = aski_policy_hash_byte(state, text.data[i]);
  }
  return aski_policy_hash_end(state);
}

static inline bool aski_policy_equal_caseless(askiam_str left, askiam_str right)
{
  if (left.length != right.length) {
    return false;
  }
  for (size_t i = 0; i < left.length; ++i) {
    if (aski_policy_lower(left.data[i]) != aski_policy_lower(right.data[i])) {
      return false;
    }
  }
  return true;
}

#endif
