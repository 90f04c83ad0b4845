/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/replay_tally.h"

#include <stdio.h>

bool aski_replay_tries(const aski_replay_tally *tally) { return tally->tried != NULL || tally->other_mode; }

static askiam_status s_no_memory(askiam_error *error)
{
  return askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_ENGINE, "out of memory for a replay");
}

static askiam_status s_send(aski_replay_tally *tally, askiam_error *error)
{
  return tally->buffer.failed ? s_no_memory(error) : tally->line(tally->context, aski_buffer_view(&tally->buffer));
}

askiam_status aski_replay_tally_terms(aski_replay_terms *out_terms, const aski_replay_tally *tally, aski_kept *kept,
                                      askiam_error *error)
{
  *out_terms =
      (aski_replay_terms){.with_remedies = !aski_replay_tries(tally), .tried = tally->tried, .sets = &tally->sets};
  askiam_error said = ASKIAM_ERROR_INIT;
  askiam_status status = ASKIAM_STATUS_OK;
  if (kept->state == ASKI_KEPT_WHOLE) {
    status = aski_replay_read_settings(&out_terms->settings, kept->replay.settings, tally->allocator, &said);
  }
  if (status == ASKIAM_STATUS_BAD_DATA) {
    kept->state = ASKI_KEPT_UNREADABLE;
    snprintf(kept->detail, sizeof kept->detail, "%s", said.message);
  } else if (status != ASKIAM_STATUS_OK) {
    return askiam_error_set(error, status, said.layer, "%s", said.message);
  }
  if (tally->other_mode) {
    out_terms->settings.policy_mode = tally->policy_mode;
  }
  return ASKIAM_STATUS_OK;
}

/* What was erased or never seen is somebody's wish, and counted; what is damaged is told too. */
static askiam_status s_refuse(aski_replay_tally *tally, const aski_kept *kept, askiam_error *error)
{
  switch (kept->state) {
  case ASKI_KEPT_ERASED:
    ++tally->summary.erased;
    return ASKIAM_STATUS_OK;
  case ASKI_KEPT_WITHOUT_FACTS:
    ++tally->summary.without_facts;
    return ASKIAM_STATUS_OK;
  case ASKI_KEPT_UNREADABLE:
    ++tally->summary.unreadable;
    aski_replay_write_refusal(&tally->buffer, kept, "unreadable");
    return s_send(tally, error);
  case ASKI_KEPT_CHANGED:
  case ASKI_KEPT_WHOLE:
  default:
    ++tally->summary.changed;
    aski_replay_write_refusal(&tally->buffer, kept, "changed");
    return s_send(tally, error);
  }
}

static askiam_status s_without_policies(aski_replay_tally *tally, aski_kept *kept, const aski_replay_set *lacking,
                                        askiam_error *error)
{
  ++tally->summary.without_policies;
  snprintf(kept->detail, sizeof kept->detail, "%s", lacking->problem);
  aski_replay_write_refusal(&tally->buffer, kept, "without_policies");
  return s_send(tally, error);
}

static askiam_status s_flip(aski_replay_tally *tally, const aski_kept *kept, const aski_replayed *replayed,
                            askiam_error *error)
{
  askiam_verdict was = kept->decision->verdict;
  askiam_verdict is = aski_replay_verdict(&replayed->codes);
  ++tally->summary.flips[was][is];
  tally->summary.chosen += tally->choice.flips[was][is];
  aski_replay_write_flip(&tally->buffer, kept, replayed);
  return s_send(tally, error);
}

/* The same status. What else is compared depends on what is asked: what is tried may give other reasons, and has other
 * checks. */
static askiam_status s_compare(aski_replay_tally *tally, aski_arena *arena, const aski_kept *kept,
                               const aski_replayed *replayed, askiam_error *error)
{
  if (aski_replay_tries(tally)) {
    bool same = aski_replay_same_codes(&kept->decision->codes, &replayed->codes);
    ++*(same ? &tally->summary.unchanged : &tally->summary.differing);
    return ASKIAM_STATUS_OK;
  }
  aski_differences differences;
  aski_replay_compare(&differences, arena, kept, replayed);
  if (arena->failed) {
    return s_no_memory(error);
  }
  if (differences.count == 0) {
    ++tally->summary.unchanged;
    return ASKIAM_STATUS_OK;
  }
  ++tally->summary.differing;
  aski_replay_write_difference(&tally->buffer, kept, &differences);
  return s_send(tally, error);
}

askiam_status aski_replay_tally_add(aski_replay_tally *tally, aski_arena *arena, aski_kept *kept,
                                    const aski_replay_terms *terms, askiam_error *error)
{
  ++tally->summary.requests;
  if (kept->state != ASKI_KEPT_WHOLE) {
    return s_refuse(tally, kept, error);
  }
  const aski_replay_set *lacking = NULL;
  if (!aski_replay_sets_ready(&lacking, kept, terms)) {
    return askiam_error_set(error, ASKIAM_STATUS_INTERNAL, ASKIAM_LAYER_ENGINE, "policies were not loaded");
  }
  if (lacking != NULL) {
    return s_without_policies(tally, kept, lacking, error);
  }
  aski_replayed replayed;
  askiam_status status = aski_replay_run(&replayed, arena, kept, terms, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  ++tally->summary.replayed;
  tally->summary.unjudged += !replayed.judged;
  bool flipped = aski_replay_verdict(&replayed.codes) != kept->decision->verdict;
  return flipped ? s_flip(tally, kept, &replayed, error) : s_compare(tally, arena, kept, &replayed, error);
}

askiam_status aski_replay_tally_end(aski_replay_tally *tally, askiam_error *error)
{
  aski_replay_write_summary(&tally->buffer, &tally->summary);
  return s_send(tally, error);
}
