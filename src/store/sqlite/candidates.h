/* SPDX-License-Identifier: Apache-2.0
 *
 * A look for names: from references of the name index to candidates, by the term's limit. */
#ifndef ASKI_STORE_SQLITE_CANDIDATES_H
#define ASKI_STORE_SQLITE_CANDIDATES_H

#include <askiam/backend/catalogue.h>

#include "store/sqlite/connection.h"
#include "store/sqlite/names.h"

/* The entities of one kind that a term has got so far: those with numbers up to the capacity are told apart. */
enum { ASKI_SQLITE_SEEN = 64 };
typedef struct aski_sqlite_found {
  int64_t numbers[ASKI_SQLITE_SEEN];
  size_t count;
  bool full; /* there are more than the limit */
} aski_sqlite_found;

typedef struct aski_sqlite_look {
  aski_sqlite *connection;
  const askiam_terms *terms;
  askiam_candidates *candidates;
  askiam_error *error;
  aski_buffer key;
  aski_arena *arena; /* of the whole call */
  /* the term in work */
  size_t term;
  unsigned kinds;
  size_t limit;
  askiam_str application_id;
  aski_sqlite_found found[3]; /* users, applications, roles */
} aski_sqlite_look;

/* Begins with the term. */
void aski_sqlite_look_at(aski_sqlite_look *look, size_t term);
/* Adds what bears the name whose compact key hashes to `hash`, of the kinds in `kinds`, where a form answers `wanted`. */
askiam_status aski_sqlite_add_named(aski_sqlite_look *look, int64_t hash, unsigned kinds, askiam_str wanted);
/* The same for a whole name: within the application for roles where the term has one. */
askiam_status aski_sqlite_add_everywhere(aski_sqlite_look *look, askiam_str compact, unsigned kinds, askiam_str wanted);
/* Adds one entity by its reference, whatever its name. */
askiam_status aski_sqlite_add_ref(aski_sqlite_look *look, int64_t ref, unsigned kinds, askiam_str wanted);
/* Whether no kind of the mask can take more. */
bool aski_sqlite_is_full(const aski_sqlite_look *look, unsigned kinds);

askiam_status aski_sqlite_near(aski_sqlite_look *look);
askiam_status aski_sqlite_similar(aski_sqlite_look *look);

#endif
