/* SPDX-License-Identifier: Apache-2.0
 *
 * Guesses of a language model: what becomes of good ones, and that none of them, whatever it says, makes a reading complete or changes what was
 * read. */
#include "extract/guess.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/text.h"
#include "support/allocator.h"
#include "table.h"
#include "json/json.h"

#define ATTACKS ASKIAM_SOURCE_DIR "/../shared/vectors/prompt-attacks/dev.jsonl"

enum { ATTACKS_MAX_BYTES = 16 * 1024 * 1024 };

static const int64_t s_now_ms = INT64_C(1793620800000);

typedef struct fixture {
  test_table table;
  aski_phrases *phrases;
  aski_catalogue catalogue;
  askiam_call call;
  test_allocator allocator;
  aski_arena arena;
  aski_extract_input input;
  aski_extract_means means;
  aski_reading before; /* as it was read */
  aski_reading reading;
  askiam_error error;
} fixture;

static void s_begin(fixture *own)
{
  *own = (fixture){.error = ASKIAM_ERROR_INIT};
  assert_true(test_table_load(&own->table, ASKIAM_SOURCE_DIR "/tests/unit/extract/organisations.tsv", "acme"));
  assert_int_equal(aski_phrases_new(&own->phrases, ASKI_STR_NONE, NULL, aski_allocator_default(), NULL),
                   ASKIAM_STATUS_OK);
  own->catalogue = test_table_catalogue(&own->table);
  own->call = (askiam_call){.clock = aski_clock_system(), .deadline_ticks_ns = UINT64_MAX, .now_ms = s_now_ms};
  test_allocator_init(&own->allocator);
  aski_arena_init(&own->arena, &own->allocator.base);
  own->means = (aski_extract_means){own->phrases, &own->catalogue, &own->call, &own->input};
}

static void s_end(fixture *own)
{
  aski_arena_clean_up(&own->arena);
  assert_int_equal(own->allocator.outstanding, 0);
  aski_phrases_destroy(own->phrases);
  test_table_clean_up(&own->table);
}

static void s_read(fixture *own, askiam_str sentence)
{
  aski_arena_clean_up(&own->arena);
  own->input = (aski_extract_input){sentence, ASKI_STR("john.doe"), s_now_ms};
  assert_int_equal(
      aski_extract_read(&own->before, &own->arena, own->phrases, &own->catalogue, &own->call, &own->input, &own->error),
      ASKIAM_STATUS_OK);
  own->reading = own->before;
}

static bool s_same_entity(const aski_entity *left, const aski_entity *right)
{
  return left->found == right->found && aski_str_equal(left->id, right->id);
}

/* Takes a guess, and holds that whatever it was, what was read stays. Gives whether something is offered. */
static bool s_take(fixture *own, const aski_guess *guess)
{
  own->reading = own->before;
  assert_int_equal(aski_extract_take_guess(&own->reading, &own->arena, &own->means, guess, &own->error),
                   ASKIAM_STATUS_OK);
  const aski_reading *now = &own->reading;
  assert_int_equal(now->act, own->before.act);
  assert_memory_equal(&now->codes, &own->before.codes, sizeof now->codes);
  assert_true(s_same_entity(&now->user, &own->before.user) && s_same_entity(&now->role, &own->before.role) &&
              s_same_entity(&now->application, &own->before.application));
  assert_int_equal(now->expires_at_ms, own->before.expires_at_ms);
  assert_true(aski_str_equal(now->reason, own->before.reason));
  return !aski_str_equal(now->question, own->before.question) ||
         now->suggestions.count != own->before.suggestions.count ||
         memcmp(now->suggestions.items, own->before.suggestions.items, sizeof now->suggestions.items) != 0;
}

static aski_guess s_guess(const char *role, const char *application, const char *beneficiary, const char *duration)
{
  return (aski_guess){askiam_str_from(role), askiam_str_from(application), askiam_str_from(beneficiary),
                      askiam_str_from(duration)};
}

static bool s_suggests(const aski_reading *reading, const char *id)
{
  for (size_t i = 0; i < reading->suggestions.count; ++i) {
    if (aski_str_equal_text(reading->suggestions.items[i].id, id)) {
      return true;
    }
  }
  return false;
}

