/* SPDX-License-Identifier: Apache-2.0
 *
 * The catalogue's version and facts: one read transaction, so that all of it is of one version. */
#include "store/common/rows.h"
#include "store/common/texts.h"
#include "store/sqlite/slots.h"

typedef struct facts_load {
  aski_sqlite *connection;
  askiam_facts *facts;
  askiam_error *error;
  askiam_str user_id;
  askiam_str requester_id;
  askiam_str application_id;
  askiam_str role_id;
} facts_load;

typedef askiam_status (*row_fn)(facts_load *load, sqlite3_stmt *row);

/* Runs one statement over at most two ids and tells `queries_executed` of it. Nothing is looked up for an absent id. */
static askiam_status s_query(facts_load *load, aski_sql sql, const char *name, askiam_str first, askiam_str second,
                             row_fn add)
{
  sqlite3_stmt *statement = aski_sqlite_statement(load->connection, sql);
  if (statement == NULL) {
    return aski_sqlite_error(load->connection, SQLITE_OK, load->error);
  }
  int parameters = sqlite3_bind_parameter_count(statement);
  for (int i = 0; i < parameters; ++i) {
    aski_sqlite_bind(statement, i + 1, i == 0 ? first : second);
  }
  askiam_status status = ASKIAM_STATUS_OK;
  uint64_t rows = 0;
  int code = sqlite3_step(statement);
  while (code == SQLITE_ROW && status == ASKIAM_STATUS_OK) {
    ++rows;
    status = add(load, statement);
    code = status == ASKIAM_STATUS_OK ? sqlite3_step(statement) : code;
  }
  askiam_status ended = aski_sqlite_end(load->connection, statement, code, load->error);
  status = ended == ASKIAM_STATUS_OK ? status : ended;
  return status == ASKIAM_STATUS_OK ? askiam_facts_add_query(load->facts, name, rows) : status;
}

static askiam_entity_status s_entity_status(sqlite3_stmt *row, int column)
{
  return aski_store_entity_status(aski_sqlite_column(row, column));
}

static askiam_status s_add_version(facts_load *load, sqlite3_stmt *row)
{
  askiam_facts_set_version(load->facts, (uint64_t)sqlite3_column_int64(row, 0));
  return askiam_facts_set_policies(load->facts, (uint64_t)sqlite3_column_int64(row, 1), aski_sqlite_column(row, 2));
}

static askiam_status s_add_attribute(void *context, askiam_str key, askiam_str value)
{
  facts_load *load = context;
  return askiam_facts_add_user_attribute(load->facts, key, value);
}

static askiam_status s_add_requester(facts_load *load, sqlite3_stmt *row)
{
  return askiam_facts_set_requester(load->facts, aski_sqlite_column(row, 0), aski_sqlite_column(row, 1),
                                    s_entity_status(row, 3));
}

static askiam_status s_add_user(facts_load *load, sqlite3_stmt *row)
{
  askiam_status status = askiam_facts_set_user(load->facts, aski_sqlite_column(row, 0), aski_sqlite_column(row, 1),
                                               aski_sqlite_column(row, 2), s_entity_status(row, 3));
  if (status == ASKIAM_STATUS_OK) {
    status = aski_store_read_texts(aski_sqlite_column(row, 4), load->connection->settings->allocator, s_add_attribute,
                                   load, load->error);
  }
  bool is_requester = aski_str_present(load->requester_id) && aski_str_equal(load->requester_id, load->user_id);
  return status == ASKIAM_STATUS_OK && is_requester ? s_add_requester(load, row) : status;
}

static askiam_status s_add_application(facts_load *load, sqlite3_stmt *row)
{
  return askiam_facts_set_application(load->facts, aski_sqlite_column(row, 0), aski_sqlite_column(row, 1),
                                      aski_sqlite_column(row, 2), s_entity_status(row, 3));
}

static askiam_status s_add_permission(void *context, askiam_str key, askiam_str value)
{
  facts_load *load = context;
  (void)key;
  return askiam_facts_add_permission(load->facts, value);
}

static askiam_status s_add_role(facts_load *load, sqlite3_stmt *row)
{
  askiam_status status = askiam_facts_set_role(load->facts, aski_sqlite_column(row, 0), aski_sqlite_column(row, 1),
                                               aski_sqlite_column(row, 2), aski_sqlite_column(row, 3),
                                               aski_sqlite_column(row, 4), s_entity_status(row, 5));
  return status != ASKIAM_STATUS_OK
             ? status
             : aski_store_read_texts(aski_sqlite_column(row, 6), load->connection->settings->allocator,
                                     s_add_permission, load, load->error);
}

