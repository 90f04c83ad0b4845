/* SPDX-License-Identifier: Apache-2.0
 *
 * One import under way: what it writes to, where it is, what has gone wrong. Functions that return a status give OK also where
 * they told a problem: problems are counted, and the rest of the input is still looked at, until there are 20. */
#ifndef ASKI_IMPORT_RUN_H
#define ASKI_IMPORT_RUN_H

#include "import/check.h"
#include "import/import.h"
#include "import/keys.h"
#include "import/lines.h"
#include "json/json.h"

enum { ASKI_IMPORT_MAX_PROBLEMS = 20, ASKI_IMPORT_MAX_DOUBTS = 20 };

/* Documents that wait to be embedded together. */
typedef struct aski_import_waiting_row {
  uint64_t row;
  askiam_str values[ASKIAM_ROW_MAX_COLUMNS];
} aski_import_waiting_row;

typedef struct aski_import_waiting {
  aski_arena arena;
  aski_import_waiting_row *items;
  size_t count, capacity;
  size_t bytes;
} aski_import_waiting;

typedef struct aski_import_job {
  const aski_import *import;
  const askiam_call *call;
  const askiam_allocator *allocator;
  askiam_import_options options;
  askiam_error *error;
  void *session; /* of the store; NULL when it is gone */
  aski_arena arena;
  size_t problems;
  size_t doubts; /* warnings about policies so far */

  /* Where rows come from: the one JSON text, or the files of a folder. */
  const char *json_name; /* NULL: a folder */
  askiam_str json;
  aski_buffer text; /* where `json` lies if it was read from a file */
  aski_import_lines lines[ASKIAM_TABLE_COUNT];
  struct {
    askiam_str *items; /* names of policy files, by row */
    size_t count, capacity;
  } policy_files;
  aski_json_document
      *policy_text; /* what the policies in work were parsed from, and how far they were looked for in it */
  aski_json_cursor policy_cursor;

  bool present[ASKIAM_TABLE_COUNT];
  uint64_t rows[ASKIAM_TABLE_COUNT];
  uint64_t rows_in_all;
  uint64_t bytes_in_all;     /* of all files */
  uint64_t bytes_before;     /* of the files that are done */
  const uint64_t *bytes_now; /* of the file in work */
  aski_import_keys keys;
  aski_import_waiting waiting;
  aski_buffer scratch; /* values made for the row in work */
  int64_t now_ms;
} aski_import_job;

/* A row as it is read: cells by the table's columns, absent where the column is, and what is attribute. */
typedef struct aski_import_cells {
  askiam_str values[ASKIAM_ROW_MAX_COLUMNS];
  const aski_json *list; /* permissions given as a JSON list instead of a text */
  const askiam_str *attribute_names;
  const askiam_str *attribute_values;
  size_t attributes;
} aski_import_cells;

/* Whether enough problems were told. */
bool aski_import_full(const aski_import_job *run);
/* A problem with a row, or with a place in a file. */
void aski_import_problem(aski_import_job *run, askiam_table table, uint64_t row, const char *format, ...)
    ASKIAM_PRINTF(4, 5);
void aski_import_problem_at(aski_import_job *run, const char *file, uint64_t line, const char *format, ...)
    ASKIAM_PRINTF(4, 5);
/* The file that a row came from. */
const char *aski_import_file_of(const aski_import_job *run, askiam_table table, uint64_t row);
/* Something worth knowing that does not stop the import. `file` may have its line behind it. */
void aski_import_warning(aski_import_job *run, const char *file, const char *message);

/* Begins a table: its keys are its own. */
void aski_import_begin_table(aski_import_job *run, askiam_table table);
/* Counts a row, notes its line (0: found when it is asked for), reports progress, asks whether to go on. */
askiam_status aski_import_count_row(aski_import_job *run, askiam_table table, uint64_t line, uint64_t *out_row);
/* Tells a key that is there already; the key is the first `count` values. */
askiam_status aski_import_check_key(aski_import_job *run, askiam_table table, uint64_t row, const askiam_str *key,
                                    size_t count);
/* Hands a row to the store, unless there are problems already. */
askiam_status aski_import_send(aski_import_job *run, askiam_table table, uint64_t row, const askiam_str *values,
                               size_t count);
void aski_import_progress(aski_import_job *run, const char *file);

/* Checks a row of cells and sends it. */
askiam_status aski_import_add_row(aski_import_job *run, askiam_table table, uint64_t row,
                                  const aski_import_cells *cells);
askiam_status aski_import_add_document(aski_import_job *run, uint64_t row, const aski_json *node);
/* Sends what still waits: at the end of the documents. */
askiam_status aski_import_send_waiting(aski_import_job *run);
void aski_import_forget_waiting(aski_import_job *run);
/* A node of run->policy_text. */
askiam_status aski_import_add_policy(aski_import_job *run, uint64_t row, askiam_str id, const aski_json *node);

/* The sources. */
askiam_status aski_import_folder(aski_import_job *run, const char *path);
askiam_status aski_import_csv(aski_import_job *run, askiam_table table, int file);
askiam_status aski_import_documents(aski_import_job *run, int file);
askiam_status aski_import_json(aski_import_job *run, askiam_str text);

/* The line of the `index`-th element (from 0) of the member `name` of a valid JSON object; 1 where there is none. */
uint64_t aski_import_json_line(askiam_str text, const char *name, uint64_t index);
/* Appends a node as compact JSON. */
void aski_import_write_json(aski_buffer *buffer, const aski_json *node);

askiam_status aski_import_no_memory(aski_import_job *run);

#endif
