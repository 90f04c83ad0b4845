/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <askiam/backend/catalogue.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "support/allocator.h"

static void s_assert_key(const char *name, const char *wanted)
{
  char key[128];
  size_t length = askiam_text_key(key, sizeof key, askiam_str_from(name));
  assert_string_equal(key, wanted);
  assert_int_equal(length, strlen(wanted));
}

static void base__key_folds_case_width_and_diacritics(void **state)
{
  (void)state;
  s_assert_key("HR Analyst", "hr analyst");
  s_assert_key("  hr_analyst--(EU) ", "hr analyst eu");
  s_assert_key("Jos\u00e9 O'Neil", "jose o neil");
  s_assert_key("Jose\u0301 O\u2019Neil", "jose o neil");
  s_assert_key("\uff37orkday", "workday");
  s_assert_key("\u00d8rsted Gro\u00dfe", "orsted grosse");
  s_assert_key("Work\u200bday", "workday");
  s_assert_key("", "");
  s_assert_key("--", "");
}

static void base__key_keeps_confusables_and_foreign_marks_apart(void **state)
{
  (void)state;
  s_assert_key("W\u043erkday", "w\u043erkday");
  s_assert_key("\u0439", "\u0439");
  s_assert_key("\u0915\u093f", "\u0915\u093f");
  s_assert_key("\u4eba\u4e8b", "\u4eba\u4e8b");
}

static void base__key_of_a_key_is_the_key(void **state)
{
  (void)state;
  static const char *const names[] = {"\u1e9e\u0130\u0149x", "A\u030a\u0327b", "\ufb03 \u2460 \u00bd", "\u03a3\u03c2",
                                      "R&D C++"};
  for (size_t i = 0; i < sizeof names / sizeof *names; ++i) {
    char once[128];
    char twice[128];
    askiam_text_key(once, sizeof once, askiam_str_from(names[i]));
    askiam_text_key(twice, sizeof twice, askiam_str_from(once));
    assert_string_equal(once, twice);
  }
}

static void base__key_refuses_what_is_not_utf8_and_never_overflows(void **state)
{
  (void)state;
  char key[8] = "before";
  assert_true(askiam_text_key(key, sizeof key, askiam_str_from("\xff")) == SIZE_MAX);
  assert_string_equal(key, "");
  assert_int_equal(askiam_text_key(key, sizeof key, askiam_str_from("abcdefghijk")), 11);
  assert_string_equal(key, "abcdefg");
  assert_int_equal(askiam_text_key(NULL, 0, askiam_str_from("abc")), 3);
}

static void base__fold_tells_diacritics_apart(void **state)
{
  (void)state;
  aski_arena arena;
  aski_arena_init(&arena, aski_allocator_default());
  askiam_str with = aski_text_fold(&arena, askiam_str_from("Jos\u00e9"));
  askiam_str without = aski_text_fold(&arena, askiam_str_from("Jose"));
  assert_false(aski_str_equal(with, without));
  assert_true(aski_str_equal_text(aski_text_compact(&arena, ASKI_STR("hr analyst eu")), "hranalysteu"));
  aski_arena_clean_up(&arena);
}

static void base__distance_counts_edits_and_swaps(void **state)
{
  (void)state;
  static const struct {
    const char *left, *right;
    unsigned limit, wanted;
  } cases[] = {{"workday", "workday", 2, 0},
               {"workday", "wrokday", 2, 1},
               {"workday", "workdy", 2, 1},
               {"workday", "workkday", 2, 1},
               {"salesforce", "slaesforec", 2, 2},
               {"jira", "box", 2, 3},
               {"ca", "abc", 3, 3},
               {"", "ab", 2, 2},
               {"\u00e9t\u00e9", "ete", 2, 2},
               {"abcdef", "abcxyz", 2, 3},
               {"abcdef", "badcfe", 3, 3}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
    askiam_str left = askiam_str_from(cases[i].left);
    askiam_str right = askiam_str_from(cases[i].right);
    assert_int_equal(aski_text_distance(left, right, cases[i].limit), cases[i].wanted);
    assert_int_equal(aski_text_distance(right, left, cases[i].limit), cases[i].wanted);
  }
}

/* The whole table, without a band: slow and plain. */
static unsigned s_plain_distance(const char *left, const char *right)
{
  unsigned table[16][16];
  size_t m = strlen(left);
  size_t n = strlen(right);
  for (size_t i = 0; i <= m; ++i) {
    for (size_t j = 0; j <= n; ++j) {
      unsigned best = i == 0 ? (unsigned)j : j == 0 ? (unsigned)i : 99;
      if (i > 0 && j > 0) {
        unsigned replace = table[i - 1][j - 1] + (left[i - 1] != right[j - 1]);
        unsigned drop = table[i - 1][j] + 1;
        unsigned insert = table[i][j - 1] + 1;
        best = replace < drop ? replace : drop;
        best = insert < best ? insert : best;
        if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1] &&
            table[i - 2][j - 2] + 1 < best) {
          best = table[i - 2][j - 2] + 1;
        }
      }
      table[i][j] = best;
    }
  }
  return table[m][n];
}

