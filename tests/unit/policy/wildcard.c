/* SPDX-License-Identifier: Apache-2.0
 *
 * Wildcards: a table, a comparison with an obvious matcher, and what an adversary would write. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* after the four that it needs */
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "policy/pattern.h"
#include "unit/policy/chance.h"

static bool s_matches(const char *pattern_text, const char *text, const askiam_policy_request *request)
{
  aski_arena arena;
  aski_arena_init(&arena, aski_allocator_default());
  aski_policy_pattern pattern;
  aski_policy_pattern_compile(&pattern, &arena, &arena, askiam_str_from(pattern_text),
                              (aski_policy_reading){.wildcards = true, .variables = true});
  bool matches = aski_policy_pattern_matches(&pattern, askiam_str_from(text), request);
  aski_arena_clean_up(&arena);
  return matches;
}

static void policy__wildcards_stand_for_any_and_for_one_character(void **state)
{
  (void)state;
  static const struct {
    const char *pattern, *text;
    bool expected;
  } cases[] = {
      {"", "", true},
      {"", "a", false},
      {"a", "", false},
      {"a", "a", true},
      {"a", "A", false},
      {"*", "", true},
      {"*", "anything at all", true},
      {"**", "x", true},
      {"?", "", false},
      {"?", "x", true},
      {"?", "xy", false},
      {"a*", "abc", true},
      {"a*", "b", false},
      {"*c", "abc", true},
      {"*c", "cb", false},
      {"a*c", "ac", true},
      {"a*c", "abcb", false},
      {"a*a", "a", false}, /* the two do not share a character */
      {"ab*ba", "aba", false},
      {"*a*", "bab", true},
      {"*ab*ab*", "ab", false},
      {"*ab*ab*", "abab", true},
      {"a?c", "abc", true},
      {"a?c", "ac", false},
      {"??", "ab", true},
      {"*?", "", false},
      {"?*?", "a", false},
      {"?*?", "ab", true},
      {"*?b*", "b", false},
      {"*?b*", "ab", true},
      {"*a?c*", "xxabcxabdxaecx", true},
      {"?", "\xc3\xbc", true}, /* one character of two bytes */
      {"??", "\xc3\xbc", false},
      {"*?", "\xe2\x82\xac", true},
      {"a?b",
       "a\xf0\x9f\x98\x80"
       "b",
       true},
      {"*?\xc3\xbc*", "\xc3\xbc\xc3\xbc", true},
      {"*?\xc3\xbc*", "\xc3\xbc", false},
      {"[a-z]", "b", false},
      {"a.c", "abc", false},
      {"${*}", "*", true},
      {"${*}", "x", false},
      {"a${?}c", "a?c", true},
      {"a${?}c", "abc", false},
      {"${$}{x}", "${x}", true},
      {"*${*}*", "a*b", true},
      {"*${*}*", "ab", false},
  };
  world it;
  world_init(&it);
  for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
    if (s_matches(cases[i].pattern, cases[i].text, it.request) != cases[i].expected) {
      print_error("%s against %s\n", cases[i].pattern, cases[i].text);
      fail();
    }
  }
  world_clean_up(&it);
}

