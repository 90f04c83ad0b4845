/* SPDX-License-Identifier: Apache-2.0
 *
 * One sentence for a person: the verdict and why, with names and numbers, from the parts of a decision that are
 * there already. */
#include "decide/decide.h"
#include "decide/rule.h"

enum { DETAILS_MOST = 3 };

/* A sentence without its full stop, to stand inside another. */
static askiam_str s_clause(askiam_str sentence)
{
  sentence = aski_str_trim(sentence);
  while (sentence.length > 0 && sentence.data[sentence.length - 1] == '.') {
    --sentence.length;
  }
  return sentence;
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

static askiam_str s_name(const aski_entity *entity, const char *otherwise)
{
  if (entity->name.length > 0) {
    return entity->name;
  }
  return entity->id.length > 0 ? entity->id : askiam_str_from(otherwise);
}

/* A check's detail inside a sentence. That of POLICY begins with words of its own, not with a name. */
static askiam_str s_detail(const aski_check *check, aski_arena *arena)
{
  askiam_str clause = s_clause(check->detail);
  if (check->code != ASKI_CHECK_POLICY || clause.length == 0 || clause.data[0] < 'A' || clause.data[0] > 'Z') {
    return clause;
  }
  return aski_arena_format(arena, "%c%.*s", clause.data[0] + ('a' - 'A'), (int)clause.length - 1, clause.data + 1);
}

/* "Jane Roe is suspended; Jane Roe does not hold HR Viewer, which HR Analyst requires; and 2 more checks failed" */
static askiam_str s_failures(const aski_rules_result *rules, bool soft_only, aski_arena *arena)
{
  askiam_str text = ASKI_STR_NONE;
  size_t told = 0;
  size_t more = 0;
  for (size_t i = 0; i < rules->count; ++i) {
    const aski_check *check = &rules->checks[i];
    if (check->passed || (soft_only && check->hard)) {
      continue;
    }
    if (told == DETAILS_MOST) {
      ++more;
      continue;
    }
    askiam_str clause = s_detail(check, arena);
    text = told == 0 ? clause : aski_arena_format(arena, "%.*s; %.*s", ASKI_STR_ARG(text), ASKI_STR_ARG(clause));
    ++told;
  }
  return more == 0 ? text
                   : aski_arena_format(arena, "%.*s; and %zu more %s failed", ASKI_STR_ARG(text), more,
                                       more == 1 ? "check" : "checks");
}

/* What is not certain must not be rounded up to certainty. */
static double s_shown(double confidence) { return confidence > 0.999 && confidence < 1 ? 0.999 : confidence; }

/* "Approved with confidence 0.970: 50 of 50 similar requests were approved" */
static askiam_str s_by_evidence(const char *verdict, const aski_rag_result *rag, aski_arena *arena)
{
  askiam_str reason = s_clause(rag->reason);
  if (reason.length == 0) {
    reason = ASKI_STR("the evidence is clear");
  }
  return aski_arena_format(arena, "%s with confidence %.3f: %.*s", verdict, s_shown(rag->confidence),
                           ASKI_STR_ARG(reason));
}

static askiam_str s_approved_by_evidence(const aski_decision *decision, aski_arena *arena)
{
  askiam_str evidence = s_by_evidence("Approved", &decision->rag, arena);
  aski_rules_tally tally = aski_decide_tally(&decision->rules);
  if (!tally.complete) {
    return aski_arena_format(arena, "%.*s.", ASKI_STR_ARG(evidence));
  }
  if (tally.failed == 0) {
    return aski_arena_format(arena, "%.*s, and all %d checks passed.", ASKI_STR_ARG(evidence), (int)ASKI_CHECK_COUNT);
  }
  askiam_str failures = s_failures(&decision->rules, true, arena);
  return aski_arena_format(arena, "%.*s, and no hard check failed, although %.*s.", ASKI_STR_ARG(evidence),
                           ASKI_STR_ARG(failures));
}

/* What the evidence had to say where the rules decided; "" where it was not asked. */
static askiam_str s_weakness(const aski_decision *decision, aski_arena *arena)
{
  if (s_has_code(decision, ASKI_CODE_RAG_TIMEOUT)) {
    return ASKI_STR("; the evidence took too long and was left out");
  }
  if (s_has_code(decision, ASKI_CODE_RAG_UNAVAILABLE)) {
    return ASKI_STR("; the evidence could not be had and was left out");
  }
  if (!s_has_code(decision, ASKI_CODE_LOW_CONFIDENCE)) {
    return ASKI_STR("");
  }
  if (decision->rag.outcome == ASKI_RAG_ABSTAINED || !(decision->rag.confidence >= 0)) {
    return ASKI_STR("; there is too little evidence to go by");
  }
  return aski_arena_format(arena, "; the evidence alone was not enough (confidence %.3f)",
                           s_shown(decision->rag.confidence));
}

static askiam_str s_approved_by_rules(const aski_decision *decision, aski_arena *arena)
{
  askiam_str weakness = s_weakness(decision, arena);
  return aski_arena_format(arena, "Approved: all %d checks passed%.*s.", (int)ASKI_CHECK_COUNT, ASKI_STR_ARG(weakness));
}

static askiam_str s_rejected_by_evidence(const aski_decision *decision, aski_arena *arena)
{
  askiam_str evidence = s_by_evidence("Refused", &decision->rag, arena);
  askiam_str failures = s_failures(&decision->rules, false, arena);
  return aski_arena_format(arena, "%.*s%s%.*s.", ASKI_STR_ARG(evidence), failures.length > 0 ? "; besides, " : "",
                           ASKI_STR_ARG(failures));
}

static askiam_str s_unclear(const aski_decision *decision, aski_arena *arena)
{
  askiam_str weakness = s_weakness(decision, arena);
  return aski_arena_format(arena, "A person must decide: all %d checks passed%.*s.", (int)ASKI_CHECK_COUNT,
                           ASKI_STR_ARG(weakness));
}

/* For codes that the rules and the evidence have no part in: who read the sentence normally said more. */
askiam_str aski_decide_plainly(aski_code code)
{
  static const struct {
    aski_code code;
    const char *sentence;
  } sentences[] = {
      {ASKI_CODE_USER_UNKNOWN, "Refused: the user is not known."},
      {ASKI_CODE_REQUESTER_UNKNOWN, "Refused: whoever asks is not known."},
      {ASKI_CODE_REQUESTER_INACTIVE, "Refused: whoever asks is not active."},
      {ASKI_CODE_APP_UNKNOWN, "Refused: the application is not known."},
      {ASKI_CODE_ROLE_UNKNOWN, "Refused: the role is not known."},
      {ASKI_CODE_ROLE_NOT_IN_APP, "Refused: the application has no such role."},
      {ASKI_CODE_NOT_A_REQUEST, "Refused: this does not ask for access."},
      {ASKI_CODE_UNSUPPORTED_INTENT, "Refused: this is about access, but does not ask for it."},
      {ASKI_CODE_MISSING_ROLE, "The request does not say which role."},
      {ASKI_CODE_MISSING_APP, "The request does not say which application."},
      {ASKI_CODE_MISSING_USER, "The request does not say for whom."},
      {ASKI_CODE_AMBIGUOUS_ROLE, "Several roles fit the request."},
      {ASKI_CODE_AMBIGUOUS_APP, "Several applications fit the request."},
      {ASKI_CODE_AMBIGUOUS_USER, "Several people fit the request."},
      {ASKI_CODE_MULTIPLE_REQUESTS, "This asks for several things at once."},
      {ASKI_CODE_BAD_DURATION, "The time that is asked for cannot be granted."},
      {ASKI_CODE_UNCLEAR, "Part of the request was not understood."},
      {ASKI_CODE_INVALID_REQUEST, "The request is malformed."},
      {ASKI_CODE_REQUEST_ID_CONFLICT, "The request id was used for another request."},
      {ASKI_CODE_STORE_UNAVAILABLE, "The store is not available, so nothing was decided."},
      {ASKI_CODE_AUDIT_UNAVAILABLE, "The decision could not be recorded, so there is none."},
  };
  for (size_t i = 0; i < sizeof sentences / sizeof *sentences; ++i) {
    if (sentences[i].code == code) {
      return askiam_str_from(sentences[i].sentence);
    }
  }
  return ASKI_STR("An internal error prevented a decision.");
}

askiam_str aski_decide_question(const aski_decision *decision, aski_arena *arena)
{
  return aski_arena_format(arena, "Should %.*s get %.*s in %.*s? The evidence does not say: a person must decide.",
                           ASKI_STR_ARG(s_name(&decision->user, "the user")),
                           ASKI_STR_ARG(s_name(&decision->role, "the role")),
                           ASKI_STR_ARG(s_name(&decision->application, "the application")));
}

/* Why a refusal is told without remedies: an empty list does not say whether anything was tried. */
static askiam_str s_hopeless(const aski_decision *decision, aski_arena *arena)
{
  return decision->remedies.none_found
             ? aski_arena_format(arena, "; no change of up to %d things was found that would mend this",
                                 (int)ASKI_REMEDIES_MAX)
             : ASKI_STR("");
}

askiam_str aski_decide_explain(const aski_decision *decision, aski_arena *arena)
{
  aski_code first = decision->codes.count == 0 ? ASKI_CODE_INTERNAL : decision->codes.items[0];
  if (first == ASKI_CODE_APPROVED_BY_EVIDENCE) {
    return s_approved_by_evidence(decision, arena);
  }
  if (first == ASKI_CODE_APPROVED_BY_RULES) {
    return s_approved_by_rules(decision, arena);
  }
  if (first == ASKI_CODE_REJECTED_BY_EVIDENCE) {
    return s_rejected_by_evidence(decision, arena);
  }
  if (first == ASKI_CODE_UNCLEAR && decision->rules.outcome == ASKI_RULES_PASSED) {
    return s_unclear(decision, arena);
  }
  askiam_str failures = s_failures(&decision->rules, false, arena);
  if (aski_code_verdict(first) == ASKIAM_VERDICT_INVALID && failures.length > 0) {
    askiam_str hopeless = s_hopeless(decision, arena);
    return aski_arena_format(arena, "Refused: %.*s%.*s.", ASKI_STR_ARG(failures), ASKI_STR_ARG(hopeless));
  }
  return aski_decide_plainly(first);
}
