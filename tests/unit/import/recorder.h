/* SPDX-License-Identifier: Apache-2.0
 *
 * A store that writes down what an import hands to it, and a folder to import from. */
#ifndef TESTS_UNIT_IMPORT_RECORDER_H
#define TESTS_UNIT_IMPORT_RECORDER_H

#include "import/import.h"
#include "support/allocator.h"

/* Rows become lines "table row|value|value|…"; an embedding becomes its size in bytes. */
typedef struct recorder {
  aski_admin admin;
  aski_buffer rows;
  int begun, committed, aborted;
  long fail_row;              /* the row, counted over all tables, at which import_row fails; 0: never */
  askiam_status begin_status; /* what import_begin gives */
  askiam_table report_table;  /* what import_commit tells */
  uint64_t report_row;        /* 0: nothing */
  const char *report_message;
  int report_more; /* what the report function gave back */
  long count;
} recorder;

void recorder_init(recorder *store);
void recorder_clean_up(recorder *store);

/* What an import told. */
typedef struct told {
  char problems[32][512];
  int count;
  int progress;
  double share;
  uint64_t rows;
} told;

/* Runs an import of `path`, or of `json` where that is not NULL. */
typedef struct run {
  recorder store;
  told told;
  askiam_error error;
  aski_buffer summary;
  askiam_status status;
} run;
void run_path(run *out, const char *path, const askiam_allocator *allocator);
void run_json(run *out, const char *json, const askiam_allocator *allocator);
void run_clean_up(run *finished);
extern const askiam_call g_call; /* now is 2026-01-21T10:30:00Z */
#define NOW_TEXT "1768991400000"

/* A new empty folder; gone, with all in it, after folder_remove. */
void folder_make(char out_path[64]);
void folder_write(const char *folder, const char *name, const char *content, size_t length);
void folder_put(const char *folder, const char *name, const char *content);
void folder_remove(const char *folder);

#endif