static void policy__values_of_variables_are_literal(void **state)
{
  (void)state;
  world it;
  world_init(&it);
  world_know(&it, "aws:UserName", "bo*");
  world_know(&it, "x:empty", "");
  world_know(&it, "x:many", "a");
  world_know(&it, "x:many", "b");
  world_know(&it, "x:none", NULL);
  assert_true(s_matches("home/${aws:username}/*", "home/bo*/x", it.request));
  assert_false(s_matches("home/${aws:username}/*", "home/bob/x", it.request));
  assert_true(s_matches("*${aws:username}*${AWS:USERNAME}?", "xbo*bo*y", it.request));
  assert_false(s_matches("*${aws:username}*${AWS:USERNAME}?", "xbo*o*y", it.request));
  assert_true(s_matches("*/${aws:username}/?/*", "a/bo*/bc/bo*/b/c", it.request));
  assert_true(s_matches("a${x:empty}b", "ab", it.request));
  assert_true(s_matches("a*${x:empty}*b", "ab", it.request));
  assert_false(s_matches("${x:many}", "a", it.request));
  assert_false(s_matches("${x:many, 'a'}", "a", it.request)); /* it is there: no default */
  assert_true(s_matches("${x:none, 'a'}", "a", it.request));
  assert_false(s_matches("${x:missing}", "", it.request));
  assert_false(s_matches("*${x:missing}*", "anything", it.request));
  assert_true(s_matches("${x:missing, 'it''s *'}", "it's *", it.request));
  assert_false(s_matches("${x:missing, 'it''s *'}", "it's so", it.request));
  world_clean_up(&it);
}

/* What it should do, obviously: by characters, every way tried, remembered. */
static bool s_reference(const char *pattern, const char *text)
{
  size_t m = strlen(pattern);
  size_t n = strlen(text);
  bool *reached = calloc((m + 1) * (n + 1), sizeof *reached);
  assert_non_null(reached);
  reached[0] = true;
  for (size_t i = 0; i <= m; ++i) {
    for (size_t j = 0; j <= n; ++j) {
      if (!reached[i * (n + 1) + j]) {
        continue;
      }
      size_t next = j + 1;
      while (j < n && next < n && ((unsigned char)text[next] & 0xC0) == 0x80) {
        ++next;
      }
      if (i < m && pattern[i] == '*') {
        reached[(i + 1) * (n + 1) + j] = true;
        if (j < n) {
          reached[i * (n + 1) + next] = true;
        }
      } else if (i < m && j < n && pattern[i] == '?') {
        reached[(i + 1) * (n + 1) + next] = true;
      } else if (i < m && j < n && pattern[i] == text[j]) {
        reached[(i + 1) * (n + 1) + j + 1] = true;
      }
    }
  }
  bool matches = reached[m * (n + 1) + n];
  free(reached);
  return matches;
}

static void s_random_text(chance *dice, char *out, size_t most, const char *const *alphabet, unsigned letters)
{
  size_t length = chance_below(dice, (unsigned)most);
  out[0] = 0;
  for (size_t i = 0; i < length; ++i) {
    strcat(out, alphabet[chance_below(dice, letters)]);
  }
}

static void policy__wildcards_agree_with_an_obvious_matcher(void **state)
{
  (void)state;
  static const char *const alphabet[] = {"a", "b", "a", "\xc3\xbc", "\xe2\x82\xac", "*", "*", "?", "?"};
  world it;
  world_init(&it);
  chance dice = {20260121};
  size_t matched = 0;
  for (int round = 0; round < 200000; ++round) {
    char pattern[64];
    char text[128];
    s_random_text(&dice, pattern, 12, alphabet, 9);
    s_random_text(&dice, text, 16, alphabet, round % 2 == 0 ? 3 : 5);
    bool expected = s_reference(pattern, text);
    matched += expected ? 1 : 0;
    if (s_matches(pattern, text, it.request) != expected) {
      print_error("%s against %s: expected %d\n", pattern, text, expected);
      fail();
    }
  }
  assert_true(matched > 10000 && matched < 190000);
  world_clean_up(&it);
}

