/* SPDX-License-Identifier: Apache-2.0
 *
 * Which recorded decisions a command is about: the options that say so. */
#ifndef CLI_FILTER_H
#define CLI_FILTER_H

#include "session.h"

/* From --user, --app, --role, --risk, --status, --from, --to. False after a complaint. */
bool cli_filter_read(askiam_audit_filter *out_filter, const cli_session *session);

#endif
