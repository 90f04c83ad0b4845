/* SPDX-License-Identifier: Apache-2.0 */
#include "exit_codes.h"

#include <errno.h>

#include "apps/common/text.h"

cli_exit cli_exit_from_status(askiam_status status)
{
  switch (status) {
  case ASKIAM_STATUS_OK:
    return CLI_EXIT_OK;
  case ASKIAM_STATUS_INVALID_ARGUMENT:
    return CLI_EXIT_USAGE;
  case ASKIAM_STATUS_BAD_DATA:
  case ASKIAM_STATUS_NOT_FOUND:
  case ASKIAM_STATUS_EXISTS:
  case ASKIAM_STATUS_CONFLICT:
  case ASKIAM_STATUS_CORRUPT:
    return CLI_EXIT_DATA;
  case ASKIAM_STATUS_UNAVAILABLE:
  case ASKIAM_STATUS_BUSY:
  case ASKIAM_STATUS_FULL:
  case ASKIAM_STATUS_READ_ONLY:
  case ASKIAM_STATUS_TIMEOUT:
  case ASKIAM_STATUS_CANCELLED:
  case ASKIAM_STATUS_NOT_SUPPORTED:
  case ASKIAM_STATUS_RATE_LIMITED:
    return CLI_EXIT_UNAVAILABLE;
  case ASKIAM_STATUS_NOT_PERMITTED:
    return CLI_EXIT_NOT_PERMITTED;
  case ASKIAM_STATUS_CONFIG:
  case ASKIAM_STATUS_NOT_INITIALISED:
  case ASKIAM_STATUS_SCHEMA_NEWER:
    return CLI_EXIT_CONFIG;
  case ASKIAM_STATUS_NO_MEMORY:
  case ASKIAM_STATUS_FORKED:
  case ASKIAM_STATUS_INTERNAL:
  default:
    return CLI_EXIT_INTERNAL;
  }
}

cli_exit cli_exit_from_errno(int code, cli_exit otherwise)
{
  if (code == ENOMEM) {
    return CLI_EXIT_INTERNAL;
  }
  return code == EACCES || code == EPERM ? CLI_EXIT_NOT_PERMITTED : otherwise;
}

cli_exit cli_exit_from_verdict(askiam_verdict verdict)
{
  switch (verdict) {
  case ASKIAM_VERDICT_VALID:
    return CLI_EXIT_OK;
  case ASKIAM_VERDICT_INVALID:
    return CLI_EXIT_INVALID;
  case ASKIAM_VERDICT_NEEDS_INFO:
    return CLI_EXIT_NEEDS_INFO;
  case ASKIAM_VERDICT_ERROR:
  default:
    return CLI_EXIT_INTERNAL;
  }
}

cli_exit cli_exit_from_error_decision(const askiam_decision *decision)
{
  askiam_str code = askiam_decision_code(decision, 0);
  if (app_text_is(code, "INVALID_REQUEST") || app_text_is(code, "REQUEST_ID_CONFLICT")) {
    return CLI_EXIT_DATA;
  }
  if (app_text_is(code, "STORE_UNAVAILABLE") || app_text_is(code, "AUDIT_UNAVAILABLE")) {
    return CLI_EXIT_UNAVAILABLE;
  }
  return CLI_EXIT_INTERNAL;
}

static int s_weight(cli_exit code)
{
  static const cli_exit s_order[] = {CLI_EXIT_OK,     CLI_EXIT_DATA,          CLI_EXIT_UNAVAILABLE, CLI_EXIT_INTERNAL,
                                     CLI_EXIT_OUTPUT, CLI_EXIT_NOT_PERMITTED, CLI_EXIT_CONFIG};
  int weight = 0;
  for (int at = 0; at < (int)(sizeof s_order / sizeof s_order[0]); at++) {
    if (s_order[at] == code) {
      weight = at;
    }
  }
  return weight;
}

cli_exit cli_exit_worse(cli_exit left, cli_exit right) { return s_weight(right) > s_weight(left) ? right : left; }
