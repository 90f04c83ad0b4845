/* SPDX-License-Identifier: Apache-2.0
 *
 * Calls that fill a search index. A session that does not exist, or a position that cannot be one, must not pass for progress. */
#include "backend/answer.h"

enum { POSITION_MAX_BYTES = 4096 };

static askiam_status s_not_indexed(askiam_str name, askiam_error *error)
{
  return askiam_error_set(error, ASKIAM_STATUS_NOT_SUPPORTED, ASKIAM_LAYER_SEARCH,
                          "the backend %.*s searches the store itself; there is nothing to index", ASKI_STR_ARG(name));
}

/* One call into the backend's index. */
static bool s_begin(aski_answer *answer, askiam_status *out_status, const aski_search *search, const askiam_call *call,
                    const char *slot, const char *name, askiam_error *error)
{
  return aski_answer_begin(answer, out_status, call, search->provided, ASKIAM_LAYER_SEARCH, "search", slot, name,
                           error);
}

askiam_status aski_search_index_create(const aski_search *search, const askiam_call *call, askiam_str name,
                                       int *out_created, askiam_error *error)
{
  aski_answer answer;
  askiam_status status;
  *out_created = 0;
  if (search->table.index_create == NULL) {
    return s_not_indexed(name, error);
  }
  if (!s_begin(&answer, &status, search, call, "index_create", "search.index_create", error)) {
    return status;
  }
  status = search->table.index_create(search->self, call, out_created, &answer.own);
  if (status == ASKIAM_STATUS_OK && *out_created < 0) {
    status = aski_answer_wrong(&answer, "%d parts were created", *out_created);
    *out_created = 0;
  }
  return aski_answer_end(&answer, status, error);
}

/* The last one that is told counts: a call that is made again begins anew. */
static askiam_status s_take_position(void *context, askiam_str position)
{
  aski_buffer *kept = context;
  aski_buffer_clear(kept);
  if (position.length <= POSITION_MAX_BYTES) {
    aski_buffer_append(kept, position);
  }
  return kept->failed ? ASKIAM_STATUS_NO_MEMORY : ASKIAM_STATUS_OK;
}

askiam_status aski_search_index_begin(const aski_search *search, const askiam_call *call, askiam_str name, bool restart,
                                      void **out_session, aski_buffer *position, askiam_error *error)
{
  aski_answer answer;
  askiam_status status;
  *out_session = NULL;
  aski_buffer_clear(position);
  if (search->table.index_begin == NULL) {
    return s_not_indexed(name, error);
  }
  if (!s_begin(&answer, &status, search, call, "index_begin", "search.index_begin", error)) {
    return status;
  }
  status = search->table.index_begin(search->self, call, restart ? 1 : 0, out_session, s_take_position, position,
                                     &answer.own);
  if (status == ASKIAM_STATUS_OK && position->failed) {
    search->table.index_abort(*out_session);
    status = ASKIAM_STATUS_NO_MEMORY;
  }
  if (status != ASKIAM_STATUS_OK) {
    *out_session = NULL;
  }
  return aski_answer_end(&answer, status, error);
}

askiam_status aski_search_index_put(const aski_search *search, const askiam_call *call, void *session,
                                    const askiam_index_entry *entry, askiam_error *error)
{
  aski_answer answer;
  askiam_status status;
  if (!s_begin(&answer, &status, search, call, "index_put", "search.index_put", error)) {
    return status;
  }
  status = search->table.index_put(session, call, entry, &answer.own);
  return aski_answer_end(&answer, status, error);
}

askiam_status aski_search_index_checkpoint(const aski_search *search, const askiam_call *call, void *session,
                                           askiam_str position, askiam_error *error)
{
  aski_answer answer;
  askiam_status status;
  if (!s_begin(&answer, &status, search, call, "index_checkpoint", "search.index_checkpoint", error)) {
    return status;
  }
  status = search->table.index_checkpoint(session, call, position, &answer.own);
  return aski_answer_end(&answer, status, error);
}

askiam_status aski_search_index_commit(const aski_search *search, const askiam_call *call, void *session,
                                       uint64_t *out_removed, askiam_error *error)
{
  aski_answer answer;
  askiam_status status;
  *out_removed = 0;
  if (!s_begin(&answer, &status, search, call, "index_commit", "search.index_commit", error)) {
    search->table.index_abort(session);
    return status;
  }
  status = search->table.index_commit(session, call, out_removed, &answer.own);
  return aski_answer_end(&answer, status, error);
}

void aski_search_index_abort(const aski_search *search, void *session) { search->table.index_abort(session); }
