/* SPDX-License-Identifier: Apache-2.0
 *
 * What somebody who is not trusted, a language model, thinks that a sentence asks for. Names and words; absent where it does not say. */
#ifndef ASKI_MODEL_GUESS_H
#define ASKI_MODEL_GUESS_H

#include <askiam/api.h>

typedef struct aski_guess {
  askiam_str role;
  askiam_str application;
  askiam_str beneficiary; /* absent: whoever wrote the sentence */
  askiam_str duration;    /* "for 30 days" */
} aski_guess;

#endif
