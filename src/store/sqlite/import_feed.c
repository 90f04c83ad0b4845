/* SPDX-License-Identifier: Apache-2.0 */
#include "store/sqlite/import_feed.h"

#include <string.h>

typedef struct feed_table {
  sqlite3_vtab base; /* first, as SQLite wants it */
  const aski_import_feed *feed;
} feed_table;

typedef struct feed_cursor {
  sqlite3_vtab_cursor base;
  const aski_import_feed *feed;
  size_t row;
} feed_cursor;

static int s_connect(sqlite3 *db, void *context, int count, const char *const *arguments, sqlite3_vtab **out_table,
                     char **out_message)
{
  (void)count;
  (void)arguments;
  (void)out_message;
  int code = sqlite3_declare_vtab(db, "CREATE TABLE feed(c0, c1, c2, c3, c4, c5, c6)");
  feed_table *table = code == SQLITE_OK ? sqlite3_malloc64(sizeof *table) : NULL;
  if (table == NULL) {
    return code == SQLITE_OK ? SQLITE_NOMEM : code;
  }
  memset(table, 0, sizeof *table);
  table->feed = context;
  *out_table = &table->base;
  return SQLITE_OK;
}

static int s_disconnect(sqlite3_vtab *table)
{
  sqlite3_free(table);
  return SQLITE_OK;
}

static int s_best_index(sqlite3_vtab *table, sqlite3_index_info *index)
{
  (void)table;
  index->estimatedCost = 1e6;
  return SQLITE_OK;
}

static int s_open(sqlite3_vtab *table, sqlite3_vtab_cursor **out_cursor)
{
  feed_cursor *cursor = sqlite3_malloc64(sizeof *cursor);
  if (cursor == NULL) {
    return SQLITE_NOMEM;
  }
  memset(cursor, 0, sizeof *cursor);
  cursor->feed = ((feed_table *)table)->feed;
  *out_cursor = &cursor->base;
  return SQLITE_OK;
}

static int s_close(sqlite3_vtab_cursor *cursor)
{
  sqlite3_free(cursor);
  return SQLITE_OK;
}

static int s_filter(sqlite3_vtab_cursor *cursor, int number, const char *name, int count, sqlite3_value **values)
{
  (void)number;
  (void)name;
  (void)count;
  (void)values;
  ((feed_cursor *)cursor)->row = 0;
  return SQLITE_OK;
}

static int s_next(sqlite3_vtab_cursor *cursor)
{
  ++((feed_cursor *)cursor)->row;
  return SQLITE_OK;
}

static int s_eof(sqlite3_vtab_cursor *cursor)
{
  const feed_cursor *at = (const feed_cursor *)cursor;
  return at->row >= at->feed->count;
}

static int s_column(sqlite3_vtab_cursor *cursor, sqlite3_context *out, int column)
{
  const feed_cursor *at = (const feed_cursor *)cursor;
  at->feed->column(at->feed->context, at->row, column, out);
  return SQLITE_OK;
}

static int s_rowid(sqlite3_vtab_cursor *cursor, sqlite3_int64 *out_rowid)
{
  *out_rowid = (sqlite3_int64)((const feed_cursor *)cursor)->row;
  return SQLITE_OK;
}

int aski_import_feed_register(sqlite3 *db, aski_import_feed *feed)
{
  static const sqlite3_module module = {.iVersion = 1,
                                        .xConnect = s_connect,
                                        .xBestIndex = s_best_index,
                                        .xDisconnect = s_disconnect,
                                        .xOpen = s_open,
                                        .xClose = s_close,
                                        .xFilter = s_filter,
                                        .xNext = s_next,
                                        .xEof = s_eof,
                                        .xColumn = s_column,
                                        .xRowid = s_rowid};
  return sqlite3_create_module_v2(db, "askiam_feed", &module, feed, NULL);
}
