/* SPDX-License-Identifier: Apache-2.0
 *
 * What every state promises about grants (askiam/backend/state.h): one transaction, refused where anything that was
 * looked at has changed. */
#include <pthread.h>
#include <stdio.h>

#include "support.h"

enum { ENDED_MS = 5000 };

static void s_hash(char out[65], int64_t seq) { snprintf(out, 65, "%064llx", (unsigned long long)seq); }

static void s_text(askiam_record *record, askiam_record_field field, const char *text)
{
  assert_int_equal(askiam_record_set_text(record, field, askiam_str_from(text)), ASKIAM_STATUS_OK);
}

/* An entry at `seq` of the first chain; what both kinds of it have. */
static askiam_record *s_entry(const char *id, const char *request, const char *status, const char *action, int64_t seq)
{
  askiam_record *record = askiam_record_new(NULL);
  char prev[65];
  char hash[65];
  s_hash(prev, seq - 1);
  s_hash(hash, seq);
  s_text(record, ASKIAM_RECORD_AUDIT_ID, id);
  s_text(record, ASKIAM_RECORD_REQUEST_ID, request);
  s_text(record, ASKIAM_RECORD_REQUESTER_ID, "li.wei");
  s_text(record, ASKIAM_RECORD_USER_ID, "john.doe");
  s_text(record, ASKIAM_RECORD_APPLICATION_ID, "workday");
  s_text(record, ASKIAM_RECORD_ROLE_ID, "wd-hr");
  s_text(record, ASKIAM_RECORD_STATUS, status);
  s_text(record, ASKIAM_RECORD_ACTION, action);
  s_text(record, ASKIAM_RECORD_RESOURCE, "arn");
  s_text(record, ASKIAM_RECORD_CHAIN, contract_current->chain);
  s_text(record, ASKIAM_RECORD_PREV_HASH, prev);
  s_text(record, ASKIAM_RECORD_HASH, hash);
  s_text(record, ASKIAM_RECORD_PAYLOAD, "{}");
  askiam_record_set_number(record, ASKIAM_RECORD_SEQ, seq);
  askiam_record_set_number(record, ASKIAM_RECORD_TIME_MS, 1000 + seq);
  return record;
}

static void s_decide(contract *c, const char *request, const char *status, int64_t seq)
{
  askiam_record *record = s_entry(request, request, status, "askiam:RequestRole", seq);
  s_text(record, ASKIAM_RECORD_SPEAKER_ID, "li.wei");
  s_text(record, ASKIAM_RECORD_DECISION, "{}");
  s_text(record, ASKIAM_RECORD_CONTENT_HASH, "content");
  askiam_record_set_number(record, ASKIAM_RECORD_EXPIRES_AT_MS, ENDED_MS);
  const askiam_record *items[] = {record};
  const struct askiam_records records = {items, 1};
  assert_int_equal(c->driver->journal->append(c->self, &c->call, &records, NULL, &c->error), ASKIAM_STATUS_OK);
  askiam_record_destroy(record);
}

static uint64_t s_version(contract *c)
{
  uint64_t version = 0;
  assert_int_equal(c->driver->catalogue->version(c->self, &c->call, &version, &c->error), ASKIAM_STATUS_OK);
  return version;
}

/* From requested to granted, as seen now. */
static askiam_grant_change s_change(contract *c, const char *request, const char *entry_hash)
{
  return (askiam_grant_change){.size = sizeof(askiam_grant_change),
                               .request_id = askiam_str_from(request),
                               .requester_id = ASKI_STR("li.wei"),
                               .version = s_version(c),
                               .from = ASKI_STR("requested"),
                               .user_id = ASKI_STR("john.doe"),
                               .application_id = ASKI_STR("workday"),
                               .role_id = ASKI_STR("wd-hr"),
                               .asked_end_ms = ENDED_MS,
                               .content_hash = ASKI_STR("content"),
                               .entry_hash = askiam_str_from(entry_hash),
                               .state = ASKI_STR("granted"),
                               .granted_at_ms = 2000,
                               .expires_at_ms = ENDED_MS,
                               .moves_version = 1,
                               .role_status = ASKI_STR("active"),
                               .role_granted_at_ms = 2000,
                               .role_expires_at_ms = ENDED_MS};
}

