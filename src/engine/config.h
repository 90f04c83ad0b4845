/* SPDX-License-Identifier: Apache-2.0
 *
 * A configuration as the engine reads it: checked texts by key, and what is no text (clock, callbacks, registered
 * backends). */
#ifndef ASKI_ENGINE_CONFIG_H
#define ASKI_ENGINE_CONFIG_H

#include <askiam/config.h>

#include "backend/registry.h"
#include "engine/config_keys.h"

typedef struct aski_log_target {
  askiam_log_fn log; /* NULL: silence */
  void *log_context;
  askiam_observer_fn observer; /* NULL: nobody */
  void *observer_context;
} aski_log_target;

struct askiam_config {
  askiam_allocator allocator;
  char *values[ASKI_CONFIG_KEYS_MAX]; /* by index of the key; NULL: the default */
  askiam_clock clock;
  aski_log_target log_target;
  aski_registry registry;
};

/* A deep copy with the same allocator, for an engine. */
askiam_status aski_config_copy(askiam_config **out_copy, const askiam_config *config, askiam_error *error);

/* The value of a key of the table; every value was checked when it was set. A key that is none, or of another type,
 * gives false or 0. */
bool aski_config_bool(const askiam_config *config, const char *key);
int64_t aski_config_integer(const askiam_config *config, const char *key);
double aski_config_number(const askiam_config *config, const char *key);
askiam_log_level aski_config_log_level(const askiam_config *config);

const askiam_allocator *aski_config_allocator(const askiam_config *config);
const askiam_clock *aski_config_clock(const askiam_config *config);
aski_log_target aski_config_log_target(const askiam_config *config);
const aski_registry *aski_config_registry(const askiam_config *config);

#endif
