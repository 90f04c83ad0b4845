/* SPDX-License-Identifier: Apache-2.0
 *
 * Looking, judging and writing, over doubles: what is looked at again, what is given up, what an outage leaves
 * undone. */
#include <stdio.h>

#include "audit/fixture.h"
#include "grants/grants.h"

/* A store in which a test says what fails. */
typedef struct store {
  audit_fixture *fixture;
  aski_catalogue catalogue;
  aski_state state;
  aski_grants grants;
  const char *grant; /* the state that is told; NULL: none */
  int conflicts;     /* so many changes come second; negative: all */
  askiam_status facts_status, check_status, state_status, apply_status, list_status;
  bool refused; /* by a check */
  int looks;
  int applied;
  askiam_grant_change last; /* texts are the library's, gone after the call */
  char applied_state[16];
  const char *waiting[4];
} store;

static askiam_status s_facts(void *self, const askiam_call *call, askiam_str user_id, askiam_str requester_id,
                             askiam_str application_id, askiam_str role_id, askiam_facts *facts, askiam_error *error)
{
  store *own = self;
  (void)call;
  (void)requester_id;
  (void)error;
  ++own->looks;
  if (own->facts_status != ASKIAM_STATUS_OK) {
    return own->facts_status;
  }
  askiam_facts_set_version(facts, (uint64_t)own->looks);
  askiam_facts_set_user(facts, user_id, user_id, ASKI_STR(""), ASKIAM_ENTITY_ACTIVE);
  askiam_facts_set_application(facts, application_id, application_id, ASKI_STR(""), ASKIAM_ENTITY_ACTIVE);
  return askiam_facts_set_role(facts, role_id, application_id, role_id, ASKI_STR(""), ASKI_STR(""),
                               ASKIAM_ENTITY_ACTIVE);
}

static askiam_status s_grant(void *self, const askiam_call *call, askiam_str requester_id, askiam_str request_id,
                             askiam_grant_state *grant, askiam_error *error)
{
  store *own = self;
  (void)call;
  (void)requester_id;
  (void)request_id;
  (void)error;
  return own->state_status != ASKIAM_STATUS_OK || own->grant == NULL
             ? own->state_status
             : askiam_grant_state_set(grant, own->grant, 1, 0, ASKI_STR_NONE);
}

static askiam_status s_apply(void *self, const askiam_call *call, const askiam_grant_change *change,
                             const askiam_records *records, askiam_error *error)
{
  store *own = self;
  (void)call;
  (void)error;
  assert_int_equal(askiam_records_count(records), 1);
  assert_int_equal(askiam_record_event_count(askiam_records_at(records, 0)), 1);
  if (own->apply_status != ASKIAM_STATUS_OK) {
    return own->apply_status;
  }
  if (own->conflicts != 0) {
    own->conflicts -= own->conflicts > 0;
    return ASKIAM_STATUS_CONFLICT;
  }
  ++own->applied;
  own->last = *change;
  snprintf(own->applied_state, sizeof own->applied_state, "%.*s", ASKI_STR_ARG(change->state));
  return ASKIAM_STATUS_OK;
}

static askiam_status s_list(void *self, const askiam_call *call, const askiam_grant_query *query, askiam_grant_fn grant,
                            void *context, askiam_error *error)
{
  store *own = self;
  (void)call;
  (void)error;
  for (size_t i = 0; i < 4 && own->waiting[i] != NULL && !aski_str_present(query->after_request_id); ++i) {
    askiam_status status = grant(context, ASKI_STR("john.doe"), askiam_str_from(own->waiting[i]), 1);
    if (status != ASKIAM_STATUS_OK) {
      return status;
    }
  }
  return own->list_status;
}

static askiam_status s_check(void *context, aski_rules_result *out_rules, aski_arena *arena, const askiam_call *call,
                             aski_facts *facts, const aski_grants_asked *asked, askiam_error *error)
{
  store *own = context;
  (void)arena;
  (void)call;
  (void)facts;
  (void)error;
  assert_true(aski_str_present(asked->requester_id));
  *out_rules = (aski_rules_result){.count = 1};
  out_rules->checks[0] = (aski_check){.code = ASKI_CHECK_NOT_RESTRICTED,
                                      .passed = !own->refused,
                                      .hard = true,
                                      .reason = ASKI_CODE_RESTRICTED,
                                      .detail = ASKI_STR("Barred.")};
  return own->check_status;
}

