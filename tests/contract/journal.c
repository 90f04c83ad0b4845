/* SPDX-License-Identifier: Apache-2.0
 *
 * What every journal promises (askiam/backend/journal.h). */
#include <stdio.h>
#include <stdlib.h>

#include "support.h"

#define ZEROS "0000000000000000000000000000000000000000000000000000000000000000"

static void s_hash(char out[65], int64_t seq) { snprintf(out, 65, "%064llx", (unsigned long long)seq); }

typedef struct draft {
  const char *requester;
  const char *request;
  const char *user;
  const char *role;
  const char *risk;
  const char *status;
  int64_t seq;
  int64_t time_ms;
} draft;

static const draft s_first = {"john.doe", "req-1", "john.doe", "wd-hr", "high", "VALID", 1, 1000};

static void s_text(askiam_record *record, askiam_record_field field, const char *text)
{
  assert_int_equal(askiam_record_set_text(record, field, askiam_str_from(text)), ASKIAM_STATUS_OK);
}

static askiam_record *s_record(const draft *d)
{
  askiam_record *record = askiam_record_new(NULL);
  char prev[65];
  char hash[65];
  char id[80];
  s_hash(prev, d->seq - 1);
  s_hash(hash, d->seq);
  snprintf(id, sizeof id, "aud-%s-%s", d->requester, d->request);
  s_text(record, ASKIAM_RECORD_REQUEST_ID, d->request);
  s_text(record, ASKIAM_RECORD_REQUESTER_ID, d->requester);
  s_text(record, ASKIAM_RECORD_USER_ID, d->user);
  s_text(record, ASKIAM_RECORD_SPEAKER_ID, "speaker");
  s_text(record, ASKIAM_RECORD_APPLICATION_ID, "workday");
  s_text(record, ASKIAM_RECORD_ROLE_ID, d->role);
  s_text(record, ASKIAM_RECORD_RISK, d->risk);
  s_text(record, ASKIAM_RECORD_STATUS, d->status);
  s_text(record, ASKIAM_RECORD_DECISION, "{\"status\": \"…\"}");
  s_text(record, ASKIAM_RECORD_DECISION_SALT, "0f0e0d0c0b0a09080706050403020100");
  s_text(record, ASKIAM_RECORD_SENTENCE, "I need it");
  s_text(record, ASKIAM_RECORD_SENTENCE_SALT, "00112233445566778899aabbccddeeff");
  s_text(record, ASKIAM_RECORD_FACTS, "{}");
  s_text(record, ASKIAM_RECORD_FACTS_SALT, "ffeeddccbbaa99887766554433221100");
  s_text(record, ASKIAM_RECORD_CONTENT_HASH, "content");
  s_text(record, ASKIAM_RECORD_CONFIG_HASH, "config");
  s_text(record, ASKIAM_RECORD_AUDIT_ID, id);
  s_text(record, ASKIAM_RECORD_ACTION, "askiam:RequestRole");
  s_text(record, ASKIAM_RECORD_RESOURCE, "arn:aws:askiam:::application/workday/role/wd-hr");
  s_text(record, ASKIAM_RECORD_CHAIN, contract_current->chain);
  s_text(record, ASKIAM_RECORD_PREV_HASH, prev);
  s_text(record, ASKIAM_RECORD_HASH, hash);
  s_text(record, ASKIAM_RECORD_PAYLOAD, "{\"v\":1,  \"bytes\" : \"as they are\\u0000 \xc3\xa9\"}");
  askiam_record_set_number(record, ASKIAM_RECORD_TIME_MS, d->time_ms);
  askiam_record_set_number(record, ASKIAM_RECORD_SEQ, d->seq);
  askiam_record_set_number(record, ASKIAM_RECORD_EXPIRES_AT_MS, 77);
  askiam_record_set_number(record, ASKIAM_RECORD_PATTERN, 1);
  askiam_record_set_number(record, ASKIAM_RECORD_APPROVED, 1);
  assert_int_equal(aski_record_add_event(record, askiam_str_from(id), ASKI_STR("access.decided"), ASKI_STR("{}")),
                   ASKIAM_STATUS_OK);
  return record;
}

