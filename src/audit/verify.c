/* SPDX-License-Identifier: Apache-2.0
 *
 * Verifying the whole trail, in constant memory: every chain from its first entry to its head, then what belongs to none. */
#include "audit/verify.h"

typedef struct s_verify {
  const aski_audit *audit;
  const askiam_call *call;
  askiam_error *error;
  askiam_heads heads; /* as they were before */
  aski_verification found;
} s_verify;

static askiam_status s_no_memory(askiam_error *error)
{
  return askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_AUDIT, "out of memory while verifying");
}

static const aski_head *s_head(const askiam_heads *heads, askiam_str chain)
{
  for (size_t i = 0; i < heads->count; ++i) {
    if (aski_str_equal(heads->items[i].chain, chain)) {
      return &heads->items[i];
    }
  }
  return NULL;
}

/* A head that is none is damage, not somebody's bad argument. */
static askiam_status s_read_heads(const s_verify *verify, askiam_heads *heads)
{
  askiam_status status = aski_journal_heads(verify->audit->journal, verify->call, heads, verify->error);
  if (status == ASKIAM_STATUS_INVALID_ARGUMENT) {
    return askiam_error_set(verify->error, ASKIAM_STATUS_CORRUPT, ASKIAM_LAYER_AUDIT,
                            "the trail is damaged: the head of an audit chain is not a seq and a hash");
  }
  return status;
}

static askiam_status s_walk_chains(s_verify *verify)
{
  for (size_t i = 0; i < verify->heads.count; ++i) {
    const aski_head *head = &verify->heads.items[i];
    bool covered = verify->found.with_checkpoint && verify->found.genuine;
    aski_walk *walk = ASKI_ARENA_PUSH(verify->found.arena, &verify->found.walks);
    if (walk == NULL) {
      return s_no_memory(verify->error);
    }
    const aski_head *seen = covered ? aski_checkpoint_head(&verify->found.checkpoint, head->chain) : NULL;
    askiam_status status = aski_walk_chain(walk, verify->audit, verify->call, head, seen, verify->error);
    if (status != ASKIAM_STATUS_OK) {
      return status;
    }
  }
  return ASKIAM_STATUS_OK;
}

static askiam_status s_compare_heads(s_verify *verify)
{
  askiam_heads after = {.arena = verify->found.arena};
  askiam_status status = s_read_heads(verify, &after);
  for (size_t i = 0; status == ASKIAM_STATUS_OK && i < verify->found.walks.count; ++i) {
    aski_walk *walk = &verify->found.walks.items[i];
    aski_walk_finish(walk, s_head(&after, walk->before.chain));
  }
  return status;
}

/* An entry of a chain that the store does not have was put there, or its chain's head was taken away. */
static askiam_status s_look_for_stranger(void *context, const askiam_record *record)
{
  s_verify *verify = context;
  askiam_str chain = askiam_record_text(record, ASKIAM_RECORD_CHAIN);
  if (s_head(&verify->heads, chain) == NULL) {
    ++verify->found.strangers;
    if (verify->found.stranger.what == NULL) {
      aski_break_set(&verify->found.stranger, ASKI_BREAK_HEAD, askiam_record_number(record, ASKIAM_RECORD_SEQ),
                     "the chain \"%.*s\" has entries but no head", chain.length < 64 ? (int)chain.length : 64,
                     chain.data == NULL ? "" : chain.data);
    }
  }
  return ASKIAM_STATUS_OK;
}

static askiam_status s_count(const s_verify *verify, uint64_t *count, askiam_str *first_id, const askiam_record *record)
{
  if (++*count == 1) {
    askiam_str id = askiam_record_text(record, ASKIAM_RECORD_REQUEST_ID);
    *first_id = aski_arena_copy(verify->found.arena, aski_str_slice(id, 0, 256));
  }
  return verify->found.arena->failed ? s_no_memory(verify->error) : ASKIAM_STATUS_OK;
}

static askiam_status s_add_unaudited(void *context, const askiam_record *record)
{
  s_verify *verify = context;
  return s_count(verify, &verify->found.unaudited, &verify->found.unaudited_id, record);
}

