/* SPDX-License-Identifier: Apache-2.0
 *
 * Small reports: an object's members, one a line. */
#ifndef CLI_RENDER_MEMBERS_H
#define CLI_RENDER_MEMBERS_H

#include "terminal.h"

/* "  name   value"; a list of objects has a line for each. Members that are null or empty are left out. */
void cli_render_members(const cli_terminal *terminal, askiam_str json);
/* A setting's value as it may be shown: neither a secret nor a URL with a password. Borrows from a static or from `value`. */
askiam_str cli_shown_value(const char *key, askiam_str value);

#endif
