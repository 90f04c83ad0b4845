/* SPDX-License-Identifier: Apache-2.0
 *
 * Retry and breaker before backends that fail as they are told, with a clock that only a pause moves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "backend/guard.h"
#include "support/allocator.h"

static uint64_t s_now; /* nanoseconds */
static int64_t s_waits[16];
static size_t s_wait_count;

static uint64_t s_ticks(void *context)
{
  (void)context;
  return s_now;
}

static const askiam_clock s_clock = {.ticks_ns = s_ticks};

static double s_chance(void) { return 0.5; }

static bool s_wait(const askiam_call *call, int64_t wait_ms)
{
  s_waits[s_wait_count++] = wait_ms;
  s_now += (uint64_t)wait_ms * 1000000;
  return !askiam_call_cancelled(call);
}

/* All three backends in one: it fails `failures` times, each time after it has put something into the sink. */
typedef struct stand_in {
  int failures;
  askiam_status status;
  int64_t after_ms;
  int asked, closed;
} stand_in;

static askiam_status s_answer(stand_in *own, const askiam_call *call, askiam_layer layer, askiam_error *error)
{
  ++own->asked;
  if (own->failures == 0) {
    return ASKIAM_STATUS_OK;
  }
  --own->failures;
  askiam_call_retry_after(call, own->after_ms);
  return askiam_error_set(error, own->status, layer, "failure %d", own->asked);
}

static askiam_status s_documents(void *self, const askiam_call *call, const askiam_search_query *query,
                                 askiam_documents *documents, askiam_error *error)
{
  (void)query;
  askiam_documents_add(documents, ASKI_STR("d"), ASKI_STR("title"), ASKI_STR("text"), 1);
  return s_answer(self, call, ASKIAM_LAYER_SEARCH, error);
}

static askiam_status s_patterns(void *self, const askiam_call *call, askiam_str role_id, askiam_str except_user_id,
                                int64_t before_ms, size_t limit, askiam_patterns *patterns, askiam_error *error)
{
  assert_true(aski_str_equal_text(role_id, "role") && aski_str_equal_text(except_user_id, "user"));
  assert_true(before_ms == 9 && limit == 7);
  askiam_patterns_add(patterns, ASKI_STR("u"), 1, 1);
  return s_answer(self, call, ASKIAM_LAYER_SEARCH, error);
}

static size_t s_dimension(void *self)
{
  (void)self;
  return 3;
}

static const char *s_model(void *self)
{
  (void)self;
  return "model";
}

static askiam_status s_embed(void *self, const askiam_call *call, const askiam_str *texts, size_t count,
                             float *out_vectors, askiam_error *error)
{
  assert_true(count == 1 && aski_str_equal_text(texts[0], "text"));
  out_vectors[0] = 1;
  return s_answer(self, call, ASKIAM_LAYER_EMBEDDER, error);
}

static askiam_status s_judge(void *self, const askiam_call *call, const askiam_case *judged, askiam_opinion *opinion,
                             askiam_error *error)
{
  stand_in *own = self;
  (void)judged;
  if (own->failures > 0) {
    askiam_opinion_set(opinion, 1.0, ASKI_STR("an opinion of a failed attempt"));
  }
  return s_answer(own, call, ASKIAM_LAYER_JUDGE, error);
}

static void s_close(void *self)
{
  stand_in *own = self;
  ++own->closed;
}

typedef struct fixture {
  test_allocator allocator;
  stand_in behind;
  aski_arena arena;
  int cancelled;
  askiam_call call;
  askiam_error error;
  aski_guard_options options;
} fixture;

static void s_begin(fixture *own, int failures, askiam_status status)
{
  *own = (fixture){.behind = {.failures = failures, .status = status, .after_ms = -1}, .error = ASKIAM_ERROR_INIT};
  test_allocator_init(&own->allocator);
  aski_arena_init(&own->arena, &own->allocator.base);
  s_now = 1;
  s_wait_count = 0;
  own->call = (askiam_call){.clock = &s_clock, .deadline_ticks_ns = UINT64_MAX, .cancelled = &own->cancelled};
  own->options = (aski_guard_options){.allocator = &own->allocator.base,
                                      .retry = {.attempts = 3, .delay_ms = 1000, .jitter_ms = 1000},
                                      .breaker = {.failures = 5, .open_ms = 60000},
                                      .chance = s_chance,
                                      .wait = s_wait};
}

