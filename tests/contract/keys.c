/* SPDX-License-Identifier: Apache-2.0
 *
 * What every store of API keys and of their rate limits promises (askiam/backend/state.h). */
#include <pthread.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support.h"

enum { THREADS = 6, PROCESSES = 2, TRIES = 20, BURST = 40 };

#define FIRST "00000000000000000000000a"
#define SECOND "00000000000000000000000b"
#define THIRD "0000000000000000000000b0"

static askiam_key_row s_row(const char *id)
{
  return (askiam_key_row){.size = sizeof(askiam_key_row),
                          .key_id = askiam_str_from(id),
                          .name = ASKI_STR("Ünser bot"),
                          .owner_id = ASKI_STR("john.doe"),
                          .scopes = ASKI_STR("audit on-behalf"),
                          .salt = ASKI_STR("5a"),
                          .hash = ASKI_STR("4b"),
                          .created_at_ms = CONTRACT_NOW_MS,
                          .expires_at_ms = CONTRACT_NOW_MS + 5,
                          .per_minute = 60,
                          .burst = 10};
}

static askiam_status s_put(contract *c, const char *id)
{
  const askiam_key_row row = s_row(id);
  return c->driver->state->key_put(c->self, &c->call, &row, &c->error);
}

/* The keys that were told, as texts. */
typedef struct told {
  char text[512];
  size_t count;
  askiam_status answer; /* what the sink says */
} told;

static askiam_status s_tell(void *context, const askiam_key_row *key)
{
  told *t = context;
  size_t length = strlen(t->text);
  ++t->count;
  snprintf(t->text + length, sizeof t->text - length, "%.*s|%.*s|%.*s|%.*s|%.*s|%.*s|%lld|%lld|%lld|%lld|%lld\n",
           ASKI_STR_ARG(key->key_id), ASKI_STR_ARG(key->name), ASKI_STR_ARG(key->owner_id), ASKI_STR_ARG(key->scopes),
           ASKI_STR_ARG(key->salt), ASKI_STR_ARG(key->hash), (long long)(key->created_at_ms - CONTRACT_NOW_MS),
           (long long)(key->expires_at_ms - CONTRACT_NOW_MS),
           (long long)(key->revoked_at_ms == 0 ? -1 : key->revoked_at_ms - CONTRACT_NOW_MS), (long long)key->per_minute,
           (long long)key->burst);
  return t->answer;
}

static askiam_status s_get(contract *c, const char *id, told *t)
{
  *t = (told){.answer = t->answer};
  return c->driver->state->key_get(c->self, &c->call, askiam_str_from(id), s_tell, t, &c->error);
}

static askiam_status s_list(contract *c, const char *after, size_t limit, told *t)
{
  *t = (told){.answer = t->answer};
  return c->driver->state->key_list(c->self, &c->call, askiam_str_from(after), limit, s_tell, t, &c->error);
}

static askiam_status s_revoke(contract *c, const char *id)
{
  return c->driver->state->key_revoke(c->self, &c->call, askiam_str_from(id), &c->error);
}

static void keys__a_key_is_kept_as_it_was_put(void **state)
{
  contract *c = *state;
  told t = {.answer = ASKIAM_STATUS_OK};
  assert_int_equal(s_get(c, FIRST, &t), ASKIAM_STATUS_NOT_FOUND);
  assert_int_equal(t.count, 0);
  assert_int_equal(s_put(c, FIRST), ASKIAM_STATUS_OK);
  assert_int_equal(s_get(c, FIRST, &t), ASKIAM_STATUS_OK);
  assert_string_equal(t.text, FIRST "|Ünser bot|john.doe|audit on-behalf|5a|4b|0|5|-1|60|10\n");
  askiam_key_row bare = s_row(SECOND);
  bare.name = bare.scopes = ASKI_STR("");
  bare.expires_at_ms = 0;
  assert_int_equal(c->driver->state->key_put(c->self, &c->call, &bare, &c->error), ASKIAM_STATUS_OK);
  assert_int_equal(s_get(c, SECOND, &t), ASKIAM_STATUS_OK);
  char expected[128];
  snprintf(expected, sizeof expected, SECOND "||john.doe||5a|4b|0|%lld|-1|60|10\n", -(long long)CONTRACT_NOW_MS);
  assert_string_equal(t.text, expected);
}

