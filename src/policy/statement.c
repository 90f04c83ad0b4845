/* SPDX-License-Identifier: Apache-2.0
 *
 * One statement: its members, and which of them it must and must not have. */
#include "policy/reader.h"

typedef enum s_member {
  MEMBER_SID,
  MEMBER_EFFECT,
  MEMBER_PRINCIPAL,
  MEMBER_NOT_PRINCIPAL,
  MEMBER_ACTION,
  MEMBER_NOT_ACTION,
  MEMBER_RESOURCE,
  MEMBER_NOT_RESOURCE,
  MEMBER_CONDITION,
  MEMBER_COUNT
} s_member;

static const char *const s_names[MEMBER_COUNT] = {"Sid",       "Effect",   "Principal",   "NotPrincipal", "Action",
                                                  "NotAction", "Resource", "NotResource", "Condition"};

typedef struct s_members {
  const aski_json *nodes[MEMBER_COUNT];
} s_members;

static void s_sort_members(aski_policy_reader *reader, const aski_json *node, s_members *out_members)
{
  for (const aski_json *item = aski_json_first(node); item != NULL; item = aski_json_next(item)) {
    askiam_str name = aski_json_name(item);
    size_t member = 0;
    while (member < MEMBER_COUNT && !aski_str_equal_text(name, s_names[member])) {
      ++member;
    }
    if (member < MEMBER_COUNT) {
      out_members->nodes[member] = item;
      continue;
    }
    aski_policy_enter(reader, name);
    aski_policy_refuse_name(reader, item, "a statement has no member \"%s\"%s", aski_policy_shown(reader, name),
                            aski_policy_suggestion(reader, name, s_names, MEMBER_COUNT));
    aski_policy_leave(reader);
  }
}

static void s_read_sid(aski_policy_reader *reader, const aski_json *node, aski_policy_statement *out_statement)
{
  askiam_str sid = aski_json_string(node);
  if (!aski_str_present(sid)) {
    aski_policy_refuse_type(reader, node, "a string");
    return;
  }
  bool plain = true;
  bool underscores = false;
  for (size_t i = 0; i < sid.length; ++i) {
    char byte = sid.data[i];
    bool letter = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
    plain = plain && (letter || (byte >= '0' && byte <= '9') || byte == '_');
    underscores = underscores || byte == '_';
  }
  if (!plain && reader->rules->sid_is_strict) {
    aski_policy_refuse(reader, node, "the statement id (Sid) \"%s\" must be letters A-Z, a-z and digits only",
                       aski_policy_shown(reader, sid));
  } else if ((!plain || underscores) && reader->rules->principal != ASKI_POLICY_REQUIRED) {
    aski_policy_warn(reader, node, "AWS documents only letters A-Z, a-z and digits for a statement id (Sid)");
  }
  out_statement->sid = aski_arena_copy(reader->arena, sid);
}

static void s_read_effect(aski_policy_reader *reader, const aski_json *node, aski_policy_statement *out_statement)
{
  askiam_str effect = aski_json_string(node);
  if (!aski_str_present(effect)) {
    aski_policy_refuse_type(reader, node, "\"Allow\" or \"Deny\"");
    return;
  }
  out_statement->deny = aski_str_equal_text(effect, "Deny");
  reader->deny = out_statement->deny;
  if (!out_statement->deny && !aski_str_equal_text(effect, "Allow")) {
    aski_policy_refuse(reader, node, "must be \"Allow\" or \"Deny\", written so, not \"%s\"",
                       aski_policy_shown(reader, effect));
  }
}

