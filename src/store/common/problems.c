/* SPDX-License-Identifier: Apache-2.0 */
#include "store/common/problems.h"

enum { PROBLEMS_MOST = 100, ID_SHOWN_BYTES = 80 };

size_t aski_store_column_count(askiam_table table)
{
  static const unsigned char counts[ASKIAM_TABLE_COUNT] = {
      [ASKIAM_TABLE_USERS] = 6,          [ASKIAM_TABLE_APPLICATIONS] = 6,      [ASKIAM_TABLE_ROLES] = 8,
      [ASKIAM_TABLE_ALIASES] = 3,        [ASKIAM_TABLE_USER_ROLES] = 5,        [ASKIAM_TABLE_ROLE_PREREQUISITES] = 2,
      [ASKIAM_TABLE_ROLE_CONFLICTS] = 3, [ASKIAM_TABLE_ROLE_RESTRICTIONS] = 3, [ASKIAM_TABLE_POLICIES] = 2,
      [ASKIAM_TABLE_DOCUMENTS] = 8,      [ASKIAM_TABLE_ACCESS_PATTERNS] = 6,
  };
  return (unsigned)table < ASKIAM_TABLE_COUNT ? counts[table] : 0;
}

askiam_status aski_store_missing(aski_store_problems *problems, aski_arena *arena, askiam_table table, uint64_t row,
                                 const char *column, askiam_str id, const char *target)
{
  if (problems->count >= PROBLEMS_MOST) {
    return ASKIAM_STATUS_OK;
  }
  askiam_str shown = aski_str_slice(id, 0, ID_SHOWN_BYTES);
  askiam_str message = aski_arena_format(arena, "%s \"%.*s%s\" does not exist in %s", column, ASKI_STR_ARG(shown),
                                         shown.length < id.length ? "..." : "", target);
  aski_store_problem *problem = ASKI_ARENA_PUSH(arena, problems);
  if (problem == NULL || message.data == NULL) {
    return ASKIAM_STATUS_NO_MEMORY;
  }
  *problem = (aski_store_problem){table, row, message};
  return ASKIAM_STATUS_OK;
}

askiam_status aski_store_report(const aski_store_problems *problems, askiam_import_report_fn report, void *context,
                                askiam_error *error)
{
  for (size_t i = 0; i < problems->count; ++i) {
    const aski_store_problem *problem = &problems->items[i];
    if (report == NULL || report(context, problem->table, problem->row, problem->message.data) != 1) {
      break;
    }
  }
  return askiam_error_set(error, ASKIAM_STATUS_BAD_DATA, ASKIAM_LAYER_IMPORT, "%s", problems->items[0].message.data);
}
