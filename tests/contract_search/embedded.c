/* SPDX-License-Identifier: Apache-2.0
 *
 * The embedded search on a file that the SQLite store itself made and imported into. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "backend/options.h"
#include "base/time.h"
#include "contract_search.h"
#include "search/embedded/embedded_search.h"
#include "store/sqlite/sqlite_store.h"

typedef struct place {
  char folder[64];
  char path[96];
} place;

static void s_options(askiam_backend_options *out_options, test_allocator *allocator, char *url, size_t size_bytes,
                      const place *where)
{
  snprintf(url, size_bytes, "sqlite:%s", where->path);
  *out_options = (askiam_backend_options){
      .url = askiam_str_from(url), .allocator = &allocator->base, .clock = aski_clock_system()};
}

static void s_open(void **out_place, void **out_self, test_allocator *allocator,
                   const test_knowledge_document *documents, size_t document_count,
                   const test_knowledge_pattern *patterns, size_t pattern_count)
{
  place *made = calloc(1, sizeof *made);
  assert_non_null(made);
  snprintf(made->folder, sizeof made->folder, "/tmp/askiam-contract-XXXXXX");
  assert_non_null(mkdtemp(made->folder));
  snprintf(made->path, sizeof made->path, "%s/iam.db", made->folder);
  char url[128];
  askiam_backend_options options;
  s_options(&options, allocator, url, sizeof url, made);
  const askiam_store_driver *driver = aski_sqlite_store_driver();
  void *store = NULL;
  assert_int_equal(driver->open(&store, NULL, &options, NULL), ASKIAM_STATUS_OK);
  test_fill(driver, store, documents, document_count, patterns, pattern_count);
  driver->close(store);
  assert_int_equal(aski_embedded_search()->open(out_self, NULL, &options, NULL), ASKIAM_STATUS_OK);
  *out_place = made;
}

static void s_remove(void *where)
{
  place *made = where;
  static const char *const endings[] = {"", "-wal", "-shm"};
  for (size_t i = 0; i < 3; ++i) {
    char path[128];
    snprintf(path, sizeof path, "%s%s", made->path, endings[i]);
    unlink(path);
  }
  rmdir(made->folder);
  free(made);
}

const test_search_backend test_backend = {"embedded", aski_embedded_search, s_open, s_remove};
