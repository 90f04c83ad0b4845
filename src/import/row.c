/* SPDX-License-Identifier: Apache-2.0
 *
 * A row of cells: every value checked for its form and written as the store takes it. */
#include "base/text.h"
#include "base/time.h"
#include "import/run.h"

enum { TIME_BYTES = 24, PERMISSION_BYTES = 256, ATTRIBUTE_NAME_BYTES = 128 };

/* The values of the row in work. Those in `scratch` are kept as offsets until it grows no more. */
typedef struct s_row {
  aski_import_job *run;
  askiam_table table;
  const aski_import_table *shape;
  uint64_t number;
  const aski_import_cells *cells;
  askiam_str values[ASKIAM_ROW_MAX_COLUMNS];
  char times[ASKIAM_ROW_MAX_COLUMNS][TIME_BYTES];
  int64_t granted_ms; /* of user_roles; -1 where the cell is empty */
} s_row;

static void s_bad(s_row *row, size_t column, const char *wrong)
{
  const char *name = row->shape->columns[column].name;
  askiam_str value = row->cells->values[column];
  if (value.length == 0) {
    aski_import_problem(row->run, row->table, row->number, "%s %s", name, wrong);
    return;
  }
  char shown[ASKI_IMPORT_SHOWN_BYTES];
  aski_import_check_show(value, shown);
  aski_import_problem(row->run, row->table, row->number, "%s \"%s\" %s", name, shown, wrong);
}

/* Decimal digits of a time that is not negative. */
static void s_set_time(s_row *row, size_t column, int64_t time_ms)
{
  char *end = row->times[column] + TIME_BYTES;
  char *at = end;
  uint64_t left = (uint64_t)time_ms;
  do {
    *--at = (char)('0' + left % 10);
    left /= 10;
  } while (left > 0);
  row->values[column] = (askiam_str){at, (size_t)(end - at)};
}

static const char *s_time(s_row *row, size_t column, aski_import_form form)
{
  askiam_str cell = row->cells->values[column];
  int64_t time_ms = -1;
  if (cell.length > 0 || form == ASKI_IMPORT_FORM_TIME) {
    const char *wrong = aski_import_check_time(cell, &time_ms);
    if (wrong != NULL) {
      return wrong;
    }
  }
  if (form == ASKI_IMPORT_FORM_TIME_END) {
    if (time_ms < 0) {
      return NULL;
    }
    if (time_ms == 0) { /* 0 is no end for everybody downstream */
      return "is before 1970";
    }
    if (row->granted_ms >= 0 && time_ms <= row->granted_ms) {
      return "is not after granted_at";
    }
    if (row->granted_ms < 0 && time_ms <= row->run->now_ms) { /* granted before it ended, whenever that was */
      s_set_time(row, column - 1, time_ms - 1);
    }
  } else if (time_ms < 0) {
    time_ms = row->run->now_ms;
  } else {
    row->granted_ms = time_ms;
  }
  s_set_time(row, column, time_ms);
  return NULL;
}

static const char *s_status(s_row *row, size_t column)
{
  static const char *const wrong[ASKIAM_TABLE_COUNT] = {[ASKIAM_TABLE_USERS] = "is none of active, inactive, suspended",
                                                        [ASKIAM_TABLE_APPLICATIONS] = "is none of active, inactive",
                                                        [ASKIAM_TABLE_ROLES] = "is none of active, inactive",
                                                        [ASKIAM_TABLE_USER_ROLES] =
                                                            "is none of active, revoked, expired"};
  askiam_str cell = row->cells->values[column];
  row->values[column] = cell.length == 0 ? ASKI_STR("active") : cell;
  return aski_import_table_status(row->shape, row->values[column]) ? NULL : wrong[row->table];
}

static const char *s_kind(askiam_str kind)
{
  bool known = aski_str_equal_text(kind, "user") || aski_str_equal_text(kind, "application") ||
               aski_str_equal_text(kind, "role");
  return known ? NULL : kind.length == 0 ? "is missing" : "is none of user, application, role";
}

static const char *s_flag(s_row *row, size_t column)
{
  bool flag = false;
  const char *wrong = aski_import_check_flag(row->cells->values[column], &flag);
  row->values[column] = flag ? ASKI_STR("1") : ASKI_STR("0");
  return wrong;
}

static const char *s_permission(aski_json_writer *writer, askiam_str permission)
{
  if (permission.length > PERMISSION_BYTES) {
    return "has a permission of more than 256 bytes";
  }
  const char *wrong = aski_import_check_name(permission, true);
  if (wrong == NULL && permission.length > 0) {
    aski_json_write_string(writer, NULL, permission);
  }
  return wrong;
}

