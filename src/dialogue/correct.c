/* SPDX-License-Identifier: Apache-2.0
 *
 * How people correct themselves: "I meant Explorer", "not Viewer, Explorer", "the wrong person". */
#include "dialogue/parts.h"

static bool s_known(aski_dialogue_entity entity) { return aski_str_present(entity.id); }

/* Blanks and punctuation at the front; the typographic apostrophe is one of them. */
static size_t s_gap(askiam_str text)
{
  static const char apostrophe[] = "\xE2\x80\x99";
  size_t at = 0;
  for (;;) {
    if (at < text.length && strchr(" \t\r\n,.;:!-'", text.data[at]) != NULL && text.data[at] != 0) {
      ++at;
    } else if (aski_str_starts(aski_str_slice(text, at, text.length), askiam_str_from(apostrophe))) {
      at += sizeof apostrophe - 1;
    } else {
      return at;
    }
  }
}

/* The text behind these words; absent where it begins otherwise, or nothing is behind them. */
static askiam_str s_behind(askiam_str text, const char *words)
{
  while (*words != 0) {
    size_t length = strcspn(words, " ");
    size_t used = 0;
    if (!aski_text_starts_caseless(text, (askiam_str){words, length}, &used)) {
      return ASKI_STR_NONE;
    }
    text = aski_str_slice(text, used, text.length);
    size_t gap = s_gap(text);
    if (gap == 0) {
      return ASKI_STR_NONE;
    }
    text = aski_str_slice(text, gap, text.length);
    words += words[length] == ' ' ? length + 1 : length;
  }
  return text.length > 0 ? text : ASKI_STR_NONE;
}

askiam_str aski_dialogue_meant(askiam_str text)
{
  static const char *const leads[] = {"i mean",
                                      "i meant",
                                      "i think",
                                      "i guess",
                                      "i suppose",
                                      "i d say",
                                      "i would say",
                                      "i want",
                                      "i d like",
                                      "i would like",
                                      "it should be",
                                      "it is",
                                      "it s",
                                      "that is",
                                      "that s",
                                      "make it",
                                      "make that",
                                      "change it to",
                                      "change that to",
                                      "change it",
                                      "change to",
                                      "change the role to",
                                      "change the application to",
                                      "change the app to",
                                      "change the person to",
                                      "change the user to",
                                      "change the end to",
                                      "change the time to",
                                      "switch to",
                                      "switch it to",
                                      "use",
                                      "the user id is",
                                      "user id is",
                                      "the id is",
                                      "his id is",
                                      "her id is",
                                      "their id is",
                                      "my id is",
                                      "the name is",
                                      "his name is",
                                      "her name is",
                                      "their name is",
                                      "the user is",
                                      "the person is",
                                      "the role is",
                                      "the application is"};
  askiam_str meant = ASKI_STR_NONE;
  for (size_t i = 0; i < sizeof leads / sizeof *leads;) {
    askiam_str behind = s_behind(aski_str_present(meant) ? meant : text, leads[i]);
    meant = aski_str_present(behind) ? behind : meant;
    i = aski_str_present(behind) ? 0 : i + 1;
  }
  return meant;
}

static bool s_names(aski_turn_work *work, aski_dialogue_entity entity, askiam_str key)
{
  return s_known(entity) && (aski_str_equal(aski_text_key(work->arena, entity.name), key) ||
                             aski_str_equal(aski_text_key(work->arena, entity.id), key));
}

/* Whether these words are called what is known: "Viewer", "in Tableau", "for me". */
static bool s_is_known(aski_turn_work *work, askiam_str words)
{
  const aski_dialogue *dialogue = work->dialogue;
  askiam_str key = aski_dialogue_bare(aski_text_key(work->arena, words));
  aski_dialogue_entity user = aski_dialogue_user(dialogue, work->world);
  bool me = s_known(user) && aski_str_equal(user.id, work->world->speaker.id) && aski_str_equal_text(key, "me");
  return me || s_names(work, dialogue->role, key) || s_names(work, dialogue->application, key) ||
         s_names(work, user, key);
}

/* Where `words` stand in the text; its length where they do not. */
static size_t s_place(askiam_str text, const char *words)
{
  size_t at = 0;
  size_t used = 0;
  while (at < text.length &&
         !aski_text_starts_caseless(aski_str_slice(text, at, text.length), askiam_str_from(words), &used)) {
    ++at;
  }
  return at;
}

/* What is given up in a contrast, and what is wanted in its place. */
static bool s_part(askiam_str text, askiam_str *out_old, askiam_str *out_new)
{
  static const char *const between[] = {" instead of ", " rather than ", " and not ", " not "};
  askiam_str behind = s_behind(text, "not");
  if (aski_str_present(behind)) {
    size_t comma = s_place(behind, ",");
    size_t but = s_place(behind, " but ");
    size_t at = comma < but ? comma : but;
    *out_old = aski_str_slice(behind, 0, at);
    *out_new = aski_str_slice(behind, at + (comma < but ? sizeof "," : sizeof " but ") - 1, behind.length);
    return at < behind.length;
  }
  for (size_t i = 0; i < sizeof between / sizeof *between; ++i) {
    size_t at = s_place(text, between[i]);
    if (at < text.length) {
      *out_new = aski_str_slice(text, 0, at);
      *out_old = aski_str_slice(text, at + strlen(between[i]), text.length);
      return true;
    }
  }
  return false;
}

