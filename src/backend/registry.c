/* SPDX-License-Identifier: Apache-2.0 */
#include "backend/registry.h"

#include "backend/table.h"

/* What libaskiam has a name for whether or not it was compiled in. */
typedef struct s_planned {
  aski_backend_kind kind;
  const char *name;
} s_planned;

static const s_planned s_planned_backends[] = {
    {ASKI_BACKEND_STORE, "sqlite"},     {ASKI_BACKEND_STORE, "postgresql"},  {ASKI_BACKEND_STORE, "postgres"},
    {ASKI_BACKEND_SEARCH, "embedded"},  {ASKI_BACKEND_SEARCH, "postgresql"}, {ASKI_BACKEND_SEARCH, "opensearch"},
    {ASKI_BACKEND_EMBEDDER, "hashing"}, {ASKI_BACKEND_EMBEDDER, "openai"},   {ASKI_BACKEND_EMBEDDER, "bedrock"},
    {ASKI_BACKEND_JUDGE, "evidence"},   {ASKI_BACKEND_JUDGE, "llm"},         {ASKI_BACKEND_JUDGE, "openai"},
    {ASKI_BACKEND_JUDGE, "bedrock"},    {ASKI_BACKEND_JUDGE, "both"},
};

const char *aski_backend_kind_name(aski_backend_kind kind)
{
  static const char *const names[] = {"store", "search", "embedder", "judge"};
  return kind < ASKI_BACKEND_KIND_COUNT ? names[kind] : "backend";
}

void aski_registry_init(aski_registry *registry, const askiam_allocator *allocator)
{
  *registry = (aski_registry){.allocator = allocator};
}

void aski_registry_clean_up(aski_registry *registry)
{
  aski_release(registry->allocator, registry->items);
  aski_registry_init(registry, registry->allocator);
}

askiam_status aski_registry_copy(aski_registry *out_copy, const aski_registry *registry,
                                 const askiam_allocator *allocator, askiam_error *error)
{
  aski_registry_init(out_copy, allocator);
  memcpy(out_copy->tokens, registry->tokens, sizeof out_copy->tokens);
  if (registry->count == 0) {
    return ASKIAM_STATUS_OK;
  }
  out_copy->items = aski_acquire_zeroed(allocator, registry->count, sizeof *out_copy->items);
  if (out_copy->items == NULL) {
    return askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_CONFIG, "no memory for the list of backends");
  }
  memcpy(out_copy->items, registry->items, registry->count * sizeof *out_copy->items);
  out_copy->count = registry->count;
  out_copy->capacity = registry->count;
  return ASKIAM_STATUS_OK;
}

