/* SPDX-License-Identifier: Apache-2.0
 *
 * State that changes while people work: grants on their way, sessions, API keys and their rate limits. */
#ifndef ASKIAM_BACKEND_STATE_H
#define ASKIAM_BACKEND_STATE_H

#include <askiam/backend/backend.h>
#include <askiam/backend/journal.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What became of a request's grant. Filled by the backend; strings are copied. */
typedef struct askiam_grant_state askiam_grant_state;
/* `state` is one of none, requested, granted, failed, revoked, expired; times are UTC milliseconds, 0 for none. */
ASKIAM_API askiam_status askiam_grant_state_set(askiam_grant_state *grant, const char *state, int64_t granted_at_ms,
                                                int64_t expires_at_ms, askiam_str reason);

/* Receives a session's value; borrowed. */
typedef askiam_status (*askiam_session_fn)(void *context, askiam_str value, int64_t revision);

/* What becomes of a request's grant, and what must still be true when it is written. Append-only, never made by a
 * backend; all borrowed. */
typedef struct askiam_grant_change {
  size_t size;
  askiam_str request_id;
  askiam_str requester_id;
  /* What was looked at, and must be so still. */
  uint64_t version;   /* the catalogue's, under which the facts were read */
  askiam_str from;    /* the grant's state; a grant that is not stored yet is `requested` */
  askiam_str user_id; /* the stored request's, whose status is VALID; likewise the next five */
  askiam_str application_id;
  askiam_str role_id;
  int64_t asked_end_ms;    /* the end that was decided, 0 none */
  askiam_str content_hash; /* absent where the request has none */
  askiam_str entry_hash;   /* of the audit entry that it belongs to */
  /* What is written. */
  askiam_str state;      /* granted, failed, revoked, expired */
  int64_t granted_at_ms; /* 0 none; likewise the next */
  int64_t expires_at_ms;
  askiam_str reason;      /* absent: none */
  int moves_version;      /* 1: the catalogue's version moves by one */
  askiam_str role_status; /* what the row of user_roles becomes: active, revoked, expired; absent: it stays as it is */
  int64_t role_granted_at_ms; /* likewise; 0 none */
  int64_t role_expires_at_ms;
} askiam_grant_change;

/* Which grants are wanted. */
typedef enum askiam_grant_list {
  ASKIAM_GRANTS_WAITING = 0, /* requested and not decided on yet, by the time of the decision */
  ASKIAM_GRANTS_ENDED = 1,   /* granted, with an end that has come by `now_ms`, by that end */
  ASKIAM_GRANTS_OF_ROLE = 2  /* granted to `user_id` for `role_id`, in any order, all of them; and, with both ids
                              * absent, until when the role is held apart from all grants, if it is: by an import */
} askiam_grant_list;

/* Append-only, never made by a backend. Of the first two lists the next `limit` after the place (after_ms,
 * after_request_id, after_requester_id), in that order; absent ids are the smallest. */
typedef struct askiam_grant_query {
  size_t size;
  askiam_grant_list list;
  int64_t now_ms;
  askiam_str user_id;
  askiam_str role_id;
  int64_t after_ms;
  askiam_str after_request_id;
  askiam_str after_requester_id;
  size_t limit;
} askiam_grant_query;

/* Receives one grant, borrowed for the call: `at_ms` is when its request was decided, or, of what was granted, its
 * end (0: none). */
typedef askiam_status (*askiam_grant_fn)(void *context, askiam_str requester_id, askiam_str request_id, int64_t at_ms);

/* An API key as a store keeps it: never its secret. Append-only, `size` is sizeof; texts are borrowed. */
typedef struct askiam_key_row {
  size_t size;
  askiam_str key_id; /* 24 lower-case hexadecimal digits, as salt (32) and hash (64) are */
  askiam_str name;   /* these three may be empty, never absent */
  askiam_str owner_id;
  askiam_str scopes;
  askiam_str salt;
  askiam_str hash;
  int64_t created_at_ms; /* times are UTC milliseconds */
  int64_t expires_at_ms; /* 0: it does not end */
  int64_t revoked_at_ms; /* 0: it was not */
  int64_t per_minute;
  int64_t burst;
} askiam_key_row;

