/* SPDX-License-Identifier: Apache-2.0
 *
 * One sync under way: what it knows of the catalogue, the part of a table that it works on, and how far it is. */
#ifndef ASKI_INDEX_RUN_H
#define ASKI_INDEX_RUN_H

#include "index/index.h"
#include "policy/policy.h"
#include "json/json.h"

typedef struct aski_index_row {
  askiam_str position;
  askiam_str values[ASKIAM_ROW_MAX_COLUMNS];
} aski_index_row;

/* Rows of a table, as many as fit into a part; all that belongs to them lives in its arena. */
typedef struct aski_index_part {
  aski_arena arena;
  aski_index_row *items;
  size_t count, capacity;
  size_t bytes;
} aski_index_part;

void aski_index_part_init(aski_index_part *part, const askiam_allocator *allocator);
void aski_index_part_clean_up(aski_index_part *part);
/* Forgets the last part and reads the next, after the position `after` (empty: the first). No rows: the table is at its end. */
askiam_status aski_index_part_read(aski_index_part *part, const aski_index *index, const askiam_call *call,
                                   askiam_table table, askiam_str after, askiam_error *error);

/* All rows of a table, part by part. */
typedef askiam_status (*aski_index_row_fn)(void *context, const aski_index_row *row);
askiam_status aski_index_each_row(const aski_index *index, const askiam_call *call, askiam_table table,
                                  aski_index_row_fn row, void *context, askiam_error *error);

typedef struct aski_index_application {
  askiam_str id, name, description, owner;
} aski_index_application;

typedef struct aski_index_role {
  askiam_str id, name, risk;
} aski_index_role;

/* What entries say of the applications and roles that they are about. */
typedef struct aski_index_names {
  aski_arena arena;
  struct {
    aski_index_application *items;
    size_t count, capacity;
  } applications;
  struct {
    aski_index_role *items;
    size_t count, capacity;
  } roles;
} aski_index_names;

/* Clean up in any case. */
askiam_status aski_index_names_load(aski_index_names *names, const aski_index *index, const askiam_call *call,
                                    askiam_error *error);
void aski_index_names_clean_up(aski_index_names *names);
/* NULL where there is none. */
const aski_index_application *aski_index_application_of(const aski_index_names *names, askiam_str id);
const aski_index_role *aski_index_role_of(const aski_index_names *names, askiam_str id);

/* All policies, compiled, to be held against roles. */
typedef struct aski_index_policies {
  aski_arena arena;
  struct {
    struct {
      askiam_str id, json;
    } *items;
    size_t count, capacity;
  } documents;
  askiam_policy_set *set;
  askiam_policy_request *request;
  const askiam_allocator *allocator;
} aski_index_policies;

/* Clean up in any case. */
askiam_status aski_index_policies_load(aski_index_policies *policies, const aski_index *index, const askiam_call *call,
                                       askiam_error *error);
void aski_index_policies_clean_up(aski_index_policies *policies);
/* Those whose Resource matches the role, as {"id": {…}}, in the arena of `part`; absent where there are none. */
askiam_status aski_index_policies_about(askiam_str *out_json, const aski_index_policies *policies, aski_arena *arena,
                                        askiam_str application_id, askiam_str role_id, askiam_error *error);

/* How far a sync is; what a checkpoint keeps. */
typedef struct aski_index_place {
  uint64_t catalogue; /* its version when the sync began */
  askiam_str model;   /* the embedder's mark then */
  unsigned step;      /* which table: of aski_index_steps */
  char after[ASKIAM_POSITION_MAX_BYTES];
  size_t after_bytes;
  uint64_t roles, documents, patterns; /* written so far */
} aski_index_place;

void aski_index_place_write(aski_buffer *text, const aski_index_place *place);
/* Moves `place` on to where an earlier sync of the same catalogue and model was. False, and nothing is changed, where `text` is of another one, or
 * none at all. NO_MEMORY is also false: the sync then begins anew. */
bool aski_index_place_read(aski_index_place *place, askiam_str text, const askiam_allocator *allocator);

typedef struct aski_index_job {
  const aski_index *index;
  const askiam_call *call;
  askiam_index_options options;
  askiam_error *error;
  void *session; /* of the search; NULL is a fine one */
  bool open;     /* whether there is a session */
  aski_index_names names;
  aski_index_policies policies;
  aski_index_part part;
  aski_index_place place;
  bool resumed;
} aski_index_job;

/* The tables that are written, in this order, and what makes entries of the rows in the part: *out_entries has one for each. */
typedef struct aski_index_step {
  const char *name;
  askiam_table table;
  askiam_status (*make)(aski_index_job *job, askiam_index_entry *out_entries);
  size_t counter; /* where its number is in aski_index_place */
} aski_index_step;
enum { ASKI_INDEX_STEPS = 3 };
extern const aski_index_step aski_index_steps[ASKI_INDEX_STEPS];

askiam_status aski_index_make_roles(aski_index_job *job, askiam_index_entry *out_entries);
askiam_status aski_index_make_documents(aski_index_job *job, askiam_index_entry *out_entries);
askiam_status aski_index_make_patterns(aski_index_job *job, askiam_index_entry *out_entries);
/* Gives a vector to every entry without one, by its title and text, as an import does; to none where there is no embedder. */
askiam_status aski_index_embed(aski_index_job *job, askiam_index_entry *entries);
/* The stored bytes of an embedding as a vector of this embedder; NULL where it is of another, or none. */
const float *aski_index_stored_vector(aski_index_job *job, askiam_str bytes, askiam_str model);
askiam_status aski_index_no_memory(askiam_error *error);

#endif
