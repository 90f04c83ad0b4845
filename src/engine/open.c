/* SPDX-License-Identifier: Apache-2.0
 *
 * Choosing and opening backends by the names in the configuration. */
#include "engine/guesses.h"
#include "engine/remote.h"
#include "engine/split.h"

#include "backend/options.h"
#include "backend/registry.h"
#include "backend/table.h"
#include "embed/bedrock/bedrock_embedder.h"
#include "embed/hashing/hashing_embedder.h"
#include "embed/openai/openai_embedder.h"
#include "http/http.h"
#include "judge/evidence/evidence_judge.h"
#include "judge/llm/llm_judge.h"
#include "search/embedded/embedded_search.h"
#include "search/opensearch/opensearch_search.h"
#include "store/sqlite/sqlite_store.h"
#ifdef ASKIAM_HAS_POSTGRES
#include "store/postgres/postgres_store.h"
#endif

/* What asks other machines over HTTP: known by name, and not supported, where there is no client. */
static askiam_status s_register_remote(askiam_config *config, askiam_error *error)
{
  if (!aski_http_supported()) {
    return ASKIAM_STATUS_OK;
  }
  askiam_status status = askiam_register_embedder(config, "openai", aski_openai_embedder(), NULL, error);
  if (status == ASKIAM_STATUS_OK) {
    status = askiam_register_embedder(config, "bedrock", aski_bedrock_embedder(), NULL, error);
  }
  if (status == ASKIAM_STATUS_OK) {
    status = askiam_register_search(config, "opensearch", aski_opensearch_search(), NULL, error);
  }
  if (status == ASKIAM_STATUS_OK) {
    status = askiam_register_judge(config, "llm", aski_llm_judge(), NULL, error);
  }
  return status == ASKIAM_STATUS_OK ? askiam_register_judge(config, "bedrock", aski_llm_judge_bedrock(), NULL, error)
                                    : status;
}

askiam_status aski_register_builtin(askiam_config *config, askiam_error *error)
{
  askiam_status status = askiam_register_store(config, "sqlite", aski_sqlite_store_driver(), NULL, error);
#ifdef ASKIAM_HAS_POSTGRES
  if (status == ASKIAM_STATUS_OK) {
    status = askiam_register_store(config, "postgresql", aski_postgres_store_driver(), NULL, error);
  }
  if (status == ASKIAM_STATUS_OK) {
    status = askiam_register_search(config, "postgresql", aski_postgres_search(), NULL, error);
  }
#endif
  if (status == ASKIAM_STATUS_OK) {
    status = askiam_register_search(config, "embedded", aski_embedded_search(), NULL, error);
  }
  if (status == ASKIAM_STATUS_OK) {
    status = askiam_register_embedder(config, "hashing", aski_hashing_embedder(), NULL, error);
  }
  if (status == ASKIAM_STATUS_OK) {
    status = askiam_register_judge(config, "evidence", aski_evidence_judge(), NULL, error);
  }
  return status == ASKIAM_STATUS_OK ? s_register_remote(config, error) : status;
}

static askiam_str s_value(const void *settings, const char *key) { return askiam_config_get(settings, key); }

static askiam_backend_options s_options(askiam_engine *engine, askiam_str url)
{
  return (askiam_backend_options){.url = url,
                                  .get = s_value,
                                  .settings = engine->config,
                                  .allocator = &engine->allocator,
                                  .clock = &engine->clock,
                                  .lending = &engine->lending};
}

