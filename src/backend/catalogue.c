/* SPDX-License-Identifier: Apache-2.0
 *
 * Calls into a catalogue. What it says decides who gets access, so every id is held against what was asked. */
#include "backend/answer.h"

askiam_status aski_catalogue_version(const aski_catalogue *catalogue, const askiam_call *call, uint64_t *out_version,
                                     askiam_error *error)
{
  aski_answer answer;
  askiam_status status;
  if (!aski_answer_begin(&answer, &status, call, catalogue->provided, ASKIAM_LAYER_STORE, "catalogue", "version",
                         "catalogue.version", error)) {
    return status;
  }
  status = catalogue->table.version(catalogue->self, call, out_version, &answer.own);
  return aski_answer_end(&answer, status, error);
}

/* A superset is fine: kinds and applications that were not asked for are left out. */
static bool s_was_asked(const aski_term *term, const aski_candidate *candidate)
{
  if ((term->kinds & (unsigned)candidate->kind) == 0) {
    return false;
  }
  return candidate->kind != ASKIAM_KIND_ROLE || !aski_str_present(term->application_id) ||
         aski_str_equal(term->application_id, candidate->application_id);
}

static askiam_status s_check_candidates(aski_answer *answer, const askiam_terms *terms, askiam_candidates *candidates)
{
  size_t kept = 0;
  for (size_t i = 0; i < candidates->count; ++i) {
    const aski_candidate *candidate = &candidates->items[i];
    if (candidate->term >= terms->count) {
      return aski_answer_wrong(answer, "a candidate for term %zu of %zu", candidate->term, terms->count);
    }
    if (candidate->kind != ASKIAM_KIND_USER && candidate->kind != ASKIAM_KIND_APPLICATION &&
        candidate->kind != ASKIAM_KIND_ROLE) {
      return aski_answer_wrong(answer, "a candidate of the unknown kind %d", (int)candidate->kind);
    }
    if (candidate->id.length == 0) {
      return aski_answer_wrong(answer, "a candidate without an id");
    }
    if (candidate->kind == ASKIAM_KIND_ROLE && candidate->application_id.length == 0) {
      return aski_answer_wrong(answer, "the role %.*s without an application", ASKI_STR_ARG(candidate->id));
    }
    if (s_was_asked(&terms->items[candidate->term], candidate)) {
      candidates->items[kept++] = *candidate;
    }
  }
  candidates->count = kept;
  return ASKIAM_STATUS_OK;
}

askiam_status aski_catalogue_candidates(const aski_catalogue *catalogue, const askiam_call *call, askiam_terms *terms,
                                        askiam_candidates *candidates, askiam_error *error)
{
  aski_answer answer;
  askiam_status status;
  if (!aski_answer_begin(&answer, &status, call, catalogue->provided, ASKIAM_LAYER_STORE, "catalogue", "candidates",
                         "catalogue.candidates", error)) {
    return status;
  }
  aski_terms_sort(terms);
  status = catalogue->table.candidates(catalogue->self, call, terms, candidates, &answer.own);
  if (status == ASKIAM_STATUS_OK && candidates->arena->failed) {
    status = ASKIAM_STATUS_NO_MEMORY;
  }
  if (status == ASKIAM_STATUS_OK) {
    status = s_check_candidates(&answer, terms, candidates);
  }
  if (status == ASKIAM_STATUS_OK) {
    aski_candidates_sort(candidates);
  }
  return aski_answer_end(&answer, status, error);
}

/* An entity that was not asked for, or another than the one that was. */
static bool s_is_foreign(bool found, askiam_str id, askiam_str asked)
{
  return found && (!aski_str_present(asked) || !aski_str_equal(id, asked));
}

static askiam_status s_check_facts(aski_answer *answer, askiam_str user_id, askiam_str requester_id,
                                   askiam_str application_id, askiam_str role_id, const aski_facts *facts)
{
  const struct {
    const char *what;
    bool found;
    askiam_str id;
    askiam_str asked;
  } entities[] = {{"user", facts->user.found, facts->user.id, user_id},
                  {"requester", facts->requester.found, facts->requester.id, requester_id},
                  {"application", facts->application.found, facts->application.id, application_id},
                  {"role", facts->role.found, facts->role.id, role_id}};
  for (size_t i = 0; i < sizeof entities / sizeof *entities; ++i) {
    if (s_is_foreign(entities[i].found, entities[i].id, entities[i].asked)) {
      return aski_answer_wrong(answer, "it tells of the %s \"%.*s\" where \"%.*s\" was asked for", entities[i].what,
                               ASKI_STR_ARG(entities[i].id), ASKI_STR_ARG(entities[i].asked));
    }
  }
  if (facts->role.found && facts->role.application_id.length == 0) {
    return aski_answer_wrong(answer, "the role %.*s has no application", ASKI_STR_ARG(facts->role.id));
  }
  return ASKIAM_STATUS_OK;
}

