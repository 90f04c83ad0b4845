/* SPDX-License-Identifier: Apache-2.0
 *
 * Facts in which every check passes, for tests that then spoil one thing. */
#ifndef TESTS_UNIT_RULES_WORLD_H
#define TESTS_UNIT_RULES_WORLD_H

#include <stdbool.h>

#include "rules/rules.h"
#include "support/allocator.h"

#define DAY INT64_C(86400000)
/* 2026-06-15T00:00:00Z */
#define NOW INT64_C(1781481600000)

typedef struct world {
  test_allocator allocator;
  aski_arena arena;
  aski_facts facts;
  aski_rules_input input;
  aski_rules_result rules;
  askiam_policy_set *policies;
} world;

static inline askiam_str text(const char *literal) { return askiam_str_from(literal); }

/* False where memory ran out. */
static inline bool world_fill(world *w)
{
  w->policies = NULL;
  aski_arena_init(&w->arena, &w->allocator.base);
  aski_facts_init(&w->facts, &w->arena);
  w->input = (aski_rules_input){.now_ms = NOW,
                                .soft_codes = (1u << ASKI_CHECK_PREREQUISITES_HELD) | (1u << ASKI_CHECK_POLICY)};
  askiam_facts_set_user(&w->facts, text("jane"), text("Jane Roe"), text("jane@x.org"), ASKIAM_ENTITY_ACTIVE);
  askiam_facts_set_application(&w->facts, text("pay"), text("Payments"), text("owner"), ASKIAM_ENTITY_ACTIVE);
  askiam_facts_set_role(&w->facts, text("approver"), text("pay"), text("Payments Approver"), text(""), text("high"),
                        ASKIAM_ENTITY_ACTIVE);
  askiam_facts_set_policies(&w->facts, 0, text(""));
  askiam_facts_add_query(&w->facts, "facts.user", 1);
  askiam_facts_add_query(&w->facts, "facts.grants", 3);
  return !w->arena.failed;
}

static inline void world_init(world *w)
{
  test_allocator_init(&w->allocator);
  world_fill(w);
}

static inline void world_clean_up(world *w)
{
  askiam_policy_set_destroy(w->policies);
  aski_arena_clean_up(&w->arena);
}

/* Compiles documents, ids and texts by turns, ended by NULL, and gives them to the input. */
static inline void govern(world *w, const char *const *documents)
{
  askiam_policy_builder *builder = NULL;
  uint64_t count = 0;
  askiam_error error = ASKIAM_ERROR_INIT;
  askiam_policy_set_destroy(w->policies);
  w->policies = NULL;
  askiam_status status = askiam_policy_builder_new(&builder, NULL, &error);
  for (; status == ASKIAM_STATUS_OK && documents[2 * count] != NULL; ++count) {
    status = askiam_policy_builder_add(builder, ASKIAM_POLICY_ACCESS_REQUEST, 0, text(documents[2 * count]),
                                       text(documents[2 * count + 1]), &error);
  }
  if (status == ASKIAM_STATUS_OK) {
    status = askiam_policy_builder_build(&w->policies, builder, &error);
  }
  askiam_policy_builder_destroy(builder);
  if (status != ASKIAM_STATUS_OK) {
    fail_msg("%s", error.message);
  }
  askiam_facts_set_policies(&w->facts, count, text("hash"));
  w->input.policies = w->policies;
}
#define GOVERN(w, ...) govern((w), (const char *const[]){__VA_ARGS__, NULL})
/* A document of one statement. */
#define STATEMENT(members)                                                                                             \
  "{\"Version\":\"2012-10-17\",\"Statement\":{" members ",\"Action\":\"askiam:RequestRole\",\"Resource\":\"*\"}}"

static inline void grant(world *w, const char *role_id, const char *name, int64_t from_ms, int64_t to_ms,
                         askiam_grant_status status)
{
  askiam_facts_add_grant(&w->facts, text(role_id), text(name), from_ms, to_ms, status);
}

static inline void evaluate(world *w) { aski_rules_evaluate(&w->rules, &w->arena, &w->facts, &w->input); }

#endif
