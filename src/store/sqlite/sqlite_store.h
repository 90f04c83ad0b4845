/* SPDX-License-Identifier: Apache-2.0
 *
 * The SQLite store: all four tables over one file. `sqlite:PATH`. */
#ifndef ASKI_STORE_SQLITE_SQLITE_STORE_H
#define ASKI_STORE_SQLITE_SQLITE_STORE_H

#include <askiam/backend/backend.h>

/* Static. */
const askiam_store_driver *aski_sqlite_store_driver(void);

#endif
