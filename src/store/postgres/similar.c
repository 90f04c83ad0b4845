/* SPDX-License-Identifier: Apache-2.0
 *
 * Names worth suggesting, by one statement: rows from several places of the indexes on, as every store looks (store/common/likeness.h), and by
 * pg_trgm what shares most letters, where that is there. */
#include <stdlib.h>

#include "store/common/keys.h"
#include "store/common/likeness.h"
#include "store/postgres/candidates.h"

/* Parts of the statement, as it numbers them. */
enum { PART_WORDS = 2, PART_USER_NAMES, PART_USER_IDS, PART_ROLES, PART_TRIGRAMS, PART_END };
enum { VALUES_OF_PART = 2 };
enum { COLUMN_PLACE = ASKI_PG_REST, COLUMN_TEXT, COLUMN_ROW };

/* A place in an index: rows from `start` on, as far as their key begins with `beginning`. */
typedef struct s_place {
  size_t term;
  askiam_str start;
  askiam_str beginning;
  int64_t broken_at; /* the first row of this place that begins otherwise */
} s_place;

typedef struct s_places {
  s_place *items;
  size_t count, capacity;
} s_places;

typedef struct s_similar {
  aski_pg_look *look;
  s_places places[PART_END];
} s_similar;

static void s_add_place(s_similar *similar, int part, size_t term, askiam_str start, askiam_str beginning)
{
  s_place *place = ASKI_ARENA_PUSH(similar->look->arena, &similar->places[part]);
  if (place != NULL) {
    *place = (s_place){term, start, beginning, INT64_MAX};
  }
}

static void s_add_around(s_similar *similar, int part, size_t term, askiam_str start)
{
  askiam_str prefixes[ASKI_STORE_PREFIXES_MOST];
  size_t count = aski_store_prefixes(start, prefixes);
  for (size_t i = 0; i < count; ++i) {
    s_add_place(similar, part, term, prefixes[i], prefixes[i]);
  }
}

static void s_add_words(s_similar *similar, size_t term, askiam_str key)
{
  askiam_str word;
  size_t start = 0;
  size_t at = 0;
  for (size_t words = 0; words < ASKI_STORE_WORDS_MOST && aski_store_next_word(key, &at, &word); ++words) {
    s_add_around(similar, PART_WORDS, term, aski_str_slice(key, start, key.length));
    start = at;
  }
}

/* Ids are compared as they are stored; "john doe" stands for john.doe. */
static void s_add_users(s_similar *similar, size_t term, askiam_str key)
{
  s_add_around(similar, PART_USER_NAMES, term, key);
  if (key.length < ASKI_STORE_SHARED_LEAST) {
    return;
  }
  char *id = aski_arena_acquire(similar->look->arena, key.length, 1);
  for (size_t i = 0; i < key.length && id != NULL; ++i) {
    id[i] = key.data[i] == ' ' ? '.' : key.data[i];
  }
  askiam_str word = key;
  size_t at = 0;
  aski_store_next_word(key, &at, &word);
  s_add_place(similar, PART_USER_IDS, term, (askiam_str){id, key.length}, word);
  s_add_place(similar, PART_USER_IDS, term, word, word);
}

static void s_add_term(s_similar *similar, size_t term)
{
  const askiam_terms *terms = similar->look->terms;
  unsigned kinds = askiam_terms_kinds(terms, term);
  askiam_str key = askiam_terms_key(terms, term);
  askiam_str application_id = askiam_terms_application_id(terms, term);
  bool scoped = aski_str_present(application_id);
  bool words = (kinds & ASKIAM_KIND_APPLICATION) != 0 || ((kinds & ASKIAM_KIND_ROLE) != 0 && !scoped);
  if ((kinds & ASKIAM_KIND_ROLE) != 0 && scoped) {
    s_add_place(similar, PART_ROLES, term, application_id, ASKI_STR(""));
  }
  if (words) {
    s_add_words(similar, term, key);
    if (key.length >= ASKI_STORE_SHARED_LEAST) {
      s_add_place(similar, PART_TRIGRAMS, term, key, ASKI_STR(""));
    }
  }
  if ((kinds & ASKIAM_KIND_USER) != 0) {
    s_add_users(similar, term, key);
  }
}

static void s_bind(aski_pg_values *values, const s_similar *similar)
{
  aski_arena *arena = similar->look->arena;
  aski_pg_values_init(values, arena);
  for (int part = PART_WORDS; part < PART_END; ++part) {
    const s_places *places = &similar->places[part];
    int64_t *terms = aski_arena_acquire(arena, places->count + 1, sizeof *terms);
    askiam_str *starts = aski_arena_acquire(arena, places->count + 1, sizeof *starts);
    for (size_t i = 0; i < places->count && !arena->failed; ++i) {
      terms[i] = (int64_t)places->items[i].term;
      starts[i] = places->items[i].start;
    }
    aski_pg_add_numbers(values, terms, arena->failed ? 0 : places->count);
    aski_pg_add_texts(values, starts, arena->failed ? 0 : places->count);
  }
}

