/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <openssl/evp.h>

#include "base/sha256.h"

/* Keys and signature of RFC 8032, section 7.1, test 2, wrapped as RFC 8410 has it. */
static const char s_private_pem[] = "-----BEGIN PRIVATE KEY-----\n"
                                    "MC4CAQAwBQYDK2VwBCIEIEzNCJso/5banbbDRuwRTg9bijGfNaumJNqM9u1PuKb7\n"
                                    "-----END PRIVATE KEY-----\n";

static void base__sha256_of_parts_is_that_of_the_whole(void **state)
{
  (void)state;
  char hex[ASKI_SHA256_HEX_BYTES];
  assert_true(aski_sha256_hex(ASKI_STR("abc"), hex));
  assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  unsigned char digest[ASKI_SHA256_BYTES];
  askiam_str parts[] = {ASKI_STR("a"), ASKI_STR(""), ASKI_STR("bc")};
  assert_true(aski_sha256(parts, 3, digest));
  char again[ASKI_SHA256_HEX_BYTES];
  aski_hex(digest, sizeof digest, again);
  assert_string_equal(again, hex);
}

/* Of every length around the ends of its blocks, in two parts. */
static void base__sha256_is_the_same_by_evp(void **state)
{
  (void)state;
  char text[200];
  for (size_t length = 0; length <= sizeof text; ++length) {
    memset(text, (int)length, sizeof text);
    askiam_str parts[] = {{text, length / 3}, {text + length / 3, length - length / 3}};
    unsigned char digest[ASKI_SHA256_BYTES];
    unsigned char by_evp[ASKI_SHA256_BYTES];
    assert_true(aski_sha256(parts, 2, digest) && aski_sha256_evp(parts, 2, by_evp));
    assert_memory_equal(digest, by_evp, sizeof digest);
  }
}

/* Where there is no FIPS provider there is no hash either then, instead of one that the host does not want. */
static void base__sha256_is_by_a_fips_provider_where_the_host_wants_one(void **state)
{
  (void)state;
  unsigned char digest[ASKI_SHA256_BYTES];
  askiam_str text = ASKI_STR("abc");
  assert_int_equal(EVP_default_properties_enable_fips(NULL, 1), 1);
  EVP_MD *there = EVP_MD_fetch(NULL, "SHA2-256", NULL);
  bool done = aski_sha256(&text, 1, digest);
  EVP_MD_free(there);
  assert_int_equal(EVP_default_properties_enable_fips(NULL, 0), 1);
  assert_int_equal(done, there != NULL);
  assert_true(aski_sha256(&text, 1, digest));
}

/* RFC 4231, test case 2. */
static void base__hmac_gives_the_published_result(void **state)
{
  (void)state;
  unsigned char digest[ASKI_SHA256_BYTES];
  askiam_str parts[] = {ASKI_STR("what do ya want "), ASKI_STR("for nothing?")};
  assert_true(aski_hmac_sha256(ASKI_STR("Jefe"), parts, 2, digest));
  char hex[ASKI_SHA256_HEX_BYTES];
  aski_hex(digest, sizeof digest, hex);
  assert_string_equal(hex, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

static void base__ed25519_signs_as_published(void **state)
{
  (void)state;
  unsigned char signature[ASKI_ED25519_SIGNATURE_BYTES];
  assert_true(aski_ed25519_sign(askiam_str_from(s_private_pem), ASKI_STR("\x72"), signature));
  char hex[2 * ASKI_ED25519_SIGNATURE_BYTES + 1];
  aski_hex(signature, sizeof signature, hex);
  assert_string_equal(hex, "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                           "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");
  assert_false(aski_ed25519_sign(ASKI_STR("no key"), ASKI_STR("x"), signature));
  assert_false(aski_ed25519_verify(ASKI_STR("no key"), ASKI_STR("x"), signature));
}

/* RFC 4648, section 10. */
static void base__base64_is_written_and_read_strictly(void **state)
{
  (void)state;
  static const char *const cases[][2] = {{"f", "Zg=="},        {"fo", "Zm8="},        {"foo", "Zm9v"},
                                         {"foob", "Zm9vYg=="}, {"fooba", "Zm9vYmE="}, {"foobar", "Zm9vYmFy"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
    char text[16];
    aski_base64((const unsigned char *)cases[i][0], strlen(cases[i][0]), text);
    assert_string_equal(text, cases[i][1]);
    aski_buffer out;
    aski_buffer_init(&out, aski_allocator_default());
    assert_true(aski_base64_decode(&out, askiam_str_from(text)));
    assert_true(aski_str_equal_text(aski_buffer_view(&out), cases[i][0]));
    aski_buffer_clean_up(&out);
  }
  static const char *const bad[] = {
      "", "Zg", "Zg=", "Zh==", "Zm9=", "Z===", "====", "Zg==Zg==", "Zm 9", "Zm9v\nZm9v\n\n\n", "Zm-_"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; ++i) {
    aski_buffer out;
    aski_buffer_init(&out, aski_allocator_default());
    if (aski_base64_decode(&out, askiam_str_from(bad[i]))) {
      fail_msg("\"%s\" was taken", bad[i]);
    }
    assert_int_equal(out.length, 0);
    aski_buffer_clean_up(&out);
  }
}

static void base__hexadecimal_is_read_strictly(void **state)
{
  (void)state;
  unsigned char bytes[2];
  assert_true(aski_unhex(ASKI_STR("0aFf"), bytes, 2));
  assert_int_equal(bytes[0], 0x0a);
  assert_int_equal(bytes[1], 0xff);
  assert_false(aski_unhex(ASKI_STR("0aF"), bytes, 2));
  assert_false(aski_unhex(ASKI_STR("0aFg"), bytes, 2));
  assert_true(aski_equal_secret(ASKI_STR("same"), ASKI_STR("same")));
  assert_false(aski_equal_secret(ASKI_STR("same"), ASKI_STR("sane")));
  assert_false(aski_equal_secret(ASKI_STR("same"), ASKI_STR("sam")));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(base__sha256_of_parts_is_that_of_the_whole),
      cmocka_unit_test(base__sha256_is_the_same_by_evp),
      cmocka_unit_test(base__sha256_is_by_a_fips_provider_where_the_host_wants_one),
      cmocka_unit_test(base__hmac_gives_the_published_result),
      cmocka_unit_test(base__ed25519_signs_as_published),
      cmocka_unit_test(base__base64_is_written_and_read_strictly),
      cmocka_unit_test(base__hexadecimal_is_read_strictly),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
