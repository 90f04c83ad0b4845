/* SPDX-License-Identifier: Apache-2.0
 *
 * Whoever does as a remedy says succeeds: random policies about what whoever asks can change, and random values that satisfy what is told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* after the four that it needs */
#include <cmocka.h>
#include <stdio.h>

#include "follow.h"
#include "mend.h"

enum { VALUES = 12, WORLDS = 1500, DOCUMENT_BYTES = 1280 };

#define PICK(list) (list)[follow_random(sizeof(list) / sizeof *(list))]

typedef enum s_kind { OF_ADDRESSES, OF_AGENTS, OF_DURATIONS, OF_TIMES, KINDS } s_kind;

static void s_values(char *out, size_t size, const char *const *from, size_t count)
{
  size_t length = (size_t)snprintf(out, size, "[");
  size_t values = 1 + follow_random(3);
  for (size_t i = 0; i < values; ++i) {
    length += (size_t)snprintf(out + length, size - length, "%s\"%s\"", i == 0 ? "" : ",",
                               from[follow_random((unsigned)count)]);
  }
  snprintf(out + length, size - length, "]");
}
#define VALUES_OF(out, list) s_values(out, sizeof(out), list, sizeof(list) / sizeof *(list))

static const char *const s_ranges[] = {"10.0.0.0/8",  "10.0.0.0/9",     "10.128.0.0/9", "10.1.0.0/16",
                                       "10.1.2.0/24", "192.168.0.0/16", "192.168.3.4",  "203.0.113.0/24",
                                       "203.0.113.7", "0.0.0.0/0",      "128.0.0.0/1",  "0.0.0.0/1"};
static const char *const s_agents[] = {"a*", "ab*", "*b", "abc", "A*", "*c*", "a?c", "b*", "ABC", "curl/8", "c*", "?"};
static const char *const s_lengths[] = {
    "60",  "90.5", "3600",    "5400", "86400",    "7776000", "1e3", "1000000000000000000000",
    "0.5", "-5",   "2592000", "3599", "86399.999"};
static const char *const s_moments[] = {"2026-06-15T00:00:00Z",    "2026-06-15T08:30:00Z", "2026-07-01",
                                        "2026-07-01T00:00:00.5Z",  "2020-01-01",           "2026-12-31T23:59:59Z",
                                        "2027-03-01T10:00:00.001Z"};
static const char *const s_epochs[] = {"1781481600", "1781481600.5", "1782864000", "1893456000"};

static void s_clause(char *out, size_t size, s_kind kind)
{
  static const char *const address_ops[] = {"IpAddress", "NotIpAddress", "IpAddressIfExists",
                                            "ForAnyValue:NotIpAddress"};
  static const char *const agent_ops[] = {
      "StringEquals",           "StringNotEquals",          "StringLike", "StringNotLike", "StringNotLike",
      "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase"};
  static const char *const length_ops[] = {
      "NumericEquals",      "NumericNotEquals",         "NumericLessThan",           "NumericLessThanEquals",
      "NumericGreaterThan", "NumericGreaterThanEquals", "NumericGreaterThanIfExists"};
  static const char *const time_ops[] = {"DateEquals",         "DateNotEquals",   "DateLessThan",
                                         "DateLessThanEquals", "DateGreaterThan", "DateGreaterThanEquals"};
  char values[256];
  if (follow_random(12) == 0) {
    static const char *const keys[KINDS] = {"aws:SourceIp", "aws:UserAgent", "askiam:RequestedDurationSeconds",
                                            "aws:CurrentTime"};
    snprintf(out, size, "\"Null\":{\"%s\":\"%s\"}", keys[kind], follow_random(2) == 0 ? "true" : "false");
  } else if (kind == OF_ADDRESSES) {
    VALUES_OF(values, s_ranges);
    snprintf(out, size, "\"%s\":{\"aws:SourceIp\":%s}", PICK(address_ops), values);
  } else if (kind == OF_AGENTS) {
    VALUES_OF(values, s_agents);
    snprintf(out, size, "\"%s\":{\"aws:UserAgent\":%s}", PICK(agent_ops), values);
  } else if (kind == OF_DURATIONS) {
    VALUES_OF(values, s_lengths);
    snprintf(out, size, "\"%s\":{\"askiam:RequestedDurationSeconds\":%s}", PICK(length_ops), values);
  } else if (follow_random(2) == 0) {
    VALUES_OF(values, s_moments);
    snprintf(out, size, "\"%s\":{\"aws:CurrentTime\":%s}", PICK(time_ops), values);
  } else {
    VALUES_OF(values, s_epochs);
    snprintf(out, size, "\"%s\":{\"aws:EpochTime\":%s}", follow_random(2) == 0 ? PICK(time_ops) : PICK(length_ops),
             values);
  }
}

