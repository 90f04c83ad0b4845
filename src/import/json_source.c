/* SPDX-License-Identifier: Apache-2.0
 *
 * One JSON object that holds the tables: lists of objects with the columns' names, policies by their ids. */
#include "import/csv.h"
#include "import/run.h"

/* What a cell says: a text, a number's digits, true or false, nothing for null. False where it is a list or an object. */
static bool s_cell(askiam_str *out, const aski_json *node)
{
  switch (aski_json_type_of(node)) {
  case ASKI_JSON_NULL:
    *out = ASKI_STR_NONE;
    return true;
  case ASKI_JSON_BOOL:
    *out = aski_json_bool(node, false) ? ASKI_STR("true") : ASKI_STR("false");
    return true;
  case ASKI_JSON_NUMBER:
    *out = aski_json_number_text(node);
    return true;
  case ASKI_JSON_STRING:
    *out = aski_json_string(node);
    return true;
  case ASKI_JSON_ARRAY:
  case ASKI_JSON_OBJECT:
    break;
  }
  return false;
}

typedef struct s_row {
  aski_import_job *run;
  askiam_table table;
  const aski_import_table *shape;
  uint64_t number;
  aski_import_cells cells;
  askiam_str names[ASKI_CSV_MAX_FIELDS];
  askiam_str values[ASKI_CSV_MAX_FIELDS];
} s_row;

static void s_bad(s_row *row, askiam_str member, const char *wrong)
{
  char shown[ASKI_IMPORT_SHOWN_BYTES];
  aski_import_check_show(member, shown);
  aski_import_problem(row->run, row->table, row->number, "\"%s\" %s", shown, wrong);
}

static void s_attribute(s_row *row, askiam_str name, askiam_str value)
{
  const char *slip = aski_import_table_slip(row->shape, name);
  if (!row->shape->takes_attributes) {
    s_bad(row, name,
          slip == NULL ? "is no column of this table" : "is no column of this table, though one has a like name");
  } else if (slip != NULL) {
    s_bad(row, name, "is no column, though one has a like name; further members are attributes, each by itself");
  } else if (name.length > 128 || aski_import_check_name(name, false) != NULL) {
    s_bad(row, name, "is no name of an attribute: 1 to 128 bytes without control characters");
  } else if (row->cells.attributes == ASKI_CSV_MAX_FIELDS) {
    s_bad(row, name, "is one attribute too many: 256 are taken");
  } else {
    row->names[row->cells.attributes] = name;
    row->values[row->cells.attributes++] = value;
  }
}

static void s_member(s_row *row, const aski_json *member)
{
  askiam_str name = aski_json_name(member);
  size_t column = aski_import_table_column(row->shape, name);
  askiam_str value = ASKI_STR_NONE;
  if (column != SIZE_MAX && row->shape->columns[column].form == ASKI_IMPORT_FORM_LIST &&
      aski_json_type_of(member) == ASKI_JSON_ARRAY) {
    row->cells.list = member;
  } else if (!s_cell(&value, member)) {
    s_bad(row, name, "is a list or an object; a text is needed");
  } else if (column != SIZE_MAX) {
    row->cells.values[column] = value;
  } else {
    s_attribute(row, name, value);
  }
}

static askiam_status s_object(s_row *row, const aski_json *node)
{
  if (aski_json_type_of(node) != ASKI_JSON_OBJECT) {
    aski_import_problem(row->run, row->table, row->number, "a row of %s is an object, not %s", row->shape->name,
                        aski_json_type_name(node));
    return ASKIAM_STATUS_OK;
  }
  size_t problems = row->run->problems;
  row->cells = (aski_import_cells){.attribute_names = row->names, .attribute_values = row->values};
  for (const aski_json *member = aski_json_first(node); member != NULL; member = aski_json_next(member)) {
    s_member(row, member);
  }
  return row->run->problems > problems ? ASKIAM_STATUS_OK
                                       : aski_import_add_row(row->run, row->table, row->number, &row->cells);
}

static askiam_status s_item(s_row *row, const aski_json *item)
{
  askiam_status status = aski_import_count_row(row->run, row->table, 0, &row->number);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  if (row->table == ASKIAM_TABLE_POLICIES) {
    return aski_import_add_policy(row->run, row->number, aski_json_name(item), item);
  }
  return row->table == ASKIAM_TABLE_DOCUMENTS ? aski_import_add_document(row->run, row->number, item)
                                              : s_object(row, item);
}

