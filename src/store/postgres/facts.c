/* SPDX-License-Identifier: Apache-2.0
 *
 * The catalogue's version and facts: one statement, so that all of it is of one moment. */
#include "store/common/rows.h"
#include "store/common/texts.h"
#include "store/postgres/slots.h"

typedef struct facts_load {
  askiam_facts *facts;
  const askiam_allocator *allocator;
  askiam_error *error;
  const PGresult *result;
  bool is_requester; /* the user asks for himself */
} facts_load;

/* The parts, as the statement numbers them. */
typedef enum facts_part {
  PART_VERSION,
  PART_USER,
  PART_REQUESTER,
  PART_APPLICATION,
  PART_ROLE,
  PART_GRANT,
  PART_PREREQUISITE,
  PART_CONFLICT,
  PART_RESTRICTION,
  PARTS
} facts_part;

enum { TEXT_1 = 1, TEXT_2, TEXT_3, TEXT_4, TEXT_5, TEXT_6, TEXT_7, NUMBER_1, NUMBER_2 };

static askiam_str s_text(const facts_load *load, int row, int column)
{
  return aski_pg_text(load->result, row, column);
}

static askiam_status s_add_version(facts_load *load, int row)
{
  askiam_facts_set_version(load->facts, (uint64_t)aski_pg_number(load->result, row, NUMBER_1));
  return askiam_facts_set_policies(load->facts, (uint64_t)aski_pg_number(load->result, row, NUMBER_2),
                                   s_text(load, row, TEXT_1));
}

static askiam_status s_add_attribute(void *context, askiam_str key, askiam_str value)
{
  facts_load *load = context;
  return askiam_facts_add_user_attribute(load->facts, key, value);
}

static askiam_status s_add_requester(facts_load *load, int row)
{
  return askiam_facts_set_requester(load->facts, s_text(load, row, TEXT_1), s_text(load, row, TEXT_2),
                                    aski_store_entity_status(s_text(load, row, TEXT_4)));
}

static askiam_status s_add_user(facts_load *load, int row)
{
  askiam_status status =
      askiam_facts_set_user(load->facts, s_text(load, row, TEXT_1), s_text(load, row, TEXT_2),
                            s_text(load, row, TEXT_3), aski_store_entity_status(s_text(load, row, TEXT_4)));
  if (status == ASKIAM_STATUS_OK) {
    status = aski_store_read_texts(s_text(load, row, TEXT_5), load->allocator, s_add_attribute, load, load->error);
  }
  return status == ASKIAM_STATUS_OK && load->is_requester ? s_add_requester(load, row) : status;
}

static askiam_status s_add_application(facts_load *load, int row)
{
  return askiam_facts_set_application(load->facts, s_text(load, row, TEXT_1), s_text(load, row, TEXT_2),
                                      s_text(load, row, TEXT_3), aski_store_entity_status(s_text(load, row, TEXT_4)));
}

static askiam_status s_add_permission(void *context, askiam_str key, askiam_str value)
{
  facts_load *load = context;
  (void)key;
  return askiam_facts_add_permission(load->facts, value);
}

static askiam_status s_add_role(facts_load *load, int row)
{
  askiam_status status = askiam_facts_set_role(
      load->facts, s_text(load, row, TEXT_1), s_text(load, row, TEXT_3), s_text(load, row, TEXT_2),
      s_text(load, row, TEXT_5), s_text(load, row, TEXT_6), aski_store_entity_status(s_text(load, row, TEXT_4)));
  return status != ASKIAM_STATUS_OK
             ? status
             : aski_store_read_texts(s_text(load, row, TEXT_7), load->allocator, s_add_permission, load, load->error);
}

static askiam_status s_add_grant(facts_load *load, int row)
{
  return askiam_facts_add_grant(
      load->facts, s_text(load, row, TEXT_1), s_text(load, row, TEXT_2), aski_pg_number(load->result, row, NUMBER_1),
      aski_pg_number(load->result, row, NUMBER_2), aski_store_grant_status(s_text(load, row, TEXT_4)));
}

static askiam_status s_add_prerequisite(facts_load *load, int row)
{
  return askiam_facts_add_prerequisite(load->facts, s_text(load, row, TEXT_1), s_text(load, row, TEXT_2));
}

static askiam_status s_add_conflict(facts_load *load, int row)
{
  return askiam_facts_add_conflict(load->facts, s_text(load, row, TEXT_1), s_text(load, row, TEXT_2),
                                   s_text(load, row, TEXT_3));
}

