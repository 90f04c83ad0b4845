/* SPDX-License-Identifier: Apache-2.0
 *
 * Whether an answer repeats who we are, as a gateway's does that shows the headers that it got. */
#include "base/hash.h"
#include "base/memory.h"
#include "http/url.h"
#include "reason.h"

static unsigned s_digit(char byte)
{
  return byte <= '9' ? (unsigned)(byte - '0') : (unsigned)((byte | 0x20) - 'a') + 10;
}

/* The text is a URL's, so that two digits follow each percent sign. */
static void s_append_plain(aski_buffer *out, askiam_str text)
{
  for (size_t i = 0; i < text.length; ++i) {
    if (text.data[i] == '%') {
      aski_buffer_append_byte(out, (char)(s_digit(text.data[i + 1]) << 4 | s_digit(text.data[i + 2])));
      i += 2;
    } else {
      aski_buffer_append_byte(out, text.data[i]);
    }
  }
}

static bool s_holds(askiam_str text, askiam_str part)
{
  for (size_t at = 0; part.length > 0 && at + part.length <= text.length; ++at) {
    if (memcmp(text.data + at, part.data, part.length) == 0) {
      return true;
    }
  }
  return false;
}

/* In a string somewhere inside. As deep as the reader of JSON goes, which is not far. */
static bool s_says(const aski_json *node, askiam_str part)
{
  if (aski_json_type_of(node) == ASKI_JSON_STRING) {
    return s_holds(aski_json_string(node), part);
  }
  for (const aski_json *item = aski_json_first(node); item != NULL; item = aski_json_next(item)) {
    if (s_says(item, part)) {
      return true;
    }
  }
  return false;
}

/* "user:password"; empty where nobody was named. */
static void s_credential(aski_buffer *out, const aski_opensearch *cluster)
{
  static const char scheme[] = "Basic ";
  aski_url url;
  if (cluster->authorization != NULL) {
    aski_base64_decode(out, askiam_str_from(cluster->authorization + sizeof scheme - 1));
  } else if (aski_url_parse(&url, askiam_str_from(cluster->url))) {
    s_append_plain(out, url.userinfo);
  }
}

bool aski_opensearch_repeats(const aski_opensearch *cluster, const aski_json *said)
{
  aski_buffer plain;
  aski_buffer_init(&plain, cluster->allocator);
  s_credential(&plain, cluster);
  askiam_str both = aski_buffer_view(&plain);
  char *encoded = aski_acquire(cluster->allocator, both.length / 3 * 4 + 5);
  bool repeats = plain.failed || encoded == NULL; /* who cannot look says nothing */
  if (!repeats && both.length > 0 && said != NULL) {
    const char *colon = memchr(both.data, ':', both.length);
    size_t user = colon == NULL ? both.length : (size_t)(colon - both.data) + 1;
    aski_base64((const unsigned char *)both.data, both.length, encoded);
    repeats = s_says(said, aski_str_slice(both, user, both.length)) || s_says(said, askiam_str_from(encoded));
    aski_wipe(encoded, strlen(encoded));
  }
  if (plain.data != NULL) {
    aski_wipe(plain.data, plain.capacity);
  }
  aski_release(cluster->allocator, encoded);
  aski_buffer_clean_up(&plain);
  return repeats;
}
