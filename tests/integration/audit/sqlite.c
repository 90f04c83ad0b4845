/* SPDX-License-Identifier: Apache-2.0
 *
 * The trail in a real store: what somebody with the sqlite3 shell could do to it is seen, by the library and by the independent
 * verifier alike; many writers share one chain. */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "backend/options.h"
#include "fixture.h"
#include "store/sqlite/sqlite_store.h"

#define VERIFIER ASKIAM_SOURCE_DIR "/examples/verify_audit.py"

typedef struct s_store {
  audit_fixture *fixture;
  void *self;
  char url[128];
} s_store;

static void s_open(s_store *store)
{
  const askiam_store_driver *driver = aski_sqlite_store_driver();
  audit_fixture *fixture = store->fixture;
  askiam_backend_options options = {
      .url = askiam_str_from(store->url), .allocator = aski_allocator_default(), .clock = aski_clock_system()};
  assert_int_equal(driver->open(&store->self, NULL, &options, &fixture->error), ASKIAM_STATUS_OK);
  fixture->handle = (aski_journal){.table = *driver->journal, .self = store->self, .provided = true};
}

static int s_set_up(void **state)
{
  s_store *store = calloc(1, sizeof *store);
  fixture_set_up((void **)&store->fixture);
  snprintf(store->url, sizeof store->url, "sqlite:%s/iam.db", store->fixture->folder);
  s_open(store);
  int from = 0;
  int to = 0;
  *state = store;
  askiam_status status =
      aski_sqlite_store_driver()->admin->migrate(store->self, &store->fixture->call, &from, &to, NULL);
  return status != ASKIAM_STATUS_OK;
}

static int s_tear_down(void **state)
{
  s_store *store = *state;
  aski_sqlite_store_driver()->close(store->self);
  int status = fixture_tear_down((void **)&store->fixture);
  free(store);
  return status;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, s_set_up, s_tear_down)

/* Somebody with a shell. */
static void s_shell(s_store *store, const char *sql)
{
  sqlite3 *db = NULL;
  char *message = NULL;
  assert_int_equal(sqlite3_open(store->url + strlen("sqlite:"), &db), SQLITE_OK);
  sqlite3_exec(db, "PRAGMA synchronous=OFF", NULL, NULL, NULL);
  if (sqlite3_exec(db, sql, NULL, NULL, &message) != SQLITE_OK) {
    fail_msg("%s: %s", sql, message);
  }
  sqlite3_close(db);
}

