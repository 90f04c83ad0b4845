/* SPDX-License-Identifier: Apache-2.0
 *
 * Hashes, signatures and random bytes, all by OpenSSL; hexadecimal; comparison in constant time. */
#ifndef ASKI_BASE_HASH_H
#define ASKI_BASE_HASH_H

#include "base/memory.h"

enum {
  ASKI_SHA256_BYTES = 32,
  ASKI_SHA256_HEX_BYTES = 65,
  ASKI_ED25519_SIGNATURE_BYTES = 64,
  ASKI_ED25519_PUBLIC_BYTES = 32
};

/* SHA-256 (FIPS 180-4) of the parts, one after the other. False where OpenSSL failed. By a FIPS provider
 * where the host's default properties say fips=yes. */
bool aski_sha256(const askiam_str *parts, size_t count, unsigned char out[ASKI_SHA256_BYTES]);
/* HMAC-SHA-256 (RFC 2104). */
bool aski_hmac_sha256(askiam_str key, const askiam_str *parts, size_t count, unsigned char out[ASKI_SHA256_BYTES]);
/* The same as lower-case hexadecimal with NUL: of one text. */
bool aski_sha256_hex(askiam_str text, char out[ASKI_SHA256_HEX_BYTES]);
/* 2 × length digits and a NUL. */
void aski_hex(const unsigned char *bytes, size_t length, char *out);
/* Reads exactly `length` bytes from 2 × length digits of either case. */
bool aski_unhex(askiam_str text, unsigned char *out, size_t length);
/* Base64 (RFC 4648, 4) with padding: 4 × ⌈length / 3⌉ characters and a NUL. */
void aski_base64(const unsigned char *bytes, size_t length, char *out);
/* Appends what such text stands for. False where it is no Base64 or memory ran out (out->failed). */
bool aski_base64_decode(aski_buffer *out, askiam_str text);
/* Same content, in time that depends on the lengths only. */
bool aski_equal_secret(askiam_str left, askiam_str right);
/* Ed25519 (RFC 8032) with keys as PEM (PKCS #8 private, SubjectPublicKeyInfo public). */
bool aski_ed25519_sign(askiam_str private_pem, askiam_str message, unsigned char out[ASKI_ED25519_SIGNATURE_BYTES]);
bool aski_ed25519_verify(askiam_str public_pem, askiam_str message,
                         const unsigned char signature[ASKI_ED25519_SIGNATURE_BYTES]);
/* The 32 raw bytes of the public key of a private or public key in PEM: what a fingerprint is taken of. */
bool aski_ed25519_public(askiam_str pem, bool private_key, unsigned char out[ASKI_ED25519_PUBLIC_BYTES]);
/* Cryptographic random bytes of the operating system. */
bool aski_random(unsigned char *out, size_t length);
/* A fast 64-bit hash for tables that strangers cannot fill (FNV-1a with a finaliser); the same on every machine. */
uint64_t aski_hash64(askiam_str text, uint64_t seed);

#endif
