/* SPDX-License-Identifier: Apache-2.0
 *
 * Asks a language model what a sentence asks for that the program could not read to its end. What it answers is a guess and no more:
 * extract/guess.h says what becomes of it. Remote, with attempts and a breaker of its own. */
#ifndef ASKI_EXTRACT_LLM_GUESSER_H
#define ASKI_EXTRACT_LLM_GUESSER_H

#include "backend/guard.h"
#include "chat/chat.h"
#include "model/guess.h"

/* May be used by several threads at once. */
typedef struct aski_guesser aski_guesser;

/* As extract.… has it. Fails as aski_chat_open. */
askiam_status aski_guesser_open(aski_guesser **out_guesser, aski_chat_protocol protocol,
                                const askiam_backend_options *options, const aski_guard_options *guard,
                                askiam_error *error);
void aski_guesser_close(aski_guesser *guesser);
/* Asks about a sentence; `names` are lines to choose from. An answer of another form is a guess of nothing, with the cause in *out_cause (static, absent
 * otherwise). What is guessed lives in `arena`. */
askiam_status aski_guesser_ask(aski_guesser *guesser, const askiam_call *call, askiam_str sentence, askiam_str names,
                               aski_arena *arena, aski_guess *out_guess, askiam_str *out_cause, askiam_error *error);

#endif
