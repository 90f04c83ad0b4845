/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/log.h"

typedef struct sink {
  int records;
  int begins;
  int ends;
  char json[2048];
} sink;

static void s_log(void *context, const askiam_log_record *record)
{
  sink *seen = context;
  ++seen->records;
  assert_true(askiam_log_record_to_json(record, seen->json, sizeof seen->json) < sizeof seen->json);
}

static void s_observe(void *context, const askiam_span *span)
{
  sink *seen = context;
  *(askiam_span_ended(span) ? &seen->ends : &seen->begins) += 1;
  assert_string_equal(askiam_span_name(span), "rules");
}

static aski_trace s_trace(sink *seen)
{
  return (aski_trace){.log = s_log,
                      .log_context = seen,
                      .level = ASKIAM_LOG_INFO,
                      .observer = s_observe,
                      .observer_context = seen,
                      .clock = aski_clock_system(),
                      .request_id = ASKI_STR("req-1"),
                      .user_id = ASKI_STR("a\"\\\n"),
                      .sentence = ASKI_STR("secret words")};
}

static void base__log_records_are_json_without_the_sentence(void **state)
{
  (void)state;
  sink seen = {0};
  aski_trace trace = s_trace(&seen);
  aski_log(&trace, ASKIAM_LOG_DEBUG, "rules", NULL, -1, "too quiet");
  assert_int_equal(seen.records, 0);
  aski_log(&trace, ASKIAM_LOG_WARN, "rules", "VALID", 1.5, "took %d", 3);
  assert_int_equal(seen.records, 1);
  assert_non_null(strstr(seen.json,
                         "\"level\":\"WARN\",\"stage\":\"rules\",\"message\":\"took 3\",\"request_id\":\"req-1\","
                         "\"user_id\":\"a\\\"\\\\\\u000a\",\"status\":\"VALID\",\"duration_ms\":1.500}"));
  assert_null(strstr(seen.json, "secret"));
  trace.with_sentence = true;
  aski_log(&trace, ASKIAM_LOG_WARN, "rules", NULL, -1, "x");
  assert_non_null(strstr(seen.json, "\"sentence\":\"secret words\""));
  aski_log(NULL, ASKIAM_LOG_ERROR, "rules", NULL, -1, "nobody listens");
}

static void base__spans_begin_and_end_once(void **state)
{
  (void)state;
  sink seen = {0};
  aski_trace trace = s_trace(&seen);
  askiam_span span;
  aski_span_begin(&span, &trace, ASKIAM_SPAN_STAGE, "rules");
  assert_int_equal(aski_span_end(&span, ASKIAM_STATUS_TIMEOUT), ASKIAM_STATUS_TIMEOUT);
  assert_int_equal(askiam_span_outcome(&span), ASKIAM_STATUS_TIMEOUT);
  assert_int_equal(seen.begins, 1);
  assert_int_equal(seen.ends, 1);
  aski_span_begin(&span, NULL, ASKIAM_SPAN_STAGE, "rules");
  assert_int_equal(aski_span_end(&span, ASKIAM_STATUS_OK), ASKIAM_STATUS_OK);
}

static void base__messages_are_cut_at_whole_characters(void **state)
{
  (void)state;
  askiam_error error = ASKIAM_ERROR_INIT;
  char text[700];
  memset(text, 'x', sizeof text);
  memcpy(text + 510, "\u00e9", 2);
  text[699] = 0;
  assert_int_equal(askiam_error_set(&error, ASKIAM_STATUS_BUSY, ASKIAM_LAYER_STORE, "%s", text), ASKIAM_STATUS_BUSY);
  assert_int_equal(strlen(error.message), 510);
  assert_int_equal(error.retryable, 1);
  assert_string_equal(askiam_status_name(error.status), "BUSY");
  assert_string_equal(askiam_status_name((askiam_status)999), "UNKNOWN");
  assert_string_equal(askiam_layer_name(error.layer), "STORE");
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(base__log_records_are_json_without_the_sentence),
      cmocka_unit_test(base__spans_begin_and_end_once),
      cmocka_unit_test(base__messages_are_cut_at_whole_characters),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
