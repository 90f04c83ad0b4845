/* SPDX-License-Identifier: Apache-2.0
 *
 * Documents on their way into the store get their vectors: many at once, in their order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "unit/import/recorder.h"

#define DOCUMENT                                                                                                       \
  "{\"applications\":[{\"app_id\":\"erp\",\"name\":\"ERP\"}],"                                                         \
  "\"documents\":[{\"id\":\"d\",\"title\":\"D\",\"text\":\"t\",\"metadata\":{\"app_id\":\"erp\"}}]}"

static size_t s_two(void *self)
{
  (void)self;
  return 2;
}

static const char *s_model(void *self)
{
  (void)self;
  return "two/2";
}

static askiam_status s_embed(void *self, const askiam_call *call, const askiam_str *texts, size_t count,
                             float *out_vectors, askiam_error *error)
{
  (void)self;
  (void)call;
  if (count != 1 || !aski_str_equal_text(texts[0], "D\nt")) {
    return askiam_error_set(error, ASKIAM_STATUS_INTERNAL, ASKIAM_LAYER_EMBEDDER, "other text than expected");
  }
  out_vectors[0] = 1.0F;
  out_vectors[1] = 0.0F;
  return ASKIAM_STATUS_OK;
}

static void import__documents_are_embedded_where_there_is_an_embedder(void **state)
{
  (void)state;
  recorder store;
  recorder_init(&store);
  store.admin.self = &store;
  aski_embedder embedder = {
      .table = {.size = sizeof(askiam_embedder_vtable), .dimension = s_two, .model = s_model, .embed = s_embed},
      .provided = true};
  aski_import import = {.admin = &store.admin, .embedder = &embedder, .allocator = aski_allocator_default()};
  askiam_error error = ASKIAM_ERROR_INIT;
  askiam_status status = aski_import_run_json(NULL, &import, &g_call, ASKI_STR(DOCUMENT), "x", NULL, &error);
  assert_string_equal(error.message, "");
  assert_int_equal(status, ASKIAM_STATUS_OK);
  assert_non_null(strstr(store.rows.data, "documents 1|d|D|t|{\"app_id\":\"erp\"}|[\"erp\"]|[]|8|two/2\n"));
  recorder_clean_up(&store);
}

/* Tells each text by its number, and notes how many came at once. */
typedef struct counted {
  size_t calls;
  size_t sizes[4];
} counted;

static askiam_status s_embed_counted(void *self, const askiam_call *call, const askiam_str *texts, size_t count,
                                     float *out_vectors, askiam_error *error)
{
  counted *own = self;
  (void)call;
  for (size_t i = 0; i < count; ++i) {
    out_vectors[2 * i] = 1.0F;
    out_vectors[2 * i + 1] = 0.0F;
    if (texts[i].length == 0) {
      return askiam_error_set(error, ASKIAM_STATUS_INTERNAL, ASKIAM_LAYER_EMBEDDER, "no text");
    }
  }
  if (own->calls < 4) {
    own->sizes[own->calls] = count;
  }
  ++own->calls;
  return ASKIAM_STATUS_OK;
}

static askiam_status s_import_many(recorder *store, counted *own, size_t documents, size_t text_bytes,
                                   const askiam_allocator *allocator)
{
  aski_buffer json;
  aski_buffer_init(&json, aski_allocator_default());
  aski_buffer_append_text(&json, "{\"documents\":[");
  for (size_t i = 0; i < documents; ++i) {
    aski_buffer_append_format(&json, "%s{\"id\":%zu,\"text\":\"t", i == 0 ? "" : ",", i);
    for (size_t byte = 0; byte < text_bytes; ++byte) {
      aski_buffer_append_byte(&json, 'x');
    }
    aski_buffer_append_text(&json, "\"}");
  }
  aski_buffer_append_text(&json, "]}");
  recorder_init(store);
  store->admin.self = store;
  aski_embedder embedder = {
      .table = {.size = sizeof(askiam_embedder_vtable), .dimension = s_two, .model = s_model, .embed = s_embed_counted},
      .self = own,
      .provided = true};
  aski_import import = {.admin = &store->admin, .embedder = &embedder, .allocator = allocator};
  askiam_status status = aski_import_run_json(NULL, &import, &g_call, aski_buffer_view(&json), "x", NULL, NULL);
  aski_buffer_clean_up(&json);
  return status;
}

static void import__documents_are_embedded_together_and_stay_in_order(void **state)
{
  (void)state;
  recorder store;
  counted own = {.calls = 0};
  assert_int_equal(s_import_many(&store, &own, 70, 1, aski_allocator_default()), ASKIAM_STATUS_OK);
  assert_int_equal(own.calls, 3);
  assert_int_equal(own.sizes[0], 32);
  assert_int_equal(own.sizes[1], 32);
  assert_int_equal(own.sizes[2], 6);
  const char *at = store.rows.data;
  for (int i = 0; i < 70; ++i) {
    char line[64];
    snprintf(line, sizeof line, "documents %d|%d|%d|tx|{}|[]|[]|8|two/2\n", i + 1, i, i);
    at = at == NULL ? NULL : strstr(at, line);
  }
  assert_non_null(at);
  recorder_clean_up(&store);
  own = (counted){.calls = 0}; /* long ones wait for fewer others */
  assert_int_equal(s_import_many(&store, &own, 3, 700 * 1024, aski_allocator_default()), ASKIAM_STATUS_OK);
  assert_int_equal(own.calls, 2);
  assert_int_equal(own.sizes[0], 2);
  recorder_clean_up(&store);
}

static void import__documents_that_wait_are_not_lost_for_want_of_memory(void **state)
{
  (void)state;
  test_allocator allocator;
  test_allocator_init(&allocator);
  askiam_status status = ASKIAM_STATUS_NO_MEMORY;
  for (long fail_at = 1; status != ASKIAM_STATUS_OK; ++fail_at) {
    recorder store;
    counted own = {.calls = 0};
    test_allocator_fail_at(&allocator, fail_at);
    status = s_import_many(&store, &own, 34, 1, &allocator.base);
    assert_true(status == ASKIAM_STATUS_OK || status == ASKIAM_STATUS_NO_MEMORY);
    assert_true(status != ASKIAM_STATUS_OK || own.calls == 2);
    assert_int_equal(allocator.outstanding, 0);
    recorder_clean_up(&store);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(import__documents_are_embedded_where_there_is_an_embedder),
      cmocka_unit_test(import__documents_are_embedded_together_and_stay_in_order),
      cmocka_unit_test(import__documents_that_wait_are_not_lost_for_want_of_memory),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
