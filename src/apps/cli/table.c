/* SPDX-License-Identifier: Apache-2.0 */
#include "table.h"

#include <stdlib.h>

#include "apps/common/text.h"

enum { CELL_COLUMNS_MAX = 40, FIRST_CAPACITY = 64, HEADING_MAX = 48 };

typedef struct s_layout {
  size_t count;
  size_t widths[CLI_TABLE_COLUMNS_MAX];
} s_layout;

bool cli_table_add(cli_table *table, askiam_str line)
{
  if (table->count == table->capacity) {
    size_t capacity = table->capacity == 0 ? FIRST_CAPACITY : table->capacity * 2;
    char **lines = realloc(table->lines, capacity * sizeof *lines);
    if (lines == NULL) {
      return false;
    }
    table->lines = lines;
    table->capacity = capacity;
  }
  char *copy = malloc(line.length + 1);
  if (copy == NULL) {
    return false;
  }
  memcpy(copy, line.data, line.length);
  copy[line.length] = '\0';
  table->lines[table->count++] = copy;
  return true;
}

/* The member that stands in column `column` of a line, and what the column is called. */
static app_json s_member(const cli_table *table, app_json line, size_t column, askiam_str *out_heading)
{
  app_json value = {NULL, 0};
  *out_heading = (askiam_str){NULL, 0};
  if (table->columns != NULL) {
    const cli_column *described = &table->columns[column];
    *out_heading = askiam_str_from(described->heading);
    value = app_json_member(line, described->member);
    return described->inner == NULL ? value : app_json_member(value, described->inner);
  }
  for (size_t at = 0; at <= column; at++) {
    value = app_json_next_member(line, value, out_heading);
    if (value.data == NULL) {
      *out_heading = value;
      break;
    }
  }
  return app_text_is(value, "null") ? (app_json){NULL, 0} : value;
}

/* What is shown of a value: of a list the first item, of a time its minutes, "-" for nothing. */
static askiam_str s_shown(app_scratch *scratch, app_json value)
{
  if (value.length > 0 && value.data[0] == '[') {
    value = app_json_next(value, (app_json){NULL, 0});
  }
  askiam_str text = app_json_text(scratch, value);
  bool time = text.length == 24 && text.data[4] == '-' && text.data[10] == 'T' && text.data[23] == 'Z';
  if (text.data == NULL || text.length == 0) {
    return askiam_str_from("-");
  }
  return time ? (askiam_str){text.data, 16} : text;
}

static size_t s_least(size_t left, size_t right) { return left < right ? left : right; }

static size_t s_column_count(const cli_table *table)
{
  if (table->columns != NULL) {
    return table->column_count;
  }
  askiam_str heading;
  size_t count = 0;
  do {
    s_member(table, askiam_str_from(table->lines[0]), count, &heading);
    count += heading.data != NULL && count < CLI_TABLE_COLUMNS_MAX ? 1 : 0;
  } while (heading.data != NULL && count < CLI_TABLE_COLUMNS_MAX);
  return count;
}

static void s_measure(const cli_table *table, s_layout *layout)
{
  askiam_str heading;
  layout->count = s_column_count(table);
  for (size_t column = 0; column < layout->count; column++) {
    s_member(table, askiam_str_from(table->lines[0]), column, &heading);
    layout->widths[column] = heading.length;
  }
  for (size_t at = 0; at < table->count; at++) {
    app_scratch scratch = APP_SCRATCH_INIT;
    for (size_t column = 0; column < layout->count; column++) {
      app_json value = s_member(table, askiam_str_from(table->lines[at]), column, &heading);
      size_t columns = s_least(cli_columns(s_shown(&scratch, value)), CELL_COLUMNS_MAX);
      layout->widths[column] = columns > layout->widths[column] ? columns : layout->widths[column];
    }
    app_scratch_clean_up(&scratch);
  }
}

static cli_style s_style_of(app_json value)
{
  if (app_json_is(value, "VALID")) {
    return CLI_GOOD;
  }
  if (app_json_is(value, "INVALID") || app_json_is(value, "ERROR")) {
    return CLI_BAD;
  }
  return app_json_is(value, "NEEDS_INFO") ? CLI_ASKING : CLI_PLAIN;
}

static void s_print_cell(const cli_table *table, const s_layout *layout, size_t column, cli_style style,
                         askiam_str text)
{
  size_t columns = cli_columns(text);
  if (style == CLI_PLAIN) {
    cli_put(table->terminal, text);
  } else {
    cli_put_styled(table->terminal, style, text);
  }
  if (column + 1 < layout->count) {
    cli_pad(table->terminal, (columns < layout->widths[column] ? layout->widths[column] - columns : 0) + 2);
  } else {
    cli_say(table->terminal, "\n");
  }
}

static void s_print_heading(const cli_table *table, const s_layout *layout)
{
  askiam_str heading;
  for (size_t column = 0; column < layout->count; column++) {
    s_member(table, askiam_str_from(table->lines[0]), column, &heading);
    char capitals[HEADING_MAX];
    size_t length = s_least(heading.length, sizeof capitals);
    for (size_t at = 0; at < length; at++) {
      char letter = heading.data[at];
      capitals[at] = letter == '_' ? ' ' : letter >= 'a' && letter <= 'z' ? (char)(letter - 'a' + 'A') : letter;
    }
    s_print_cell(table, layout, column, CLI_DIM, (askiam_str){capitals, length});
  }
}

void cli_table_print(cli_table *table, bool reversed)
{
  s_layout layout = {0};
  if (table->count > 0) {
    s_measure(table, &layout);
    s_print_heading(table, &layout);
  }
  for (size_t row = 0; row < table->count; row++) {
    askiam_str line = askiam_str_from(table->lines[reversed ? table->count - 1 - row : row]);
    app_scratch scratch = APP_SCRATCH_INIT;
    for (size_t column = 0; column < layout.count; column++) {
      askiam_str heading;
      app_json value = s_member(table, line, column, &heading);
      s_print_cell(table, &layout, column, s_style_of(value), s_shown(&scratch, value));
    }
    app_scratch_clean_up(&scratch);
  }
  cli_table_clean_up(table);
}

void cli_table_clean_up(cli_table *table)
{
  for (size_t at = 0; at < table->count; at++) {
    free(table->lines[at]);
  }
  free(table->lines);
  table->lines = NULL;
  table->count = 0;
  table->capacity = 0;
}
