/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/doubts.h"

#include "policy/hash.h"
#include "policy/pattern.h"

typedef struct s_key {
  const char *name;
  bool many; /* may have several values in one request */
} s_key;

static const s_key s_keys[] = {
    {"askiam:UserId", false},      {"askiam:RequesterId", false},
    {"askiam:UserStatus", false},  {"askiam:UserDepartment", false},
    {"askiam:UserTitle", false},   {"askiam:UserManager", false},
    {"askiam:CurrentRoles", true}, {"askiam:AppId", false},
    {"askiam:AppOwner", false},    {"askiam:RoleId", false},
    {"askiam:RoleRisk", false},    {"askiam:RolePermissions", true},
    {"aws:SourceIp", false},       {"askiam:RequestedDurationSeconds", false},
    {"aws:UserAgent", false},      {"aws:CurrentTime", false},
    {"aws:EpochTime", false},
};
enum { KEYS = sizeof s_keys / sizeof *s_keys };
static const askiam_str s_attribute = {"askiam:User/", 12};
static const char s_duration[] = "askiam:RequestedDurationSeconds";
static const char s_action[] = "askiam:requestrole"; /* in small letters */

static const s_key *s_find(askiam_str name)
{
  static const s_key attribute = {"askiam:User/", false};
  if (name.length > s_attribute.length &&
      aski_policy_equal_caseless(aski_str_slice(name, 0, s_attribute.length), s_attribute)) {
    return &attribute;
  }
  for (size_t i = 0; i < KEYS; ++i) {
    if (aski_policy_equal_caseless(name, askiam_str_from(s_keys[i].name))) {
      return &s_keys[i];
    }
  }
  return NULL;
}

static const char *s_suggestion(aski_policy_reader *reader, askiam_str name)
{
  const char *names[KEYS];
  for (size_t i = 0; i < KEYS; ++i) {
    names[i] = s_keys[i].name;
  }
  return aski_policy_suggestion(reader, name, names, KEYS);
}

static bool s_is_ours(const aski_policy_reader *reader) { return reader->kind == ASKIAM_POLICY_ACCESS_REQUEST; }

static bool s_can_match(aski_policy_reader *reader, askiam_str action)
{
  aski_policy_pattern pattern;
  aski_policy_pattern_compile(&pattern, &reader->scratch, &reader->scratch, action,
                              (aski_policy_reading){.wildcards = true, .lower = true});
  return aski_policy_pattern_matches(&pattern, askiam_str_from(s_action), NULL);
}

void aski_policy_doubt_action(aski_policy_reader *reader, const aski_json *node, askiam_str text)
{
  if (s_is_ours(reader) && !s_can_match(reader, text)) {
    aski_policy_warn(reader, node, "no access request has the action \"%s\": their only one is \"askiam:RequestRole\"",
                     aski_policy_shown(reader, text));
  }
}

void aski_policy_doubt_principal(aski_policy_reader *reader, const aski_json *node, askiam_str text)
{
  askiam_str ours = ASKI_STR("arn:aws:askiam:::user/");
  if (s_is_ours(reader) && !aski_str_equal_text(text, "*") && !aski_str_starts(text, ours)) {
    aski_policy_warn(reader, node,
                     "nobody is \"%s\" in an access request: write {\"AWS\": \"arn:aws:askiam:::user/USER_ID\"}",
                     aski_policy_shown(reader, text));
  }
}

/* Whether the clause holds where the key is absent. */
static bool s_holds_without(const aski_policy_clause *clause)
{
  return clause->quantifier == ASKI_POLICY_FOR_ALL_VALUES ||
         (clause->quantifier == ASKI_POLICY_PLAIN && (clause->if_exists || aski_policy_operator_negated(clause->op)));
}

/* A permanent grant has no duration. Who wrote what that means, by Null or by IfExists in a Deny, need not be told. */
static void s_doubt_duration(aski_policy_reader *reader, const aski_json *node, const aski_policy_clause *clause)
{
  if (clause->op == ASKI_POLICY_NULL) {
    reader->permanent_is_settled = true;
    return;
  }
  bool holds = s_holds_without(clause);
  if (reader->deny && holds) {
    return;
  }
  aski_policy_warn_permanent(
      reader, node,
      reader->deny ? "a permanent grant has no %s, so this Deny lets it pass; to refuse it too, write %sIfExists"
      : holds ? "a permanent grant has no %s, so this Allow covers it too; where it should not, compare by %s without "
                "IfExists, "
                "or add \"Null\": {\"askiam:RequestedDurationSeconds\": \"false\"}"
              : "a permanent grant has no %s, so this Allow does not cover it; where it should, write %sIfExists",
      s_duration, aski_policy_operator_name(clause->op));
}

void aski_policy_doubt_clause(aski_policy_reader *reader, const aski_json *node, const aski_policy_clause *clause)
{
  const s_key *key = s_find(clause->key);
  if (!s_is_ours(reader) || memchr(clause->key.data, ':', clause->key.length) == NULL) {
    return;
  }
  if (key == NULL) {
    aski_policy_warn_name(reader, node, "no access request has the key \"%s\"%s",
                          aski_policy_shown(reader, clause->key), s_suggestion(reader, clause->key));
    return;
  }
  if (key->many && clause->quantifier == ASKI_POLICY_PLAIN && clause->op != ASKI_POLICY_NULL) {
    aski_policy_warn_name(reader, node, "\"%s\" has many values: write ForAnyValue:%.*s or ForAllValues:%.*s",
                          key->name, ASKI_STR_ARG(clause->operator_text), ASKI_STR_ARG(clause->operator_text));
  }
  if (aski_policy_equal_caseless(clause->key, askiam_str_from(s_duration))) {
    s_doubt_duration(reader, node, clause);
  }
}

void aski_policy_doubt_variables(aski_policy_reader *reader, const aski_json *node,
                                 const aski_policy_template *template)
{
  for (size_t i = 0; s_is_ours(reader) && i < template->count; ++i) {
    askiam_str name = template->items[i].text;
    const s_key *key = template->items[i].kind == ASKI_POLICY_PART_VARIABLE ? s_find(name) : &s_keys[0];
    if (key == NULL) {
      aski_policy_warn(reader, node, "no access request has the key \"%s\" of this variable%s",
                       aski_policy_shown(reader, name), s_suggestion(reader, name));
    } else if (key->many) {
      aski_policy_warn(reader, node, "\"%s\" has many values and cannot stand for one", key->name);
    }
  }
}
