/* SPDX-License-Identifier: Apache-2.0
 *
 * Judges: from evidence to a verdict with a probability. A judge sees entities, facts, past decisions and
 * documents, never a word that the requester wrote. */
#ifndef ASKIAM_BACKEND_JUDGE_H
#define ASKIAM_BACKEND_JUDGE_H

#include <askiam/backend/backend.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What is to be judged. Borrowed for the call. Indexes out of range give the absent string. */
typedef struct askiam_case askiam_case;

typedef enum askiam_case_field {
  ASKIAM_CASE_USER_ID = 0,
  ASKIAM_CASE_USER_NAME,
  ASKIAM_CASE_APPLICATION_ID,
  ASKIAM_CASE_APPLICATION_NAME,
  ASKIAM_CASE_ROLE_ID,
  ASKIAM_CASE_ROLE_NAME,
  ASKIAM_CASE_ROLE_DESCRIPTION,
  ASKIAM_CASE_ROLE_RISK
} askiam_case_field;

ASKIAM_API askiam_str askiam_case_get(const askiam_case *judged, askiam_case_field field);
/* The beneficiary's attributes, and the roles held now. */
ASKIAM_API size_t askiam_case_attribute_count(const askiam_case *judged);
ASKIAM_API askiam_str askiam_case_attribute_key(const askiam_case *judged, size_t index);
ASKIAM_API askiam_str askiam_case_attribute_value(const askiam_case *judged, size_t index);
ASKIAM_API size_t askiam_case_role_count(const askiam_case *judged);
ASKIAM_API askiam_str askiam_case_role_id(const askiam_case *judged, size_t index);
/* Documents found, best first. */
ASKIAM_API size_t askiam_case_document_count(const askiam_case *judged);
ASKIAM_API askiam_str askiam_case_document_id(const askiam_case *judged, size_t index);
ASKIAM_API askiam_str askiam_case_document_title(const askiam_case *judged, size_t index);
ASKIAM_API askiam_str askiam_case_document_text(const askiam_case *judged, size_t index);
/* Past human decisions on the role, newest first, with what is known of their people today. */
ASKIAM_API size_t askiam_case_pattern_count(const askiam_case *judged);
ASKIAM_API int askiam_case_pattern_approved(const askiam_case *judged, size_t index);
ASKIAM_API int64_t askiam_case_pattern_time_ms(const askiam_case *judged, size_t index);
/* Their person's value of an attribute of the beneficiary; absent where unknown. */
ASKIAM_API askiam_str askiam_case_pattern_attribute(const askiam_case *judged, size_t index, askiam_str key);
/* Roles that their person holds, without the one asked for; and whether the person is known at all. */
ASKIAM_API size_t askiam_case_pattern_role_count(const askiam_case *judged, size_t index);
ASKIAM_API askiam_str askiam_case_pattern_role_id(const askiam_case *judged, size_t index, size_t role);
ASKIAM_API int askiam_case_pattern_known(const askiam_case *judged, size_t index);

/* Where the opinion goes. A judge that sets nothing abstains. */
typedef struct askiam_opinion askiam_opinion;
/* `probability` that the access should be approved, 0 to 1: NaN and what lies outside is an abstention. The
 * verdict is VALID from ½ on, its confidence the probability that this verdict is right. `reason` is one sentence
 * for a person; copied. */
ASKIAM_API askiam_status askiam_opinion_set(askiam_opinion *opinion, double probability, askiam_str reason);
ASKIAM_API askiam_status askiam_opinion_abstain(askiam_opinion *opinion, askiam_str reason);

/* One more flag, of judges only: the built-in judge `evidence` is asked too, of the same case, and both opinions
 * become one (docs/evidence.md). The decision says "evidence" or this judge's kind where only one of them had an
 * opinion, "both" where both had. */
#define ASKIAM_JUDGE_WITH_EVIDENCE 0x100u

/* Append-only. Slots may be called by several threads. */
typedef struct askiam_judge_vtable {
  size_t size; /* Mandatory */
  unsigned flags;
  askiam_backend_open_fn open;   /* Mandatory */
  askiam_backend_close_fn close; /* Optional */
  /* "evidence", "llm", "both": told in the decision. Mandatory, NUL-terminated. */
  const char *kind;
  /* Judges. A failure is an abstention. Mandatory. */
  askiam_status (*judge)(void *self, const askiam_call *call, const askiam_case *judged, askiam_opinion *opinion,
                         askiam_error *error);
} askiam_judge_vtable;

#ifdef __cplusplus
}
#endif
#endif
