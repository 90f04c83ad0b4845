/* SPDX-License-Identifier: Apache-2.0
 *
 * Recording: what is written, in which order, and what happens when it cannot be. */
#include <stdio.h>
#include <stdlib.h>

#include "audit/chain.h"
#include "fixture.h"

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_set_up, fixture_tear_down)

static askiam_str s_text(const audit_fixture *fixture, size_t row, askiam_record_field field)
{
  return askiam_record_text(fixture->journal.rows[row].record, field);
}

static bool s_has(askiam_str text, const char *part)
{
  char *copy = aski_copy_text(aski_allocator_default(), text);
  bool found = strstr(copy, part) != NULL;
  aski_release(aski_allocator_default(), copy);
  return found;
}

static void audit__record_chains_each_entry_to_the_one_before(void **state)
{
  audit_fixture *fixture = *state;
  fixture_record_many(fixture, 3);
  askiam_str prev = askiam_str_from(aski_audit_no_hash);
  for (size_t i = 0; i < 3; ++i) {
    char hash[ASKI_SHA256_HEX_BYTES];
    aski_link link = {ASKI_STR("c0"), (int64_t)i + 1, prev, s_text(fixture, i, ASKIAM_RECORD_PAYLOAD)};
    assert_true(aski_audit_link_hash(ASKI_STR_NONE, &link, hash));
    assert_true(aski_str_equal_text(s_text(fixture, i, ASKIAM_RECORD_HASH), hash));
    assert_true(aski_str_equal(s_text(fixture, i, ASKIAM_RECORD_PREV_HASH), prev));
    prev = s_text(fixture, i, ASKIAM_RECORD_HASH);
  }
  assert_string_equal(fixture->journal.chains[0].hash, prev.data);
}

static void audit__record_seals_the_decision_with_its_place(void **state)
{
  audit_fixture *fixture = *state;
  aski_decision *decision = fixture_decision(fixture, "r1", ASKI_CODE_APPROVED_BY_EVIDENCE);
  aski_audit_entry entry = fixture_entry(fixture, decision);
  assert_int_equal(aski_audit_record_all(&fixture->audit, &fixture->call, &entry, 1, NULL, NULL), ASKIAM_STATUS_OK);
  assert_int_equal(askiam_decision_audit_seq(decision), 1);
  assert_true(aski_str_equal(askiam_decision_get(decision, ASKIAM_DECISION_AUDIT_HASH),
                             s_text(fixture, 0, ASKIAM_RECORD_HASH)));
  assert_true(aski_str_equal_text(s_text(fixture, 0, ASKIAM_RECORD_DECISION), askiam_decision_to_json(decision, NULL)));
  askiam_decision_destroy(decision);
}

static void audit__payload_begins_with_its_version_and_holds_every_column(void **state)
{
  audit_fixture *fixture = *state;
  fixture_record(fixture, "r1", ASKI_CODE_APPROVED_BY_EVIDENCE);
  askiam_str payload = s_text(fixture, 0, ASKIAM_RECORD_PAYLOAD);
  assert_true(aski_str_starts(payload, ASKI_STR("{\"v\":1,")));
  static const char *const parts[] = {
      "\"request_id\":\"r1\"",
      "\"action\":\"askiam:RequestRole\"",
      "\"resource\":\"arn:aws:askiam:::application/workday/role/hr-analyst\"",
      "\"requester\":{\"id\":\"john.doe\",\"name\":\"John Doe\"}",
      "\"role\":{\"id\":\"hr-analyst\",\"name\":\"HR Analyst\",\"risk\":\"high\"}",
      "\"status\":\"VALID\"",
      "\"reason_codes\":[\"APPROVED_BY_EVIDENCE\"]",
      "\"ip\":\"10.0.0.1\"",
      "\"user_agent\":\"curl/8 \\\"x\\\"\"",
      "\"session_id\":\"sess-1\"",
      "\"trace_id\":\"trace-1\"",
      "\"policy_hash\":\"abcd\"",
      "\"config_hash\":\"0123456789abcdef\"",
      "\"alg\":\"sha256\"",
  };
  for (size_t i = 0; i < sizeof parts / sizeof *parts; ++i) {
    if (!s_has(payload, parts[i])) {
      fail_msg("%s is not in %s", parts[i], payload.data);
    }
  }
}

