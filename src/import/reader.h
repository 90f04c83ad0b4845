/* SPDX-License-Identifier: Apache-2.0
 *
 * A window over a stream of bytes: what is parsed next lies in one piece in memory, however long the file is. */
#ifndef ASKI_IMPORT_READER_H
#define ASKI_IMPORT_READER_H

#include <sys/types.h>

#include "base/memory.h"

/* As read(2): bytes read, 0 at the end, -1 with errno set. */
typedef ssize_t (*aski_import_reader_read_fn)(void *context, char *buffer, size_t size_bytes);

typedef enum aski_import_reader_outcome {
  ASKI_IMPORT_READER_MORE,     /* the window has grown */
  ASKI_IMPORT_READER_END,      /* there is no more */
  ASKI_IMPORT_READER_TOO_LONG, /* the window is at its limit: what is in it is one piece that should not be that long */
  ASKI_IMPORT_READER_NO_MEMORY,
  ASKI_IMPORT_READER_IO_ERROR /* errno says which */
} aski_import_reader_outcome;

typedef struct aski_import_reader {
  const askiam_allocator *allocator;
  aski_import_reader_read_fn read;
  void *context;
  char *data; /* the window is data[begin .. end) */
  size_t begin;
  size_t end;
  size_t capacity;
  size_t limit;
  uint64_t bytes_read;
  bool ended;
} aski_import_reader;

/* Takes no memory yet. The window starts with `capacity` bytes and grows to `limit`. */
void aski_import_reader_init(aski_import_reader *reader, const askiam_allocator *allocator,
                             aski_import_reader_read_fn read, void *context, size_t capacity, size_t limit);
void aski_import_reader_clean_up(aski_import_reader *reader);
/* Reads behind the window, moving it to the front first: pointers into it are void afterwards, offsets from `begin` are not. */
aski_import_reader_outcome aski_import_reader_fill(aski_import_reader *reader);
/* read(2) of a file descriptor, `context` pointing to it. */
ssize_t aski_import_reader_read_file(void *context, char *buffer, size_t size_bytes);

#endif
