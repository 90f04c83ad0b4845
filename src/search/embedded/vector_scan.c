/* SPDX-License-Identifier: Apache-2.0
 *
 * Finding by vectors: what is about the role or the application is read and compared; of what concerns every request only that which
 * the sketch leaves, once there is one. The result is the same. */
#include "scan.h"
#include "sketches.h"

/* Above one in so many, reading all in their order is faster than reading each by its number. */
enum { CHOSEN_PART = 16 };

typedef struct s_scan {
  const aski_search_work *work;
  const askiam_search_query *query;
  aski_search_found *found;
  aski_sketch_key key;
} s_scan;

static askiam_status s_read_scoped(const s_scan *scan)
{
  sqlite3_stmt *statement = NULL;
  askiam_status status = aski_search_start(&statement, scan->work, scan->query, ASKI_SEARCH_VECTORS);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  int code = sqlite3_step(statement);
  for (; code == SQLITE_ROW; code = sqlite3_step(statement)) {
    aski_search_compare(scan->query, sqlite3_column_int64(statement, 0), statement, 1, scan->found);
  }
  return aski_search_end(scan->work, code);
}

/* All of them, which also fills a sketch that is wanted. */
static askiam_status s_read_global(size_t *out_count, const s_scan *scan, aski_sketch *sketch)
{
  sqlite3_stmt *statement = NULL;
  askiam_status status = aski_search_ready(&statement, scan->work, ASKI_SEARCH_GLOBAL);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  aski_search_bind(statement, 1, scan->key.model);
  *out_count = 0;
  int code = sqlite3_step(statement);
  for (; code == SQLITE_ROW; code = sqlite3_step(statement)) {
    int64_t document = sqlite3_column_int64(statement, 0);
    const unsigned char *stored = aski_search_compare(scan->query, document, statement, 1, scan->found);
    *out_count += stored != NULL;
    if (stored != NULL && sketch != NULL) {
      aski_sketch_add(sketch, document, stored);
    }
  }
  return aski_search_end(scan->work, code);
}

static askiam_status s_read_version(s_scan *scan)
{
  sqlite3_stmt *statement = NULL;
  askiam_status status = aski_search_ready(&statement, scan->work, ASKI_SEARCH_VERSION);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  int code = sqlite3_step(statement);
  if (code != SQLITE_ROW) {
    return aski_search_end(scan->work, code == SQLITE_DONE ? SQLITE_CORRUPT : code);
  }
  scan->key.version = sqlite3_column_int64(statement, 0);
  return ASKIAM_STATUS_OK;
}

static askiam_status s_read_chosen(const s_scan *scan, aski_sketch_choice chosen)
{
  sqlite3_stmt *statement = NULL;
  askiam_status status = aski_search_ready(&statement, scan->work, ASKI_SEARCH_VECTOR);
  scan->found->compared = true;
  for (size_t i = 0; i < chosen.count && status == ASKIAM_STATUS_OK; ++i) {
    sqlite3_reset(statement);
    sqlite3_bind_int64(statement, 1, chosen.documents[i]);
    aski_search_bind(statement, 2, scan->key.model);
    int code = sqlite3_step(statement);
    if (code == SQLITE_ROW) {
      aski_search_compare(scan->query, chosen.documents[i], statement, 1, scan->found);
      code = sqlite3_step(statement);
    }
    status = aski_search_end(scan->work, code);
  }
  return status;
}

/* By the sketch of this version. *out_done is false where there is none, or where it leaves too many. */
static askiam_status s_use_sketch(bool *out_done, const s_scan *scan)
{
  *out_done = false;
  aski_sketches *sketches = &scan->work->pool->sketches;
  const aski_kept_sketch *kept = aski_sketches_hold(sketches, &scan->key);
  if (kept == NULL) {
    return ASKIAM_STATUS_OK;
  }
  const aski_sketch *sketch = aski_sketches_of(kept);
  const float *vector = askiam_search_query_vector(scan->query, NULL);
  aski_sketch_choice chosen;
  askiam_status status =
      aski_sketch_choose(&chosen, scan->work->arena, sketch, vector, scan->found->vectors.limit, ASKI_LIKENESS_MIN)
          ? ASKIAM_STATUS_OK
          : aski_search_no_memory(scan->work);
  *out_done = status == ASKIAM_STATUS_OK && chosen.count <= sketch->count / CHOSEN_PART;
  if (*out_done) {
    status = s_read_chosen(scan, chosen);
  }
  aski_sketches_release(sketches, kept);
  return status;
}

/* Reads them all, and has the shelf know it where they are many. A file that is opened for one search may be another one by the next: it
 * has no sketch. */
static askiam_status s_read_all(s_scan *scan, bool keyed)
{
  aski_sketches *sketches = &scan->work->pool->sketches;
  aski_sketch *sketch = keyed ? aski_sketches_begin(sketches, &scan->key) : NULL;
  size_t count = 0;
  askiam_status status = s_read_global(&count, scan, sketch);
  bool many = status == ASKIAM_STATUS_OK && !scan->work->connection->settled &&
              aski_sketches_want(sketches, count, scan->key.dimension);
  if (many && !keyed) {
    status = s_read_version(scan);
  }
  if (many && status == ASKIAM_STATUS_OK) {
    aski_sketches_end(sketches, &scan->key, count, sketch);
  } else {
    aski_sketch_destroy(sketch);
  }
  return status;
}

static askiam_status s_read_concerning_all(s_scan *scan)
{
  bool keyed = !scan->work->connection->settled && aski_sketches_any(&scan->work->pool->sketches);
  bool done = false;
  askiam_status status = keyed ? s_read_version(scan) : ASKIAM_STATUS_OK;
  if (status == ASKIAM_STATUS_OK && keyed) {
    status = s_use_sketch(&done, scan);
  }
  return status == ASKIAM_STATUS_OK && !done ? s_read_all(scan, keyed) : status;
}

askiam_status aski_search_scan_vectors(const aski_search_work *work, const askiam_search_query *query,
                                       aski_search_found *found)
{
  s_scan scan = {.work = work, .query = query, .found = found, .key = {.model = askiam_search_query_model(query)}};
  if (askiam_search_query_vector(query, &scan.key.dimension) == NULL) {
    return ASKIAM_STATUS_OK;
  }
  askiam_status status = s_read_scoped(&scan);
  return status == ASKIAM_STATUS_OK ? s_read_concerning_all(&scan) : status;
}
