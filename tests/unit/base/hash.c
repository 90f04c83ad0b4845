/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/hash.h"

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
      cmocka_unit_test(base__hmac_gives_the_published_result),
      cmocka_unit_test(base__ed25519_signs_as_published),
      cmocka_unit_test(base__base64_is_written_and_read_strictly),
      cmocka_unit_test(base__hexadecimal_is_read_strictly),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
