/* SPDX-License-Identifier: Apache-2.0
 *
 * Parts of a transaction that records: for the journal, and for what else is recorded in the transaction that makes
 * it. */
#ifndef ASKI_STORE_SQLITE_JOURNAL_WRITE_H
#define ASKI_STORE_SQLITE_JOURNAL_WRITE_H

#include <askiam/backend/journal.h>

#include "store/sqlite/connection.h"

typedef struct aski_sqlite_journal_write {
  aski_sqlite *connection; /* in a transaction that writes */
  askiam_error *error;
  size_t *out_index; /* which request exists already; may be NULL */
} aski_sqlite_journal_write;

/* CORRUPT where the head of the record's chain is not its last entry. */
askiam_status aski_sqlite_check_head(aski_sqlite_journal_write *write, const askiam_record *record);
/* Moves the head to the record, and adds its entry and its events. CONFLICT where the head is elsewhere. */
askiam_status aski_sqlite_append_entry(aski_sqlite_journal_write *write, const askiam_record *record);

#endif
