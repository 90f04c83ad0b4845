/* SPDX-License-Identifier: Apache-2.0
 *
 * What a check of a document tells, as lines of text. */
#ifndef TESTS_UNIT_POLICY_SUPPORT_H
#define TESTS_UNIT_POLICY_SUPPORT_H

#include <askiam/policy.h>

/* Checks the document and compares what is told: "error 1:33 Statement.Effect: must be", a line a finding, each the beginning of the line that
 * is told. Fails the test where a line differs, is missing or was not expected; or where the status does not fit the lines. */
void assert_findings(askiam_policy_kind kind, const char *document, const char *expected);

/* The same for many documents of one kind. */
typedef struct test_document {
  const char *document;
  const char *expected;
} test_document;
void assert_all_findings(askiam_policy_kind kind, const test_document *documents, size_t count);
#define ASSERT_ALL_FINDINGS(kind, documents)                                                                           \
  assert_all_findings(kind, documents, sizeof(documents) / sizeof *(documents))

#endif
