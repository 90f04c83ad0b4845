/* SPDX-License-Identifier: Apache-2.0
 *
 * API keys as text: one form, read strictly; and what a store keeps of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* after the four that it needs */
#include <cmocka.h>
#include <stdio.h>

#include "auth/api_key.h"

#define ID "019ac2f0a4000123456789ab"
#define SECRET "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
#define SALT "00112233445566778899aabbccddeeff"
#define TEXT "askiam_" ID "_" SECRET "_5fc956db"
/* python3: sha256(b"askiam-key-v1" + ID + SALT + SECRET) */
#define HASH "61f94b55c17e1ab57b3cc02630ae47a7d3109d3c93b378694715564277cd9c9b"

static bool s_count_up(void *context, unsigned char *out, size_t length)
{
  unsigned char *next = context;
  for (size_t i = 0; i < length; ++i) {
    out[i] = (*next)++;
  }
  return true;
}

static bool s_no_chance(void *context, unsigned char *out, size_t length)
{
  (void)context;
  memset(out, 0, length);
  return false;
}

static void api_key__is_made_of_time_and_chance(void **state)
{
  (void)state;
  unsigned char next = 1;
  const aski_random_source random = {s_count_up, &next};
  aski_api_key key;
  char salt[ASKI_API_KEY_SALT_BYTES];
  assert_true(aski_api_key_new(&key, salt, INT64_C(0x019ac2f0a400), &random));
  assert_string_equal(key.id, "019ac2f0a400010203040506");
  assert_string_equal(key.secret, "0708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20212223242526");
  assert_string_equal(salt, "2728292a2b2c2d2e2f30313233343536");
  const aski_random_source none = {s_no_chance, NULL};
  assert_false(aski_api_key_new(&key, salt, 0, &none));
}

static void api_key__two_are_never_the_same(void **state)
{
  (void)state;
  aski_api_key one;
  aski_api_key two;
  char salt_of_one[ASKI_API_KEY_SALT_BYTES];
  char salt_of_two[ASKI_API_KEY_SALT_BYTES];
  assert_true(aski_api_key_new(&one, salt_of_one, 5, NULL));
  assert_true(aski_api_key_new(&two, salt_of_two, 5, NULL));
  assert_string_not_equal(one.id, two.id);
  assert_string_not_equal(one.secret, two.secret);
  assert_string_not_equal(salt_of_one, salt_of_two);
}

static void api_key__reads_what_it_writes(void **state)
{
  (void)state;
  const aski_api_key key = {ID, SECRET};
  aski_api_key read;
  char text[ASKI_API_KEY_TEXT_BYTES];
  assert_true(aski_api_key_write(&key, text));
  assert_string_equal(text, TEXT);
  assert_true(aski_api_key_read(&read, ASKI_STR(TEXT)));
  assert_string_equal(read.id, ID);
  assert_string_equal(read.secret, SECRET);
}

/* Every byte, changed in every way, and every length but the right one. */
static void api_key__reads_nothing_else(void **state)
{
  (void)state;
  aski_api_key read;
  char text[sizeof TEXT];
  for (size_t at = 0; at < sizeof TEXT - 1; ++at) {
    for (int byte = 0; byte < 256; ++byte) {
      memcpy(text, TEXT, sizeof text);
      text[at] = (char)byte;
      bool same = memcmp(text, TEXT, sizeof text) == 0;
      if (aski_api_key_read(&read, (askiam_str){text, sizeof text - 1}) != same) {
        fail_msg("byte %zu as %d", at, byte);
      }
    }
  }
  for (size_t length = 0; length < sizeof TEXT - 1; ++length) {
    assert_false(aski_api_key_read(&read, (askiam_str){TEXT, length}));
  }
  assert_false(aski_api_key_read(&read, ASKI_STR(TEXT "0")));
  assert_false(aski_api_key_read(&read, ASKI_STR(" " TEXT)));
  assert_false(aski_api_key_read(&read, ASKI_STR_NONE));
  assert_false(aski_api_key_read(&read, ASKI_STR("askiam_" ID "_00112233445566778899AABBCCDDEEFF" SALT "_5fc956db")));
}

static void api_key__matches_its_own_hash_only(void **state)
{
  (void)state;
  const aski_api_key key = {ID, SECRET};
  aski_api_key other = key;
  char hash[ASKI_API_KEY_HASH_BYTES];
  bool match = false;
  assert_true(aski_api_key_hash(&key, ASKI_STR(SALT), hash));
  assert_string_equal(hash, HASH);
  assert_true(aski_api_key_matches(&match, &key, ASKI_STR(SALT), ASKI_STR(HASH)));
  assert_true(match);
  other.secret[63] = 'e';
  assert_true(aski_api_key_matches(&match, &other, ASKI_STR(SALT), ASKI_STR(HASH)));
  assert_false(match);
  other = key;
  other.id[0] = '1';
  assert_true(aski_api_key_matches(&match, &other, ASKI_STR(SALT), ASKI_STR(HASH)));
  assert_false(match);
  assert_true(aski_api_key_matches(&match, &key, ASKI_STR("10112233445566778899aabbccddeeff"), ASKI_STR(HASH)));
  assert_false(match);
}

/* What a store lost, or never had, matches nothing: not even the hash of nothing. */
static void api_key__matches_nothing_where_there_is_none(void **state)
{
  (void)state;
  const aski_api_key key = {ID, SECRET};
  const askiam_str salts[] = {ASKI_STR_NONE, ASKI_STR(""), ASKI_STR(SALT), ASKI_STR(SALT "0")};
  const askiam_str hashes[] = {ASKI_STR_NONE, ASKI_STR(""), {HASH, 63}, ASKI_STR(HASH "0")};
  for (size_t i = 0; i < 4; ++i) {
    for (size_t j = 0; j < 4; ++j) {
      bool match = true;
      assert_true(aski_api_key_matches(&match, &key, salts[i], hashes[j]));
      assert_false(match);
    }
  }
}

static void api_key__scopes_are_words(void **state)
{
  (void)state;
  const char *good[] = {"", "audit", "audit on-behalf", " a  b ", "https://x.example/!#[]~"};
  const char *bad[] = {"a\tb", "a\nb", "a\"b", "a\\b", "\x7f", "sch\xc3\xb6n", "a\x01"};
  for (size_t i = 0; i < sizeof good / sizeof *good; ++i) {
    assert_true(aski_api_key_scopes_valid(askiam_str_from(good[i])));
  }
  for (size_t i = 0; i < sizeof bad / sizeof *bad; ++i) {
    assert_false(aski_api_key_scopes_valid(askiam_str_from(bad[i])));
  }
  assert_false(aski_api_key_scopes_valid((askiam_str){"a\0b", 3}));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(api_key__is_made_of_time_and_chance),
      cmocka_unit_test(api_key__two_are_never_the_same),
      cmocka_unit_test(api_key__reads_what_it_writes),
      cmocka_unit_test(api_key__reads_nothing_else),
      cmocka_unit_test(api_key__matches_its_own_hash_only),
      cmocka_unit_test(api_key__matches_nothing_where_there_is_none),
      cmocka_unit_test(api_key__scopes_are_words),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