/* "not 3 days, 5 days", where there is an end: both must be times, and the end another one than was given up. */
static askiam_status s_hear_other_end(aski_turn_work *work, askiam_str old, askiam_str wanted, bool *out_heard)
{
  aski_dialogue *dialogue = work->dialogue;
  const aski_dialogue before = *dialogue;
  bool is_time = false;
  if (before.expires_at_ms == 0) {
    return ASKIAM_STATUS_OK;
  }
  askiam_status status = aski_dialogue_hear_duration(work, old, &is_time);
  const int64_t old_end_ms = dialogue->expires_at_ms;
  *dialogue = before;
  if (status == ASKIAM_STATUS_OK && is_time) {
    status = aski_dialogue_hear_duration(work, wanted, out_heard);
  }
  if (!*out_heard || dialogue->expires_at_ms == old_end_ms) {
    *dialogue = before;
    *out_heard = false;
  }
  return status;
}

askiam_status aski_dialogue_hear_contrast(aski_turn_work *work, askiam_str text, bool *out_heard)
{
  askiam_str old = ASKI_STR_NONE;
  askiam_str wanted = ASKI_STR_NONE;
  if (!s_part(text, &old, &wanted)) {
    return ASKIAM_STATUS_OK;
  }
  wanted = aski_str_trim(wanted);
  if (wanted.length > 0 && wanted.data[wanted.length - 1] == ',') {
    --wanted.length;
  }
  if (!s_is_known(work, old)) {
    return s_hear_other_end(work, aski_str_trim(old), wanted, out_heard);
  }
  aski_dialogue before = *work->dialogue;
  askiam_status status = aski_dialogue_hear_answer(work, wanted, out_heard);
  if (status == ASKIAM_STATUS_OK && !*out_heard && wanted.length > 0) {
    status = aski_dialogue_hear_sentence(work, wanted, out_heard);
  }
  if (!*out_heard || s_is_known(work, old)) { /* what was given up must be gone */
    *work->dialogue = before;
    *out_heard = false;
  }
  return status;
}

static aski_dialogue_slot s_slot_of(askiam_str key)
{
  static const struct {
    const char *words;
    aski_dialogue_slot slot;
  } slots[] = {{"application", ASKI_DIALOGUE_APPLICATION},
               {"app", ASKI_DIALOGUE_APPLICATION},
               {"system", ASKI_DIALOGUE_APPLICATION},
               {"role", ASKI_DIALOGUE_ROLE},
               {"person", ASKI_DIALOGUE_USER},
               {"user", ASKI_DIALOGUE_USER},
               {"not for me", ASKI_DIALOGUE_USER},
               {"not me", ASKI_DIALOGUE_USER},
               {"for someone else", ASKI_DIALOGUE_USER},
               {"for somebody else", ASKI_DIALOGUE_USER},
               {"someone else", ASKI_DIALOGUE_USER},
               {"somebody else", ASKI_DIALOGUE_USER},
               {"time", ASKI_DIALOGUE_DURATION},
               {"duration", ASKI_DIALOGUE_DURATION},
               {"end", ASKI_DIALOGUE_DURATION},
               {"end date", ASKI_DIALOGUE_DURATION},
               {"date", ASKI_DIALOGUE_DURATION},
               {"reason", ASKI_DIALOGUE_JUSTIFICATION}};
  for (size_t i = 0; i < sizeof slots / sizeof *slots; ++i) {
    if (aski_str_equal_text(key, slots[i].words)) {
      return slots[i].slot;
    }
  }
  return ASKI_DIALOGUE_NOTHING;
}

/* Forgets what shall be different, so that it is asked. */
static void s_open(aski_dialogue *dialogue, aski_dialogue_slot slot)
{
  const aski_dialogue_entity none = {.id = ASKI_STR_NONE};
  switch (slot) {
  case ASKI_DIALOGUE_APPLICATION:
    dialogue->application = none;
    dialogue->role = none;
    break;
  case ASKI_DIALOGUE_ROLE:
    dialogue->role = none;
    break;
  case ASKI_DIALOGUE_USER:
    dialogue->user = none;
    dialogue->doubt = ASKI_DIALOGUE_UNNAMED;
    break;
  case ASKI_DIALOGUE_DURATION:
    aski_dialogue_set_end(dialogue, 0);
    dialogue->duration_bad = true;
    break;
  case ASKI_DIALOGUE_JUSTIFICATION:
    dialogue->justification = ASKI_STR_NONE;
    break;
  case ASKI_DIALOGUE_NOTHING:
    break;
  }
}

bool aski_dialogue_hear_slot(aski_turn_work *work)
{
  aski_dialogue *dialogue = work->dialogue;
  bool asks = dialogue->state == ASKI_DIALOGUE_CONFIRM || dialogue->asked == ASKI_DIALOGUE_NOTHING;
  aski_dialogue_slot slot = s_slot_of(aski_dialogue_behind_change(work->key));
  bool heard = asks && slot != ASKI_DIALOGUE_NOTHING && (slot != ASKI_DIALOGUE_JUSTIFICATION || work->world->justifies);
  if (heard) {
    s_open(dialogue, slot);
  }
  return heard;
}
