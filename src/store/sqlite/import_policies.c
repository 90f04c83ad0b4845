/* SPDX-License-Identifier: Apache-2.0
 *
 * Importing policies with their revisions. Triggers of the schema mark every change of the table `policies`; a set that is marked has no hash
 * until the end of an import, which also takes over what somebody changed by hand. */
#include "base/hash.h"
#include "store/common/policy_set.h"
#include "store/sqlite/import_session.h"

/* A revision that is to be written. */
typedef struct policy_revision {
  askiam_str id;
  askiam_str json;
  char hash[ASKI_SHA256_HEX_BYTES];
} policy_revision;

static askiam_status s_no_hash(askiam_error *error)
{
  return askiam_error_set(error, ASKIAM_STATUS_INTERNAL, ASKIAM_LAYER_STORE, "SHA-256 failed");
}

/* Runs a statement that gives one row or none over the first `texts` of id, text and hash. *out_number is 0 for none. */
static askiam_status s_ask(aski_import_session *session, aski_import_sql sql, const policy_revision *revision,
                           size_t texts, int64_t *out_number, askiam_error *error)
{
  sqlite3_stmt *statement = aski_import_statement(session, sql);
  if (statement == NULL) {
    return aski_sqlite_error(session->connection, SQLITE_OK, error);
  }
  const askiam_str values[] = {revision->id, revision->json, askiam_str_from(revision->hash)};
  for (size_t i = 0; i < texts; ++i) {
    aski_sqlite_bind(statement, (int)i + 1, values[i]);
  }
  int code = sqlite3_step(statement);
  *out_number = code == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : 0;
  return aski_sqlite_end(session->connection, statement, code, error);
}

/* Numbers go on after the last one that there ever was, whether or not the policy still exists. */
static askiam_status s_add_revision(aski_import_session *session, const policy_revision *revision, askiam_error *error)
{
  int64_t last = 0;
  askiam_status status = s_ask(session, ASKI_IMPORT_SQL_LAST_REVISION, revision, 1, &last, error);
  const askiam_str texts[] = {revision->id, revision->json, askiam_str_from(revision->hash)};
  const int64_t numbers[] = {last + 1, session->now_ms};
  if (status == ASKIAM_STATUS_OK) {
    status = aski_import_run_texts(session, ASKI_IMPORT_SQL_POLICY, texts, 3, numbers, 2, error);
  }
  return status == ASKIAM_STATUS_OK
             ? aski_import_run_texts(session, ASKI_IMPORT_SQL_REVISION, texts, 3, numbers, 2, error)
             : status;
}

askiam_status aski_import_policy(aski_import_session *session, uint64_t row, const askiam_str *values,
                                 askiam_error *error)
{
  (void)row;
  policy_revision revision = {.id = values[0], .json = values[1]};
  if (!aski_sha256_hex(values[1], revision.hash)) {
    return s_no_hash(error);
  }
  int64_t same = 0;
  askiam_status status = s_ask(session, ASKI_IMPORT_SQL_SAME_POLICY, &revision, 3, &same, error);
  return status != ASKIAM_STATUS_OK || same != 0 ? status : s_add_revision(session, &revision, error);
}

/* Calls `row` for each row of a statement without parameters. */
typedef askiam_status (*row_fn)(void *context, sqlite3_stmt *row);
static askiam_status s_each(aski_import_session *session, const char *sql, row_fn row, void *context,
                            askiam_error *error)
{
  sqlite3_stmt *statement = NULL;
  int code = sqlite3_prepare_v2(session->connection->db, sql, -1, &statement, NULL);
  if (code != SQLITE_OK) {
    return aski_sqlite_error(session->connection, code, error);
  }
  askiam_status status = ASKIAM_STATUS_OK;
  while ((code = sqlite3_step(statement)) == SQLITE_ROW && status == ASKIAM_STATUS_OK) {
    status = row(context, statement);
  }
  askiam_status ended = aski_sqlite_end(session->connection, statement, code, error);
  sqlite3_finalize(statement);
  return ended == ASKIAM_STATUS_OK ? status : ended;
}

typedef struct found_policies {
  aski_arena arena;
  policy_revision *items;
  size_t count, capacity;
} found_policies;

static askiam_status s_note_changed(void *context, sqlite3_stmt *row)
{
  found_policies *found = context;
  policy_revision *added = ASKI_ARENA_PUSH(&found->arena, found);
  if (added != NULL) {
    added->id = aski_arena_copy(&found->arena, aski_sqlite_column(row, 0));
    added->json = aski_arena_copy(&found->arena, aski_sqlite_column(row, 1));
  }
  return found->arena.failed ? ASKIAM_STATUS_NO_MEMORY : ASKIAM_STATUS_OK;
}

