/* SPDX-License-Identifier: Apache-2.0
 *
 * Whether a statement applies to a request. */
#include "policy/rule.h"

static bool s_same_account(const aski_policy_principal *entry, const aski_policy_principal *who)
{
  return aski_str_present(who->account) && aski_str_equal(entry->account, who->account) &&
         (!aski_str_present(entry->partition) || aski_str_equal(entry->partition, who->partition));
}

/* The very one: an account's root by its ARN or its 12 digits, everybody else by the ARN. */
static bool s_is(const aski_policy_named *entry, const aski_policy_principal *who)
{
  if (entry->realm == ASKI_POLICY_REALM_AWS && entry->who.kind == ASKI_POLICY_PRINCIPAL_ROOT) {
    return who->kind == ASKI_POLICY_PRINCIPAL_ROOT && s_same_account(&entry->who, who);
  }
  return aski_str_equal(entry->who.text, who->text);
}

/* IAM User Guide, "AWS JSON policy elements: Principal": an account's ARN or number means everybody in it; a role's ARN its sessions,
 * whose ARN does not have the role's path (names of roles are unique in an account without it). */
static aski_policy_naming s_naming_aws(const aski_policy_named *entry, const aski_policy_principal *who)
{
  if (!aski_policy_principal_has_identity(who)) {
    return ASKI_POLICY_NAMED_NOT;
  }
  bool same_account = s_same_account(&entry->who, who);
  if (entry->who.kind == ASKI_POLICY_PRINCIPAL_ROOT) {
    return !same_account                             ? ASKI_POLICY_NAMED_NOT
           : who->kind == ASKI_POLICY_PRINCIPAL_ROOT ? ASKI_POLICY_NAMED_DIRECTLY
                                                     : ASKI_POLICY_NAMED_ACCOUNT;
  }
  bool same_name = same_account && aski_str_equal(entry->who.name, who->name);
  if (entry->who.kind == ASKI_POLICY_PRINCIPAL_ROLE) {
    bool named = who->kind == ASKI_POLICY_PRINCIPAL_ROLE_SESSION ? same_name : s_is(entry, who);
    return named ? ASKI_POLICY_NAMED_ROLE : ASKI_POLICY_NAMED_NOT;
  }
  if (s_is(entry, who)) {
    return ASKI_POLICY_NAMED_DIRECTLY;
  }
  /* The user who made a federated session is not in its ARN: its name is whatever that user chose. */
  bool maybe = entry->who.kind == ASKI_POLICY_PRINCIPAL_USER && who->kind == ASKI_POLICY_PRINCIPAL_FEDERATED;
  return maybe && same_name ? ASKI_POLICY_NAMED_MAYBE : ASKI_POLICY_NAMED_NOT;
}

static aski_policy_naming s_naming(const aski_policy_named *entry, const aski_policy_principal *who)
{
  if (entry->realm == ASKI_POLICY_REALM_AWS) {
    return s_naming_aws(entry, who);
  }
  bool service = who->kind == ASKI_POLICY_PRINCIPAL_SERVICE;
  bool provider = who->kind == ASKI_POLICY_PRINCIPAL_PROVIDER && entry->realm == ASKI_POLICY_REALM_FEDERATED;
  bool named = (service || provider) && (aski_str_equal_text(entry->who.text, "*") || s_is(entry, who));
  return named ? ASKI_POLICY_NAMED_DIRECTLY : ASKI_POLICY_NAMED_NOT;
}

/* IAM User Guide, "AWS JSON policy elements: NotPrincipal": "all principals except the ones specified". A Deny spares only the very one that is
 * listed (its account or role beside it spares nobody else, as in the guide's examples); an Allow leaves out everybody who is
 * listed in any way. "The NotPrincipal element with a Deny effect will always deny any IAM principal that has a permissions boundary policy
 * attached, regardless of the values specified in the NotPrincipal element." */
static bool s_is_excepted(const aski_policy_rule *rule, const aski_policy_principal *who)
{
  bool entity = who->kind == ASKI_POLICY_PRINCIPAL_USER || who->kind == ASKI_POLICY_PRINCIPAL_ROLE ||
                who->kind == ASKI_POLICY_PRINCIPAL_ROLE_SESSION;
  if (rule->spares_no_entity && entity) {
    return false;
  }
  for (uint32_t i = 0; i < rule->named_count; ++i) {
    if (rule->deny ? s_is(&rule->named[i], who) : s_naming(&rule->named[i], who) != ASKI_POLICY_NAMED_NOT) {
      return true;
    }
  }
  return rule->anyone;
}

aski_policy_naming aski_policy_rule_names(const aski_policy_rule *rule, const askiam_policy_request *request)
{
  const aski_policy_principal *who = &request->principal;
  if (!rule->has_principal) {
    return ASKI_POLICY_NAMED_DIRECTLY;
  }
  if (rule->not_principal) {
    return s_is_excepted(rule, who) ? ASKI_POLICY_NAMED_NOT : ASKI_POLICY_NAMED_DIRECTLY;
  }
  aski_policy_naming best = rule->anyone ? ASKI_POLICY_NAMED_DIRECTLY : ASKI_POLICY_NAMED_NOT;
  for (uint32_t i = 0; i < rule->named_count && best != ASKI_POLICY_NAMED_DIRECTLY; ++i) {
    aski_policy_naming naming = s_naming(&rule->named[i], who);
    best = naming > best ? naming : best;
  }
  return best == ASKI_POLICY_NAMED_MAYBE && !rule->deny ? ASKI_POLICY_NAMED_NOT : best;
}

bool aski_policy_rule_has_action(const aski_policy_rule *rule, const askiam_policy_request *request)
{
  for (uint32_t i = 0; i < rule->action_count; ++i) {
    const aski_policy_pattern *pattern = &rule->actions[i];
    if (pattern->shape == ASKI_POLICY_EXACT && pattern->hash != request->action_hash) {
      continue;
    }
    if (aski_policy_pattern_matches(pattern, request->lower_action, request)) {
      return !rule->not_action;
    }
  }
  return rule->not_action;
}

/* Matched as one text: a star reaches over colons and slashes (IAM User Guide, "IAM JSON policy elements: Resource": a star at the end of a segment "can expand to
 * match beyond the colon boundaries", and "characters like a forward slash"). "A variable that has no
 * value […] will not match any resource", neither in Resource nor in NotResource ("Policy variables with no value"). */
bool aski_policy_rule_has_resource(const aski_policy_rule *rule, const askiam_policy_request *request)
{
  for (uint32_t i = 0; i < rule->resource_count; ++i) {
    const aski_policy_pattern *pattern = &rule->resources[i];
    if (aski_policy_pattern_matches(pattern, request->resource, request)) {
      return !rule->not_resource;
    }
  }
  return rule->not_resource || rule->any_resource;
}

aski_policy_naming aski_policy_rule_match(const aski_policy_rule *rule, const askiam_policy_request *request)
{
  if (!aski_policy_rule_has_action(rule, request) || !aski_policy_rule_has_resource(rule, request)) {
    return ASKI_POLICY_NAMED_NOT;
  }
  aski_policy_naming naming = aski_policy_rule_names(rule, request);
  for (uint32_t i = 0; naming != ASKI_POLICY_NAMED_NOT && i < rule->condition_count; ++i) {
    if (!aski_policy_condition_holds(&rule->conditions[i], request)) {
      return ASKI_POLICY_NAMED_NOT;
    }
  }
  return naming;
}
