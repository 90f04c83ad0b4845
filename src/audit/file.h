/* SPDX-License-Identifier: Apache-2.0
 *
 * Small files that somebody names on a command line: keys and checkpoints. */
#ifndef ASKI_AUDIT_FILE_H
#define ASKI_AUDIT_FILE_H

#include <askiam/error.h>

#include "base/memory.h"

/* Reads a whole file of at most 1 MiB into `out`. Errors say `what` ("private key") and the path. */
askiam_status aski_file_read(aski_buffer *out, const char *what, const char *path, askiam_error *error);
/* The status and message for a failed system call: NOT_FOUND, NOT_PERMITTED, FULL, READ_ONLY, else UNAVAILABLE. */
askiam_status aski_file_error(askiam_error *error, int code, const char *action, const char *path);

#endif
