/* SPDX-License-Identifier: Apache-2.0
 *
 * Walking along one chain, from its first entry to its head: is each entry the one after the one before, and is
 * nothing missing? */
#ifndef ASKI_AUDIT_WALK_H
#define ASKI_AUDIT_WALK_H

#include "audit/entry.h"

typedef struct aski_walk {
  const aski_audit *audit;
  askiam_error *error;
  aski_head before;            /* the head as it was before the walk */
  const aski_head *checkpoint; /* what a checkpoint says of this chain; NULL: nothing */
  int64_t last_seq;            /* of the entry before */
  char last_hash[ASKI_SHA256_HEX_BYTES];
  bool head_seen;       /* the entry that `before` names */
  bool checkpoint_seen; /* the entry that the checkpoint names */
  uint64_t entries;
  uint64_t requests;
  uint64_t grants; /* entries of what became of grants */
  uint64_t erased;
  uint64_t keyed;
  aski_break first; /* the first thing that is wrong */
} aski_walk;

/* Walks along the chain of `head`. Not OK only where the walk itself failed: what is wrong with the chain is in
 * `out_walk`. */
askiam_status aski_walk_chain(aski_walk *out_walk, const aski_audit *audit, const askiam_call *call,
                              const aski_head *head, const aski_head *checkpoint, askiam_error *error);
/* Compares the end of the walk with the head as it is afterwards: writers may have been at work meanwhile. */
void aski_walk_finish(aski_walk *walk, const aski_head *after);

#endif