/* Appends records of these drafts in one transaction. */
static askiam_status s_append(contract *c, const draft *drafts, size_t count, size_t *out_index)
{
  askiam_record *made[8];
  const askiam_record *items[8];
  for (size_t i = 0; i < count; ++i) {
    made[i] = s_record(&drafts[i]);
    items[i] = made[i];
  }
  const struct askiam_records records = {items, count};
  askiam_status status = c->driver->journal->append(c->self, &c->call, &records, out_index, &c->error);
  for (size_t i = 0; i < count; ++i) {
    askiam_record_destroy(made[i]);
  }
  return status;
}

static aski_head s_head(contract *c)
{
  askiam_heads heads = {.arena = &c->arena};
  assert_int_equal(c->driver->journal->heads(c->self, &c->call, &heads, &c->error), ASKIAM_STATUS_OK);
  assert_true(heads.count >= 1);
  return heads.items[0];
}

typedef struct walked {
  size_t count;
  int64_t seqs[16];
  char sentence[64];
  char payload[128];
  char speaker[32];
  char decision[64];
  char decision_salt[40];
  int64_t expires_at_ms;
  askiam_status answer;
} walked;

static void s_keep(char *out, size_t size, askiam_str text) { snprintf(out, size, "%.*s", ASKI_STR_ARG(text)); }

static askiam_status s_walk(void *context, const askiam_record *record)
{
  walked *w = context;
  assert_true(w->count < 16);
  w->seqs[w->count++] = askiam_record_number(record, ASKIAM_RECORD_SEQ);
  s_keep(w->sentence, sizeof w->sentence, askiam_record_text(record, ASKIAM_RECORD_SENTENCE));
  s_keep(w->payload, sizeof w->payload, askiam_record_text(record, ASKIAM_RECORD_PAYLOAD));
  s_keep(w->speaker, sizeof w->speaker, askiam_record_text(record, ASKIAM_RECORD_SPEAKER_ID));
  s_keep(w->decision, sizeof w->decision, askiam_record_text(record, ASKIAM_RECORD_DECISION));
  s_keep(w->decision_salt, sizeof w->decision_salt, askiam_record_text(record, ASKIAM_RECORD_DECISION_SALT));
  w->expires_at_ms = askiam_record_number(record, ASKIAM_RECORD_EXPIRES_AT_MS);
  return w->answer;
}

static walked s_find(contract *c, const char *requester, const char *request)
{
  walked w = {.count = 0};
  assert_int_equal(
      c->driver->journal->find(c->self, &c->call, contract_s(requester), contract_s(request), s_walk, &w, &c->error),
      ASKIAM_STATUS_OK);
  return w;
}

static walked s_scan(contract *c, askiam_journal_query query)
{
  walked w = {.count = 0};
  query.size = sizeof query;
  assert_int_equal(c->driver->journal->scan(c->self, &c->call, &query, s_walk, &w, &c->error), ASKIAM_STATUS_OK);
  return w;
}

static void journal__a_new_chain_begins_at_nothing(void **state)
{
  aski_head head = s_head(*state);
  assert_int_equal(head.seq, 0);
  assert_string_equal(head.hash, ZEROS);
  contract *c = *state;
  assert_true(aski_str_equal_text(head.chain, c->place->chain));
}

static void journal__a_record_comes_back_byte_for_byte(void **state)
{
  contract *c = *state;
  assert_int_equal(s_append(c, &s_first, 1, NULL), ASKIAM_STATUS_OK);
  walked w = s_find(c, "john.doe", "req-1");
  assert_int_equal(w.count, 1);
  assert_string_equal(w.payload, "{\"v\":1,  \"bytes\" : \"as they are\\u0000 \xc3\xa9\"}");
  assert_string_equal(w.sentence, "I need it");
  assert_string_equal(w.speaker, "speaker");
  assert_string_equal(w.decision, "{\"status\": \"…\"}");
  assert_string_equal(w.decision_salt, "0f0e0d0c0b0a09080706050403020100");
  assert_int_equal(w.expires_at_ms, 77);
  assert_int_equal(w.seqs[0], 1);
  assert_int_equal(s_head(c).seq, 1);
}

static void journal__records_outlive_the_store(void **state)
{
  contract *c = *state;
  if ((c->place->quirks & CONTRACT_VOLATILE) != 0) {
    skip();
  }
  assert_int_equal(s_append(c, &s_first, 1, NULL), ASKIAM_STATUS_OK);
  contract_reopen(c);
  assert_int_equal(s_find(c, "john.doe", "req-1").count, 1);
  assert_int_equal(s_head(c).seq, 1);
}