/* The exit code of the independent verifier on an export of what there is. */
static int s_verify_export(s_store *store)
{
  audit_fixture *fixture = store->fixture;
  char command[512];
  aski_buffer_clear(&fixture->out);
  assert_int_equal(aski_audit_export(&fixture->audit, &fixture->call, fixture_collect, &fixture->out, &fixture->error),
                   ASKIAM_STATUS_OK);
  snprintf(command, sizeof command, "python3 -B " VERIFIER " %s >/dev/null 2>&1",
           fixture_file(fixture, "export.jsonl", fixture->out.data));
  int status = system(command);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void integration__audit_trail_in_sqlite_is_sound(void **state)
{
  s_store *store = *state;
  audit_fixture *fixture = store->fixture;
  assert_true(fixture_verify(fixture, NULL, NULL));
  fixture_record_many(fixture, 5);
  fixture_record(fixture, "unclear", ASKI_CODE_UNCLEAR);
  aski_decision *decision = fixture_decision(fixture, "nobody", ASKI_CODE_NOT_A_REQUEST);
  decision->user = decision->application = decision->role = (aski_entity){0};
  decision->expires_at_ms = 0;
  aski_audit_entry entry = {.decision = decision, .speaker_id = ASKI_STR("john.doe"), .sentence = ASKI_STR("hello")};
  assert_int_equal(aski_audit_record_all(&fixture->audit, &fixture->call, &entry, 1, NULL, &fixture->error),
                   ASKIAM_STATUS_OK);
  askiam_decision_destroy(decision);
  if (!fixture_verify(fixture, NULL, NULL)) {
    fail_msg("%s", fixture->out.data);
  }
  assert_true(fixture_out_has(fixture, "\"entries\":7,\"requests\":7,"));
  assert_true(fixture_out_has(fixture, "\"unaudited\":0"));
  assert_int_equal(s_verify_export(store), 0);
}

static void integration__audit_repeat_in_sqlite_gives_the_first_decision(void **state)
{
  s_store *store = *state;
  audit_fixture *fixture = store->fixture;
  fixture_record_many(fixture, 2);
  aski_decision *found = NULL;
  assert_int_equal(aski_audit_find(&found, &fixture->audit, &fixture->call, ASKI_STR("john.doe"), ASKI_STR("r2"),
                                   ASKI_STR("john.doe"), ASKI_STR(FIXTURE_SENTENCE), &fixture->error),
                   ASKIAM_STATUS_OK);
  assert_int_equal(askiam_decision_verdict(found), ASKIAM_VERDICT_INVALID);
  aski_audit_entry entry = fixture_entry(fixture, found);
  size_t index = 9;
  assert_int_equal(aski_audit_record_all(&fixture->audit, &fixture->call, &entry, 1, &index, NULL),
                   ASKIAM_STATUS_EXISTS);
  assert_int_equal(index, 0);
  askiam_decision_destroy(found);
}

/* Each of these is what an insider could do in a second. `seen_outside`: an export shows it too. */
static const struct {
  const char *sql;
  int seen_outside;
} s_attacks[] = {
    {"UPDATE audit_log SET status='VALID' WHERE seq=2", 1},
    {"UPDATE audit_log SET user_id='mallory' WHERE seq=3", 1},
    {"UPDATE audit_log SET user_id='' WHERE seq=3", 1},
    {"UPDATE audit_log SET risk=NULL WHERE seq=3", 1},
    {"UPDATE audit_log SET timestamp=timestamp-1 WHERE seq=1", 1},
    {"UPDATE audit_log SET ip_address='1.1.1.1' WHERE seq=1", 1},
    {"UPDATE audit_log SET resource='x', action='y' WHERE seq=1", 1},
    {"UPDATE audit_log SET payload=replace(payload,'SOD_CONFLICT','RESTRICTED') WHERE seq=2", 1},
    {"UPDATE audit_log SET request_id='other' WHERE seq=2", 1},
    {"UPDATE audit_log SET hash=iif(hash LIKE 'a%','b','a')||substr(hash,2) WHERE seq=2", 1},
    {"UPDATE audit_log SET id='aud-x' WHERE seq=5", 1},
    {"DELETE FROM audit_log WHERE seq=1", 1},
    {"DELETE FROM audit_log WHERE seq=3", 1},
    {"DELETE FROM audit_log WHERE seq=5", 1},
    {"DELETE FROM audit_log", 1},
    {"UPDATE audit_log SET seq=-seq WHERE seq=5", 1},
    {"INSERT INTO audit_log SELECT 'aud-n',user_id,action,resource,status,timestamp,ip_address,'new',requester_id,"
     "application_id,role_id,risk,chain,0,prev_hash,hash,payload,NULL FROM audit_log WHERE seq=1",
     1},
    {"INSERT INTO audit_log SELECT 'aud-n',user_id,action,resource,status,timestamp,ip_address,'new',requester_id,"
     "application_id,role_id,risk,chain,6,hash,hash,payload,NULL FROM audit_log WHERE seq=5",
     0},
    {"INSERT INTO audit_log SELECT 'aud-n',user_id,action,resource,status,timestamp,ip_address,'new',requester_id,"
     "application_id,role_id,risk,'hidden',1,prev_hash,hash,payload,NULL FROM audit_log WHERE seq=1",
     0},
    {"UPDATE audit_chains SET seq=4", 1},
    {"UPDATE audit_chains SET hash=printf('%064d',0)", 1},
    {"UPDATE audit_chains SET hash='zzz'", 1},
    {"DELETE FROM audit_chains", 1},
    {"UPDATE audit_chains SET hash=upper(hash)", 1},
    {"UPDATE audit_chains SET seq=-1", 1},
    {"UPDATE requests SET decision=replace(decision,'INVALID','VALID')", 1},
    {"UPDATE requests SET status='VALID'", 0},
    {"UPDATE requests SET user_id='mallory' WHERE seq=1", 0},
    {"UPDATE requests SET speaker_id='mallory' WHERE seq=1", 1},
    {"UPDATE requests SET expires_at=NULL WHERE seq=1", 1},
    {"UPDATE requests SET timestamp=5 WHERE seq=1", 0},
    {"UPDATE requests SET sentence='I need nothing' WHERE seq=4", 0},
    {"UPDATE requests SET facts='{}' WHERE seq=4", 0},
    {"UPDATE requests SET policy_hash='x' WHERE seq=4", 1},
    {"UPDATE requests SET approved=1-approved WHERE seq=2", 1},
    {"UPDATE requests SET pattern=1-pattern WHERE seq=2", 1},
    {"UPDATE requests SET decision=NULL WHERE seq=2", 1},
    {"UPDATE requests SET decision_salt=NULL WHERE seq=2", 1},
    {"UPDATE requests SET decision=NULL,decision_salt=NULL WHERE seq=2", 1},
    {"UPDATE requests SET sentence=NULL,sentence_salt=NULL WHERE seq=2", 1},
    {"UPDATE requests SET facts=NULL,facts_salt=NULL WHERE seq=2", 1},
    {"DELETE FROM requests WHERE seq=2", 1},
    {"INSERT INTO requests SELECT "
     "'new',requester_id,speaker_id,user_id,application_id,role_id,status,timestamp,expires_at,"
     "decision,decision_salt,sentence,sentence_salt,facts,facts_salt,content_hash,config_hash,policy_hash,pattern,"
     "approved,chain,seq,"
     "NULL FROM requests WHERE seq=1",
     0},
};

static void integration__audit_changes_in_sqlite_are_seen(void **state)
{
  s_store *store = *state;
  audit_fixture *fixture = store->fixture;
  fixture_record_many(fixture, 5);
  char restore[640];
  s_shell(store, "CREATE TABLE keep_a AS SELECT * FROM audit_log; CREATE TABLE keep_r AS SELECT * FROM requests;"
                 "CREATE TABLE keep_c AS SELECT * FROM audit_chains;");
  snprintf(restore, sizeof restore, "%s",
           "DELETE FROM audit_log; DELETE FROM requests; DELETE FROM audit_chains;"
           "INSERT INTO audit_log SELECT * FROM keep_a; INSERT INTO requests SELECT * FROM keep_r;"
           "INSERT INTO audit_chains SELECT * FROM keep_c;");
  for (size_t i = 0; i < sizeof s_attacks / sizeof *s_attacks; ++i) {
    s_shell(store, s_attacks[i].sql);
    if (fixture_verify(fixture, NULL, NULL)) {
      fail_msg("not seen: %s", s_attacks[i].sql);
    }
    int outside = s_verify_export(store);
    if (outside != s_attacks[i].seen_outside) {
      fail_msg("the independent verifier says %d of: %s", outside, s_attacks[i].sql);
    }
    s_shell(store, restore);
  }
  assert_true(fixture_verify(fixture, NULL, NULL));
}

static void integration__audit_erasure_in_sqlite_keeps_the_trail_sound(void **state)
{
  s_store *store = *state;
  audit_fixture *fixture = store->fixture;
  fixture_record_many(fixture, 3);
  uint64_t count = 0;
  assert_int_equal(aski_journal_erase(&fixture->handle, &fixture->call, ASKI_STR("john.doe"), &count, NULL),
                   ASKIAM_STATUS_OK);
  assert_int_equal(count, 3);
  assert_true(fixture_verify(fixture, NULL, NULL));
  assert_true(fixture_out_has(fixture, "\"erased\":3"));
  assert_int_equal(s_verify_export(store), 0);
}

static void integration__audit_checkpoint_sees_a_copy_that_was_put_back(void **state)
{
  s_store *store = *state;
  audit_fixture *fixture = store->fixture;
  fixture_record_many(fixture, 2);
  s_shell(store, "CREATE TABLE keep_c AS SELECT * FROM audit_chains");
  fixture_record(fixture, "r3", ASKI_CODE_APPROVED_BY_RULES);
  const char *key = fixture_file(fixture, "private.pem", fixture_private_key);
  assert_int_equal(aski_audit_checkpoint(&fixture->out, &fixture->audit, &fixture->call, key, &fixture->error),
                   ASKIAM_STATUS_OK);
  const char *checkpoint = fixture_file(fixture, "c.json", fixture->out.data);
  const char *public_key = fixture_file(fixture, "public.pem", fixture_public_key);
  assert_true(fixture_verify(fixture, checkpoint, public_key));
  s_shell(store, "DELETE FROM audit_log WHERE seq=3; DELETE FROM requests WHERE seq=3;"
                 "DELETE FROM grants WHERE request_id='r3'; DELETE FROM audit_chains;"
                 "INSERT INTO audit_chains SELECT * FROM keep_c");
  assert_true(fixture_verify(fixture, NULL, NULL));
  assert_false(fixture_verify(fixture, checkpoint, public_key));
  assert_string_equal(fixture_first_break(fixture), "CHECKPOINT");
}

static void integration__audit_relay_from_sqlite(void **state)
{
  s_store *store = *state;
  audit_fixture *fixture = store->fixture;
  char target[256];
  uint64_t delivered = 0;
  const char *path = fixture_path(fixture, "events.jsonl");
  snprintf(target, sizeof target, "file:%s", path);
  fixture_record_many(fixture, 6);
  assert_int_equal(aski_audit_relay(&delivered, &fixture->audit, &fixture->call, target, &fixture->error),
                   ASKIAM_STATUS_OK);
  assert_int_equal(delivered, 9);
  assert_int_equal(aski_audit_relay(&delivered, &fixture->audit, &fixture->call, target, &fixture->error),
                   ASKIAM_STATUS_OK);
  assert_int_equal(delivered, 0);
  char *text = fixture_read(path);
  int seq = 0;
  for (const char *at = text; (at = strstr(at, "\"detail-type\":\"access.decided\"")) != NULL; ++at) {
    char place[48];
    snprintf(place, sizeof place, "\"seq\":%d,", ++seq);
    assert_non_null(strstr(at, place));
    assert_true(strstr(at, place) < strchr(at, '\n'));
  }
  assert_int_equal(seq, 6);
  free(text);
}

static void integration__audit_query_over_sqlite(void **state)
{
  s_store *store = *state;
  audit_fixture *fixture = store->fixture;
  fixture_record_many(fixture, 5);
  askiam_audit_filter filter = {
      .size = sizeof filter, .user_id = ASKI_STR("john.doe"), .count_by = ASKI_STR("application,status")};
  aski_buffer_clear(&fixture->out);
  assert_int_equal(aski_audit_query(&fixture->audit, &fixture->call, &filter, fixture_collect, &fixture->out, NULL),
                   ASKIAM_STATUS_OK);
  assert_string_equal(fixture->out.data, "{\"application\":\"workday\",\"status\":\"VALID\",\"count\":3}\n"
                                         "{\"application\":\"workday\",\"status\":\"INVALID\",\"count\":2}\n");
}

enum { WRITERS = 6, EACH = 15 };

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
    snprintf(id, sizeof id, "w%d-%d", writer->number, i);
    aski_decision *decision = fixture_decision(writer->fixture, id, ASKI_CODE_APPROVED_BY_RULES);
    aski_audit_entry entry = fixture_entry(writer->fixture, decision);
    writer->failures += aski_audit_record_all(&writer->fixture->audit, &writer->fixture->call, &entry, 1, NULL, NULL) !=
                        ASKIAM_STATUS_OK;
    askiam_decision_destroy(decision);
  }
  return NULL;
}

