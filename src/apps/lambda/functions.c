/* SPDX-License-Identifier: Apache-2.0 */
#include "functions.h"

static const lambda_function s_functions[] = {
    {"orchestrator", lambda_orchestrator_run},
    {"extractor", lambda_extractor_run},
    {"rag", lambda_rag_run},
    {"mcp", lambda_mcp_run},
    {"audit", lambda_audit_run},
    {"status", lambda_status_run},
    {"chat", lambda_chat_run},
    {"lex", lambda_lex_function_run},
    {"authorizer", lambda_authorizer_run},
    {"fulfil", lambda_fulfil_run},
};

const lambda_function *lambda_function_at(size_t index)
{
  return index < sizeof s_functions / sizeof *s_functions ? &s_functions[index] : NULL;
}
