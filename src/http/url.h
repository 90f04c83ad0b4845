/* SPDX-License-Identifier: Apache-2.0
 *
 * URLs, stricter than RFC 3986 so that nobody can read one in two ways: http and https, plain characters, no fragment. */
#ifndef ASKI_HTTP_URL_H
#define ASKI_HTTP_URL_H

#include "base/str.h"

enum { ASKI_URL_MAX_BYTES = 8192 };

/* Views into the text. */
typedef struct aski_url {
  bool secure;         /* https */
  askiam_str userinfo; /* "user:password", still percent-encoded; absent where there is none */
  askiam_str host;     /* an IPv6 address with its brackets */
  unsigned port;       /* the scheme's where none is given */
  bool port_given;
  askiam_str path;  /* begins with '/' */
  askiam_str query; /* without '?'; absent where there is none */
} aski_url;

/* False where `text` is no such URL. */
bool aski_url_parse(aski_url *out_url, askiam_str text);
/* Whether the host is this machine, by its text alone: localhost, 127.x.y.z, [::1]. */
bool aski_url_is_loopback(const aski_url *url);

/* For messages: printf("%s://%.*s:%u", ASKI_URL_ORIGIN_ARG(url)). */
#define ASKI_URL_ORIGIN "%s://%.*s:%u"
#define ASKI_URL_ORIGIN_ARG(url) ((url)->secure ? "https" : "http"), ASKI_STR_ARG((url)->host), (url)->port

#endif
