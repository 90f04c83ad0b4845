/* SPDX-License-Identifier: Apache-2.0
 *
 * A small organisation for tests of grants: Ann and Bob, an application with three roles, two of which exclude each
 * other; and somebody with a shell on its store. */
#ifndef TESTS_INTEGRATION_ENGINE_VAULT_H
#define TESTS_INTEGRATION_ENGINE_VAULT_H

#include "fixture.h"

#define VAULT_DAY_MS INT64_C(86400000)
#define VAULT_READER "I need the Reader role in Vault"
#define VAULT_READER_FOR_A_WEEK "I need the Reader role in Vault for 7 days"
#define VAULT_PAYER "I need the Payer role in Vault"
#define VAULT_AUDITOR "I need the Auditor role in Vault"

extern const askiam_str vault_none;

int vault_set_up(void **state);
/* Decides, expecting VALID. */
void vault_approve(fixture *home, const char *user, const char *text, const char *request_id);
/* Fails the test where `text` is not in `json`. */
void vault_expect(const char *json, const char *text);
/* What fulfilling, revoking (by boss), or the status says, checked to hold the texts. */
void vault_fulfil(fixture *home, const char *request_id, const char *first, const char *second);
void vault_revoke(fixture *home, const char *request_id, const char *first, const char *second);
void vault_status(fixture *home, const char *request_id, const char *text);
/* Ends what has come to its end, expecting so many. */
void vault_expire(fixture *home, int count);
askiam_status vault_event(fixture *home, const char *event);
/* The outbox's event of the first request. */
void vault_read_event(fixture *home, char *out, size_t size);

typedef struct vault_lines {
  char text[8192];
  int count;
} vault_lines;
askiam_status vault_line(void *context, askiam_str line);

/* Somebody with a shell: statements; the one number that a query gives; how many rows there are. */
void vault_sql(fixture *home, const char *sql);
long long vault_number(fixture *home, const char *sql);
long long vault_count(fixture *home, const char *from);

#endif
