/* SPDX-License-Identifier: Apache-2.0
 *
 * Configuration from JSON: a text, or a file. */
#include <stdio.h>

#include "base/file.h"
#include "engine/config_draft.h"
#include "json/json.h"

enum { LARGEST_BYTES = 1024 * 1024 };

/* Where a walk through nested objects is; their names joined by dots are the key. */
typedef struct s_walk {
  aski_config_draft draft;
  aski_buffer path;
  size_t depth;
  struct {
    const aski_json *object;
    size_t path_length;
  } open[ASKI_JSON_MAX_DEPTH];
} s_walk;

static askiam_status s_no_memory(askiam_error *error)
{
  return askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_CONFIG, "out of memory for the configuration");
}

/* Joins the texts of a list by commas. False where one is no text, or empty, which would be lost. */
static bool s_join(const aski_json *list, aski_buffer *out)
{
  for (const aski_json *item = aski_json_first(list); item != NULL; item = aski_json_next(item)) {
    if (aski_json_string(item).length == 0) {
      return false;
    }
    if (item != aski_json_first(list)) {
      aski_buffer_append_byte(out, ',');
    }
    aski_buffer_append(out, aski_json_string(item));
  }
  return true;
}

/* The value as text, where its JSON type suits the key's. Every key may also be given as a string. */
static bool s_text(const aski_config_key *key, const aski_json *node, aski_buffer *out)
{
  switch (aski_json_type_of(node)) {
  case ASKI_JSON_STRING:
    aski_buffer_append(out, aski_json_string(node));
    return true;
  case ASKI_JSON_BOOL:
    aski_buffer_append_text(out, aski_json_bool(node, false) ? "true" : "false");
    return key->type == ASKI_CONFIG_BOOL;
  case ASKI_JSON_NUMBER:
    aski_buffer_append(out, aski_json_number_text(node));
    return key->type == ASKI_CONFIG_INTEGER || key->type == ASKI_CONFIG_NUMBER;
  case ASKI_JSON_ARRAY:
    return key->type == ASKI_CONFIG_LIST && s_join(node, out);
  case ASKI_JSON_NULL:
  case ASKI_JSON_OBJECT:
    break;
  }
  return false;
}

static askiam_status s_refuse_type(const aski_config_key *key, const aski_json *node, const askiam_allocator *allocator,
                                   askiam_error *error)
{
  aski_buffer message;
  aski_buffer_init(&message, allocator);
  aski_config_key_describe(key, &message);
  if (key->type != ASKI_CONFIG_LIST || aski_json_type_of(node) != ASKI_JSON_ARRAY) {
    aski_buffer_append_format(&message, ", not %s", aski_json_type_name(node));
  }
  askiam_status status = message.failed ? s_no_memory(error)
                                        : askiam_error_set(error, ASKIAM_STATUS_CONFIG, ASKIAM_LAYER_CONFIG,
                                                           "%s: must be %s", key->name, message.data);
  aski_buffer_clean_up(&message);
  return status;
}

static askiam_status s_leaf(s_walk *walk, const aski_json *node, askiam_error *error)
{
  size_t index = aski_config_key_find(aski_buffer_view(&walk->path));
  const aski_config_key *key = aski_config_key_at(index);
  if (key == NULL) {
    return aski_config_key_unknown(aski_buffer_view(&walk->path), error);
  }
  const askiam_allocator *allocator = &walk->draft.config->allocator;
  aski_buffer text;
  aski_buffer_init(&text, allocator);
  askiam_status status = ASKIAM_STATUS_OK;
  if (!s_text(key, node, &text)) {
    status = s_refuse_type(key, node, allocator, error);
  } else if (text.failed) {
    status = s_no_memory(error);
  } else {
    status = aski_config_draft_put(&walk->draft, index, aski_buffer_view(&text), key->name, error);
  }
  if (text.data != NULL) {
    aski_wipe(text.data, text.length);
  }
  aski_buffer_clean_up(&text);
  return status;
}

/* One member: goes into an object that is a group of keys, else sets a key. */
static askiam_status s_member(s_walk *walk, const aski_json **item, askiam_error *error)
{
  size_t path_length = walk->path.length;
  if (path_length > 0) {
    aski_buffer_append_byte(&walk->path, '.');
  }
  aski_buffer_append(&walk->path, aski_json_name(*item));
  if (walk->path.failed) {
    return s_no_memory(error);
  }
  if (aski_json_type_of(*item) == ASKI_JSON_OBJECT && aski_config_key_is_group(aski_buffer_view(&walk->path))) {
    walk->open[walk->depth].object = *item;
    walk->open[walk->depth].path_length = path_length;
    ++walk->depth;
    *item = aski_json_first(*item);
    return ASKIAM_STATUS_OK;
  }
  askiam_status status = s_leaf(walk, *item, error);
  walk->path.length = path_length;
  *item = aski_json_next(*item);
  return status;
}

