/* SPDX-License-Identifier: Apache-2.0
 *
 * An engine over a fresh store with the sample organisation, and a clock that the test moves. The store is SQLite, or a new database of
 * PostgreSQL where the program is built with ASKIAM_FIXTURE_POSTGRES. */
#ifndef TESTS_INTEGRATION_ENGINE_FIXTURE_H
#define TESTS_INTEGRATION_ENGINE_FIXTURE_H

#include <askiam/askiam.h>

#include "support/allocator.h"

/* 2026-11-23T12:00:00Z */
#define FIXTURE_NOW_MS INT64_C(1795435200000)
#define FIXTURE_SENTENCE "I need access to HR Analyst role in Workday"

typedef struct fixture {
  char folder[64];
  char url[256];
  int64_t now_ms;
  uint64_t ticks_ns;
  test_allocator allocator;
  askiam_config *config;
  askiam_engine *engine;
} fixture;

/* cmocka set-up and tear-down; tear-down checks that nothing leaked. */
int fixture_set_up(void **state);
/* The same with a schema only: nobody and nothing in it. */
int fixture_set_up_empty(void **state);
int fixture_tear_down(void **state);
/* Makes the engine anew after a change of the configuration. */
void fixture_reopen(fixture *home);
/* A request of john.doe, or of `user`; `request_id` may be NULL. Owned. */
askiam_request *fixture_request(const char *user, const char *text, const char *request_id);
/* Decides and destroys the request. Owned. */
askiam_decision *fixture_decide(fixture *home, askiam_request *request);
/* Imports an organisation from JSON text. */
void fixture_import(fixture *home, const char *json);
/* How many entries the audit trail has; checks that it is sound. */
size_t fixture_trail(fixture *home);

#endif
