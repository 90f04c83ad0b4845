/* SPDX-License-Identifier: Apache-2.0
 *
 * Checkpoints: the heads of all chains, signed with Ed25519 and kept elsewhere, so that nothing that they saw can be rewritten
 * or cut unseen. docs/audit.md defines the signed text. */
#ifndef ASKI_AUDIT_CHECKPOINT_H
#define ASKI_AUDIT_CHECKPOINT_H

#include "audit/audit.h"
#include "base/hash.h"

typedef struct aski_checkpoint {
  askiam_str id;
  int64_t time_ms;
  struct {
    aski_head *items;
    size_t count, capacity;
  } heads; /* by chain, ascending */
  unsigned char signature[ASKI_ED25519_SIGNATURE_BYTES];
  char public_key_hash[ASKI_SHA256_HEX_BYTES];
} aski_checkpoint;

/* Whether a name may stand in the signed text: a line of it must not be able to look like two. */
bool aski_checkpoint_is_plain(askiam_str text);
/* Puts the heads in the order in which they are signed. */
void aski_checkpoint_sort(aski_checkpoint *checkpoint);
/* Appends the text that is signed. */
void aski_checkpoint_write_signed(const aski_checkpoint *checkpoint, aski_buffer *buffer);
/* Appends the checkpoint as one line of JSON, without a line feed. */
void aski_checkpoint_write_json(const aski_checkpoint *checkpoint, aski_buffer *buffer);
/* Reads what aski_checkpoint_write_json wrote; strings live in the arena. BAD_DATA for anything else. */
askiam_status aski_checkpoint_read_json(aski_checkpoint *out_checkpoint, aski_arena *arena, askiam_str json,
                                        askiam_error *error);
/* Reads a checkpoint's file and checks its signature: *out_genuine is false where the key did not sign it. */
askiam_status aski_checkpoint_load(aski_checkpoint *out_checkpoint, bool *out_genuine, aski_arena *arena,
                                   const char *checkpoint_path, const char *public_key_path, askiam_error *error);
/* What it says of a chain; NULL for nothing. */
const aski_head *aski_checkpoint_head(const aski_checkpoint *checkpoint, askiam_str chain);

#endif
