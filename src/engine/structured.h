/* SPDX-License-Identifier: Apache-2.0
 *
 * Requests that say by ids what they ask for: their sentence is recorded and not read. The rest of the way is that
 * of any other. */
#ifndef ASKI_ENGINE_STRUCTURED_H
#define ASKI_ENGINE_STRUCTURED_H

#include "engine/pipeline.h"

/* Whether what is asked for is said by ids. */
bool aski_structured_is(const askiam_request *request);
/* Checks that the ids go together, and makes run->sentence of all that was asked: whoever uses a request id again
 * must ask for the same. */
askiam_status aski_structured_begin(aski_run *run);
/* Reading and facts of it, in place of the stage's: from the engine's own catalogue, wherever the stages run. */
askiam_status aski_structured_understand(aski_run *run);

#endif
