/* SPDX-License-Identifier: Apache-2.0
 *
 * What a compiled program relies on: where members lie, what values mean. A change here breaks programs that were built before; new
 * members and values are added at the end of their row, and nothing else in this file ever changes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* after the four that it needs */
#include <askiam/askiam.h>
#include <askiam/backend/admin.h>
#include <askiam/backend/catalogue.h>
#include <askiam/backend/embedder.h>
#include <askiam/backend/journal.h>
#include <askiam/backend/judge.h>
#include <askiam/backend/search.h>
#include <askiam/backend/state.h>
#include <cmocka.h>

/* Members in their order. In tables every member takes one pointer's room, so the place of a member is its number. */
#define AT(type, member) offsetof(type, member)

static void s_assert_table(const char *table, const size_t *offsets, size_t count, size_t size)
{
  for (size_t i = 0; i < count; ++i) {
    if (offsets[i] != i * sizeof(void *)) {
      fail_msg("%s: member %zu has moved to %zu", table, i, offsets[i]);
    }
  }
  if (size != count * sizeof(void *)) {
    fail_msg("%s: %zu bytes for %zu members: append the new ones to this test", table, size, count);
  }
}

#define ASSERT_TABLE(type, ...)                                                                                        \
  do {                                                                                                                 \
    const size_t offsets[] = {__VA_ARGS__};                                                                            \
    s_assert_table(#type, offsets, sizeof offsets / sizeof *offsets, sizeof(type));                                    \
  } while (0)

static void abi__store_tables_are_append_only(void **state)
{
  (void)state;
  ASSERT_TABLE(askiam_store_driver, AT(askiam_store_driver, size), AT(askiam_store_driver, flags),
               AT(askiam_store_driver, open), AT(askiam_store_driver, close), AT(askiam_store_driver, catalogue),
               AT(askiam_store_driver, journal), AT(askiam_store_driver, state), AT(askiam_store_driver, admin));
  ASSERT_TABLE(askiam_catalogue_vtable, AT(askiam_catalogue_vtable, size), AT(askiam_catalogue_vtable, version),
               AT(askiam_catalogue_vtable, candidates), AT(askiam_catalogue_vtable, facts),
               AT(askiam_catalogue_vtable, people), AT(askiam_catalogue_vtable, policies));
  ASSERT_TABLE(askiam_journal_vtable, AT(askiam_journal_vtable, size), AT(askiam_journal_vtable, heads),
               AT(askiam_journal_vtable, append), AT(askiam_journal_vtable, find), AT(askiam_journal_vtable, scan),
               AT(askiam_journal_vtable, outbox_next), AT(askiam_journal_vtable, outbox_done),
               AT(askiam_journal_vtable, checkpoint), AT(askiam_journal_vtable, erase),
               AT(askiam_journal_vtable, unaudited), AT(askiam_journal_vtable, adrift));
  ASSERT_TABLE(askiam_state_vtable, AT(askiam_state_vtable, size), AT(askiam_state_vtable, grant),
               AT(askiam_state_vtable, session_get), AT(askiam_state_vtable, session_put),
               AT(askiam_state_vtable, session_drop), AT(askiam_state_vtable, grant_apply),
               AT(askiam_state_vtable, grants), AT(askiam_state_vtable, key_put), AT(askiam_state_vtable, key_get),
               AT(askiam_state_vtable, key_list), AT(askiam_state_vtable, key_revoke),
               AT(askiam_state_vtable, bucket_take));
  ASSERT_TABLE(askiam_admin_vtable, AT(askiam_admin_vtable, size), AT(askiam_admin_vtable, migrate),
               AT(askiam_admin_vtable, import_begin), AT(askiam_admin_vtable, import_row),
               AT(askiam_admin_vtable, import_commit), AT(askiam_admin_vtable, import_abort),
               AT(askiam_admin_vtable, grants), AT(askiam_admin_vtable, read_rows));
}

static void abi__evidence_tables_are_append_only(void **state)
{
  (void)state;
  ASSERT_TABLE(askiam_search_vtable, AT(askiam_search_vtable, size), AT(askiam_search_vtable, flags),
               AT(askiam_search_vtable, open), AT(askiam_search_vtable, close), AT(askiam_search_vtable, documents),
               AT(askiam_search_vtable, patterns), AT(askiam_search_vtable, index_create),
               AT(askiam_search_vtable, index_begin), AT(askiam_search_vtable, index_put),
               AT(askiam_search_vtable, index_checkpoint), AT(askiam_search_vtable, index_commit),
               AT(askiam_search_vtable, index_abort));
  ASSERT_TABLE(askiam_embedder_vtable, AT(askiam_embedder_vtable, size), AT(askiam_embedder_vtable, flags),
               AT(askiam_embedder_vtable, open), AT(askiam_embedder_vtable, close),
               AT(askiam_embedder_vtable, dimension), AT(askiam_embedder_vtable, model),
               AT(askiam_embedder_vtable, embed));
  ASSERT_TABLE(askiam_judge_vtable, AT(askiam_judge_vtable, size), AT(askiam_judge_vtable, flags),
               AT(askiam_judge_vtable, open), AT(askiam_judge_vtable, close), AT(askiam_judge_vtable, kind),
               AT(askiam_judge_vtable, judge));
}

static void abi__fixed_structs_never_change(void **state)
{
  (void)state;
  ASSERT_TABLE(askiam_str, AT(askiam_str, data), AT(askiam_str, length));
  ASSERT_TABLE(askiam_allocator, AT(askiam_allocator, acquire), AT(askiam_allocator, resize),
               AT(askiam_allocator, release), AT(askiam_allocator, context));
  ASSERT_TABLE(askiam_clock, AT(askiam_clock, now_ms), AT(askiam_clock, ticks_ns), AT(askiam_clock, context));
  assert_int_equal(offsetof(askiam_error, status), 0);
  assert_int_equal(offsetof(askiam_error, layer), 4);
  assert_int_equal(offsetof(askiam_error, retryable), 8);
  assert_int_equal(offsetof(askiam_error, message), 12);
  assert_int_equal(sizeof(askiam_error), 524);
}

static void s_assert_ascending(const char *type, const size_t *offsets, size_t count, size_t last_size, size_t size)
{
  for (size_t i = 1; i < count; ++i) {
    if (offsets[i] <= offsets[i - 1]) {
      fail_msg("%s: member %zu has moved", type, i);
    }
  }
  if (offsets[0] != 0 || size < offsets[count - 1] + last_size || size > offsets[count - 1] + last_size + 4) {
    fail_msg("%s: %zu bytes: append the new members to this test", type, size);
  }
}

#define ASSERT_ASCENDING(type, last, ...)                                                                              \
  do {                                                                                                                 \
    const size_t offsets[] = {__VA_ARGS__, AT(type, last)};                                                            \
    s_assert_ascending(#type, offsets, sizeof offsets / sizeof *offsets, sizeof(((type *)0)->last), sizeof(type));     \
  } while (0)

static void abi__sized_structs_are_append_only(void **state)
{
  (void)state;
  ASSERT_ASCENDING(askiam_triple, timeout_ms, AT(askiam_triple, size), AT(askiam_triple, user_id),
                   AT(askiam_triple, application_id), AT(askiam_triple, role_id), AT(askiam_triple, request_id),
                   AT(askiam_triple, requester_id), AT(askiam_triple, ip), AT(askiam_triple, user_agent),
                   AT(askiam_triple, expires_at_ms), AT(askiam_triple, duration_ms));
  ASSERT_ASCENDING(askiam_audit_filter, action, AT(askiam_audit_filter, size), AT(askiam_audit_filter, user_id),
                   AT(askiam_audit_filter, application_id), AT(askiam_audit_filter, role_id),
                   AT(askiam_audit_filter, risk), AT(askiam_audit_filter, status), AT(askiam_audit_filter, from_ms),
                   AT(askiam_audit_filter, to_ms), AT(askiam_audit_filter, count_by), AT(askiam_audit_filter, limit),
                   AT(askiam_audit_filter, newest_first));
  ASSERT_ASCENDING(askiam_key_options, burst, AT(askiam_key_options, size), AT(askiam_key_options, owner_id),
                   AT(askiam_key_options, name), AT(askiam_key_options, scopes), AT(askiam_key_options, expires_at_ms),
                   AT(askiam_key_options, per_minute));
  ASSERT_ASCENDING(askiam_key_row, burst, AT(askiam_key_row, size), AT(askiam_key_row, key_id),
                   AT(askiam_key_row, name), AT(askiam_key_row, owner_id), AT(askiam_key_row, scopes),
                   AT(askiam_key_row, salt), AT(askiam_key_row, hash), AT(askiam_key_row, created_at_ms),
                   AT(askiam_key_row, expires_at_ms), AT(askiam_key_row, revoked_at_ms),
                   AT(askiam_key_row, per_minute));
  ASSERT_ASCENDING(
      askiam_turn, claimed_timestamp, AT(askiam_turn, size), AT(askiam_turn, principal), AT(askiam_turn, user_id),
      AT(askiam_turn, text), AT(askiam_turn, session_id), AT(askiam_turn, request_id), AT(askiam_turn, ip),
      AT(askiam_turn, user_agent), AT(askiam_turn, trace_id), AT(askiam_turn, timestamp), AT(askiam_turn, timeout_ms),
      AT(askiam_turn, claimed_ip), AT(askiam_turn, claimed_session_id), AT(askiam_turn, claimed_user_agent));
  ASSERT_ASCENDING(askiam_import_options, context, AT(askiam_import_options, size), AT(askiam_import_options, progress),
                   AT(askiam_import_options, problem));
  ASSERT_ASCENDING(askiam_index_options, context, AT(askiam_index_options, size), AT(askiam_index_options, restart),
                   AT(askiam_index_options, progress));
  ASSERT_ASCENDING(askiam_replay_options, fail_on, AT(askiam_replay_options, size), AT(askiam_replay_options, policies),
                   AT(askiam_replay_options, policy_mode), AT(askiam_replay_options, filter));
  ASSERT_ASCENDING(
      askiam_replay_summary, without_policies, AT(askiam_replay_summary, size), AT(askiam_replay_summary, requests),
      AT(askiam_replay_summary, replayed), AT(askiam_replay_summary, unjudged), AT(askiam_replay_summary, unchanged),
      AT(askiam_replay_summary, differing), AT(askiam_replay_summary, flips), AT(askiam_replay_summary, chosen),
      AT(askiam_replay_summary, erased), AT(askiam_replay_summary, without_facts), AT(askiam_replay_summary, changed),
      AT(askiam_replay_summary, unreadable));
  ASSERT_ASCENDING(askiam_journal_query, action, AT(askiam_journal_query, size), AT(askiam_journal_query, chain),
                   AT(askiam_journal_query, after_seq), AT(askiam_journal_query, user_id),
                   AT(askiam_journal_query, application_id), AT(askiam_journal_query, role_id),
                   AT(askiam_journal_query, risk), AT(askiam_journal_query, status), AT(askiam_journal_query, from_ms),
                   AT(askiam_journal_query, to_ms), AT(askiam_journal_query, limit),
                   AT(askiam_journal_query, newest_first), AT(askiam_journal_query, with_request));
}

#define ASSERT_VALUES(from, ...)                                                                                       \
  do {                                                                                                                 \
    const int values[] = {__VA_ARGS__};                                                                                \
    for (size_t i = 0; i < sizeof values / sizeof *values; ++i) {                                                      \
      assert_int_equal(values[i], (int)i + (from));                                                                    \
    }                                                                                                                  \
  } while (0)

static void abi__values_keep_their_numbers(void **state)
{
  (void)state;
  ASSERT_VALUES(0, ASKIAM_STATUS_OK, ASKIAM_STATUS_INVALID_ARGUMENT, ASKIAM_STATUS_NO_MEMORY, ASKIAM_STATUS_BAD_DATA,
                ASKIAM_STATUS_CONFIG, ASKIAM_STATUS_NOT_FOUND, ASKIAM_STATUS_EXISTS, ASKIAM_STATUS_CONFLICT,
                ASKIAM_STATUS_UNAVAILABLE, ASKIAM_STATUS_BUSY, ASKIAM_STATUS_FULL, ASKIAM_STATUS_READ_ONLY,
                ASKIAM_STATUS_CORRUPT, ASKIAM_STATUS_NOT_INITIALISED, ASKIAM_STATUS_SCHEMA_NEWER, ASKIAM_STATUS_TIMEOUT,
                ASKIAM_STATUS_CANCELLED, ASKIAM_STATUS_NOT_SUPPORTED, ASKIAM_STATUS_NOT_PERMITTED, ASKIAM_STATUS_FORKED,
                ASKIAM_STATUS_INTERNAL, ASKIAM_STATUS_RATE_LIMITED);
  ASSERT_VALUES(0, ASKIAM_LAYER_NONE, ASKIAM_LAYER_REQUEST, ASKIAM_LAYER_CONFIG, ASKIAM_LAYER_STORE,
                ASKIAM_LAYER_SEARCH, ASKIAM_LAYER_EMBEDDER, ASKIAM_LAYER_JUDGE, ASKIAM_LAYER_IMPORT, ASKIAM_LAYER_AUDIT,
                ASKIAM_LAYER_ENGINE);
  ASSERT_VALUES(0, ASKIAM_VERDICT_ERROR, ASKIAM_VERDICT_VALID, ASKIAM_VERDICT_INVALID, ASKIAM_VERDICT_NEEDS_INFO);
  ASSERT_VALUES(0, ASKIAM_LOG_DEBUG, ASKIAM_LOG_INFO, ASKIAM_LOG_WARN, ASKIAM_LOG_ERROR, ASKIAM_LOG_OFF);
  ASSERT_VALUES(0, ASKIAM_LOG_STAGE, ASKIAM_LOG_MESSAGE, ASKIAM_LOG_REQUEST_ID, ASKIAM_LOG_USER_ID, ASKIAM_LOG_TRACE_ID,
                ASKIAM_LOG_SESSION_ID, ASKIAM_LOG_IP, ASKIAM_LOG_STATUS, ASKIAM_LOG_SENTENCE);
  ASSERT_VALUES(0, ASKIAM_REQUEST_TEXT, ASKIAM_REQUEST_USER_ID, ASKIAM_REQUEST_REQUESTER_ID, ASKIAM_REQUEST_ID,
                ASKIAM_REQUEST_IP, ASKIAM_REQUEST_SESSION_ID, ASKIAM_REQUEST_USER_AGENT, ASKIAM_REQUEST_TRACE_ID,
                ASKIAM_REQUEST_TIMESTAMP, ASKIAM_REQUEST_BENEFICIARY_ID, ASKIAM_REQUEST_APPLICATION_ID,
                ASKIAM_REQUEST_ROLE_ID, ASKIAM_REQUEST_EXPIRES_AT, ASKIAM_REQUEST_JUSTIFICATION,
                ASKIAM_REQUEST_CLAIMED_IP, ASKIAM_REQUEST_CLAIMED_SESSION_ID, ASKIAM_REQUEST_CLAIMED_USER_AGENT,
                ASKIAM_REQUEST_CLAIMED_TIMESTAMP);
  ASSERT_VALUES(0, ASKIAM_DECISION_REQUEST_ID, ASKIAM_DECISION_REASON, ASKIAM_DECISION_METHOD, ASKIAM_DECISION_MODE,
                ASKIAM_DECISION_QUESTION, ASKIAM_DECISION_REQUESTER_ID, ASKIAM_DECISION_USER_ID,
                ASKIAM_DECISION_APPLICATION_ID, ASKIAM_DECISION_ROLE_ID, ASKIAM_DECISION_RAG_REASON,
                ASKIAM_DECISION_MCP_REASON, ASKIAM_DECISION_AUDIT_CHAIN, ASKIAM_DECISION_AUDIT_HASH);
}

static void abi__values_for_backends_keep_their_numbers(void **state)
{
  (void)state;
  assert_int_equal(ASKIAM_KIND_USER, 1);
  assert_int_equal(ASKIAM_KIND_APPLICATION, 2);
  assert_int_equal(ASKIAM_KIND_ROLE, 4);
  assert_int_equal(ASKIAM_BACKEND_REMOTE, 1);
  ASSERT_VALUES(0, ASKIAM_INDEX_ROLE, ASKIAM_INDEX_DOCUMENT, ASKIAM_INDEX_PATTERN);
  ASSERT_VALUES(0, ASKIAM_INDEX_ID, ASKIAM_INDEX_TITLE, ASKIAM_INDEX_BODY, ASKIAM_INDEX_USER_NAME,
                ASKIAM_INDEX_POLICY_JSON, ASKIAM_INDEX_COMPLIANCE_LEVEL, ASKIAM_INDEX_MODEL, ASKIAM_INDEX_USER_ID,
                ASKIAM_INDEX_SOURCE);
  ASSERT_VALUES(0, ASKIAM_INDEX_APPLICATION_IDS, ASKIAM_INDEX_APPLICATION_NAMES, ASKIAM_INDEX_ROLE_IDS,
                ASKIAM_INDEX_ROLE_NAMES);
  ASSERT_VALUES(0, ASKIAM_TERM_EXACT, ASKIAM_TERM_NEAR, ASKIAM_TERM_SIMILAR);
  ASSERT_VALUES(0, ASKIAM_ENTITY_ACTIVE, ASKIAM_ENTITY_INACTIVE, ASKIAM_ENTITY_SUSPENDED);
  ASSERT_VALUES(0, ASKIAM_GRANT_ACTIVE, ASKIAM_GRANT_REVOKED, ASKIAM_GRANT_EXPIRED);
  ASSERT_VALUES(0, ASKIAM_CASE_USER_ID, ASKIAM_CASE_USER_NAME, ASKIAM_CASE_APPLICATION_ID, ASKIAM_CASE_APPLICATION_NAME,
                ASKIAM_CASE_ROLE_ID, ASKIAM_CASE_ROLE_NAME, ASKIAM_CASE_ROLE_DESCRIPTION, ASKIAM_CASE_ROLE_RISK);
  ASSERT_VALUES(0, ASKIAM_TABLE_USERS, ASKIAM_TABLE_APPLICATIONS, ASKIAM_TABLE_ROLES, ASKIAM_TABLE_ALIASES,
                ASKIAM_TABLE_USER_ROLES, ASKIAM_TABLE_ROLE_PREREQUISITES, ASKIAM_TABLE_ROLE_CONFLICTS,
                ASKIAM_TABLE_ROLE_RESTRICTIONS, ASKIAM_TABLE_POLICIES, ASKIAM_TABLE_DOCUMENTS,
                ASKIAM_TABLE_ACCESS_PATTERNS);
  ASSERT_VALUES(0, ASKIAM_RECORD_REQUEST_ID, ASKIAM_RECORD_REQUESTER_ID, ASKIAM_RECORD_USER_ID,
                ASKIAM_RECORD_SPEAKER_ID, ASKIAM_RECORD_APPLICATION_ID, ASKIAM_RECORD_ROLE_ID, ASKIAM_RECORD_RISK,
                ASKIAM_RECORD_STATUS, ASKIAM_RECORD_DECISION, ASKIAM_RECORD_SENTENCE, ASKIAM_RECORD_SENTENCE_SALT,
                ASKIAM_RECORD_FACTS, ASKIAM_RECORD_FACTS_SALT, ASKIAM_RECORD_CONTENT_HASH, ASKIAM_RECORD_CONFIG_HASH,
                ASKIAM_RECORD_POLICY_HASH, ASKIAM_RECORD_AUDIT_ID, ASKIAM_RECORD_ACTION, ASKIAM_RECORD_RESOURCE,
                ASKIAM_RECORD_IP_ADDRESS, ASKIAM_RECORD_CHAIN, ASKIAM_RECORD_PREV_HASH, ASKIAM_RECORD_HASH,
                ASKIAM_RECORD_PAYLOAD);
  ASSERT_VALUES(100, ASKIAM_RECORD_TIME_MS, ASKIAM_RECORD_SEQ, ASKIAM_RECORD_EXPIRES_AT_MS, ASKIAM_RECORD_PATTERN,
                ASKIAM_RECORD_APPROVED);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(abi__store_tables_are_append_only),
      cmocka_unit_test(abi__evidence_tables_are_append_only),
      cmocka_unit_test(abi__fixed_structs_never_change),
      cmocka_unit_test(abi__sized_structs_are_append_only),
      cmocka_unit_test(abi__values_keep_their_numbers),
      cmocka_unit_test(abi__values_for_backends_keep_their_numbers),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