static askiam_status s_set_restriction(facts_load *load, int row)
{
  return askiam_facts_set_restriction(load->facts, s_text(load, row, TEXT_1));
}

static const struct {
  const char *name; /* what `queries_executed` calls the part */
  askiam_status (*add)(facts_load *load, int row);
} s_parts[PARTS] = {
    [PART_VERSION] = {"catalogue_version", s_add_version},
    [PART_USER] = {"users.by_id", s_add_user},
    [PART_REQUESTER] = {"users.requester_by_id", s_add_requester},
    [PART_APPLICATION] = {"applications.by_id", s_add_application},
    [PART_ROLE] = {"roles.by_id", s_add_role},
    [PART_GRANT] = {"user_roles.by_user", s_add_grant},
    [PART_PREREQUISITE] = {"role_prerequisites.by_role", s_add_prerequisite},
    [PART_CONFLICT] = {"role_conflicts.of_user_roles", s_add_conflict},
    [PART_RESTRICTION] = {"role_restrictions.by_role_and_user", s_set_restriction},
};

static askiam_status s_load(facts_load *load, const bool wanted[PARTS])
{
  uint64_t rows[PARTS] = {0};
  askiam_status status = ASKIAM_STATUS_OK;
  int count = PQntuples(load->result);
  for (int row = 0; row < count && status == ASKIAM_STATUS_OK; ++row) {
    int64_t part = aski_pg_number(load->result, row, 0);
    if (part >= 0 && part < PARTS) {
      ++rows[part];
      status = s_parts[part].add(load, row);
    }
  }
  for (int part = 0; part < PARTS && status == ASKIAM_STATUS_OK; ++part) {
    if (wanted[part]) {
      status = askiam_facts_add_query(load->facts, s_parts[part].name, rows[part]);
    }
  }
  return status == ASKIAM_STATUS_NO_MEMORY ? aski_pg_no_memory(load->error) : status;
}

askiam_status aski_pg_facts(void *self, const askiam_call *call, askiam_str user_id, askiam_str requester_id,
                            askiam_str application_id, askiam_str role_id, askiam_facts *facts, askiam_error *error)
{
  aski_pg_store *store = self;
  bool user = aski_str_present(user_id);
  bool role = aski_str_present(role_id);
  bool himself = user && aski_str_present(requester_id) && aski_str_equal(requester_id, user_id);
  const bool wanted[PARTS] = {[PART_VERSION] = true,
                              [PART_USER] = user,
                              [PART_REQUESTER] = aski_str_present(requester_id) && !himself,
                              [PART_APPLICATION] = aski_str_present(application_id),
                              [PART_ROLE] = role,
                              [PART_GRANT] = user,
                              [PART_PREREQUISITE] = role,
                              [PART_CONFLICT] = user && role,
                              [PART_RESTRICTION] = user && role};
  aski_arena arena;
  aski_pg_values values;
  aski_arena_init(&arena, store->allocator); /* takes no memory for texts */
  aski_pg_values_init(&values, &arena);
  aski_pg_add_text(&values, user_id);
  aski_pg_add_text(&values, himself ? ASKI_STR_NONE : requester_id);
  aski_pg_add_text(&values, application_id);
  aski_pg_add_text(&values, role_id);
  aski_pg *connection = NULL;
  PGresult *result = NULL;
  askiam_status status =
      aski_pg_ask(&connection, &result, store, ASKI_PG_FROM_PRIMARY, ASKI_PG_SQL_FACTS, &values, call, error);
  if (status == ASKIAM_STATUS_OK) {
    facts_load load = {facts, store->allocator, error, result, himself};
    status = s_load(&load, wanted);
    aski_pg_answered(store, connection, result);
  }
  return status;
}

askiam_status aski_pg_version(void *self, const askiam_call *call, uint64_t *out_version, askiam_error *error)
{
  aski_pg_store *store = self;
  aski_arena arena;
  aski_pg_values none;
  aski_arena_init(&arena, store->allocator);
  aski_pg_values_init(&none, &arena);
  aski_pg *connection = NULL;
  PGresult *result = NULL;
  *out_version = 0;
  askiam_status status =
      aski_pg_ask(&connection, &result, store, ASKI_PG_FROM_PRIMARY, ASKI_PG_SQL_VERSION, &none, call, error);
  if (status == ASKIAM_STATUS_OK) {
    *out_version = PQntuples(result) > 0 ? (uint64_t)aski_pg_number(result, 0, 0) : 0;
    aski_pg_answered(store, connection, result);
  }
  return status;
}
