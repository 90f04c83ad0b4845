/* SPDX-License-Identifier: Apache-2.0
 *
 * The smallest set of changes that would make the decision VALID. Each set is tried on a copy of the facts by running rules and
 * decision over it, so what is proposed is proved. The evidence is held as it was.
 *
 * Changes of facts only ever help, so those that are needed can be told from the others at once. Changes of circumstances may also harm
 * (from another address another policy denies), so each combination of them is tried by itself; there are few. */
#include "decide/decide.h"

/* More wrong things than this are not a matter of a remedy, nor is what takes more trials. */
enum { CANDIDATES_MAX = 12, TRIALS_MAX = 800 };

typedef struct s_change {
  aski_remedy remedy;
  const aski_proposal *proposal; /* NULL: a change of facts */
} s_change;

typedef struct s_search {
  aski_arena scratch;
  const aski_mending *mending;
  s_change changes[CANDIDATES_MAX + ASKI_PROPOSALS_MAX]; /* those of hard failures first, then proposals */
  size_t count;
  unsigned best; /* the smallest set that was found; a bit for each change */
  size_t trials;
  bool failed; /* memory ran out */
} s_search;

static void s_propose(s_search *search, aski_remedy_code code, askiam_str role_id)
{
  for (size_t i = 0; i < search->count; ++i) {
    if (search->changes[i].remedy.code == code && aski_str_equal(search->changes[i].remedy.role_id, role_id)) {
      return;
    }
  }
  if (search->count < CANDIDATES_MAX) {
    search->changes[search->count++] = (s_change){.remedy = {.code = code, .role_id = role_id}};
  }
}

static void s_propose_prerequisites(s_search *search)
{
  for (size_t i = 0; i < search->mending->facts->prerequisites.count; ++i) {
    askiam_str role_id = search->mending->facts->prerequisites.items[i].role_id;
    if (aski_facts_held(search->mending->facts, role_id, search->mending->circumstances->now_ms) == NULL) {
      s_propose(search, ASKI_REMEDY_HOLD_PREREQUISITE, role_id);
    }
  }
}

static void s_propose_conflicts(s_search *search)
{
  for (size_t i = 0; i < search->mending->facts->conflicts.count; ++i) {
    askiam_str role_id = search->mending->facts->conflicts.items[i].role_id;
    if (aski_facts_held(search->mending->facts, role_id, search->mending->circumstances->now_ms) != NULL) {
      s_propose(search, ASKI_REMEDY_DROP_CONFLICT, role_id);
    }
  }
}

/* What could mend a failed check; nothing for an unknown entity, a role of another application or a role held already. Policies have their
 * proposals. */
static void s_propose_for(s_search *search, aski_check_code code)
{
  const aski_facts *facts = search->mending->facts;
  if (code == ASKI_CHECK_USER_ACTIVE && facts->user.found) {
    s_propose(search, ASKI_REMEDY_ACTIVATE_USER, ASKI_STR_NONE);
  } else if (code == ASKI_CHECK_APP_ACTIVE && facts->application.found) {
    s_propose(search, ASKI_REMEDY_ACTIVATE_APPLICATION, ASKI_STR_NONE);
  } else if (code == ASKI_CHECK_ROLE_ACTIVE && facts->role.found) {
    s_propose(search, ASKI_REMEDY_ACTIVATE_ROLE, facts->role.id);
  } else if (code == ASKI_CHECK_PREREQUISITES_HELD) {
    s_propose_prerequisites(search);
  } else if (code == ASKI_CHECK_NO_SOD_CONFLICT) {
    s_propose_conflicts(search);
  } else if (code == ASKI_CHECK_NOT_RESTRICTED) {
    s_propose(search, ASKI_REMEDY_LIFT_RESTRICTION, facts->role.id);
  }
}

static void s_propose_all(s_search *search, const aski_rules_result *rules)
{
  for (int hard = 1; hard >= 0; --hard) {
    for (size_t i = 0; i < rules->count; ++i) {
      if (!rules->checks[i].passed && rules->checks[i].hard == (hard == 1)) {
        s_propose_for(search, rules->checks[i].code);
      }
    }
  }
}

static void s_hold(aski_facts *facts, aski_arena *arena, askiam_str role_id, int64_t now_ms)
{
  aski_grant *grant = ASKI_ARENA_PUSH(arena, &facts->grants);
  if (grant != NULL) {
    *grant =
        (aski_grant){.role_id = role_id, .role_name = role_id, .granted_at_ms = now_ms, .status = ASKIAM_GRANT_ACTIVE};
  }
}

