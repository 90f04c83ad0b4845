/* SPDX-License-Identifier: Apache-2.0 */
#include "import/reader.h"

#include <errno.h>
#include <unistd.h>

void aski_import_reader_init(aski_import_reader *reader, const askiam_allocator *allocator,
                             aski_import_reader_read_fn read, void *context, size_t capacity, size_t limit)
{
  *reader = (aski_import_reader){.allocator = allocator, .read = read, .context = context, .limit = limit};
  reader->capacity = capacity < limit ? capacity : limit;
}

void aski_import_reader_clean_up(aski_import_reader *reader)
{
  aski_release(reader->allocator, reader->data);
  reader->data = NULL;
}

/* Room behind the window: moved to the front, else doubled. */
static aski_import_reader_outcome s_make_room(aski_import_reader *reader)
{
  if (reader->data == NULL) {
    reader->data = aski_acquire(reader->allocator, reader->capacity);
    return reader->data == NULL ? ASKI_IMPORT_READER_NO_MEMORY : ASKI_IMPORT_READER_MORE;
  }
  if (reader->begin > 0) {
    memmove(reader->data, reader->data + reader->begin, reader->end - reader->begin);
    reader->end -= reader->begin;
    reader->begin = 0;
  }
  if (reader->end < reader->capacity) {
    return ASKI_IMPORT_READER_MORE;
  }
  if (reader->capacity >= reader->limit) {
    return ASKI_IMPORT_READER_TOO_LONG;
  }
  size_t larger = reader->capacity > reader->limit / 2 ? reader->limit : reader->capacity * 2;
  char *memory = reader->allocator->resize(reader->allocator->context, reader->data, larger);
  if (memory == NULL) {
    return ASKI_IMPORT_READER_NO_MEMORY;
  }
  reader->data = memory;
  reader->capacity = larger;
  return ASKI_IMPORT_READER_MORE;
}

aski_import_reader_outcome aski_import_reader_fill(aski_import_reader *reader)
{
  if (reader->ended) {
    return ASKI_IMPORT_READER_END;
  }
  aski_import_reader_outcome outcome = s_make_room(reader);
  if (outcome != ASKI_IMPORT_READER_MORE) {
    return outcome;
  }
  size_t before = reader->end;
  while (reader->end < reader->capacity) {
    ssize_t got = reader->read(reader->context, reader->data + reader->end, reader->capacity - reader->end);
    if (got < 0) {
      return ASKI_IMPORT_READER_IO_ERROR;
    }
    if (got == 0) {
      reader->ended = true;
      break;
    }
    reader->end += (size_t)got;
    reader->bytes_read += (uint64_t)got;
  }
  return reader->end > before ? ASKI_IMPORT_READER_MORE : ASKI_IMPORT_READER_END;
}

ssize_t aski_import_reader_read_file(void *context, char *buffer, size_t size_bytes)
{
  const int *file = context;
  ssize_t got = 0;
  do {
    got = read(*file, buffer, size_bytes);
  } while (got < 0 && errno == EINTR);
  return got;
}
