/* SPDX-License-Identifier: Apache-2.0
 *
 * What an import may hold: the tables, their files, their columns and the form of each. */
#ifndef ASKI_IMPORT_TABLES_H
#define ASKI_IMPORT_TABLES_H

#include <askiam/backend/admin.h>

#include "base/str.h"

typedef enum aski_import_form {
  ASKI_IMPORT_FORM_ID,
  ASKI_IMPORT_FORM_NAME,       /* 1 to 512 bytes, not blank, no controls */
  ASKI_IMPORT_FORM_LABEL,      /* the same, but it may be empty */
  ASKI_IMPORT_FORM_TEXT,       /* anything up to 64 KiB */
  ASKI_IMPORT_FORM_EMAIL,      /* empty, or x@y */
  ASKI_IMPORT_FORM_STATUS,     /* one of the table's statuses; active where it is empty */
  ASKI_IMPORT_FORM_KIND,       /* user, application, role */
  ASKI_IMPORT_FORM_TIME,       /* must be there */
  ASKI_IMPORT_FORM_TIME_NOW,   /* the time of the import where it is empty */
  ASKI_IMPORT_FORM_TIME_END,   /* none where it is empty */
  ASKI_IMPORT_FORM_FLAG,       /* 1, 0, true, false */
  ASKI_IMPORT_FORM_LIST,       /* texts with ; between */
  ASKI_IMPORT_FORM_ATTRIBUTES, /* the columns that are no others; not a column itself */
  ASKI_IMPORT_FORM_OTHER       /* made from JSON, not from a cell */
} aski_import_form;

typedef struct aski_import_column {
  const char *name;
  aski_import_form form;
  bool required; /* a CSV file must have it */
} aski_import_column;

typedef struct aski_import_table {
  const char *name;
  const char *file;
  aski_import_column columns[ASKIAM_ROW_MAX_COLUMNS];
  size_t count;
  size_t key_columns;    /* the first so many are the key; 0: rows have none */
  const char *statuses;  /* after active: "inactive, suspended" */
  bool pair;             /* the two ids of the key must differ */
  bool takes_attributes; /* unknown columns are attributes */
} aski_import_table;

const aski_import_table *aski_import_table_of(askiam_table table);
/* The index of a column that a file may have; SIZE_MAX for none. */
size_t aski_import_table_column(const aski_import_table *table, askiam_str name);
/* The column that `name` is a slip of: other case, other separators. NULL for none. */
const char *aski_import_table_slip(const aski_import_table *table, askiam_str name);
/* The file or folder that `name` may be meant to be ("user.csv", "Users.CSV"); NULL for none. */
const char *aski_import_table_file_slip(const char *name);
/* The table of that name; ASKIAM_TABLE_COUNT for none. */
askiam_table aski_import_table_named(askiam_str name);
/* Statuses are separated by ", ". */
bool aski_import_table_status(const aski_import_table *table, askiam_str status);

#endif
