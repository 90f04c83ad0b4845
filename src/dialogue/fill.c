/* SPDX-License-Identifier: Apache-2.0
 *
 * What a host knows that keeps the conversation itself: words that stand for slots, all at once. */
#include "dialogue/parts.h"

static askiam_status s_fill_application(aski_turn_work *work, askiam_str words)
{
  bool heard = false;
  askiam_status status = aski_dialogue_hear_name(work, ASKI_DIALOGUE_APPLICATION, words, &heard);
  if (status == ASKIAM_STATUS_OK && !heard) {
    work->dialogue->note =
        aski_arena_format(work->arena, "I know no application called \"%.*s\".",
                          ASKI_STR_ARG(aski_dialogue_clean(work->arena, words, ASKI_DIALOGUE_WORDS_MAX_BYTES)));
    status = aski_dialogue_offer_application(work, words);
  }
  return status;
}

/* Where the application is not known though it was named, a role of that name elsewhere is none. */
static askiam_status s_fill_role(aski_turn_work *work, askiam_str words, bool application_named)
{
  aski_dialogue *dialogue = work->dialogue;
  bool heard = false;
  if (aski_str_present(dialogue->application.id) || !application_named) {
    askiam_status status = aski_dialogue_hear_name(work, ASKI_DIALOGUE_ROLE, words, &heard);
    if (status != ASKIAM_STATUS_OK) {
      return status;
    }
  }
  if (!heard) {
    dialogue->role_words = aski_dialogue_clean(work->arena, words, ASKI_DIALOGUE_WORDS_MAX_BYTES);
  }
  return ASKIAM_STATUS_OK;
}

static askiam_status s_fill_user(aski_turn_work *work, askiam_str words)
{
  bool heard = false;
  askiam_status status = aski_dialogue_hear_name(work, ASKI_DIALOGUE_USER, words, &heard);
  if (status == ASKIAM_STATUS_OK && !heard) {
    work->dialogue->doubt = ASKI_DIALOGUE_UNKNOWN;
  }
  return status;
}

static askiam_status s_fill_duration(aski_turn_work *work, askiam_str words)
{
  if (aski_dialogue_steer(work->world->words, aski_text_key(work->arena, words)) == ASKI_STEER_ENDLESS) {
    return ASKIAM_STATUS_OK;
  }
  bool heard = false;
  askiam_status status = aski_dialogue_hear_duration(work, words, &heard);
  work->dialogue->duration_bad = !heard;
  return status;
}

/* Words that change what was to be confirmed, or were not understood, are confirmed anew; a mere yes is not. */
static askiam_status s_fill_text(aski_turn_work *work, bool *out_confirmed)
{
  bool heard = false;
  if (work->steer == ASKI_STEER_YES) {
    return ASKIAM_STATUS_OK;
  }
  *out_confirmed = false;
  askiam_status status =
      aski_dialogue_hear_sentence(work, aski_dialogue_behind(work->world->words, work->text), &heard);
  work->doubtful = !heard || aski_dialogue_is_doubtful(work->world->words, work->text, work->key);
  if (status == ASKIAM_STATUS_OK && !heard && !aski_str_present(work->dialogue->note)) {
    work->dialogue->note = ASKI_STR("Sorry, I did not understand that.");
  }
  return status;
}

static askiam_status s_fill(aski_turn_work *work, const aski_dialogue_known *known)
{
  askiam_status status = ASKIAM_STATUS_OK;
  if (aski_str_present(known->application)) {
    status = s_fill_application(work, known->application);
  }
  if (status == ASKIAM_STATUS_OK && aski_str_present(known->role)) {
    status = s_fill_role(work, known->role, aski_str_present(known->application));
  }
  if (status == ASKIAM_STATUS_OK && aski_str_present(known->user)) {
    status = s_fill_user(work, known->user);
  }
  if (status == ASKIAM_STATUS_OK && aski_str_present(known->duration)) {
    status = s_fill_duration(work, known->duration);
  }
  work->dialogue->justification =
      aski_dialogue_clean(work->arena, known->justification, ASKI_DIALOGUE_REASON_MAX_BYTES);
  bool confirmed = known->confirmed;
  if (status == ASKIAM_STATUS_OK && aski_str_present(known->text)) {
    status = s_fill_text(work, &confirmed);
  }
  return status == ASKIAM_STATUS_OK ? aski_dialogue_advance(work, confirmed) : status;
}

static bool s_is_empty(const aski_dialogue_known *known)
{
  return !aski_str_present(known->user) && !aski_str_present(known->application) && !aski_str_present(known->role) &&
         !aski_str_present(known->duration) && !aski_str_present(known->justification);
}

askiam_status aski_dialogue_fill(aski_dialogue *dialogue, aski_arena *arena, const aski_dialogue_world *world,
                                 const aski_dialogue_known *known, askiam_error *error)
{
  *dialogue = (aski_dialogue){.state = ASKI_DIALOGUE_ASK};
  bool ended = aski_dialogue_steer(world->words, aski_text_key(arena, known->text)) == ASKI_STEER_CANCEL;
  if (known->denied || ended) {
    dialogue->state = ASKI_DIALOGUE_CANCELLED;
    dialogue->message = ASKI_STR("Cancelled. Nothing was asked for.");
    return ASKIAM_STATUS_OK;
  }
  if (aski_str_present(known->text) && s_is_empty(known)) {
    return aski_dialogue_take(dialogue, arena, world, known->text, error);
  }
  aski_turn_work work = {
      .dialogue = dialogue, .arena = arena, .world = world, .error = error, .text = aski_str_trim(known->text)};
  work.key = aski_text_key(arena, work.text);
  work.steer = aski_dialogue_steer_of(world->words, work.text, work.key);
  askiam_status status = arena->failed ? ASKIAM_STATUS_NO_MEMORY : s_fill(&work, known);
  return arena->failed
             ? askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_ENGINE, "out of memory in a conversation")
             : status;
}
