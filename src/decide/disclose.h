/* SPDX-License-Identifier: Apache-2.0
 *
 * Who may see what of a decision: a pure function from a decision and a viewer to the decision that he is told.
 * docs/security.md, "Who sees what of an answer", has the rules in words. */
#ifndef ASKI_DECIDE_DISCLOSE_H
#define ASKI_DECIDE_DISCLOSE_H

#include "decide/decide.h"

typedef struct aski_viewer {
  askiam_str id;
  bool everything; /* has the scope "audit" */
  bool documents;  /* may see which documents were found, and what a language model says of them */
} aski_viewer;

/* Takes out of a decision, in place, what concerns others than the viewer; its codes and what is the catalogue's stay.
 * New texts live in `arena`, whose `failed` says that memory ran out. `erased`: its words were erased, and its reason
 * says only that. */
void aski_disclose(aski_decision *decision, const aski_viewer *viewer, aski_arena *arena, bool erased);

/* The same of why its grant failed, which is made of what the checks said then. Absent, or borrowed from `reason`, or
 * static. */
askiam_str aski_disclose_grant(const aski_decision *decision, const aski_viewer *viewer, askiam_str reason);

#endif
