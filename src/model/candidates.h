/* SPDX-License-Identifier: Apache-2.0
 *
 * Terms to look up and the candidates found: behind the public askiam_terms_… and askiam_candidates_… of backend/catalogue.h;
 * and people, likewise. */
#ifndef ASKI_MODEL_CANDIDATES_H
#define ASKI_MODEL_CANDIDATES_H

#include <askiam/backend/catalogue.h>

#include "base/memory.h"

typedef struct aski_term {
  askiam_term_mode mode;
  unsigned kinds;
  askiam_str key;
  unsigned distance;
  askiam_str application_id;
  size_t limit;
  size_t tag; /* the asker's own: sorting moves terms, the tag stays with its term */
} aski_term;

struct askiam_terms {
  aski_arena *arena;
  aski_term *items;
  size_t count, capacity;
};

typedef struct aski_candidate {
  size_t term; /* index in the sorted terms */
  askiam_kind kind;
  askiam_str id;
  askiam_str name;
  askiam_str form;
  askiam_str application_id;
  bool inactive;
} aski_candidate;

struct askiam_candidates {
  aski_arena *arena;
  aski_candidate *items;
  size_t count, capacity;
  unsigned char *truncated; /* a mask of kinds for each term; NULL until one is */
  size_t term_count;
};

void aski_terms_init(askiam_terms *terms, aski_arena *arena);
/* Adds a copy; false when memory ran out. */
bool aski_terms_add(askiam_terms *terms, const aski_term *term);
/* Puts them in the order that the catalogue is promised. */
void aski_terms_sort(askiam_terms *terms);
void aski_candidates_init(askiam_candidates *candidates, aski_arena *arena, size_t term_count);
/* Puts them in a fixed order (term, kind, id, form), so that no store's order can matter. */
void aski_candidates_sort(askiam_candidates *candidates);
bool aski_candidates_is_truncated(const askiam_candidates *candidates, size_t term, askiam_kind kind);

typedef struct aski_person {
  askiam_str id;
  bool found;
  struct {
    struct aski_person_attribute {
      askiam_str key;
      askiam_str value;
    } *items;
    size_t count, capacity;
  } attributes;
  struct {
    askiam_str *items;
    size_t count, capacity;
  } roles;
} aski_person;

struct askiam_people {
  aski_arena *arena;
  aski_person *items;
  size_t count;
};

/* People with these ids, nothing known of them yet. The ids are borrowed. */
bool aski_people_init(askiam_people *people, aski_arena *arena, const askiam_str *ids, size_t count);

#endif
