/* SPDX-License-Identifier: Apache-2.0
 *
 * What the model answered, read as what it is: text that whoever typed the sentence may have had a hand in. */
#ifndef ASKI_EXTRACT_LLM_ANSWER_H
#define ASKI_EXTRACT_LLM_ANSWER_H

#include "model/guess.h"
#include "json/json.h"

enum { ASKI_GUESSED_MAX_BYTES = 128 };

/* Copies an answer of exactly the four members that were asked for, each null or a short line of plain text, to the arena. False for all else, also where
 * the arena failed: then nothing is guessed. */
bool aski_guess_answer_read(aski_guess *out_guess, aski_arena *arena, const aski_json *object);

#endif
