/* SPDX-License-Identifier: Apache-2.0
 *
 * An allocation of SQLite's own that fails, at a place that a test chooses. For a program with one thread. */
#ifndef TESTS_SUPPORT_SQLITE_MEMORY_H
#define TESTS_SUPPORT_SQLITE_MEMORY_H

#include <stdbool.h>

/* Before anything else is asked of SQLite. */
void test_sqlite_memory_init(void);
/* The n-th allocation from now on fails, once; 0: none. */
void test_sqlite_memory_fail_at(long n);
/* Whether the chosen allocation is still to come. */
bool test_sqlite_memory_waits(void);

#endif