/* The sentence must stay erasable: none of its words may stand in what cannot be changed, nor its unsalted hash. */
static void audit__payload_holds_nothing_of_the_sentence(void **state)
{
  audit_fixture *fixture = *state;
  fixture_record(fixture, "r1", ASKI_CODE_APPROVED_BY_EVIDENCE);
  char bare[ASKI_SHA256_HEX_BYTES];
  assert_true(aski_sha256_hex(ASKI_STR(FIXTURE_SENTENCE), bare));
  assert_false(s_has(s_text(fixture, 0, ASKIAM_RECORD_PAYLOAD), "sesame"));
  assert_false(s_has(s_text(fixture, 0, ASKIAM_RECORD_PAYLOAD), bare));
  for (size_t i = 0; i < fixture->journal.event_count; ++i) {
    assert_null(strstr(fixture->journal.events[i].body, "sesame"));
  }
}

static void audit__record_keeps_what_replay_needs(void **state)
{
  audit_fixture *fixture = *state;
  fixture_record(fixture, "r1", ASKI_CODE_APPROVED_BY_EVIDENCE);
  askiam_str replay = s_text(fixture, 0, ASKIAM_RECORD_FACTS);
  aski_json_document *document = NULL;
  assert_int_equal(aski_json_parse(&document, replay, aski_allocator_default(), ASKIAM_LAYER_AUDIT, NULL),
                   ASKIAM_STATUS_OK);
  const aski_json *root = aski_json_root(document);
  int64_t now = 0;
  assert_true(aski_json_integer(aski_json_get(root, "now_ms"), &now));
  assert_true(now == FIXTURE_NOW_MS);
  assert_true(aski_json_number(aski_json_get(aski_json_get(root, "rag_exact"), "confidence"), 0) == 0.9712345678901234);
  assert_true(aski_json_number(aski_json_get(aski_json_get(root, "settings"), "threshold"), 0) == 0.95);
  assert_true(aski_str_equal_text(aski_json_string(aski_json_get(root, "ip")), "10.0.0.1"));
  aski_arena arena;
  aski_facts facts;
  aski_arena_init(&arena, aski_allocator_default());
  assert_int_equal(aski_facts_read_json(&facts, &arena, aski_json_get(root, "facts"), NULL), ASKIAM_STATUS_OK);
  assert_true(aski_str_equal_text(facts.role.risk, "high"));
  aski_arena_clean_up(&arena);
  aski_json_destroy(document);
}

static void audit__record_without_facts_or_entities_is_sound(void **state)
{
  audit_fixture *fixture = *state;
  aski_decision *decision = fixture_decision(fixture, "r1", ASKI_CODE_NOT_A_REQUEST);
  decision->user = decision->application = decision->role = (aski_entity){0};
  aski_audit_entry entry = {.decision = decision, .speaker_id = ASKI_STR("john.doe")};
  assert_int_equal(aski_audit_record_all(&fixture->audit, &fixture->call, &entry, 1, NULL, NULL), ASKIAM_STATUS_OK);
  askiam_decision_destroy(decision);
  assert_int_equal(askiam_record_number(fixture->journal.rows[0].record, ASKIAM_RECORD_PATTERN), 0);
  assert_false(aski_str_present(s_text(fixture, 0, ASKIAM_RECORD_USER_ID)));
  assert_int_equal(s_text(fixture, 0, ASKIAM_RECORD_RESOURCE).length, 0);
  assert_true(fixture_verify(fixture, NULL, NULL));
}

