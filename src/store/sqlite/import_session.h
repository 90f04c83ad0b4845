/* SPDX-License-Identifier: Apache-2.0
 *
 * One import: a connection in one transaction, the ids that are known to exist, and rows that wait to be written in the order of
 * their keys, so that a tree is built from left to right. */
#ifndef ASKI_STORE_SQLITE_IMPORT_SESSION_H
#define ASKI_STORE_SQLITE_IMPORT_SESSION_H

#include "store/common/problems.h"
#include "store/common/rows.h"
#include "store/sqlite/ids.h"
#include "store/sqlite/import_feed.h"
#include "store/sqlite/names.h"
#include "store/sqlite/schema.h"
#include "store/sqlite/slots.h"

typedef enum aski_import_sql {
  ASKI_IMPORT_SQL_FIND_USER,
  ASKI_IMPORT_SQL_FIND_APPLICATION,
  ASKI_IMPORT_SQL_FIND_ROLE,
  ASKI_IMPORT_SQL_READ_USER,
  ASKI_IMPORT_SQL_READ_APPLICATION,
  ASKI_IMPORT_SQL_READ_ROLE,
  ASKI_IMPORT_SQL_READ_ALIASES,
  ASKI_IMPORT_SQL_UPDATE_USER,
  ASKI_IMPORT_SQL_INSERT_APPLICATION,
  ASKI_IMPORT_SQL_UPDATE_APPLICATION,
  ASKI_IMPORT_SQL_INSERT_ROLE,
  ASKI_IMPORT_SQL_UPDATE_ROLE,
  ASKI_IMPORT_SQL_INSERT_ALIAS,
  ASKI_IMPORT_SQL_DROP_NAME,
  ASKI_IMPORT_SQL_ADD_SUFFIX,
  ASKI_IMPORT_SQL_DROP_SUFFIX,
  ASKI_IMPORT_SQL_ADD_FUZZY_NAME,
  ASKI_IMPORT_SQL_UPDATE_USER_ROLE,
  ASKI_IMPORT_SQL_PREREQUISITE,
  ASKI_IMPORT_SQL_CONFLICT,
  ASKI_IMPORT_SQL_RESTRICTION,
  ASKI_IMPORT_SQL_LAST_REVISION,
  ASKI_IMPORT_SQL_SAME_POLICY,
  ASKI_IMPORT_SQL_POLICY,
  ASKI_IMPORT_SQL_REVISION,
  ASKI_IMPORT_SQL_READ_DOCUMENT,
  ASKI_IMPORT_SQL_INSERT_DOCUMENT,
  ASKI_IMPORT_SQL_UPDATE_DOCUMENT,
  ASKI_IMPORT_SQL_DROP_WORDS,
  ASKI_IMPORT_SQL_ADD_WORDS,
  ASKI_IMPORT_SQL_DROP_SCOPE,
  ASKI_IMPORT_SQL_ADD_SCOPE,
  ASKI_IMPORT_SQL_PATTERN,
  /* many rows at once, from askiam_feed */
  ASKI_IMPORT_SQL_NAMES,
  ASKI_IMPORT_SQL_FUZZY,
  ASKI_IMPORT_SQL_USERS,
  ASKI_IMPORT_SQL_USER_ROLES,
  ASKI_IMPORT_SQL_COUNT
} aski_import_sql;

typedef struct aski_import_pair {
  int64_t key;
  int64_t value;
} aski_import_pair;

/* Pairs for a table of two integers. */
typedef struct aski_import_pairs {
  aski_import_sql sql;
  aski_import_pair *items;
  size_t count, capacity;
} aski_import_pairs;

/* An assignment that waits; places in `users` and `roles`. */
typedef struct aski_import_grant {
  uint64_t order; /* rank of the user, rank of the role */
  uint32_t user;
  uint32_t role;
  int64_t granted_at_ms; /* INT64_MIN: none */
  int64_t expires_at_ms;
  uint32_t line; /* the order of the input: the last of equal keys wins */
  unsigned char status;
} aski_import_grant;

typedef struct aski_import_grants {
  aski_import_grant *items;
  size_t count, capacity;
} aski_import_grants;

/* A new user that waits: id, e-mail, name, status and attributes live in the arena of the batch. */
typedef struct aski_import_new_user {
  askiam_str texts[5];
  int64_t created_at_ms;
  int64_t number;
} aski_import_new_user;

typedef struct aski_import_new_users {
  aski_import_new_user *items;
  size_t count;
  aski_arena arena;
} aski_import_new_users;

