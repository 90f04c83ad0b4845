/* SPDX-License-Identifier: Apache-2.0
 *
 * How rows become values, and the other way round, where it is the same in every store: the words of a status, the columns of a record, the
 * head of a chain, times of an import. Pure. */
#ifndef ASKI_STORE_COMMON_ROWS_H
#define ASKI_STORE_COMMON_ROWS_H

#include <askiam/backend/catalogue.h>
#include <askiam/backend/journal.h>

#include "base/memory.h"

askiam_entity_status aski_store_entity_status(askiam_str word);
askiam_grant_status aski_store_grant_status(askiam_str word);
/* Decimal milliseconds of an import's row; `otherwise` where there are none. */
int64_t aski_store_time(askiam_str text, int64_t otherwise);

/* The hash of a chain without entries. */
#define ASKI_STORE_NO_HASH "0000000000000000000000000000000000000000000000000000000000000000"

/* The columns of `audit_log` a and `requests` r as a record's members are read from them, A first. */
#define ASKI_STORE_ENTRY_COLUMNS "a.request_id, a.requester_id, " ASKI_STORE_ENTRY_REST
#define ASKI_STORE_ENTRY_REST                                                                                          \
  "a.user_id, a.application_id, a.role_id, a.risk, a.status, a.id, a.action,"                                          \
  " a.resource, a.ip_address, a.chain, a.prev_hash, a.hash, a.payload, a.timestamp, a.seq"
#define ASKI_STORE_REQUEST_COLUMNS                                                                                     \
  "r.speaker_id, r.user_id, r.application_id, r.role_id, r.status, r.decision, r.decision_salt, r.sentence,"           \
  " r.sentence_salt, r.facts, r.facts_salt, r.content_hash, r.config_hash, r.policy_hash, r.timestamp, r.expires_at,"  \
  " r.pattern, r.approved"
/* Whether the entry `a` speaks for the request `r`: an absent value is equal to an empty one. */
#define ASKI_STORE_SPEAKS_FOR                                                                                          \
  "a.chain = r.chain AND a.seq = r.seq AND a.request_id = r.request_id AND a.requester_id = r.requester_id"            \
  " AND coalesce(a.user_id, '') = coalesce(r.user_id, '')"                                                             \
  " AND coalesce(a.application_id, '') = coalesce(r.application_id, '')"                                               \
  " AND coalesce(a.role_id, '') = coalesce(r.role_id, '') AND a.status = r.status AND a.timestamp = r.timestamp"
/* What stands beside the trail, with the columns that a request of this kind has. A grant is in the state that its entries lead to: the
 * last step is final, so that no order of them matters. `held` without a request id: a role that is held, or until when, by no grant. */
#define ASKI_STORE_TOLD                                                                                                \
  "WITH told AS (SELECT request_id, requester_id, max(CASE WHEN status = 'GRANTED' THEN timestamp END) AS granted_at," \
  " coalesce(max(CASE WHEN status <> 'GRANTED' THEN lower(status) END), 'granted') AS state FROM audit_log"            \
  " WHERE status IN('GRANTED','FAILED','REVOKED','EXPIRED') GROUP BY request_id, requester_id)"
#define ASKI_STORE_GRANT_DIFFERS                                                                                       \
  "(g.state IS NULL OR g.state <> coalesce(t.state, 'requested')"                                                      \
  " OR coalesce(g.user_id, '') <> coalesce(r.user_id, '') OR coalesce(g.role_id, '') <> coalesce(r.role_id, '')"       \
  " OR coalesce(g.granted_at, 0) <> coalesce(t.granted_at, 0)"                                                         \
  " OR coalesce(g.expires_at, 0) <> CASE WHEN t.state IS NULL THEN 0 ELSE coalesce(r.expires_at, 0) END)"
#define ASKI_STORE_ADRIFT                                                                                              \
  ASKI_STORE_TOLD                                                                                                      \
  " SELECT r.request_id, r.requester_id, r.user_id, r.application_id, r.role_id, g.state, NULL, r.timestamp"           \
  " FROM requests r LEFT JOIN told t ON t.request_id = r.request_id AND t.requester_id = r.requester_id"               \
  " LEFT JOIN grants g ON g.request_id = r.request_id AND g.requester_id = r.requester_id"                             \
  " WHERE r.status = 'VALID' AND " ASKI_STORE_GRANT_DIFFERS                                                            \
  " UNION ALL SELECT g.request_id, g.requester_id, g.user_id, NULL, g.role_id, g.state, NULL,"                         \
  " coalesce(g.requested_at, 0) FROM grants g WHERE NOT EXISTS(SELECT 1 FROM requests r"                               \
  " WHERE r.request_id = g.request_id AND r.requester_id = g.requester_id AND r.status = 'VALID')"                     \
  " UNION ALL SELECT NULL, NULL, u.user_id, NULL, u.role_id, u.status, NULL, coalesce(u.granted_at, 0)"                \
  " FROM user_roles u WHERE u.status = 'active' AND NOT EXISTS(SELECT 1 FROM grants g WHERE g.user_id = u.user_id"     \
  " AND g.role_id = u.role_id AND g.state = 'granted' AND (g.expires_at IS NULL OR u.expires_at <= g.expires_at))"
enum { ASKI_STORE_ENTRY_FIELDS = 17, ASKI_STORE_REQUEST_FIELDS = 18 };
extern const askiam_record_field aski_store_entry_fields[ASKI_STORE_ENTRY_FIELDS];
extern const askiam_record_field aski_store_request_fields[ASKI_STORE_REQUEST_FIELDS];

/* What an insert into `requests` binds, in the order of its parameters: texts, then numbers. */
enum { ASKI_STORE_NEW_REQUEST_TEXTS = 17, ASKI_STORE_NEW_REQUEST_NUMBERS = 5, ASKI_STORE_NEW_ENTRY_TEXTS = 15 };
extern const askiam_record_field aski_store_new_request_texts[ASKI_STORE_NEW_REQUEST_TEXTS];
extern const askiam_record_field aski_store_new_request_numbers[ASKI_STORE_NEW_REQUEST_NUMBERS];
/* And into `audit_log`: these, then time and seq. */
extern const askiam_record_field aski_store_new_entry_texts[ASKI_STORE_NEW_ENTRY_TEXTS];

/* Whether an access_patterns row goes with the record: only where it is about somebody and a role. */
bool aski_store_has_pattern(const askiam_record *record);
/* Whether its request waits to be granted from then on. */
bool aski_store_awaits_grant(const askiam_record *record);

/* Tells the head of a chain. The chain is part of the schema: a head that is gone (`found` false), or is not a seq and a hash as they are
 * written here, was tampered with. It is told as one that fits no entry, so that verification shows a break; nothing can be appended. */
askiam_status aski_store_add_head(askiam_heads *heads, askiam_str chain, bool found, int64_t seq, askiam_str hash);

#endif
