/* SPDX-License-Identifier: Apache-2.0
 *
 * A table from its CSV file: the header line says which column is where, then row by row. */
#include <errno.h>

#include "import/csv.h"
#include "import/run.h"

enum { WINDOW_BYTES = 1024 * 1024, ATTRIBUTE_NAME_BYTES = 128 };

typedef struct s_table {
  aski_import_job *run;
  askiam_table table;
  const aski_import_table *shape;
  aski_csv *csv;
  size_t fields;                       /* in every record */
  size_t columns[ASKI_CSV_MAX_FIELDS]; /* by field: the column, or SIZE_MAX for an attribute */
  bool seen[ASKIAM_ROW_MAX_COLUMNS];
  askiam_str attribute_names[ASKI_CSV_MAX_FIELDS];
  askiam_str attribute_values[ASKI_CSV_MAX_FIELDS];
  size_t attributes;
} s_table;

static void s_unknown_column(s_table *table, askiam_str name)
{
  char shown[ASKI_IMPORT_SHOWN_BYTES];
  aski_import_check_show(name, shown);
  const char *slip = aski_import_table_slip(table->shape, name);
  if (slip != NULL) {
    aski_import_problem_at(table->run, table->shape->file, table->csv->line, "unknown column \"%s\"; did you mean %s?",
                           shown, slip);
  } else {
    aski_import_problem_at(table->run, table->shape->file, table->csv->line,
                           "unknown column \"%s\"; only users may have further columns", shown);
  }
}

static void s_header_attribute(s_table *table, size_t field, askiam_str name)
{
  const char *slip = aski_import_table_slip(table->shape, name);
  if (!table->shape->takes_attributes || (slip != NULL && !aski_str_equal_text(name, slip))) {
    s_unknown_column(table, name);
    return;
  }
  char shown[ASKI_IMPORT_SHOWN_BYTES];
  aski_import_check_show(name, shown);
  const char *wrong = aski_import_check_name(name, false);
  if (name.length == 0 || name.length > ATTRIBUTE_NAME_BYTES) {
    wrong = name.length == 0 ? "has no name" : "is longer than 128 bytes";
  }
  for (size_t i = 0; i < table->attributes && wrong == NULL; ++i) {
    wrong = aski_str_equal(table->attribute_names[i], name) ? "is there twice" : NULL;
  }
  if (wrong == NULL && slip != NULL) {
    wrong = "is not allowed: each further column is an attribute by itself";
  }
  if (wrong != NULL) {
    aski_import_problem_at(table->run, table->shape->file, table->csv->line, "column %zu \"%s\" %s", field + 1, shown,
                           wrong);
    return;
  }
  table->attribute_names[table->attributes++] = aski_arena_copy(&table->run->arena, name);
}

static void s_header_field(s_table *table, size_t field)
{
  askiam_str name = aski_str_trim(table->csv->fields[field]);
  size_t column = aski_import_table_column(table->shape, name);
  table->columns[field] = column;
  if (column == SIZE_MAX) {
    s_header_attribute(table, field, name);
  } else if (table->seen[column]) {
    aski_import_problem_at(table->run, table->shape->file, table->csv->line, "column %s is there twice",
                           table->shape->columns[column].name);
  } else {
    table->seen[column] = true;
  }
}

static void s_missing_columns(s_table *table)
{
  askiam_str first = table->csv->fields[0];
  bool other_separator =
      table->fields == 1 && first.length > 0 &&
      (memchr(first.data, ';', first.length) != NULL || memchr(first.data, '\t', first.length) != NULL);
  for (size_t i = 0; i < table->shape->count; ++i) {
    if (table->shape->columns[i].required && !table->seen[i]) {
      aski_import_problem_at(table->run, table->shape->file, table->csv->line, "the column %s is missing%s",
                             table->shape->columns[i].name, other_separator ? "; fields are separated by commas" : "");
    }
  }
}

/* True where rows can be read by this header. */
static bool s_header(s_table *table)
{
  size_t problems = table->run->problems;
  table->fields = table->csv->count;
  for (size_t i = 0; i < table->fields; ++i) {
    s_header_field(table, i);
  }
  s_missing_columns(table);
  return table->run->problems == problems;
}

