/* SPDX-License-Identifier: Apache-2.0
 *
 * A store's API keys: what of a backend's answer lets somebody in, and what of it is not believed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* after the four that it needs */
#include <cmocka.h>

#include "backend/handles.h"
#include "base/time.h"

#define FIRST "00000000000000000000000a"
#define SECOND "00000000000000000000000b"

enum { KEYS_MAX = 4 };

/* A store that tells these keys, whatever it is asked for. */
typedef struct store_double {
  askiam_key_row keys[KEYS_MAX];
  size_t count;
  askiam_status status;
  int64_t wait_ms;
  bool swallows; /* goes on, and says OK, where it was told to stop */
} store_double;

static askiam_key_row s_key(const char *id)
{
  return (askiam_key_row){.size = sizeof(askiam_key_row),
                          .key_id = askiam_str_from(id),
                          .name = ASKI_STR(""),
                          .owner_id = ASKI_STR("o"),
                          .scopes = ASKI_STR(""),
                          .salt = ASKI_STR("s"),
                          .hash = ASKI_STR("h"),
                          .per_minute = 1,
                          .burst = 1};
}

static askiam_status s_tell(const store_double *played, askiam_key_fn key, void *context)
{
  for (size_t i = 0; i < played->count; ++i) {
    askiam_status status = key(context, &played->keys[i]);
    if (status != ASKIAM_STATUS_OK && !played->swallows) {
      return status;
    }
  }
  return played->status;
}

static askiam_status s_put(void *self, const askiam_call *call, const askiam_key_row *key, askiam_error *error)
{
  (void)call;
  (void)key;
  (void)error;
  return ((const store_double *)self)->status;
}

static askiam_status s_get(void *self, const askiam_call *call, askiam_str key_id, askiam_key_fn key, void *context,
                           askiam_error *error)
{
  (void)call;
  (void)key_id;
  (void)error;
  return s_tell(self, key, context);
}

static askiam_status s_list(void *self, const askiam_call *call, askiam_str after, size_t limit, askiam_key_fn key,
                            void *context, askiam_error *error)
{
  (void)call;
  (void)after;
  (void)limit;
  (void)error;
  return s_tell(self, key, context);
}

static askiam_status s_revoke(void *self, const askiam_call *call, askiam_str key_id, askiam_error *error)
{
  (void)call;
  (void)key_id;
  (void)error;
  return ((const store_double *)self)->status;
}

static askiam_status s_take(void *self, const askiam_call *call, askiam_str bucket_id, int64_t per_minute,
                            int64_t burst, int64_t *out_wait_ms, askiam_error *error)
{
  const store_double *played = self;
  (void)call;
  (void)bucket_id;
  (void)per_minute;
  (void)burst;
  (void)error;
  *out_wait_ms = played->wait_ms;
  return played->status;
}

static aski_state s_state_of(store_double *played)
{
  return (aski_state){
      .table = {.key_put = s_put, .key_get = s_get, .key_list = s_list, .key_revoke = s_revoke, .bucket_take = s_take},
      .self = played,
      .provided = true};
}

static askiam_call s_call(void) { return (askiam_call){.clock = aski_clock_system(), .deadline_ticks_ns = UINT64_MAX}; }

static askiam_status s_ask_one(store_double *played, askiam_key_row *out_key)
{
  aski_arena arena;
  aski_arena_init(&arena, aski_allocator_default());
  const aski_state asked = s_state_of(played);
  const askiam_call call = s_call();
  askiam_error error = ASKIAM_ERROR_INIT;
  askiam_status status = aski_state_key_get(&asked, &call, ASKI_STR(FIRST), &arena, out_key, &error);
  assert_true(status == ASKIAM_STATUS_OK ? aski_str_equal_text(out_key->key_id, FIRST) : error.message[0] != 0);
  aski_arena_clean_up(&arena);
  return status;
}

static askiam_status s_ask_list(store_double *played, size_t limit, size_t *out_count)
{
  aski_arena arena;
  aski_arena_init(&arena, aski_allocator_default());
  aski_key_rows rows = {.arena = &arena};
  const aski_state asked = s_state_of(played);
  const askiam_call call = s_call();
  askiam_status status = aski_state_key_list(&asked, &call, ASKI_STR("000000000000000000000009"), limit, &rows, NULL);
  *out_count = rows.count;
  aski_arena_clean_up(&arena);
  return status;
}

static void backend__a_key_is_the_one_that_was_asked_for_or_none(void **state)
{
  (void)state;
  askiam_key_row key = {.size = 0};
  store_double played = {.keys = {s_key(FIRST)}, .count = 1};
  assert_int_equal(s_ask_one(&played, &key), ASKIAM_STATUS_OK);
  played.keys[0] = s_key(SECOND);
  assert_int_equal(s_ask_one(&played, &key), ASKIAM_STATUS_UNAVAILABLE);
  played.swallows = true;
  assert_int_equal(s_ask_one(&played, &key), ASKIAM_STATUS_UNAVAILABLE);
  played = (store_double){.keys = {s_key(FIRST), s_key(FIRST)}, .count = 2, .swallows = true};
  assert_int_equal(s_ask_one(&played, &key), ASKIAM_STATUS_UNAVAILABLE);
  played = (store_double){.count = 0};
  assert_int_equal(s_ask_one(&played, &key), ASKIAM_STATUS_UNAVAILABLE);
  played.status = ASKIAM_STATUS_NOT_FOUND;
  assert_int_equal(s_ask_one(&played, &key), ASKIAM_STATUS_NOT_FOUND);
  played = (store_double){.keys = {s_key(FIRST)}, .count = 1, .status = ASKIAM_STATUS_BUSY};
  assert_int_equal(s_ask_one(&played, &key), ASKIAM_STATUS_BUSY);
}

