/* SPDX-License-Identifier: Apache-2.0
 *
 * Lines of JSON as a table: columns as wide as what stands in them. */
#ifndef CLI_TABLE_H
#define CLI_TABLE_H

#include "apps/common/json_view.h"
#include "terminal.h"

enum { CLI_TABLE_COLUMNS_MAX = 12 };

typedef struct cli_column {
  const char *heading;
  const char *member; /* of the object */
  const char *inner;  /* of that member, where it is an object; NULL: it is not */
} cli_column;

typedef struct cli_table {
  const cli_terminal *terminal;
  const cli_column *columns; /* NULL: every member of the first line, under its own name */
  size_t column_count;
  char **lines;
  size_t count, capacity;
} cli_table;

/* Keeps a copy of a line; false where memory ran out. */
bool cli_table_add(cli_table *table, askiam_str line);
/* Prints what was kept, from the last to the first where `reversed`, and forgets it. */
void cli_table_print(cli_table *table, bool reversed);
void cli_table_clean_up(cli_table *table);

#endif
