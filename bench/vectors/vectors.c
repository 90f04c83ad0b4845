/* SPDX-License-Identifier: Apache-2.0
 *
 * Exact search for the nearest among many vectors: the embedded search over a store's documents (all of which concern every request),
 * with and without its sketch, beside sqlite-vec over the same vectors in a file of its own; in turns, in one process. Prints one JSON
 * object.
 *
 * bench_vectors STORE.db VEC0.so VEC.db */
#include <math.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "backend/options.h"
#include "base/time.h"
#include "model/case.h"
#include "search/embedded/embedded_search.h"

enum { QUERIES = 40, NEAREST = 5, CANDIDATES = 20, DIMENSION_MAX = 4096, MODEL_BYTES = 256 };

typedef struct s_bench {
  sqlite3 *db;
  sqlite3 *vec;
  size_t dimension;
  long long count;
  char model[MODEL_BYTES];
  void *plain, *sketched; /* the embedded search */
  float query[DIMENSION_MAX];
  char found[2][NEAREST][64]; /* ids */
} s_bench;

static void s_fail(const char *what, const char *why)
{
  fprintf(stderr, "bench_vectors: %s: %s\n", what, why);
  exit(1);
}

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

static double s_median_ms(double *samples)
{
  qsort(samples, QUERIES, sizeof *samples, s_compare);
  return samples[QUERIES / 2] / 1e3;
}

static sqlite3_stmt *s_prepare(sqlite3 *db, const char *sql)
{
  sqlite3_stmt *statement = NULL;
  if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK) {
    s_fail(sql, sqlite3_errmsg(db));
  }
  return statement;
}

static void s_run(sqlite3 *db, const char *sql)
{
  if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK) {
    s_fail(sql, sqlite3_errmsg(db));
  }
}

/* The documents' own vectors into a table of sqlite-vec, with as many candidates as the embedded search keeps. */
static void s_copy(s_bench *bench)
{
  char sql[160];
  snprintf(sql, sizeof sql, "CREATE VIRTUAL TABLE v USING vec0(embedding float[%zu] distance_metric=cosine)",
           bench->dimension);
  s_run(bench->vec, sql);
  s_run(bench->vec, "BEGIN");
  sqlite3_stmt *all = s_prepare(bench->db, "SELECT document_no, embedding FROM documents ORDER BY document_no");
  sqlite3_stmt *insert = s_prepare(bench->vec, "INSERT INTO v(rowid, embedding) VALUES(?1, ?2)");
  while (sqlite3_step(all) == SQLITE_ROW) {
    sqlite3_bind_int64(insert, 1, sqlite3_column_int64(all, 0));
    sqlite3_bind_blob(insert, 2, sqlite3_column_blob(all, 1), sqlite3_column_bytes(all, 1), SQLITE_STATIC);
    sqlite3_step(insert);
    sqlite3_reset(insert);
    ++bench->count;
  }
  sqlite3_finalize(all);
  sqlite3_finalize(insert);
  s_run(bench->vec, "COMMIT");
}

