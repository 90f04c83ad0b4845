/* SPDX-License-Identifier: Apache-2.0
 *
 * What every store lists of grants: what waits, what has ended, who else gives a role (askiam/backend/state.h); and
 * what stands beside the trail (askiam/backend/journal.h). */
#include <stdio.h>

#include "grant_support.h"

typedef struct beside {
  int grants, roles;
} beside;

static askiam_status s_add_beside(void *context, const askiam_record *record)
{
  beside *found = context;
  bool grant = aski_str_present(askiam_record_text(record, ASKIAM_RECORD_REQUEST_ID));
  assert_true(aski_str_present(askiam_record_text(record, ASKIAM_RECORD_USER_ID)));
  assert_true(aski_str_present(askiam_record_text(record, ASKIAM_RECORD_ROLE_ID)));
  found->grants += grant;
  found->roles += !grant;
  return ASKIAM_STATUS_OK;
}

static beside s_beside(contract *c)
{
  beside found = {0};
  assert_int_equal(c->driver->journal->adrift(c->self, &c->call, s_add_beside, &found, &c->error), ASKIAM_STATUS_OK);
  return found;
}

/* Entries of s_apply tell of a grant at 1000 + seq. */
static void grant_lists__what_the_trail_does_not_tell_is_handed_on(void **state)
{
  contract *c = *state;
  char decided[65];
  int imported = s_beside(c).roles;
  assert_true(imported > 0);
  for (int seq = 1, told = 0; seq < 9; seq += 2) {
    char request[2] = {(char)('0' + seq), 0};
    grant_hash(decided, seq);
    grant_decide(c, request, "VALID", seq);
    assert_int_equal(s_beside(c).grants, told); /* what waits is as it should be */
    askiam_grant_change change = grant_change(c, request, decided);
    change.granted_at_ms = 1001 + seq + (seq == 3);
    change.expires_at_ms += seq == 5;
    change.state = seq == 7 ? ASKI_STR("revoked") : change.state;
    assert_int_equal(grant_apply(c, &change, seq + 1), ASKIAM_STATUS_OK);
    told = seq / 2; /* all but the first */
    assert_int_equal(s_beside(c).grants, told);
    assert_int_equal(s_beside(c).roles, imported); /* the role is given by a grant, until its end */
  }
}

static void grant_lists__a_role_that_outlasts_its_grant_is_handed_on(void **state)
{
  contract *c = *state;
  char decided[65];
  int imported = s_beside(c).roles;
  grant_hash(decided, 1);
  grant_decide(c, "one", "VALID", 1);
  askiam_grant_change change = grant_change(c, "one", decided);
  change.granted_at_ms = 1002;
  change.role_expires_at_ms = 0;
  assert_int_equal(grant_apply(c, &change, 2), ASKIAM_STATUS_OK);
  assert_int_equal(s_beside(c).grants, 0);
  assert_int_equal(s_beside(c).roles, imported + 1);
}

typedef struct listing {
  char text[256];
  int left; /* the walk is ended after so many; negative: never */
} listing;

static askiam_status s_list_one(void *context, askiam_str requester_id, askiam_str request_id, int64_t at_ms)
{
  listing *list = context;
  assert_true(aski_str_equal_text(requester_id, "li.wei"));
  size_t length = strlen(list->text);
  snprintf(list->text + length, sizeof list->text - length, "%.*s@%lld ", ASKI_STR_ARG(request_id), (long long)at_ms);
  return list->left-- == 0 ? ASKIAM_STATUS_CANCELLED : ASKIAM_STATUS_OK;
}

static listing s_list(contract *c, const askiam_grant_query *query)
{
  listing list = {.left = -1};
  assert_int_equal(c->driver->state->grants(c->self, &c->call, query, s_list_one, &list, &c->error), ASKIAM_STATUS_OK);
  return list;
}

static void grant_lists__what_waits_is_listed_in_pages_oldest_first(void **state)
{
  contract *c = *state;
  grant_decide(c, "b", "VALID", 1);
  grant_decide(c, "no", "INVALID", 2);
  grant_decide(c, "a", "VALID", 3);
  grant_decide(c, "c", "VALID", 4);
  askiam_grant_query query = {.size = sizeof query, .list = ASKIAM_GRANTS_WAITING, .limit = 2};
  assert_string_equal(s_list(c, &query).text, "b@1001 a@1003 ");
  query.after_ms = 1003;
  query.after_request_id = ASKI_STR("a");
  query.after_requester_id = ASKI_STR("li.wei");
  assert_string_equal(s_list(c, &query).text, "c@1004 ");
  char decided[65];
  grant_hash(decided, 3);
  askiam_grant_change change = grant_change(c, "a", decided);
  assert_int_equal(grant_apply(c, &change, 5), ASKIAM_STATUS_OK);
  query = (askiam_grant_query){.size = sizeof query, .list = ASKIAM_GRANTS_WAITING, .limit = 9};
  assert_string_equal(s_list(c, &query).text, "b@1001 c@1004 ");
}

