/* SPDX-License-Identifier: Apache-2.0
 *
 * "Did you mean …?" for options and commands. */
#ifndef CLI_NEAREST_H
#define CLI_NEAREST_H

#include <stddef.h>

/* Gives the name of index 0, 1, 2, …; NULL after the last. */
typedef const char *(*cli_name_fn)(size_t index);

/* The name that `typed` most likely meant (it begins so, or is at most a third of its letters away); NULL where none is near. */
const char *cli_nearest(const char *typed, cli_name_fn name);

#endif
