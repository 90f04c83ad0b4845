/* SPDX-License-Identifier: Apache-2.0
 *
 * The answer: a verdict with its reasons, its evidence, what would change it, and where it was recorded. */
#ifndef ASKIAM_DECISION_H
#define ASKIAM_DECISION_H

#include <askiam/api.h>
#include <askiam/error.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum askiam_verdict {
  ASKIAM_VERDICT_ERROR = 0,
  ASKIAM_VERDICT_VALID = 1,
  ASKIAM_VERDICT_INVALID = 2,
  ASKIAM_VERDICT_NEEDS_INFO = 3
} askiam_verdict;

/* Immutable. Not to be shared by threads. Lives on after its engine is destroyed. Strings and members that its
 * functions return are borrowed from it. Every index out of range gives the absent string or 0. */
typedef struct askiam_decision askiam_decision;

ASKIAM_API void askiam_decision_destroy(askiam_decision *decision);

ASKIAM_API askiam_verdict askiam_decision_verdict(const askiam_decision *decision);
/* "VALID", "INVALID", "NEEDS_INFO", "ERROR". Static. */
ASKIAM_API const char *askiam_verdict_name(askiam_verdict verdict);

/* The text members of a decision. Append-only. */
typedef enum askiam_decision_field {
  ASKIAM_DECISION_REQUEST_ID = 0,
  ASKIAM_DECISION_REASON = 1,   /* one sentence for a person */
  ASKIAM_DECISION_METHOD = 2,   /* "RAG", "MCP", "NONE" */
  ASKIAM_DECISION_MODE = 3,     /* "guarded", "rag_first" */
  ASKIAM_DECISION_QUESTION = 4, /* absent unless NEEDS_INFO */
  ASKIAM_DECISION_REQUESTER_ID = 5,
  ASKIAM_DECISION_USER_ID = 6, /* the beneficiary; absent where none was found; likewise the next two */
  ASKIAM_DECISION_APPLICATION_ID = 7,
  ASKIAM_DECISION_ROLE_ID = 8,
  ASKIAM_DECISION_RAG_REASON = 9,
  ASKIAM_DECISION_MCP_REASON = 10,
  ASKIAM_DECISION_AUDIT_CHAIN = 11, /* absent where nothing was recorded; likewise the next */
  ASKIAM_DECISION_AUDIT_HASH = 12   /* 64 hexadecimal digits */
} askiam_decision_field;

ASKIAM_API askiam_str askiam_decision_get(const askiam_decision *decision, askiam_decision_field field);

/* 1 where the decision was a dry run: nothing was recorded. */
ASKIAM_API int askiam_decision_dry_run(const askiam_decision *decision);
/* When it was made, UTC milliseconds since 1970. */
ASKIAM_API int64_t askiam_decision_time_ms(const askiam_decision *decision);
/* How long it took, milliseconds. */
ASKIAM_API double askiam_decision_duration_ms(const askiam_decision *decision);
/* When the access asked for ends, UTC milliseconds; 0 where no end was asked for. */
ASKIAM_API int64_t askiam_decision_expires_at_ms(const askiam_decision *decision);
/* The RAG confidence, 0 to 1; negative where the RAG path gave none. */
ASKIAM_API double askiam_decision_confidence(const askiam_decision *decision);
/* The sequence number in the audit chain, from 1; 0 where nothing was recorded. */
ASKIAM_API int64_t askiam_decision_audit_seq(const askiam_decision *decision);

/* Reason codes, the first of which gave the status. */
ASKIAM_API size_t askiam_decision_code_count(const askiam_decision *decision);
ASKIAM_API askiam_str askiam_decision_code(const askiam_decision *decision, size_t index);

/* The checks of the rules, in the order of the contract. */
ASKIAM_API size_t askiam_decision_check_count(const askiam_decision *decision);
ASKIAM_API askiam_str askiam_decision_check_code(const askiam_decision *decision, size_t index);
ASKIAM_API askiam_str askiam_decision_check_detail(const askiam_decision *decision, size_t index);
ASKIAM_API int askiam_decision_check_passed(const askiam_decision *decision, size_t index);
ASKIAM_API int askiam_decision_check_hard(const askiam_decision *decision, size_t index);

/* The documents that the RAG path found. */
ASKIAM_API size_t askiam_decision_document_count(const askiam_decision *decision);
ASKIAM_API askiam_str askiam_decision_document_id(const askiam_decision *decision, size_t index);
ASKIAM_API askiam_str askiam_decision_document_title(const askiam_decision *decision, size_t index);
ASKIAM_API double askiam_decision_document_score(const askiam_decision *decision, size_t index);

/* Suggestions, best first, at most 5; the kind is "user", "application" or "role". */
ASKIAM_API size_t askiam_decision_suggestion_count(const askiam_decision *decision);
ASKIAM_API askiam_str askiam_decision_suggestion_kind(const askiam_decision *decision, size_t index);
ASKIAM_API askiam_str askiam_decision_suggestion_id(const askiam_decision *decision, size_t index);
ASKIAM_API askiam_str askiam_decision_suggestion_name(const askiam_decision *decision, size_t index);
ASKIAM_API double askiam_decision_suggestion_score(const askiam_decision *decision, size_t index);

/* Remedies: one set of changes, at most 4, that together would make the decision VALID. */
ASKIAM_API size_t askiam_decision_remedy_count(const askiam_decision *decision);
ASKIAM_API askiam_str askiam_decision_remedy_code(const askiam_decision *decision, size_t index);
ASKIAM_API askiam_str askiam_decision_remedy_detail(const askiam_decision *decision, size_t index);

/* The decision as the JSON of the contract, one line, UTF-8, NUL-terminated, borrowed from the decision. NULL where
 * memory ran out while it was made. */
ASKIAM_API const char *askiam_decision_to_json(const askiam_decision *decision, size_t *out_length);

#ifdef __cplusplus
}
#endif
#endif
