/* SPDX-License-Identifier: Apache-2.0
 *
 * One text within a conversation: first what steers it, then an answer to what was asked, then a sentence. */
#include "dialogue/parts.h"

static bool s_known(aski_dialogue_entity entity) { return aski_str_present(entity.id); }

static askiam_status s_choose(aski_turn_work *work, const aski_dialogue_choice *choice)
{
  switch (choice->kind) {
  case ASKIAM_KIND_USER:
    aski_dialogue_set_user(work, (aski_dialogue_entity){choice->id, choice->name});
    return ASKIAM_STATUS_OK;
  case ASKIAM_KIND_APPLICATION:
    aski_dialogue_set_application(work->dialogue, (aski_dialogue_entity){choice->id, choice->name});
    return ASKIAM_STATUS_OK;
  case ASKIAM_KIND_ROLE:
    return aski_dialogue_set_role(work, choice);
  }
  return ASKIAM_STATUS_OK;
}

/* By its place. One that is not there is told, and nothing chosen. */
static askiam_status s_hear_ordinal(aski_turn_work *work, askiam_str key, bool *out_heard)
{
  aski_dialogue *dialogue = work->dialogue;
  size_t place = aski_dialogue_ordinal(work->world->words, key);
  if (work->offered.count > 1 && aski_dialogue_wants_several(work->world->words, key)) {
    dialogue->note = ASKI_STR("One at a time, please.");
    return ASKIAM_STATUS_OK;
  }
  if (place == 0 || work->offered.count == 0) {
    return ASKIAM_STATUS_OK;
  }
  place = place == SIZE_MAX ? work->offered.count : place;
  if (place > work->offered.count) {
    dialogue->note = ASKI_STR("There is no choice with that number.");
    return ASKIAM_STATUS_OK;
  }
  *out_heard = true;
  return s_choose(work, &work->offered.items[place - 1]);
}

static bool s_is_called(const aski_turn_work *work, const aski_dialogue_choice *choice, askiam_str key)
{
  return aski_str_equal(aski_text_key(work->arena, choice->name), key) ||
         aski_str_equal(aski_text_key(work->arena, choice->id), key);
}

/* The one that is called so, where only one is; people are looked up, for one may have an id that reads like another's name. */
static const aski_dialogue_choice *s_called(aski_turn_work *work, askiam_str key)
{
  const aski_dialogue_choice *chosen = NULL;
  size_t count = 0;
  for (size_t i = 0; i < work->offered.count; ++i) {
    if (work->offered.items[i].kind != ASKIAM_KIND_USER && s_is_called(work, &work->offered.items[i], key)) {
      chosen = &work->offered.items[i];
      ++count;
    }
  }
  return count == 1 ? chosen : NULL;
}

static askiam_status s_hear_choice(aski_turn_work *work, askiam_str key, bool *out_heard)
{
  const aski_dialogue_choice *chosen = s_called(work, key);
  *out_heard = chosen != NULL;
  return *out_heard ? s_choose(work, chosen) : ASKIAM_STATUS_OK;
}

static askiam_status s_hear_user(aski_turn_work *work, askiam_str text, bool *out_heard)
{
  const aski_dialogue_words *words = work->world->words;
  const askiam_str key = aski_text_key(work->arena, text);
  if (aski_dialogue_is_in(words, ASKI_LIST_ME, key) || aski_dialogue_is_in(words, ASKI_LIST_I, key)) {
    *out_heard = true;
    aski_dialogue_set_user(work, work->world->speaker);
    return ASKIAM_STATUS_OK;
  }
  aski_dialogue_found found;
  askiam_status status = aski_dialogue_find(work, ASKIAM_KIND_USER, text, ASKI_STR_NONE, &found);
  if (status != ASKIAM_STATUS_OK || found.count == 0) {
    return status;
  }
  *out_heard = true;
  if (found.count == 1 && !found.more) {
    return s_choose(work, &found.items[0]);
  }
  work->dialogue->user = (aski_dialogue_entity){.id = ASKI_STR_NONE};
  work->dialogue->doubt = ASKI_DIALOGUE_AMBIGUOUS;
  for (size_t i = 0; i < found.count && work->world->sees_people; ++i) {
    aski_dialogue_add_choice(work, &found.items[i]);
  }
  return ASKIAM_STATUS_OK;
}

