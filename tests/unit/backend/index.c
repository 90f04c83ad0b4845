/* SPDX-License-Identifier: Apache-2.0
 *
 * Calls that fill an index: entries as a backend reads them, what stands in for a backend without one, what is not believed, and the guard
 * before a remote one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* after the four that it needs */
#include <cmocka.h>

#include "backend/guard.h"
#include "backend/table.h"
#include "base/time.h"
#include "support/allocator.h"

/* A backend that does as it is told. */
typedef struct index_double {
  const char *position; /* what it kept */
  int created;
  askiam_status status; /* of every slot */
  int failures;         /* of create and begin, before they work */
  int restart, aborted, committed, puts, checkpoints, calls;
} index_double;

static index_double *s_session; /* the one that is open */

static askiam_status s_open(void **out_self, void *context, const askiam_backend_options *options, askiam_error *error)
{
  (void)context;
  (void)options;
  (void)error;
  *out_self = NULL;
  return ASKIAM_STATUS_OK;
}

static askiam_status s_documents(void *self, const askiam_call *call, const askiam_search_query *query,
                                 askiam_documents *documents, askiam_error *error)
{
  (void)self;
  (void)call;
  (void)query;
  (void)documents;
  (void)error;
  return ASKIAM_STATUS_OK;
}

static askiam_status s_try(index_double *own, askiam_error *error)
{
  ++own->calls;
  return own->failures-- > 0
             ? askiam_error_set(error, ASKIAM_STATUS_UNAVAILABLE, ASKIAM_LAYER_SEARCH, "failure %d", own->calls)
             : own->status;
}

static askiam_status s_create(void *self, const askiam_call *call, int *out_created, askiam_error *error)
{
  index_double *own = self;
  (void)call;
  *out_created = own->created;
  return s_try(own, error);
}

static askiam_status s_begin(void *self, const askiam_call *call, int restart, void **out_session,
                             askiam_position_fn position, void *context, askiam_error *error)
{
  index_double *own = self;
  (void)call;
  own->restart = restart;
  askiam_status told = own->position == NULL ? ASKIAM_STATUS_OK : position(context, askiam_str_from(own->position));
  askiam_status status = s_try(own, error);
  if (status == ASKIAM_STATUS_OK) {
    s_session = own;
    *out_session = own;
  }
  return told == ASKIAM_STATUS_OK ? status : ASKIAM_STATUS_OK; /* careless: it goes on all the same */
}

static askiam_status s_put(void *session, const askiam_call *call, const askiam_index_entry *entry, askiam_error *error)
{
  index_double *own = session;
  (void)call;
  (void)error;
  assert_true(aski_str_equal_text(askiam_index_entry_text(entry, ASKIAM_INDEX_ID), "r"));
  ++own->puts;
  return own->status;
}

static askiam_status s_checkpoint(void *session, const askiam_call *call, askiam_str position, askiam_error *error)
{
  index_double *own = session;
  (void)call;
  (void)error;
  assert_true(aski_str_equal_text(position, "here"));
  ++own->checkpoints;
  return own->status;
}

static askiam_status s_commit(void *session, const askiam_call *call, uint64_t *out_removed, askiam_error *error)
{
  index_double *own = session;
  (void)call;
  (void)error;
  *out_removed = 3;
  ++own->committed;
  return own->status;
}

static void s_abort(void *session)
{
  index_double *own = session;
  ++own->aborted;
}

static const askiam_search_vtable s_table = {.size = sizeof s_table,
                                             .open = s_open,
                                             .documents = s_documents,
                                             .index_create = s_create,
                                             .index_begin = s_begin,
                                             .index_put = s_put,
                                             .index_checkpoint = s_checkpoint,
                                             .index_commit = s_commit,
                                             .index_abort = s_abort};

static uint64_t s_ticks(void *context)
{
  (void)context;
  return 1;
}

static const askiam_clock s_clock = {.ticks_ns = s_ticks};
static const askiam_call s_call = {.clock = &s_clock, .deadline_ticks_ns = UINT64_MAX};

static void index__entries_are_read_by_their_members(void **state)
{
  (void)state;
  const askiam_str apps[] = {ASKI_STR("workday"), ASKI_STR("salesforce")};
  const float vector[] = {1, 0};
  askiam_index_entry entry = {.kind = ASKIAM_INDEX_PATTERN, .time_ms = 7, .approved = true};
  size_t dimension = 9;
  assert_null(askiam_index_entry_vector(&entry, &dimension));
  assert_int_equal(dimension, 0);
  entry.vector = vector;
  entry.dimension = 2;
  entry.texts[ASKIAM_INDEX_SOURCE] = ASKI_STR("human");
  entry.lists[ASKIAM_INDEX_APPLICATION_IDS].items = apps;
  entry.lists[ASKIAM_INDEX_APPLICATION_IDS].count = 2;
  assert_ptr_equal(askiam_index_entry_vector(&entry, &dimension), vector);
  assert_int_equal(dimension, 2);
  assert_int_equal(askiam_index_entry_kind(&entry), ASKIAM_INDEX_PATTERN);
  assert_true(aski_str_equal_text(askiam_index_entry_text(&entry, ASKIAM_INDEX_SOURCE), "human"));
  assert_null(askiam_index_entry_text(&entry, ASKIAM_INDEX_TITLE).data);
  assert_null(askiam_index_entry_text(&entry, (askiam_index_text)99).data);
  assert_int_equal(askiam_index_entry_count(&entry, ASKIAM_INDEX_APPLICATION_IDS), 2);
  assert_int_equal(askiam_index_entry_count(&entry, ASKIAM_INDEX_ROLE_IDS), 0);
  assert_int_equal(askiam_index_entry_count(&entry, (askiam_index_list)99), 0);
  assert_true(aski_str_equal_text(askiam_index_entry_item(&entry, ASKIAM_INDEX_APPLICATION_IDS, 1), "salesforce"));
  assert_null(askiam_index_entry_item(&entry, ASKIAM_INDEX_APPLICATION_IDS, 2).data);
  assert_int_equal(askiam_index_entry_time_ms(&entry), 7);
  assert_int_equal(askiam_index_entry_approved(&entry), 1);
}

