/* SPDX-License-Identifier: Apache-2.0
 *
 * The sentences of an explanation. */
#include "base/text.h"
#include "policy/explain.h"
#include "policy/reader.h"
#include "policy/words.h"

enum { SHOWN_MAX_BYTES = 120, VALUES_SHOWN = 4, MISSES_SHOWN = 3 };

static void s_say_text(aski_buffer *out, askiam_str text)
{
  size_t length = aski_text_cut(text, SHOWN_MAX_BYTES);
  aski_buffer_append_byte(out, '"');
  aski_policy_words_escape(out, aski_str_slice(text, 0, length));
  aski_buffer_append_text(out, length < text.length ? "…\"" : "\"");
}

/* "service control policy" */
static const char *s_kind(unsigned slot)
{
  const char *phrase = aski_policy_rules_of(aski_policy_slot_kind(slot))->phrase;
  return strchr(phrase, ' ') + 1;
}

/* 'statement "NoRobots" of the identity policy "hr"'; numbers count from 0, as in the JSON beside it. */
static void s_say_statement(aski_buffer *out, const aski_policy_rule *rule, bool begins)
{
  if (rule->source->sid.length > 0) {
    aski_buffer_append_text(out, begins ? "Statement " : "statement ");
    s_say_text(out, rule->source->sid);
  } else {
    aski_buffer_append_format(out, "Statement[%u]", (unsigned)rule->statement);
  }
  aski_buffer_append_format(out, " of the %s ", s_kind(rule->slot));
  if (rule->id.length > 0) {
    s_say_text(out, rule->id);
  } else {
    aski_buffer_append_format(out, "[%u]", (unsigned)rule->policy);
  }
  askiam_policy_kind kind = aski_policy_slot_kind(rule->slot);
  if (kind == ASKIAM_POLICY_SERVICE_CONTROL || kind == ASKIAM_POLICY_RESOURCE_CONTROL) {
    aski_buffer_append_format(out, " on level %u", aski_policy_slot_level(rule->slot));
  }
}

static void s_say_more(aski_buffer *out, size_t count)
{
  if (count > VALUES_SHOWN) {
    aski_buffer_append_format(out, " and %zu more", count - VALUES_SHOWN);
  }
}

/* 'IpAddress aws:SourceIp "10.0.0.0/8" (the request has "203.0.113.9")' */
static void s_say_condition(aski_buffer *out, const aski_policy_condition *condition,
                            const askiam_policy_request *request)
{
  const aski_policy_clause *clause = condition->source;
  aski_buffer_append_format(out, "%.*s %.*s ", ASKI_STR_ARG(clause->operator_text), ASKI_STR_ARG(clause->key));
  for (size_t i = 0; i < clause->values.count && i < VALUES_SHOWN; ++i) {
    aski_buffer_append_text(out, i == 0 ? "" : " or ");
    s_say_text(out, clause->values.items[i]);
  }
  s_say_more(out, clause->values.count);
  aski_policy_values actual = aski_policy_request_find(request, condition->key, condition->key_hash);
  size_t count = actual.count;
  aski_buffer_append_text(out, count == 0 ? " (the request has no such key" : " (the request has ");
  for (size_t i = 0; i < count && i < VALUES_SHOWN; ++i) {
    aski_buffer_append_text(out, i == 0 ? "" : ", ");
    s_say_text(out, aski_policy_values_next(&actual));
  }
  s_say_more(out, count);
  aski_policy_unresolved unresolved = aski_policy_unresolved_in_condition(condition, request);
  if (aski_str_present(unresolved.key)) {
    aski_buffer_append_text(out, "; ${");
    aski_buffer_append(out, aski_str_slice(unresolved.key, 0, aski_text_cut(unresolved.key, SHOWN_MAX_BYTES)));
    aski_buffer_append_text(out, unresolved.values == 0 ? "} has no value here" : "} has several values here");
  }
  aski_buffer_append_text(out, ")");
}

/* The conditions of a statement that hold, or those that do not. */
static void s_say_conditions(aski_buffer *out, const aski_policy_rule *rule, const askiam_policy_request *request,
                             bool held, const char *before)
{
  bool first = true;
  for (uint32_t i = 0; i < rule->condition_count; ++i) {
    if (aski_policy_condition_holds(&rule->conditions[i], request) == held) {
      aski_buffer_append_text(out, first ? before : "; ");
      s_say_condition(out, &rule->conditions[i], request);
      first = false;
    }
  }
}

static void s_say_question(aski_buffer *out, const askiam_policy_request *request)
{
  aski_buffer_append_format(out, "%.*s on ", ASKI_STR_ARG(request->action));
  aski_buffer_append(out, request->resource);
  aski_buffer_append_text(out, " by ");
  aski_buffer_append(out, request->principal.text);
}

/* The first statement that matches with this effect, and how many do. */
static const aski_policy_rule *s_deciding(const aski_policy_explanation *explanation, bool deny, size_t *out_count)
{
  const aski_policy_rule *first = NULL;
  *out_count = 0;
  for (size_t i = 0; i < explanation->set->rule_count; ++i) {
    aski_policy_look look = aski_policy_explanation_look(explanation, i);
    bool grants = aski_policy_slot_kind(look.rule->slot) == ASKIAM_POLICY_IDENTITY ||
                  aski_policy_slot_kind(look.rule->slot) == ASKIAM_POLICY_RESOURCE ||
                  aski_policy_slot_kind(look.rule->slot) == ASKIAM_POLICY_ACCESS_REQUEST;
    if (look.rule->deny == deny && (deny || grants) && aski_policy_look_matches(&look)) {
      first = first == NULL ? look.rule : first;
      ++*out_count;
    }
  }
  return first;
}

