/* SPDX-License-Identifier: Apache-2.0
 *
 * Past decisions as numbers: each row an outcome, each trait a grouping of the rows, in which the person who asks has a place as
 * well. docs/evidence.md explains the method. */
#ifndef ASKI_JUDGE_EVIDENCE_EVIDENCE_H
#define ASKI_JUDGE_EVIDENCE_EVIDENCE_H

#include <askiam/backend/judge.h>

#include "base/memory.h"

enum {
  ASKI_EVIDENCE_ROWS_MAX = 512,  /* the newest; older ones are not looked at */
  ASKI_EVIDENCE_ATTRIBUTES = 8,  /* of the person who asks */
  ASKI_EVIDENCE_ROLE_TRAITS = 6, /* "holds this role" */
  ASKI_EVIDENCE_TRAITS_MAX = ASKI_EVIDENCE_ATTRIBUTES + ASKI_EVIDENCE_ROLE_TRAITS + 3
};

typedef enum aski_trait_kind {
  ASKI_TRAIT_DEPARTMENT,
  ASKI_TRAIT_TITLE,
  ASKI_TRAIT_MANAGER,
  ASKI_TRAIT_LOCATION,
  ASKI_TRAIT_ATTRIBUTE, /* any other */
  ASKI_TRAIT_ROLE,      /* holds one certain role, or does not */
  ASKI_TRAIT_ROLES,     /* how many of the roles held are the same */
  ASKI_TRAIT_LIKENESS,  /* how alike in everything together */
  ASKI_TRAIT_RECENT,    /* the newer or the older half of the rows */
  ASKI_TRAIT_KINDS
} aski_trait_kind;

/* Groups the rows by a value. `own` is the code of the person who asks, which no row need have. */
typedef struct aski_trait {
  aski_trait_kind kind;
  uint16_t *codes; /* of each row */
  uint16_t own;
  uint16_t limit; /* all codes and `own` are below */
} aski_trait;

typedef struct aski_evidence {
  size_t count; /* rows */
  uint8_t *approved;
  aski_trait traits[ASKI_EVIDENCE_TRAITS_MAX];
  size_t trait_count;
} aski_evidence;

/* The rows of a case that count: those not after now, newest first, with every trait that tells any of them from the person who asks
 * or from each other. False when memory ran out. */
bool aski_evidence_gather(aski_evidence *out_evidence, aski_arena *arena, const askiam_case *judged, int64_t now_ms);

/* The rows on their way in: where each lies in the case, and whether its person is known. */
typedef struct aski_evidence_rows {
  const askiam_case *judged;
  uint16_t *patterns;
  uint8_t *known;
  size_t count;
} aski_evidence_rows;

/* Adds a trait unless it tells nothing: all rows have the person's own code. */
void aski_evidence_add_trait(aski_evidence *evidence, aski_trait trait);
/* Adds what the roles held tell, without the role asked for; `out_shared` gets for each row the share of roles in common (Jaccard;
 * 1 where neither holds any). False when memory ran out. */
bool aski_evidence_add_roles(aski_evidence *evidence, aski_arena *arena, const aski_evidence_rows *rows,
                             float *out_shared);

#endif
