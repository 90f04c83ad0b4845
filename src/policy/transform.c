/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/transform.h"

/* Of order 2^32: 7, which generates the whole group, to the power of 2^32 - 1. */
#define LAST_ROOT UINT64_C(1753635133440165772)

void aski_policy_turns_init(aski_policy_turns *out)
{
  uint64_t roots[ASKI_POLICY_ROOTS + 1]; /* [k]: of order 2^k, each the square of the next */
  roots[ASKI_POLICY_ROOTS] = LAST_ROOT;
  for (size_t k = ASKI_POLICY_ROOTS; k > 0; --k) {
    roots[k - 1] = aski_policy_modular_multiply(roots[k], roots[k]);
  }
  uint64_t inverse = roots[1]; /* of roots[zeros + 1]: its power of 2^k - 1, the product of roots[1] to roots[k] */
  uint64_t back = 1;           /* the product of the inverses of roots[2] to roots[zeros + 1] */
  for (size_t zeros = 0; zeros + 2 <= ASKI_POLICY_ROOTS; ++zeros) {
    out->items[zeros] = aski_policy_modular_multiply(roots[zeros + 2], back);
    inverse = aski_policy_modular_multiply(inverse, roots[zeros + 2]);
    back = aski_policy_modular_multiply(back, inverse);
  }
}

static inline void s_next(uint64_t *factor, const aski_policy_turns *turns, size_t block)
{
  *factor = aski_policy_modular_multiply(*factor, turns->items[__builtin_ctzll(~(unsigned long long)block)]);
}

void aski_policy_transform(const aski_policy_turns *turns, uint64_t *values, size_t size)
{
  for (size_t half = size / 2; half > 0; half /= 2) {
    uint64_t factor = 1;
    for (size_t block = 0; block * 2 * half < size; ++block) {
      uint64_t *left = values + block * 2 * half;
      uint64_t *right = left + half;
      for (size_t i = 0; i < half; ++i) {
        uint64_t turned = aski_policy_modular_multiply(right[i], factor);
        right[i] = aski_policy_modular_subtract(left[i], turned);
        left[i] = aski_policy_modular_add(left[i], turned);
      }
      s_next(&factor, turns, block);
    }
  }
}

/* The steps of the other one backwards, with its factors instead of their inverses: that leaves the places mirrored and saves a second table. */
void aski_policy_transform_back(const aski_policy_turns *turns, uint64_t *values, size_t size)
{
  for (size_t half = 1; half < size; half *= 2) {
    uint64_t factor = 1;
    for (size_t block = 0; block * 2 * half < size; ++block) {
      uint64_t *left = values + block * 2 * half;
      uint64_t *right = left + half;
      for (size_t i = 0; i < half; ++i) {
        uint64_t sum = aski_policy_modular_add(left[i], right[i]);
        right[i] = aski_policy_modular_multiply(aski_policy_modular_subtract(left[i], right[i]), factor);
        left[i] = sum;
      }
      s_next(&factor, turns, block);
    }
  }
}