static void keys__an_id_is_taken_once(void **state)
{
  contract *c = *state;
  told t = {.answer = ASKIAM_STATUS_OK};
  askiam_key_row other = s_row(FIRST);
  other.owner_id = ASKI_STR("mallory");
  assert_int_equal(s_put(c, FIRST), ASKIAM_STATUS_OK);
  assert_int_equal(c->driver->state->key_put(c->self, &c->call, &other, &c->error), ASKIAM_STATUS_EXISTS);
  assert_int_equal(s_get(c, FIRST, &t), ASKIAM_STATUS_OK);
  assert_non_null(strstr(t.text, "|john.doe|"));
  assert_int_equal(s_put(c, SECOND), ASKIAM_STATUS_OK); /* and the store still works */
}

static void keys__are_listed_in_pages_by_id(void **state)
{
  contract *c = *state;
  told t = {.answer = ASKIAM_STATUS_OK};
  assert_int_equal(s_list(c, "", 2, &t), ASKIAM_STATUS_OK);
  assert_int_equal(t.count, 0);
  assert_int_equal(s_put(c, THIRD), ASKIAM_STATUS_OK);
  assert_int_equal(s_put(c, FIRST), ASKIAM_STATUS_OK);
  assert_int_equal(s_put(c, SECOND), ASKIAM_STATUS_OK);
  assert_int_equal(s_list(c, "", 2, &t), ASKIAM_STATUS_OK);
  assert_int_equal(t.count, 2);
  assert_true(strncmp(t.text, FIRST, 24) == 0 && strstr(t.text, "\n" SECOND) != NULL);
  assert_int_equal(s_list(c, SECOND, 2, &t), ASKIAM_STATUS_OK);
  assert_int_equal(t.count, 1);
  assert_true(strncmp(t.text, THIRD, 24) == 0);
  assert_int_equal(s_list(c, THIRD, 2, &t), ASKIAM_STATUS_OK);
  assert_int_equal(t.count, 0);
}

static void keys__a_sink_ends_the_telling(void **state)
{
  contract *c = *state;
  told t = {.answer = ASKIAM_STATUS_CANCELLED};
  assert_int_equal(s_put(c, FIRST), ASKIAM_STATUS_OK);
  assert_int_equal(s_put(c, SECOND), ASKIAM_STATUS_OK);
  assert_int_equal(s_list(c, "", 9, &t), ASKIAM_STATUS_CANCELLED);
  assert_int_equal(t.count, 1);
  assert_int_equal(s_get(c, FIRST, &t), ASKIAM_STATUS_CANCELLED);
  assert_int_equal(s_put(c, THIRD), ASKIAM_STATUS_OK);
}

static void keys__a_revoked_key_keeps_its_first_time(void **state)
{
  contract *c = *state;
  told t = {.answer = ASKIAM_STATUS_OK};
  assert_int_equal(s_revoke(c, FIRST), ASKIAM_STATUS_NOT_FOUND);
  assert_int_equal(s_put(c, FIRST), ASKIAM_STATUS_OK);
  assert_int_equal(s_put(c, SECOND), ASKIAM_STATUS_OK);
  c->call.now_ms = CONTRACT_NOW_MS + 7;
  assert_int_equal(s_revoke(c, FIRST), ASKIAM_STATUS_OK);
  c->call.now_ms = CONTRACT_NOW_MS + 9;
  assert_int_equal(s_revoke(c, FIRST), ASKIAM_STATUS_OK);
  assert_int_equal(s_get(c, FIRST, &t), ASKIAM_STATUS_OK);
  assert_non_null(strstr(t.text, "|0|5|7|60|10"));
  assert_int_equal(s_get(c, SECOND, &t), ASKIAM_STATUS_OK);
  assert_non_null(strstr(t.text, "|0|5|-1|60|10"));
}

/* What is to be waited, with the call's clock so far from CONTRACT_NOW_MS; -1 for a failure. */
static int64_t s_take(contract *c, int64_t at_ms, int64_t per_minute, int64_t burst)
{
  int64_t wait_ms = -1;
  c->call.now_ms = CONTRACT_NOW_MS + at_ms;
  askiam_status status =
      c->driver->state->bucket_take(c->self, &c->call, ASKI_STR("b"), per_minute, burst, &wait_ms, &c->error);
  return status == ASKIAM_STATUS_OK ? wait_ms : -1;
}

static void buckets__give_a_burst_and_then_the_rate(void **state)
{
  contract *c = *state;
  for (int i = 0; i < 3; ++i) {
    assert_int_equal(s_take(c, 0, 60, 3), 0);
  }
  assert_int_equal(s_take(c, 0, 60, 3), 1000);
  assert_int_equal(s_take(c, 400, 60, 3), 600);
  assert_int_equal(s_take(c, 999, 60, 3), 1);
  assert_int_equal(s_take(c, 1000, 60, 3), 0);
  assert_int_equal(s_take(c, 1000, 60, 3), 1000);
  assert_int_equal(s_take(c, 3500, 60, 3), 0); /* two and a half were there */
  assert_int_equal(s_take(c, 3500, 60, 3), 0);
  assert_int_equal(s_take(c, 3500, 60, 3), 500);
}

