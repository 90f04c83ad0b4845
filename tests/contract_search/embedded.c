/* SPDX-License-Identifier: Apache-2.0
 *
 * The embedded search on a file that the SQLite store itself made and imported into: on connections of its own, or (TEST_LENT) on those
 * that the store, still open, lends. */
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
#include "store/common/lending.h"
#include "store/sqlite/sqlite_store.h"

typedef struct place {
  char folder[64];
  char path[96];
  void *store; /* NULL: closed */
  aski_lending lending;
} place;

#ifdef TEST_LENT
static const bool s_lent = true;
#else
static const bool s_lent = false;
#endif

static void s_options(askiam_backend_options *out_options, test_allocator *allocator, char *url, size_t size_bytes,
                      place *where)
{
  snprintf(url, size_bytes, "sqlite:%s", where->path);
  *out_options = (askiam_backend_options){.url = askiam_str_from(url),
                                          .allocator = &allocator->base,
                                          .clock = aski_clock_system(),
                                          .lending = s_lent ? &where->lending : NULL};
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
  assert_int_equal(driver->open(&made->store, NULL, &options, NULL), ASKIAM_STATUS_OK);
  test_fill(driver, made->store, documents, document_count, patterns, pattern_count);
  if (s_lent) {
    uint64_t version = 0; /* read, so that there is a connection to lend */
    askiam_call call = {.clock = options.clock, .deadline_ticks_ns = UINT64_MAX};
    assert_int_equal(driver->catalogue->version(made->store, &call, &version, NULL), ASKIAM_STATUS_OK);
    assert_ptr_equal(made->lending.store, made->store);
  } else {
    driver->close(made->store);
    made->store = NULL;
  }
  assert_int_equal(aski_embedded_search()->open(out_self, NULL, &options, NULL), ASKIAM_STATUS_OK);
  *out_place = made;
}

static void s_remove(void *where)
{
  place *made = where;
  if (made->store != NULL) {
    aski_sqlite_store_driver()->close(made->store);
  }
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
