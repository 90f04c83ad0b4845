/* SPDX-License-Identifier: Apache-2.0
 *
 * The reason codes of the contract: one table from which names, verdicts and methods follow. */
#ifndef ASKI_MODEL_CODES_H
#define ASKI_MODEL_CODES_H

#include <askiam/decision.h>

/* code, verdict, method */
#define ASKI_CODES(X)                                                                                                  \
  X(APPROVED_BY_EVIDENCE, VALID, RAG)                                                                                  \
  X(APPROVED_BY_RULES, VALID, MCP)                                                                                     \
  X(USER_UNKNOWN, INVALID, NONE)                                                                                       \
  X(USER_INACTIVE, INVALID, MCP)                                                                                       \
  X(REQUESTER_UNKNOWN, INVALID, NONE)                                                                                  \
  X(REQUESTER_INACTIVE, INVALID, NONE)                                                                                 \
  X(APP_UNKNOWN, INVALID, NONE)                                                                                        \
  X(ROLE_UNKNOWN, INVALID, NONE)                                                                                       \
  X(ROLE_NOT_IN_APP, INVALID, NONE)                                                                                    \
  X(APP_INACTIVE, INVALID, MCP)                                                                                        \
  X(ROLE_INACTIVE, INVALID, MCP)                                                                                       \
  X(ALREADY_ASSIGNED, INVALID, MCP)                                                                                    \
  X(PREREQUISITE_MISSING, INVALID, MCP)                                                                                \
  X(SOD_CONFLICT, INVALID, MCP)                                                                                        \
  X(RESTRICTED, INVALID, MCP)                                                                                          \
  X(POLICY_DENY, INVALID, MCP)                                                                                         \
  X(POLICY_NOT_ALLOWED, INVALID, MCP)                                                                                  \
  X(REJECTED_BY_EVIDENCE, INVALID, RAG)                                                                                \
  X(NOT_A_REQUEST, INVALID, NONE)                                                                                      \
  X(UNSUPPORTED_INTENT, INVALID, NONE)                                                                                 \
  X(MISSING_ROLE, NEEDS_INFO, NONE)                                                                                    \
  X(MISSING_APP, NEEDS_INFO, NONE)                                                                                     \
  X(MISSING_USER, NEEDS_INFO, NONE)                                                                                    \
  X(AMBIGUOUS_ROLE, NEEDS_INFO, NONE)                                                                                  \
  X(AMBIGUOUS_APP, NEEDS_INFO, NONE)                                                                                   \
  X(AMBIGUOUS_USER, NEEDS_INFO, NONE)                                                                                  \
  X(MULTIPLE_REQUESTS, NEEDS_INFO, NONE)                                                                               \
  X(BAD_DURATION, NEEDS_INFO, NONE)                                                                                    \
  X(UNCLEAR, NEEDS_INFO, NONE)                                                                                         \
  X(INVALID_REQUEST, ERROR, NONE)                                                                                      \
  X(REQUEST_ID_CONFLICT, ERROR, NONE)                                                                                  \
  X(STORE_UNAVAILABLE, ERROR, NONE)                                                                                    \
  X(AUDIT_UNAVAILABLE, ERROR, NONE)                                                                                    \
  X(INTERNAL, ERROR, NONE)                                                                                             \
  X(LOW_CONFIDENCE, ERROR, NONE)                                                                                       \
  X(RAG_TIMEOUT, ERROR, NONE)                                                                                          \
  X(RAG_UNAVAILABLE, ERROR, NONE)

typedef enum aski_code {
#define ASKI_CODE_ENUM(code, verdict, method) ASKI_CODE_##code,
  ASKI_CODES(ASKI_CODE_ENUM)
#undef ASKI_CODE_ENUM
      ASKI_CODE_COUNT
} aski_code;

typedef enum aski_method { ASKI_METHOD_NONE, ASKI_METHOD_RAG, ASKI_METHOD_MCP } aski_method;

const char *aski_code_name(aski_code code);
/* ASKI_CODE_COUNT for an unknown name. */
aski_code aski_code_from_name(askiam_str name);
/* What a decision is whose first code this is. Codes that never come first (LOW_CONFIDENCE, RAG_…) give ERROR. */
askiam_verdict aski_code_verdict(aski_code code);
aski_method aski_code_method(aski_code code);
const char *aski_method_name(aski_method method);

#endif
