/* SPDX-License-Identifier: Apache-2.0 */
#include "model/facts.h"

void aski_facts_init(aski_facts *facts, aski_arena *arena) { *facts = (aski_facts){.arena = arena}; }

static askiam_status s_outcome(const aski_facts *facts)
{
  return facts->arena->failed ? ASKIAM_STATUS_NO_MEMORY : ASKIAM_STATUS_OK;
}

static askiam_str s_copy(aski_facts *facts, askiam_str text) { return aski_arena_copy(facts->arena, text); }

void askiam_facts_set_version(askiam_facts *facts, uint64_t version) { facts->version = version; }

askiam_status askiam_facts_set_user(askiam_facts *facts, askiam_str id, askiam_str name, askiam_str email,
                                    askiam_entity_status status)
{
  facts->user.found = true;
  facts->user.id = s_copy(facts, id);
  facts->user.name = s_copy(facts, name);
  facts->user.email = s_copy(facts, email);
  facts->user.status = status;
  return s_outcome(facts);
}

askiam_status askiam_facts_add_user_attribute(askiam_facts *facts, askiam_str key, askiam_str value)
{
  aski_attribute *added = ASKI_ARENA_PUSH(facts->arena, &facts->user.attributes);
  if (added != NULL) {
    *added = (aski_attribute){s_copy(facts, key), s_copy(facts, value)};
  }
  return s_outcome(facts);
}

askiam_status askiam_facts_set_requester(askiam_facts *facts, askiam_str id, askiam_str name,
                                         askiam_entity_status status)
{
  facts->requester.found = true;
  facts->requester.id = s_copy(facts, id);
  facts->requester.name = s_copy(facts, name);
  facts->requester.status = status;
  return s_outcome(facts);
}

askiam_status askiam_facts_set_application(askiam_facts *facts, askiam_str id, askiam_str name, askiam_str owner,
                                           askiam_entity_status status)
{
  facts->application =
      (aski_fact_application){true, s_copy(facts, id), s_copy(facts, name), s_copy(facts, owner), status};
  return s_outcome(facts);
}

askiam_status askiam_facts_set_role(askiam_facts *facts, askiam_str id, askiam_str application_id, askiam_str name,
                                    askiam_str description, askiam_str risk, askiam_entity_status status)
{
  aski_fact_role *role = &facts->role;
  role->found = true;
  role->id = s_copy(facts, id);
  role->application_id = s_copy(facts, application_id);
  role->name = s_copy(facts, name);
  role->description = s_copy(facts, description);
  role->risk = s_copy(facts, risk);
  role->status = status;
  return s_outcome(facts);
}

askiam_status askiam_facts_add_permission(askiam_facts *facts, askiam_str permission)
{
  askiam_str *added = ASKI_ARENA_PUSH(facts->arena, &facts->role.permissions);
  if (added != NULL) {
    *added = s_copy(facts, permission);
  }
  return s_outcome(facts);
}

askiam_status askiam_facts_add_grant(askiam_facts *facts, askiam_str role_id, askiam_str role_name,
                                     int64_t granted_at_ms, int64_t expires_at_ms, askiam_grant_status status)
{
  aski_grant *added = ASKI_ARENA_PUSH(facts->arena, &facts->grants);
  if (added != NULL) {
    *added = (aski_grant){s_copy(facts, role_id), s_copy(facts, role_name), granted_at_ms, expires_at_ms, status};
  }
  return s_outcome(facts);
}

askiam_status askiam_facts_add_prerequisite(askiam_facts *facts, askiam_str role_id, askiam_str role_name)
{
  aski_role_link *added = ASKI_ARENA_PUSH(facts->arena, &facts->prerequisites);
  if (added != NULL) {
    *added = (aski_role_link){s_copy(facts, role_id), s_copy(facts, role_name), ASKI_STR_NONE};
  }
  return s_outcome(facts);
}

askiam_status askiam_facts_add_conflict(askiam_facts *facts, askiam_str role_id, askiam_str role_name,
                                        askiam_str reason)
{
  aski_role_link *added = ASKI_ARENA_PUSH(facts->arena, &facts->conflicts);
  if (added != NULL) {
    *added = (aski_role_link){s_copy(facts, role_id), s_copy(facts, role_name), s_copy(facts, reason)};
  }
  return s_outcome(facts);
}

askiam_status askiam_facts_set_restriction(askiam_facts *facts, askiam_str reason)
{
  facts->restricted = true;
  facts->restriction_reason = s_copy(facts, reason);
  return s_outcome(facts);
}

askiam_status askiam_facts_set_policies(askiam_facts *facts, uint64_t count, askiam_str hash)
{
  facts->policy_count = count;
  facts->policy_hash = s_copy(facts, hash);
  return s_outcome(facts);
}

askiam_status askiam_facts_add_query(askiam_facts *facts, const char *name, uint64_t rows)
{
  aski_query *added = ASKI_ARENA_PUSH(facts->arena, &facts->queries);
  if (added != NULL) {
    *added = (aski_query){s_copy(facts, askiam_str_from(name)), rows};
  }
  return s_outcome(facts);
}

/* Gives a list in the arena of its own to `list`, of `count` elements. */
static void *s_copy_list(aski_arena *arena, const void *items, size_t count, size_t size_bytes, size_t *out_capacity)
{
  void *copy = aski_arena_acquire(arena, count, size_bytes);
  *out_capacity = copy == NULL ? 0 : count;
  if (copy != NULL && count > 0) {
    memcpy(copy, items, count * size_bytes);
  }
  return copy;
}

