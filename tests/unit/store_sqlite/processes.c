/* SPDX-License-Identifier: Apache-2.0
 *
 * Several processes and threads over one file: chains do not fork, a killed import leaves nothing, migrations do not meet. */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support.h"

enum { RECORDS = 40, PROCESSES = 3, THREADS = 6, LOOKS = 60 };

/* A store of this process: the one that was open before a fork is the parent's. */
static void *s_open(contract *c)
{
  void *self = NULL;
  const struct askiam_backend_options options = {
      .url = askiam_str_from(c->url), .allocator = aski_allocator_default(), .clock = &c->clock};
  return c->driver->open(&self, NULL, &options, &c->error) == ASKIAM_STATUS_OK ? self : NULL;
}

static void s_text(askiam_record *record, askiam_record_field field, const char *text)
{
  if (askiam_record_set_text(record, field, askiam_str_from(text)) != ASKIAM_STATUS_OK) {
    abort();
  }
}

static askiam_status s_append_after(contract *c, void *self, const aski_head *head, const char *id)
{
  askiam_record *record = askiam_record_new(NULL);
  char hash[65];
  snprintf(hash, sizeof hash, "%064llx", (unsigned long long)head->seq + 1);
  s_text(record, ASKIAM_RECORD_REQUEST_ID, id);
  s_text(record, ASKIAM_RECORD_REQUESTER_ID, "r");
  s_text(record, ASKIAM_RECORD_STATUS, "VALID");
  s_text(record, ASKIAM_RECORD_DECISION, "{}");
  s_text(record, ASKIAM_RECORD_AUDIT_ID, id);
  s_text(record, ASKIAM_RECORD_ACTION, "a");
  s_text(record, ASKIAM_RECORD_RESOURCE, "r");
  s_text(record, ASKIAM_RECORD_CHAIN, "main");
  s_text(record, ASKIAM_RECORD_PREV_HASH, head->hash);
  s_text(record, ASKIAM_RECORD_HASH, hash);
  s_text(record, ASKIAM_RECORD_PAYLOAD, "{}");
  askiam_record_set_number(record, ASKIAM_RECORD_SEQ, head->seq + 1);
  const askiam_record *items[] = {record};
  const struct askiam_records records = {items, 1};
  askiam_status status = c->driver->journal->append(self, &c->call, &records, NULL, NULL);
  askiam_record_destroy(record);
  return status;
}

/* Appends until it has got RECORDS in, as the audit stage does: read the head, write, again where somebody was faster. */
static int s_append_many(contract *c, void *self, int who)
{
  for (int done = 0; done < RECORDS;) {
    aski_arena arena;
    aski_arena_init(&arena, aski_allocator_default());
    askiam_heads heads = {.arena = &arena};
    char id[32];
    snprintf(id, sizeof id, "req-%d-%d", who, done);
    askiam_status status = c->driver->journal->heads(self, &c->call, &heads, NULL);
    if (status == ASKIAM_STATUS_OK) {
      status = s_append_after(c, self, &heads.items[0], id);
    }
    aski_arena_clean_up(&arena);
    done += status == ASKIAM_STATUS_OK;
    if (status != ASKIAM_STATUS_OK && status != ASKIAM_STATUS_CONFLICT && status != ASKIAM_STATUS_BUSY) {
      return 1;
    }
  }
  return 0;
}

typedef struct chain {
  int64_t seq;
  char hash[65];
} chain;

static askiam_status s_follow(void *context, const askiam_record *record)
{
  chain *at = context;
  assert_int_equal(askiam_record_number(record, ASKIAM_RECORD_SEQ), ++at->seq);
  assert_true(aski_str_equal_text(askiam_record_text(record, ASKIAM_RECORD_PREV_HASH), at->hash));
  snprintf(at->hash, sizeof at->hash, "%.*s", ASKI_STR_ARG(askiam_record_text(record, ASKIAM_RECORD_HASH)));
  return ASKIAM_STATUS_OK;
}

static void s_follow_chain(contract *c, int64_t length)
{
  chain at = {.seq = 0};
  snprintf(at.hash, sizeof at.hash, "%064d", 0);
  const askiam_journal_query query = {.size = sizeof query, .chain = ASKI_STR("main")};
  assert_int_equal(c->driver->journal->scan(c->self, &c->call, &query, s_follow, &at, &c->error), ASKIAM_STATUS_OK);
  assert_int_equal(at.seq, length);
}

static void s_wait_for(pid_t child)
{
  int outcome = 0;
  assert_int_equal(waitpid(child, &outcome, 0), child);
  assert_true(WIFEXITED(outcome));
  assert_int_equal(WEXITSTATUS(outcome), 0);
}

static void processes__appending_at_once_does_not_fork_a_chain(void **state)
{
  contract *c = *state;
  pid_t children[PROCESSES];
  fflush(NULL);
  for (int i = 0; i < PROCESSES; ++i) {
    children[i] = fork();
    if (children[i] == 0) {
      void *self = s_open(c);
      _exit(self == NULL ? 2 : s_append_many(c, self, i));
    }
  }
  for (int i = 0; i < PROCESSES; ++i) {
    s_wait_for(children[i]);
  }
  s_follow_chain(c, (int64_t)PROCESSES * RECORDS);
}

