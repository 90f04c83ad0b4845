/* SPDX-License-Identifier: Apache-2.0
 *
 * The name index: under which numbers a name is kept. An entry of `names` is the hash of a compact key and a reference to what bears the
 * name: a kind and a …_no, ordered so that users come first and aliases last. A role, and an alias of one, has a second entry under the
 * hash within its application. SQLite stores the 48 bits of a hash in six
 * bytes. */
#ifndef ASKI_STORE_SQLITE_NAMES_H
#define ASKI_STORE_SQLITE_NAMES_H

#include "store/common/keys.h"

typedef enum aski_sqlite_bearer {
  ASKI_SQLITE_USER,
  ASKI_SQLITE_APPLICATION,
  ASKI_SQLITE_ROLE,
  ASKI_SQLITE_ALIAS,
  ASKI_SQLITE_BEARERS
} aski_sqlite_bearer;

static inline int64_t aski_sqlite_ref(aski_sqlite_bearer bearer, int64_t number)
{
  return ((int64_t)bearer << 40) | number;
}
static inline aski_sqlite_bearer aski_sqlite_ref_bearer(int64_t ref) { return (aski_sqlite_bearer)(ref >> 40); }
static inline int64_t aski_sqlite_ref_number(int64_t ref) { return ref & ((INT64_C(1) << 40) - 1); }

#endif
