/* SPDX-License-Identifier: Apache-2.0
 *
 * What a language model guesses of a sentence that could not be read to its end. A guess is never a reading: it becomes a question with a
 * sentence that the person may send, made of the catalogue's names, and tried out. Codes, entities and verdict stay what they were. */
#ifndef ASKI_EXTRACT_GUESS_H
#define ASKI_EXTRACT_GUESS_H

#include "extract/extract.h"
#include "model/guess.h"

/* What a reading is made with. Borrowed. */
typedef struct aski_extract_means {
  const aski_phrases *phrases;
  const aski_catalogue *catalogue;
  const askiam_call *call;
  const aski_extract_input *input;
} aski_extract_means;

/* Whether a guess could help: a role or an application is missing, unknown, ambiguous or unclear, and the person is not. */
bool aski_extract_wants_guess(const aski_reading *reading);
/* Appends names to choose from, a line each: of the roles of the application that was read, and what was suggested. */
askiam_status aski_extract_list_names(aski_buffer *names, aski_arena *arena, const aski_reading *reading,
                                      const aski_extract_means *means, askiam_error *error);
/* Takes a guess for such a reading, where it names a role and an application that exist, exactly and active, and agrees with all that was read: the
 * question then offers the sentence, and the role is among the suggestions. Anything else leaves the reading as it was. Fails as aski_extract_read. */
askiam_status aski_extract_take_guess(aski_reading *reading, aski_arena *arena, const aski_extract_means *means,
                                      const aski_guess *guess, askiam_error *error);

#endif
