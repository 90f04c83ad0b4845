/* SPDX-License-Identifier: Apache-2.0
 *
 * What is wrong with the references of an import: noted row by row, told at its end. */
#ifndef ASKI_STORE_COMMON_PROBLEMS_H
#define ASKI_STORE_COMMON_PROBLEMS_H

#include <askiam/backend/admin.h>

#include "base/memory.h"

typedef struct aski_store_problem {
  askiam_table table;
  uint64_t row;
  askiam_str message;
} aski_store_problem;

typedef struct aski_store_problems {
  aski_store_problem *items;
  size_t count, capacity;
} aski_store_problems;

/* How many columns a row of this table has; 0 for no table. */
size_t aski_store_column_count(askiam_table table);
/* Notes that something does not exist. OK or NO_MEMORY; beyond a hundred nothing more is noted. */
askiam_status aski_store_missing(aski_store_problems *problems, aski_arena *arena, askiam_table table, uint64_t row,
                                 const char *column, askiam_str id, const char *target);
/* Tells all, as long as they are listened to; BAD_DATA with the first. There must be one. */
askiam_status aski_store_report(const aski_store_problems *problems, askiam_import_report_fn report, void *context,
                                askiam_error *error);

#endif
