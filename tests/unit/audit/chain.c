/* SPDX-License-Identifier: Apache-2.0
 *
 * The arithmetic of the trail against values computed by another program (Python's hashlib). */
#include "audit/chain.h"

#include "fixture.h"

static aski_link s_make(void)
{
  aski_link link = {ASKI_STR("main"), 7, askiam_str_from(aski_audit_no_hash), ASKI_STR("{\"v\":1}")};
  return link;
}

static void audit__link_hash_is_as_documented(void **state)
{
  (void)state;
  aski_link link = s_make();
  char hash[ASKI_SHA256_HEX_BYTES];
  assert_true(aski_audit_link_hash(ASKI_STR_NONE, &link, hash));
  assert_string_equal(hash, "616abaf6cd9b361d5fa8e0f581f46531f840c2f3f66c7f6a160b33f9c8aa3bc2");
  assert_true(aski_audit_link_hash(ASKI_STR("0123456789abcdef"), &link, hash));
  assert_string_equal(hash, "e3599e12886f8a6a757667721d206bcc2a5b37041074407b7ae4823468913750");
}

/* What one part loses the next one gains: without lengths these would be the same bytes. */
static void audit__link_hash_keeps_its_parts_apart(void **state)
{
  (void)state;
  aski_link left = s_make();
  aski_link right = s_make();
  left.chain = ASKI_STR("a1");
  left.seq = 23;
  right.chain = ASKI_STR("a");
  right.seq = 123;
  char left_hash[ASKI_SHA256_HEX_BYTES];
  char right_hash[ASKI_SHA256_HEX_BYTES];
  assert_true(aski_audit_link_hash(ASKI_STR_NONE, &left, left_hash));
  assert_true(aski_audit_link_hash(ASKI_STR_NONE, &right, right_hash));
  assert_string_not_equal(left_hash, right_hash);
}

static void audit__key_id_is_as_documented(void **state)
{
  (void)state;
  char id[ASKI_AUDIT_KEY_ID_BYTES];
  assert_true(aski_audit_key_id(ASKI_STR("0123456789abcdef"), id));
  assert_string_equal(id, "2ebc0d1ad1a668d5");
}

static void audit__salted_hashes_are_as_documented(void **state)
{
  (void)state;
  const askiam_str salt = ASKI_STR("000102030405060708090a0b0c0d0e0f");
  char hash[ASKI_SHA256_HEX_BYTES];
  assert_true(aski_audit_salted_hash(salt, ASKI_STR("hello"), ASKI_STR_NONE, hash));
  assert_string_equal(hash, "7c9f5b9e4cc36c703715bb6eedcbb8bd80840fd48d135a07af861d1a027be360");
  assert_true(aski_audit_content_hash(salt, ASKI_STR("u"), ASKI_STR("r"), ASKI_STR("s"), hash));
  assert_string_equal(hash, "205fb507898e52d831f9803d8ec28fae0df84660b3f9ce3aa2d7641da315802a");
}

static void audit__salted_hash_refuses_what_is_no_salt(void **state)
{
  (void)state;
  char hash[ASKI_SHA256_HEX_BYTES];
  assert_false(aski_audit_salted_hash(ASKI_STR("0001"), ASKI_STR("hello"), ASKI_STR_NONE, hash));
  assert_false(
      aski_audit_salted_hash(ASKI_STR("000102030405060708090a0b0c0d0e0g"), ASKI_STR("hello"), ASKI_STR_NONE, hash));
  assert_false(aski_audit_salted_hash(ASKI_STR_NONE, ASKI_STR("hello"), ASKI_STR_NONE, hash));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(audit__link_hash_is_as_documented),
      cmocka_unit_test(audit__link_hash_keeps_its_parts_apart),
      cmocka_unit_test(audit__key_id_is_as_documented),
      cmocka_unit_test(audit__salted_hashes_are_as_documented),
      cmocka_unit_test(audit__salted_hash_refuses_what_is_no_salt),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
