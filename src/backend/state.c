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

bool aski_admin_imports(const aski_admin *admin) { return admin->provided && admin->table.import_begin != NULL; }
