/* SPDX-License-Identifier: Apache-2.0
 *
 * What a search in a sketch spends its time on, in the forms that processors have. */
#ifndef ASKI_SEARCH_COMMON_SKETCH_MULTIPLY_H
#define ASKI_SEARCH_COMMON_SKETCH_MULTIPLY_H

#include "search/common/sketch.h"

enum { ASKI_SKETCH_STEP_BYTES = 64 }; /* a sketch's stride is so many, several times */

/* The one that every processor has. */
aski_sketch_multiply aski_sketch_multiply_plain;
/* The fastest for the processor that this runs on. Asking a processor is slow where it is a virtual one: ask once. */
aski_sketch_multiply *aski_sketch_best_multiply(void);

#endif
