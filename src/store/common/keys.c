/* SPDX-License-Identifier: Apache-2.0 */
#include "store/common/keys.h"

#include <askiam/backend/catalogue.h>

#include "base/hash.h"

/* What NFKC, case folding and the rest of askiam_text_key come to where a name is plain ASCII: an import makes millions of keys. */
static bool s_ascii_key(aski_buffer *key, askiam_str name)
{
  if (!aski_buffer_reserve(key, name.length)) {
    return false;
  }
  char *out = key->data;
  bool gap = false;
  for (size_t i = 0; i < name.length; ++i) {
    unsigned char byte = (unsigned char)name.data[i];
    unsigned char lower = (unsigned)byte - 'A' < 26 ? (unsigned char)(byte | 0x20) : byte;
    if ((unsigned)lower - 'a' >= 26 && (unsigned)lower - '0' >= 10) {
      gap = out > key->data;
      continue;
    }
    if (gap) {
      *out++ = ' ';
      gap = false;
    }
    *out++ = (char)lower;
  }
  *out = 0;
  key->length = (size_t)(out - key->data);
  return true;
}

static bool s_is_ascii(askiam_str name)
{
  unsigned char all = 0;
  for (size_t i = 0; i < name.length; ++i) {
    all |= (unsigned char)name.data[i];
  }
  return all < 0x80;
}

bool aski_store_key(aski_buffer *key, askiam_str name)
{
  aski_buffer_clear(key);
  if (s_is_ascii(name)) {
    return s_ascii_key(key, name);
  }
  size_t room = 2 * name.length + 16;
  for (;;) {
    if (!aski_buffer_reserve(key, room)) {
      return false;
    }
    size_t length = askiam_text_key(key->data, room, name);
    if (length == SIZE_MAX || length < room) {
      key->length = length == SIZE_MAX ? 0 : length;
      return length != SIZE_MAX;
    }
    room = length + 1;
  }
}

void aski_store_compact(aski_buffer *key)
{
  size_t length = 0;
  for (size_t i = 0; i < key->length; ++i) {
    if (key->data[i] != ' ') {
      key->data[length++] = key->data[i];
    }
  }
  if (key->data != NULL) {
    key->data[length] = 0;
  }
  key->length = length;
}

bool aski_store_compact_key(aski_buffer *key, askiam_str name)
{
  bool made = aski_store_key(key, name);
  aski_store_compact(key);
  return made;
}

bool aski_store_answers(aski_buffer *key, askiam_str form, askiam_str wanted)
{
  if (wanted.data == NULL) {
    return true;
  }
  if (!aski_store_key(key, form)) {
    return false;
  }
  if (aski_str_equal(aski_buffer_view(key), wanted)) {
    return true;
  }
  aski_store_compact(key);
  return aski_str_equal(aski_buffer_view(key), wanted);
}

static int64_t s_hash(askiam_str compact, uint64_t seed) { return (int64_t)aski_hash64(compact, seed) >> 16; }

int64_t aski_store_hash(askiam_str compact) { return s_hash(compact, 0); }

int64_t aski_store_scoped_hash(askiam_str compact, askiam_str application_id)
{
  return s_hash(compact, aski_hash64(application_id, 1) | 1);
}
