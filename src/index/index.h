/* SPDX-License-Identifier: Apache-2.0
 *
 * Index: fills a search backend's index from the tables of a store, entry by entry, so that it can be broken off anywhere and gone on with.
 * Knows neither the store nor the backend. */
#ifndef ASKI_INDEX_INDEX_H
#define ASKI_INDEX_INDEX_H

#include <askiam/index.h>

#include "backend/handles.h"

typedef struct aski_index {
  const aski_admin *admin;         /* its tables are read */
  const aski_catalogue *catalogue; /* its version tells whether a sync may be gone on with */
  const aski_search *search;       /* its index is written */
  const aski_embedder *embedder;   /* for roles, and documents of another mark; may be not provided */
  askiam_str backend;              /* the search's name, for messages */
  const askiam_allocator *allocator;
} aski_index;

askiam_status aski_index_create(const aski_index *index, const askiam_call *call, int *out_created,
                                askiam_error *error);
/* Appends the summary {"roles": 42, …} to `out_json`, which may be NULL. `options` may be NULL. */
askiam_status aski_index_sync(aski_buffer *out_json, const aski_index *index, const askiam_call *call,
                              const askiam_index_options *options, askiam_error *error);

#endif
