/* SPDX-License-Identifier: Apache-2.0
 *
 * Files of dialogue words: what is built in, what is refused and why, other languages. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/file.h"
#include "dialogue/parts.h"
#include "support/allocator.h"

#define LEAST "\"yes\": [\"ja\"], \"no\": [\"nein\"], \"cancel\": [\"abbrechen\"]"

static void table__what_is_built_in_is_what_its_file_compiles_to_at_run_time(void **state)
{
  (void)state;
  aski_buffer json;
  aski_arena arena;
  const aski_dialogue_words *made = NULL;
  const aski_dialogue_words *built = &aski_builtin_dialogue_words;
  aski_buffer_init(&json, aski_allocator_default());
  aski_arena_init(&arena, aski_allocator_default());
  assert_int_equal(aski_file_read(&json, ASKIAM_SOURCE_DIR "/data/dialogue.en.json", 1024 * 1024, "words",
                                  ASKIAM_LAYER_CONFIG, NULL),
                   ASKIAM_STATUS_OK);
  assert_int_equal(aski_dialogue_words_compile(&made, &arena, aski_buffer_view(&json), "dialogue.en.json", NULL),
                   ASKIAM_STATUS_OK);
  const size_t count = made->firsts[ASKI_LIST_COUNT];
  assert_true(count > 300);
  assert_memory_equal(made->firsts, built->firsts, sizeof made->firsts);
  assert_memory_equal(made->starts, built->starts, (count + 1) * sizeof *made->starts);
  assert_memory_equal(made->texts, built->texts, made->starts[count]);
  for (size_t list = 0; list < ASKI_LIST_COUNT; ++list) {
    assert_true(built->firsts[list] < built->firsts[list + 1]); /* English has words for all */
  }
  aski_arena_clean_up(&arena);
  aski_buffer_clean_up(&json);
}

