/* SPDX-License-Identifier: Apache-2.0 */
#include "support/allocator.h"

#include <stdbool.h>
#include <stdlib.h>

/* Counters are atomic: engines may allocate on several threads. */
static bool s_fails(test_allocator *allocator)
{
  long request = __atomic_add_fetch(&allocator->requests, 1, __ATOMIC_RELAXED);
  long fail_at = __atomic_load_n(&allocator->fail_at, __ATOMIC_RELAXED);
  return fail_at > 0 && request >= fail_at;
}

static void *s_acquire(void *context, size_t size_bytes)
{
  test_allocator *allocator = context;
  void *memory = s_fails(allocator) ? NULL : malloc(size_bytes);
  if (memory != NULL) {
    __atomic_add_fetch(&allocator->outstanding, 1, __ATOMIC_RELAXED);
  }
  return memory;
}

static void *s_resize(void *context, void *memory, size_t size_bytes)
{
  test_allocator *allocator = context;
  if (memory == NULL) {
    return s_acquire(context, size_bytes);
  }
  return s_fails(allocator) ? NULL : realloc(memory, size_bytes);
}

static void s_release(void *context, void *memory)
{
  test_allocator *allocator = context;
  if (memory != NULL) {
    __atomic_sub_fetch(&allocator->outstanding, 1, __ATOMIC_RELAXED);
    free(memory);
  }
}

void test_allocator_init(test_allocator *allocator)
{
  *allocator = (test_allocator){.base = {s_acquire, s_resize, s_release, allocator}};
}

void test_allocator_fail_at(test_allocator *allocator, long fail_at)
{
  __atomic_store_n(&allocator->requests, 0, __ATOMIC_RELAXED);
  __atomic_store_n(&allocator->fail_at, fail_at, __ATOMIC_RELAXED);
}

long test_allocator_requests(const test_allocator *allocator)
{
  return __atomic_load_n(&allocator->requests, __ATOMIC_RELAXED);
}
