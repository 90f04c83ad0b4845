/* SPDX-License-Identifier: Apache-2.0
 *
 * Any document as policies about access requests: what its statements find and what could be changed about them is told in words that are
 * UTF-8, and changes have something to try. */
#include <stdlib.h>

#include "base/text.h"
#include "policy/changes.h"
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

static void s_check_changes(aski_arena *arena, const aski_policy_statement *statement, bool hold)
{
  aski_policy_changes changes = {.count = 0};
  aski_policy_changes_of(&changes, arena, statement, hold, NOW_MS);
  s_require(changes.count <= ASKI_POLICY_CHANGES_MAX);
  for (size_t i = 0; i < changes.count; ++i) {
    const aski_policy_change *change = &changes.items[i];
    s_require(aski_text_valid(aski_policy_words_change(arena, change, 1)));
    bool text = change->what == ASKI_POLICY_ADDRESS || change->what == ASKI_POLICY_AGENT;
    s_require(text ? change->value.length > 0 && aski_text_valid(change->value) : change->number >= 0);
    s_require(change->what != ASKI_POLICY_TIME || change->number >= NOW_MS);
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
      s_check_changes(&arena, statement, true);
      s_check_changes(&arena, statement, false);
      for (size_t j = 0; j < statement->clauses.count; ++j) {
        s_check_words(&arena, &statement->clauses.items[j]);
      }
    }
  }
  aski_arena_clean_up(&arena);
  return 0;
}
