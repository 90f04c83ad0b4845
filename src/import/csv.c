/* SPDX-License-Identifier: Apache-2.0 */
#include "import/csv.h"

#include "base/text.h"

/* A record is found first, then its quotes are undone in place: until it lies whole in the window nothing may change. */
enum { MAX_RECORD_BYTES = 4 * 1024 * 1024 };

enum { PLAIN, COMMA, LINE_FEED, CARRIAGE_RETURN, QUOTE, NUL };
static const unsigned char s_classes[256] = {
    [0] = NUL, [','] = COMMA, ['\n'] = LINE_FEED, ['\r'] = CARRIAGE_RETURN, ['"'] = QUOTE};

typedef enum s_step { STEP_FIELD, STEP_RECORD, STEP_MORE, STEP_BAD_FILE } s_step;

/* Where a scan of the record stands; offsets count from the window's begin. */
typedef struct s_scan {
  const char *data;
  size_t length;
  bool ended; /* nothing comes after the window */
  size_t at;
  uint64_t line;
  unsigned seen; /* all bytes or-ed: the high bit tells of more than ASCII */
} s_scan;

void aski_csv_init(aski_csv *csv, const askiam_allocator *allocator, aski_import_reader_read_fn read, void *context,
                   size_t window_bytes)
{
  memset(csv, 0, sizeof *csv);
  aski_import_reader_init(&csv->reader, allocator, read, context, window_bytes, MAX_RECORD_BYTES);
  csv->next_line = 1;
}

void aski_csv_clean_up(aski_csv *csv) { aski_import_reader_clean_up(&csv->reader); }

static s_step s_bad_file(aski_csv *csv, uint64_t line, const char *message)
{
  csv->message = message;
  csv->message_line = line;
  return STEP_BAD_FILE;
}

/* Keeps the first message of a record. */
static void s_bad_record(aski_csv *csv, uint64_t line, const char *message)
{
  if (csv->message == NULL) {
    csv->message = message;
    csv->message_line = line;
  }
}

static s_step s_add(aski_csv *csv, uint64_t line, size_t offset, size_t length, bool doubled)
{
  if (csv->count == ASKI_CSV_MAX_FIELDS) {
    return s_bad_file(csv, line, "more than 256 fields in a record");
  }
  csv->offsets[csv->count] = offset;
  csv->lengths[csv->count] = length;
  csv->doubled[csv->count] = doubled;
  ++csv->count;
  return STEP_FIELD;
}

/* At a comma, a line end or the end of the file, behind a field. */
static s_step s_separator(aski_csv *csv, s_scan *scan, uint64_t field_line, bool quoted)
{
  if (scan->at == scan->length) {
    return scan->ended ? STEP_RECORD : STEP_MORE;
  }
  unsigned char byte = (unsigned char)scan->data[scan->at];
  if (byte == ',') {
    ++scan->at;
    return STEP_FIELD;
  }
  if (byte == '\r') {
    if (scan->at + 1 == scan->length && !scan->ended) {
      return STEP_MORE;
    }
    if (scan->at + 1 == scan->length || scan->data[scan->at + 1] != '\n') {
      return s_bad_file(csv, scan->line,
                        "a carriage return without a line feed; lines end with LF or CRLF, or quote the field");
    }
    ++scan->at;
    byte = '\n';
  }
  if (byte == '\n') {
    ++scan->at;
    ++scan->line;
    return STEP_RECORD;
  }
  return quoted ? s_bad_file(csv, field_line, "text after a closing quote; write a quote within a quoted field twice")
                : STEP_FIELD;
}

static s_step s_plain_field(aski_csv *csv, s_scan *scan)
{
  size_t start = scan->at;
  size_t at = start;
  unsigned seen = scan->seen;
  for (; at < scan->length; ++at) {
    unsigned char byte = (unsigned char)scan->data[at];
    seen |= byte;
    unsigned char class = s_classes[byte];
    if (class == PLAIN) {
      continue;
    }
    if (class == QUOTE) {
      s_bad_record(csv, scan->line, "a quote within an unquoted field; quote the whole field and double the quote");
    } else if (class == NUL) {
      s_bad_record(csv, scan->line, "a NUL byte; the file must be UTF-8 text (UTF-16 is not)");
    } else {
      break;
    }
  }
  scan->seen = seen;
  scan->at = at;
  if (at - start > ASKI_CSV_MAX_FIELD_BYTES) {
    return s_bad_file(csv, scan->line, "a field of more than 64 KiB");
  }
  if (at == scan->length && !scan->ended) {
    return STEP_MORE;
  }
  s_step step = s_add(csv, scan->line, start, at - start, false);
  return step == STEP_FIELD ? s_separator(csv, scan, scan->line, false) : step;
}

