/* SPDX-License-Identifier: Apache-2.0
 *
 * The check POLICY over real policies: what they are told about a request, and what they say about it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* after the four that it needs */
#include <cmocka.h>
#include <stdio.h>

#include "rules/context.h"
#include "world.h"

static int s_setup(void **state)
{
  static world w;
  world_init(&w);
  w.input.requester_id = text("rita");
  *state = &w;
  return w.arena.failed;
}

static int s_teardown(void **state)
{
  world *w = *state;
  world_clean_up(w);
  return w->allocator.outstanding != 0;
}

static const aski_check *s_check(world *w)
{
  evaluate(w);
  assert_false(w->arena.failed);
  return &w->rules.checks[ASKI_CHECK_POLICY];
}

static void s_assert_passes(world *w, const char *detail)
{
  const aski_check *check = s_check(w);
  assert_true(check->passed);
  assert_string_equal(check->detail.data, detail);
}

static void s_assert_fails(world *w, aski_code reason, bool hard, const char *detail)
{
  const aski_check *check = s_check(w);
  assert_false(check->passed);
  assert_int_equal(check->reason, reason);
  assert_int_equal(check->hard, hard);
  assert_string_equal(check->detail.data, detail);
}

static void s_join(void *context, askiam_str key, askiam_str value)
{
  aski_buffer_append_format(context, "%.*s=%.*s\n", ASKI_STR_ARG(key), ASKI_STR_ARG(value));
}

static void s_assert_context(world *w, const char *expected)
{
  aski_buffer told;
  aski_buffer_init(&told, aski_allocator_default());
  aski_rules_context(&w->facts, &w->input, &w->arena, s_join, &told);
  assert_string_equal(told.data == NULL ? "" : told.data, expected);
  aski_buffer_clean_up(&told);
}

static void policy__keys_tell_all_that_is_known(void **state)
{
  world *w = *state;
  askiam_facts_add_user_attribute(&w->facts, text("Department"), text("Finance"));
  askiam_facts_add_user_attribute(&w->facts, text("title"), text("Clerk"));
  askiam_facts_add_user_attribute(&w->facts, text("manager"), text("boss"));
  askiam_facts_add_user_attribute(&w->facts, text("cost center"), text("7"));
  askiam_facts_add_permission(&w->facts, text("pay:approve"));
  askiam_facts_add_permission(&w->facts, text("pay:read"));
  grant(w, "viewer", "", NOW - DAY, 0, ASKIAM_GRANT_ACTIVE);
  grant(w, "old", "", NOW - 9 * DAY, NOW, ASKIAM_GRANT_ACTIVE);
  grant(w, "gone", "", NOW - 9 * DAY, 0, ASKIAM_GRANT_REVOKED);
  grant(w, "clerk", "", NOW, 0, ASKIAM_GRANT_ACTIVE);
  w->input.expires_at_ms = NOW + 8 * DAY + 1500;
  w->input.ip = text("10.0.0.1");
  w->input.user_agent = text("curl/8");
  s_assert_context(w, "askiam:UserId=jane\naskiam:RequesterId=rita\naskiam:UserStatus=active\n"
                      "askiam:UserDepartment=Finance\naskiam:User/Department=Finance\n"
                      "askiam:UserTitle=Clerk\naskiam:User/title=Clerk\n"
                      "askiam:UserManager=boss\naskiam:User/manager=boss\naskiam:User/cost center=7\n"
                      "askiam:AppId=pay\naskiam:AppOwner=owner\naskiam:RoleId=approver\naskiam:RoleRisk=high\n"
                      "askiam:CurrentRoles=viewer\naskiam:CurrentRoles=clerk\n"
                      "askiam:RolePermissions=pay:approve\naskiam:RolePermissions=pay:read\n"
                      "askiam:RequestedDurationSeconds=691201.500\n"
                      "aws:CurrentTime=2026-06-15T00:00:00.000Z\naws:EpochTime=1781481600\n"
                      "aws:SourceIp=10.0.0.1\naws:UserAgent=curl/8\n");
}

static void policy__keys_of_which_nothing_is_known_are_absent(void **state)
{
  world *w = *state;
  askiam_facts_add_user_attribute(&w->facts, text("department"), text(""));
  w->facts.role.risk = text("");
  w->facts.application.owner = ASKI_STR_NONE;
  w->input.requester_id = ASKI_STR_NONE; /* the user himself */
  w->facts.user.status = ASKIAM_ENTITY_SUSPENDED;
  s_assert_context(w, "askiam:UserId=jane\naskiam:RequesterId=jane\naskiam:UserStatus=suspended\n"
                      "askiam:AppId=pay\naskiam:RoleId=approver\n"
                      "aws:CurrentTime=2026-06-15T00:00:00.000Z\naws:EpochTime=1781481600\n");
}

