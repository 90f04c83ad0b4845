/* SPDX-License-Identifier: Apache-2.0 */
#include "auth/api_key.h"

#include <stdio.h>

#include "base/hash.h"

enum {
  TIME_BYTES = 6,
  CHANCE_BYTES = 6,
  SECRET_BYTES = 32,
  SALT_BYTES = 16,
  CHECKSUM_BYTES = 4,
  ID_DIGITS = ASKI_API_KEY_ID_BYTES - 1,
  SECRET_DIGITS = ASKI_API_KEY_SECRET_BYTES - 1
};

static const char s_prefix[] = "askiam_";

enum {
  PREFIX_BYTES = sizeof s_prefix - 1,
  SECRET_AT = PREFIX_BYTES + ID_DIGITS + 1,
  CHECKSUM_AT = SECRET_AT + SECRET_DIGITS + 1,
  TEXT_DIGITS = CHECKSUM_AT + 2 * CHECKSUM_BYTES
};

_Static_assert(TEXT_DIGITS + 1 == ASKI_API_KEY_TEXT_BYTES, "a key and its NUL fit exactly");

static bool s_fill(const aski_random_source *random, unsigned char *out, size_t length)
{
  return random == NULL ? aski_random(out, length) : random->fill(random->context, out, length);
}

bool aski_api_key_new(aski_api_key *out_key, char out_salt[ASKI_API_KEY_SALT_BYTES], int64_t now_ms,
                      const aski_random_source *random)
{
  unsigned char bytes[CHANCE_BYTES + SECRET_BYTES + SALT_BYTES];
  unsigned char id[TIME_BYTES + CHANCE_BYTES];
  bool filled = s_fill(random, bytes, sizeof bytes);
  if (filled) {
    uint64_t time = now_ms < 0 ? 0 : (uint64_t)now_ms;
    for (int i = 0; i < TIME_BYTES; ++i) {
      id[i] = (unsigned char)(time >> (8 * (TIME_BYTES - 1 - i)));
    }
    memcpy(id + TIME_BYTES, bytes, CHANCE_BYTES);
    aski_hex(id, sizeof id, out_key->id);
    aski_hex(bytes + CHANCE_BYTES, SECRET_BYTES, out_key->secret);
    aski_hex(bytes + CHANCE_BYTES + SECRET_BYTES, SALT_BYTES, out_salt);
  }
  aski_wipe(bytes, sizeof bytes);
  return filled;
}

static bool s_checksum(askiam_str text, char out[2 * CHECKSUM_BYTES + 1])
{
  unsigned char hash[ASKI_SHA256_BYTES];
  if (!aski_sha256(&text, 1, hash)) {
    return false;
  }
  aski_hex(hash, CHECKSUM_BYTES, out);
  return true;
}

bool aski_api_key_write(const aski_api_key *key, char out_text[ASKI_API_KEY_TEXT_BYTES])
{
  char checksum[2 * CHECKSUM_BYTES + 1];
  int length = snprintf(out_text, ASKI_API_KEY_TEXT_BYTES, "%s%s_%s", s_prefix, key->id, key->secret);
  if (!s_checksum((askiam_str){out_text, (size_t)length}, checksum)) {
    return false;
  }
  snprintf(out_text + length, (size_t)(ASKI_API_KEY_TEXT_BYTES - length), "_%s", checksum);
  return true;
}

static bool s_is_digits(const char *text, size_t count)
{
  bool good = true;
  for (size_t i = 0; i < count; ++i) {
    good = good && ((text[i] >= '0' && text[i] <= '9') || (text[i] >= 'a' && text[i] <= 'f'));
  }
  return good;
}

bool aski_api_key_read(aski_api_key *out_key, askiam_str text)
{
  char checksum[2 * CHECKSUM_BYTES + 1];
  const char *data = text.data;
  if (text.length != TEXT_DIGITS || memcmp(data, s_prefix, PREFIX_BYTES) != 0 || data[SECRET_AT - 1] != '_' ||
      data[CHECKSUM_AT - 1] != '_' || !s_is_digits(data + PREFIX_BYTES, ID_DIGITS) ||
      !s_is_digits(data + SECRET_AT, SECRET_DIGITS)) {
    return false;
  }
  if (!s_checksum((askiam_str){data, CHECKSUM_AT - 1}, checksum) ||
      memcmp(data + CHECKSUM_AT, checksum, 2 * CHECKSUM_BYTES) != 0) {
    return false;
  }
  *out_key = (aski_api_key){.id = ""};
  memcpy(out_key->id, data + PREFIX_BYTES, ID_DIGITS);
  memcpy(out_key->secret, data + SECRET_AT, SECRET_DIGITS);
  return true;
}

bool aski_api_key_hash(const aski_api_key *key, askiam_str salt, char out_hash[ASKI_API_KEY_HASH_BYTES])
{
  unsigned char hash[ASKI_SHA256_BYTES];
  const askiam_str parts[] = {ASKI_STR("askiam-key-v1"), askiam_str_from(key->id), salt, askiam_str_from(key->secret)};
  if (!aski_sha256(parts, sizeof parts / sizeof *parts, hash)) {
    return false;
  }
  aski_hex(hash, sizeof hash, out_hash);
  return true;
}

bool aski_api_key_matches(bool *out_match, const aski_api_key *key, askiam_str salt, askiam_str hash)
{
  static const char nobody[] = "0000000000000000000000000000000000000000000000000000000000000000";
  char made[ASKI_API_KEY_HASH_BYTES];
  bool known = salt.length == ASKI_API_KEY_SALT_BYTES - 1 && hash.length == ASKI_API_KEY_HASH_BYTES - 1;
  askiam_str used_salt = known ? salt : (askiam_str){nobody, ASKI_API_KEY_SALT_BYTES - 1};
  askiam_str used_hash = known ? hash : (askiam_str){nobody, ASKI_API_KEY_HASH_BYTES - 1};
  *out_match = false;
  if (!aski_api_key_hash(key, used_salt, made)) {
    return false;
  }
  bool equal = aski_equal_secret(used_hash, (askiam_str){made, sizeof made - 1});
  *out_match = equal && known;
  return true;
}

bool aski_api_key_scopes_valid(askiam_str scopes)
{
  for (size_t i = 0; i < scopes.length; ++i) {
    char byte = scopes.data[i];
    if (byte < 0x20 || byte > 0x7E || byte == '"' || byte == '\\') {
      return false;
    }
  }
  return true;
}
