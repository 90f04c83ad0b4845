/* SPDX-License-Identifier: Apache-2.0 */
#include "support/tokens.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rsa.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static EVP_PKEY *s_keys[TEST_KEY_SECRET];

static void s_must(int good)
{
  if (!good) {
    abort();
  }
}

static EVP_PKEY *s_key(test_key_kind kind)
{
  if (s_keys[kind] == NULL) {
    s_keys[kind] = kind == TEST_KEY_EC        ? EVP_EC_gen("P-256")
                   : kind == TEST_KEY_ED25519 ? EVP_PKEY_Q_keygen(NULL, NULL, "ED25519")
                                              : EVP_RSA_gen(2048);
    s_must(s_keys[kind] != NULL);
  }
  return s_keys[kind];
}

int test_keys_clean_up(void **state)
{
  (void)state;
  for (size_t i = 0; i < TEST_KEY_SECRET; ++i) {
    EVP_PKEY_free(s_keys[i]);
    s_keys[i] = NULL;
  }
  return 0;
}

void test_base64url(char *out, const void *bytes, size_t length)
{
  char *at = out + strlen(out);
  int written = EVP_EncodeBlock((unsigned char *)at, bytes, (int)length);
  for (int i = 0; i < written; ++i) {
    at[i] = at[i] == '+' ? '-' : at[i] == '/' ? '_' : at[i];
  }
  at[strcspn(at, "=")] = 0;
}

static void s_put_number(char *out, const char *name, const EVP_PKEY *key, const char *parameter, int width)
{
  BIGNUM *value = NULL;
  unsigned char bytes[1024];
  s_must(EVP_PKEY_get_bn_param(key, parameter, &value));
  int length = width > 0 ? width : BN_num_bytes(value);
  s_must(BN_bn2binpad(value, bytes, length) == length);
  BN_free(value);
  sprintf(out + strlen(out), ",\"%s\":\"", name);
  test_base64url(out, bytes, (size_t)length);
  strcat(out, "\"");
}

static void s_put_ed25519(char *out, const EVP_PKEY *key)
{
  unsigned char bytes[32];
  size_t length = sizeof bytes;
  s_must(EVP_PKEY_get_raw_public_key(key, bytes, &length));
  strcat(out, ",\"crv\":\"Ed25519\",\"x\":\"");
  test_base64url(out, bytes, length);
  strcat(out, "\"");
}

void test_jwk(char out[TEST_JWK_BYTES], test_key_kind kind, const char *id, const char *more)
{
  static const char *const types[] = {"RSA", "RSA", "EC", "OKP", "oct"};
  sprintf(out, "{\"kty\":\"%s\"", types[kind]);
  if (id != NULL) {
    sprintf(out + strlen(out), ",\"kid\":\"%s\"", id);
  }
  switch (kind) {
  case TEST_KEY_RSA:
  case TEST_KEY_RSA_TWO:
    s_put_number(out, "n", s_key(kind), OSSL_PKEY_PARAM_RSA_N, 0);
    s_put_number(out, "e", s_key(kind), OSSL_PKEY_PARAM_RSA_E, 0);
    break;
  case TEST_KEY_EC:
    strcat(out, ",\"crv\":\"P-256\"");
    s_put_number(out, "x", s_key(kind), OSSL_PKEY_PARAM_EC_PUB_X, 32);
    s_put_number(out, "y", s_key(kind), OSSL_PKEY_PARAM_EC_PUB_Y, 32);
    break;
  case TEST_KEY_ED25519:
    s_put_ed25519(out, s_key(kind));
    break;
  case TEST_KEY_SECRET:
    strcat(out, ",\"k\":\"");
    test_base64url(out, TEST_SECRET, sizeof TEST_SECRET - 1);
    strcat(out, "\"");
    break;
  }
  sprintf(out + strlen(out), "%s}", more);
}

static void s_begin(char *out, const char *header, const char *payload)
{
  out[0] = 0;
  test_base64url(out, header, strlen(header));
  strcat(out, ".");
  test_base64url(out, payload, strlen(payload));
}

/* From OpenSSL's DER to r and s, 32 bytes each. */
static size_t s_raw_ecdsa(unsigned char out[64], const unsigned char *der, size_t length)
{
  ECDSA_SIG *pair = d2i_ECDSA_SIG(NULL, &der, (long)length);
  s_must(pair != NULL && BN_bn2binpad(ECDSA_SIG_get0_r(pair), out, 32) == 32 &&
         BN_bn2binpad(ECDSA_SIG_get0_s(pair), out + 32, 32) == 32);
  ECDSA_SIG_free(pair);
  return 64;
}

void test_sign_by(char out[TEST_TOKEN_BYTES], askiam_str secret, const char *header, const char *payload)
{
  unsigned char mac[32];
  unsigned length = sizeof mac;
  s_begin(out, header, payload);
  s_must(HMAC(EVP_sha256(), secret.data, (int)secret.length, (const unsigned char *)out, strlen(out), mac, &length) !=
         NULL);
  strcat(out, ".");
  test_base64url(out, mac, length);
}

void test_sign(char out[TEST_TOKEN_BYTES], test_key_kind kind, const char *header, const char *payload)
{
  if (kind == TEST_KEY_SECRET) {
    test_sign_by(out, askiam_str_from(TEST_SECRET), header, payload);
    return;
  }
  s_begin(out, header, payload);
  unsigned char signature[512];
  unsigned char raw[64];
  size_t length = sizeof signature;
  EVP_MD_CTX *context = EVP_MD_CTX_new();
  const EVP_MD *digest = kind == TEST_KEY_ED25519 ? NULL : EVP_sha256();
  s_must(context != NULL && EVP_DigestSignInit(context, NULL, digest, NULL, s_key(kind)) == 1 &&
         EVP_DigestSign(context, signature, &length, (const unsigned char *)out, strlen(out)) == 1);
  EVP_MD_CTX_free(context);
  strcat(out, ".");
  if (kind == TEST_KEY_EC) {
    test_base64url(out, raw, s_raw_ecdsa(raw, signature, length));
  } else {
    test_base64url(out, signature, length);
  }
}