static void index__its_slots_come_together(void **state)
{
  (void)state;
  askiam_search_vtable out;
  askiam_search_vtable half = s_table;
  askiam_error error = ASKIAM_ERROR_INIT;
  assert_int_equal(aski_table_search(&out, &half, "x", &error), ASKIAM_STATUS_OK);
  half.index_abort = NULL;
  assert_int_equal(aski_table_search(&out, &half, "x", &error), ASKIAM_STATUS_INVALID_ARGUMENT);
  assert_non_null(strstr(error.message, "`index_abort`"));
  half.size = offsetof(askiam_search_vtable, index_create);
  assert_int_equal(aski_table_search(&out, &half, "x", &error), ASKIAM_STATUS_OK);
  assert_true(out.index_create == NULL);
}

static void index__a_backend_that_searches_the_store_has_none(void **state)
{
  (void)state;
  const aski_search search = {.provided = true, .table = {.documents = s_documents}};
  askiam_error error = ASKIAM_ERROR_INIT;
  aski_buffer position;
  void *session = &error;
  int created = 9;
  aski_buffer_init(&position, aski_allocator_default());
  assert_int_equal(aski_search_index_create(&search, &s_call, ASKI_STR("embedded"), &created, &error),
                   ASKIAM_STATUS_NOT_SUPPORTED);
  assert_string_equal(error.message, "the backend embedded searches the store itself; there is nothing to index");
  assert_int_equal(created, 0);
  assert_int_equal(aski_search_index_begin(&search, &s_call, ASKI_STR("embedded"), false, &session, &position, &error),
                   ASKIAM_STATUS_NOT_SUPPORTED);
  assert_null(session);
  aski_buffer_clean_up(&position);
}

static void index__a_session_runs_from_its_position_to_its_end(void **state)
{
  (void)state;
  index_double played = {.position = "kept", .created = 2};
  const aski_search search = {.provided = true, .self = &played, .table = s_table};
  askiam_index_entry entry = {.kind = ASKIAM_INDEX_ROLE};
  entry.texts[ASKIAM_INDEX_ID] = ASKI_STR("r");
  aski_buffer position;
  void *session = NULL;
  int created = 0;
  uint64_t removed = 0;
  aski_buffer_init(&position, aski_allocator_default());
  assert_int_equal(aski_search_index_create(&search, &s_call, ASKI_STR("x"), &created, NULL), ASKIAM_STATUS_OK);
  assert_int_equal(created, 2);
  assert_int_equal(aski_search_index_begin(&search, &s_call, ASKI_STR("x"), true, &session, &position, NULL),
                   ASKIAM_STATUS_OK);
  assert_true(aski_str_equal_text(aski_buffer_view(&position), "kept"));
  assert_int_equal(played.restart, 1);
  assert_int_equal(aski_search_index_put(&search, &s_call, session, &entry, NULL), ASKIAM_STATUS_OK);
  assert_int_equal(aski_search_index_checkpoint(&search, &s_call, session, ASKI_STR("here"), NULL), ASKIAM_STATUS_OK);
  assert_int_equal(aski_search_index_commit(&search, &s_call, session, &removed, NULL), ASKIAM_STATUS_OK);
  assert_int_equal(removed, 3);
  aski_search_index_abort(&search, session);
  assert_true(played.puts == 1 && played.checkpoints == 1 && played.committed == 1 && played.aborted == 1);
  played.position = NULL;
  assert_int_equal(aski_search_index_begin(&search, &s_call, ASKI_STR("x"), false, &session, &position, NULL),
                   ASKIAM_STATUS_OK);
  assert_true(position.length == 0 && played.restart == 0);
  aski_buffer_clean_up(&position);
}

