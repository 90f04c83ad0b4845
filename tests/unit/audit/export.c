/* SPDX-License-Identifier: Apache-2.0
 *
 * The export, and what the independent verifier (examples/verify_audit.py) says of it: the same as the library's own. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "fixture.h"

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_set_up, fixture_tear_down)
#define VERIFIER ASKIAM_SOURCE_DIR "/examples/verify_audit.py"

static void s_export(audit_fixture *fixture)
{
  aski_buffer_clear(&fixture->out);
  assert_int_equal(aski_audit_export(&fixture->audit, &fixture->call, fixture_collect, &fixture->out, &fixture->error),
                   ASKIAM_STATUS_OK);
}

/* Runs the verifier; gives its exit code. */
static int s_verify(const char *path, const char *options)
{
  char command[1024];
  snprintf(command, sizeof command, "python3 -B " VERIFIER " %s %s >/dev/null 2>&1", path, options);
  int status = system(command);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int s_verify_export(audit_fixture *fixture, const char *options)
{
  s_export(fixture);
  return s_verify(fixture_file(fixture, "export.jsonl", fixture->out.data), options);
}

static void audit__export_has_a_line_an_entry_and_the_heads(void **state)
{
  audit_fixture *fixture = *state;
  fixture_record_many(fixture, 3);
  s_export(fixture);
  size_t entries = 0;
  char *copy = aski_copy_text(aski_allocator_default(), aski_buffer_view(&fixture->out));
  char *last = NULL;
  for (char *line = strtok(copy, "\n"); line != NULL; line = strtok(NULL, "\n")) {
    assert_true(aski_json_check(askiam_str_from(line), aski_allocator_default(), NULL));
    entries += strncmp(line, "{\"type\":\"entry\",", 16) == 0;
    last = line;
  }
  assert_int_equal(entries, 3);
  assert_int_equal(strncmp(last, "{\"type\":\"heads\",\"v\":1,", 22), 0);
  free(copy);
}

static void audit__export_has_no_sentences_and_not_their_salts(void **state)
{
  audit_fixture *fixture = *state;
  fixture_record_many(fixture, 1);
  s_export(fixture);
  assert_false(fixture_out_has(fixture, "I need the"));
  static const askiam_record_field salts[] = {ASKIAM_RECORD_SENTENCE_SALT, ASKIAM_RECORD_FACTS_SALT};
  for (size_t i = 0; i < sizeof salts / sizeof *salts; ++i) {
    assert_false(fixture_out_has(fixture, askiam_record_text(fixture->journal.rows[0].record, salts[i]).data));
  }
  assert_true(fixture_out_has(fixture, "\"decision_salt\":\"")); /* without it nobody could check the decision */
  assert_false(fixture_out_has(fixture, "attributes"));
}

static void audit__verifier_finds_a_sound_export_sound(void **state)
{
  audit_fixture *fixture = *state;
  assert_int_equal(s_verify_export(fixture, ""), 0);
  fixture_record_many(fixture, 3);
  fixture_record(fixture, "r-\xE2\x82\xAC", ASKI_CODE_UNCLEAR);
  assert_int_equal(s_verify_export(fixture, ""), 0);
  uint64_t count = 0;
  aski_journal_erase(&fixture->handle, &fixture->call, ASKI_STR("john.doe"), &count, NULL);
  assert_int_equal(s_verify_export(fixture, ""), 0);
  static const char *const words[] = {"I need the", "Because.", "sesame", "Which role?"};
  for (size_t i = 0; i < sizeof words / sizeof *words; ++i) {
    assert_false(fixture_out_has(fixture, words[i]));
  }
}

/* Both are asked about every change; they must agree. */
static void audit__verifier_and_verify_agree_on_changes(void **state)
{
  audit_fixture *fixture = *state;
  static const askiam_record_field fields[] = {
      ASKIAM_RECORD_REQUEST_ID, ASKIAM_RECORD_USER_ID,      ASKIAM_RECORD_ROLE_ID,      ASKIAM_RECORD_RISK,
      ASKIAM_RECORD_STATUS,     ASKIAM_RECORD_DECISION,     ASKIAM_RECORD_IP_ADDRESS,   ASKIAM_RECORD_RESOURCE,
      ASKIAM_RECORD_PREV_HASH,  ASKIAM_RECORD_HASH,         ASKIAM_RECORD_PAYLOAD,      ASKIAM_RECORD_SPEAKER_ID,
      ASKIAM_RECORD_AUDIT_ID,   ASKIAM_RECORD_CONTENT_HASH, ASKIAM_RECORD_DECISION_SALT};
  fixture_record_many(fixture, 3);
  for (size_t i = 0; i < sizeof fields / sizeof *fields; ++i) {
    askiam_str before = askiam_record_text(fixture->journal.rows[1].record, fields[i]);
    memory_set_text(&fixture->journal, 1, fields[i], "changed");
    assert_false(fixture_verify(fixture, NULL, NULL));
    assert_int_equal(s_verify_export(fixture, ""), 1);
    askiam_record_set_text(fixture->journal.rows[1].record, fields[i], before);
  }
  assert_true(fixture_verify(fixture, NULL, NULL));
  assert_int_equal(s_verify_export(fixture, ""), 0);
}

/* An export that was changed on its way: without a line, with a line twice, with two lines in another order, with other bytes. */
static void audit__verifier_finds_a_changed_export(void **state)
{
  audit_fixture *fixture = *state;
  static const char *const edits[] = {"sed 1d",
                                      "sed 2d",
                                      "sed 3d",
                                      "sed '$d'",
                                      "sed 2p",
                                      "awk 'NR==1{a=$0;next}{print}NR==2{print a}'",
                                      "head -n 0",
                                      "sed 's/\"seq\":2/\"seq\":4/'",
                                      "sed 's/hr-analyst/hr-admin/g'",
                                      "sed 's/SOD_CONFLICT/RESTRICTED/g'"};
  fixture_record_many(fixture, 3);
  s_export(fixture);
  const char *good = fixture_file(fixture, "good.jsonl", fixture->out.data);
  const char *bad = fixture_path(fixture, "bad.jsonl");
  for (size_t i = 0; i < sizeof edits / sizeof *edits; ++i) {
    char command[1024];
    snprintf(command, sizeof command, "%s %s > %s", edits[i], good, bad);
    assert_int_equal(system(command), 0);
    if (s_verify(bad, "") != 1) {
      fail_msg("%s is not seen", edits[i]);
    }
  }
}

static void audit__verifier_checks_the_key(void **state)
{
  audit_fixture *fixture = *state;
  char options[256];
  fixture->audit.key = ASKI_STR("a key that nobody else has");
  fixture_record_many(fixture, 2);
  const char *key = fixture_file(fixture, "key", "a key that nobody else has\n");
  snprintf(options, sizeof options, "--key-file %s", key);
  assert_int_equal(s_verify_export(fixture, options), 0);
  assert_int_equal(s_verify_export(fixture, ""), 1);
  fixture_file(fixture, "key", "another key of somebody");
  assert_int_equal(s_verify_export(fixture, options), 1);
  snprintf(options, sizeof options, "--key-file %s/missing", fixture->folder);
  assert_int_equal(s_verify_export(fixture, options), 2);
}

static void audit__verifier_checks_a_checkpoint(void **state)
{
  audit_fixture *fixture = *state;
  char options[512];
  fixture_record_many(fixture, 3);
  const char *private_key = fixture_file(fixture, "private.pem", fixture_private_key);
  assert_int_equal(aski_audit_checkpoint(&fixture->out, &fixture->audit, &fixture->call, private_key, NULL),
                   ASKIAM_STATUS_OK);
  const char *checkpoint = fixture_file(fixture, "checkpoint.json", fixture->out.data);
  const char *public_key = fixture_file(fixture, "public.pem", fixture_public_key);
  snprintf(options, sizeof options, "--checkpoint %s --public-key %s", checkpoint, public_key);
  fixture_record(fixture, "later", ASKI_CODE_UNCLEAR);
  assert_int_equal(s_verify_export(fixture, options), 0);
  fixture_file(fixture, "public.pem", fixture_other_public_key);
  assert_int_equal(s_verify_export(fixture, options), 1);
  fixture_file(fixture, "public.pem", fixture_public_key);
  memory_journal_clean_up(&fixture->journal);
  memory_journal_init(&fixture->journal, 1);
  fixture_record_many(fixture, 5); /* made anew, consistent */
  assert_int_equal(s_verify_export(fixture, ""), 0);
  assert_int_equal(s_verify_export(fixture, options), 1);
}

static void audit__export_ends_where_its_receiver_says_so(void **state)
{
  audit_fixture *fixture = *state;
  fixture_record_many(fixture, 2);
  aski_buffer full = {.allocator = &fixture->allocator.base, .failed = true};
  assert_int_equal(aski_audit_export(&fixture->audit, &fixture->call, fixture_collect, &full, NULL),
                   ASKIAM_STATUS_NO_MEMORY);
}

static void audit__export_out_of_memory_fails(void **state)
{
  audit_fixture *fixture = *state;
  fixture_record_many(fixture, 2);
  aski_buffer collected;
  aski_buffer_init(&collected, aski_allocator_default());
  for (long at = 1;; ++at) {
    test_allocator_fail_at(&fixture->allocator, at);
    askiam_status status = aski_audit_export(&fixture->audit, &fixture->call, fixture_collect, &collected, NULL);
    test_allocator_fail_at(&fixture->allocator, 0);
    if (status == ASKIAM_STATUS_OK) {
      assert_true(at > 1);
      break;
    }
    assert_int_equal(status, ASKIAM_STATUS_NO_MEMORY);
  }
  aski_buffer_clean_up(&collected);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      TEST(audit__export_has_a_line_an_entry_and_the_heads),
      TEST(audit__export_has_no_sentences_and_not_their_salts),
      TEST(audit__verifier_finds_a_sound_export_sound),
      TEST(audit__verifier_and_verify_agree_on_changes),
      TEST(audit__verifier_finds_a_changed_export),
      TEST(audit__verifier_checks_the_key),
      TEST(audit__verifier_checks_a_checkpoint),
      TEST(audit__export_ends_where_its_receiver_says_so),
      TEST(audit__export_out_of_memory_fails),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