static askiam_status s_add_grant(facts_load *load, sqlite3_stmt *row)
{
  return askiam_facts_add_grant(load->facts, aski_sqlite_column(row, 0), aski_sqlite_column(row, 1),
                                sqlite3_column_int64(row, 2), sqlite3_column_int64(row, 3),
                                aski_store_grant_status(aski_sqlite_column(row, 4)));
}

static askiam_status s_add_prerequisite(facts_load *load, sqlite3_stmt *row)
{
  return askiam_facts_add_prerequisite(load->facts, aski_sqlite_column(row, 0), aski_sqlite_column(row, 1));
}

static askiam_status s_add_conflict(facts_load *load, sqlite3_stmt *row)
{
  return askiam_facts_add_conflict(load->facts, aski_sqlite_column(row, 0), aski_sqlite_column(row, 1),
                                   aski_sqlite_column(row, 2));
}

static askiam_status s_set_restriction(facts_load *load, sqlite3_stmt *row)
{
  return askiam_facts_set_restriction(load->facts, aski_sqlite_column(row, 0));
}

typedef struct facts_query {
  aski_sql sql;
  const char *name;
  askiam_str first;
  askiam_str second;
  bool wanted;
  row_fn add;
} facts_query;

static askiam_status s_load(facts_load *load)
{
  bool user = aski_str_present(load->user_id);
  bool role = aski_str_present(load->role_id);
  bool application = aski_str_present(load->application_id);
  bool requester = aski_str_present(load->requester_id) && !(user && aski_str_equal(load->requester_id, load->user_id));
  const facts_query queries[] = {
      {ASKI_SQL_USER, "users.by_id", load->user_id, ASKI_STR_NONE, user, s_add_user},
      {ASKI_SQL_USER, "users.requester_by_id", load->requester_id, ASKI_STR_NONE, requester, s_add_requester},
      {ASKI_SQL_APPLICATION, "applications.by_id", load->application_id, ASKI_STR_NONE, application, s_add_application},
      {ASKI_SQL_ROLE, "roles.by_id", load->role_id, ASKI_STR_NONE, role, s_add_role},
      {ASKI_SQL_GRANTS, "user_roles.by_user", load->user_id, ASKI_STR_NONE, user, s_add_grant},
      {ASKI_SQL_PREREQUISITES, "role_prerequisites.by_role", load->role_id, ASKI_STR_NONE, role, s_add_prerequisite},
      {ASKI_SQL_CONFLICTS, "role_conflicts.of_user_roles", load->user_id, load->role_id, user && role, s_add_conflict},
      {ASKI_SQL_RESTRICTION, "role_restrictions.by_role_and_user", load->role_id, load->user_id, user && role,
       s_set_restriction},
  };
  askiam_status status =
      s_query(load, ASKI_SQL_VERSION, "catalogue_version", ASKI_STR_NONE, ASKI_STR_NONE, s_add_version);
  for (size_t i = 0; i < sizeof queries / sizeof *queries && status == ASKIAM_STATUS_OK; ++i) {
    const facts_query *query = &queries[i];
    if (query->wanted) {
      status = s_query(load, query->sql, query->name, query->first, query->second, query->add);
    }
  }
  return status;
}

askiam_status aski_sqlite_facts(void *self, const askiam_call *call, askiam_str user_id, askiam_str requester_id,
                                askiam_str application_id, askiam_str role_id, askiam_facts *facts, askiam_error *error)
{
  aski_sqlite_store *store = self;
  aski_sqlite *connection = NULL;
  askiam_status status = aski_sqlite_lease(&connection, store, ASKI_SQLITE_READ, call, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  facts_load load = {connection, facts, error, user_id, requester_id, application_id, role_id};
  status = aski_sqlite_begin(connection, ASKI_SQL_BEGIN, error);
  if (status == ASKIAM_STATUS_OK) {
    status = aski_sqlite_finish(connection, s_load(&load), error);
  }
  aski_sqlite_return(store, connection);
  return status;
}

askiam_status aski_sqlite_version(void *self, const askiam_call *call, uint64_t *out_version, askiam_error *error)
{
  aski_sqlite_store *store = self;
  aski_sqlite *connection = NULL;
  *out_version = 0;
  askiam_status status = aski_sqlite_lease(&connection, store, ASKI_SQLITE_READ, call, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  sqlite3_stmt *statement = aski_sqlite_statement(connection, ASKI_SQL_VERSION);
  if (statement == NULL) {
    status = aski_sqlite_error(connection, SQLITE_OK, error);
  } else {
    int code = sqlite3_step(statement);
    *out_version = code == SQLITE_ROW ? (uint64_t)sqlite3_column_int64(statement, 0) : 0;
    status = aski_sqlite_end(connection, statement, code, error);
  }
  aski_sqlite_return(store, connection);
  return status;
}
