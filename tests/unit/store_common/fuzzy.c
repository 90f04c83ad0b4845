/* SPDX-License-Identifier: Apache-2.0
 *
 * The fuzzy index by itself, against a brute force: what is within the distance shares a hash. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "base/text.h"
#include "store/common/fuzzy.h"

static bool s_share(const char *name, const char *term, unsigned distance)
{
  aski_arena arena;
  aski_arena_init(&arena, aski_allocator_default());
  aski_store_hashes entries = {0};
  aski_store_hashes probes = {0};
  aski_store_fuzzy_entries(&entries, &arena, askiam_str_from(name));
  aski_store_fuzzy_probes(&probes, &arena, askiam_str_from(term), distance);
  bool shared = false;
  for (size_t i = 0, j = 0; i < entries.count && j < probes.count && !shared;) {
    shared = entries.items[i] == probes.items[j];
    (void)(entries.items[i] < probes.items[j] ? ++i : ++j);
  }
  aski_arena_clean_up(&arena);
  return shared;
}

/* All texts of two letters up to seven long, by pairs with their edited selves. */
static void fuzzy__short_texts_are_complete(void **state)
{
  (void)state;
  srand(11);
  for (int i = 0; i < 60000; ++i) {
    char left[10] = {0};
    char right[10] = {0};
    int left_length = 1 + rand() % 8;
    int right_length = 1 + rand() % 8;
    for (int k = 0; k < left_length; ++k) {
      left[k] = "ab"[rand() % 2];
    }
    for (int k = 0; k < right_length; ++k) {
      right[k] = "ab"[rand() % 2];
    }
    unsigned limit = 1 + (unsigned)rand() % 3;
    if (aski_text_distance(askiam_str_from(left), askiam_str_from(right), limit) <= limit) {
      if (!s_share(left, right, limit)) {
        fail_msg("%s and %s within %u", left, right, limit);
      }
    }
  }
}

static void fuzzy__a_swap_across_the_middle_is_found(void **state)
{
  (void)state;
  assert_true(s_share("abcdefgh", "abcedfgh", 1));
  assert_true(s_share("abcdefgh", "abXcedfgh", 2));
  assert_true(s_share("abcdefgh", "aXcedfYh", 3));
  assert_true(s_share("abcdefgh", "bacedfhg", 3));
}

static void fuzzy__digits_are_never_edited(void **state)
{
  (void)state;
  assert_false(s_share("region1manager", "region2manager", 3));
  assert_true(s_share("region1manager", "region1menager", 1));
}

static void fuzzy__letters_of_many_bytes_count_as_one(void **state)
{
  (void)state;
  assert_true(s_share("\xd1\x80\xd0\xbe\xd0\xbb\xd1\x8c", "\xd1\x80\xd0\xb0\xd0\xbb\xd1\x8c", 1));
}

static void fuzzy__unlike_texts_seldom_meet(void **state)
{
  (void)state;
  assert_false(s_share("administrator", "payrollclerk", 3));
  assert_false(s_share("workday", "salesforce", 2));
}

static void fuzzy__long_texts_are_left_to_exact_search(void **state)
{
  (void)state;
  char name[200];
  memset(name, 'a', sizeof name - 1);
  name[sizeof name - 1] = 0;
  assert_false(s_share(name, name, 3));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(fuzzy__short_texts_are_complete), cmocka_unit_test(fuzzy__a_swap_across_the_middle_is_found),
      cmocka_unit_test(fuzzy__digits_are_never_edited),  cmocka_unit_test(fuzzy__letters_of_many_bytes_count_as_one),
      cmocka_unit_test(fuzzy__unlike_texts_seldom_meet), cmocka_unit_test(fuzzy__long_texts_are_left_to_exact_search),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
