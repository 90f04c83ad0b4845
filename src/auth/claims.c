/* SPDX-License-Identifier: Apache-2.0 */
#include "auth/claims.h"

/* A segment of a JSON Pointer, ended by NUL; false where it is too long. */
static bool s_unescape(askiam_str segment, char out[ASKI_CLAIM_NAME_MAX_BYTES])
{
  size_t length = 0;
  for (size_t i = 0; i < segment.length; ++i) {
    char byte = segment.data[i];
    if (byte == '~' && i + 1 < segment.length && (segment.data[i + 1] == '0' || segment.data[i + 1] == '1')) {
      byte = segment.data[++i] == '0' ? '~' : '/';
    }
    if (length + 1 >= ASKI_CLAIM_NAME_MAX_BYTES) {
      return false;
    }
    out[length++] = byte;
  }
  out[length] = 0;
  return true;
}

static const aski_json *s_follow(const aski_json *node, askiam_str pointer)
{
  char name[ASKI_CLAIM_NAME_MAX_BYTES];
  while (node != NULL && pointer.length > 0) {
    askiam_str rest = {pointer.data + 1, pointer.length - 1};
    const char *slash = rest.length == 0 ? NULL : memchr(rest.data, '/', rest.length);
    size_t length = slash == NULL ? rest.length : (size_t)(slash - rest.data);
    node = s_unescape(aski_str_slice(rest, 0, length), name) ? aski_json_get(node, name) : NULL;
    pointer = aski_str_slice(rest, length, rest.length);
  }
  return node;
}

const aski_json *aski_claims_find(const aski_json *claims, askiam_str name)
{
  if (name.length == 0 || name.length >= ASKI_CLAIM_NAME_MAX_BYTES) {
    return NULL;
  }
  if (name.data[0] == '/') {
    return s_follow(claims, name);
  }
  char text[ASKI_CLAIM_NAME_MAX_BYTES];
  memcpy(text, name.data, name.length);
  text[name.length] = 0;
  return aski_json_get(claims, text);
}

/* A text as one word, or as the words that it has. */
static void s_append_text(aski_buffer *out, askiam_str text, bool one_word)
{
  for (size_t i = 0; i < text.length; ++i) {
    unsigned char byte = (unsigned char)text.data[i];
    bool parts = byte <= 0x20 || byte == 0x7F;
    if (byte == '%' || (one_word && parts)) {
      aski_buffer_append_format(out, "%%%02X", (unsigned)byte);
    } else {
      aski_buffer_append_byte(out, text.data[i]);
    }
  }
}

bool aski_claims_append_words(aski_buffer *out, const aski_json *claim)
{
  if (aski_json_type_of(claim) == ASKI_JSON_NULL) { /* of NULL too */
    return true;
  }
  askiam_str text = aski_json_string(claim);
  if (aski_str_present(text)) {
    s_append_text(out, text, false);
    return true;
  }
  if (aski_json_type_of(claim) != ASKI_JSON_ARRAY) {
    return false;
  }
  for (const aski_json *item = aski_json_first(claim); item != NULL; item = aski_json_next(item)) {
    askiam_str word = aski_json_string(item);
    if (!aski_str_present(word)) {
      return false;
    }
    if (out->length > 0) {
      aski_buffer_append_byte(out, ' ');
    }
    s_append_text(out, word, true);
  }
  return true;
}

/* Where the first blank, or comma where commas part, stands. */
static size_t s_word_length(askiam_str text, bool commas)
{
  size_t length = 0;
  while (length < text.length && text.data[length] != ' ' && !(commas && text.data[length] == ',')) {
    ++length;
  }
  return length;
}

bool aski_claims_append_relayed(aski_buffer *out, const aski_json *claim, bool commas)
{
  askiam_str text = aski_json_string(claim);
  bool bracketed = text.length >= 2 && text.data[0] == '[' && text.data[text.length - 1] == ']';
  bool parted = commas && text.length > 0 && memchr(text.data, ',', text.length) != NULL;
  if (!bracketed && !parted) {
    return aski_claims_append_words(out, claim);
  }
  text = bracketed ? aski_str_slice(text, 1, text.length - 2) : text;
  while (text.length > 0) {
    size_t length = s_word_length(text, commas);
    if (length > 0 && out->length > 0) {
      aski_buffer_append_byte(out, ' ');
    }
    s_append_text(out, aski_str_slice(text, 0, length), true);
    text = aski_str_slice(text, length + 1, text.length);
  }
  return true;
}

askiam_str aski_claims_next_word(askiam_str *words)
{
  while (words->length > 0 && words->data[0] == ' ') {
    *words = aski_str_slice(*words, 1, words->length);
  }
  const char *space = words->length == 0 ? NULL : memchr(words->data, ' ', words->length);
  size_t length = space == NULL ? words->length : (size_t)(space - words->data);
  askiam_str word = aski_str_slice(*words, 0, length);
  *words = aski_str_slice(*words, length, words->length);
  return word;
}