#define S_COPY_LIST(arena, list)                                                                                       \
  ((list)->items = s_copy_list((arena), (list)->items, (list)->count, sizeof *(list)->items, &(list)->capacity))

bool aski_facts_copy(aski_facts *out_copy, const aski_facts *facts, aski_arena *arena)
{
  *out_copy = *facts;
  out_copy->arena = arena;
  S_COPY_LIST(arena, &out_copy->user.attributes);
  S_COPY_LIST(arena, &out_copy->role.permissions);
  S_COPY_LIST(arena, &out_copy->grants);
  S_COPY_LIST(arena, &out_copy->prerequisites);
  S_COPY_LIST(arena, &out_copy->conflicts);
  S_COPY_LIST(arena, &out_copy->queries);
  return !arena->failed;
}

static void s_keep(aski_arena *arena, askiam_str *text) { *text = aski_arena_copy(arena, *text); }

static void s_keep_user(aski_arena *arena, aski_fact_user *user)
{
  s_keep(arena, &user->id);
  s_keep(arena, &user->name);
  s_keep(arena, &user->email);
  for (size_t i = 0; i < user->attributes.count; ++i) {
    s_keep(arena, &user->attributes.items[i].key);
    s_keep(arena, &user->attributes.items[i].value);
  }
}

static void s_keep_role(aski_arena *arena, aski_fact_role *role)
{
  s_keep(arena, &role->id);
  s_keep(arena, &role->application_id);
  s_keep(arena, &role->name);
  s_keep(arena, &role->description);
  s_keep(arena, &role->risk);
  for (size_t i = 0; i < role->permissions.count; ++i) {
    s_keep(arena, &role->permissions.items[i]);
  }
}

static void s_keep_links(aski_arena *arena, aski_role_link *links, size_t count)
{
  for (size_t i = 0; i < count; ++i) {
    s_keep(arena, &links[i].role_id);
    s_keep(arena, &links[i].role_name);
    s_keep(arena, &links[i].reason);
  }
}

bool aski_facts_keep(aski_facts *out_copy, const aski_facts *facts, aski_arena *arena)
{
  if (!aski_facts_copy(out_copy, facts, arena)) {
    return false;
  }
  s_keep_user(arena, &out_copy->user);
  out_copy->requester.attributes.items = NULL; /* it has none */
  out_copy->requester.attributes.count = 0;
  s_keep_user(arena, &out_copy->requester);
  s_keep(arena, &out_copy->application.id);
  s_keep(arena, &out_copy->application.name);
  s_keep(arena, &out_copy->application.owner);
  s_keep_role(arena, &out_copy->role);
  for (size_t i = 0; i < out_copy->grants.count; ++i) {
    s_keep(arena, &out_copy->grants.items[i].role_id);
    s_keep(arena, &out_copy->grants.items[i].role_name);
  }
  s_keep_links(arena, out_copy->prerequisites.items, out_copy->prerequisites.count);
  s_keep_links(arena, out_copy->conflicts.items, out_copy->conflicts.count);
  s_keep(arena, &out_copy->restriction_reason);
  s_keep(arena, &out_copy->policy_hash);
  for (size_t i = 0; i < out_copy->queries.count; ++i) {
    s_keep(arena, &out_copy->queries.items[i].name);
  }
  return !arena->failed;
}

static bool s_is_asked(bool found, askiam_str id, askiam_str asked)
{
  return !found || (aski_str_present(asked) && aski_str_equal(id, asked));
}

bool aski_facts_about(const aski_facts *facts, askiam_str user_id, askiam_str requester_id, askiam_str application_id,
                      askiam_str role_id)
{
  return s_is_asked(facts->user.found, facts->user.id, user_id) &&
         s_is_asked(facts->requester.found, facts->requester.id, requester_id) &&
         s_is_asked(facts->application.found, facts->application.id, application_id) &&
         s_is_asked(facts->role.found, facts->role.id, role_id) &&
         (!facts->role.found || facts->role.application_id.length > 0);
}

bool aski_facts_have_policies(const aski_facts *facts)
{
  return facts->policy_count > 0 || facts->policy_hash.length > 0;
}

bool aski_grant_held(const aski_grant *grant, int64_t now_ms)
{
  return grant->status == ASKIAM_GRANT_ACTIVE && grant->granted_at_ms <= now_ms &&
         (grant->expires_at_ms == 0 || now_ms < grant->expires_at_ms);
}

static bool s_ends_later(const aski_grant *grant, const aski_grant *other)
{
  return other->expires_at_ms != 0 && (grant->expires_at_ms == 0 || grant->expires_at_ms > other->expires_at_ms);
}

const aski_grant *aski_facts_held(const aski_facts *facts, askiam_str role_id, int64_t now_ms)
{
  const aski_grant *held = NULL;
  for (size_t i = 0; i < facts->grants.count; ++i) {
    const aski_grant *grant = &facts->grants.items[i];
    if (aski_grant_held(grant, now_ms) && aski_str_equal(grant->role_id, role_id) &&
        (held == NULL || s_ends_later(grant, held))) {
      held = grant;
    }
  }
  return held;
}

askiam_str aski_facts_attribute(const aski_facts *facts, askiam_str key)
{
  for (size_t i = 0; i < facts->user.attributes.count; ++i) {
    if (aski_str_equal(facts->user.attributes.items[i].key, key)) {
      return facts->user.attributes.items[i].value;
    }
  }
  return ASKI_STR_NONE;
}
