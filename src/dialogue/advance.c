/* SPDX-License-Identifier: Apache-2.0
 *
 * What follows from what is known: the first thing that is missing is asked, then all is confirmed, then it is submitted. */
#include "dialogue/parts.h"

static bool s_known(aski_dialogue_entity entity) { return aski_str_present(entity.id); }

/* The applications of roles that are called alike, as choices. */
static askiam_status s_offer_applications(aski_turn_work *work, const aski_dialogue_found *found)
{
  for (size_t i = 0; i < found->count; ++i) {
    aski_dialogue_entity application;
    askiam_status status = aski_dialogue_application(work, found->items[i].application_id, &application);
    if (status != ASKIAM_STATUS_OK) {
      return status;
    }
    aski_dialogue_choice choice = {ASKIAM_KIND_APPLICATION, application.id, application.name, ASKI_STR_NONE};
    if (s_known(application)) {
      aski_dialogue_add_choice(work, &choice);
    }
  }
  work->dialogue->choices.more = work->dialogue->choices.more || found->more;
  return ASKIAM_STATUS_OK;
}

static askiam_status s_offer_roles(aski_turn_work *work, const aski_dialogue_found *found, askiam_str words)
{
  aski_dialogue *dialogue = work->dialogue;
  for (size_t i = 0; i < found->count; ++i) {
    aski_dialogue_add_choice(work, &found->items[i]);
  }
  if (found->count > 0) {
    return ASKIAM_STATUS_OK;
  }
  dialogue->note = aski_arena_format(work->arena, "%.*s has no role called \"%.*s\".",
                                     ASKI_STR_ARG(dialogue->application.name), ASKI_STR_ARG(words));
  return aski_dialogue_offer(work, ASKIAM_KIND_ROLE, words, dialogue->application.id);
}

/* A role that was named before its application was known, or that was chosen in another one. */
static askiam_status s_settle_role(aski_turn_work *work)
{
  aski_dialogue *dialogue = work->dialogue;
  askiam_str words = dialogue->role_words;
  if (!aski_str_present(words) || s_known(dialogue->role)) {
    return ASKIAM_STATUS_OK;
  }
  aski_dialogue_found found;
  askiam_status status = aski_dialogue_find(work, ASKIAM_KIND_ROLE, words, dialogue->application.id, &found);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  if (!s_known(
          dialogue->application)) { /* though one alone has it: another may have been meant, that is not known here */
    return dialogue->choices.count > 0 ? ASKIAM_STATUS_OK : s_offer_applications(work, &found);
  }
  if (found.count == 1 && !found.more) {
    return aski_dialogue_set_role(work, &found.items[0]);
  }
  dialogue->role_words = ASKI_STR_NONE;
  return s_offer_roles(work, &found, words);
}

static aski_dialogue_slot s_missing(const aski_turn_work *work)
{
  const aski_dialogue *dialogue = work->dialogue;
  return !s_known(dialogue->application)                                 ? ASKI_DIALOGUE_APPLICATION
         : !s_known(dialogue->role)                                      ? ASKI_DIALOGUE_ROLE
         : dialogue->doubt != ASKI_DIALOGUE_NO_DOUBT                     ? ASKI_DIALOGUE_USER
         : dialogue->duration_bad                                        ? ASKI_DIALOGUE_DURATION
         : work->world->justifies && dialogue->justification.length == 0 ? ASKI_DIALOGUE_JUSTIFICATION
                                                                         : ASKI_DIALOGUE_NOTHING;
}

/* Only choices that answer the question stay. */
static void s_filter(aski_dialogue_choices *choices, aski_dialogue_slot slot)
{
  unsigned kind = slot == ASKI_DIALOGUE_USER          ? ASKIAM_KIND_USER
                  : slot == ASKI_DIALOGUE_APPLICATION ? ASKIAM_KIND_APPLICATION
                  : slot == ASKI_DIALOGUE_ROLE        ? ASKIAM_KIND_ROLE
                                                      : 0;
  size_t kept = 0;
  for (size_t i = 0; i < choices->count; ++i) {
    if (choices->items[i].kind == kind) {
      choices->items[kept++] = choices->items[i];
    }
  }
  choices->count = kept;
}

static void s_check_end(aski_turn_work *work)
{
  aski_dialogue *dialogue = work->dialogue;
  if (dialogue->expires_at_ms != 0 && dialogue->expires_at_ms <= work->world->now_ms) {
    aski_dialogue_set_end(dialogue, 0);
    dialogue->duration_bad = true;
  }
}

askiam_status aski_dialogue_advance(aski_turn_work *work, bool direct)
{
  aski_dialogue *dialogue = work->dialogue;
  askiam_status status = s_settle_role(work);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  s_check_end(work);
  dialogue->asked = s_missing(work);
  s_filter(&dialogue->choices, dialogue->asked);
  if (dialogue->asked == ASKI_DIALOGUE_NOTHING) {
    bool submit = direct || (!work->world->confirms && !work->doubtful);
    dialogue->state = submit ? ASKI_DIALOGUE_SUBMIT : ASKI_DIALOGUE_CONFIRM;
    if (!submit) {
      aski_dialogue_say_confirm(work);
    }
    return ASKIAM_STATUS_OK;
  }
  dialogue->state = ASKI_DIALOGUE_ASK;
  if (dialogue->asked == ASKI_DIALOGUE_ROLE && dialogue->choices.count == 0) {
    status = aski_dialogue_offer(work, ASKIAM_KIND_ROLE, ASKI_STR(""), dialogue->application.id);
  }
  aski_dialogue_say_question(work);
  return status;
}
