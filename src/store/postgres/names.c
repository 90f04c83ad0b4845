/* SPDX-License-Identifier: Apache-2.0
 *
 * Exact and near names of all terms, by one statement: the hashes under which they are kept go there, the forms that have them come back and
 * are compared here. */
#include "base/text.h"
#include "store/common/fuzzy.h"
#include "store/common/keys.h"
#include "store/postgres/candidates.h"

enum { PART_EXACT, PART_NEAR };

/* Rows of numbers that become parameters, a column each. */
typedef struct s_column {
  int64_t *items;
  size_t count, capacity;
} s_column;
typedef struct s_texts {
  askiam_str *items;
  size_t count, capacity;
} s_texts;

/* A term of one kind. */
typedef struct s_asks {
  s_column terms, kinds, most;
  s_texts applications;
} s_asks;

typedef struct s_names {
  aski_pg_look *look;
  s_asks exact, near;
  s_column exact_hashes;
  s_column probe_terms, probe_hashes;
} s_names;

static void s_push(aski_arena *arena, s_column *column, int64_t number)
{
  int64_t *added = ASKI_ARENA_PUSH(arena, column);
  if (added != NULL) {
    *added = number;
  }
}

/* An entity may answer by several of its forms: more rows than the limit are asked for. A role is looked for in its application. */
static size_t s_ask(aski_pg_look *look, s_asks *asks, size_t term, unsigned kinds)
{
  static const askiam_kind all[] = {ASKIAM_KIND_USER, ASKIAM_KIND_APPLICATION, ASKIAM_KIND_ROLE};
  size_t limit = askiam_terms_limit(look->terms, term);
  size_t asked = 0;
  for (size_t i = 0; i < sizeof all / sizeof *all; ++i) {
    if ((kinds & (unsigned)all[i]) == 0) {
      continue;
    }
    s_push(look->arena, &asks->terms, (int64_t)term);
    s_push(look->arena, &asks->kinds, (int64_t)all[i]);
    s_push(look->arena, &asks->most, limit < 100000 ? (int64_t)(4 * limit + 4) : 400000);
    askiam_str *application = ASKI_ARENA_PUSH(look->arena, &asks->applications);
    if (application != NULL) {
      *application = all[i] == ASKIAM_KIND_ROLE ? askiam_terms_application_id(look->terms, term) : ASKI_STR_NONE;
    }
    ++asked;
  }
  return asked;
}

static void s_ask_exact(s_names *names, size_t term, unsigned kinds, askiam_str compact)
{
  size_t asked = compact.length == 0 ? 0 : s_ask(names->look, &names->exact, term, kinds);
  for (size_t i = 0; i < asked; ++i) {
    s_push(names->look->arena, &names->exact_hashes, aski_store_hash(compact));
  }
}

static void s_ask_near(s_names *names, size_t term, askiam_str compact)
{
  aski_pg_look *look = names->look;
  unsigned kinds = askiam_terms_kinds(look->terms, term) & (ASKIAM_KIND_APPLICATION | ASKIAM_KIND_ROLE);
  aski_store_hashes probes = {0};
  if (kinds == 0 || compact.length == 0) {
    return;
  }
  aski_store_fuzzy_probes(&probes, look->arena, compact, askiam_terms_distance(look->terms, term));
  if (probes.count == 0) { /* too long to be near anything but itself */
    s_ask_exact(names, term, kinds, compact);
    return;
  }
  s_ask(look, &names->near, term, kinds);
  for (size_t i = 0; i < probes.count; ++i) {
    s_push(look->arena, &names->probe_terms, (int64_t)term);
    s_push(look->arena, &names->probe_hashes, probes.items[i]);
  }
}

static void s_ask_all(s_names *names)
{
  aski_pg_look *look = names->look;
  size_t count = askiam_terms_count(look->terms);
  for (size_t term = 0; term < count && !look->arena->failed; ++term) {
    askiam_term_mode mode = askiam_terms_mode(look->terms, term);
    if (mode == ASKIAM_TERM_SIMILAR) {
      continue;
    }
    askiam_str compact = aski_text_compact(look->arena, askiam_terms_key(look->terms, term));
    if (mode == ASKIAM_TERM_EXACT) {
      s_ask_exact(names, term, askiam_terms_kinds(look->terms, term), compact);
    } else {
      s_ask_near(names, term, compact);
    }
  }
}

static void s_add_numbers(aski_pg_values *values, const s_column *column)
{
  aski_pg_add_numbers(values, column->items, column->count);
}

static void s_bind(aski_pg_values *values, const s_names *names)
{
  aski_pg_values_init(values, names->look->arena);
  s_add_numbers(values, &names->exact.terms);
  s_add_numbers(values, &names->exact.kinds);
  s_add_numbers(values, &names->exact.most);
  aski_pg_add_texts(values, names->exact.applications.items, names->exact.applications.count);
  s_add_numbers(values, &names->exact_hashes);
  s_add_numbers(values, &names->near.terms);
  s_add_numbers(values, &names->near.kinds);
  s_add_numbers(values, &names->near.most);
  aski_pg_add_texts(values, names->near.applications.items, names->near.applications.count);
  s_add_numbers(values, &names->probe_terms);
  s_add_numbers(values, &names->probe_hashes);
}

/* Whether the form answers its term, by how many edits. */
static bool s_measure(aski_pg_look *look, aski_pg_found *found)
{
  askiam_str wanted = askiam_terms_key(look->terms, found->term);
  if (askiam_terms_mode(look->terms, found->term) == ASKIAM_TERM_EXACT) {
    return aski_store_answers(&look->key, found->form, wanted);
  }
  if (!aski_store_compact_key(&look->key, found->form)) {
    return false;
  }
  askiam_str compact = aski_buffer_view(&look->key);
  unsigned limit = askiam_terms_distance(look->terms, found->term);
  unsigned distance = aski_text_distance(wanted, compact, limit);
  found->rank = distance;
  return distance <= limit && aski_text_same_digits(wanted, compact);
}

static askiam_status s_read(aski_pg_look *look, const PGresult *result)
{
  int count = PQntuples(result);
  for (int row = 0; row < count; ++row) {
    aski_pg_found found;
    if (!aski_pg_read_found(look, result, row, &found) || !s_measure(look, &found)) {
      continue;
    }
    aski_pg_found *added = ASKI_ARENA_PUSH(look->arena, &look->found);
    if (added != NULL) {
      *added = found;
    }
  }
  return look->arena->failed || look->key.failed ? ASKIAM_STATUS_NO_MEMORY : aski_pg_add_found(look);
}

askiam_status aski_pg_look_for_names(aski_pg_look *look)
{
  s_names names = {.look = look};
  s_ask_all(&names);
  if (look->arena->failed) {
    return ASKIAM_STATUS_NO_MEMORY;
  }
  if (names.exact.terms.count + names.near.terms.count == 0) {
    return ASKIAM_STATUS_OK;
  }
  aski_pg_values values;
  s_bind(&values, &names);
  aski_pg *connection = NULL;
  PGresult *result = NULL;
  askiam_status status = aski_pg_ask(&connection, &result, look->store, ASKI_PG_FROM_ANY, ASKI_PG_SQL_NAMES, &values,
                                     look->call, look->error);
  if (status == ASKIAM_STATUS_OK) {
    status = s_read(look, result);
    aski_pg_answered(look->store, connection, result);
  }
  return status;
}
