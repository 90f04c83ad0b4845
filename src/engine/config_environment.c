/* SPDX-License-Identifier: Apache-2.0
 *
 * Configuration from environment variables that the caller hands in: the library reads none by itself. */
#include <stdio.h>

#include "engine/config_draft.h"

enum { NAME_BYTES = 64 };

/* "rag.top_k" is ASKIAM_RAG_TOP_K. */
static void s_variable(const aski_config_key *key, char out[NAME_BYTES])
{
  static const char prefix[] = "ASKIAM_";
  size_t at = sizeof prefix - 1;
  memcpy(out, prefix, at);
  for (const char *from = key->name; *from != '\0' && at < NAME_BYTES - 1; ++from) {
    bool lower = *from >= 'a' && *from <= 'z';
    out[at++] = *from == '.' ? '_' : lower ? (char)(*from - 'a' + 'A') : *from;
  }
  out[at] = '\0';
}

/* The first value of a variable, as getenv has it; NULL where it is not set. Its first letter spares comparisons. */
static const char *s_find(const char *const *environment, const char *name)
{
  size_t length = strlen(name);
  for (; *environment != NULL; ++environment) {
    const char *variable = *environment;
    if (variable[0] == name[0] && strncmp(variable, name, length) == 0 && variable[length] == '=') {
      return variable + length + 1;
    }
  }
  return NULL;
}

/* The first variable of a list "a,b" that is set. */
static const char *s_find_first(const char *const *environment, const char *list, char out_name[NAME_BYTES])
{
  while (list != NULL && list[0] != 0) {
    size_t length = strcspn(list, ",");
    snprintf(out_name, NAME_BYTES, "%.*s", (int)length, list);
    const char *value = s_find(environment, out_name);
    if (value != NULL) {
      return value;
    }
    list += list[length] == ',' ? length + 1 : length;
  }
  return NULL;
}

static askiam_status s_apply(aski_config_draft *draft, const char *const *environment, size_t index,
                             askiam_error *error)
{
  const aski_config_key *key = aski_config_key_at(index);
  char name[NAME_BYTES];
  s_variable(key, name);
  const char *value = s_find(environment, name);
  const char *other = key->environment == NULL ? NULL : s_find(environment, key->environment);
  if (value != NULL && other != NULL && strcmp(value, other) != 0) {
    return askiam_error_set(error, ASKIAM_STATUS_CONFIG, ASKIAM_LAYER_CONFIG,
                            "%s and %s are both set, to different values; unset one", name, key->environment);
  }
  if (value != NULL) {
    return aski_config_draft_put(draft, index, askiam_str_from(value), name, error);
  }
  if (other != NULL) {
    return aski_config_draft_put(draft, index, askiam_str_from(other), key->environment, error);
  }
  value = s_find_first(environment, key->host_environment, name);
  return value == NULL ? ASKIAM_STATUS_OK : aski_config_draft_put(draft, index, askiam_str_from(value), name, error);
}

askiam_status askiam_config_load_environment(askiam_config *config, const char *const *environment, askiam_error *error)
{
  if (config == NULL || environment == NULL) {
    return askiam_error_set(error, ASKIAM_STATUS_INVALID_ARGUMENT, ASKIAM_LAYER_CONFIG,
                            "askiam_config_load_environment: no argument may be NULL");
  }
  aski_config_draft draft;
  aski_config_draft_init(&draft, config);
  askiam_status status = ASKIAM_STATUS_OK;
  for (size_t i = 0; i < aski_config_key_count() && status == ASKIAM_STATUS_OK; ++i) {
    status = s_apply(&draft, environment, i, error);
  }
  return aski_config_draft_end(&draft, status);
}