static void index__failures_say_where_and_odd_answers_are_not_believed(void **state)
{
  (void)state;
  index_double played = {.status = ASKIAM_STATUS_CONFLICT, .created = 1};
  const aski_search search = {.provided = true, .self = &played, .table = s_table};
  askiam_index_entry entry = {.kind = ASKIAM_INDEX_ROLE};
  entry.texts[ASKIAM_INDEX_ID] = ASKI_STR("r");
  askiam_error error = ASKIAM_ERROR_INIT;
  uint64_t removed = 0;
  int created = 0;
  assert_int_equal(aski_search_index_put(&search, &s_call, &played, &entry, &error), ASKIAM_STATUS_CONFLICT);
  assert_non_null(strstr(error.message, "search.index_put failed"));
  assert_int_equal(aski_search_index_checkpoint(&search, &s_call, &played, ASKI_STR("here"), &error),
                   ASKIAM_STATUS_CONFLICT);
  assert_int_equal(aski_search_index_commit(&search, &s_call, &played, &removed, &error), ASKIAM_STATUS_CONFLICT);
  played.status = ASKIAM_STATUS_OK;
  played.created = -1;
  assert_int_equal(aski_search_index_create(&search, &s_call, ASKI_STR("x"), &created, &error),
                   ASKIAM_STATUS_UNAVAILABLE);
  assert_int_equal(created, 0);
}

/* A cancelled call makes no other; a commit that is not made gives the session up. */
static void index__a_cancelled_session_is_given_up(void **state)
{
  (void)state;
  const int cancelled = 1;
  const askiam_call call = {.clock = &s_clock, .deadline_ticks_ns = UINT64_MAX, .cancelled = &cancelled};
  index_double played = {.created = 1};
  const aski_search search = {.provided = true, .self = &played, .table = s_table};
  const askiam_index_entry entry = {.kind = ASKIAM_INDEX_ROLE};
  uint64_t removed = 9;
  assert_int_equal(aski_search_index_put(&search, &call, &played, &entry, NULL), ASKIAM_STATUS_CANCELLED);
  assert_int_equal(aski_search_index_checkpoint(&search, &call, &played, ASKI_STR("here"), NULL),
                   ASKIAM_STATUS_CANCELLED);
  assert_int_equal(aski_search_index_commit(&search, &call, &played, &removed, NULL), ASKIAM_STATUS_CANCELLED);
  assert_true(removed == 0 && played.puts == 0 && played.committed == 0 && played.aborted == 1);
}

static void index__no_session_is_lost_where_memory_runs_out(void **state)
{
  (void)state;
  test_allocator allocator;
  test_allocator_init(&allocator);
  index_double played = {.position = "kept"};
  const aski_search search = {.provided = true, .self = &played, .table = s_table};
  aski_buffer position;
  void *session = NULL;
  aski_buffer_init(&position, &allocator.base);
  test_allocator_fail_at(&allocator, 1);
  assert_int_equal(aski_search_index_begin(&search, &s_call, ASKI_STR("x"), false, &session, &position, NULL),
                   ASKIAM_STATUS_NO_MEMORY);
  assert_true(session == NULL && played.aborted == 1);
  aski_buffer_clean_up(&position);
  assert_int_equal(allocator.outstanding, 0);
}

static double s_chance(void) { return 0; }

static bool s_wait(const askiam_call *call, int64_t wait_ms)
{
  (void)call;
  (void)wait_ms;
  return true;
}

static void index__a_remote_one_is_asked_again(void **state)
{
  (void)state;
  index_double played = {.position = "kept", .created = 1, .failures = 2};
  aski_search search = {.provided = true, .self = &played, .table = s_table};
  const aski_guard_options options = {.allocator = aski_allocator_default(),
                                      .retry = {.attempts = 3, .delay_ms = 1},
                                      .breaker = {.failures = 9, .open_ms = 1000},
                                      .chance = s_chance,
                                      .wait = s_wait};
  aski_buffer position;
  void *session = NULL;
  int created = 0;
  aski_buffer_init(&position, aski_allocator_default());
  assert_int_equal(aski_guard_search(&search, &options, NULL), ASKIAM_STATUS_OK);
  assert_int_equal(aski_search_index_create(&search, &s_call, ASKI_STR("x"), &created, NULL), ASKIAM_STATUS_OK);
  assert_true(created == 1 && played.calls == 3);
  played.failures = 1;
  assert_int_equal(aski_search_index_begin(&search, &s_call, ASKI_STR("x"), false, &session, &position, NULL),
                   ASKIAM_STATUS_OK);
  assert_true(aski_str_equal_text(aski_buffer_view(&position), "kept")); /* told twice, kept once */
  assert_ptr_equal(session, s_session);
  aski_search_index_abort(&search, session);
  assert_int_equal(played.aborted, 1);
  search.table.close(search.self);
  aski_buffer_clean_up(&position);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(index__entries_are_read_by_their_members),
      cmocka_unit_test(index__its_slots_come_together),
      cmocka_unit_test(index__a_backend_that_searches_the_store_has_none),
      cmocka_unit_test(index__a_session_runs_from_its_position_to_its_end),
      cmocka_unit_test(index__failures_say_where_and_odd_answers_are_not_believed),
      cmocka_unit_test(index__a_cancelled_session_is_given_up),
      cmocka_unit_test(index__no_session_is_lost_where_memory_runs_out),
      cmocka_unit_test(index__a_remote_one_is_asked_again),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
