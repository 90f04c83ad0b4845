/* SPDX-License-Identifier: Apache-2.0
 *
 * Entries are handed on in the order of seq; the walk keeps the hash of the last one and nothing else. */
#include "audit/walk.h"

#include <inttypes.h>

static bool s_is_hash(askiam_str text, const char *hash) { return aski_str_equal_text(text, hash); }

/* A seq that the one before does not lead to. */
static void s_check_order(aski_walk *walk, int64_t seq, askiam_str prev_hash)
{
  if (seq <= walk->last_seq) {
    aski_break_set(&walk->first, ASKI_BREAK_DUPLICATE, seq, "there is a second entry %" PRId64, seq);
  } else if (seq != walk->last_seq + 1) {
    aski_break_set(&walk->first, ASKI_BREAK_GAP, walk->last_seq + 1, "entries %" PRId64 " to %" PRId64 " are missing",
                   walk->last_seq + 1, seq - 1);
  } else if (!s_is_hash(prev_hash, walk->last_hash)) {
    aski_break_set(&walk->first, ASKI_BREAK_LINK, seq, "prev_hash is not the hash of entry %" PRId64, walk->last_seq);
  }
}

/* Remembers that the walk came by the head and by the checkpoint. */
static void s_check_marks(aski_walk *walk, int64_t seq, askiam_str hash)
{
  if (seq == walk->before.seq) {
    walk->head_seen = s_is_hash(hash, walk->before.hash);
  }
  if (walk->checkpoint != NULL && seq == walk->checkpoint->seq) {
    walk->checkpoint_seen = s_is_hash(hash, walk->checkpoint->hash);
    if (!walk->checkpoint_seen && walk->first.what == NULL) {
      aski_break_set(&walk->first, ASKI_BREAK_CHECKPOINT, seq, "the entry has another hash than the checkpoint saw");
    }
  }
}

/* Entries that a checkpoint covers may be older than the key: the signature stands for them. */
static aski_key_rule s_key_rule(const aski_walk *walk, int64_t seq)
{
  return walk->checkpoint != NULL && seq <= walk->checkpoint->seq ? ASKI_KEY_ALLOW_UNKEYED : ASKI_KEY_STRICT;
}

static askiam_status s_entry(void *context, const askiam_record *record)
{
  aski_walk *walk = context;
  int64_t seq = askiam_record_number(record, ASKIAM_RECORD_SEQ);
  askiam_str hash = askiam_record_text(record, ASKIAM_RECORD_HASH);
  ++walk->entries;
  if (walk->first.what == NULL) {
    s_check_order(walk, seq, askiam_record_text(record, ASKIAM_RECORD_PREV_HASH));
  }
  s_check_marks(walk, seq, hash);
  aski_entry_check check;
  askiam_status status = aski_entry_examine(&check, walk->audit, record, s_key_rule(walk, seq), walk->error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  walk->requests += check.has_request;
  walk->grants += check.kind == ASKI_ENTRY_GRANT;
  walk->erased += check.erased;
  walk->keyed += check.keyed;
  if (walk->first.what == NULL) {
    walk->first = check.found;
  }
  walk->last_seq = seq;
  if (hash.length == ASKI_SHA256_HEX_BYTES - 1) {
    memcpy(walk->last_hash, hash.data, hash.length);
  }
  return ASKIAM_STATUS_OK;
}

askiam_status aski_walk_chain(aski_walk *out_walk, const aski_audit *audit, const askiam_call *call,
                              const aski_head *head, const aski_head *checkpoint, askiam_error *error)
{
  *out_walk = (aski_walk){.audit = audit, .error = error, .before = *head, .checkpoint = checkpoint};
  memcpy(out_walk->last_hash, aski_audit_no_hash, sizeof out_walk->last_hash);
  out_walk->head_seen = head->seq == 0 && s_is_hash(askiam_str_from(head->hash), aski_audit_no_hash);
  out_walk->checkpoint_seen = checkpoint == NULL || checkpoint->seq == 0;
  /* All of it, also what has a seq that no chain begins with. */
  askiam_journal_query query = {.size = sizeof query, .chain = head->chain, .after_seq = INT64_MIN, .with_request = 1};
  return aski_journal_scan(audit->journal, call, &query, s_entry, out_walk, error);
}

void aski_walk_finish(aski_walk *walk, const aski_head *after)
{
  if (walk->first.what != NULL) {
    return;
  }
  if (!walk->checkpoint_seen) {
    aski_break_set(&walk->first, ASKI_BREAK_CHECKPOINT, walk->last_seq + 1,
                   "the checkpoint saw entry %" PRId64 ", which is not there", walk->checkpoint->seq);
  } else if (!walk->head_seen) {
    aski_break_set(&walk->first, ASKI_BREAK_HEAD, walk->before.seq,
                   "the head says %" PRId64 ", the last entry is %" PRId64
                   ": entries at the end are missing or changed",
                   walk->before.seq, walk->last_seq);
  } else if (after == NULL || after->seq < walk->last_seq ||
             (after->seq == walk->last_seq && strcmp(after->hash, walk->last_hash) != 0)) {
    aski_break_set(&walk->first, ASKI_BREAK_HEAD, walk->last_seq, "entry %" PRId64 " comes after the chain's head",
                   walk->last_seq);
  }
}
