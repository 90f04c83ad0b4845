/* SPDX-License-Identifier: Apache-2.0
 *
 * Changes to a configuration on their way: all of them, or none. */
#ifndef ASKI_ENGINE_CONFIG_DRAFT_H
#define ASKI_ENGINE_CONFIG_DRAFT_H

#include "engine/config.h"

typedef struct aski_config_draft {
  askiam_config *config;
  char *values[ASKI_CONFIG_KEYS_MAX]; /* NULL: not changed */
} aski_config_draft;

void aski_config_draft_init(aski_config_draft *draft, askiam_config *config);
/* Checks and keeps a value; `where` is what the caller calls the key. A key that was given already is CONFIG. */
askiam_status aski_config_draft_put(aski_config_draft *draft, size_t index, askiam_str value, const char *where,
                                    askiam_error *error);
/* Applies all where `status` is OK, else none. Gives `status` back. The draft is then empty. */
askiam_status aski_config_draft_end(aski_config_draft *draft, askiam_status status);

#endif
