/* SPDX-License-Identifier: Apache-2.0
 *
 * The catalogue's candidates: exact names, and what all modes share. Rows that are looked at are bounded for every term, whatever
 * the catalogue holds. */
#include "store/sqlite/candidates.h"

#include "store/sqlite/slots.h"

enum { ROWS_MOST = 2000 };

void aski_sqlite_look_at(aski_sqlite_look *look, size_t term)
{
  look->term = term;
  look->kinds = askiam_terms_kinds(look->terms, term);
  look->limit = askiam_terms_limit(look->terms, term);
  look->application_id = askiam_terms_application_id(look->terms, term);
  for (size_t i = 0; i < sizeof look->found / sizeof *look->found; ++i) {
    look->found[i].count = 0;
    look->found[i].full = false;
  }
}

static size_t s_index(askiam_kind kind)
{
  return kind == ASKIAM_KIND_USER ? 0 : kind == ASKIAM_KIND_APPLICATION ? 1 : 2;
}

bool aski_sqlite_is_full(const aski_sqlite_look *look, unsigned kinds)
{
  static const askiam_kind all[] = {ASKIAM_KIND_USER, ASKIAM_KIND_APPLICATION, ASKIAM_KIND_ROLE};
  for (size_t i = 0; i < sizeof all / sizeof *all; ++i) {
    if ((kinds & (unsigned)all[i]) != 0 && !look->found[i].full) {
      return false;
    }
  }
  return true;
}

/* Whether there is room for this entity, which counts once however many of its forms answer. */
static bool s_count(aski_sqlite_look *look, askiam_kind kind, int64_t number)
{
  aski_sqlite_found *found = &look->found[s_index(kind)];
  for (size_t i = 0; i < found->count && i < ASKI_SQLITE_SEEN; ++i) {
    if (found->numbers[i] == number) {
      return true;
    }
  }
  if (found->count >= look->limit) {
    if (!found->full) {
      askiam_candidates_truncated(look->candidates, look->term, kind);
    }
    found->full = true;
    return false;
  }
  if (found->count < ASKI_SQLITE_SEEN) {
    found->numbers[found->count] = number;
  }
  ++found->count;
  return true;
}

typedef struct entity_row {
  askiam_kind kind;
  int64_t number;
  askiam_str id;
  askiam_str name;
  askiam_str email;
  askiam_str application_id;
  bool active;
} entity_row;

/* `alias` absent: by the entity's own forms. */
static askiam_status s_add_entity(aski_sqlite_look *look, const entity_row *row, askiam_str alias, askiam_str wanted)
{
  const askiam_str forms[] = {alias, row->id, row->name, row->email};
  size_t first = aski_str_present(alias) ? 0 : 1;
  size_t last = aski_str_present(alias) ? 1 : wanted.data == NULL ? 3 : 4;
  first = wanted.data == NULL && first == 1 ? 2 : first; /* a suggestion is told by its name */
  askiam_status status = ASKIAM_STATUS_OK;
  for (size_t i = first; i < last && status == ASKIAM_STATUS_OK; ++i) {
    if (forms[i].length > 0 && aski_store_answers(&look->key, forms[i], wanted)) {
      if (!s_count(look, row->kind, row->number)) {
        return ASKIAM_STATUS_OK;
      }
      status = askiam_candidates_add(look->candidates, look->term, row->kind, row->id, row->name, forms[i],
                                     row->application_id);
      if (status == ASKIAM_STATUS_OK && !row->active) {
        askiam_candidates_inactive(look->candidates);
      }
    }
  }
  return look->key.failed ? ASKIAM_STATUS_NO_MEMORY : status;
}

/* Loads an entity by its number, or by its id where it is an alias that names it. */
static askiam_status s_add_row(aski_sqlite_look *look, aski_sql sql, askiam_kind kind, int64_t number, askiam_str id,
                               askiam_str alias, askiam_str wanted)
{
  sqlite3_stmt *statement = aski_sqlite_statement(look->connection, sql);
  if (statement == NULL) {
    return aski_sqlite_error(look->connection, SQLITE_OK, look->error);
  }
  if (aski_str_present(id)) {
    aski_sqlite_bind(statement, 1, id);
  } else {
    sqlite3_bind_int64(statement, 1, number);
  }
  askiam_status status = ASKIAM_STATUS_OK;
  int code = sqlite3_step(statement);
  if (code == SQLITE_ROW) {
    entity_row row = {.kind = kind,
                      .number = sqlite3_column_int64(statement, 0),
                      .id = aski_sqlite_column(statement, 1),
                      .name = aski_sqlite_column(statement, 2),
                      .active = aski_str_equal_text(aski_sqlite_column(statement, 3), "active")};
    askiam_str last = kind == ASKIAM_KIND_APPLICATION ? ASKI_STR_NONE : aski_sqlite_column(statement, 4);
    row.email = kind == ASKIAM_KIND_USER ? last : ASKI_STR_NONE;
    row.application_id = kind == ASKIAM_KIND_ROLE ? last : ASKI_STR_NONE;
    bool elsewhere = kind == ASKIAM_KIND_ROLE && aski_str_present(look->application_id) &&
                     !aski_str_equal(look->application_id, row.application_id);
    status = elsewhere ? ASKIAM_STATUS_OK : s_add_entity(look, &row, alias, wanted);
  }
  askiam_status ended = aski_sqlite_end(look->connection, statement, code, look->error);
  return ended == ASKIAM_STATUS_OK ? status : ended;
}

