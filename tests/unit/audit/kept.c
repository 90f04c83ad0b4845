/* SPDX-License-Identifier: Apache-2.0
 *
 * A record is given to a replay only where the trail says that it is what was recorded. */
#include "fixture.h"

#include <stdlib.h>

#include "audit/chain.h"
#include "audit/kept.h"

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_set_up, fixture_tear_down)

/* Looks r1 up and gives its state; what it said is in *out_detail, at least 512 bytes. */
static aski_kept_state s_state(audit_fixture *fixture, char *out_detail)
{
  aski_arena arena;
  aski_kept kept;
  aski_arena_init(&arena, &fixture->allocator.base);
  askiam_status status =
      aski_kept_find(&kept, &arena, &fixture->audit, &fixture->call, ASKI_STR_NONE, ASKI_STR("r1"), &fixture->error);
  if (status != ASKIAM_STATUS_OK) {
    fail_msg("looking r1 up failed: %s", fixture->error.message);
  }
  assert_true(aski_str_equal_text(kept.request_id, "r1"));
  assert_true(aski_str_equal_text(kept.requester_id, "john.doe"));
  assert_int_equal(kept.time_ms, FIXTURE_NOW_MS);
  assert_true((kept.state == ASKI_KEPT_WHOLE) == (kept.decision != NULL));
  if (out_detail != NULL) {
    memcpy(out_detail, kept.detail, sizeof kept.detail);
  }
  aski_kept_state state = kept.state;
  aski_kept_clean_up(&kept);
  aski_arena_clean_up(&arena);
  return state;
}

static void audit_kept__whole_is_the_decision_with_its_inputs(void **state)
{
  audit_fixture *fixture = *state;
  fixture_record(fixture, "r1", ASKI_CODE_APPROVED_BY_EVIDENCE);
  aski_arena arena;
  aski_kept kept;
  aski_arena_init(&arena, &fixture->allocator.base);
  assert_int_equal(aski_kept_find(&kept, &arena, &fixture->audit, &fixture->call, ASKI_STR("john.doe"), ASKI_STR("r1"),
                                  &fixture->error),
                   ASKIAM_STATUS_OK);
  assert_int_equal(kept.state, ASKI_KEPT_WHOLE);
  assert_int_equal(kept.decision->codes.items[0], ASKI_CODE_APPROVED_BY_EVIDENCE);
  assert_true(kept.replay.rag.confidence == 0.9712345678901234);
  assert_true(aski_str_equal_text(kept.replay.facts->role.id, "hr-analyst"));
  assert_true(aski_str_equal_text(kept.replay.settings, "{\"threshold\":0.95}"));
  assert_true(aski_str_equal_text(kept.user_id, "john.doe") && aski_str_equal_text(kept.role_id, "hr-analyst"));
  aski_kept_clean_up(&kept);
  aski_arena_clean_up(&arena);
}

static void audit_kept__unknown_and_ambiguous_ids_are_said(void **state)
{
  audit_fixture *fixture = *state;
  aski_arena arena;
  aski_kept kept;
  aski_arena_init(&arena, &fixture->allocator.base);
  assert_int_equal(
      aski_kept_find(&kept, &arena, &fixture->audit, &fixture->call, ASKI_STR_NONE, ASKI_STR("r1"), &fixture->error),
      ASKIAM_STATUS_NOT_FOUND);
  aski_kept_clean_up(&kept);
  fixture_record(fixture, "r1", ASKI_CODE_APPROVED_BY_EVIDENCE);
  aski_decision *decision = fixture_decision(fixture, "r1", ASKI_CODE_APPROVED_BY_EVIDENCE);
  decision->requester.id = ASKI_STR("ann");
  aski_audit_entry entry = fixture_entry(fixture, decision);
  assert_int_equal(aski_audit_record_all(&fixture->audit, &fixture->call, &entry, 1, NULL, NULL), ASKIAM_STATUS_OK);
  askiam_decision_destroy(decision);
  assert_int_equal(
      aski_kept_find(&kept, &arena, &fixture->audit, &fixture->call, ASKI_STR_NONE, ASKI_STR("r1"), &fixture->error),
      ASKIAM_STATUS_CONFLICT);
  aski_kept_clean_up(&kept);
  aski_arena_clean_up(&arena);
}

