/* SPDX-License-Identifier: Apache-2.0
 *
 * Verification finds every change that somebody with a shell on the database could make, and says what it could not see. */
#include <stdio.h>
#include <stdlib.h>

#include "fixture.h"

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_set_up, fixture_tear_down)

static void s_expect_break(audit_fixture *fixture, const char *what)
{
  if (fixture_verify(fixture, NULL, NULL)) {
    fail_msg("sound, but %s was expected", what);
  }
  assert_string_equal(fixture_first_break(fixture), what);
}

static void audit__verify_an_empty_trail_is_sound(void **state)
{
  audit_fixture *fixture = *state;
  assert_true(fixture_verify(fixture, NULL, NULL));
  assert_true(fixture_out_has(fixture, "\"entries\":0"));
}

static void audit__verify_says_what_it_checked_and_what_not(void **state)
{
  audit_fixture *fixture = *state;
  fixture_record_many(fixture, 4);
  assert_true(fixture_verify(fixture, NULL, NULL));
  assert_true(fixture_out_has(fixture, "{\"sound\":true,\"entries\":4,\"requests\":4,\"erased\":0,\"keyed\":0,"));
  assert_true(fixture_out_has(fixture, "\"first_break\":null"));
  assert_true(fixture_out_has(
      fixture, "\"guarantees\":[\"links\",\"hashes\",\"heads\",\"columns\",\"requests\",\"unaudited\",\"grants\"]"));
  assert_true(fixture_out_has(fixture, "could have rewritten the whole trail consistently"));
  assert_true(aski_json_check(aski_buffer_view(&fixture->out), aski_allocator_default(), NULL));
}

static void audit__verify_without_the_optional_slot_says_so(void **state)
{
  audit_fixture *fixture = *state;
  fixture->handle = memory_journal_plain_handle(&fixture->journal);
  fixture_record_many(fixture, 2);
  assert_true(fixture_verify(fixture, NULL, NULL));
  assert_true(fixture_out_has(fixture, "\"unaudited\":null"));
  assert_true(fixture_out_has(fixture, "cannot tell requests that were put beside the trail"));
  assert_true(fixture_out_has(fixture, "\"adrift\":null,\"first_adrift\":null,\"ungranted\":null"));
  assert_true(fixture_out_has(fixture, "cannot tell grants and roles that were put beside the trail"));
  assert_false(fixture_out_has(fixture, ",\"grants\"]"));
}

static void audit__verify_finds_a_change_in_each_column(void **state)
{
  audit_fixture *fixture = *state;
  static const struct {
    askiam_record_field field;
    const char *value;
    const char *what;
  } changes[] = {
      {ASKIAM_RECORD_REQUEST_ID, "r9", "COLUMN"},
      {ASKIAM_RECORD_REQUESTER_ID, "mallory", "COLUMN"},
      {ASKIAM_RECORD_USER_ID, "mallory", "COLUMN"},
      {ASKIAM_RECORD_USER_ID, NULL, "COLUMN"},
      {ASKIAM_RECORD_APPLICATION_ID, "payroll", "COLUMN"},
      {ASKIAM_RECORD_ROLE_ID, "hr-admin", "COLUMN"},
      {ASKIAM_RECORD_RISK, "low", "COLUMN"},
      {ASKIAM_RECORD_STATUS, "VALID", "COLUMN"},
      {ASKIAM_RECORD_AUDIT_ID, "aud-1", "COLUMN"},
      {ASKIAM_RECORD_ACTION, "askiam:Other", "COLUMN"},
      {ASKIAM_RECORD_RESOURCE, "arn:x", "COLUMN"},
      {ASKIAM_RECORD_IP_ADDRESS, "10.0.0.2", "COLUMN"},
      {ASKIAM_RECORD_PREV_HASH, "0000000000000000000000000000000000000000000000000000000000000000", "LINK"},
      {ASKIAM_RECORD_HASH, "0000000000000000000000000000000000000000000000000000000000000000", "HASH"},
      {ASKIAM_RECORD_PAYLOAD, "{\"v\":1}", "PAYLOAD"},
      {ASKIAM_RECORD_PAYLOAD, "not json", "PAYLOAD"},
      {ASKIAM_RECORD_PAYLOAD, NULL, "PAYLOAD"},
      {ASKIAM_RECORD_SPEAKER_ID, "mallory", "REQUEST"},
      {ASKIAM_RECORD_CONTENT_HASH, "00", "REQUEST"},
      {ASKIAM_RECORD_CONFIG_HASH, "00", "REQUEST"},
      {ASKIAM_RECORD_POLICY_HASH, "00", "REQUEST"},
      {ASKIAM_RECORD_DECISION, "{\"status\":\"VALID\"}", "DECISION"},
      {ASKIAM_RECORD_DECISION, NULL, "DECISION"},
      {ASKIAM_RECORD_DECISION_SALT, "000102030405060708090a0b0c0d0e0f", "DECISION"},
      {ASKIAM_RECORD_DECISION_SALT, NULL, "DECISION"},
      {ASKIAM_RECORD_SPEAKER_ID, NULL, "REQUEST"},
      {ASKIAM_RECORD_SENTENCE, NULL, "SENTENCE"},
      {ASKIAM_RECORD_SENTENCE_SALT, NULL, "SENTENCE"},
      {ASKIAM_RECORD_FACTS, NULL, "FACTS"},
      {ASKIAM_RECORD_SENTENCE, "something else", "SENTENCE"},
      {ASKIAM_RECORD_SENTENCE_SALT, "000102030405060708090a0b0c0d0e0f", "SENTENCE"},
      {ASKIAM_RECORD_FACTS, "{}", "FACTS"},
      {ASKIAM_RECORD_FACTS_SALT, NULL, "FACTS"},
  };
  fixture_record_many(fixture, 3);
  for (size_t i = 0; i < sizeof changes / sizeof *changes; ++i) {
    askiam_str before = askiam_record_text(fixture->journal.rows[1].record, changes[i].field);
    memory_set_text(&fixture->journal, 1, changes[i].field, changes[i].value);
    s_expect_break(fixture, changes[i].what);
    assert_true(fixture_out_has(fixture, "\"seq\":2,\"what\""));
    askiam_record_set_text(fixture->journal.rows[1].record, changes[i].field, before);
  }
  assert_true(fixture_verify(fixture, NULL, NULL));
}