static void audit__events_are_as_the_contract_has_them(void **state)
{
  audit_fixture *fixture = *state;
  fixture_record(fixture, "r1", ASKI_CODE_APPROVED_BY_EVIDENCE);
  fixture_record(fixture, "r2", ASKI_CODE_SOD_CONFLICT);
  fixture_record(fixture, "r3", ASKI_CODE_UNCLEAR);
  assert_int_equal(fixture->journal.event_count, 4);
  static const char *const types[] = {"access.decided", "grant.requested", "access.decided", "access.decided"};
  for (size_t i = 0; i < 4; ++i) {
    const memory_event *event = &fixture->journal.events[i];
    assert_string_equal(event->type, types[i]);
    char begin[160];
    snprintf(begin, sizeof begin, "{\"id\":\"%s\",\"source\":\"askiam\",\"detail-type\":\"%s\",\"time\":\"2026-01-21T",
             event->id, types[i]);
    assert_memory_equal(event->body, begin, strlen(begin));
    assert_non_null(strstr(event->body, "\"version\":1,\"detail\":{\"request_id\":\"r"));
    assert_non_null(strstr(event->body, "\"requester_id\":\"john.doe\",\"user_id\":\"john.doe\",\"app_id\":\"workday\","
                                        "\"role_id\":\"hr-analyst\""));
    assert_true(aski_json_check(askiam_str_from(event->body), aski_allocator_default(), NULL));
  }
  char hash[100];
  snprintf(hash, sizeof hash, "\"audit_hash\":\"%s\"", s_text(fixture, 2, ASKIAM_RECORD_HASH).data);
  assert_non_null(strstr(fixture->journal.events[3].body, hash));
}

static void audit__patterns_are_written_for_verdicts_only(void **state)
{
  audit_fixture *fixture = *state;
  fixture_record(fixture, "r1", ASKI_CODE_APPROVED_BY_EVIDENCE);
  fixture_record(fixture, "r2", ASKI_CODE_SOD_CONFLICT);
  fixture_record(fixture, "r3", ASKI_CODE_UNCLEAR);
  static const int expected[][2] = {{1, 1}, {1, 0}, {0, 0}};
  for (size_t i = 0; i < 3; ++i) {
    const askiam_record *record = fixture->journal.rows[i].record;
    assert_int_equal(askiam_record_number(record, ASKIAM_RECORD_PATTERN), expected[i][0]);
    assert_int_equal(askiam_record_number(record, ASKIAM_RECORD_APPROVED), expected[i][1]);
  }
}

static void audit__errors_and_dry_runs_are_never_recorded(void **state)
{
  audit_fixture *fixture = *state;
  aski_decision *failed = fixture_decision(fixture, "r1", ASKI_CODE_STORE_UNAVAILABLE);
  aski_decision *dry = fixture_decision(fixture, "r2", ASKI_CODE_APPROVED_BY_RULES);
  dry->dry_run = true;
  assert_true(aski_decision_seal(failed));
  aski_audit_entry entries[] = {fixture_entry(fixture, failed), fixture_entry(fixture, dry)};
  assert_int_equal(aski_audit_record_all(&fixture->audit, &fixture->call, entries, 2, NULL, NULL), ASKIAM_STATUS_OK);
  assert_int_equal(fixture->journal.row_count, 0);
  assert_int_equal(fixture->journal.appends, 0);
  assert_non_null(askiam_decision_to_json(failed, NULL));
  askiam_decision_destroy(failed);
  askiam_decision_destroy(dry);
}

static void audit__record_says_which_request_was_taken(void **state)
{
  audit_fixture *fixture = *state;
  fixture_record(fixture, "r1", ASKI_CODE_APPROVED_BY_EVIDENCE);
  aski_decision *decisions[] = {fixture_decision(fixture, "r0", ASKI_CODE_INTERNAL),
                                fixture_decision(fixture, "r2", ASKI_CODE_UNCLEAR),
                                fixture_decision(fixture, "r1", ASKI_CODE_APPROVED_BY_EVIDENCE)};
  aski_audit_entry entries[3];
  for (size_t i = 0; i < 3; ++i) {
    entries[i] = fixture_entry(fixture, decisions[i]);
  }
  size_t index = 99;
  assert_int_equal(aski_audit_record_all(&fixture->audit, &fixture->call, entries, 3, &index, NULL),
                   ASKIAM_STATUS_EXISTS);
  assert_int_equal(index, 2);
  assert_int_equal(fixture->journal.row_count, 1);
  for (size_t i = 0; i < 3; ++i) {
    assert_int_equal(askiam_decision_audit_seq(decisions[i]), 0);
    assert_null(askiam_decision_to_json(decisions[i], NULL));
    askiam_decision_destroy(decisions[i]);
  }
}

