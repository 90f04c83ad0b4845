/* SPDX-License-Identifier: Apache-2.0
 *
 * What the hook itself keeps in Lex's session attributes from one turn to the next: under which id the decision will
 * be recorded, so that one that is asked for again is the same one; what was put to whom to be confirmed; and what is
 * known where Lex forgets the slots. Clients of Lex can write attributes as they can slots: neither says who speaks,
 * and under an id nobody gets another's decision. */
#ifndef LAMBDA_LEX_ATTRIBUTES_H
#define LAMBDA_LEX_ATTRIBUTES_H

#include "lex_answer.h"

enum { LAMBDA_LEX_ID_BYTES = 80 };

/* An attribute that is a string; absent else, and where memory ran out (event->scratch.failed). */
askiam_str lambda_lex_attribute(lambda_lex_event *event, askiam_str name);
/* Fills slots of which nothing is known with what the turn before has kept. False: memory ran out. */
bool lambda_lex_attributes_read(lambda_lex_event *event);
/* Whether what is confirmed is what this very person was asked to confirm, as far as that was kept: slots may have
 * been filled with the yes, or since. False, too, where memory ran out. */
bool lambda_lex_attributes_confirmed(lambda_lex_event *event, askiam_str speaker);
/* Whether the hook has chosen an id at a turn before. */
bool lambda_lex_attributes_chose(const lambda_lex_event *event);
/* The id of the request that this event decides; empty where a new one is to be taken. `out` has room for
 * LAMBDA_LEX_ID_BYTES. False: memory ran out. */
bool lambda_lex_attributes_id(lambda_lex_event *event, char *out);
/* Writes the attributes of the session as they came, and the hook's own. No other invocation has this id.
 * event->scratch.failed where memory ran out. */
void lambda_lex_attributes_write(FILE *out, lambda_lex_event *event, const lambda_lex_answer *answer,
                                 askiam_str invocation_id);

#endif
