/* SPDX-License-Identifier: Apache-2.0 */
#include "import/run.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/log.h"

/* How often the caller hears of progress, and is asked whether to stop. */
enum { ROWS_BETWEEN_REPORTS = 8192 };
static const uint64_t s_most_rows = UINT64_C(0xfffffffe);

bool aski_import_full(const aski_import_job *run) { return run->problems >= ASKI_IMPORT_MAX_PROBLEMS; }

askiam_status aski_import_no_memory(aski_import_job *run)
{
  return askiam_error_set(run->error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_IMPORT, "out of memory during the import");
}

ASKIAM_PRINTF(4, 0)
static void s_tell(aski_import_job *run, const char *file, uint64_t line, const char *format, va_list arguments)
{
  if (aski_import_full(run)) {
    return;
  }
  char message[512];
  int length = snprintf(message, sizeof message, "%s:%llu: ", file, (unsigned long long)line);
  size_t used = length < 0 ? 0 : (size_t)length < sizeof message ? (size_t)length : sizeof message - 1;
  vsnprintf(message + used, sizeof message - used, format, arguments);
  if (run->problems == 0) {
    askiam_error_set(run->error, ASKIAM_STATUS_BAD_DATA, ASKIAM_LAYER_IMPORT, "%s", message);
  }
  ++run->problems;
  if (run->options.problem != NULL) {
    run->options.problem(run->options.context, message);
  }
}

void aski_import_problem_at(aski_import_job *run, const char *file, uint64_t line, const char *format, ...)
{
  va_list arguments;
  va_start(arguments, format);
  s_tell(run, file, line, format, arguments);
  va_end(arguments);
}

static uint64_t s_line_of(const aski_import_job *run, askiam_table table, uint64_t row)
{
  if (run->json_name != NULL) {
    return aski_import_json_line(run->json, aski_import_table_of(table)->name, row - 1);
  }
  return table == ASKIAM_TABLE_POLICIES ? 1 : aski_import_lines_find(&run->lines[table], row);
}

const char *aski_import_file_of(const aski_import_job *run, askiam_table table, uint64_t row)
{
  if (run->json_name != NULL) {
    return run->json_name;
  }
  if (table == ASKIAM_TABLE_POLICIES && row >= 1 && row <= run->policy_files.count) {
    return run->policy_files.items[row - 1].data;
  }
  return aski_import_table_of(table)->file;
}

void aski_import_problem(aski_import_job *run, askiam_table table, uint64_t row, const char *format, ...)
{
  if (aski_import_full(run)) {
    return;
  }
  va_list arguments;
  va_start(arguments, format);
  s_tell(run, aski_import_file_of(run, table, row), s_line_of(run, table, row), format, arguments);
  va_end(arguments);
}

void aski_import_warning(aski_import_job *run, const char *file, const char *message)
{
  char text[512];
  snprintf(text, sizeof text, "%s: warning: %s", file, message);
  aski_log(run->call == NULL ? NULL : run->call->trace, ASKIAM_LOG_WARN, "import", NULL, -1, "%s", text);
  if (run->options.problem != NULL) {
    run->options.problem(run->options.context, text);
  }
}

void aski_import_begin_table(aski_import_job *run, askiam_table table)
{
  run->present[table] = true;
  aski_import_keys_clear(&run->keys);
}

void aski_import_progress(aski_import_job *run, const char *file)
{
  if (run->options.progress == NULL) {
    return;
  }
  uint64_t bytes = run->bytes_before + (run->bytes_now == NULL ? 0 : *run->bytes_now);
  double share = run->bytes_in_all == 0 ? 0 : (double)bytes / (double)run->bytes_in_all;
  run->options.progress(run->options.context, file, run->rows_in_all, share > 1 ? 1 : share);
}

askiam_status aski_import_count_row(aski_import_job *run, askiam_table table, uint64_t line, uint64_t *out_row)
{
  *out_row = ++run->rows[table];
  if (*out_row > s_most_rows) {
    return askiam_error_set(run->error, ASKIAM_STATUS_BAD_DATA, ASKIAM_LAYER_IMPORT,
                            "%s: more than 4 thousand million rows", aski_import_table_of(table)->file);
  }
  if (line != 0 && !aski_import_lines_add(&run->lines[table], run->allocator, *out_row, line)) {
    return aski_import_no_memory(run);
  }
  if (++run->rows_in_all % ROWS_BETWEEN_REPORTS == 0) {
    aski_import_progress(run, aski_import_file_of(run, table, *out_row));
    if (askiam_call_cancelled(run->call)) {
      return askiam_error_set(run->error, ASKIAM_STATUS_CANCELLED, ASKIAM_LAYER_IMPORT, "the import was cancelled");
    }
  }
  return ASKIAM_STATUS_OK;
}

askiam_status aski_import_check_key(aski_import_job *run, askiam_table table, uint64_t row, const askiam_str *key,
                                    size_t count)
{
  uint64_t earlier = 0;
  if (!aski_import_keys_add(&run->keys, run->allocator, key, count, row, &earlier)) {
    return aski_import_no_memory(run);
  }
  if (earlier != 0 && !aski_import_full(run)) {
    char last[ASKI_IMPORT_SHOWN_BYTES];
    char before[ASKI_IMPORT_SHOWN_BYTES];
    unsigned long long line = s_line_of(run, table, earlier);
    aski_import_check_show(key[count - 1], last);
    if (count == 1) {
      aski_import_problem(run, table, row, "%s \"%s\" is on line %llu already; remove one of the two",
                          aski_import_table_of(table)->columns[0].name, last, line);
    } else {
      aski_import_check_show(key[count - 2], before);
      aski_import_problem(run, table, row, "\"%s\" with \"%s\" is on line %llu already; remove one of the two", before,
                          last, line);
    }
  }
  return ASKIAM_STATUS_OK;
}

askiam_status aski_import_send(aski_import_job *run, askiam_table table, uint64_t row, const askiam_str *values,
                               size_t count)
{
  if (run->problems > 0) {
    return ASKIAM_STATUS_OK;
  }
  askiam_error error = ASKIAM_ERROR_INIT;
  askiam_status status = run->import->admin->table.import_row(run->session, table, row, values, count, &error);
  if (status == ASKIAM_STATUS_BAD_DATA) {
    aski_import_problem(run, table, row, "%s", error.message);
    return ASKIAM_STATUS_OK;
  }
  if (status != ASKIAM_STATUS_OK && run->error != NULL) {
    *run->error = error;
  }
  return status;
}
