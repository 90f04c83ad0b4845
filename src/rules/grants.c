/* SPDX-License-Identifier: Apache-2.0
 *
 * Checks of what the user holds. Only an assignment that is held now counts (aski_grant_held): expired, revoked and future ones count
 * as none, and are mentioned where that explains a failure. */
#include "rules/checks.h"
#include "rules/words.h"

static askiam_str s_link_name(const aski_role_link *link)
{
  return aski_words_name(link->role_name, link->role_id, "a role");
}

/* Why an assignment that exists does not count: " (it expired on 2026-01-01)"; "" where there is none. */
static askiam_str s_why_not_held(const aski_check_scene *scene, askiam_str role_id)
{
  const aski_grant *latest = NULL;
  for (size_t i = 0; i < scene->facts->grants.count; ++i) {
    const aski_grant *grant = &scene->facts->grants.items[i];
    if (aski_str_equal(grant->role_id, role_id) && (latest == NULL || grant->granted_at_ms >= latest->granted_at_ms)) {
      latest = grant;
    }
  }
  if (latest == NULL) {
    return ASKI_STR("");
  }
  if (latest->status == ASKIAM_GRANT_REVOKED) {
    return ASKI_STR(" (it was revoked)");
  }
  int64_t now_ms = scene->input->now_ms;
  if (latest->status == ASKIAM_GRANT_ACTIVE && latest->granted_at_ms > now_ms) {
    askiam_str moment = aski_words_moment(scene->arena, latest->granted_at_ms);
    return aski_arena_format(scene->arena, " (it begins on %.*s)", ASKI_STR_ARG(moment));
  }
  if (latest->expires_at_ms == 0 || latest->expires_at_ms > now_ms) {
    return ASKI_STR(" (it expired)");
  }
  askiam_str moment = aski_words_moment(scene->arena, latest->expires_at_ms);
  return aski_arena_format(scene->arena, " (it expired on %.*s)", ASKI_STR_ARG(moment));
}

/* Whether the end asked for is later than that of what is held. No end (0) is the latest of all. */
static bool s_prolongs(int64_t asked_end_ms, int64_t held_end_ms)
{
  return held_end_ms != 0 && (asked_end_ms == 0 || asked_end_ms > held_end_ms);
}

aski_finding aski_check_not_assigned(const aski_check_scene *scene)
{
  askiam_str role_id = scene->facts->role.id;
  const aski_grant *held = role_id.length == 0 ? NULL : aski_facts_held(scene->facts, role_id, scene->input->now_ms);
  if (held == NULL) {
    askiam_str why = role_id.length == 0 ? ASKI_STR("") : s_why_not_held(scene, role_id);
    return (aski_finding){.passed = true,
                          .detail =
                              aski_arena_format(scene->arena, "%.*s does not hold %.*s%.*s.", ASKI_STR_ARG(scene->user),
                                                ASKI_STR_ARG(scene->role), ASKI_STR_ARG(why))};
  }
  askiam_str until = aski_words_until(scene->arena, held->expires_at_ms);
  /* Without an end nothing later is asked for: what was given for a time must not become permanent by being asked for again. */
  bool passed = scene->input->expires_at_ms != 0 && s_prolongs(scene->input->expires_at_ms, held->expires_at_ms);
  return (aski_finding){.passed = passed,
                        .detail =
                            aski_arena_format(scene->arena, "%.*s already holds %.*s%.*s%s.", ASKI_STR_ARG(scene->user),
                                              ASKI_STR_ARG(scene->role), ASKI_STR_ARG(until),
                                              passed ? ", and a later end is asked for" : "")};
}

/* Notes a prerequisite that ends before the access asked for would. It does not fail the check: it is held now. */
static askiam_str s_held_prerequisite(const aski_check_scene *scene, const aski_role_link *link, const aski_grant *held)
{
  int64_t asked_end_ms = scene->input->expires_at_ms;
  if (!s_prolongs(asked_end_ms, held->expires_at_ms)) {
    return s_link_name(link);
  }
  askiam_str until = aski_words_until(scene->arena, held->expires_at_ms);
  return aski_arena_format(scene->arena, "%.*s (only%.*s)", ASKI_STR_ARG(s_link_name(link)), ASKI_STR_ARG(until));
}

aski_finding aski_check_prerequisites_held(const aski_check_scene *scene)
{
  const aski_facts *facts = scene->facts;
  aski_words_list held = {.arena = scene->arena};
  aski_words_list missing = {.arena = scene->arena};
  for (size_t i = 0; i < facts->prerequisites.count; ++i) {
    const aski_role_link *link = &facts->prerequisites.items[i];
    const aski_grant *grant = aski_facts_held(facts, link->role_id, scene->input->now_ms);
    if (grant != NULL) {
      aski_words_list_add(&held, s_held_prerequisite(scene, link, grant));
    } else {
      askiam_str why = s_why_not_held(scene, link->role_id);
      aski_words_list_add(
          &missing, aski_arena_format(scene->arena, "%.*s%.*s", ASKI_STR_ARG(s_link_name(link)), ASKI_STR_ARG(why)));
    }
  }
  if (facts->prerequisites.count == 0) {
    return (aski_finding){.passed = true,
                          .detail =
                              aski_arena_format(scene->arena, "%.*s has no prerequisites.", ASKI_STR_ARG(scene->role))};
  }
  bool passed = missing.count == 0;
  askiam_str names = aski_words_list_end(passed ? &held : &missing);
  return (aski_finding){.passed = passed,
                        .detail = aski_arena_format(scene->arena,
                                                    passed ? "%.*s holds %.*s, which %.*s requires."
                                                           : "%.*s does not hold %.*s, which %.*s requires.",
                                                    ASKI_STR_ARG(scene->user), ASKI_STR_ARG(names),
                                                    ASKI_STR_ARG(scene->role))};
}

aski_finding aski_check_no_sod_conflict(const aski_check_scene *scene)
{
  const aski_facts *facts = scene->facts;
  aski_words_list conflicting = {.arena = scene->arena};
  askiam_str reason = ASKI_STR_NONE;
  for (size_t i = 0; i < facts->conflicts.count; ++i) {
    const aski_role_link *link = &facts->conflicts.items[i];
    const aski_grant *grant = aski_facts_held(facts, link->role_id, scene->input->now_ms);
    if (grant == NULL) {
      continue;
    }
    reason = reason.length > 0 ? reason : link->reason;
    askiam_str until = aski_words_until(scene->arena, grant->expires_at_ms);
    aski_words_list_add(&conflicting, aski_arena_format(scene->arena, "%.*s%.*s", ASKI_STR_ARG(s_link_name(link)),
                                                        ASKI_STR_ARG(until)));
  }
  if (conflicting.count == 0) {
    return (aski_finding){.passed = true,
                          .detail = aski_arena_format(scene->arena, "%.*s holds no role that conflicts with %.*s.",
                                                      ASKI_STR_ARG(scene->user), ASKI_STR_ARG(scene->role))};
  }
  bool one = conflicting.count == 1;
  askiam_str names = aski_words_list_end(&conflicting);
  return (aski_finding){.detail = aski_arena_format(scene->arena, "%.*s holds %.*s, which %s with %.*s%s%.*s.",
                                                    ASKI_STR_ARG(scene->user), ASKI_STR_ARG(names),
                                                    one ? "conflicts" : "conflict", ASKI_STR_ARG(scene->role),
                                                    reason.length > 0 ? ": " : "", ASKI_STR_ARG(reason))};
}