static void audit_kept__erased_is_no_damage(void **state)
{
  audit_fixture *fixture = *state;
  uint64_t count = 0;
  fixture_record(fixture, "r1", ASKI_CODE_APPROVED_BY_EVIDENCE);
  aski_journal_erase(&fixture->handle, &fixture->call, ASKI_STR("john.doe"), &count, NULL);
  assert_int_equal(count, 1);
  assert_int_equal(s_state(fixture, NULL), ASKI_KEPT_ERASED);
}

static void audit_kept__without_facts_there_is_nothing_to_repeat(void **state)
{
  audit_fixture *fixture = *state;
  aski_decision *decision = fixture_decision(fixture, "r1", ASKI_CODE_APPROVED_BY_EVIDENCE);
  aski_audit_entry entry = fixture_entry(fixture, decision);
  entry.facts = NULL;
  assert_int_equal(aski_audit_record_all(&fixture->audit, &fixture->call, &entry, 1, NULL, NULL), ASKIAM_STATUS_OK);
  askiam_decision_destroy(decision);
  assert_int_equal(s_state(fixture, NULL), ASKI_KEPT_WITHOUT_FACTS);
}

/* `text` with every `from` in it replaced by `to`; the caller frees it. */
static char *s_replace(askiam_str text, const char *from, const char *to)
{
  aski_buffer buffer;
  aski_buffer_init(&buffer, aski_allocator_default());
  for (size_t at = 0; at < text.length;) {
    bool here = aski_str_starts(aski_str_slice(text, at, text.length), askiam_str_from(from));
    aski_buffer_append(&buffer, here ? askiam_str_from(to) : aski_str_slice(text, at, 1));
    at += here ? strlen(from) : 1;
  }
  return buffer.data;
}

static void s_change(audit_fixture *fixture, askiam_record_field field, const char *from, const char *to)
{
  askiam_str text = askiam_record_text(fixture->journal.rows[0].record, field);
  char *changed = s_replace(text, from, to);
  assert_false(aski_str_equal_text(text, changed));
  memory_set_text(&fixture->journal, 0, field, changed);
  free(changed);
}

static void audit_kept__what_was_changed_is_not_taken_for_what_was_recorded(void **state)
{
  audit_fixture *fixture = *state;
  static const struct {
    askiam_record_field field;
    const char *from, *to, *what;
  } changes[] = {{ASKIAM_RECORD_FACTS, "\"restricted\":false", "\"restricted\":true ", "FACTS: "},
                 {ASKIAM_RECORD_FACTS, "0.9712345678901234", "0.1712345678901234", "FACTS: "},
                 {ASKIAM_RECORD_DECISION, "Because.", "Because!", "DECISION: "},
                 {ASKIAM_RECORD_POLICY_HASH, "abcd", "abce", "REQUEST: "},
                 {ASKIAM_RECORD_STATUS, "VALID", "INVALID", "COLUMN: "},
                 {ASKIAM_RECORD_PAYLOAD, "\"VALID\"", "\"INVALID\"", "HASH: "}};
  fixture_record(fixture, "r1", ASKI_CODE_APPROVED_BY_EVIDENCE);
  for (size_t i = 0; i < sizeof changes / sizeof *changes; ++i) {
    char detail[512];
    s_change(fixture, changes[i].field, changes[i].from, changes[i].to);
    assert_int_equal(s_state(fixture, detail), ASKI_KEPT_CHANGED);
    assert_ptr_equal(strstr(detail, changes[i].what), detail);
    s_change(fixture, changes[i].field, changes[i].to, changes[i].from);
    assert_int_equal(s_state(fixture, NULL), ASKI_KEPT_WHOLE);
  }
  fixture->journal.rows[0].has_entry = false;
  assert_int_equal(s_state(fixture, NULL), ASKI_KEPT_CHANGED);
}

