/* SPDX-License-Identifier: Apache-2.0
 *
 * Every statement that a request, or a look into the journal, runs, in one table: each connection prepares it once. A step of a request is
 * one of them. Import has statements of its own (merge_sql.c). */
#ifndef ASKI_STORE_POSTGRES_STATEMENTS_H
#define ASKI_STORE_POSTGRES_STATEMENTS_H

typedef enum aski_pg_sql {
  ASKI_PG_SQL_SCHEMA,
  ASKI_PG_SQL_BEGIN,
  ASKI_PG_SQL_COMMIT,
  /* the catalogue */
  ASKI_PG_SQL_VERSION,
  ASKI_PG_SQL_FACTS,
  ASKI_PG_SQL_PEOPLE,
  ASKI_PG_SQL_NAMES,
  ASKI_PG_SQL_SIMILAR,
  ASKI_PG_SQL_TRIGRAMS,
  ASKI_PG_SQL_POLICY_SET,
  /* the journal */
  ASKI_PG_SQL_HEADS,
  ASKI_PG_SQL_LOCK_HEADS,
  ASKI_PG_SQL_HEAD_FITS,
  ASKI_PG_SQL_APPEND,
  ASKI_PG_SQL_IS_RECORDED,
  ASKI_PG_SQL_FIND,
  ASKI_PG_SQL_UNAUDITED,
  ASKI_PG_SQL_OUTBOX_NEXT,
  ASKI_PG_SQL_OUTBOX_DONE,
  ASKI_PG_SQL_CHECKPOINT,
  ASKI_PG_SQL_ERASE,
  /* state */
  ASKI_PG_SQL_GRANT_STATE,
  ASKI_PG_SQL_SESSION_GET,
  ASKI_PG_SQL_SESSION_INSERT,
  ASKI_PG_SQL_SESSION_UPDATE,
  ASKI_PG_SQL_SESSION_DROP,
  /* knowledge */
  ASKI_PG_SQL_IN_SCOPE,
  ASKI_PG_SQL_DOCUMENTS,
  ASKI_PG_SQL_PATTERNS,
  ASKI_PG_SQL_COUNT
} aski_pg_sql;

/* Static text. */
const char *aski_pg_sql_text(aski_pg_sql sql);

#endif
