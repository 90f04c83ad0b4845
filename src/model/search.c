/* SPDX-License-Identifier: Apache-2.0
 *
 * What search is asked and gives, and the state of a grant: the accessors of backend/search.h and backend/state.h. */
#include "model/case.h"

askiam_str askiam_search_query_text(const askiam_search_query *query) { return query->text; }

const float *askiam_search_query_vector(const askiam_search_query *query, size_t *out_dimension)
{
  if (out_dimension != NULL) {
    *out_dimension = query->vector == NULL ? 0 : query->dimension;
  }
  return query->vector;
}

askiam_str askiam_search_query_model(const askiam_search_query *query) { return query->model; }
askiam_str askiam_search_query_application_id(const askiam_search_query *query) { return query->application_id; }
askiam_str askiam_search_query_role_id(const askiam_search_query *query) { return query->role_id; }
size_t askiam_search_query_top_k(const askiam_search_query *query) { return query->top_k; }

askiam_status askiam_documents_add(askiam_documents *documents, askiam_str id, askiam_str title, askiam_str text,
                                   double score)
{
  if (documents == NULL || !aski_str_present(id)) {
    return ASKIAM_STATUS_INVALID_ARGUMENT;
  }
  aski_arena *arena = documents->arena;
  aski_document *added = ASKI_ARENA_PUSH(arena, documents);
  if (added == NULL) {
    return ASKIAM_STATUS_NO_MEMORY;
  }
  added->id = aski_arena_copy(arena, id);
  added->title = aski_arena_copy(arena, title);
  added->text = aski_arena_copy(arena, text);
  added->score = score > 1 ? 1 : score >= 0 ? score : 0; /* NaN is 0 */
  return arena->failed ? ASKIAM_STATUS_NO_MEMORY : ASKIAM_STATUS_OK;
}

askiam_status askiam_patterns_add(askiam_patterns *patterns, askiam_str user_id, int64_t timestamp_ms, int approved)
{
  if (patterns == NULL || !aski_str_present(user_id)) {
    return ASKIAM_STATUS_INVALID_ARGUMENT;
  }
  aski_pattern *added = ASKI_ARENA_PUSH(patterns->arena, patterns);
  if (added == NULL) {
    return ASKIAM_STATUS_NO_MEMORY;
  }
  *added = (aski_pattern){
      .user_id = aski_arena_copy(patterns->arena, user_id), .timestamp_ms = timestamp_ms, .approved = approved != 0};
  return patterns->arena->failed ? ASKIAM_STATUS_NO_MEMORY : ASKIAM_STATUS_OK;
}

askiam_index_kind askiam_index_entry_kind(const askiam_index_entry *entry) { return entry->kind; }

askiam_str askiam_index_entry_text(const askiam_index_entry *entry, askiam_index_text text)
{
  return (unsigned)text < ASKI_INDEX_TEXTS ? entry->texts[text] : ASKI_STR_NONE;
}

size_t askiam_index_entry_count(const askiam_index_entry *entry, askiam_index_list list)
{
  return (unsigned)list < ASKI_INDEX_LISTS ? entry->lists[list].count : 0;
}

askiam_str askiam_index_entry_item(const askiam_index_entry *entry, askiam_index_list list, size_t index)
{
  return index < askiam_index_entry_count(entry, list) ? entry->lists[list].items[index] : ASKI_STR_NONE;
}

const float *askiam_index_entry_vector(const askiam_index_entry *entry, size_t *out_dimension)
{
  if (out_dimension != NULL) {
    *out_dimension = entry->vector == NULL ? 0 : entry->dimension;
  }
  return entry->vector;
}

int64_t askiam_index_entry_time_ms(const askiam_index_entry *entry) { return entry->time_ms; }
int askiam_index_entry_approved(const askiam_index_entry *entry) { return entry->approved; }

static bool s_is_grant_state(const char *state)
{
  static const char *const states[] = {"none", "requested", "granted", "failed", "revoked", "expired"};
  for (size_t i = 0; state != NULL && i < sizeof states / sizeof *states; ++i) {
    if (strcmp(state, states[i]) == 0) {
      return true;
    }
  }
  return false;
}

askiam_status askiam_grant_state_set(askiam_grant_state *grant, const char *state, int64_t granted_at_ms,
                                     int64_t expires_at_ms, askiam_str reason)
{
  if (grant == NULL || !s_is_grant_state(state)) {
    return ASKIAM_STATUS_INVALID_ARGUMENT;
  }
  grant->state = aski_arena_copy(grant->arena, askiam_str_from(state));
  grant->granted_at_ms = granted_at_ms;
  grant->expires_at_ms = expires_at_ms;
  grant->reason = aski_arena_copy(grant->arena, reason);
  return grant->arena->failed ? ASKIAM_STATUS_NO_MEMORY : ASKIAM_STATUS_OK;
}
