/* SPDX-License-Identifier: Apache-2.0
 *
 * Files that are missing, foreign, damaged, too new, locked, full or read-only: each is named as what it is. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support.h"

static const char *s_path(const contract *c) { return c->url + strlen("sqlite:"); }

static askiam_status s_version(contract *c)
{
  uint64_t version = 0;
  return c->driver->catalogue->version(c->self, &c->call, &version, &c->error);
}

static askiam_status s_migrate(contract *c)
{
  int from = 0;
  int to = 0;
  return c->driver->admin->migrate(c->self, &c->call, &from, &to, &c->error);
}

/* A session is the smallest thing to write. */
static askiam_status s_write(contract *c, const char *id, askiam_str value)
{
  return c->driver->state->session_put(c->self, &c->call, askiam_str_from(id), value, 0, CONTRACT_NOW_MS + 1,
                                       &c->error);
}

/* The message says which file, and something to do. */
static void s_names(contract *c, const char *advice)
{
  assert_non_null(strstr(c->error.message, "store.db"));
  if (strstr(c->error.message, advice) == NULL) {
    fail_msg("no \"%s\" in: %s", advice, c->error.message);
  }
  assert_int_equal(c->error.layer, ASKIAM_LAYER_STORE);
}

static void s_remove(contract *c)
{
  char path[256];
  const char *const ends[] = {"", "-wal", "-shm"};
  for (size_t i = 0; i < 3; ++i) {
    snprintf(path, sizeof path, "%s%s", s_path(c), ends[i]);
    unlink(path);
  }
}

static void s_put_file(contract *c, const void *bytes, size_t length)
{
  contract_reopen(c);
  s_remove(c);
  FILE *file = fopen(s_path(c), "wb");
  assert_non_null(file);
  assert_int_equal(fwrite(bytes, 1, length, file), length);
  fclose(file);
}

static void s_sql(contract *c, const char *sql)
{
  sqlite3 *db = NULL;
  assert_int_equal(sqlite3_open(s_path(c), &db), SQLITE_OK);
  assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
  sqlite3_close(db);
}

static void damage__a_missing_file_is_not_made_by_looking(void **state)
{
  contract *c = *state;
  contract_reopen(c);
  s_remove(c);
  assert_int_equal(s_version(c), ASKIAM_STATUS_NOT_INITIALISED);
  s_names(c, "askiam init");
  assert_int_equal(s_write(c, "s", ASKI_STR("v")), ASKIAM_STATUS_NOT_INITIALISED);
  assert_int_equal(access(s_path(c), F_OK), -1);
  assert_int_equal(s_migrate(c), ASKIAM_STATUS_OK);
  assert_int_equal(s_version(c), ASKIAM_STATUS_OK);
}

static askiam_status s_ignore(void *context, askiam_str value, int64_t revision)
{
  (void)context;
  (void)value;
  (void)revision;
  return ASKIAM_STATUS_OK;
}

static askiam_status s_read(contract *c, const char *id)
{
  return c->driver->state->session_get(c->self, &c->call, askiam_str_from(id), s_ignore, NULL, &c->error);
}

/* As when a backup takes its place while the store is open: nothing goes to the file that is gone. */
static void damage__a_file_that_was_replaced_is_left(void **state)
{
  contract *c = *state;
  char sql[300];
  char backup[256];
  snprintf(backup, sizeof backup, "%s.backup", s_path(c));
  snprintf(sql, sizeof sql, "VACUUM INTO '%s'", backup);
  s_sql(c, sql);
  assert_int_equal(s_write(c, "gone", ASKI_STR("v")), ASKIAM_STATUS_OK);
  s_remove(c);
  assert_int_equal(rename(backup, s_path(c)), 0);
  assert_int_equal(s_read(c, "gone"), ASKIAM_STATUS_NOT_FOUND);
  assert_int_equal(s_write(c, "kept", ASKI_STR("v")), ASKIAM_STATUS_OK);
  contract_reopen(c);
  assert_int_equal(s_read(c, "kept"), ASKIAM_STATUS_OK);
  s_remove(c);
  assert_int_equal(s_write(c, "lost", ASKI_STR("v")), ASKIAM_STATUS_NOT_INITIALISED);
  assert_int_equal(s_version(c), ASKIAM_STATUS_NOT_INITIALISED);
}

