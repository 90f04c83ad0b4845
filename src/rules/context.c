/* SPDX-License-Identifier: Apache-2.0 */
#include "rules/context.h"

#include <strings.h>

#include "base/time.h"
#include "policy/policy.h"

enum { SHORT_NAMES = 3 };

/* The keys of docs/policies.md. The place of a key is its bit. */
typedef enum context_key {
  KEY_USER_ID,
  KEY_REQUESTER_ID,
  KEY_USER_STATUS,
  KEY_USER_DEPARTMENT,
  KEY_USER_TITLE,
  KEY_USER_MANAGER,
  KEY_CURRENT_ROLES,
  KEY_APP_ID,
  KEY_APP_OWNER,
  KEY_ROLE_ID,
  KEY_ROLE_RISK,
  KEY_ROLE_PERMISSIONS,
  KEY_DURATION,
  KEY_SOURCE_IP,
  KEY_USER_AGENT,
  KEY_CURRENT_TIME,
  KEY_EPOCH_TIME,
  KEY_ATTRIBUTE, /* the beginning of "askiam:User/…" */
  KEY_COUNT
} context_key;

#define KEY(text) {text, sizeof(text) - 1}
static const askiam_str s_names[KEY_COUNT] = {
    [KEY_USER_ID] = KEY("askiam:UserId"),
    [KEY_REQUESTER_ID] = KEY("askiam:RequesterId"),
    [KEY_USER_STATUS] = KEY("askiam:UserStatus"),
    [KEY_USER_DEPARTMENT] = KEY("askiam:UserDepartment"),
    [KEY_USER_TITLE] = KEY("askiam:UserTitle"),
    [KEY_USER_MANAGER] = KEY("askiam:UserManager"),
    [KEY_CURRENT_ROLES] = KEY("askiam:CurrentRoles"),
    [KEY_APP_ID] = KEY("askiam:AppId"),
    [KEY_APP_OWNER] = KEY("askiam:AppOwner"),
    [KEY_ROLE_ID] = KEY("askiam:RoleId"),
    [KEY_ROLE_RISK] = KEY("askiam:RoleRisk"),
    [KEY_ROLE_PERMISSIONS] = KEY("askiam:RolePermissions"),
    [KEY_DURATION] = KEY("askiam:RequestedDurationSeconds"),
    [KEY_SOURCE_IP] = KEY("aws:SourceIp"),
    [KEY_USER_AGENT] = KEY("aws:UserAgent"),
    [KEY_CURRENT_TIME] = KEY("aws:CurrentTime"),
    [KEY_EPOCH_TIME] = KEY("aws:EpochTime"),
    [KEY_ATTRIBUTE] = KEY("askiam:User/"),
};

static bool s_is_called(askiam_str key, askiam_str name)
{
  return key.length == name.length && strncasecmp(key.data, name.data, name.length) == 0;
}

/* One of 64 bits for the name of an attribute, whose case does not matter. */
static uint64_t s_attribute_bit(askiam_str name)
{
  uint64_t hash = 0;
  for (size_t i = 0; i < name.length; ++i) {
    char byte = name.data[i];
    hash = hash * 31 + (unsigned char)(byte >= 'A' && byte <= 'Z' ? byte + ('a' - 'A') : byte);
  }
  return UINT64_C(1) << (hash ^ hash >> 17) % 64;
}

/* Notes that a key is read; false for one that is none of ours, which nobody tells. */
static bool s_note(aski_policy_reads *reads, askiam_str key)
{
  askiam_str attribute = s_names[KEY_ATTRIBUTE];
  if (key.length > attribute.length && s_is_called(aski_str_slice(key, 0, attribute.length), attribute)) {
    reads->attributes |= s_attribute_bit(aski_str_slice(key, attribute.length, key.length));
    return true;
  }
  for (int known = 0; known < KEY_ATTRIBUTE; ++known) {
    if (s_is_called(key, s_names[known])) {
      reads->keys |= UINT32_C(1) << known;
      return true;
    }
  }
  return false;
}