/* A role of the application that is known; one that several have by that name is asked for by them. */
static askiam_status s_hear_role(aski_turn_work *work, askiam_str key, bool *out_heard)
{
  aski_dialogue *dialogue = work->dialogue;
  aski_dialogue_found found;
  askiam_status status = aski_dialogue_find(work, ASKIAM_KIND_ROLE, key, dialogue->application.id, &found);
  if (status != ASKIAM_STATUS_OK || found.count == 0) {
    return status;
  }
  *out_heard = true;
  if (found.count == 1 && !found.more) {
    return s_choose(work, &found.items[0]);
  }
  dialogue->role = (aski_dialogue_entity){.id = ASKI_STR_NONE};
  dialogue->role_words = aski_dialogue_clean(work->arena, key, ASKI_DIALOGUE_WORDS_MAX_BYTES);
  return ASKIAM_STATUS_OK;
}

static askiam_status s_hear_application(aski_turn_work *work, askiam_str key, bool *out_heard)
{
  aski_dialogue_found found;
  askiam_status status = aski_dialogue_find(work, ASKIAM_KIND_APPLICATION, key, ASKI_STR_NONE, &found);
  if (status != ASKIAM_STATUS_OK || found.count == 0) {
    return status;
  }
  *out_heard = true;
  if (found.count == 1 && !found.more) {
    return s_choose(work, &found.items[0]);
  }
  for (size_t i = 0; i < found.count; ++i) {
    aski_dialogue_add_choice(work, &found.items[i]);
  }
  work->dialogue->application = (aski_dialogue_entity){.id = ASKI_STR_NONE};
  return ASKIAM_STATUS_OK;
}

/* Where nothing was asked for by its kind, a name may be any part of what is known: a role of the application, somebody, an application. */
static askiam_status s_hear_any(aski_turn_work *work, askiam_str words, bool *out_heard)
{
  askiam_status status = s_known(work->dialogue->application) ? s_hear_role(work, words, out_heard) : ASKIAM_STATUS_OK;
  if (status == ASKIAM_STATUS_OK && !*out_heard) {
    status = s_hear_user(work, words, out_heard);
  }
  return status == ASKIAM_STATUS_OK && !*out_heard ? s_hear_application(work, words, out_heard) : status;
}

askiam_status aski_dialogue_hear_name(aski_turn_work *work, aski_dialogue_slot slot, askiam_str words, bool *out_heard)
{
  switch (slot) {
  case ASKI_DIALOGUE_USER:
    return s_hear_user(work, words, out_heard);
  case ASKI_DIALOGUE_APPLICATION:
    return s_hear_application(work, words, out_heard);
  case ASKI_DIALOGUE_ROLE:
    return s_hear_role(work, words, out_heard);
  case ASKI_DIALOGUE_NOTHING:
    return s_hear_any(work, words, out_heard);
  case ASKI_DIALOGUE_DURATION:
  case ASKI_DIALOGUE_JUSTIFICATION:
    break;
  }
  return ASKIAM_STATUS_OK;
}

/* The text as a name of what was asked: as it stands, then without the words around it. */
static askiam_status s_hear_called(aski_turn_work *work, askiam_str text, bool *out_heard)
{
  aski_dialogue *dialogue = work->dialogue;
  askiam_str key = aski_text_key(work->arena, text);
  askiam_str bare = aski_dialogue_bare(work->world->words, key);
  askiam_status status = s_hear_choice(work, key, out_heard);
  if (status == ASKIAM_STATUS_OK && !*out_heard) {
    status = s_hear_choice(work, bare, out_heard);
  }
  if (status == ASKIAM_STATUS_OK && !*out_heard) {
    status = aski_dialogue_hear_name(work, dialogue->asked, text, out_heard);
  }
  if (status == ASKIAM_STATUS_OK && !*out_heard && bare.length < key.length) {
    status = aski_dialogue_hear_name(work, dialogue->asked, bare, out_heard);
  }
  if (status == ASKIAM_STATUS_OK && !*out_heard && dialogue->doubt != ASKI_DIALOGUE_NO_DOUBT) {
    status = s_hear_user(work, bare, out_heard); /* which is open, though another thing was asked first */
  }
  return status;
}

