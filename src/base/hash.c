/* SPDX-License-Identifier: Apache-2.0 */
#define _DEFAULT_SOURCE /* getentropy */
#include "base/hash.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <unistd.h>

enum { ENTROPY_MOST = 256 }; /* bytes that getentropy gives at once */

bool aski_hmac_sha256(askiam_str key, const askiam_str *parts, size_t count, unsigned char out[ASKI_SHA256_BYTES])
{
  EVP_PKEY *secret = EVP_PKEY_new_raw_private_key(EVP_PKEY_HMAC, NULL, (const unsigned char *)key.data, key.length);
  EVP_MD_CTX *context = EVP_MD_CTX_new();
  bool good = secret != NULL && context != NULL && EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, secret) == 1;
  for (size_t i = 0; good && i < count; ++i) {
    good = EVP_DigestSignUpdate(context, parts[i].data, parts[i].length) == 1;
  }
  size_t length = ASKI_SHA256_BYTES;
  good = good && EVP_DigestSignFinal(context, out, &length) == 1 && length == ASKI_SHA256_BYTES;
  EVP_MD_CTX_free(context);
  EVP_PKEY_free(secret);
  return good;
}

bool aski_sha256_hex(askiam_str text, char out[ASKI_SHA256_HEX_BYTES])
{
  unsigned char digest[ASKI_SHA256_BYTES];
  if (!aski_sha256(&text, 1, digest)) {
    return false;
  }
  aski_hex(digest, sizeof digest, out);
  return true;
}

void aski_hex(const unsigned char *bytes, size_t length, char *out)
{
  static const char digits[] = "0123456789abcdef";
  for (size_t i = 0; i < length; ++i) {
    out[2 * i] = digits[bytes[i] >> 4];
    out[2 * i + 1] = digits[bytes[i] & 15];
  }
  out[2 * length] = 0;
}

void aski_base64(const unsigned char *bytes, size_t length, char *out)
{
  EVP_EncodeBlock((unsigned char *)out, bytes, (int)length);
}

/* OpenSSL's reader is more lenient than RFC 4648: what it takes must come out as it went in. */
bool aski_base64_decode(aski_buffer *out, askiam_str text)
{
  enum { LARGEST_BYTES = 1 << 20 };
  if (text.length == 0 || text.length % 4 != 0 || text.length > LARGEST_BYTES ||
      !aski_buffer_reserve(out, text.length)) {
    return false;
  }
  unsigned char *bytes = (unsigned char *)out->data + out->length;
  int length = EVP_DecodeBlock(bytes, (const unsigned char *)text.data, (int)text.length);
  size_t padding = text.data[text.length - 1] != '=' ? 0 : text.data[text.length - 2] != '=' ? 1 : 2;
  char again[5];
  size_t last = text.length / 4 * 3 - 3;
  if (length >= 0) {
    aski_base64(bytes + last, 3 - padding, again);
  }
  bool good = length >= 0 && memcmp(again, text.data + text.length - 4, 4) == 0 &&
              memchr(text.data, '=', text.length - padding) == NULL && memchr(text.data, '\n', text.length) == NULL;
  if (good) {
    out->length += text.length / 4 * 3 - padding;
    out->data[out->length] = 0;
  }
  return good;
}

static int s_hex_value(char digit)
{
  if (digit >= '0' && digit <= '9') {
    return digit - '0';
  }
  if (digit >= 'a' && digit <= 'f') {
    return digit - 'a' + 10;
  }
  return digit >= 'A' && digit <= 'F' ? digit - 'A' + 10 : -1;
}

bool aski_unhex(askiam_str text, unsigned char *out, size_t length)
{
  if (text.length != 2 * length) {
    return false;
  }
  for (size_t i = 0; i < length; ++i) {
    int high = s_hex_value(text.data[2 * i]);
    int low = s_hex_value(text.data[2 * i + 1]);
    if (high < 0 || low < 0) {
      return false;
    }
    out[i] = (unsigned char)(high * 16 + low);
  }
  return true;
}

bool aski_equal_secret(askiam_str left, askiam_str right)
{
  return left.length == right.length && (left.length == 0 || CRYPTO_memcmp(left.data, right.data, left.length) == 0);
}

