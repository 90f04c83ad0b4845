/* SPDX-License-Identifier: Apache-2.0
 *
 * Base64 for URLs (RFC 4648, 5) without padding, as JSON Web Tokens have it. */
#ifndef ASKI_AUTH_BASE64URL_H
#define ASKI_AUTH_BASE64URL_H

#include "base/str.h"

/* Appends what `text` stands for. False where it is not the one text that these bytes are written as (padding, white
 * space, other characters and unused bits that are not zero included), or where memory ran out (out->failed). */
bool aski_base64url_decode(aski_buffer *out, askiam_str text);

#endif
