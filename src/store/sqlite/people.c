/* SPDX-License-Identifier: Apache-2.0
 *
 * Attributes and held roles of many people, by one statement. */
#include "store/common/texts.h"
#include "store/sqlite/slots.h"
#include "json/json.h"

enum { PLACE, ATTRIBUTES, ROLE, ROLES_MOST = 256 };

typedef struct people_load {
  const aski_sqlite *connection;
  askiam_people *people;
  askiam_error *error;
  size_t next;  /* the first whose place has not been met */
  size_t index; /* of the row's person */
  size_t role_count;
} people_load;

static askiam_status s_add_attribute(void *context, askiam_str key, askiam_str value)
{
  people_load *load = context;
  return askiam_people_add_attribute(load->people, load->index, key, value);
}

/* The rows of one person follow each other: attributes are taken from the first, a role from each. */
static askiam_status s_take_row(people_load *load, sqlite3_stmt *row)
{
  askiam_status status = ASKIAM_STATUS_OK;
  load->index = (size_t)sqlite3_column_int64(row, PLACE);
  if (load->index >= load->next) {
    load->next = load->index + 1;
    load->role_count = 0;
    askiam_people_found(load->people, load->index);
    status = aski_store_read_texts(aski_sqlite_column(row, ATTRIBUTES), load->connection->settings->allocator,
                                   s_add_attribute, load, load->error);
  }
  askiam_str role = aski_sqlite_column(row, ROLE);
  if (status == ASKIAM_STATUS_OK && aski_str_present(role) && load->role_count < ROLES_MOST) {
    ++load->role_count;
    status = askiam_people_add_role(load->people, load->index, role);
  }
  return status;
}

/* A JSON array of all ids: json_each gives each with its place. */
static bool s_list(aski_buffer *ids, const askiam_people *people)
{
  aski_json_writer writer;
  aski_json_writer_init(&writer, ids);
  aski_json_open_array(&writer, NULL);
  size_t count = askiam_people_count(people);
  for (size_t i = 0; i < count; ++i) {
    aski_json_write_string(&writer, NULL, askiam_people_id(people, i));
  }
  aski_json_close_array(&writer);
  return !ids->failed;
}

static askiam_status s_load(aski_sqlite *connection, askiam_str ids, int64_t now_ms, askiam_people *people,
                            askiam_error *error)
{
  sqlite3_stmt *statement = aski_sqlite_statement(connection, ASKI_SQL_PEOPLE);
  if (statement == NULL) {
    return aski_sqlite_error(connection, SQLITE_OK, error);
  }
  aski_sqlite_bind(statement, 1, ids);
  sqlite3_bind_int64(statement, 2, now_ms);
  people_load load = {.connection = connection, .people = people, .error = error};
  askiam_status status = ASKIAM_STATUS_OK;
  int code = sqlite3_step(statement);
  while (code == SQLITE_ROW && status == ASKIAM_STATUS_OK) {
    status = s_take_row(&load, statement);
    code = status == ASKIAM_STATUS_OK ? sqlite3_step(statement) : code;
  }
  askiam_status ended = aski_sqlite_end(connection, statement, code, error);
  return ended == ASKIAM_STATUS_OK ? status : ended;
}

askiam_status aski_sqlite_people(void *self, const askiam_call *call, askiam_people *people, askiam_error *error)
{
  aski_sqlite_store *store = self;
  aski_sqlite *connection = NULL;
  askiam_status status = aski_sqlite_lease(&connection, store, ASKI_SQLITE_READ, call, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  aski_buffer ids;
  aski_buffer_init(&ids, store->settings.allocator);
  status = s_list(&ids, people) ? s_load(connection, aski_buffer_view(&ids), askiam_call_now_ms(call), people, error)
                                : ASKIAM_STATUS_NO_MEMORY;
  aski_buffer_clean_up(&ids);
  aski_sqlite_return(store, connection);
  return status;
}
