/* SPDX-License-Identifier: Apache-2.0
 *
 * A file that events are appended to: one relay at a time, whole lines only, on the disk before anybody is told so. */
#ifndef ASKI_AUDIT_RELAY_FILE_H
#define ASKI_AUDIT_RELAY_FILE_H

#include <askiam/backend/backend.h>

#include "base/memory.h"

typedef struct aski_relay_file {
  int file; /* -1: closed */
  const char *path;
} aski_relay_file;

/* Opens (mode 0600 where it is new), waits for another relay to end, and removes a line that a crash left torn. */
askiam_status aski_relay_file_open(aski_relay_file *out_file, const char *path, const askiam_call *call,
                                   askiam_error *error);
/* Appends whole lines and waits until they are on the disk. Where that fails none of them stays. */
askiam_status aski_relay_file_append(aski_relay_file *file, askiam_str lines, askiam_error *error);
void aski_relay_file_close(aski_relay_file *file);

#endif
