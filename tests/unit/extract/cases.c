/* SPDX-License-Identifier: Apache-2.0
 *
 * Every line of cases.tsv, beside.tsv and staff.tsv, in ten organisations; and again with the catalogue's answers in reverse order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "extract/extract.h"
#include "table.h"

static const int64_t s_now_ms = INT64_C(1793620800000); /* Monday 2026-11-02T12:00:00Z */

typedef struct organisation {
  const char *name;
  test_table table;
} organisation;

typedef struct case_reader {
  organisation organisations[16];
  size_t count;
  aski_phrases *phrases;
  size_t lines, wrong;
} case_reader;

static void s_describe(char *out, size_t size, const aski_reading *reading)
{
  if (reading->codes.count > 0) {
    snprintf(out, size, "%s", aski_code_name(reading->codes.items[0]));
    return;
  }
  int at = snprintf(out, size, "ok:%.*s/%.*s/%.*s", ASKI_STR_ARG(reading->user.id),
                    ASKI_STR_ARG(reading->application.id), ASKI_STR_ARG(reading->role.id));
  if (reading->expires_at_ms != 0 && at > 0) {
    char text[ASKI_TIME_TEXT_BYTES];
    aski_time_format(reading->expires_at_ms, text);
    snprintf(out + at, size - (size_t)at, "@%s", text);
  }
}

/* Alternatives between '|'; "!" is anything but a grant; what ends with '@' has some end. */
static bool s_is_expected(const char *expected, const char *got)
{
  bool granted = strncmp(got, "ok:", 3) == 0;
  for (const char *at = expected; at != NULL; at = strchr(at, '|') == NULL ? NULL : strchr(at, '|') + 1) {
    size_t length = strcspn(at, "|");
    bool some_end = length > 0 && at[length - 1] == '@';
    if ((length == 1 && *at == '!' && !granted) ||
        (strncmp(at, got, length) == 0 && (some_end || strlen(got) == length))) {
      return true;
    }
  }
  return false;
}

static void s_unescape(char *line)
{
  char *out = line;
  for (char *in = line; *in != 0; ++in) {
    bool escaped = in[0] == '\\' && in[1] == 'n';
    *out++ = escaped ? '\n' : *in;
    in += escaped;
  }
  *out = 0;
}

static test_table *s_table(case_reader *reader, const char *name, bool backwards)
{
  for (size_t i = 0; i < reader->count; ++i) {
    if (strcmp(reader->organisations[i].name, name) == 0) {
      return &reader->organisations[i].table;
    }
  }
  organisation *next = &reader->organisations[reader->count++];
  next->name = name;
  assert_true(test_table_load(&next->table, ASKIAM_SOURCE_DIR "/tests/unit/extract/organisations.tsv", name));
  next->table.backwards = backwards;
  return &next->table;
}

static void s_read_case(case_reader *reader, test_table *table, const char *user, const char *expected, char *sentence)
{
  aski_arena arena;
  aski_arena_init(&arena, aski_allocator_default());
  aski_catalogue catalogue = test_table_catalogue(table);
  askiam_call call = {.clock = aski_clock_system(), .deadline_ticks_ns = UINT64_MAX, .now_ms = s_now_ms};
  aski_extract_input input = {askiam_str_from(sentence), askiam_str_from(user), s_now_ms};
  aski_reading reading;
  askiam_error error = ASKIAM_ERROR_INIT;
  char got[256];
  s_unescape(sentence);
  input.text = askiam_str_from(sentence);
  assert_int_equal(aski_extract_read(&reading, &arena, reader->phrases, &catalogue, &call, &input, &error),
                   ASKIAM_STATUS_OK);
  s_describe(got, sizeof got, &reading);
  ++reader->lines;
  if (!s_is_expected(expected, got)) {
    ++reader->wrong;
    print_error("%s\n  expected %s\n  got      %s  %.*s%.*s\n", sentence, expected, got, ASKI_STR_ARG(reading.question),
                ASKI_STR_ARG(reading.reason));
  }
  assert_true(reading.codes.count == 0 || aski_code_verdict(reading.codes.items[0]) != ASKIAM_VERDICT_NEEDS_INFO ||
              reading.question.length > 0);
  aski_arena_clean_up(&arena);
}

