/* SPDX-License-Identifier: Apache-2.0 */
#include "decide/disclose.h"

#include <math.h>

#include "decide/rule.h"

/* How a viewer stands to a decision. */
typedef struct s_stand {
  bool requester;   /* he asked: the words are his own */
  bool beneficiary; /* it is about him: the facts are his own */
} s_stand;

static bool s_is(askiam_str id, const aski_viewer *viewer)
{
  return viewer->id.length > 0 && aski_str_equal(id, viewer->id);
}

/* Whether he is whom a decision is for: only he, beside who may see everything, is told what its facts say. */
static bool s_is_beneficiary(const aski_decision *decision, const aski_viewer *viewer)
{
  return decision->user.found && s_is(decision->user.id, viewer);
}

static bool s_has_code(const aski_decision *decision, aski_code code)
{
  for (size_t i = 0; i < decision->codes.count; ++i) {
    if (decision->codes.items[i] == code) {
      return true;
    }
  }
  return false;
}

static aski_code s_first(const aski_decision *decision)
{
  return decision->codes.count == 0 ? ASKI_CODE_INTERNAL : decision->codes.items[0];
}

/* Facts and evidence had a part in it, so that its reason may tell of them. */
static bool s_is_judged(const aski_decision *decision)
{
  return decision->rules.outcome != ASKI_RULES_SKIPPED || decision->method != ASKI_METHOD_NONE;
}

/* Documents, and what somebody who read them says; but for a language model's, a reason only counts past decisions.
 * True where a reason was hidden. */
static bool s_hide_documents(aski_decision *decision, const aski_viewer *viewer)
{
  if (viewer->documents) {
    return false;
  }
  bool counts = aski_str_equal_text(decision->rag.judge, "evidence") || !aski_str_present(decision->rag.judge);
  decision->rag.documents.count = 0;
  if (!counts) {
    decision->rag.reason = ASKI_STR_NONE;
  }
  return !counts;
}

static void s_hide_facts(aski_decision *decision)
{
  decision->rag.reason = ASKI_STR_NONE;
  decision->rag.confidence = -1;
  decision->rules.reason = ASKI_STR_NONE;
  decision->rules.count = 0;
  decision->remedies.count = 0;
}

static bool s_is_about_policy(const aski_remedy *remedy)
{
  return remedy->code == ASKI_REMEDY_CHANGE_CONTEXT || remedy->code == ASKI_REMEDY_SHORTEN_DURATION ||
         remedy->code == ASKI_REMEDY_AMEND_POLICY;
}

/* What a policy has to say may tell whence and by whom it was asked; and so may what would change its mind. */
static void s_hide_circumstances(aski_decision *decision)
{
  size_t kept = 0;
  for (size_t i = 0; i < decision->remedies.count; ++i) {
    if (!s_is_about_policy(&decision->remedies.items[i])) {
      decision->remedies.items[kept++] = decision->remedies.items[i];
    }
  }
  decision->remedies.count = kept;
  for (size_t i = 0; i < decision->rules.count; ++i) {
    if (decision->rules.checks[i].code == ASKI_CHECK_POLICY && !decision->rules.checks[i].passed) {
      decision->rules.checks[i].detail = ASKI_STR("A policy stands against it.");
    }
  }
  decision->rules.reason = ASKI_STR_NONE;
}

static bool s_has(askiam_str text, const char *part)
{
  size_t length = strlen(part);
  for (size_t at = 0; at + length <= text.length; ++at) {
    if (memcmp(text.data + at, part, length) == 0) {
      return true;
    }
  }
  return false;
}

static bool s_tells_inside(const aski_check *check)
{
  return check->code == ASKI_CHECK_POLICY && !check->passed && s_has(check->detail, ASKI_CHECK_NOT_EVALUATED);
}

/* Why policies could not be evaluated may name files and hosts. True where that was hidden. */
static bool s_hide_inside(aski_decision *decision)
{
  bool hidden = false;
  for (size_t i = 0; i < decision->rules.count; ++i) {
    if (s_tells_inside(&decision->rules.checks[i])) {
      decision->rules.checks[i].detail = ASKI_STR("The policies could not be evaluated: ask an administrator.");
      decision->rules.reason = ASKI_STR_NONE;
      hidden = true;
    }
  }
  return hidden;
}

