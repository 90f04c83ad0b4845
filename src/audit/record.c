/* SPDX-License-Identifier: Apache-2.0
 *
 * Recording decisions: all of a batch in one transaction, each at the end of its chain. When another writer moved
 * a head, the places are given anew. */
#include "audit/draft.h"
#include "audit/race.h"

enum { STANDSTILL_MAX = 3 };

typedef struct s_batch {
  const aski_audit *audit;
  const askiam_call *call;
  aski_draft *drafts;
  const askiam_record **records;
  size_t count;
  uint64_t heads;      /* a hash of the heads that were told last */
  unsigned standstill; /* tries in a row that found the very same heads */
} s_batch;

static askiam_status s_no_memory(askiam_error *error)
{
  return askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_AUDIT, "out of memory while recording");
}

/* A decision that is an ERROR is an answer, not a judgement: it is never stored. A dry run leaves no trace. */
static bool s_is_recorded(const aski_decision *decision)
{
  return decision->verdict != ASKIAM_VERDICT_ERROR && !decision->dry_run;
}

static askiam_status s_make_drafts(s_batch *batch, aski_arena *arena, aski_audit_entry *entries, size_t count,
                                   askiam_error *error)
{
  batch->drafts = aski_arena_acquire(arena, count, sizeof *batch->drafts);
  batch->records = aski_arena_acquire(arena, count, sizeof *batch->records);
  if (arena->failed) {
    return s_no_memory(error);
  }
  for (size_t i = 0; i < count; ++i) {
    if (!s_is_recorded(entries[i].decision)) {
      continue;
    }
    aski_draft *draft = &batch->drafts[batch->count];
    draft->index = i;
    ++batch->count; /* first, so that it is cleaned up */
    askiam_status status = aski_draft_make(draft, arena, batch->audit, &entries[i], error);
    if (status != ASKIAM_STATUS_OK) {
      return status;
    }
    batch->records[batch->count - 1] = draft->record;
  }
  return ASKIAM_STATUS_OK;
}

/* Whoever moves a head moves it forward. Where a store says again and again that a head has moved, and tells it
 * unmoved, what it tells is not what it has. */
static void s_watch(s_batch *batch, const askiam_heads *heads)
{
  uint64_t hash = 0;
  for (size_t i = 0; i < heads->count; ++i) {
    hash = aski_hash64(askiam_str_from(heads->items[i].hash), hash + (uint64_t)heads->items[i].seq);
  }
  batch->standstill = hash == batch->heads ? batch->standstill + 1 : 0;
  batch->heads = hash;
}

static askiam_status s_attempt(s_batch *batch, aski_arena *arena, size_t *out_index, askiam_error *error)
{
  askiam_heads heads = {.arena = arena};
  askiam_status status = aski_journal_heads(batch->audit->journal, batch->call, &heads, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  if (heads.count == 0) {
    return askiam_error_set(error, ASKIAM_STATUS_CORRUPT, ASKIAM_LAYER_AUDIT,
                            "the store has no audit chain: restore its table audit_chains");
  }
  s_watch(batch, &heads);
  if (batch->standstill == STANDSTILL_MAX) {
    return askiam_error_set(
        error, ASKIAM_STATUS_CORRUPT, ASKIAM_LAYER_AUDIT,
        "the audit trail is damaged: the head that the store tells of an audit chain is not the one that it "
        "has; run `askiam audit verify`");
  }
  for (size_t i = 0; i < batch->count; ++i) {
    aski_draft *draft = &batch->drafts[i];
    status = aski_draft_seal(draft, batch->audit, aski_race_head(&heads, draft->entry->decision->request_id), error);
    if (status != ASKIAM_STATUS_OK) {
      return status;
    }
  }
  askiam_records records = {batch->records, batch->count};
  return aski_journal_append(batch->audit->journal, batch->call, &records, out_index, error);
}

static askiam_status s_write(s_batch *batch, size_t *out_index, askiam_error *error)
{
  aski_race race = {.call = batch->call, .id = askiam_str_from(batch->drafts[0].audit_id)};
  for (;;) {
    askiam_status status = aski_race_enter(&race, error);
    if (status != ASKIAM_STATUS_OK) {
      return status;
    }
    aski_arena arena;
    aski_arena_init(&arena, batch->audit->allocator);
    status = s_attempt(batch, &arena, out_index, error);
    aski_arena_clean_up(&arena);
    if (status != ASKIAM_STATUS_CONFLICT) {
      return status;
    }
    aski_race_lost(&race);
  }
}

/* What was not recorded must not look as if it were. */
static void s_forget_places(aski_audit_entry *entries, size_t count)
{
  for (size_t i = 0; i < count; ++i) {
    if (s_is_recorded(entries[i].decision)) {
      entries[i].decision->audit = (aski_audit_place){0};
      entries[i].decision->json = ASKI_STR_NONE;
    }
  }
}

static askiam_status s_record(const aski_audit *audit, const askiam_call *call, aski_arena *arena,
                              aski_audit_entry *entries, size_t count, size_t *out_index, askiam_error *error)
{
  s_batch batch = {.audit = audit, .call = call};
  askiam_status status = s_make_drafts(&batch, arena, entries, count, error);
  size_t index = 0;
  if (status == ASKIAM_STATUS_OK && batch.count > 0) {
    status = s_write(&batch, &index, error);
  }
  if (status == ASKIAM_STATUS_EXISTS && out_index != NULL) {
    *out_index = index < batch.count ? batch.drafts[index].index : 0;
  }
  for (size_t i = 0; i < batch.count; ++i) {
    aski_draft_clean_up(&batch.drafts[i]);
  }
  return status;
}

askiam_status aski_audit_record_all(const aski_audit *audit, const askiam_call *call, aski_audit_entry *entries,
                                    size_t count, size_t *out_index, askiam_error *error)
{
  s_forget_places(entries, count);
  aski_arena arena;
  aski_arena_init(&arena, audit->allocator);
  askiam_status status = s_record(audit, call, &arena, entries, count, out_index, error);
  aski_arena_clean_up(&arena);
  if (status != ASKIAM_STATUS_OK) {
    s_forget_places(entries, count);
  }
  return status;
}