static s_step s_quoted_field(aski_csv *csv, s_scan *scan)
{
  uint64_t field_line = scan->line;
  size_t start = scan->at + 1;
  bool doubled = false;
  size_t at = start;
  for (; at < scan->length; ++at) {
    unsigned char byte = (unsigned char)scan->data[at];
    scan->seen |= byte;
    if (byte == '"') {
      if (at + 1 == scan->length || scan->data[at + 1] != '"') {
        break;
      }
      doubled = true;
      ++at;
    } else if (byte == '\n') {
      ++scan->line;
    } else if (byte == 0) {
      s_bad_record(csv, scan->line, "a NUL byte; the file must be UTF-8 text (UTF-16 is not)");
    }
    if (at - start > ASKI_CSV_MAX_FIELD_BYTES) {
      break;
    }
  }
  if (at - start > ASKI_CSV_MAX_FIELD_BYTES) {
    return s_bad_file(csv, field_line, "a quoted field of more than 64 KiB begins here; is its closing quote missing?");
  }
  if (at + 1 >= scan->length && !scan->ended) {
    return STEP_MORE;
  }
  if (at >= scan->length) {
    return s_bad_file(csv, field_line, "a quoted field begins here and is never closed");
  }
  s_step step = s_add(csv, field_line, start, at - start, doubled);
  scan->at = at + 1;
  return step == STEP_FIELD ? s_separator(csv, scan, field_line, true) : step;
}

/* One record from the window's begin. */
static s_step s_scan_record(aski_csv *csv, s_scan *scan)
{
  csv->count = 0;
  csv->message = NULL;
  for (;;) {
    bool quoted = scan->at < scan->length && scan->data[scan->at] == '"';
    s_step step = quoted ? s_quoted_field(csv, scan) : s_plain_field(csv, scan);
    if (step != STEP_FIELD) {
      return step;
    }
  }
}

/* "" becomes " within a field whose other quotes are gone. */
static size_t s_undouble(char *text, size_t length)
{
  size_t out = 0;
  for (size_t at = 0; at < length; ++at) {
    text[out++] = text[at];
    if (text[at] == '"') {
      ++at;
    }
  }
  return out;
}

static void s_deliver(aski_csv *csv, const s_scan *scan)
{
  char *base = csv->reader.data + csv->reader.begin;
  bool ascii = (scan->seen & 0x80u) == 0;
  for (size_t i = 0; i < csv->count; ++i) {
    char *text = base + csv->offsets[i];
    size_t length = csv->doubled[i] ? s_undouble(text, csv->lengths[i]) : csv->lengths[i];
    csv->fields[i] = (askiam_str){text, length};
    if (!ascii && csv->message == NULL && !aski_text_valid(csv->fields[i])) {
      s_bad_record(csv, csv->line, "bytes that are not UTF-8; save the file as UTF-8");
    }
  }
  csv->reader.begin += scan->at;
}

static aski_csv_outcome s_fill(aski_csv *csv)
{
  switch (aski_import_reader_fill(&csv->reader)) {
  case ASKI_IMPORT_READER_MORE:
  case ASKI_IMPORT_READER_END:
    return ASKI_CSV_RECORD;
  case ASKI_IMPORT_READER_TOO_LONG:
    s_bad_file(csv, csv->next_line, "a record of more than 4 MiB");
    csv->finished = true;
    return ASKI_CSV_BAD_FILE;
  case ASKI_IMPORT_READER_NO_MEMORY:
    return ASKI_CSV_NO_MEMORY;
  case ASKI_IMPORT_READER_IO_ERROR:
    break;
  }
  return ASKI_CSV_IO_ERROR;
}

/* Reads the first window and passes over a byte order mark. */
static aski_csv_outcome s_start(aski_csv *csv)
{
  aski_import_reader *reader = &csv->reader;
  while (reader->end - reader->begin < 3 && !reader->ended) {
    aski_csv_outcome outcome = s_fill(csv);
    if (outcome != ASKI_CSV_RECORD) {
      return outcome;
    }
  }
  if (reader->end - reader->begin >= 3 && memcmp(reader->data + reader->begin, "\xef\xbb\xbf", 3) == 0) {
    reader->begin += 3;
  }
  csv->started = true;
  return ASKI_CSV_RECORD;
}

/* A record, or an empty line (count 1, empty, unquoted); END where the window is empty and nothing follows. */
static aski_csv_outcome s_next(aski_csv *csv)
{
  aski_import_reader *reader = &csv->reader;
  for (;;) {
    if (reader->begin == reader->end && reader->ended) {
      return ASKI_CSV_END;
    }
    s_scan scan = {.data = reader->data + reader->begin,
                   .length = reader->end - reader->begin,
                   .ended = reader->ended,
                   .line = csv->next_line};
    s_step step = s_scan_record(csv, &scan);
    if (step == STEP_MORE) {
      aski_csv_outcome outcome = s_fill(csv);
      if (outcome != ASKI_CSV_RECORD) {
        return outcome;
      }
      continue;
    }
    csv->line = csv->next_line;
    csv->next_line = scan.line;
    if (step == STEP_BAD_FILE) {
      csv->finished = true;
      return ASKI_CSV_BAD_FILE;
    }
    s_deliver(csv, &scan);
    return csv->message == NULL ? ASKI_CSV_RECORD : ASKI_CSV_BAD_RECORD;
  }
}

aski_csv_outcome aski_csv_next(aski_csv *csv)
{
  if (csv->finished) {
    return ASKI_CSV_END;
  }
  if (!csv->started) {
    aski_csv_outcome outcome = s_start(csv);
    if (outcome != ASKI_CSV_RECORD) {
      return outcome;
    }
  }
  aski_csv_outcome outcome = ASKI_CSV_RECORD;
  do {
    outcome = s_next(csv);
    /* An empty line has its one field at the record's very begin; "" begins one byte later. */
  } while (outcome == ASKI_CSV_RECORD && csv->count == 1 && csv->fields[0].length == 0 && csv->offsets[0] == 0);
  return outcome;
}
