/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/memory.h"
#include "support/allocator.h"

static void base__arena_gives_aligned_zeroed_memory_and_frees_it_all(void **state)
{
  (void)state;
  test_allocator allocator;
  test_allocator_init(&allocator);
  aski_arena arena;
  aski_arena_init(&arena, &allocator.base);
  for (size_t size = 0; size < 3000; size += 7) {
    unsigned char *memory = aski_arena_acquire(&arena, 1, size);
    assert_non_null(memory);
    assert_int_equal((uintptr_t)memory % 16, 0);
    for (size_t i = 0; i < size; ++i) {
      assert_int_equal(memory[i], 0);
      memory[i] = 0xAA;
    }
  }
  assert_null(aski_arena_acquire(&arena, SIZE_MAX / 2, 16));
  assert_true(arena.failed);
  aski_arena_clean_up(&arena);
  assert_int_equal(allocator.outstanding, 0);
}

static void base__lists_grow_in_an_arena(void **state)
{
  (void)state;
  test_allocator allocator;
  test_allocator_init(&allocator);
  bool done = false;
  for (long at = 1; !done; ++at) {
    test_allocator_fail_at(&allocator, at);
    aski_arena arena;
    aski_arena_init(&arena, &allocator.base);
    struct {
      int *items;
      size_t count, capacity;
    } list = {NULL, 0, 0};
    int wanted = 0;
    for (; wanted < 5000; ++wanted) {
      int *item = ASKI_ARENA_PUSH(&arena, &list);
      if (item == NULL) {
        break;
      }
      *item = wanted;
    }
    done = wanted == 5000;
    assert_true(done != arena.failed);
    for (size_t i = 0; i < list.count; ++i) {
      assert_int_equal(list.items[i], (int)i);
    }
    aski_arena_clean_up(&arena);
    assert_int_equal(allocator.outstanding, 0);
  }
}

static void base__buffer_remembers_that_memory_ran_out(void **state)
{
  (void)state;
  test_allocator allocator;
  test_allocator_init(&allocator);
  aski_buffer buffer;
  aski_buffer_init(&buffer, &allocator.base);
  aski_buffer_append_format(&buffer, "%d-%s", 42, "x");
  assert_string_equal(buffer.data, "42-x");
  test_allocator_fail_at(&allocator, 1);
  for (int i = 0; i < 100; ++i) {
    aski_buffer_append_text(&buffer, "more");
  }
  assert_true(buffer.failed);
  assert_int_equal(buffer.data[buffer.length], 0);
  aski_buffer_clean_up(&buffer);
  assert_int_equal(allocator.outstanding, 0);
}

static void base__views_compare_trim_and_slice(void **state)
{
  (void)state;
  assert_true(aski_str_equal(ASKI_STR_NONE, ASKI_STR("")));
  assert_true(aski_str_compare(ASKI_STR("a"), ASKI_STR("ab")) < 0);
  assert_true(aski_str_compare(ASKI_STR("b"), ASKI_STR("ab")) > 0);
  assert_true(aski_str_equal_text(aski_str_trim(ASKI_STR(" \t a b\n")), "a b"));
  assert_true(aski_str_equal_text(aski_str_slice(ASKI_STR("abc"), 1, 99), "bc"));
  assert_int_equal(aski_str_slice(ASKI_STR("abc"), 9, 1).length, 0);
  assert_true(aski_str_starts(ASKI_STR("sqlite:x"), ASKI_STR("sqlite:")));
  assert_true(aski_str_ends(ASKI_STR("a.json"), ASKI_STR(".json")));
  assert_true(aski_str_ends(ASKI_STR("a"), ASKI_STR("")));
  assert_false(aski_str_ends(ASKI_STR("a.jsonl"), ASKI_STR(".json")));
  assert_false(aski_str_ends(ASKI_STR("json"), ASKI_STR(".json")));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(base__arena_gives_aligned_zeroed_memory_and_frees_it_all),
      cmocka_unit_test(base__lists_grow_in_an_arena),
      cmocka_unit_test(base__buffer_remembers_that_memory_ran_out),
      cmocka_unit_test(base__views_compare_trim_and_slice),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
