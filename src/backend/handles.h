/* SPDX-License-Identifier: Apache-2.0
 *
 * Opened backends, as the stages use them: a table, its self, and calls that check what comes back, tell the observer, and
 * stand in for optional slots that are NULL. Stages never see a table. */
#ifndef ASKI_BACKEND_HANDLES_H
#define ASKI_BACKEND_HANDLES_H

#include <askiam/backend/admin.h>
#include <askiam/backend/catalogue.h>
#include <askiam/backend/embedder.h>
#include <askiam/backend/journal.h>
#include <askiam/backend/judge.h>
#include <askiam/backend/search.h>
#include <askiam/backend/state.h>

#include "base/log.h"
#include "model/candidates.h"
#include "model/case.h"
#include "model/facts.h"
#include "model/record.h"

/* In each, `table` NULL means that the store does not provide it: calls then give NOT_SUPPORTED. Tables are copied to their full
 * present size, so slots that an older author did not know are NULL. */
typedef struct aski_catalogue {
  askiam_catalogue_vtable table;
  void *self;
  bool provided;
} aski_catalogue;
typedef struct aski_journal {
  askiam_journal_vtable table;
  void *self;
  bool provided;
} aski_journal;
typedef struct aski_state {
  askiam_state_vtable table;
  void *self;
  bool provided;
} aski_state;
typedef struct aski_admin {
  askiam_admin_vtable table;
  void *self;
  bool provided;
} aski_admin;
typedef struct aski_search {
  askiam_search_vtable table;
  void *self;
  bool provided;
} aski_search;
typedef struct aski_embedder {
  askiam_embedder_vtable table;
  void *self;
  bool provided;
} aski_embedder;
typedef struct aski_judge {
  askiam_judge_vtable table;
  void *self;
  bool provided;
} aski_judge;

/* Keys as a state tells them, in an arena. */
typedef struct aski_key_rows {
  aski_arena *arena;
  askiam_key_row *items;
  size_t count, capacity;
} aski_key_rows;

askiam_status aski_catalogue_version(const aski_catalogue *catalogue, const askiam_call *call, uint64_t *out_version,
                                     askiam_error *error);
/* Sorts the terms, asks, sorts the candidates. */
askiam_status aski_catalogue_candidates(const aski_catalogue *catalogue, const askiam_call *call, askiam_terms *terms,
                                        askiam_candidates *candidates, askiam_error *error);
askiam_status aski_catalogue_facts(const aski_catalogue *catalogue, const askiam_call *call, askiam_str user_id,
                                   askiam_str requester_id, askiam_str application_id, askiam_str role_id,
                                   aski_facts *facts, askiam_error *error);
/* Optional: without the slot nobody is found. */
askiam_status aski_catalogue_people(const aski_catalogue *catalogue, const askiam_call *call, askiam_people *people,
                                    askiam_error *error);

/* The documents of one set, in the order of ids; each is checked to have an id of its own. Where it fails, what was handed on before is
 * worth nothing. NOT_SUPPORTED without the slot. */
askiam_status aski_catalogue_policies(const aski_catalogue *catalogue, const askiam_call *call, askiam_str set_hash,
                                      askiam_policy_fn policy, void *context, askiam_error *error);

askiam_status aski_journal_heads(const aski_journal *journal, const askiam_call *call, askiam_heads *heads,
                                 askiam_error *error);
askiam_status aski_journal_append(const aski_journal *journal, const askiam_call *call, const askiam_records *records,
                                  size_t *out_index, askiam_error *error);
askiam_status aski_journal_find(const aski_journal *journal, const askiam_call *call, askiam_str requester_id,
                                askiam_str request_id, askiam_record_fn row, void *context, askiam_error *error);
askiam_status aski_journal_scan(const aski_journal *journal, const askiam_call *call, const askiam_journal_query *query,
                                askiam_record_fn row, void *context, askiam_error *error);
askiam_status aski_journal_outbox_next(const aski_journal *journal, const askiam_call *call, int64_t after,
                                       size_t limit, askiam_event_fn event, void *context, askiam_error *error);
askiam_status aski_journal_outbox_done(const aski_journal *journal, const askiam_call *call, const int64_t *positions,
                                       size_t count, askiam_error *error);
/* Optional: without the slot nothing is kept, which is no failure. */
askiam_status aski_journal_checkpoint(const aski_journal *journal, const askiam_call *call, askiam_str id,
                                      int64_t time_ms, askiam_str body, askiam_error *error);
/* Optional: NOT_SUPPORTED without the slot. */
askiam_status aski_journal_unaudited(const aski_journal *journal, const askiam_call *call, askiam_record_fn row,
                                     void *context, askiam_error *error);
askiam_status aski_journal_adrift(const aski_journal *journal, const askiam_call *call, askiam_record_fn row,
                                  void *context, askiam_error *error);
askiam_status aski_journal_erase(const aski_journal *journal, const askiam_call *call, askiam_str user_id,
                                 uint64_t *out_count, askiam_error *error);

/* Optional: without the slot the grant stays as it was set before. */
askiam_status aski_state_grant(const aski_state *state, const askiam_call *call, askiam_str requester_id,
                               askiam_str request_id, askiam_grant_state *grant, askiam_error *error);
/* API keys (state_keys.c). Optional: NOT_SUPPORTED without the slots. What is told is copied into the arena. */
askiam_status aski_state_key_put(const aski_state *state, const askiam_call *call, const askiam_key_row *key,
                                 askiam_error *error);