typedef struct aski_import_session {
  aski_sqlite_store *store;
  aski_sqlite *connection;
  int64_t now_ms;
  askiam_status status; /* the first failure, which commit repeats */
  askiam_error failure;
  sqlite3_stmt *statements[ASKI_IMPORT_SQL_COUNT];
  aski_arena arena; /* of the problems */
  aski_sqlite_ids users;
  aski_sqlite_ids applications;
  aski_sqlite_ids roles;
  int64_t last_user_no;
  bool users_are_new; /* there were none: their indexes are made at the end */
  aski_buffer key;
  aski_import_pairs names;
  aski_import_pairs fuzzy;
  aski_import_grants grants;
  aski_import_new_users new_users;
  aski_import_feed feed;
  aski_store_problems problems;
} aski_import_session;

const char *aski_import_sql_text(aski_import_sql sql);
/* A prepared statement, reset; NULL on failure. */
sqlite3_stmt *aski_import_statement(aski_import_session *session, aski_import_sql sql);
/* Runs it with these values, texts first; `numbers` follow them. */
askiam_status aski_import_run_texts(aski_import_session *session, aski_import_sql sql, const askiam_str *texts,
                                    size_t text_count, const int64_t *numbers, size_t number_count,
                                    askiam_error *error);

/* Runs one of the last statements over the rows of `feed`. *out_changes (may be NULL) is how many were written. */
askiam_status aski_import_run_feed(aski_import_session *session, aski_import_sql sql, aski_import_feed feed,
                                   size_t *out_changes, askiam_error *error);

/* Notes that something does not exist; for the report at the end. */
askiam_status aski_import_missing(aski_import_session *session, askiam_table table, uint64_t row, const char *column,
                                  askiam_str id, const char *target);
/* The place of an entity among the known ids, SIZE_MAX where there is none; looks into the file where it is not known yet. */
askiam_status aski_import_find(aski_import_session *session, aski_sqlite_bearer bearer, askiam_str id,
                               size_t *out_place, askiam_error *error);
/* The same, noting what is missing: *out_found. */
askiam_status aski_import_refer(aski_import_session *session, aski_sqlite_bearer bearer, askiam_table table,
                                uint64_t row, const char *column, askiam_str id, bool *out_found, askiam_error *error);

/* What one entity is found by. Old and new forms are compared, so that only what changes is written. */
enum { ASKI_IMPORT_FORMS = 3 };
typedef struct aski_import_names {
  aski_sqlite_bearer bearer;
  int64_t number;
  askiam_str application_id; /* roles and their aliases */
  bool suggested;            /* not of a user: kept for near and similar names too */
  askiam_str forms[ASKI_IMPORT_FORMS];
} aski_import_names;
/* `before` is NULL for a new entity. */
askiam_status aski_import_rename(aski_import_session *session, const aski_import_names *before,
                                 const aski_import_names *after, askiam_error *error);
askiam_status aski_import_flush_pairs(aski_import_session *session, aski_import_pairs *pairs, askiam_error *error);
askiam_status aski_import_flush_grants(aski_import_session *session, askiam_error *error);
askiam_status aski_import_flush_users(aski_import_session *session, askiam_error *error);

typedef askiam_status (*aski_import_row_fn)(aski_import_session *session, uint64_t row, const askiam_str *values,
                                            askiam_error *error);
askiam_status aski_import_user(aski_import_session *session, uint64_t row, const askiam_str *values,
                               askiam_error *error);
askiam_status aski_import_application(aski_import_session *session, uint64_t row, const askiam_str *values,
                                      askiam_error *error);
askiam_status aski_import_role(aski_import_session *session, uint64_t row, const askiam_str *values,
                               askiam_error *error);
askiam_status aski_import_alias(aski_import_session *session, uint64_t row, const askiam_str *values,
                                askiam_error *error);
askiam_status aski_import_user_role(aski_import_session *session, uint64_t row, const askiam_str *values,
                                    askiam_error *error);
askiam_status aski_import_prerequisite(aski_import_session *session, uint64_t row, const askiam_str *values,
                                       askiam_error *error);
askiam_status aski_import_conflict(aski_import_session *session, uint64_t row, const askiam_str *values,
                                   askiam_error *error);
askiam_status aski_import_restriction(aski_import_session *session, uint64_t row, const askiam_str *values,
                                      askiam_error *error);
askiam_status aski_import_policy(aski_import_session *session, uint64_t row, const askiam_str *values,
                                 askiam_error *error);
askiam_status aski_import_document(aski_import_session *session, uint64_t row, const askiam_str *values,
                                   askiam_error *error);
askiam_status aski_import_pattern(aski_import_session *session, uint64_t row, const askiam_str *values,
                                  askiam_error *error);
/* Counts and hashes the policies, where they changed, also by hand; moves the catalogue's version. */
askiam_status aski_import_move_version(aski_import_session *session, askiam_error *error);

#endif
