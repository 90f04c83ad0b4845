/* SPDX-License-Identifier: Apache-2.0 */
#include "model/candidates.h"

#include <stdlib.h>

void aski_terms_init(askiam_terms *terms, aski_arena *arena) { *terms = (askiam_terms){.arena = arena}; }

bool aski_terms_add(askiam_terms *terms, const aski_term *term)
{
  aski_term *added = ASKI_ARENA_PUSH(terms->arena, terms);
  if (added == NULL) {
    return false;
  }
  *added = *term;
  added->key = aski_arena_copy(terms->arena, term->key);
  added->application_id = aski_arena_copy(terms->arena, term->application_id);
  return !terms->arena->failed;
}

static int s_compare_numbers(size_t left, size_t right) { return left < right ? -1 : left > right; }

static int s_compare_terms(const void *left, const void *right)
{
  const aski_term *a = left;
  const aski_term *b = right;
  int order = s_compare_numbers(a->mode, b->mode);
  order = order != 0 ? order : aski_str_compare(a->key, b->key);
  return order != 0 ? order : s_compare_numbers(a->tag, b->tag);
}

void aski_terms_sort(askiam_terms *terms)
{
  if (terms->count > 1) {
    qsort(terms->items, terms->count, sizeof *terms->items, s_compare_terms);
  }
}

static const aski_term *s_term(const askiam_terms *terms, size_t index)
{
  static const aski_term none = {.kinds = 0};
  return terms != NULL && index < terms->count ? &terms->items[index] : &none;
}

size_t askiam_terms_count(const askiam_terms *terms) { return terms == NULL ? 0 : terms->count; }
askiam_term_mode askiam_terms_mode(const askiam_terms *terms, size_t index) { return s_term(terms, index)->mode; }
unsigned askiam_terms_kinds(const askiam_terms *terms, size_t index) { return s_term(terms, index)->kinds; }
askiam_str askiam_terms_key(const askiam_terms *terms, size_t index) { return s_term(terms, index)->key; }
unsigned askiam_terms_distance(const askiam_terms *terms, size_t index) { return s_term(terms, index)->distance; }
size_t askiam_terms_limit(const askiam_terms *terms, size_t index) { return s_term(terms, index)->limit; }

askiam_str askiam_terms_application_id(const askiam_terms *terms, size_t index)
{
  return s_term(terms, index)->application_id;
}

void aski_candidates_init(askiam_candidates *candidates, aski_arena *arena, size_t term_count)
{
  *candidates = (askiam_candidates){.arena = arena, .term_count = term_count};
}

static bool s_is_kind(askiam_kind kind)
{
  return kind == ASKIAM_KIND_USER || kind == ASKIAM_KIND_APPLICATION || kind == ASKIAM_KIND_ROLE;
}

askiam_status askiam_candidates_add(askiam_candidates *candidates, size_t term, askiam_kind kind, askiam_str id,
                                    askiam_str name, askiam_str form, askiam_str application_id)
{
  if (candidates == NULL || term >= candidates->term_count || !s_is_kind(kind) || !aski_str_present(id)) {
    return ASKIAM_STATUS_INVALID_ARGUMENT;
  }
  aski_arena *arena = candidates->arena;
  aski_candidate *added = ASKI_ARENA_PUSH(arena, candidates);
  if (added == NULL) {
    return ASKIAM_STATUS_NO_MEMORY;
  }
  *added = (aski_candidate){.term = term,
                            .kind = kind,
                            .id = aski_arena_copy(arena, id),
                            .name = aski_arena_copy(arena, name),
                            .form = aski_arena_copy(arena, form),
                            .application_id = aski_arena_copy(arena, application_id)};
  return arena->failed ? ASKIAM_STATUS_NO_MEMORY : ASKIAM_STATUS_OK;
}

void askiam_candidates_inactive(askiam_candidates *candidates)
{
  if (candidates != NULL && candidates->count > 0) {
    candidates->items[candidates->count - 1].inactive = true;
  }
}

void askiam_candidates_truncated(askiam_candidates *candidates, size_t term, askiam_kind kind)
{
  if (candidates == NULL || term >= candidates->term_count || !s_is_kind(kind)) {
    return;
  }
  if (candidates->truncated == NULL) {
    candidates->truncated = aski_arena_acquire(candidates->arena, candidates->term_count, 1);
  }
  if (candidates->truncated != NULL) {
    candidates->truncated[term] = (unsigned char)(candidates->truncated[term] | (unsigned)kind);
  }
}

bool aski_candidates_is_truncated(const askiam_candidates *candidates, size_t term, askiam_kind kind)
{
  return candidates->truncated != NULL && term < candidates->term_count &&
         (candidates->truncated[term] & (unsigned)kind) != 0;
}

static int s_compare_candidates(const void *left, const void *right)
{
  const aski_candidate *a = left;
  const aski_candidate *b = right;
  int order = s_compare_numbers(a->term, b->term);
  order = order != 0 ? order : s_compare_numbers(a->kind, b->kind);
  order = order != 0 ? order : aski_str_compare(a->id, b->id);
  order = order != 0 ? order : aski_str_compare(a->form, b->form);
  order = order != 0 ? order : aski_str_compare(a->name, b->name);
  return order != 0 ? order : aski_str_compare(a->application_id, b->application_id);
}

void aski_candidates_sort(askiam_candidates *candidates)
{
  if (candidates->count > 1) {
    qsort(candidates->items, candidates->count, sizeof *candidates->items, s_compare_candidates);
  }
}