static void s_drop(aski_facts *facts, askiam_str role_id)
{
  for (size_t i = 0; i < facts->grants.count; ++i) {
    if (aski_str_equal(facts->grants.items[i].role_id, role_id)) {
      facts->grants.items[i].status = ASKIAM_GRANT_REVOKED;
    }
  }
}

static void s_apply(aski_facts *facts, aski_arena *arena, const aski_remedy *change, int64_t now_ms)
{
  if (change->code == ASKI_REMEDY_HOLD_PREREQUISITE) {
    s_hold(facts, arena, change->role_id, now_ms);
  } else if (change->code == ASKI_REMEDY_DROP_CONFLICT) {
    s_drop(facts, change->role_id);
  } else if (change->code == ASKI_REMEDY_ACTIVATE_USER) {
    facts->user.status = ASKIAM_ENTITY_ACTIVE;
  } else if (change->code == ASKI_REMEDY_ACTIVATE_APPLICATION) {
    facts->application.status = ASKIAM_ENTITY_ACTIVE;
  } else if (change->code == ASKI_REMEDY_ACTIVATE_ROLE) {
    facts->role.status = ASKIAM_ENTITY_ACTIVE;
  } else if (change->code == ASKI_REMEDY_LIFT_RESTRICTION) {
    facts->restricted = false;
  }
}

/* Bits of the proposals of one kind: to amend policies, or to change circumstances. */
static unsigned s_add_proposals(s_search *search, bool amend)
{
  const aski_proposals *proposals = search->mending->proposals;
  unsigned bits = 0;
  for (size_t i = 0; proposals != NULL && i < proposals->count; ++i) {
    const aski_proposal *proposal = &proposals->items[i];
    if ((proposal->what == ASKI_CIRCUMSTANCE_POLICY) == amend) {
      bits |= 1u << search->count;
      search->changes[search->count++] =
          (s_change){.remedy = {.code = ASKI_REMEDY_AMEND_POLICY, .detail = proposal->detail}, .proposal = proposal};
    }
  }
  return bits;
}

static void s_apply_all(const s_search *search, aski_arena *arena, unsigned set, aski_facts *facts,
                        aski_circumstances *circumstances)
{
  for (size_t i = 0; i < search->count; ++i) {
    const s_change *change = &search->changes[i];
    if ((set & (1u << i)) != 0 && change->proposal != NULL) {
      aski_circumstances_change(circumstances, arena, change->proposal);
    }
  }
  for (size_t i = 0; i < search->count; ++i) {
    const s_change *change = &search->changes[i];
    if ((set & (1u << i)) != 0 && change->proposal == NULL) {
      s_apply(facts, arena, &change->remedy, circumstances->now_ms);
    }
  }
}

/* Which circumstances a set changes, as bits of aski_circumstance. */
static unsigned s_changed(const s_search *search, unsigned set)
{
  unsigned changed = 0;
  for (size_t i = 0; i < search->count; ++i) {
    const aski_proposal *proposal = search->changes[i].proposal;
    if ((set & (1u << i)) != 0 && proposal != NULL && proposal->what != ASKI_CIRCUMSTANCE_POLICY) {
      changed |= 1u << proposal->what;
    }
  }
  return changed;
}

/* Whether what the set changes about the circumstances can be told: an example that helps is not yet a remedy. */
static bool s_can_be_told(s_search *search, unsigned set, const aski_facts *facts,
                          const aski_circumstances *circumstances)
{
  const aski_mending *mending = search->mending;
  unsigned changed = s_changed(search, set);
  return changed == 0 || mending->tell_fn(mending->context, NULL, &search->scratch, facts, circumstances, changed);
}

/* Whether the decision would be VALID after the changes whose bits are set, and they can be told. Memory that runs out is a no, and so are trials that do. */
static bool s_would_be_valid(s_search *search, unsigned set)
{
  if (search->failed || search->trials == TRIALS_MAX) {
    return false;
  }
  ++search->trials;
  const aski_mending *mending = search->mending;
  aski_arena_clean_up(&search->scratch);
  aski_facts facts;
  if (!aski_facts_copy(&facts, mending->facts, &search->scratch)) {
    search->failed = true;
    return false;
  }
  aski_circumstances circumstances = *mending->circumstances;
  s_apply_all(search, &search->scratch, set, &facts, &circumstances);
  aski_rules_result rules;
  mending->rules_fn(mending->context, &rules, &search->scratch, &facts, &circumstances);
  aski_outcome outcome;
  aski_decide(&outcome, mending->rag, &rules, mending->settings);
  bool valid = outcome.codes.count > 0 && aski_code_verdict(outcome.codes.items[0]) == ASKIAM_VERDICT_VALID &&
               s_can_be_told(search, set, &facts, &circumstances);
  search->failed = search->scratch.failed;
  return valid && !search->failed;
}

