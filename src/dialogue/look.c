/* SPDX-License-Identifier: Apache-2.0
 *
 * Names looked up in the catalogue. Only what is called exactly so is found; what is merely alike is offered. */
#include "dialogue/parts.h"
#include "extract/extract.h"

enum { NAMES_MAX = 20, DISTANCE_MAX = 8 };

static askiam_status s_no_memory(aski_turn_work *work)
{
  return askiam_error_set(work->error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_ENGINE, "out of memory in a conversation");
}

static askiam_status s_look(aski_turn_work *work, const aski_term *term, askiam_candidates *candidates)
{
  askiam_terms terms;
  aski_terms_init(&terms, work->arena);
  aski_terms_add(&terms, term);
  aski_candidates_init(candidates, work->arena, 1);
  if (work->arena->failed) {
    return s_no_memory(work);
  }
  askiam_status status = work->world->candidates(work->world->context, &terms, candidates, work->error);
  return status == ASKIAM_STATUS_OK && work->arena->failed ? s_no_memory(work) : status;
}

aski_dialogue_entity aski_dialogue_entity_of(aski_turn_work *work, askiam_str id, askiam_str name)
{
  askiam_str clean = aski_dialogue_clean(work->arena, name, ASKI_DIALOGUE_NAME_MAX_BYTES);
  return (aski_dialogue_entity){aski_arena_copy(work->arena, id),
                                clean.length == 0 ? aski_arena_copy(work->arena, id) : clean};
}

static aski_dialogue_choice s_choice(aski_turn_work *work, const aski_candidate *candidate)
{
  aski_dialogue_entity entity = aski_dialogue_entity_of(work, candidate->id, candidate->name);
  return (aski_dialogue_choice){candidate->kind, entity.id, entity.name,
                                aski_arena_copy(work->arena, candidate->application_id)};
}

static void s_add_found(aski_turn_work *work, aski_dialogue_found *found, const aski_candidate *candidate)
{
  for (size_t i = 0; i < found->count; ++i) {
    if (aski_str_equal(found->items[i].id, candidate->id)) {
      return;
    }
  }
  if (found->count == ASKI_DIALOGUE_FOUND_MAX) {
    found->more = true;
    return;
  }
  found->items[found->count++] = s_choice(work, candidate);
}

static bool s_is_spelt(askiam_str words, askiam_str name)
{
  size_t used = 0;
  return aski_text_starts_caseless(words, name, &used) && used == words.length;
}

/* An id that was typed as it is spelt means whom it belongs to ("alex.kim"), though it reads like the name of others ("Alex Kim"); unless one of
 * them is called just that. */
static void s_prefer_id(aski_dialogue_found *found, askiam_str words)
{
  const aski_dialogue_choice *owner = NULL;
  bool doubtful = found->more;
  for (size_t i = 0; i < found->count; ++i) {
    const aski_dialogue_choice *item = &found->items[i];
    bool owns = s_is_spelt(words, item->id);
    doubtful = doubtful || (owns && owner != NULL) || (!owns && s_is_spelt(words, item->name));
    owner = owns ? item : owner;
  }
  if (owner != NULL && !doubtful) {
    found->items[0] = *owner;
    found->count = 1;
  }
}

askiam_status aski_dialogue_find(aski_turn_work *work, askiam_kind kind, askiam_str words, askiam_str application_id,
                                 aski_dialogue_found *out_found)
{
  *out_found = (aski_dialogue_found){.count = 0};
  aski_term term = {.mode = ASKIAM_TERM_EXACT,
                    .kinds = kind,
                    .key = aski_text_key(work->arena, words),
                    .application_id = application_id,
                    .limit = ASKI_DIALOGUE_FOUND_MAX};
  if (term.key.length == 0) {
    return work->arena->failed ? s_no_memory(work) : ASKIAM_STATUS_OK;
  }
  askiam_candidates candidates;
  askiam_status status = s_look(work, &term, &candidates);
  for (size_t i = 0; status == ASKIAM_STATUS_OK && i < candidates.count; ++i) {
    const aski_candidate *candidate = &candidates.items[i];
    bool elsewhere = kind == ASKIAM_KIND_ROLE && aski_str_present(application_id) &&
                     !aski_str_equal(candidate->application_id, application_id);
    if (candidate->kind == kind && !elsewhere && aski_extract_same_symbols(words, candidate->form)) {
      s_add_found(work, out_found, candidate);
    }
  }
  if (kind == ASKIAM_KIND_USER) {
    s_prefer_id(out_found, aski_str_trim(words));
  }
  return status == ASKIAM_STATUS_OK && work->arena->failed ? s_no_memory(work) : status;
}

