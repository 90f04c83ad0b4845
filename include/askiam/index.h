/* SPDX-License-Identifier: Apache-2.0
 *
 * The index of a search backend that has one of its own, such as OpenSearch: created, and filled from the store,
 * whose tables stay authoritative. */
#ifndef ASKIAM_INDEX_H
#define ASKIAM_INDEX_H

#include <askiam/engine.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Told now and then how far a sync is: what is in work ("roles", "documents", "access_patterns"), and entries
 * written so far in all. */
typedef void (*askiam_index_progress_fn)(void *context, const char *what, uint64_t entries);

/* Append-only; `size` is sizeof(askiam_index_options). */
typedef struct askiam_index_options {
  size_t size;
  int restart;                       /* from the first entry on, although an earlier sync broke off */
  askiam_index_progress_fn progress; /* may be NULL */
  void *context;
} askiam_index_options;

/* Creates what is missing of the index; *out_created (may be NULL) is how many parts were. CONFLICT where it is
 * there, but made for vectors of another dimension, or otherwise than the configuration has it; NOT_SUPPORTED
 * where the search backend searches the store itself. */
ASKIAM_API askiam_status askiam_index_create(int *out_created, askiam_engine *engine, askiam_error *error);

/* Writes every role, document and past decision of the store into the index, and removes what the store has no
 * more. What is there stays searchable meanwhile. Goes on where a sync broke off, unless the catalogue or the
 * embedder changed since. Takes as long as it takes. NOT_FOUND where there is no index, CONFLICT and NOT_SUPPORTED
 * as above; CONFLICT, too, where another sync began meanwhile. `options` may be NULL. *out_summary_json (may be
 * NULL): {"roles", "documents", "patterns", "removed", "resumed"}; owned: askiam_string_free. */
ASKIAM_API askiam_status askiam_index_sync(char **out_summary_json, askiam_engine *engine,
                                           const askiam_index_options *options, askiam_error *error);

#ifdef __cplusplus
}
#endif
#endif
