/* SPDX-License-Identifier: Apache-2.0
 *
 * What every state promises about grants (askiam/backend/state.h): one transaction, refused where anything that was
 * looked at has changed. */
#include <pthread.h>

#include "grant_support.h"

static const aski_grant *s_row(contract *c, const char *role)
{
  aski_facts *facts = aski_arena_acquire(&c->arena, 1, sizeof *facts);
  aski_facts_init(facts, &c->arena);
  assert_int_equal(c->driver->catalogue->facts(c->self, &c->call, ASKI_STR("john.doe"), ASKI_STR("john.doe"),
                                               ASKI_STR("workday"), ASKI_STR("wd-hr"), facts, &c->error),
                   ASKIAM_STATUS_OK);
  for (size_t i = 0; i < facts->grants.count; ++i) {
    if (aski_str_equal_text(facts->grants.items[i].role_id, role)) {
      return &facts->grants.items[i];
    }
  }
  return NULL;
}

static askiam_grant_state s_state(contract *c, const char *request)
{
  askiam_grant_state grant = {.arena = &c->arena};
  assert_int_equal(
      c->driver->state->grant(c->self, &c->call, ASKI_STR("li.wei"), askiam_str_from(request), &grant, &c->error),
      ASKIAM_STATUS_OK);
  return grant;
}

typedef struct sums {
  int entries;
  int with_request;
  int events;
} sums;

static askiam_status s_count_entry(void *context, const askiam_record *record)
{
  sums *found = context;
  ++found->entries;
  found->with_request += aski_str_present(askiam_record_text(record, ASKIAM_RECORD_SPEAKER_ID));
  return ASKIAM_STATUS_OK;
}

static askiam_status s_count_event(void *context, int64_t position, askiam_str id, askiam_str type, askiam_str chain,
                                   askiam_str body)
{
  (void)position;
  sums *found = context;
  found->events += aski_str_equal_text(type, "grant.granted") && aski_str_equal_text(id, "evt") &&
                   aski_str_equal_text(chain, contract_current->chain) && body.length > 0;
  return ASKIAM_STATUS_OK;
}

/* Of what became of grants only. */
static sums s_sums(contract *c)
{
  sums found = {0};
  askiam_journal_query query = {.size = sizeof query, .action = ASKI_STR("askiam:GrantRole")};
  assert_int_equal(c->driver->journal->scan(c->self, &c->call, &query, s_count_entry, &found, &c->error),
                   ASKIAM_STATUS_OK);
  assert_int_equal(c->driver->journal->outbox_next(c->self, &c->call, 0, 100, s_count_event, &found, &c->error),
                   ASKIAM_STATUS_OK);
  return found;
}

static void grants__a_change_is_written_whole(void **state)
{
  contract *c = *state;
  char decided[65];
  grant_hash(decided, 1);
  grant_decide(c, "one", "VALID", 1);
  uint64_t before = grant_version(c);
  askiam_grant_change change = grant_change(c, "one", decided);
  assert_int_equal(grant_apply(c, &change, 2), ASKIAM_STATUS_OK);
  const aski_grant *row = s_row(c, "wd-hr");
  assert_non_null(row);
  assert_int_equal(row->status, ASKIAM_GRANT_ACTIVE);
  assert_int_equal(row->granted_at_ms, 2000);
  assert_int_equal(row->expires_at_ms, ENDED_MS);
  askiam_grant_state grant = s_state(c, "one");
  assert_true(aski_str_equal_text(grant.state, "granted"));
  assert_int_equal(grant.granted_at_ms, 2000);
  assert_int_equal(grant.expires_at_ms, ENDED_MS);
  assert_int_equal(grant_version(c), before + 1);
  sums found = s_sums(c);
  assert_int_equal(found.entries, 1);
  assert_int_equal(found.events, 1);
}