askiam_status aski_state_key_get(const aski_state *state, const askiam_call *call, askiam_str key_id, aski_arena *arena,
                                 askiam_key_row *out_key, askiam_error *error);
/* A page: appended to `keys`. */
askiam_status aski_state_key_list(const aski_state *state, const askiam_call *call, askiam_str after, size_t limit,
                                  aski_key_rows *keys, askiam_error *error);
askiam_status aski_state_key_revoke(const aski_state *state, const askiam_call *call, askiam_str key_id,
                                    askiam_error *error);
askiam_status aski_state_bucket_take(const aski_state *state, const askiam_call *call, askiam_str bucket_id,
                                     int64_t per_minute, int64_t burst, int64_t *out_wait_ms, askiam_error *error);

/* Whether there are slots to change grants by. */
bool aski_state_grants_provided(const aski_state *state);
/* NOT_SUPPORTED without the slot; likewise the next. */
askiam_status aski_state_grant_apply(const aski_state *state, const askiam_call *call,
                                     const askiam_grant_change *change, const askiam_records *records,
                                     askiam_error *error);
/* Each grant is checked to be one that was asked for. */
askiam_status aski_state_grants(const aski_state *state, const askiam_call *call, const askiam_grant_query *query,
                                askiam_grant_fn grant, void *context, askiam_error *error);

/* Sessions (state_sessions.c). All three are NOT_SUPPORTED where the store keeps none. */
typedef struct aski_session {
  aski_buffer *value; /* what is read is appended here */
  int64_t revision;
} aski_session;
/* NOT_FOUND for one that there is not, or that has ended. */
askiam_status aski_state_session_get(const aski_state *state, const askiam_call *call, askiam_str session_id,
                                     aski_session *session, askiam_error *error);
/* CONFLICT where its revision is not `revision` any more (0: where it exists). */
askiam_status aski_state_session_put(const aski_state *state, const askiam_call *call, askiam_str session_id,
                                     askiam_str value, int64_t revision, int64_t expires_at_ms, askiam_error *error);
askiam_status aski_state_session_drop(const aski_state *state, const askiam_call *call, askiam_str session_id,
                                      askiam_error *error);

askiam_status aski_admin_migrate(const aski_admin *admin, const askiam_call *call, int *out_from, int *out_to,
                                 askiam_error *error);
/* Appends the statements to `text`. Optional: NOT_SUPPORTED without the slot. */
askiam_status aski_admin_grants(const aski_admin *admin, const askiam_call *call, aski_buffer *text,
                                askiam_error *error);
/* A part of a table; each row is checked to have all its columns, and a position of its own. Where it fails, what was handed on before is
 * worth nothing. NOT_SUPPORTED without the slot. */
askiam_status aski_admin_read_rows(const aski_admin *admin, const askiam_call *call, askiam_table table,
                                   askiam_str after, size_t limit, askiam_row_fn row, void *context,
                                   askiam_error *error);
/* Whether there are slots to import by. */
bool aski_admin_imports(const aski_admin *admin);

askiam_status aski_search_documents(const aski_search *search, const askiam_call *call,
                                    const askiam_search_query *query, askiam_documents *documents, askiam_error *error);
/* Optional: without the slot there is no evidence. */
askiam_status aski_search_patterns(const aski_search *search, const askiam_call *call, askiam_str role_id,
                                   askiam_str except_user_id, int64_t before_ms, size_t limit,
                                   askiam_patterns *patterns, askiam_error *error);

/* Filling an index. NOT_SUPPORTED, naming the backend `name`, where it searches the store itself. */
askiam_status aski_search_index_create(const aski_search *search, const askiam_call *call, askiam_str name,
                                       int *out_created, askiam_error *error);
/* `position` becomes what an unfinished session kept, and is emptied where there was none. After OK the session is ended by a commit or an abort. */
askiam_status aski_search_index_begin(const aski_search *search, const askiam_call *call, askiam_str name, bool restart,
                                      void **out_session, aski_buffer *position, askiam_error *error);
askiam_status aski_search_index_put(const aski_search *search, const askiam_call *call, void *session,
                                    const askiam_index_entry *entry, askiam_error *error);
askiam_status aski_search_index_checkpoint(const aski_search *search, const askiam_call *call, void *session,
                                           askiam_str position, askiam_error *error);
askiam_status aski_search_index_commit(const aski_search *search, const askiam_call *call, void *session,
                                       uint64_t *out_removed, askiam_error *error);
void aski_search_index_abort(const aski_search *search, void *session);

askiam_status aski_embedder_embed(const aski_embedder *embedder, const askiam_call *call, const askiam_str *texts,
                                  size_t count, float *out_vectors, askiam_error *error);
/* What of a document (or of what else is found beside documents) is embedded: the same wherever its vector is made. Absent when memory ran
 * out. */
askiam_str aski_embedder_document(aski_arena *arena, askiam_str title, askiam_str text);
/* 0 where there is no embedder, or one whose dimension is out of range; the model's name is then still told. */
size_t aski_embedder_dimension(const aski_embedder *embedder);
const char *aski_embedder_model(const aski_embedder *embedder);
askiam_status aski_judge_judge(const aski_judge *judge, const askiam_call *call, const askiam_case *judged,
                               askiam_opinion *opinion, askiam_error *error);

#endif
