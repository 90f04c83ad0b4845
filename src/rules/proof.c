/* SPDX-License-Identifier: Apache-2.0 */
#include "rules/proof.h"

#include "policy/words.h"

typedef struct proving {
  aski_proof *proof;
  aski_arena *arena;
  const askiam_policy_request *request;
  const aski_rules_input *input;
  const aski_proof_terms *terms;
  bool failed;        /* it does not pass, or nobody can say why it does */
  bool allowed;       /* by the statement at `allow` */
  bool reads_roles;   /* which roles are held counts: that changes with time */
  size_t allow;       /* of those that allow, the one that wants least of what was changed */
  size_t allow_wants; /* how many of its clauses do */
} proving;

static bool s_is_changed(const proving *work, aski_policy_circumstance what)
{
  return what != ASKI_POLICY_CIRCUMSTANCES && (work->terms->changed >> (unsigned)what & 1) != 0;
}

static bool s_any_reads(const proving *work, const aski_policy_texts *texts)
{
  for (size_t i = 0; i < texts->count; ++i) {
    if (aski_policy_text_reads(texts->items[i], work->terms->changed)) {
      return true;
    }
  }
  return false;
}

/* Whether another value of what was changed could change whether the clause holds. */
static bool s_varies(const proving *work, const aski_policy_clause *clause)
{
  return s_is_changed(work, aski_policy_circumstance_of(clause->key)) || s_any_reads(work, &clause->values);
}

static bool s_want(const proving *work, const aski_policy_clause *clause, bool hold)
{
  aski_policy_circumstance what = aski_policy_circumstance_of(clause->key);
  return s_is_changed(work, what) && !s_any_reads(work, &clause->values) &&
         aski_policy_want(&work->proof->wanted[what], work->arena, clause, hold);
}

/* Why a statement does not deny: a clause that fails whatever was changed, or else one that must go on to fail. */
static bool s_stays_away(const proving *work, const aski_policy_statement *statement, size_t index)
{
  for (size_t i = 0; i < statement->clauses.count; ++i) {
    if (!s_varies(work, &statement->clauses.items[i]) &&
        !aski_policy_clause_holds(work->input->policies, index, i, work->request)) {
      return true;
    }
  }
  for (size_t i = 0; i < statement->clauses.count; ++i) {
    const aski_policy_clause *clause = &statement->clauses.items[i];
    if (!aski_policy_clause_holds(work->input->policies, index, i, work->request) && s_want(work, clause, false)) {
      return true;
    }
  }
  return false;
}

static size_t s_count_wants(const proving *work, const aski_policy_statement *statement)
{
  size_t count = 0;
  for (size_t i = 0; i < statement->clauses.count; ++i) {
    count += s_varies(work, &statement->clauses.items[i]) ? 1 : 0;
  }
  return count;
}

static void s_look(void *context, size_t index)
{
  proving *work = context;
  askiam_policy_match match;
  const aski_policy_statement *statement = aski_policy_statement_at(work->input->policies, index, &match);
  aski_policy_standing standing = aski_policy_stand(work->input->policies, index, work->request);
  bool matches = standing.applies && standing.failing == 0;
  bool resource_varies = s_any_reads(work, &statement->resources);
  for (size_t i = 0; i < statement->clauses.count; ++i) {
    work->reads_roles =
        work->reads_roles || aski_policy_words_same_key(statement->clauses.items[i].key, "askiam:CurrentRoles");
  }
  if (statement->deny && matches) {
    work->failed = work->failed || !(work->terms->partly || aski_amendments_lift(work->input->amendments, &match));
  } else if (statement->deny && (standing.applies || resource_varies)) {
    work->failed = work->failed || !s_stays_away(work, statement, index);
  } else if (!statement->deny && matches && !resource_varies) {
    size_t wants = s_count_wants(work, statement);
    if (!work->allowed || wants < work->allow_wants) {
      work->allow = index;
      work->allow_wants = wants;
    }
    work->allowed = true;
  }
}

static bool s_needs_allow(const proving *work)
{
  return work->input->policy_mode == ASKI_POLICY_MODE_ALLOWLIST && !aski_amendments_allow(work->input->amendments);
}

/* All conditions of the Allow that allows it; of the one that is to allow it those that hold already. */
static void s_keep_allow(proving *work)
{
  bool target = !work->allowed && work->terms->partly && work->terms->has_target;
  if (!work->allowed && !target) {
    work->failed = work->failed || !work->terms->partly;
    return;
  }
  size_t index = target ? work->terms->target : work->allow;
  const aski_policy_statement *statement = aski_policy_statement_at(work->input->policies, index, NULL);
  for (size_t i = 0; i < statement->clauses.count; ++i) {
    const aski_policy_clause *clause = &statement->clauses.items[i];
    bool holds = !target || aski_policy_clause_holds(work->input->policies, index, i, work->request);
    work->failed = work->failed || (holds && s_varies(work, clause) && !s_want(work, clause, true));
  }
}

/* What is held ends or begins with time, so that no later time than that is promised where it counts; and who holds the role must ask for a
 * later end than he has. */
