/* SPDX-License-Identifier: Apache-2.0
 *
 * Backends that do what a test says, and note what they were asked. */
#ifndef TESTS_RAG_STAND_INS_H
#define TESTS_RAG_STAND_INS_H

#include "base/time.h"
#include "rag/rag.h"
#include "support/allocator.h"

typedef struct test_stand_ins {
  /* what they do */
  askiam_status documents_status, patterns_status, people_status, embed_status, judge_status;
  bool opinion;
  double probability;
  const char *reason;
  uint64_t judge_takes_ns;
  /* what they were asked */
  char query_text[512];
  size_t query_dimension;
  size_t people_asked;
  size_t cases_judged;
  size_t case_patterns, case_known, case_documents, case_roles;
  char case_first_department[64];
  /* what they are used with */
  test_allocator allocator;
  aski_arena arena;
  aski_catalogue catalogue;
  aski_search search;
  aski_embedder embedder;
  aski_judge judge;
  aski_rag rag;
  aski_facts facts;
  uint64_t ticks_ns;
  askiam_clock clock;
  aski_trace trace;
  char logged[512];
  size_t warnings;
  askiam_call call;
} test_stand_ins;

/* For cmocka. Everything works, the judge says 0.9; facts about user "u1", role "r1" of "a1". */
int test_stand_ins_set_up(void **state);
int test_stand_ins_tear_down(void **state);

#endif
