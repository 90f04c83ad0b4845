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
} world;

static inline askiam_str text(const char *literal) { return askiam_str_from(literal); }

/* False where memory ran out. */
static inline bool world_fill(world *w)
{
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

static inline void world_clean_up(world *w) { aski_arena_clean_up(&w->arena); }

static inline void grant(world *w, const char *role_id, const char *name, int64_t from_ms, int64_t to_ms,
                         askiam_grant_status status)
{
  askiam_facts_add_grant(&w->facts, text(role_id), text(name), from_ms, to_ms, status);
}

static inline void evaluate(world *w) { aski_rules_evaluate(&w->rules, &w->arena, &w->facts, &w->input); }

#endif
