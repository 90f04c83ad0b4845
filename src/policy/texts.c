/* SPDX-License-Identifier: Apache-2.0
 *
 * What is written as one string or as a list of strings; and the first such, actions. "IAM JSON policy elements: Action". */
#include "policy/doubts.h"
#include "policy/segments.h"

#include "base/text.h"

static void s_read_text(aski_policy_reader *reader, const aski_json *node, aski_policy_texts *out_texts,
                        aski_policy_text_fn check)
{
  if (aski_json_type_of(node) != ASKI_JSON_STRING) {
    aski_policy_refuse_type(reader, node, "a string");
    return;
  }
  askiam_str text = aski_json_string(node);
  check(reader, node, text);
  askiam_str *kept = ASKI_ARENA_PUSH(reader->arena, out_texts);
  if (kept != NULL) {
    *kept = aski_arena_copy(reader->arena, text);
  }
}

void aski_policy_read_texts(aski_policy_reader *reader, const aski_json *node, aski_policy_texts *out_texts,
                            aski_policy_text_fn check, bool nulls)
{
  if (aski_json_type_of(node) == ASKI_JSON_STRING) {
    s_read_text(reader, node, out_texts, check);
    return;
  }
  if (aski_json_type_of(node) != ASKI_JSON_ARRAY) {
    aski_policy_refuse_type(reader, node, "a string or a list of strings");
    return;
  }
  size_t index = 0;
  size_t count = 0;
  for (const aski_json *item = aski_json_first(node); item != NULL; item = aski_json_next(item)) {
    aski_policy_enter_item(reader, index++);
    if (nulls && aski_json_type_of(item) == ASKI_JSON_NULL) {
      aski_policy_warn(reader, item, "null stands for nothing; leave it out");
    } else {
      s_read_text(reader, item, out_texts, check);
      ++count;
    }
    aski_policy_leave(reader);
  }
  if (count == 0) {
    aski_policy_refuse(reader, node, "must not be empty: list at least one");
  }
}

static bool s_is_alphanumeric(char byte)
{
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9');
}

/* Whether there is nothing but letters, digits and `others`. */
static bool s_consists_of(askiam_str text, const char *others)
{
  for (size_t i = 0; i < text.length; ++i) {
    if (!s_is_alphanumeric(text.data[i]) && (text.data[i] == 0 || strchr(others, text.data[i]) == NULL)) {
      return false;
    }
  }
  return true;
}

static size_t s_find(askiam_str text, char byte)
{
  const char *found = text.length == 0 ? NULL : memchr(text.data, byte, text.length);
  return found == NULL ? text.length : (size_t)(found - text.data);
}

static void s_check_action(aski_policy_reader *reader, const aski_json *node, askiam_str text)
{
  if (aski_str_equal_text(text, "*") || aski_str_equal_text(text, "*:*")) {
    return;
  }
  size_t colon = s_find(text, ':');
  askiam_str vendor = aski_str_slice(text, 0, colon);
  askiam_str name = aski_str_slice(text, colon + 1, text.length);
  const char *shown = aski_policy_shown(reader, text);
  if (colon == text.length) {
    aski_policy_refuse(reader, node, "the action \"%s\" has no vendor before it; write it as in \"s3:GetObject\"",
                       shown);
  } else if (s_find(name, ':') < name.length) {
    aski_policy_refuse(reader, node, "the action \"%s\" has more than one colon", shown);
  } else if (aski_policy_has_any(vendor, "*?")) {
    aski_policy_refuse(reader, node, "the vendor of the action \"%s\" must not contain wildcards", shown);
  } else if (vendor.length == 0 || !s_consists_of(vendor, "-.")) {
    aski_policy_refuse(reader, node, "the vendor \"%s\" is not valid: letters, digits, '-' and '.' are",
                       aski_policy_shown(reader, vendor));
  } else if (name.length == 0) {
    aski_policy_refuse(reader, node, "the action \"%s\" has no name after the colon", shown);
  } else {
    if (!s_consists_of(name, "*?-_./")) {
      aski_policy_warn(reader, node, "no action has a name such as \"%s\": it never matches",
                       aski_policy_shown(reader, name));
    }
    aski_policy_doubt_action(reader, node, text);
  }
}

void aski_policy_read_actions(aski_policy_reader *reader, const aski_json *node, aski_policy_texts *out_actions)
{
  aski_policy_read_texts(reader, node, out_actions, s_check_action, false);
}