/* The keys of the variables in a text; everything, where one is not just the name of a key. */
static void s_note_variables(aski_policy_reads *reads, const aski_policy_texts *texts)
{
  for (size_t i = 0; i < texts->count; ++i) {
    askiam_str text = texts->items[i];
    for (size_t at = 0; at + 1 < text.length; ++at) {
      if (text.data[at] != '$' || text.data[at + 1] != '{') {
        continue;
      }
      askiam_str inside = aski_str_slice(text, at + 2, text.length);
      const char *close = inside.length == 0 ? NULL : memchr(inside.data, '}', inside.length);
      if (close == NULL || !s_note(reads, aski_str_slice(inside, 0, (size_t)(close - inside.data)))) {
        reads->keys = UINT32_MAX;
        reads->attributes = UINT64_MAX;
      }
    }
  }
}

aski_policy_reads aski_rules_reads(const askiam_policy_set *set)
{
  aski_policy_reads reads = {.known = true};
  size_t count = aski_policy_statement_count(set);
  for (size_t i = 0; i < count; ++i) {
    const aski_policy_statement *statement = aski_policy_statement_at(set, i, NULL);
    s_note_variables(&reads, &statement->resources);
    for (size_t j = 0; j < statement->clauses.count; ++j) {
      s_note(&reads, statement->clauses.items[j].key);
      s_note_variables(&reads, &statement->clauses.items[j].values);
    }
  }
  return reads;
}

/* Texts one after the other. */
static askiam_str s_join(aski_arena *arena, const askiam_str *parts, size_t count)
{
  size_t length = 0;
  for (size_t i = 0; i < count; ++i) {
    length += parts[i].length;
  }
  char *text = aski_arena_acquire(arena, length + 1, 1);
  size_t at = 0;
  for (size_t i = 0; text != NULL && i < count; ++i) {
    if (parts[i].length > 0) {
      memcpy(text + at, parts[i].data, parts[i].length);
    }
    at += parts[i].length;
  }
  return (askiam_str){text, text == NULL ? 0 : length};
}

typedef struct teller {
  aski_policy_reads reads;
  aski_arena *arena;
  aski_context_fn tell;
  void *context;
} teller;

static bool s_asks(const teller *to, context_key key) { return !to->reads.known || (to->reads.keys >> key & 1) != 0; }

/* What is not known is absent: an empty text is no department. */
static void s_tell(const teller *to, context_key key, askiam_str value)
{
  if (value.length > 0 && s_asks(to, key)) {
    to->tell(to->context, s_names[key], value);
  }
}

static askiam_str s_status(askiam_entity_status status)
{
  if (status == ASKIAM_ENTITY_ACTIVE) {
    return ASKI_STR("active");
  }
  return status == ASKIAM_ENTITY_SUSPENDED ? ASKI_STR("suspended") : ASKI_STR("inactive");
}

/* Each attribute under its own name; three of them have a short name too. */
static void s_tell_attributes(const teller *to, const aski_fact_user *user)
{
  static const struct {
    askiam_str attribute;
    context_key key;
  } short_names[SHORT_NAMES] = {
      {KEY("department"), KEY_USER_DEPARTMENT}, {KEY("title"), KEY_USER_TITLE}, {KEY("manager"), KEY_USER_MANAGER}};
  for (size_t i = 0; i < user->attributes.count; ++i) {
    const aski_attribute *attribute = &user->attributes.items[i];
    for (size_t j = 0; j < SHORT_NAMES; ++j) {
      if (s_is_called(attribute->key, short_names[j].attribute)) {
        s_tell(to, short_names[j].key, attribute->value);
      }
    }
    bool asked = !to->reads.known || (to->reads.attributes & s_attribute_bit(attribute->key)) != 0;
    if (asked && attribute->key.length > 0 && attribute->value.length > 0) {
      const askiam_str name[] = {s_names[KEY_ATTRIBUTE], attribute->key};
      to->tell(to->context, s_join(to->arena, name, 2), attribute->value);
    }
  }
}

static void s_tell_roles(const teller *to, const aski_facts *facts, int64_t now_ms)
{
  for (size_t i = 0; i < facts->grants.count && s_asks(to, KEY_CURRENT_ROLES); ++i) {
    if (aski_grant_held(&facts->grants.items[i], now_ms)) {
      s_tell(to, KEY_CURRENT_ROLES, facts->grants.items[i].role_id);
    }
  }
  for (size_t i = 0; i < facts->role.permissions.count; ++i) {
    s_tell(to, KEY_ROLE_PERMISSIONS, facts->role.permissions.items[i]);
  }
}

/* Whole seconds where it is whole: a limit of 28800 must not be passed by half a second unnoticed. */
static askiam_str s_seconds(aski_arena *arena, int64_t duration_ms)
{
  long long whole = (long long)(duration_ms / 1000);
  int rest = (int)(duration_ms % 1000);
  return rest == 0 ? aski_arena_format(arena, "%lld", whole) : aski_arena_format(arena, "%lld.%03d", whole, rest);
}

