/* SPDX-License-Identifier: Apache-2.0
 *
 * A checkpoint that is kept elsewhere sees what the store alone cannot tell. */
#include "audit/checkpoint.h"

#include <stdio.h>
#include <stdlib.h>

#include "fixture.h"

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_set_up, fixture_tear_down)

/* Signs what there is and gives the checkpoint's path. */
static const char *s_checkpoint(audit_fixture *fixture, const char *name)
{
  const char *key = fixture_file(fixture, "private.pem", fixture_private_key);
  askiam_status status = aski_audit_checkpoint(&fixture->out, &fixture->audit, &fixture->call, key, &fixture->error);
  if (status != ASKIAM_STATUS_OK) {
    fail_msg("no checkpoint: %s", fixture->error.message);
  }
  return fixture_file(fixture, name, fixture->out.data);
}

static const char *s_public(audit_fixture *fixture) { return fixture_file(fixture, "public.pem", fixture_public_key); }

static void audit__checkpoint_is_kept_and_covers_what_it_saw(void **state)
{
  audit_fixture *fixture = *state;
  fixture_record_many(fixture, 3);
  const char *checkpoint = s_checkpoint(fixture, "c.json");
  assert_string_equal(fixture->journal.checkpoint, fixture->out.data);
  fixture_record(fixture, "later", ASKI_CODE_UNCLEAR);
  assert_true(fixture_verify(fixture, checkpoint, s_public(fixture)));
  assert_true(fixture_out_has(fixture, "\"genuine\":true"));
  assert_true(fixture_out_has(fixture, "\"unaudited\",\"grants\",\"checkpoint\"]"));
}

static void audit__checkpoint_finds_a_cut_together_with_the_head(void **state)
{
  audit_fixture *fixture = *state;
  fixture_record_many(fixture, 2);
  int64_t seq = fixture->journal.chains[0].seq;
  char hash[65];
  memcpy(hash, fixture->journal.chains[0].hash, sizeof hash);
  fixture_record(fixture, "r3", ASKI_CODE_APPROVED_BY_RULES);
  const char *checkpoint = s_checkpoint(fixture, "c.json");
  memory_remove(&fixture->journal, 2);
  fixture->journal.chains[0].seq = seq;
  memcpy(fixture->journal.chains[0].hash, hash, sizeof hash);
  assert_true(fixture_verify(fixture, NULL, NULL));
  assert_false(fixture_verify(fixture, checkpoint, s_public(fixture)));
  assert_string_equal(fixture_first_break(fixture), "CHECKPOINT");
}

static void audit__checkpoint_finds_a_consistent_rewrite(void **state)
{
  audit_fixture *fixture = *state;
  fixture_record_many(fixture, 3);
  const char *checkpoint = s_checkpoint(fixture, "c.json");
  memory_journal_clean_up(&fixture->journal);
  memory_journal_init(&fixture->journal, 1);
  fixture_record_many(fixture, 4);
  assert_true(fixture_verify(fixture, NULL, NULL));
  assert_false(fixture_verify(fixture, checkpoint, s_public(fixture)));
  assert_string_equal(fixture_first_break(fixture), "CHECKPOINT");
}

static void audit__checkpoint_finds_a_chain_that_is_gone(void **state)
{
  audit_fixture *fixture = *state;
  memory_journal_clean_up(&fixture->journal);
  memory_journal_init(&fixture->journal, 2);
  const char *checkpoint = s_checkpoint(fixture, "c.json");
  fixture->journal.chain_count = 1;
  assert_false(fixture_verify(fixture, checkpoint, s_public(fixture)));
  assert_true(fixture_out_has(fixture, "\"missing_chain\":\"c1\""));
}

/* A trail that began without a key is fine up to a checkpoint, and not beyond. */
static void audit__checkpoint_covers_entries_older_than_the_key(void **state)
{
  audit_fixture *fixture = *state;
  fixture_record_many(fixture, 2);
  const char *checkpoint = s_checkpoint(fixture, "c.json");
  fixture->audit.key = ASKI_STR("a key that nobody else has");
  fixture_record(fixture, "r3", ASKI_CODE_UNCLEAR);
  assert_true(fixture_verify(fixture, checkpoint, s_public(fixture)));
  assert_true(fixture_out_has(fixture, "\"keyed\":1"));
  assert_false(fixture_verify(fixture, NULL, NULL));
  assert_string_equal(fixture_first_break(fixture), "KEY");
  fixture->audit.key = ASKI_STR_NONE;
  fixture_record(fixture, "r4", ASKI_CODE_UNCLEAR);
  fixture->audit.key = ASKI_STR("a key that nobody else has");
  assert_false(fixture_verify(fixture, checkpoint, s_public(fixture)));
}

