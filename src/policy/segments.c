/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/segments.h"

size_t aski_policy_split(askiam_str text, bool variables, askiam_str out_parts[ASKI_POLICY_SEGMENTS])
{
  size_t count = 0;
  size_t begin = 0;
  bool within = false;
  for (size_t i = 0; i < ASKI_POLICY_SEGMENTS; ++i) {
    out_parts[i] = ASKI_STR_NONE;
  }
  for (size_t at = 0; at < text.length && count < ASKI_POLICY_SEGMENT_RESOURCE; ++at) {
    char byte = text.data[at];
    if (variables && byte == '$' && at + 1 < text.length && text.data[at + 1] == '{') {
      within = true;
    } else if (byte == '}') {
      within = false;
    } else if (byte == ':' && !within) {
      out_parts[count++] = aski_str_slice(text, begin, at - begin);
      begin = at + 1;
    }
  }
  out_parts[count++] = aski_str_slice(text, begin, text.length);
  return count;
}

bool aski_policy_has_any(askiam_str text, const char *bytes)
{
  for (size_t i = 0; i < text.length; ++i) {
    if (text.data[i] != 0 && strchr(bytes, text.data[i]) != NULL) {
      return true;
    }
  }
  return false;
}
