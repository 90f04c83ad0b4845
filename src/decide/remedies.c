/* SPDX-License-Identifier: Apache-2.0
 *
 * The smallest set of changes that would make the decision VALID. Each set is tried on a copy of the facts by running rules and
 * decision over it, so what is proposed is proved. The evidence is held as it was. */
#include "decide/decide.h"

/* More wrong things than this are not a matter of a remedy. Sets of at most ASKI_REMEDIES_MAX out of these: below 800 trials. */
enum { CANDIDATES_MAX = 12 };

typedef struct s_search {
  aski_arena scratch;
  const aski_facts *facts;
  int64_t now_ms;
  const aski_rag_result *rag;
  const aski_decide_settings *settings;
  aski_rules_fn rules_fn;
  void *context;
  aski_remedy candidates[CANDIDATES_MAX]; /* those of hard failures first */
  size_t count;
  bool failed; /* memory ran out */
} s_search;

static void s_propose(s_search *search, aski_remedy_code code, askiam_str role_id)
{
  for (size_t i = 0; i < search->count; ++i) {
    if (search->candidates[i].code == code && aski_str_equal(search->candidates[i].role_id, role_id)) {
      return;
    }
  }
  if (search->count < CANDIDATES_MAX) {
    search->candidates[search->count++] = (aski_remedy){.code = code, .role_id = role_id};
  }
}

static void s_propose_prerequisites(s_search *search)
{
  for (size_t i = 0; i < search->facts->prerequisites.count; ++i) {
    askiam_str role_id = search->facts->prerequisites.items[i].role_id;
    if (aski_facts_held(search->facts, role_id, search->now_ms) == NULL) {
      s_propose(search, ASKI_REMEDY_HOLD_PREREQUISITE, role_id);
    }
  }
}

static void s_propose_conflicts(s_search *search)
{
  for (size_t i = 0; i < search->facts->conflicts.count; ++i) {
    askiam_str role_id = search->facts->conflicts.items[i].role_id;
    if (aski_facts_held(search->facts, role_id, search->now_ms) != NULL) {
      s_propose(search, ASKI_REMEDY_DROP_CONFLICT, role_id);
    }
  }
}

/* What could mend a failed check; nothing for an unknown entity, a role of another application, a role held already or a policy. */
static void s_propose_for(s_search *search, aski_check_code code)
{
  const aski_facts *facts = search->facts;
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

/* Whether the decision would be VALID after the changes whose bits are set. Memory that runs out is a no. */
static bool s_would_be_valid(s_search *search, unsigned set)
{
  aski_arena_clean_up(&search->scratch);
  aski_facts changed;
  if (!aski_facts_copy(&changed, search->facts, &search->scratch)) {
    search->failed = true;
    return false;
  }
  for (size_t i = 0; i < search->count; ++i) {
    if ((set & (1u << i)) != 0) {
      s_apply(&changed, &search->scratch, &search->candidates[i], search->now_ms);
    }
  }
  aski_rules_result rules;
  search->rules_fn(search->context, &rules, &search->scratch, &changed);
  aski_outcome outcome;
  aski_decide(&outcome, search->rag, &rules, search->settings);
  search->failed = search->failed || search->scratch.failed;
  return !search->scratch.failed && outcome.codes.count > 0 &&
         aski_code_verdict(outcome.codes.items[0]) == ASKIAM_VERDICT_VALID;
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
static unsigned s_necessary(s_search *search, unsigned all)
{
  unsigned necessary = 0;
  for (size_t i = 0; i < search->count; ++i) {
    unsigned without = all & ~(1u << i);
    if (!s_would_be_valid(search, without)) {
      necessary |= 1u << i;
    }
  }
  return necessary;
}

/* Sets of one size in the order of their numbers, so that equal sizes prefer earlier checks. 0 where none helps. */
static unsigned s_smallest(s_search *search)
{
  unsigned all = (1u << search->count) - 1;
  if (search->count == 0 || !s_would_be_valid(search, all)) {
    return 0;
  }
  unsigned necessary = s_necessary(search, all);
  for (size_t size = s_size(necessary); size <= ASKI_REMEDIES_MAX; ++size) {
    for (unsigned set = 1; set <= all; ++set) {
      if (s_size(set) == size && (set & necessary) == necessary && s_would_be_valid(search, set)) {
        return set;
      }
    }
  }
  return 0;
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

void aski_decide_remedies(aski_remedies *out_remedies, aski_arena *arena, const aski_facts *facts, int64_t now_ms,
                          const aski_rag_result *rag, const aski_rules_result *rules,
                          const aski_decide_settings *settings, aski_rules_fn rules_fn, void *context)
{
  *out_remedies = (aski_remedies){.count = 0};
  aski_outcome present;
  aski_decide(&present, rag, rules, settings);
  if (present.codes.count == 0 || aski_code_verdict(present.codes.items[0]) != ASKIAM_VERDICT_INVALID) {
    return;
  }
  s_search search = {
      .facts = facts, .now_ms = now_ms, .rag = rag, .settings = settings, .rules_fn = rules_fn, .context = context};
  aski_arena_init(&search.scratch, arena->allocator);
  s_propose_all(&search, rules);
  unsigned set = s_smallest(&search);
  aski_arena_clean_up(&search.scratch);
  if (search.failed) {
    arena->failed = true; /* the caller sees it at the end of the stage */
    return;
  }
  for (size_t i = 0; i < search.count && out_remedies->count < ASKI_REMEDIES_MAX; ++i) {
    if ((set & (1u << i)) != 0) {
      aski_remedy *remedy = &out_remedies->items[out_remedies->count++];
      *remedy = search.candidates[i];
      s_describe(remedy, arena, facts);
    }
  }
}