/* One to four statements that deny, mostly by one circumstance; where an Allow is needed, some of them allow. */
static void s_make(world *w, char documents[4][DOCUMENT_BYTES])
{
  const char *list[9] = {"a", documents[0], "b", documents[1], "c", documents[2], "d", documents[3], NULL};
  w->input.policy_mode = follow_random(3) == 0 ? ASKI_POLICY_MODE_ALLOWLIST : ASKI_POLICY_MODE_GUARDRAIL;
  s_kind first = (s_kind)follow_random(KINDS);
  size_t count = 1 + follow_random(4);
  for (size_t i = 0; i < count; ++i) {
    char clauses[2][512];
    s_clause(clauses[0], sizeof clauses[0], follow_random(5) == 0 ? (s_kind)follow_random(KINDS) : first);
    s_clause(clauses[1], sizeof clauses[1], (s_kind)follow_random(KINDS));
    bool two = follow_random(4) == 0 && strncmp(clauses[0], clauses[1], 9) != 0;
    bool allow = w->input.policy_mode == ASKI_POLICY_MODE_ALLOWLIST && follow_random(2) == 0;
    snprintf(documents[i], sizeof documents[i],
             "{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"%s\",\"Action\":\"*\",\"Resource\":\"*\","
             "\"Condition\":{%s%s%s}}}",
             allow ? "Allow" : "Deny", clauses[0], two ? "," : "", two ? clauses[1] : "");
  }
  list[2 * count] = NULL;
  govern(w, list);
  w->input.ip = follow_random(5) == 0 ? ASKI_STR_NONE : text(follow_random(2) == 0 ? "203.0.113.7" : "10.1.2.3");
  w->input.user_agent = follow_random(5) == 0 ? ASKI_STR_NONE : text(follow_random(2) == 0 ? "curl/8" : "abc");
  w->input.expires_at_ms = follow_random(3) == 0 ? 0 : NOW + (1 + follow_random(200)) * (DAY / 2);
}

static bool s_only_asks(const aski_remedies *remedies)
{
  for (size_t i = 0; i < remedies->count; ++i) {
    if (remedies->items[i].code == ASKI_REMEDY_AMEND_POLICY) {
      return false;
    }
  }
  return remedies->count > 0;
}

static void s_fail(const aski_remedies *remedies, const aski_rules_input *input, char documents[4][DOCUMENT_BYTES],
                   size_t count)
{
  for (size_t i = 0; i < count; ++i) {
    print_message("%s\n", documents[i]);
  }
  for (size_t i = 0; i < remedies->count; ++i) {
    print_message("%.*s\n", ASKI_STR_ARG(remedies->items[i].detail));
  }
  fail_msg("still refused: %.*s, %.*s, now %lld, for %lld ms", ASKI_STR_ARG(input->ip), ASKI_STR_ARG(input->user_agent),
           (long long)input->now_ms, (long long)(input->expires_at_ms == 0 ? 0 : input->expires_at_ms - input->now_ms));
}

/* Gives how many times what is told could be done. */
static size_t s_follow_all(world *w, const aski_remedies *remedies, char documents[4][DOCUMENT_BYTES])
{
  size_t followed = 0;
  for (int i = 0; i < VALUES; ++i) {
    char address[FOLLOW_BYTES] = "";
    char agent[FOLLOW_BYTES] = "";
    aski_rules_input input = w->input;
    bool can = true;
    for (size_t j = 0; j < remedies->count; ++j) { /* the time comes first, as the end counts from it */
      can = can && follow(&remedies->items[j], &input, address, agent);
    }
    if (!can) {
      continue;
    }
    aski_rules_result rules;
    aski_rules_evaluate(&rules, &w->arena, &w->facts, &input);
    if (!rules.checks[ASKI_CHECK_POLICY].passed) {
      s_fail(remedies, &input, documents, w->facts.policy_count);
    }
    ++followed;
  }
  return followed;
}

static void remedies__that_are_followed_succeed(void **state)
{
  (void)state;
  size_t told = 0;
  size_t done = 0;
  size_t shortened = 0;
  for (int i = 0; i < WORLDS; ++i) {
    static char documents[4][DOCUMENT_BYTES];
    world w;
    world_init(&w);
    s_make(&w, documents);
    evaluate(&w);
    aski_remedies remedies;
    aski_circumstances changed;
    mend(&remedies, &changed, &w);
    if (s_only_asks(&remedies)) {
      ++told;
      done += s_follow_all(&w, &remedies, documents) > 0;
      shortened += remedies.items[0].code == ASKI_REMEDY_SHORTEN_DURATION;
    }
    world_clean_up(&w);
    assert_int_equal(w.allocator.outstanding, 0);
  }
  assert_true(told > WORLDS / 4);
  assert_true(done > told * 9 / 10); /* a text that is told can be found */
  assert_true(shortened > WORLDS / 50);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(remedies__that_are_followed_succeed),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
