/* SPDX-License-Identifier: Apache-2.0
 *
 * Exact convolutions in near-linear time: Fourier's transform over the numbers modulo 2^64 - 2^32 + 1, a prime. It has roots of unity of every order up
 * to 2^32, and a product is reduced by a few additions since 2^64 is 2^32 - 1 there and 2^96 is -1. Sums below the prime come out as they are:
 * nothing is rounded. (J. M. Pollard, "The Fast Fourier Transform in a Finite Field", Mathematics of Computation 25, 1971.) */
#ifndef ASKI_POLICY_TRANSFORM_H
#define ASKI_POLICY_TRANSFORM_H

#include <stddef.h>
#include <stdint.h>

#define ASKI_POLICY_PRIME UINT64_C(0xffffffff00000001)

/* All ones where it holds: without branches, since none could be foretold. */
static inline uint64_t aski_policy_mask(int holds) { return 0 - (uint64_t)holds; }

static inline uint64_t aski_policy_modular_add(uint64_t left, uint64_t right)
{
  uint64_t sum = left + right;
  return sum - (ASKI_POLICY_PRIME & aski_policy_mask((sum < left) | (sum >= ASKI_POLICY_PRIME)));
}

static inline uint64_t aski_policy_modular_subtract(uint64_t left, uint64_t right)
{
  return left - right + (ASKI_POLICY_PRIME & aski_policy_mask(left < right));
}

/* By halves, so that it needs no type of 128 bits; high · 2^64 + low is then reduced. */
static inline uint64_t aski_policy_modular_multiply(uint64_t left, uint64_t right)
{
  const uint64_t mask = UINT64_C(0xffffffff);
  uint64_t product = (left & mask) * (right & mask);
  uint64_t first = (left >> 32) * (right & mask) + (product >> 32);
  uint64_t second = (left & mask) * (right >> 32) + (first & mask);
  uint64_t high = (left >> 32) * (right >> 32) + (first >> 32) + (second >> 32);
  uint64_t low = second << 32 | (product & mask);
  uint64_t rest = low - (high >> 32) - (mask & aski_policy_mask(low < high >> 32));
  uint64_t sum = rest + (high & mask) * mask;
  sum += mask & aski_policy_mask(sum < rest);
  return sum - (ASKI_POLICY_PRIME & aski_policy_mask(sum >= ASKI_POLICY_PRIME));
}

/* What the factor of one block of a transform is multiplied by to be that of the next: the factors are the powers of a root in the order of their
 * reversed bits, and counting from k to k + 1 turns the lowest 0 of k into a 1 and the 1s below it into 0s. [z]: for z 1s below. */
enum { ASKI_POLICY_ROOTS = 32 };
typedef struct aski_policy_turns {
  uint64_t items[ASKI_POLICY_ROOTS - 1];
} aski_policy_turns;

void aski_policy_turns_init(aski_policy_turns *out);
/* In place, of `size` values below the prime, a power of two up to 2^32. The result is in an order of its own, the same for all of one size. */
void aski_policy_transform(const aski_policy_turns *turns, uint64_t *values, size_t size);
/* From that order back: gives each value `size` times, the one of place i at place -i modulo `size`. */
void aski_policy_transform_back(const aski_policy_turns *turns, uint64_t *values, size_t size);

#endif