static void grant_lists__what_has_ended_and_who_else_grants_a_role_are_listed(void **state)
{
  contract *c = *state;
  char decided[65];
  for (int seq = 1; seq <= 3; ++seq) {
    const char *names[] = {"", "a", "b", "c"};
    grant_decide(c, names[seq], "VALID", seq);
  }
  for (int i = 1; i <= 3; ++i) {
    const char *names[] = {"", "a", "b", "c"};
    grant_hash(decided, i);
    askiam_grant_change change = grant_change(c, names[i], decided);
    change.expires_at_ms = i == 3 ? 0 : 9000 - 1000 * i;
    assert_int_equal(grant_apply(c, &change, 3 + i), ASKIAM_STATUS_OK);
  }
  askiam_grant_query query = {.size = sizeof query, .list = ASKIAM_GRANTS_ENDED, .now_ms = 7999, .limit = 9};
  assert_string_equal(s_list(c, &query).text, "b@7000 ");
  query.now_ms = 8000;
  assert_string_equal(s_list(c, &query).text, "b@7000 a@8000 ");
  query.after_ms = 7000;
  query.after_request_id = ASKI_STR("b");
  query.after_requester_id = ASKI_STR("li.wei");
  assert_string_equal(s_list(c, &query).text, "a@8000 ");
  query = (askiam_grant_query){.size = sizeof query,
                               .list = ASKIAM_GRANTS_OF_ROLE,
                               .user_id = ASKI_STR("john.doe"),
                               .role_id = ASKI_STR("wd-hr")};
  assert_int_equal(strlen(s_list(c, &query).text), strlen("a@8000 b@7000 c@0 "));
  query.role_id = ASKI_STR("wd-admin");
  assert_string_equal(s_list(c, &query).text, "");
}

static void grant_lists__a_receiver_may_end_the_list(void **state)
{
  contract *c = *state;
  grant_decide(c, "a", "VALID", 1);
  grant_decide(c, "b", "VALID", 2);
  askiam_grant_query query = {.size = sizeof query, .list = ASKIAM_GRANTS_WAITING, .limit = 9};
  listing list = {.left = 0};
  assert_int_equal(c->driver->state->grants(c->self, &c->call, &query, s_list_one, &list, &c->error),
                   ASKIAM_STATUS_CANCELLED);
  assert_string_equal(list.text, "a@1001 ");
}

static void grant_lists__memory_may_run_out_anywhere(void **state)
{
  contract *c = *state;
  if ((c->place->quirks & CONTRACT_VOLATILE) != 0) {
    skip();
  }
  grant_decide(c, "one", "VALID", 1);
  askiam_grant_query query = {.size = sizeof query, .list = ASKIAM_GRANTS_WAITING, .limit = 9};
  for (int what = 0; what < 2; ++what) {
    askiam_status status = ASKIAM_STATUS_NO_MEMORY;
    for (long n = 1; status != ASKIAM_STATUS_OK; ++n) {
      assert_true(n < 1000);
      contract_reopen(c);
      listing list = {.left = -1};
      beside found = {0};
      test_allocator_fail_at(&c->allocator, n);
      status = what == 0 ? c->driver->state->grants(c->self, &c->call, &query, s_list_one, &list, &c->error)
                         : c->driver->journal->adrift(c->self, &c->call, s_add_beside, &found, &c->error);
      test_allocator_fail_at(&c->allocator, 0);
      assert_true(status == ASKIAM_STATUS_OK || status == ASKIAM_STATUS_NO_MEMORY);
    }
  }
}

#define TEST(name) cmocka_unit_test_setup_teardown(grant_lists__##name, contract_setup_filled, contract_teardown)

int main(void)
{
  const struct CMUnitTest tests[] = {TEST(what_the_trail_does_not_tell_is_handed_on),
                                     TEST(a_role_that_outlasts_its_grant_is_handed_on),
                                     TEST(what_waits_is_listed_in_pages_oldest_first),
                                     TEST(what_has_ended_and_who_else_grants_a_role_are_listed),
                                     TEST(a_receiver_may_end_the_list),
                                     TEST(memory_may_run_out_anywhere)};
  return contract_run("grant_lists", tests, sizeof tests / sizeof *tests);
}
