/* SPDX-License-Identifier: Apache-2.0
 *
 * Hashes of the trail. Everything that varies in length is length-prefixed, so that no two different entries have the same bytes. */
#include "audit/chain.h"

#include <inttypes.h>
#include <stdio.h>

enum { LENGTH_BYTES = 8 };

const char aski_audit_no_hash[ASKI_SHA256_HEX_BYTES] =
    "0000000000000000000000000000000000000000000000000000000000000000";

/* Big-endian length of `text` in `out`, as a part to hash. */
static askiam_str s_length(askiam_str text, unsigned char out[LENGTH_BYTES])
{
  uint64_t length = text.length;
  for (int i = 0; i < LENGTH_BYTES; ++i) {
    out[i] = (unsigned char)(length >> (56 - 8 * i));
  }
  return (askiam_str){(const char *)out, LENGTH_BYTES};
}

bool aski_audit_link_hash(askiam_str key, const aski_link *link, char out[ASKI_SHA256_HEX_BYTES])
{
  char seq[24];
  snprintf(seq, sizeof seq, "%" PRId64, link->seq);
  const askiam_str texts[] = {link->chain, askiam_str_from(seq), link->prev_hash, link->payload};
  enum { TEXTS = sizeof texts / sizeof *texts };
  unsigned char lengths[TEXTS][LENGTH_BYTES];
  askiam_str parts[1 + 2 * TEXTS] = {ASKI_STR("askiam-audit-v1")};
  for (size_t i = 0; i < TEXTS; ++i) {
    parts[1 + 2 * i] = s_length(texts[i], lengths[i]);
    parts[2 + 2 * i] = texts[i];
  }
  unsigned char digest[ASKI_SHA256_BYTES];
  bool good = aski_audit_keyed(key) ? aski_hmac_sha256(key, parts, sizeof parts / sizeof *parts, digest)
                                    : aski_sha256(parts, sizeof parts / sizeof *parts, digest);
  if (good) {
    aski_hex(digest, sizeof digest, out);
  }
  return good;
}

bool aski_audit_key_id(askiam_str key, char out[ASKI_AUDIT_KEY_ID_BYTES])
{
  const askiam_str label = ASKI_STR("askiam-audit-key-id-v1");
  unsigned char digest[ASKI_SHA256_BYTES];
  if (!aski_hmac_sha256(key, &label, 1, digest)) {
    return false;
  }
  aski_hex(digest, (ASKI_AUDIT_KEY_ID_BYTES - 1) / 2, out);
  return true;
}

bool aski_audit_salted_hash(askiam_str salt, askiam_str text, askiam_str end, char out[ASKI_SHA256_HEX_BYTES])
{
  unsigned char bytes[ASKI_AUDIT_SALT_BYTES];
  unsigned char digest[ASKI_SHA256_BYTES];
  if (!aski_unhex(salt, bytes, sizeof bytes)) {
    return false;
  }
  const askiam_str parts[] = {{(const char *)bytes, sizeof bytes}, text, end};
  if (!aski_sha256(parts, 3, digest)) {
    return false;
  }
  aski_hex(digest, sizeof digest, out);
  return true;
}

bool aski_audit_content_hash(askiam_str salt, askiam_str speaker_id, askiam_str requester_id, askiam_str sentence,
                             char out[ASKI_SHA256_HEX_BYTES])
{
  unsigned char bytes[ASKI_AUDIT_SALT_BYTES];
  unsigned char lengths[3][LENGTH_BYTES];
  unsigned char digest[ASKI_SHA256_BYTES];
  if (!aski_unhex(salt, bytes, sizeof bytes)) {
    return false;
  }
  const askiam_str parts[] = {ASKI_STR("askiam-content-v1"),      {(const char *)bytes, sizeof bytes},
                              s_length(speaker_id, lengths[0]),   speaker_id,
                              s_length(requester_id, lengths[1]), requester_id,
                              s_length(sentence, lengths[2]),     sentence};
  if (!aski_sha256(parts, sizeof parts / sizeof *parts, digest)) {
    return false;
  }
  aski_hex(digest, sizeof digest, out);
  return true;
}