static askiam_status s_look_for_unaudited(s_verify *verify)
{
  if (verify->audit->journal->table.unaudited == NULL) {
    return ASKIAM_STATUS_OK;
  }
  verify->found.unaudited_checked = true;
  return aski_journal_unaudited(verify->audit->journal, verify->call, s_add_unaudited, verify, verify->error);
}

static askiam_status s_add_adrift(void *context, const askiam_record *record)
{
  s_verify *verify = context;
  if (!aski_str_present(askiam_record_text(record, ASKIAM_RECORD_REQUEST_ID))) {
    ++verify->found.ungranted;
    return ASKIAM_STATUS_OK;
  }
  return s_count(verify, &verify->found.adrift, &verify->found.adrift_id, record);
}

static askiam_status s_look_for_adrift(s_verify *verify)
{
  if (verify->audit->journal->table.adrift == NULL) {
    return ASKIAM_STATUS_OK;
  }
  verify->found.adrift_checked = true;
  return aski_journal_adrift(verify->audit->journal, verify->call, s_add_adrift, verify, verify->error);
}

static askiam_status s_look_beside(s_verify *verify)
{
  askiam_journal_query everything = {.size = sizeof everything};
  askiam_status status =
      aski_journal_scan(verify->audit->journal, verify->call, &everything, s_look_for_stranger, verify, verify->error);
  status = status == ASKIAM_STATUS_OK ? s_look_for_unaudited(verify) : status;
  return status == ASKIAM_STATUS_OK ? s_look_for_adrift(verify) : status;
}

static askiam_status s_load_checkpoint(s_verify *verify, const char *checkpoint_path, const char *public_key_path)
{
  aski_verification *found = &verify->found;
  if (checkpoint_path == NULL) {
    return ASKIAM_STATUS_OK;
  }
  if (public_key_path == NULL) {
    return askiam_error_set(verify->error, ASKIAM_STATUS_INVALID_ARGUMENT, ASKIAM_LAYER_AUDIT,
                            "a checkpoint can only be checked with the public key of who signed it");
  }
  found->with_checkpoint = true;
  return aski_checkpoint_load(&found->checkpoint, &found->genuine, found->arena, checkpoint_path, public_key_path,
                              verify->error);
}

static void s_look_for_missing_chains(s_verify *verify)
{
  for (size_t i = 0; verify->found.genuine && i < verify->found.checkpoint.heads.count; ++i) {
    askiam_str chain = verify->found.checkpoint.heads.items[i].chain;
    if (s_head(&verify->heads, chain) == NULL) {
      verify->found.missing_chain = chain;
    }
  }
}

static askiam_status s_verify_all(s_verify *verify, const char *checkpoint_path, const char *public_key_path)
{
  askiam_status status = s_load_checkpoint(verify, checkpoint_path, public_key_path);
  if (status == ASKIAM_STATUS_OK) {
    status = s_read_heads(verify, &verify->heads);
  }
  if (status == ASKIAM_STATUS_OK) {
    s_look_for_missing_chains(verify);
    status = s_walk_chains(verify);
  }
  if (status == ASKIAM_STATUS_OK) {
    status = s_compare_heads(verify);
  }
  return status == ASKIAM_STATUS_OK ? s_look_beside(verify) : status;
}

askiam_status aski_audit_verify(int *out_sound, aski_buffer *out_json, const aski_audit *audit, const askiam_call *call,
                                const char *checkpoint_path, const char *public_key_path, askiam_error *error)
{
  aski_arena arena;
  aski_arena_init(&arena, audit->allocator);
  s_verify verify = {.audit = audit,
                     .call = call,
                     .error = error,
                     .heads = {.arena = &arena},
                     .found = {.arena = &arena, .keyed = aski_audit_keyed(audit->key)}};
  *out_sound = 0;
  askiam_status status = s_verify_all(&verify, checkpoint_path, public_key_path);
  if (status == ASKIAM_STATUS_OK) {
    aski_buffer_clear(out_json);
    aski_verification_write_json(&verify.found, out_json);
    status = out_json->failed || arena.failed ? s_no_memory(error) : ASKIAM_STATUS_OK;
  }
  if (status == ASKIAM_STATUS_OK) {
    *out_sound = aski_verification_sound(&verify.found);
  }
  aski_arena_clean_up(&arena);
  return status;
}
