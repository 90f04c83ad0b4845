/* SPDX-License-Identifier: Apache-2.0
 *
 * Rows of an import on their way into the temporary tables, with what only this side can make of them: the keys of names, the tokens of a
 * document's scope, hashes of policies. */
#include "base/hash.h"
#include "store/common/fuzzy.h"
#include "store/common/keys.h"
#include "store/common/rows.h"
#include "store/common/texts.h"
#include "store/postgres/import_session.h"

enum { SUFFIX_BYTES = 64, WORDS_MOST = 8 };

/* A row's number and texts, as they are. */
static void s_stage_texts(aski_pg_import *import, int stage, uint64_t row, const askiam_str *texts, size_t count)
{
  aski_pg_stage_row(import, stage, (int)count + 1);
  aski_pg_stage_number(import, stage, (int64_t)row);
  for (size_t i = 0; i < count; ++i) {
    aski_pg_stage_text(import, stage, texts[i].data == NULL ? ASKI_STR("") : texts[i]);
  }
}

static void s_stage_time(aski_pg_import *import, int stage, askiam_str text)
{
  if (text.length == 0) {
    aski_pg_stage_null(import, stage);
  } else {
    aski_pg_stage_number(import, stage, aski_store_time(text, 0));
  }
}

/* One form of a name: `row` is that of its entity, or of its alias. */
typedef struct s_form {
  uint64_t row;
  askiam_kind kind;
  askiam_str id;
  askiam_str form;
  bool alias;
} s_form;

static void s_stage_suffix(aski_pg_import *import, const s_form *name, askiam_str suffix)
{
  aski_pg_stage_row(import, ASKI_PG_STAGE_SUFFIXES, 4);
  aski_pg_stage_text(import, ASKI_PG_STAGE_SUFFIXES, suffix);
  aski_pg_stage_number(import, ASKI_PG_STAGE_SUFFIXES, name->kind);
  aski_pg_stage_text(import, ASKI_PG_STAGE_SUFFIXES, name->id);
  aski_pg_stage_text(import, ASKI_PG_STAGE_SUFFIXES, name->form);
}

/* The key from each of its words on. */
static bool s_stage_suffixes(aski_pg_import *import, const s_form *name)
{
  if (!aski_store_key(&import->key, name->form)) {
    return !import->key.failed;
  }
  askiam_str key = aski_buffer_view(&import->key);
  size_t at = 0;
  for (size_t words = 0; words < WORDS_MOST && at < key.length; ++words) {
    s_stage_suffix(import, name, aski_str_slice(key, at, SUFFIX_BYTES));
    const char *space = memchr(key.data + at, ' ', key.length - at);
    at = space == NULL ? key.length : (size_t)(space - key.data) + 1;
  }
  return true;
}

static bool s_stage_fuzzy(aski_pg_import *import, askiam_str compact, int64_t name)
{
  aski_arena arena;
  aski_store_hashes hashes = {0};
  aski_arena_init(&arena, import->store->allocator);
  aski_store_fuzzy_entries(&hashes, &arena, compact);
  bool whole = !arena.failed;
  for (size_t i = 0; i < hashes.count && whole; ++i) {
    aski_pg_stage_row(import, ASKI_PG_STAGE_FUZZY, 2);
    aski_pg_stage_number(import, ASKI_PG_STAGE_FUZZY, hashes.items[i]);
    aski_pg_stage_number(import, ASKI_PG_STAGE_FUZZY, name);
  }
  aski_arena_clean_up(&arena);
  return whole;
}

/* False when memory ran out. Applications and roles are found by near and similar names too. */
static bool s_stage_name(aski_pg_import *import, const s_form *name)
{
  if (name->form.length == 0 || !aski_store_compact_key(&import->key, name->form) || import->key.length == 0) {
    return !import->key.failed;
  }
  askiam_str compact = aski_buffer_view(&import->key);
  int64_t hash = aski_store_hash(compact);
  aski_pg_stage_row(import, ASKI_PG_STAGE_NAMES, 6);
  aski_pg_stage_number(import, ASKI_PG_STAGE_NAMES, (int64_t)name->row);
  aski_pg_stage_number(import, ASKI_PG_STAGE_NAMES, name->kind);
  aski_pg_stage_text(import, ASKI_PG_STAGE_NAMES, name->id);
  aski_pg_stage_text(import, ASKI_PG_STAGE_NAMES, name->form);
  aski_pg_stage_number(import, ASKI_PG_STAGE_NAMES, name->alias);
  aski_pg_stage_number(import, ASKI_PG_STAGE_NAMES, hash);
  return name->kind == ASKIAM_KIND_USER || (s_stage_fuzzy(import, compact, hash) && s_stage_suffixes(import, name));
}

