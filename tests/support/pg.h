/* SPDX-License-Identifier: Apache-2.0
 *
 * A real PostgreSQL for the tests of one program: started when it is first asked for, gone with the program (tests/support/pg-server). */
#ifndef TESTS_SUPPORT_PG_H
#define TESTS_SUPPORT_PG_H

#include <stddef.h>

enum { PG_URL_BYTES = 256 };

/* The folder of the server, in which it has its socket; the port of the server, and of a pgbouncer before it in transaction mode. */
const char *pg_folder(void);
int pg_port(void);
int pg_pooler_port(void);
/* A new, empty database: its URL at `port`. */
void pg_new_database(char out_url[PG_URL_BYTES], int port);
/* Runs statements as the superuser in the database of this URL (which may be one of the pooler); fails the test where they fail. */
void pg_execute(const char *url, const char *sql);
/* The first value of the first row; "" where there is none. */
void pg_value(const char *url, const char *sql, char *out, size_t size_bytes);
/* Kills the server at once, as a crash would, and starts it again on the same port. */
void pg_restart(void);
/* The process id of the server, for signals. */
int pg_process(void);

#endif