void aski_dialogue_add_choice(aski_turn_work *work, const aski_dialogue_choice *choice)
{
  aski_dialogue_choices *choices = &work->dialogue->choices;
  for (size_t i = 0; i < choices->count; ++i) {
    if (choices->items[i].kind == choice->kind && aski_str_equal(choices->items[i].id, choice->id)) {
      return;
    }
  }
  if (choices->count == ASKI_DIALOGUE_CHOICES_MAX) {
    choices->more = true;
    return;
  }
  choices->items[choices->count++] = *choice;
}

/* The likest that is not offered yet, then the one with the least id; NULL where all are. */
static const aski_candidate *s_next(const askiam_candidates *candidates, const unsigned *distances, const bool *used)
{
  size_t best = SIZE_MAX;
  for (size_t i = 0; i < candidates->count; ++i) {
    if (used[i] || candidates->items[i].inactive) {
      continue;
    }
    bool nearer =
        best == SIZE_MAX || distances[i] < distances[best] ||
        (distances[i] == distances[best] && aski_str_compare(candidates->items[i].id, candidates->items[best].id) < 0);
    best = nearer ? i : best;
  }
  return best == SIZE_MAX ? NULL : &candidates->items[best];
}

static askiam_status s_offer(aski_turn_work *work, const askiam_candidates *candidates, askiam_str key, bool close)
{
  askiam_str compact = aski_text_compact(work->arena, key);
  unsigned *distances = aski_arena_acquire(work->arena, candidates->count + 1, sizeof *distances);
  bool *used = aski_arena_acquire(work->arena, candidates->count + 1, sizeof *used);
  if (distances == NULL || used == NULL) {
    return s_no_memory(work);
  }
  for (size_t i = 0; compact.length > 0 && i < candidates->count; ++i) {
    askiam_str form = aski_text_key(work->arena, candidates->items[i].form);
    distances[i] = aski_text_distance(compact, aski_text_compact(work->arena, form), DISTANCE_MAX);
    used[i] = close && distances[i] > compact.length / 4 && !aski_dialogue_has_words(work->world->words, form, key);
  }
  for (;;) {
    const aski_candidate *next = s_next(candidates, distances, used);
    if (next == NULL) {
      break;
    }
    used[next - candidates->items] = true;
    aski_dialogue_choice choice = s_choice(work, next);
    aski_dialogue_add_choice(work, &choice);
  }
  return work->arena->failed ? s_no_memory(work) : ASKIAM_STATUS_OK;
}

static askiam_status s_offer_alike(aski_turn_work *work, askiam_kind kind, askiam_str words, askiam_str application_id,
                                   bool close)
{
  askiam_str key = words.length == 0 ? ASKI_STR("") : aski_text_key(work->arena, words);
  aski_term term = {
      .mode = ASKIAM_TERM_SIMILAR, .kinds = kind, .key = key, .application_id = application_id, .limit = NAMES_MAX};
  if (work->arena->failed || (words.length > 0 && key.length == 0)) {
    return work->arena->failed ? s_no_memory(work) : ASKIAM_STATUS_OK;
  }
  askiam_candidates candidates;
  askiam_status status = s_look(work, &term, &candidates);
  return status == ASKIAM_STATUS_OK ? s_offer(work, &candidates, key, close) : status;
}

askiam_status aski_dialogue_offer(aski_turn_work *work, askiam_kind kind, askiam_str words, askiam_str application_id)
{
  return s_offer_alike(work, kind, words, application_id, false);
}

askiam_status aski_dialogue_offer_close(aski_turn_work *work, askiam_kind kind, askiam_str words,
                                        askiam_str application_id)
{
  return s_offer_alike(work, kind, words, application_id, true);
}

askiam_status aski_dialogue_application(aski_turn_work *work, askiam_str id, aski_dialogue_entity *out_application)
{
  *out_application = (aski_dialogue_entity){.id = ASKI_STR_NONE};
  aski_dialogue_found found;
  askiam_status status = aski_dialogue_find(work, ASKIAM_KIND_APPLICATION, id, ASKI_STR_NONE, &found);
  for (size_t i = 0; status == ASKIAM_STATUS_OK && i < found.count; ++i) {
    if (aski_str_equal(found.items[i].id, id)) {
      *out_application = (aski_dialogue_entity){found.items[i].id, found.items[i].name};
    }
  }
  return status;
}
