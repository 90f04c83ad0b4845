/* SPDX-License-Identifier: Apache-2.0
 *
 * The patterns file: what is refused, with the place; another language; memory that runs out anywhere. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "extract/extract.h"
#include "extract/phrase_table.h"
#include "support/allocator.h"
#include "table.h"

static const int64_t s_now_ms = INT64_C(1793620800000);

static void s_refuses(const char *json, const char *part)
{
  aski_phrases *phrases = NULL;
  askiam_error error = ASKIAM_ERROR_INIT;
  test_allocator allocator;
  test_allocator_init(&allocator);
  assert_int_equal(aski_phrases_new(&phrases, askiam_str_from(json), "mine.json", &allocator.base, &error),
                   ASKIAM_STATUS_CONFIG);
  assert_null(phrases);
  assert_non_null(strstr(error.message, "mine.json"));
  if (strstr(error.message, part) == NULL) {
    fail_msg("\"%s\" is not in: %s", part, error.message);
  }
  assert_int_equal(allocator.outstanding, 0);
}

static void extract__patterns_are_refused_with_the_place(void **state)
{
  (void)state;
  s_refuses("", "line");
  s_refuses("[]", "phrases");
  s_refuses("{}", "phrases");
  s_refuses("{\"phrases\": {}, \"phrase\": 1}", "\"phrase\"");
  s_refuses("{\"phrases\": {\"neeed\": []}}", "\"neeed\"");
  s_refuses("{\"phrases\": {\"need\": \"i need\"}}", "need");
  s_refuses("{\"phrases\": {\"need\": [\"a\", 1]}}", "need[1]");
  s_refuses("{\"phrases\": {\"need\": [\"!!\"]}}", "need[0]");
  s_refuses("{\"phrases\": {\"need\": [\"a b c d e f g h i\"]}}", "need[0]");
  s_refuses("{\"phrases\": {}, \"months\": {\"march\": 13}}", "months[0]");
  s_refuses("{\"phrases\": {}, \"units\": {\"day\": \"days\"}}", "units[0]");
  s_refuses("{\"phrases\": {}, \"numbers\": []}", "numbers");
  s_refuses("{\"phrases\": {\"need\": [\"a\"], \"need\": []}}", "line");
}

static void extract__built_in_patterns_know_their_words(void **state)
{
  (void)state;
  aski_phrases *phrases = NULL;
  assert_int_equal(aski_phrases_new(&phrases, ASKI_STR_NONE, NULL, aski_allocator_default(), NULL), ASKIAM_STATUS_OK);
  const aski_phrase *need = aski_phrases_find(phrases, ASKI_STR("need"));
  assert_non_null(need);
  assert_true((need->is & ASKI_IS(NEED)) != 0);
  assert_null(aski_phrases_find(phrases, ASKI_STR("workday")));
  const aski_phrase *guess = aski_phrases_guess(phrases, ASKI_STR("requst"));
  assert_non_null(guess);
  assert_ptr_equal(guess, aski_phrases_find(phrases, ASKI_STR("request")));
  assert_null(aski_phrases_guess(phrases, ASKI_STR("zzzzzz")));
  aski_phrases_destroy(phrases);
  aski_phrases_destroy(NULL);
}

static void s_same_phrase(const aski_phrase *left, const aski_phrase *right)
{
  assert_true(left->is == right->is);
  assert_int_equal(left->key, right->key);
  assert_int_equal(left->key_length, right->key_length);
  assert_memory_equal(left->values, right->values, sizeof left->values);
  assert_int_equal(left->has_value, right->has_value);
  assert_int_equal(left->words, right->words);
  assert_int_equal(left->longest, right->longest);
}

static void extract__built_in_patterns_are_what_their_file_compiles_to_at_run_time(void **state)
{
  (void)state;
  aski_buffer json;
  aski_arena arena;
  aski_phrase_table table;
  const aski_phrase_table *built = &aski_builtin_phrases;
  aski_buffer_init(&json, aski_allocator_default());
  aski_arena_init(&arena, aski_allocator_default());
  assert_int_equal(aski_file_read(&json, ASKIAM_SOURCE_DIR "/data/patterns.en.json", 4 * 1024 * 1024, "patterns",
                                  ASKIAM_LAYER_CONFIG, NULL),
                   ASKIAM_STATUS_OK);
  assert_int_equal(aski_phrases_compile(&table, &arena, aski_buffer_view(&json), "patterns.en.json", NULL),
                   ASKIAM_STATUS_OK);
  assert_true(table.phrase_count > 1000);
  assert_int_equal(table.phrase_count, built->phrase_count);
  assert_int_equal(table.place_count, built->place_count);
  assert_int_equal(table.text_bytes, built->text_bytes);
  assert_memory_equal(table.guess_ends, built->guess_ends, sizeof table.guess_ends);
  assert_memory_equal(table.texts, built->texts, table.text_bytes);
  assert_memory_equal(table.places, built->places, table.place_count * sizeof *table.places);
  assert_memory_equal(table.guesses, built->guesses, table.guess_ends[ASKI_GUESS_BUCKETS - 1] * sizeof *table.guesses);
  for (uint32_t i = 0; i < table.phrase_count; ++i) {
    s_same_phrase(&table.phrases[i], &built->phrases[i]);
  }
  aski_arena_clean_up(&arena);
  aski_buffer_clean_up(&json);
}

static askiam_status s_read(test_table *table, const aski_phrases *phrases, const char *text, aski_arena *arena,
                            aski_reading *out_reading, askiam_error *error)
{
  aski_catalogue catalogue = test_table_catalogue(table);
  askiam_call call = {.clock = aski_clock_system(), .deadline_ticks_ns = UINT64_MAX, .now_ms = s_now_ms};
  aski_extract_input input = {askiam_str_from(text), ASKI_STR("john.doe"), s_now_ms};
  return aski_extract_read(out_reading, arena, phrases, &catalogue, &call, &input, error);
}

static void s_load(test_table *table)
{
  assert_true(test_table_load(table, ASKIAM_SOURCE_DIR "/tests/unit/extract/organisations.tsv", "acme"));
}

static void extract__another_language_reads_by_its_own_phrases(void **state)
{
  (void)state;
  static const char german[] =
      "{\"language\": \"de\", \"phrases\": {\"i\": [\"ich\"], \"need\": [\"brauche\", \"benötige\"], \"fillers\": "
      "[\"bitte\"], \"in\": [\"in\"], \"for\": [\"für\"], \"determiners\": [\"die\", \"den\"], \"role_nouns\": "
      "[\"Rolle\"], \"other_intents\": [\"entfernen\"]}, \"units\": {\"tage\": \"day\"}}";
  aski_phrases *phrases = NULL;
  test_table table;
  aski_arena arena;
  aski_reading reading;
  s_load(&table);
  aski_arena_init(&arena, aski_allocator_default());
  assert_int_equal(aski_phrases_new(&phrases, askiam_str_from(german), "de.json", aski_allocator_default(), NULL),
                   ASKIAM_STATUS_OK);
  assert_int_equal(
      s_read(&table, phrases, "Ich benötige bitte die Rolle HR Analyst in Workday für 30 Tage", &arena, &reading, NULL),
      ASKIAM_STATUS_OK);
  assert_int_equal(reading.codes.count, 0);
  assert_true(aski_str_equal_text(reading.role.id, "hr_analyst"));
  assert_true(reading.expires_at_ms == s_now_ms + 30 * ASKI_MS_PER_DAY);
  assert_int_equal(s_read(&table, phrases, "Bitte HR Analyst in Workday entfernen", &arena, &reading, NULL),
                   ASKIAM_STATUS_OK);
  assert_int_equal(reading.codes.items[0], ASKI_CODE_UNSUPPORTED_INTENT);
  aski_arena_clean_up(&arena);
  aski_phrases_destroy(phrases);
  test_table_clean_up(&table);
}

static void extract__a_failing_catalogue_fails_the_reading(void **state)
{
  (void)state;
  aski_phrases *phrases = NULL;
  test_table table;
  aski_arena arena;
  aski_reading reading;
  askiam_error error = ASKIAM_ERROR_INIT;
  s_load(&table);
  aski_arena_init(&arena, aski_allocator_default());
  assert_int_equal(aski_phrases_new(&phrases, ASKI_STR_NONE, NULL, aski_allocator_default(), NULL), ASKIAM_STATUS_OK);
  table.fails = ASKIAM_STATUS_UNAVAILABLE;
  assert_int_equal(s_read(&table, phrases, "I need HR Analyst in Workday", &arena, &reading, &error),
                   ASKIAM_STATUS_UNAVAILABLE);
  aski_arena_clean_up(&arena);
  aski_phrases_destroy(phrases);
  test_table_clean_up(&table);
}

/* Fails the first, second, … allocation until all goes well: nothing leaks, and nothing but NO_MEMORY comes of it. */
static void s_try_without_memory(test_table *table, const aski_phrases *phrases, const char *text)
{
  test_allocator allocator;
  test_allocator_init(&allocator);
  askiam_status status = ASKIAM_STATUS_NO_MEMORY;
  for (long at = 1; status != ASKIAM_STATUS_OK; ++at) {
    aski_arena arena;
    aski_reading reading;
    askiam_error error = ASKIAM_ERROR_INIT;
    test_allocator_fail_at(&allocator, at);
    aski_arena_init(&arena, &allocator.base);
    status = s_read(table, phrases, text, &arena, &reading, &error);
    assert_true(status == ASKIAM_STATUS_OK || status == ASKIAM_STATUS_NO_MEMORY);
    aski_arena_clean_up(&arena);
    assert_int_equal(allocator.outstanding, 0);
    assert_true(at < 1000);
  }
}

