/* SPDX-License-Identifier: Apache-2.0
 *
 * Which opened backends are guarded by retry and circuit breaker, and whose answers are kept: those that say that they talk to another process. */
#include "engine/guards.h"

#include "backend/cache.h"

aski_guard_options aski_engine_guard_options(const askiam_engine *engine)
{
  const askiam_config *config = engine->config;
  return (aski_guard_options){
      .allocator = &engine->allocator,
      .retry = {.attempts = (unsigned)aski_config_integer(config, "retry.attempts"),
                .delay_ms = aski_config_integer(config, "retry.delay_ms"),
                .jitter_ms = aski_config_integer(config, "retry.jitter_ms")},
      .breaker = {.failures = (unsigned)aski_config_integer(config, "breaker.failures"),
                  .open_ms = aski_config_integer(config, "breaker.open_ms")},
  };
}

static bool s_is_remote(bool provided, unsigned flags) { return provided && (flags & ASKIAM_BACKEND_REMOTE) != 0; }

/* What is kept needs neither attempt nor breaker: the cache stands before both. */
static askiam_status s_guard_embedder(askiam_engine *engine, const aski_guard_options *options, askiam_error *error)
{
  askiam_status status = aski_guard_embedder(&engine->embedder, options, error);
  size_t entries = (size_t)aski_config_integer(engine->config, "embedder.cache_entries");
  return status != ASKIAM_STATUS_OK || entries == 0
             ? status
             : aski_cache_embedder(&engine->embedder, &engine->allocator, entries, error);
}

askiam_status aski_engine_guard_backends(askiam_engine *engine, askiam_error *error)
{
  const aski_guard_options options = aski_engine_guard_options(engine);
  askiam_status status = ASKIAM_STATUS_OK;
  if (s_is_remote(engine->search.provided, engine->search.table.flags)) {
    status = aski_guard_search(&engine->search, &options, error);
  }
  if (status == ASKIAM_STATUS_OK && s_is_remote(engine->embedder.provided, engine->embedder.table.flags)) {
    status = s_guard_embedder(engine, &options, error);
  }
  if (status == ASKIAM_STATUS_OK && s_is_remote(engine->judge.provided, engine->judge.table.flags)) {
    status = aski_guard_judge(&engine->judge, &options, error);
  }
  return status;
}
