/* SPDX-License-Identifier: Apache-2.0
 *
 * The slots of the four tables, as the files of this room give them to sqlite_store.c. */
#ifndef ASKI_STORE_SQLITE_SLOTS_H
#define ASKI_STORE_SQLITE_SLOTS_H

#include <askiam/backend/admin.h>
#include <askiam/backend/catalogue.h>
#include <askiam/backend/journal.h>
#include <askiam/backend/state.h>

#include "store/sqlite/pool.h"

askiam_status aski_sqlite_version(void *self, const askiam_call *call, uint64_t *out_version, askiam_error *error);
askiam_status aski_sqlite_candidates(void *self, const askiam_call *call, const askiam_terms *terms,
                                     askiam_candidates *candidates, askiam_error *error);
askiam_status aski_sqlite_facts(void *self, const askiam_call *call, askiam_str user_id, askiam_str requester_id,
                                askiam_str application_id, askiam_str role_id, askiam_facts *facts,
                                askiam_error *error);
askiam_status aski_sqlite_people(void *self, const askiam_call *call, askiam_people *people, askiam_error *error);
askiam_status aski_sqlite_policies(void *self, const askiam_call *call, askiam_str set_hash, askiam_policy_fn policy,
                                   void *context, askiam_error *error);

askiam_status aski_sqlite_heads(void *self, const askiam_call *call, askiam_heads *heads, askiam_error *error);
askiam_status aski_sqlite_append(void *self, const askiam_call *call, const askiam_records *records, size_t *out_index,
                                 askiam_error *error);
askiam_status aski_sqlite_find(void *self, const askiam_call *call, askiam_str requester_id, askiam_str request_id,
                               askiam_record_fn row, void *context, askiam_error *error);
askiam_status aski_sqlite_scan(void *self, const askiam_call *call, const askiam_journal_query *query,
                               askiam_record_fn row, void *context, askiam_error *error);
askiam_status aski_sqlite_unaudited(void *self, const askiam_call *call, askiam_record_fn row, void *context,
                                    askiam_error *error);
askiam_status aski_sqlite_adrift(void *self, const askiam_call *call, askiam_record_fn row, void *context,
                                 askiam_error *error);
/* The text of the statement for a walk: also for the test of its plan. */
void aski_sqlite_scan_sql(aski_buffer *sql, const askiam_journal_query *query);
askiam_status aski_sqlite_outbox_next(void *self, const askiam_call *call, int64_t after, size_t limit,
                                      askiam_event_fn event, void *context, askiam_error *error);
askiam_status aski_sqlite_outbox_done(void *self, const askiam_call *call, const int64_t *positions, size_t count,
                                      askiam_error *error);
askiam_status aski_sqlite_checkpoint(void *self, const askiam_call *call, askiam_str id, int64_t time_ms,
                                     askiam_str body, askiam_error *error);
askiam_status aski_sqlite_erase(void *self, const askiam_call *call, askiam_str user_id, uint64_t *out_count,
                                askiam_error *error);

askiam_status aski_sqlite_grant(void *self, const askiam_call *call, askiam_str requester_id, askiam_str request_id,
                                askiam_grant_state *grant, askiam_error *error);
askiam_status aski_sqlite_grant_apply(void *self, const askiam_call *call, const askiam_grant_change *change,
                                      const askiam_records *records, askiam_error *error);
askiam_status aski_sqlite_grants(void *self, const askiam_call *call, const askiam_grant_query *query,
                                 askiam_grant_fn grant, void *context, askiam_error *error);
askiam_status aski_sqlite_session_get(void *self, const askiam_call *call, askiam_str session_id,
                                      askiam_session_fn session, void *context, askiam_error *error);
askiam_status aski_sqlite_session_put(void *self, const askiam_call *call, askiam_str session_id, askiam_str value,
                                      int64_t revision, int64_t expires_at_ms, askiam_error *error);
askiam_status aski_sqlite_session_drop(void *self, const askiam_call *call, askiam_str session_id, askiam_error *error);
askiam_status aski_sqlite_key_put(void *self, const askiam_call *call, const askiam_key_row *key, askiam_error *error);
askiam_status aski_sqlite_key_get(void *self, const askiam_call *call, askiam_str key_id, askiam_key_fn key,
                                  void *context, askiam_error *error);
askiam_status aski_sqlite_key_list(void *self, const askiam_call *call, askiam_str after, size_t limit,
                                   askiam_key_fn key, void *context, askiam_error *error);
askiam_status aski_sqlite_key_revoke(void *self, const askiam_call *call, askiam_str key_id, askiam_error *error);
askiam_status aski_sqlite_bucket_take(void *self, const askiam_call *call, askiam_str bucket_id, int64_t per_minute,
                                      int64_t burst, int64_t *out_wait_ms, askiam_error *error);

askiam_status aski_sqlite_migrate(void *self, const askiam_call *call, int *out_from, int *out_to, askiam_error *error);
askiam_status aski_sqlite_import_begin(void *self, const askiam_call *call, void **out_session, askiam_error *error);
askiam_status aski_sqlite_import_row(void *session, askiam_table table, uint64_t row, const askiam_str *values,
                                     size_t count, askiam_error *error);
askiam_status aski_sqlite_import_commit(void *session, askiam_import_report_fn report, void *context,
                                        askiam_error *error);
void aski_sqlite_import_abort(void *session);
askiam_status aski_sqlite_read_rows(void *self, const askiam_call *call, askiam_table table, askiam_str after,
                                    size_t limit, askiam_row_fn row, void *context, askiam_error *error);
/* The text of the statement for a part of a table, NULL for one that is not read back: also for the test of its plan. */
const char *aski_sqlite_read_sql(askiam_table table);

#endif
