/* SPDX-License-Identifier: Apache-2.0 */
#include <askiam/version.h>

const char *askiam_version(void) { return ASKIAM_VERSION_STRING; }
