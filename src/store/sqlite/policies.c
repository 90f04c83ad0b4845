/* SPDX-License-Identifier: Apache-2.0
 *
 * The documents of a set of policies, present or past. */
#include "store/common/policy_set.h"
#include "store/sqlite/slots.h"

/* One statement: it sees one state of the store. */
static askiam_status s_load(aski_sqlite *connection, aski_store_policy_set *set, askiam_str set_hash)
{
  sqlite3_stmt *statement = aski_sqlite_statement(connection, ASKI_SQL_POLICIES);
  if (statement == NULL) {
    return aski_sqlite_error(connection, SQLITE_OK, set->error);
  }
  aski_sqlite_bind(statement, 1, set_hash);
  askiam_status status = ASKIAM_STATUS_OK;
  int code = sqlite3_step(statement);
  while (code == SQLITE_ROW && status == ASKIAM_STATUS_OK) {
    status = aski_store_policy_set_add(set, aski_sqlite_column(statement, 0), sqlite3_column_int64(statement, 1),
                                       aski_sqlite_column(statement, 2), aski_sqlite_column(statement, 3));
    code = status == ASKIAM_STATUS_OK ? sqlite3_step(statement) : code;
  }
  askiam_status ended = aski_sqlite_end(connection, statement, code, set->error);
  return ended == ASKIAM_STATUS_OK ? status : ended;
}

askiam_status aski_sqlite_policies(void *self, const askiam_call *call, askiam_str set_hash, askiam_policy_fn policy,
                                   void *context, askiam_error *error)
{
  aski_sqlite_store *store = self;
  aski_sqlite *connection = NULL;
  askiam_status status = aski_sqlite_lease(&connection, store, ASKI_SQLITE_READ, call, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  aski_store_policy_set set;
  aski_store_policy_set_init(&set, connection->settings->allocator, policy, context, error);
  status = aski_store_policy_set_end(&set, set_hash, s_load(connection, &set, set_hash));
  aski_sqlite_return(store, connection);
  return status;
}
