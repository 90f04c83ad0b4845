/* SPDX-License-Identifier: Apache-2.0
 *
 * The journal: where decisions are recorded, read back, chained, and where their events wait. It stores what it is
 * given; the library computes hashes. */
#ifndef ASKIAM_BACKEND_JOURNAL_H
#define ASKIAM_BACKEND_JOURNAL_H

#include <askiam/backend/backend.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The members of a record. R: of the row in `requests`, A: of the row in `audit_log`. Append-only. */
typedef enum askiam_record_field {
  /* text */
  ASKIAM_RECORD_REQUEST_ID = 0, /* R A; unique together with REQUESTER_ID */
  ASKIAM_RECORD_REQUESTER_ID,   /* R A */
  ASKIAM_RECORD_USER_ID,        /* R A: the beneficiary; absent where none was found (A: then empty) */
  ASKIAM_RECORD_SPEAKER_ID,     /* R: the request's user_id */
  ASKIAM_RECORD_APPLICATION_ID, /* R A */
  ASKIAM_RECORD_ROLE_ID,        /* R A */
  ASKIAM_RECORD_RISK,           /* A: the role's, as it was */
  ASKIAM_RECORD_STATUS,         /* R A: the decision's */
  ASKIAM_RECORD_DECISION,       /* R: erasable; the decision's JSON as it was answered; absent once erased */
  ASKIAM_RECORD_SENTENCE,       /* R: erasable; absent once erased */
  ASKIAM_RECORD_SENTENCE_SALT,  /* R: erasable; 32 hexadecimal digits */
  ASKIAM_RECORD_FACTS,          /* R: erasable; JSON of what replay needs (entities, facts, rag, settings); claims */
  ASKIAM_RECORD_FACTS_SALT,     /* R: erasable */
  ASKIAM_RECORD_CONTENT_HASH,   /* R: of user, requester and sentence, to tell a repeat from a conflict */
  ASKIAM_RECORD_CONFIG_HASH,    /* R */
  ASKIAM_RECORD_POLICY_HASH,    /* R */
  ASKIAM_RECORD_AUDIT_ID,       /* A: own id, "aud-…" */
  ASKIAM_RECORD_ACTION,         /* A: "askiam:RequestRole"; of what became of a grant "askiam:GrantRole", … */
  ASKIAM_RECORD_RESOURCE,       /* A: the role's ARN */
  ASKIAM_RECORD_IP_ADDRESS,     /* A */
  ASKIAM_RECORD_CHAIN,          /* A */
  ASKIAM_RECORD_PREV_HASH,      /* A: 64 hexadecimal digits, of zeros for the first */
  ASKIAM_RECORD_HASH,           /* A */
  ASKIAM_RECORD_PAYLOAD,        /* A: the exact bytes that were hashed */
  ASKIAM_RECORD_DECISION_SALT,  /* R: erasable */
  ASKIAM_RECORD_TEXT_COUNT,
  /* numbers */
  ASKIAM_RECORD_TIME_MS = 100, /* R A: of the decision */
  ASKIAM_RECORD_SEQ,           /* A: from 1 */
  ASKIAM_RECORD_EXPIRES_AT_MS, /* R: the end that was asked for, 0 none */
  ASKIAM_RECORD_PATTERN,       /* R: 1 where an access_patterns row of source `askiam` goes with it */
  ASKIAM_RECORD_APPROVED,      /* R: that row's `approved` */
  ASKIAM_RECORD_NUMBER_END
} askiam_record_field;

/* One decision on its way into or out of the journal. Getters borrow from it; setters copy. Absent text has data
 * NULL. */
typedef struct askiam_record askiam_record;
ASKIAM_API askiam_str askiam_record_text(const askiam_record *record, askiam_record_field field);
ASKIAM_API int64_t askiam_record_number(const askiam_record *record, askiam_record_field field);
ASKIAM_API askiam_status askiam_record_set_text(askiam_record *record, askiam_record_field field, askiam_str value);
ASKIAM_API void askiam_record_set_number(askiam_record *record, askiam_record_field field, int64_t value);
/* Its events: id, type and JSON body. */
ASKIAM_API size_t askiam_record_event_count(const askiam_record *record);
ASKIAM_API askiam_str askiam_record_event_id(const askiam_record *record, size_t index);
ASKIAM_API askiam_str askiam_record_event_type(const askiam_record *record, size_t index);
ASKIAM_API askiam_str askiam_record_event_body(const askiam_record *record, size_t index);

/* Records to be written in one transaction, in their order; those of one chain have consecutive seqs. Borrowed for
 * the call. */
typedef struct askiam_records askiam_records;
ASKIAM_API size_t askiam_records_count(const askiam_records *records);
ASKIAM_API const askiam_record *askiam_records_at(const askiam_records *records, size_t index);

/* The last entry of each chain. A chain without entries has seq 0 and a hash of 64 zeros. Copied. */
typedef struct askiam_heads askiam_heads;
ASKIAM_API askiam_status askiam_heads_add(askiam_heads *heads, askiam_str chain, int64_t seq, askiam_str hash);

