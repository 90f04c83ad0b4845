/* SPDX-License-Identifier: Apache-2.0 */
#include "rules/context.h"

#include <strings.h>

#include "base/time.h"

typedef struct teller {
  aski_context_fn tell;
  void *context;
} teller;

/* What is not known is absent: an empty text is no department. */
static void s_tell(const teller *to, askiam_str key, askiam_str value)
{
  if (value.length > 0) {
    to->tell(to->context, key, value);
  }
}

static askiam_str s_status(askiam_entity_status status)
{
  if (status == ASKIAM_ENTITY_ACTIVE) {
    return ASKI_STR("active");
  }
  return status == ASKIAM_ENTITY_SUSPENDED ? ASKI_STR("suspended") : ASKI_STR("inactive");
}

static bool s_is_called(askiam_str key, askiam_str name)
{
  return key.length == name.length && strncasecmp(key.data, name.data, name.length) == 0;
}

/* Each attribute under its own name; three of them have a short name too. */
static void s_tell_attributes(const aski_fact_user *user, aski_arena *arena, const teller *to)
{
  static const struct {
    askiam_str attribute;
    askiam_str key;
  } short_names[] = {{{"department", 10}, {"askiam:UserDepartment", 21}},
                     {{"title", 5}, {"askiam:UserTitle", 16}},
                     {{"manager", 7}, {"askiam:UserManager", 18}}};
  for (size_t i = 0; i < user->attributes.count; ++i) {
    const aski_attribute *attribute = &user->attributes.items[i];
    for (size_t j = 0; j < sizeof short_names / sizeof *short_names; ++j) {
      if (s_is_called(attribute->key, short_names[j].attribute)) {
        s_tell(to, short_names[j].key, attribute->value);
      }
    }
    if (attribute->key.length > 0) {
      s_tell(to, aski_arena_format(arena, "askiam:User/%.*s", ASKI_STR_ARG(attribute->key)), attribute->value);
    }
  }
}

static void s_tell_roles(const aski_facts *facts, int64_t now_ms, const teller *to)
{
  for (size_t i = 0; i < facts->grants.count; ++i) {
    if (aski_grant_held(&facts->grants.items[i], now_ms)) {
      s_tell(to, ASKI_STR("askiam:CurrentRoles"), facts->grants.items[i].role_id);
    }
  }
  for (size_t i = 0; i < facts->role.permissions.count; ++i) {
    s_tell(to, ASKI_STR("askiam:RolePermissions"), facts->role.permissions.items[i]);
  }
}

/* Whole seconds where it is whole: a limit of 28800 must not be passed by half a second unnoticed. */
static askiam_str s_seconds(aski_arena *arena, int64_t duration_ms)
{
  long long whole = (long long)(duration_ms / 1000);
  int rest = (int)(duration_ms % 1000);
  return rest == 0 ? aski_arena_format(arena, "%lld", whole) : aski_arena_format(arena, "%lld.%03d", whole, rest);
}

static void s_tell_times(const aski_rules_input *input, aski_arena *arena, const teller *to)
{
  if (input->expires_at_ms != 0) {
    int64_t duration_ms = input->expires_at_ms > input->now_ms ? input->expires_at_ms - input->now_ms : 0;
    s_tell(to, ASKI_STR("askiam:RequestedDurationSeconds"), s_seconds(arena, duration_ms));
  }
  char moment[ASKI_TIME_TEXT_BYTES];
  aski_time_format(input->now_ms, moment);
  s_tell(to, ASKI_STR("aws:CurrentTime"), aski_arena_copy(arena, askiam_str_from(moment)));
  int64_t seconds = input->now_ms / 1000 - (input->now_ms % 1000 < 0);
  s_tell(to, ASKI_STR("aws:EpochTime"), aski_arena_format(arena, "%lld", (long long)seconds));
}

/* A role that is looked at for a remedy comes without its application. */
static askiam_str s_application_id(const aski_facts *facts)
{
  return facts->application.found ? facts->application.id : facts->role.application_id;
}

void aski_rules_context(const aski_facts *facts, const aski_rules_input *input, aski_arena *arena, aski_context_fn tell,
                        void *context)
{
  const teller to = {tell, context};
  const aski_fact_user *user = &facts->user;
  s_tell(&to, ASKI_STR("askiam:UserId"), user->id);
  s_tell(&to, ASKI_STR("askiam:RequesterId"), input->requester_id.length > 0 ? input->requester_id : user->id);
  s_tell(&to, ASKI_STR("askiam:UserStatus"), user->found ? s_status(user->status) : ASKI_STR_NONE);
  s_tell_attributes(user, arena, &to);
  s_tell(&to, ASKI_STR("askiam:AppId"), s_application_id(facts));
  s_tell(&to, ASKI_STR("askiam:AppOwner"), facts->application.owner);
  s_tell(&to, ASKI_STR("askiam:RoleId"), facts->role.id);
  s_tell(&to, ASKI_STR("askiam:RoleRisk"), facts->role.risk);
  s_tell_roles(facts, input->now_ms, &to);
  s_tell_times(input, arena, &to);
  s_tell(&to, ASKI_STR("aws:SourceIp"), input->ip);
  s_tell(&to, ASKI_STR("aws:UserAgent"), input->user_agent);
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
  s_set(&work, ASKIAM_POLICY_PRINCIPAL,
        aski_arena_format(arena, "arn:aws:askiam:::user/%.*s", ASKI_STR_ARG(facts->user.id)));
  s_set(&work, ASKIAM_POLICY_ACTION, ASKI_STR("askiam:RequestRole"));
  s_set(&work, ASKIAM_POLICY_RESOURCE_ARN,
        aski_arena_format(arena, "arn:aws:askiam:::application/%.*s/role/%.*s", ASKI_STR_ARG(application),
                          ASKI_STR_ARG(facts->role.id)));
  aski_rules_context(facts, input, arena, s_add, &work);
  return arena->failed ? ASKIAM_STATUS_NO_MEMORY : work.status;
}
