/* SPDX-License-Identifier: Apache-2.0
 *
 * Backends that are written in JavaScript. A thread of the library's asks and waits; the JavaScript thread answers when it can, or never: a
 * deadline, a cancelled call or the end of the engine ends the wait all the same. */
#ifndef ASKIAM_NODE_BRIDGE_H
#define ASKIAM_NODE_BRIDGE_H

#include <askiam/backend/embedder.h>
#include <askiam/backend/judge.h>
#include <askiam/backend/search.h>

#include "addon.h"
#include "text.h"

struct engine;

/* What is asked for; lib/backends.js has the same numbers. */
typedef enum bridge_kind {
  BRIDGE_JUDGE = 0,
  BRIDGE_EMBED,
  BRIDGE_DOCUMENTS,
  BRIDGE_PATTERNS,
  BRIDGE_FORGET
} bridge_kind;

/* What JavaScript answered: some texts and some numbers, whose meaning depends on what was asked for. */
typedef struct bridge_answer {
  char **texts; /* malloc, each ended by NUL too */
  size_t *lengths;
  size_t text_count;
  double *numbers;
  size_t number_count;
} bridge_answer;

typedef struct bridge_call bridge_call;

typedef struct bridge {
  struct engine *owner;
  askiam_judge_vtable judge; /* `kind` is owned */
  askiam_embedder_vtable embedder;
  askiam_search_vtable search;
  char *judge_kind;
  char *model; /* of the embedder */
  size_t dimension;
  pthread_mutex_t mutex; /* guards what follows */
  pthread_cond_t answered;
  bridge_call *calls;
  uint32_t next_call;
  bool closed;
} bridge;

bool bridge_init(bridge *own, struct engine *owner);
void bridge_clean_up(bridge *own);
/* Ends every wait; no call is taken any more. Any thread. */
void bridge_close(bridge *own);
/* Registers what options.judge, .embedder and .search describe. False with an exception pending. */
bool bridge_register(bridge *own, napi_env env, napi_value options, askiam_config *config);
/* Asks and waits. Takes `asked`, which is JSON. On OK the answer is the caller's (bridge_answer_clean_up). Any thread but JavaScript's. */
askiam_status bridge_ask(bridge *own, const askiam_call *call, bridge_kind kind, text *asked, bridge_answer *out_answer,
                         askiam_error *error);
void bridge_answer_clean_up(bridge_answer *own);

/* answer(engine id, call id, texts, numbers: Float64Array), refuse(engine id, call id, message, retryable): what came of a call. A call that
 * nobody waits for any more is passed over. */
napi_value bridge_take_answer(napi_env env, napi_callback_info info);
napi_value bridge_take_refusal(napi_env env, napi_callback_info info);

#endif
