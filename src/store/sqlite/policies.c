/* SPDX-License-Identifier: Apache-2.0
 *
 * The documents of a set of policies, present or past. What is handed out is what was imported: each document is held against its hash,
 * and all of them against the set's, so that a row that somebody changed by hand is noticed. */
#include "base/hash.h"
#include "store/sqlite/slots.h"

typedef struct policies_load {
  aski_sqlite *connection;
  aski_buffer lines;
  askiam_policy_fn policy;
  void *context;
  askiam_error *error;
} policies_load;

void aski_sqlite_policy_line(aski_buffer *lines, askiam_str id, askiam_str hash)
{
  aski_buffer_append(lines, id);
  aski_buffer_append_byte(lines, '\n');
  aski_buffer_append(lines, hash);
  aski_buffer_append_byte(lines, '\n');
}

static askiam_status s_no_hash(askiam_error *error)
{
  return askiam_error_set(error, ASKIAM_STATUS_INTERNAL, ASKIAM_LAYER_STORE, "SHA-256 failed");
}

static askiam_status s_hand_on(policies_load *load, sqlite3_stmt *row)
{
  askiam_str id = aski_sqlite_column(row, 0);
  askiam_str hash = aski_sqlite_column(row, 2);
  askiam_str json = aski_sqlite_column(row, 3);
  char present[ASKI_SHA256_HEX_BYTES];
  if (!aski_sha256_hex(json, present)) {
    return s_no_hash(load->error);
  }
  if (!aski_str_present(json) || !aski_str_equal_text(hash, present)) {
    return askiam_error_set(load->error, ASKIAM_STATUS_CORRUPT, ASKIAM_LAYER_STORE,
                            "policy \"%.*s\" is not as it was imported; import it again", ASKI_STR_ARG(id));
  }
  aski_sqlite_policy_line(&load->lines, id, hash);
  return load->policy(load->context, id, (uint64_t)sqlite3_column_int64(row, 1), json);
}

static askiam_status s_check_set(const policies_load *load, askiam_str set_hash)
{
  if (load->lines.failed) {
    return ASKIAM_STATUS_NO_MEMORY;
  }
  if (load->lines.length == 0) {
    return askiam_error_set(load->error, ASKIAM_STATUS_NOT_FOUND, ASKIAM_LAYER_STORE,
                            "the store has no set of policies with the hash \"%.*s\"; were they changed by hand? Import"
                            " them again",
                            ASKI_STR_ARG(set_hash));
  }
  char present[ASKI_SHA256_HEX_BYTES];
  if (!aski_sha256_hex(aski_buffer_view(&load->lines), present)) {
    return s_no_hash(load->error);
  }
  return aski_str_equal_text(set_hash, present)
             ? ASKIAM_STATUS_OK
             : askiam_error_set(
                   load->error, ASKIAM_STATUS_CORRUPT, ASKIAM_LAYER_STORE,
                   "the set of policies with the hash \"%.*s\" does not have that hash; import the policies"
                   " again",
                   ASKI_STR_ARG(set_hash));
}

static askiam_status s_load(policies_load *load, askiam_str set_hash)
{
  sqlite3_stmt *statement = aski_sqlite_statement(load->connection, ASKI_SQL_POLICIES);
  if (statement == NULL) {
    return aski_sqlite_error(load->connection, SQLITE_OK, load->error);
  }
  aski_sqlite_bind(statement, 1, set_hash);
  askiam_status status = ASKIAM_STATUS_OK;
  int code = sqlite3_step(statement);
  while (code == SQLITE_ROW && status == ASKIAM_STATUS_OK) {
    status = s_hand_on(load, statement);
    code = status == ASKIAM_STATUS_OK ? sqlite3_step(statement) : code;
  }
  askiam_status ended = aski_sqlite_end(load->connection, statement, code, load->error);
  status = status == ASKIAM_STATUS_OK ? ended : status;
  return status == ASKIAM_STATUS_OK ? s_check_set(load, set_hash) : status;
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
  policies_load load = {.connection = connection, .policy = policy, .context = context, .error = error};
  aski_buffer_init(&load.lines, connection->settings->allocator);
  status = s_load(&load, set_hash); /* one statement: it sees one state of the store */
  aski_buffer_clean_up(&load.lines);
  aski_sqlite_return(store, connection);
  return status;
}