static void s_read_member(aski_policy_reader *reader, s_member member, const aski_json *node,
                          aski_policy_statement *out_statement)
{
  aski_policy_enter(reader, askiam_str_from(s_names[member]));
  switch (member) {
  case MEMBER_SID:
    s_read_sid(reader, node, out_statement);
    break;
  case MEMBER_EFFECT:
    s_read_effect(reader, node, out_statement);
    break;
  case MEMBER_PRINCIPAL:
  case MEMBER_NOT_PRINCIPAL:
    out_statement->has_principal = true;
    out_statement->not_principal = member == MEMBER_NOT_PRINCIPAL;
    aski_policy_read_principals(reader, node, &out_statement->principals);
    break;
  case MEMBER_ACTION:
  case MEMBER_NOT_ACTION:
    out_statement->not_action = member == MEMBER_NOT_ACTION;
    aski_policy_read_actions(reader, node, &out_statement->actions);
    break;
  case MEMBER_RESOURCE:
  case MEMBER_NOT_RESOURCE:
    out_statement->has_resource = true;
    out_statement->not_resource = member == MEMBER_NOT_RESOURCE;
    aski_policy_read_resources(reader, node, &out_statement->resources);
    break;
  case MEMBER_CONDITION:
    aski_policy_read_condition(reader, node, out_statement);
    break;
  case MEMBER_COUNT:
    break;
  }
  aski_policy_leave(reader);
}

/* Of two members that exclude each other, the second is refused and not read. */
static void s_refuse_pair(aski_policy_reader *reader, s_members *members, s_member first)
{
  const aski_json *second = members->nodes[first + 1];
  if (members->nodes[first] != NULL && second != NULL) {
    aski_policy_enter(reader, askiam_str_from(s_names[first + 1]));
    aski_policy_refuse_name(reader, second, "a statement has %s or %s, not both", s_names[first], s_names[first + 1]);
    aski_policy_leave(reader);
    members->nodes[first + 1] = NULL;
  }
}

static void s_require(aski_policy_reader *reader, const aski_json *node, const s_members *members)
{
  if (members->nodes[MEMBER_EFFECT] == NULL) {
    aski_policy_refuse(reader, node, "the statement must contain an Effect, \"Allow\" or \"Deny\"");
  }
  if (members->nodes[MEMBER_ACTION] == NULL && members->nodes[MEMBER_NOT_ACTION] == NULL) {
    aski_policy_refuse(reader, node, "the statement must contain actions: Action or NotAction");
  }
  if (members->nodes[MEMBER_RESOURCE] == NULL && members->nodes[MEMBER_NOT_RESOURCE] == NULL &&
      !reader->rules->resource_optional) {
    aski_policy_refuse(reader, node, "the statement must contain resources: Resource or NotResource");
  }
  if (members->nodes[MEMBER_PRINCIPAL] == NULL && members->nodes[MEMBER_NOT_PRINCIPAL] == NULL &&
      reader->rules->principal == ASKI_POLICY_REQUIRED) {
    aski_policy_refuse(reader, node, "the statement must contain a Principal: %s has nobody else to be about",
                       reader->rules->phrase);
  }
}

static void s_forbid(aski_policy_reader *reader, const s_members *members, s_member member, const char *why)
{
  const aski_json *node = members->nodes[member];
  if (node != NULL) {
    aski_policy_enter(reader, askiam_str_from(s_names[member]));
    aski_policy_refuse_name(reader, node, "%s has no %s: %s", reader->rules->phrase, s_names[member], why);
    aski_policy_leave(reader);
  }
}

static void s_forbid_members(aski_policy_reader *reader, const s_members *members)
{
  const aski_policy_rules *rules = reader->rules;
  if (rules->principal == ASKI_POLICY_FORBIDDEN) {
    s_forbid(reader, members, MEMBER_PRINCIPAL, rules->instead);
    s_forbid(reader, members, MEMBER_NOT_PRINCIPAL, rules->instead);
  }
  if (rules->only_everyone) {
    s_forbid(reader, members, MEMBER_NOT_PRINCIPAL, "write \"Principal\": \"*\" and a condition");
    s_forbid(reader, members, MEMBER_NOT_ACTION, "list the actions");
  }
}

