/* SPDX-License-Identifier: Apache-2.0
 *
 * A dialogue between two turns: what is written is read back, and nothing else is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "dialogue/dialogue.h"
#include "support/allocator.h"

#define WHOLE                                                                                                          \
  "{\"v\":1,\"state\":1,\"asked\":0,\"misses\":2,\"user\":{\"id\":\"u\",\"name\":\"U\"},\"doubt\":0,"                  \
  "\"application\":{\"id\":\"a\",\"name\":\"A\"},\"role\":{\"id\":\"r\",\"name\":\"R\"},\"role_words\":\"reader\","    \
  "\"expires_at_ms\":1795435200000,\"duration_bad\":false,\"justification\":\"because\",\"choices\":[{\"kind\":4,"     \
  "\"id\":\"r\",\"name\":\"R\",\"app\":\"a\"},{\"kind\":1,\"id\":\"u\",\"name\":\"U\",\"app\":null}],\"more\":true}"

static askiam_status s_read(aski_dialogue *out_dialogue, aski_arena *arena, askiam_str text)
{
  aski_json_document *document = NULL;
  *out_dialogue = (aski_dialogue){.state = ASKI_DIALOGUE_ASK};
  askiam_status status = aski_json_parse(&document, text, arena->allocator, ASKIAM_LAYER_STORE, NULL);
  if (status == ASKIAM_STATUS_OK) {
    status = aski_dialogue_read(out_dialogue, arena, aski_json_root(document), NULL);
  }
  aski_json_destroy(document);
  return status;
}

static void kept__what_is_written_is_read_back(void **state)
{
  (void)state;
  aski_arena arena;
  aski_arena_init(&arena, aski_allocator_default());
  aski_dialogue dialogue;
  assert_int_equal(s_read(&dialogue, &arena, ASKI_STR(WHOLE)), ASKIAM_STATUS_OK);
  assert_int_equal(dialogue.state, ASKI_DIALOGUE_CONFIRM);
  assert_int_equal(dialogue.choices.count, 2);
  aski_buffer text;
  aski_buffer_init(&text, aski_allocator_default());
  aski_json_writer writer;
  aski_json_writer_init(&writer, &text);
  aski_json_open_object(&writer, NULL);
  aski_dialogue_write(&dialogue, &writer);
  aski_json_close_object(&writer);
  assert_string_equal(text.data, WHOLE);
  aski_buffer_clean_up(&text);
  aski_arena_clean_up(&arena);
}

/* Each replaces a part of the whole. */
static void kept__what_was_changed_is_refused(void **state)
{
  (void)state;
  static const char *const changes[][2] = {
      {"\"v\":1", "\"v\":2"},
      {"\"state\":1", "\"state\":7"},
      {"\"state\":1", "\"state\":-1"},
      {"\"state\":1", "\"state\":\"confirm\""},
      {"\"state\":1,", ""},
      {"\"asked\":0", "\"asked\":6"},
      {"\"doubt\":0", "\"doubt\":1"}, /* to be confirmed, and open for whom */
      {"\"role\":{\"id\":\"r\",\"name\":\"R\"},", ""},
      {"\"role\":{\"id\":\"r\"", "\"role\":{\"id\":\"\""},
      {"\"application\":{\"id\":\"a\"", "\"application\":{\"id\":7"},
      {"\"duration_bad\":false", "\"duration_bad\":true"},
      {"\"duration_bad\":false", "\"duration_bad\":null"},
      {"\"kind\":4", "\"kind\":3"},
      {"\"app\":\"a\"", "\"app\":null"},
      {"\"expires_at_ms\":1795435200000", "\"expires_at_ms\":-5"},
      {"\"misses\":2", "\"misses\":1e9"},
      {"\"choices\":[", "\"choices\":[1,2,3,4,5,"},
      {"\"more\":true", "\"more\":1"},
  };
  for (size_t i = 0; i < sizeof changes / sizeof *changes; ++i) {
    aski_arena arena;
    aski_arena_init(&arena, aski_allocator_default());
    static const char whole[] = WHOLE;
    size_t before = (size_t)(strstr(whole, changes[i][0]) - whole);
    askiam_str text = aski_arena_format(&arena, "%.*s%s%s", (int)before, whole, changes[i][1],
                                        whole + before + strlen(changes[i][0]));
    aski_dialogue dialogue;
    if (s_read(&dialogue, &arena, text) != ASKIAM_STATUS_BAD_DATA) {
      fail_msg("%s", text.data);
    }
    aski_arena_clean_up(&arena);
  }
}

static void kept__failing_memory_is_told(void **state)
{
  (void)state;
  test_allocator allocator;
  test_allocator_init(&allocator);
  askiam_status status = ASKIAM_STATUS_NO_MEMORY;
  for (long at = 1; status != ASKIAM_STATUS_OK; ++at) {
    aski_arena arena;
    aski_arena_init(&arena, &allocator.base);
    aski_dialogue dialogue;
    test_allocator_fail_at(&allocator, at);
    status = s_read(&dialogue, &arena, ASKI_STR(WHOLE));
    test_allocator_fail_at(&allocator, 0);
    assert_true(status == ASKIAM_STATUS_OK || status == ASKIAM_STATUS_NO_MEMORY);
    aski_arena_clean_up(&arena);
    assert_int_equal(allocator.outstanding, 0);
    assert_true(at < 1000);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(kept__what_is_written_is_read_back),
      cmocka_unit_test(kept__what_was_changed_is_refused),
      cmocka_unit_test(kept__failing_memory_is_told),
  };
  return cmocka_run_group_tests_name("kept", tests, NULL, NULL);
}
