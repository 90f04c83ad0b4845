/* SPDX-License-Identifier: Apache-2.0
 *
 * Calls into a store's state and into what looks after a store. */
#include "backend/answer.h"

static bool s_is_grant_state(askiam_str state)
{
  static const char *const names[] = {"none", "requested", "granted", "failed", "revoked", "expired"};
  for (size_t i = 0; i < sizeof names / sizeof *names; ++i) {
    if (aski_str_equal_text(state, names[i])) {
      return true;
    }
  }
  return false;
}

askiam_status aski_state_grant(const aski_state *state, const askiam_call *call, askiam_str requester_id,
                               askiam_str request_id, askiam_grant_state *grant, askiam_error *error)
{
  if (!state->provided || state->table.grant == NULL) {
    return ASKIAM_STATUS_OK;
  }
  aski_answer answer;
  askiam_status status;
  if (!aski_answer_begin(&answer, &status, call, true, ASKIAM_LAYER_STORE, "state", "grant", "state.grant", error)) {
    return status;
  }
  status = state->table.grant(state->self, call, requester_id, request_id, grant, &answer.own);
  if (status == ASKIAM_STATUS_OK && grant->arena->failed) {
    status = ASKIAM_STATUS_NO_MEMORY;
  }
  if (status == ASKIAM_STATUS_OK && aski_str_present(grant->state) && !s_is_grant_state(grant->state)) {
    status = aski_answer_wrong(&answer, "the unknown grant state \"%.*s\"", ASKI_STR_ARG(grant->state));
  }
  return aski_answer_end(&answer, status, error);
}

askiam_status aski_admin_migrate(const aski_admin *admin, const askiam_call *call, int *out_from, int *out_to,
                                 askiam_error *error)
{
  aski_answer answer;
  askiam_status status;
  if (!aski_answer_begin(&answer, &status, call, admin->provided, ASKIAM_LAYER_STORE, "admin", "migrate",
                         "admin.migrate", error)) {
    return status;
  }
  int from = 0;
  int to = 0;
  status = admin->table.migrate(admin->self, call, &from, &to, &answer.own);
  if (out_from != NULL) {
    *out_from = from;
  }
  if (out_to != NULL) {
    *out_to = to;
  }
  return aski_answer_end(&answer, status, error);
}

static askiam_status s_append(void *context, askiam_str part)
{
  aski_buffer *text = context;
  aski_buffer_append(text, part);
  return text->failed ? ASKIAM_STATUS_NO_MEMORY : ASKIAM_STATUS_OK;
}

askiam_status aski_admin_grants(const aski_admin *admin, const askiam_call *call, aski_buffer *text,
                                askiam_error *error)
{
  if (admin->provided && admin->table.grants == NULL) {
    return askiam_error_set(error, ASKIAM_STATUS_NOT_SUPPORTED, ASKIAM_LAYER_STORE,
                            "this store has no roles of its own; rights to it are those of its file");
  }
  aski_answer answer;
  askiam_status status;
  if (!aski_answer_begin(&answer, &status, call, admin->provided, ASKIAM_LAYER_STORE, "admin", "grants", "admin.grants",
                         error)) {
    return status;
  }
  status = admin->table.grants(admin->self, call, s_append, text, &answer.own);
  return aski_answer_end(&answer, status, error);
}

/* What stands between the slot and who asked: a row that is malformed, or does not move the walk on, ends it. */
typedef struct row_walk {
  askiam_row_fn row;
  void *context;
  size_t columns;
  size_t limit;
  size_t count;
  char last[ASKIAM_POSITION_MAX_BYTES];
  size_t last_bytes;
  askiam_status refused; /* by who asked */
  const char *wrong;     /* with the slot */
} row_walk;

static const char *s_wrong_row(const row_walk *walk, askiam_str position, size_t count)
{
  return count != walk->columns                ? "a row with too few columns, or too many"
         : walk->count >= walk->limit          ? "more rows than were wanted"
         : position.length == 0                ? "a row without a position"
         : position.length > sizeof walk->last ? "a position that is too long"
         : aski_str_equal((askiam_str){walk->last, walk->last_bytes}, position) ? "two rows with one position"
                                                                                : NULL;
}

static askiam_status s_row(void *context, askiam_str position, const askiam_str *values, size_t count)
{
  row_walk *walk = context;
  if (walk->wrong == NULL && walk->refused == ASKIAM_STATUS_OK) {
    walk->wrong = s_wrong_row(walk, position, count);
  }
  if (walk->wrong != NULL || walk->refused != ASKIAM_STATUS_OK) {
    return ASKIAM_STATUS_UNAVAILABLE; /* a slot that goes on all the same changes nothing by it */
  }
  ++walk->count;
  walk->last_bytes = position.length;
  memcpy(walk->last, position.data, position.length);
  walk->refused = walk->row(walk->context, position, values, count);
  return walk->refused;
}

static size_t s_columns(askiam_table table)
{
  static const unsigned char columns[ASKIAM_TABLE_COUNT] = {[ASKIAM_TABLE_APPLICATIONS] = 6,
                                                            [ASKIAM_TABLE_ROLES] = 8,
                                                            [ASKIAM_TABLE_POLICIES] = 2,
                                                            [ASKIAM_TABLE_DOCUMENTS] = 8,
                                                            [ASKIAM_TABLE_ACCESS_PATTERNS] = 6};
  return (unsigned)table < ASKIAM_TABLE_COUNT ? columns[table] : 0;
}

askiam_status aski_admin_read_rows(const aski_admin *admin, const askiam_call *call, askiam_table table,
                                   askiam_str after, size_t limit, askiam_row_fn row, void *context,
                                   askiam_error *error)
{
  if (admin->table.read_rows == NULL || s_columns(table) == 0) {
    return aski_answer_not_provided(ASKIAM_LAYER_STORE, "admin", "read_rows", error);
  }
  aski_answer answer;
  askiam_status status;
  if (!aski_answer_begin(&answer, &status, call, admin->provided, ASKIAM_LAYER_STORE, "admin", "read_rows",
                         "admin.read_rows", error)) {
    return status;
  }
  row_walk walk = {.row = row, .context = context, .columns = s_columns(table), .limit = limit};
  if (after.length <= sizeof walk.last && after.length > 0) {
    walk.last_bytes = after.length;
    memcpy(walk.last, after.data, after.length);
  }
  status = admin->table.read_rows(admin->self, call, table, after, limit, s_row, &walk, &answer.own);
  if (walk.wrong != NULL) {
    status = aski_answer_wrong(&answer, "%s", walk.wrong);
  } else if (walk.refused != ASKIAM_STATUS_OK) {
    status = walk.refused; /* whatever the slot made of it */
  }
  return aski_answer_end(&answer, status, error);
}

bool aski_admin_imports(const aski_admin *admin) { return admin->provided && admin->table.import_begin != NULL; }