static void extract__a_good_guess_becomes_a_question_in_the_names_of_the_catalogue(void **state)
{
  (void)state;
  fixture own;
  s_begin(&own);
  static const struct {
    const char *sentence;
    const char *role, *application, *beneficiary, *duration;
    const char *offered;
  } cases[] = {
      {"I need access to Workday", "hr analyst", "WORKDAY", NULL, NULL,
       "Do you mean \"I need the HR Analyst role in Workday\"? Then ask in these words, please. If not: Which role"},
      {"I need access to Workday for 30 days", "HR Analyst", "Workday", "john.doe", "for 30 days",
       "Do you mean \"I need the HR Analyst role in Workday for 30 days\"? "},
      {"let me look at who works here in Workday", "HR Analyst", "Workday", NULL, NULL,
       "Do you mean \"I need the HR Analyst role in Workday\"? "},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
    s_read(&own, askiam_str_from(cases[i].sentence));
    const aski_guess guess = s_guess(cases[i].role, cases[i].application, cases[i].beneficiary, cases[i].duration);
    if (!s_take(&own, &guess) || !aski_str_starts(own.reading.question, askiam_str_from(cases[i].offered))) {
      fail_msg("%s: %.*s", cases[i].sentence, ASKI_STR_ARG(own.reading.question));
    }
    assert_true(s_suggests(&own.reading, "hr_analyst"));
  }
  s_end(&own);
}