static void audit__record_tries_again_where_a_head_moved(void **state)
{
  audit_fixture *fixture = *state;
  fixture_record(fixture, "r1", ASKI_CODE_APPROVED_BY_EVIDENCE);
  fixture->journal.conflicts_left = 5;
  fixture_record(fixture, "r2", ASKI_CODE_APPROVED_BY_EVIDENCE);
  assert_int_equal(fixture->journal.appends, 7);
  assert_int_equal(fixture->journal.event_count, 4);
  assert_true(fixture_verify(fixture, NULL, NULL));
}

static uint64_t s_hasty_ticks(void *context)
{
  uint64_t *ticks = context;
  return *ticks += 1000000;
}

static int64_t s_fixed_now(void *context)
{
  (void)context;
  return FIXTURE_NOW_MS;
}

static void audit__record_gives_up_at_the_deadline(void **state)
{
  audit_fixture *fixture = *state;
  uint64_t ticks = 0;
  askiam_clock clock = {s_fixed_now, s_hasty_ticks, &ticks};
  fixture->call.clock = &clock;
  fixture->call.deadline_ticks_ns = 8000000;
  fixture->journal.conflicts_left = 1000;
  aski_decision *decision = fixture_decision(fixture, "r1", ASKI_CODE_APPROVED_BY_EVIDENCE);
  aski_audit_entry entry = fixture_entry(fixture, decision);
  assert_int_equal(aski_audit_record_all(&fixture->audit, &fixture->call, &entry, 1, NULL, &fixture->error),
                   ASKIAM_STATUS_TIMEOUT);
  assert_int_equal(askiam_decision_audit_seq(decision), 0);
  assert_null(askiam_decision_to_json(decision, NULL));
  askiam_decision_destroy(decision);
}

static void audit__record_gives_up_after_many_lost_races(void **state)
{
  audit_fixture *fixture = *state;
  fixture->journal.conflicts_left = 1000;
  aski_decision *decision = fixture_decision(fixture, "r1", ASKI_CODE_APPROVED_BY_EVIDENCE);
  aski_audit_entry entry = fixture_entry(fixture, decision);
  assert_int_equal(aski_audit_record_all(&fixture->audit, &fixture->call, &entry, 1, NULL, &fixture->error),
                   ASKIAM_STATUS_BUSY);
  assert_int_equal(fixture->error.retryable, 1);
  askiam_decision_destroy(decision);
}

/* Not 100 tries: a head that is told unmoved, and is not there, was damaged. */
static void audit__record_names_a_head_that_is_not_there(void **state)
{
  audit_fixture *fixture = *state;
  fixture->journal.conflicts_left = 1000;
  fixture->journal.head_stands = true;
  aski_decision *decision = fixture_decision(fixture, "r1", ASKI_CODE_APPROVED_BY_EVIDENCE);
  aski_audit_entry entry = fixture_entry(fixture, decision);
  assert_int_equal(aski_audit_record_all(&fixture->audit, &fixture->call, &entry, 1, NULL, &fixture->error),
                   ASKIAM_STATUS_CORRUPT);
  assert_int_equal(fixture->error.retryable, 0);
  assert_non_null(strstr(fixture->error.message, "damaged"));
  assert_int_equal(fixture->journal.appends, 3);
  assert_null(askiam_decision_to_json(decision, NULL));
  askiam_decision_destroy(decision);
}

static void audit__record_that_failed_leaves_no_place(void **state)
{
  audit_fixture *fixture = *state;
  for (int call = 1; call <= 2; ++call) {
    aski_decision *decision = fixture_decision(fixture, "r1", ASKI_CODE_APPROVED_BY_EVIDENCE);
    aski_audit_entry entry = fixture_entry(fixture, decision);
    fixture->journal.calls_until_fail = call;
    fixture->journal.failure = ASKIAM_STATUS_FULL;
    assert_int_equal(aski_audit_record_all(&fixture->audit, &fixture->call, &entry, 1, NULL, &fixture->error),
                     ASKIAM_STATUS_FULL);
    assert_int_equal(askiam_decision_audit_seq(decision), 0);
    assert_null(askiam_decision_to_json(decision, NULL));
    askiam_decision_destroy(decision);
  }
  assert_int_equal(fixture->journal.row_count, 0);
}