/* Receives one row, borrowed for the call; anything but OK ends the walk with that status. */
typedef askiam_status (*askiam_record_fn)(void *context, const askiam_record *record);
/* Makes the record that a walk fills and hands on; the journal destroys it. NULL where memory ran out. */
ASKIAM_API askiam_record *askiam_record_new(const askiam_allocator *allocator);
/* Clears every member. */
ASKIAM_API void askiam_record_clear(askiam_record *record);
ASKIAM_API void askiam_record_destroy(askiam_record *record);

/* Which entries a walk over the audit trail wants; absent strings and zeros do not filter. Append-only, never made
 * by a backend. */
typedef struct askiam_journal_query {
  size_t size;
  askiam_str chain; /* entries of one chain in the order of seq, from `after_seq` exclusive */
  int64_t after_seq;
  askiam_str user_id; /* beneficiary or requester */
  askiam_str application_id;
  askiam_str role_id;
  askiam_str risk;
  askiam_str status;
  int64_t from_ms; /* inclusive */
  int64_t to_ms;   /* exclusive */
  uint64_t limit;
  int newest_first;  /* by time; else by (chain, seq) where chain is given, by (time, chain, seq) where not */
  int with_request;  /* R members are wanted too (left join by requester and request id) */
  askiam_str action; /* entries of this action only: those of decisions, or of what became of grants */
} askiam_journal_query;

/* Receives one waiting event, borrowed: its position grows within its chain. */
typedef askiam_status (*askiam_event_fn)(void *context, int64_t position, askiam_str id, askiam_str type,
                                         askiam_str chain, askiam_str body);

/* Append-only. Slots may be called by several threads, and several processes may use one journal. */
typedef struct askiam_journal_vtable {
  size_t size; /* Mandatory */
  /* The names and heads of the store's fixed set of chains. Mandatory. */
  askiam_status (*heads)(void *self, const askiam_call *call, askiam_heads *heads, askiam_error *error);
  /* Writes all records, moves the heads from (seq - 1, prev_hash) of each chain's first record to its last, adds
   * events and pattern rows, in one durable transaction, or changes nothing: CONFLICT where a head is not there
   * any more; EXISTS where a (requester, request id) is taken, *out_index then says which record (either output
   * may be NULL). Mandatory. */
  askiam_status (*append)(void *self, const askiam_call *call, const askiam_records *records, size_t *out_index,
                          askiam_error *error);
  /* Hands on the requests with this id (R and A members), of every requester where `requester_id` is absent; one
   * whose audit entry is gone, or has another value in a member that both have, without the members of A alone.
   * Mandatory. */
  askiam_status (*find)(void *self, const askiam_call *call, askiam_str requester_id, askiam_str request_id,
                        askiam_record_fn row, void *context, askiam_error *error);
  /* Walks over audit entries. Mandatory. */
  askiam_status (*scan)(void *self, const askiam_call *call, const askiam_journal_query *query, askiam_record_fn row,
                        void *context, askiam_error *error);
  /* Hands on at most `limit` undelivered events after `after`, oldest first. Mandatory for delivery of events. */
  askiam_status (*outbox_next)(void *self, const askiam_call *call, int64_t after, size_t limit, askiam_event_fn event,
                               void *context, askiam_error *error);
  /* Marks these as delivered. With outbox_next. */
  askiam_status (*outbox_done)(void *self, const askiam_call *call, const int64_t *positions, size_t count,
                               askiam_error *error);
  /* Keeps a signed checkpoint. Optional: it is not kept. */
  askiam_status (*checkpoint)(void *self, const askiam_call *call, askiam_str id, int64_t time_ms, askiam_str body,
                              askiam_error *error);
  /* Forgets decisions, sentences, facts and their salts, all six, of requests by or for a user. Optional:
   * NOT_SUPPORTED. */
  askiam_status (*erase)(void *self, const askiam_call *call, askiam_str user_id, uint64_t *out_count,
                         askiam_error *error);
  /* Hands on the requests (R members) for which no audit entry has the same values in all the members that both
   * have, an absent one being equal to an empty one: there are none unless somebody changed them beside the trail.
   * Optional: verification then says that it did not look. */
  askiam_status (*unaudited)(void *self, const askiam_call *call, askiam_record_fn row, void *context,
                             askiam_error *error);
  /* Hands on, as of one moment, with request, requester, user, role and state: every grant that is not what the entries of its request
   * lead to (state, user, role, beginning, end), that a VALID request lacks, or that no VALID request has; and, without a request id, every
   * active row of user_roles that no grant gives for so long. Optional: verification then says that it did not look. */
  askiam_status (*adrift)(void *self, const askiam_call *call, askiam_record_fn row, void *context,
                          askiam_error *error);
} askiam_journal_vtable;

#ifdef __cplusplus
}
#endif
#endif
