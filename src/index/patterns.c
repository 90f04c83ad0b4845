/* SPDX-License-Identifier: Apache-2.0
 *
 * Past decisions as entries. Their position tells them apart: stores keep none twice. */
#include "index/run.h"

enum { COLUMN_USER, COLUMN_ROLE, COLUMN_APP, COLUMN_TIME, COLUMN_APPROVED, COLUMN_SOURCE };

/* Decimal milliseconds. */
static bool s_read_time(askiam_str text, int64_t *out_ms)
{
  bool negative = text.length > 0 && text.data[0] == '-';
  int64_t value = 0;
  size_t at = negative ? 1 : 0;
  for (; at < text.length && text.data[at] >= '0' && text.data[at] <= '9' && value < INT64_MAX / 16; ++at) {
    value = value * 10 + (text.data[at] - '0');
  }
  *out_ms = negative ? -value : value;
  return at == text.length && at > (negative ? 1U : 0U);
}

askiam_status aski_index_make_patterns(aski_index_job *job, askiam_index_entry *out_entries)
{
  for (size_t i = 0; i < job->part.count; ++i) {
    const aski_index_row *row = &job->part.items[i];
    askiam_index_entry *entry = &out_entries[i];
    *entry = (askiam_index_entry){.kind = ASKIAM_INDEX_PATTERN};
    entry->texts[ASKIAM_INDEX_ID] = row->position;
    entry->texts[ASKIAM_INDEX_USER_ID] = row->values[COLUMN_USER];
    entry->texts[ASKIAM_INDEX_SOURCE] = row->values[COLUMN_SOURCE];
    entry->lists[ASKIAM_INDEX_ROLE_IDS].items = &row->values[COLUMN_ROLE];
    entry->lists[ASKIAM_INDEX_ROLE_IDS].count = 1;
    entry->lists[ASKIAM_INDEX_APPLICATION_IDS].items = &row->values[COLUMN_APP];
    entry->lists[ASKIAM_INDEX_APPLICATION_IDS].count = row->values[COLUMN_APP].length > 0 ? 1 : 0;
    entry->approved = aski_str_equal_text(row->values[COLUMN_APPROVED], "1");
    if (!s_read_time(row->values[COLUMN_TIME], &entry->time_ms)) {
      return askiam_error_set(job->error, ASKIAM_STATUS_CORRUPT, ASKIAM_LAYER_STORE,
                              "access_patterns has a row without a time; import it again");
    }
  }
  return ASKIAM_STATUS_OK;
}