/* Passed where OpenSSL would otherwise ask for a password on the terminal. */
static int s_no_password(char *buffer, int size, int writing, void *context)
{
  (void)buffer;
  (void)size;
  (void)writing;
  (void)context;
  return -1;
}

static EVP_PKEY *s_read_key(askiam_str pem, bool private_key)
{
  if (pem.length > 65536) {
    return NULL;
  }
  BIO *source = BIO_new_mem_buf(pem.data, (int)pem.length);
  if (source == NULL) {
    return NULL;
  }
  EVP_PKEY *key = private_key ? PEM_read_bio_PrivateKey(source, NULL, s_no_password, NULL)
                              : PEM_read_bio_PUBKEY(source, NULL, s_no_password, NULL);
  BIO_free(source);
  if (key != NULL && EVP_PKEY_get_id(key) != EVP_PKEY_ED25519) {
    EVP_PKEY_free(key);
    return NULL;
  }
  return key;
}

bool aski_ed25519_sign(askiam_str private_pem, askiam_str message, unsigned char out[ASKI_ED25519_SIGNATURE_BYTES])
{
  EVP_PKEY *key = s_read_key(private_pem, true);
  EVP_MD_CTX *context = EVP_MD_CTX_new();
  size_t length = ASKI_ED25519_SIGNATURE_BYTES;
  bool good = key != NULL && context != NULL && EVP_DigestSignInit(context, NULL, NULL, NULL, key) == 1 &&
              EVP_DigestSign(context, out, &length, (const unsigned char *)message.data, message.length) == 1;
  EVP_MD_CTX_free(context);
  EVP_PKEY_free(key);
  return good;
}

bool aski_ed25519_verify(askiam_str public_pem, askiam_str message,
                         const unsigned char signature[ASKI_ED25519_SIGNATURE_BYTES])
{
  EVP_PKEY *key = s_read_key(public_pem, false);
  EVP_MD_CTX *context = EVP_MD_CTX_new();
  bool good = key != NULL && context != NULL && EVP_DigestVerifyInit(context, NULL, NULL, NULL, key) == 1 &&
              EVP_DigestVerify(context, signature, ASKI_ED25519_SIGNATURE_BYTES, (const unsigned char *)message.data,
                               message.length) == 1;
  EVP_MD_CTX_free(context);
  EVP_PKEY_free(key);
  return good;
}

bool aski_ed25519_public(askiam_str pem, bool private_key, unsigned char out[ASKI_ED25519_PUBLIC_BYTES])
{
  EVP_PKEY *key = s_read_key(pem, private_key);
  size_t length = ASKI_ED25519_PUBLIC_BYTES;
  bool good = key != NULL && EVP_PKEY_get_raw_public_key(key, out, &length) == 1 && length == ASKI_ED25519_PUBLIC_BYTES;
  EVP_PKEY_free(key);
  return good;
}

/* From the system itself, which a fork or a copied machine cannot make repeat itself, and which needs no generator
 * to be set up first; where it has none, from OpenSSL. */
bool aski_random(unsigned char *out, size_t length)
{
  for (size_t done = 0; done < length;) {
    size_t part = length - done < ENTROPY_MOST ? length - done : ENTROPY_MOST;
    if (getentropy(out + done, part) != 0) {
      return length <= INT32_MAX && RAND_bytes(out, (int)length) == 1;
    }
    done += part;
  }
  return true;
}

uint64_t aski_hash64(askiam_str text, uint64_t seed)
{
  uint64_t hash = UINT64_C(0xcbf29ce484222325) ^ (seed * UINT64_C(0x9e3779b97f4a7c15));
  for (size_t i = 0; i < text.length; ++i) {
    hash = (hash ^ (unsigned char)text.data[i]) * UINT64_C(0x100000001b3);
  }
  hash ^= hash >> 33;
  hash *= UINT64_C(0xff51afd7ed558ccd);
  hash ^= hash >> 33;
  hash *= UINT64_C(0xc4ceb9fe1a85ec53);
  return hash ^ (hash >> 33);
}
