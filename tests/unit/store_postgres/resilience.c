/* SPDX-License-Identifier: Apache-2.0
 *
 * What this store does when the network or the server fails it, below the engine: each failure is made to happen. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <askiam/backend/admin.h>
#include <askiam/backend/catalogue.h>
#include <askiam/backend/journal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "backend/options.h"
#include "base/time.h"
#include "model/candidates.h"
#include "model/facts.h"
#include "model/record.h"
#include "proxy.h"
#include "store/postgres/postgres_store.h"
#include "support/allocator.h"
#include "support/pg.h"

enum { THREADS = 8, ROUNDS = 40 };

typedef struct bench {
  const askiam_store_driver *driver;
  void *self;
  char url[PG_URL_BYTES];
  const char *replica;
  const char *pool_size;
  askiam_token_fn token;
  void *token_context;
  test_allocator allocator;
  struct askiam_call call;
  askiam_error error;
} bench;

static askiam_str s_setting(const void *settings, const char *key)
{
  const bench *b = settings;
  return strcmp(key, "store.replica_url") == 0 ? askiam_str_from(b->replica)
         : strcmp(key, "store.pool_size") == 0 ? askiam_str_from(b->pool_size)
                                               : ASKI_STR_NONE;
}

static askiam_status s_open(bench *b)
{
  const askiam_backend_options options = {.url = askiam_str_from(b->url),
                                          .get = s_setting,
                                          .settings = b,
                                          .allocator = &b->allocator.base,
                                          .clock = aski_clock_system(),
                                          .token = b->token,
                                          .token_context = b->token_context};
  return b->driver->open(&b->self, NULL, &options, &b->error);
}

static void s_import_user(bench *b, const char *id)
{
  const askiam_str values[] = {askiam_str_from(id), ASKI_STR(""),  ASKI_STR("Somebody"),
                               ASKI_STR("active"),  ASKI_STR("1"), ASKI_STR("{}")};
  void *session = NULL;
  assert_int_equal(b->driver->admin->import_begin(b->self, &b->call, &session, &b->error), ASKIAM_STATUS_OK);
  assert_int_equal(b->driver->admin->import_row(session, ASKIAM_TABLE_USERS, 1, values, 6, &b->error),
                   ASKIAM_STATUS_OK);
  assert_int_equal(b->driver->admin->import_commit(session, NULL, NULL, &b->error), ASKIAM_STATUS_OK);
}

/* A store over a new database with one user; to be closed by s_close. */
static void s_make(bench *b, const char *user)
{
  *b = (bench){.driver = aski_postgres_store_driver()};
  test_allocator_init(&b->allocator);
  b->call = (struct askiam_call){.clock = aski_clock_system(), .deadline_ticks_ns = UINT64_MAX, .now_ms = 1000};
  pg_new_database(b->url, pg_port());
  int from = 0;
  int to = 0;
  assert_int_equal(s_open(b), ASKIAM_STATUS_OK);
  assert_int_equal(b->driver->admin->migrate(b->self, &b->call, &from, &to, &b->error), ASKIAM_STATUS_OK);
  s_import_user(b, user);
}

static void s_close(bench *b)
{
  b->driver->close(b->self);
  assert_int_equal(b->allocator.outstanding, 0);
}

static askiam_status s_facts(bench *b, const struct askiam_call *call, const char *user, bool *out_found,
                             askiam_error *error)
{
  aski_arena arena;
  aski_facts facts;
  aski_arena_init(&arena, aski_allocator_default());
  aski_facts_init(&facts, &arena);
  askiam_status status = b->driver->catalogue->facts(b->self, call, askiam_str_from(user), ASKI_STR_NONE, ASKI_STR_NONE,
                                                     ASKI_STR_NONE, &facts, error);
  *out_found = facts.user.found;
  aski_arena_clean_up(&arena);
  return status;
}

static int64_t s_now_ms(void) { return (int64_t)(aski_clock_ticks_ns(aski_clock_system()) / 1000000); }

static askiam_record *s_record(const char *request, int64_t seq)
{
  askiam_record *record = askiam_record_new(NULL);
  char prev[65];
  char hash[65];
  snprintf(prev, sizeof prev, "%064d", (int)seq - 1);
  snprintf(hash, sizeof hash, "%064d", (int)seq);
  const struct {
    askiam_record_field field;
    const char *text;
  } texts[] = {{ASKIAM_RECORD_REQUEST_ID, request}, {ASKIAM_RECORD_REQUESTER_ID, "u"}, {ASKIAM_RECORD_STATUS, "VALID"},
               {ASKIAM_RECORD_AUDIT_ID, request},   {ASKIAM_RECORD_ACTION, "a"},       {ASKIAM_RECORD_RESOURCE, ""},
               {ASKIAM_RECORD_CHAIN, "main-03"},    {ASKIAM_RECORD_PREV_HASH, prev},   {ASKIAM_RECORD_HASH, hash},
               {ASKIAM_RECORD_PAYLOAD, "{\"v\":1}"}};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; ++i) {
    askiam_record_set_text(record, texts[i].field, askiam_str_from(texts[i].text));
  }
  askiam_record_set_number(record, ASKIAM_RECORD_SEQ, seq);
  return record;
}