static void table__what_is_wrong_with_a_file_is_told_with_its_place(void **state)
{
  (void)state;
  static const char *const cases[][2] = {
      {"[]", "my.json: must be an object with a member \"words\""},
      {"{}", "member \"words\""},
      {"{\"words\": []}", "an object of lists"},
      {"{\"words\": {", "my.json: "},
      {"{\"words\": {" LEAST "}, \"word\": {}}", "unknown member \"word\""},
      {"{\"words\": {" LEAST ", \"maybe\": []}}", "unknown member \"maybe\""},
      {"{\"words\": {\"yes\": [\"ja\"], \"no\": [\"nein\"]}}", "words.cancel[0] is missing"},
      {"{\"words\": {\"yes\": [], \"no\": [\"nein\"], \"cancel\": [\"halt\"]}}", "words.yes[0] is missing"},
      {"{\"words\": {" LEAST ", \"last\": \"letzte\"}}", "words.last[0] must be in a list"},
      {"{\"words\": {" LEAST ", \"last\": [\"letzte\", 1]}}", "words.last[1] must be a text"},
      {"{\"words\": {" LEAST ", \"last\": [\"the last\"]}}", "words.last[0] must be one word"},
      {"{\"words\": {" LEAST ", \"openers\": [\"so gut\"]}}", "words.openers[0] must be one word"},
      {"{\"words\": {" LEAST ", \"several\": [\"?\"]}}", "words.several[0] must have 1 to 8 words"},
      {"{\"words\": {" LEAST ", \"several\": [\"a b c d e f g h i\"]}}", "must have 1 to 8 words"},
      {"{\"words\": {\"yes\": [\"ja\"], \"no\": [\"nein\", \"JA!\"], \"cancel\": [\"halt\"]}}",
       "my.json: \"ja\" stands in words.yes and in words.no, which contradict each other"},
      {"{\"words\": {" LEAST ", \"start_over\": [\"Abbrechen\"]}}", "words.cancel and in words.start_over"},
      {"{\"words\": {" LEAST ", \"courtesies\": [\"nein\"]}}", "words.no and in words.courtesies"},
      {"{\"words\": {" LEAST ", \"first\": [\"1\"], \"second\": [\"1\"]}}", "words.first and in words.second"},
      {"{\"words\": {" LEAST ", \"role\": [\"rolle\"], \"time\": [\"Rolle\"]}}", "words.role and in words.time"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
    test_allocator allocator;
    aski_arena arena;
    const aski_dialogue_words *words = NULL;
    askiam_error error = ASKIAM_ERROR_INIT;
    test_allocator_init(&allocator);
    aski_arena_init(&arena, &allocator.base);
    assert_int_equal(aski_dialogue_words_compile(&words, &arena, askiam_str_from(cases[i][0]), "my.json", &error),
                     ASKIAM_STATUS_CONFIG);
    assert_null(words);
    if (strstr(error.message, cases[i][1]) == NULL) {
      fail_msg("%s: \"%s\"", cases[i][0], error.message);
    }
    aski_arena_clean_up(&arena);
    assert_int_equal(allocator.outstanding, 0);
  }
}

static void table__one_phrase_in_lists_that_do_not_contradict_is_no_error(void **state)
{
  (void)state;
  aski_arena arena;
  const aski_dialogue_words *words = NULL;
  aski_arena_init(&arena, aski_allocator_default());
  askiam_str json =
      ASKI_STR("{\"words\": {" LEAST ", \"denials\": [\"nein\"], \"openers\": [\"ja\", \"nein\", \"Ja.\"]}}");
  assert_int_equal(aski_dialogue_words_compile(&words, &arena, json, "my.json", NULL), ASKIAM_STATUS_OK);
  assert_int_equal(words->firsts[ASKI_LIST_OPENERS + 1] - words->firsts[ASKI_LIST_OPENERS], 2); /* "Ja." is "ja" */
  aski_arena_clean_up(&arena);
}

static void table__too_many_phrases_are_refused(void **state)
{
  (void)state;
  aski_arena arena;
  aski_buffer json;
  const aski_dialogue_words *words = NULL;
  askiam_error error = ASKIAM_ERROR_INIT;
  aski_arena_init(&arena, aski_allocator_default());
  aski_buffer_init(&json, aski_allocator_default());
  aski_buffer_append_text(&json, "{\"words\": {" LEAST ", \"several\": [\"x\"");
  for (int i = 0; i < 5000; ++i) {
    aski_buffer_append_format(&json, ",\"w%d\"", i);
  }
  aski_buffer_append_text(&json, "]}}");
  assert_int_equal(aski_dialogue_words_compile(&words, &arena, aski_buffer_view(&json), "my.json", &error),
                   ASKIAM_STATUS_CONFIG);
  assert_non_null(strstr(error.message, "too many phrases"));
  aski_buffer_clean_up(&json);
  aski_arena_clean_up(&arena);
}

static void table__another_language_steers_by_its_own_words(void **state)
{
  (void)state;
  aski_arena arena;
  const aski_dialogue_words *words = NULL;
  aski_arena_init(&arena, aski_allocator_default());
  askiam_str json =
      ASKI_STR("{\"language\": \"de\", \"words\": {" LEAST ", \"courtesies\": [\"bitte\"], \"second\": [\"zweite\"],"
               "\"before_place\": [\"die\"], \"meant\": [\"ich möchte\"], \"openers\": [\"nein\"]}}");
  assert_int_equal(aski_dialogue_words_compile(&words, &arena, json, "de.json", NULL), ASKIAM_STATUS_OK);
  assert_int_equal(aski_dialogue_steer(words, ASKI_STR("ja bitte")), ASKI_STEER_YES);
  assert_int_equal(aski_dialogue_steer(words, ASKI_STR("abbrechen")), ASKI_STEER_CANCEL);
  assert_int_equal(aski_dialogue_steer(words, ASKI_STR("yes")), ASKI_STEER_NONE);
  assert_int_equal(aski_dialogue_ordinal(words, ASKI_STR("die zweite")), 2);
  assert_int_equal(aski_dialogue_ordinal(words, ASKI_STR("second")), 0);
  assert_true(aski_str_equal_text(aski_dialogue_meant(words, ASKI_STR("Ich MÖCHTE Explorer")), "Explorer"));
  assert_true(aski_str_equal_text(aski_dialogue_behind(words, ASKI_STR("Nein, Explorer")), "Explorer"));
  assert_false(aski_dialogue_denies(words, ASKI_STR("no"))); /* a list that is absent is empty */
  aski_arena_clean_up(&arena);
}

static void table__lack_of_memory_is_no_table(void **state)
{
  (void)state;
  test_allocator allocator;
  test_allocator_init(&allocator);
  askiam_status status = ASKIAM_STATUS_NO_MEMORY;
  for (long at = 1; status != ASKIAM_STATUS_OK; ++at) {
    const aski_dialogue_words *words = NULL;
    aski_arena arena;
    aski_arena_init(&arena, &allocator.base);
    test_allocator_fail_at(&allocator, at);
    status = aski_dialogue_words_compile(&words, &arena, ASKI_STR("{\"words\": {" LEAST "}}"), "p", NULL);
    assert_true(status == ASKIAM_STATUS_OK ? words != NULL : status == ASKIAM_STATUS_NO_MEMORY && words == NULL);
    aski_arena_clean_up(&arena);
    assert_int_equal(allocator.outstanding, 0);
    assert_true(at < 1000);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(table__what_is_built_in_is_what_its_file_compiles_to_at_run_time),
      cmocka_unit_test(table__what_is_wrong_with_a_file_is_told_with_its_place),
      cmocka_unit_test(table__one_phrase_in_lists_that_do_not_contradict_is_no_error),
      cmocka_unit_test(table__too_many_phrases_are_refused),
      cmocka_unit_test(table__another_language_steers_by_its_own_words),
      cmocka_unit_test(table__lack_of_memory_is_no_table),
  };
  return cmocka_run_group_tests_name("table", tests, NULL, NULL);
}
