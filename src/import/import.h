/* SPDX-License-Identifier: Apache-2.0
 *
 * Import: a folder of CSV, JSON and JSON Lines files, or one JSON file, checked and handed to a store row by row. */
#ifndef ASKI_IMPORT_IMPORT_H
#define ASKI_IMPORT_IMPORT_H

#include <askiam/import.h>

#include "backend/handles.h"

typedef struct aski_import {
  const aski_admin *admin;
  const aski_embedder *embedder; /* documents are embedded on their way in; may be not provided */
  const askiam_allocator *allocator;
} aski_import;

/* All of `path` or nothing. Appends the summary {"users": 30, …} to `out_json`. */
askiam_status aski_import_run(aski_buffer *out_json, const aski_import *import, const askiam_call *call,
                              const char *path, const askiam_import_options *options, askiam_error *error);
/* The same from one JSON text in memory (the sample organisation is compiled in that way). `name` is for messages. */
askiam_status aski_import_run_json(aski_buffer *out_json, const aski_import *import, const askiam_call *call,
                                   askiam_str json, const char *name, const askiam_import_options *options,
                                   askiam_error *error);
/* The sample organisation, as one JSON text. Static. */
askiam_str aski_import_sample(void);

#endif
