/* SPDX-License-Identifier: Apache-2.0
 *
 * A reading's way through JSON, to another process and back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "model/reading.h"
#include "support/allocator.h"

static aski_reading s_reading(void)
{
  aski_reading reading = {
      .act = ASKI_ACT_REQUEST,
      .user = {.found = true, .id = ASKI_STR("john.doe"), .name = ASKI_STR("John Doe"), .score = 1},
      .application = {.found = true,
                      .id = ASKI_STR("crm"),
                      .name = ASKI_STR("C\"RM"),
                      .mention = ASKI_STR("crmm"),
                      .score = 0.875},
      .expires_at_ms = INT64_C(1795435200123),
      .suggestions = {.items = {{ASKIAM_KIND_ROLE, ASKI_STR("r"), ASKI_STR("R"), ASKI_STR("crm"), 0.9},
                                {ASKIAM_KIND_APPLICATION, ASKI_STR("a"), ASKI_STR("A"), ASKI_STR_NONE, 0.5}},
                      .count = 2},
      .question = ASKI_STR("Which role?")};
  aski_code_list_add(&reading.codes, ASKI_CODE_MISSING_ROLE);
  aski_code_list_add(&reading.codes, ASKI_CODE_UNCLEAR);
  return reading;
}

static void s_write(aski_buffer *buffer, const aski_reading *reading)
{
  aski_json_writer writer;
  aski_buffer_clear(buffer);
  aski_json_writer_init(&writer, buffer);
  aski_reading_write_json(reading, &writer);
}

static askiam_status s_read(aski_reading *out_reading, aski_arena *arena, askiam_str text)
{
  aski_json_document *document = NULL;
  aski_reader reader;
  assert_int_equal(aski_json_parse(&document, text, aski_allocator_default(), ASKIAM_LAYER_ENGINE, NULL),
                   ASKIAM_STATUS_OK);
  aski_reader_init(&reader, arena, NULL);
  aski_reading_read_json(out_reading, &reader, aski_json_root(document));
  aski_json_destroy(document);
  return aski_reader_end(&reader);
}

static void reading__survives_json_whenever_memory_runs_out(void **state)
{
  (void)state;
  const aski_reading reading = s_reading();
  aski_buffer first;
  aski_buffer second;
  aski_buffer_init(&first, aski_allocator_default());
  aski_buffer_init(&second, aski_allocator_default());
  s_write(&first, &reading);
  askiam_status status = ASKIAM_STATUS_NO_MEMORY;
  for (long fail_at = 1; status == ASKIAM_STATUS_NO_MEMORY; ++fail_at) {
    test_allocator allocator;
    aski_arena arena;
    aski_reading again;
    test_allocator_init(&allocator);
    test_allocator_fail_at(&allocator, fail_at);
    aski_arena_init(&arena, &allocator.base);
    status = s_read(&again, &arena, aski_buffer_view(&first));
    if (status == ASKIAM_STATUS_OK) {
      s_write(&second, &again);
      assert_string_equal(second.data, first.data);
    }
    aski_arena_clean_up(&arena);
    assert_int_equal(allocator.outstanding, 0);
  }
  assert_int_equal(status, ASKIAM_STATUS_OK);
  aski_buffer_clean_up(&first);
  aski_buffer_clean_up(&second);
}

/* The text with its first `from` replaced. */
static askiam_status s_read_changed(const char *from, const char *to)
{
  aski_buffer text;
  aski_buffer changed;
  aski_arena arena;
  aski_reading again;
  const aski_reading reading = s_reading();
  aski_arena_init(&arena, aski_allocator_default());
  aski_buffer_init(&text, aski_allocator_default());
  aski_buffer_init(&changed, aski_allocator_default());
  s_write(&text, &reading);
  const char *found = strstr(text.data, from);
  assert_non_null(found);
  aski_buffer_append(&changed, (askiam_str){text.data, (size_t)(found - text.data)});
  aski_buffer_append_text(&changed, to);
  aski_buffer_append_text(&changed, found + strlen(from));
  askiam_status status = s_read(&again, &arena, aski_buffer_view(&changed));
  aski_buffer_clean_up(&changed);
  aski_buffer_clean_up(&text);
  aski_arena_clean_up(&arena);
  return status;
}

static void reading__something_else_is_refused(void **state)
{
  (void)state;
  static const char *const changes[][2] = {{"\"act\":\"request\"", "\"act\":\"demand\""},
                                           {"\"act\":\"request\"", "\"act\":null"},
                                           {"\"MISSING_ROLE\"", "\"NO_SUCH_CODE\""},
                                           {"\"MISSING_ROLE\"", "7"},
                                           {"\"reason_codes\":[", "\"codes\":["},
                                           {"\"entities\":{", "\"things\":{"},
                                           {"\"user\":{\"id\":\"john.doe\"", "\"user\":{\"id\":7"},
                                           {"\"expires_at\":\"2026", "\"expires_at\":\"soon"},
                                           {"\"kind\":\"role\"", "\"kind\":\"group\""},
                                           {"\"suggestions\":[", "\"suggestions\":[{},{},{},{},"},
                                           {"\"question\":\"Which role?\"", "\"question\":[]"}};
  assert_int_equal(s_read_changed("\"mentions\":[]", "\"mentions\":null"), ASKIAM_STATUS_OK);
  for (size_t i = 0; i < sizeof changes / sizeof *changes; ++i) {
    if (s_read_changed(changes[i][0], changes[i][1]) != ASKIAM_STATUS_BAD_DATA) {
      fail_msg("%s was taken", changes[i][1]);
    }
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(reading__survives_json_whenever_memory_runs_out),
                                     cmocka_unit_test(reading__something_else_is_refused)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
