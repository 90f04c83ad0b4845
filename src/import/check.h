/* SPDX-License-Identifier: Apache-2.0
 *
 * The form of single values. Each gives NULL for a good one, else what is wrong, to follow the column's name ("is not …"). */
#ifndef ASKI_IMPORT_CHECK_H
#define ASKI_IMPORT_CHECK_H

#include "import/tables.h"

enum { ASKI_IMPORT_SHOWN_BYTES = 80, ASKI_IMPORT_NAME_BYTES = 512, ASKI_IMPORT_TEXT_BYTES = 64 * 1024 };

const char *aski_import_check_id(askiam_str value);
/* A name, or with `may_be_empty` a label. */
const char *aski_import_check_name(askiam_str value, bool may_be_empty);
const char *aski_import_check_email(askiam_str value);
/* A time from 1970 on, in milliseconds. */
const char *aski_import_check_time(askiam_str value, int64_t *out_ms);
const char *aski_import_check_flag(askiam_str value, bool *out_flag);
/* `value` for a message: cut, and without what would disturb a terminal. */
void aski_import_check_show(askiam_str value, char out[ASKI_IMPORT_SHOWN_BYTES]);

#endif
