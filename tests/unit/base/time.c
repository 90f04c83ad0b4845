/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/id.h"
#include "base/time.h"

static void base__times_are_written_and_read_back(void **state)
{
  (void)state;
  static const struct {
    const char *text;
    int64_t time_ms;
    const char *written;
  } cases[] = {{"1970-01-01T00:00:00Z", 0, "1970-01-01T00:00:00.000Z"},
               {"2026-01-21T10:30:45.123Z", INT64_C(1768991445123), "2026-01-21T10:30:45.123Z"},
               {"2026-01-21T12:30:45.1239+02:00", INT64_C(1768991445123), "2026-01-21T10:30:45.123Z"},
               {"2024-02-29", INT64_C(1709164800000), "2024-02-29T00:00:00.000Z"},
               {"1969-12-31T23:59:59.999Z", -1, "1969-12-31T23:59:59.999Z"},
               {"0001-01-01T00:00:00Z", ASKI_TIME_MIN_MS, "0001-01-01T00:00:00.000Z"},
               {"9999-12-31T23:59:59.999Z", ASKI_TIME_MAX_MS, "9999-12-31T23:59:59.999Z"},
               {"2016-12-31T23:59:60Z", INT64_C(1483228799000), "2016-12-31T23:59:59.000Z"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
    int64_t time_ms = 42;
    assert_true(aski_time_parse(askiam_str_from(cases[i].text), &time_ms));
    assert_true(time_ms == cases[i].time_ms);
    char text[ASKI_TIME_TEXT_BYTES];
    aski_time_format(time_ms, text);
    assert_string_equal(text, cases[i].written);
  }
}

static void base__malformed_times_are_refused(void **state)
{
  (void)state;
  static const char *const bad[] = {"",
                                    "2026",
                                    "2026-13-01",
                                    "2026-02-29",
                                    "2026-1-1",
                                    "2026-01-01T",
                                    "2026-01-01T24:00:00Z",
                                    "2026-01-01T10:00:00",
                                    "2026-01-01T10:00:00.Z",
                                    "2026-01-01T10:00:00+2:00",
                                    "2026-01-01T10:00:00Zx",
                                    "0000-01-01",
                                    "0001-01-01T00:00:00+01:00"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; ++i) {
    int64_t time_ms = 42;
    assert_false(aski_time_parse(askiam_str_from(bad[i]), &time_ms));
    assert_true(time_ms == 42);
  }
}

static void base__calendar_goes_there_and_back(void **state)
{
  (void)state;
  for (int64_t days = -719162; days <= 2932896; days += 97) {
    aski_date date = aski_date_from_days(days);
    assert_true(aski_date_valid(date));
    assert_true(aski_date_to_days(date) == days);
  }
  assert_int_equal(aski_date_weekday((aski_date){2026, 11, 23}), 1);
  aski_date moved = aski_date_add_months((aski_date){2024, 1, 31}, 1);
  assert_int_equal(moved.day, 29);
  assert_int_equal(aski_date_add_months((aski_date){2024, 11, 30}, 3).year, 2025);
}

static bool s_fill(void *context, unsigned char *out, size_t length)
{
  memset(out, 0xff, length);
  return context == NULL;
}

static void base__ids_are_uuid_version_7(void **state)
{
  (void)state;
  char id[ASKI_ID_BYTES];
  aski_random_source random = {s_fill, NULL};
  assert_true(aski_id_new(id, "req", INT64_C(0x0190abcdef12), &random));
  assert_string_equal(id, "req-0190abcd-ef12-7fff-bfff-ffffffffffff");
  aski_random_source none = {s_fill, id};
  assert_false(aski_id_new(id, "req", 0, &none));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(base__times_are_written_and_read_back),
      cmocka_unit_test(base__malformed_times_are_refused),
      cmocka_unit_test(base__calendar_goes_there_and_back),
      cmocka_unit_test(base__ids_are_uuid_version_7),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
