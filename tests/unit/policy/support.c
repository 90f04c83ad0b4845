/* SPDX-License-Identifier: Apache-2.0 */
#include "support.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>

#include "support/allocator.h"

typedef struct s_told {
  char text[16384];
  size_t length;
  char first_refusal[1024]; /* as the error says it */
} s_told;

static void s_tell(void *context, const askiam_policy_finding *finding)
{
  s_told *told = context;
  assert_true(finding->path.data != NULL && finding->message.length > 0);
  told->length += (size_t)snprintf(
      told->text + told->length, sizeof told->text - told->length, "%s %zu:%zu %.*s%s%.*s\n",
      finding->warning ? "warning" : "error", finding->line, finding->column, (int)finding->path.length,
      finding->path.data, finding->path.length > 0 ? ": " : "", (int)finding->message.length, finding->message.data);
  assert_true(told->length < sizeof told->text);
  if (!finding->warning && told->first_refusal[0] == 0) {
    snprintf(told->first_refusal, sizeof told->first_refusal, "line %zu, column %zu: %.*s%s%.*s", finding->line,
             finding->column, (int)finding->path.length, finding->path.data, finding->path.length > 0 ? ": " : "",
             (int)finding->message.length, finding->message.data);
  }
}

/* Line by line. */
static bool s_fits(const char *told, const char *expected)
{
  while (*told != 0 && *expected != 0) {
    size_t line = strcspn(expected, "\n");
    if (strncmp(told, expected, line) != 0) {
      return false;
    }
    expected += line + (expected[line] == '\n' ? 1 : 0);
    told = strchr(told, '\n') + 1;
  }
  return *told == 0 && *expected == 0;
}

void assert_findings(askiam_policy_kind kind, const char *document, const char *expected)
{
  static s_told told;
  told = (s_told){.length = 0};
  test_allocator allocator;
  test_allocator_init(&allocator);
  askiam_error error = ASKIAM_ERROR_INIT;
  askiam_status status = askiam_policy_check(askiam_str_from(document), kind, s_tell, &told, &allocator.base, &error);
  if (!s_fits(told.text, expected)) {
    fail_msg("%s\n%s:\n%swhere this was expected:\n%s", document, askiam_policy_kind_name(kind), told.text, expected);
  }
  bool refused = told.first_refusal[0] != 0;
  assert_int_equal(status, refused ? ASKIAM_STATUS_BAD_DATA : ASKIAM_STATUS_OK);
  assert_int_equal(strncmp(error.message, told.first_refusal, sizeof error.message - 1), 0);
  assert_int_equal(allocator.outstanding, 0);
}

void assert_all_findings(askiam_policy_kind kind, const test_document *documents, size_t count)
{
  for (size_t i = 0; i < count; ++i) {
    assert_findings(kind, documents[i].document, documents[i].expected);
  }
}