static bool s_is_everything(const aski_policy_texts *texts)
{
  return texts->count == 1 && aski_str_equal_text(texts->items[0], "*");
}

/* ForAllValues holds for no values at all. Who asks with Null whether there are any knows. */
static void s_check_for_all(aski_policy_reader *reader, const aski_json *condition,
                            const aski_policy_statement *statement)
{
  const aski_policy_clause *found = NULL;
  for (size_t i = 0; i < statement->clauses.count; ++i) {
    const aski_policy_clause *clause = &statement->clauses.items[i];
    if (clause->op == ASKI_POLICY_NULL) {
      return;
    }
    found = found == NULL && clause->quantifier == ASKI_POLICY_FOR_ALL_VALUES ? clause : found;
  }
  if (found != NULL) {
    aski_policy_enter(reader, ASKI_STR("Condition"));
    aski_policy_warn_name(reader, condition,
                          "ForAllValues also holds where a request has no %s at all, and then this Allow allows; add "
                          "\"Null\": {\"%s\": \"false\"} where it should not",
                          aski_policy_shown(reader, found->key), aski_policy_shown(reader, found->key));
    aski_policy_leave(reader);
  }
}

/* What can only be said once all members are known. */
static void s_check_whole(aski_policy_reader *reader, const aski_json *node, const s_members *members,
                          const aski_policy_statement *statement)
{
  const aski_policy_principals *who = &statement->principals;
  const aski_json *principal = members->nodes[MEMBER_PRINCIPAL];
  bool allows = members->nodes[MEMBER_EFFECT] != NULL && !statement->deny;
  if (allows && members->nodes[MEMBER_NOT_PRINCIPAL] != NULL) {
    aski_policy_enter(reader, ASKI_STR("NotPrincipal"));
    aski_policy_warn_name(
        reader, members->nodes[MEMBER_NOT_PRINCIPAL],
        "NotPrincipal with Allow allows everybody else, also who is not signed in; use it with Deny only");
    aski_policy_leave(reader);
  }
  if (allows) {
    s_check_for_all(reader, members->nodes[MEMBER_CONDITION], statement);
  }
  bool others = who->service.count + who->federated.count + who->canonical.count > 0 || who->aws.count > 1;
  if (reader->rules->only_everyone && principal != NULL && (!who->anyone || others)) {
    aski_policy_enter(reader, ASKI_STR("Principal"));
    aski_policy_refuse(reader, principal, "%s is about everybody: write \"*\" and a condition", reader->rules->phrase);
    aski_policy_leave(reader);
  }
  bool whole = s_is_everything(&statement->actions) && s_is_everything(&statement->resources) &&
               !statement->not_resource && statement->clauses.count == 0;
  if (reader->rules->only_denies && allows && !whole) {
    aski_policy_refuse(reader, node,
                       "%s can only Deny; only RCPFullAWSAccess, which allows \"*\" on \"*\", is an Allow",
                       reader->rules->phrase);
  }
}

void aski_policy_read_statement(aski_policy_reader *reader, const aski_json *node, aski_policy_statement *out_statement)
{
  if (aski_json_type_of(node) != ASKI_JSON_OBJECT) {
    aski_policy_refuse_type(reader, node, "an object with Effect, Action and Resource");
    return;
  }
  s_members members = {{NULL}};
  reader->deny = false;
  s_sort_members(reader, node, &members);
  s_refuse_pair(reader, &members, MEMBER_PRINCIPAL);
  s_refuse_pair(reader, &members, MEMBER_ACTION);
  s_refuse_pair(reader, &members, MEMBER_RESOURCE);
  s_require(reader, node, &members);
  s_forbid_members(reader, &members);
  for (size_t member = 0; member < MEMBER_COUNT; ++member) {
    if (members.nodes[member] != NULL) {
      s_read_member(reader, (s_member)member, members.nodes[member], out_statement);
    }
  }
  s_check_whole(reader, node, &members, out_statement);
}