static bool s_stage_names(aski_pg_import *import, uint64_t row, askiam_kind kind, askiam_str id,
                          const askiam_str *forms, size_t count)
{
  bool whole = true;
  for (size_t i = 0; i < count && whole; ++i) {
    whole = s_stage_name(import, &(s_form){row, kind, id, forms[i], false});
  }
  return whole;
}

static bool s_user(aski_pg_import *import, uint64_t row, const askiam_str *values)
{
  const int stage = ASKIAM_TABLE_USERS;
  aski_pg_stage_row(import, stage, 7);
  aski_pg_stage_number(import, stage, (int64_t)row);
  for (int i = 0; i < 4; ++i) {
    aski_pg_stage_text(import, stage, values[i].data == NULL ? ASKI_STR("") : values[i]);
  }
  s_stage_time(import, stage, values[4]);
  aski_pg_stage_text(import, stage, values[5].data == NULL ? ASKI_STR("") : values[5]);
  const askiam_str forms[] = {values[0], values[2], values[1]};
  return s_stage_names(import, row, ASKIAM_KIND_USER, values[0], forms, 3);
}

/* Applications and roles: texts, and the time last. */
static void s_entity(aski_pg_import *import, int stage, uint64_t row, const askiam_str *values, int texts)
{
  aski_pg_stage_row(import, stage, texts + 2);
  aski_pg_stage_number(import, stage, (int64_t)row);
  for (int i = 0; i < texts; ++i) {
    aski_pg_stage_text(import, stage, values[i].data == NULL ? ASKI_STR("") : values[i]);
  }
  s_stage_time(import, stage, values[texts]);
}

static bool s_application(aski_pg_import *import, uint64_t row, const askiam_str *values)
{
  const askiam_str forms[] = {values[0], values[1]};
  s_entity(import, ASKIAM_TABLE_APPLICATIONS, row, values, 5);
  return s_stage_names(import, row, ASKIAM_KIND_APPLICATION, values[0], forms, 2);
}

static bool s_role(aski_pg_import *import, uint64_t row, const askiam_str *values)
{
  const askiam_str forms[] = {values[0], values[2]};
  s_entity(import, ASKIAM_TABLE_ROLES, row, values, 7);
  return s_stage_names(import, row, ASKIAM_KIND_ROLE, values[0], forms, 2);
}

static bool s_alias(aski_pg_import *import, uint64_t row, const askiam_str *values)
{
  askiam_kind kind = aski_str_equal_text(values[0], "user")   ? ASKIAM_KIND_USER
                     : aski_str_equal_text(values[0], "role") ? ASKIAM_KIND_ROLE
                                                              : ASKIAM_KIND_APPLICATION;
  s_stage_texts(import, ASKIAM_TABLE_ALIASES, row, values, 3);
  return s_stage_name(import, &(s_form){row, kind, values[1], values[2], true});
}

static bool s_user_role(aski_pg_import *import, uint64_t row, const askiam_str *values)
{
  const int stage = ASKIAM_TABLE_USER_ROLES;
  aski_pg_stage_row(import, stage, 6);
  aski_pg_stage_number(import, stage, (int64_t)row);
  aski_pg_stage_text(import, stage, values[0]);
  aski_pg_stage_text(import, stage, values[1]);
  s_stage_time(import, stage, values[2]);
  s_stage_time(import, stage, values[3]);
  aski_pg_stage_text(import, stage, values[4]);
  return true;
}

static bool s_policy(aski_pg_import *import, uint64_t row, const askiam_str *values)
{
  char hash[ASKI_SHA256_HEX_BYTES];
  if (!aski_sha256_hex(values[1], hash)) {
    return false;
  }
  const askiam_str texts[] = {values[0], values[1], askiam_str_from(hash)};
  s_stage_texts(import, ASKIAM_TABLE_POLICIES, row, texts, 3);
  return true;
}

/* The ids that a document is about, one list after the other. */
typedef struct s_scope {
  aski_pg_import *import;
  uint64_t row;
  askiam_str document;
  bool role;
  aski_buffer tokens;
} s_scope;

static void s_stage_scope(const s_scope *scope, const char *kind, askiam_str id)
{
  aski_pg_stage_row(scope->import, ASKI_PG_STAGE_SCOPES, 4);
  aski_pg_stage_number(scope->import, ASKI_PG_STAGE_SCOPES, (int64_t)scope->row);
  aski_pg_stage_text(scope->import, ASKI_PG_STAGE_SCOPES, scope->document);
  aski_pg_stage_text(scope->import, ASKI_PG_STAGE_SCOPES, askiam_str_from(kind));
  aski_pg_stage_text(scope->import, ASKI_PG_STAGE_SCOPES, id);
}

