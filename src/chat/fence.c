/* SPDX-License-Identifier: Apache-2.0 */
#include "chat/fence.h"

#include "base/hash.h"

bool aski_chat_fence_make(aski_chat_fence *out_fence)
{
  unsigned char bytes[(sizeof out_fence->text - 1) / 2];
  if (!aski_random(bytes, sizeof bytes)) {
    return false;
  }
  aski_hex(bytes, sizeof bytes, out_fence->text);
  return true;
}

bool aski_chat_fence_holds(const aski_chat_fence *fence, askiam_str text, size_t count)
{
  size_t length = sizeof fence->text - 1;
  size_t found = 0;
  for (size_t at = 0; at + length <= text.length;) {
    bool here = memcmp(text.data + at, fence->text, length) == 0;
    found += here;
    at += here ? length : 1;
  }
  return found == count;
}