static void audit__checkpoint_of_another_key_is_not_genuine(void **state)
{
  audit_fixture *fixture = *state;
  fixture_record_many(fixture, 1);
  const char *checkpoint = s_checkpoint(fixture, "c.json");
  const char *other = fixture_file(fixture, "other.pem", fixture_other_public_key);
  assert_false(fixture_verify(fixture, checkpoint, other));
  assert_true(fixture_out_has(fixture, "\"genuine\":false"));
}

/* Every byte that means something: none can be changed unseen. */
static void audit__checkpoint_that_was_changed_is_not_genuine(void **state)
{
  audit_fixture *fixture = *state;
  fixture_record_many(fixture, 2);
  s_checkpoint(fixture, "c.json");
  char *text = aski_copy_text(aski_allocator_default(), aski_buffer_view(&fixture->out));
  const char *end = strstr(text, "\"public_key_hash\"");
  const char *public_key = s_public(fixture);
  for (char *at = text; at < end; ++at) {
    *at ^= 1;
    const char *path = fixture_file(fixture, "changed.json", text);
    int sound = 1;
    askiam_status status =
        aski_audit_verify(&sound, &fixture->out, &fixture->audit, &fixture->call, path, public_key, &fixture->error);
    assert_true(status == ASKIAM_STATUS_BAD_DATA || (status == ASKIAM_STATUS_OK && sound == 0));
    *at ^= 1;
  }
  free(text);
}

static void audit__checkpoint_files_that_are_none_are_named(void **state)
{
  audit_fixture *fixture = *state;
  int sound = 1;
  const struct {
    const char *checkpoint;
    const char *key;
    askiam_status status;
  } cases[] = {
      {fixture_path(fixture, "missing.json"), s_public(fixture), ASKIAM_STATUS_NOT_FOUND},
      {fixture_file(fixture, "bad.json", "{\"v\":2}"), s_public(fixture), ASKIAM_STATUS_BAD_DATA},
      {s_checkpoint(fixture, "good.json"), NULL, ASKIAM_STATUS_INVALID_ARGUMENT},
      {fixture_path(fixture, "good.json"), fixture_path(fixture, "good.json"), ASKIAM_STATUS_BAD_DATA},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
    assert_int_equal(aski_audit_verify(&sound, &fixture->out, &fixture->audit, &fixture->call, cases[i].checkpoint,
                                       cases[i].key, &fixture->error),
                     cases[i].status);
    assert_int_equal(sound, 0);
    assert_true(strlen(fixture->error.message) > 20);
  }
}

static void audit__checkpoint_needs_an_ed25519_private_key(void **state)
{
  audit_fixture *fixture = *state;
  assert_int_equal(
      aski_audit_checkpoint(&fixture->out, &fixture->audit, &fixture->call, s_public(fixture), &fixture->error),
      ASKIAM_STATUS_BAD_DATA);
  assert_non_null(strstr(fixture->error.message, "openssl genpkey"));
  assert_null(fixture->journal.checkpoint);
}

static void audit__checkpoint_out_of_memory_is_none(void **state)
{
  audit_fixture *fixture = *state;
  fixture_record_many(fixture, 1);
  const char *key = fixture_file(fixture, "private.pem", fixture_private_key);
  for (long at = 1;; ++at) {
    aski_buffer_clean_up(&fixture->out);
    test_allocator_fail_at(&fixture->allocator, at);
    askiam_status status = aski_audit_checkpoint(&fixture->out, &fixture->audit, &fixture->call, key, NULL);
    test_allocator_fail_at(&fixture->allocator, 0);
    if (status == ASKIAM_STATUS_OK) {
      break;
    }
    assert_int_equal(status, ASKIAM_STATUS_NO_MEMORY);
    assert_null(fixture->journal.checkpoint);
  }
  assert_non_null(fixture->journal.checkpoint);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      TEST(audit__checkpoint_is_kept_and_covers_what_it_saw),
      TEST(audit__checkpoint_finds_a_cut_together_with_the_head),
      TEST(audit__checkpoint_finds_a_consistent_rewrite),
      TEST(audit__checkpoint_finds_a_chain_that_is_gone),
      TEST(audit__checkpoint_covers_entries_older_than_the_key),
      TEST(audit__checkpoint_of_another_key_is_not_genuine),
      TEST(audit__checkpoint_that_was_changed_is_not_genuine),
      TEST(audit__checkpoint_files_that_are_none_are_named),
      TEST(audit__checkpoint_needs_an_ed25519_private_key),
      TEST(audit__checkpoint_out_of_memory_is_none),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
