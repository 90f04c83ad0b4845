/* SPDX-License-Identifier: Apache-2.0
 *
 * EVP makes a table of every algorithm that there is when it is asked for the first one: two million instructions, a
 * tenth of what a process took until its first decision. OpenSSL's plain functions need none. They are deprecated, and
 * not of a FIPS provider: where a host wants that, or an OpenSSL comes without them, it is EVP. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "base/sha256.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/sha.h>

bool aski_sha256_evp(const askiam_str *parts, size_t count, unsigned char out[ASKI_SHA256_BYTES])
{
  EVP_MD_CTX *context = EVP_MD_CTX_new();
  bool good = context != NULL && EVP_DigestInit_ex(context, EVP_sha256(), NULL) == 1;
  for (size_t i = 0; good && i < count; ++i) {
    good = EVP_DigestUpdate(context, parts[i].data, parts[i].length) == 1;
  }
  good = good && EVP_DigestFinal_ex(context, out, NULL) == 1;
  EVP_MD_CTX_free(context);
  return good;
}

#ifdef OPENSSL_NO_DEPRECATED_3_0
bool aski_sha256(const askiam_str *parts, size_t count, unsigned char out[ASKI_SHA256_BYTES])
{
  return aski_sha256_evp(parts, count, out);
}
#else
static bool s_plain(const askiam_str *parts, size_t count, unsigned char out[ASKI_SHA256_BYTES])
{
  SHA256_CTX context;
  bool good = SHA256_Init(&context) == 1;
  for (size_t i = 0; good && i < count; ++i) {
    good = SHA256_Update(&context, parts[i].data, parts[i].length) == 1;
  }
  good = good && SHA256_Final(out, &context) == 1;
  OPENSSL_cleanse(&context, sizeof context); /* what is hashed may be a secret */
  return good;
}

bool aski_sha256(const askiam_str *parts, size_t count, unsigned char out[ASKI_SHA256_BYTES])
{
  return (EVP_default_properties_is_fips_enabled(NULL) == 1 ? aski_sha256_evp : s_plain)(parts, count, out);
}
#endif
