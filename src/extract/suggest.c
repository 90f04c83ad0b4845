/* SPDX-License-Identifier: Apache-2.0
 *
 * Suggestions and lists for questions. Likeness is the library's own (shared pairs of letters, then the id), so that every store
 * gives the same order. */
#include <stdlib.h>

#include "base/text.h"
#include "extract/answer.h"

enum { LISTED_MAX = 6, SIMILAR_MAX = 20, PAIRS_MAX = 96 };

static askiam_status s_look_up(aski_answerer *answerer, const aski_term *term, askiam_candidates *candidates)
{
  aski_work *work = answerer->work;
  askiam_terms terms;
  aski_terms_init(&terms, work->arena);
  aski_terms_add(&terms, term);
  aski_candidates_init(candidates, work->arena, 1);
  if (work->arena->failed || answerer->status != ASKIAM_STATUS_OK) {
    return ASKIAM_STATUS_NO_MEMORY;
  }
  askiam_status status = aski_catalogue_candidates(work->catalogue, work->call, &terms, candidates, work->error);
  answerer->status = status;
  return status;
}

/* Dice's coefficient over pairs of neighbouring bytes. */
static double s_likeness(askiam_str left, askiam_str right)
{
  if (left.length < 2 || right.length < 2) {
    return aski_str_equal(left, right) ? 1 : 0;
  }
  bool used[PAIRS_MAX] = {false};
  size_t left_pairs = left.length - 1 < PAIRS_MAX ? left.length - 1 : PAIRS_MAX;
  size_t right_pairs = right.length - 1 < PAIRS_MAX ? right.length - 1 : PAIRS_MAX;
  size_t shared = 0;
  for (size_t i = 0; i < left_pairs; ++i) {
    for (size_t j = 0; j < right_pairs; ++j) {
      if (!used[j] && left.data[i] == right.data[j] && left.data[i + 1] == right.data[j + 1]) {
        used[j] = true;
        ++shared;
        break;
      }
    }
  }
  return 2.0 * (double)shared / (double)(left_pairs + right_pairs);
}

static void s_insert(aski_suggestions *suggestions, const aski_suggestion *suggestion)
{
  for (size_t i = 0; i < suggestions->count; ++i) {
    if (suggestions->items[i].kind == suggestion->kind && aski_str_equal(suggestions->items[i].id, suggestion->id)) {
      return;
    }
  }
  size_t at = suggestions->count;
  while (at > 0 && (suggestions->items[at - 1].score < suggestion->score ||
                    (suggestions->items[at - 1].score <= suggestion->score &&
                     aski_str_compare(suggestions->items[at - 1].id, suggestion->id) > 0))) {
    --at;
  }
  if (at >= ASKI_SUGGESTIONS_MAX) {
    return;
  }
  size_t moved = suggestions->count < ASKI_SUGGESTIONS_MAX ? suggestions->count : ASKI_SUGGESTIONS_MAX - 1;
  memmove(&suggestions->items[at + 1], &suggestions->items[at], (moved - at) * sizeof *suggestions->items);
  suggestions->items[at] = *suggestion;
  suggestions->count = moved + 1;
}

static void s_insert_candidates(aski_answerer *answerer, const askiam_candidates *candidates, askiam_str key)
{
  aski_work *work = answerer->work;
  for (size_t i = 0; i < candidates->count && !work->arena->failed; ++i) {
    const aski_candidate *candidate = &candidates->items[i];
    if (candidate->inactive) {
      continue;
    }
    askiam_str form = aski_text_compact(work->arena, aski_text_key(work->arena, candidate->form));
    aski_suggestion suggestion = {.kind = candidate->kind,
                                  .id = candidate->id,
                                  .name = candidate->name,
                                  .application_id = candidate->application_id,
                                  .score = key.length == 0 ? 0 : s_likeness(key, form)};
    s_insert(&work->reading->suggestions, &suggestion);
  }
}