static void integration__audit_many_writers_share_one_chain_in_sqlite(void **state)
{
  s_store *store = *state;
  audit_fixture *fixture = store->fixture;
  pthread_t threads[WRITERS];
  s_writer writers[WRITERS];
  for (int i = 0; i < WRITERS; ++i) {
    writers[i] = (s_writer){fixture, i, 0};
    assert_int_equal(pthread_create(&threads[i], NULL, s_write, &writers[i]), 0);
  }
  for (int i = 0; i < WRITERS; ++i) {
    pthread_join(threads[i], NULL);
    assert_int_equal(writers[i].failures, 0);
  }
  assert_true(fixture_verify(fixture, NULL, NULL));
  assert_true(fixture_out_has(fixture, "\"entries\":90,\"requests\":90,"));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      TEST(integration__audit_trail_in_sqlite_is_sound),
      TEST(integration__audit_repeat_in_sqlite_gives_the_first_decision),
      TEST(integration__audit_changes_in_sqlite_are_seen),
      TEST(integration__audit_erasure_in_sqlite_keeps_the_trail_sound),
      TEST(integration__audit_checkpoint_sees_a_copy_that_was_put_back),
      TEST(integration__audit_relay_from_sqlite),
      TEST(integration__audit_query_over_sqlite),
      TEST(integration__audit_many_writers_share_one_chain_in_sqlite),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
