/* SPDX-License-Identifier: Apache-2.0
 *
 * Repeating a recorded decision from what was kept of it: rules and decision run again, nothing else is asked. Behind
 * askiam/replay.h. */
#ifndef ASKI_ENGINE_REPLAY_H
#define ASKI_ENGINE_REPLAY_H

#include <askiam/replay.h>

#include "audit/kept.h"
#include "engine/engine.h"
#include "engine/judgement.h"

/* The settings under which a decision was made. */
typedef struct aski_replay_settings {
  aski_decide_settings decide;
  unsigned soft_codes;
  aski_policy_mode policy_mode;
} aski_replay_settings;

/* Reads the member `settings` of what was kept. BAD_DATA for what this library does not know. */
askiam_status aski_replay_read_settings(aski_replay_settings *out_settings, askiam_str json,
                                        const askiam_allocator *allocator, askiam_error *error);

/* What a decision is repeated under. */
typedef struct aski_replay_terms {
  aski_replay_settings settings;
  bool with_remedies;
  const askiam_policy_set *tried;      /* in place of the policies of the time; NULL: those */
  const struct aski_replay_sets *sets; /* the policies of the time */
} aski_replay_terms;

/* Compiled sets by hash, those loaded last. Whoever replays loads them while he reads nothing else from the store, which
 * may have no second connection. Not shared by threads. */
enum { ASKI_REPLAY_SETS_MAX = ASKI_LOOKS_MAX + 1, ASKI_REPLAY_HASH_BYTES = 129 };

typedef struct aski_replay_set {
  size_t hash_length; /* of the whole; `hash` has its beginning */
  char hash[ASKI_REPLAY_HASH_BYTES];
  const aski_held_policies *held; /* NULL where it could not be had */
  askiam_status status;           /* then: why */
  char problem[256];
} aski_replay_set;

typedef struct aski_replay_sets {
  aski_replay_set items[ASKI_REPLAY_SETS_MAX];
  size_t count;
  size_t next; /* the place of the one that was loaded first */
} aski_replay_sets;

/* The hashes of the sets that a replay under these terms asks, from `index` 0 on; absent after the last one. */
askiam_str aski_replay_needs(const aski_kept *kept, const aski_replay_terms *terms, size_t index);
/* NULL where it was not loaded. */
const aski_replay_set *aski_replay_sets_find(const aski_replay_sets *sets, askiam_str hash);
/* Whether all that is needed was loaded; if so, *out_lacking is one that could not be had, or NULL. */
bool aski_replay_sets_ready(const aski_replay_set **out_lacking, const aski_kept *kept, const aski_replay_terms *terms);
/* Loads what is needed. A set that cannot be had because of what it is, or of what the store is, is remembered as such; not OK
 * only where it may be had another time. */
askiam_status aski_replay_sets_load(aski_replay_sets *sets, aski_visit *visit, const aski_kept *kept,
                                    const aski_replay_terms *terms, askiam_error *error);
void aski_replay_sets_clean_up(aski_replay_sets *sets, aski_visit *visit);

/* What came of a replay. Strings live in the arena of the run, or with what was kept. */
typedef struct aski_replayed {
  aski_code_list codes;
  aski_rules_result rules; /* as a decision reports them */
  aski_remedies remedies;
  bool judged;            /* rules and decision were asked; else the sentence, or who asked, settled it */
  bool remedies_unproved; /* they depend on facts that were not kept (version 1) */
} aski_replayed;

/* Decides again. `kept` is WHOLE. */
askiam_status aski_replay_run(aski_replayed *out_replayed, aski_arena *arena, const aski_kept *kept,
                              const aski_replay_terms *terms, askiam_error *error);

/* A member that came out otherwise, both sides in words. */
typedef struct aski_difference {
  askiam_str member; /* "status", "reason_codes", "checks.POLICY", "remedies" */
  askiam_str recorded;
  askiam_str replayed;
} aski_difference;

typedef struct aski_differences {
  aski_difference *items;
  size_t count, capacity;
} aski_differences;

/* What is not equal. Check arena->failed afterwards. */
void aski_replay_compare(aski_differences *out_differences, aski_arena *arena, const aski_kept *kept,
                         const aski_replayed *replayed);
bool aski_replay_same_codes(const aski_code_list *left, const aski_code_list *right);
askiam_verdict aski_replay_verdict(const aski_code_list *codes);
/* Appends a list. */
void aski_replay_write_differences(const aski_differences *differences, aski_json_writer *writer);

/* Flips that a caller chose: [was][would be]. */
typedef struct aski_replay_choice {
  bool flips[ASKIAM_REPLAY_VERDICTS][ASKIAM_REPLAY_VERDICTS];
} aski_replay_choice;

/* Reads options.fail_on; absent is none. INVALID_ARGUMENT where it is no such list. */
askiam_status aski_replay_read_choice(aski_replay_choice *out_choice, askiam_str list, askiam_error *error);

/* Appends the lines of askiam_replay_many. */
void aski_replay_write_flip(aski_buffer *out, const aski_kept *kept, const aski_replayed *replayed);
void aski_replay_write_difference(aski_buffer *out, const aski_kept *kept, const aski_differences *differences);
void aski_replay_write_refusal(aski_buffer *out, const aski_kept *kept, const char *why);
void aski_replay_write_summary(aski_buffer *out, const askiam_replay_summary *summary);

/* Why a record that is not WHOLE cannot be repeated: a sentence that goes on after "the request …", and the status that
 * a caller who asked for it gets. */
askiam_status aski_replay_refuse(const aski_kept *kept, askiam_error *error);

#endif
