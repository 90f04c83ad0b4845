/* SPDX-License-Identifier: Apache-2.0
 *
 * Fills a store with the suite's knowledge, by an import. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <inttypes.h>
#include <stdio.h>

#include "backend/options.h"
#include "base/time.h"
#include "contract_search.h"
#include "embed/hashing/hashing_embedder.h"

void test_embed(const char *text, float out_vector[TEST_DIMENSION])
{
  askiam_backend_options options = {.allocator = aski_allocator_default(), .clock = aski_clock_system()};
  askiam_call call = {.clock = aski_clock_system(), .deadline_ticks_ns = UINT64_MAX};
  askiam_str view = askiam_str_from(text);
  void *self = NULL;
  assert_int_equal(aski_hashing_embedder()->open(&self, NULL, &options, NULL), ASKIAM_STATUS_OK);
  assert_int_equal(aski_hashing_embedder()->embed(self, &call, &view, 1, out_vector, NULL), ASKIAM_STATUS_OK);
  aski_hashing_embedder()->close(self);
}

typedef struct import {
  const askiam_admin_vtable *admin;
  void *session;
  uint64_t rows[ASKIAM_TABLE_COUNT];
} import;

static void s_row(import *into, askiam_table table, const askiam_str *values, size_t count)
{
  askiam_error error = ASKIAM_ERROR_INIT;
  if (into->admin->import_row(into->session, table, ++into->rows[table], values, count, &error) != ASKIAM_STATUS_OK) {
    fail_msg("%s", error.message);
  }
}

static void s_row_of_texts(import *into, askiam_table table, const char *const *texts, size_t count)
{
  askiam_str values[ASKIAM_ROW_MAX_COLUMNS];
  for (size_t i = 0; i < count; ++i) {
    values[i] = askiam_str_from(texts[i]);
  }
  s_row(into, table, values, count);
}

static void s_import_catalogue(import *into)
{
  static const char *const applications[][6] = {{"a1", "Workday", "", "", "active", "0"},
                                                {"a2", "Salesforce", "", "", "active", "0"}};
  static const char *const roles[][8] = {{"r1", "a1", "HR Analyst", "", "[]", "low", "active", "0"},
                                         {"r2", "a1", "HR Manager", "", "[]", "low", "active", "0"},
                                         {"r3", "a2", "Sales Rep", "", "[]", "low", "active", "0"}};
  for (size_t i = 0; i < 2; ++i) {
    s_row_of_texts(into, ASKIAM_TABLE_APPLICATIONS, applications[i], 6);
  }
  for (size_t i = 0; i < 3; ++i) {
    s_row_of_texts(into, ASKIAM_TABLE_ROLES, roles[i], 8);
  }
}

static void s_import_document(import *into, const test_knowledge_document *document)
{
  float vector[TEST_DIMENSION]; /* as it lies in memory: the suite runs on little-endian machines */
  char text[512];
  char application[32];
  char role[32];
  snprintf(text, sizeof text, "%s %s", document->title, document->text);
  test_embed(text, vector);
  snprintf(application, sizeof application, document->application == NULL ? "[]" : "[\"%s\"]", document->application);
  snprintf(role, sizeof role, document->role == NULL ? "[]" : "[\"%s\"]", document->role);
  askiam_str values[] = {askiam_str_from(document->id),         askiam_str_from(document->title),
                         askiam_str_from(document->text),       ASKI_STR("{}"),
                         askiam_str_from(application),          askiam_str_from(role),
                         {(const char *)vector, sizeof vector}, ASKI_STR("hashing-1/256")};
  s_row(into, ASKIAM_TABLE_DOCUMENTS, values, 8);
}

static void s_import_pattern(import *into, const test_knowledge_pattern *pattern)
{
  char time[32];
  snprintf(time, sizeof time, "%" PRId64, pattern->time_ms);
  const char *texts[] = {pattern->user, pattern->role, "a1", time, pattern->approved ? "1" : "0", pattern->source};
  s_row_of_texts(into, ASKIAM_TABLE_ACCESS_PATTERNS, texts, 6);
}

static int s_report(void *context, askiam_table table, uint64_t row, const char *message)
{
  (void)context;
  print_message("table %d row %" PRIu64 ": %s\n", (int)table, row, message);
  return 1;
}

void test_fill(const askiam_store_driver *driver, void *store, const test_knowledge_document *documents,
               size_t document_count, const test_knowledge_pattern *patterns, size_t pattern_count)
{
  askiam_call call = {.clock = aski_clock_system(), .deadline_ticks_ns = UINT64_MAX};
  askiam_error error = ASKIAM_ERROR_INIT;
import into = {.admin = driver->admin };
  int from = 0;
  int to = 0;
  assert_int_equal(into.admin->migrate(store, &call, &from, &to, &error), ASKIAM_STATUS_OK);
  assert_int_equal(into.admin->import_begin(store, &call, &into.session, &error), ASKIAM_STATUS_OK);
  s_import_catalogue(&into);
  for (size_t i = 0; i < document_count; ++i) {
    s_import_document(&into, &documents[i]);
  }
  for (size_t i = 0; i < pattern_count; ++i) {
    s_import_pattern(&into, &patterns[i]);
  }
  if (into.admin->import_commit(into.session, s_report, NULL, &error) != ASKIAM_STATUS_OK) {
    fail_msg("%s", error.message);
  }
}
