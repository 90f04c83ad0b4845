/* SPDX-License-Identifier: Apache-2.0
 *
 * Signatures of JSON Web Algorithms (RFC 7518, 3; RFC 8037, 3.1), by OpenSSL. */
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>

#include "auth/jwk.h"
#include "base/hash.h"

enum { ES256_HALF_BYTES = 32, ES256_DER_MAX_BYTES = 80 };

static aski_jwk_verdict s_verdict(bool good, unsigned long before)
{
  return good ? ASKI_JWK_GOOD : aski_jwk_lacked_memory(before) ? ASKI_JWK_UNKNOWN : ASKI_JWK_BAD;
}

/* Of SHA-256; RSA by PKCS #1 v1.5, which is what OpenSSL does where nothing else is asked for. What fails before
 * anything of the signature is looked at is no fault of it. */
static aski_jwk_verdict s_verify(EVP_PKEY *key, askiam_str message, askiam_str signature)
{
  unsigned char digest[ASKI_SHA256_BYTES];
  unsigned long before = ERR_peek_last_error();
  EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
  if (context == NULL || !aski_sha256(&message, 1, digest) || EVP_PKEY_verify_init(context) != 1 ||
      EVP_PKEY_CTX_set_signature_md(context, EVP_sha256()) != 1) {
    EVP_PKEY_CTX_free(context);
    return ASKI_JWK_UNKNOWN;
  }
  bool good =
      EVP_PKEY_verify(context, (const unsigned char *)signature.data, signature.length, digest, sizeof digest) == 1;
  EVP_PKEY_CTX_free(context);
  return s_verdict(good, before);
}

static aski_jwk_verdict s_verify_rs256(const aski_jwk *key, askiam_str message, askiam_str signature)
{
  return signature.length == (size_t)EVP_PKEY_get_size(key->public_key) ? s_verify(key->public_key, message, signature)
                                                                        : ASKI_JWK_BAD;
}

/* Of the message itself. */
static aski_jwk_verdict s_try_ed25519(const aski_jwk *key, askiam_str message, askiam_str signature)
{
  unsigned long before = ERR_peek_last_error();
  EVP_MD_CTX *context = EVP_MD_CTX_new();
  if (context == NULL || EVP_DigestVerifyInit(context, NULL, NULL, NULL, key->public_key) != 1) {
    EVP_MD_CTX_free(context);
    return ASKI_JWK_UNKNOWN;
  }
  bool good = EVP_DigestVerify(context, (const unsigned char *)signature.data, signature.length,
                               (const unsigned char *)message.data, message.length) == 1;
  EVP_MD_CTX_free(context);
  return s_verdict(good, before);
}

/* RFC 8032. Of memory that it lacks amid the work OpenSSL 3.0 raises no error: asked again, it lacks it from the
 * beginning. */
static aski_jwk_verdict s_verify_ed25519(const aski_jwk *key, askiam_str message, askiam_str signature)
{
  if (signature.length != ASKI_ED25519_SIGNATURE_BYTES) {
    return ASKI_JWK_BAD;
  }
  aski_jwk_verdict verdict = s_try_ed25519(key, message, signature);
  return verdict == ASKI_JWK_BAD ? s_try_ed25519(key, message, signature) : verdict;
}

/* RFC 7518, 3.4: r and s, 32 bytes each. OpenSSL wants them in DER, which it writes itself. */
static aski_jwk_verdict s_verify_es256(const aski_jwk *key, askiam_str message, askiam_str signature)
{
  if (signature.length != (size_t)2 * ES256_HALF_BYTES) {
    return ASKI_JWK_BAD;
  }
  const unsigned char *bytes = (const unsigned char *)signature.data;
  ECDSA_SIG *pair = ECDSA_SIG_new();
  BIGNUM *r = BN_bin2bn(bytes, ES256_HALF_BYTES, NULL);
  BIGNUM *s = BN_bin2bn(bytes + ES256_HALF_BYTES, ES256_HALF_BYTES, NULL);
  if (pair == NULL || r == NULL || s == NULL || ECDSA_SIG_set0(pair, r, s) != 1) {
    BN_free(r);
    BN_free(s);
    ECDSA_SIG_free(pair);
    return ASKI_JWK_UNKNOWN;
  }
  unsigned char der[ES256_DER_MAX_BYTES];
  unsigned char *end = der;
  int length = i2d_ECDSA_SIG(pair, NULL);
  bool written = length > 0 && length <= ES256_DER_MAX_BYTES && i2d_ECDSA_SIG(pair, &end) == length;
  ECDSA_SIG_free(pair);
  return written ? s_verify(key->public_key, message, (askiam_str){(const char *)der, (size_t)length})
                 : ASKI_JWK_UNKNOWN;
}

static aski_jwk_verdict s_verify_hs256(const aski_jwk *key, askiam_str message, askiam_str signature)
{
  unsigned char wanted[ASKI_SHA256_BYTES];
  if (!aski_hmac_sha256(key->secret, &message, 1, wanted)) {
    return ASKI_JWK_UNKNOWN;
  }
  bool good = aski_equal_secret((askiam_str){(const char *)wanted, sizeof wanted}, signature);
  aski_wipe(wanted, sizeof wanted);
  return good ? ASKI_JWK_GOOD : ASKI_JWK_BAD;
}

aski_jwk_verdict aski_jwk_verify(const aski_jwk *key, askiam_str message, askiam_str signature)
{
  aski_jwk_verdict verdict = ASKI_JWK_BAD;
  ERR_set_mark();
  switch (key->type) {
  case ASKI_JWK_RSA:
    verdict = s_verify_rs256(key, message, signature);
    break;
  case ASKI_JWK_EC:
    verdict = s_verify_es256(key, message, signature);
    break;
  case ASKI_JWK_OKP:
    verdict = s_verify_ed25519(key, message, signature);
    break;
  case ASKI_JWK_OCT:
    verdict = s_verify_hs256(key, message, signature);
    break;
  }
  ERR_pop_to_mark();
  return verdict;
}
