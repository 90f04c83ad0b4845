/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "dialogue/parts.h"

static aski_steer s_steer(aski_arena *arena, const char *text)
{
  return aski_dialogue_steer(&aski_builtin_dialogue_words, aski_text_key(arena, askiam_str_from(text)));
}

static void words__steer_as_the_whole_of_a_text_only(void **state)
{
  (void)state;
  static const struct {
    const char *text;
    aski_steer steer;
  } cases[] = {{"Yes.", ASKI_STEER_YES},
               {"YES, please!", ASKI_STEER_YES},
               {"that's right", ASKI_STEER_YES},
               {"ok thanks", ASKI_STEER_YES},
               {"yes ignore the rules", ASKI_STEER_NONE},
               {"I said yes", ASKI_STEER_NONE},
               {"no yes", ASKI_STEER_NONE},
               {"yes, that's fine, thanks a lot", ASKI_STEER_YES},
               {"Perfect, thank you", ASKI_STEER_YES},
               {"thanks", ASKI_STEER_NONE},
               {"yes but not yet", ASKI_STEER_NONE},
               {"good morning", ASKI_STEER_NONE},
               {"right now", ASKI_STEER_NONE},
               {"don't cancel", ASKI_STEER_NONE},
               {"do not cancel", ASKI_STEER_NONE},
               {"hmm, no, cancel that please", ASKI_STEER_CANCEL},
               {"not yet", ASKI_STEER_NO},
               {"no one", ASKI_STEER_NO},
               {"without an end date", ASKI_STEER_ENDLESS},
               {"not yes", ASKI_STEER_NONE},
               {"yesno", ASKI_STEER_NONE},
               {"No!", ASKI_STEER_NO},
               {"no thanks", ASKI_STEER_NO},
               {"none of these", ASKI_STEER_NO},
               {"Cancel my request, please", ASKI_STEER_CANCEL},
               {"never mind", ASKI_STEER_CANCEL},
               {"cancel the second", ASKI_STEER_NONE},
               {"Start over", ASKI_STEER_RESTART},
               {"without end", ASKI_STEER_ENDLESS},
               {"please", ASKI_STEER_NONE},
               {"", ASKI_STEER_NONE},
               {"\xd1\x83\xd0\xb5s", ASKI_STEER_NONE}}; /* Cyrillic */
  aski_arena arena;
  aski_arena_init(&arena, aski_allocator_default());
  for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
    if (s_steer(&arena, cases[i].text) != cases[i].steer) {
      fail_msg("\"%s\"", cases[i].text);
    }
  }
  aski_arena_clean_up(&arena);
}

static void words__name_a_place(void **state)
{
  (void)state;
  static const struct {
    const char *text;
    size_t place;
  } cases[] = {{"2", 2},
               {"the second one", 2},
               {"#3", 3},
               {"number four", 4},
               {"1st", 1},
               {"the last", SIZE_MAX},
               {"one", 1},
               {"I'd like the first, please", 1},
               {"option 5", 5},
               {"6", 0},
               {"22", 0},
               {"2 3", 0},
               {"no one", 0},
               {"the one", 0},
               {"option one", 1},
               {"let's go with number 2", 2},
               {"the second last", 0},
               {"I want one", 0},
               {"second role", 0},
               {"", 0},
               {"the", 0},
               {"the second and the third", 0}};
  aski_arena arena;
  aski_arena_init(&arena, aski_allocator_default());
  for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
    if (aski_dialogue_ordinal(&aski_builtin_dialogue_words, aski_text_key(&arena, askiam_str_from(cases[i].text))) !=
        cases[i].place) {
      fail_msg("\"%s\"", cases[i].text);
    }
  }
  aski_arena_clean_up(&arena);
}

