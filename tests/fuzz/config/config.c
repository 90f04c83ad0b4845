/* SPDX-License-Identifier: Apache-2.0
 *
 * Any bytes as a configuration: what is taken keeps the rule of its key, what is refused changes nothing. */
#include <stdlib.h>

#include "engine/config.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void s_check(askiam_config *config, bool changed)
{
  for (size_t i = 0; i < askiam_config_key_count(); ++i) {
    const char *key = askiam_config_key_name(i);
    askiam_str value = askiam_config_get(config, key);
    char *copy = aski_copy_text(aski_allocator_default(), value);
    if (copy == NULL || (!changed && strcmp(copy, askiam_config_key_default(i)) != 0) ||
        askiam_config_set(config, key, copy, NULL) != ASKIAM_STATUS_OK ||
        !aski_str_equal_text(askiam_config_get(config, key), copy)) {
      abort();
    }
    free(copy);
  }
}

/* The same bytes as the one value of every key. */
static void s_set_each(askiam_config *config, askiam_str text)
{
  char *value = aski_copy_text(aski_allocator_default(), text);
  for (size_t i = 0; value != NULL && i < askiam_config_key_count(); ++i) {
    askiam_config_set(config, askiam_config_key_name(i), value, NULL);
  }
  if (value != NULL) {
    askiam_config_set(config, value, value, NULL);
  }
  free(value);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  askiam_str text = {(const char *)data, size};
  askiam_config *config = NULL;
  if (askiam_config_new(&config, NULL, NULL) != ASKIAM_STATUS_OK) {
    return 0;
  }
  askiam_error error = ASKIAM_ERROR_INIT;
  askiam_status status = askiam_config_load_json(config, text, &error);
  if (status != ASKIAM_STATUS_OK && error.message[0] == 0) {
    abort();
  }
  s_check(config, status == ASKIAM_STATUS_OK);
  s_set_each(config, text);
  s_check(config, true);
  askiam_config_destroy(config);
  return 0;
}
