/* SPDX-License-Identifier: Apache-2.0
 *
 * What a verification found, before it is told. */
#ifndef ASKI_AUDIT_VERIFY_H
#define ASKI_AUDIT_VERIFY_H

#include "audit/checkpoint.h"
#include "audit/walk.h"

typedef struct aski_verification {
  aski_arena *arena;
  bool keyed; /* a key was given */
  struct {
    aski_walk *items;
    size_t count, capacity;
  } walks;            /* one for each chain of the store */
  uint64_t strangers; /* entries of chains that the store does not have */
  aski_break stranger;
  bool unaudited_checked;
  uint64_t unaudited; /* requests that no entry belongs to */
  askiam_str unaudited_id;
  bool adrift_checked;
  uint64_t adrift; /* grants that are not what the trail tells */
  askiam_str adrift_id;
  uint64_t ungranted; /* roles that are held by no grant: imported, or put there */
  bool with_checkpoint;
  bool genuine; /* its signature is the key's */
  aski_checkpoint checkpoint;
  askiam_str missing_chain; /* one that the checkpoint saw and the store does not have */
} aski_verification;

bool aski_verification_sound(const aski_verification *found);
/* Appends the report of docs/audit.md. */
void aski_verification_write_json(const aski_verification *found, aski_buffer *buffer);

#endif
