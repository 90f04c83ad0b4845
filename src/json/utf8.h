/* SPDX-License-Identifier: Apache-2.0
 *
 * UTF-8 a character at a time, for the scanner and the writer. */
#ifndef ASKI_JSON_UTF8_H
#define ASKI_JSON_UTF8_H

#include <stddef.h>
#include <stdint.h>

/* Bytes of the well-formed character (RFC 3629: no overlong form, no surrogate, at most U+10FFFF) that `text` begins
 * with, 1 to 4; 0 where there is none within `left` bytes. */
size_t aski_json_utf8_length(const char *text, size_t left);
/* Writes a character, returns its bytes, 1 to 4. */
size_t aski_json_utf8_encode(uint32_t character, char out[4]);

#endif