static size_t s_size(unsigned set)
{
  size_t size = 0;
  for (; set != 0; set &= set - 1) {
    ++size;
  }
  return size;
}

/* The changes without which even all others together do not help: they are in every set, which spares most trials. */
static unsigned s_necessary(s_search *search, unsigned all, unsigned besides)
{
  unsigned necessary = 0;
  for (size_t i = 0; i < search->count; ++i) {
    unsigned without = all & ~(1u << i);
    if (without != all && !s_would_be_valid(search, without | besides)) {
      necessary |= 1u << i;
    }
  }
  return necessary;
}

/* Looks for a set out of `all` that helps together with `besides` and is smaller than the best so far. Sets of one size in the order of their
 * numbers, so that equal sizes prefer earlier checks. */
static void s_improve(s_search *search, unsigned all, unsigned besides)
{
  size_t most = search->best == 0 ? ASKI_REMEDIES_MAX : s_size(search->best) - 1;
  if (s_size(besides) > most || !s_would_be_valid(search, all | besides)) {
    return;
  }
  unsigned necessary = s_necessary(search, all, besides);
  for (size_t size = s_size(necessary); size + s_size(besides) <= most; ++size) {
    /* Every subset of `all` that has all that is necessary; (subset - all) & all is the next one. */
    unsigned subset = 0;
    do {
      if (s_size(subset) == size && (subset & necessary) == necessary && (subset | besides) != 0 &&
          s_would_be_valid(search, subset | besides)) {
        search->best = subset | besides;
        return;
      }
      subset = (subset - all) & all;
    } while (subset != 0);
  }
}

/* Tells each subset of `choices` of this size, in the order of their numbers. */
typedef void (*subset_fn)(s_search *search, unsigned subset, unsigned facts, unsigned others);
static void s_each_subset(s_search *search, unsigned choices, size_t size, subset_fn each, unsigned facts,
                          unsigned others)
{
  unsigned subset = 0;
  do {
    if (s_size(subset) == size) {
      each(search, subset, facts, others);
    }
    subset = (subset - choices) & choices;
  } while (subset != 0);
}

static void s_with_both(s_search *search, unsigned subset, unsigned facts, unsigned amendments)
{
  s_improve(search, facts, subset | amendments);
}

/* With each combination of circumstances, the fewest first. */
static void s_with_amendments(s_search *search, unsigned amendments, unsigned facts, unsigned circumstances)
{
  for (size_t size = 0; size <= s_size(circumstances); ++size) {
    s_each_subset(search, circumstances, size, s_with_both, facts, amendments);
  }
}

/* What somebody else must be talked into comes last: no policy is to be amended where there is a way without. */
static unsigned s_smallest(s_search *search)
{
  unsigned facts = (1u << search->count) - 1;
  unsigned circumstances = s_add_proposals(search, false);
  unsigned amendments = s_add_proposals(search, true);
  for (size_t size = 0; size <= s_size(amendments) && search->best == 0 && search->count > 0; ++size) {
    s_each_subset(search, amendments, size, s_with_amendments, facts, circumstances);
  }
  return search->best;
}

static askiam_str s_name(askiam_str name, askiam_str id) { return name.length > 0 ? name : id; }

static askiam_str s_link_name(const aski_role_link *links, size_t count, askiam_str role_id)
{
  for (size_t i = 0; i < count; ++i) {
    if (aski_str_equal(links[i].role_id, role_id)) {
      return s_name(links[i].role_name, role_id);
    }
  }
  return role_id;
}