/* The decision's own moment. */
static int64_t s_now_ms(void *context)
{
  (void)context;
  return FIXTURE_NOW_MS;
}

static uint64_t s_ticks_ns(void *context)
{
  (void)context;
  return 1;
}

static int s_set_up(void **state)
{
  static const askiam_clock clock = {s_now_ms, s_ticks_ns, NULL};
  fixture_set_up(state);
  store *own = test_calloc(1, sizeof *own);
  own->fixture = *state;
  own->fixture->call.clock = &clock;
  own->catalogue = (aski_catalogue){.table = {.facts = s_facts}, .self = own, .provided = true};
  own->state = (aski_state){
      .table = {.grant = s_grant, .grant_apply = s_apply, .grants = s_list}, .self = own, .provided = true};
  own->grants = (aski_grants){.catalogue = &own->catalogue,
                              .state = &own->state,
                              .audit = &own->fixture->audit,
                              .together = true,
                              .check = s_check,
                              .context = own};
  fixture_record(own->fixture, "r1", ASKI_CODE_APPROVED_BY_RULES);
  *state = own;
  return 0;
}

static int s_tear_down(void **state)
{
  store *own = *state;
  *state = own->fixture;
  test_free(own);
  return fixture_tear_down(state);
}

static askiam_status s_run(store *own, aski_grants_act act, bool *out_alone)
{
  const aski_grants_order order = {.act = act, .request_id = ASKI_STR("r1"), .actor_id = ASKI_STR("boss")};
  aski_buffer_clear(&own->fixture->out);
  return aski_grants_run(&own->fixture->out, out_alone, &own->grants, &own->fixture->call, &order,
                         &own->fixture->error);
}

static void grants__who_comes_second_looks_again(void **state)
{
  store *own = *state;
  own->conflicts = 3;
  assert_int_equal(s_run(own, ASKI_GRANTS_FULFIL, NULL), ASKIAM_STATUS_OK);
  assert_int_equal(own->looks, 4);
  assert_int_equal(own->applied, 1);
  assert_int_equal(own->last.version, 4); /* of the last look */
  assert_true(fixture_out_has(own->fixture, "\"state\":\"granted\""));
}

static void grants__who_never_wins_is_told_that_others_are_busy(void **state)
{
  store *own = *state;
  own->conflicts = -1;
  assert_int_equal(s_run(own, ASKI_GRANTS_FULFIL, NULL), ASKIAM_STATUS_BUSY);
  assert_int_equal(own->looks, 100);
}

static void grants__what_is_done_is_not_done_again(void **state)
{
  store *own = *state;
  static const char *const states[] = {"granted", "failed", "revoked", "expired"};
  for (size_t i = 0; i < 4; ++i) {
    own->grant = states[i];
    assert_int_equal(s_run(own, ASKI_GRANTS_FULFIL, NULL), ASKIAM_STATUS_OK);
    assert_true(fixture_out_has(own->fixture, "\"changed\":false"));
  }
  assert_int_equal(own->looks + own->applied, 0);
}

static void grants__a_refusal_is_written_as_a_failure(void **state)
{
  store *own = *state;
  own->refused = true;
  assert_int_equal(s_run(own, ASKI_GRANTS_FULFIL, NULL), ASKIAM_STATUS_OK);
  assert_string_equal(own->applied_state, "failed");
  assert_int_equal(own->last.moves_version, 0);
  assert_true(fixture_out_has(own->fixture, "\"reason\":\"Barred.\""));
}

static void grants__an_outage_anywhere_changes_nothing(void **state)
{
  store *own = *state;
  askiam_status *const where[] = {&own->facts_status, &own->check_status, &own->state_status, &own->apply_status};
  for (size_t i = 0; i < sizeof where / sizeof *where; ++i) {
    bool alone = true;
    *where[i] = ASKIAM_STATUS_UNAVAILABLE;
    assert_int_equal(s_run(own, ASKI_GRANTS_FULFIL, &alone), ASKIAM_STATUS_UNAVAILABLE);
    assert_false(alone);
    assert_int_equal(own->fixture->out.length, 0);
    *where[i] = ASKIAM_STATUS_OK;
  }
  for (int call = 1; call <= 2; ++call) { /* find, heads */
    own->fixture->journal.calls_until_fail = call;
    own->fixture->journal.failure = ASKIAM_STATUS_TIMEOUT;
    assert_int_equal(s_run(own, ASKI_GRANTS_FULFIL, NULL), ASKIAM_STATUS_TIMEOUT);
  }
  assert_int_equal(own->applied, 0);
}

