/* SPDX-License-Identifier: Apache-2.0 */
#include "grant_support.h"

#include <stdio.h>

void grant_hash(char out[65], int64_t seq) { snprintf(out, 65, "%064llx", (unsigned long long)seq); }

static void s_text(askiam_record *record, askiam_record_field field, const char *text)
{
  assert_int_equal(askiam_record_set_text(record, field, askiam_str_from(text)), ASKIAM_STATUS_OK);
}

/* An entry at `seq` of the first chain; what both kinds of it have. */
static askiam_record *s_entry(const char *id, const char *request, const char *status, const char *action, int64_t seq)
{
  askiam_record *record = askiam_record_new(NULL);
  char prev[65];
  char hash[65];
  grant_hash(prev, seq - 1);
  grant_hash(hash, seq);
  s_text(record, ASKIAM_RECORD_AUDIT_ID, id);
  s_text(record, ASKIAM_RECORD_REQUEST_ID, request);
  s_text(record, ASKIAM_RECORD_REQUESTER_ID, "li.wei");
  s_text(record, ASKIAM_RECORD_USER_ID, "john.doe");
  s_text(record, ASKIAM_RECORD_APPLICATION_ID, "workday");
  s_text(record, ASKIAM_RECORD_ROLE_ID, "wd-hr");
  s_text(record, ASKIAM_RECORD_STATUS, status);
  s_text(record, ASKIAM_RECORD_ACTION, action);
  s_text(record, ASKIAM_RECORD_RESOURCE, "arn");
  s_text(record, ASKIAM_RECORD_CHAIN, contract_current->chain);
  s_text(record, ASKIAM_RECORD_PREV_HASH, prev);
  s_text(record, ASKIAM_RECORD_HASH, hash);
  s_text(record, ASKIAM_RECORD_PAYLOAD, "{}");
  askiam_record_set_number(record, ASKIAM_RECORD_SEQ, seq);
  askiam_record_set_number(record, ASKIAM_RECORD_TIME_MS, 1000 + seq);
  return record;
}

void grant_decide(contract *c, const char *request, const char *status, int64_t seq)
{
  askiam_record *record = s_entry(request, request, status, "askiam:RequestRole", seq);
  s_text(record, ASKIAM_RECORD_SPEAKER_ID, "li.wei");
  s_text(record, ASKIAM_RECORD_DECISION, "{}");
  s_text(record, ASKIAM_RECORD_CONTENT_HASH, "content");
  askiam_record_set_number(record, ASKIAM_RECORD_EXPIRES_AT_MS, ENDED_MS);
  const askiam_record *items[] = {record};
  const struct askiam_records records = {items, 1};
  assert_int_equal(c->driver->journal->append(c->self, &c->call, &records, NULL, &c->error), ASKIAM_STATUS_OK);
  askiam_record_destroy(record);
}

uint64_t grant_version(contract *c)
{
  uint64_t version = 0;
  assert_int_equal(c->driver->catalogue->version(c->self, &c->call, &version, &c->error), ASKIAM_STATUS_OK);
  return version;
}

/* From requested to granted, as seen now. */
askiam_grant_change grant_change(contract *c, const char *request, const char *entry_hash)
{
  return (askiam_grant_change){.size = sizeof(askiam_grant_change),
                               .request_id = askiam_str_from(request),
                               .requester_id = ASKI_STR("li.wei"),
                               .version = grant_version(c),
                               .from = ASKI_STR("requested"),
                               .user_id = ASKI_STR("john.doe"),
                               .application_id = ASKI_STR("workday"),
                               .role_id = ASKI_STR("wd-hr"),
                               .asked_end_ms = ENDED_MS,
                               .content_hash = ASKI_STR("content"),
                               .entry_hash = askiam_str_from(entry_hash),
                               .state = ASKI_STR("granted"),
                               .granted_at_ms = 2000,
                               .expires_at_ms = ENDED_MS,
                               .moves_version = 1,
                               .role_status = ASKI_STR("active"),
                               .role_granted_at_ms = 2000,
                               .role_expires_at_ms = ENDED_MS};
}

askiam_status grant_apply(contract *c, const askiam_grant_change *change, int64_t seq)
{
  char id[48];
  snprintf(id, sizeof id, "aud-grant-%lld", (long long)seq);
  askiam_record *record = s_entry(id, change->request_id.data, "GRANTED", "askiam:GrantRole", seq);
  assert_int_equal(aski_record_add_event(record, ASKI_STR("evt"), ASKI_STR("grant.granted"), ASKI_STR("{\"event\":1}")),
                   ASKIAM_STATUS_OK);
  const askiam_record *items[] = {record};
  const struct askiam_records records = {items, 1};
  askiam_status status = c->driver->state->grant_apply(c->self, &c->call, change, &records, &c->error);
  askiam_record_destroy(record);
  return status;
}