static askiam_status s_apply(contract *c, const askiam_grant_change *change, int64_t seq)
{
  char id[48];
  snprintf(id, sizeof id, "aud-grant-%lld", (long long)seq);
  askiam_record *record = s_entry(id, change->request_id.data, "GRANTED", "askiam:GrantRole", seq);
  assert_int_equal(aski_record_add_event(record, ASKI_STR("evt"), ASKI_STR("grant.granted"), ASKI_STR("{\"event\":1}")),
                   ASKIAM_STATUS_OK);
  const askiam_record *items[] = {record};
  const struct askiam_records records = {items, 1};
  askiam_status status = c->driver->state->grant_apply(c->self, &c->call, change, &records, &c->error);
  askiam_record_destroy(record);
  return status;
}

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
  s_hash(decided, 1);
  s_decide(c, "one", "VALID", 1);
  uint64_t before = s_version(c);
  askiam_grant_change change = s_change(c, "one", decided);
  assert_int_equal(s_apply(c, &change, 2), ASKIAM_STATUS_OK);
  const aski_grant *row = s_row(c, "wd-hr");
  assert_non_null(row);
  assert_int_equal(row->status, ASKIAM_GRANT_ACTIVE);
  assert_int_equal(row->granted_at_ms, 2000);
  assert_int_equal(row->expires_at_ms, ENDED_MS);
  askiam_grant_state grant = s_state(c, "one");
  assert_true(aski_str_equal_text(grant.state, "granted"));
  assert_int_equal(grant.granted_at_ms, 2000);
  assert_int_equal(grant.expires_at_ms, ENDED_MS);
  assert_int_equal(s_version(c), before + 1);
  sums found = s_sums(c);
  assert_int_equal(found.entries, 1);
  assert_int_equal(found.events, 1);
}

static void grants__what_fails_leaves_the_role_and_the_version(void **state)
{
  contract *c = *state;
  char decided[65];
  s_hash(decided, 1);
  s_decide(c, "one", "VALID", 1);
  askiam_grant_change change = s_change(c, "one", decided);
  change.state = ASKI_STR("failed");
  change.reason = ASKI_STR("because it \xe2\x80\xa6");
  change.granted_at_ms = 0;
  change.moves_version = 0;
  change.role_status = ASKI_STR_NONE;
  assert_int_equal(s_apply(c, &change, 2), ASKIAM_STATUS_OK);
  assert_null(s_row(c, "wd-hr"));
  assert_int_equal(s_version(c), change.version);
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
  s_hash(decided, 1);
  s_decide(c, "one", "VALID", 1);
  s_decide(c, "no", "INVALID", 2);
  for (int what = 0; what < 11; ++what) {
    askiam_grant_change change = s_change(c, "one", decided);
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
    assert_int_equal(s_apply(c, &change, seq), ASKIAM_STATUS_CONFLICT);
    assert_null(s_row(c, "wd-hr"));
    assert_true(aski_str_equal_text(s_state(c, "one").state, "requested"));
    assert_int_equal(s_sums(c).entries, 0);
    assert_int_equal(s_sums(c).events, 0);
  }
  askiam_grant_change change = s_change(c, "one", decided);
  assert_int_equal(s_apply(c, &change, 3), ASKIAM_STATUS_OK);
  assert_int_equal(s_apply(c, &change, 4), ASKIAM_STATUS_CONFLICT); /* once */
  assert_int_equal(s_sums(c).entries, 1);
}

