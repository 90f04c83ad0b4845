/* SPDX-License-Identifier: Apache-2.0
 *
 * Checks of the entities themselves: do they exist, are they active, do they fit, is anything forbidden outright. */
#include "rules/checks.h"

static aski_finding s_found(const aski_check_scene *scene, bool found, askiam_entity_status status, const char *what,
                            askiam_str name)
{
  if (!found) {
    return (aski_finding){.never_soft = true, .detail = aski_arena_format(scene->arena, "The %s is not known.", what)};
  }
  if (status == ASKIAM_ENTITY_ACTIVE) {
    return (aski_finding){.passed = true,
                          .detail = aski_arena_format(scene->arena, "%.*s is active.", ASKI_STR_ARG(name))};
  }
  return (aski_finding){.detail = aski_arena_format(scene->arena, "%.*s is %s.", ASKI_STR_ARG(name),
                                                    status == ASKIAM_ENTITY_SUSPENDED ? "suspended" : "not active")};
}

aski_finding aski_check_user_active(const aski_check_scene *scene)
{
  const aski_fact_user *user = &scene->facts->user;
  return s_found(scene, user->found, user->status, "user", scene->user);
}

aski_finding aski_check_app_active(const aski_check_scene *scene)
{
  const aski_fact_application *application = &scene->facts->application;
  return s_found(scene, application->found, application->status, "application", scene->application);
}

aski_finding aski_check_role_active(const aski_check_scene *scene)
{
  const aski_fact_role *role = &scene->facts->role;
  return s_found(scene, role->found, role->status, "role", scene->role);
}

aski_finding aski_check_role_in_app(const aski_check_scene *scene)
{
  const aski_facts *facts = scene->facts;
  if (!facts->role.found || !facts->application.found) {
    return (aski_finding){.never_soft = true,
                          .detail = ASKI_STR("The role cannot be matched with the application: one is not known.")};
  }
  bool passed = facts->application.id.length > 0 && aski_str_equal(facts->role.application_id, facts->application.id);
  return (aski_finding){.passed = passed,
                        .detail = aski_arena_format(scene->arena,
                                                    passed ? "%.*s is a role of %.*s." : "%.*s is not a role of %.*s.",
                                                    ASKI_STR_ARG(scene->role), ASKI_STR_ARG(scene->application))};
}

aski_finding aski_check_not_restricted(const aski_check_scene *scene)
{
  const aski_facts *facts = scene->facts;
  if (!facts->restricted) {
    return (aski_finding){.passed = true,
                          .detail = aski_arena_format(scene->arena, "%.*s is not barred from %.*s.",
                                                      ASKI_STR_ARG(scene->user), ASKI_STR_ARG(scene->role))};
  }
  askiam_str reason = facts->restriction_reason;
  return (aski_finding){.detail = aski_arena_format(scene->arena, "%.*s is barred from %.*s%s%.*s.",
                                                    ASKI_STR_ARG(scene->user), ASKI_STR_ARG(scene->role),
                                                    reason.length > 0 ? ": " : "", ASKI_STR_ARG(reason))};
}
