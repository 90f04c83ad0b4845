/* SPDX-License-Identifier: Apache-2.0
 *
 * The search of the PostgreSQL store, in a database that the store itself made and imported into. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "backend/options.h"
#include "base/time.h"
#include "contract_search.h"
#include "store/postgres/postgres_store.h"
#include "support/pg.h"

static void s_open(void **out_place, void **out_self, test_allocator *allocator,
                   const test_knowledge_document *documents, size_t document_count,
                   const test_knowledge_pattern *patterns, size_t pattern_count)
{
  char url[PG_URL_BYTES];
  pg_new_database(url, pg_port());
  const askiam_backend_options options = {
      .url = askiam_str_from(url), .allocator = &allocator->base, .clock = aski_clock_system()};
  const askiam_store_driver *driver = aski_postgres_store_driver();
  void *store = NULL;
  assert_int_equal(driver->open(&store, NULL, &options, NULL), ASKIAM_STATUS_OK);
  test_fill(driver, store, documents, document_count, patterns, pattern_count);
  driver->close(store);
  assert_int_equal(aski_postgres_search()->open(out_self, NULL, &options, NULL), ASKIAM_STATUS_OK);
  *out_place = NULL;
}

static void s_remove(void *where) { (void)where; }

const test_search_backend test_backend = {"postgresql", aski_postgres_search, s_open, s_remove};