static void policy__only_keys_that_the_policies_read_are_told(void **state)
{
  world *w = *state;
  askiam_facts_add_user_attribute(&w->facts, text("department"), text("Finance"));
  w->input.ip = text("10.0.0.1");
  GOVERN(w, "p", STATEMENT("\"Effect\":\"Deny\""));
  w->input.policy_reads = aski_rules_reads(w->policies);
  s_assert_context(w, "");
  GOVERN(
      w, "p",
      STATEMENT("\"Effect\":\"Deny\",\"Condition\":{\"StringEquals\":{\"ASKIAM:userdepartment\":\"${askiam:RoleId}\","
                "\"aws:Something\":\"x\"}}"),
      "q",
      "{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":"
      "\"arn:aws:askiam:::application/${askiam:AppOwner}/role/${*}\"}}");
  w->input.policy_reads = aski_rules_reads(w->policies);
  assert_true(w->input.policy_reads.keys == UINT32_MAX &&
              w->input.policy_reads.attributes ==
                  UINT64_MAX); /* ${*} is a variable of none of our keys: rather too much */
  GOVERN(
      w, "p",
      STATEMENT("\"Effect\":\"Deny\",\"Condition\":{\"StringEquals\":{\"ASKIAM:userdepartment\":\"${askiam:RoleId}\","
                "\"aws:Something\":\"x\"}}"),
      "q",
      "{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":"
      "\"arn:aws:askiam:::application/${askiam:AppOwner}/role/*\"}}");
  w->input.policy_reads = aski_rules_reads(w->policies);
  s_assert_context(w, "askiam:UserDepartment=Finance\naskiam:AppOwner=owner\naskiam:RoleId=approver\n");
  GOVERN(w, "p", STATEMENT("\"Effect\":\"Deny\",\"Condition\":{\"StringEquals\":{\"askiam:user/Department\":\"x\"}}"));
  w->input.policy_reads = aski_rules_reads(w->policies);
  s_assert_context(w, "askiam:User/department=Finance\n");
}

static void policy__a_deny_refuses_hard_and_says_why(void **state)
{
  world *w = *state;
  GOVERN(w, "office-hours",
         STATEMENT("\"Sid\":\"OnlyFromOffice\",\"Effect\":\"Deny\",\"Condition\":{\"NotIpAddress\":{\"aws:SourceIp\":"
                   "\"10.0.0.0/8\"},\"StringEquals\":{\"askiam:RoleRisk\":\"high\"}}"));
  w->input.ip = text("203.0.113.7");
  s_assert_fails(
      w, ASKI_CODE_POLICY_DENY, true,
      "Policy \"office-hours\", statement \"OnlyFromOffice\", denies this: the address 203.0.113.7 is not in "
      "10.0.0.0/8 and the role's risk is \"high\".");
  w->input.ip = ASKI_STR_NONE; /* what is not known is not inside */
  s_assert_fails(w, ASKI_CODE_POLICY_DENY, true,
                 "Policy \"office-hours\", statement \"OnlyFromOffice\", denies this: the address is not known and the "
                 "role's risk is \"high\".");
  w->input.ip = text("10.1.2.3");
  s_assert_passes(w, "No policy denies this.");
  w->input.policy_mode = ASKI_POLICY_MODE_ALLOWLIST;
  s_assert_fails(w, ASKI_CODE_POLICY_NOT_ALLOWED, false, "No policy allows this.");
}

static void policy__the_first_of_several_is_named_and_the_others_counted(void **state)
{
  world *w = *state;
  GOVERN(
      w, "a", STATEMENT("\"Effect\":\"Allow\""), "b",
      "{\"Version\":\"2012-10-17\",\"Statement\":["
      "{\"Effect\":\"Deny\",\"Action\":\"askiam:*\",\"Resource\":\"arn:aws:askiam:::application/crm/*\"},"
      "{\"Effect\":\"Deny\",\"Action\":\"askiam:*\",\"Resource\":\"arn:aws:askiam:::application/pay/role/approver\"},"
      "{\"Effect\":\"Deny\",\"Action\":\"askiam:*\",\"Resource\":\"*\"}]}",
      "c", STATEMENT("\"Effect\":\"Deny\""), "d", STATEMENT("\"Effect\":\"Deny\""));
  s_assert_fails(w, ASKI_CODE_POLICY_DENY, true,
                 "Policy \"b\", Statement[1], denies this; 3 more statements deny it too.");
  GOVERN(w, "b", STATEMENT("\"Effect\":\"Deny\""), "c", STATEMENT("\"Effect\":\"Deny\""));
  s_assert_fails(w, ASKI_CODE_POLICY_DENY, true,
                 "Policy \"b\", Statement[0], denies this; 1 more policy denies it too.");
  GOVERN(w, "b",
         "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Deny\",\"Action\":\"*\",\"Resource\":\"*\"},"
         "{\"Effect\":\"Deny\",\"Action\":\"askiam:*\",\"Resource\":\"*\"}]}");
  s_assert_fails(w, ASKI_CODE_POLICY_DENY, true,
                 "Policy \"b\", Statement[0], denies this; 1 more statement denies it too.");
}

