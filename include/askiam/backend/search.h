/* SPDX-License-Identifier: Apache-2.0
 *
 * Search: finds documents and past decisions for an application and role. It retrieves; it does not judge. */
#ifndef ASKIAM_BACKEND_SEARCH_H
#define ASKIAM_BACKEND_SEARCH_H

#include <askiam/backend/backend.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What is looked for: made of resolved entities and catalogue text only. Borrowed for the call. */
typedef struct askiam_search_query askiam_search_query;
ASKIAM_API askiam_str askiam_search_query_text(const askiam_search_query *query);
/* `dimension` floats of unit length, or NULL where there is no embedder. */
ASKIAM_API const float *askiam_search_query_vector(const askiam_search_query *query, size_t *out_dimension);
/* The embedder's name and settings, as documents are marked with them: other vectors cannot be compared. */
ASKIAM_API askiam_str askiam_search_query_model(const askiam_search_query *query);
ASKIAM_API askiam_str askiam_search_query_application_id(const askiam_search_query *query);
ASKIAM_API askiam_str askiam_search_query_role_id(const askiam_search_query *query);
ASKIAM_API size_t askiam_search_query_top_k(const askiam_search_query *query);

/* Documents found, best first; copied. `score` is 0 to 1, 1 for one that is first by every measure. */
typedef struct askiam_documents askiam_documents;
ASKIAM_API askiam_status askiam_documents_add(askiam_documents *documents, askiam_str id, askiam_str title,
                                              askiam_str text, double score);

/* Past decisions on a role, newest first; copied. */
typedef struct askiam_patterns askiam_patterns;
ASKIAM_API askiam_status askiam_patterns_add(askiam_patterns *patterns, askiam_str user_id, int64_t timestamp_ms,
                                             int approved);

/* Append-only. Slots may be called by several threads. */
typedef struct askiam_search_vtable {
  size_t size; /* Mandatory */
  unsigned flags;
  askiam_backend_open_fn open;   /* Mandatory */
  askiam_backend_close_fn close; /* Optional */
  /* At most top_k documents about this role, this application, or neither of any; ties by id. Mandatory. */
  askiam_status (*documents)(void *self, const askiam_call *call, const askiam_search_query *query,
                             askiam_documents *documents, askiam_error *error);
  /* At most `limit` *human* decisions on the role before `before_ms`, not of `except_user_id`. Optional: no evidence. */
  askiam_status (*patterns)(void *self, const askiam_call *call, askiam_str role_id, askiam_str except_user_id,
                            int64_t before_ms, size_t limit, askiam_patterns *patterns, askiam_error *error);
} askiam_search_vtable;

#ifdef __cplusplus
}
#endif
#endif