/* The items of a text with ; between, or of a JSON list. */
static const char *s_list(s_row *row, size_t column)
{
  aski_json_writer writer;
  aski_json_writer_init(&writer, &row->run->scratch);
  aski_json_open_array(&writer, NULL);
  const char *wrong = NULL;
  for (const aski_json *item = aski_json_first(row->cells->list); item != NULL && wrong == NULL;
       item = aski_json_next(item)) {
    askiam_str text = aski_json_string(item);
    wrong = aski_str_present(text) ? s_permission(&writer, text) : "has something in its list that is no string";
  }
  askiam_str rest = row->cells->values[column];
  while (rest.length > 0 && wrong == NULL) {
    const char *end = memchr(rest.data, ';', rest.length);
    size_t length = end == NULL ? rest.length : (size_t)(end - rest.data);
    wrong = s_permission(&writer, aski_str_trim((askiam_str){rest.data, length}));
    rest = end == NULL ? ASKI_STR_NONE : (askiam_str){end + 1, rest.length - length - 1};
  }
  aski_json_close_array(&writer);
  row->values[column] = aski_buffer_view(&row->run->scratch);
  return wrong;
}

static const char *s_attributes(s_row *row, size_t column)
{
  const aski_import_cells *cells = row->cells;
  aski_json_writer writer;
  aski_json_writer_init(&writer, &row->run->scratch);
  aski_json_open_object(&writer, NULL);
  for (size_t i = 0; i < cells->attributes; ++i) {
    const char *wrong = aski_import_check_name(cells->attribute_values[i], true);
    if (wrong != NULL) {
      char shown[ASKI_IMPORT_SHOWN_BYTES];
      aski_import_check_show(cells->attribute_names[i], shown);
      aski_import_problem(row->run, row->table, row->number, "%s %s", shown, wrong);
    } else if (cells->attribute_values[i].length > 0) {
      aski_json_write_member(&writer, cells->attribute_names[i], cells->attribute_values[i]);
    }
  }
  aski_json_close_object(&writer);
  row->values[column] = aski_buffer_view(&row->run->scratch);
  return NULL;
}

/* One column; no table has two that are written into `scratch`. */
static const char *s_column(s_row *row, size_t column)
{
  aski_import_form form = row->shape->columns[column].form;
  askiam_str cell = row->cells->values[column];
  row->values[column] = cell.length == 0 ? ASKI_STR("") : cell;
  switch (form) {
  case ASKI_IMPORT_FORM_ID:
    return aski_import_check_id(cell);
  case ASKI_IMPORT_FORM_NAME:
  case ASKI_IMPORT_FORM_LABEL:
    return aski_import_check_name(cell, form == ASKI_IMPORT_FORM_LABEL);
  case ASKI_IMPORT_FORM_TEXT:
    return cell.length > ASKI_IMPORT_TEXT_BYTES ? "is longer than 64 KiB" : NULL;
  case ASKI_IMPORT_FORM_EMAIL:
    return aski_import_check_email(cell);
  case ASKI_IMPORT_FORM_STATUS:
    return s_status(row, column);
  case ASKI_IMPORT_FORM_KIND:
    return s_kind(cell);
  case ASKI_IMPORT_FORM_TIME:
  case ASKI_IMPORT_FORM_TIME_NOW:
  case ASKI_IMPORT_FORM_TIME_END:
    return s_time(row, column, form);
  case ASKI_IMPORT_FORM_FLAG:
    return s_flag(row, column);
  case ASKI_IMPORT_FORM_LIST:
    return s_list(row, column);
  case ASKI_IMPORT_FORM_ATTRIBUTES:
    return s_attributes(row, column);
  case ASKI_IMPORT_FORM_OTHER:
    break;
  }
  return NULL;
}

askiam_status aski_import_add_row(aski_import_job *run, askiam_table table, uint64_t number,
                                  const aski_import_cells *cells)
{
  s_row row = {.run = run, .table = table, .shape = aski_import_table_of(table), .number = number, .cells = cells};
  row.granted_ms = -1;
  size_t problems = run->problems;
  aski_buffer_clear(&run->scratch);
  for (size_t i = 0; i < row.shape->count; ++i) {
    const char *wrong = s_column(&row, i);
    if (wrong != NULL) {
      s_bad(&row, i, wrong);
    }
  }
  if (run->scratch.failed) {
    return aski_import_no_memory(run);
  }
  if (run->problems > problems) {
    return ASKIAM_STATUS_OK;
  }
  if (row.shape->pair && aski_str_equal(row.values[0], row.values[1])) {
    s_bad(&row, 1, "is the role itself");
  }
  if (row.shape->key_columns > 0) {
    askiam_status status = aski_import_check_key(run, table, number, row.values, row.shape->key_columns);
    if (status != ASKIAM_STATUS_OK) {
      return status;
    }
  }
  return aski_import_send(run, table, number, row.values, row.shape->count);
}
