/* SPDX-License-Identifier: Apache-2.0 */
#include "support/sqlite_memory.h"

#include <sqlite3.h>
#include <stddef.h>

static sqlite3_mem_methods s_real;
static long s_until_failure; /* 0: none fails */

static bool s_fails(void)
{
  bool counts = s_until_failure > 0;
  s_until_failure -= counts ? 1 : 0;
  return counts && s_until_failure == 0;
}

static void *s_acquire(int bytes) { return s_fails() ? NULL : s_real.xMalloc(bytes); }

static void *s_resize(void *memory, int bytes) { return s_fails() ? NULL : s_real.xRealloc(memory, bytes); }

void test_sqlite_memory_init(void)
{
  sqlite3_config(SQLITE_CONFIG_GETMALLOC, &s_real);
  sqlite3_mem_methods failing = s_real;
  failing.xMalloc = s_acquire;
  failing.xRealloc = s_resize;
  sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 0, 0); /* small pieces, too, are ours */
  sqlite3_config(SQLITE_CONFIG_MALLOC, &failing);
}

void test_sqlite_memory_fail_at(long n) { s_until_failure = n; }

bool test_sqlite_memory_waits(void) { return s_until_failure > 0; }