void aski_answer_suggest(aski_answerer *answerer, askiam_kind kind, size_t first, size_t last)
{
  aski_work *work = answerer->work;
  askiam_candidates candidates;
  size_t end = last - first > ASKI_NGRAM_WORDS ? first + ASKI_NGRAM_WORDS : last;
  aski_term term = {.mode = ASKIAM_TERM_SIMILAR,
                    .kinds = kind,
                    .key = aski_extract_key(work, first, end, false),
                    .limit = SIMILAR_MAX};
  if (kind == ASKIAM_KIND_ROLE && work->application != NULL) {
    term.application_id = work->application->id;
  }
  if (s_look_up(answerer, &term, &candidates) == ASKIAM_STATUS_OK) {
    s_insert_candidates(answerer, &candidates, aski_extract_key(work, first, end, true));
  }
  if (candidates.count == 0 && aski_str_present(term.application_id)) {
    term.key = ASKI_STR("");
    if (s_look_up(answerer, &term, &candidates) == ASKIAM_STATUS_OK) {
      s_insert_candidates(answerer, &candidates, aski_extract_key(work, first, end, true));
    }
  }
}

void aski_answer_suggest_options(aski_answerer *answerer, const aski_span *span)
{
  for (size_t i = 0; span != NULL && i < span->option_count; ++i) {
    aski_suggestion suggestion = {.kind = span->kind,
                                  .id = span->options[i].id,
                                  .name = span->options[i].name,
                                  .application_id = span->options[i].application_id,
                                  .score = span->score};
    s_insert(&answerer->work->reading->suggestions, &suggestion);
  }
}

static int s_compare(const void *left, const void *right)
{
  askiam_str first;
  askiam_str second;
  memcpy(&first, left, sizeof first);
  memcpy(&second, right, sizeof second);
  return aski_str_compare(first, second);
}

/* Sorted, without repetitions. */
static askiam_str s_join(aski_answerer *answerer, askiam_str *names, size_t count)
{
  aski_arena *arena = answerer->work->arena;
  if (count == 0) {
    return ASKI_STR_NONE;
  }
  qsort(names, count, sizeof *names, s_compare);
  size_t kept = 0;
  for (size_t i = 0; i < count; ++i) {
    if (kept == 0 || !aski_str_equal(names[kept - 1], names[i])) {
      names[kept++] = names[i];
    }
  }
  askiam_str list = names[0];
  size_t listed = kept < LISTED_MAX ? kept : LISTED_MAX;
  for (size_t i = 1; i < listed; ++i) {
    const char *between = i + 1 == kept ? " or " : ", ";
    list = aski_arena_format(arena, "%.*s%s%.*s", ASKI_STR_ARG(list), between, ASKI_STR_ARG(names[i]));
  }
  return kept > listed ? aski_arena_format(arena, "%.*s, …", ASKI_STR_ARG(list)) : list;
}

askiam_str aski_answer_list_options(aski_answerer *answerer, const aski_span *span, bool names)
{
  askiam_str *items = aski_arena_acquire(answerer->work->arena, span->option_count + 1, sizeof *items);
  for (size_t i = 0; items != NULL && i < span->option_count; ++i) {
    const aski_option *option = &span->options[i];
    items[i] = names && !aski_str_equal(option->name, option->id)
                   ? aski_arena_format(answerer->work->arena, "%.*s (%.*s)", ASKI_STR_ARG(option->name),
                                       ASKI_STR_ARG(option->id))
                   : option->id;
  }
  return items == NULL ? ASKI_STR_NONE : s_join(answerer, items, span->option_count);
}

