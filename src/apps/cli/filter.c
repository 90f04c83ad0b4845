/* SPDX-License-Identifier: Apache-2.0 */
#include "filter.h"

#include "times.h"

#include <strings.h>

static bool s_time_of(int64_t *out_ms, const cli_session *session, cli_option option)
{
  const char *text = session->options.values[option];
  if (text == NULL || cli_time_parse(out_ms, text, cli_time_now_ms())) {
    return true;
  }
  cli_complain("%s takes a time such as 2026-01-31, 2026-01-31T08:00:00Z, 24h or 7d (ago), today, now; not \"%s\"",
               cli_option_name(option), text);
  return false;
}

/* The status as it is stored. Absent where it was not given. */
static bool s_status_of(askiam_str *out_status, const cli_session *session)
{
  static const char *const s_known[] = {"VALID", "INVALID", "NEEDS_INFO", "GRANTED", "FAILED", "REVOKED", "EXPIRED"};
  const char *typed = session->options.values[CLI_OPT_STATUS];
  *out_status = cli_value(session, CLI_OPT_STATUS);
  if (typed == NULL) {
    return true;
  }
  for (size_t at = 0; at < sizeof s_known / sizeof s_known[0]; at++) {
    if (strcasecmp(typed, s_known[at]) == 0) {
      *out_status = askiam_str_from(s_known[at]);
      return true;
    }
  }
  cli_complain(
      "--status takes VALID, INVALID or NEEDS_INFO (of grants GRANTED, FAILED, REVOKED or EXPIRED), not \"%s\"", typed);
  return false;
}

bool cli_filter_read(askiam_audit_filter *out_filter, const cli_session *session)
{
  *out_filter = (askiam_audit_filter){.size = sizeof *out_filter,
                                      .user_id = cli_value(session, CLI_OPT_USER),
                                      .application_id = cli_value(session, CLI_OPT_APP),
                                      .role_id = cli_value(session, CLI_OPT_ROLE),
                                      .risk = cli_value(session, CLI_OPT_RISK)};
  return s_status_of(&out_filter->status, session) && s_time_of(&out_filter->from_ms, session, CLI_OPT_FROM) &&
         s_time_of(&out_filter->to_ms, session, CLI_OPT_TO);
}
