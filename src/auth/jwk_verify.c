/* SPDX-License-Identifier: Apache-2.0
 *
 * Signatures of JSON Web Algorithms (RFC 7518, 3; RFC 8037, 3.1), by OpenSSL. */
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>

#include "auth/jwk.h"
#include "base/hash.h"

enum { ES256_HALF_BYTES = 32, ES256_DER_MAX_BYTES = 80 };

static bool s_verify(EVP_PKEY *key, const EVP_MD *digest, askiam_str message, askiam_str signature)
{
  EVP_MD_CTX *context = EVP_MD_CTX_new();
  bool good = context != NULL && EVP_DigestVerifyInit(context, NULL, digest, NULL, key) == 1 &&
              EVP_DigestVerify(context, (const unsigned char *)signature.data, signature.length,
                               (const unsigned char *)message.data, message.length) == 1;
  EVP_MD_CTX_free(context);
  return good;
}

/* PKCS #1 v1.5, which is what OpenSSL does where nothing else is asked for. */
static bool s_verify_rs256(const aski_jwk *key, askiam_str message, askiam_str signature)
{
  return signature.length == (size_t)EVP_PKEY_get_size(key->public_key) &&
         s_verify(key->public_key, EVP_sha256(), message, signature);
}

/* RFC 7518, 3.4: r and s, 32 bytes each. OpenSSL wants them in DER, which it writes itself. */
static bool s_verify_es256(const aski_jwk *key, askiam_str message, askiam_str signature)
{
  if (signature.length != (size_t)2 * ES256_HALF_BYTES) {
    return false;
  }
  const unsigned char *bytes = (const unsigned char *)signature.data;
  ECDSA_SIG *pair = ECDSA_SIG_new();
  BIGNUM *r = BN_bin2bn(bytes, ES256_HALF_BYTES, NULL);
  BIGNUM *s = BN_bin2bn(bytes + ES256_HALF_BYTES, ES256_HALF_BYTES, NULL);
  if (pair == NULL || r == NULL || s == NULL || ECDSA_SIG_set0(pair, r, s) != 1) {
    BN_free(r);
    BN_free(s);
    ECDSA_SIG_free(pair);
    return false;
  }
  unsigned char der[ES256_DER_MAX_BYTES];
  unsigned char *end = der;
  int length = i2d_ECDSA_SIG(pair, NULL);
  bool good = length > 0 && length <= ES256_DER_MAX_BYTES && i2d_ECDSA_SIG(pair, &end) == length &&
              s_verify(key->public_key, EVP_sha256(), message, (askiam_str){(const char *)der, (size_t)length});
  ECDSA_SIG_free(pair);
  return good;
}

static bool s_verify_hs256(const aski_jwk *key, askiam_str message, askiam_str signature)
{
  unsigned char wanted[ASKI_SHA256_BYTES];
  bool good = aski_hmac_sha256(key->secret, &message, 1, wanted) &&
              aski_equal_secret((askiam_str){(const char *)wanted, sizeof wanted}, signature);
  aski_wipe(wanted, sizeof wanted);
  return good;
}

bool aski_jwk_verify(const aski_jwk *key, askiam_str message, askiam_str signature)
{
  bool good = false;
  ERR_set_mark();
  switch (key->type) {
  case ASKI_JWK_RSA:
    good = s_verify_rs256(key, message, signature);
    break;
  case ASKI_JWK_EC:
    good = s_verify_es256(key, message, signature);
    break;
  case ASKI_JWK_OKP:
    good = signature.length == ASKI_ED25519_SIGNATURE_BYTES && s_verify(key->public_key, NULL, message, signature);
    break;
  case ASKI_JWK_OCT:
    good = s_verify_hs256(key, message, signature);
    break;
  }
  ERR_pop_to_mark();
  return good;
}
