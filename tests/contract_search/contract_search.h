/* SPDX-License-Identifier: Apache-2.0
 *
 * What a search backend brings so that the suite can be run over it: a knowledge base that the suite fills. */
#ifndef TESTS_CONTRACT_SEARCH_H
#define TESTS_CONTRACT_SEARCH_H

#include "backend/handles.h"
#include "support/allocator.h"

typedef struct test_knowledge_document {
  const char *id;
  const char *title;
  const char *text;
  const char *application; /* NULL: none; the suite uses "a1" and "a2" */
  const char *role;        /* likewise "r1", "r2" of a1, "r3" of a2 */
} test_knowledge_document;

typedef struct test_knowledge_pattern {
  const char *user;
  const char *role;
  int64_t time_ms;
  bool approved;
  const char *source;
} test_knowledge_pattern;

/* A backend under test. */
typedef struct test_search_backend {
  const char *name;
  const askiam_search_vtable *(*table)(void);
  /* Makes the knowledge, and a `self` opened on it; documents are embedded by the hashing embedder. */
  void (*open)(void **out_place, void **out_self, test_allocator *allocator, const test_knowledge_document *documents,
               size_t document_count, const test_knowledge_pattern *patterns, size_t pattern_count);
  /* Removes the place, after `self` was closed. */
  void (*remove)(void *place);
} test_search_backend;

/* The backend that this program runs over. */
extern const test_search_backend test_backend;

/* Migrates a new store and imports the knowledge. */
void test_fill(const askiam_store_driver *driver, void *store, const test_knowledge_document *documents,
               size_t document_count, const test_knowledge_pattern *patterns, size_t pattern_count);

/* `text` as the hashing embedder of 256 floats has it. */
enum { TEST_DIMENSION = 256 };
void test_embed(const char *text, float out_vector[TEST_DIMENSION]);

#endif