static void grants__a_row_is_replaced(void **state)
{
  contract *c = *state;
  char decided[65];
  s_hash(decided, 1);
  s_decide(c, "one", "VALID", 1);
  askiam_grant_change change = s_change(c, "one", decided);
  assert_int_equal(s_apply(c, &change, 2), ASKIAM_STATUS_OK);
  change.version = s_version(c);
  change.from = ASKI_STR("granted");
  change.state = ASKI_STR("revoked");
  change.role_status = ASKI_STR("revoked");
  change.role_expires_at_ms = 0;
  assert_int_equal(s_apply(c, &change, 3), ASKIAM_STATUS_OK);
  assert_int_equal(s_row(c, "wd-hr")->status, ASKIAM_GRANT_REVOKED);
  assert_int_equal(s_row(c, "wd-hr")->expires_at_ms, 0);
  assert_int_equal(s_row(c, "wd-audit")->status, ASKIAM_GRANT_ACTIVE); /* another one of his */
}

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
static void grants__what_the_trail_does_not_tell_is_handed_on(void **state)
{
  contract *c = *state;
  char decided[65];
  int imported = s_beside(c).roles;
  assert_true(imported > 0);
  for (int seq = 1, told = 0; seq < 9; seq += 2) {
    char request[2] = {(char)('0' + seq), 0};
    s_hash(decided, seq);
    s_decide(c, request, "VALID", seq);
    assert_int_equal(s_beside(c).grants, told); /* what waits is as it should be */
    askiam_grant_change change = s_change(c, request, decided);
    change.granted_at_ms = 1001 + seq + (seq == 3);
    change.expires_at_ms += seq == 5;
    change.state = seq == 7 ? ASKI_STR("revoked") : change.state;
    assert_int_equal(s_apply(c, &change, seq + 1), ASKIAM_STATUS_OK);
    told = seq / 2; /* all but the first */
    assert_int_equal(s_beside(c).grants, told);
    assert_int_equal(s_beside(c).roles, imported); /* the role is given by a grant, until its end */
  }
}

