/* SPDX-License-Identifier: Apache-2.0
 *
 * The documents of a set of policies, present or past, by one statement. From the primary: facts name the set, and a replica may not have it
 * yet. */
#include "store/common/policy_set.h"
#include "store/postgres/slots.h"

enum { ID, VERSION, HASH, JSON };

static askiam_status s_load(aski_store_policy_set *set, const PGresult *result)
{
  askiam_status status = ASKIAM_STATUS_OK;
  int count = PQntuples(result);
  for (int row = 0; row < count && status == ASKIAM_STATUS_OK; ++row) {
    status = aski_store_policy_set_add(set, aski_pg_text(result, row, ID), aski_pg_number(result, row, VERSION),
                                       aski_pg_text(result, row, HASH), aski_pg_text(result, row, JSON));
  }
  return status;
}

askiam_status aski_pg_policies(void *self, const askiam_call *call, askiam_str set_hash, askiam_policy_fn policy,
                               void *context, askiam_error *error)
{
  aski_pg_store *store = self;
  aski_arena arena;
  aski_pg_values values;
  aski_arena_init(&arena, store->allocator);
  aski_pg_values_init(&values, &arena);
  aski_pg_add_text(&values, set_hash);
  aski_pg *connection = NULL;
  PGresult *result = NULL;
  askiam_status status =
      aski_pg_ask(&connection, &result, store, ASKI_PG_FROM_PRIMARY, ASKI_PG_SQL_POLICY_SET, &values, call, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  aski_store_policy_set set;
  aski_store_policy_set_init(&set, store->allocator, policy, context, error);
  status = aski_store_policy_set_end(&set, set_hash, s_load(&set, result));
  aski_pg_answered(store, connection, result);
  return status == ASKIAM_STATUS_NO_MEMORY ? aski_pg_no_memory(error) : status;
}
