/* SPDX-License-Identifier: Apache-2.0
 *
 * The policies of the time, loaded for a replay. */
#include <stdio.h>

#include "engine/replay.h"

static askiam_str s_beginning(askiam_str hash) { return aski_str_slice(hash, 0, ASKI_REPLAY_HASH_BYTES - 1); }

const aski_replay_set *aski_replay_sets_find(const aski_replay_sets *sets, askiam_str hash)
{
  for (size_t i = 0; i < sets->count; ++i) {
    const aski_replay_set *set = &sets->items[i];
    if (set->hash_length == hash.length && aski_str_equal_text(s_beginning(hash), set->hash)) {
      return set;
    }
  }
  return NULL;
}

bool aski_replay_sets_ready(const aski_replay_set **out_lacking, const aski_kept *kept, const aski_replay_terms *terms)
{
  *out_lacking = NULL;
  askiam_str hash = aski_replay_needs(kept, terms, 0);
  for (size_t i = 0; aski_str_present(hash); hash = aski_replay_needs(kept, terms, ++i)) {
    const aski_replay_set *set = aski_replay_sets_find(terms->sets, hash);
    if (set == NULL) {
      return false;
    }
    if (set->status != ASKIAM_STATUS_OK) {
      *out_lacking = set;
    }
  }
  return true;
}

/* Failures that lie in the set or in what the store can do: asking again would not help. */
static bool s_is_final(askiam_status status)
{
  return status == ASKIAM_STATUS_NOT_SUPPORTED || status == ASKIAM_STATUS_NOT_FOUND ||
         status == ASKIAM_STATUS_CORRUPT || status == ASKIAM_STATUS_BAD_DATA;
}

/* In place of the one that was loaded first: those that one replay needs fit in together. */
static aski_replay_set *s_place(aski_replay_sets *sets, aski_policies *policies)
{
  aski_replay_set *set = &sets->items[sets->next];
  if (sets->next < sets->count) {
    aski_policies_release(policies, set->held);
  } else {
    ++sets->count;
  }
  sets->next = (sets->next + 1) % ASKI_REPLAY_SETS_MAX;
  return set;
}

static askiam_status s_load(aski_replay_sets *sets, aski_visit *visit, askiam_str hash, askiam_error *error)
{
  aski_policies *policies = &visit->engine->policies;
  const aski_held_policies *held = NULL;
  askiam_error said = ASKIAM_ERROR_INIT;
  askiam_status status = hash.length < ASKI_REPLAY_HASH_BYTES
                             ? aski_policies_hold(&held, policies, &visit->call, hash, &said)
                             : askiam_error_set(&said, ASKIAM_STATUS_NOT_FOUND, ASKIAM_LAYER_ENGINE,
                                                "no store has policies with a hash of %zu bytes", hash.length);
  if (status != ASKIAM_STATUS_OK && !s_is_final(status)) {
    return askiam_error_set(error, status, said.layer, "%s", said.message);
  }
  aski_replay_set *set = s_place(sets, policies);
  *set = (aski_replay_set){.hash_length = hash.length, .held = held, .status = status};
  snprintf(set->hash, sizeof set->hash, "%.*s", ASKI_STR_ARG(s_beginning(hash)));
  snprintf(set->problem, sizeof set->problem, "%.*s", (int)sizeof set->problem - 1, said.message);
  return ASKIAM_STATUS_OK;
}

askiam_status aski_replay_sets_load(aski_replay_sets *sets, aski_visit *visit, const aski_kept *kept,
                                    const aski_replay_terms *terms, askiam_error *error)
{
  askiam_status status = ASKIAM_STATUS_OK;
  askiam_str hash = aski_replay_needs(kept, terms, 0);
  for (size_t i = 0; status == ASKIAM_STATUS_OK && aski_str_present(hash); hash = aski_replay_needs(kept, terms, ++i)) {
    if (aski_replay_sets_find(sets, hash) == NULL) {
      status = s_load(sets, visit, hash, error);
    }
  }
  return status;
}

void aski_replay_sets_clean_up(aski_replay_sets *sets, aski_visit *visit)
{
  for (size_t i = 0; i < sets->count; ++i) {
    aski_policies_release(&visit->engine->policies, sets->items[i].held);
  }
  *sets = (aski_replay_sets){.count = 0};
}
