/* SPDX-License-Identifier: Apache-2.0
 *
 * Journals that lie. What they are asked and what their receivers say decides, not what they make of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* after the four that it needs */
#include <cmocka.h>

#include "backend/handles.h"
#include "base/time.h"
#include "support/allocator.h"

#define ZEROS "0000000000000000000000000000000000000000000000000000000000000000"

typedef struct s_scene {
  test_allocator allocator;
  aski_arena arena;
  askiam_call call;
  askiam_error error;
  /* what the journal says */
  const char *head_chain[3];
  const char *head_hash;
  int64_t head_seq;
  askiam_status appended;
  size_t append_index;
  const char *found_id;
  bool swallows; /* says OK whatever its receiver said */
  int64_t positions[4];
  /* what the receiver says */
  askiam_status row_status;
  const char *says; /* into the error that the call was given */
  int rows;
} s_scene;

static askiam_str text(const char *literal) { return askiam_str_from(literal); }

static int s_setup(void **state)
{
  static s_scene scene;
  scene = (s_scene){.error = ASKIAM_ERROR_INIT, .head_hash = ZEROS, .head_chain = {"a", "b", NULL}, .found_id = "q"};
  test_allocator_init(&scene.allocator);
  aski_arena_init(&scene.arena, &scene.allocator.base);
  scene.call = (askiam_call){.clock = aski_clock_system(), .deadline_ticks_ns = UINT64_MAX};
  *state = &scene;
  return 0;
}

static int s_teardown(void **state)
{
  s_scene *scene = *state;
  aski_arena_clean_up(&scene->arena);
  return scene->allocator.outstanding != 0;
}

static askiam_status s_heads(void *self, const askiam_call *call, askiam_heads *heads, askiam_error *error)
{
  const s_scene *scene = self;
  (void)call;
  (void)error;
  for (size_t i = 0; i < 3 && scene->head_chain[i] != NULL; ++i) {
    askiam_status status = askiam_heads_add(heads, text(scene->head_chain[i]), scene->head_seq, text(scene->head_hash));
    if (status != ASKIAM_STATUS_OK) {
      return status;
    }
  }
  return ASKIAM_STATUS_OK;
}

static askiam_status s_append(void *self, const askiam_call *call, const askiam_records *records, size_t *out_index,
                              askiam_error *error)
{
  const s_scene *scene = self;
  (void)call;
  (void)records;
  (void)error;
  *out_index = scene->append_index;
  return scene->appended;
}

static askiam_status s_give(s_scene *scene, askiam_record_fn row, void *context)
{
  askiam_record *record = askiam_record_new(&scene->allocator.base);
  assert_non_null(record);
  askiam_record_set_text(record, ASKIAM_RECORD_REQUEST_ID, text(scene->found_id));
  askiam_record_set_text(record, ASKIAM_RECORD_REQUESTER_ID, text("jane"));
  askiam_status status = row(context, record);
  askiam_record_destroy(record);
  return scene->swallows ? ASKIAM_STATUS_OK : status;
}

static askiam_status s_find(void *self, const askiam_call *call, askiam_str requester_id, askiam_str request_id,
                            askiam_record_fn row, void *context, askiam_error *error)
{
  (void)call;
  (void)requester_id;
  (void)request_id;
  (void)error;
  return s_give(self, row, context);
}

static askiam_status s_scan(void *self, const askiam_call *call, const askiam_journal_query *query,
                            askiam_record_fn row, void *context, askiam_error *error)
{
  (void)call;
  (void)query;
  (void)error;
  return s_give(self, row, context);
}

static askiam_status s_outbox_next(void *self, const askiam_call *call, int64_t after, size_t limit,
                                   askiam_event_fn event, void *context, askiam_error *error)
{
  s_scene *scene = self;
  (void)call;
  (void)after;
  (void)limit;
  (void)error;
  for (size_t i = 0; i < 4 && scene->positions[i] != 0; ++i) {
    askiam_status status = event(context, scene->positions[i], text("e"), text("t"), text("a"), text("{}"));
    if (status != ASKIAM_STATUS_OK) {
      return status;
    }
  }
  return ASKIAM_STATUS_OK;
}

static aski_journal s_journal(s_scene *scene)
{
  return (aski_journal){.table = {.size = sizeof(askiam_journal_vtable),
                                  .heads = s_heads,
                                  .append = s_append,
                                  .find = s_find,
                                  .scan = s_scan,
                                  .outbox_next = s_outbox_next},
                        .self = scene,
                        .provided = true};
}

static askiam_status s_row(void *context, const askiam_record *record)
{
  s_scene *scene = context;
  (void)record;
  ++scene->rows;
  if (scene->says != NULL) {
    askiam_error_set(&scene->error, scene->row_status, ASKIAM_LAYER_AUDIT, "%s", scene->says);
  }
  return scene->row_status;
}

static askiam_status s_event(void *context, int64_t position, askiam_str id, askiam_str type, askiam_str chain,
                             askiam_str body)
{
  s_scene *scene = context;
  (void)position;
  (void)id;
  (void)type;
  (void)chain;
  (void)body;
  ++scene->rows;
  return scene->row_status;
}