static askiam_status s_add_alias(aski_sqlite_look *look, int64_t number, unsigned kinds, askiam_str wanted)
{
  sqlite3_stmt *statement = aski_sqlite_statement(look->connection, ASKI_SQL_ALIAS_BY_NO);
  if (statement == NULL) {
    return aski_sqlite_error(look->connection, SQLITE_OK, look->error);
  }
  sqlite3_bind_int64(statement, 1, number);
  askiam_status status = ASKIAM_STATUS_OK;
  int code = sqlite3_step(statement);
  if (code == SQLITE_ROW) {
    askiam_str kind = aski_sqlite_column(statement, 0);
    askiam_str id = aski_sqlite_column(statement, 1);
    askiam_str alias = aski_sqlite_column(statement, 2);
    if (aski_str_equal_text(kind, "user") && (kinds & ASKIAM_KIND_USER) != 0) {
      status = s_add_row(look, ASKI_SQL_USER_BY_ID, ASKIAM_KIND_USER, 0, id, alias, wanted);
    } else if (aski_str_equal_text(kind, "application") && (kinds & ASKIAM_KIND_APPLICATION) != 0) {
      status = s_add_row(look, ASKI_SQL_APPLICATION_BY_ID, ASKIAM_KIND_APPLICATION, 0, id, alias, wanted);
    } else if (aski_str_equal_text(kind, "role") && (kinds & ASKIAM_KIND_ROLE) != 0) {
      status = s_add_row(look, ASKI_SQL_ROLE_BY_ID, ASKIAM_KIND_ROLE, 0, id, alias, wanted);
    }
  }
  askiam_status ended = aski_sqlite_end(look->connection, statement, code, look->error);
  return ended == ASKIAM_STATUS_OK ? status : ended;
}

askiam_status aski_sqlite_add_ref(aski_sqlite_look *look, int64_t ref, unsigned kinds, askiam_str wanted)
{
  int64_t number = aski_sqlite_ref_number(ref);
  switch (aski_sqlite_ref_bearer(ref)) {
  case ASKI_SQLITE_USER:
    return s_add_row(look, ASKI_SQL_USER_BY_NO, ASKIAM_KIND_USER, number, ASKI_STR_NONE, ASKI_STR_NONE, wanted);
  case ASKI_SQLITE_APPLICATION:
    return s_add_row(look, ASKI_SQL_APPLICATION_BY_NO, ASKIAM_KIND_APPLICATION, number, ASKI_STR_NONE, ASKI_STR_NONE,
                     wanted);
  case ASKI_SQLITE_ROLE:
    return s_add_row(look, ASKI_SQL_ROLE_BY_NO, ASKIAM_KIND_ROLE, number, ASKI_STR_NONE, ASKI_STR_NONE, wanted);
  case ASKI_SQLITE_ALIAS:
    return s_add_alias(look, number, kinds, wanted);
  case ASKI_SQLITE_BEARERS:
    break;
  }
  return ASKIAM_STATUS_OK;
}

/* The kinds that entries of this bearer can still add to. */
static unsigned s_open_kinds(const aski_sqlite_look *look, aski_sqlite_bearer bearer, unsigned kinds)
{
  static const unsigned masks[] = {ASKIAM_KIND_USER, ASKIAM_KIND_APPLICATION, ASKIAM_KIND_ROLE,
                                   ASKIAM_KIND_USER | ASKIAM_KIND_APPLICATION | ASKIAM_KIND_ROLE};
  unsigned mask = (unsigned)bearer < ASKI_SQLITE_BEARERS ? masks[bearer] & kinds : 0;
  for (size_t i = 0; i < 3; ++i) {
    mask &= look->found[i].full ? ~(1U << i) : ~0U;
  }
  return mask;
}

static void s_truncate(aski_sqlite_look *look, unsigned kinds)
{
  static const askiam_kind all[] = {ASKIAM_KIND_USER, ASKIAM_KIND_APPLICATION, ASKIAM_KIND_ROLE};
  for (size_t i = 0; i < sizeof all / sizeof *all; ++i) {
    if ((kinds & (unsigned)all[i]) != 0) {
      askiam_candidates_truncated(look->candidates, look->term, all[i]);
    }
  }
}