/* The commit happened, its answer was lost: not reported as recorded, and the repeat finds it. */
static void audit__record_whose_answer_was_lost_is_found_by_the_repeat(void **state)
{
  audit_fixture *fixture = *state;
  fixture->journal.fail_after = true;
  aski_decision *decision = fixture_decision(fixture, "r1", ASKI_CODE_APPROVED_BY_EVIDENCE);
  aski_audit_entry entry = fixture_entry(fixture, decision);
  assert_int_equal(aski_audit_record_all(&fixture->audit, &fixture->call, &entry, 1, NULL, NULL),
                   ASKIAM_STATUS_UNAVAILABLE);
  assert_null(askiam_decision_to_json(decision, NULL));
  askiam_decision_destroy(decision);
  assert_int_equal(aski_audit_find(&decision, &fixture->audit, &fixture->call, ASKI_STR("john.doe"), ASKI_STR("r1"),
                                   ASKI_STR("john.doe"), ASKI_STR(FIXTURE_SENTENCE), NULL),
                   ASKIAM_STATUS_OK);
  assert_int_equal(askiam_decision_verdict(decision), ASKIAM_VERDICT_VALID);
  askiam_decision_destroy(decision);
}

static void audit__record_refuses_what_is_not_utf8(void **state)
{
  audit_fixture *fixture = *state;
  aski_decision *decision = fixture_decision(fixture, "r1", ASKI_CODE_APPROVED_BY_EVIDENCE);
  aski_audit_entry entry = fixture_entry(fixture, decision);
  entry.ip = ASKI_STR("10.0.\xff");
  assert_int_equal(aski_audit_record_all(&fixture->audit, &fixture->call, &entry, 1, NULL, &fixture->error),
                   ASKIAM_STATUS_BAD_DATA);
  assert_non_null(strstr(fixture->error.message, "ip address"));
  askiam_decision_destroy(decision);
}

static bool s_no_random(void *context, unsigned char *out, size_t length)
{
  (void)context;
  (void)out;
  (void)length;
  return false;
}

static void audit__record_fails_without_random_bytes(void **state)
{
  audit_fixture *fixture = *state;
  const aski_random_source random = {s_no_random, NULL};
  fixture->audit.random = &random;
  aski_decision *decision = fixture_decision(fixture, "r1", ASKI_CODE_APPROVED_BY_EVIDENCE);
  aski_audit_entry entry = fixture_entry(fixture, decision);
  assert_int_equal(aski_audit_record_all(&fixture->audit, &fixture->call, &entry, 1, NULL, NULL),
                   ASKIAM_STATUS_INTERNAL);
  assert_int_equal(fixture->journal.row_count, 0);
  askiam_decision_destroy(decision);
}

/* Either it failed and nothing was written and nothing looks recorded, or it is recorded and says so. */
static void audit__record_out_of_memory_never_approves(void **state)
{
  audit_fixture *fixture = *state;
  for (long at = 1;; ++at) {
    aski_decision *decision = fixture_decision(fixture, "r1", ASKI_CODE_APPROVED_BY_EVIDENCE);
    aski_audit_entry entry = fixture_entry(fixture, decision);
    test_allocator_fail_at(&fixture->allocator, at);
    askiam_status status = aski_audit_record_all(&fixture->audit, &fixture->call, &entry, 1, NULL, NULL);
    test_allocator_fail_at(&fixture->allocator, 0);
    if (status == ASKIAM_STATUS_OK) {
      assert_true(at > 5);
      assert_int_equal(fixture->journal.row_count, 1);
      assert_non_null(askiam_decision_to_json(decision, NULL));
      askiam_decision_destroy(decision);
      break;
    }
    assert_int_equal(status, ASKIAM_STATUS_NO_MEMORY);
    assert_int_equal(fixture->journal.row_count, 0);
    assert_int_equal(askiam_decision_audit_seq(decision), 0);
    assert_null(askiam_decision_to_json(decision, NULL));
    askiam_decision_destroy(decision);
  }
  assert_true(fixture_verify(fixture, NULL, NULL));
}