/* What somebody wrote into `policies` by hand becomes a revision, so that it is what decides, and can be replayed. */
static askiam_status s_adopt_changes(aski_import_session *session, askiam_error *error)
{
  found_policies found = {.count = 0};
  aski_arena_init(&found.arena, session->store->settings.allocator);
  askiam_status status = s_each(session,
                                "SELECT p.id, p.policy_json FROM policies p LEFT JOIN policy_revisions r ON"
                                " r.id = p.id AND r.version = p.version WHERE r.policy_json IS NOT p.policy_json",
                                s_note_changed, &found, error);
  for (size_t i = 0; i < found.count && status == ASKIAM_STATUS_OK; ++i) {
    status = aski_sha256_hex(found.items[i].json, found.items[i].hash) ? s_add_revision(session, &found.items[i], error)
                                                                       : s_no_hash(error);
  }
  aski_arena_clean_up(&found.arena);
  return status;
}

typedef struct set_lines {
  aski_buffer text;
  int64_t count;
} set_lines;

static askiam_status s_add_line(void *context, sqlite3_stmt *row)
{
  set_lines *lines = context;
  ++lines->count;
  aski_store_policy_line(&lines->text, aski_sqlite_column(row, 0), aski_sqlite_column(row, 1));
  return lines->text.failed ? ASKIAM_STATUS_NO_MEMORY : ASKIAM_STATUS_OK;
}

static askiam_status s_hash_set(aski_import_session *session, char out_hash[ASKI_SHA256_HEX_BYTES], int64_t *out_count,
                                askiam_error *error)
{
  set_lines lines = {.count = 0};
  aski_buffer_init(&lines.text, session->store->settings.allocator);
  askiam_status status = s_each(session,
                                "SELECT p.id, r.hash FROM policies p JOIN policy_revisions r ON r.id = p.id AND"
                                " r.version = p.version ORDER BY p.id",
                                s_add_line, &lines, error);
  if (status == ASKIAM_STATUS_OK && lines.count > 0 && !aski_sha256_hex(aski_buffer_view(&lines.text), out_hash)) {
    status = s_no_hash(error);
  }
  aski_buffer_clean_up(&lines.text);
  *out_count = lines.count;
  return status;
}

static askiam_status s_run_once(aski_import_session *session, const char *sql, askiam_str text, int64_t number,
                                askiam_error *error)
{
  sqlite3_stmt *statement = NULL;
  int code = sqlite3_prepare_v2(session->connection->db, sql, -1, &statement, NULL);
  if (code != SQLITE_OK) {
    return aski_sqlite_error(session->connection, code, error);
  }
  if (aski_str_present(text)) {
    aski_sqlite_bind(statement, 1, text);
    sqlite3_bind_int64(statement, 2, number);
  }
  askiam_status status = aski_sqlite_run(session->connection, statement, error);
  sqlite3_finalize(statement);
  return status;
}

static askiam_status s_note_marked(void *context, sqlite3_stmt *row)
{
  *(bool *)context = sqlite3_column_int(row, 0) != 0;
  return ASKIAM_STATUS_OK;
}

/* Names the set that there is now. One that was there before is named anew: its revisions of now have the same text, and nobody has
 * damaged them. */
static askiam_status s_name_set(aski_import_session *session, askiam_error *error)
{
  static const char *const steps[] = {
      "UPDATE catalogue_version SET policy_hash = ?1, policy_count = ?2 WHERE one = 1",
      "DELETE FROM policy_sets WHERE set_hash = ?1 AND ?2 > 0",
      "INSERT INTO policy_sets(set_hash, id, version) SELECT ?1, id, version FROM policies WHERE ?2 > 0",
  };
  int64_t count = 0;
  char hash[ASKI_SHA256_HEX_BYTES] = {0};
  askiam_status status = s_hash_set(session, hash, &count, error);
  for (size_t i = 0; i < sizeof steps / sizeof *steps && status == ASKIAM_STATUS_OK; ++i) {
    status = s_run_once(session, steps[i], askiam_str_from(hash), count, error);
  }
  return status;
}

static askiam_status s_move_policies(aski_import_session *session, askiam_error *error)
{
  bool marked = false;
  askiam_status status =
      s_each(session, "SELECT policy_hash = '" ASKI_STORE_UNHASHED "' FROM catalogue_version WHERE one = 1",
             s_note_marked, &marked, error);
  if (status == ASKIAM_STATUS_OK && marked) {
    status = s_adopt_changes(session, error);
    status = status == ASKIAM_STATUS_OK ? s_name_set(session, error) : status;
  }
  return status;
}

askiam_status aski_import_move_version(aski_import_session *session, askiam_error *error)
{
  askiam_status status = s_move_policies(session, error);
  return status != ASKIAM_STATUS_OK
             ? status
             : s_run_once(session, "UPDATE catalogue_version SET version = version + 1", ASKI_STR_NONE, 0, error);
}
