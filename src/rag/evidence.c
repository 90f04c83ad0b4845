/* SPDX-License-Identifier: Apache-2.0 */
#include "evidence.h"

#include "base/hash.h"
#include "base/time.h"

static askiam_status s_no_memory(askiam_error *error)
{
  return askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_ENGINE, "out of memory");
}

/* One line of what the role is and who asks for it. */
static askiam_str s_query_text(const aski_rag_work *work)
{
  const aski_facts *facts = work->facts;
  askiam_str department = aski_facts_attribute(facts, ASKI_STR("department"));
  askiam_str title = aski_facts_attribute(facts, ASKI_STR("title"));
  return aski_arena_format(work->arena, "%.*s %.*s %.*s %.*s %.*s", ASKI_STR_ARG(facts->role.name),
                           ASKI_STR_ARG(facts->application.name), ASKI_STR_ARG(department), ASKI_STR_ARG(title),
                           ASKI_STR_ARG(facts->role.description));
}

/* The query's vector; none where there is no embedder. */
static askiam_status s_embed(askiam_search_query *query, const aski_rag_work *work, askiam_error *error)
{
  const aski_embedder *embedder = work->rag->embedder;
  if (!embedder->provided) {
    return ASKIAM_STATUS_OK;
  }
  size_t dimension = aski_embedder_dimension(embedder);
  float *vector = aski_arena_acquire(work->arena, dimension, sizeof *vector);
  if (vector == NULL) {
    return s_no_memory(error);
  }
  askiam_status status = aski_embedder_embed(embedder, work->call, &query->text, 1, vector, error);
  if (status == ASKIAM_STATUS_OK) {
    query->vector = vector;
    query->dimension = dimension;
    query->model = askiam_str_from(aski_embedder_model(embedder));
  }
  return status;
}

askiam_status aski_rag_find_documents(askiam_documents *out_documents, const aski_rag_work *work, askiam_error *error)
{
  *out_documents = (askiam_documents){.arena = work->arena};
  if (work->rag->top_k == 0) {
    return ASKIAM_STATUS_OK;
  }
  askiam_search_query query = {.text = s_query_text(work),
                               .application_id = work->facts->application.id,
                               .role_id = work->facts->role.id,
                               .top_k = work->rag->top_k};
  if (!aski_str_present(query.text)) {
    return s_no_memory(error);
  }
  askiam_status status = s_embed(&query, work, error);
  return status != ASKIAM_STATUS_OK
             ? status
             : aski_search_documents(work->rag->search, work->call, &query, out_documents, error);
}

/* Numbers the people of the patterns, each once, in the order of their first pattern: people[i] is pattern i's. Gives how many, and
 * their ids; SIZE_MAX when memory ran out. */
static size_t s_number_people(const askiam_patterns *patterns, aski_arena *arena, uint32_t *people, askiam_str *ids)
{
  size_t size = 16;
  while (size < 2 * patterns->count) {
    size *= 2;
  }
  uint32_t *table = aski_arena_acquire(arena, size, sizeof *table); /* number + 1; 0: free */
  if (table == NULL) {
    return SIZE_MAX;
  }
  size_t count = 0;
  for (size_t i = 0; i < patterns->count; ++i) {
    askiam_str id = patterns->items[i].user_id;
    size_t at = (size_t)aski_hash64(id, 0) & (size - 1);
    while (table[at] != 0 && !aski_str_equal(ids[table[at] - 1], id)) {
      at = (at + 1) & (size - 1);
    }
    if (table[at] == 0) {
      ids[count] = id;
      table[at] = (uint32_t)++count;
    }
    people[i] = table[at] - 1;
  }
  return count;
}

static askiam_status s_find_people(askiam_patterns *patterns, const aski_rag_work *work, askiam_error *error)
{
  aski_arena *arena = work->arena;
  uint32_t *numbers = aski_arena_acquire(arena, patterns->count, sizeof *numbers);
  askiam_str *ids = aski_arena_acquire(arena, patterns->count, sizeof *ids);
  size_t count = arena->failed ? SIZE_MAX : s_number_people(patterns, arena, numbers, ids);
  askiam_people *people = aski_arena_acquire(arena, 1, sizeof *people);
  if (count == SIZE_MAX || people == NULL || !aski_people_init(people, arena, ids, count)) {
    return s_no_memory(error);
  }
  askiam_status status = aski_catalogue_people(work->rag->catalogue, work->call, people, error);
  for (size_t i = 0; status == ASKIAM_STATUS_OK && i < patterns->count; ++i) {
    const aski_person *person = &people->items[numbers[i]];
    patterns->items[i].person = person->found ? person : NULL;
  }
  return status;
}

askiam_status aski_rag_find_patterns(askiam_patterns *out_patterns, const aski_rag_work *work, askiam_error *error)
{
  *out_patterns = (askiam_patterns){.arena = work->arena};
  if (work->rag->evidence_limit == 0) {
    return ASKIAM_STATUS_OK;
  }
  askiam_status status =
      aski_search_patterns(work->rag->search, work->call, work->facts->role.id, work->facts->user.id,
                           askiam_call_now_ms(work->call), work->rag->evidence_limit, out_patterns, error);
  return status != ASKIAM_STATUS_OK || out_patterns->count == 0 ? status : s_find_people(out_patterns, work, error);
}

askiam_str *aski_rag_held_roles(const aski_rag_work *work, size_t *out_count)
{
  const aski_facts *facts = work->facts;
  int64_t now_ms = askiam_call_now_ms(work->call);
  askiam_str *roles = aski_arena_acquire(work->arena, facts->grants.count, sizeof *roles);
  *out_count = 0;
  for (size_t i = 0; roles != NULL && i < facts->grants.count; ++i) {
    const aski_grant *grant = &facts->grants.items[i];
    if (aski_grant_held(grant, now_ms) && !aski_str_equal(grant->role_id, facts->role.id)) {
      roles[(*out_count)++] = grant->role_id;
    }
  }
  return roles;
}