static void policy__principals_are_the_beneficiary(void **state)
{
  world *w = *state;
  GOVERN(w, "p", STATEMENT("\"Effect\":\"Deny\",\"Principal\":{\"AWS\":\"arn:aws:askiam:::user/rita\"}"));
  s_assert_passes(w, "No policy denies this.");
  GOVERN(w, "p", STATEMENT("\"Effect\":\"Deny\",\"Principal\":{\"AWS\":\"arn:aws:askiam:::user/jane\"}"));
  s_assert_fails(w, ASKI_CODE_POLICY_DENY, true, "Policy \"p\", Statement[0], denies this.");
  GOVERN(w, "p", STATEMENT("\"Effect\":\"Deny\",\"Condition\":{\"StringEquals\":{\"askiam:RequesterId\":\"rita\"}}"));
  s_assert_fails(w, ASKI_CODE_POLICY_DENY, true, "Policy \"p\", Statement[0], denies this: the requester is \"rita\".");
}

static void policy__variables_are_told_by_what_they_stand_for(void **state)
{
  world *w = *state;
  GOVERN(w, "p",
         STATEMENT("\"Effect\":\"Deny\",\"Condition\":{\"StringNotEquals\":{\"askiam:RequesterId\":"
                   "\"${askiam:UserId}\"}}"));
  s_assert_fails(w, ASKI_CODE_POLICY_DENY, true,
                 "Policy \"p\", Statement[0], denies this: the requester \"rita\" is not \"jane\".");
}

static void policy__an_allowlist_needs_an_allow_and_names_the_nearest(void **state)
{
  world *w = *state;
  w->input.policy_mode = ASKI_POLICY_MODE_ALLOWLIST;
  askiam_facts_add_user_attribute(&w->facts, text("department"), text("Sales"));
  GOVERN(w, "a-far",
         STATEMENT("\"Effect\":\"Allow\",\"Condition\":{\"StringEquals\":{\"askiam:UserDepartment\":\"HR\"},"
                   "\"IpAddress\":{\"aws:SourceIp\":\"10.0.0.0/8\"}}"),
         "b-near",
         STATEMENT("\"Sid\":\"Fin\",\"Effect\":\"Allow\",\"Condition\":{\"StringEquals\":"
                   "{\"askiam:UserDepartment\":[\"Finance\",\"HR\"],\"askiam:RoleRisk\":\"high\"}}"));
  s_assert_fails(
      w, ASKI_CODE_POLICY_NOT_ALLOWED, false,
      "No policy allows this; the nearest is policy \"b-near\", statement \"Fin\", but the user's department "
      "\"Sales\" is not one of \"Finance\" or \"HR\".");
  w->facts.user.attributes.items[0].value = text("Finance");
  s_assert_passes(w, "A policy allows this, and none denies it.");
  GOVERN(w, "a", STATEMENT("\"Effect\":\"Allow\""), "b", STATEMENT("\"Effect\":\"Deny\""));
  s_assert_fails(w, ASKI_CODE_POLICY_DENY, true, "Policy \"b\", Statement[0], denies this.");
}

static void policy__an_allowlist_without_policies_allows_nothing(void **state)
{
  world *w = *state;
  w->input.policy_mode = ASKI_POLICY_MODE_ALLOWLIST;
  s_assert_fails(w, ASKI_CODE_POLICY_NOT_ALLOWED, false,
                 "There are no policies, and policy.mode is allowlist: nothing allows this.");
  w->input.policy_mode = ASKI_POLICY_MODE_GUARDRAIL;
  s_assert_passes(w, "There are no policies.");
}