static void backend__half_a_key_is_none(void **state)
{
  (void)state;
  store_double played = {.count = 1, .swallows = true};
  askiam_key_row bad[8];
  for (size_t i = 0; i < sizeof bad / sizeof *bad; ++i) {
    bad[i] = s_key(FIRST);
  }
  bad[0].size = sizeof(size_t);
  bad[1].key_id = ASKI_STR("");
  bad[2].key_id = ASKI_STR(FIRST "0");
  bad[3].owner_id = ASKI_STR("");
  bad[4].per_minute = 0;
  bad[5].burst = -1;
  bad[6].per_minute = 1000001;
  bad[7].burst = INT64_MAX;
  for (size_t i = 0; i < sizeof bad / sizeof *bad; ++i) {
    askiam_key_row key = {.size = 0};
    played.keys[0] = bad[i];
    assert_int_equal(s_ask_one(&played, &key), ASKIAM_STATUS_UNAVAILABLE);
    assert_int_equal(key.size, 0);
  }
}

static void backend__keys_come_in_order_and_no_more_than_wanted(void **state)
{
  (void)state;
  size_t count = 0;
  store_double played = {.keys = {s_key(FIRST), s_key(SECOND)}, .count = 2};
  assert_int_equal(s_ask_list(&played, 2, &count), ASKIAM_STATUS_OK);
  assert_int_equal(count, 2);
  assert_int_equal(s_ask_list(&played, 1, &count), ASKIAM_STATUS_UNAVAILABLE);
  played.keys[0] = s_key(SECOND);
  assert_int_equal(s_ask_list(&played, 2, &count), ASKIAM_STATUS_UNAVAILABLE);
  played.keys[0] = s_key("000000000000000000000009");
  assert_int_equal(s_ask_list(&played, 2, &count), ASKIAM_STATUS_UNAVAILABLE);
}

static void backend__a_bucket_never_gives_by_a_negative_wait_or_a_failure(void **state)
{
  (void)state;
  store_double played = {.wait_ms = 7};
  const aski_state asked = s_state_of(&played);
  const askiam_call call = s_call();
  int64_t wait_ms = -1;
  assert_int_equal(aski_state_bucket_take(&asked, &call, ASKI_STR("b"), 1, 1, &wait_ms, NULL), ASKIAM_STATUS_OK);
  assert_int_equal(wait_ms, 7);
  played.wait_ms = -1;
  assert_int_equal(aski_state_bucket_take(&asked, &call, ASKI_STR("b"), 1, 1, &wait_ms, NULL),
                   ASKIAM_STATUS_UNAVAILABLE);
  played.wait_ms = 0;
  played.status = ASKIAM_STATUS_FULL;
  assert_int_equal(aski_state_bucket_take(&asked, &call, ASKI_STR("b"), 1, 1, &wait_ms, NULL), ASKIAM_STATUS_FULL);
}

static void backend__keys_need_a_store_that_has_them(void **state)
{
  (void)state;
  const aski_state none = {.provided = true};
  const askiam_call call = s_call();
  const askiam_key_row row = s_key(FIRST);
  askiam_key_row key;
  aski_arena arena;
  aski_arena_init(&arena, aski_allocator_default());
  aski_key_rows rows = {.arena = &arena};
  int64_t wait_ms = 5;
  askiam_error error = ASKIAM_ERROR_INIT;
  assert_int_equal(aski_state_key_put(&none, &call, &row, &error), ASKIAM_STATUS_NOT_SUPPORTED);
  assert_non_null(strstr(error.message, "state.key_put"));
  assert_int_equal(aski_state_key_get(&none, &call, ASKI_STR(FIRST), &arena, &key, NULL), ASKIAM_STATUS_NOT_SUPPORTED);
  assert_int_equal(aski_state_key_list(&none, &call, ASKI_STR(""), 1, &rows, NULL), ASKIAM_STATUS_NOT_SUPPORTED);
  assert_int_equal(aski_state_key_revoke(&none, &call, ASKI_STR(FIRST), NULL), ASKIAM_STATUS_NOT_SUPPORTED);
  assert_int_equal(aski_state_bucket_take(&none, &call, ASKI_STR("b"), 1, 1, &wait_ms, NULL),
                   ASKIAM_STATUS_NOT_SUPPORTED);
  assert_int_equal(wait_ms, 0);
  aski_arena_clean_up(&arena);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(backend__a_key_is_the_one_that_was_asked_for_or_none),
      cmocka_unit_test(backend__half_a_key_is_none),
      cmocka_unit_test(backend__keys_come_in_order_and_no_more_than_wanted),
      cmocka_unit_test(backend__a_bucket_never_gives_by_a_negative_wait_or_a_failure),
      cmocka_unit_test(backend__keys_need_a_store_that_has_them),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
