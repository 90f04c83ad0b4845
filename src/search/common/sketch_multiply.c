/* SPDX-License-Identifier: Apache-2.0 */
#include "search/common/sketch_multiply.h"

#if defined(__x86_64__) && defined(__GNUC__)
#include <cpuid.h>
#include <immintrin.h>
#endif

/* The product of each row with the query's row. The inner loop's length is fixed, and the query's numbers have two
 * bytes, so that a compiler makes of it what multiplies and adds sixteen pairs at once. */
static inline __attribute__((always_inline)) void s_multiply(float *out, const aski_sketch *sketch,
                                                             const int16_t *query)
{
  for (size_t at = 0; at < sketch->count; ++at) {
    const int8_t *row = sketch->rows + at * sketch->stride;
    int32_t sum = 0;
    for (size_t step = 0; step < sketch->stride; step += ASKI_SKETCH_STEP_BYTES) {
      for (size_t i = 0; i < ASKI_SKETCH_STEP_BYTES; ++i) {
        sum += (int32_t)row[step + i] * (int32_t)query[step + i];
      }
    }
    out[at] = (float)sum * sketch->scales[at];
  }
}

void aski_sketch_multiply_plain(float *out, const aski_sketch *sketch, const int16_t *query)
{
  s_multiply(out, sketch, query);
}

#if defined(__x86_64__) && defined(__GNUC__)
__attribute__((target("avx2"))) static void s_multiply_avx2(float *out, const aski_sketch *sketch, const int16_t *query)
{
  s_multiply(out, sketch, query);
}

__attribute__((target("xsave"))) static bool s_system_keeps_wide_registers(void) { return (_xgetbv(0) & 6) == 6; }

/* What __builtin_cpu_supports("avx2") says, which needs a part of the compiler's run-time library. */
static bool s_has_avx2(void)
{
  unsigned a = 0;
  unsigned b = 0;
  unsigned c = 0;
  unsigned d = 0;
  bool wide = __get_cpuid(1, &a, &b, &c, &d) == 1 && (c & bit_OSXSAVE) != 0 && s_system_keeps_wide_registers();
  return wide && __get_cpuid_count(7, 0, &a, &b, &c, &d) == 1 && (b & bit_AVX2) != 0;
}

aski_sketch_multiply *aski_sketch_best_multiply(void)
{
  return s_has_avx2() ? s_multiply_avx2 : aski_sketch_multiply_plain;
}
#else
aski_sketch_multiply *aski_sketch_best_multiply(void) { return aski_sketch_multiply_plain; }
#endif