static void grants__a_request_that_was_changed_is_its_own_matter(void **state)
{
  store *own = *state;
  bool alone = false;
  memory_set_text(&own->fixture->journal, 0, ASKIAM_RECORD_ROLE_ID, "other");
  assert_int_equal(s_run(own, ASKI_GRANTS_FULFIL, &alone), ASKIAM_STATUS_CORRUPT);
  assert_true(alone);
  assert_int_equal(own->looks, 0);
}

static void grants__one_store_is_needed_and_one_that_changes_grants(void **state)
{
  store *own = *state;
  own->grants.together = false;
  assert_int_equal(s_run(own, ASKI_GRANTS_REVOKE, NULL), ASKIAM_STATUS_NOT_SUPPORTED);
  own->grants.together = true;
  own->state.table.grant_apply = NULL;
  assert_int_equal(s_run(own, ASKI_GRANTS_REVOKE, NULL), ASKIAM_STATUS_NOT_SUPPORTED);
}

static askiam_status s_run_all(store *own)
{
  aski_buffer_clear(&own->fixture->out);
  return aski_grants_run_all(&own->grants, &own->fixture->call, ASKI_GRANTS_FULFIL, fixture_collect, &own->fixture->out,
                             &own->fixture->error);
}

static void grants__a_list_goes_on_after_one_request_and_ends_at_an_outage(void **state)
{
  store *own = *state;
  fixture_record(own->fixture, "r2", ASKI_CODE_APPROVED_BY_RULES);
  own->waiting[0] = "gone";
  own->waiting[1] = "r2";
  own->waiting[2] = "r1";
  assert_int_equal(s_run_all(own), ASKIAM_STATUS_OK);
  assert_int_equal(own->applied, 2);
  assert_true(fixture_out_has(own->fixture, "\"request_id\":\"gone\",\"requester_id\":\"john.doe\""));
  assert_true(fixture_out_has(own->fixture, "\"error\":{\"status\":\"NOT_FOUND\""));
  own->apply_status = ASKIAM_STATUS_FULL;
  assert_int_equal(s_run_all(own), ASKIAM_STATUS_FULL);
  assert_false(fixture_out_has(own->fixture, "r2"));
  own->list_status = ASKIAM_STATUS_UNAVAILABLE;
  assert_int_equal(s_run_all(own), ASKIAM_STATUS_UNAVAILABLE);
}

static void grants__a_list_of_a_store_is_not_believed(void **state)
{
  store *own = *state;
  own->waiting[0] = "";
  assert_int_equal(s_run_all(own), ASKIAM_STATUS_UNAVAILABLE);
  assert_non_null(strstr(own->fixture->error.message, "without its request"));
}

static void grants__memory_may_run_out_anywhere(void **state)
{
  store *own = *state;
  askiam_status status = ASKIAM_STATUS_NO_MEMORY;
  for (long n = 1; status != ASKIAM_STATUS_OK; ++n) {
    assert_true(n < 2000);
    test_allocator_fail_at(&own->fixture->allocator, n);
    status = s_run(own, ASKI_GRANTS_FULFIL, NULL);
    test_allocator_fail_at(&own->fixture->allocator, 0);
    assert_true(status == ASKIAM_STATUS_OK || status == ASKIAM_STATUS_NO_MEMORY);
    own->fixture->out.failed = false;
  }
}

#define TEST(name) cmocka_unit_test_setup_teardown(grants__##name, s_set_up, s_tear_down)

int main(void)
{
  const struct CMUnitTest tests[] = {
      TEST(who_comes_second_looks_again),
      TEST(who_never_wins_is_told_that_others_are_busy),
      TEST(what_is_done_is_not_done_again),
      TEST(a_refusal_is_written_as_a_failure),
      TEST(an_outage_anywhere_changes_nothing),
      TEST(a_request_that_was_changed_is_its_own_matter),
      TEST(one_store_is_needed_and_one_that_changes_grants),
      TEST(a_list_goes_on_after_one_request_and_ends_at_an_outage),
      TEST(a_list_of_a_store_is_not_believed),
      TEST(memory_may_run_out_anywhere),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
