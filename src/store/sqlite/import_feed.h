/* SPDX-License-Identifier: Apache-2.0
 *
 * Many rows in one statement: SQLite reads them from a virtual table, "INSERT … SELECT … FROM askiam_feed", which spares it the begin and
 * the end of a statement for each of millions of rows. */
#ifndef ASKI_STORE_SQLITE_IMPORT_FEED_H
#define ASKI_STORE_SQLITE_IMPORT_FEED_H

#include <sqlite3.h>
#include <stddef.h>

/* Where the rows are. `column` gives one value to `out`, by sqlite3_result_…; texts may be borrowed until the statement ends. */
typedef struct aski_import_feed {
  void (*column)(const void *context, size_t row, int column, sqlite3_context *out);
  const void *context;
  size_t count;
} aski_import_feed;

/* Makes askiam_feed known to a connection, with columns c0 to c6. `feed` is read whenever a statement runs. */
int aski_import_feed_register(sqlite3 *db, aski_import_feed *feed);

#endif
