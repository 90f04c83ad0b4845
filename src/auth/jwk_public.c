/* SPDX-License-Identifier: Apache-2.0
 *
 * From the members of a JSON Web Key to OpenSSL's public keys; what is not sound gives none. */
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include "auth/jwk.h"

enum { P256_COORDINATE_BYTES = 32, ED25519_BYTES = 32, EXPONENT_MAX_BYTES = 8 };

/* Where nothing but memory can have been wanting, and OpenSSL says nothing of that. */
static void s_raise_no_memory(void) { ERR_raise(ERR_LIB_USER, ERR_R_MALLOC_FAILURE); }

static EVP_PKEY *s_build(const char *type, OSSL_PARAM_BLD *members)
{
  OSSL_PARAM *parameters = OSSL_PARAM_BLD_to_param(members);
  EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
  EVP_PKEY *key = NULL;
  if (parameters == NULL || context == NULL || EVP_PKEY_fromdata_init(context) != 1) {
    s_raise_no_memory();
  } else if (EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, parameters) != 1) {
    EVP_PKEY_free(key);
    key = NULL;
  }
  EVP_PKEY_CTX_free(context);
  OSSL_PARAM_free(parameters);
  return key;
}

/* OpenSSL's own check: a point is on its curve and not at infinity. */
static EVP_PKEY *s_checked(EVP_PKEY *key)
{
  EVP_PKEY_CTX *context = key == NULL ? NULL : EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
  if (key != NULL && context == NULL) {
    s_raise_no_memory();
  }
  bool good = context != NULL && EVP_PKEY_public_check(context) == 1;
  EVP_PKEY_CTX_free(context);
  if (!good) {
    EVP_PKEY_free(key);
  }
  return good ? key : NULL;
}

/* Whether n mod p is a power of 65537 mod p. */
static bool s_is_power(BN_ULONG remainder, unsigned prime)
{
  unsigned power = 1;
  for (unsigned i = 0; i < prime; ++i) {
    if (power == remainder) {
      return true;
    }
    power = power * (65537 % prime) % prime;
  }
  return false;
}

/* The fingerprint of moduli that certain chips made (CVE-2017-15361, "ROCA"): they are powers of 65537 modulo every
 * small prime. Such a key can be factored; of sound ones about one in 2^27 is taken for one. M. Nemec et al., "The
 * Return of Coppersmith's Attack", section 3. */
static bool s_is_roca(const BIGNUM *modulus)
{
  static const unsigned char primes[] = {3,   5,   7,   11,  13,  17,  19,  23,  29,  31,  37,  41,  43,
                                         47,  53,  59,  61,  67,  71,  73,  79,  83,  89,  97,  101, 103,
                                         107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167};
  for (size_t i = 0; i < sizeof primes; ++i) {
    if (!s_is_power(BN_mod_word(modulus, primes[i]), primes[i])) {
      return false;
    }
  }
  return true;
}

static bool s_is_sound(const BIGNUM *modulus, const BIGNUM *exponent)
{
  int bits = BN_num_bits(modulus);
  return bits >= ASKI_JWK_RSA_MIN_BITS && bits <= ASKI_JWK_RSA_MAX_BITS && BN_is_odd(modulus) && BN_is_odd(exponent) &&
         !BN_is_one(exponent) && !s_is_roca(modulus);
}

bool aski_jwk_lacked_memory(unsigned long before)
{
  unsigned long last = ERR_peek_last_error();
  unsigned long first = before == 0 ? ERR_peek_error() : last;
  return last != before &&
         (ERR_GET_REASON(first) == ERR_R_MALLOC_FAILURE || ERR_GET_REASON(last) == ERR_R_MALLOC_FAILURE);
}

