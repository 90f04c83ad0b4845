/* SPDX-License-Identifier: Apache-2.0 */
#include "model/codes.h"

#include "base/str.h"

typedef struct s_code {
  const char *name;
  askiam_verdict verdict;
  aski_method method;
} s_code;

static const s_code s_codes[ASKI_CODE_COUNT] = {
#define S_CODE_ROW(code, verdict, method) {#code, ASKIAM_VERDICT_##verdict, ASKI_METHOD_##method},
    ASKI_CODES(S_CODE_ROW)
#undef S_CODE_ROW
};

static bool s_known(aski_code code) { return (unsigned)code < ASKI_CODE_COUNT; }

const char *aski_code_name(aski_code code) { return s_known(code) ? s_codes[code].name : "UNKNOWN"; }

aski_code aski_code_from_name(askiam_str name)
{
  int code = 0;
  while (code < ASKI_CODE_COUNT && !aski_str_equal_text(name, s_codes[code].name)) {
    ++code;
  }
  return (aski_code)code;
}

askiam_verdict aski_code_verdict(aski_code code)
{
  return s_known(code) ? s_codes[code].verdict : ASKIAM_VERDICT_ERROR;
}

aski_method aski_code_method(aski_code code) { return s_known(code) ? s_codes[code].method : ASKI_METHOD_NONE; }

const char *aski_method_name(aski_method method)
{
  static const char *const names[] = {"NONE", "RAG", "MCP"};
  return (unsigned)method < sizeof names / sizeof *names ? names[method] : "NONE";
}

const char *askiam_verdict_name(askiam_verdict verdict)
{
  static const char *const names[] = {"ERROR", "VALID", "INVALID", "NEEDS_INFO"};
  return (unsigned)verdict < sizeof names / sizeof *names ? names[verdict] : "ERROR";
}
