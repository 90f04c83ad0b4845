/* SPDX-License-Identifier: Apache-2.0
 *
 * From JavaScript's options to an engine. */
#include "engine.h"
#include "log.h"
#include "values.h"

#include <stdlib.h>

/* A member of the options. */
static bool s_member(napi_env env, napi_value options, const char *name, napi_value *out_value)
{
  return values_check(env, napi_get_named_property(env, options, name, out_value));
}

/* A member that is text, given to one of the configuration's functions. An absent one is passed over. */
static bool s_apply(napi_env env, napi_value options, const char *name, askiam_config *config,
                    askiam_status (*use)(askiam_config *, const char *, askiam_error *))
{
  napi_value value = NULL;
  char *given = NULL;
  if (!s_member(env, options, name, &value) || !values_path(env, value, &given)) {
    return false;
  }
  askiam_error error = ASKIAM_ERROR_INIT;
  askiam_status status = given == NULL ? ASKIAM_STATUS_OK : use(config, given, &error);
  free(given);
  if (status != ASKIAM_STATUS_OK) {
    values_throw(env, &error);
  }
  return status == ASKIAM_STATUS_OK;
}

static askiam_status s_use_url(askiam_config *config, const char *url, askiam_error *error)
{
  return askiam_config_set(config, "store.url", url, error);
}

static askiam_status s_use_json(askiam_config *config, const char *json, askiam_error *error)
{
  return askiam_config_load_json(config, askiam_str_from(json), error);
}

static askiam_status s_use_variable(askiam_config *config, const char *variable, askiam_error *error)
{
  const char *const environment[] = {variable, NULL};
  return askiam_config_load_environment(config, environment, error);
}

/* options.environment: a list of "NAME=value". */
static bool s_apply_environment(napi_env env, napi_value options, askiam_config *config)
{
  napi_value list = NULL;
  uint32_t count = 0;
  if (!s_member(env, options, "environment", &list)) {
    return false;
  }
  if (values_absent(env, list)) {
    return true;
  }
  bool good = values_check(env, napi_get_array_length(env, list, &count));
  for (uint32_t at = 0; good && at < count; ++at) {
    napi_value item = NULL;
    char *variable = NULL;
    askiam_error error = ASKIAM_ERROR_INIT;
    good = values_check(env, napi_get_element(env, list, at, &item)) && values_path(env, item, &variable);
    if (good && variable != NULL && s_use_variable(config, variable, &error) != ASKIAM_STATUS_OK) {
      values_throw(env, &error);
      good = false;
    }
    free(variable);
  }
  return good;
}

/* A member that is a function; NULL where it is absent. */
static bool s_function(napi_env env, napi_value options, const char *name, napi_ref *out_function)
{
  napi_value value = NULL;
  napi_valuetype type = napi_undefined;
  if (!s_member(env, options, name, &value)) {
    return false;
  }
  if (values_absent(env, value)) {
    return true;
  }
  return values_check(env, napi_typeof(env, value, &type)) &&
         values_check(env, type == napi_function ? napi_ok : napi_function_expected) &&
         values_check(env, napi_create_reference(env, value, 1, out_function));
}

static bool s_configure(napi_env env, napi_value options, engine *own, askiam_config *config)
{
  bool good = s_apply(env, options, "configFile", config, askiam_config_load_file) &&
              s_apply_environment(env, options, config) && s_apply(env, options, "settings", config, s_use_json) &&
              s_apply(env, options, "url", config, s_use_url) && s_function(env, options, "onLog", &own->on_log) &&
              s_function(env, options, "onCall", &own->on_call) &&
              bridge_register(&own->backends, env, options, config);
  if (good && own->on_log != NULL) {
    askiam_config_set_log(config, log_take, own);
  }
  return good;
}

static bool s_open(napi_env env, napi_value options, engine *own)
{
  askiam_config *config = NULL;
  askiam_error error = ASKIAM_ERROR_INIT;
  askiam_status status = askiam_config_new(&config, NULL, &error);
  bool configured = status == ASKIAM_STATUS_OK && s_configure(env, options, own, config);
  if (configured) {
    status = askiam_engine_new(&own->library, config, &error);
  }
  askiam_config_destroy(config);
  if (status != ASKIAM_STATUS_OK) {
    values_throw(env, &error);
  }
  return configured && status == ASKIAM_STATUS_OK;
}

/* The JavaScript object was collected; an engine that nobody closed ends by itself. */
static void s_finalize(napi_env env, void *data, void *hint)
{
  (void)env;
  (void)hint;
  engine *own = data;
  if (own->home != NULL) {
    engine_end(own, false);
  }
  engine_drop(own);
}

/* An engine that nobody came to know. */
static void s_give_up(napi_env env, engine *own)
{
  if (own->on_log != NULL) {
    napi_delete_reference(env, own->on_log);
  }
  if (own->on_call != NULL) {
    napi_delete_reference(env, own->on_call);
  }
  engine_drop(own);
}

napi_value engine_open(napi_env env, napi_callback_info info)
{
  size_t count = 1;
  uint32_t threads = 0;
  napi_value options = NULL, value = NULL, handle = NULL;
  if (!values_check(env, napi_get_cb_info(env, info, &count, &options, NULL, NULL)) ||
      !s_member(env, options, "threads", &value) || !values_check(env, napi_get_value_uint32(env, value, &threads)) ||
      !values_check(env, threads >= 1 && threads <= ENGINE_THREADS_MAX ? napi_ok : napi_invalid_arg)) {
    return NULL;
  }
  addon *home = addon_of(env);
  if (home->closing) {
    const askiam_error late = {ASKIAM_STATUS_CANCELLED, ASKIAM_LAYER_ENGINE, 0, "the process ends"};
    values_throw(env, &late);
    return NULL;
  }
  engine *own = engine_new(home, threads);
  if (own == NULL) {
    napi_throw_error(env, "NO_MEMORY", "out of memory");
    return NULL;
  }
  if (!s_open(env, options, own)) {
    s_give_up(env, own);
    return NULL;
  }
  engine_list(own);
  if (!values_check(env, napi_create_external(env, own, s_finalize, NULL, &handle))) {
    s_finalize(env, own, NULL);
    return NULL;
  }
  return handle;
}

engine *engine_of(napi_env env, napi_value value)
{
  void *own = NULL;
  return values_check(env, napi_get_value_external(env, value, &own)) ? own : NULL;
}
