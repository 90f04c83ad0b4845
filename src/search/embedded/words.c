/* SPDX-License-Identifier: Apache-2.0 */
#include "words.h"

#include <math.h>

enum { COLUMN_TITLE = 0, COLUMN_TEXT = 1 };

void aski_words_found(aski_words_hit *hit, size_t word, unsigned worth)
{
  unsigned times = hit->times[word] + worth;
  hit->times[word] = (uint8_t)(times < UINT8_MAX ? times : UINT8_MAX);
}

static int s_count(const Fts5ExtensionApi *api, Fts5Context *context, aski_words_hit *out_hit)
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
      aski_words_found(out_hit, (size_t)word, column == COLUMN_TITLE ? ASKI_WORDS_TITLE_WORTH : 1);
    }
  }
  int length = 0;
  code = code == SQLITE_OK ? api->xColumnSize(context, COLUMN_TEXT, &length) : code;
  out_hit->length = length > 0 ? (uint32_t)length : 0;
  return code;
}

static void s_words(const Fts5ExtensionApi *api, Fts5Context *context, sqlite3_context *result, int value_count,
                    sqlite3_value **values)
{
  (void)value_count;
  (void)values;
  aski_words_hit hit = {.document = api->xRowid(context)};
  int code = s_count(api, context, &hit);
  if (code != SQLITE_OK) {
    sqlite3_result_error_code(result, code);
    return;
  }
  sqlite3_result_blob(result, &hit, (int)sizeof hit, SQLITE_TRANSIENT);
}

int aski_words_register(fts5_api *api) { return api->xCreateFunction(api, "aski_words", NULL, s_words, NULL); }

bool aski_words_any(const aski_words_hit *hit)
{
  static const uint8_t none[ASKI_MATCH_WORDS_MAX];
  return memcmp(hit->times, none, sizeof none) != 0;
}

bool aski_words_add(aski_words_hits *hits, aski_arena *arena, const aski_words_hit *hit)
{
  aski_words_hit *added = ASKI_ARENA_PUSH(arena, hits);
  if (added == NULL) {
    return false;
  }
  *added = *hit;
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