askiam_status aski_catalogue_facts(const aski_catalogue *catalogue, const askiam_call *call, askiam_str user_id,
                                   askiam_str requester_id, askiam_str application_id, askiam_str role_id,
                                   aski_facts *facts, askiam_error *error)
{
  aski_answer answer;
  askiam_status status;
  if (!aski_answer_begin(&answer, &status, call, catalogue->provided, ASKIAM_LAYER_STORE, "catalogue", "facts",
                         "catalogue.facts", error)) {
    return status;
  }
  status =
      catalogue->table.facts(catalogue->self, call, user_id, requester_id, application_id, role_id, facts, &answer.own);
  if (status == ASKIAM_STATUS_OK && facts->arena->failed) {
    status = ASKIAM_STATUS_NO_MEMORY; /* whatever the backend made of a builder's failure: half the facts are none */
  }
  if (status == ASKIAM_STATUS_OK) {
    status = s_check_facts(&answer, user_id, requester_id, application_id, role_id, facts);
  }
  return aski_answer_end(&answer, status, error);
}

askiam_status aski_catalogue_people(const aski_catalogue *catalogue, const askiam_call *call, askiam_people *people,
                                    askiam_error *error)
{
  if (catalogue->provided && catalogue->table.people == NULL) {
    return ASKIAM_STATUS_OK;
  }
  aski_answer answer;
  askiam_status status;
  if (!aski_answer_begin(&answer, &status, call, catalogue->provided, ASKIAM_LAYER_STORE, "catalogue", "people",
                         "catalogue.people", error)) {
    return status;
  }
  status = catalogue->table.people(catalogue->self, call, people, &answer.own);
  if (status == ASKIAM_STATUS_OK && people->arena->failed) {
    status = ASKIAM_STATUS_NO_MEMORY;
  }
  return aski_answer_end(&answer, status, error);
}

enum { POLICY_ID_MAX_BYTES = 256 };

/* What stands between the slot and who asked: one policy must not be told twice, nor out of order, nor without a name. */
typedef struct policy_walk {
  askiam_policy_fn policy;
  void *context;
  char last_id[POLICY_ID_MAX_BYTES];
  size_t last_id_bytes;
  uint64_t count;
  askiam_status refused; /* by who asked */
  const char *wrong;     /* with the slot */
} policy_walk;

static askiam_status s_policy(void *context, askiam_str id, uint64_t revision, askiam_str policy_json)
{
  policy_walk *walk = context;
  if (id.length == 0 || id.length > sizeof walk->last_id) {
    walk->wrong = "a policy whose id is empty or too long";
  } else if (walk->count > 0 && aski_str_compare((askiam_str){walk->last_id, walk->last_id_bytes}, id) >= 0) {
    walk->wrong = "policies that are not in the order of their ids, each once";
  }
  if (walk->wrong != NULL || walk->refused != ASKIAM_STATUS_OK) {
    return ASKIAM_STATUS_UNAVAILABLE; /* a slot that goes on all the same changes nothing by it */
  }
  ++walk->count;
  walk->last_id_bytes = id.length;
  memcpy(walk->last_id, id.data, id.length);
  walk->refused = walk->policy(walk->context, id, revision, policy_json);
  return walk->refused;
}

askiam_status aski_catalogue_policies(const aski_catalogue *catalogue, const askiam_call *call, askiam_str set_hash,
                                      askiam_policy_fn policy, void *context, askiam_error *error)
{
  aski_answer answer;
  askiam_status status;
  if (catalogue->table.policies == NULL) {
    return aski_answer_not_provided(ASKIAM_LAYER_STORE, "catalogue", "policies", error);
  }
  if (!aski_answer_begin(&answer, &status, call, catalogue->provided, ASKIAM_LAYER_STORE, "catalogue", "policies",
                         "catalogue.policies", error)) {
    return status;
  }
  policy_walk walk = {.policy = policy, .context = context};
  status = catalogue->table.policies(catalogue->self, call, set_hash, s_policy, &walk, &answer.own);
  if (walk.wrong != NULL) {
    status = aski_answer_wrong(&answer, "%s", walk.wrong);
  } else if (walk.refused != ASKIAM_STATUS_OK) {
    status = walk.refused; /* whatever the slot made of it */
  } else if (status == ASKIAM_STATUS_OK && walk.count == 0) {
    status = aski_answer_wrong(&answer, "a set without policies");
  }
  return aski_answer_end(&answer, status, error);
}
