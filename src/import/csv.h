/* SPDX-License-Identifier: Apache-2.0
 *
 * CSV as RFC 4180 has it: quoted fields with commas, line ends and doubled quotes, CRLF or LF, UTF-8 with or without a byte order
 * mark. Streaming, without an allocation by field; strict, so that no byte is lost in silence. */
#ifndef ASKI_IMPORT_CSV_H
#define ASKI_IMPORT_CSV_H

#include "import/reader.h"

enum { ASKI_CSV_MAX_FIELDS = 256, ASKI_CSV_MAX_FIELD_BYTES = 64 * 1024 };

typedef enum aski_csv_outcome {
  ASKI_CSV_RECORD,
  ASKI_CSV_END,
  ASKI_CSV_BAD_RECORD, /* `message` and `message_line` say why; reading can go on */
  ASKI_CSV_BAD_FILE,   /* the same, but what follows would be guesswork */
  ASKI_CSV_NO_MEMORY,
  ASKI_CSV_IO_ERROR
} aski_csv_outcome;

typedef struct aski_csv {
  aski_import_reader reader;
  askiam_str fields[ASKI_CSV_MAX_FIELDS]; /* of the present record; void after the next call */
  size_t count;
  uint64_t line; /* where the record begins, from 1 */
  const char *message;
  uint64_t message_line;
  /* Inside. */
  uint64_t next_line;
  size_t offsets[ASKI_CSV_MAX_FIELDS];
  size_t lengths[ASKI_CSV_MAX_FIELDS];
  unsigned char doubled[ASKI_CSV_MAX_FIELDS]; /* the field has doubled quotes, still in place */
  bool started;
  bool finished;
} aski_csv;

/* `window_bytes` is what is read at once (tests use a small one). Takes no memory yet. */
void aski_csv_init(aski_csv *csv, const askiam_allocator *allocator, aski_import_reader_read_fn read, void *context,
                   size_t window_bytes);
void aski_csv_clean_up(aski_csv *csv);
/* The next record; empty lines are passed over. */
aski_csv_outcome aski_csv_next(aski_csv *csv);

#endif
