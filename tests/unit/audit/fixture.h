/* SPDX-License-Identifier: Apache-2.0
 *
 * What the tests of the audit room share: a journal in memory, an audit over it, decisions to record, and keys (those of RFC 8032,
 * section 7.1). */
#ifndef TESTS_UNIT_AUDIT_FIXTURE_H
#define TESTS_UNIT_AUDIT_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* after those four */
#include <cmocka.h>

#include "audit/audit.h"
#include "memory_journal.h"
#include "support/allocator.h"
#include "json/json.h"

#define FIXTURE_SENTENCE "I need the sesame role in Workday"
#define FIXTURE_NOW_MS INT64_C(1769000000123)

typedef struct audit_fixture {
  test_allocator allocator;
  memory_journal journal;
  aski_journal handle;
  aski_audit audit;
  askiam_call call;
  aski_facts facts;
  aski_arena arena; /* of the facts */
  aski_buffer out;
  char folder[64]; /* a temporary one, removed at the end */
  askiam_error error;
} audit_fixture;

int fixture_set_up(void **state); /* one chain */
int fixture_tear_down(void **state);

/* A decision about john.doe, Workday, HR Analyst, with this id and first code. */
aski_decision *fixture_decision(audit_fixture *fixture, const char *request_id, aski_code code);
aski_audit_entry fixture_entry(audit_fixture *fixture, aski_decision *decision);
/* Records one, expecting OK. */
void fixture_record(audit_fixture *fixture, const char *request_id, aski_code code);
/* Records r1, r2, … */
void fixture_record_many(audit_fixture *fixture, int count);

/* Verifies into fixture->out; true where it is sound. Paths may be NULL. */
bool fixture_verify(audit_fixture *fixture, const char *checkpoint, const char *public_key);
/* The `what` of the first broken chain, "" where none is; borrowed until the next call. */
const char *fixture_first_break(audit_fixture *fixture);
/* Whether fixture->out holds this text. */
bool fixture_out_has(const audit_fixture *fixture, const char *text);

/* Writes a file into the folder, gives its path: borrowed until 8 further ones were asked for. */
const char *fixture_file(audit_fixture *fixture, const char *name, const char *text);
const char *fixture_path(audit_fixture *fixture, const char *name);
/* Its content; the caller frees it. */
char *fixture_read(const char *path);

extern const char fixture_private_key[];
extern const char fixture_public_key[];
extern const char fixture_other_public_key[];

/* Collects lines in a buffer, each with a line feed. */
askiam_status fixture_collect(void *buffer, askiam_str line);

#endif
