/* SPDX-License-Identifier: Apache-2.0
 *
 * What a value must be, and what to say where it is not. Messages never repeat a value: it may be a password. */
#include <math.h>
#include <stdio.h>

#include "base/text.h"
#include "engine/config_keys.h"
#include "json/json.h"
#include "json/number.h"

enum { NAME_MAX_BYTES = 32, SHOWN_KEY_BYTES = 64, NEAR_EDITS = 3 };

static void s_describe_list(const char *lead, const char *choices, aski_buffer *buffer)
{
  aski_buffer_append_text(buffer, lead);
  for (const char *at = choices; *at != 0; ++at) {
    aski_buffer_append_byte(buffer, *at);
    if (*at == ',') {
      aski_buffer_append_byte(buffer, ' ');
    }
  }
}

void aski_config_key_describe(const aski_config_key *key, aski_buffer *buffer)
{
  switch (key->type) {
  case ASKI_CONFIG_TEXT:
    aski_buffer_append_text(buffer, "a text");
    break;
  case ASKI_CONFIG_PATH:
    aski_buffer_append_text(buffer, "a file's path");
    break;
  case ASKI_CONFIG_URL:
    aski_buffer_append_text(buffer, "a URL such as sqlite:askiam.db");
    break;
  case ASKI_CONFIG_NAME:
    aski_buffer_append_text(buffer, "a backend's name");
    break;
  case ASKI_CONFIG_BOOL:
    aski_buffer_append_text(buffer, "true or false");
    break;
  case ASKI_CONFIG_INTEGER:
    aski_buffer_append_format(buffer, "a whole number from %.0f to %.0f", key->least, key->most);
    break;
  case ASKI_CONFIG_NUMBER:
    aski_buffer_append_format(buffer, "a number from %.0f to %.0f", key->least, key->most);
    break;
  case ASKI_CONFIG_CHOICE:
    s_describe_list("one of ", key->choices, buffer);
    break;
  case ASKI_CONFIG_LIST:
    s_describe_list("a list of any of ", key->choices, buffer);
    break;
  }
}

static bool s_is_plain_text(askiam_str value)
{
  if (value.length > ASKI_CONFIG_VALUE_MAX_BYTES || !aski_text_valid(value)) {
    return false;
  }
  for (size_t i = 0; i < value.length; ++i) {
    if ((unsigned char)value.data[i] < 0x20 || value.data[i] == 0x7F) {
      return false;
    }
  }
  return true;
}

static bool s_all_of(askiam_str value, const char *bytes)
{
  for (size_t i = 0; i < value.length; ++i) {
    if (value.data[i] == 0 || strchr(bytes, value.data[i]) == NULL) {
      return false;
    }
  }
  return value.length > 0;
}

static bool s_is_url(askiam_str value)
{
  const char *colon = value.length == 0 ? NULL : memchr(value.data, ':', value.length);
  if (colon == NULL) {
    return value.length == 0;
  }
  size_t scheme = (size_t)(colon - value.data);
  return scheme + 1 < value.length && scheme <= NAME_MAX_BYTES &&
         s_all_of(aski_str_slice(value, 0, scheme), "abcdefghijklmnopqrstuvwxyz0123456789+-._");
}

static bool s_is_number(const aski_config_key *key, askiam_str value)
{
  bool digits =
      value.length > 0 && s_all_of(value, key->type == ASKI_CONFIG_INTEGER ? "-0123456789" : "-+.eE0123456789");
  if (!digits || !aski_json_check(value, aski_allocator_default(), NULL)) {
    return false;
  }
  double number = aski_json_number_value(value);
  return isfinite(number) && number >= key->least && number <= key->most;
}

static bool s_is_choice(const char *choices, askiam_str value)
{
  while (*choices != 0) {
    size_t length = strcspn(choices, ",");
    if (aski_str_equal((askiam_str){choices, length}, value)) {
      return true;
    }
    choices += length + (choices[length] == ',' ? 1 : 0);
  }
  return false;
}

/* Appends the trimmed items of a list; false where one is none of the choices. */
static bool s_plain_list(const aski_config_key *key, askiam_str value, aski_buffer *plain)
{
  while (value.length > 0) {
    const char *comma = memchr(value.data, ',', value.length);
    size_t length = comma == NULL ? value.length : (size_t)(comma - value.data);
    askiam_str item = aski_str_trim(aski_str_slice(value, 0, length));
    if (!s_is_choice(key->choices, item)) {
      return false;
    }
    if (plain->length > 0) {
      aski_buffer_append_byte(plain, ',');
    }
    aski_buffer_append(plain, item);
    if (comma != NULL && length + 1 == value.length) {
      return false; /* a comma with nothing behind it */
    }
    value = aski_str_slice(value, comma == NULL ? length : length + 1, value.length);
  }
  return true;
}

