/* SPDX-License-Identifier: Apache-2.0
 *
 * The two ways to SHA-256; base/hash.h chooses. */
#ifndef ASKI_BASE_SHA256_H
#define ASKI_BASE_SHA256_H

#include "base/hash.h"

/* By whatever provider the host's OpenSSL has. */
bool aski_sha256_evp(const askiam_str *parts, size_t count, unsigned char out[ASKI_SHA256_BYTES]);

#endif
