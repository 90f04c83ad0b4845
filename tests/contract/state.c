/* SPDX-License-Identifier: Apache-2.0
 *
 * What every store of state promises (askiam/backend/state.h). */
#include <stdio.h>

#include "support.h"

typedef struct session {
  char value[32];
  int64_t revision;
} session;

static askiam_status s_session(void *context, askiam_str value, int64_t revision)
{
  session *s = context;
  memcpy(s->value, value.data, value.length);
  s->value[value.length] = 0;
  s->revision = revision;
  return ASKIAM_STATUS_OK;
}

static askiam_status s_get(contract *c, session *s)
{
  return c->driver->state->session_get(c->self, &c->call, ASKI_STR("sess-1"), s_session, s, &c->error);
}

static askiam_status s_put(contract *c, const char *value, int64_t revision, int64_t expires_at_ms)
{
  return c->driver->state->session_put(c->self, &c->call, ASKI_STR("sess-1"), askiam_str_from(value), revision,
                                       expires_at_ms, &c->error);
}

static void state__a_session_is_written_by_its_revision(void **state)
{
  contract *c = *state;
  session s = {.revision = 0};
  const int64_t end = CONTRACT_NOW_MS + 1000;
  assert_int_equal(s_get(c, &s), ASKIAM_STATUS_NOT_FOUND);
  assert_int_equal(s_put(c, "one", 0, end), ASKIAM_STATUS_OK);
  assert_int_equal(s_put(c, "again", 0, end), ASKIAM_STATUS_CONFLICT);
  assert_int_equal(s_get(c, &s), ASKIAM_STATUS_OK);
  assert_int_equal(s.revision, 1);
  assert_int_equal(s_put(c, "two", 1, end), ASKIAM_STATUS_OK);
  assert_int_equal(s_put(c, "stale", 1, end), ASKIAM_STATUS_CONFLICT);
  assert_int_equal(s_get(c, &s), ASKIAM_STATUS_OK);
  assert_string_equal(s.value, "two");
  assert_int_equal(s.revision, 2);
}

static void state__a_session_that_has_ended_is_none(void **state)
{
  contract *c = *state;
  session s;
  assert_int_equal(s_put(c, "one", 0, CONTRACT_NOW_MS), ASKIAM_STATUS_OK);
  assert_int_equal(s_get(c, &s), ASKIAM_STATUS_NOT_FOUND);
  assert_int_equal(s_put(c, "late", 1, CONTRACT_NOW_MS + 5), ASKIAM_STATUS_CONFLICT);
  assert_int_equal(s_put(c, "new", 0, CONTRACT_NOW_MS + 5), ASKIAM_STATUS_OK);
  assert_int_equal(s_get(c, &s), ASKIAM_STATUS_OK);
  assert_int_equal(s.revision, 1);
}

/* Those that have ended may be cleared away at any time; one that has not is not. */
static void state__sessions_that_have_ended_do_not_stand_in_the_way(void **state)
{
  contract *c = *state;
  session s = {.revision = 0};
  char id[32];
  assert_int_equal(s_put(c, "one", 0, CONTRACT_NOW_MS + 5), ASKIAM_STATUS_OK);
  for (int i = 0; i < 12; ++i) {
    snprintf(id, sizeof id, "other-%d", i % 10);
    assert_int_equal(c->driver->state->session_put(c->self, &c->call, askiam_str_from(id), ASKI_STR("x"), 0,
                                                   CONTRACT_NOW_MS, &c->error),
                     ASKIAM_STATUS_OK);
  }
  assert_int_equal(s_get(c, &s), ASKIAM_STATUS_OK);
  assert_string_equal(s.value, "one");
}

static void state__a_dropped_session_is_gone(void **state)
{
  contract *c = *state;
  session s;
  assert_int_equal(s_put(c, "one", 0, CONTRACT_NOW_MS + 5), ASKIAM_STATUS_OK);
  assert_int_equal(c->driver->state->session_drop(c->self, &c->call, ASKI_STR("sess-1"), &c->error), ASKIAM_STATUS_OK);
  assert_int_equal(s_get(c, &s), ASKIAM_STATUS_NOT_FOUND);
  assert_int_equal(c->driver->state->session_drop(c->self, &c->call, ASKI_STR("sess-1"), &c->error), ASKIAM_STATUS_OK);
}

static askiam_grant_state s_grant(contract *c, const char *request)
{
  askiam_grant_state grant = {.arena = &c->arena};
  assert_int_equal(
      c->driver->state->grant(c->self, &c->call, ASKI_STR("john.doe"), askiam_str_from(request), &grant, &c->error),
      ASKIAM_STATUS_OK);
  return grant;
}