askiam_str aski_answer_list_roles(aski_answerer *answerer, askiam_str application_id)
{
  askiam_candidates candidates;
  aski_term term = {.mode = ASKIAM_TERM_SIMILAR,
                    .kinds = ASKIAM_KIND_ROLE,
                    .key = ASKI_STR(""),
                    .application_id = application_id,
                    .limit = SIMILAR_MAX};
  if (s_look_up(answerer, &term, &candidates) != ASKIAM_STATUS_OK) {
    return ASKI_STR_NONE;
  }
  s_insert_candidates(answerer, &candidates, ASKI_STR(""));
  askiam_str *names = aski_arena_acquire(answerer->work->arena, candidates.count + 1, sizeof *names);
  size_t count = 0;
  for (size_t i = 0; names != NULL && i < candidates.count; ++i) {
    if (!candidates.items[i].inactive) {
      names[count++] = candidates.items[i].name;
    }
  }
  return names == NULL ? ASKI_STR_NONE : s_join(answerer, names, count);
}

askiam_str aski_answer_application_name(aski_answerer *answerer, askiam_str id)
{
  askiam_candidates candidates;
  askiam_str key = aski_text_key(answerer->work->arena, id);
  aski_term term = {.mode = ASKIAM_TERM_EXACT, .kinds = ASKIAM_KIND_APPLICATION, .key = key, .limit = SIMILAR_MAX};
  if (key.length == 0 || s_look_up(answerer, &term, &candidates) != ASKIAM_STATUS_OK) {
    return id;
  }
  for (size_t i = 0; i < candidates.count; ++i) {
    if (aski_str_equal(candidates.items[i].id, id)) {
      return candidates.items[i].name;
    }
  }
  return id;
}

askiam_str aski_answer_list_applications(aski_answerer *answerer, const aski_span *role)
{
  size_t count = role->option_count < (size_t)LISTED_MAX + 1 ? role->option_count : (size_t)LISTED_MAX + 1;
  askiam_str *names = aski_arena_acquire(answerer->work->arena, count + 1, sizeof *names);
  for (size_t i = 0; names != NULL && i < count; ++i) {
    names[i] = aski_answer_application_name(answerer, role->options[i].application_id);
    aski_suggestion suggestion = {
        .kind = ASKIAM_KIND_APPLICATION, .id = role->options[i].application_id, .name = names[i], .score = 1};
    s_insert(&answerer->work->reading->suggestions, &suggestion);
  }
  return names == NULL ? ASKI_STR_NONE : s_join(answerer, names, count);
}

static bool s_is_asked(const aski_work *work, const aski_span *span)
{
  for (size_t i = 0; i < work->parts.count; ++i) {
    const aski_part *part = &work->parts.items[i];
    if (aski_extract_asks(part) && span->first >= part->first && span->first < part->last) {
      return true;
    }
  }
  return false;
}

static bool s_is_inside(const aski_work *work, const aski_span *span)
{
  for (size_t i = 0; i < work->spans.count; ++i) {
    const aski_span *other = &work->spans.items[i];
    if (other->count > span->count && other->kind != ASKIAM_KIND_USER && other->first <= span->first &&
        other->first + other->count >= span->first + span->count) {
      return true;
    }
  }
  return false;
}

askiam_str aski_answer_list_mentions(aski_answerer *answerer)
{
  aski_work *work = answerer->work;
  askiam_str *names = aski_arena_acquire(work->arena, 2 * work->spans.count + 2, sizeof *names);
  askiam_str *roles = names == NULL ? NULL : names + work->spans.count + 1;
  size_t count = 0;
  size_t role_count = 0;
  for (size_t i = 0; names != NULL && i < work->spans.count; ++i) {
    const aski_span *span = &work->spans.items[i];
    if (span->strong && span->kind != ASKIAM_KIND_USER && aski_token_at(work, span->first)->names == span->count &&
        s_is_asked(work, span) && !s_is_inside(work, span)) {
      names[count++] = span->options[0].name;
      if (span->kind == ASKIAM_KIND_ROLE) {
        roles[role_count++] = span->options[0].name;
      }
    }
  }
  if (role_count > 1) { /* the application is no choice between roles */
    return s_join(answerer, roles, role_count);
  }
  return names == NULL ? ASKI_STR_NONE : s_join(answerer, names, count);
}
