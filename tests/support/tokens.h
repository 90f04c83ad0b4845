/* SPDX-License-Identifier: Apache-2.0
 *
 * Keys and signed tokens for tests, made by OpenSSL with private keys that live as long as the program. */
#ifndef TESTS_SUPPORT_TOKENS_H
#define TESTS_SUPPORT_TOKENS_H

#include <askiam/api.h>

enum { TEST_TOKEN_BYTES = 32 * 1024, TEST_JWK_BYTES = 2048 };

typedef enum test_key_kind {
  TEST_KEY_RSA,     /* 2048 bits */
  TEST_KEY_RSA_TWO, /* another one */
  TEST_KEY_EC,
  TEST_KEY_ED25519,
  TEST_KEY_SECRET /* for HS256: TEST_SECRET */
} test_key_kind;

#define TEST_SECRET "an HS256 secret of forty bytes, no less!"

/* "kid": `id`, then `more` members, such as ",\"use\":\"sig\"". */
void test_jwk(char out[TEST_JWK_BYTES], test_key_kind kind, const char *id, const char *more);
/* A token in compact form, of these very texts. */
void test_sign(char out[TEST_TOKEN_BYTES], test_key_kind kind, const char *header, const char *payload);
/* The same with an HMAC by these bytes. */
void test_sign_by(char out[TEST_TOKEN_BYTES], askiam_str secret, const char *header, const char *payload);
/* Appends base64url to a text. */
void test_base64url(char *out, const void *bytes, size_t length);
/* Frees the keys that were made: the tear-down of a group of tests. 0. */
int test_keys_clean_up(void **state);

#endif