static void processes__migrating_at_once_makes_one_schema(void **state)
{
  contract *c = *state;
  c->driver->close(c->self);
  snprintf(c->url, sizeof c->url, "sqlite:%s/other.db", c->folder);
  pid_t children[PROCESSES];
  fflush(NULL);
  for (int i = 0; i < PROCESSES; ++i) {
    children[i] = fork();
    if (children[i] == 0) {
      int from = 0;
      int to = 0;
      void *self = s_open(c);
      _exit(self == NULL ? 2 : (int)c->driver->admin->migrate(self, &c->call, &from, &to, NULL));
    }
  }
  for (int i = 0; i < PROCESSES; ++i) {
    s_wait_for(children[i]);
  }
  c->self = s_open(c);
  contract_fill(c);
}

/* Imports without end, and says through the pipe when it is well under way. */
static void s_import_for_ever(contract *c, int tell)
{
  void *self = s_open(c);
  void *session = NULL;
  if (self == NULL || c->driver->admin->import_begin(self, &c->call, &session, NULL) != ASKIAM_STATUS_OK) {
    _exit(1);
  }
  for (uint64_t row = 1;; ++row) {
    char id[32];
    snprintf(id, sizeof id, "u%llu", (unsigned long long)row);
    const askiam_str values[] = {askiam_str_from(id),   ASKI_STR("e@example.com"),
                                 ASKI_STR("Some Body"), ASKI_STR("active"),
                                 ASKI_STR("1"),         ASKI_STR("{\"department\": \"of long words\"}")};
    c->driver->admin->import_row(session, ASKIAM_TABLE_USERS, row, values, 6, NULL);
    if (row == 20000) {
      ssize_t told = write(tell, "x", 1);
      (void)told;
    }
  }
}

static void processes__a_killed_import_leaves_nothing(void **state)
{
  contract *c = *state;
  int ends[2];
  char byte = 0;
  assert_int_equal(pipe(ends), 0);
  fflush(NULL);
  pid_t child = fork();
  if (child == 0) {
    s_import_for_ever(c, ends[1]);
  }
  assert_int_equal(read(ends[0], &byte, 1), 1);
  kill(child, SIGKILL);
  waitpid(child, NULL, 0);
  close(ends[0]);
  close(ends[1]);
  aski_facts facts;
  aski_facts_init(&facts, &c->arena);
  assert_int_equal(c->driver->catalogue->facts(c->self, &c->call, ASKI_STR("u1"), ASKI_STR("john.doe"), ASKI_STR_NONE,
                                               ASKI_STR_NONE, &facts, &c->error),
                   ASKIAM_STATUS_OK);
  assert_false(facts.user.found || facts.requester.found);
  contract_fill(c); /* and the next import works */
}

/* In the child the parent's store only gives its memory back; the parent goes on. */
static void processes__a_child_may_close_its_parents_store(void **state)
{
  contract *c = *state;
  contract_fill(c);
  uint64_t version = 0;
  assert_int_equal(c->driver->catalogue->version(c->self, &c->call, &version, &c->error), ASKIAM_STATUS_OK);
  fflush(NULL);
  pid_t child = fork();
  if (child == 0) {
    c->driver->close(c->self);
    _exit(c->allocator.outstanding == 0 ? 0 : 1);
  }
  s_wait_for(child);
  assert_int_equal(s_append_many(c, c->self, 7), 0);
  s_follow_chain(c, RECORDS);
}

typedef struct worker {
  contract *c;
  int who;
  int failures;
} worker;

static void *s_look(void *context)
{
  worker *w = context;
  contract *c = w->c;
  for (int i = 0; i < LOOKS; ++i) {
    aski_arena arena;
    aski_arena_init(&arena, aski_allocator_default());
    aski_facts facts;
    aski_facts_init(&facts, &arena);
    askiam_status status = c->driver->catalogue->facts(c->self, &c->call, ASKI_STR("john.doe"), ASKI_STR("li.wei"),
                                                       ASKI_STR("workday"), ASKI_STR("wd-hr"), &facts, NULL);
    w->failures += status != ASKIAM_STATUS_OK || facts.grants.count != 3;
    aski_arena_clean_up(&arena);
  }
  return NULL;
}

static void *s_write(void *context)
{
  worker *w = context;
  w->failures = s_append_many(w->c, w->c->self, w->who);
  return NULL;
}

static void processes__threads_share_a_store(void **state)
{
  contract *c = *state;
  contract_fill(c);
  pthread_t threads[THREADS];
  worker workers[THREADS];
  for (int i = 0; i < THREADS; ++i) {
    workers[i] = (worker){c, i, 0};
    assert_int_equal(pthread_create(&threads[i], NULL, i < 2 ? s_write : s_look, &workers[i]), 0);
  }
  for (int i = 0; i < THREADS; ++i) {
    pthread_join(threads[i], NULL);
    assert_int_equal(workers[i].failures, 0);
  }
  s_follow_chain(c, 2 * RECORDS);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, contract_setup, contract_teardown)

int main(void)
{
  contract_current = &contract_places[0];
  const struct CMUnitTest tests[] = {
      TEST(processes__appending_at_once_does_not_fork_a_chain),
      TEST(processes__migrating_at_once_makes_one_schema),
      TEST(processes__a_killed_import_leaves_nothing),
      TEST(processes__a_child_may_close_its_parents_store),
      TEST(processes__threads_share_a_store),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