/* Walks over the entries of one bearer; *io_from becomes the first reference behind them, or INT64_MAX at the end. */
static askiam_status s_walk(aski_sqlite_look *look, sqlite3_stmt *statement, int64_t hash, int64_t *io_from,
                            unsigned kinds, askiam_str wanted)
{
  sqlite3_bind_int64(statement, 1, hash);
  sqlite3_bind_int64(statement, 2, *io_from);
  askiam_status status = ASKIAM_STATUS_OK;
  size_t rows = 0;
  int code = sqlite3_step(statement);
  while (code == SQLITE_ROW && status == ASKIAM_STATUS_OK) {
    int64_t ref = sqlite3_column_int64(statement, 0);
    aski_sqlite_bearer bearer = aski_sqlite_ref_bearer(ref);
    unsigned open = s_open_kinds(look, bearer, kinds);
    if (++rows > ROWS_MOST || open == 0) {
      s_truncate(look, open);
      *io_from = aski_sqlite_ref((aski_sqlite_bearer)(bearer + 1), 0);
      break;
    }
    status = aski_sqlite_add_ref(look, ref, kinds, wanted);
    code = sqlite3_step(statement);
  }
  *io_from = code == SQLITE_DONE ? INT64_MAX : *io_from;
  askiam_status ended = aski_sqlite_end(look->connection, statement, code, look->error);
  return ended == ASKIAM_STATUS_OK ? status : ended;
}

askiam_status aski_sqlite_add_named(aski_sqlite_look *look, int64_t hash, unsigned kinds, askiam_str wanted)
{
  sqlite3_stmt *statement = aski_sqlite_statement(look->connection, ASKI_SQL_NAME_REFS);
  if (statement == NULL) {
    return aski_sqlite_error(look->connection, SQLITE_OK, look->error);
  }
  int64_t from = 0;
  askiam_status status = ASKIAM_STATUS_OK;
  while (status == ASKIAM_STATUS_OK && from < aski_sqlite_ref(ASKI_SQLITE_BEARERS, 0)) {
    status = s_walk(look, statement, hash, &from, kinds, wanted);
  }
  return status;
}

askiam_status aski_sqlite_add_everywhere(aski_sqlite_look *look, askiam_str compact, unsigned kinds, askiam_str wanted)
{
  bool narrow = aski_str_present(look->application_id);
  unsigned scoped = narrow ? kinds & ASKIAM_KIND_ROLE : 0;
  int64_t hash = aski_store_hash(compact); /* both before `compact` may be overwritten */
  int64_t scoped_hash = narrow ? aski_store_scoped_hash(compact, look->application_id) : 0;
  askiam_status status = ASKIAM_STATUS_OK;
  if ((kinds & ~scoped) != 0) {
    status = aski_sqlite_add_named(look, hash, kinds & ~scoped, wanted);
  }
  if (status == ASKIAM_STATUS_OK && scoped != 0) {
    status = aski_sqlite_add_named(look, scoped_hash, scoped, wanted);
  }
  return status;
}

static askiam_status s_exact(aski_sqlite_look *look)
{
  askiam_str wanted = askiam_terms_key(look->terms, look->term);
  aski_buffer *compact = &look->key;
  aski_buffer_clear(compact);
  aski_buffer_append(compact, wanted);
  aski_store_compact(compact);
  if (compact->failed) {
    return ASKIAM_STATUS_NO_MEMORY;
  }
  return compact->length == 0 ? ASKIAM_STATUS_OK
                              : aski_sqlite_add_everywhere(look, aski_buffer_view(compact), look->kinds, wanted);
}

static askiam_status s_look(aski_sqlite_look *look)
{
  askiam_status status = ASKIAM_STATUS_OK;
  size_t count = askiam_terms_count(look->terms);
  for (size_t i = 0; i < count && status == ASKIAM_STATUS_OK; ++i) {
    aski_sqlite_look_at(look, i);
    switch (askiam_terms_mode(look->terms, i)) {
    case ASKIAM_TERM_EXACT:
      status = s_exact(look);
      break;
    case ASKIAM_TERM_NEAR:
      status = aski_sqlite_near(look);
      break;
    case ASKIAM_TERM_SIMILAR:
      status = aski_sqlite_similar(look);
      break;
    }
  }
  return status;
}

askiam_status aski_sqlite_candidates(void *self, const askiam_call *call, const askiam_terms *terms,
                                     askiam_candidates *candidates, askiam_error *error)
{
  aski_sqlite_store *store = self;
  aski_sqlite *connection = NULL;
  askiam_status status = aski_sqlite_lease(&connection, store, ASKI_SQLITE_READ, call, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  aski_arena arena;
  aski_arena_init(&arena, store->settings.allocator);
  aski_sqlite_look look = {
      .connection = connection, .terms = terms, .candidates = candidates, .error = error, .arena = &arena};
  aski_buffer_init(&look.key, store->settings.allocator);
  status = aski_sqlite_begin(connection, ASKI_SQL_BEGIN, error);
  if (status == ASKIAM_STATUS_OK) {
    status = aski_sqlite_finish(connection, s_look(&look), error);
  }
  aski_buffer_clean_up(&look.key);
  aski_arena_clean_up(&arena);
  aski_sqlite_return(store, connection);
  return status;
}
