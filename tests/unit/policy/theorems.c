/* SPDX-License-Identifier: Apache-2.0
 *
 * The index finds every statement that matches, in order, and nothing twice: compared with a look at all of them, over random sets. And the four theorems
 * that hold for any policies: a Deny that matches wins; what is allowed some Allow allows; otherwise it is denied; neither the order
 * of documents nor copies of them matter. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* after the four that it needs */
#include <cmocka.h>

#include <stdio.h>

#include "policy/set.h"
#include "unit/policy/chance.h"

enum { ROUNDS = 400, REQUESTS = 25, DOCUMENTS_MAX = 12, TEXT_BYTES = 4096 };

typedef struct s_document {
  askiam_policy_kind kind;
  unsigned level;
  char statements[TEXT_BYTES];
} s_document;

typedef struct s_documents {
  s_document items[2 * DOCUMENTS_MAX];
  size_t count;
} s_documents;

static const askiam_policy_kind s_kinds[] = {ASKIAM_POLICY_IDENTITY,         ASKIAM_POLICY_IDENTITY,
                                             ASKIAM_POLICY_RESOURCE,         ASKIAM_POLICY_RESOURCE,
                                             ASKIAM_POLICY_SESSION,          ASKIAM_POLICY_SERVICE_CONTROL,
                                             ASKIAM_POLICY_RESOURCE_CONTROL, ASKIAM_POLICY_PERMISSION_BOUNDARY,
                                             ASKIAM_POLICY_ENDPOINT};

/* `effect` NULL: either. `limits`: whether kinds that only limit take part. */
static void s_make_up(chance *dice, s_documents *out, const char *effect, bool limits)
{
  out->count = 1 + chance_below(dice, DOCUMENTS_MAX);
  for (size_t i = 0; i < out->count; ++i) {
    s_document *document = &out->items[i];
    document->kind = s_kinds[chance_below(dice, limits ? 9 : 4)];
    bool levels = document->kind == ASKIAM_POLICY_SERVICE_CONTROL || document->kind == ASKIAM_POLICY_RESOURCE_CONTROL;
    document->level = levels ? chance_below(dice, 2) : 0;
    document->statements[0] = 0;
    size_t length = 0;
    for (unsigned left = 1 + chance_below(dice, 4); left > 0; --left) {
      length += (size_t)snprintf(document->statements + length, sizeof document->statements - length, "%s",
                                 length == 0 ? "" : ", ");
      chance_statement(dice, document->kind, effect, document->statements + length,
                       sizeof document->statements - length);
      length += strlen(document->statements + length);
    }
  }
}

static void s_add_all(world *it, const s_documents *documents)
{
  for (size_t i = 0; i < documents->count; ++i) {
    world_add(it, documents->items[i].kind, documents->items[i].level, documents->items[i].statements);
  }
}

typedef struct s_trace {
  const askiam_policy_set *set;
  const askiam_policy_request *request;
  unsigned kinds;
  size_t next; /* the place up to which all was looked at */
  size_t count;
  bool denied, allowed;
} s_trace;

static bool s_matches(const s_trace *trace, size_t place)
{
  const aski_policy_rule *rule = &trace->set->rules[place];
  return (trace->kinds >> (unsigned)aski_policy_slot_kind(rule->slot) & 1) != 0 &&
         aski_policy_rule_match(rule, trace->request) != ASKI_POLICY_NAMED_NOT;
}

/* The next one that matches by looking at all of them must be the one that is told. */
static void s_follow(void *context, const askiam_policy_match *match)
{
  s_trace *trace = context;
  while (trace->next < trace->set->rule_count && !s_matches(trace, trace->next)) {
    ++trace->next;
  }
  assert_true(trace->next < trace->set->rule_count);
  askiam_policy_match expected;
  const aski_policy_statement *statement = aski_policy_statement_at(trace->set, trace->next++, &expected);
  assert_int_equal(match->kind, expected.kind);
  assert_int_equal(match->level, expected.level);
  assert_int_equal(match->policy, expected.policy);
  assert_int_equal(match->statement, expected.statement);
  assert_int_equal(match->deny, statement->deny);
  assert_ptr_equal(aski_policy_statement_of(trace->set, match), statement);
  trace->denied = trace->denied || match->deny;
  trace->allowed = trace->allowed || !match->deny;
  ++trace->count;
}