static void base__distance_agrees_with_the_whole_table(void **state)
{
  (void)state;
  unsigned seed = 7;
  for (int round = 0; round < 20000; ++round) {
    char words[2][12];
    for (int w = 0; w < 2; ++w) {
      seed = seed * 1103515245U + 12345U;
      size_t length = (seed >> 16) % 10;
      for (size_t i = 0; i < length; ++i) {
        seed = seed * 1103515245U + 12345U;
        words[w][i] = (char)('a' + (seed >> 16) % 3);
      }
      words[w][length] = 0;
    }
    for (unsigned limit = 0; limit < 5; ++limit) {
      unsigned plain = s_plain_distance(words[0], words[1]);
      unsigned wanted = plain > limit ? limit + 1 : plain;
      assert_int_equal(aski_text_distance(askiam_str_from(words[0]), askiam_str_from(words[1]), limit), wanted);
    }
  }
}

static void base__scripts_and_digits_are_told_apart(void **state)
{
  (void)state;
  assert_true(aski_text_mixed_script(askiam_str_from("w\u043erkday")));
  assert_false(aski_text_mixed_script(askiam_str_from("workday 2 caf\u00e9")));
  assert_false(aski_text_mixed_script(askiam_str_from("\u4eba\u306e\u30ab")));
  assert_false(aski_text_same_script(askiam_str_from("\u043e"), askiam_str_from("o")));
  assert_true(aski_text_same_digits(askiam_str_from("tier 1 x"), askiam_str_from("tear1")));
  assert_false(aski_text_same_digits(askiam_str_from("tier 1"), askiam_str_from("tier 2")));
  assert_false(aski_text_same_digits(askiam_str_from("tier 1"), askiam_str_from("tier")));
}

static void base__text_blank_ends_and_invisible_characters(void **state)
{
  (void)state;
  static const char *const ends[] = {" a", "a ", "\u00a0a", "a\u3000", "\u200ba", "a\u2028", " ", "\t"};
  for (size_t i = 0; i < sizeof ends / sizeof *ends; ++i) {
    assert_true(aski_text_has_blank_ends(askiam_str_from(ends[i])));
  }
  static const char *const good[] = {"", "a", "a b", "\u00e9", "\u00e9 \u00e9", "a\u3000b", "\u65e5\u672c", "e\u0301"};
  for (size_t i = 0; i < sizeof good / sizeof *good; ++i) {
    assert_false(aski_text_has_blank_ends(askiam_str_from(good[i])));
    assert_false(aski_text_has_invisible(askiam_str_from(good[i])));
  }
  static const char *const unseen[] = {"a\u200bb", "\u202ea", "a\u2066", "a\u2028b",
                                       "a\u2029",  "\u00ad",  "a\ufeff", "\ufe0f"};
  for (size_t i = 0; i < sizeof unseen / sizeof *unseen; ++i) {
    assert_true(aski_text_has_invisible(askiam_str_from(unseen[i])));
  }
}

static void base__text_validity_cut_and_blank(void **state)
{
  (void)state;
  assert_true(aski_text_valid(askiam_str_from("a\u00e9\u4eba")));
  assert_false(aski_text_valid(askiam_str_from("\xed\xa0\x80")));
  assert_false(aski_text_valid(askiam_str_from("\xc0\xaf")));
  assert_false(aski_text_valid((askiam_str){"a\0b", 3}));
  assert_int_equal(aski_text_cut(askiam_str_from("a\u00e9"), 2), 1);
  assert_int_equal(aski_text_cut(askiam_str_from("a\u00e9"), 3), 3);
  assert_int_equal(aski_text_cut(askiam_str_from("abc"), 10), 3);
  assert_true(aski_text_blank(askiam_str_from(" \t\u00a0\u200b\n")));
  assert_false(aski_text_blank(askiam_str_from(" x")));
}

static void base__key_survives_failing_memory(void **state)
{
  (void)state;
  test_allocator allocator;
  test_allocator_init(&allocator);
  bool done = false;
  for (long at = 1; !done; ++at) {
    test_allocator_fail_at(&allocator, at);
    aski_arena arena;
    aski_arena_init(&arena, &allocator.base);
    askiam_str key = aski_text_key(&arena, askiam_str_from("Jos\u00e9"));
    done = key.data != NULL;
    assert_true(done != arena.failed);
    aski_arena_clean_up(&arena);
    assert_int_equal(allocator.outstanding, 0);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(base__key_folds_case_width_and_diacritics),
      cmocka_unit_test(base__key_keeps_confusables_and_foreign_marks_apart),
      cmocka_unit_test(base__key_of_a_key_is_the_key),
      cmocka_unit_test(base__key_refuses_what_is_not_utf8_and_never_overflows),
      cmocka_unit_test(base__fold_tells_diacritics_apart),
      cmocka_unit_test(base__distance_counts_edits_and_swaps),
      cmocka_unit_test(base__distance_agrees_with_the_whole_table),
      cmocka_unit_test(base__scripts_and_digits_are_told_apart),
      cmocka_unit_test(base__text_validity_cut_and_blank),
      cmocka_unit_test(base__text_blank_ends_and_invisible_characters),
      cmocka_unit_test(base__key_survives_failing_memory),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
