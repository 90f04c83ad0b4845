/* SPDX-License-Identifier: Apache-2.0 */
#include "words.h"

#include <math.h>

enum { COLUMN_TITLE = 0, COLUMN_TEXT = 1, TITLE_COUNTS = 2 };
/* What aski_words gives: the length, then a byte for each word. */
typedef struct hit_blob {
  uint32_t length;
  uint8_t times[ASKI_MATCH_WORDS_MAX];
} hit_blob;

static int s_count(const Fts5ExtensionApi *api, Fts5Context *context, hit_blob *out_blob)
{
  int instances = 0;
  int code = api->xInstCount(context, &instances);
  for (int i = 0; i < instances && code == SQLITE_OK; ++i) {
    int phrase = 0;
    int column = 0;
    int offset = 0;
    code = api->xInst(context, i, &phrase, &column, &offset);
    int word = phrase - ASKI_MATCH_SCOPE_PHRASES;
    if (word >= 0 && word < ASKI_MATCH_WORDS_MAX) {
      int times = out_blob->times[word] + (column == COLUMN_TITLE ? TITLE_COUNTS : 1);
      out_blob->times[word] = (uint8_t)(times < UINT8_MAX ? times : UINT8_MAX);
    }
  }
  int length = 0;
  code = code == SQLITE_OK ? api->xColumnSize(context, COLUMN_TEXT, &length) : code;
  out_blob->length = length > 0 ? (uint32_t)length : 0;
  return code;
}

static void s_words(const Fts5ExtensionApi *api, Fts5Context *context, sqlite3_context *result, int value_count,
                    sqlite3_value **values)
{
  (void)value_count;
  (void)values;
  hit_blob blob = {0};
  int code = s_count(api, context, &blob);
  if (code != SQLITE_OK) {
    sqlite3_result_error_code(result, code);
    return;
  }
  sqlite3_result_blob(result, &blob, (int)sizeof blob, SQLITE_TRANSIENT);
}

int aski_words_register(sqlite3 *db)
{
  fts5_api *api = NULL;
  sqlite3_stmt *statement = NULL;
  int code = sqlite3_prepare_v2(db, "SELECT fts5(?1)", -1, &statement, NULL);
  if (code == SQLITE_OK) {
    sqlite3_bind_pointer(statement, 1, (void *)&api, "fts5_api_ptr", NULL);
    sqlite3_step(statement);
  }
  sqlite3_finalize(statement);
  if (code != SQLITE_OK || api == NULL) {
    return code == SQLITE_OK ? SQLITE_ERROR : code;
  }
  return api->xCreateFunction(api, "aski_words", NULL, s_words, NULL);
}

bool aski_words_add(aski_words_hits *hits, aski_arena *arena, int64_t document, const void *blob, size_t size_bytes)
{
  aski_words_hit *hit = ASKI_ARENA_PUSH(arena, hits);
  if (hit == NULL) {
    return false;
  }
  hit_blob read = {0};
  if (blob != NULL && size_bytes == sizeof read) {
    memcpy(&read, blob, sizeof read);
  }
  *hit = (aski_words_hit){.document = document, .length = read.length};
  memcpy(hit->times, read.times, sizeof hit->times);
  return true;
}

void aski_words_rank(const aski_words_hits *hits, aski_best *best)
{
  double length = 0.0;
  double holders[ASKI_MATCH_WORDS_MAX] = {0};
  double rarity[ASKI_MATCH_WORDS_MAX];
  double count = (double)hits->count;
  for (size_t i = 0; i < hits->count; ++i) {
    length += (double)hits->items[i].length;
    for (size_t word = 0; word < ASKI_MATCH_WORDS_MAX; ++word) {
      holders[word] += hits->items[i].times[word] > 0 ? 1.0 : 0.0;
    }
  }
  for (size_t word = 0; word < ASKI_MATCH_WORDS_MAX; ++word) {
    rarity[word] = log(1.0 + (count - holders[word] + 0.5) / (holders[word] + 0.5));
  }
  const double k1 = 1.2;
  const double b = 0.75;
  double mean = length > 0.0 ? length / count : 1.0;
  for (size_t i = 0; i < hits->count; ++i) {
    const aski_words_hit *hit = &hits->items[i];
    double damping = k1 * (1.0 - b + b * (double)hit->length / mean);
    double score = 0.0;
    for (size_t word = 0; word < ASKI_MATCH_WORDS_MAX; ++word) {
      double times = (double)hit->times[word];
      score += rarity[word] * times * (k1 + 1.0) / (times + damping + 1e-9); /* never 0 / 0 */
    }
    aski_best_offer(best, (aski_hit){hit->document, score});
  }
}
