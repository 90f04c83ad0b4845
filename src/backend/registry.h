/* SPDX-License-Identifier: Apache-2.0
 *
 * Which backends a configuration knows by name. Built-in ones are added by the very functions that a stranger's registration goes
 * through. A registry belongs to one configuration or engine; it may be read by many threads, not changed. */
#ifndef ASKI_BACKEND_REGISTRY_H
#define ASKI_BACKEND_REGISTRY_H

#include "backend/handles.h"
#include "json/json.h"

typedef enum aski_backend_kind {
  ASKI_BACKEND_STORE,
  ASKI_BACKEND_SEARCH,
  ASKI_BACKEND_EMBEDDER,
  ASKI_BACKEND_JUDGE,
  ASKI_BACKEND_KIND_COUNT
} aski_backend_kind;

enum { ASKI_BACKEND_NAME_MAX_BYTES = 32 };

typedef struct aski_registration {
  aski_backend_kind kind;
  char name[ASKI_BACKEND_NAME_MAX_BYTES + 1];
  void *context; /* passed to open */
  union {        /* by kind; checked and copied to our size. A driver's four tables stay the author's */
    askiam_store_driver store;
    askiam_search_vtable search;
    askiam_embedder_vtable embedder;
    askiam_judge_vtable judge;
  } table;
} aski_registration;

/* Who gives the passwords of a store. */
typedef struct aski_registered_token {
  char store[ASKI_BACKEND_NAME_MAX_BYTES + 1]; /* "" for none */
  askiam_token_fn token;
  void *context;
} aski_registered_token;

enum { ASKI_REGISTERED_TOKENS_MAX = 8 };

typedef struct aski_registry {
  const askiam_allocator *allocator; /* borrowed */
  aski_registration *items;
  size_t count, capacity;
  aski_registered_token tokens[ASKI_REGISTERED_TOKENS_MAX];
} aski_registry;

void aski_registry_init(aski_registry *registry, const askiam_allocator *allocator);
void aski_registry_clean_up(aski_registry *registry);
/* A copy of its own, for an engine that outlives its configuration. `out_copy` is initialised here, also on failure. */
askiam_status aski_registry_copy(aski_registry *out_copy, const aski_registry *registry,
                                 const askiam_allocator *allocator, askiam_error *error);

/* What askiam_register_… do. A name is 1 to 32 of [a-z0-9_-]. INVALID_ARGUMENT for a bad name or table, CONFLICT where the name is
 * taken; the registry is then unchanged. */
askiam_status aski_registry_add_store(aski_registry *registry, const char *name, const askiam_store_driver *driver,
                                      void *context, askiam_error *error);
askiam_status aski_registry_add_search(aski_registry *registry, const char *name, const askiam_search_vtable *table,
                                       void *context, askiam_error *error);
askiam_status aski_registry_add_embedder(aski_registry *registry, const char *name, const askiam_embedder_vtable *table,
                                         void *context, askiam_error *error);
askiam_status aski_registry_add_judge(aski_registry *registry, const char *name, const askiam_judge_vtable *table,
                                      void *context, askiam_error *error);

/* What askiam_register_token does. */
askiam_status aski_registry_set_token(aski_registry *registry, const char *store, askiam_token_fn token, void *context,
                                      askiam_error *error);
/* The token function of a store, NULL for none. */
const aski_registered_token *aski_registry_token(const aski_registry *registry, const char *store);

/* By name; a store also by URL, whose scheme is the name. NOT_SUPPORTED for a backend that libaskiam has but this build has not, CONFIG for
 * a name that nobody knows; both list what there is. *out_registration is borrowed until the registry changes. */
askiam_status aski_registry_find(const aski_registration **out_registration, const aski_registry *registry,
                                 aski_backend_kind kind, askiam_str name_or_url, askiam_error *error);

/* {"store": ["sqlite"], "search": […], "embedder": […], "judge": […]}, in the order of registration. */
void aski_registry_write_json(const aski_registry *registry, aski_json_writer *writer, const char *name);

/* "store", "search", "embedder", "judge". */
const char *aski_backend_kind_name(aski_backend_kind kind);

#endif