static void damage__an_empty_file_has_no_schema(void **state)
{
  contract *c = *state;
  s_put_file(c, "", 0);
  assert_int_equal(s_version(c), ASKIAM_STATUS_NOT_INITIALISED);
  s_names(c, "askiam init");
  assert_int_equal(s_migrate(c), ASKIAM_STATUS_OK);
  assert_int_equal(s_version(c), ASKIAM_STATUS_OK);
}

static void damage__a_folder_that_is_missing_is_said(void **state)
{
  contract *c = *state;
  c->driver->close(c->self);
  snprintf(c->url, sizeof c->url, "sqlite:%s/none/store.db", c->folder);
  const struct askiam_backend_options options = {
      .url = askiam_str_from(c->url), .allocator = &c->allocator.base, .clock = &c->clock};
  assert_int_equal(c->driver->open(&c->self, NULL, &options, &c->error), ASKIAM_STATUS_OK);
  assert_int_equal(s_migrate(c), ASKIAM_STATUS_UNAVAILABLE);
  s_names(c, "store.url");
}

static void damage__garbage_is_no_store(void **state)
{
  contract *c = *state;
  char garbage[8192];
  memset(garbage, 'x', sizeof garbage);
  s_put_file(c, garbage, sizeof garbage);
  assert_int_equal(s_version(c), ASKIAM_STATUS_CORRUPT);
  s_names(c, "backup");
  assert_int_equal(s_migrate(c), ASKIAM_STATUS_CORRUPT);
}

static void damage__another_programs_database_is_left_alone(void **state)
{
  contract *c = *state;
  s_put_file(c, "", 0);
  s_sql(c, "CREATE TABLE theirs(a)");
  assert_int_equal(s_version(c), ASKIAM_STATUS_CORRUPT);
  s_names(c, "another program");
  assert_int_equal(s_migrate(c), ASKIAM_STATUS_CORRUPT);
  s_sql(c, "INSERT INTO theirs VALUES(1)");
}

static void damage__a_newer_schema_is_said(void **state)
{
  contract *c = *state;
  contract_reopen(c);
  s_sql(c, "INSERT INTO schema_version VALUES(99, 0)");
  assert_int_equal(s_version(c), ASKIAM_STATUS_SCHEMA_NEWER);
  s_names(c, "newer libaskiam");
  assert_int_equal(s_migrate(c), ASKIAM_STATUS_SCHEMA_NEWER);
}

/* Cut at every page, and with each page overwritten in turn: an error or an answer, never a crash. */
static void damage__a_cut_or_scribbled_file_never_crashes(void **state)
{
  contract *c = *state;
  contract_reopen(c);
  s_sql(c, "PRAGMA wal_checkpoint(TRUNCATE)");
  FILE *file = fopen(s_path(c), "rb");
  fseek(file, 0, SEEK_END);
  size_t length = (size_t)ftell(file);
  rewind(file);
  char *whole = malloc(length);
  char *bad = malloc(length);
  assert_int_equal(fread(whole, 1, length, file), length);
  fclose(file);
  size_t corrupt = 0;
  for (size_t page = 0; page < length / 4096; ++page) {
    for (int scribble = 0; scribble < 2; ++scribble) {
      memcpy(bad, whole, length);
      memset(bad + page * 4096, 0xA5, 4096);
      s_put_file(c, bad, scribble ? length : page * 4096);
      aski_facts facts;
      aski_facts_init(&facts, &c->arena);
      askiam_status status = c->driver->catalogue->facts(c->self, &c->call, ASKI_STR("john.doe"), ASKI_STR("li.wei"),
                                                         ASKI_STR("workday"), ASKI_STR("wd-hr"), &facts, &c->error);
      assert_true(status == ASKIAM_STATUS_OK || status == ASKIAM_STATUS_CORRUPT ||
                  status == ASKIAM_STATUS_NOT_INITIALISED);
      corrupt += status == ASKIAM_STATUS_CORRUPT;
    }
  }
  assert_true(corrupt > length / 4096);
  free(whole);
  free(bad);
}

