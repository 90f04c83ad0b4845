/* SPDX-License-Identifier: Apache-2.0
 *
 * Settings of an engine: defaults, then what the caller loads and sets, later calls over earlier ones. The table of
 * keys is docs/configuration.md. */
#ifndef ASKIAM_CONFIG_H
#define ASKIAM_CONFIG_H

#include <askiam/api.h>
#include <askiam/error.h>
#include <askiam/log.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Not to be shared by threads while it is changed. An engine copies what it needs. */
typedef struct askiam_config askiam_config;

/* A configuration with every default. `allocator` may be NULL (malloc); it is copied, its context is borrowed for as
 * long as the configuration or any engine made from it lives. Destroy with askiam_config_destroy. */
ASKIAM_API askiam_status askiam_config_new(askiam_config **out_config, const askiam_allocator *allocator,
                                           askiam_error *error);
ASKIAM_API void askiam_config_destroy(askiam_config *config);

/* Sets one key to a value written as text ("true", "0.9", "rules", "A,B" for lists). CONFIG for an unknown key (with
 * the nearest known ones) or a bad value; the configuration is then unchanged. */
ASKIAM_API askiam_status askiam_config_set(askiam_config *config, const char *key, const char *value,
                                           askiam_error *error);
/* The present value of a key as text, borrowed until the key is set again; absent for an unknown key. */
ASKIAM_API askiam_str askiam_config_get(const askiam_config *config, const char *key);

/* Applies a JSON object of at most 1 MiB, keys dotted ("store.url") or nested ({"store": {"url": …}}). All or
 * nothing. */
ASKIAM_API askiam_status askiam_config_load_json(askiam_config *config, askiam_str json, askiam_error *error);
/* The same from a file; messages name file, line and column. */
ASKIAM_API askiam_status askiam_config_load_file(askiam_config *config, const char *path, askiam_error *error);
/* Applies ASKIAM_<KEY> for every key of the table (dots as underscores, upper case) from `environment`, an array
 * of "NAME=value" ended by NULL, such as `environ`. ASKIAM_CONFIG is for the caller to read. An ASKIAM_ variable
 * that is no key is ignored. The proxy variables of other programs (https_proxy, no_proxy, …) count where our own
 * are not set. */
ASKIAM_API askiam_status askiam_config_load_environment(askiam_config *config, const char *const *environment,
                                                        askiam_error *error);

/* The closed table of keys: how many, and for index < count the key, its default, and what it is for. Static text;
 * NULL out of range. */
ASKIAM_API size_t askiam_config_key_count(void);
ASKIAM_API const char *askiam_config_key_name(size_t index);
ASKIAM_API const char *askiam_config_key_default(size_t index);
ASKIAM_API const char *askiam_config_key_help(size_t index);
/* 1 where the value is a secret (an API key), which no program should show; 0 for all else and out of range. */
ASKIAM_API int askiam_config_key_is_secret(size_t index);

/* Time and callbacks; all optional. The clock is copied; contexts are borrowed for the life of the engines. A NULL
 * function or clock restores the default (the system's clock; silence). */
ASKIAM_API void askiam_config_set_clock(askiam_config *config, const askiam_clock *clock);
ASKIAM_API void askiam_config_set_log(askiam_config *config, askiam_log_fn log, void *context);
ASKIAM_API void askiam_config_set_observer(askiam_config *config, askiam_observer_fn observer, void *context);

#ifdef __cplusplus
}
#endif
#endif