static s_place *s_place_of(s_similar *similar, const PGresult *result, int row, int *out_part)
{
  int64_t part = aski_pg_number(result, row, ASKI_PG_PART);
  int64_t place = aski_pg_number(result, row, COLUMN_PLACE);
  if (part < PART_WORDS || part >= PART_END || place < 1 || (uint64_t)place > similar->places[part].count) {
    return NULL;
  }
  *out_part = (int)part;
  return &similar->places[part].items[place - 1];
}

/* Where, in each place, the rows begin otherwise than they should: what comes behind is not meant. */
static void s_find_ends(s_similar *similar, const PGresult *result)
{
  int count = PQntuples(result);
  for (int row = 0; row < count; ++row) {
    int part = 0;
    s_place *place = s_place_of(similar, result, row, &part);
    int64_t number = aski_pg_number(result, row, COLUMN_ROW);
    if (place == NULL || place->beginning.length == 0 || number >= place->broken_at ||
        !aski_store_key(&similar->look->key, aski_pg_text(result, row, COLUMN_TEXT))) {
      continue;
    }
    if (!aski_str_starts(aski_buffer_view(&similar->look->key), place->beginning)) {
      place->broken_at = number;
    }
  }
}

static bool s_is_wanted(const aski_pg_look *look, const aski_pg_found *found)
{
  askiam_str application_id = askiam_terms_application_id(look->terms, found->term);
  bool elsewhere = found->kind == ASKIAM_KIND_ROLE && aski_str_present(application_id) &&
                   !aski_str_equal(application_id, found->application_id);
  return (askiam_terms_kinds(look->terms, found->term) & (unsigned)found->kind) != 0 && !elsewhere;
}

/* The likeness is of the text that the index led to, which may be the end of a name only. */
static void s_add_row(s_similar *similar, const PGresult *result, int row)
{
  aski_pg_look *look = similar->look;
  aski_pg_found found;
  int part = 0;
  const s_place *place = s_place_of(similar, result, row, &part);
  if (place == NULL || aski_pg_number(result, row, COLUMN_ROW) >= place->broken_at ||
      !aski_pg_read_found(look, result, row, &found) || found.term != place->term || !s_is_wanted(look, &found) ||
      !aski_store_key(&look->key, aski_pg_text(result, row, COLUMN_TEXT))) {
    return;
  }
  size_t likeness = aski_store_likeness(askiam_terms_key(look->terms, found.term), aski_buffer_view(&look->key));
  if (likeness == 0 && part != PART_ROLES && part != PART_TRIGRAMS) {
    return;
  }
  found.rank = -(int64_t)likeness;
  aski_pg_found *added = ASKI_ARENA_PUSH(look->arena, &look->found);
  if (added != NULL) {
    *added = found;
  }
}

static askiam_status s_read(s_similar *similar, const PGresult *result)
{
  aski_pg_look *look = similar->look;
  int count = PQntuples(result);
  s_find_ends(similar, result);
  for (int row = 0; row < count; ++row) {
    s_add_row(similar, result, row);
  }
  return look->arena->failed || look->key.failed ? ASKIAM_STATUS_NO_MEMORY : aski_pg_add_found(look);
}

askiam_status aski_pg_look_for_similar(aski_pg_look *look)
{
  s_similar similar = {.look = look};
  size_t count = askiam_terms_count(look->terms);
  bool any = false;
  for (size_t term = 0; term < count; ++term) {
    if (askiam_terms_mode(look->terms, term) == ASKIAM_TERM_SIMILAR) {
      s_add_term(&similar, term);
      any = true;
    }
  }
  if (!any || look->arena->failed) {
    return any ? ASKIAM_STATUS_NO_MEMORY : ASKIAM_STATUS_OK;
  }
  aski_pg_values values;
  s_bind(&values, &similar);
  aski_pg *connection = NULL;
  PGresult *result = NULL;
  askiam_status status = aski_pg_ask_similar(&connection, &result, look->store, &values,
                                             VALUES_OF_PART * (PART_TRIGRAMS - PART_WORDS), look->call, look->error);
  if (status == ASKIAM_STATUS_OK) {
    status = s_read(&similar, result);
    aski_pg_answered(look->store, connection, result);
  }
  return status;
}