static askiam_status s_take_scope(void *context, askiam_str key, askiam_str id)
{
  s_scope *scope = context;
  (void)key;
  aski_buffer_append_format(&scope->tokens, "%s%c%016llx", scope->tokens.length == 0 ? "" : " ",
                            scope->role ? 'r' : 'a', (unsigned long long)aski_hash64(id, 0));
  s_stage_scope(scope, scope->role ? "role" : "application", id);
  return ASKIAM_STATUS_OK;
}

static askiam_status s_document(aski_pg_import *import, uint64_t row, const askiam_str *values, askiam_error *error)
{
  s_scope scope = {.import = import, .row = row, .document = values[0]};
  aski_buffer_init(&scope.tokens, import->store->allocator);
  askiam_status status = aski_store_read_texts(values[4], import->store->allocator, s_take_scope, &scope, error);
  scope.role = true;
  if (status == ASKIAM_STATUS_OK) {
    status = aski_store_read_texts(values[5], import->store->allocator, s_take_scope, &scope, error);
  }
  if (scope.tokens.length == 0) {
    aski_buffer_append_text(&scope.tokens, "global");
    s_stage_scope(&scope, "global", ASKI_STR(""));
  }
  const int stage = ASKIAM_TABLE_DOCUMENTS;
  const askiam_str texts[] = {values[0], values[1], values[2], values[3], aski_buffer_view(&scope.tokens)};
  aski_pg_stage_row(import, stage, 8);
  aski_pg_stage_number(import, stage, (int64_t)row);
  for (size_t i = 0; i < sizeof texts / sizeof *texts; ++i) {
    aski_pg_stage_text(import, stage, texts[i].data == NULL ? ASKI_STR("") : texts[i]);
  }
  aski_pg_stage_text(import, stage, values[6].length > 0 ? values[6] : ASKI_STR_NONE);
  aski_pg_stage_text(import, stage, values[7].data == NULL ? ASKI_STR("") : values[7]);
  bool whole = !scope.tokens.failed;
  aski_buffer_clean_up(&scope.tokens);
  return status == ASKIAM_STATUS_OK && !whole ? ASKIAM_STATUS_NO_MEMORY : status;
}

static bool s_pattern(aski_pg_import *import, uint64_t row, const askiam_str *values)
{
  const int stage = ASKIAM_TABLE_ACCESS_PATTERNS;
  aski_pg_stage_row(import, stage, 7);
  aski_pg_stage_number(import, stage, (int64_t)row);
  for (int i = 0; i < 3; ++i) {
    aski_pg_stage_text(import, stage, values[i].data == NULL ? ASKI_STR("") : values[i]);
  }
  aski_pg_stage_number(import, stage, aski_store_time(values[3], 0));
  aski_pg_stage_number(import, stage, aski_str_equal_text(values[4], "1"));
  aski_pg_stage_text(import, stage, values[5]);
  return true;
}

askiam_status aski_pg_import_stage(aski_pg_import *import, askiam_table table, uint64_t row, const askiam_str *values,
                                   askiam_error *error)
{
  bool whole = true;
  switch (table) {
  case ASKIAM_TABLE_USERS:
    whole = s_user(import, row, values);
    break;
  case ASKIAM_TABLE_APPLICATIONS:
    whole = s_application(import, row, values);
    break;
  case ASKIAM_TABLE_ROLES:
    whole = s_role(import, row, values);
    break;
  case ASKIAM_TABLE_ALIASES:
    whole = s_alias(import, row, values);
    break;
  case ASKIAM_TABLE_USER_ROLES:
    whole = s_user_role(import, row, values);
    break;
  case ASKIAM_TABLE_ROLE_PREREQUISITES:
  case ASKIAM_TABLE_ROLE_CONFLICTS:
  case ASKIAM_TABLE_ROLE_RESTRICTIONS:
    s_stage_texts(import, (int)table, row, values, aski_store_column_count(table));
    break;
  case ASKIAM_TABLE_POLICIES:
    whole = s_policy(import, row, values);
    break;
  case ASKIAM_TABLE_DOCUMENTS:
    return s_document(import, row, values, error);
  case ASKIAM_TABLE_ACCESS_PATTERNS:
    whole = s_pattern(import, row, values);
    break;
  case ASKIAM_TABLE_COUNT:
    break;
  }
  return whole ? ASKIAM_STATUS_OK : aski_pg_no_memory(error);
}
