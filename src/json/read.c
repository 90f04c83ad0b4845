/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading the tree. A node is cJSON's; nobody else knows. */
#include <cjson/cJSON.h>

#include "json/json.h"

static const cJSON *s_node(const aski_json *node) { return (const cJSON *)node; }

aski_json_type aski_json_type_of(const aski_json *node)
{
  switch (node == NULL ? cJSON_NULL : s_node(node)->type & 0xFF) {
  case cJSON_False:
  case cJSON_True:
    return ASKI_JSON_BOOL;
  case cJSON_Number:
    return ASKI_JSON_NUMBER;
  case cJSON_String:
    return ASKI_JSON_STRING;
  case cJSON_Array:
    return ASKI_JSON_ARRAY;
  case cJSON_Object:
    return ASKI_JSON_OBJECT;
  default:
    return ASKI_JSON_NULL;
  }
}

const char *aski_json_type_name(const aski_json *node)
{
  static const char *const names[] = {"null", "true or false", "a number", "a string", "a list", "an object"};
  return names[aski_json_type_of(node)];
}

const aski_json *aski_json_get(const aski_json *node, const char *name)
{
  if (aski_json_type_of(node) != ASKI_JSON_OBJECT) {
    return NULL;
  }
  const cJSON *item = s_node(node)->child;
  while (item != NULL && strcmp(item->string, name) != 0) {
    item = item->next;
  }
  return (const aski_json *)item;
}

const aski_json *aski_json_first(const aski_json *node)
{
  return node == NULL ? NULL : (const aski_json *)s_node(node)->child;
}

const aski_json *aski_json_next(const aski_json *item)
{
  return item == NULL ? NULL : (const aski_json *)s_node(item)->next;
}

askiam_str aski_json_name(const aski_json *item) { return askiam_str_from(item == NULL ? NULL : s_node(item)->string); }

size_t aski_json_count(const aski_json *node)
{
  size_t count = 0;
  for (const aski_json *item = aski_json_first(node); item != NULL; item = aski_json_next(item)) {
    ++count;
  }
  return count;
}

askiam_str aski_json_string(const aski_json *node)
{
  return askiam_str_from(aski_json_type_of(node) == ASKI_JSON_STRING ? s_node(node)->valuestring : NULL);
}

bool aski_json_bool(const aski_json *node, bool otherwise)
{
  return aski_json_type_of(node) == ASKI_JSON_BOOL ? cJSON_IsTrue(s_node(node)) != 0 : otherwise;
}

double aski_json_number(const aski_json *node, double otherwise)
{
  return aski_json_type_of(node) == ASKI_JSON_NUMBER ? s_node(node)->valuedouble : otherwise;
}

askiam_str aski_json_number_text(const aski_json *node)
{
  return askiam_str_from(aski_json_type_of(node) == ASKI_JSON_NUMBER ? s_node(node)->valuestring : NULL);
}

/* Digits only, at least one, at most `limit`. */
static bool s_digits(askiam_str text, uint64_t limit, uint64_t *out_value)
{
  uint64_t value = 0;
  for (size_t i = 0; i < text.length; ++i) {
    if (text.data[i] < '0' || text.data[i] > '9') {
      return false;
    }
    uint64_t digit = (uint64_t)(text.data[i] - '0');
    if (value > (limit - digit) / 10) {
      return false;
    }
    value = value * 10 + digit;
  }
  *out_value = value;
  return text.length > 0;
}

bool aski_json_unsigned(const aski_json *node, uint64_t *out_value)
{
  return s_digits(aski_json_number_text(node), UINT64_MAX, out_value);
}

bool aski_json_integer(const aski_json *node, int64_t *out_value)
{
  askiam_str text = aski_json_number_text(node);
  bool negative = text.length > 0 && text.data[0] == '-';
  uint64_t value = 0;
  if (!s_digits(aski_str_slice(text, negative ? 1 : 0, text.length), (uint64_t)INT64_MAX + (negative ? 1 : 0),
                &value)) {
    return false;
  }
  *out_value = !negative ? (int64_t)value : value == 0 ? 0 : -(int64_t)(value - 1) - 1;
  return true;
}
