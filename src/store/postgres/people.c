/* SPDX-License-Identifier: Apache-2.0
 *
 * Attributes and held roles of many people, by one statement. */
#include "store/common/texts.h"
#include "store/postgres/slots.h"

enum { PLACE, ATTRIBUTES, ROLE };

typedef struct people_load {
  askiam_people *people;
  size_t index;
} people_load;

static askiam_status s_add_attribute(void *context, askiam_str key, askiam_str value)
{
  people_load *load = context;
  return askiam_people_add_attribute(load->people, load->index, key, value);
}

/* Roles are told of people who were found: of such as exist, by the foreign key. */
static askiam_status s_load(people_load *load, const PGresult *result, const askiam_allocator *allocator,
                            askiam_error *error)
{
  askiam_status status = ASKIAM_STATUS_OK;
  int count = PQntuples(result);
  for (int row = 0; row < count && status == ASKIAM_STATUS_OK; ++row) {
    int64_t place = aski_pg_number(result, row, PLACE);
    askiam_str role = aski_pg_text(result, row, ROLE);
    if (place < 1 || (uint64_t)place > askiam_people_count(load->people)) {
      continue;
    }
    load->index = (size_t)place - 1;
    askiam_people_found(load->people, load->index);
    status = aski_str_present(role) ? askiam_people_add_role(load->people, load->index, role)
                                    : aski_store_read_texts(aski_pg_text(result, row, ATTRIBUTES), allocator,
                                                            s_add_attribute, load, error);
  }
  return status == ASKIAM_STATUS_NO_MEMORY ? aski_pg_no_memory(error) : status;
}

askiam_status aski_pg_people(void *self, const askiam_call *call, askiam_people *people, askiam_error *error)
{
  aski_pg_store *store = self;
  aski_arena arena;
  aski_pg_values values;
  aski_arena_init(&arena, store->allocator);
  aski_pg_values_init(&values, &arena);
  size_t count = askiam_people_count(people);
  askiam_str *ids = aski_arena_acquire(&arena, count + 1, sizeof *ids);
  for (size_t i = 0; i < count && ids != NULL; ++i) {
    ids[i] = askiam_people_id(people, i);
  }
  aski_pg_add_texts(&values, ids, ids == NULL ? 0 : count);
  aski_pg_add_number(&values, askiam_call_now_ms(call));
  aski_pg *connection = NULL;
  PGresult *result = NULL;
  askiam_status status =
      aski_pg_ask(&connection, &result, store, ASKI_PG_FROM_ANY, ASKI_PG_SQL_PEOPLE, &values, call, error);
  if (status == ASKIAM_STATUS_OK) {
    people_load load = {.people = people};
    status = s_load(&load, result, store->allocator, error);
    aski_pg_answered(store, connection, result);
  }
  aski_arena_clean_up(&arena);
  return status;
}
