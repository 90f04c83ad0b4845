/* SPDX-License-Identifier: Apache-2.0 */
#include "reason.h"

#include "base/text.h"

enum { ROLE_NAME_BYTES = 120 };

/* NULL for likeness as a whole: "similar" says it. */
static const char *s_phrase(aski_trait_kind kind)
{
  static const char *const phrases[ASKI_TRAIT_KINDS] = {
      [ASKI_TRAIT_DEPARTMENT] = "same department",
      [ASKI_TRAIT_TITLE] = "same title",
      [ASKI_TRAIT_MANAGER] = "same manager",
      [ASKI_TRAIT_LOCATION] = "same location",
      [ASKI_TRAIT_ATTRIBUTE] = "same attributes",
      [ASKI_TRAIT_ROLE] = "alike in the roles held",
      [ASKI_TRAIT_ROLES] = "alike in the roles held",
      [ASKI_TRAIT_LIKENESS] = NULL,
      [ASKI_TRAIT_RECENT] = "recent",
  };
  return phrases[kind];
}

/* "same department, recent": each phrase once, in the order of the traits. */
static askiam_str s_in_what(aski_arena *arena, const aski_evidence *evidence, uint32_t traits)
{
  askiam_str text = ASKI_STR("");
  const char *last = NULL;
  for (size_t i = 0; i < evidence->trait_count; ++i) {
    const char *phrase = s_phrase(evidence->traits[i].kind);
    if ((traits >> i & 1u) == 0 || phrase == NULL || phrase == last) {
      continue;
    }
    text = aski_arena_format(arena, "%.*s%s%s", ASKI_STR_ARG(text), text.length == 0 ? "" : ", ", phrase);
    last = phrase;
  }
  return text;
}

/* Whether anything but their age tells the rows from the person who asks. */
static bool s_varied(const aski_evidence *evidence)
{
  for (size_t i = 0; i < evidence->trait_count; ++i) {
    if (evidence->traits[i].kind != ASKI_TRAIT_RECENT) {
      return true;
    }
  }
  return false;
}

askiam_str aski_evidence_reason(aski_arena *arena, const aski_evidence *evidence, const aski_belief *belief,
                                askiam_str role_name)
{
  size_t all_approved = 0;
  for (size_t row = 0; row < evidence->count; ++row) {
    all_approved += evidence->approved[row];
  }
  askiam_str role = role_name.length == 0 ? ASKI_STR("this role") : role_name;
  role.length = aski_text_cut(role, ROLE_NAME_BYTES);
  size_t count = belief->alike == 0 ? evidence->count : belief->alike;
  size_t approved = belief->alike == 0 ? all_approved : belief->alike_approved;
  bool mostly = 2 * approved >= count;
  size_t shown = mostly ? approved : count - approved;
  const char *outcome = mostly ? "approved" : "refused";
  const char *were = count == 1 ? "was" : "were";
  const char *requests = count == 1 ? "request" : "requests";
  askiam_str in_what = s_in_what(arena, evidence, belief->traits);
  const char *open = in_what.length == 0 ? "" : " (";
  const char *close = in_what.length == 0 ? "" : ")";
  if (belief->alike == 0) {
    return aski_arena_format(arena, "nobody alike%s%.*s%s has asked for %.*s; %zu of %zu other %s %s %s", open,
                             ASKI_STR_ARG(in_what), close, ASKI_STR_ARG(role), shown, count, requests, were, outcome);
  }
  if (belief->traits == 0 && s_varied(evidence)) {
    return aski_arena_format(arena, "%zu of %zu past %s for %.*s %s %s, whoever asked", shown, count, requests,
                             ASKI_STR_ARG(role), were, outcome);
  }
  return aski_arena_format(arena, "%zu of %zu similar %s %s %s%s%.*s%s", shown, count, requests, were, outcome, open,
                           ASKI_STR_ARG(in_what), close);
}
