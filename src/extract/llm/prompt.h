/* SPDX-License-Identifier: Apache-2.0
 *
 * What the model is told: the sentence and names of the catalogue, each between lines of a fence. */
#ifndef ASKI_EXTRACT_LLM_PROMPT_H
#define ASKI_EXTRACT_LLM_PROMPT_H

#include <askiam/error.h>

#include "chat/fence.h"
#include "chat/request.h"

/* Appends what is asked about to `text`. CONFLICT where something inside holds the fence, which another fence mends; NO_MEMORY. */
askiam_status aski_guess_prompt_write(aski_buffer *text, const aski_chat_fence *fence, askiam_str sentence,
                                      askiam_str names);
/* The whole question about such a text, which is borrowed. */
aski_chat_question aski_guess_prompt_question(askiam_str text);

#endif
