/* SPDX-License-Identifier: Apache-2.0
 *
 * Delivery: at least once, in order, whole lines, whoever crashes when. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fixture.h"

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_set_up, fixture_tear_down)

static askiam_status s_relay(audit_fixture *fixture, const char *path, uint64_t *delivered)
{
  char target[256];
  snprintf(target, sizeof target, "file:%s", path);
  return aski_audit_relay(delivered, &fixture->audit, &fixture->call, target, &fixture->error);
}

/* Whether the file holds exactly these events from the n-th on, each a line, in order. */
static void s_expect_events(audit_fixture *fixture, const char *path, const char *before, size_t count)
{
  char *text = fixture_read(path);
  assert_memory_equal(text, before, strlen(before));
  const char *at = text + strlen(before);
  for (size_t i = 0; i < count; ++i) {
    const char *body = fixture->journal.events[i].body;
    assert_memory_equal(at, body, strlen(body));
    at += strlen(body);
    assert_int_equal(*at, '\n');
    ++at;
  }
  assert_int_equal(*at, 0);
  free(text);
}

static void audit__relay_delivers_each_event_in_order(void **state)
{
  audit_fixture *fixture = *state;
  const char *path = fixture_path(fixture, "events.jsonl");
  uint64_t delivered = 0;
  fixture_record_many(fixture, 4);
  assert_int_equal(s_relay(fixture, path, &delivered), ASKIAM_STATUS_OK);
  assert_int_equal(delivered, 6);
  s_expect_events(fixture, path, "", 6);
  assert_int_equal(s_relay(fixture, path, &delivered), ASKIAM_STATUS_OK);
  assert_int_equal(delivered, 0);
  fixture_record(fixture, "later", ASKI_CODE_UNCLEAR);
  assert_int_equal(s_relay(fixture, path, NULL), ASKIAM_STATUS_OK);
  s_expect_events(fixture, path, "", 7);
  struct stat info;
  assert_int_equal(stat(path, &info), 0);
  assert_int_equal(info.st_mode & 0777, 0600);
}

static void audit__relay_works_in_batches(void **state)
{
  audit_fixture *fixture = *state;
  const char *path = fixture_path(fixture, "events.jsonl");
  uint64_t delivered = 0;
  fixture_record_many(fixture, 400);
  assert_int_equal(s_relay(fixture, path, &delivered), ASKIAM_STATUS_OK);
  assert_int_equal(delivered, 600);
  s_expect_events(fixture, path, "", 600);
}

/* Between the file and the mark: delivered again, never lost. */
static void audit__relay_that_could_not_mark_delivers_again(void **state)
{
  audit_fixture *fixture = *state;
  const char *path = fixture_path(fixture, "events.jsonl");
  fixture_record(fixture, "r1", ASKI_CODE_UNCLEAR);
  fixture->journal.calls_until_fail = 2; /* outbox_next, outbox_done */
  fixture->journal.failure = ASKIAM_STATUS_BUSY;
  uint64_t delivered = 9;
  assert_int_equal(s_relay(fixture, path, &delivered), ASKIAM_STATUS_BUSY);
  assert_int_equal(delivered, 0);
  assert_int_equal(s_relay(fixture, path, &delivered), ASKIAM_STATUS_OK);
  assert_int_equal(delivered, 1);
  char *text = fixture_read(path);
  const char *body = fixture->journal.events[0].body;
  assert_int_equal(strlen(text), 2 * (strlen(body) + 1));
  assert_memory_equal(text, body, strlen(body));
  assert_memory_equal(text + strlen(body) + 1, body, strlen(body));
  free(text);
}

static void audit__relay_removes_the_line_that_a_crash_tore(void **state)
{
  audit_fixture *fixture = *state;
  fixture_record(fixture, "r1", ASKI_CODE_UNCLEAR);
  static const char *const torn[] = {"{", "{\"id\":\"ev", "{\"id\":\"evt-0190-half"};
  for (size_t i = 0; i < sizeof torn / sizeof *torn; ++i) {
    char text[64];
    snprintf(text, sizeof text, "{\"old\":1}\n%s", torn[i]);
    const char *path = fixture_file(fixture, "events.jsonl", text);
    fixture->journal.events[0].delivered = false;
    assert_int_equal(s_relay(fixture, path, NULL), ASKIAM_STATUS_OK);
    s_expect_events(fixture, path, "{\"old\":1}\n", 1);
  }
}

static void audit__relay_keeps_somebody_elses_last_line(void **state)
{
  audit_fixture *fixture = *state;
  fixture_record(fixture, "r1", ASKI_CODE_UNCLEAR);
  const char *path = fixture_file(fixture, "events.jsonl", "notes without an end");
  assert_int_equal(s_relay(fixture, path, NULL), ASKIAM_STATUS_OK);
  s_expect_events(fixture, path, "notes without an end\n", 1);
}

static void audit__relay_removes_a_long_torn_line(void **state)
{
  audit_fixture *fixture = *state;
  fixture_record(fixture, "r1", ASKI_CODE_UNCLEAR);
  enum { LENGTH = 200000 };
  char *text = malloc(LENGTH + 1);
  memset(text, 'x', LENGTH);
  memcpy(text, "{}\n{\"id\":\"evt-", 14);
  text[LENGTH] = 0;
  const char *path = fixture_file(fixture, "events.jsonl", text);
  free(text);
  assert_int_equal(s_relay(fixture, path, NULL), ASKIAM_STATUS_OK);
  s_expect_events(fixture, path, "{}\n", 1);
}

