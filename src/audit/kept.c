/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/kept.h"

#include <stdio.h>

#include "audit/entry.h"
#include "audit/stored.h"

typedef struct s_find {
  const aski_audit *audit;
  askiam_error *error;
  aski_arena *arena;
  aski_kept *kept;
  size_t count;
} s_find;

static void s_set(aski_kept *kept, aski_kept_state state, const char *detail)
{
  kept->state = state;
  snprintf(kept->detail, sizeof kept->detail, "%s", detail);
}

static void s_identify(aski_kept *kept, aski_arena *arena, const askiam_record *record)
{
  kept->request_id = aski_arena_copy(arena, askiam_record_text(record, ASKIAM_RECORD_REQUEST_ID));
  kept->requester_id = aski_arena_copy(arena, askiam_record_text(record, ASKIAM_RECORD_REQUESTER_ID));
  kept->user_id = aski_arena_copy(arena, askiam_record_text(record, ASKIAM_RECORD_USER_ID));
  kept->application_id = aski_arena_copy(arena, askiam_record_text(record, ASKIAM_RECORD_APPLICATION_ID));
  kept->role_id = aski_arena_copy(arena, askiam_record_text(record, ASKIAM_RECORD_ROLE_ID));
  kept->time_ms = askiam_record_number(record, ASKIAM_RECORD_TIME_MS);
}

/* A text that was recorded and cannot be read was written by somebody else's library. */
static askiam_status s_unreadable(aski_kept *kept, askiam_status status, const askiam_error *said, askiam_error *error)
{
  if (status == ASKIAM_STATUS_NO_MEMORY) {
    return askiam_error_set(error, status, ASKIAM_LAYER_AUDIT, "%s", said->message);
  }
  s_set(kept, ASKI_KEPT_UNREADABLE, said->message);
  return ASKIAM_STATUS_OK;
}

static askiam_status s_read_texts(aski_kept *kept, aski_arena *arena, const aski_audit *audit,
                                  const askiam_record *record, askiam_error *error)
{
  askiam_error said = ASKIAM_ERROR_INIT;
  askiam_str facts = aski_arena_copy(arena, askiam_record_text(record, ASKIAM_RECORD_FACTS));
  askiam_status status = aski_replay_read_json(&kept->replay, arena, facts, audit->allocator, &said);
  if (status != ASKIAM_STATUS_OK) {
    return s_unreadable(kept, status, &said, error);
  }
  if (kept->replay.facts == NULL) {
    kept->state = ASKI_KEPT_WITHOUT_FACTS;
    return ASKIAM_STATUS_OK;
  }
  status = aski_decision_from_json(&kept->decision, askiam_record_text(record, ASKIAM_RECORD_DECISION),
                                   audit->allocator, &said);
  return status == ASKIAM_STATUS_OK ? status : s_unreadable(kept, status, &said, error);
}

static askiam_status s_examine(aski_kept *kept, aski_arena *arena, const aski_audit *audit, const askiam_record *record,
                               askiam_error *error)
{
  aski_entry_check check;
  askiam_status status = aski_entry_examine(&check, audit, record, ASKI_KEY_ALLOW_UNCHECKABLE, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  if (check.found.what == NULL && check.kind != ASKI_ENTRY_DECISION) {
    s_set(kept, ASKI_KEPT_CHANGED, "its audit entry is not that of a decision");
  } else if (check.found.what != NULL) {
    char detail[sizeof kept->detail];
    snprintf(detail, sizeof detail, "%s: %s", check.found.what, check.found.detail);
    s_set(kept, ASKI_KEPT_CHANGED, detail);
  } else if (check.erased) {
    kept->state = ASKI_KEPT_ERASED;
  } else {
    status = s_read_texts(kept, arena, audit, record, error);
  }
  return status;
}

askiam_status aski_kept_read(aski_kept *out_kept, aski_arena *arena, const aski_audit *audit,
                             const askiam_record *record, askiam_error *error)
{
  *out_kept = (aski_kept){.state = ASKI_KEPT_WHOLE};
  s_identify(out_kept, arena, record);
  askiam_status status = ASKIAM_STATUS_OK;
  if (aski_str_present(askiam_record_text(record, ASKIAM_RECORD_PAYLOAD))) {
    status = s_examine(out_kept, arena, audit, record, error);
  } else {
    s_set(out_kept, ASKI_KEPT_CHANGED, "its audit entry is gone");
  }
  if (status == ASKIAM_STATUS_OK && arena->failed) {
    status = askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_AUDIT, "out of memory reading a record");
  }
  return status;
}

void aski_kept_clean_up(aski_kept *kept)
{
  askiam_decision_destroy(kept->decision);
  kept->decision = NULL;
}

static askiam_status s_row(void *context, const askiam_record *record)
{
  s_find *find = context;
  return ++find->count > 1 ? ASKIAM_STATUS_OK
                           : aski_kept_read(find->kept, find->arena, find->audit, record, find->error);
}

askiam_status aski_kept_find(aski_kept *out_kept, aski_arena *arena, const aski_audit *audit, const askiam_call *call,
                             askiam_str requester_id, askiam_str request_id, askiam_error *error)
{
  *out_kept = (aski_kept){.state = ASKI_KEPT_WHOLE};
  s_find find = {.audit = audit, .error = error, .arena = arena, .kept = out_kept};
  askiam_status status = aski_journal_find(audit->journal, call, requester_id, request_id, s_row, &find, error);
  return status == ASKIAM_STATUS_OK ? aski_stored_check_count(find.count, request_id, error) : status;
}
