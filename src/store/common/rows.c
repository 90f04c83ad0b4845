/* SPDX-License-Identifier: Apache-2.0 */
#include "store/common/rows.h"

#include "base/hash.h"

/* A hash that no entry has. */
#define DAMAGED_HASH "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"

askiam_entity_status aski_store_entity_status(askiam_str word)
{
  return aski_str_equal_text(word, "active")      ? ASKIAM_ENTITY_ACTIVE
         : aski_str_equal_text(word, "suspended") ? ASKIAM_ENTITY_SUSPENDED
                                                  : ASKIAM_ENTITY_INACTIVE;
}

askiam_grant_status aski_store_grant_status(askiam_str word)
{
  return aski_str_equal_text(word, "active")    ? ASKIAM_GRANT_ACTIVE
         : aski_str_equal_text(word, "revoked") ? ASKIAM_GRANT_REVOKED
                                                : ASKIAM_GRANT_EXPIRED;
}

int64_t aski_store_time(askiam_str text, int64_t otherwise)
{
  bool negative = text.length > 0 && text.data[0] == '-';
  int64_t value = 0;
  for (size_t i = negative ? 1 : 0; i < text.length && value < INT64_MAX / 16; ++i) {
    value = value * 10 + (text.data[i] - '0');
  }
  return text.length == 0 ? otherwise : negative ? -value : value;
}

const askiam_record_field aski_store_entry_fields[] = {
    ASKIAM_RECORD_REQUEST_ID, ASKIAM_RECORD_REQUESTER_ID, ASKIAM_RECORD_USER_ID,    ASKIAM_RECORD_APPLICATION_ID,
    ASKIAM_RECORD_ROLE_ID,    ASKIAM_RECORD_RISK,         ASKIAM_RECORD_STATUS,     ASKIAM_RECORD_AUDIT_ID,
    ASKIAM_RECORD_ACTION,     ASKIAM_RECORD_RESOURCE,     ASKIAM_RECORD_IP_ADDRESS, ASKIAM_RECORD_CHAIN,
    ASKIAM_RECORD_PREV_HASH,  ASKIAM_RECORD_HASH,         ASKIAM_RECORD_PAYLOAD,    ASKIAM_RECORD_TIME_MS,
    ASKIAM_RECORD_SEQ};
const askiam_record_field aski_store_request_fields[] = {
    ASKIAM_RECORD_SPEAKER_ID,    ASKIAM_RECORD_USER_ID,     ASKIAM_RECORD_APPLICATION_ID, ASKIAM_RECORD_ROLE_ID,
    ASKIAM_RECORD_STATUS,        ASKIAM_RECORD_DECISION,    ASKIAM_RECORD_DECISION_SALT,  ASKIAM_RECORD_SENTENCE,
    ASKIAM_RECORD_SENTENCE_SALT, ASKIAM_RECORD_FACTS,       ASKIAM_RECORD_FACTS_SALT,     ASKIAM_RECORD_CONTENT_HASH,
    ASKIAM_RECORD_CONFIG_HASH,   ASKIAM_RECORD_POLICY_HASH, ASKIAM_RECORD_TIME_MS,        ASKIAM_RECORD_EXPIRES_AT_MS,
    ASKIAM_RECORD_PATTERN,       ASKIAM_RECORD_APPROVED};
const askiam_record_field aski_store_new_request_texts[] = {
    ASKIAM_RECORD_REQUEST_ID,     ASKIAM_RECORD_REQUESTER_ID, ASKIAM_RECORD_SPEAKER_ID,    ASKIAM_RECORD_USER_ID,
    ASKIAM_RECORD_APPLICATION_ID, ASKIAM_RECORD_ROLE_ID,      ASKIAM_RECORD_STATUS,        ASKIAM_RECORD_DECISION,
    ASKIAM_RECORD_DECISION_SALT,  ASKIAM_RECORD_SENTENCE,     ASKIAM_RECORD_SENTENCE_SALT, ASKIAM_RECORD_FACTS,
    ASKIAM_RECORD_FACTS_SALT,     ASKIAM_RECORD_CONTENT_HASH, ASKIAM_RECORD_CONFIG_HASH,   ASKIAM_RECORD_POLICY_HASH,
    ASKIAM_RECORD_CHAIN};
const askiam_record_field aski_store_new_request_numbers[] = {ASKIAM_RECORD_TIME_MS, ASKIAM_RECORD_EXPIRES_AT_MS,
                                                              ASKIAM_RECORD_PATTERN, ASKIAM_RECORD_APPROVED,
                                                              ASKIAM_RECORD_SEQ};
const askiam_record_field aski_store_new_entry_texts[] = {
    ASKIAM_RECORD_AUDIT_ID,       ASKIAM_RECORD_USER_ID,    ASKIAM_RECORD_ACTION,     ASKIAM_RECORD_RESOURCE,
    ASKIAM_RECORD_STATUS,         ASKIAM_RECORD_IP_ADDRESS, ASKIAM_RECORD_REQUEST_ID, ASKIAM_RECORD_REQUESTER_ID,
    ASKIAM_RECORD_APPLICATION_ID, ASKIAM_RECORD_ROLE_ID,    ASKIAM_RECORD_RISK,       ASKIAM_RECORD_CHAIN,
    ASKIAM_RECORD_PREV_HASH,      ASKIAM_RECORD_HASH,       ASKIAM_RECORD_PAYLOAD};

bool aski_store_has_pattern(const askiam_record *record)
{
  return aski_str_present(askiam_record_text(record, ASKIAM_RECORD_USER_ID)) &&
         aski_str_present(askiam_record_text(record, ASKIAM_RECORD_ROLE_ID)) &&
         askiam_record_number(record, ASKIAM_RECORD_PATTERN) != 0;
}

bool aski_store_awaits_grant(const askiam_record *record)
{
  return aski_str_equal_text(askiam_record_text(record, ASKIAM_RECORD_STATUS), "VALID");
}

askiam_status aski_store_add_head(askiam_heads *heads, askiam_str chain, bool found, int64_t seq, askiam_str hash)
{
  unsigned char bytes[ASKI_SHA256_BYTES];
  char canonical[ASKI_SHA256_HEX_BYTES];
  bool whole = found && seq >= 0 && aski_unhex(hash, bytes, sizeof bytes);
  if (whole) {
    aski_hex(bytes, sizeof bytes, canonical);
    whole = aski_str_equal_text(hash, canonical);
  }
  return askiam_heads_add(heads, chain, found && seq >= 0 ? seq : 0, whole ? hash : ASKI_STR(DAMAGED_HASH));
}