static void s_end(fixture *own)
{
  aski_arena_clean_up(&own->arena);
  assert_int_equal(own->allocator.outstanding, 0);
}

static aski_judge s_judge_handle(fixture *own)
{
  aski_judge judge = {.table = {.size = sizeof judge.table, .kind = "llm", .judge = s_judge, .close = s_close},
                      .self = &own->behind,
                      .provided = true};
  assert_int_equal(aski_guard_judge(&judge, &own->options, &own->error), ASKIAM_STATUS_OK);
  return judge;
}

static askiam_status s_ask_judge(fixture *own, const aski_judge *judge, askiam_opinion *opinion)
{
  askiam_case judged = {.document_count = 0};
  *opinion = (askiam_opinion){.arena = &own->arena};
  return aski_judge_judge(judge, &own->call, &judged, opinion, &own->error);
}

static void backend__guard_repeats_a_search_from_an_empty_sink(void **state)
{
  (void)state;
  fixture own;
  s_begin(&own, 2, ASKIAM_STATUS_UNAVAILABLE);
  aski_search search = {
      .table = {.size = sizeof search.table, .documents = s_documents, .patterns = s_patterns, .close = s_close},
      .self = &own.behind,
      .provided = true};
  assert_int_equal(aski_guard_search(&search, &own.options, &own.error), ASKIAM_STATUS_OK);
  askiam_search_query query = {.top_k = 5};
  askiam_documents documents = {.arena = &own.arena};
  assert_int_equal(aski_search_documents(&search, &own.call, &query, &documents, &own.error), ASKIAM_STATUS_OK);
  assert_int_equal(documents.count, 1);
  assert_int_equal(own.behind.asked, 3);
  assert_int_equal(s_wait_count, 2);
  assert_int_equal(s_waits[0], 1500);
  assert_int_equal(s_waits[1], 2500);
  own.behind.failures = 1;
  askiam_patterns patterns = {.arena = &own.arena};
  assert_int_equal(aski_search_patterns(&search, &own.call, ASKI_STR("role"), ASKI_STR("user"), 9, 7, &patterns, NULL),
                   ASKIAM_STATUS_OK);
  assert_int_equal(patterns.count, 1);
  search.table.close(search.self);
  assert_int_equal(own.behind.closed, 1);
  s_end(&own);
}

static void backend__guard_leaves_an_absent_slot_absent(void **state)
{
  (void)state;
  fixture own;
  s_begin(&own, 0, ASKIAM_STATUS_OK);
  aski_search search = {
      .table = {.size = sizeof search.table, .documents = s_documents}, .self = &own.behind, .provided = true};
  assert_int_equal(aski_guard_search(&search, &own.options, &own.error), ASKIAM_STATUS_OK);
  assert_null(search.table.patterns);
  search.table.close(search.self);
  s_end(&own);
}

static void backend__guard_repeats_an_embedding(void **state)
{
  (void)state;
  fixture own;
  s_begin(&own, 1, ASKIAM_STATUS_TIMEOUT);
  aski_embedder embedder = {.table = {.size = sizeof embedder.table,
                                      .dimension = s_dimension,
                                      .model = s_model,
                                      .embed = s_embed,
                                      .close = s_close},
                            .self = &own.behind,
                            .provided = true};
  assert_int_equal(aski_guard_embedder(&embedder, &own.options, &own.error), ASKIAM_STATUS_OK);
  assert_int_equal(aski_embedder_dimension(&embedder), 3);
  assert_string_equal(aski_embedder_model(&embedder), "model");
  const askiam_str text = ASKI_STR("text");
  float vector[3] = {0};
  assert_int_equal(aski_embedder_embed(&embedder, &own.call, &text, 1, vector, &own.error), ASKIAM_STATUS_OK);
  assert_int_equal(own.behind.asked, 2);
  embedder.table.close(embedder.self);
  s_end(&own);
}

