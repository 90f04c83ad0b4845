/* SPDX-License-Identifier: Apache-2.0 */
#include "tokens.h"

int aski_fts5_api(fts5_api **out_api, sqlite3 *db)
{
  sqlite3_stmt *statement = NULL;
  *out_api = NULL;
  int code = sqlite3_prepare_v2(db, "SELECT fts5(?1)", -1, &statement, NULL);
  if (code == SQLITE_OK) {
    sqlite3_bind_pointer(statement, 1, (void *)out_api, "fts5_api_ptr", NULL);
    sqlite3_step(statement);
  }
  sqlite3_finalize(statement);
  return code;
}

int aski_tokenizer_open(aski_tokenizer *out_tokenizer, fts5_api *api)
{
  const char *settings[] = {"unicode61", "remove_diacritics", "2"};
  void *context = NULL;
  int code = api->xFindTokenizer(api, "porter", &context, &out_tokenizer->table);
  return code == SQLITE_OK ? out_tokenizer->table.xCreate(context, settings, 3, &out_tokenizer->self) : code;
}

void aski_tokenizer_close(aski_tokenizer *tokenizer)
{
  if (tokenizer->self != NULL) {
    tokenizer->table.xDelete(tokenizer->self);
    tokenizer->self = NULL;
  }
}

typedef int (*token_fn)(void *context, int flags, const char *token, int length, int start, int end);

static int s_tokenize(const aski_tokenizer *tokenizer, int why, askiam_str text, void *context, token_fn token)
{
  return tokenizer->table.xTokenize(tokenizer->self, context, why, text.data, (int)text.length, token);
}

typedef struct one_token {
  aski_arena *arena;
  askiam_str token;
  size_t count;
} one_token;

static int s_take_one(void *context, int flags, const char *token, int length, int start, int end)
{
  (void)flags;
  (void)start;
  (void)end;
  one_token *one = context;
  one->token = aski_arena_copy(one->arena, (askiam_str){token, (size_t)length});
  ++one->count;
  return SQLITE_OK;
}

bool aski_tokens_of_words(aski_match_words *words, aski_arena *arena, const aski_tokenizer *tokenizer)
{
  for (size_t i = 0; i < words->count; ++i) {
    one_token one = {.arena = arena};
    int code = s_tokenize(tokenizer, FTS5_TOKENIZE_QUERY, words->items[i], &one, s_take_one);
    if (code != SQLITE_OK || one.count != 1 || arena->failed) {
      return false;
    }
    words->items[i] = one.token;
  }
  return true;
}

typedef struct token_count {
  const aski_match_words *tokens;
  aski_words_hit *hit;
  unsigned worth;
  uint32_t length;
} token_count;

static int s_count(void *context, int flags, const char *token, int length, int start, int end)
{
  (void)flags;
  (void)start;
  (void)end;
  token_count *count = context;
  askiam_str found = {token, (size_t)length};
  ++count->length;
  for (size_t i = 0; i < count->tokens->count; ++i) {
    if (aski_str_equal(found, count->tokens->items[i])) {
      aski_words_found(count->hit, i, count->worth);
    }
  }
  return SQLITE_OK;
}

int aski_tokens_count(aski_words_hit *hit, const aski_tokenizer *tokenizer, const aski_match_words *tokens,
                      askiam_str title, askiam_str text)
{
  token_count in_title = {.tokens = tokens, .hit = hit, .worth = ASKI_WORDS_TITLE_WORTH};
  token_count in_text = {.tokens = tokens, .hit = hit, .worth = 1};
  int code = s_tokenize(tokenizer, FTS5_TOKENIZE_DOCUMENT, title, &in_title, s_count);
  if (code == SQLITE_OK) {
    code = s_tokenize(tokenizer, FTS5_TOKENIZE_DOCUMENT, text, &in_text, s_count);
  }
  hit->length = in_text.length;
  return code;
}
