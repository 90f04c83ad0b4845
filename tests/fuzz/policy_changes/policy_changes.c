/* SPDX-License-Identifier: Apache-2.0
 *
 * Any document as policies about access requests: what its statements find and what could be changed about them is told in words that are
 * UTF-8, and there is something to try. */
#include <stdlib.h>

#include "base/text.h"
#include "policy/wanted.h"
#include "policy/words.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* 2026-06-15T00:00:00Z */
#define NOW_MS INT64_C(1781481600000)

static void s_require(bool holds)
{
  if (!holds) {
    abort();
  }
}

static void s_check_try(const aski_policy_try *value, aski_policy_circumstance what)
{
  bool text = what == ASKI_POLICY_ADDRESS || what == ASKI_POLICY_AGENT;
  s_require(text ? value->text.length > 0 && aski_text_valid(value->text) : value->number_ms >= 0);
  s_require(what != ASKI_POLICY_TIME || value->number_ms > NOW_MS);
}

/* What all clauses about one circumstance want together, with each value that is worth a try. */
static void s_check_changes(aski_arena *arena, const aski_policy_statement *statement, aski_policy_circumstance what,
                            bool hold)
{
  aski_policy_clauses clauses = {.count = 0};
  aski_policy_tries tries = {.count = 0};
  for (size_t i = 0; i < statement->clauses.count; ++i) {
    if (aski_policy_circumstance_of(statement->clauses.items[i].key) == what) {
      *ASKI_ARENA_PUSH(arena, &clauses) = &statement->clauses.items[i];
    }
  }
  aski_policy_tries_of(&tries, arena, what, &clauses, NOW_MS);
  s_require(tries.count <= ASKI_POLICY_TRIES_MAX);
  for (size_t i = 0; i < tries.count; ++i) {
    aski_policy_wanted wanted;
    s_check_try(&tries.items[i], what);
    aski_policy_wanted_init(&wanted, what, tries.items[i]);
    for (size_t j = 0; j < clauses.count; ++j) {
      aski_policy_want(&wanted, arena, clauses.items[j], hold);
    }
    s_require(!aski_policy_wanted_settle(&wanted, arena) || aski_text_valid(aski_policy_words_wanted(arena, &wanted)));
  }
}

static void s_check_words(aski_arena *arena, const aski_policy_clause *clause)
{
  const askiam_str values[] = {ASKI_STR("10.0.0.1"), ASKI_STR("28800")};
  for (size_t count = 0; count <= 2; ++count) {
    for (int holds = 0; holds < 2; ++holds) {
      askiam_str words = aski_policy_words_clause(arena, clause, (aski_policy_actual){values, count}, holds == 1);
      s_require(words.length > 0 && aski_text_valid(words));
    }
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  aski_arena arena;
  aski_policy_document document;
  aski_arena_init(&arena, aski_allocator_default());
  askiam_str text = {(const char *)data, size};
  if (size > 0 &&
      aski_policy_read(&document, &arena, text, ASKIAM_POLICY_ACCESS_REQUEST, NULL, NULL, NULL) == ASKIAM_STATUS_OK) {
    for (size_t i = 0; i < document.statements.count; ++i) {
      const aski_policy_statement *statement = &document.statements.items[i];
      for (int what = 0; what < ASKI_POLICY_CIRCUMSTANCES; ++what) {
        s_check_changes(&arena, statement, (aski_policy_circumstance)what, true);
        s_check_changes(&arena, statement, (aski_policy_circumstance)what, false);
      }
      for (size_t j = 0; j < statement->clauses.count; ++j) {
        s_check_words(&arena, &statement->clauses.items[j]);
      }
    }
  }
  aski_arena_clean_up(&arena);
  return 0;
}