static void s_hide_people(aski_decision *decision, const aski_viewer *viewer, s_stand stand)
{
  if (!stand.requester) {
    decision->user.mention = ASKI_STR_NONE;
    decision->application.mention = ASKI_STR_NONE;
    decision->role.mention = ASKI_STR_NONE;
  }
  if (!stand.requester && !stand.beneficiary) {
    decision->requester = (aski_entity){.found = false};
    decision->user = (aski_entity){.found = false};
  }
  aski_suggestions *suggestions = &decision->suggestions;
  size_t kept = 0;
  for (size_t i = 0; i < suggestions->count; ++i) {
    if (suggestions->items[i].kind != ASKIAM_KIND_USER || s_is(suggestions->items[i].id, viewer)) {
      suggestions->items[kept++] = suggestions->items[i];
    }
  }
  suggestions->count = kept;
  kept = 0;
  for (size_t i = 0; i < decision->remedies.count; ++i) {
    askiam_str person = decision->remedies.items[i].user_id;
    if (person.length == 0 || s_is(person, viewer)) {
      decision->remedies.items[kept++] = decision->remedies.items[i];
    }
  }
  decision->remedies.count = kept;
}

static askiam_str s_verdict_alone(const aski_decision *decision)
{
  switch (decision->verdict) {
  case ASKIAM_VERDICT_VALID:
    return ASKI_STR("Approved.");
  case ASKIAM_VERDICT_INVALID:
    return ASKI_STR("Refused. What stands against it is told to the person whom it is for.");
  case ASKIAM_VERDICT_NEEDS_INFO:
    return ASKI_STR("A person must decide.");
  case ASKIAM_VERDICT_ERROR:
    break;
  }
  return aski_decide_plainly(s_first(decision));
}

/* A failure that is not the request's is told without its inside; a question about people without their list. */
static void s_tell_reading(aski_decision *decision, s_stand stand)
{
  static const askiam_str ask = {"Several people are called that. Which one, by id or e-mail address?",
                                 sizeof "Several people are called that. Which one, by id or e-mail address?" - 1};
  aski_code first = s_first(decision);
  bool is_own = first == ASKI_CODE_INVALID_REQUEST || first == ASKI_CODE_REQUEST_ID_CONFLICT;
  if (!stand.requester || (decision->verdict == ASKIAM_VERDICT_ERROR && !is_own)) {
    decision->reason = aski_decide_plainly(first);
    decision->question = ASKI_STR_NONE;
  } else if (s_has_code(decision, ASKI_CODE_AMBIGUOUS_USER) && aski_str_present(decision->question)) {
    bool same = aski_str_equal(decision->reason, decision->question);
    decision->question = ask;
    decision->reason = same ? ask : decision->reason;
  }
}

/* `hidden`: its reason may tell what was hidden. */
static void s_tell(aski_decision *decision, s_stand stand, bool hidden, aski_arena *arena)
{
  if (!s_is_judged(decision)) {
    s_tell_reading(decision, stand);
    return;
  }
  bool by_policy = s_has_code(decision, ASKI_CODE_POLICY_DENY) || s_has_code(decision, ASKI_CODE_POLICY_NOT_ALLOWED);
  if (!stand.beneficiary) {
    decision->reason = s_verdict_alone(decision);
    decision->question = stand.requester ? decision->question : ASKI_STR_NONE;
  } else if (hidden || (!stand.requester && by_policy)) {
    decision->reason = aski_decide_explain(decision, arena);
  }
}

void aski_disclose(aski_decision *decision, const aski_viewer *viewer, aski_arena *arena, bool erased)
{
  if (viewer->everything) {
    return;
  }
  const s_stand stand = {s_is(decision->requester.id, viewer), s_is_beneficiary(decision, viewer)};
  bool hidden = s_hide_documents(decision, viewer) && decision->method == ASKI_METHOD_RAG;
  hidden = s_hide_inside(decision) || hidden;
  decision->rules.queries.count = 0;
  if (!stand.beneficiary) {
    s_hide_facts(decision);
  } else if (!stand.requester) {
    s_hide_circumstances(decision);
  }
  if (!erased) {
    s_tell(decision, stand, hidden, arena);
  } else {
    decision->duration_ms = (double)NAN; /* forgotten, as how alike the names were */
    decision->user.score = decision->application.score = decision->role.score = (double)NAN;
  }
  s_hide_people(decision, viewer, stand);
}

/* Words of policies are told apart from those of other checks by their being about policies; where a name is so, too,
 * less is told. */
askiam_str aski_disclose_grant(const aski_decision *decision, const aski_viewer *viewer, askiam_str reason)
{
  if (viewer->everything) {
    return reason;
  }
  bool about_policy = s_has(reason, "olicy") || s_has(reason, "olicies");
  bool inside = s_has(reason, ASKI_CHECK_NOT_EVALUATED);
  if (!s_is_beneficiary(decision, viewer)) {
    return ASKI_STR_NONE;
  }
  return inside || (about_policy && !s_is(decision->requester.id, viewer))
             ? ASKI_STR("When it was to be granted, a policy stood against it.")
             : reason;
}