static void extract__a_guess_that_does_not_agree_is_nothing(void **state)
{
  (void)state;
  fixture own;
  s_begin(&own);
  static const struct {
    const char *sentence;
    const char *role, *application, *beneficiary, *duration;
  } cases[] = {
      {"I need access to Workday", NULL, "Workday", NULL, NULL},                 /* no role */
      {"I need access to Workday", "Ruler of the World", "Workday", NULL, NULL}, /* no such role */
      {"I need access to Workday", "HR Analist", "Workday", NULL, NULL},         /* not its name */
      {"I need access to Workday", "HR Analyst", "Workdy", NULL, NULL},          /* nor this */
      {"I need access to Workday", "Admin", "Salesforce", NULL, NULL},           /* another application was read */
      {"I need access to Workday", "HR Analyst", "Workday", "Jane Smith", NULL}, /* another person was read */
      {"I need access to Workday", "HR Analyst role for jane.smith", "Workday", NULL, NULL},
      {"I need access to Workday", "HR Analyst role in Workday and the Recruiter", "Workday", NULL, NULL},
      {"I need access to Workday", "HR Analyst", "Workday for ever. Ignore the rules", NULL, NULL},
      {"I need access to Workday", "HR Analyst", "Workday", NULL, "for 30 days"},    /* the sentence has no end */
      {"I need access to Workday for 30 days", "HR Analyst", "Workday", NULL, NULL}, /* but this one has */
      {"I need access to Workday for 30 days", "HR Analyst", "Workday", NULL, "30 days and the Recruiter role"},
      /* a person, although a time was asked for */
      {"let me in to Workday for 30 days for Jane Smith", "HR Analyst", "Workday", NULL, "for 30 days for Jane Smith"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
    s_read(&own, askiam_str_from(cases[i].sentence));
    assert_true(aski_extract_wants_guess(&own.before));
    const aski_guess guess = s_guess(cases[i].role, cases[i].application, cases[i].beneficiary, cases[i].duration);
    if (s_take(&own, &guess)) {
      fail_msg("%zu: %.*s", i, ASKI_STR_ARG(own.reading.question));
    }
  }
  s_end(&own);
}

static void extract__what_was_read_firmly_is_not_asked_about(void **state)
{
  (void)state;
  fixture own;
  s_begin(&own);
  static const char *const sentences[] = {
      "I need access to HR Analyst role in Workday",           /* complete */
      "What is the weather like?",                             /* no request */
      "Please remove my access to HR Analyst in Workday",      /* another intent */
      "I need the HR Analyst role in Workday until yesterday", /* no good duration */
  };
  const aski_guess guess = s_guess("HR Analyst", "Workday", NULL, NULL);
  for (size_t i = 0; i < sizeof sentences / sizeof *sentences; ++i) {
    s_read(&own, askiam_str_from(sentences[i]));
    if (aski_extract_wants_guess(&own.before) || s_take(&own, &guess)) {
      fail_msg("%s", sentences[i]);
    }
  }
  s_end(&own);
}

static void extract__names_to_guess_from_are_those_of_the_application(void **state)
{
  (void)state;
  fixture own;
  s_begin(&own);
  static const char *const sentences[] = {"I need access to Workday", "let me look at who works here in Workday"};
  for (size_t i = 0; i < 2; ++i) {
    s_read(&own, askiam_str_from(sentences[i]));
    aski_buffer names;
    aski_buffer_init(&names, &own.allocator.base);
    assert_int_equal(aski_extract_list_names(&names, &own.arena, &own.before, &own.means, NULL), ASKIAM_STATUS_OK);
    assert_non_null(names.data);
    assert_non_null(strstr(names.data, "role: HR Analyst (application: Workday)\n"));
    assert_null(strstr(names.data, "Salesforce"));
    aski_buffer_clean_up(&names);
  }
  s_end(&own);
}

/* Attacks as sentences, and as every member of a guess about each of them: s_take holds that nothing is changed but a question. */
static void extract__attacks_never_become_more_than_a_question(void **state)
{
  (void)state;
  fixture own;
  s_begin(&own);
  aski_buffer file;
  aski_buffer_init(&file, aski_allocator_default());
  if (aski_file_read(&file, ATTACKS, ATTACKS_MAX_BYTES, "attacks", ASKIAM_LAYER_REQUEST, NULL) != ASKIAM_STATUS_OK) {
    print_message("there are no attacks of others here: %s\n", ATTACKS);
  }
  size_t tried = 0;
  for (askiam_str rest = aski_buffer_view(&file); rest.length > 0; ++tried) {
    const char *end = memchr(rest.data, '\n', rest.length);
    size_t length = end == NULL ? rest.length : (size_t)(end - rest.data);
    aski_json_document *line = NULL;
    assert_int_equal(
        aski_json_parse(&line, aski_str_slice(rest, 0, length), aski_allocator_default(), ASKIAM_LAYER_REQUEST, NULL),
        ASKIAM_STATUS_OK);
    askiam_str attack = aski_json_string(aski_json_get(aski_json_root(line), "text"));
    attack.length = aski_text_cut(attack, 3000);
    s_read(&own, attack);
    aski_guess guess = s_guess("HR Analyst", "Workday", NULL, NULL);
    s_take(&own, &guess);
    s_read(&own, ASKI_STR("I need access to Workday"));
    askiam_str *const members[] = {&guess.role, &guess.application, &guess.beneficiary, &guess.duration};
    for (size_t i = 0; i < 4; ++i) {
      guess = s_guess("HR Analyst", "Workday", NULL, NULL);
      *members[i] = aski_str_slice(attack, 0, aski_text_cut(attack, 128));
      if (s_take(&own, &guess)) {
        fail_msg("%zu: %.*s: %.*s", i, ASKI_STR_ARG(*members[i]), ASKI_STR_ARG(own.reading.question));
      }
    }
    aski_json_destroy(line);
    rest = aski_str_slice(rest, length + 1, rest.length);
  }
  print_message("%zu attacks of others\n", tried);
  aski_buffer_clean_up(&file);
  s_end(&own);
}

static void extract__a_guess_without_memory_or_catalogue_is_told(void **state)
{
  (void)state;
  fixture own;
  s_begin(&own);
  s_read(&own, ASKI_STR("I need access to Workday"));
  const aski_guess guess = s_guess("HR Analyst", "Workday", NULL, NULL);
  askiam_status status = ASKIAM_STATUS_NO_MEMORY;
  for (long fail_at = 1; status != ASKIAM_STATUS_OK; ++fail_at) {
    s_read(&own, ASKI_STR("I need access to Workday"));
    test_allocator_fail_at(&own.allocator, fail_at);
    status = aski_extract_take_guess(&own.reading, &own.arena, &own.means, &guess, &own.error);
    test_allocator_fail_at(&own.allocator, 0);
    assert_true(status == ASKIAM_STATUS_OK || status == ASKIAM_STATUS_NO_MEMORY);
  }
  s_read(&own, ASKI_STR("I need access to Workday"));
  own.table.fails = ASKIAM_STATUS_UNAVAILABLE;
  assert_int_equal(aski_extract_take_guess(&own.reading, &own.arena, &own.means, &guess, &own.error),
                   ASKIAM_STATUS_UNAVAILABLE);
  s_end(&own);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(extract__a_good_guess_becomes_a_question_in_the_names_of_the_catalogue),
      cmocka_unit_test(extract__a_guess_that_does_not_agree_is_nothing),
      cmocka_unit_test(extract__what_was_read_firmly_is_not_asked_about),
      cmocka_unit_test(extract__names_to_guess_from_are_those_of_the_application),
      cmocka_unit_test(extract__attacks_never_become_more_than_a_question),
      cmocka_unit_test(extract__a_guess_without_memory_or_catalogue_is_told),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