static void buckets__never_hold_more_than_their_burst(void **state)
{
  contract *c = *state;
  assert_int_equal(s_take(c, 0, 60, 2), 0);
  const int64_t years_ms = 100 * 365 * ASKI_MS_PER_DAY;
  assert_int_equal(s_take(c, years_ms, 60, 2), 0);
  assert_int_equal(s_take(c, years_ms, 60, 2), 0);
  assert_int_equal(s_take(c, years_ms, 60, 2), 1000);
  assert_int_equal(s_take(c, years_ms, 1000000, 1000000), 1); /* a new rate: what is there stays, and fills faster */
  assert_int_equal(s_take(c, 2 * years_ms, 1000000, 1000000), 0);
  assert_int_equal(s_take(c, 2 * years_ms, 1, 1), 0); /* and what is too much is cut */
  assert_int_equal(s_take(c, 2 * years_ms, 1, 1), 60000);
}

/* 7 a minute is one in 8,571.43 ms: over a day none is lost to rounding, and none gained. */
static void buckets__lose_no_fraction(void **state)
{
  contract *c = *state;
  int64_t taken = 0;
  int64_t at_ms = 0;
  while (at_ms < ASKI_MS_PER_DAY / 24) {
    int64_t wait_ms = s_take(c, at_ms, 7, 1);
    assert_true(wait_ms >= 0);
    taken += wait_ms == 0;
    at_ms += wait_ms == 0 ? 1 : wait_ms;
  }
  assert_int_equal(taken, 7 * 60);
}

static void buckets__a_clock_that_goes_back_gives_and_takes_nothing(void **state)
{
  contract *c = *state;
  assert_int_equal(s_take(c, 60000, 60, 2), 0);
  assert_int_equal(s_take(c, 0, 60, 2), 0);        /* the second one is still there */
  assert_int_equal(s_take(c, 0, 60, 2), 61000);    /* none was gained, and none is until the clock is back */
  assert_int_equal(s_take(c, 59999, 60, 2), 1001); /* nor by going forth again over the same time */
  assert_int_equal(s_take(c, 61000, 60, 2), 0);
  assert_int_equal(s_take(c, 61000, 60, 2), 1000);
}

static void buckets__a_clock_that_was_hours_ahead_is_forgotten(void **state)
{
  contract *c = *state;
  const int64_t hour_ms = 3600000;
  assert_int_equal(s_take(c, 3 * hour_ms, 60, 2), 0);
  assert_int_equal(s_take(c, 0, 60, 2), 0); /* what was left there is here */
  assert_int_equal(s_take(c, 0, 60, 2), 1000);
  assert_int_equal(s_take(c, 1000, 60, 2), 0);
  assert_int_equal(s_take(c, 3 * hour_ms, 60, 2), 0);
  assert_int_equal(s_take(c, 3 * hour_ms, 60, 2), 0);
  assert_int_equal(s_take(c, 0, 60, 2), 1000); /* also where it is found out by one that gets nothing */
  assert_int_equal(s_take(c, 1000, 60, 2), 0);
  assert_int_equal(s_take(c, 1000 - hour_ms, 60, 2), 1000 + hour_ms); /* an hour is not too much */
}

static void buckets__are_apart(void **state)
{
  contract *c = *state;
  int64_t wait_ms = -1;
  assert_int_equal(s_take(c, 0, 1, 1), 0);
  assert_int_equal(c->driver->state->bucket_take(c->self, &c->call, ASKI_STR("c"), 1, 1, &wait_ms, &c->error),
                   ASKIAM_STATUS_OK);
  assert_int_equal(wait_ms, 0);
  assert_int_equal(s_take(c, 0, 1, 1), 60000);
}

/* How many of TRIES it gets while the clock stands still; a store that is busy is asked again. */
static int s_take_many(const contract *c, void *self)
{
  int got = 0;
  for (int i = 0; i < TRIES;) {
    int64_t wait_ms = -1;
    askiam_error error = ASKIAM_ERROR_INIT;
    askiam_status status =
        c->driver->state->bucket_take(self, &c->call, ASKI_STR("shared"), 1, BURST, &wait_ms, &error);
    if (status != ASKIAM_STATUS_OK && status != ASKIAM_STATUS_BUSY) {
      print_message("bucket_take: %s\n", error.message);
      return 0; /* too few in all, then */
    }
    i += status == ASKIAM_STATUS_OK;
    got += status == ASKIAM_STATUS_OK && wait_ms == 0;
  }
  return got;
}