static askiam_status s_apply(s_walk *walk, const aski_json *root, askiam_error *error)
{
  if (aski_json_type_of(root) != ASKI_JSON_OBJECT) {
    return askiam_error_set(error, ASKIAM_STATUS_CONFIG, ASKIAM_LAYER_CONFIG,
                            "a configuration is an object such as {\"store\": {\"url\": \"sqlite:askiam.db\"}}, not %s",
                            aski_json_type_name(root));
  }
  const aski_json *item = aski_json_first(root);
  while (item != NULL || walk->depth > 0) {
    if (item == NULL) {
      --walk->depth;
      walk->path.length = walk->open[walk->depth].path_length;
      item = aski_json_next(walk->open[walk->depth].object);
      continue;
    }
    askiam_status status = s_member(walk, &item, error);
    if (status != ASKIAM_STATUS_OK) {
      return status;
    }
  }
  return ASKIAM_STATUS_OK;
}

/* A text that is no good JSON is a bad configuration. */
static askiam_status s_as_config(askiam_status status, askiam_error *error)
{
  if (status == ASKIAM_STATUS_OK || status == ASKIAM_STATUS_NO_MEMORY || status == ASKIAM_STATUS_CONFIG) {
    return status;
  }
  char message[sizeof error->message];
  snprintf(message, sizeof message, "%s", error == NULL ? "" : error->message);
  return askiam_error_set(error, ASKIAM_STATUS_CONFIG, ASKIAM_LAYER_CONFIG, "%s", message);
}

askiam_status askiam_config_load_json(askiam_config *config, askiam_str json, askiam_error *error)
{
  if (config == NULL || json.data == NULL) {
    return askiam_error_set(error, ASKIAM_STATUS_INVALID_ARGUMENT, ASKIAM_LAYER_CONFIG,
                            "askiam_config_load_json: no argument may be NULL");
  }
  if (json.length > LARGEST_BYTES) {
    return askiam_error_set(error, ASKIAM_STATUS_CONFIG, ASKIAM_LAYER_CONFIG, "a configuration has at most 1 MiB");
  }
  aski_json_document *document = NULL;
  askiam_status status = aski_json_parse(&document, json, &config->allocator, ASKIAM_LAYER_CONFIG, error);
  if (status != ASKIAM_STATUS_OK) {
    return s_as_config(status, error);
  }
  s_walk walk = {.depth = 0};
  aski_config_draft_init(&walk.draft, config);
  aski_buffer_init(&walk.path, &config->allocator);
  status = s_apply(&walk, aski_json_root(document), error);
  aski_buffer_clean_up(&walk.path);
  aski_json_destroy(document);
  return aski_config_draft_end(&walk.draft, status);
}

askiam_status askiam_config_load_file(askiam_config *config, const char *path, askiam_error *error)
{
  if (config == NULL || path == NULL) {
    return askiam_error_set(error, ASKIAM_STATUS_INVALID_ARGUMENT, ASKIAM_LAYER_CONFIG,
                            "askiam_config_load_file: no argument may be NULL");
  }
  aski_buffer text;
  aski_buffer_init(&text, &config->allocator);
  askiam_status status =
      aski_file_read(&text, path, LARGEST_BYTES, "the configuration file", ASKIAM_LAYER_CONFIG, error);
  if (status != ASKIAM_STATUS_OK) {
    aski_buffer_clean_up(&text);
    return s_as_config(status, error);
  }
  askiam_error said = ASKIAM_ERROR_INIT;
  askiam_str json = aski_buffer_view(&text);
  if (aski_str_starts(json, ASKI_STR("\xef\xbb\xbf"))) { /* some editors begin a file with it */
    json = aski_str_slice(json, 3, json.length);
  }
  status = askiam_config_load_json(config, json, &said);
  if (status != ASKIAM_STATUS_OK) {
    askiam_error_set(error, status, ASKIAM_LAYER_CONFIG, "%s: %s", path, said.message);
  }
  if (text.data != NULL) {
    aski_wipe(text.data, text.length);
  }
  aski_buffer_clean_up(&text);
  return status;
}
