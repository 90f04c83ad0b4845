/* SPDX-License-Identifier: Apache-2.0
 *
 * A look for names: the rows that answer its terms, ranked and cut to each term's limit here, as the server cannot measure. */
#ifndef ASKI_STORE_POSTGRES_CANDIDATES_H
#define ASKI_STORE_POSTGRES_CANDIDATES_H

#include "store/postgres/slots.h"

/* A form of a name of an entity, for a term; texts are borrowed from the result. */
typedef struct aski_pg_found {
  size_t term;
  int64_t rank; /* the least comes first */
  askiam_kind kind;
  askiam_str id;
  askiam_str name;
  askiam_str form;
  askiam_str application_id;
  bool active;
} aski_pg_found;

typedef struct aski_pg_look {
  aski_pg_store *store;
  const askiam_call *call;
  const askiam_terms *terms;
  askiam_candidates *candidates;
  askiam_error *error;
  aski_arena *arena; /* of the whole call */
  aski_buffer key;
  struct {
    aski_pg_found *items;
    size_t count, capacity;
  } found;
} aski_pg_look;

/* The columns that begin every row: which part of the statement it is of, and the form. */
enum {
  ASKI_PG_PART,
  ASKI_PG_TERM,
  ASKI_PG_KIND,
  ASKI_PG_ID,
  ASKI_PG_NAME,
  ASKI_PG_FORM,
  ASKI_PG_APPLICATION,
  ASKI_PG_STATUS,
  ASKI_PG_REST
};

/* Reads a row; false where it is none of this call's. */
bool aski_pg_read_found(const aski_pg_look *look, const PGresult *result, int row, aski_pg_found *out_found);
/* Adds what was found, the best of each term first, as far as its limit; forgets it. */
askiam_status aski_pg_add_found(aski_pg_look *look);

/* EXACT and NEAR; SIMILAR: each one statement, or none where there is no such term. */
askiam_status aski_pg_look_for_names(aski_pg_look *look);
askiam_status aski_pg_look_for_similar(aski_pg_look *look);

#endif
