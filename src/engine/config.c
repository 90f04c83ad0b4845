/* SPDX-License-Identifier: Apache-2.0
 *
 * Life of a configuration, its values and callbacks. */
#include "engine/config.h"

#include "base/time.h"
#include "engine/config_draft.h"
#include "json/number.h"

static askiam_status s_no_memory(askiam_error *error)
{
  return askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_CONFIG, "out of memory for the configuration");
}

static askiam_status s_bad_argument(const char *function, askiam_error *error)
{
  return askiam_error_set(error, ASKIAM_STATUS_INVALID_ARGUMENT, ASKIAM_LAYER_CONFIG, "%s: no argument may be NULL",
                          function);
}

/* Values may hold passwords. */
static void s_release_value(const askiam_allocator *allocator, char *value)
{
  if (value != NULL) {
    aski_wipe(value, strlen(value));
    aski_release(allocator, value);
  }
}

askiam_status askiam_config_new(askiam_config **out_config, const askiam_allocator *allocator, askiam_error *error)
{
  if (out_config == NULL) {
    return s_bad_argument("askiam_config_new", error);
  }
  allocator = allocator == NULL ? aski_allocator_default() : allocator;
  *out_config = aski_acquire_zeroed(allocator, 1, sizeof **out_config);
  if (*out_config == NULL) {
    return s_no_memory(error);
  }
  (*out_config)->allocator = *allocator;
  (*out_config)->clock = *aski_clock_system();
  aski_registry_init(&(*out_config)->registry, &(*out_config)->allocator);
  return ASKIAM_STATUS_OK;
}

void askiam_config_destroy(askiam_config *config)
{
  if (config == NULL) {
    return;
  }
  for (size_t i = 0; i < ASKI_CONFIG_KEYS_MAX; ++i) {
    s_release_value(&config->allocator, config->values[i]);
  }
  aski_registry_clean_up(&config->registry);
  askiam_allocator allocator = config->allocator;
  aski_release(&allocator, config);
}

static askiam_status s_copy_values(askiam_config *copy, const askiam_config *config, askiam_error *error)
{
  for (size_t i = 0; i < ASKI_CONFIG_KEYS_MAX; ++i) {
    if (config->values[i] != NULL) {
      copy->values[i] = aski_copy_text(&copy->allocator, askiam_str_from(config->values[i]));
      if (copy->values[i] == NULL) {
        return s_no_memory(error);
      }
    }
  }
  return ASKIAM_STATUS_OK;
}

askiam_status aski_config_copy(askiam_config **out_copy, const askiam_config *config, askiam_error *error)
{
  *out_copy = NULL;
  askiam_config *copy = NULL;
  askiam_status status = askiam_config_new(&copy, &config->allocator, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  copy->clock = config->clock;
  copy->log_target = config->log_target;
  status = s_copy_values(copy, config, error);
  if (status == ASKIAM_STATUS_OK) {
    status = aski_registry_copy(&copy->registry, &config->registry, &copy->allocator, error);
  }
  if (status != ASKIAM_STATUS_OK) {
    askiam_config_destroy(copy);
    return status;
  }
  *out_copy = copy;
  return ASKIAM_STATUS_OK;
}

void aski_config_draft_init(aski_config_draft *draft, askiam_config *config)
{
  *draft = (aski_config_draft){.config = config};
}

askiam_status aski_config_draft_put(aski_config_draft *draft, size_t index, askiam_str value, const char *where,
                                    askiam_error *error)
{
  if (draft->values[index] != NULL) {
    return askiam_error_set(error, ASKIAM_STATUS_CONFIG, ASKIAM_LAYER_CONFIG, "%s: given twice; say it once", where);
  }
  return aski_config_value_check(&draft->values[index], aski_config_key_at(index), value, where,
                                 &draft->config->allocator, error);
}

askiam_status aski_config_draft_end(aski_config_draft *draft, askiam_status status)
{
  for (size_t i = 0; i < ASKI_CONFIG_KEYS_MAX; ++i) {
    if (status == ASKIAM_STATUS_OK && draft->values[i] != NULL) {
      s_release_value(&draft->config->allocator, draft->config->values[i]);
      draft->config->values[i] = draft->values[i];
    } else {
      s_release_value(&draft->config->allocator, draft->values[i]);
    }
    draft->values[i] = NULL;
  }
  return status;
}

askiam_status askiam_config_set(askiam_config *config, const char *key, const char *value, askiam_error *error)
{
  if (config == NULL || key == NULL || value == NULL) {
    return s_bad_argument("askiam_config_set", error);
  }
  size_t index = aski_config_key_find(askiam_str_from(key));
  if (index == aski_config_key_count()) {
    return aski_config_key_unknown(askiam_str_from(key), error);
  }
  aski_config_draft draft;
  aski_config_draft_init(&draft, config);
  askiam_status status = aski_config_draft_put(&draft, index, askiam_str_from(value), key, error);
  return aski_config_draft_end(&draft, status);
}

askiam_str askiam_config_get(const askiam_config *config, const char *key)
{
  size_t index = aski_config_key_find(askiam_str_from(key));
  if (config == NULL || key == NULL || index == aski_config_key_count()) {
    return ASKI_STR_NONE;
  }
  return askiam_str_from(config->values[index] != NULL ? config->values[index] : aski_config_key_at(index)->preset);
}

void askiam_config_set_clock(askiam_config *config, const askiam_clock *clock)
{
  if (config != NULL) {
    config->clock = clock == NULL ? *aski_clock_system() : *clock;
  }
}

void askiam_config_set_log(askiam_config *config, askiam_log_fn log, void *context)
{
  if (config != NULL) {
    config->log_target.log = log;
    config->log_target.log_context = context;
  }
}

void askiam_config_set_observer(askiam_config *config, askiam_observer_fn observer, void *context)
{
  if (config != NULL) {
    config->log_target.observer = observer;
    config->log_target.observer_context = context;
  }
}

bool aski_config_bool(const askiam_config *config, const char *key)
{
  return aski_str_equal_text(askiam_config_get(config, key), "true");
}

int64_t aski_config_integer(const askiam_config *config, const char *key)
{
  return (int64_t)aski_config_number(config, key); /* integers of the table are far below 2^53 */
}

double aski_config_number(const askiam_config *config, const char *key)
{
  size_t index = aski_config_key_find(askiam_str_from(key));
  const aski_config_key *entry = aski_config_key_at(index);
  bool number = entry != NULL && (entry->type == ASKI_CONFIG_INTEGER || entry->type == ASKI_CONFIG_NUMBER);
  return number ? aski_json_number_value(askiam_config_get(config, key)) : 0;
}

askiam_log_level aski_config_log_level(const askiam_config *config)
{
  static const char *const names[] = {"debug", "info", "warn", "error", "off"};
  askiam_str text = askiam_config_get(config, "log.level");
  int level = 0;
  while (level < ASKIAM_LOG_OFF && !aski_str_equal_text(text, names[level])) {
    ++level;
  }
  return (askiam_log_level)level;
}

const askiam_allocator *aski_config_allocator(const askiam_config *config) { return &config->allocator; }
const askiam_clock *aski_config_clock(const askiam_config *config) { return &config->clock; }
aski_log_target aski_config_log_target(const askiam_config *config) { return config->log_target; }
const aski_registry *aski_config_registry(const askiam_config *config) { return &config->registry; }
