/* SPDX-License-Identifier: Apache-2.0
 *
 * What this process may do with a file and its folder, and a file's name as SQLite's URI. */
#ifndef ASKI_BASE_FILE_ACCESS_H
#define ASKI_BASE_FILE_ACCESS_H

#include <unistd.h>

#include "base/str.h"

/* What keeps the effective user from a file: 0, or errno such as EACCES, EROFS, ENOENT. `mode` as of access(). */
int aski_file_denied(const char *path, int mode);
/* The same for the folder that the file is in, or would be in. */
int aski_file_folder_denied(const char *path, int mode);
/* "no permission", "a read-only file system"; NULL for every other code. */
const char *aski_file_denied_words(int code);
/* Whether the file `path` + `suffix` has bytes, or cannot be looked at. */
bool aski_file_companion_has_content(const char *path, const char *suffix);
/* Whether a SQLite file can be read as one that nobody changes: its folder cannot be written, and beside it there is neither a
 * write-ahead log with content nor what a process that has it open leaves there (an empty log with shared memory). */
bool aski_file_is_settled(const char *path);
/* Appends "file:PATH?QUERY", what is special in a URI escaped. */
void aski_file_append_uri(aski_buffer *out, const char *path, const char *query);

#endif
