/* SPDX-License-Identifier: Apache-2.0
 *
 * Calls into a store's API keys and their rate limits. What comes back is checked before anybody is let in by it. */
#include "backend/answer.h"

enum { KEY_ID_BYTES = 24, RATE_MAX = 1000000 };

static bool s_is_rate(int64_t rate) { return rate >= 1 && rate <= RATE_MAX; }

static bool s_begin(aski_answer *answer, askiam_status *out_status, const aski_state *state, const askiam_call *call,
                    const char *slot, const char *name, askiam_error *error)
{
  bool provided = state->provided && state->table.key_put != NULL;
  return aski_answer_begin(answer, out_status, call, provided, ASKIAM_LAYER_STORE, "state", slot, name, error);
}

askiam_status aski_state_key_put(const aski_state *state, const askiam_call *call, const askiam_key_row *key,
                                 askiam_error *error)
{
  aski_answer answer;
  askiam_status status;
  if (!s_begin(&answer, &status, state, call, "key_put", "state.key_put", error)) {
    return status;
  }
  status = state->table.key_put(state->self, call, key, &answer.own);
  return aski_answer_end(&answer, status, error);
}

/* What stands between the slot and who asked: each key once, in order, and no more than were wanted. */
typedef struct s_keys {
  aski_key_rows *rows;
  askiam_str only;  /* absent: any */
  askiam_str after; /* the last one */
  size_t limit;
  size_t count;
  const char *wrong; /* with the slot */
} s_keys;

static const char *s_wrong_key(const s_keys *keys, const askiam_key_row *key)
{
  bool named = !aski_str_present(keys->only) || aski_str_equal(keys->only, key->key_id);
  return key->size < sizeof *key                                 ? "a key without all its members"
         : keys->count >= keys->limit                            ? "more keys than were wanted"
         : key->key_id.length != KEY_ID_BYTES                    ? "a key whose id is none"
         : !named                                                ? "another key than the one that was asked for"
         : key->owner_id.length == 0                             ? "a key without an owner"
         : !s_is_rate(key->per_minute) || !s_is_rate(key->burst) ? "a key without a rate"
         : aski_str_compare(keys->after, key->key_id) >= 0       ? "keys out of order"
                                                                 : NULL;
}

static askiam_status s_key(void *context, const askiam_key_row *key)
{
  s_keys *keys = context;
  aski_key_rows *rows = keys->rows;
  keys->wrong = keys->wrong == NULL ? s_wrong_key(keys, key) : keys->wrong;
  if (keys->wrong != NULL) {
    return ASKIAM_STATUS_UNAVAILABLE; /* a slot that goes on all the same changes nothing by it */
  }
  askiam_key_row *kept = ASKI_ARENA_PUSH(rows->arena, rows);
  if (kept == NULL) {
    return ASKIAM_STATUS_NO_MEMORY;
  }
  *kept = *key;
  kept->size = sizeof *kept;
  askiam_str *texts[] = {&kept->key_id, &kept->name, &kept->owner_id, &kept->scopes, &kept->salt, &kept->hash};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; ++i) {
    *texts[i] = aski_arena_copy(rows->arena, *texts[i]);
  }
  keys->after = kept->key_id;
  ++keys->count;
  return rows->arena->failed ? ASKIAM_STATUS_NO_MEMORY : ASKIAM_STATUS_OK;
}

static askiam_status s_checked(aski_answer *answer, const s_keys *keys, askiam_status status)
{
  if (keys->wrong != NULL) {
    return aski_answer_wrong(answer, "%s", keys->wrong);
  }
  return keys->rows->arena->failed ? ASKIAM_STATUS_NO_MEMORY : status;
}

askiam_status aski_state_key_get(const aski_state *state, const askiam_call *call, askiam_str key_id, aski_arena *arena,
                                 askiam_key_row *out_key, askiam_error *error)
{
  aski_answer answer;
  askiam_status status;
  aski_key_rows rows = {.arena = arena};
  s_keys keys = {.rows = &rows, .only = key_id, .limit = 1};
  if (!s_begin(&answer, &status, state, call, "key_get", "state.key_get", error)) {
    return status;
  }
  status = s_checked(&answer, &keys, state->table.key_get(state->self, call, key_id, s_key, &keys, &answer.own));
  if (status == ASKIAM_STATUS_OK && keys.count == 0) {
    status = aski_answer_wrong(&answer, "neither the key nor that there is none");
  }
  if (status == ASKIAM_STATUS_OK) {
    *out_key = rows.items[0];
  }
  return aski_answer_end(&answer, status, error);
}

askiam_status aski_state_key_list(const aski_state *state, const askiam_call *call, askiam_str after, size_t limit,
                                  aski_key_rows *rows, askiam_error *error)
{
  aski_answer answer;
  askiam_status status;
  s_keys keys = {.rows = rows, .after = after, .limit = limit};
  if (!s_begin(&answer, &status, state, call, "key_list", "state.key_list", error)) {
    return status;
  }
  status = s_checked(&answer, &keys, state->table.key_list(state->self, call, after, limit, s_key, &keys, &answer.own));
  return aski_answer_end(&answer, status, error);
}

askiam_status aski_state_key_revoke(const aski_state *state, const askiam_call *call, askiam_str key_id,
                                    askiam_error *error)
{
  aski_answer answer;
  askiam_status status;
  if (!s_begin(&answer, &status, state, call, "key_revoke", "state.key_revoke", error)) {
    return status;
  }
  status = state->table.key_revoke(state->self, call, key_id, &answer.own);
  return aski_answer_end(&answer, status, error);
}

askiam_status aski_state_bucket_take(const aski_state *state, const askiam_call *call, askiam_str bucket_id,
                                     int64_t per_minute, int64_t burst, int64_t *out_wait_ms, askiam_error *error)
{
  aski_answer answer;
  askiam_status status;
  int64_t wait_ms = 0;
  *out_wait_ms = 0;
  if (!s_begin(&answer, &status, state, call, "bucket_take", "state.bucket_take", error)) {
    return status;
  }
  status = state->table.bucket_take(state->self, call, bucket_id, per_minute, burst, &wait_ms, &answer.own);
  if (status == ASKIAM_STATUS_OK && wait_ms < 0) {
    status = aski_answer_wrong(&answer, "a time to wait that is negative");
  }
  *out_wait_ms = status == ASKIAM_STATUS_OK ? wait_ms : 0;
  return aski_answer_end(&answer, status, error);
}