static void s_decide(contract *c, const char *request, const char *status, int64_t seq)
{
  askiam_record *record = askiam_record_new(NULL);
  char prev[65];
  char hash[65];
  snprintf(prev, sizeof prev, "%064d", (int)seq - 1);
  snprintf(hash, sizeof hash, "%064d", (int)seq);
  const struct {
    askiam_record_field field;
    const char *text;
  } texts[] = {{ASKIAM_RECORD_REQUEST_ID, request}, {ASKIAM_RECORD_REQUESTER_ID, "john.doe"},
               {ASKIAM_RECORD_STATUS, status},      {ASKIAM_RECORD_DECISION, "{}"},
               {ASKIAM_RECORD_AUDIT_ID, request},   {ASKIAM_RECORD_ACTION, "askiam:RequestRole"},
               {ASKIAM_RECORD_RESOURCE, ""},        {ASKIAM_RECORD_CHAIN, contract_current->chain},
               {ASKIAM_RECORD_PREV_HASH, prev},     {ASKIAM_RECORD_HASH, hash},
               {ASKIAM_RECORD_PAYLOAD, "{}"}};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; ++i) {
    assert_int_equal(askiam_record_set_text(record, texts[i].field, askiam_str_from(texts[i].text)), ASKIAM_STATUS_OK);
  }
  askiam_record_set_number(record, ASKIAM_RECORD_SEQ, seq);
  const askiam_record *items[] = {record};
  const struct askiam_records records = {items, 1};
  assert_int_equal(c->driver->journal->append(c->self, &c->call, &records, NULL, &c->error), ASKIAM_STATUS_OK);
  askiam_record_destroy(record);
}

static void state__a_grant_follows_the_decision(void **state)
{
  contract *c = *state;
  s_decide(c, "yes", "VALID", 1);
  s_decide(c, "no", "INVALID", 2);
  assert_true(aski_str_equal_text(s_grant(c, "yes").state, "requested"));
  assert_true(aski_str_equal_text(s_grant(c, "no").state, "none"));
  assert_true(aski_str_equal_text(s_grant(c, "unknown").state, "none"));
}

/* Looks or writes with the store just opened; leaves nothing behind but what it said. */
static askiam_status s_work(contract *c, int what, session *s, askiam_grant_state *grant)
{
  switch (what) {
  case 0:
    return s_get(c, s);
  case 1:
    return s_put(c, "two", 1, CONTRACT_NOW_MS + 1000);
  case 2:
    return c->driver->state->grant(c->self, &c->call, ASKI_STR("john.doe"), ASKI_STR("yes"), grant, &c->error);
  default:
    return c->driver->state->session_drop(c->self, &c->call, ASKI_STR("sess-1"), &c->error);
  }
}

static void state__memory_may_run_out_anywhere(void **state)
{
  contract *c = *state;
  if ((c->place->quirks & CONTRACT_VOLATILE) != 0) {
    skip();
  }
  s_decide(c, "yes", "VALID", 1);
  assert_int_equal(s_put(c, "one", 0, CONTRACT_NOW_MS + 1000), ASKIAM_STATUS_OK);
  for (int what = 0; what < 4; ++what) {
    askiam_status status = ASKIAM_STATUS_NO_MEMORY;
    for (long n = 1; status != ASKIAM_STATUS_OK; ++n) {
      assert_true(n < 1000);
      contract_reopen(c);
      session s = {.revision = 0};
      askiam_grant_state grant = {.arena = &c->arena};
      test_allocator_fail_at(&c->allocator, n);
      status = s_work(c, what, &s, &grant);
      test_allocator_fail_at(&c->allocator, 0);
      assert_true(status == ASKIAM_STATUS_OK || status == ASKIAM_STATUS_NO_MEMORY);
      assert_true(status == ASKIAM_STATUS_OK ? n > 1 : s.revision == 0 && grant.state.length == 0);
    }
  }
  session s;
  assert_int_equal(s_get(c, &s), ASKIAM_STATUS_NOT_FOUND); /* put, then dropped */
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, contract_setup, contract_teardown)

int main(void)
{
  const struct CMUnitTest tests[] = {
      TEST(state__a_session_is_written_by_its_revision),
      TEST(state__a_session_that_has_ended_is_none),
      TEST(state__sessions_that_have_ended_do_not_stand_in_the_way),
      TEST(state__a_dropped_session_is_gone),
      TEST(state__a_grant_follows_the_decision),
      TEST(state__memory_may_run_out_anywhere),
  };
  return contract_run("state", tests, sizeof tests / sizeof *tests);
}