static void grants__a_role_that_outlasts_its_grant_is_handed_on(void **state)
{
  contract *c = *state;
  char decided[65];
  int imported = s_beside(c).roles;
  s_hash(decided, 1);
  s_decide(c, "one", "VALID", 1);
  askiam_grant_change change = s_change(c, "one", decided);
  change.granted_at_ms = 1002;
  change.role_expires_at_ms = 0;
  assert_int_equal(s_apply(c, &change, 2), ASKIAM_STATUS_OK);
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

static void grants__what_waits_is_listed_in_pages_oldest_first(void **state)
{
  contract *c = *state;
  s_decide(c, "b", "VALID", 1);
  s_decide(c, "no", "INVALID", 2);
  s_decide(c, "a", "VALID", 3);
  s_decide(c, "c", "VALID", 4);
  askiam_grant_query query = {.size = sizeof query, .list = ASKIAM_GRANTS_WAITING, .limit = 2};
  assert_string_equal(s_list(c, &query).text, "b@1001 a@1003 ");
  query.after_ms = 1003;
  query.after_request_id = ASKI_STR("a");
  query.after_requester_id = ASKI_STR("li.wei");
  assert_string_equal(s_list(c, &query).text, "c@1004 ");
  char decided[65];
  s_hash(decided, 3);
  askiam_grant_change change = s_change(c, "a", decided);
  assert_int_equal(s_apply(c, &change, 5), ASKIAM_STATUS_OK);
  query = (askiam_grant_query){.size = sizeof query, .list = ASKIAM_GRANTS_WAITING, .limit = 9};
  assert_string_equal(s_list(c, &query).text, "b@1001 c@1004 ");
}

static void grants__what_has_ended_and_who_else_grants_a_role_are_listed(void **state)
{
  contract *c = *state;
  char decided[65];
  for (int seq = 1; seq <= 3; ++seq) {
    const char *names[] = {"", "a", "b", "c"};
    s_decide(c, names[seq], "VALID", seq);
  }
  for (int i = 1; i <= 3; ++i) {
    const char *names[] = {"", "a", "b", "c"};
    s_hash(decided, i);
    askiam_grant_change change = s_change(c, names[i], decided);
    change.expires_at_ms = i == 3 ? 0 : 9000 - 1000 * i;
    assert_int_equal(s_apply(c, &change, 3 + i), ASKIAM_STATUS_OK);
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

static void grants__a_receiver_may_end_the_list(void **state)
{
  contract *c = *state;
  s_decide(c, "a", "VALID", 1);
  s_decide(c, "b", "VALID", 2);
  askiam_grant_query query = {.size = sizeof query, .list = ASKIAM_GRANTS_WAITING, .limit = 9};
  listing list = {.left = 0};
  assert_int_equal(c->driver->state->grants(c->self, &c->call, &query, s_list_one, &list, &c->error),
                   ASKIAM_STATUS_CANCELLED);
  assert_string_equal(list.text, "a@1001 ");
}

/* What was said is forgotten with the rest of a person's words; that there was a grant is not. */
static void grants__erasure_takes_the_reason(void **state)
{
  contract *c = *state;
  char decided[65];
  s_hash(decided, 1);
  s_decide(c, "one", "VALID", 1);
  askiam_grant_change change = s_change(c, "one", decided);
  change.reason = ASKI_STR("words");
  assert_int_equal(s_apply(c, &change, 2), ASKIAM_STATUS_OK);
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
  own->status = s_apply(&copy, &own->change, own->seq);
  return NULL;
}

/* All look at the same version: whoever comes second is told. */
static void grants__of_many_at_once_one_is_written(void **state)
{
  enum { RIVALS = 6 };
  contract *c = *state;
  rival rivals[RIVALS];
  pthread_t threads[RIVALS];
  s_decide(c, "one", "VALID", 1);
  for (int i = 0; i < RIVALS; ++i) {
    rivals[i] = (rival){.c = c, .call = c->call, .seq = 2};
    s_hash(rivals[i].hash, 1);
    rivals[i].change = s_change(c, "one", rivals[i].hash);
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
  s_hash(decided, 1);
  if ((c->place->quirks & CONTRACT_VOLATILE) != 0) {
    skip();
  }
  s_decide(c, "one", "VALID", 1);
  askiam_grant_change change = s_change(c, "one", decided);
  askiam_grant_query query = {.size = sizeof query, .list = ASKIAM_GRANTS_WAITING, .limit = 9};
  for (int what = 0; what < 3; ++what) {
    askiam_status status = ASKIAM_STATUS_NO_MEMORY;
    beside found = {0};
    for (long n = 1; status != ASKIAM_STATUS_OK; ++n) {
      assert_true(n < 1000);
      contract_reopen(c);
      listing list = {.left = -1};
      test_allocator_fail_at(&c->allocator, n);
      status = what == 0   ? c->driver->state->grants(c->self, &c->call, &query, s_list_one, &list, &c->error)
               : what == 1 ? c->driver->journal->adrift(c->self, &c->call, s_add_beside, &found, &c->error)
                           : s_apply(c, &change, 2);
      test_allocator_fail_at(&c->allocator, 0);
      assert_true(status == ASKIAM_STATUS_OK || status == ASKIAM_STATUS_NO_MEMORY);
    }
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
                                     TEST(what_the_trail_does_not_tell_is_handed_on),
                                     TEST(a_role_that_outlasts_its_grant_is_handed_on),
                                     TEST(what_waits_is_listed_in_pages_oldest_first),
                                     TEST(what_has_ended_and_who_else_grants_a_role_are_listed),
                                     TEST(a_receiver_may_end_the_list),
                                     TEST(erasure_takes_the_reason),
                                     TEST(of_many_at_once_one_is_written),
                                     TEST(memory_may_run_out_anywhere)};
  return contract_run("grants", tests, sizeof tests / sizeof *tests);
}
