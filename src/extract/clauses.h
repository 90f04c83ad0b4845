/* SPDX-License-Identifier: Apache-2.0
 *
 * The state of splitting one sentence into parts, shared by clauses.c, asking.c, subjects.c, purposes.c and statements.c. */
#ifndef ASKI_EXTRACT_CLAUSES_H
#define ASKI_EXTRACT_CLAUSES_H

#include "extract/work.h"

typedef struct aski_splitter {
  aski_work *work;
  aski_part *part;    /* the open one */
  size_t first, last; /* of the sentence */
  uint64_t before;    /* what the item before was */
  size_t before_words;
  bool fresh;      /* only fillers since the last pause or "and" */
  bool core_named; /* a role or an application was named in what asks */
  uint64_t label;  /* a label whose value is on the next line */
} aski_splitter;

/* clauses.c. Begins a part at `index`; a name from `first` on; a pause, or the part's begin. */
void aski_clauses_open(aski_splitter *split, size_t index, aski_part_kind kind);
bool aski_clauses_has_name(const aski_work *work, size_t first, size_t last);
bool aski_clauses_after_break(const aski_splitter *split, size_t index);

/* asking.c. An opener begins at `index`, and the part asks from there; *out_words are its words. */
bool aski_clauses_try_opener(aski_splitter *split, size_t index, uint64_t what, size_t *out_words);

/* subjects.c. Nothing but light words ("please", "and") since the part began. */
bool aski_clauses_at_start(const aski_splitter *split, size_t index);
bool aski_clauses_named_subject(const aski_splitter *split, size_t index, aski_opener *out_opener);
bool aski_clauses_inherit_subject(const aski_splitter *split, size_t index, aski_opener *opener);
/* What stands before "(jane@…) needs" or ", who joined, needs" says nothing but the subject: it is accounted for with it. */
void aski_clauses_absorb_subject(const aski_splitter *split, const aski_opener *opener);
bool aski_clauses_lead_for_person(const aski_splitter *split, size_t index, uint64_t what, size_t words,
                                  aski_opener *out_opener);

/* "can the Editor role be added to me". */
bool aski_clauses_lead_for_role(const aski_splitter *split, size_t index, uint64_t what, size_t words,
                                aski_opener *out_opener);
/* "Li Wei, our intern, needs": the opener is about the name before the words of the pause. */
bool aski_clauses_is_apposed(const aski_splitter *split, size_t index, size_t words, aski_opener *opener);

/* purposes.c. The words from `index` on are a time; behind "for" or "to" a purpose. */
bool aski_clauses_is_time(const aski_work *work, size_t index, size_t last);
bool aski_clauses_for_opens_purpose(const aski_splitter *split, size_t index);
bool aski_clauses_to_opens_purpose(const aski_splitter *split, size_t index);

/* statements.c. Behind a pause a statement; one with a verb; somebody who does something; one of the names before it ("…, I had it");
 * words of trouble ("we have an audit") that are no wish. */
bool aski_clauses_tells(const aski_splitter *split, size_t index);
bool aski_clauses_somebody_does(const aski_splitter *split, size_t index, uint64_t what, size_t words);
bool aski_clauses_is_tale(const aski_splitter *split, size_t index);
bool aski_clauses_is_told_of(const aski_splitter *split, size_t index);
bool aski_clauses_only_tells(const aski_splitter *split, size_t index, size_t after);

#endif
