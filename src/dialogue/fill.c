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
static askiam_status s_fill_text(aski_turn_work *work, bool *out_confirmed, bool *out_differs)
{
  bool heard = false;
  if (work->steer == ASKI_STEER_YES) {
    return ASKIAM_STATUS_OK;
  }
  *out_confirmed = false;
  if (work->steer == ASKI_STEER_RESTART) {
    *work->dialogue = (aski_dialogue){.note = ASKI_STR("From the beginning, then.")};
    return ASKIAM_STATUS_OK;
  }
  if (work->dialogue->duration_bad && work->steer == ASKI_STEER_ENDLESS) {
    aski_dialogue_set_end(work->dialogue, 0);
    return ASKIAM_STATUS_OK;
  }
  askiam_status status =
      work->dialogue->duration_bad ? aski_dialogue_hear_duration(work, work->text, &heard) : ASKIAM_STATUS_OK;
  if (status == ASKIAM_STATUS_OK && !heard) {
    work->dialogue->state = ASKI_DIALOGUE_CONFIRM; /* nothing was asked for by its kind, as far as is known here */
    status = aski_dialogue_hear(work, &heard);
  }
  work->doubtful = !heard || aski_dialogue_is_doubtful(work->world->words, work->text, work->key);
  *out_differs = !heard && work->steer == ASKI_STEER_NONE && aski_dialogue_may_differ(work);
  if (status == ASKIAM_STATUS_OK && !heard && !aski_str_present(work->dialogue->note)) {
    work->dialogue->note = ASKI_STR("Sorry, I did not understand that.");
  }
  return status;
}

static bool s_is_same_entity(aski_dialogue_entity left, aski_dialogue_entity right)
{
  return aski_str_present(left.id) == aski_str_present(right.id) && aski_str_equal(left.id, right.id);
}

/* Whether both ask for the same. */
static bool s_is_same(const aski_dialogue *left, const aski_dialogue *right)
{
  return s_is_same_entity(left->user, right->user) && left->doubt == right->doubt &&
         s_is_same_entity(left->application, right->application) && s_is_same_entity(left->role, right->role) &&
         left->expires_at_ms == right->expires_at_ms && left->duration_bad == right->duration_bad;
}

static void s_cancel(aski_dialogue *dialogue)
{
  *dialogue =
      (aski_dialogue){.state = ASKI_DIALOGUE_CANCELLED, .message = ASKI_STR("Cancelled. Nothing was asked for.")};
}

/* Whether words that the host calls a yes are one, though they are more than a word for it, or of another language.
 * They must not ask nor deny; what stands beside a yes of this language must be what is known anyway, or able to
 * name nothing: "yes, for me"; not "yes, for Bob". */
static bool s_agrees(const aski_turn_work *work, bool heard)
{
  const aski_dialogue_words *words = work->world->words;
  if (aski_dialogue_is_doubtful(words, work->text, work->key)) {
    return false;
  }
  bool understood =
      heard || (aski_dialogue_begins_with_yes(words, work->key) ? aski_dialogue_is_aside(words, work->key)
                                                                : !aski_dialogue_denies(words, work->key));
  return understood && !aski_dialogue_adds(words, work->key);
}

/* The words of a yes or a no that the host has judged, in whatever language: what they change is confirmed anew, and
 * so is a yes that is not clear. A no that changes nothing stays one. */
static askiam_status s_fill_answer(aski_turn_work *work, const aski_dialogue_known *known, bool *out_confirmed)
{
  const aski_dialogue_words *words = work->world->words;
  aski_dialogue *dialogue = work->dialogue;
  aski_dialogue before = *dialogue;
  work->text = aski_str_trim(known->answer);
  work->key = aski_text_key(work->arena, work->text);
  work->steer = aski_dialogue_steer_of(words, work->text, work->key);
  bool heard = false;
  askiam_status status = ASKIAM_STATUS_OK;
  const bool open = work->steer == ASKI_STEER_NONE || work->steer == ASKI_STEER_ENDLESS;
  if (open) {
    dialogue->state = ASKI_DIALOGUE_CONFIRM;
    status = aski_dialogue_hear(work, &heard);
  }
  bool changed = heard && !s_is_same(&before, dialogue);
  bool agrees = work->steer == ASKI_STEER_YES || (open && !changed && s_agrees(work, heard));
  *out_confirmed = known->confirmed && agrees;
  work->doubtful = !*out_confirmed;
  if (changed || status != ASKIAM_STATUS_OK) {
    return status;
  }
  if (!*out_confirmed && known->confirmed) {
    before.note = aski_str_present(dialogue->note) ? dialogue->note : ASKI_STR("Sorry, I did not understand that.");
  }
  *dialogue = before;
  if (known->denied || work->steer == ASKI_STEER_CANCEL) {
    s_cancel(dialogue);
  }
  return ASKIAM_STATUS_OK;
}

/* Words that were no answer to a confirmation: what is known stands for them, but for a no or a question in them. */
static void s_hear_doubt(aski_turn_work *work, askiam_str said)
{
  askiam_str key = aski_text_key(work->arena, said);
  aski_steer steer = aski_dialogue_steer(work->world->words, key);
  work->doubtful = steer == ASKI_STEER_NO || steer == ASKI_STEER_CANCEL || steer == ASKI_STEER_RESTART ||
                   aski_dialogue_is_doubtful(work->world->words, said, key);
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
  bool differs = false;
  bool answered = known->confirmed || known->denied;
  if (status == ASKIAM_STATUS_OK && aski_str_present(known->text)) {
    status = s_fill_text(work, &confirmed, &differs);
  } else if (status == ASKIAM_STATUS_OK && answered && aski_str_present(known->answer)) {
    status = s_fill_answer(work, known, &confirmed);
  } else if (aski_str_present(known->answer)) {
    s_hear_doubt(work, known->answer);
  }
  bool goes_on = status == ASKIAM_STATUS_OK && work->dialogue->state != ASKI_DIALOGUE_CANCELLED;
  status = goes_on ? aski_dialogue_advance(work, confirmed) : status;
  if (status == ASKIAM_STATUS_OK && differs && work->dialogue->state == ASKI_DIALOGUE_CONFIRM) {
    aski_dialogue_ask_difference(work);
  }
  return status;
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
  bool silent = aski_str_present(known->text) || !aski_str_present(known->answer);
  if ((known->denied && silent) || ended) {
    s_cancel(dialogue);
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
