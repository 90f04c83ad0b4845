/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>

#include "base/pool.h"
#include "support/allocator.h"

enum { LONG_MS = 20000 };

/* A task that runs until it is let go, or cancelled. */
typedef struct job {
  aski_task task;
  int *gate; /* atomic; NULL: it ends at once */
  int *running, *destroyed;
  bool deaf; /* to cancellation */
  bool was_cancelled;
  bool signals_blocked;
} job;

static int s_read(const int *number) { return __atomic_load_n(number, __ATOMIC_ACQUIRE); }

static void s_nap(void)
{
  const struct timespec pause = {0, 1000000};
  nanosleep(&pause, NULL);
}

static void s_until(const int *number, int wanted)
{
  for (int i = 0; s_read(number) < wanted; ++i) {
    assert_true(i < LONG_MS);
    s_nap();
  }
}

static void s_run(aski_task *task)
{
  job *own = (job *)task;
  sigset_t blocked;
  pthread_sigmask(SIG_SETMASK, NULL, &blocked);
  own->signals_blocked = sigismember(&blocked, SIGTERM) == 1;
  __atomic_add_fetch(own->running, 1, __ATOMIC_ACQ_REL);
  while (own->gate != NULL && s_read(own->gate) == 0 && (own->deaf || s_read(&task->cancelled) == 0)) {
    s_nap();
  }
  own->was_cancelled = s_read(&task->cancelled) != 0;
}

static void s_destroy(aski_task *task)
{
  const job *own = (job *)task;
  __atomic_add_fetch(own->destroyed, 1, __ATOMIC_ACQ_REL);
  free(task);
}

typedef struct fixture {
  test_allocator allocator;
  aski_pool *pool;
  int gate, running, destroyed, cancelled;
  askiam_call call;
} fixture;

static void s_begin(fixture *own, size_t threads)
{
  *own = (fixture){.gate = 0};
  test_allocator_init(&own->allocator);
  own->pool = aski_pool_new(&own->allocator.base, threads);
  assert_non_null(own->pool);
  own->call =
      (askiam_call){.clock = aski_clock_system(), .deadline_ticks_ns = UINT64_MAX, .cancelled = &own->cancelled};
}

static void s_end(fixture *own)
{
  aski_pool_destroy(own->pool);
  assert_int_equal(own->allocator.outstanding, 0);
}

static void s_deadline(fixture *own, int64_t left_ms)
{
  own->call.deadline_ticks_ns = aski_clock_ticks_ns(own->call.clock) + (uint64_t)left_ms * 1000000;
}

static job *s_submit_job(fixture *own, int *gate, bool deaf)
{
  job *made = calloc(1, sizeof *made);
  assert_non_null(made);
  made->task = (aski_task){.run = s_run, .destroy = s_destroy};
  made->gate = gate;
  made->deaf = deaf;
  made->running = &own->running;
  made->destroyed = &own->destroyed;
  assert_true(aski_pool_submit(own->pool, &made->task));
  return made;
}

static job *s_submit(fixture *own, int *gate) { return s_submit_job(own, gate, false); }

static void base__pool_without_a_task_has_no_thread(void **state)
{
  (void)state;
  fixture own;
  s_begin(&own, 8);
  assert_int_equal(own.allocator.outstanding, 2);
  s_end(&own);
  aski_pool_destroy(NULL);
}

static void base__pool_gives_a_task_back_when_it_is_done(void **state)
{
  (void)state;
  fixture own;
  s_begin(&own, 2);
  for (int i = 0; i < 100; ++i) {
    job *task = s_submit(&own, NULL);
    assert_true(aski_pool_wait(own.pool, &task->task, &own.call));
    assert_false(task->was_cancelled);
    assert_true(task->signals_blocked);
    s_destroy(&task->task);
  }
  s_end(&own);
  assert_int_equal(own.destroyed, 100);
}

static void base__pool_runs_as_many_at_once_as_it_has_threads(void **state)
{
  (void)state;
  fixture own;
  s_begin(&own, 3);
  job *tasks[5];
  for (int i = 0; i < 5; ++i) {
    tasks[i] = s_submit(&own, &own.gate);
  }
  s_until(&own.running, 3);
  for (int i = 0; i < 20; ++i) {
    s_nap();
  }
  assert_int_equal(s_read(&own.running), 3);
  __atomic_store_n(&own.gate, 1, __ATOMIC_RELEASE);
  for (int i = 0; i < 5; ++i) {
    assert_true(aski_pool_wait(own.pool, &tasks[i]->task, &own.call));
    s_destroy(&tasks[i]->task);
  }
  s_end(&own);
}

static void base__pool_lets_go_of_a_task_at_the_deadline(void **state)
{
  (void)state;
  fixture own;
  s_begin(&own, 1);
  job *slow = s_submit_job(&own, &own.gate, true);
  s_until(&own.running, 1);
  job *behind = s_submit(&own, NULL);
  s_deadline(&own, 30);
  assert_false(aski_pool_wait(own.pool, &slow->task, &own.call));
  assert_int_equal(s_read(&own.destroyed), 0);
  assert_false(aski_pool_wait(own.pool, &behind->task, &own.call));
  assert_int_equal(s_read(&own.destroyed), 1); /* it never ran */
  assert_int_equal(s_read(&own.running), 1);
  __atomic_store_n(&own.gate, 1, __ATOMIC_RELEASE);
  s_until(&own.destroyed, 2);
  s_end(&own);
}

