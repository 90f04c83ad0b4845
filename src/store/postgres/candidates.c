/* SPDX-License-Identifier: Apache-2.0 */
#include "store/postgres/candidates.h"

#include <stdlib.h>

enum { TOLD_APART = 64, KINDS = 3 };

bool aski_pg_read_found(const aski_pg_look *look, const PGresult *result, int row, aski_pg_found *out_found)
{
  int64_t kind = aski_pg_number(result, row, ASKI_PG_KIND);
  *out_found = (aski_pg_found){.term = (size_t)aski_pg_number(result, row, ASKI_PG_TERM),
                               .kind = (askiam_kind)kind,
                               .id = aski_pg_text(result, row, ASKI_PG_ID),
                               .name = aski_pg_text(result, row, ASKI_PG_NAME),
                               .form = aski_pg_text(result, row, ASKI_PG_FORM),
                               .application_id = aski_pg_text(result, row, ASKI_PG_APPLICATION),
                               .active = aski_str_equal_text(aski_pg_text(result, row, ASKI_PG_STATUS), "active")};
  return out_found->term < askiam_terms_count(look->terms) &&
         (kind == ASKIAM_KIND_USER || kind == ASKIAM_KIND_APPLICATION || kind == ASKIAM_KIND_ROLE);
}

static int s_compare(const void *left, const void *right)
{
  const aski_pg_found *a = left;
  const aski_pg_found *b = right;
  if (a->term != b->term) {
    return a->term < b->term ? -1 : 1;
  }
  if (a->rank != b->rank) {
    return a->rank < b->rank ? -1 : 1;
  }
  if (a->kind != b->kind) {
    return a->kind < b->kind ? -1 : 1;
  }
  int order = aski_str_compare(a->id, b->id);
  return order != 0 ? order : aski_str_compare(a->form, b->form);
}

/* The entities of one kind that a term has got so far; the first ones are told apart. */
typedef struct s_kind {
  askiam_str ids[TOLD_APART];
  size_t count;
} s_kind;

static size_t s_index(askiam_kind kind)
{
  return kind == ASKIAM_KIND_USER ? 0 : kind == ASKIAM_KIND_APPLICATION ? 1 : 2;
}

/* Whether there is room for this entity, which counts once however many of its forms answer. */
static bool s_count(aski_pg_look *look, s_kind *kind, const aski_pg_found *found)
{
  for (size_t i = 0; i < kind->count && i < TOLD_APART; ++i) {
    if (aski_str_equal(kind->ids[i], found->id)) {
      return true;
    }
  }
  if (kind->count >= askiam_terms_limit(look->terms, found->term)) {
    askiam_candidates_truncated(look->candidates, found->term, found->kind);
    return false;
  }
  if (kind->count < TOLD_APART) {
    kind->ids[kind->count] = found->id;
  }
  ++kind->count;
  return true;
}

static bool s_is_same(const aski_pg_found *left, const aski_pg_found *right)
{
  return left->term == right->term && left->kind == right->kind && aski_str_equal(left->id, right->id) &&
         aski_str_equal(left->form, right->form);
}

askiam_status aski_pg_add_found(aski_pg_look *look)
{
  s_kind kinds[KINDS];
  askiam_status status = ASKIAM_STATUS_OK;
  if (look->found.count > 1) {
    qsort(look->found.items, look->found.count, sizeof *look->found.items, s_compare);
  }
  for (size_t i = 0; i < look->found.count && status == ASKIAM_STATUS_OK; ++i) {
    const aski_pg_found *found = &look->found.items[i];
    if (i == 0 || found->term != look->found.items[i - 1].term) {
      for (size_t kind = 0; kind < KINDS; ++kind) {
        kinds[kind].count = 0;
      }
    }
    bool again = i > 0 && s_is_same(found, &look->found.items[i - 1]);
    if (!again && s_count(look, &kinds[s_index(found->kind)], found)) {
      status = askiam_candidates_add(look->candidates, found->term, found->kind, found->id, found->name, found->form,
                                     found->application_id);
      if (status == ASKIAM_STATUS_OK && !found->active) {
        askiam_candidates_inactive(look->candidates);
      }
    }
  }
  look->found.count = 0;
  return status;
}

askiam_status aski_pg_candidates(void *self, const askiam_call *call, const askiam_terms *terms,
                                 askiam_candidates *candidates, askiam_error *error)
{
  aski_pg_store *store = self;
  aski_arena arena;
  aski_arena_init(&arena, store->allocator);
  aski_pg_look look = {
      .store = store, .call = call, .terms = terms, .candidates = candidates, .error = error, .arena = &arena};
  aski_buffer_init(&look.key, store->allocator);
  askiam_status status = aski_pg_look_for_names(&look);
  status = status == ASKIAM_STATUS_OK ? aski_pg_look_for_similar(&look) : status;
  aski_buffer_clean_up(&look.key);
  aski_arena_clean_up(&arena);
  return status == ASKIAM_STATUS_NO_MEMORY ? aski_pg_no_memory(error) : status;
}
