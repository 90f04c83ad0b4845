/* SPDX-License-Identifier: Apache-2.0
 *
 * The engine: what it holds open, and how a call enters and leaves it. The only room that names concrete backends. */
#ifndef ASKI_ENGINE_ENGINE_H
#define ASKI_ENGINE_ENGINE_H

#include <askiam/engine.h>
#include <pthread.h>
#include <sys/types.h>

#include "audit/audit.h"
#include "backend/handles.h"
#include "decide/decide.h"
#include "dialogue/dialogue.h"
#include "engine/config.h"
#include "engine/policies.h"
#include "engine/request.h"
#include "engine/tokens.h"
#include "extract/extract.h"
#include "import/import.h"
#include "index/index.h"
#include "rag/rag.h"
#include "rules/rules.h"
#include "store/common/lending.h"

/* One opened store; several of the four tables may come from it. */
typedef struct aski_open_store {
  askiam_str url;
  const char *name; /* of the driver */
  askiam_store_driver driver;
  void *self;
} aski_open_store;

/* store.url, catalogue.url, journal.url, state.url */
enum { ASKI_OPEN_STORES_MAX = 4 };

typedef struct aski_settings {
  aski_decide_settings decide;
  unsigned soft_codes; /* a mask of aski_rules_soft_bit */
  aski_policy_mode policy_mode;
  int64_t request_timeout_ms;
  int64_t rag_timeout_ms;
  bool audit_enabled;
  askiam_str replay_json; /* what a replay needs of all these */
  char config_hash[65];
} aski_settings;

struct askiam_engine {
  askiam_allocator allocator;
  aski_arena arena; /* what lives as long as the engine */
  askiam_config *config;
  askiam_clock clock;
  aski_trace trace; /* without a request: the template */
  aski_phrases *phrases;
  const aski_dialogue_words *words; /* of conversations; built in, or in the arena */
  aski_settings settings;
  aski_buffer audit_key;
  aski_open_store stores[ASKI_OPEN_STORES_MAX];
  size_t store_count;
  aski_lending lending; /* by the first store that lends connections, to the search */
  aski_catalogue catalogue;
  aski_journal journal;
  aski_state state;
  aski_admin admin;
  aski_search search;
  aski_embedder embedder;
  aski_judge judge;
  aski_judge evidence; /* asked beside it, where it wants that */
  aski_rag rag;
  aski_audit audit;
  aski_import import;
  aski_index index;
  aski_policies policies;
  aski_tokens tokens;
  struct aski_guesser *guesser;     /* engine/guesses.h; NULL where no language model helps to read */
  struct aski_pool *pool;           /* engine/remote.h; NULL where all evidence is in the process */
  const struct aski_stages *stages; /* engine/pipeline.h: where the stages of a decision run */
  struct aski_split *split;         /* engine/split.h: the functions that are called; NULL where none are */
  pid_t owner;
  int cancelled;         /* atomic */
  pthread_mutex_t mutex; /* guards in_flight */
  pthread_cond_t idle;
  size_t in_flight;
};

/* One call into the engine. */
typedef struct aski_visit {
  askiam_engine *engine;
  const struct aski_stages *stages; /* of the engine; a stage that is asked by itself runs here */
  aski_trace trace;
  askiam_call call;
  uint64_t begin_ticks_ns;
} aski_visit;

/* Refuses a NULL engine, one of another process, one that is being destroyed. After OK aski_leave must follow.
 * `request` may be NULL. */
askiam_status aski_enter(aski_visit *visit, askiam_engine *engine, const askiam_request *request, askiam_error *error);
void aski_leave(aski_visit *visit);
/* The visit ends after `timeout_ms` from its beginning at the latest. 0: when it would have ended anyway. */
void aski_visit_limit(aski_visit *visit, int64_t timeout_ms);

/* Opens what the configuration names; closes it. */
askiam_status aski_engine_open_backends(askiam_engine *engine, askiam_error *error);
void aski_engine_close_backends(askiam_engine *engine);
/* Puts retry and circuit breaker before those of them that are remote. */
askiam_status aski_engine_guard_backends(askiam_engine *engine, askiam_error *error);
/* Reads settings, patterns and key. */
askiam_status aski_engine_read_settings(askiam_engine *engine, askiam_error *error);
/* Registers what is compiled in, through the public calls. */
askiam_status aski_register_builtin(askiam_config *config, askiam_error *error);

/* Gives a buffer's text to the caller of a public function: *out_text is owned by him. */
askiam_status aski_give_text(char **out_text, aski_buffer *buffer, askiam_status status, askiam_layer layer,
                             askiam_error *error);

#endif
