/* SPDX-License-Identifier: Apache-2.0
 *
 * Whatever text stands where a store keeps what a replay needs: it is refused, or it is what this library writes, and
 * can be decided again without a crash, a leak, or a long wait. */
#include <stdlib.h>

#include "engine/replay.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What was read is written, read and written again: the same text. */
static void s_write_again(const aski_replay *replay, aski_arena *arena)
{
  aski_buffer texts[2];
  aski_replay again;
  aski_buffer_init(&texts[0], aski_allocator_default());
  aski_buffer_init(&texts[1], aski_allocator_default());
  aski_replay_write_json(replay, &texts[0]);
  if (aski_replay_read_json(&again, arena, aski_buffer_view(&texts[0]), aski_allocator_default(), NULL) !=
      ASKIAM_STATUS_OK) {
    abort();
  }
  aski_replay_write_json(&again, &texts[1]);
  if (!aski_str_equal(aski_buffer_view(&texts[0]), aski_buffer_view(&texts[1]))) {
    abort();
  }
  aski_buffer_clean_up(&texts[0]);
  aski_buffer_clean_up(&texts[1]);
}

/* Decided twice it comes out the same, and a decision that it gave is equal to itself. */
static void s_decide_again(const aski_replay *replay, aski_arena *arena)
{
  aski_kept kept = {.replay = *replay, .decision = aski_decision_new(aski_allocator_default())};
  aski_replay_terms terms = {.with_remedies = true};
  aski_replayed first;
  aski_replayed second;
  aski_differences differences;
  if (aski_replay_read_settings(&terms.settings, replay->settings, aski_allocator_default(), NULL) !=
      ASKIAM_STATUS_OK) {
    terms.settings.decide.threshold = 0.5;
    terms.settings.decide.rag_enabled = true;
  }
  if (aski_replay_run(&first, arena, &kept, &terms, NULL) != ASKIAM_STATUS_OK) {
    abort();
  }
  kept.decision->codes = first.codes;
  kept.decision->rules = first.rules;
  kept.decision->remedies = first.remedies;
  kept.decision->rag = replay->rag;
  aski_decision_conclude(kept.decision);
  if (aski_replay_run(&second, arena, &kept, &terms, NULL) != ASKIAM_STATUS_OK) {
    abort();
  }
  aski_replay_compare(&differences, arena, &kept, &second);
  if (differences.count > 0) {
    abort();
  }
  aski_kept_clean_up(&kept);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  aski_arena arena;
  aski_replay replay;
  aski_arena_init(&arena, aski_allocator_default());
  askiam_str text = {(const char *)data, size};
  if (aski_replay_read_json(&replay, &arena, text, aski_allocator_default(), NULL) == ASKIAM_STATUS_OK) {
    s_write_again(&replay, &arena);
    if (replay.facts != NULL) {
      s_decide_again(&replay, &arena);
    }
  }
  aski_arena_clean_up(&arena);
  return 0;
}