static void grants__what_fails_leaves_the_role_and_the_version(void **state)
{
  contract *c = *state;
  char decided[65];
  grant_hash(decided, 1);
  grant_decide(c, "one", "VALID", 1);
  askiam_grant_change change = grant_change(c, "one", decided);
  change.state = ASKI_STR("failed");
  change.reason = ASKI_STR("because it \xe2\x80\xa6");
  change.granted_at_ms = 0;
  change.moves_version = 0;
  change.role_status = ASKI_STR_NONE;
  assert_int_equal(grant_apply(c, &change, 2), ASKIAM_STATUS_OK);
  assert_null(s_row(c, "wd-hr"));
  assert_int_equal(grant_version(c), change.version);
  askiam_grant_state grant = s_state(c, "one");
  assert_true(aski_str_equal_text(grant.state, "failed"));
  assert_true(aski_str_equal(grant.reason, change.reason));
  assert_int_equal(grant.granted_at_ms, 0);
}

/* Everything that was looked at, one after the other as somebody else would have changed it. */
static void grants__what_has_changed_is_refused_and_nothing_is_written(void **state)
{
  contract *c = *state;
  char decided[65];
  grant_hash(decided, 1);
  grant_decide(c, "one", "VALID", 1);
  grant_decide(c, "no", "INVALID", 2);
  for (int what = 0; what < 11; ++what) {
    askiam_grant_change change = grant_change(c, "one", decided);
    const askiam_str other = ASKI_STR("other");
    change.version += what == 0;
    change.from = what == 1 ? ASKI_STR("granted") : change.from;
    change.user_id = what == 2 ? ASKI_STR("li.wei") : change.user_id;
    change.application_id = what == 3 ? other : change.application_id;
    change.role_id = what == 4 ? ASKI_STR("wd-admin") : change.role_id;
    change.asked_end_ms += what == 5;
    change.content_hash = what == 6 ? other : change.content_hash;
    change.entry_hash = what == 7 ? other : change.entry_hash;
    change.requester_id = what == 8 ? ASKI_STR("john.doe") : change.requester_id;
    change.request_id = what == 9 ? ASKI_STR("no") : change.request_id;
    int64_t seq = what == 10 ? 7 : 3; /* the head is elsewhere */
    assert_int_equal(grant_apply(c, &change, seq), ASKIAM_STATUS_CONFLICT);
    assert_null(s_row(c, "wd-hr"));
    assert_true(aski_str_equal_text(s_state(c, "one").state, "requested"));
    assert_int_equal(s_sums(c).entries, 0);
    assert_int_equal(s_sums(c).events, 0);
  }
  askiam_grant_change change = grant_change(c, "one", decided);
  assert_int_equal(grant_apply(c, &change, 3), ASKIAM_STATUS_OK);
  assert_int_equal(grant_apply(c, &change, 4), ASKIAM_STATUS_CONFLICT); /* once */
  assert_int_equal(s_sums(c).entries, 1);
}

static void grants__a_row_is_replaced(void **state)
{
  contract *c = *state;
  char decided[65];
  grant_hash(decided, 1);
  grant_decide(c, "one", "VALID", 1);
  askiam_grant_change change = grant_change(c, "one", decided);
  assert_int_equal(grant_apply(c, &change, 2), ASKIAM_STATUS_OK);
  change.version = grant_version(c);
  change.from = ASKI_STR("granted");
  change.state = ASKI_STR("revoked");
  change.role_status = ASKI_STR("revoked");
  change.role_expires_at_ms = 0;
  assert_int_equal(grant_apply(c, &change, 3), ASKIAM_STATUS_OK);
  assert_int_equal(s_row(c, "wd-hr")->status, ASKIAM_GRANT_REVOKED);
  assert_int_equal(s_row(c, "wd-hr")->expires_at_ms, 0);
  assert_int_equal(s_row(c, "wd-audit")->status, ASKIAM_GRANT_ACTIVE); /* another one of his */
}

