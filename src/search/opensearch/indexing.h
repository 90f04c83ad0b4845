/* SPDX-License-Identifier: Apache-2.0
 *
 * Filling the indexes: created, written by _bulk, and rid of what the store has no more. Each filling has a
 * generation, a number that grows; an entry tells which one wrote it, and none of an earlier one can replace it.
 * How far a filling is, is kept in the mapping of the first index ("_meta"), so that it needs no place of its own. */
#ifndef ASKI_SEARCH_OPENSEARCH_INDEXING_H
#define ASKI_SEARCH_OPENSEARCH_INDEXING_H

#include <askiam/backend/search.h>

#include "base/retry.h"
#include "cluster.h"
#include "settings.h"

enum { ASKI_OPENSEARCH_GENERATION_BYTES = 17, ASKI_OPENSEARCH_BULK_BYTES = 4 * 1024 * 1024 };

/* The slots of askiam_search_vtable. */
askiam_status aski_opensearch_index_create(void *self, const askiam_call *call, int *out_created, askiam_error *error);
askiam_status aski_opensearch_index_begin(void *self, const askiam_call *call, int restart, void **out_session,
                                          askiam_position_fn position, void *context, askiam_error *error);
askiam_status aski_opensearch_index_put(void *session, const askiam_call *call, const askiam_index_entry *entry,
                                        askiam_error *error);
askiam_status aski_opensearch_index_checkpoint(void *session, const askiam_call *call, askiam_str position,
                                               askiam_error *error);
askiam_status aski_opensearch_index_commit(void *session, const askiam_call *call, uint64_t *out_removed,
                                           askiam_error *error);
void aski_opensearch_index_abort(void *session);

/* shape.c: what an index is found to be. `document` is owned by the caller: aski_json_destroy. */
typedef struct aski_opensearch_shape {
  aski_json_document *document;
  const aski_json *mappings; /* borrowed from it */
} aski_opensearch_shape;

/* Reads the mappings of an index. NOT_FOUND where there is none. */
askiam_status aski_opensearch_read_shape(aski_opensearch_shape *out_shape, const aski_opensearch *cluster,
                                         const askiam_call *call, const char *index, askiam_error *error);
/* The same, and CONFLICT where the index was not made as `settings` have it; the document is owned in that case too. */
askiam_status aski_opensearch_look(aski_opensearch_shape *out_shape, const aski_opensearch *cluster,
                                   const aski_opensearch_settings *settings, const askiam_call *call, const char *index,
                                   askiam_error *error);

/* entry.c: an action and its source, two lines of _bulk. `out_index` is where it goes. False where there is no
 * such index: a kind of entry that is not known. */
bool aski_opensearch_write_entry(aski_buffer *out, const char **out_index, const aski_opensearch_settings *settings,
                                 const askiam_index_entry *entry, int64_t generation);
/* Sixteen digits, so that texts are in the order of their numbers. */
void aski_opensearch_generation_text(char out[ASKI_OPENSEARCH_GENERATION_BYTES], int64_t generation);

/* insist.c: makes attempts, with growing pauses, as long as another one can help: six that fail in a row, at most. */
askiam_status aski_opensearch_insist(const askiam_call *call, aski_retry_fn attempt, void *context,
                                     askiam_error *error);

/* bulk.c: lines on their way to one index. */
typedef struct aski_opensearch_line {
  size_t offset, length;
  askiam_str name; /* "role \"wd-hr\"", for messages */
} aski_opensearch_line;

typedef struct aski_opensearch_bulk {
  const aski_opensearch *cluster;
  const char *index; /* NULL: nothing was added yet */
  aski_buffer text;
  aski_arena arena; /* of what follows */
  aski_opensearch_line *items;
  size_t count, capacity;
  bool may_be_missing; /* lines that delete: what is gone already is no failure */
} aski_opensearch_bulk;

void aski_opensearch_bulk_init(aski_opensearch_bulk *bulk, const aski_opensearch *cluster);
void aski_opensearch_bulk_clean_up(aski_opensearch_bulk *bulk);
/* `lines` end with a line feed. All lines of a bulk go to one index. */
askiam_status aski_opensearch_bulk_add(aski_opensearch_bulk *bulk, const char *index, askiam_str lines, askiam_str kind,
                                       askiam_str id, askiam_error *error);
/* Sends what is there, and again what the cluster was too busy for; every line is accepted, or this fails. Empty
 * afterwards. CONFLICT where a later generation wrote an entry. */
askiam_status aski_opensearch_bulk_send(aski_opensearch_bulk *bulk, const askiam_call *call, askiam_error *error);

/* CONFLICT: another filling began since this one did. */
askiam_status aski_opensearch_overtaken(askiam_error *error);

/* remove.c: makes what was written searchable, and removes the entries of generations before this one. */
askiam_status aski_opensearch_remove_older(const aski_opensearch *cluster, const aski_opensearch_settings *settings,
                                           const askiam_call *call, const char *index, int64_t generation,
                                           uint64_t *out_removed, askiam_error *error);

#endif