/* " Statement[0] of the identity policy [0] denies it. 1 more does so too."; nothing where no statement does. */
static void s_say_deciding(aski_buffer *out, const aski_policy_explanation *explanation, bool deny)
{
  size_t count = 0;
  const aski_policy_rule *first = s_deciding(explanation, deny, &count);
  if (first == NULL) {
    return;
  }
  aski_buffer_append_text(out, " ");
  s_say_statement(out, first, true);
  aski_buffer_append_text(out, deny ? " denies it" : " allows it");
  s_say_conditions(out, first, explanation->request, true, ", as these conditions hold: ");
  aski_buffer_append_text(out, ".");
  if (count > 1) {
    aski_buffer_append_format(out, " %zu more %s.", count - 1, count == 2 ? "does so too" : "do so too");
  }
}

static const char *s_reason(aski_policy_reason reason, const askiam_policy_request *request)
{
  switch (reason) {
  case ASKI_POLICY_SUFFICES:
    return "";
  case ASKI_POLICY_BECAUSE_NOTHING: /* requests for access know one kind of policies only */
    return aski_str_starts(request->lower_action, ASKI_STR("askiam:"))
               ? "no policy allows it."
               : "no identity policy allows it, and no resource policy that would suffice.";
  case ASKI_POLICY_BECAUSE_NOT_NAMED:
    return "services and anonymous callers are allowed by resource policies only, and none does so.";
  case ASKI_POLICY_BECAUSE_TRUST:
    return "identity policies allow it, but the resource's own policy (a role's trust policy, a key policy) must allow "
           "it as well, and does not.";
  case ASKI_POLICY_BECAUSE_IDENTITY_ACROSS:
    return "the resource is in another account, so an identity policy must allow it too, and none does.";
  case ASKI_POLICY_BECAUSE_RESOURCE_ACROSS:
    return "the resource is in another account, so its resource policy must allow it too, and does not.";
  case ASKI_POLICY_BECAUSE_BOUNDARY:
    return "the permission boundary does not allow it.";
  case ASKI_POLICY_BECAUSE_SESSION:
    return "the session policy does not allow it.";
  case ASKI_POLICY_BECAUSE_NO_SESSION:
    return "a federated user has only what a session policy allows, and there is none.";
  case ASKI_POLICY_BECAUSE_SERVICE_CONTROL:
    return "the service control policies do not allow it on every level.";
  case ASKI_POLICY_BECAUSE_RESOURCE_CONTROL:
    return "the resource control policies do not allow it on every level.";
  case ASKI_POLICY_BECAUSE_ENDPOINT:
    return "the endpoint's policies do not allow it.";
  }
  return "";
}

/* Statements that would allow it but for a condition: what somebody who was refused wants to know. */
static void s_say_misses(aski_buffer *out, const aski_policy_explanation *explanation)
{
  size_t count = 0;
  for (size_t i = 0; i < explanation->set->rule_count; ++i) {
    aski_policy_look look = aski_policy_explanation_look(explanation, i);
    if (look.rule->deny || !aski_policy_look_is_about(&look) || aski_policy_look_matches(&look) ||
        ++count > MISSES_SHOWN) {
      continue;
    }
    aski_buffer_append_text(out, " It would be allowed by ");
    s_say_statement(out, look.rule, false);
    s_say_conditions(out, look.rule, explanation->request, false, ", but for: ");
    aski_buffer_append_text(out, ".");
  }
  if (count > MISSES_SHOWN) {
    aski_buffer_append_format(out, " Conditions keep %zu more from allowing it.", count - MISSES_SHOWN);
  }
}

void aski_policy_explanation_say_reason(const aski_policy_explanation *explanation, aski_buffer *out)
{
  if (!explanation->complete) {
    aski_buffer_append_text(out,
                            "The request is denied since it is not complete: it needs a principal, an action and a "
                            "resource.");
    return;
  }
  size_t count = 0;
  s_say_question(out, explanation->request);
  if (explanation->decision == ASKIAM_POLICY_IMPLICITLY_DENIED) {
    aski_buffer_append_text(out, " is denied since nothing suffices to allow it: ");
    aski_buffer_append_text(out, s_reason(explanation->reason, explanation->request));
  } else if (explanation->decision == ASKIAM_POLICY_EXPLICITLY_DENIED) {
    aski_buffer_append_text(out, " is denied.");
  } else if (s_deciding(explanation, false, &count) != NULL) {
    aski_buffer_append_text(out, " is allowed.");
  } else {
    aski_buffer_append_text(out,
                            " is allowed: the root user of an account may do everything in it that nothing denies.");
  }
}

void aski_policy_explanation_say(const aski_policy_explanation *explanation, aski_buffer *out)
{
  aski_policy_explanation_say_reason(explanation, out);
  if (explanation->complete && explanation->decision == ASKIAM_POLICY_IMPLICITLY_DENIED) {
    s_say_misses(out, explanation);
  } else if (explanation->complete) {
    s_say_deciding(out, explanation, explanation->decision == ASKIAM_POLICY_EXPLICITLY_DENIED);
  }
}
