/* SPDX-License-Identifier: Apache-2.0
 *
 * Convolutions: against the sum that they are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* after the four that it needs */
#include <cmocka.h>

#include "policy/transform.h"
#include "unit/policy/chance.h"

enum { MOST = 256 };

static uint64_t s_random(chance *dice)
{
  uint64_t value = 0;
  for (int i = 0; i < 4; ++i) {
    value = value << 16 | chance_below(dice, 1 << 16);
  }
  return value % ASKI_POLICY_PRIME;
}

/* By doubling and adding. */
static uint64_t s_product(uint64_t left, uint64_t right)
{
  uint64_t product = 0;
  for (int bit = 63; bit >= 0; --bit) {
    product = aski_policy_modular_add(product, product);
    product = aski_policy_modular_add(product, (right >> bit & 1) != 0 ? left : 0);
  }
  return product;
}

static void policy__products_are_those_modulo_the_prime(void **state)
{
  (void)state;
  static const uint64_t edges[] = {0, 1, 2, 0xffffffff, 0x100000000, ASKI_POLICY_PRIME - 1, ASKI_POLICY_PRIME - 2};
  for (size_t i = 0; i < sizeof edges / sizeof *edges; ++i) {
    for (size_t j = 0; j < sizeof edges / sizeof *edges; ++j) {
      assert_true(aski_policy_modular_multiply(edges[i], edges[j]) == s_product(edges[i], edges[j]));
      uint64_t difference = aski_policy_modular_subtract(edges[i], edges[j]);
      assert_true(difference < ASKI_POLICY_PRIME && aski_policy_modular_add(difference, edges[j]) == edges[i]);
    }
  }
  chance dice = {1971};
  for (int round = 0; round < 10000; ++round) {
    uint64_t left = s_random(&dice);
    uint64_t right = s_random(&dice);
    assert_true(aski_policy_modular_multiply(left, right) == s_product(left, right));
  }
}

static void policy__transforms_make_convolutions(void **state)
{
  (void)state;
  chance dice = {7};
  aski_policy_turns turns;
  aski_policy_turns_init(&turns);
  for (size_t size = 1; size <= MOST; size *= 2) {
    uint64_t left[MOST];
    uint64_t right[MOST];
    uint64_t expected[MOST] = {0};
    for (size_t i = 0; i < size; ++i) {
      left[i] = s_random(&dice);
      right[i] = s_random(&dice);
    }
    for (size_t i = 0; i < size; ++i) {
      for (size_t j = 0; j < size; ++j) {
        uint64_t *sum = &expected[(i + j) % size];
        *sum = aski_policy_modular_add(*sum, aski_policy_modular_multiply(left[i], right[j]));
      }
    }
    aski_policy_transform(&turns, left, size);
    aski_policy_transform(&turns, right, size);
    for (size_t i = 0; i < size; ++i) {
      left[i] = aski_policy_modular_multiply(left[i], right[i]);
    }
    aski_policy_transform_back(&turns, left, size);
    for (size_t i = 0; i < size; ++i) {
      assert_true(left[(size - i) % size] == aski_policy_modular_multiply(expected[i], size));
    }
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(policy__products_are_those_modulo_the_prime),
      cmocka_unit_test(policy__transforms_make_convolutions),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
