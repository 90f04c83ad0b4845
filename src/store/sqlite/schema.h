/* SPDX-License-Identifier: Apache-2.0
 *
 * The schema of the SQLite store, as migrations: each step is SQL that brings a file from one version to the next. Steps that were
 * published are never edited; a change is a new step. docs/data.md explains every table. */
#ifndef ASKI_STORE_SQLITE_SCHEMA_H
#define ASKI_STORE_SQLITE_SCHEMA_H

/* PRAGMA application_id of a file that is ours: "ASKI". */
enum { ASKI_SQLITE_APPLICATION_ID = 0x41534b49 };

/* The version that this library reads and writes; it equals the number of steps. */
int aski_sqlite_schema_version(void);
/* The SQL that leads from `version` to `version` + 1, in parts, ended by NULL; NULL out of range. */
const char *const *aski_sqlite_schema_step(int version);

#endif