static void s_heed_grants(const proving *work, const aski_facts *facts)
{
  int64_t now_ms = work->input->now_ms;
  for (size_t i = 0; i < facts->grants.count && s_is_changed(work, ASKI_POLICY_TIME); ++i) {
    const aski_grant *grant = &facts->grants.items[i];
    bool counts = work->reads_roles && grant->status == ASKIAM_GRANT_ACTIVE;
    for (size_t j = 0; j < facts->prerequisites.count; ++j) {
      counts = counts || aski_str_equal(facts->prerequisites.items[j].role_id, grant->role_id);
    }
    if (counts && grant->granted_at_ms > now_ms) {
      aski_policy_want_before(&work->proof->wanted[ASKI_POLICY_TIME], grant->granted_at_ms);
    }
    if (counts && grant->expires_at_ms > now_ms) {
      aski_policy_want_before(&work->proof->wanted[ASKI_POLICY_TIME], grant->expires_at_ms);
    }
  }
  const aski_grant *held = aski_facts_held(facts, facts->role.id, now_ms);
  if (held != NULL && held->expires_at_ms != 0 && s_is_changed(work, ASKI_POLICY_DURATION)) {
    aski_policy_want_longer(&work->proof->wanted[ASKI_POLICY_DURATION], held->expires_at_ms - now_ms);
  }
}

static void s_begin(aski_proof *proof, const aski_rules_input *input)
{
  int64_t duration_ms = input->expires_at_ms == 0 ? 0 : input->expires_at_ms - input->now_ms;
  const aski_policy_try tried[ASKI_POLICY_CIRCUMSTANCES] = {[ASKI_POLICY_TIME] = {.number_ms = input->now_ms},
                                                            [ASKI_POLICY_DURATION] = {.number_ms = duration_ms},
                                                            [ASKI_POLICY_ADDRESS] = {.text = input->ip},
                                                            [ASKI_POLICY_AGENT] = {.text = input->user_agent}};
  for (int what = 0; what < ASKI_POLICY_CIRCUMSTANCES; ++what) {
    aski_policy_wanted_init(&proof->wanted[what], (aski_policy_circumstance)what, tried[what]);
  }
}

bool aski_policies_prove(aski_proof *out, aski_arena *arena, const aski_facts *facts,
                         const askiam_policy_request *request, const aski_rules_input *input,
                         const aski_proof_terms *terms)
{
  proving work = {.proof = out, .arena = arena, .request = request, .input = input, .terms = terms};
  s_begin(out, input);
  aski_policy_each_about(input->policies, request, s_look, &work);
  if (s_needs_allow(&work)) {
    s_keep_allow(&work);
  }
  s_heed_grants(&work, facts);
  for (int what = 0; what < ASKI_POLICY_CIRCUMSTANCES && !work.failed; ++what) {
    work.failed =
        s_is_changed(&work, (aski_policy_circumstance)what) && !aski_policy_wanted_settle(&out->wanted[what], arena);
  }
  return !work.failed;
}

typedef struct gathering {
  aski_policy_clauses *clauses;
  aski_arena *arena;
  const askiam_policy_request *request;
  const aski_rules_input *input;
  bool denying; /* only of statements that deny it; else only of the others */
  size_t count;
} gathering;

/* Whether a statement denies it, or might after a change of circumstances: nothing else keeps it from that. */
static bool s_might_match(const gathering *work, const aski_policy_statement *statement, size_t index)
{
  for (size_t i = 0; i < statement->clauses.count; ++i) {
    if (aski_policy_circumstance_of(statement->clauses.items[i].key) == ASKI_POLICY_CIRCUMSTANCES &&
        !aski_policy_clause_holds(work->input->policies, index, i, work->request)) {
      return false;
    }
  }
  return true;
}

static void s_gather(void *context, size_t index)
{
  gathering *work = context;
  if (++work->count > ASKI_POLICY_SCAN_MAX) {
    return;
  }
  const aski_policy_statement *statement = aski_policy_statement_at(work->input->policies, index, NULL);
  aski_policy_standing standing = aski_policy_stand(work->input->policies, index, work->request);
  bool denies = statement->deny && standing.applies && standing.failing == 0;
  bool useful = (statement->deny || work->input->policy_mode == ASKI_POLICY_MODE_ALLOWLIST) &&
                s_might_match(work, statement, index);
  for (size_t i = 0; useful && denies == work->denying && i < statement->clauses.count; ++i) {
    const aski_policy_clause *clause = &statement->clauses.items[i];
    aski_policy_circumstance what = aski_policy_circumstance_of(clause->key);
    if (what != ASKI_POLICY_CIRCUMSTANCES) {
      const aski_policy_clause **added = ASKI_ARENA_PUSH(work->arena, &work->clauses[what]);
      if (added != NULL) {
        *added = clause;
      }
    }
  }
}

size_t aski_policies_clauses(aski_policy_clauses out[ASKI_POLICY_CIRCUMSTANCES], aski_arena *arena,
                             const askiam_policy_request *request, const aski_rules_input *input)
{
  memset(out, 0, ASKI_POLICY_CIRCUMSTANCES * sizeof *out);
  gathering work = {.clauses = out, .arena = arena, .request = request, .input = input, .denying = true};
  aski_policy_each_about(input->policies, request, s_gather, &work);
  work.denying = false;
  work.count = 0;
  aski_policy_each_about(input->policies, request, s_gather, &work);
  return work.count;
}