static void s_open_files(s_bench *bench, const char *store, const char *extension, const char *vec)
{
  char *why = NULL;
  if (sqlite3_open_v2(store, &bench->db, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK ||
      sqlite3_open(vec, &bench->vec) != SQLITE_OK) {
    s_fail(store, "cannot be opened");
  }
  sqlite3_enable_load_extension(bench->vec, 1);
  if (sqlite3_load_extension(bench->vec, extension, NULL, &why) != SQLITE_OK) {
    s_fail(extension, why);
  }
  sqlite3_stmt *one = s_prepare(bench->db, "SELECT model, length(embedding) / 4 FROM documents LIMIT 1");
  if (sqlite3_step(one) != SQLITE_ROW) {
    s_fail(store, "has no documents");
  }
  snprintf(bench->model, sizeof bench->model, "%s", (const char *)sqlite3_column_text(one, 0));
  bench->dimension = (size_t)sqlite3_column_int64(one, 1);
  sqlite3_finalize(one);
}

static askiam_str s_get(const void *settings, const char *key)
{
  return strcmp(key, "search.sketch_mib") == 0 ? askiam_str_from(settings) : ASKI_STR("");
}

static void *s_open_search(const char *store, const char *sketch_mib)
{
  char url[1024];
  snprintf(url, sizeof url, "sqlite:%s", store);
  askiam_backend_options options = {.url = askiam_str_from(url),
                                    .get = s_get,
                                    .settings = sketch_mib,
                                    .allocator = aski_allocator_default(),
                                    .clock = aski_clock_system()};
  void *self = NULL;
  askiam_error error = ASKIAM_ERROR_INIT;
  if (aski_embedded_search()->open(&self, NULL, &options, &error) != ASKIAM_STATUS_OK) {
    s_fail(store, error.message);
  }
  return self;
}

/* By vectors alone: the text has no word. */
static double s_embedded(s_bench *bench, void *self)
{
  static const int running = 0;
  askiam_call call = {.clock = aski_clock_system(), .deadline_ticks_ns = UINT64_MAX, .cancelled = &running};
  aski_arena arena;
  aski_arena_init(&arena, aski_allocator_default());
  askiam_documents documents = {.arena = &arena};
  askiam_search_query query = {.text = ASKI_STR("-"),
                               .vector = bench->query,
                               .dimension = bench->dimension,
                               .model = askiam_str_from(bench->model),
                               .application_id = ASKI_STR("none"),
                               .role_id = ASKI_STR("none"),
                               .top_k = NEAREST};
  askiam_error error = ASKIAM_ERROR_INIT;
  double begin = s_now_us();
  askiam_status status = aski_embedded_search()->documents(self, &call, &query, &documents, &error);
  double took = s_now_us() - begin;
  if (status != ASKIAM_STATUS_OK) {
    s_fail("search", error.message);
  }
  for (size_t i = 0; i < NEAREST; ++i) {
    snprintf(bench->found[0][i], sizeof bench->found[0][i], "%s",
             i < documents.count ? documents.items[i].id.data : "");
  }
  aski_arena_clean_up(&arena);
  return took;
}

/* As many rows as the embedded search looks at; then the texts of the first, as that one gives. */
static double s_sqlite_vec(s_bench *bench, sqlite3_stmt *nearest, sqlite3_stmt *texts)
{
  double begin = s_now_us();
  sqlite3_bind_blob(nearest, 1, bench->query, (int)(bench->dimension * sizeof(float)), SQLITE_STATIC);
  sqlite3_bind_int(nearest, 2, CANDIDATES);
  for (size_t i = 0; sqlite3_step(nearest) == SQLITE_ROW;) {
    if (i < NEAREST) {
      sqlite3_bind_int64(texts, 1, sqlite3_column_int64(nearest, 0));
      sqlite3_step(texts);
      snprintf(bench->found[1][i++], sizeof bench->found[1][0], "%s", (const char *)sqlite3_column_text(texts, 0));
      sqlite3_reset(texts);
    }
  }
  sqlite3_reset(nearest);
  return s_now_us() - begin;
}

/* A direction near a document's. */
static void s_next_query(s_bench *bench, sqlite3_stmt *pick, int round)
{
  sqlite3_bind_int64(pick, 1, 1 + (long long)round * 2477 % bench->count);
  if (sqlite3_step(pick) != SQLITE_ROW || (size_t)sqlite3_column_bytes(pick, 0) != bench->dimension * sizeof(float)) {
    s_fail("documents", "one has no vector");
  }
  memcpy(bench->query, sqlite3_column_blob(pick, 0), bench->dimension * sizeof(float));
  sqlite3_reset(pick);
  float length = 0;
  for (size_t i = 0; i < bench->dimension; ++i) {
    bench->query[i] += i % 7 == (size_t)round % 7 ? 0.02F : 0;
    length += bench->query[i] * bench->query[i];
  }
  for (size_t i = 0; i < bench->dimension; ++i) {
    bench->query[i] /= sqrtf(length);
  }
}

int main(int argc, char **argv)
{
  static s_bench bench;
  static double times[3][QUERIES];
  if (argc != 4) {
    s_fail("usage", "bench_vectors STORE.db VEC0.so VEC.db");
  }
  s_open_files(&bench, argv[1], argv[2], argv[3]);
  s_copy(&bench);
  bench.plain = s_open_search(argv[1], "0");
  bench.sketched = s_open_search(argv[1], "1024");
  sqlite3_stmt *pick = s_prepare(bench.db, "SELECT embedding FROM documents WHERE document_no = ?1");
  sqlite3_stmt *texts = s_prepare(bench.db, "SELECT id, title, text FROM documents WHERE document_no = ?1");
  sqlite3_stmt *nearest = s_prepare(bench.vec, "SELECT rowid FROM v WHERE embedding MATCH ?1 AND k = ?2");
  int same = 0;
  for (int round = -3; round < QUERIES; ++round) {
    s_next_query(&bench, pick, round + 3);
    double took[3] = {s_embedded(&bench, bench.plain), s_sqlite_vec(&bench, nearest, texts),
                      s_embedded(&bench, bench.sketched)};
    for (int i = 0; i < 3 && round >= 0; ++i) {
      times[i][round] = took[i];
    }
    same += round >= 0 && strcmp(bench.found[0][0], bench.found[1][0]) == 0;
  }
  double plain = s_median_ms(times[0]);
  double vec = s_median_ms(times[1]);
  double sketched = s_median_ms(times[2]);
  printf("{\"vectors\":%lld,\"dimension\":%zu,\"sqlite_vec_ms\":%.2f,\"embedded_ms\":%.2f,\"embedded_first_ms\":%.2f,"
         "\"ratio\":%.1f,\"same_nearest\":\"%d of %d\"}\n",
         bench.count, bench.dimension, vec, sketched, plain, vec / sketched, same, QUERIES);
  sqlite3_finalize(pick);
  sqlite3_finalize(texts);
  sqlite3_finalize(nearest);
  aski_embedded_search()->close(bench.plain);
  aski_embedded_search()->close(bench.sketched);
  sqlite3_close(bench.db);
  sqlite3_close(bench.vec);
  return 0;
}