static askiam_status s_table(s_row *row, const aski_json *node)
{
  aski_json_type wanted = row->table == ASKIAM_TABLE_POLICIES ? ASKI_JSON_OBJECT : ASKI_JSON_ARRAY;
  if (aski_json_type_of(node) != wanted) {
    aski_import_problem(row->run, row->table, 1, "\"%s\" is %s; %s is needed", row->shape->name,
                        aski_json_type_name(node), wanted == ASKI_JSON_OBJECT ? "an object" : "a list of objects");
    return ASKIAM_STATUS_OK;
  }
  aski_import_begin_table(row->run, row->table);
  askiam_status status = ASKIAM_STATUS_OK;
  for (const aski_json *item = aski_json_first(node);
       item != NULL && status == ASKIAM_STATUS_OK && !aski_import_full(row->run); item = aski_json_next(item)) {
    status = s_item(row, item);
  }
  return status == ASKIAM_STATUS_OK && row->table == ASKIAM_TABLE_DOCUMENTS ? aski_import_send_waiting(row->run)
                                                                            : status;
}

static void s_unknown_members(aski_import_job *run, const aski_json *root)
{
  for (const aski_json *member = aski_json_first(root); member != NULL && !aski_import_full(run);
       member = aski_json_next(member)) {
    askiam_str name = aski_json_name(member);
    if (aski_import_table_named(name) == ASKIAM_TABLE_COUNT) {
      char shown[ASKI_IMPORT_SHOWN_BYTES];
      aski_import_check_show(name, shown);
      aski_import_problem_at(run, run->json_name, aski_import_json_line(run->json, name.data, 0),
                             "unknown table \"%s\"; the tables are users, applications, roles, … (docs/import.md)",
                             shown);
    }
  }
}

static askiam_status s_tables(aski_import_job *run, const aski_json *root)
{
  s_row *row = aski_acquire_zeroed(run->allocator, 1, sizeof *row);
  if (row == NULL) {
    return aski_import_no_memory(run);
  }
  row->run = run;
  askiam_status status = ASKIAM_STATUS_OK;
  for (size_t i = 0; i < ASKIAM_TABLE_COUNT && status == ASKIAM_STATUS_OK && !aski_import_full(run); ++i) {
    row->table = (askiam_table)i;
    row->shape = aski_import_table_of(row->table);
    const aski_json *node = aski_json_get(root, row->shape->name);
    status = node == NULL ? ASKIAM_STATUS_OK : s_table(row, node);
    run->bytes_before = run->bytes_in_all / ASKIAM_TABLE_COUNT * (i + 1);
    aski_import_progress(run, run->json_name);
  }
  aski_release(run->allocator, row);
  return status;
}

askiam_status aski_import_json(aski_import_job *run, askiam_str text)
{
  if (aski_str_starts(text, ASKI_STR("\xef\xbb\xbf"))) {
    text = aski_str_slice(text, 3, text.length);
  }
  run->json = text;
  run->bytes_in_all = text.length;
  aski_json_document *document = NULL;
  aski_json_place place;
  askiam_status status = aski_json_parse_place(&document, text, run->allocator, ASKIAM_LAYER_IMPORT, &place, NULL);
  if (status == ASKIAM_STATUS_BAD_DATA) {
    aski_import_problem_at(run, run->json_name, place.line, "column %zu: %s", place.column, place.message);
    return ASKIAM_STATUS_OK;
  }
  if (status != ASKIAM_STATUS_OK) {
    return aski_import_no_memory(run);
  }
  run->policy_text = document;
  aski_json_cursor_init(&run->policy_cursor, text);
  const aski_json *root = aski_json_root(document);
  if (aski_json_type_of(root) != ASKI_JSON_OBJECT || aski_json_count(root) == 0) {
    aski_import_problem_at(run, run->json_name, 1,
                           "an object with tables is needed: {\"users\": [...], \"roles\": [...]}");
  } else {
    s_unknown_members(run, root);
    status = s_tables(run, root);
  }
  run->policy_text = NULL;
  aski_json_destroy(document);
  return status;
}