static void audit__relay_names_what_is_wrong_with_its_target(void **state)
{
  audit_fixture *fixture = *state;
  fixture_record(fixture, "r1", ASKI_CODE_UNCLEAR);
  static const struct {
    const char *target;
    askiam_status status;
    const char *words;
  } cases[] = {{"https://example.org", ASKIAM_STATUS_NOT_SUPPORTED, "file:PATH"},
               {"file:", ASKIAM_STATUS_NOT_SUPPORTED, "file:PATH"},
               {"", ASKIAM_STATUS_NOT_SUPPORTED, "file:PATH"},
               {"file:/tmp", ASKIAM_STATUS_INVALID_ARGUMENT, "folder"},
               {"file:/nowhere/at/all", ASKIAM_STATUS_NOT_FOUND, "/nowhere/at/all"},
               {"file:/dev/null", ASKIAM_STATUS_NOT_SUPPORTED, "regular"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
    assert_int_equal(aski_audit_relay(NULL, &fixture->audit, &fixture->call, cases[i].target, &fixture->error),
                     cases[i].status);
    assert_non_null(strstr(fixture->error.message, cases[i].words));
  }
  assert_false(fixture->journal.events[0].delivered);
}

static void audit__relay_on_a_full_device_marks_nothing(void **state)
{
  audit_fixture *fixture = *state;
  fixture_record(fixture, "r1", ASKI_CODE_UNCLEAR);
  if (access("/dev/full", W_OK) != 0) {
    skip();
  }
  assert_int_equal(s_relay(fixture, "/dev/full", NULL), ASKIAM_STATUS_NOT_SUPPORTED);
  assert_false(fixture->journal.events[0].delivered);
}

static uint64_t s_ticks(void *context) { return *(uint64_t *)context += 1000000; }

static int64_t s_now(void *context)
{
  (void)context;
  return FIXTURE_NOW_MS;
}

static void audit__relay_waits_for_another_one_until_the_deadline(void **state)
{
  audit_fixture *fixture = *state;
  const char *path = fixture_file(fixture, "events.jsonl", "");
  fixture_record(fixture, "r1", ASKI_CODE_UNCLEAR);
  int other = open(path, O_RDWR);
  assert_int_equal(flock(other, LOCK_EX), 0);
  uint64_t ticks = 0;
  const askiam_clock clock = {s_now, s_ticks, &ticks};
  askiam_call hasty = fixture->call;
  fixture->call.clock = &clock;
  fixture->call.deadline_ticks_ns = 3000000;
  assert_int_equal(s_relay(fixture, path, NULL), ASKIAM_STATUS_BUSY);
  close(other);
  fixture->call = hasty;
  assert_int_equal(s_relay(fixture, path, NULL), ASKIAM_STATUS_OK);
  s_expect_events(fixture, path, "", 1);
}

typedef struct s_job {
  audit_fixture *fixture;
  const char *path;
  uint64_t delivered;
  askiam_status status;
} s_job;

static void *s_run(void *context)
{
  s_job *job = context;
  char target[256];
  snprintf(target, sizeof target, "file:%s", job->path);
  job->status = aski_audit_relay(&job->delivered, &job->fixture->audit, &job->fixture->call, target, NULL);
  return NULL;
}

static void audit__two_relays_at_once_deliver_each_event_once(void **state)
{
  audit_fixture *fixture = *state;
  fixture_record_many(fixture, 40);
  const char *path = fixture_path(fixture, "events.jsonl");
  pthread_t threads[4];
  s_job jobs[4];
  uint64_t delivered = 0;
  for (size_t i = 0; i < 4; ++i) {
    jobs[i] = (s_job){fixture, path, 0, ASKIAM_STATUS_OK};
    assert_int_equal(pthread_create(&threads[i], NULL, s_run, &jobs[i]), 0);
  }
  for (size_t i = 0; i < 4; ++i) {
    pthread_join(threads[i], NULL);
    assert_int_equal(jobs[i].status, ASKIAM_STATUS_OK);
    delivered += jobs[i].delivered;
  }
  assert_int_equal(delivered, 60);
  s_expect_events(fixture, path, "", 60);
}

static void audit__relay_out_of_memory_loses_nothing(void **state)
{
  audit_fixture *fixture = *state;
  const char *path = fixture_path(fixture, "events.jsonl");
  fixture_record_many(fixture, 3);
  for (long at = 1;; ++at) {
    test_allocator_fail_at(&fixture->allocator, at);
    askiam_status status = s_relay(fixture, path, NULL);
    test_allocator_fail_at(&fixture->allocator, 0);
    if (status == ASKIAM_STATUS_OK) {
      break;
    }
    assert_int_equal(status, ASKIAM_STATUS_NO_MEMORY);
  }
  s_expect_events(fixture, path, "", 5);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      TEST(audit__relay_delivers_each_event_in_order),
      TEST(audit__relay_works_in_batches),
      TEST(audit__relay_that_could_not_mark_delivers_again),
      TEST(audit__relay_removes_the_line_that_a_crash_tore),
      TEST(audit__relay_keeps_somebody_elses_last_line),
      TEST(audit__relay_removes_a_long_torn_line),
      TEST(audit__relay_names_what_is_wrong_with_its_target),
      TEST(audit__relay_on_a_full_device_marks_nothing),
      TEST(audit__relay_waits_for_another_one_until_the_deadline),
      TEST(audit__two_relays_at_once_deliver_each_event_once),
      TEST(audit__relay_out_of_memory_loses_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