static s_trace s_check(world *it)
{
  askiam_policy_decision decision = world_decide(it);
  s_trace trace = {.set = it->set, .request = it->request, .kinds = aski_policy_kinds_for(it->set, it->request)};
  assert_int_equal(askiam_policy_evaluate(it->set, it->request, s_follow, &trace), decision);
  for (; trace.next < it->set->rule_count; ++trace.next) {
    assert_false(s_matches(&trace, trace.next));
  }
  assert_int_equal(trace.denied, decision == DENIED);           /* a Deny wins, and only a Deny denies explicitly */
  assert_true(decision != YES || trace.allowed);                /* what is allowed some Allow allows */
  assert_true(trace.allowed || trace.denied || decision == NO); /* denied by default */
  return trace;
}

static void policy__the_index_finds_what_matches_and_theorems_hold(void **state)
{
  (void)state;
  chance dice = {424242};
  size_t decisions[3] = {0};
  size_t matches = 0;
  for (int round = 0; round < ROUNDS; ++round) {
    static s_documents documents;
    s_make_up(&dice, &documents, NULL, round % 2 == 0);
    world it;
    world_init(&it);
    s_add_all(&it, &documents);
    for (int i = 0; i < REQUESTS; ++i) {
      chance_ask(&dice, &it);
      matches += s_check(&it).count;
      ++decisions[world_decide(&it)];
    }
    world_clean_up(&it);
  }
  assert_true(matches > 10000);
  assert_true(decisions[YES] > 300 && decisions[NO] > 300 && decisions[DENIED] > 300);
}

/* The same documents in another order, some of them twice. */
static void s_shuffle(chance *dice, s_documents *out, const s_documents *documents)
{
  *out = *documents;
  for (size_t i = 0; i < documents->count; ++i) {
    if (chance_below(dice, 3) == 0) {
      out->items[out->count++] = documents->items[i];
    }
  }
  for (size_t i = out->count; i > 1; --i) {
    size_t other = chance_below(dice, (unsigned)i);
    s_document swap = out->items[i - 1];
    out->items[i - 1] = out->items[other];
    out->items[other] = swap;
  }
}

static void policy__order_and_copies_do_not_matter(void **state)
{
  (void)state;
  chance dice = {777};
  for (int round = 0; round < ROUNDS; ++round) {
    static s_documents documents;
    static s_documents shuffled;
    s_make_up(&dice, &documents, NULL, true);
    s_shuffle(&dice, &shuffled, &documents);
    world one;
    world other;
    world_init(&one);
    world_init(&other);
    s_add_all(&one, &documents);
    s_add_all(&other, &shuffled);
    for (int i = 0; i < REQUESTS; ++i) {
      chance before = dice;
      chance_ask(&dice, &one);
      chance_ask(&before, &other);
      assert_int_equal(world_decide(&one), world_decide(&other));
    }
    world_clean_up(&one);
    world_clean_up(&other);
  }
}

/* More Deny statements never allow more; more Allow statements never deny explicitly. */
static void policy__denies_only_take_away_and_allows_only_add(void **state)
{
  (void)state;
  chance dice = {99};
  for (int round = 0; round < ROUNDS; ++round) {
    static s_documents documents;
    static s_documents more;
    s_make_up(&dice, &documents, NULL, false);
    const char *effect = round % 2 == 0 ? "Deny" : "Allow";
    s_make_up(&dice, &more, effect, false);
    world less;
    world with;
    world_init(&less);
    world_init(&with);
    s_add_all(&less, &documents);
    s_add_all(&with, &documents);
    s_add_all(&with, &more);
    for (int i = 0; i < REQUESTS; ++i) {
      chance before = dice;
      chance_ask(&dice, &less);
      chance_ask(&before, &with);
      askiam_policy_decision first = world_decide(&less);
      askiam_policy_decision second = world_decide(&with);
      if (round % 2 == 0) {
        assert_true(first == second || second == DENIED);
      } else {
        assert_true(first == second || (first == NO && second == YES));
      }
    }
    world_clean_up(&less);
    world_clean_up(&with);
  }
}