static void audit__record_spreads_a_batch_over_the_chains(void **state)
{
  audit_fixture *fixture = *state;
  memory_journal_clean_up(&fixture->journal);
  memory_journal_init(&fixture->journal, 4);
  enum { COUNT = 40 };
  aski_audit_entry entries[COUNT];
  for (int i = 0; i < COUNT; ++i) {
    char id[16];
    snprintf(id, sizeof id, "batch-%d", i);
    entries[i] = fixture_entry(fixture, fixture_decision(fixture, id, ASKI_CODE_APPROVED_BY_RULES));
  }
  assert_int_equal(aski_audit_record_all(&fixture->audit, &fixture->call, entries, COUNT, NULL, NULL),
                   ASKIAM_STATUS_OK);
  assert_int_equal(fixture->journal.appends, 1);
  for (size_t i = 0; i < 4; ++i) {
    assert_true(fixture->journal.chains[i].seq > 0);
  }
  for (int i = 0; i < COUNT; ++i) {
    askiam_decision_destroy(entries[i].decision);
  }
  assert_true(fixture_verify(fixture, NULL, NULL));
}

enum { THREADS = 8, EACH = 25 };

typedef struct s_writer {
  audit_fixture *fixture;
  int number;
  int failures;
} s_writer;

static void *s_write(void *context)
{
  s_writer *writer = context;
  for (int i = 0; i < EACH; ++i) {
    char id[32];
    snprintf(id, sizeof id, "t%d-%d", writer->number, i);
    aski_decision *decision = fixture_decision(writer->fixture, id, ASKI_CODE_APPROVED_BY_RULES);
    aski_audit_entry entry = fixture_entry(writer->fixture, decision);
    askiam_status status =
        aski_audit_record_all(&writer->fixture->audit, &writer->fixture->call, &entry, 1, NULL, NULL);
    writer->failures += status != ASKIAM_STATUS_OK;
    askiam_decision_destroy(decision);
  }
  return NULL;
}

static void audit__many_writers_never_fork_a_chain(void **state)
{
  audit_fixture *fixture = *state;
  pthread_t threads[THREADS];
  s_writer writers[THREADS];
  for (int i = 0; i < THREADS; ++i) {
    writers[i] = (s_writer){fixture, i, 0};
    assert_int_equal(pthread_create(&threads[i], NULL, s_write, &writers[i]), 0);
  }
  for (int i = 0; i < THREADS; ++i) {
    pthread_join(threads[i], NULL);
    assert_int_equal(writers[i].failures, 0);
  }
  assert_int_equal(fixture->journal.row_count, THREADS * EACH);
  assert_true(fixture_verify(fixture, NULL, NULL));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      TEST(audit__record_chains_each_entry_to_the_one_before),
      TEST(audit__record_seals_the_decision_with_its_place),
      TEST(audit__payload_begins_with_its_version_and_holds_every_column),
      TEST(audit__payload_holds_nothing_of_the_sentence),
      TEST(audit__record_keeps_what_replay_needs),
      TEST(audit__record_without_facts_or_entities_is_sound),
      TEST(audit__events_are_as_the_contract_has_them),
      TEST(audit__patterns_are_written_for_verdicts_only),
      TEST(audit__errors_and_dry_runs_are_never_recorded),
      TEST(audit__record_says_which_request_was_taken),
      TEST(audit__record_tries_again_where_a_head_moved),
      TEST(audit__record_gives_up_at_the_deadline),
      TEST(audit__record_gives_up_after_many_lost_races),
      TEST(audit__record_names_a_head_that_is_not_there),
      TEST(audit__record_that_failed_leaves_no_place),
      TEST(audit__record_whose_answer_was_lost_is_found_by_the_repeat),
      TEST(audit__record_refuses_what_is_not_utf8),
      TEST(audit__record_fails_without_random_bytes),
      TEST(audit__record_out_of_memory_never_approves),
      TEST(audit__record_spreads_a_batch_over_the_chains),
      TEST(audit__many_writers_never_fork_a_chain),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