static askiam_status s_ask_heads(s_scene *scene)
{
  aski_journal journal = s_journal(scene);
  askiam_heads heads = {.arena = &scene->arena};
  return aski_journal_heads(&journal, &scene->call, &heads, &scene->error);
}

static void journal__heads_must_be_well_formed_and_distinct(void **state)
{
  s_scene *scene = *state;
  assert_int_equal(s_ask_heads(scene), ASKIAM_STATUS_OK);
  scene->head_chain[1] = "a";
  assert_int_equal(s_ask_heads(scene), ASKIAM_STATUS_UNAVAILABLE);
  scene->head_chain[1] = "b";
  scene->head_seq = -1;
  assert_int_not_equal(s_ask_heads(scene), ASKIAM_STATUS_OK);
  scene->head_seq = 0;
  scene->head_hash = "ZZ";
  assert_int_not_equal(s_ask_heads(scene), ASKIAM_STATUS_OK);
  scene->head_chain[0] = NULL;
  assert_int_equal(s_ask_heads(scene), ASKIAM_STATUS_UNAVAILABLE);
}

static void journal__an_append_that_met_an_existing_record_must_say_which(void **state)
{
  s_scene *scene = *state;
  aski_journal journal = s_journal(scene);
  const askiam_record *items[2] = {NULL, NULL};
  askiam_records records = {.items = items, .count = 2};
  size_t index = 0;
  scene->appended = ASKIAM_STATUS_EXISTS;
  scene->append_index = 1;
  assert_int_equal(aski_journal_append(&journal, &scene->call, &records, &index, NULL), ASKIAM_STATUS_EXISTS);
  assert_int_equal(index, 1);
  scene->append_index = 2;
  assert_int_equal(aski_journal_append(&journal, &scene->call, &records, &index, NULL), ASKIAM_STATUS_UNAVAILABLE);
  scene->appended = ASKIAM_STATUS_OK;
  assert_int_equal(aski_journal_append(&journal, &scene->call, &records, NULL, NULL), ASKIAM_STATUS_OK);
}

static void journal__a_request_that_was_not_asked_for_is_refused(void **state)
{
  s_scene *scene = *state;
  aski_journal journal = s_journal(scene);
  assert_int_equal(aski_journal_find(&journal, &scene->call, text("jane"), text("q"), s_row, scene, &scene->error),
                   ASKIAM_STATUS_OK);
  assert_int_equal(scene->rows, 1);
  assert_int_equal(aski_journal_find(&journal, &scene->call, text("mallory"), text("q"), s_row, scene, &scene->error),
                   ASKIAM_STATUS_UNAVAILABLE);
  scene->found_id = "other";
  scene->swallows = true;
  assert_int_equal(aski_journal_find(&journal, &scene->call, ASKI_STR_NONE, text("q"), s_row, scene, &scene->error),
                   ASKIAM_STATUS_UNAVAILABLE);
  assert_non_null(strstr(scene->error.message, "other"));
  assert_int_equal(scene->rows, 1);
}

static void journal__a_receiver_that_ended_a_walk_is_heard(void **state)
{
  s_scene *scene = *state;
  aski_journal journal = s_journal(scene);
  askiam_journal_query query = {.size = sizeof query};
  scene->row_status = ASKIAM_STATUS_CANCELLED;
  scene->swallows = true;
  assert_int_equal(aski_journal_scan(&journal, &scene->call, &query, s_row, scene, &scene->error),
                   ASKIAM_STATUS_CANCELLED);
  assert_true(scene->error.message[0] != 0);
  assert_null(strstr(scene->error.message, "my own words"));
  scene->says = "my own words"; /* are left alone */
  assert_int_equal(aski_journal_scan(&journal, &scene->call, &query, s_row, scene, &scene->error),
                   ASKIAM_STATUS_CANCELLED);
  assert_string_equal(scene->error.message, "my own words");
}

static askiam_status s_ask_outbox(s_scene *scene, int64_t first, int64_t second)
{
  aski_journal journal = s_journal(scene);
  scene->rows = 0;
  scene->positions[0] = first;
  scene->positions[1] = second;
  return aski_journal_outbox_next(&journal, &scene->call, 5, 2, s_event, scene, &scene->error);
}

static void journal__events_that_were_not_asked_for_are_refused(void **state)
{
  s_scene *scene = *state;
  assert_int_equal(s_ask_outbox(scene, 6, 9), ASKIAM_STATUS_OK);
  assert_int_equal(scene->rows, 2);
  assert_int_equal(s_ask_outbox(scene, 5, 9), ASKIAM_STATUS_UNAVAILABLE); /* delivered before */
  assert_int_equal(scene->rows, 0);
  scene->positions[2] = 10; /* more than were wanted */
  assert_int_equal(s_ask_outbox(scene, 6, 9), ASKIAM_STATUS_UNAVAILABLE);
  assert_int_equal(scene->rows, 2);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, s_setup, s_teardown)

int main(void)
{
  const struct CMUnitTest tests[] = {
      TEST(journal__heads_must_be_well_formed_and_distinct),
      TEST(journal__an_append_that_met_an_existing_record_must_say_which),
      TEST(journal__a_request_that_was_not_asked_for_is_refused),
      TEST(journal__a_receiver_that_ended_a_walk_is_heard),
      TEST(journal__events_that_were_not_asked_for_are_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
