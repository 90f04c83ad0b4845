/* SPDX-License-Identifier: Apache-2.0
 *
 * Which libaskiam this is: at compile time by macro, at run time by function. */
#ifndef ASKIAM_VERSION_H
#define ASKIAM_VERSION_H

#include <askiam/api.h>

#define ASKIAM_VERSION_MAJOR 0
#define ASKIAM_VERSION_MINOR 1
#define ASKIAM_VERSION_PATCH 0
#define ASKIAM_VERSION_STRING "0.1.0"

#ifdef __cplusplus
extern "C" {
#endif

/* The version of the library that is running, "MAJOR.MINOR.PATCH" (Semantic Versioning 2.0.0). Static storage;
 * any thread. */
ASKIAM_API const char *askiam_version(void);

#ifdef __cplusplus
}
#endif
#endif