static void base__pool_tells_a_task_that_nobody_waits(void **state)
{
  (void)state;
  fixture own;
  s_begin(&own, 1);
  job *slow = s_submit(&own, &own.gate);
  s_until(&own.running, 1);
  __atomic_store_n(&own.cancelled, 1, __ATOMIC_RELEASE);
  assert_false(aski_pool_wait(own.pool, &slow->task, &own.call));
  s_until(&own.destroyed, 1);
  s_end(&own);
}

typedef struct waiter {
  fixture *own;
  job *task;
  bool done;
} waiter;

static void *s_wait(void *context)
{
  waiter *self = context;
  self->done = aski_pool_wait(self->own->pool, &self->task->task, &self->own->call);
  return NULL;
}

static void base__pool_that_is_cancelled_wakes_who_waits_and_takes_no_more(void **state)
{
  (void)state;
  fixture own;
  s_begin(&own, 1);
  waiter waiters[2] = {{.own = &own, .task = s_submit(&own, &own.gate)}, {.own = &own}};
  s_until(&own.running, 1);
  waiters[1].task = s_submit(&own, &own.gate);
  pthread_t threads[2];
  for (int i = 0; i < 2; ++i) {
    assert_int_equal(pthread_create(&threads[i], NULL, s_wait, &waiters[i]), 0);
  }
  aski_pool_cancel(own.pool);
  for (int i = 0; i < 2; ++i) {
    pthread_join(threads[i], NULL);
  }
  assert_false(waiters[1].done);
  aski_task late = {.run = s_run, .destroy = s_destroy};
  assert_false(aski_pool_submit(own.pool, &late));
  if (waiters[0].done) { /* it saw its cancellation before its waiter looked */
    s_destroy(&waiters[0].task->task);
  }
  s_end(&own);
  assert_int_equal(own.destroyed, 2);
}

static void base__pool_destroy_waits_for_what_runs(void **state)
{
  (void)state;
  fixture own;
  s_begin(&own, 2);
  job *slow = s_submit(&own, &own.gate);
  s_until(&own.running, 1);
  s_deadline(&own, 1);
  assert_false(aski_pool_wait(own.pool, &slow->task, &own.call));
  s_end(&own);
  assert_int_equal(own.destroyed, 1);
}

typedef struct giver {
  fixture *own;
  pthread_t thread;
  int kept;
} giver;

static void *s_give(void *context)
{
  giver *self = context;
  for (int i = 0; i < 50; ++i) {
    askiam_call call = self->own->call;
    call.deadline_ticks_ns = i % 3 == 0 ? aski_clock_ticks_ns(call.clock) : UINT64_MAX;
    job *task = s_submit(self->own, NULL);
    if (aski_pool_wait(self->own->pool, &task->task, &call)) {
      s_destroy(&task->task);
    }
    ++self->kept;
  }
  return NULL;
}

static void base__pool_is_shared_by_threads(void **state)
{
  (void)state;
  enum { GIVERS = 6 };
  fixture own;
  s_begin(&own, 3);
  giver givers[GIVERS];
  for (int i = 0; i < GIVERS; ++i) {
    givers[i] = (giver){.own = &own};
    assert_int_equal(pthread_create(&givers[i].thread, NULL, s_give, &givers[i]), 0);
  }
  for (int i = 0; i < GIVERS; ++i) {
    pthread_join(givers[i].thread, NULL);
    assert_int_equal(givers[i].kept, 50);
  }
  s_end(&own);
  assert_int_equal(own.destroyed, GIVERS * 50);
}

static void base__pool_survives_every_lack_of_memory(void **state)
{
  (void)state;
  test_allocator allocator;
  test_allocator_init(&allocator);
  for (long at = 1; at <= 2; ++at) {
    test_allocator_fail_at(&allocator, at);
    assert_null(aski_pool_new(&allocator.base, 4));
    assert_int_equal(allocator.outstanding, 0);
  }
  test_allocator_fail_at(&allocator, 0);
  aski_pool_abandon(aski_pool_new(&allocator.base, 4));
  assert_int_equal(allocator.outstanding, 0);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(base__pool_without_a_task_has_no_thread),
      cmocka_unit_test(base__pool_gives_a_task_back_when_it_is_done),
      cmocka_unit_test(base__pool_runs_as_many_at_once_as_it_has_threads),
      cmocka_unit_test(base__pool_lets_go_of_a_task_at_the_deadline),
      cmocka_unit_test(base__pool_tells_a_task_that_nobody_waits),
      cmocka_unit_test(base__pool_that_is_cancelled_wakes_who_waits_and_takes_no_more),
      cmocka_unit_test(base__pool_destroy_waits_for_what_runs),
      cmocka_unit_test(base__pool_is_shared_by_threads),
      cmocka_unit_test(base__pool_survives_every_lack_of_memory),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