EVP_PKEY *aski_jwk_rsa(askiam_str n, askiam_str e)
{
  if (n.length == 0 || n.length > ASKI_JWK_RSA_MAX_BITS / 8 + 1 || e.length == 0 || e.length > EXPONENT_MAX_BYTES) {
    return NULL;
  }
  BIGNUM *modulus = BN_bin2bn((const unsigned char *)n.data, (int)n.length, NULL);
  BIGNUM *exponent = BN_bin2bn((const unsigned char *)e.data, (int)e.length, NULL);
  OSSL_PARAM_BLD *members = OSSL_PARAM_BLD_new();
  EVP_PKEY *key = NULL;
  bool there = modulus != NULL && exponent != NULL && members != NULL;
  bool sound = there && s_is_sound(modulus, exponent);
  if (sound && OSSL_PARAM_BLD_push_BN(members, OSSL_PKEY_PARAM_RSA_N, modulus) == 1 &&
      OSSL_PARAM_BLD_push_BN(members, OSSL_PKEY_PARAM_RSA_E, exponent) == 1) {
    key = s_build("RSA", members);
  }
  if (!there || (sound && key == NULL)) { /* what is sound can be made */
    s_raise_no_memory();
  }
  OSSL_PARAM_BLD_free(members);
  BN_free(exponent);
  BN_free(modulus);
  return key;
}

static EVP_PKEY *s_try_p256(askiam_str x, askiam_str y)
{
  unsigned char point[1 + 2 * P256_COORDINATE_BYTES] = {POINT_CONVERSION_UNCOMPRESSED};
  memcpy(point + 1, x.data, P256_COORDINATE_BYTES);
  memcpy(point + 1 + P256_COORDINATE_BYTES, y.data, P256_COORDINATE_BYTES);
  OSSL_PARAM_BLD *members = OSSL_PARAM_BLD_new();
  EVP_PKEY *key = NULL;
  if (members == NULL || OSSL_PARAM_BLD_push_utf8_string(members, OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0) != 1 ||
      OSSL_PARAM_BLD_push_octet_string(members, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof point) != 1) {
    s_raise_no_memory();
  } else {
    key = s_checked(s_build("EC", members));
  }
  OSSL_PARAM_BLD_free(members);
  return key;
}

/* Of memory that it lacks amid the work OpenSSL 3.0 says nothing in two places: asked again, it lacks it from the
 * beginning. */
EVP_PKEY *aski_jwk_p256(askiam_str x, askiam_str y)
{
  if (x.length != P256_COORDINATE_BYTES || y.length != P256_COORDINATE_BYTES) {
    return NULL;
  }
  EVP_PKEY *key = s_try_p256(x, y);
  return key != NULL ? key : s_try_p256(x, y);
}

/* The points of order 1, 2, 4 and 8 in all their encodings, but for the sign bit: y is 0, 1, one of the two of order 8,
 * p - 1, and p and p + 1, which are 0 and 1 again. Under them anybody can sign anything, and OpenSSL takes them. */
static const unsigned char s_small_order[][ED25519_BYTES] = {
    {0},
    {1},
    {0x26, 0xE8, 0x95, 0x8F, 0xC2, 0xB2, 0x27, 0xB0, 0x45, 0xC3, 0xF4, 0x89, 0xF2, 0xEF, 0x98, 0xF0,
     0xD5, 0xDF, 0xAC, 0x05, 0xD3, 0xC6, 0x33, 0x39, 0xB1, 0x38, 0x02, 0x88, 0x6D, 0x53, 0xFC, 0x05},
    {0xC7, 0x17, 0x6A, 0x70, 0x3D, 0x4D, 0xD8, 0x4F, 0xBA, 0x3C, 0x0B, 0x76, 0x0D, 0x10, 0x67, 0x0F,
     0x2A, 0x20, 0x53, 0xFA, 0x2C, 0x39, 0xCC, 0xC6, 0x4E, 0xC7, 0xFD, 0x77, 0x92, 0xAC, 0x03, 0x7A},
    {0xEC, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
     0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F},
    {0xED, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
     0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F},
    {0xEE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
     0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F},
};

static bool s_has_small_order(askiam_str x)
{
  unsigned char point[ED25519_BYTES];
  memcpy(point, x.data, sizeof point);
  point[ED25519_BYTES - 1] &= 0x7F;
  for (size_t i = 0; i < sizeof s_small_order / sizeof *s_small_order; ++i) {
    if (memcmp(point, s_small_order[i], sizeof point) == 0) {
      return true;
    }
  }
  return false;
}

EVP_PKEY *aski_jwk_ed25519(askiam_str x)
{
  if (x.length != ED25519_BYTES || s_has_small_order(x)) {
    return NULL;
  }
  EVP_PKEY *key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, (const unsigned char *)x.data, x.length);
  if (key == NULL) { /* any bytes of this length are taken */
    s_raise_no_memory();
  }
  return key;
}
