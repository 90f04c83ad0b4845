/* SPDX-License-Identifier: Apache-2.0
 *
 * The schema as a list of steps: step N brings version N to N + 1. */
#ifndef ASKI_STORE_POSTGRES_SCHEMA_H
#define ASKI_STORE_POSTGRES_SCHEMA_H

/* A store has a fixed set of audit chains, "main-00" to "main-15": writers of different chains never wait for one another. */
enum { ASKI_PG_CHAINS = 16, ASKI_PG_CHAIN_BYTES = 16 };

int aski_pg_schema_version(void);
/* The statements that lead from `version` to the next, ended by NULL; NULL where there is no such step. */
const char *const *aski_pg_schema_step(int version);
/* "main-07" */
void aski_pg_chain_name(int index, char out[ASKI_PG_CHAIN_BYTES]);
/* Run at each migration: uses pg_trgm where the database has it. */
const char *aski_pg_schema_trigrams(void);

#endif
