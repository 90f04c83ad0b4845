/* SPDX-License-Identifier: Apache-2.0
 *
 * Two opinions as one. Pure; docs/evidence.md has the formula and where it comes from. */
#ifndef ASKI_RAG_COMBINE_H
#define ASKI_RAG_COMBINE_H

#include "model/case.h"
#include "model/results.h"

/* The probability of an approval where the past says `evidence` and another judge `other`, both from 0 to 1. In log-odds: their sum where they are on
 * different sides; on the same side the other adds no more than the past says by itself, and the result is no less than the larger. */
double aski_rag_combine(double evidence, double other);

/* One judge's opinion and what it is called. */
typedef struct aski_rag_voice {
  const char *kind;
  askiam_opinion opinion;
} aski_rag_voice;

/* What both come to: the one that was given; where both were, their combination, of the kind "both"; where none was, an abstention. The sentence has
 * what each says. Memory of `arena`; check it afterwards. */
aski_rag_voice aski_rag_join(aski_arena *arena, const aski_rag_voice *evidence, const aski_rag_voice *other);

#endif
