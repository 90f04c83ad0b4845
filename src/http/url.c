/* SPDX-License-Identifier: Apache-2.0 */
#include "http/url.h"

static bool s_is_digit(char byte) { return byte >= '0' && byte <= '9'; }

static bool s_is_letter(char byte) { return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z'); }

static bool s_is_hex(char byte)
{
  return s_is_digit(byte) || (byte >= 'a' && byte <= 'f') || (byte >= 'A' && byte <= 'F');
}

/* RFC 3986's characters but '#', with percent signs before two digits only. */
static bool s_is_plain(askiam_str text)
{
  static const char others[] = "-._~:/?[]@!$&'()*+,;=";
  for (size_t i = 0; i < text.length; ++i) {
    char byte = text.data[i];
    if (byte == '%') {
      if (i + 2 >= text.length || !s_is_hex(text.data[i + 1]) || !s_is_hex(text.data[i + 2])) {
        return false;
      }
    } else if (!s_is_digit(byte) && !s_is_letter(byte) && memchr(others, byte, sizeof others - 1) == NULL) {
      return false;
    }
  }
  return true;
}

/* Takes "http://" or "https://" off, in either case. */
static bool s_take_scheme(aski_url *url, askiam_str *text)
{
  static const char name[] = "https";
  size_t length = 0;
  while (length < sizeof name - 1 && length < text->length && (text->data[length] | 0x20) == name[length]) {
    ++length;
  }
  if (length < 4 || !aski_str_starts(aski_str_slice(*text, length, 3), ASKI_STR("://"))) {
    return false;
  }
  url->secure = length == 5;
  *text = aski_str_slice(*text, length + 3, text->length);
  return true;
}

static size_t s_find(askiam_str text, const char *bytes)
{
  size_t at = 0;
  while (at < text.length && strchr(bytes, text.data[at]) == NULL) {
    ++at;
  }
  return at;
}

static bool s_take_userinfo(aski_url *url, askiam_str *authority)
{
  size_t at = s_find(*authority, "@");
  if (at == authority->length) {
    return true;
  }
  url->userinfo = aski_str_slice(*authority, 0, at);
  *authority = aski_str_slice(*authority, at + 1, authority->length);
  return s_find(*authority, "@") == authority->length && s_find(url->userinfo, "[]/?") == url->userinfo.length;
}

static bool s_is_name(askiam_str host)
{
  for (size_t i = 0; i < host.length; ++i) {
    char byte = host.data[i];
    if (!s_is_digit(byte) && !s_is_letter(byte) && byte != '.' && byte != '-' && byte != '_') {
      return false;
    }
  }
  return host.length > 0 && host.length <= 253;
}

static bool s_is_address6(askiam_str host)
{
  if (host.length < 4 || host.length > 47 || host.data[0] != '[' || host.data[host.length - 1] != ']') {
    return false;
  }
  for (size_t i = 1; i + 1 < host.length; ++i) {
    if (!s_is_hex(host.data[i]) && host.data[i] != ':' && host.data[i] != '.') {
      return false;
    }
  }
  return true;
}

static bool s_take_port(aski_url *url, askiam_str digits)
{
  unsigned port = 0;
  for (size_t i = 0; i < digits.length; ++i) {
    if (!s_is_digit(digits.data[i]) || port > 6553) {
      return false;
    }
    port = port * 10 + (unsigned)(digits.data[i] - '0');
  }
  url->port = port;
  url->port_given = true;
  return port >= 1 && port <= 65535;
}

static bool s_take_host(aski_url *url, askiam_str authority)
{
  bool bracketed = authority.length > 0 && authority.data[0] == '[';
  size_t end = bracketed ? s_find(authority, "]") + 1 : s_find(authority, ":");
  url->host = aski_str_slice(authority, 0, end);
  if (bracketed ? !s_is_address6(url->host) : !s_is_name(url->host)) {
    return false;
  }
  url->port = url->secure ? 443 : 80;
  if (end >= authority.length) {
    return true;
  }
  return authority.data[end] == ':' && s_take_port(url, aski_str_slice(authority, end + 1, authority.length));
}

bool aski_url_parse(aski_url *out_url, askiam_str text)
{
  *out_url = (aski_url){.path = ASKI_STR("/")};
  if (text.length > ASKI_URL_MAX_BYTES || !s_is_plain(text) || !s_take_scheme(out_url, &text)) {
    return false;
  }
  size_t end = s_find(text, "/?");
  askiam_str authority = aski_str_slice(text, 0, end);
  if (!s_take_userinfo(out_url, &authority) || !s_take_host(out_url, authority)) {
    return false;
  }
  text = aski_str_slice(text, end, text.length);
  size_t mark = s_find(text, "?");
  if (mark > 0) {
    out_url->path = aski_str_slice(text, 0, mark);
  }
  if (mark < text.length) {
    out_url->query = aski_str_slice(text, mark + 1, text.length);
  }
  return true;
}

/* Four decimal numbers, the first of them 127. */
static bool s_is_loopback4(askiam_str host)
{
  size_t dots = 0;
  size_t digits = 0;
  for (size_t i = 0; i < host.length; ++i) {
    bool dot = host.data[i] == '.';
    if ((!dot && !s_is_digit(host.data[i])) || (dot && digits == 0) || digits > 3) {
      return false;
    }
    dots += dot;
    digits = dot ? 0 : digits + 1;
  }
  return dots == 3 && digits >= 1 && digits <= 3 && aski_str_starts(host, ASKI_STR("127."));
}

bool aski_url_is_loopback(const aski_url *url)
{
  static const char name[] = "localhost";
  if (aski_str_equal_text(url->host, "[::1]") || s_is_loopback4(url->host)) {
    return true;
  }
  for (size_t i = 0; i < url->host.length; ++i) {
    if (i >= sizeof name - 1 || (url->host.data[i] | 0x20) != name[i]) {
      return false;
    }
  }
  return url->host.length == sizeof name - 1;
}
