/* SPDX-License-Identifier: Apache-2.0
 *
 * documents.jsonl: a JSON object a line. */
#include <errno.h>

#include "import/reader.h"
#include "import/run.h"

enum { WINDOW_BYTES = 256 * 1024, LINE_BYTES = 8 * 1024 * 1024 };

typedef enum s_outcome { LINE, LINES_END, LINE_BAD, LINE_NO_MEMORY } s_outcome;

/* The next line without its end; `searched` keeps the search for it linear. */
static s_outcome s_next(aski_import_reader *reader, askiam_str *out_line)
{
  size_t searched = 0;
  for (;;) {
    const char *start = reader->data + reader->begin;
    size_t length = reader->end - reader->begin;
    const char *end = length == searched ? NULL : memchr(start + searched, '\n', length - searched);
    if (end != NULL || (reader->ended && length > 0)) {
      *out_line = (askiam_str){start, end == NULL ? length : (size_t)(end - start)};
      reader->begin += out_line->length + (end == NULL ? 0 : 1);
      return LINE;
    }
    searched = length;
    switch (aski_import_reader_fill(reader)) {
    case ASKI_IMPORT_READER_MORE:
      break;
    case ASKI_IMPORT_READER_END:
      if (length == 0) {
        return LINES_END;
      }
      break;
    case ASKI_IMPORT_READER_TOO_LONG:
      errno = EMSGSIZE;
      return LINE_BAD;
    case ASKI_IMPORT_READER_NO_MEMORY:
      return LINE_NO_MEMORY;
    case ASKI_IMPORT_READER_IO_ERROR:
      return LINE_BAD;
    }
  }
}

static askiam_status s_document(aski_import_job *run, askiam_str text, uint64_t line)
{
  uint64_t row = 0;
  askiam_status status = aski_import_count_row(run, ASKIAM_TABLE_DOCUMENTS, line, &row);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  aski_json_document *document = NULL;
  status = aski_json_parse(&document, text, run->allocator, ASKIAM_LAYER_IMPORT, NULL);
  if (status == ASKIAM_STATUS_BAD_DATA) {
    aski_json_place place = {0};
    aski_json_check(text, run->allocator, &place);
    aski_import_problem(run, ASKIAM_TABLE_DOCUMENTS, row, "column %zu: %s", place.column, place.message);
    return ASKIAM_STATUS_OK;
  }
  if (status != ASKIAM_STATUS_OK) {
    return aski_import_no_memory(run);
  }
  status = aski_import_add_document(run, row, aski_json_root(document));
  aski_json_destroy(document);
  return status;
}

static askiam_status s_lines(aski_import_job *run, aski_import_reader *reader)
{
  const char *file = aski_import_table_of(ASKIAM_TABLE_DOCUMENTS)->file;
  for (uint64_t line = 1; !aski_import_full(run); ++line) {
    askiam_str text = ASKI_STR_NONE;
    s_outcome outcome = s_next(reader, &text);
    if (outcome == LINES_END) {
      break;
    }
    if (outcome == LINE_NO_MEMORY) {
      return aski_import_no_memory(run);
    }
    if (outcome == LINE_BAD) {
      aski_import_problem_at(run, file, line, "%s", errno == EMSGSIZE ? "a line of more than 8 MiB" : strerror(errno));
      break;
    }
    if (line == 1 && aski_str_starts(text, ASKI_STR("\xef\xbb\xbf"))) {
      text = aski_str_slice(text, 3, text.length);
    }
    text = aski_str_trim(text);
    askiam_status status = text.length == 0 ? ASKIAM_STATUS_OK : s_document(run, text, line);
    if (status != ASKIAM_STATUS_OK) {
      return status;
    }
  }
  return ASKIAM_STATUS_OK;
}

askiam_status aski_import_documents(aski_import_job *run, int file)
{
  aski_import_reader reader;
  aski_import_reader_init(&reader, run->allocator, aski_import_reader_read_file, &file, WINDOW_BYTES, LINE_BYTES);
  run->bytes_now = &reader.bytes_read;
  askiam_status status = ASKIAM_STATUS_OK;
  if (aski_import_reader_fill(&reader) == ASKI_IMPORT_READER_NO_MEMORY) {
    status = aski_import_no_memory(run);
  } else {
    status = s_lines(run, &reader);
  }
  if (status == ASKIAM_STATUS_OK) {
    status = aski_import_send_waiting(run);
  }
  run->bytes_before += reader.bytes_read;
  run->bytes_now = NULL;
  aski_import_reader_clean_up(&reader);
  return status;
}