/* Statements with so many actions, resources and principals that not every combination is entered. */
static void policy__the_index_bears_large_statements(void **state)
{
  (void)state;
  static char text[64 * 1024];
  size_t length = (size_t)snprintf(text, sizeof text, "{'Effect': 'Allow', 'Principal': {'AWS': [");
  for (int i = 0; i < 60; ++i) {
    length += (size_t)snprintf(text + length, sizeof text - length, "%s'arn:aws:iam::123456789012:user/u%d'",
                               i == 0 ? "" : ",", i);
  }
  length += (size_t)snprintf(text + length, sizeof text - length, "]}, 'Action': [");
  for (int i = 0; i < 60; ++i) {
    length += (size_t)snprintf(text + length, sizeof text - length, "%s's3:Act%d'", i == 0 ? "" : ",", i);
  }
  length += (size_t)snprintf(text + length, sizeof text - length, "], 'Resource': [");
  for (int i = 0; i < 100; ++i) {
    length += (size_t)snprintf(text + length, sizeof text - length, "%s'arn:aws:s3:::b%d/*'", i == 0 ? "" : ",", i);
  }
  snprintf(text + length, sizeof text - length, "]}");
  world it;
  world_init(&it);
  world_add(&it, ASKIAM_POLICY_RESOURCE, 0, text);
  world_ask(&it, "arn:aws:iam::123456789012:user/u59", "s3:act7", "arn:aws:s3:::b99/x");
  assert_int_equal(world_decide(&it), YES);
  world_ask(&it, "arn:aws:iam::123456789012:user/u60", "s3:act7", "arn:aws:s3:::b99/x");
  assert_int_equal(world_decide(&it), NO);
  world_ask(&it, "arn:aws:iam::123456789012:user/u0", "s3:act60", "arn:aws:s3:::b99/x");
  assert_int_equal(world_decide(&it), NO);
  world_ask(&it, "arn:aws:iam::123456789012:user/u0", "s3:act0", "arn:aws:s3:::b100/x");
  assert_int_equal(world_decide(&it), NO);
  world_clean_up(&it);
}

/* Resources with more delimiters than the index counts. */
static void policy__the_index_bears_deep_resources(void **state)
{
  (void)state;
  char deep[512] = "arn:aws:s3:::b";
  for (int i = 0; i < 60; ++i) {
    strcat(deep, "/d");
  }
  char statement[2048];
  snprintf(statement, sizeof statement, "{'Effect': 'Allow', 'Action': '*', 'Resource': ['%s/*', '%s']}", deep, deep);
  world it;
  world_init(&it);
  world_add(&it, ASKIAM_POLICY_IDENTITY, 0, statement);
  world_ask(&it, BOB, "s3:GetObject", deep);
  assert_int_equal(world_decide(&it), YES);
  strcat(deep, "/x");
  world_ask(&it, BOB, "s3:GetObject", deep);
  assert_int_equal(world_decide(&it), YES);
  deep[40] = 'x';
  world_ask(&it, BOB, "s3:GetObject", deep);
  assert_int_equal(world_decide(&it), NO);
  world_clean_up(&it);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(policy__the_index_finds_what_matches_and_theorems_hold),
      cmocka_unit_test(policy__order_and_copies_do_not_matter),
      cmocka_unit_test(policy__denies_only_take_away_and_allows_only_add),
      cmocka_unit_test(policy__the_index_bears_large_statements),
      cmocka_unit_test(policy__the_index_bears_deep_resources),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