static askiam_status s_append(bench *b, const char *request, int64_t seq)
{
  askiam_record *record = s_record(request, seq);
  const askiam_record *items[] = {record};
  const struct askiam_records records = {items, 1};
  askiam_status status = b->driver->journal->append(b->self, &b->call, &records, NULL, &b->error);
  askiam_record_destroy(record);
  return status;
}

static void s_assert_count(const bench *b, const char *sql, const char *expected)
{
  char found[32];
  pg_value(b->url, sql, found, sizeof found);
  assert_string_equal(found, expected);
}

static void resilience__a_commit_without_an_answer_is_looked_up(void **state)
{
  (void)state;
  bench b;
  s_make(&b, "u");
  b.driver->close(b.self);
  char direct[PG_URL_BYTES];
  proxy p;
  proxy_start(&p, pg_port());
  snprintf(direct, sizeof direct, "%s", b.url);
  snprintf(b.url, sizeof b.url, "postgresql://postgres@127.0.0.1:%d/%s", p.port, strrchr(direct, '/') + 1);
  assert_int_equal(s_open(&b), ASKIAM_STATUS_OK);
  assert_int_equal(s_append(&b, "first", 1), ASKIAM_STATUS_OK);
  b.driver->close(b.self); /* COMMIT is a word on the wire only where it is prepared anew */
  assert_int_equal(s_open(&b), ASKIAM_STATUS_OK);
  proxy_set(&p, PROXY_LOSE_ANSWER);
  assert_int_equal(s_append(&b, "second", 2), ASKIAM_STATUS_OK);
  proxy_set(&p, PROXY_LOSE_COMMIT);
  b.driver->close(b.self);
  assert_int_equal(s_open(&b), ASKIAM_STATUS_OK);
  assert_int_equal(s_append(&b, "third", 3), ASKIAM_STATUS_OK); /* it was not recorded: the same is tried once more, */
  assert_int_equal(s_append(&b, "third", 3), ASKIAM_STATUS_CONFLICT); /* and recorded once: its place is taken */
  snprintf(b.url, sizeof b.url, "%s", direct);
  s_assert_count(&b, "SELECT count(*) FROM requests", "3");
  s_assert_count(&b, "SELECT seq FROM audit_chains WHERE chain = 'main-03'", "3");
  s_close(&b);
  proxy_stop(&p);
}

static void resilience__a_connection_that_died_idle_is_replaced(void **state)
{
  (void)state;
  bench b;
  bool found = false;
  s_make(&b, "u");
  assert_int_equal(s_facts(&b, &b.call, "u", &found, &b.error), ASKIAM_STATUS_OK);
  pg_execute(b.url, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
                    " AND datname = current_database()");
  assert_int_equal(s_facts(&b, &b.call, "u", &found, &b.error), ASKIAM_STATUS_OK);
  assert_true(found);
  pg_restart();
  assert_int_equal(s_facts(&b, &b.call, "u", &found, &b.error), ASKIAM_STATUS_OK);
  assert_int_equal(s_append(&b, "after", 1), ASKIAM_STATUS_OK);
  s_close(&b);
}

static void *s_hold_lock(void *context)
{
  pg_execute(context, "BEGIN; LOCK TABLE users; SELECT pg_sleep(1.5); COMMIT");
  return NULL;
}

static void *s_cancel_soon(void *context)
{
  struct timespec nap = {.tv_nsec = 200000000};
  nanosleep(&nap, NULL);
  __atomic_store_n((int *)context, 1, __ATOMIC_RELEASE);
  return NULL;
}

static void resilience__a_deadline_or_a_cancelled_call_ends_the_wait(void **state)
{
  (void)state;
  bench b;
  bool found = false;
  pthread_t holder;
  pthread_t canceller;
  int cancelled = 0;
  s_make(&b, "u");
  assert_int_equal(pthread_create(&holder, NULL, s_hold_lock, b.url), 0);
  struct timespec nap = {.tv_nsec = 300000000};
  nanosleep(&nap, NULL);
  struct askiam_call hurried = b.call;
  hurried.deadline_ticks_ns = aski_clock_ticks_ns(b.call.clock) + 200000000U;
  int64_t began_ms = s_now_ms();
  assert_int_equal(s_facts(&b, &hurried, "u", &found, &b.error), ASKIAM_STATUS_TIMEOUT);
  assert_true(s_now_ms() - began_ms < 700);
  struct askiam_call given_up = b.call;
  given_up.cancelled = &cancelled;
  assert_int_equal(pthread_create(&canceller, NULL, s_cancel_soon, &cancelled), 0);
  began_ms = s_now_ms();
  assert_int_equal(s_facts(&b, &given_up, "u", &found, &b.error), ASKIAM_STATUS_CANCELLED);
  assert_true(s_now_ms() - began_ms < 700);
  pthread_join(canceller, NULL);
  pthread_join(holder, NULL);
  assert_int_equal(s_facts(&b, &b.call, "u", &found, &b.error), ASKIAM_STATUS_OK);
  s_close(&b);
}

