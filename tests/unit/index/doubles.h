/* SPDX-License-Identifier: Apache-2.0
 *
 * A store, a search and an embedder that exist in a test only: rows in, entries out, as text. */
#ifndef TESTS_UNIT_INDEX_DOUBLES_H
#define TESTS_UNIT_INDEX_DOUBLES_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "index/index.h"
#include "support/allocator.h"

enum { DOUBLE_ROWS_MAX = 8, DOUBLE_POSITION_BYTES = 4096 };

typedef struct double_row {
  const char *values[ASKIAM_ROW_MAX_COLUMNS];
} double_row;

typedef struct doubles {
  test_allocator allocator;
  aski_index index;
  aski_admin admin;
  aski_catalogue catalogue;
  aski_search search;
  aski_embedder embedder;
  askiam_call call;
  askiam_error error;
  int cancelled;

  /* the store; `repeat` rows like the first of a table where it is not 0: "r000001" … */
  const double_row *tables[ASKIAM_TABLE_COUNT];
  size_t counts[ASKIAM_TABLE_COUNT];
  size_t repeat[ASKIAM_TABLE_COUNT];
  uint64_t version;
  size_t reads;
  size_t fail_read; /* this one, from 1; 0: none */

  /* the embedder */
  const char *model;
  size_t embedded; /* texts */
  size_t embed_calls;
  bool embed_fails;
  char last_text[512];

  /* the search */
  aski_buffer seen; /* entries, a line each */
  bool quiet;       /* entries are only counted */
  size_t puts;
  size_t fail_put; /* this one, from 1; 0: none */
  bool fail_commit;
  char kept[DOUBLE_POSITION_BYTES]; /* what begin tells, and checkpoints replace; "" : none */
  size_t begun, restarted, checkpoints, committed, aborted;
  uint64_t removed;
} doubles;

void doubles_init(doubles *own);
/* Checks that nothing is left and that every session was ended, once. */
void doubles_clean_up(doubles *own);
/* The sample of this suite: an application or two, three roles, policies, documents, past decisions. */
void doubles_fill(doubles *own);
askiam_status doubles_sync(doubles *own, const askiam_index_options *options, char *out_summary, size_t bytes);

#endif