static void backend__guard_forgets_the_opinion_of_a_failed_attempt(void **state)
{
  (void)state;
  fixture own;
  s_begin(&own, 1, ASKIAM_STATUS_BUSY);
  aski_judge judge = s_judge_handle(&own);
  assert_string_equal(judge.table.kind, "llm");
  askiam_opinion opinion;
  assert_int_equal(s_ask_judge(&own, &judge, &opinion), ASKIAM_STATUS_OK);
  assert_false(opinion.given);
  judge.table.close(judge.self);
  s_end(&own);
}

static void backend__guard_tells_the_last_failure_when_it_gives_up(void **state)
{
  (void)state;
  fixture own;
  s_begin(&own, 100, ASKIAM_STATUS_UNAVAILABLE);
  aski_judge judge = s_judge_handle(&own);
  askiam_opinion opinion;
  assert_int_equal(s_ask_judge(&own, &judge, &opinion), ASKIAM_STATUS_UNAVAILABLE);
  assert_string_equal(own.error.message, "failure 3");
  assert_int_equal(own.error.retryable, 1);
  assert_int_equal(own.behind.asked, 3);
  judge.table.close(judge.self);
  s_end(&own);
}

static void backend__guard_does_not_repeat_what_cannot_help(void **state)
{
  (void)state;
  fixture own;
  s_begin(&own, 100, ASKIAM_STATUS_NOT_PERMITTED);
  aski_judge judge = s_judge_handle(&own);
  askiam_opinion opinion;
  assert_int_equal(s_ask_judge(&own, &judge, &opinion), ASKIAM_STATUS_NOT_PERMITTED);
  assert_int_equal(own.behind.asked, 1);
  judge.table.close(judge.self);
  s_end(&own);
}

static void backend__guard_keeps_to_deadline_and_retry_after(void **state)
{
  (void)state;
  fixture own;
  s_begin(&own, 100, ASKIAM_STATUS_UNAVAILABLE);
  aski_judge judge = s_judge_handle(&own);
  askiam_opinion opinion;
  own.call.deadline_ticks_ns = s_now + UINT64_C(3000) * 1000000;
  s_ask_judge(&own, &judge, &opinion);
  assert_int_equal(own.behind.asked, 2); /* 1,500 ms fit, 2,500 more do not */
  own.behind.after_ms = 5000;
  own.behind.asked = 0;
  own.call.deadline_ticks_ns = s_now + UINT64_C(4000) * 1000000;
  s_ask_judge(&own, &judge, &opinion);
  assert_int_equal(own.behind.asked, 1);
  judge.table.close(judge.self);
  s_end(&own);
}

static void backend__guard_leaves_alone_who_keeps_failing(void **state)
{
  (void)state;
  fixture own;
  s_begin(&own, 6, ASKIAM_STATUS_UNAVAILABLE);
  aski_judge judge = s_judge_handle(&own);
  askiam_opinion opinion;
  assert_int_equal(s_ask_judge(&own, &judge, &opinion), ASKIAM_STATUS_UNAVAILABLE); /* 3 failures */
  assert_int_equal(s_ask_judge(&own, &judge, &opinion), ASKIAM_STATUS_UNAVAILABLE); /* 2 more: it opens */
  assert_int_equal(own.behind.asked, 5);
  assert_non_null(strstr(own.error.message, "judge is not asked"));
  assert_int_equal(own.error.retryable, 0);
  s_wait_count = 0;
  assert_int_equal(s_ask_judge(&own, &judge, &opinion), ASKIAM_STATUS_UNAVAILABLE);
  assert_int_equal(own.behind.asked, 5);
  assert_int_equal(s_wait_count, 0);
  s_now += UINT64_C(60000) * 1000000;
  assert_int_equal(s_ask_judge(&own, &judge, &opinion), ASKIAM_STATUS_UNAVAILABLE); /* the probe fails */
  assert_int_equal(own.behind.asked, 6);
  s_now += UINT64_C(60000) * 1000000;
  assert_int_equal(s_ask_judge(&own, &judge, &opinion), ASKIAM_STATUS_OK);
  assert_int_equal(s_ask_judge(&own, &judge, &opinion), ASKIAM_STATUS_OK);
  assert_int_equal(own.behind.asked, 8);
  judge.table.close(judge.self);
  s_end(&own);
}

