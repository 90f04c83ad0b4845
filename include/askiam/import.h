/* SPDX-License-Identifier: Apache-2.0
 *
 * Bringing an organisation into the store: a folder of CSV, JSON and JSON Lines files, or one JSON file. */
#ifndef ASKIAM_IMPORT_H
#define ASKIAM_IMPORT_H

#include <askiam/engine.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Told now and then how far an import is: the file in work, rows read so far in all, and the share of bytes read,
 * 0 to 1. */
typedef void (*askiam_import_progress_fn)(void *context, const char *file, uint64_t rows, double share);

/* Told each thing that is wrong, "file:line: message", at most 20 of them; and what is no failure: "file: warning:
 * message" where a file is passed over, "file:line: warning: message" where a policy is doubtful, of these at most
 * 20 too. */
typedef void (*askiam_import_problem_fn)(void *context, const char *message);

/* Append-only; `size` is sizeof(askiam_import_options). Functions may be NULL. */
typedef struct askiam_import_options {
  size_t size;
  askiam_import_progress_fn progress;
  askiam_import_problem_fn problem;
  void *context;
} askiam_import_options;

/* Imports `path`: all of it or nothing; rows that exist are replaced. BAD_DATA where a file is malformed or refers
 * to what does not exist; `error` then holds the first problem. `options` may be NULL. *out_summary_json (may be
 * NULL) tells the rows by table; owned: askiam_string_free. */
ASKIAM_API askiam_status askiam_import_path(char **out_summary_json, askiam_engine *engine, const char *path,
                                            const askiam_import_options *options, askiam_error *error);
/* The sample organisation that comes with the library, imported in the same way. */
ASKIAM_API askiam_status askiam_import_sample(char **out_summary_json, askiam_engine *engine,
                                              const askiam_import_options *options, askiam_error *error);

#ifdef __cplusplus
}
#endif
#endif