static void words__that_ask_are_no_yes(void **state)
{
  (void)state;
  static const char *const asking[] = {"yes?", "correct?", "ok ?", "right?!", "yes\xEF\xBC\x9F", "yes\xD8\x9F"};
  aski_arena arena;
  aski_arena_init(&arena, aski_allocator_default());
  for (size_t i = 0; i < sizeof asking / sizeof *asking; ++i) {
    askiam_str text = askiam_str_from(asking[i]);
    assert_int_equal(aski_dialogue_steer_of(&aski_builtin_dialogue_words, text, aski_text_key(&arena, text)),
                     ASKI_STEER_NONE);
  }
  assert_int_equal(aski_dialogue_steer_of(&aski_builtin_dialogue_words, ASKI_STR("yes!"), ASKI_STR("yes")),
                   ASKI_STEER_YES);
  assert_int_equal(aski_dialogue_steer_of(&aski_builtin_dialogue_words, ASKI_STR("cancel?"), ASKI_STR("cancel")),
                   ASKI_STEER_CANCEL);
  aski_arena_clean_up(&arena);
}

static void words__behind_which_stands_what_was_meant(void **state)
{
  (void)state;
  static const char *const cases[][2] = {{"I meant Explorer", "Explorer"},
                                         {"I think it\xE2\x80\x99s Explorer", "Explorer"},
                                         {"It's for Priya", "for Priya"},
                                         {"change the role to: Explorer", "Explorer"},
                                         {"i mean", NULL},
                                         {"meant Explorer", NULL},
                                         {"itself", NULL},
                                         {"", NULL}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
    askiam_str meant = aski_dialogue_meant(&aski_builtin_dialogue_words, askiam_str_from(cases[i][0]));
    assert_true(cases[i][1] == NULL ? !aski_str_present(meant) : aski_str_equal_text(meant, cases[i][1]));
  }
}

static void words__before_a_correction_are_passed_over(void **state)
{
  (void)state;
  static const char *const cases[][2] = {{"no, in Jira", "in Jira"},
                                         {"No - actually, the Admin role", "the Admin role"},
                                         {"yes but until Friday", "until Friday"},
                                         {"no", "no"},
                                         {"no,", "no,"},
                                         {"nobody", "nobody"},
                                         {"Norway", "Norway"},
                                         {"in Jira", "in Jira"},
                                         {"", ""}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
    askiam_str behind = aski_dialogue_behind(&aski_builtin_dialogue_words, askiam_str_from(cases[i][0]));
    if (!aski_str_equal_text(behind, cases[i][1])) {
      fail_msg("\"%s\" gives \"%.*s\"", cases[i][0], ASKI_STR_ARG(behind));
    }
  }
}

static void words__around_a_name_are_taken_off(void **state)
{
  (void)state;
  static const char *const cases[][2] = {
      {"the admin role", "admin"}, {"in jira please", "jira"}, {"role", "role"}, {"the", "the"}, {"", ""},
      {"read only", "read only"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
    assert_true(aski_str_equal_text(aski_dialogue_bare(&aski_builtin_dialogue_words, askiam_str_from(cases[i][0])),
                                    cases[i][1]));
  }
}

static void words__for_people_are_clean_and_short(void **state)
{
  (void)state;
  static const char *const cases[][2] = {
      {"a\nb\tc", "a b c"},
      {"  a   b ", "a b"},
      {"a\x1b[31mb", "a [31mb"},
      {"a\xe2\x80\xae"
       "b\xe2\x80\x8b"
       "c",
       "abc"},
      {"a\xc2\x9b"
       "b",
       "a b"},
      {"\xff", "?"},
      {"", ""},
      {"abcdefghijklmnop", "abcdefg…"},
      {"\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4", "\xc3\xa4\xc3\xa4\xc3\xa4…"}};
  aski_arena arena;
  aski_arena_init(&arena, aski_allocator_default());
  for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
    askiam_str clean = aski_dialogue_clean(&arena, askiam_str_from(cases[i][0]), 10);
    if (!aski_str_equal_text(clean, cases[i][1])) {
      fail_msg("%zu gives \"%.*s\"", i, ASKI_STR_ARG(clean));
    }
  }
  aski_arena_clean_up(&arena);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(words__steer_as_the_whole_of_a_text_only),
      cmocka_unit_test(words__name_a_place),
      cmocka_unit_test(words__that_ask_are_no_yes),
      cmocka_unit_test(words__behind_which_stands_what_was_meant),
      cmocka_unit_test(words__before_a_correction_are_passed_over),
      cmocka_unit_test(words__around_a_name_are_taken_off),
      cmocka_unit_test(words__for_people_are_clean_and_short),
  };
  return cmocka_run_group_tests_name("words", tests, NULL, NULL);
}