/* The one who waits cancels at the deadline; a cancellation before it is the host's wish and says nothing of the backend. */
static void backend__guard_counts_what_was_given_up_at_the_deadline(void **state)
{
  (void)state;
  for (int late = 0; late < 2; ++late) {
    fixture own;
    s_begin(&own, 100, ASKIAM_STATUS_CANCELLED);
    aski_judge judge = s_judge_handle(&own);
    askiam_opinion opinion;
    own.call.deadline_ticks_ns = late ? s_now : UINT64_MAX;
    for (int i = 0; i < 8; ++i) {
      s_ask_judge(&own, &judge, &opinion);
    }
    assert_int_equal(own.behind.asked, late ? 5 : 8);
    judge.table.close(judge.self);
    s_end(&own);
  }
}

static void backend__guard_ends_when_it_is_cancelled_in_a_pause(void **state)
{
  (void)state;
  fixture own;
  s_begin(&own, 100, ASKIAM_STATUS_UNAVAILABLE);
  aski_judge judge = s_judge_handle(&own);
  own.cancelled = 1; /* seen by the pause: the table is asked directly */
  askiam_case judged = {.document_count = 0};
  askiam_opinion opinion = {.arena = &own.arena};
  assert_int_equal(judge.table.judge(judge.self, &own.call, &judged, &opinion, &own.error), ASKIAM_STATUS_UNAVAILABLE);
  assert_int_equal(own.behind.asked, 1);
  judge.table.close(judge.self);
  s_end(&own);
}

static void backend__guard_without_memory_leaves_the_backend_as_it_was(void **state)
{
  (void)state;
  fixture own;
  s_begin(&own, 0, ASKIAM_STATUS_OK);
  test_allocator_fail_at(&own.allocator, 1);
  aski_judge judge = {.table = {.judge = s_judge, .close = s_close}, .self = &own.behind, .provided = true};
  aski_search search = {.table = {.documents = s_documents}, .self = &own.behind, .provided = true};
  aski_embedder embedder = {.table = {.embed = s_embed}, .self = &own.behind, .provided = true};
  assert_int_equal(aski_guard_judge(&judge, &own.options, NULL), ASKIAM_STATUS_NO_MEMORY);
  assert_int_equal(aski_guard_search(&search, &own.options, NULL), ASKIAM_STATUS_NO_MEMORY);
  assert_int_equal(aski_guard_embedder(&embedder, &own.options, NULL), ASKIAM_STATUS_NO_MEMORY);
  assert_ptr_equal(judge.self, &own.behind);
  assert_ptr_equal(search.self, &own.behind);
  assert_ptr_equal(embedder.self, &own.behind);
  s_end(&own);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(backend__guard_repeats_a_search_from_an_empty_sink),
      cmocka_unit_test(backend__guard_leaves_an_absent_slot_absent),
      cmocka_unit_test(backend__guard_repeats_an_embedding),
      cmocka_unit_test(backend__guard_forgets_the_opinion_of_a_failed_attempt),
      cmocka_unit_test(backend__guard_tells_the_last_failure_when_it_gives_up),
      cmocka_unit_test(backend__guard_does_not_repeat_what_cannot_help),
      cmocka_unit_test(backend__guard_keeps_to_deadline_and_retry_after),
      cmocka_unit_test(backend__guard_leaves_alone_who_keeps_failing),
      cmocka_unit_test(backend__guard_counts_what_was_given_up_at_the_deadline),
      cmocka_unit_test(backend__guard_ends_when_it_is_cancelled_in_a_pause),
      cmocka_unit_test(backend__guard_without_memory_leaves_the_backend_as_it_was),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
