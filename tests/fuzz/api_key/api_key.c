/* SPDX-License-Identifier: Apache-2.0
 *
 * Any bytes as an API key: what is taken is written again as it was, and matches its own hash only. */
#include <stdlib.h>

#include "auth/api_key.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void s_check(const aski_api_key *key, askiam_str text)
{
  char again[ASKI_API_KEY_TEXT_BYTES];
  char hash[ASKI_API_KEY_HASH_BYTES];
  const askiam_str salt = ASKI_STR("00112233445566778899aabbccddeeff");
  bool match = false;
  if (!aski_api_key_write(key, again) || !aski_str_equal_text(text, again) || !aski_api_key_hash(key, salt, hash) ||
      !aski_api_key_matches(&match, key, salt, askiam_str_from(hash)) || !match) {
    abort();
  }
  hash[0] = hash[0] == '0' ? '1' : '0';
  if (!aski_api_key_matches(&match, key, salt, askiam_str_from(hash)) || match) {
    abort();
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  askiam_str text = {(const char *)data, size};
  aski_api_key key;
  if (aski_api_key_read(&key, text)) {
    s_check(&key, text);
  }
  bool match = true;
  aski_api_key known = {.id = "0123456789abcdef01234567", .secret = "00"};
  if (!aski_api_key_matches(&match, &known, text, text) || match) {
    abort();
  }
  aski_api_key_scopes_valid(text);
  return 0;
}
