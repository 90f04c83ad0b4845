/* SPDX-License-Identifier: Apache-2.0
 *
 * One record of many: repeated, counted, and told where it has to be. */
#ifndef ASKI_ENGINE_REPLAY_TALLY_H
#define ASKI_ENGINE_REPLAY_TALLY_H

#include "engine/replay.h"

typedef struct aski_replay_tally {
  const askiam_allocator *allocator;
  askiam_line_fn line;
  void *context;
  aski_buffer buffer;
  const askiam_policy_set *tried; /* NULL: the policies of the time */
  bool other_mode;                /* policy_mode is tried */
  aski_policy_mode policy_mode;
  aski_replay_choice choice;
  aski_replay_sets sets;
  askiam_replay_summary summary;
} aski_replay_tally;

/* Whether something else than what was in force is tried. */
bool aski_replay_tries(const aski_replay_tally *tally);
/* Reads the settings that the record is repeated under. A record with settings that cannot be read is no longer WHOLE. */
askiam_status aski_replay_tally_terms(aski_replay_terms *out_terms, const aski_replay_tally *tally, aski_kept *kept,
                                      askiam_error *error);
/* Counts a record. The policies that it needs are in tally->sets. */
askiam_status aski_replay_tally_add(aski_replay_tally *tally, aski_arena *arena, aski_kept *kept,
                                    const aski_replay_terms *terms, askiam_error *error);
/* Tells the summary. */
askiam_status aski_replay_tally_end(aski_replay_tally *tally, askiam_error *error);

#endif
