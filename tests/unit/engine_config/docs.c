/* SPDX-License-Identifier: Apache-2.0
 *
 * docs/configuration.md against the table of keys: a line each, and none besides. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>

#include "base/file.h"
#include "engine/config_keys.h"
#include "support/allocator.h"

#define PAGE ASKIAM_SOURCE_DIR "/docs/configuration.md"

static void s_append_row(aski_buffer *row, const aski_config_key *key)
{
  aski_buffer_append_format(row, "| `%s` | ", key->name);
  aski_config_key_describe(key, row);
  bool empty = key->preset[0] == 0;
  aski_buffer_append_format(row, " | %s%s%s | %s |\n", empty ? "" : "`", empty ? "empty" : key->preset,
                            empty ? "" : "`", key->help);
}

static size_t s_count(const char *text, const char *part)
{
  size_t count = 0;
  for (const char *at = strstr(text, part); at != NULL; at = strstr(at + 1, part)) {
    ++count;
  }
  return count;
}

static void config__the_page_has_a_line_for_every_key(void **state)
{
  (void)state;
  test_allocator allocator;
  test_allocator_init(&allocator);
  aski_buffer page;
  aski_buffer_init(&page, &allocator.base);
  askiam_error error = ASKIAM_ERROR_INIT;
  if (aski_file_read(&page, PAGE, 1024 * 1024, "the page", ASKIAM_LAYER_CONFIG, &error) != ASKIAM_STATUS_OK) {
    fail_msg("%s", error.message);
  }
  aski_buffer row;
  aski_buffer_init(&row, &allocator.base);
  size_t missing = 0;
  for (size_t i = 0; i < aski_config_key_count(); ++i) {
    aski_buffer_clear(&row);
    s_append_row(&row, aski_config_key_at(i));
    if (strstr(page.data, row.data) == NULL) {
      print_message("docs/configuration.md needs this line:\n%s", row.data);
      ++missing;
    }
  }
  assert_int_equal(missing, 0);
  assert_int_equal(s_count(page.data, "\n| `"), aski_config_key_count());
  aski_buffer_clean_up(&row);
  aski_buffer_clean_up(&page);
  assert_int_equal(allocator.outstanding, 0);
}

static void config__no_two_keys_have_one_name_or_variable(void **state)
{
  (void)state;
  assert_in_range(aski_config_key_count(), 1, ASKI_CONFIG_KEYS_MAX);
  assert_null(aski_config_key_at(aski_config_key_count()));
  for (size_t i = 0; i < aski_config_key_count(); ++i) {
    const char *name = aski_config_key_at(i)->name;
    assert_int_equal(aski_config_key_find(askiam_str_from(name)), i);
    assert_int_equal(strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789._"), strlen(name));
    assert_true(strlen(name) + sizeof "ASKIAM_" <= 64);
    assert_false(aski_config_key_is_group(askiam_str_from(name)));
    assert_null(strchr(aski_config_key_at(i)->help, '|'));
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(config__the_page_has_a_line_for_every_key),
      cmocka_unit_test(config__no_two_keys_have_one_name_or_variable),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
