/* SPDX-License-Identifier: Apache-2.0
 *
 * How texts are wrapped in an event: paths behind stages and base paths, percent-encoding, Base64. Pure. */
#include "http_event.h"

#include <stdlib.h>

static const askiam_str s_none = {NULL, 0};

static size_t s_segments(askiam_str path)
{
  size_t count = 0;
  for (size_t i = 0; i < path.length; ++i) {
    count += path.data[i] == '/' ? 1 : 0;
  }
  return count;
}

static askiam_str s_last(askiam_str path, size_t segments)
{
  for (size_t at = path.length; at > 0 && segments > 0; --at) {
    if (path.data[at - 1] == '/' && --segments == 0) {
      return (askiam_str){path.data + at - 1, path.length - (at - 1)};
    }
  }
  return path;
}

static askiam_str s_without_stage(askiam_str path, askiam_str stage)
{
  bool begins = stage.length > 0 && path.length > stage.length + 1 && path.data[0] == '/' &&
                memcmp(path.data + 1, stage.data, stage.length) == 0 && path.data[stage.length + 1] == '/';
  return begins ? (askiam_str){path.data + stage.length + 1, path.length - stage.length - 1} : path;
}

askiam_str lambda_http_route_path(askiam_str path, askiam_str template, askiam_str greedy, askiam_str stage)
{
  if (template.length == 0) {
    return s_without_stage(path, stage);
  }
  bool is_greedy = memchr(template.data, '+', template.length) != NULL;
  if (is_greedy && greedy.data == NULL) {
    return path;
  }
  return s_last(path, s_segments(template) + (is_greedy ? s_segments(greedy) : 0));
}

static int s_hex(char byte)
{
  return byte >= '0' && byte <= '9'   ? byte - '0'
         : byte >= 'a' && byte <= 'f' ? byte - 'a' + 10
         : byte >= 'A' && byte <= 'F' ? byte - 'A' + 10
                                      : -1;
}

askiam_str lambda_http_decode(lambda_http_request *request, askiam_str encoded)
{
  char *out = encoded.data == NULL ? NULL : lambda_http_room(request, encoded.length + 1);
  size_t length = 0;
  if (out == NULL) {
    return s_none;
  }
  for (size_t i = 0; i < encoded.length; ++i) {
    if (encoded.data[i] != '%') {
      out[length++] = encoded.data[i];
      continue;
    }
    int high = i + 2 < encoded.length ? s_hex(encoded.data[i + 1]) : -1;
    int low = i + 2 < encoded.length ? s_hex(encoded.data[i + 2]) : -1;
    if (high < 0 || low < 0) {
      return s_none;
    }
    out[length++] = (char)(high * 16 + low);
    i += 2;
  }
  return (askiam_str){out, length};
}

static int s_sextet(char byte)
{
  return byte >= 'A' && byte <= 'Z'   ? byte - 'A'
         : byte >= 'a' && byte <= 'z' ? byte - 'a' + 26
         : byte >= '0' && byte <= '9' ? byte - '0' + 52
         : byte == '+'                ? 62
         : byte == '/'                ? 63
                                      : -1;
}

/* Four letters to three bytes, fewer before the padding. False where a letter is none, or bits are left over. */
static bool s_quantum(char *out, const char *letters, size_t used)
{
  unsigned bits = 0;
  for (size_t i = 0; i < 4; ++i) {
    int sextet = i < used ? s_sextet(letters[i]) : 0;
    if (sextet < 0) {
      return false;
    }
    bits = (bits << 6) | (unsigned)sextet;
  }
  for (size_t i = 0; i + 1 < used; ++i) {
    out[i] = (char)((bits >> (16 - 8 * i)) & 0xFF);
  }
  return used == 4 || (bits & (used == 3 ? 0xFFu : 0xFFFFu)) == 0;
}

askiam_str lambda_http_base64(lambda_http_request *request, askiam_str encoded)
{
  size_t padding = 0;
  while (padding < 2 && padding < encoded.length && encoded.data[encoded.length - 1 - padding] == '=') {
    ++padding;
  }
  char *out =
      encoded.data == NULL || encoded.length % 4 != 0 ? NULL : lambda_http_room(request, encoded.length / 4 * 3 + 1);
  size_t length = 0;
  if (out == NULL) {
    return s_none;
  }
  for (size_t i = 0; i < encoded.length; i += 4) {
    size_t used = i + 4 == encoded.length ? 4 - padding : 4;
    if (!s_quantum(out + length, encoded.data + i, used)) {
      return s_none;
    }
    length += used - 1;
  }
  return (askiam_str){out, length};
}