/* The searcher for hard cases alone, against the reference with a star on both sides. */
static void policy__hard_search_agrees_with_an_obvious_matcher(void **state)
{
  (void)state;
  static const char *const alphabet[] = {"a", "b", "\xc3\xbc", "\xf0\x9f\x98\x80", "?", "?"};
  chance dice = {4711};
  size_t found = 0;
  for (int round = 0; round < 50000; ++round) {
    char piece[64];
    char text[1024];
    char pattern[80];
    s_random_text(&dice, piece, 9, alphabet, 6);
    s_random_text(&dice, text, 220, alphabet, round % 3 == 0 ? 2 : 4);
    snprintf(pattern, sizeof pattern, "*%s*", piece);
    aski_arena arena;
    aski_arena_init(&arena, aski_allocator_default());
    aski_policy_pattern compiled;
    aski_policy_pattern_compile(&compiled, &arena, &arena, askiam_str_from(piece),
                                (aski_policy_reading){.wildcards = true});
    aski_policy_run run = {compiled.units, compiled.unit_count, NULL, askiam_str_from(text)};
    size_t end = 0;
    bool matches = aski_policy_run_find_hard(&run, 0, strlen(text), &end);
    assert_int_equal(matches, s_reference(pattern, text));
    if (matches) { /* and it is the first: nothing ends earlier */
      text[end] = 0;
      assert_true(s_reference(pattern, text));
      while (end > 0 && aski_policy_continues(text[--end])) {
      }
      text[end] = 0;
      assert_true(!s_reference(pattern, text) || strlen(piece) == 0);
      ++found;
    }
    aski_arena_clean_up(&arena);
  }
  assert_true(found > 5000);
}

/* What a request may hold at most. Without optimisation, and with sanitizers, everything takes some ten times as long. */
enum { LARGE = 128 * 1024 };
#ifdef __OPTIMIZE__
enum { MOST_MS = 1000 };
#else
enum { MOST_MS = 5000 };
#endif

static char *s_repeat(const char *unit, size_t bytes, const char *end)
{
  char *text = malloc(bytes + strlen(end) + 1);
  assert_non_null(text);
  size_t length = strlen(unit);
  for (size_t i = 0; i < bytes; ++i) {
    text[i] = unit[i % length];
  }
  memcpy(text + bytes, end, strlen(end) + 1);
  return text;
}

/* Of this process: what else the machine does is not counted. */
static double s_processor_ms(void) { return (double)clock() * 1000 / CLOCKS_PER_SEC; }

/* Milliseconds to find out that the pattern does not match a text, which the request has as it would have a value. */
static double s_time(const char *pattern, const char *text)
{
  world it;
  world_init(&it);
  world_know(&it, "x:text", text);
  double ms = s_processor_ms();
  assert_false(s_matches(pattern, text, it.request));
  ms = s_processor_ms() - ms;
  world_clean_up(&it);
  return ms;
}

/* A pattern of half as many bytes as the text. */
static double s_time_repeated(const char *before, const char *unit, const char *end, const char *text_unit)
{
  char *piece = s_repeat(unit, LARGE / 2 / strlen(unit) * strlen(unit), end);
  char *pattern = malloc(strlen(before) + strlen(piece) + 1);
  char *text = s_repeat(text_unit, LARGE / strlen(text_unit) * strlen(text_unit), "");
  assert_non_null(pattern);
  snprintf(pattern, strlen(before) + strlen(piece) + 1, "%s%s", before, piece);
  double ms = s_time(pattern, text);
  print_message("%s%s…%s against %s…: %.1f ms\n", before, unit, end, text_unit, ms);
  free(piece);
  free(pattern);
  free(text);
  return ms;
}

static void policy__no_pattern_of_64_kib_takes_long(void **state)
{
  (void)state;
  static const char *const hard[][4] = {
      {"", "*a", "b", "a"},  /* many pieces */
      {"", "*a", "*b", "a"}, /* that all occur */
      {"", "a", "b*", "a"},  /* one long piece in front */
      {"", "?", "b", "a"},   /* as many characters as there are */
      {"", "*?", "b", "a"},
      {"", "*a?", "*b", "a"}, /* pieces with ? */
      {"", "*aaaaaaaa?", "*b", "a"},
      {"", "?a", "b", "\xc3\xbc"}, /* of several bytes a character */
      {"*", "a?", "b*", "a"},
      {"*", "?", "b*", "\xc3\xbc"}, /* one piece between two stars that fits nearly */
      {"*", "?a", "b*", "a\xc3\xbc"},
      {"*", "a?", "b*", "aaaaaaaaab"}, /* everywhere, up to its last byte */
      {"*", "aaaaaaaaaaaaaaa?", "b*", "a"},
  };
  for (size_t i = 0; i < sizeof hard / sizeof *hard; ++i) {
    assert_true(s_time_repeated(hard[i][0], hard[i][1], hard[i][2], hard[i][3]) < MOST_MS);
  }
}