typedef struct taker {
  const contract *c;
  int got;
} taker;

static void *s_run_taker(void *context)
{
  taker *t = context;
  t->got = s_take_many(t->c, t->c->self);
  return NULL;
}

static void buckets__threads_get_what_there_is_and_no_more(void **state)
{
  contract *c = *state;
  pthread_t threads[THREADS];
  taker takers[THREADS];
  int got = 0;
  for (int i = 0; i < THREADS; ++i) {
    takers[i] = (taker){c, 0};
    assert_int_equal(pthread_create(&threads[i], NULL, s_run_taker, &takers[i]), 0);
  }
  for (int i = 0; i < THREADS; ++i) {
    pthread_join(threads[i], NULL);
    got += takers[i].got;
  }
  assert_int_equal(got, BURST);
}

static int s_child(contract *c)
{
  void *self = contract_open_other(c);
  if (self == NULL) {
    return 0;
  }
  int got = s_take_many(c, self) + s_take_many(c, self);
  c->driver->close(self);
  return got;
}

static void buckets__processes_get_what_there_is_and_no_more(void **state)
{
  contract *c = *state;
  if ((c->place->quirks & CONTRACT_VOLATILE) != 0) {
    skip();
  }
  pid_t children[PROCESSES];
  int got = 0;
  fflush(NULL);
  for (int i = 0; i < PROCESSES; ++i) {
    children[i] = fork();
    if (children[i] == 0) {
      _exit(s_child(c));
    }
  }
  for (int i = 0; i < PROCESSES; ++i) {
    int outcome = 0;
    assert_int_equal(waitpid(children[i], &outcome, 0), children[i]);
    assert_true(WIFEXITED(outcome));
    got += WEXITSTATUS(outcome);
  }
  assert_int_equal(got, BURST);
}

static askiam_status s_work(contract *c, int what, told *t, int64_t *out_wait_ms)
{
  switch (what) {
  case 0:
    return s_put(c, FIRST);
  case 1:
    return s_get(c, FIRST, t);
  case 2:
    return s_list(c, "", 9, t);
  case 3:
    return s_revoke(c, FIRST);
  default:
    return c->driver->state->bucket_take(c->self, &c->call, ASKI_STR("b"), 1, 1, out_wait_ms, &c->error);
  }
}

static void keys__memory_may_run_out_anywhere(void **state)
{
  contract *c = *state;
  if ((c->place->quirks & CONTRACT_VOLATILE) != 0) {
    skip();
  }
  for (int what = 0; what < 6; ++what) { /* the bucket twice: with one in it, and with none */
    askiam_status status = ASKIAM_STATUS_NO_MEMORY;
    for (long n = 1; status != ASKIAM_STATUS_OK; ++n) {
      assert_true(n < 1000);
      contract_reopen(c);
      told t = {.answer = ASKIAM_STATUS_OK};
      int64_t wait_ms = 0;
      test_allocator_fail_at(&c->allocator, n);
      status = s_work(c, what, &t, &wait_ms);
      test_allocator_fail_at(&c->allocator, 0);
      assert_true(status == ASKIAM_STATUS_OK || status == ASKIAM_STATUS_NO_MEMORY);
      assert_true(status == ASKIAM_STATUS_OK ? n > 1 : t.count == 0 && wait_ms == 0);
      assert_true(status != ASKIAM_STATUS_OK || what < 4 || wait_ms == (what == 4 ? 0 : 60000));
    }
  }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, contract_setup, contract_teardown)

int main(void)
{
  const struct CMUnitTest tests[] = {
      TEST(keys__a_key_is_kept_as_it_was_put),
      TEST(keys__an_id_is_taken_once),
      TEST(keys__are_listed_in_pages_by_id),
      TEST(keys__a_sink_ends_the_telling),
      TEST(keys__a_revoked_key_keeps_its_first_time),
      TEST(buckets__give_a_burst_and_then_the_rate),
      TEST(buckets__never_hold_more_than_their_burst),
      TEST(buckets__lose_no_fraction),
      TEST(buckets__a_clock_that_goes_back_gives_and_takes_nothing),
      TEST(buckets__a_clock_that_was_hours_ahead_is_forgotten),
      TEST(buckets__are_apart),
      TEST(buckets__threads_get_what_there_is_and_no_more),
      TEST(buckets__processes_get_what_there_is_and_no_more),
      TEST(keys__memory_may_run_out_anywhere),
  };
  return contract_run("keys", tests, sizeof tests / sizeof *tests);
}