static void audit__verify_finds_a_change_in_each_number(void **state)
{
  audit_fixture *fixture = *state;
  static const struct {
    askiam_record_field field;
    const char *what;
  } changes[] = {{ASKIAM_RECORD_TIME_MS, "COLUMN"},
                 {ASKIAM_RECORD_SEQ, "GAP"},
                 {ASKIAM_RECORD_EXPIRES_AT_MS, "REQUEST"},
                 {ASKIAM_RECORD_PATTERN, "REQUEST"},
                 {ASKIAM_RECORD_APPROVED, "REQUEST"}};
  fixture_record_many(fixture, 3);
  for (size_t i = 0; i < sizeof changes / sizeof *changes; ++i) {
    askiam_record *record = fixture->journal.rows[1].record;
    int64_t before = askiam_record_number(record, changes[i].field);
    askiam_record_set_number(record, changes[i].field, before + 1);
    s_expect_break(fixture, changes[i].what);
    askiam_record_set_number(record, changes[i].field, before);
  }
}

static void audit__verify_finds_a_change_of_any_byte_of_payload_and_decision(void **state)
{
  audit_fixture *fixture = *state;
  fixture_record(fixture, "r1", ASKI_CODE_SOD_CONFLICT);
  static const askiam_record_field fields[] = {ASKIAM_RECORD_PAYLOAD, ASKIAM_RECORD_DECISION};
  for (size_t f = 0; f < 2; ++f) {
    askiam_str text = askiam_record_text(fixture->journal.rows[0].record, fields[f]);
    char *copy = aski_copy_text(aski_allocator_default(), text);
    for (size_t i = 0; i < text.length; ++i) {
      copy[i] ^= 1;
      askiam_record_set_text(fixture->journal.rows[0].record, fields[f], (askiam_str){copy, text.length});
      if (fixture_verify(fixture, NULL, NULL)) {
        fail_msg("a change at byte %zu is not seen", i);
      }
      copy[i] ^= 1;
    }
    askiam_record_set_text(fixture->journal.rows[0].record, fields[f], (askiam_str){copy, text.length});
    free(copy);
    assert_true(fixture_verify(fixture, NULL, NULL));
  }
}

static void audit__verify_finds_removed_swapped_and_repeated_entries(void **state)
{
  audit_fixture *fixture = *state;
  fixture_record_many(fixture, 5);
  memory_duplicate(&fixture->journal, 2);
  s_expect_break(fixture, "DUPLICATE");
  memory_remove(&fixture->journal, 2);
  assert_true(fixture_verify(fixture, NULL, NULL));
  memory_swap(&fixture->journal, 1, 2);
  s_expect_break(fixture, "GAP");
  memory_swap(&fixture->journal, 1, 2);
  memory_remove(&fixture->journal, 1);
  s_expect_break(fixture, "GAP");
  assert_true(fixture_out_has(fixture, "entries 2 to 2 are missing"));
}

