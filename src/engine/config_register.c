/* SPDX-License-Identifier: Apache-2.0
 *
 * The public registration of backends: a configuration owns the list of those that it knows. */
#include <askiam/backend/backend.h>

#include "engine/config.h"

static askiam_status s_no_config(askiam_error *error)
{
  return askiam_error_set(error, ASKIAM_STATUS_INVALID_ARGUMENT, ASKIAM_LAYER_CONFIG,
                          "a backend is registered in a configuration, which must not be NULL");
}

askiam_status askiam_register_store(askiam_config *config, const char *name, const askiam_store_driver *driver,
                                    void *context, askiam_error *error)
{
  return config == NULL ? s_no_config(error) : aski_registry_add_store(&config->registry, name, driver, context, error);
}

askiam_status askiam_register_token(askiam_config *config, const char *store, askiam_token_fn token, void *context,
                                    askiam_error *error)
{
  return config == NULL ? s_no_config(error) : aski_registry_set_token(&config->registry, store, token, context, error);
}

askiam_status askiam_register_search(askiam_config *config, const char *name, const struct askiam_search_vtable *table,
                                     void *context, askiam_error *error)
{
  return config == NULL ? s_no_config(error) : aski_registry_add_search(&config->registry, name, table, context, error);
}

askiam_status askiam_register_embedder(askiam_config *config, const char *name,
                                       const struct askiam_embedder_vtable *table, void *context, askiam_error *error)
{
  return config == NULL ? s_no_config(error)
                        : aski_registry_add_embedder(&config->registry, name, table, context, error);
}

askiam_status askiam_register_judge(askiam_config *config, const char *name, const struct askiam_judge_vtable *table,
                                    void *context, askiam_error *error)
{
  return config == NULL ? s_no_config(error) : aski_registry_add_judge(&config->registry, name, table, context, error);
}