/* Many pieces, each of which fits at many places up to its last byte, and is found in the end. */
static void policy__many_hard_pieces_take_no_longer(void **state)
{
  (void)state;
  static const size_t lengths[] = {20, 60, 200, 1000, 5000};
  for (size_t i = 0; i < sizeof lengths / sizeof *lengths; ++i) {
    size_t pieces = LARGE / (2 * lengths[i]);
    char *piece = s_repeat("a?", lengths[i] - 2, "c*");
    char *found = s_repeat("a", 2 * lengths[i] - 2, "c");
    char *pattern = s_repeat(piece, pieces * lengths[i], "d*");
    char *text = s_repeat(found, pieces * (2 * lengths[i] - 1), "");
    char *whole = malloc(strlen(pattern) + 2);
    assert_non_null(whole);
    snprintf(whole, strlen(pattern) + 2, "*%s", pattern);
    double ms = s_time(whole, text);
    print_message("%zu pieces of %zu bytes: %.1f ms\n", pieces, lengths[i], ms);
    assert_true(ms < MOST_MS);
    free(piece);
    free(found);
    free(pattern);
    free(text);
    free(whole);
  }
}

/* A variable without characters costs something all the same. */
static void policy__empty_variables_take_no_longer(void **state)
{
  (void)state;
  world it;
  world_init(&it);
  world_know(&it, "e:e", "");
  char *text = s_repeat("a", LARGE, "");
  char *piece = s_repeat("${e:e}", 6 * (LARGE / 16), "?b*");
  char *pattern = malloc(strlen(piece) + 2);
  assert_non_null(pattern);
  snprintf(pattern, strlen(piece) + 2, "*%s", piece);
  world_know(&it, "x:text", text);
  double ms = s_processor_ms();
  assert_false(s_matches(pattern, text, it.request));
  ms = s_processor_ms() - ms;
  print_message("%d empty variables: %.1f ms\n", LARGE / 16, ms);
  assert_true(ms < MOST_MS);
  free(text);
  free(piece);
  free(pattern);
  world_clean_up(&it);
}

/* A text that no request has is matched as well, only not as fast. */
static void policy__text_that_there_is_no_room_for_is_matched_all_the_same(void **state)
{
  (void)state;
  char *text = s_repeat("a", 3000, "bc");
  char *piece = s_repeat("a?", 200, "");
  char pattern[256];
  snprintf(pattern, sizeof pattern, "*%sb*", piece);
  assert_true(s_matches(pattern, text, NULL));
  snprintf(pattern, sizeof pattern, "*%sd*", piece);
  assert_false(s_matches(pattern, text, NULL));
  free(text);
  free(piece);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(policy__wildcards_stand_for_any_and_for_one_character),
      cmocka_unit_test(policy__values_of_variables_are_literal),
      cmocka_unit_test(policy__wildcards_agree_with_an_obvious_matcher),
      cmocka_unit_test(policy__hard_search_agrees_with_an_obvious_matcher),
      cmocka_unit_test(policy__no_pattern_of_64_kib_takes_long),
      cmocka_unit_test(policy__many_hard_pieces_take_no_longer),
      cmocka_unit_test(policy__empty_variables_take_no_longer),
      cmocka_unit_test(policy__text_that_there_is_no_room_for_is_matched_all_the_same),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