/* A word that says yes or no to what was asked. */
static askiam_status s_hear_steer(aski_turn_work *work, aski_steer steer, bool *out_heard)
{
  aski_dialogue *dialogue = work->dialogue;
  bool confirms = dialogue->state == ASKI_DIALOGUE_CONFIRM;
  bool one = dialogue->state == ASKI_DIALOGUE_ASK && work->offered.count == 1;
  bool open = dialogue->state == ASKI_DIALOGUE_ASK && dialogue->asked == ASKI_DIALOGUE_NOTHING && !work->fresh;
  if (steer == ASKI_STEER_YES && one) {
    *out_heard = true;
    return s_choose(work, &work->offered.items[0]);
  }
  if (steer == ASKI_STEER_ENDLESS) {
    *out_heard = true;
    aski_dialogue_set_end(dialogue, 0);
  } else if (steer == ASKI_STEER_YES && open) {
    *out_heard = true; /* nothing shall be different after all: to be confirmed anew */
  } else if (steer == ASKI_STEER_NO && (confirms || work->offered.count > 0)) {
    work->offered.count = 0;
    dialogue->note = confirms ? ASKI_STR("Nothing was asked for yet.") : ASKI_STR("None of these, then.");
  }
  return ASKIAM_STATUS_OK;
}

/* Whether it begins with a comma and a blank, or with a word for more and blanks around it. */
static bool s_goes_on(const aski_dialogue_words *words, askiam_str text)
{
  bool goes_on = aski_str_starts(text, ASKI_STR(", "));
  for (size_t i = words->firsts[ASKI_LIST_MORE]; i < words->firsts[ASKI_LIST_MORE + 1] && !goes_on; ++i) {
    size_t used = 0;
    goes_on = text.data[0] == ' ' &&
              aski_text_starts_caseless(aski_str_slice(text, 1, text.length), aski_dialogue_phrase(words, i), &used) &&
              used + 1 < text.length && text.data[used + 1] == ' ';
  }
  return goes_on;
}

/* Where what follows a place begins: behind a comma, or at a word that says for whom or until when. */
static askiam_str s_more(const aski_dialogue_words *words, askiam_str text)
{
  size_t at = 0;
  while (at < text.length && !s_goes_on(words, aski_str_slice(text, at, text.length))) {
    ++at;
  }
  return aski_str_slice(text, at, text.length);
}

static bool s_still_chosen(const aski_dialogue *dialogue, const aski_dialogue_choice *choice)
{
  askiam_str id = choice->kind == ASKIAM_KIND_ROLE          ? dialogue->role.id
                  : choice->kind == ASKIAM_KIND_APPLICATION ? dialogue->application.id
                                                            : choice->id;
  return aski_str_present(id) && aski_str_equal(id, choice->id);
}

/* The choice at the place that is named, or the one that is called so; NULL for none. */
static const aski_dialogue_choice *s_chosen(aski_turn_work *work, askiam_str key)
{
  size_t place = aski_dialogue_ordinal(work->world->words, key);
  place = place == SIZE_MAX ? work->offered.count : place;
  return place == 0                     ? s_called(work, aski_dialogue_bare(work->world->words, key))
         : place <= work->offered.count ? &work->offered.items[place - 1]
                                        : NULL;
}

/* "the second one, for Priya Nair", "2 until Friday", "Viewer for 3 days": both or nothing, and the one must not undo the other. */
static askiam_status s_hear_place_and_more(aski_turn_work *work, askiam_str text, bool *out_heard)
{
  askiam_str more = s_more(work->world->words, text);
  askiam_str key = aski_text_key(work->arena, aski_str_slice(text, 0, text.length - more.length));
  const aski_dialogue_choice *choice = more.length == 0 ? NULL : s_chosen(work, key);
  more = more.length > 0 && *more.data == ',' ? aski_str_slice(more, 1, more.length) : more;
  more = aski_str_trim(more);
  if (choice == NULL || more.length == 0) {
    return ASKIAM_STATUS_OK;
  }
  aski_dialogue before = *work->dialogue;
  askiam_status status = s_choose(work, choice);
  if (status == ASKIAM_STATUS_OK) {
    status = aski_dialogue_hear_sentence(work, more, out_heard);
  }
  if (!*out_heard || !s_still_chosen(work->dialogue, choice)) {
    *work->dialogue = before;
    *out_heard = false;
  }
  return status;
}

askiam_status aski_dialogue_hear_answer(aski_turn_work *work, askiam_str text, bool *out_heard)
{
  askiam_status status = s_hear_ordinal(work, aski_text_key(work->arena, text), out_heard);
  if (status == ASKIAM_STATUS_OK && !*out_heard && !aski_str_present(work->dialogue->note)) {
    status = s_hear_place_and_more(work, text, out_heard);
  }
  if (status != ASKIAM_STATUS_OK || *out_heard || aski_str_present(work->dialogue->note)) {
    return status;
  }
  return work->dialogue->asked == ASKI_DIALOGUE_DURATION ? aski_dialogue_hear_duration(work, text, out_heard)
                                                         : s_hear_called(work, text, out_heard);
}