static void audit__verify_finds_a_removed_first_entry(void **state)
{
  audit_fixture *fixture = *state;
  fixture_record_many(fixture, 3);
  memory_remove(&fixture->journal, 0);
  s_expect_break(fixture, "GAP");
}

static void audit__verify_finds_a_cut_tail(void **state)
{
  audit_fixture *fixture = *state;
  fixture_record_many(fixture, 3);
  memory_remove(&fixture->journal, 2);
  s_expect_break(fixture, "HEAD");
}

static void audit__verify_finds_an_entry_after_the_head(void **state)
{
  audit_fixture *fixture = *state;
  fixture_record_many(fixture, 2);
  int64_t seq = fixture->journal.chains[0].seq;
  char hash[65];
  memcpy(hash, fixture->journal.chains[0].hash, sizeof hash);
  fixture_record(fixture, "r3", ASKI_CODE_APPROVED_BY_RULES);
  fixture->journal.chains[0].seq = seq;
  memcpy(fixture->journal.chains[0].hash, hash, sizeof hash);
  s_expect_break(fixture, "HEAD");
}

static void audit__verify_finds_a_head_with_another_hash(void **state)
{
  audit_fixture *fixture = *state;
  fixture_record_many(fixture, 2);
  memset(fixture->journal.chains[0].hash, '7', 64);
  s_expect_break(fixture, "HEAD");
}

static void audit__verify_finds_entries_of_a_chain_without_a_head(void **state)
{
  audit_fixture *fixture = *state;
  fixture_record_many(fixture, 2);
  memory_duplicate(&fixture->journal, 1);
  memory_set_text(&fixture->journal, 2, ASKIAM_RECORD_CHAIN, "hidden");
  assert_false(fixture_verify(fixture, NULL, NULL));
  assert_true(fixture_out_has(fixture, "\"strangers\":1"));
}

static void audit__verify_finds_requests_without_an_entry(void **state)
{
  audit_fixture *fixture = *state;
  fixture_record_many(fixture, 3);
  fixture->journal.rows[1].has_request = false;
  s_expect_break(fixture, "REQUEST");
  fixture->journal.rows[1].has_request = true;
  fixture->journal.rows[1].request_differs = true;
  assert_false(fixture_verify(fixture, NULL, NULL));
  assert_true(fixture_out_has(fixture, "\"unaudited\":1,\"first_unaudited\":\"r2\""));
}

static void audit__verify_is_sound_after_erasure_and_counts_it(void **state)
{
  audit_fixture *fixture = *state;
  fixture_record_many(fixture, 3);
  uint64_t count = 0;
  assert_int_equal(aski_journal_erase(&fixture->handle, &fixture->call, ASKI_STR("john.doe"), &count, &fixture->error),
                   ASKIAM_STATUS_OK);
  assert_int_equal(count, 3);
  assert_true(fixture_verify(fixture, NULL, NULL));
  assert_true(fixture_out_has(fixture, "\"erased\":3"));
}

/* Erasure is all or nothing: whatever somebody takes away, or leaves behind, beside it is seen. */
static void audit__verify_finds_half_an_erasure(void **state)
{
  audit_fixture *fixture = *state;
  static const askiam_record_field erasable[] = {ASKIAM_RECORD_DECISION, ASKIAM_RECORD_DECISION_SALT,
                                                 ASKIAM_RECORD_SENTENCE, ASKIAM_RECORD_SENTENCE_SALT,
                                                 ASKIAM_RECORD_FACTS,    ASKIAM_RECORD_FACTS_SALT};
  enum { ERASABLE = sizeof erasable / sizeof *erasable };
  fixture_record_many(fixture, 1);
  askiam_record *record = fixture->journal.rows[0].record;
  askiam_str kept[ERASABLE];
  for (size_t i = 0; i < ERASABLE; ++i) {
    kept[i] = askiam_record_text(record, erasable[i]);
  }
  for (unsigned gone = 0; gone < 1u << ERASABLE; ++gone) {
    for (size_t i = 0; i < ERASABLE; ++i) {
      askiam_record_set_text(record, erasable[i], (gone >> i & 1u) != 0 ? (askiam_str){NULL, 0} : kept[i]);
    }
    bool whole = gone == 0 || gone == (1u << ERASABLE) - 1;
    if (fixture_verify(fixture, NULL, NULL) != whole) {
      fail_msg("with the parts %#x gone it is %s", gone, whole ? "not sound" : "sound");
    }
  }
}

