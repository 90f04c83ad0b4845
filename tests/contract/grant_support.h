/* SPDX-License-Identifier: Apache-2.0
 *
 * Decisions and changes of grants for the suites over them: of john.doe's role wd-hr in workday, asked for by li.wei. */
#ifndef TESTS_CONTRACT_GRANT_SUPPORT_H
#define TESTS_CONTRACT_GRANT_SUPPORT_H

#include "support.h"

enum { ENDED_MS = 5000 };

/* The hash that the entry at `seq` has. */
void grant_hash(char out[65], int64_t seq);
/* Records a decision at `seq` of the first chain, at the time 1000 + seq. */
void grant_decide(contract *c, const char *request, const char *status, int64_t seq);
uint64_t grant_version(contract *c);
/* From requested to granted, as seen now. */
askiam_grant_change grant_change(contract *c, const char *request, const char *entry_hash);
/* Applies it with an entry GRANTED at `seq`. */
askiam_status grant_apply(contract *c, const askiam_grant_change *change, int64_t seq);

#endif