/* Within a conversation: a correction, an answer, and either of them behind "I meant". */
static askiam_status s_hear_within(aski_turn_work *work, askiam_str text, askiam_str meant, bool *out_heard)
{
  if (work->dialogue->state == ASKI_DIALOGUE_CONFIRM && aski_dialogue_adds(work->world->words, work->key)) {
    work->dialogue->note = ASKI_STR("One at a time, please: this first.");
    return ASKIAM_STATUS_OK;
  }
  if (aski_dialogue_steer(work->world->words, aski_text_key(work->arena, meant)) ==
      ASKI_STEER_ENDLESS) { /* "make it permanent" */
    *out_heard = true;
    aski_dialogue_set_end(work->dialogue, 0);
    return ASKIAM_STATUS_OK;
  }
  askiam_status status = aski_dialogue_hear_contrast(work, text, out_heard);
  if (status == ASKIAM_STATUS_OK && !*out_heard && aski_str_present(meant)) {
    status = aski_dialogue_hear_contrast(work, meant, out_heard);
  }
  if (status == ASKIAM_STATUS_OK && !*out_heard) {
    *out_heard = aski_dialogue_hear_slot(work);
  }
  if (status == ASKIAM_STATUS_OK && !*out_heard) {
    status = aski_dialogue_hear_answer(work, text, out_heard);
  }
  bool one = aski_dialogue_is_in(work->world->words, ASKI_LIST_ONE,
                                 aski_text_key(work->arena, meant)); /* "I want one" is no place */
  if (status == ASKIAM_STATUS_OK && !*out_heard && aski_str_present(meant) && !one) {
    status = aski_dialogue_hear_answer(work, meant, out_heard);
  }
  return status;
}

askiam_status aski_dialogue_hear(aski_turn_work *work, bool *out_heard)
{
  askiam_status status = s_hear_steer(work, work->steer, out_heard);
  if (status != ASKIAM_STATUS_OK || *out_heard || work->steer != ASKI_STEER_NONE) {
    return status;
  }
  const aski_dialogue_words *words = work->world->words;
  askiam_str text =
      work->fresh ? work->text : aski_dialogue_before_closers(words, aski_dialogue_behind(words, work->text));
  askiam_str meant = work->fresh ? ASKI_STR_NONE : aski_dialogue_meant(words, text);
  if (!work->fresh) {
    status = s_hear_within(work, text, meant, out_heard);
  }
  if (status != ASKIAM_STATUS_OK || *out_heard || aski_str_present(work->dialogue->note)) {
    return status;
  }
  status = aski_dialogue_hear_sentence(work, text, out_heard);
  if (status == ASKIAM_STATUS_OK && !*out_heard && aski_str_present(meant)) {
    work->dialogue->note = ASKI_STR_NONE;
    status = aski_dialogue_hear_sentence(work, meant, out_heard);
  }
  return status;
}

static askiam_status s_cancel(aski_turn_work *work)
{
  work->dialogue->state = ASKI_DIALOGUE_CANCELLED;
  work->dialogue->asked = ASKI_DIALOGUE_NOTHING;
  work->dialogue->message = ASKI_STR("Cancelled. Nothing was asked for.");
  return ASKIAM_STATUS_OK;
}

/* What is not called so, but nearly: to be chosen from, instead of what was offered. */
static askiam_status s_offer_close(aski_turn_work *work)
{
  aski_dialogue *dialogue = work->dialogue;
  bool application = dialogue->asked == ASKI_DIALOGUE_APPLICATION;
  bool names = dialogue->state == ASKI_DIALOGUE_ASK && (application || dialogue->asked == ASKI_DIALOGUE_ROLE);
  askiam_status status = ASKIAM_STATUS_OK;
  if (names && work->steer == ASKI_STEER_NONE && !aski_dialogue_denies(work->world->words, work->key)) {
    status = aski_dialogue_offer_close(work, application ? ASKIAM_KIND_APPLICATION : ASKIAM_KIND_ROLE,
                                       aski_dialogue_bare(work->world->words, work->key),
                                       application ? ASKI_STR_NONE : dialogue->application.id);
  }
  if (dialogue->choices.count == 0) {
    dialogue->choices = work->offered;
  }
  return status;
}