/* What was said is forgotten with the rest of a person's words; that there was a grant is not. */
static void grants__erasure_takes_the_reason(void **state)
{
  contract *c = *state;
  char decided[65];
  grant_hash(decided, 1);
  grant_decide(c, "one", "VALID", 1);
  askiam_grant_change change = grant_change(c, "one", decided);
  change.reason = ASKI_STR("words");
  assert_int_equal(grant_apply(c, &change, 2), ASKIAM_STATUS_OK);
  uint64_t erased = 0;
  assert_int_equal(c->driver->journal->erase(c->self, &c->call, ASKI_STR("nobody"), &erased, &c->error),
                   ASKIAM_STATUS_OK);
  assert_true(aski_str_present(s_state(c, "one").reason));
  assert_int_equal(c->driver->journal->erase(c->self, &c->call, ASKI_STR("john.doe"), &erased, &c->error),
                   ASKIAM_STATUS_OK);
  assert_int_equal(erased, 1);
  assert_false(aski_str_present(s_state(c, "one").reason));
  assert_true(aski_str_equal_text(s_state(c, "one").state, "granted"));
}

typedef struct rival {
  contract *c;
  struct askiam_call call;
  askiam_grant_change change;
  char hash[65];
  int64_t seq;
  askiam_status status;
} rival;

static void *s_race(void *context)
{
  rival *own = context;
  contract copy = *own->c; /* an error of its own */
  copy.call = own->call;
  own->status = grant_apply(&copy, &own->change, own->seq);
  return NULL;
}

/* All look at the same version: whoever comes second is told. */
static void grants__of_many_at_once_one_is_written(void **state)
{
  enum { RIVALS = 6 };
  contract *c = *state;
  rival rivals[RIVALS];
  pthread_t threads[RIVALS];
  grant_decide(c, "one", "VALID", 1);
  for (int i = 0; i < RIVALS; ++i) {
    rivals[i] = (rival){.c = c, .call = c->call, .seq = 2};
    grant_hash(rivals[i].hash, 1);
    rivals[i].change = grant_change(c, "one", rivals[i].hash);
  }
  for (int i = 0; i < RIVALS; ++i) {
    assert_int_equal(pthread_create(&threads[i], NULL, s_race, &rivals[i]), 0);
  }
  int written = 0;
  for (int i = 0; i < RIVALS; ++i) {
    pthread_join(threads[i], NULL);
    written += rivals[i].status == ASKIAM_STATUS_OK;
    assert_true(rivals[i].status == ASKIAM_STATUS_OK || rivals[i].status == ASKIAM_STATUS_CONFLICT);
  }
  assert_int_equal(written, 1);
  assert_int_equal(s_sums(c).entries, 1);
  assert_int_equal(s_sums(c).events, 1);
}

static void grants__memory_may_run_out_anywhere(void **state)
{
  contract *c = *state;
  char decided[65];
  grant_hash(decided, 1);
  if ((c->place->quirks & CONTRACT_VOLATILE) != 0) {
    skip();
  }
  grant_decide(c, "one", "VALID", 1);
  askiam_grant_change change = grant_change(c, "one", decided);
  askiam_status status = ASKIAM_STATUS_NO_MEMORY;
  for (long n = 1; status != ASKIAM_STATUS_OK; ++n) {
    assert_true(n < 1000);
    contract_reopen(c);
    test_allocator_fail_at(&c->allocator, n);
    status = grant_apply(c, &change, 2);
    test_allocator_fail_at(&c->allocator, 0);
    assert_true(status == ASKIAM_STATUS_OK || status == ASKIAM_STATUS_NO_MEMORY);
  }
  assert_int_equal(s_sums(c).entries, 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(grants__##name, contract_setup_filled, contract_teardown)

int main(void)
{
  const struct CMUnitTest tests[] = {TEST(a_change_is_written_whole),
                                     TEST(what_fails_leaves_the_role_and_the_version),
                                     TEST(what_has_changed_is_refused_and_nothing_is_written),
                                     TEST(a_row_is_replaced),
                                     TEST(erasure_takes_the_reason),
                                     TEST(of_many_at_once_one_is_written),
                                     TEST(memory_may_run_out_anywhere)};
  return contract_run("grants", tests, sizeof tests / sizeof *tests);
}
