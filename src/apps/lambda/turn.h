/* SPDX-License-Identifier: Apache-2.0
 *
 * One turn of a conversation from a request, however that came. */
#ifndef LAMBDA_TURN_H
#define LAMBDA_TURN_H

#include "function.h"

/* Borrows from all that it is made of. */
askiam_turn lambda_turn_of(const askiam_request *request, const askiam_principal *principal, askiam_str session_id,
                           const lambda_event *event);

#endif