static void damage__a_locked_store_is_busy(void **state)
{
  contract *c = *state;
  sqlite3 *db = NULL;
  assert_int_equal(sqlite3_open(s_path(c), &db), SQLITE_OK);
  assert_int_equal(sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
  assert_int_equal(s_version(c), ASKIAM_STATUS_OK); /* readers do not mind */
  assert_int_equal(s_write(c, "s", ASKI_STR("v")), ASKIAM_STATUS_BUSY);
  s_names(c, "busy_timeout_ms");
  assert_int_equal(c->error.retryable, 1);
  void *session = NULL;
  assert_int_equal(c->driver->admin->import_begin(c->self, &c->call, &session, &c->error), ASKIAM_STATUS_BUSY);
  assert_int_equal(sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL), SQLITE_OK);
  sqlite3_close(db);
  assert_int_equal(s_write(c, "s", ASKI_STR("v")), ASKIAM_STATUS_OK);
}

static void damage__a_deadline_ends_the_wait(void **state)
{
  contract *c = *state;
  sqlite3 *db = NULL;
  assert_int_equal(sqlite3_open(s_path(c), &db), SQLITE_OK);
  assert_int_equal(sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
  c->call.deadline_ticks_ns = 0;
  assert_int_equal(s_write(c, "s", ASKI_STR("v")), ASKIAM_STATUS_TIMEOUT);
  c->call.deadline_ticks_ns = UINT64_MAX;
  int cancelled = 1;
  c->call.cancelled = &cancelled;
  assert_int_equal(s_write(c, "s", ASKI_STR("v")), ASKIAM_STATUS_CANCELLED);
  c->call.cancelled = NULL;
  sqlite3_close(db);
}

/* In a child whose files may not grow. Its exit code tells what happened. */
static int s_write_with_no_room(contract *c)
{
  struct stat found;
  signal(SIGXFSZ, SIG_IGN);
  char wal[256];
  snprintf(wal, sizeof wal, "%s-wal", s_path(c));
  s_write(c, "small", ASKI_STR("v"));
  rlim_t size = stat(wal, &found) == 0 ? (rlim_t)found.st_size + 4096 : 4096;
  const struct rlimit limit = {size, size};
  static char large[256 * 1024];
  memset(large, 'v', sizeof large);
  if (setrlimit(RLIMIT_FSIZE, &limit) != 0) {
    return 90;
  }
  return (int)s_write(c, "large", (askiam_str){large, sizeof large});
}

static void damage__a_full_device_is_said(void **state)
{
  contract *c = *state;
  contract_reopen(c);
  fflush(NULL);
  pid_t child = fork();
  if (child == 0) {
    _exit(s_write_with_no_room(c));
  }
  int outcome = 0;
  assert_int_equal(waitpid(child, &outcome, 0), child);
  assert_true(WIFEXITED(outcome));
  assert_int_equal(WEXITSTATUS(outcome), ASKIAM_STATUS_FULL);
  assert_int_equal(s_write(c, "large", ASKI_STR("v")), ASKIAM_STATUS_OK); /* nothing of it was left */
}

/* In a child that is nobody, so that permissions count. */
static int s_write_without_permission(contract *c)
{
  if (getuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0)) {
    return 90;
  }
  askiam_status looked = s_version(c);
  askiam_status written = s_write(c, "s", ASKI_STR("v"));
  if (looked != ASKIAM_STATUS_OK && looked != ASKIAM_STATUS_READ_ONLY) {
    return 91;
  }
  return strstr(c->error.message, "permissions") != NULL ? (int)written : 92;
}

static void damage__a_read_only_store_is_said(void **state)
{
  contract *c = *state;
  contract_reopen(c);
  chmod(s_path(c), 0444);
  chmod(c->folder, 0555);
  fflush(NULL);
  pid_t child = fork();
  if (child == 0) {
    _exit(s_write_without_permission(c));
  }
  int outcome = 0;
  assert_int_equal(waitpid(child, &outcome, 0), child);
  chmod(c->folder, 0755);
  assert_true(WIFEXITED(outcome));
  assert_int_equal(WEXITSTATUS(outcome), ASKIAM_STATUS_READ_ONLY);
}