/* Gives the record other facts with all hashes made anew, as a newer library would have written it. */
static void s_forge(audit_fixture *fixture, const char *facts)
{
  const askiam_record *record = fixture->journal.rows[0].record;
  char facts_hash[ASKI_SHA256_HEX_BYTES];
  char hash[ASKI_SHA256_HEX_BYTES];
  char old_hash[ASKI_SHA256_HEX_BYTES] = "";
  assert_true(aski_audit_salted_hash(askiam_record_text(record, ASKIAM_RECORD_FACTS_SALT), askiam_str_from(facts),
                                     ASKI_STR_NONE, facts_hash));
  char *old_facts_hash = strstr(askiam_record_text(record, ASKIAM_RECORD_PAYLOAD).data, "\"facts_hash\":\"") + 14;
  char old[ASKI_SHA256_HEX_BYTES] = "";
  memcpy(old, old_facts_hash, sizeof old - 1);
  memory_set_text(&fixture->journal, 0, ASKIAM_RECORD_FACTS, facts);
  s_change(fixture, ASKIAM_RECORD_PAYLOAD, old, facts_hash);
  memcpy(old_hash, askiam_record_text(record, ASKIAM_RECORD_HASH).data, sizeof old_hash - 1);
  aski_link link = {askiam_record_text(record, ASKIAM_RECORD_CHAIN), askiam_record_number(record, ASKIAM_RECORD_SEQ),
                    askiam_record_text(record, ASKIAM_RECORD_PREV_HASH),
                    askiam_record_text(record, ASKIAM_RECORD_PAYLOAD)};
  assert_true(aski_audit_link_hash(ASKI_STR_NONE, &link, hash));
  memory_set_text(&fixture->journal, 0, ASKIAM_RECORD_HASH, hash);
  s_change(fixture, ASKIAM_RECORD_DECISION, old_hash, hash);
}

static void audit_kept__what_this_library_does_not_know_is_said(void **state)
{
  audit_fixture *fixture = *state;
  char detail[512];
  fixture_record(fixture, "r1", ASKI_CODE_APPROVED_BY_EVIDENCE);
  s_forge(fixture, "{\"v\":3}");
  assert_int_equal(s_state(fixture, detail), ASKI_KEPT_UNREADABLE);
  assert_non_null(strstr(detail, "version 3"));
  s_forge(fixture, "{\"v\":2,\"now_ms\":\"today\"}");
  assert_int_equal(s_state(fixture, detail), ASKI_KEPT_UNREADABLE);
  assert_non_null(strstr(detail, "now_ms"));
}

static void audit_kept__failing_memory_is_said_and_leaks_nothing(void **state)
{
  audit_fixture *fixture = *state;
  fixture_record(fixture, "r1", ASKI_CODE_APPROVED_BY_EVIDENCE);
  long resting = fixture->allocator.outstanding;
  askiam_status status = ASKIAM_STATUS_NO_MEMORY;
  for (long at = 1; status != ASKIAM_STATUS_OK; ++at) {
    aski_arena arena;
    aski_kept kept;
    test_allocator_fail_at(&fixture->allocator, at);
    aski_arena_init(&arena, &fixture->allocator.base);
    status =
        aski_kept_find(&kept, &arena, &fixture->audit, &fixture->call, ASKI_STR_NONE, ASKI_STR("r1"), &fixture->error);
    assert_true(status == ASKIAM_STATUS_NO_MEMORY || (status == ASKIAM_STATUS_OK && kept.state == ASKI_KEPT_WHOLE));
    aski_kept_clean_up(&kept);
    aski_arena_clean_up(&arena);
    test_allocator_fail_at(&fixture->allocator, 0);
    assert_int_equal(fixture->allocator.outstanding, resting);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      TEST(audit_kept__whole_is_the_decision_with_its_inputs),
      TEST(audit_kept__unknown_and_ambiguous_ids_are_said),
      TEST(audit_kept__erased_is_no_damage),
      TEST(audit_kept__without_facts_there_is_nothing_to_repeat),
      TEST(audit_kept__what_was_changed_is_not_taken_for_what_was_recorded),
      TEST(audit_kept__what_this_library_does_not_know_is_said),
      TEST(audit_kept__failing_memory_is_said_and_leaks_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
