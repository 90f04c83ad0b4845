/* SPDX-License-Identifier: Apache-2.0
 *
 * What every store knows of a role that an import gives beside grants: until when it is held apart from them
 * (askiam/backend/state.h). */
#include "grant_support.h"

/* Of li.wei's requests "one", "two" and "three" john.doe gets wd-hr. */
enum { NOTHING = -1 };

static askiam_status s_own(void *context, askiam_str requester_id, askiam_str request_id, int64_t at_ms)
{
  if (request_id.data == NULL) {
    assert_null(requester_id.data);
    assert_int_equal(*(int64_t *)context, NOTHING); /* told once */
    *(int64_t *)context = at_ms;
  }
  return ASKIAM_STATUS_OK;
}

/* Until when it is held apart from grants; NOTHING, or 0 for ever. */
static int64_t s_until(contract *c)
{
  int64_t until_ms = NOTHING;
  const askiam_grant_query query = {.size = sizeof query,
                                    .list = ASKIAM_GRANTS_OF_ROLE,
                                    .user_id = ASKI_STR("john.doe"),
                                    .role_id = ASKI_STR("wd-hr")};
  assert_int_equal(c->driver->state->grants(c->self, &c->call, &query, s_own, &until_ms, &c->error), ASKIAM_STATUS_OK);
  return until_ms;
}

/* The time of an import, which stands for none that is known. */
#define DEFAULT "1800000000000"

static void s_import(contract *c, const char *granted_at, const char *expires_at, const char *status)
{
  void *session = contract_import(c);
  contract_row(c, session, ASKIAM_TABLE_USER_ROLES, 1, "john.doe", "wd-hr", granted_at, expires_at, status, NULL);
  assert_int_equal(contract_commit(c, session), ASKIAM_STATUS_OK);
}

/* The row as a change leaves it; `seq` of the decision, whose change is the next one. */
static void s_put(contract *c, const char *request, int64_t seq, const char *status, int64_t granted_at_ms,
                  int64_t expires_at_ms)
{
  char decided[65];
  grant_hash(decided, seq);
  grant_decide(c, request, "VALID", seq);
  askiam_grant_change change = grant_change(c, request, decided);
  change.role_status = askiam_str_from(status);
  change.role_granted_at_ms = granted_at_ms;
  change.role_expires_at_ms = expires_at_ms;
  assert_int_equal(grant_apply(c, &change, seq + 1), ASKIAM_STATUS_OK);
}

static void own_right__a_grant_alone_gives_none(void **state)
{
  contract *c = *state;
  assert_int_equal(s_until(c), NOTHING);
  s_put(c, "one", 1, "active", 2000, 5000);
  assert_int_equal(s_until(c), NOTHING);
  s_put(c, "two", 3, "active", 2000, 9000); /* prolonged by another */
  assert_int_equal(s_until(c), NOTHING);
}

static void own_right__an_import_before_is_told_through_all_that_prolongs_it(void **state)
{
  contract *c = *state;
  s_import(c, "1000", "3000", "active");
  assert_int_equal(s_until(c), 3000);
  s_put(c, "one", 1, "active", 1000, 5000);
  assert_int_equal(s_until(c), 3000);
  s_put(c, "two", 3, "active", 1000, 9000);
  assert_int_equal(s_until(c), 3000);
  s_put(c, "three", 5, "active", 1000, 3000); /* taken back to what is left */
  assert_int_equal(s_until(c), 3000);
}

static void own_right__of_what_ended_before_a_grant_nothing_is_told(void **state)
{
  contract *c = *state;
  s_import(c, "1000", "1500", "active");
  s_put(c, "one", 1, "active", 2000, 5000); /* begins anew */
  assert_int_equal(s_until(c), NOTHING);
  s_import(c, "1000", "", "revoked");
  assert_int_equal(s_until(c), NOTHING);
  s_put(c, "two", 3, "active", 1000, 9000);
  assert_int_equal(s_until(c), NOTHING);
}

static void own_right__an_import_afterwards_is_one_of_its_own(void **state)
{
  contract *c = *state;
  s_put(c, "one", 1, "active", 2000, 5000);
  s_import(c, DEFAULT, "7000", "active");
  assert_int_equal(s_until(c), 7000);
  s_import(c, DEFAULT, "", "active");
  assert_int_equal(s_until(c), 0);
  s_import(c, DEFAULT, "", "expired");
  assert_int_equal(s_until(c), NOTHING);
  s_put(c, "two", 3, "active", 3000, 9000);
  s_import(c, "2500", "9000", "active"); /* from another beginning */
  assert_int_equal(s_until(c), 9000);
}

/* Such as of a system that mirrors what was granted. */
static void own_right__an_import_that_says_the_same_again_says_nothing_new(void **state)
{
  contract *c = *state;
  s_put(c, "one", 1, "active", 2000, 5000);
  s_import(c, DEFAULT, "5000", "active");
  s_import(c, "2000", "5000", "active");
  assert_int_equal(s_until(c), NOTHING);
  s_put(c, "two", 3, "active", 2000, 0);
  s_import(c, DEFAULT, "", "active");
  assert_int_equal(s_until(c), NOTHING);
  s_import(c, "1000", "3000", "active");
  s_put(c, "three", 5, "active", 1000, 9000);
  s_import(c, "1000", "9000", "active");
  assert_int_equal(s_until(c), 3000);
}

#define TEST(name) cmocka_unit_test_setup_teardown(own_right__##name, contract_setup_filled, contract_teardown)

int main(void)
{
  const struct CMUnitTest tests[] = {
      TEST(a_grant_alone_gives_none), TEST(an_import_before_is_told_through_all_that_prolongs_it),
      TEST(of_what_ended_before_a_grant_nothing_is_told), TEST(an_import_afterwards_is_one_of_its_own),
      TEST(an_import_that_says_the_same_again_says_nothing_new)};
  return contract_run("own_right", tests, sizeof tests / sizeof *tests);
}
