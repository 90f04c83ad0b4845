/* SPDX-License-Identifier: Apache-2.0
 *
 * What this store costs beside libpq itself: the facts about random triples through the store, and, in turns on the same server, one prepared
 * select of one row by its key, and the very statement of the facts, both by libpq alone. Then whole decisions per second from several
 * threads. Prints one JSON object.
 *
 * bench_postgres URL REQUESTS.jsonl THREADS... */
#include <askiam/askiam.h>
#include <askiam/backend/catalogue.h>
#include <libpq-fe.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "backend/options.h"
#include "base/time.h"
#include "model/facts.h"
#include "store/postgres/postgres_store.h"
#include "store/postgres/statements.h"

enum { ROUNDS = 4000, REQUESTS_MAX = 4000, THREADS_MAX = 64, SECONDS = 3 };

static double s_now_us(void)
{
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static int s_compare(const void *left, const void *right)
{
  double a = *(const double *)left;
  double b = *(const double *)right;
  return a < b ? -1 : a > b;
}

static double s_median(double *samples, size_t count)
{
  qsort(samples, count, sizeof *samples, s_compare);
  return samples[count / 2];
}

static void s_fail(const char *what)
{
  fprintf(stderr, "bench_postgres: %s\n", what);
  exit(1);
}

static void s_prepared(PGconn *wire, const char *name, const char *const *values, int count)
{
  static const int binary[4] = {1, 1, 1, 1};
  int lengths[4];
  for (int i = 0; i < count; ++i) {
    lengths[i] = values[i] == NULL ? 0 : (int)strlen(values[i]);
  }
  PGresult *result = PQexecPrepared(wire, name, count, values, lengths, binary, 1);
  if (PQresultStatus(result) != PGRES_TUPLES_OK) {
    s_fail(PQerrorMessage(wire));
  }
  PQclear(result);
}

static PGconn *s_connect(const char *url)
{
  PGconn *wire = PQconnectdb(url);
  static const Oid texts[] = {25, 25, 25, 25};
  PGresult *one = PQprepare(wire, "one", "SELECT user_id, name, email, status FROM users WHERE user_id = $1", 1, texts);
  PGresult *facts = PQprepare(wire, "facts", aski_pg_sql_text(ASKI_PG_SQL_FACTS), 4, texts);
  PGresult *plans = PQexec(wire, "SET plan_cache_mode = force_generic_plan");
  if (PQresultStatus(facts) != PGRES_COMMAND_OK || PQresultStatus(one) != PGRES_COMMAND_OK) {
    s_fail(PQerrorMessage(wire));
  }
  PQclear(one);
  PQclear(facts);
  PQclear(plans);
  return wire;
}

static void s_measure_facts(const char *url)
{
  const askiam_store_driver *driver = aski_postgres_store_driver();
  const askiam_backend_options options = {
      .url = askiam_str_from(url), .allocator = aski_allocator_default(), .clock = aski_clock_system()};
  const struct askiam_call call = {.clock = aski_clock_system(), .deadline_ticks_ns = UINT64_MAX};
  askiam_error error = ASKIAM_ERROR_INIT;
  void *store = NULL;
  static double samples[3][ROUNDS];
  PGconn *wire = s_connect(url);
  PGresult *triples =
      PQexec(wire, "SELECT u.user_id, r.app_id, r.role_id FROM (SELECT user_id, row_number() OVER (ORDER BY"
                   " random()) n FROM users LIMIT 4000) u JOIN (SELECT app_id, role_id, row_number() OVER"
                   " (ORDER BY random()) n FROM roles) r ON r.n = 1 + u.n % (SELECT count(*) FROM roles)");
  int known = PQntuples(triples);
  if (known == 0 || driver->open(&store, NULL, &options, &error) != ASKIAM_STATUS_OK) {
    s_fail(known == 0 ? "there is nobody in that database" : error.message);
  }
  for (int i = 0; i < ROUNDS; ++i) {
    const char *user = PQgetvalue(triples, i % known, 0);
    const char *values[] = {user, NULL, PQgetvalue(triples, i % known, 1), PQgetvalue(triples, i % known, 2)};
    double at[4];
    at[0] = s_now_us();
    s_prepared(wire, "one", values, 1);
    at[1] = s_now_us();
    s_prepared(wire, "facts", values, 4);
    at[2] = s_now_us();
    aski_arena arena;
    aski_facts facts;
    aski_arena_init(&arena, aski_allocator_default());
    aski_facts_init(&facts, &arena);
    if (driver->catalogue->facts(store, &call, askiam_str_from(user), askiam_str_from(user), askiam_str_from(values[2]),
                                 askiam_str_from(values[3]), &facts, &error) != ASKIAM_STATUS_OK) {
      s_fail(error.message);
    }
    at[3] = s_now_us();
    aski_arena_clean_up(&arena);
    for (int k = 0; k < 3; ++k) {
      samples[k][i] = at[k + 1] - at[k];
    }
  }
  double one = s_median(samples[0], ROUNDS);
  double raw = s_median(samples[1], ROUNDS);
  double ours = s_median(samples[2], ROUNDS);
  printf("{\"select_one_row_us\":%.1f,\"facts_by_libpq_us\":%.1f,\"facts_us\":%.1f,\"facts_to_libpq\":%.2f,"
         "\"facts_to_one_row\":%.2f",
         one, raw, ours, ours / raw, ours / one);
  PQclear(triples);
  PQfinish(wire);
  driver->close(store);
}

typedef struct worker {
  askiam_engine *engine;
  askiam_request **requests;
  size_t count, first;
  double until_us;
  size_t decided;
} worker;

static void *s_decide(void *context)
{
  worker *w = context;
  for (size_t i = w->first; s_now_us() < w->until_us; ++i) {
    askiam_decision *decision = NULL;
    askiam_error error = ASKIAM_ERROR_INIT;
    if (askiam_validate(&decision, w->engine, w->requests[i % w->count], &error) != ASKIAM_STATUS_OK) {
      s_fail(error.message);
    }
    askiam_decision_destroy(decision);
    ++w->decided;
  }
  return NULL;
}

static askiam_engine *s_engine(const char *url)
{
  askiam_config *config = NULL;
  askiam_engine *engine = NULL;
  askiam_error error = ASKIAM_ERROR_INIT;
  if (askiam_config_new(&config, NULL, &error) != ASKIAM_STATUS_OK ||
      askiam_config_set(config, "store.url", url, &error) != ASKIAM_STATUS_OK ||
      askiam_config_set(config, "store.pool_size", "64", &error) != ASKIAM_STATUS_OK ||
      askiam_config_set(config, "log.level", "off", &error) != ASKIAM_STATUS_OK ||
      askiam_engine_new(&engine, config, &error) != ASKIAM_STATUS_OK) {
    s_fail(error.message);
  }
  askiam_config_destroy(config);
  return engine;
}

static void s_measure_decisions(const char *url, askiam_request **requests, size_t count, int threads)
{
  askiam_engine *engine = s_engine(url);
  pthread_t ids[THREADS_MAX];
  worker workers[THREADS_MAX];
  double began_us = s_now_us();
  for (int i = 0; i < threads; ++i) {
    workers[i] = (worker){engine, requests, count, (size_t)i * 61, began_us + SECONDS * 1e6, 0};
    if (pthread_create(&ids[i], NULL, s_decide, &workers[i]) != 0) {
      s_fail("no more threads");
    }
  }
  size_t decided = 0;
  for (int i = 0; i < threads; ++i) {
    pthread_join(ids[i], NULL);
    decided += workers[i].decided;
  }
  printf(",\"decisions_per_s_%d\":%.0f", threads, (double)decided / ((s_now_us() - began_us) / 1e6));
  askiam_engine_destroy(engine);
}

int main(int argc, char **argv)
{
  static askiam_request *requests[REQUESTS_MAX];
  if (argc < 3) {
    s_fail("bench_postgres URL REQUESTS.jsonl THREADS...");
  }
  size_t count = 0;
  FILE *file = fopen(argv[2], "r");
  char line[8192];
  while (file != NULL && count < REQUESTS_MAX && fgets(line, sizeof line, file) != NULL) {
    askiam_error error = ASKIAM_ERROR_INIT;
    askiam_str json = {line, strcspn(line, "\n")};
    if (askiam_request_from_json(&requests[count], json, NULL, &error) != ASKIAM_STATUS_OK) {
      s_fail(error.message);
    }
    ++count;
  }
  if (count == 0) {
    s_fail("there are no requests");
  }
  fclose(file);
  s_measure_facts(argv[1]);
  for (int i = 3; i < argc; ++i) {
    int threads = atoi(argv[i]);
    s_measure_decisions(argv[1], requests, count, threads < 1 ? 1 : threads > THREADS_MAX ? THREADS_MAX : threads);
  }
  printf("}\n");
  for (size_t i = 0; i < count; ++i) {
    askiam_request_destroy(requests[i]);
  }
  return 0;
}
