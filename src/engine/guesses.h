/* SPDX-License-Identifier: Apache-2.0
 *
 * The language model beside the extractor, where extract.backend names one: opened with the engine, asked about sentences that could not be read
 * to their end. */
#ifndef ASKI_ENGINE_GUESSES_H
#define ASKI_ENGINE_GUESSES_H

#include "engine/engine.h"

/* Opens it as `options` say, with attempts and breaker as for other remote backends; nothing where extract.backend is patterns. */
askiam_status aski_guesses_open(askiam_engine *engine, const askiam_backend_options *options, askiam_error *error);
void aski_guesses_close(askiam_engine *engine);
/* Asks the model about a reading that wants a guess, and takes what it guesses. A model that fails, or is late (extract.timeout_ms), leaves the reading as
 * it was; what fails otherwise is what reading fails with. */
askiam_status aski_guesses_ask(aski_reading *reading, aski_arena *arena, const aski_visit *visit,
                               const aski_extract_input *input, askiam_error *error);

#endif