static bool s_permit(const contract *c, mode_t mode)
{
  static const char *const ends[] = {"", "-wal", "-shm"}; /* SQLite makes the others as the first is */
  bool good = true;
  for (size_t i = 0; i < 3 && good; ++i) {
    char path[256];
    snprintf(path, sizeof path, "%s%s", s_path(c), ends[i]);
    good = chmod(path, mode) == 0 || errno == ENOENT;
  }
  return good;
}

/* What was opened for reading alone is idle when the file can be written again. */
static int s_write_once_permitted(contract *c)
{
  if (getuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0)) {
    return 90;
  }
  if (!s_permit(c, 0444) || s_version(c) != ASKIAM_STATUS_OK ||
      s_write(c, "s", ASKI_STR("v")) != ASKIAM_STATUS_READ_ONLY || s_version(c) != ASKIAM_STATUS_OK) {
    return 91;
  }
  return s_permit(c, 0644) ? (int)s_write(c, "s", ASKI_STR("v")) : 92;
}

static void damage__a_store_that_can_be_written_again_is_written(void **state)
{
  contract *c = *state;
  contract_reopen(c);
  if (getuid() == 0) {
    assert_int_equal(chown(s_path(c), 65534, 65534), 0);
    chmod(c->folder, 0777);
  }
  fflush(NULL);
  pid_t child = fork();
  if (child == 0) {
    _exit(s_write_once_permitted(c));
  }
  int outcome = 0;
  assert_int_equal(waitpid(child, &outcome, 0), child);
  chmod(c->folder, 0755);
  assert_true(WIFEXITED(outcome));
  assert_int_equal(WEXITSTATUS(outcome), ASKIAM_STATUS_OK);
}

static void damage__a_url_needs_a_path(void **state)
{
  contract *c = *state;
  void *self = NULL;
  const struct askiam_backend_options options = {
      .url = ASKI_STR("sqlite:"), .allocator = &c->allocator.base, .clock = &c->clock};
  assert_int_equal(c->driver->open(&self, NULL, &options, &c->error), ASKIAM_STATUS_CONFIG);
  assert_non_null(strstr(c->error.message, "store.url"));
}

/* Opening and the first look make all that a store needs: a failure at any of it is told, and nothing leaks. */
static void damage__opening_fails_whole_where_memory_runs_out(void **state)
{
  contract *c = *state;
  askiam_status status = ASKIAM_STATUS_NO_MEMORY;
  for (long n = 1; status != ASKIAM_STATUS_OK; ++n) {
    assert_true(n < 1000);
    long outstanding = c->allocator.outstanding;
    void *self = NULL;
    uint64_t version = 0;
    const struct askiam_backend_options options = {
        .url = askiam_str_from(c->url), .allocator = &c->allocator.base, .clock = &c->clock};
    test_allocator_fail_at(&c->allocator, n);
    status = c->driver->open(&self, NULL, &options, &c->error);
    if (status == ASKIAM_STATUS_OK) {
      status = c->driver->catalogue->version(self, &c->call, &version, &c->error);
      c->driver->close(self);
    } else {
      assert_null(self);
    }
    test_allocator_fail_at(&c->allocator, 0);
    assert_int_equal(c->allocator.outstanding, outstanding);
    assert_true(status == ASKIAM_STATUS_NO_MEMORY || (status == ASKIAM_STATUS_OK && version > 0 && n > 3));
  }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, contract_setup_filled, contract_teardown)

int main(void)
{
  contract_current = &contract_places[0];
  contract_busy_timeout = "50";
  const struct CMUnitTest tests[] = {
      TEST(damage__a_missing_file_is_not_made_by_looking),
      TEST(damage__a_file_that_was_replaced_is_left),
      TEST(damage__an_empty_file_has_no_schema),
      TEST(damage__a_folder_that_is_missing_is_said),
      TEST(damage__garbage_is_no_store),
      TEST(damage__another_programs_database_is_left_alone),
      TEST(damage__a_newer_schema_is_said),
      TEST(damage__a_cut_or_scribbled_file_never_crashes),
      TEST(damage__a_locked_store_is_busy),
      TEST(damage__a_deadline_ends_the_wait),
      TEST(damage__a_full_device_is_said),
      TEST(damage__a_read_only_store_is_said),
      TEST(damage__a_store_that_can_be_written_again_is_written),
      TEST(damage__a_url_needs_a_path),
      TEST(damage__opening_fails_whole_where_memory_runs_out),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