static void s_tell_times(const teller *to, const aski_rules_input *input)
{
  if (input->expires_at_ms != 0 && s_asks(to, KEY_DURATION)) {
    int64_t duration_ms = input->expires_at_ms > input->now_ms ? input->expires_at_ms - input->now_ms : 0;
    s_tell(to, KEY_DURATION, s_seconds(to->arena, duration_ms));
  }
  if (s_asks(to, KEY_CURRENT_TIME)) {
    char moment[ASKI_TIME_TEXT_BYTES];
    aski_time_format(input->now_ms, moment);
    s_tell(to, KEY_CURRENT_TIME, askiam_str_from(moment));
  }
  if (s_asks(to, KEY_EPOCH_TIME)) {
    int64_t seconds = input->now_ms / 1000 - (input->now_ms % 1000 < 0);
    s_tell(to, KEY_EPOCH_TIME, aski_arena_format(to->arena, "%lld", (long long)seconds));
  }
}

/* A role that is looked at for a remedy comes without its application. */
static askiam_str s_application_id(const aski_facts *facts)
{
  return facts->application.found ? facts->application.id : facts->role.application_id;
}

void aski_rules_context(const aski_facts *facts, const aski_rules_input *input, aski_arena *arena, aski_context_fn tell,
                        void *context)
{
  const teller to = {input->policy_reads, arena, tell, context};
  const aski_fact_user *user = &facts->user;
  s_tell(&to, KEY_USER_ID, user->id);
  s_tell(&to, KEY_REQUESTER_ID, input->requester_id.length > 0 ? input->requester_id : user->id);
  s_tell(&to, KEY_USER_STATUS, user->found ? s_status(user->status) : ASKI_STR_NONE);
  s_tell_attributes(&to, user);
  s_tell(&to, KEY_APP_ID, s_application_id(facts));
  s_tell(&to, KEY_APP_OWNER, facts->application.owner);
  s_tell(&to, KEY_ROLE_ID, facts->role.id);
  s_tell(&to, KEY_ROLE_RISK, facts->role.risk);
  s_tell_roles(&to, facts, input->now_ms);
  s_tell_times(&to, input);
  s_tell(&to, KEY_SOURCE_IP, input->ip);
  s_tell(&to, KEY_USER_AGENT, input->user_agent);
}

typedef struct filling {
  askiam_policy_request *request;
  askiam_status status;
  askiam_error *error;
} filling;

static void s_add(void *context, askiam_str key, askiam_str value)
{
  filling *work = context;
  if (work->status == ASKIAM_STATUS_OK) {
    work->status = askiam_policy_request_add(work->request, key, value, work->error);
  }
}

static void s_set(filling *work, askiam_policy_request_field field, askiam_str value)
{
  if (work->status == ASKIAM_STATUS_OK) {
    work->status = askiam_policy_request_set(work->request, field, value, work->error);
  }
}

askiam_status aski_rules_policy_request(askiam_policy_request *request, const aski_facts *facts,
                                        const aski_rules_input *input, aski_arena *arena, askiam_error *error)
{
  askiam_str application = s_application_id(facts);
  if (application.length > 0 && memchr(application.data, '/', application.length) != NULL) {
    return askiam_error_set(error, ASKIAM_STATUS_BAD_DATA, ASKIAM_LAYER_ENGINE,
                            "the id of the application has a '/', so that its roles could be taken for another's");
  }
  filling work = {.request = request, .error = error};
  askiam_policy_request_clear(request);
  const askiam_str principal[] = {ASKI_STR("arn:aws:askiam:::user/"), facts->user.id};
  const askiam_str resource[] = {ASKI_STR("arn:aws:askiam:::application/"), application, ASKI_STR("/role/"),
                                 facts->role.id};
  s_set(&work, ASKIAM_POLICY_PRINCIPAL, s_join(arena, principal, 2));
  s_set(&work, ASKIAM_POLICY_ACTION, ASKI_STR("askiam:RequestRole"));
  s_set(&work, ASKIAM_POLICY_RESOURCE_ARN, s_join(arena, resource, 4));
  aski_rules_context(facts, input, arena, s_add, &work);
  return arena->failed ? ASKIAM_STATUS_NO_MEMORY : work.status;
}