static void journal__one_batch_is_one_chain(void **state)
{
  contract *c = *state;
  draft all[3] = {s_first, s_first, s_first};
  for (int i = 0; i < 3; ++i) {
    all[i].request = (const char *[]){"a", "b", "c"}[i];
    all[i].seq = i + 1;
  }
  assert_int_equal(s_append(c, all, 3, NULL), ASKIAM_STATUS_OK);
  assert_int_equal(s_head(c).seq, 3);
}

static void journal__a_moved_head_is_a_conflict_and_changes_nothing(void **state)
{
  contract *c = *state;
  assert_int_equal(s_append(c, &s_first, 1, NULL), ASKIAM_STATUS_OK);
  draft late = s_first;
  late.request = "req-2";
  assert_int_equal(s_append(c, &late, 1, NULL), ASKIAM_STATUS_CONFLICT);
  assert_int_equal(c->error.retryable, 1);
  draft gap[2] = {late, late};
  gap[0].seq = 2;
  gap[1].seq = 4;
  gap[1].request = "req-3";
  assert_int_equal(s_append(c, gap, 2, NULL), ASKIAM_STATUS_CONFLICT);
  assert_int_equal(s_find(c, NULL, "req-2").count, 0);
  assert_int_equal(s_head(c).seq, 1);
}

static void journal__a_request_id_is_taken_once_for_each_requester(void **state)
{
  contract *c = *state;
  assert_int_equal(s_append(c, &s_first, 1, NULL), ASKIAM_STATUS_OK);
  draft batch[2] = {s_first, s_first};
  batch[0].request = "req-2";
  batch[0].seq = 2;
  batch[1].seq = 3;
  size_t index = 99;
  assert_int_equal(s_append(c, batch, 2, &index), ASKIAM_STATUS_EXISTS);
  assert_int_equal(index, 1);
  assert_int_equal(s_find(c, NULL, "req-2").count, 0);
  assert_int_equal(s_head(c).seq, 1);
  draft other = s_first;
  other.requester = "li.wei";
  other.seq = 2;
  assert_int_equal(s_append(c, &other, 1, NULL), ASKIAM_STATUS_OK);
  assert_int_equal(s_find(c, NULL, "req-1").count, 2);
  assert_int_equal(s_find(c, "li.wei", "req-1").count, 1);
}

/* john.doe asks twice, li.wei for john.doe, li.wei for herself. */
static void s_fill(contract *c)
{
  const draft all[] = {
      {"john.doe", "a", "john.doe", "wd-hr", "high", "VALID", 1, 1000},
      {"li.wei", "b", "john.doe", "wd-admin", "high", "INVALID", 2, 3000},
      {"li.wei", "c", "li.wei", "wd-hr", "high", "VALID", 3, 2000},
      {"john.doe", "d", "john.doe", "wd-audit", "low", "INVALID", 4, 3000},
  };
  assert_int_equal(s_append(c, all, 4, NULL), ASKIAM_STATUS_OK);
}

#define SCAN(c, ...) s_scan(c, (askiam_journal_query){__VA_ARGS__})

static void journal__a_walk_filters(void **state)
{
  contract *c = *state;
  s_fill(c);
  assert_int_equal(SCAN(c, .limit = 0).count, 4);
  assert_int_equal(SCAN(c, .user_id = ASKI_STR("john.doe")).count, 3);
  assert_int_equal(SCAN(c, .user_id = ASKI_STR("li.wei")).count, 2);
  assert_int_equal(SCAN(c, .role_id = ASKI_STR("wd-hr")).count, 2);
  assert_int_equal(SCAN(c, .application_id = ASKI_STR("workday")).count, 4);
  assert_int_equal(SCAN(c, .application_id = ASKI_STR("salesforce")).count, 0);
  assert_int_equal(SCAN(c, .risk = ASKI_STR("low")).count, 1);
  assert_int_equal(SCAN(c, .status = ASKI_STR("VALID"), .user_id = ASKI_STR("li.wei")).count, 1);
  assert_int_equal(SCAN(c, .from_ms = 2000, .to_ms = 3000).count, 1);
  assert_int_equal(SCAN(c, .chain = contract_s(c->place->chain), .after_seq = 2).count, 2);
  assert_int_equal(SCAN(c, .chain = ASKI_STR("other")).count, 0);
}

