/* SPDX-License-Identifier: Apache-2.0
 *
 * One import: a connection in one transaction, into whose temporary tables the rows are copied as they come; at the end references are
 * checked and all of it is merged, table by table. */
#ifndef ASKI_STORE_POSTGRES_IMPORT_SESSION_H
#define ASKI_STORE_POSTGRES_IMPORT_SESSION_H

#include "store/common/problems.h"
#include "store/postgres/slots.h"

/* The temporary tables: those of the import's own tables first, as askiam_table numbers them. */
typedef enum aski_pg_stage {
  ASKI_PG_STAGE_NAMES = ASKIAM_TABLE_COUNT, /* own forms of entities, and aliases, with their hashes */
  ASKI_PG_STAGE_FUZZY,
  ASKI_PG_STAGE_SUFFIXES,
  ASKI_PG_STAGE_SCOPES,
  ASKI_PG_STAGE_COUNT
} aski_pg_stage;

typedef struct aski_pg_import {
  aski_pg_store *store;
  aski_pg *connection;
  int64_t now_ms;
  askiam_status status; /* the first failure, which commit repeats */
  askiam_error failure;
  aski_arena arena; /* of the problems */
  aski_store_problems problems;
  aski_buffer key;
  aski_buffer stages[ASKI_PG_STAGE_COUNT]; /* rows of a binary COPY that wait */
  bool used[ASKI_PG_STAGE_COUNT];          /* has had rows */
} aski_pg_import;

/* stage.c. A row is begun with its number of fields, which are then added in order. What waits is sent when it is much. */
const char *aski_pg_stage_tables(void);
void aski_pg_stage_row(aski_pg_import *import, int stage, int fields);
void aski_pg_stage_text(aski_pg_import *import, int stage, askiam_str text); /* absent: NULL */
void aski_pg_stage_number(aski_pg_import *import, int stage, int64_t number);
void aski_pg_stage_null(aski_pg_import *import, int stage);
askiam_status aski_pg_stage_send(aski_pg_import *import, bool all, askiam_error *error);

/* rows.c: puts a row into its temporary tables. */
askiam_status aski_pg_import_stage(aski_pg_import *import, askiam_table table, uint64_t row, const askiam_str *values,
                                   askiam_error *error);

/* merge.c. Notes the references that lead nowhere; merges what is there. */
askiam_status aski_pg_import_check(aski_pg_import *import, askiam_error *error);
askiam_status aski_pg_import_merge(aski_pg_import *import, askiam_error *error);

#endif