static bool s_is_name(askiam_str name)
{
  if (name.length == 0 || name.length > ASKI_BACKEND_NAME_MAX_BYTES) {
    return false;
  }
  for (size_t i = 0; i < name.length; ++i) {
    char byte = name.data[i];
    if (!((byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') || byte == '_' || byte == '-')) {
      return false;
    }
  }
  return true;
}

static const aski_registration *s_lookup(const aski_registry *registry, aski_backend_kind kind, askiam_str name)
{
  for (size_t i = 0; i < registry->count; ++i) {
    if (registry->items[i].kind == kind && aski_str_equal_text(name, registry->items[i].name)) {
      return &registry->items[i];
    }
  }
  return NULL;
}

static askiam_status s_check_name(const aski_registry *registry, aski_backend_kind kind, const char *name,
                                  askiam_error *error)
{
  askiam_str view = askiam_str_from(name);
  if (!s_is_name(view)) {
    return askiam_error_set(error, ASKIAM_STATUS_INVALID_ARGUMENT, ASKIAM_LAYER_CONFIG,
                            "the name of a %s must be 1 to %d of a-z, 0-9, '_' and '-'", aski_backend_kind_name(kind),
                            (int)ASKI_BACKEND_NAME_MAX_BYTES);
  }
  if (s_lookup(registry, kind, view) != NULL) {
    return askiam_error_set(error, ASKIAM_STATUS_CONFLICT, ASKIAM_LAYER_CONFIG,
                            "a %s named \"%s\" is registered already: choose another name",
                            aski_backend_kind_name(kind), name);
  }
  return ASKIAM_STATUS_OK;
}

static bool s_has_room(aski_registry *registry)
{
  if (registry->count < registry->capacity) {
    return true;
  }
  size_t capacity = registry->capacity == 0 ? 8 : registry->capacity * 2;
  aski_registration *items =
      registry->allocator->resize(registry->allocator->context, registry->items, capacity * sizeof *items);
  if (items == NULL) {
    return false;
  }
  registry->items = items;
  registry->capacity = capacity;
  return true;
}

/* The name was checked before; the table is in `registration` already. */
static askiam_status s_add(aski_registry *registry, aski_registration *registration, aski_backend_kind kind,
                           const char *name, void *context, askiam_error *error)
{
  if (!s_has_room(registry)) {
    return askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_CONFIG, "no memory to register \"%s\"", name);
  }
  registration->kind = kind;
  registration->context = context;
  memcpy(registration->name, name, strlen(name) + 1);
  registry->items[registry->count++] = *registration;
  return ASKIAM_STATUS_OK;
}

/* The tables of a driver are looked at now, so that a mistake shows where it is made and not at the first request. */
static askiam_status s_check_driver(const askiam_store_driver *driver, const char *name, askiam_error *error)
{
  askiam_catalogue_vtable catalogue;
  askiam_journal_vtable journal;
  askiam_state_vtable state;
  askiam_admin_vtable admin;
  askiam_status status = ASKIAM_STATUS_OK;
  if (driver->catalogue != NULL) {
    status = aski_table_catalogue(&catalogue, driver->catalogue, name, error);
  }
  if (status == ASKIAM_STATUS_OK && driver->journal != NULL) {
    status = aski_table_journal(&journal, driver->journal, name, error);
  }
  if (status == ASKIAM_STATUS_OK && driver->state != NULL) {
    status = aski_table_state(&state, driver->state, name, error);
  }
  if (status == ASKIAM_STATUS_OK && driver->admin != NULL) {
    status = aski_table_admin(&admin, driver->admin, name, error);
  }
  return status;
}

askiam_status aski_registry_add_store(aski_registry *registry, const char *name, const askiam_store_driver *driver,
                                      void *context, askiam_error *error)
{
  aski_registration registration = {.name = ""};
  askiam_status status = s_check_name(registry, ASKI_BACKEND_STORE, name, error);
  if (status == ASKIAM_STATUS_OK) {
    status = aski_table_driver(&registration.table.store, driver, name, error);
  }
  if (status == ASKIAM_STATUS_OK) {
    status = s_check_driver(&registration.table.store, name, error);
  }
  return status != ASKIAM_STATUS_OK ? status : s_add(registry, &registration, ASKI_BACKEND_STORE, name, context, error);
}

askiam_status aski_registry_add_search(aski_registry *registry, const char *name, const askiam_search_vtable *table,
                                       void *context, askiam_error *error)
{
  aski_registration registration = {.name = ""};
  askiam_status status = s_check_name(registry, ASKI_BACKEND_SEARCH, name, error);
  if (status == ASKIAM_STATUS_OK) {
    status = aski_table_search(&registration.table.search, table, name, error);
  }
  return status != ASKIAM_STATUS_OK ? status
                                    : s_add(registry, &registration, ASKI_BACKEND_SEARCH, name, context, error);
}

askiam_status aski_registry_add_embedder(aski_registry *registry, const char *name, const askiam_embedder_vtable *table,
                                         void *context, askiam_error *error)
{
  aski_registration registration = {.name = ""};
  askiam_status status = s_check_name(registry, ASKI_BACKEND_EMBEDDER, name, error);
  if (status == ASKIAM_STATUS_OK) {
    status = aski_table_embedder(&registration.table.embedder, table, name, error);
  }
  return status != ASKIAM_STATUS_OK ? status
                                    : s_add(registry, &registration, ASKI_BACKEND_EMBEDDER, name, context, error);
}

askiam_status aski_registry_add_judge(aski_registry *registry, const char *name, const askiam_judge_vtable *table,
                                      void *context, askiam_error *error)
{
  aski_registration registration = {.name = ""};
  askiam_status status = s_check_name(registry, ASKI_BACKEND_JUDGE, name, error);
  if (status == ASKIAM_STATUS_OK) {
    status = aski_table_judge(&registration.table.judge, table, name, error);
  }
  return status != ASKIAM_STATUS_OK ? status : s_add(registry, &registration, ASKI_BACKEND_JUDGE, name, context, error);
}

/* "sqlite, hr" into a fixed buffer; what does not fit is left out. */
static void s_list_names(const aski_registry *registry, aski_backend_kind kind, char *out, size_t size_bytes)
{
  size_t length = 0;
  out[0] = 0;
  for (size_t i = 0; i < registry->count; ++i) {
    const aski_registration *item = &registry->items[i];
    size_t needed = strlen(item->name) + 2;
    if (item->kind != kind || length + needed >= size_bytes) {
      continue;
    }
    if (length > 0) {
      memcpy(out + length, ", ", 2);
      length += 2;
    }
    memcpy(out + length, item->name, strlen(item->name) + 1);
    length += strlen(item->name);
  }
}

static bool s_is_token_of(const aski_registered_token *token, const char *store)
{
  return strcmp(token->store, store) == 0;
}

askiam_status aski_registry_set_token(aski_registry *registry, const char *store, askiam_token_fn token, void *context,
                                      askiam_error *error)
{
  if (store == NULL || !s_is_name(askiam_str_from(store))) {
    return askiam_error_set(error, ASKIAM_STATUS_INVALID_ARGUMENT, ASKIAM_LAYER_CONFIG,
                            "a store's name is 1 to %d of [a-z0-9_-]", ASKI_BACKEND_NAME_MAX_BYTES);
  }
  aski_registered_token *place = NULL;
  for (size_t i = 0; i < ASKI_REGISTERED_TOKENS_MAX; ++i) {
    aski_registered_token *each = &registry->tokens[i];
    bool same = s_is_token_of(each, store);
    place = same || (place == NULL && each->store[0] == 0) ? each : place;
    if (same) {
      break;
    }
  }
  if (place == NULL) {
    return askiam_error_set(error, ASKIAM_STATUS_INVALID_ARGUMENT, ASKIAM_LAYER_CONFIG,
                            "there are token functions for %d stores already", ASKI_REGISTERED_TOKENS_MAX);
  }
  *place = (aski_registered_token){.token = token, .context = context};
  if (token != NULL) {
    memcpy(place->store, store, strlen(store) + 1);
  }
  return ASKIAM_STATUS_OK;
}

const aski_registered_token *aski_registry_token(const aski_registry *registry, const char *store)
{
  for (size_t i = 0; i < ASKI_REGISTERED_TOKENS_MAX; ++i) {
    if (s_is_token_of(&registry->tokens[i], store)) {
      return &registry->tokens[i];
    }
  }
  return NULL;
}

static bool s_is_planned(aski_backend_kind kind, askiam_str name)
{
  for (size_t i = 0; i < sizeof s_planned_backends / sizeof *s_planned_backends; ++i) {
    if (s_planned_backends[i].kind == kind && aski_str_equal_text(name, s_planned_backends[i].name)) {
      return true;
    }
  }
  return false;
}

/* A store's URL may hold a password: only its scheme is ever repeated in a message. */
static askiam_str s_scheme(askiam_str url)
{
  const char *colon = url.length == 0 ? NULL : memchr(url.data, ':', url.length);
  return colon == NULL ? url : aski_str_slice(url, 0, (size_t)(colon - url.data));
}

askiam_status aski_registry_find(const aski_registration **out_registration, const aski_registry *registry,
                                 aski_backend_kind kind, askiam_str name_or_url, askiam_error *error)
{
  askiam_str name = kind == ASKI_BACKEND_STORE ? s_scheme(name_or_url) : name_or_url;
  *out_registration = s_lookup(registry, kind, name);
  if (*out_registration != NULL) {
    return ASKIAM_STATUS_OK;
  }
  char known[256];
  s_list_names(registry, kind, known, sizeof known);
  const char *what = aski_backend_kind_name(kind);
  if (s_is_planned(kind, name)) {
    return askiam_error_set(error, ASKIAM_STATUS_NOT_SUPPORTED, ASKIAM_LAYER_CONFIG,
                            "the %s \"%.*s\" is not supported in this build, which has: %s", what, ASKI_STR_ARG(name),
                            known);
  }
  if (!s_is_name(name)) {
    return askiam_error_set(
        error, ASKIAM_STATUS_CONFIG, ASKIAM_LAYER_CONFIG,
        kind == ASKI_BACKEND_STORE
            ? "%s is chosen by a URL that begins with its name, such as sqlite:iam.db; known are: %s"
            : "%s is chosen by its name; known are: %s",
        kind == ASKI_BACKEND_STORE ? "a store" : what, known);
  }
  return askiam_error_set(error, ASKIAM_STATUS_CONFIG, ASKIAM_LAYER_CONFIG, "unknown %s \"%.*s\"; known are: %s", what,
                          ASKI_STR_ARG(name), known);
}

void aski_registry_write_json(const aski_registry *registry, aski_json_writer *writer, const char *name)
{
  aski_json_open_object(writer, name);
  for (int kind = 0; kind < ASKI_BACKEND_KIND_COUNT; ++kind) {
    aski_json_open_array(writer, aski_backend_kind_name((aski_backend_kind)kind));
    for (size_t i = 0; i < registry->count; ++i) {
      if (registry->items[i].kind == (aski_backend_kind)kind) {
        aski_json_write_text(writer, NULL, registry->items[i].name);
      }
    }
    aski_json_close_array(writer);
  }
  aski_json_close_object(writer);
}