static void extract__lack_of_memory_is_no_reading(void **state)
{
  (void)state;
  static const char *const texts[] = {"I need HR Anaylst in Wrokday for Li Wei until Friday", "I need Viewer",
                                      "give Jon Smyth the Foo role in Workday", "I need HR Analyst and Viewer"};
  aski_phrases *phrases = NULL;
  test_table table;
  s_load(&table);
  assert_int_equal(aski_phrases_new(&phrases, ASKI_STR_NONE, NULL, aski_allocator_default(), NULL), ASKIAM_STATUS_OK);
  for (size_t i = 0; i < sizeof texts / sizeof *texts; ++i) {
    s_try_without_memory(&table, phrases, texts[i]);
  }
  aski_phrases_destroy(phrases);
  test_table_clean_up(&table);
}

static void extract__lack_of_memory_is_no_patterns(void **state)
{
  (void)state;
  static const char small[] = "{\"phrases\": {\"need\": [\"need\", \"would like\"]}, \"days\": {\"today\": 0}}";
  test_allocator allocator;
  test_allocator_init(&allocator);
  askiam_status status = ASKIAM_STATUS_NO_MEMORY;
  for (long at = 1; status != ASKIAM_STATUS_OK; ++at) {
    aski_phrases *phrases = NULL;
    test_allocator_fail_at(&allocator, at);
    status = aski_phrases_new(&phrases, askiam_str_from(small), "p", &allocator.base, NULL);
    assert_true(status == ASKIAM_STATUS_OK || status == ASKIAM_STATUS_NO_MEMORY);
    aski_phrases_destroy(phrases);
    assert_int_equal(allocator.outstanding, 0);
    assert_true(at < 1000);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(extract__patterns_are_refused_with_the_place),
      cmocka_unit_test(extract__built_in_patterns_know_their_words),
      cmocka_unit_test(extract__built_in_patterns_are_what_their_file_compiles_to_at_run_time),
      cmocka_unit_test(extract__another_language_reads_by_its_own_phrases),
      cmocka_unit_test(extract__a_failing_catalogue_fails_the_reading),
      cmocka_unit_test(extract__lack_of_memory_is_no_reading),
      cmocka_unit_test(extract__lack_of_memory_is_no_patterns),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