static bool s_plain(const aski_config_key *key, askiam_str value, aski_buffer *plain)
{
  value = aski_str_trim(value);
  if (!s_is_plain_text(value)) {
    return false;
  }
  bool good = true;
  switch (key->type) {
  case ASKI_CONFIG_TEXT:
  case ASKI_CONFIG_PATH:
    break;
  case ASKI_CONFIG_URL:
    good = s_is_url(value);
    break;
  case ASKI_CONFIG_NAME:
    good = value.length <= NAME_MAX_BYTES && s_all_of(value, "abcdefghijklmnopqrstuvwxyz0123456789_-");
    break;
  case ASKI_CONFIG_BOOL:
    good = aski_str_equal_text(value, "true") || aski_str_equal_text(value, "false");
    break;
  case ASKI_CONFIG_INTEGER:
  case ASKI_CONFIG_NUMBER:
    good = s_is_number(key, value);
    break;
  case ASKI_CONFIG_CHOICE:
    good = s_is_choice(key->choices, value);
    break;
  case ASKI_CONFIG_LIST:
    return s_plain_list(key, value, plain);
  }
  aski_buffer_append(plain, value);
  return good;
}

static askiam_status s_no_memory(askiam_error *error)
{
  return askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_CONFIG, "out of memory for the configuration");
}

askiam_status aski_config_value_check(char **out_plain, const aski_config_key *key, askiam_str value, const char *where,
                                      const askiam_allocator *allocator, askiam_error *error)
{
  *out_plain = NULL;
  aski_buffer plain;
  aski_buffer_init(&plain, allocator);
  bool good = s_plain(key, value, &plain);
  if (good) {
    aski_buffer_reserve(&plain, 0);
  } else {
    aski_wipe(plain.data, plain.length);
    aski_buffer_clear(&plain);
    aski_config_key_describe(key, &plain);
  }
  if (plain.failed) {
    aski_buffer_clean_up(&plain);
    return s_no_memory(error);
  }
  if (good) {
    *out_plain = plain.data;
    return ASKIAM_STATUS_OK;
  }
  bool remark = key->remark != NULL;
  askiam_error_set(error, ASKIAM_STATUS_CONFIG, ASKIAM_LAYER_CONFIG, "%s: must be %s%s%s", where, plain.data,
                   remark ? "; " : "", remark ? key->remark : "");
  aski_buffer_clean_up(&plain);
  return ASKIAM_STATUS_CONFIG;
}

/* How far a name is from a key, or from its last part alone, which is one further. */
static unsigned s_distance(askiam_str name, const char *key)
{
  const char *dot = strrchr(key, '.');
  unsigned whole = aski_text_distance(name, askiam_str_from(key), NEAR_EDITS);
  unsigned part = dot == NULL ? 2 : aski_text_distance(name, askiam_str_from(dot + 1), 1);
  return part <= 1 && part + 1 < whole ? part + 1 : whole;
}

/* What may be shown of a name that is no key: up to 64 bytes, nothing that could upset a terminal. */
static askiam_str s_shown(askiam_str name)
{
  size_t length = 0;
  while (length < name.length && (unsigned char)name.data[length] >= 0x20 && name.data[length] != 0x7F) {
    ++length;
  }
  name.length = length;
  return aski_text_valid(name) ? aski_str_slice(name, 0, aski_text_cut(name, SHOWN_KEY_BYTES)) : ASKI_STR_NONE;
}

static const aski_config_key *s_nearest(askiam_str name)
{
  const aski_config_key *nearest = NULL;
  unsigned best = NEAR_EDITS + 1;
  for (size_t i = 0; i < aski_config_key_count(); ++i) {
    unsigned distance = s_distance(name, aski_config_key_at(i)->name);
    if (distance < best) {
      best = distance;
      nearest = aski_config_key_at(i);
    }
  }
  return nearest;
}

/* The keys of a group, or of the group that the name's first part is; appends nothing where there is none. */
static void s_list_group(askiam_str name, char *out, size_t size_bytes)
{
  const char *dot = name.length == 0 ? NULL : memchr(name.data, '.', name.length);
  askiam_str group = aski_str_slice(name, 0, dot == NULL ? name.length : (size_t)(dot - name.data));
  size_t used = 0;
  out[0] = 0;
  for (size_t i = 0; i < aski_config_key_count() && aski_config_key_is_group(group); ++i) {
    askiam_str key = askiam_str_from(aski_config_key_at(i)->name);
    if (aski_str_starts(key, group) && key.data[group.length] == '.' && used + key.length + 3 < size_bytes) {
      used += (size_t)snprintf(out + used, size_bytes - used, "%s%s", used == 0 ? "" : ", ", key.data);
    }
  }
}

askiam_status aski_config_key_unknown(askiam_str name, askiam_error *error)
{
  askiam_str shown = s_shown(name);
  const aski_config_key *nearest = aski_config_key_is_group(shown) ? NULL : s_nearest(shown);
  char group[256];
  s_list_group(shown, group, sizeof group);
  if (nearest != NULL) {
    return askiam_error_set(error, ASKIAM_STATUS_CONFIG, ASKIAM_LAYER_CONFIG,
                            "unknown key \"%.*s\"; did you mean \"%s\"?", ASKI_STR_ARG(shown), nearest->name);
  }
  if (group[0] != 0) {
    return askiam_error_set(error, ASKIAM_STATUS_CONFIG, ASKIAM_LAYER_CONFIG, "unknown key \"%.*s\"; there are %s",
                            ASKI_STR_ARG(shown), group);
  }
  return askiam_error_set(error, ASKIAM_STATUS_CONFIG, ASKIAM_LAYER_CONFIG,
                          "unknown key \"%.*s\"; docs/configuration.md lists the keys", ASKI_STR_ARG(shown));
}