/* Opens one backend. A failed open must say something; URLs may hold passwords and are not repeated. */
static askiam_status s_open(askiam_engine *engine, void **out_self, askiam_backend_open_fn open,
                            const aski_registration *entry, askiam_str url, askiam_error *error)
{
  askiam_backend_options options = s_options(engine, url);
  const aski_registered_token *token = aski_registry_token(aski_config_registry(engine->config), entry->name);
  if (token != NULL) {
    options.token = token->token;
    options.token_context = token->context;
  }
  askiam_error said = ASKIAM_ERROR_INIT;
  askiam_status status = open(out_self, entry->context, &options, &said);
  if (status == ASKIAM_STATUS_OK) {
    return status;
  }
  return askiam_error_set(error, status, said.layer == ASKIAM_LAYER_NONE ? ASKIAM_LAYER_ENGINE : said.layer,
                          "%s \"%s\" could not be opened: %s", aski_backend_kind_name(entry->kind), entry->name,
                          said.message[0] == 0 ? askiam_status_name(status) : said.message);
}

/* The opened store of this URL: an earlier one, or a new one. */
static askiam_status s_store(aski_open_store **out_store, askiam_engine *engine, askiam_str url, askiam_error *error)
{
  for (size_t i = 0; i < engine->store_count; ++i) {
    if (aski_str_equal(engine->stores[i].url, url)) {
      *out_store = &engine->stores[i];
      return ASKIAM_STATUS_OK;
    }
  }
  const aski_registration *entry = NULL;
  askiam_status status =
      aski_registry_find(&entry, aski_config_registry(engine->config), ASKI_BACKEND_STORE, url, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  aski_open_store *store = &engine->stores[engine->store_count];
  *store = (aski_open_store){.url = url, .driver = entry->table.store, .name = entry->name};
  status = s_open(engine, &store->self, store->driver.open, entry, url, error);
  if (status == ASKIAM_STATUS_OK) {
    ++engine->store_count;
    *out_store = store;
  }
  return status;
}

/* The URL under `key`, or the store's where that is empty. */
static askiam_str s_url(const askiam_engine *engine, const char *key)
{
  askiam_str url = askiam_config_get(engine->config, key);
  return url.length > 0 ? url : askiam_config_get(engine->config, "store.url");
}

/* Takes one table of the store that `key` names. Neither a missing URL nor a missing table is an error yet: what
 * needs it says so. */
#define OPEN_TABLE(engine, member, key)                                                                                \
  do {                                                                                                                 \
    askiam_str url = s_url((engine), (key));                                                                           \
    aski_open_store *store = NULL;                                                                                     \
    if (status == ASKIAM_STATUS_OK && url.length > 0) {                                                                \
      status = s_store(&store, (engine), url, error);                                                                  \
    }                                                                                                                  \
    if (status == ASKIAM_STATUS_OK && store != NULL && store->driver.member != NULL) {                                 \
      status = aski_table_##member(&(engine)->member.table, store->driver.member, store->name, error);                 \
      (engine)->member.self = store->self;                                                                             \
      (engine)->member.provided = status == ASKIAM_STATUS_OK;                                                          \
    }                                                                                                                  \
  } while (0)

/* Opens the search, embedder or judge of the name `chosen`; `url` is what it is opened with, its name where that
 * is empty. */
#define OPEN_NAMED(engine, member, backend_kind, chosen, url)                                                          \
  do {                                                                                                                 \
    askiam_str name = (chosen);                                                                                        \
    const aski_registration *entry = NULL;                                                                             \
    if (status == ASKIAM_STATUS_OK) {                                                                                  \
      status = aski_registry_find(&entry, aski_config_registry((engine)->config), (backend_kind), name, error);        \
    }                                                                                                                  \
    if (status == ASKIAM_STATUS_OK) {                                                                                  \
      (engine)->member.table = entry->table.member;                                                                    \
      status = s_open((engine), &(engine)->member.self, entry->table.member.open, entry,                               \
                      (url).length > 0 ? (url) : name, error);                                                         \
      (engine)->member.provided = status == ASKIAM_STATUS_OK;                                                          \
    }                                                                                                                  \
  } while (0)

/* The search that is embedded in a store is the one that its tables can be searched by; absent where nothing can. */
static askiam_str s_search(const askiam_engine *engine)
{
  askiam_str name = askiam_config_get(engine->config, "search.backend");
  askiam_str url = s_url(engine, "search.url");
  bool embedded = aski_str_equal_text(name, "embedded");
  return !embedded || aski_str_starts(url, ASKI_STR("sqlite:")) ? name
         : aski_str_starts(url, ASKI_STR("postgresql:"))        ? ASKI_STR("postgresql")
                                                                : ASKI_STR_NONE;
}

static askiam_str s_named(const askiam_engine *engine, const char *key)
{
  return askiam_config_get(engine->config, key);
}

/* The judge of the past, beside one that wants to be joined with it. */
static askiam_status s_open_evidence(askiam_engine *engine, askiam_error *error)
{
  if (!engine->judge.provided || (engine->judge.table.flags & ASKIAM_JUDGE_WITH_EVIDENCE) == 0) {
    return ASKIAM_STATUS_OK;
  }
  const askiam_str name = ASKI_STR("evidence");
  const aski_registration *entry = NULL;
  askiam_status status =
      aski_registry_find(&entry, aski_config_registry(engine->config), ASKI_BACKEND_JUDGE, name, error);
  if (status == ASKIAM_STATUS_OK) {
    engine->evidence.table = entry->table.judge;
    status = s_open(engine, &engine->evidence.self, entry->table.judge.open, entry, name, error);
    engine->evidence.provided = status == ASKIAM_STATUS_OK;
  }
  return status;
}

askiam_status aski_engine_open_backends(askiam_engine *engine, askiam_error *error)
{
  askiam_status status = ASKIAM_STATUS_OK;
  OPEN_TABLE(engine, catalogue, "catalogue.url");
  OPEN_TABLE(engine, journal, "journal.url");
  OPEN_TABLE(engine, state, "state.url");
  OPEN_TABLE(engine, admin, "store.url");
  if (status == ASKIAM_STATUS_OK) {
    const askiam_backend_options options = s_options(engine, ASKI_STR_NONE);
    status = aski_split_open(engine, &options, error);
  }
  if (status != ASKIAM_STATUS_OK || aski_split_alone(engine)) {
    return status == ASKIAM_STATUS_OK ? aski_remote_open(engine, error) : status;
  }
  if (aski_str_present(s_search(engine))) {
    OPEN_NAMED(engine, search, ASKI_BACKEND_SEARCH, s_search(engine), s_url(engine, "search.url"));
  }
  OPEN_NAMED(engine, embedder, ASKI_BACKEND_EMBEDDER, s_named(engine, "embedder.backend"), ASKI_STR_NONE);
  OPEN_NAMED(engine, judge, ASKI_BACKEND_JUDGE, s_named(engine, "judge.backend"), ASKI_STR_NONE);
  if (status == ASKIAM_STATUS_OK) {
    status = s_open_evidence(engine, error);
  }
  if (status == ASKIAM_STATUS_OK) {
    status = aski_engine_guard_backends(engine, error);
  }
  if (status == ASKIAM_STATUS_OK) {
    const askiam_backend_options options = s_options(engine, ASKI_STR_NONE);
    status = aski_guesses_open(engine, &options, error);
  }
  return status == ASKIAM_STATUS_OK ? aski_remote_open(engine, error) : status;
}

static void s_close(askiam_backend_close_fn close, void *self, bool provided)
{
  if (provided && close != NULL) {
    close(self);
  }
}

void aski_engine_close_backends(askiam_engine *engine)
{
  aski_split_close(engine);
  aski_guesses_close(engine);
  s_close(engine->evidence.table.close, engine->evidence.self, engine->evidence.provided);
  s_close(engine->judge.table.close, engine->judge.self, engine->judge.provided);
  s_close(engine->embedder.table.close, engine->embedder.self, engine->embedder.provided);
  s_close(engine->search.table.close, engine->search.self, engine->search.provided);
  for (size_t i = engine->store_count; i > 0; --i) {
    s_close(engine->stores[i - 1].driver.close, engine->stores[i - 1].self, true);
  }
}
