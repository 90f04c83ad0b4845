/* SPDX-License-Identifier: Apache-2.0
 *
 * Every statement that a request, or a look into the journal, runs: in one table, so that each connection prepares it once and a test
 * can ask SQLite for the plan of each. Import has statements of its own (import_sql.h). */
#ifndef ASKI_STORE_SQLITE_STATEMENTS_H
#define ASKI_STORE_SQLITE_STATEMENTS_H

#include <stdbool.h>

typedef enum aski_sql {
  ASKI_SQL_BEGIN,
  ASKI_SQL_BEGIN_IMMEDIATE,
  ASKI_SQL_COMMIT,
  ASKI_SQL_ROLLBACK,
  /* the catalogue */
  ASKI_SQL_VERSION,
  ASKI_SQL_USER,
  ASKI_SQL_APPLICATION,
  ASKI_SQL_ROLE,
  ASKI_SQL_GRANTS,
  ASKI_SQL_PREREQUISITES,
  ASKI_SQL_CONFLICTS,
  ASKI_SQL_RESTRICTION,
  ASKI_SQL_PERSON,
  ASKI_SQL_PERSON_ROLES,
  ASKI_SQL_NAME_REFS,
  ASKI_SQL_USER_BY_NO,
  ASKI_SQL_APPLICATION_BY_NO,
  ASKI_SQL_ROLE_BY_NO,
  ASKI_SQL_ALIAS_BY_NO,
  ASKI_SQL_USER_BY_ID,
  ASKI_SQL_APPLICATION_BY_ID,
  ASKI_SQL_ROLE_BY_ID,
  ASKI_SQL_FUZZY,
  ASKI_SQL_FUZZY_NAME,
  ASKI_SQL_SUFFIXES,
  ASKI_SQL_ROLES_OF_APPLICATION,
  ASKI_SQL_USERS_FROM_NAME,
  ASKI_SQL_USERS_FROM_ID,
  /* the journal */
  ASKI_SQL_HEAD,
  ASKI_SQL_HEAD_FITS,
  ASKI_SQL_MOVE_HEAD,
  ASKI_SQL_ADD_REQUEST,
  ASKI_SQL_ADD_ENTRY,
  ASKI_SQL_ADD_EVENT,
  ASKI_SQL_ADD_PATTERN,
  ASKI_SQL_FIND,
  ASKI_SQL_FIND_OF,
  ASKI_SQL_OUTBOX_NEXT,
  ASKI_SQL_OUTBOX_DONE,
  ASKI_SQL_CHECKPOINT,
  ASKI_SQL_ERASE_REQUESTER,
  ASKI_SQL_ERASE_USER,
  ASKI_SQL_ERASE_SPEAKER,
  /* state */
  ASKI_SQL_GRANT_STATE,
  ASKI_SQL_SESSION_GET,
  ASKI_SQL_SESSION_INSERT,
  ASKI_SQL_SESSION_UPDATE,
  ASKI_SQL_SESSION_DROP,
  ASKI_SQL_COUNT
} aski_sql;

/* The hash of a chain without entries. */
#define ASKI_SQL_NO_HASH "0000000000000000000000000000000000000000000000000000000000000000"

/* Static text. */
const char *aski_sql_text(aski_sql sql);

/* The columns of `audit_log` and `requests` as a record's members are read from them, A first (journal_read.c). */
#define ASKI_SQL_ENTRY_COLUMNS "a.request_id, a.requester_id, " ASKI_SQL_ENTRY_REST
#define ASKI_SQL_ENTRY_REST                                                                                            \
  "a.user_id, a.application_id, a.role_id, a.risk, a.status, a.id, a.action,"                                          \
  " a.resource, a.ip_address, a.chain, a.prev_hash, a.hash, a.payload, a.timestamp, a.seq"
#define ASKI_SQL_REQUEST_COLUMNS                                                                                       \
  "r.speaker_id, r.user_id, r.application_id, r.role_id, r.status, r.decision, r.decision_salt, r.sentence,"           \
  " r.sentence_salt, r.facts, r.facts_salt, r.content_hash, r.config_hash, r.policy_hash, r.timestamp, r.expires_at,"  \
  " r.pattern, r.approved"

#endif
