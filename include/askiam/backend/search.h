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

/* One entry of a search index: a role, a document, or a past decision. Borrowed for the call. */
typedef struct askiam_index_entry askiam_index_entry;

/* Append-only: leave out entries of a kind that you do not know. */
typedef enum askiam_index_kind {
  ASKIAM_INDEX_ROLE = 0,
  ASKIAM_INDEX_DOCUMENT = 1,
  ASKIAM_INDEX_PATTERN = 2 /* a past decision */
} askiam_index_kind;

/* Append-only. Absent where an entry has none. */
typedef enum askiam_index_text {
  ASKIAM_INDEX_ID = 0,           /* the role's, the document's; of a past decision one that no other has */
  ASKIAM_INDEX_TITLE,            /* of roles and documents */
  ASKIAM_INDEX_BODY,             /* of roles and documents */
  ASKIAM_INDEX_USER_NAME,        /* of roles: the owner of the application */
  ASKIAM_INDEX_POLICY_JSON,      /* of roles: the policies whose Resource matches it, an object by policy id */
  ASKIAM_INDEX_COMPLIANCE_LEVEL, /* of roles and documents */
  ASKIAM_INDEX_MODEL,            /* the mark of the vector */
  ASKIAM_INDEX_USER_ID,          /* of past decisions: the beneficiary */
  ASKIAM_INDEX_SOURCE            /* of past decisions: "human" counts as evidence */
} askiam_index_text;

/* Append-only. What the entry is about; nothing for a document that is about everything. */
typedef enum askiam_index_list {
  ASKIAM_INDEX_APPLICATION_IDS = 0,
  ASKIAM_INDEX_APPLICATION_NAMES,
  ASKIAM_INDEX_ROLE_IDS,
  ASKIAM_INDEX_ROLE_NAMES
} askiam_index_list;

ASKIAM_API askiam_index_kind askiam_index_entry_kind(const askiam_index_entry *entry);
ASKIAM_API askiam_str askiam_index_entry_text(const askiam_index_entry *entry, askiam_index_text text);
ASKIAM_API size_t askiam_index_entry_count(const askiam_index_entry *entry, askiam_index_list list);
/* Absent out of range. */
ASKIAM_API askiam_str askiam_index_entry_item(const askiam_index_entry *entry, askiam_index_list list, size_t index);
/* `dimension` floats of unit length, or all zeros; NULL where there is no embedder, and for past decisions. */
ASKIAM_API const float *askiam_index_entry_vector(const askiam_index_entry *entry, size_t *out_dimension);
/* Of past decisions: when, UTC milliseconds, and whether it was granted. */
ASKIAM_API int64_t askiam_index_entry_time_ms(const askiam_index_entry *entry);
ASKIAM_API int askiam_index_entry_approved(const askiam_index_entry *entry);

/* Receives what index_checkpoint kept, borrowed; once at most. Anything but OK ends the call with that status. */
typedef askiam_status (*askiam_position_fn)(void *context, askiam_str position);

/* Append-only. Slots may be called by several threads; those of one session, one after the other. */
typedef struct askiam_search_vtable {
  size_t size; /* Mandatory */
  unsigned flags;
  askiam_backend_open_fn open;   /* Mandatory */
  askiam_backend_close_fn close; /* Optional */
  /* At most top_k documents about this role, this application, or neither of any; ties by id. Mandatory. */
  askiam_status (*documents)(void *self, const askiam_call *call, const askiam_search_query *query,
                             askiam_documents *documents, askiam_error *error);
  /* At most `limit` *human* decisions on the role before `before_ms`, not of `except_user_id`. Optional: no
   * evidence. */
  askiam_status (*patterns)(void *self, const askiam_call *call, askiam_str role_id, askiam_str except_user_id,
                            int64_t before_ms, size_t limit, askiam_patterns *patterns, askiam_error *error);

  /* The slots that follow are of backends with an index of their own, filled from the store by `askiam index`.
   * Optional, all of them together: the backend searches the store itself.
   *
   * Creates what is missing of the index; *out_created, never NULL, is how many parts were. CONFLICT where it is
   * there, but made for vectors of another dimension, or in another way that cannot be changed. */
  askiam_status (*index_create)(void *self, const askiam_call *call, int *out_created, askiam_error *error);
  /* Begins to write the whole index anew, over what it holds, which stays searchable. Where the last session was
   * neither committed nor begun anew, and `restart` is 0, this one goes on with it: what its last index_checkpoint
   * kept is told to `position`. NOT_FOUND where there is no index; CONFLICT as above. */
  askiam_status (*index_begin)(void *self, const askiam_call *call, int restart, void **out_session,
                               askiam_position_fn position, void *context, askiam_error *error);
  /* Writes an entry, in place of the one of the same kind and id. May be held back until the next checkpoint or
   * the commit. After a failure only index_abort follows. CONFLICT where somebody else began a session since. */
  askiam_status (*index_put)(void *session, const askiam_call *call, const askiam_index_entry *entry,
                             askiam_error *error);
  /* Everything up to here has been put, as far as `position` (1 to 4,096 bytes). The backend may keep it, durably,
   * with all that was put before, or wait for a later one. */
  askiam_status (*index_checkpoint)(void *session, const askiam_call *call, askiam_str position, askiam_error *error);
  /* Ends the session: makes all of it searchable, and removes what was in the index before and was not put again;
   * *out_removed, never NULL, is how many entries. The session is gone in either case; after a failure it can be
   * gone on with. */
  askiam_status (*index_commit)(void *session, const askiam_call *call, uint64_t *out_removed, askiam_error *error);
  /* Gives the session up; it can be gone on with from what was kept. */
  void (*index_abort)(void *session);
} askiam_search_vtable;

#ifdef __cplusplus
}
#endif
#endif