static void resilience__a_server_that_does_not_answer_is_left_alone_for_a_while(void **state)
{
  (void)state;
  bench b;
  bool found = false;
  proxy p;
  s_make(&b, "u");
  b.driver->close(b.self);
  proxy_start(&p, pg_port());
  int port = p.port;
  proxy_stop(&p);
  char name[32];
  snprintf(name, sizeof name, "%s", strrchr(b.url, '/') + 1);
  snprintf(b.url, sizeof b.url, "postgresql://postgres@127.0.0.1:%d/%s", port, name);
  assert_int_equal(s_open(&b), ASKIAM_STATUS_OK);
  for (int i = 0; i < 4; ++i) {
    assert_int_equal(s_facts(&b, &b.call, "u", &found, &b.error), ASKIAM_STATUS_UNAVAILABLE);
    assert_int_equal(b.error.retryable, 1);
    struct timespec nap = {.tv_nsec = i < 3 ? 60000000 * (2 << i) : 0};
    nanosleep(&nap, NULL);
  }
  int64_t began_ms = s_now_ms();
  for (int i = 0; i < 200; ++i) { /* nobody connects */
    assert_int_equal(s_facts(&b, &b.call, "u", &found, &b.error), ASKIAM_STATUS_UNAVAILABLE);
  }
  assert_true(s_now_ms() - began_ms < 100);
  s_close(&b);
}

static void resilience__a_replica_answers_what_may_be_old_and_is_passed_by_when_it_fails(void **state)
{
  (void)state;
  bench primary;
  bench replica;
  s_make(&primary, "here");
  s_make(&replica, "there");
  primary.driver->close(primary.self);
  primary.replica = replica.url;
  assert_int_equal(s_open(&primary), ASKIAM_STATUS_OK);
  const askiam_str ids[] = {ASKI_STR("here"), ASKI_STR("there")};
  askiam_people people;
  aski_arena arena;
  aski_arena_init(&arena, aski_allocator_default());
  assert_true(aski_people_init(&people, &arena, ids, 2));
  assert_int_equal(primary.driver->catalogue->people(primary.self, &primary.call, &people, &primary.error),
                   ASKIAM_STATUS_OK);
  assert_true(!people.items[0].found && people.items[1].found);
  bool found = false;
  assert_int_equal(s_facts(&primary, &primary.call, "here", &found, &primary.error), ASKIAM_STATUS_OK);
  assert_true(found);
  primary.driver->close(primary.self);
  primary.replica = "postgresql://postgres@127.0.0.1:1/nothing";
  assert_int_equal(s_open(&primary), ASKIAM_STATUS_OK);
  assert_true(aski_people_init(&people, &arena, ids, 2));
  assert_int_equal(primary.driver->catalogue->people(primary.self, &primary.call, &people, &primary.error),
                   ASKIAM_STATUS_OK);
  assert_true(people.items[0].found && !people.items[1].found);
  aski_arena_clean_up(&arena);
  s_close(&primary);
  s_close(&replica);
}

typedef struct tokens {
  int asked;
  const char *token;
  askiam_status status;
} tokens;

static askiam_status s_token(void *context, const askiam_call *call, askiam_str host, askiam_str port, askiam_str user,
                             askiam_token_sink *sink, askiam_error *error)
{
  tokens *t = context;
  assert_non_null(call);
  assert_true(aski_str_equal_text(host, "127.0.0.1") && aski_str_equal_text(user, "bearer") && port.length > 0);
  ++t->asked;
  if (t->status != ASKIAM_STATUS_OK) {
    return askiam_error_set(error, t->status, ASKIAM_LAYER_STORE, "no token today");
  }
  return askiam_token_set(sink, askiam_str_from(t->token));
}

/* The server asks this role for a password from now on. */
static void s_guard(const bench *b)
{
  char command[512];
  snprintf(command, sizeof command, "sed -i '1i host all bearer 127.0.0.1/32 scram-sha-256' %s/data/pg_hba.conf",
           pg_folder());
  assert_int_equal(system(command), 0);
  pg_execute(b->url, "CREATE ROLE bearer LOGIN SUPERUSER PASSWORD 'of today'; SELECT pg_reload_conf()");
  struct timespec nap = {.tv_nsec = 300000000};
  nanosleep(&nap, NULL);
}