/* Ids and an imperative sentence. */
static void s_describe(aski_remedy *remedy, aski_arena *arena, const aski_facts *facts)
{
  askiam_str user = s_name(facts->user.name, facts->user.id);
  askiam_str role = s_name(facts->role.name, facts->role.id);
  remedy->role_id = aski_arena_copy(arena, remedy->role_id);
  remedy->detail = aski_arena_copy(arena, remedy->detail); /* a proposal brings its own */
  if (remedy->code == ASKI_REMEDY_HOLD_PREREQUISITE) {
    askiam_str name = s_link_name(facts->prerequisites.items, facts->prerequisites.count, remedy->role_id);
    remedy->user_id = aski_arena_copy(arena, facts->user.id);
    remedy->detail = aski_arena_format(arena, "First give %.*s the role %.*s, which %.*s requires.", ASKI_STR_ARG(user),
                                       ASKI_STR_ARG(name), ASKI_STR_ARG(role));
  } else if (remedy->code == ASKI_REMEDY_DROP_CONFLICT) {
    askiam_str name = s_link_name(facts->conflicts.items, facts->conflicts.count, remedy->role_id);
    remedy->user_id = aski_arena_copy(arena, facts->user.id);
    remedy->detail = aski_arena_format(arena, "Take the role %.*s from %.*s: it conflicts with %.*s.",
                                       ASKI_STR_ARG(name), ASKI_STR_ARG(user), ASKI_STR_ARG(role));
  } else if (remedy->code == ASKI_REMEDY_ACTIVATE_USER) {
    remedy->user_id = aski_arena_copy(arena, facts->user.id);
    remedy->detail = aski_arena_format(arena, "Activate the user %.*s.", ASKI_STR_ARG(user));
  } else if (remedy->code == ASKI_REMEDY_ACTIVATE_APPLICATION) {
    remedy->application_id = aski_arena_copy(arena, facts->application.id);
    remedy->detail = aski_arena_format(arena, "Activate the application %.*s.",
                                       ASKI_STR_ARG(s_name(facts->application.name, facts->application.id)));
  } else if (remedy->code == ASKI_REMEDY_ACTIVATE_ROLE) {
    remedy->detail = aski_arena_format(arena, "Activate the role %.*s.", ASKI_STR_ARG(role));
  } else if (remedy->code == ASKI_REMEDY_LIFT_RESTRICTION) {
    remedy->user_id = aski_arena_copy(arena, facts->user.id);
    remedy->detail = aski_arena_format(arena, "Lift the restriction that bars %.*s from %.*s.", ASKI_STR_ARG(user),
                                       ASKI_STR_ARG(role));
  }
}

/* All of the set, described; and the circumstances as they are then. */
static void s_tell(s_search *search, unsigned set, aski_remedies *out, aski_circumstances *out_circumstances,
                   aski_arena *arena)
{
  const aski_mending *mending = search->mending;
  aski_facts facts;
  aski_told told = {.codes = {0}};
  bool good = aski_facts_copy(&facts, mending->facts, arena);
  if (good) {
    s_apply_all(search, arena, set, &facts, out_circumstances);
  }
  unsigned changed = s_changed(search, set);
  if (!good ||
      (changed != 0 && !mending->tell_fn(mending->context, &told, arena, &facts, out_circumstances, changed))) {
    return;
  }
  for (size_t i = 0; i < search->count && out->count < ASKI_REMEDIES_MAX; ++i) {
    const aski_proposal *proposal = search->changes[i].proposal;
    if ((set & (1u << i)) == 0) {
      continue;
    }
    aski_remedy *remedy = &out->items[out->count++];
    *remedy = search->changes[i].remedy;
    if (proposal != NULL && proposal->what != ASKI_CIRCUMSTANCE_POLICY) {
      *remedy = (aski_remedy){.code = told.codes[proposal->what], .detail = told.details[proposal->what]};
    }
    s_describe(remedy, arena, mending->facts);
  }
}

void aski_decide_remedies(aski_remedies *out_remedies, aski_circumstances *out_circumstances, aski_arena *arena,
                          const aski_mending *mending)
{
  *out_remedies = (aski_remedies){.count = 0};
  *out_circumstances = *mending->circumstances;
  aski_outcome present;
  aski_decide(&present, mending->rag, mending->rules, mending->settings);
  if (present.codes.count == 0 || aski_code_verdict(present.codes.items[0]) != ASKIAM_VERDICT_INVALID) {
    return;
  }
  s_search search = {.mending = mending};
  aski_arena_init(&search.scratch, arena->allocator);
  s_propose_all(&search, mending->rules);
  unsigned set = s_smallest(&search);
  aski_arena_clean_up(&search.scratch);
  if (search.failed) {
    arena->failed = true; /* the caller sees it at the end of the stage */
    return;
  }
  bool held = mending->rules->count == ASKI_CHECK_COUNT && !mending->rules->checks[ASKI_CHECK_NOT_ASSIGNED].passed;
  out_remedies->none_found = set == 0 && search.count > 0 && !held; /* who holds it already needs no change */
  if (set != 0) {
    s_tell(&search, set, out_remedies, out_circumstances, arena);
  }
}
