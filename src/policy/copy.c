/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/copy.h"

static aski_policy_texts s_copy_texts(aski_arena *arena, const aski_policy_texts *texts)
{
  if (texts->count == 0) {
    return (aski_policy_texts){0};
  }
  aski_policy_texts copy = {aski_arena_acquire(arena, texts->count, sizeof *copy.items), texts->count, texts->count};
  for (size_t i = 0; copy.items != NULL && i < texts->count; ++i) {
    copy.items[i] = aski_arena_copy(arena, texts->items[i]);
  }
  return copy;
}

static void s_copy_clause(aski_policy_clause *out, aski_arena *arena, const aski_policy_clause *clause)
{
  *out = *clause;
  out->operator_text = aski_arena_copy(arena, clause->operator_text);
  out->key = aski_arena_copy(arena, clause->key);
  out->values = s_copy_texts(arena, &clause->values);
}

static void s_copy_statement(aski_policy_statement *out, aski_arena *arena, const aski_policy_statement *statement)
{
  *out = *statement;
  out->sid = aski_arena_copy(arena, statement->sid);
  out->principals.aws = s_copy_texts(arena, &statement->principals.aws);
  out->principals.service = s_copy_texts(arena, &statement->principals.service);
  out->principals.federated = s_copy_texts(arena, &statement->principals.federated);
  out->principals.canonical = s_copy_texts(arena, &statement->principals.canonical);
  out->actions = s_copy_texts(arena, &statement->actions);
  out->resources = s_copy_texts(arena, &statement->resources);
  size_t count = statement->clauses.count;
  out->clauses.items = count == 0 ? NULL : aski_arena_acquire(arena, count, sizeof *out->clauses.items);
  out->clauses.capacity = count;
  for (size_t i = 0; out->clauses.items != NULL && i < count; ++i) {
    s_copy_clause(&out->clauses.items[i], arena, &statement->clauses.items[i]);
  }
}

void aski_policy_document_copy(aski_policy_document *out, aski_arena *arena, const aski_policy_document *document)
{
  size_t count = document->statements.count;
  *out = *document;
  out->id = aski_arena_copy(arena, document->id);
  out->statements.items = aski_arena_acquire(arena, count, sizeof *out->statements.items);
  out->statements.capacity = count;
  for (size_t i = 0; out->statements.items != NULL && i < count; ++i) {
    s_copy_statement(&out->statements.items[i], arena, &document->statements.items[i]);
  }
}
