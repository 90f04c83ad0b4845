/* SPDX-License-Identifier: Apache-2.0 */
#include "support/pg.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>
#include <libpq-fe.h>

static char s_folder[64];
static int s_port;
static int s_pooler_port;
static int s_databases;
static pid_t s_owner;

/* The last line that a command prints, as a number. */
static int s_number_of(const char *command)
{
  FILE *pipe = popen(command, "r");
  assert_non_null(pipe);
  char line[256];
  int number = 0;
  while (fgets(line, sizeof line, pipe) != NULL) {
    number = atoi(line);
  }
  assert_int_equal(pclose(pipe), 0);
  assert_true(number > 0);
  return number;
}

static void s_stop(void)
{
  char command[512];
  snprintf(command, sizeof command, "%s/tests/support/pg-server stop %s", ASKIAM_SOURCE_DIR, s_folder);
  if (getpid() == s_owner && system(command) != 0) {
    fprintf(stderr, "the server in %s could not be stopped\n", s_folder);
  }
}

static void s_start(void)
{
  char command[512];
  snprintf(s_folder, sizeof s_folder, "/tmp/askiam-pg-XXXXXX");
  assert_non_null(mkdtemp(s_folder));
  snprintf(command, sizeof command, "%s/tests/support/pg-server start %s %d", ASKIAM_SOURCE_DIR, s_folder,
           (int)getpid());
  s_port = s_number_of(command);
  s_owner = getpid();
  atexit(s_stop);
}

const char *pg_folder(void)
{
  pg_port();
  return s_folder;
}

int pg_port(void)
{
  if (s_port == 0) {
    s_start();
  }
  return s_port;
}

int pg_pooler_port(void)
{
  if (s_pooler_port == 0) {
    char command[512];
    snprintf(command, sizeof command, "%s/tests/support/pg-server pooler %s %d", ASKIAM_SOURCE_DIR, pg_folder(),
             (int)getpid());
    s_pooler_port = s_number_of(command);
  }
  return s_pooler_port;
}

static PGresult *s_run(const char *url, const char *sql)
{
  PGconn *connection = PQconnectdb(url);
  if (PQstatus(connection) != CONNECTION_OK) {
    fail_msg("%s", PQerrorMessage(connection));
  }
  PGresult *result = PQexec(connection, sql);
  ExecStatusType status = PQresultStatus(result);
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
    fail_msg("%s: %s", sql, PQerrorMessage(connection));
  }
  PQfinish(connection);
  return result;
}

void pg_execute(const char *url, const char *sql) { PQclear(s_run(url, sql)); }

void pg_value(const char *url, const char *sql, char *out, size_t size_bytes)
{
  PGresult *result = s_run(url, sql);
  snprintf(out, size_bytes, "%s", PQntuples(result) > 0 ? PQgetvalue(result, 0, 0) : "");
  PQclear(result);
}

void pg_new_database(char out_url[PG_URL_BYTES], int port)
{
  char server[PG_URL_BYTES];
  char sql[64];
  snprintf(server, sizeof server, "postgresql://postgres@127.0.0.1:%d/postgres", pg_port());
  snprintf(sql, sizeof sql, "CREATE DATABASE d%d", ++s_databases);
  pg_execute(server, sql);
  snprintf(out_url, PG_URL_BYTES, "postgresql://postgres@127.0.0.1:%d/d%d", port, s_databases);
}

void pg_restart(void)
{
  char command[512];
  snprintf(command, sizeof command, "%s/tests/support/pg-server restart %s", ASKIAM_SOURCE_DIR, s_folder);
  assert_int_equal(system(command), 0);
}

int pg_process(void)
{
  char path[128];
  snprintf(path, sizeof path, "%s/data/postmaster.pid", pg_folder());
  FILE *file = fopen(path, "r");
  assert_non_null(file);
  char line[32] = "";
  assert_non_null(fgets(line, sizeof line, file));
  fclose(file);
  return atoi(line);
}
