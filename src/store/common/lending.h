/* SPDX-License-Identifier: Apache-2.0
 *
 * How a store lends a connection to the search of the same file: a process with one thread then has one, which reads the schema once and
 * keeps pages for both. The engine hands one aski_lending to all that it opens; a store fills it in, a search looks whether it is of its
 * file. The store is closed last. */
#ifndef ASKI_STORE_COMMON_LENDING_H
#define ASKI_STORE_COMMON_LENDING_H

#include <askiam/backend/backend.h>
#include <stdbool.h>

struct sqlite3;

/* A connection on loan, for one thread. Its statements stop when the call that it was lent for is cancelled or late. */
typedef struct aski_lent {
  struct sqlite3 *db;
  void *guest; /* what the borrower keeps with it from loan to loan; NULL at first */
  /* Ends the guest before the connection closes. Without `closing` only its memory: a child process must not touch its parent's files. */
  void (*guest_end)(void *guest, bool closing);
} aski_lent;

typedef struct aski_lending {
  const char *path; /* of the file, as the store was given it; NULL: nothing is lent */
  void *store;
  aski_lent *(*lend)(void *store, const askiam_call *call); /* never waits; NULL: none is idle */
  void (*give_back)(void *store, aski_lent *lent, bool keep);
} aski_lending;

#endif
