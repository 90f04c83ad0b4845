/* SPDX-License-Identifier: Apache-2.0
 *
 * The contract suites' stage: a store that is opened, migrated and filled with a small organisation, with a counting allocator and a
 * clock that stands still. Everything goes through the driver's tables, as an engine would. */
#ifndef TESTS_CONTRACT_SUPPORT_H
#define TESTS_CONTRACT_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <askiam/backend/admin.h>
#include <askiam/backend/catalogue.h>
#include <askiam/backend/journal.h>
#include <askiam/backend/state.h>

#include "backend/options.h"
#include "base/time.h"
#include "model/candidates.h"
#include "model/case.h"
#include "model/facts.h"
#include "model/record.h"
#include "support/allocator.h"

/* Where a store differs from the others. */
#define CONTRACT_ONE_CONNECTION 0x1u /* no second caller while one works: in memory */
#define CONTRACT_VOLATILE 0x2u       /* gone when it is closed */

enum { CONTRACT_URL_BYTES = 256 };

typedef struct contract_place {
  const char *name;
  const askiam_store_driver *(*driver)(void);
  const char *url; /* followed by the path of a new file; whole where it is VOLATILE */
  void (*make)(
      char
          out_url[CONTRACT_URL_BYTES]); /* makes a new, empty database, instead of `url`; NULL: nothing is to be made */
  unsigned quirks;
  const char *chain;    /* the first of its audit chains */
  const char *prepared; /* store.prepared; NULL: the default */
} contract_place;

/* Every store that the suites run over. */
extern const contract_place contract_places[];
extern const size_t contract_place_count;

#define CONTRACT_NOW_MS INT64_C(1800000000000)

typedef struct contract {
  const contract_place *place;
  const askiam_store_driver *driver;
  void *self;
  char folder[64];
  char url[CONTRACT_URL_BYTES];
  test_allocator allocator;
  askiam_clock clock;
  struct askiam_call call;
  aski_arena arena; /* of what a test asks for */
  askiam_error error;
} contract;

/* For a group over the place at `contract_current`: opens, migrates; `contract_setup_filled` also imports the organisation. */
extern const contract_place *contract_current;
/* store.busy_timeout_ms of every store that is opened from now on. */
extern const char *contract_busy_timeout;
int contract_setup(void **state);
int contract_setup_filled(void **state);
int contract_teardown(void **state);
/* Closes and opens the store again. */
void contract_reopen(contract *c);
/* The same place once more, for a child process: what was open before a fork is its parent's. NULL on failure. */
void *contract_open_other(contract *c);
/* Runs a group of tests over every place; the number of failures. */
int contract_run(const char *name, const struct CMUnitTest *tests, size_t count);

/* An import: begin, rows, commit. Values are NUL-terminated, ended by NULL. */
void *contract_import(contract *c);
void contract_row(contract *c, void *session, askiam_table table, uint64_t row, ...);
askiam_status contract_commit(contract *c, void *session);
void contract_fill(contract *c);
#define contract_s(text) askiam_str_from(text)

/* Appends the first entry of the chain "main": the request "x" of a requester, in which one field more says something. */
void contract_append_first(contract *c, const char *requester, askiam_record_field field, const char *text);

#endif