static void resilience__a_token_is_asked_for_with_each_connection(void **state)
{
  (void)state;
  bench b;
  bool found = false;
  tokens t = {.token = "of today"};
  s_make(&b, "u");
  s_guard(&b);
  b.driver->close(b.self);
  b.token = s_token;
  b.token_context = &t;
  char name[32];
  snprintf(name, sizeof name, "%s", strrchr(b.url, '/') + 1);
  snprintf(b.url, sizeof b.url, "postgresql://bearer:stale@127.0.0.1:%d/%s", pg_port(), name);
  assert_int_equal(s_open(&b), ASKIAM_STATUS_OK);
  assert_int_equal(s_facts(&b, &b.call, "u", &found, &b.error), ASKIAM_STATUS_OK);
  assert_int_equal(s_facts(&b, &b.call, "u", &found, &b.error), ASKIAM_STATUS_OK);
  assert_int_equal(t.asked, 1);
  b.driver->close(b.self);
  assert_int_equal(s_open(&b), ASKIAM_STATUS_OK);
  t.token = "of yesterday";
  assert_int_equal(s_facts(&b, &b.call, "u", &found, &b.error), ASKIAM_STATUS_NOT_PERMITTED);
  assert_null(strstr(b.error.message, "yesterday"));
  t.status = ASKIAM_STATUS_UNAVAILABLE;
  assert_int_equal(s_facts(&b, &b.call, "u", &found, &b.error), ASKIAM_STATUS_UNAVAILABLE);
  assert_non_null(strstr(b.error.message, "no token today"));
  s_close(&b);
}

typedef struct worker {
  bench *b;
  int failures;
} worker;

static void *s_work(void *context)
{
  worker *w = context;
  for (int i = 0; i < ROUNDS; ++i) {
    bool found = false;
    askiam_error error = ASKIAM_ERROR_INIT;
    w->failures += s_facts(w->b, &w->b->call, "u", &found, &error) != ASKIAM_STATUS_OK || !found;
  }
  return NULL;
}

static void resilience__threads_share_a_small_pool(void **state)
{
  (void)state;
  bench b;
  s_make(&b, "u");
  b.driver->close(b.self);
  b.pool_size = "2";
  assert_int_equal(s_open(&b), ASKIAM_STATUS_OK);
  pthread_t threads[THREADS];
  worker workers[THREADS];
  for (size_t i = 0; i < THREADS; ++i) {
    workers[i] = (worker){.b = &b};
    assert_int_equal(pthread_create(&threads[i], NULL, s_work, &workers[i]), 0);
  }
  for (size_t i = 0; i < THREADS; ++i) {
    pthread_join(threads[i], NULL);
    assert_int_equal(workers[i].failures, 0);
  }
  s_assert_count(&b,
                 "SELECT count(*) <= 2 FROM pg_stat_activity WHERE application_name = 'askiam'"
                 " AND datname = current_database()",
                 "t");
  s_close(&b);
}

static void resilience__a_url_that_cannot_be_is_refused_without_its_words(void **state)
{
  (void)state;
  static const char *const urls[] = {"postgresql:secret",
                                     "postgresql://u:secret%zz@h/d",
                                     "postgresql://h/d?secret=1",
                                     "postgresql://u:secret@h/d?ssl_min_protocol_version=TLSv1.1",
                                     "postgresql://u:a@secret@h/d",
                                     "postgresql://u:a/secret@h/d",
                                     "postgresql://u:a?b@secret@h/d"};
  for (size_t i = 0; i < sizeof urls / sizeof *urls; ++i) {
    bench b = {.driver = aski_postgres_store_driver()};
    test_allocator_init(&b.allocator);
    snprintf(b.url, sizeof b.url, "%s", urls[i]);
    assert_int_equal(s_open(&b), ASKIAM_STATUS_CONFIG);
    assert_null(strstr(b.error.message, "secret"));
    assert_int_equal(b.allocator.outstanding, 0);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(resilience__a_url_that_cannot_be_is_refused_without_its_words),
      cmocka_unit_test(resilience__a_commit_without_an_answer_is_looked_up),
      cmocka_unit_test(resilience__a_connection_that_died_idle_is_replaced),
      cmocka_unit_test(resilience__a_deadline_or_a_cancelled_call_ends_the_wait),
      cmocka_unit_test(resilience__a_server_that_does_not_answer_is_left_alone_for_a_while),
      cmocka_unit_test(resilience__a_replica_answers_what_may_be_old_and_is_passed_by_when_it_fails),
      cmocka_unit_test(resilience__a_token_is_asked_for_with_each_connection),
      cmocka_unit_test(resilience__threads_share_a_small_pool),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
