/* SPDX-License-Identifier: Apache-2.0
 *
 * The store over PostgreSQL 13 or later by libpq: catalogue, journal, state and admin. Its URLs are libpq's "postgresql://…"; docs/postgresql.md
 * is its guide. */
#ifndef ASKI_STORE_POSTGRES_STORE_H
#define ASKI_STORE_POSTGRES_STORE_H

#include <askiam/backend/backend.h>
#include <askiam/backend/search.h>

/* Static; for askiam_register_store under the name "postgresql". */
const askiam_store_driver *aski_postgres_store_driver(void);
/* Search in the same tables; for askiam_register_search under the same name. */
const askiam_search_vtable *aski_postgres_search(void);

#endif