static askiam_status s_row(s_table *table)
{
  aski_import_job *run = table->run;
  const aski_csv *csv = table->csv;
  uint64_t number = 0;
  askiam_status status = aski_import_count_row(run, table->table, csv->line, &number);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  if (csv->count != table->fields) {
    aski_import_problem(run, table->table, number, "the row has %zu, the header line %zu fields", csv->count,
                        table->fields);
    return ASKIAM_STATUS_OK;
  }
  aski_import_cells cells = {.attribute_names = table->attribute_names, .attribute_values = table->attribute_values};
  for (size_t i = 0; i < table->fields; ++i) {
    if (table->columns[i] == SIZE_MAX) {
      table->attribute_values[cells.attributes++] = csv->fields[i];
    } else {
      cells.values[table->columns[i]] = csv->fields[i];
    }
  }
  return aski_import_add_row(run, table->table, number, &cells);
}

static askiam_status s_failed(s_table *table, aski_csv_outcome outcome)
{
  if (outcome == ASKI_CSV_NO_MEMORY) {
    return aski_import_no_memory(table->run);
  }
  if (outcome == ASKI_CSV_IO_ERROR) {
    aski_import_problem_at(table->run, table->shape->file, table->csv->next_line, "cannot be read: %s",
                           strerror(errno));
  } else if (outcome == ASKI_CSV_BAD_FILE) {
    aski_import_problem_at(table->run, table->shape->file, table->csv->message_line, "%s", table->csv->message);
  }
  return ASKIAM_STATUS_OK;
}

static askiam_status s_rows(s_table *table)
{
  aski_csv *csv = table->csv;
  while (!aski_import_full(table->run)) {
    aski_csv_outcome outcome = aski_csv_next(csv);
    if (outcome == ASKI_CSV_BAD_RECORD) {
      aski_import_problem_at(table->run, table->shape->file, csv->message_line, "%s", csv->message);
      continue;
    }
    if (outcome != ASKI_CSV_RECORD) {
      return s_failed(table, outcome);
    }
    askiam_status status = s_row(table);
    if (status != ASKIAM_STATUS_OK) {
      return status;
    }
  }
  return ASKIAM_STATUS_OK;
}

static askiam_status s_file(s_table *table)
{
  aski_csv *csv = table->csv;
  aski_csv_outcome outcome = aski_csv_next(csv);
  if (outcome == ASKI_CSV_END) {
    aski_import_problem_at(table->run, table->shape->file, 1, "the file is empty; its first line names the columns");
    return ASKIAM_STATUS_OK;
  }
  if (outcome == ASKI_CSV_BAD_RECORD) {
    outcome = ASKI_CSV_BAD_FILE;
  }
  if (outcome != ASKI_CSV_RECORD) {
    return s_failed(table, outcome);
  }
  bool readable = s_header(table);
  if (table->run->arena.failed) {
    return aski_import_no_memory(table->run);
  }
  return readable ? s_rows(table) : ASKIAM_STATUS_OK;
}

askiam_status aski_import_csv(aski_import_job *run, askiam_table which, int file)
{
  /* Some kilobytes each: on the heap, as threads may have small stacks. */
  aski_csv *csv = aski_acquire(run->allocator, sizeof *csv);
  s_table *table = aski_acquire_zeroed(run->allocator, 1, sizeof *table);
  askiam_status status = ASKIAM_STATUS_NO_MEMORY;
  if (csv == NULL || table == NULL) {
    aski_import_no_memory(run);
  } else {
    table->run = run;
    table->table = which;
    table->shape = aski_import_table_of(which);
    table->csv = csv;
    aski_csv_init(csv, run->allocator, aski_import_reader_read_file, &file, WINDOW_BYTES);
    run->bytes_now = &csv->reader.bytes_read;
    status = s_file(table);
    run->bytes_before += csv->reader.bytes_read;
    run->bytes_now = NULL;
    aski_csv_clean_up(csv);
  }
  aski_release(run->allocator, csv);
  aski_release(run->allocator, table);
  return status;
}
