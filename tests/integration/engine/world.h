/* SPDX-License-Identifier: Apache-2.0
 *
 * An orchestrator of topology split, which has no store, and the functions that it calls: another engine, reached by a transport within the process
 * that can be made to fail in every way in which a function can. Beside them an engine of one process, to compare with. */
#ifndef TESTS_INTEGRATION_ENGINE_WORLD_H
#define TESTS_INTEGRATION_ENGINE_WORLD_H

#include <askiam/stages.h>

#include <stdbool.h>

#include "fixture.h"

enum { WORLD_STAGES = 4 };

/* What a function does in place of answering. */
typedef struct world_fault {
  askiam_status transport; /* of the exchange; OK: it comes to an answer */
  int http_status;         /* 0: 200 */
  const char *headers;     /* NULL, or "name:value\n" lines */
  const char *body;        /* in place of the answer; NULL: the answer itself */
  const char *from, *to;   /* the first `from` in the answer becomes `to`; NULL: it stays */
  int times;               /* so many calls; 0: all */
} world_fault;

typedef struct world {
  fixture *fused;     /* decides by itself */
  fixture *functions; /* serves the stages */
  test_allocator allocator;
  askiam_config *config;
  askiam_engine *engine; /* the orchestrator */
  world_fault faults[WORLD_STAGES];
  bool has_fault[WORLD_STAGES];
  int calls[WORLD_STAGES];    /* atomic */
  char *events[WORLD_STAGES]; /* the latest event of each, owned */
} world;

int world_set_up(void **state);
int world_tear_down(void **state);
/* The same keys for all three engines, made anew. */
void world_configure(world *at, const char *const *pairs);
/* Makes the orchestrator anew: no function has failed yet. */
void world_reopen(world *at);
void world_break(world *at, askiam_stage stage, world_fault fault);
void world_mend(world *at);
/* Decides in the orchestrator; destroys the request. *out_status may be NULL: then it must be OK. */
askiam_decision *world_decide(world *at, askiam_request *request, askiam_status *out_status);

#endif
