/* SPDX-License-Identifier: Apache-2.0
 *
 * Conversations that end in a decision: what is known so far, what to ask next, what an answer means.
 * docs/dialogue.md. */
#ifndef ASKIAM_DIALOGUE_H
#define ASKIAM_DIALOGUE_H

#include <askiam/auth.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What somebody says, and who. All borrowed for the call. Append-only, `size` is sizeof. */
typedef struct askiam_turn {
  size_t size;
  const askiam_principal *principal; /* who speaks; required */
  askiam_str user_id;                /* whom "I" means; absent: the principal. Another needs the scope on-behalf */
  askiam_str text;                   /* 1 to 4,096 bytes; absent only for askiam_dialogue_fill */
  askiam_str session_id;             /* 1 to 128 of [A-Za-z0-9._:-]; absent: a new conversation. Where the host keeps
                                        the conversation: its own, recorded with the decision */
  askiam_str request_id;             /* for the decision, should this turn bring it about; absent: a new one */
  askiam_str ip;                     /* the next four as in askiam_request */
  askiam_str user_agent;
  askiam_str trace_id;
  askiam_str timestamp;
  int64_t timeout_ms;    /* 0: request.timeout_ms alone */
  askiam_str claimed_ip; /* this and the next three as in askiam_request: what the speaker's client says of the call.
                            Kept with the decision, should this turn bring it about */
  askiam_str claimed_session_id;
  askiam_str claimed_user_agent;
  askiam_str claimed_timestamp;
} askiam_turn;

/* Takes one turn of a conversation that is kept in the store. *out_json:
 *
 *   {"session_id", "state": "ask|confirm|decided|cancelled", "message": "for a person", "expires_at",
 *    "slot": "user|application|role|duration|justification|null", "choices": [{"kind", "id", "name"}],
 *    "slots": {"user": {"id", "name"}|null, "application": …, "role": …, "expires_at", "justification"},
 *    "decision": {…}|null}
 *
 * "decision" is the decision for the principal, as askiam_answer_json, where the state is decided. A text without
 * a session that says all is decided at once; else what is missing is asked, one question at a time, and what is
 * complete is confirmed first (dialogue.confirm). "session_id" is null where there is no conversation to go on
 * with. NOT_FOUND for a session that is unknown, has ended, or belongs to another principal or another user_id;
 * the turn that brought a decision about may come again, and is answered by it. NOT_PERMITTED for another's
 * user_id without the scope; BAD_DATA for a text that is none; CONFLICT where too many turns of one session came
 * at once; EXISTS where request_id is another request's: nothing was decided, another id may be given. A failure
 * loses nothing: the same turn may be taken again. Any thread. Free with askiam_string_free. */
ASKIAM_API askiam_status askiam_dialogue_turn(char **out_json, askiam_engine *engine, const askiam_turn *turn,
                                              askiam_error *error);

/* The same core for a host that keeps the conversation itself (Amazon Lex): nothing is stored. `known` is a JSON
 * object of what is known, names or words as people say them: {"user", "application", "role", "duration",
 * "justification": texts or null, "confirmed": true|false|null, "answer": what was said last, or null}; absent is an
 * empty one. Beside a "confirmed" the answer is what the host has taken for a yes or a no, in whatever language: what it
 * changes ("no, in Jira", "yes but until Friday") is to be confirmed anew, and so is a yes that denies or asks, or that
 * has more behind it than is known. Without one, a no or a question in it is to be confirmed in any case. turn->text may
 * be absent, or holds free words that fill what they name; more than a yes beside "confirmed" is a change, which is to be
 * confirmed anew. `submit` 0 only looks: the state is then ask, confirm or, for what would be refused, decided
 * with a dry run's decision. *out_json as above, without a session, and with "confirmed": whether nothing has to be
 * confirmed any more. Any thread. */
ASKIAM_API askiam_status askiam_dialogue_fill(char **out_json, askiam_engine *engine, const askiam_turn *turn,
                                              askiam_str known, int submit, askiam_error *error);

#ifdef __cplusplus
}
#endif
#endif
