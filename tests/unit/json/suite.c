/* SPDX-License-Identifier: Apache-2.0
 *
 * The public JSONTestSuite, where a copy of it lies beside the sources: y_ must be taken, n_ refused; of i_ (the
 * implementation's choice) numbers are taken and everything else is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "support/allocator.h"
#include "json/json.h"

#define SUITE ASKIAM_SOURCE_DIR "/../shared/vectors/JSONTestSuite/test_parsing"

/* RFC 8259 allows them, we do not: members that occur twice, U+0000. */
static bool s_is_stricter(const char *name)
{
  static const char *const names[] = {"y_object_duplicated_key.json", "y_object_duplicated_key_and_value.json",
                                      "y_object_escaped_null_in_key.json", "y_string_null_escape.json"};
  for (size_t i = 0; i < sizeof names / sizeof *names; ++i) {
    if (strcmp(name, names[i]) == 0) {
      return true;
    }
  }
  return false;
}

static bool s_expected(const char *name)
{
  return (name[0] == 'y' && !s_is_stricter(name)) || strncmp(name, "i_number", 8) == 0;
}

static size_t s_read(const char *name, char *text, size_t size_bytes)
{
  char path[1024];
  snprintf(path, sizeof path, "%s/%s", SUITE, name);
  FILE *file = fopen(path, "rb");
  assert_non_null(file);
  size_t length = fread(text, 1, size_bytes, file);
  assert_true(feof(file));
  fclose(file);
  return length;
}

static void s_check_file(const char *name)
{
  static char text[1024 * 1024];
  test_allocator allocator;
  test_allocator_init(&allocator);
  askiam_str view = {text, s_read(name, text, sizeof text)};
  askiam_error error = ASKIAM_ERROR_INIT;
  aski_json_document *document = NULL;
  askiam_status status = aski_json_parse(&document, view, &allocator.base, ASKIAM_LAYER_REQUEST, &error);
  if (status != (s_expected(name) ? ASKIAM_STATUS_OK : ASKIAM_STATUS_BAD_DATA)) {
    fail_msg("%s: %s %s", name, askiam_status_name(status), error.message);
  }
  aski_json_destroy(document);
  assert_int_equal(allocator.outstanding, 0);
}

static void json__suite_is_decided_as_expected(void **state)
{
  (void)state;
  DIR *folder = opendir(SUITE);
  if (folder == NULL) {
    print_message("JSONTestSuite is not there (%s): skipped\n", SUITE);
    skip();
  }
  size_t count = 0;
  for (const struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
    if (entry->d_name[0] != '.') {
      s_check_file(entry->d_name);
      ++count;
    }
  }
  closedir(folder);
  print_message("%zu files of JSONTestSuite\n", count);
  assert_true(count > 300);
}

int main(void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(json__suite_is_decided_as_expected)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