static void s_order_is(walked w, int64_t first, int64_t second, int64_t third, int64_t fourth)
{
  assert_int_equal(w.count, 4);
  assert_int_equal(w.seqs[0], first);
  assert_int_equal(w.seqs[1], second);
  assert_int_equal(w.seqs[2], third);
  assert_int_equal(w.seqs[3], fourth);
}

static void journal__a_walk_has_an_order(void **state)
{
  contract *c = *state;
  s_fill(c);
  s_order_is(SCAN(c, .chain = contract_s(c->place->chain)), 1, 2, 3, 4);
  s_order_is(SCAN(c, .limit = 9), 1, 3, 2, 4);
  s_order_is(SCAN(c, .newest_first = 1), 4, 2, 3, 1);
  walked newest = SCAN(c, .newest_first = 1, .limit = 1);
  assert_int_equal(newest.count, 1);
  assert_int_equal(newest.seqs[0], 4);
}

static void journal__a_walk_brings_the_request_where_wanted(void **state)
{
  contract *c = *state;
  s_fill(c);
  assert_string_equal(SCAN(c, .limit = 1).sentence, "");
  assert_string_equal(SCAN(c, .limit = 1, .with_request = 1).sentence, "I need it");
}

static void journal__a_callback_ends_the_walk_with_its_status(void **state)
{
  contract *c = *state;
  s_fill(c);
  walked w = {.answer = ASKIAM_STATUS_NOT_PERMITTED};
  askiam_journal_query query = {.size = sizeof query};
  assert_int_equal(c->driver->journal->scan(c->self, &c->call, &query, s_walk, &w, &c->error),
                   ASKIAM_STATUS_NOT_PERMITTED);
  assert_int_equal(w.count, 1);
  assert_int_equal(s_find(c, NULL, "a").count, 1);
}

typedef struct events {
  size_t count;
  int64_t positions[16];
} events;

static askiam_status s_event(void *context, int64_t position, askiam_str id, askiam_str type, askiam_str chain,
                             askiam_str body)
{
  events *e = context;
  assert_true(id.length > 0 && body.length > 0 && aski_str_equal_text(type, "access.decided"));
  assert_true(aski_str_equal_text(chain, contract_current->chain));
  e->positions[e->count++] = position;
  return ASKIAM_STATUS_OK;
}

static events s_waiting(contract *c, int64_t after, size_t limit)
{
  events e = {.count = 0};
  assert_int_equal(c->driver->journal->outbox_next(c->self, &c->call, after, limit, s_event, &e, &c->error),
                   ASKIAM_STATUS_OK);
  return e;
}

static void journal__events_wait_until_they_are_delivered(void **state)
{
  contract *c = *state;
  s_fill(c);
  events all = s_waiting(c, 0, 10);
  assert_int_equal(all.count, 4);
  for (size_t i = 1; i < all.count; ++i) {
    assert_true(all.positions[i] > all.positions[i - 1]);
  }
  assert_int_equal(s_waiting(c, all.positions[1], 10).count, 2);
  assert_int_equal(s_waiting(c, 0, 3).count, 3);
  const int64_t done[] = {all.positions[0], all.positions[2]};
  assert_int_equal(c->driver->journal->outbox_done(c->self, &c->call, done, 2, &c->error), ASKIAM_STATUS_OK);
  events rest = s_waiting(c, 0, 10);
  assert_int_equal(rest.count, 2);
  assert_int_equal(rest.positions[0], all.positions[1]);
}

static void journal__a_checkpoint_is_kept(void **state)
{
  contract *c = *state;
  assert_int_equal(c->driver->journal->checkpoint(c->self, &c->call, ASKI_STR("cp-1"), 5, ASKI_STR("{}"), &c->error),
                   ASKIAM_STATUS_OK);
}