static void audit__verify_with_a_key_finds_a_rewrite_without_it(void **state)
{
  audit_fixture *fixture = *state;
  fixture->audit.key = ASKI_STR("a key that nobody else has");
  fixture_record_many(fixture, 3);
  assert_true(fixture_verify(fixture, NULL, NULL));
  assert_true(fixture_out_has(fixture, "\"keyed\":3"));
  assert_true(fixture_out_has(fixture, "\"key\""));
  memory_journal_clean_up(&fixture->journal);
  memory_journal_init(&fixture->journal, 1);
  fixture->audit.key = ASKI_STR_NONE;
  fixture_record_many(fixture, 3); /* the whole trail, made anew and consistent */
  assert_true(fixture_verify(fixture, NULL, NULL));
  fixture->audit.key = ASKI_STR("a key that nobody else has");
  s_expect_break(fixture, "KEY");
}

static void audit__verify_with_another_key_or_none_says_so(void **state)
{
  audit_fixture *fixture = *state;
  fixture->audit.key = ASKI_STR("a key that nobody else has");
  fixture_record_many(fixture, 1);
  fixture->audit.key = ASKI_STR("another key");
  s_expect_break(fixture, "KEY");
  assert_true(fixture_out_has(fixture, "another one than the one given"));
  fixture->audit.key = ASKI_STR_NONE;
  s_expect_break(fixture, "KEY");
  assert_true(fixture_out_has(fixture, "without it its hash cannot be checked"));
}

static void audit__verify_finds_a_grant_that_the_trail_does_not_tell(void **state)
{
  audit_fixture *fixture = *state;
  fixture_record_many(fixture, 2);
  assert_true(fixture_verify(fixture, NULL, NULL));
  assert_true(fixture_out_has(fixture, "\"adrift\":0,\"first_adrift\":null,\"ungranted\":0"));
  fixture->journal.adrift = true;
  assert_false(fixture_verify(fixture, NULL, NULL));
  assert_true(fixture_out_has(fixture, "\"adrift\":1,\"first_adrift\":\"r1\",\"ungranted\":1"));
  assert_true(fixture_out_has(fixture, "held by no grant of the trail (ungranted)"));
}

static void audit__verify_fails_where_the_store_fails(void **state)
{
  audit_fixture *fixture = *state;
  fixture_record_many(fixture, 2);
  for (int call = 1; call <= 6; ++call) { /* heads, scan, heads, scan of all, unaudited, adrift */
    int sound = 1;
    fixture->journal.calls_until_fail = call;
    fixture->journal.failure = ASKIAM_STATUS_UNAVAILABLE;
    assert_int_equal(
        aski_audit_verify(&sound, &fixture->out, &fixture->audit, &fixture->call, NULL, NULL, &fixture->error),
        ASKIAM_STATUS_UNAVAILABLE);
    assert_int_equal(sound, 0);
  }
}

static void audit__verify_out_of_memory_is_never_sound(void **state)
{
  audit_fixture *fixture = *state;
  fixture_record_many(fixture, 2);
  for (long at = 1;; ++at) {
    int sound = 1;
    aski_buffer_clean_up(&fixture->out);
    test_allocator_fail_at(&fixture->allocator, at);
    askiam_status status = aski_audit_verify(&sound, &fixture->out, &fixture->audit, &fixture->call, NULL, NULL, NULL);
    test_allocator_fail_at(&fixture->allocator, 0);
    if (status == ASKIAM_STATUS_OK) {
      assert_int_equal(sound, 1);
      assert_true(at > 5);
      break;
    }
    assert_int_equal(status, ASKIAM_STATUS_NO_MEMORY);
    assert_int_equal(sound, 0);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      TEST(audit__verify_an_empty_trail_is_sound),
      TEST(audit__verify_says_what_it_checked_and_what_not),
      TEST(audit__verify_without_the_optional_slot_says_so),
      TEST(audit__verify_finds_a_change_in_each_column),
      TEST(audit__verify_finds_a_change_in_each_number),
      TEST(audit__verify_finds_a_change_of_any_byte_of_payload_and_decision),
      TEST(audit__verify_finds_removed_swapped_and_repeated_entries),
      TEST(audit__verify_finds_a_removed_first_entry),
      TEST(audit__verify_finds_a_cut_tail),
      TEST(audit__verify_finds_an_entry_after_the_head),
      TEST(audit__verify_finds_a_head_with_another_hash),
      TEST(audit__verify_finds_entries_of_a_chain_without_a_head),
      TEST(audit__verify_finds_requests_without_an_entry),
      TEST(audit__verify_is_sound_after_erasure_and_counts_it),
      TEST(audit__verify_finds_half_an_erasure),
      TEST(audit__verify_with_a_key_finds_a_rewrite_without_it),
      TEST(audit__verify_with_another_key_or_none_says_so),
      TEST(audit__verify_finds_a_grant_that_the_trail_does_not_tell),
      TEST(audit__verify_fails_where_the_store_fails),
      TEST(audit__verify_out_of_memory_is_never_sound),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
