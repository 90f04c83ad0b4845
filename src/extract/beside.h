/* SPDX-License-Identifier: Apache-2.0
 *
 * Looking at what stands beside a request: shared by beside.c, tales.c, acts.c and durations.c. */
#ifndef ASKI_EXTRACT_BESIDE_H
#define ASKI_EXTRACT_BESIDE_H

#include "extract/work.h"

/* Words that change nothing. */
#define ASKI_BESIDE_LIGHT                                                                                              \
  (ASKI_IS(FILLER) | ASKI_IS(GREETING) | ASKI_IS(CLOSER) | ASKI_IS(DETERMINER) | ASKI_IS(AND) | ASKI_IS(ALSO) |        \
   ASKI_IS(CONTINUE) | ASKI_IS(ABBREVIATION))

/* What the phrase at a token signals; ASKI_SIGNAL_NONE also where the words are a name that was chosen. */
aski_signal aski_beside_signal(const aski_work *work, size_t index);
bool aski_beside_signals(const aski_work *work, size_t first, size_t last, aski_signal signal);
/* Everything that the words from `first` to before `last` are. */
uint64_t aski_beside_marks(const aski_work *work, size_t first, size_t last);
/* The name of somebody other than the speaker begins here. */
bool aski_beside_is_other(const aski_work *work, size_t index);

/* Whether a part of the same sentence asks; with `politely`: by "could you", "may I". */
bool aski_beside_sentence_asks(const aski_work *work, const aski_part *beside, bool politely);

/* tales.c: the part makes the request depend on something; is for somebody else; is no harmless tale. */
bool aski_beside_is_condition(const aski_work *work, const aski_part *part);
bool aski_beside_is_for_others(const aski_work *work, const aski_part *part);
bool aski_beside_changes(const aski_work *work, const aski_part *part);

#endif
