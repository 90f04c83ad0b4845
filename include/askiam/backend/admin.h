/* SPDX-License-Identifier: Apache-2.0
 *
 * Looking after a store: its schema, and bringing data in. */
#ifndef ASKIAM_BACKEND_ADMIN_H
#define ASKIAM_BACKEND_ADMIN_H

#include <askiam/backend/backend.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The tables that an import fills. Append-only. */
typedef enum askiam_table {
  ASKIAM_TABLE_USERS = 0,
  ASKIAM_TABLE_APPLICATIONS,
  ASKIAM_TABLE_ROLES,
  ASKIAM_TABLE_ALIASES,
  ASKIAM_TABLE_USER_ROLES,
  ASKIAM_TABLE_ROLE_PREREQUISITES,
  ASKIAM_TABLE_ROLE_CONFLICTS,
  ASKIAM_TABLE_ROLE_RESTRICTIONS,
  ASKIAM_TABLE_POLICIES,
  ASKIAM_TABLE_DOCUMENTS,
  ASKIAM_TABLE_ACCESS_PATTERNS,
  ASKIAM_TABLE_COUNT
} askiam_table;

/* One row, values by column. The columns of each table, in this order; times are decimal UTC milliseconds ("" for
 * none):
 *   users: user_id email name status created_at attributes (a JSON object of texts)
 *   applications: app_id name description owner status created_at
 *   roles: role_id app_id name description permissions (a JSON list of texts) risk status created_at
 *   aliases: kind id alias
 *   user_roles: user_id role_id granted_at expires_at status
 *   role_prerequisites: role_id required_role_id
 *   role_conflicts: role_id conflicting_role_id reason
 *   role_restrictions: role_id user_id reason
 *   policies: id policy_json
 *   documents: id title text metadata (JSON) app_ids role_ids (JSON lists) embedding (little-endian float32) model
 *   access_patterns: user_id role_id app_id timestamp approved (0|1) source
 * The values have been checked for form; the store checks references. `place` ("users.csv:12") is for its messages. */
#define ASKIAM_ROW_MAX_COLUMNS 8

/* Where a row stands, for a walk that goes on after it: 1 to so many bytes of UTF-8 that only the store understands. */
#define ASKIAM_POSITION_MAX_BYTES 1024

/* Told what is wrong with a reference, at most as long as it returns 1. */
typedef int (*askiam_import_report_fn)(void *context, askiam_table table, uint64_t row, const char *message);

/* Receives a part of a text, borrowed; anything but OK ends the writing with that status. */
typedef askiam_status (*askiam_text_fn)(void *context, askiam_str part);

/* Receives a row as an import would bring it, and its position; borrowed. Anything but OK ends the walk with that
 * status. */
typedef askiam_status (*askiam_row_fn)(void *context, askiam_str position, const askiam_str *values, size_t count);

/* Append-only. */
typedef struct askiam_admin_vtable {
  size_t size; /* Mandatory */
  /* Creates or migrates the schema. Outputs are never NULL; from 0 where there was none. Mandatory. */
  askiam_status (*migrate)(void *self, const askiam_call *call, int *out_from, int *out_to, askiam_error *error);
  /* Starts the one import of this store: nothing of it is seen before its end. Optional, all four together: no
   * import. */
  askiam_status (*import_begin)(void *self, const askiam_call *call, void **out_session, askiam_error *error);
  /* Upserts a row; `row` numbers the rows of the table from 1 in the order of the input. Tables come in the order
   * of askiam_table. */
  askiam_status (*import_row)(void *session, askiam_table table, uint64_t row, const askiam_str *values, size_t count,
                              askiam_error *error);
  /* Checks references, tells what is wrong (BAD_DATA), else commits durably. The session is gone in either case. */
  askiam_status (*import_commit)(void *session, askiam_import_report_fn report, void *context, askiam_error *error);
  void (*import_abort)(void *session);
  /* Writes the statements by which an administrator gives the store's own roles their rights, part by part.
   * Optional: the store has no roles. */
  askiam_status (*grants)(void *self, const askiam_call *call, askiam_text_fn text, void *context, askiam_error *error);
  /* Walks over at most `limit` rows of a table, from the first or after the position `after`, in an order that
   * does not change: so that all of it is read part by part, and no row twice. Rows that come or go meanwhile may
   * be missed. Applications, roles, policies, documents and access patterns, NOT_SUPPORTED for others;
   * INVALID_ARGUMENT for a position that is none of this table's. Optional: nothing can be read back. */
  askiam_status (*read_rows)(void *self, const askiam_call *call, askiam_table table, askiam_str after, size_t limit,
                             askiam_row_fn row, void *context, askiam_error *error);
} askiam_admin_vtable;

#ifdef __cplusplus
}
#endif
#endif
