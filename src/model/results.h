/* SPDX-License-Identifier: Apache-2.0
 *
 * What the two validators say: rag's opinion with its documents, the rules' checks. */
#ifndef ASKI_MODEL_RESULTS_H
#define ASKI_MODEL_RESULTS_H

#include "model/codes.h"
#include "model/facts.h"

typedef enum aski_rag_outcome {
  ASKI_RAG_SKIPPED,
  ASKI_RAG_VALID,
  ASKI_RAG_INVALID,
  ASKI_RAG_ABSTAINED
} aski_rag_outcome;
typedef enum aski_rag_cause { ASKI_RAG_CAUSE_NONE, ASKI_RAG_CAUSE_TIMEOUT, ASKI_RAG_CAUSE_UNAVAILABLE } aski_rag_cause;

typedef struct aski_document {
  askiam_str id;
  askiam_str title;
  askiam_str text; /* not part of a decision */
  double score;
} aski_document;

typedef struct aski_rag_result {
  aski_rag_outcome outcome;
  aski_rag_cause cause; /* why it abstained, where that was a failure */
  double confidence;    /* of the verdict, 0 to 1; negative: none */
  askiam_str judge;     /* "evidence", …; absent where no judge was asked */
  askiam_str reason;
  struct {
    aski_document *items;
    size_t count, capacity;
  } documents;
} aski_rag_result;

/* In the order of the contract. */
typedef enum aski_check_code {
  ASKI_CHECK_USER_ACTIVE,
  ASKI_CHECK_APP_ACTIVE,
  ASKI_CHECK_ROLE_ACTIVE,
  ASKI_CHECK_ROLE_IN_APP,
  ASKI_CHECK_NOT_ASSIGNED,
  ASKI_CHECK_PREREQUISITES_HELD,
  ASKI_CHECK_NO_SOD_CONFLICT,
  ASKI_CHECK_NOT_RESTRICTED,
  ASKI_CHECK_POLICY,
  ASKI_CHECK_COUNT
} aski_check_code;

/* In a detail of the check POLICY, before what kept the policies from being evaluated: that is a message from inside,
 * for administrators. */
#define ASKI_CHECK_NOT_EVALUATED ", but could not be evaluated: "

typedef struct aski_check {
  aski_check_code code;
  bool passed;
  bool hard;        /* whether this failure is one; true where it passed */
  aski_code reason; /* the reason code where it failed */
  askiam_str detail;
} aski_check;

typedef enum aski_rules_outcome { ASKI_RULES_SKIPPED, ASKI_RULES_PASSED, ASKI_RULES_FAILED } aski_rules_outcome;

typedef struct aski_rules_result {
  aski_rules_outcome outcome;
  aski_check checks[ASKI_CHECK_COUNT];
  size_t count; /* 0 where skipped, else ASKI_CHECK_COUNT */
  askiam_str reason;
  struct {
    aski_query *items;
    size_t count, capacity;
  } queries;
} aski_rules_result;

const char *aski_check_name(aski_check_code code);
const char *aski_rag_outcome_name(aski_rag_outcome outcome);
const char *aski_rules_outcome_name(aski_rules_outcome outcome);
/* Objects as in a decision's `rag` and `mcp`. */
void aski_rag_write_json(const aski_rag_result *rag, aski_json_writer *writer, const char *name);
void aski_rules_write_json(const aski_rules_result *rules, aski_json_writer *writer, const char *name);
/* Read back what was written; BAD_DATA for anything else. */
askiam_status aski_rag_read_json(aski_rag_result *out_rag, aski_arena *arena, const aski_json *node,
                                 askiam_error *error);
askiam_status aski_rules_read_json(aski_rules_result *out_rules, aski_arena *arena, const aski_json *node,
                                   askiam_error *error);

#endif