static void journal__erasing_forgets_words_and_keeps_the_trail(void **state)
{
  contract *c = *state;
  s_fill(c);
  uint64_t count = 0;
  assert_int_equal(c->driver->journal->erase(c->self, &c->call, ASKI_STR("john.doe"), &count, &c->error),
                   ASKIAM_STATUS_OK);
  assert_int_equal(count, 3); /* by him, and for him */
  assert_string_equal(s_find(c, NULL, "a").sentence, "");
  assert_string_equal(s_find(c, NULL, "a").decision, "");
  assert_string_equal(s_find(c, NULL, "a").decision_salt, "");
  assert_string_equal(s_find(c, NULL, "a").speaker, "speaker");
  assert_string_equal(s_find(c, NULL, "b").sentence, "");
  assert_string_equal(s_find(c, NULL, "c").sentence, "I need it");
  assert_int_equal(strlen(s_find(c, NULL, "a").payload) > 0, 1);
  assert_int_equal(SCAN(c, .limit = 0).count, 4);
  assert_int_equal(c->driver->journal->erase(c->self, &c->call, ASKI_STR("john.doe"), &count, &c->error),
                   ASKIAM_STATUS_OK);
  assert_int_equal(count, 0);
  assert_int_equal(c->driver->journal->erase(c->self, &c->call, ASKI_STR("speaker"), &count, &c->error),
                   ASKIAM_STATUS_OK);
  assert_int_equal(count, 1); /* said by, though neither by nor for */
}

/* Writes either succeed whole or say that memory ran out. */
static void journal__memory_may_run_out_anywhere(void **state)
{
  contract *c = *state;
  s_fill(c);
  s_find(c, NULL, "a");
  askiam_status status = ASKIAM_STATUS_NO_MEMORY;
  for (long n = 1; status != ASKIAM_STATUS_OK; ++n) {
    assert_true(n < 200);
    walked w = {.count = 0};
    askiam_journal_query query = {.size = sizeof query, .with_request = 1};
    long outstanding = c->allocator.outstanding;
    test_allocator_fail_at(&c->allocator, n);
    status = c->driver->journal->scan(c->self, &c->call, &query, s_walk, &w, &c->error);
    test_allocator_fail_at(&c->allocator, 0);
    assert_int_equal(c->allocator.outstanding, outstanding);
    assert_true(status == ASKIAM_STATUS_OK ? w.count == 4 : status == ASKIAM_STATUS_NO_MEMORY);
  }
}

/* A record is there, whole, where and only where the store said so. */
static void journal__appending_is_whole_or_fails_where_memory_runs_out(void **state)
{
  contract *c = *state;
  if ((c->place->quirks & CONTRACT_VOLATILE) != 0) {
    skip();
  }
  askiam_status status = ASKIAM_STATUS_NO_MEMORY;
  for (long n = 1; status != ASKIAM_STATUS_OK; ++n) {
    assert_true(n < 1000);
    contract_reopen(c); /* the connection is opened anew each time */
    test_allocator_fail_at(&c->allocator, n);
    status = s_append(c, &s_first, 1, NULL);
    test_allocator_fail_at(&c->allocator, 0);
    assert_true(status == ASKIAM_STATUS_OK || status == ASKIAM_STATUS_NO_MEMORY);
    assert_int_equal(s_head(c).seq, status == ASKIAM_STATUS_OK);
    assert_int_equal(s_find(c, NULL, "req-1").count, status == ASKIAM_STATUS_OK);
    assert_int_equal(s_waiting(c, 0, 10).count, status == ASKIAM_STATUS_OK);
    assert_true(status != ASKIAM_STATUS_OK || n > 1);
  }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, contract_setup, contract_teardown)

int main(void)
{
  const struct CMUnitTest tests[] = {
      TEST(journal__a_new_chain_begins_at_nothing),
      TEST(journal__a_record_comes_back_byte_for_byte),
      TEST(journal__records_outlive_the_store),
      TEST(journal__one_batch_is_one_chain),
      TEST(journal__a_moved_head_is_a_conflict_and_changes_nothing),
      TEST(journal__a_request_id_is_taken_once_for_each_requester),
      TEST(journal__a_walk_filters),
      TEST(journal__a_walk_has_an_order),
      TEST(journal__a_walk_brings_the_request_where_wanted),
      TEST(journal__a_callback_ends_the_walk_with_its_status),
      TEST(journal__events_wait_until_they_are_delivered),
      TEST(journal__a_checkpoint_is_kept),
      TEST(journal__erasing_forgets_words_and_keeps_the_trail),
      TEST(journal__memory_may_run_out_anywhere),
      TEST(journal__appending_is_whole_or_fails_where_memory_runs_out),
  };
  return contract_run("journal", tests, sizeof tests / sizeof *tests);
}
