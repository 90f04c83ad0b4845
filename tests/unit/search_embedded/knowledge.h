/* SPDX-License-Identifier: Apache-2.0
 *
 * A file with the store's schema, filled by hand, and the embedded search over it. */
#ifndef TESTS_SEARCH_EMBEDDED_KNOWLEDGE_H
#define TESTS_SEARCH_EMBEDDED_KNOWLEDGE_H

#include <sqlite3.h>

#include "base/time.h"
#include "model/case.h"
#include "search/embedded/embedded_search.h"
#include "support/allocator.h"

enum { TEST_DIMENSION = 4 };

typedef struct test_knowledge {
  char folder[64];
  char path[96];
  char url[128];
  sqlite3 *db;
  test_allocator allocator; /* of the search */
  void *search;
  aski_arena arena; /* of what it finds */
  askiam_call call;
  int cancelled;
} test_knowledge;

/* For cmocka: a new, empty file with the schema, and a search that is open on it. */
int test_knowledge_set_up(void **state);
/* Also holds that nothing leaked. */
int test_knowledge_tear_down(void **state);

/* Closes the search and opens it anew, with so many MiB for a sketch; until then there is none. */
void test_knowledge_reopen(test_knowledge *knowledge, const char *sketch_mib);

void test_execute(sqlite3 *db, const char *sql);
/* `kind` "role", "application" or "global". `vector` of TEST_DIMENSION floats or NULL; the model is "test-1". */
void test_add_document(test_knowledge *knowledge, const char *id, const char *text, const char *kind, const char *scope,
                       const float *vector);
void test_add_pattern(test_knowledge *knowledge, const char *user, const char *role, int64_t time_ms, int approved,
                      const char *source);
/* Searches for role "r1" of application "a1". */
askiam_status test_find(test_knowledge *knowledge, const char *text, const float *vector, size_t top_k,
                        askiam_documents *out_documents, askiam_error *error);
/* "id id id" of what was found, in the arena. */
const char *test_ids(test_knowledge *knowledge, const askiam_documents *documents);

#endif