static void s_read_all(const char *path, bool backwards)
{
  case_reader reader = {0};
  char *text = test_read_file(path);
  assert_non_null(text);
  assert_int_equal(aski_phrases_new(&reader.phrases, ASKI_STR_NONE, NULL, aski_allocator_default(), NULL),
                   ASKIAM_STATUS_OK);
  for (char *line = text; line != NULL && *line != 0;) {
    char *end = strchr(line, '\n');
    if (end != NULL) {
      *end = 0;
    }
    char *cells[4] = {line};
    for (int i = 1; i < 4 && cells[i - 1] != NULL; ++i) {
      char *tab = strchr(cells[i - 1], '\t');
      cells[i] = tab == NULL ? NULL : tab + 1;
      if (tab != NULL) {
        *tab = 0;
      }
    }
    if (line[0] != '#' && cells[3] != NULL) {
      s_read_case(&reader, s_table(&reader, cells[0], backwards), cells[1], cells[2], cells[3]);
    }
    line = end == NULL ? NULL : end + 1;
  }
  for (size_t i = 0; i < reader.count; ++i) {
    test_table_clean_up(&reader.organisations[i].table);
  }
  aski_phrases_destroy(reader.phrases);
  free(text);
  assert_true(reader.lines > 150);
  assert_int_equal(reader.wrong, 0);
}

static const char s_cases[] = ASKIAM_SOURCE_DIR "/tests/unit/extract/cases.tsv";
static const char s_staff[] = ASKIAM_SOURCE_DIR "/tests/unit/extract/staff.tsv";
static const char s_beside[] = ASKIAM_SOURCE_DIR "/tests/unit/extract/beside.tsv";

static void extract__cases_are_read_as_expected(void **state)
{
  (void)state;
  s_read_all(s_cases, false);
}

static void extract__cases_do_not_depend_on_the_order_of_the_catalogue(void **state)
{
  (void)state;
  s_read_all(s_cases, true);
}

static void extract__what_stands_beside_a_request_is_asked_about_unless_it_is_ordinary(void **state)
{
  (void)state;
  s_read_all(s_beside, false);
}

static void extract__mails_forms_and_chat_are_read_as_their_writers_meant_them(void **state)
{
  (void)state;
  s_read_all(s_staff, false);
}

static aski_reading s_read_city(aski_arena *arena, test_table *table, const aski_phrases *phrases, const char *sentence)
{
  aski_catalogue catalogue = test_table_catalogue(table);
  askiam_call call = {.clock = aski_clock_system(), .deadline_ticks_ns = UINT64_MAX, .now_ms = s_now_ms};
  aski_extract_input input = {askiam_str_from(sentence), ASKI_STR("p0101"), s_now_ms};
  aski_reading reading;
  assert_int_equal(aski_extract_read(&reading, arena, phrases, &catalogue, &call, &input, NULL), ASKIAM_STATUS_OK);
  return reading;
}

static void extract__what_is_inactive_is_found_and_never_suggested(void **state)
{
  (void)state;
  test_table table;
  aski_phrases *phrases = NULL;
  aski_arena arena;
  aski_arena_init(&arena, aski_allocator_default());
  assert_true(test_table_load(&table, ASKIAM_SOURCE_DIR "/tests/unit/extract/organisations.tsv", "city"));
  assert_int_equal(aski_phrases_new(&phrases, ASKI_STR_NONE, NULL, aski_allocator_default(), NULL), ASKIAM_STATUS_OK);
  aski_reading found = s_read_city(&arena, &table, phrases, "I need Permit Archivist in PermitTrack");
  assert_true(aski_str_equal_text(found.role.id, "pe.arch"));
  const char *const asked[] = {"I need Permit Archives in PermitTrack", "I need access to PermitTrack"};
  for (size_t i = 0; i < 2; ++i) {
    aski_reading reading = s_read_city(&arena, &table, phrases, asked[i]);
    assert_true(reading.suggestions.count > 0);
    for (size_t j = 0; j < reading.suggestions.count; ++j) {
      assert_false(aski_str_equal_text(reading.suggestions.items[j].id, "pe.arch"));
    }
    for (size_t j = 0; j < reading.question.length; ++j) {
      assert_false(aski_str_starts(aski_str_slice(reading.question, j, SIZE_MAX), ASKI_STR("Archivist")));
    }
  }
  aski_arena_clean_up(&arena);
  aski_phrases_destroy(phrases);
  test_table_clean_up(&table);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(extract__cases_are_read_as_expected),
      cmocka_unit_test(extract__cases_do_not_depend_on_the_order_of_the_catalogue),
      cmocka_unit_test(extract__what_stands_beside_a_request_is_asked_about_unless_it_is_ordinary),
      cmocka_unit_test(extract__mails_forms_and_chat_are_read_as_their_writers_meant_them),
      cmocka_unit_test(extract__what_is_inactive_is_found_and_never_suggested),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
