/* SPDX-License-Identifier: Apache-2.0
 *
 * Attributes and held roles of many people, in one read transaction. */
#include "store/common/texts.h"
#include "store/sqlite/slots.h"

typedef struct people_load {
  aski_sqlite *connection;
  askiam_people *people;
  size_t index;
  int64_t now_ms;
  askiam_error *error;
} people_load;

static askiam_status s_add_attribute(void *context, askiam_str key, askiam_str value)
{
  people_load *load = context;
  return askiam_people_add_attribute(load->people, load->index, key, value);
}

static askiam_status s_load_attributes(people_load *load, bool *out_found)
{
  sqlite3_stmt *statement = aski_sqlite_statement(load->connection, ASKI_SQL_PERSON);
  *out_found = false;
  if (statement == NULL) {
    return aski_sqlite_error(load->connection, SQLITE_OK, load->error);
  }
  aski_sqlite_bind(statement, 1, askiam_people_id(load->people, load->index));
  askiam_status status = ASKIAM_STATUS_OK;
  int code = sqlite3_step(statement);
  if (code == SQLITE_ROW) {
    *out_found = true;
    askiam_people_found(load->people, load->index);
    status = aski_store_read_texts(aski_sqlite_column(statement, 0), load->connection->settings->allocator,
                                   s_add_attribute, load, load->error);
  }
  askiam_status ended = aski_sqlite_end(load->connection, statement, code, load->error);
  return status == ASKIAM_STATUS_OK ? ended : status;
}

static askiam_status s_load_roles(people_load *load)
{
  sqlite3_stmt *statement = aski_sqlite_statement(load->connection, ASKI_SQL_PERSON_ROLES);
  if (statement == NULL) {
    return aski_sqlite_error(load->connection, SQLITE_OK, load->error);
  }
  aski_sqlite_bind(statement, 1, askiam_people_id(load->people, load->index));
  sqlite3_bind_int64(statement, 2, load->now_ms);
  askiam_status status = ASKIAM_STATUS_OK;
  int code = sqlite3_step(statement);
  while (code == SQLITE_ROW && status == ASKIAM_STATUS_OK) {
    status = askiam_people_add_role(load->people, load->index, aski_sqlite_column(statement, 0));
    code = status == ASKIAM_STATUS_OK ? sqlite3_step(statement) : code;
  }
  askiam_status ended = aski_sqlite_end(load->connection, statement, code, load->error);
  return status == ASKIAM_STATUS_OK ? ended : status;
}

static askiam_status s_load(people_load *load)
{
  askiam_status status = ASKIAM_STATUS_OK;
  size_t count = askiam_people_count(load->people);
  for (load->index = 0; load->index < count && status == ASKIAM_STATUS_OK; ++load->index) {
    bool found = false;
    status = s_load_attributes(load, &found);
    if (status == ASKIAM_STATUS_OK && found) {
      status = s_load_roles(load);
    }
  }
  return status;
}

askiam_status aski_sqlite_people(void *self, const askiam_call *call, askiam_people *people, askiam_error *error)
{
  aski_sqlite_store *store = self;
  aski_sqlite *connection = NULL;
  askiam_status status = aski_sqlite_lease(&connection, store, ASKI_SQLITE_READ, call, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  people_load load = {connection, people, 0, askiam_call_now_ms(call), error};
  status = aski_sqlite_begin(connection, ASKI_SQL_BEGIN, error);
  if (status == ASKIAM_STATUS_OK) {
    status = aski_sqlite_finish(connection, s_load(&load), error);
  }
  aski_sqlite_return(store, connection);
  return status;
}