bool aski_dialogue_may_differ(const aski_turn_work *work)
{
  const aski_dialogue_words *words = work->world->words;
  return !aski_dialogue_is_aside(words, work->key) && !aski_dialogue_adds(words, work->key);
}

void aski_dialogue_ask_difference(aski_turn_work *work)
{
  work->dialogue->state = ASKI_DIALOGUE_ASK;
  work->dialogue->asked = ASKI_DIALOGUE_NOTHING;
  aski_dialogue_say_question(work);
}

/* Nothing of it was understood: the same question again, in other words. */
static askiam_status s_repeat(aski_turn_work *work)
{
  aski_dialogue *dialogue = work->dialogue;
  if (!aski_str_present(dialogue->note)) {
    dialogue->note =
        work->fresh ? ASKI_STR("I help to ask for access.") : ASKI_STR("Sorry, I did not understand that.");
  }
  if (work->fresh) {
    return aski_dialogue_advance(work, false);
  }
  if (dialogue->state == ASKI_DIALOGUE_CONFIRM && aski_dialogue_may_differ(work)) {
    aski_dialogue_ask_difference(work);
    return ASKIAM_STATUS_OK;
  }
  askiam_status status = s_offer_close(work);
  ++dialogue->misses;
  if (dialogue->state == ASKI_DIALOGUE_CONFIRM) {
    aski_dialogue_say_confirm(work);
  } else {
    aski_dialogue_say_question(work);
  }
  return status;
}

static bool s_is_fresh(const aski_dialogue *dialogue)
{
  return dialogue->state == ASKI_DIALOGUE_ASK && dialogue->asked == ASKI_DIALOGUE_NOTHING && dialogue->misses == 0 &&
         !s_known(dialogue->application) && !s_known(dialogue->role);
}

/* Any words are a reason, but those that end or begin the conversation. */
static void s_take_reason(aski_turn_work *work)
{
  work->dialogue->justification = aski_dialogue_clean(work->arena, work->text, ASKI_DIALOGUE_REASON_MAX_BYTES);
}

static askiam_status s_take_text(aski_turn_work *work)
{
  aski_dialogue *dialogue = work->dialogue;
  const aski_steer steer = work->steer;
  if (steer == ASKI_STEER_CANCEL) {
    return s_cancel(work);
  }
  if (steer == ASKI_STEER_RESTART) {
    *dialogue = (aski_dialogue){.note = ASKI_STR("From the beginning, then.")};
    return aski_dialogue_advance(work, false);
  }
  if (steer == ASKI_STEER_YES && dialogue->state == ASKI_DIALOGUE_CONFIRM) {
    dialogue->state = ASKI_DIALOGUE_SUBMIT;
    return ASKIAM_STATUS_OK;
  }
  if (dialogue->asked == ASKI_DIALOGUE_JUSTIFICATION && steer == ASKI_STEER_NONE) {
    s_take_reason(work);
    return aski_dialogue_advance(work, false);
  }
  bool heard = false;
  askiam_status status = aski_dialogue_hear(work, &heard);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  if (!heard) {
    return s_repeat(work);
  }
  dialogue->misses = 0;
  bool direct = work->fresh && work->complete;
  status = aski_dialogue_advance(work, direct);
  dialogue->at_once = direct && dialogue->state == ASKI_DIALOGUE_SUBMIT;
  return status;
}

askiam_status aski_dialogue_take(aski_dialogue *dialogue, aski_arena *arena, const aski_dialogue_world *world,
                                 askiam_str text, askiam_error *error)
{
  aski_turn_work work = {.dialogue = dialogue,
                         .arena = arena,
                         .world = world,
                         .error = error,
                         .text = aski_str_trim(text),
                         .offered = dialogue->choices,
                         .fresh = s_is_fresh(dialogue)};
  work.key = aski_text_key(arena, work.text);
  work.steer = aski_dialogue_steer_of(world->words, work.text, work.key);
  work.doubtful = !work.fresh && aski_dialogue_is_doubtful(world->words, work.text, work.key);
  dialogue->note = dialogue->message = ASKI_STR_NONE;
  dialogue->choices = (aski_dialogue_choices){.count = 0};
  dialogue->at_once = false;
  askiam_status status = arena->failed ? ASKIAM_STATUS_NO_MEMORY : s_take_text(&work);
  return (status == ASKIAM_STATUS_OK && arena->failed) || (status == ASKIAM_STATUS_NO_MEMORY && arena->failed)
             ? askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_ENGINE, "out of memory in a conversation")
             : status;
}