static void policy__an_explicit_deny_is_hard_whatever_is_soft(void **state)
{
  world *w = *state;
  w->input.soft_codes = UINT32_MAX;
  GOVERN(w, "p", STATEMENT("\"Effect\":\"Deny\""));
  s_assert_fails(w, ASKI_CODE_POLICY_DENY, true, "Policy \"p\", Statement[0], denies this.");
  w->input.soft_codes = 0;
  w->input.policy_mode = ASKI_POLICY_MODE_ALLOWLIST;
  GOVERN(w, "p", STATEMENT("\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"arn:aws:askiam:::user/x\"}"));
  s_assert_fails(w, ASKI_CODE_POLICY_NOT_ALLOWED, true, "No policy allows this.");
}

static void policy__a_set_that_could_not_be_had_fails_hard_whatever_is_soft(void **state)
{
  world *w = *state;
  askiam_facts_set_policies(&w->facts, 1, text("hash"));
  w->input.soft_codes = UINT32_MAX;
  w->input.policies_problem = text("policy \"p\": line 1: no Statement");
  s_assert_fails(w, ASKI_CODE_POLICY_DENY, true,
                 "1 policy exists, but could not be evaluated: policy \"p\": line 1: no Statement.");
  askiam_facts_set_policies(&w->facts, 0, text("changed by hand")); /* all gone, nobody knows how */
  s_assert_fails(w, ASKI_CODE_POLICY_DENY, true,
                 "0 policies exist, but could not be evaluated: policy \"p\": line 1: no Statement.");
}

static void policy__an_application_that_could_be_taken_for_another_is_not_evaluated(void **state)
{
  world *w = *state;
  GOVERN(w, "p", STATEMENT("\"Effect\":\"Allow\""));
  w->facts.application.id = text("a/role/b");
  w->facts.role.application_id = text("a/role/b");
  assert_false(s_check(w)->passed);
  assert_true(s_check(w)->hard);
}

static void policy__amendments_lift_statements_and_allow(void **state)
{
  world *w = *state;
  GOVERN(w, "a", STATEMENT("\"Effect\":\"Deny\""), "b", STATEMENT("\"Effect\":\"Deny\""));
  aski_amendment first = {.policy = 0};
  aski_amendment second = {.next = &first, .policy = 1};
  aski_amendment allow = {.next = &second, .allows = true, .policy = 7};
  w->input.amendments = &first;
  s_assert_fails(w, ASKI_CODE_POLICY_DENY, true, "Policy \"b\", Statement[0], denies this.");
  w->input.amendments = &second;
  assert_true(s_check(w)->passed);
  w->input.policy_mode = ASKI_POLICY_MODE_ALLOWLIST;
  assert_int_equal(s_check(w)->reason, ASKI_CODE_POLICY_NOT_ALLOWED);
  w->input.amendments = &allow;
  assert_true(s_check(w)->passed);
}

static void policy__memory_that_runs_out_is_seen_in_the_arena(void **state)
{
  (void)state;
  bool done = false;
  for (long at = 1; !done; ++at) {
    world w;
    world_init(&w);
    GOVERN(&w, "a",
           STATEMENT("\"Effect\":\"Deny\",\"Condition\":{\"NotIpAddress\":{\"aws:SourceIp\":\"10.0.0.0/8\"}}"));
    w.input.ip = text("203.0.113.7");
    test_allocator_fail_at(&w.allocator, at);
    evaluate(&w);
    done = !w.arena.failed;
    assert_true(w.arena.failed || !w.rules.checks[ASKI_CHECK_POLICY].passed);
    world_clean_up(&w);
    assert_int_equal(w.allocator.outstanding, 0);
    assert_true(at < 1000);
  }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, s_setup, s_teardown)

int main(void)
{
  const struct CMUnitTest tests[] = {
      TEST(policy__keys_tell_all_that_is_known),
      TEST(policy__keys_of_which_nothing_is_known_are_absent),
      TEST(policy__only_keys_that_the_policies_read_are_told),
      TEST(policy__a_deny_refuses_hard_and_says_why),
      TEST(policy__the_first_of_several_is_named_and_the_others_counted),
      TEST(policy__principals_are_the_beneficiary),
      TEST(policy__variables_are_told_by_what_they_stand_for),
      TEST(policy__an_allowlist_needs_an_allow_and_names_the_nearest),
      TEST(policy__an_allowlist_without_policies_allows_nothing),
      TEST(policy__an_explicit_deny_is_hard_whatever_is_soft),
      TEST(policy__a_set_that_could_not_be_had_fails_hard_whatever_is_soft),
      TEST(policy__an_application_that_could_be_taken_for_another_is_not_evaluated),
      TEST(policy__amendments_lift_statements_and_allow),
      TEST(policy__memory_that_runs_out_is_seen_in_the_arena),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
