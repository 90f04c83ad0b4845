/* SPDX-License-Identifier: Apache-2.0 */
#include "auth/base64url.h"

#include "base/hash.h"

/* The other alphabet's character; 0 for one that is of neither, or of that one only. */
static char s_translate(char byte)
{
  bool plain = (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9');
  return plain ? byte : byte == '-' ? '+' : byte == '_' ? '/' : 0;
}

static bool s_translate_all(aski_buffer *padded, askiam_str text)
{
  for (size_t i = 0; i < text.length; ++i) {
    char byte = s_translate(text.data[i]);
    if (byte == 0) {
      return false;
    }
    padded->data[padded->length++] = byte;
  }
  while (padded->length % 4 != 0) {
    padded->data[padded->length++] = '=';
  }
  return true;
}

bool aski_base64url_decode(aski_buffer *out, askiam_str text)
{
  if (text.length == 0 || text.length % 4 == 1) {
    return text.length == 0;
  }
  aski_buffer padded;
  aski_buffer_init(&padded, out->allocator);
  bool good = aski_buffer_reserve(&padded, text.length + 3);
  out->failed = out->failed || !good;
  good = good && s_translate_all(&padded, text) && aski_base64_decode(out, aski_buffer_view(&padded));
  if (padded.data != NULL) {
    aski_wipe(padded.data, padded.length); /* it may be a key */
  }
  aski_buffer_clean_up(&padded);
  return good;
}