/* Receives a key; borrowed. Anything but OK ends the call with that status. */
typedef askiam_status (*askiam_key_fn)(void *context, const askiam_key_row *key);

/* Append-only. Slots may be called by several threads. */
typedef struct askiam_state_vtable {
  size_t size; /* Mandatory */
  /* The state of the grant that a request led to. Optional: none, or requested for a VALID decision. */
  askiam_status (*grant)(void *self, const askiam_call *call, askiam_str requester_id, askiam_str request_id,
                         askiam_grant_state *grant, askiam_error *error);
  /* Reads a session that has not expired; NOT_FOUND where there is none. Optional, like the next two: no sessions. */
  askiam_status (*session_get)(void *self, const askiam_call *call, askiam_str session_id, askiam_session_fn session,
                               void *context, askiam_error *error);
  /* Writes it where its revision is still `revision` (0: it must not exist), else CONFLICT; the new one is
   * revision + 1. */
  askiam_status (*session_put)(void *self, const askiam_call *call, askiam_str session_id, askiam_str value,
                               int64_t revision, int64_t expires_at_ms, askiam_error *error);
  askiam_status (*session_drop)(void *self, const askiam_call *call, askiam_str session_id, askiam_error *error);
  /* Changes one grant in one durable transaction, or changes nothing. Of a row of user_roles that is prolonged,
   * active from the same beginning, it keeps until when it was held apart from all grants (ASKIAM_GRANTS_OF_ROLE tells
   * it); a row that begins anew has nothing of that. It locks the user's row and the catalogue's version; CONFLICT
   * where any of what was looked at is not so any more, or a head has moved. Then it writes user_roles and the grant,
   * moves the catalogue's version, and appends `records` as journal.append does, heads and events too, but as entries
   * alone: without rows in `requests`. One store must be catalogue, journal and state. Optional, with the next:
   * nothing can be granted. */
  askiam_status (*grant_apply)(void *self, const askiam_call *call, const askiam_grant_change *change,
                               const askiam_records *records, askiam_error *error);
  /* Hands on grants. */
  askiam_status (*grants)(void *self, const askiam_call *call, const askiam_grant_query *query, askiam_grant_fn grant,
                          void *context, askiam_error *error);

  /* Keeps a new key; EXISTS where its id is taken. Optional, like the next four, and together with them: no API
   * keys. */
  askiam_status (*key_put)(void *self, const askiam_call *call, const askiam_key_row *key, askiam_error *error);
  /* Tells the key of this id, also one that has ended or was revoked, from where it was written: a revocation counts
   * at once. NOT_FOUND where there is none. */
  askiam_status (*key_get)(void *self, const askiam_call *call, askiam_str key_id, askiam_key_fn key, void *context,
                           askiam_error *error);
  /* Tells at most `limit` keys, in the order of the bytes of their ids, from the first one behind `after` (empty:
   * the first of all). */
  askiam_status (*key_list)(void *self, const askiam_call *call, askiam_str after, size_t limit, askiam_key_fn key,
                            void *context, askiam_error *error);
  /* Revokes it as of the call's now; one that was revoked before stays as it is. NOT_FOUND. */
  askiam_status (*key_revoke)(void *self, const askiam_call *call, askiam_str key_id, askiam_error *error);
  /* Takes one request from a bucket that holds at most `burst` of them and gains `per_minute` a minute by the call's
   * now (both 1 to 1,000,000): *out_wait_ms, never NULL, is 0 where there was one, else in how many milliseconds
   * there will be. A bucket that is not known is full. One step: takers at the same time never get more than there
   * is. It need not survive a power cut. Exact: no fraction is lost, or gained. A clock that was set back neither
   * gives nor takes: the bucket gains nothing until the clock is where it was; one that is more than an hour behind
   * counts as the right one from then on. */
  askiam_status (*bucket_take)(void *self, const askiam_call *call, askiam_str bucket_id, int64_t per_minute,
                               int64_t burst, int64_t *out_wait_ms, askiam_error *error);
} askiam_state_vtable;

#ifdef __cplusplus
}
#endif
#endif
