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

/* The text behind this phrase; absent where it begins otherwise, or nothing is behind it. */
static askiam_str s_behind(askiam_str text, askiam_str phrase)
{
  while (phrase.length > 0) {
    size_t length = 0;
    size_t used = 0;
    while (length < phrase.length && phrase.data[length] != ' ') {
      ++length;
    }
    if (!aski_text_starts_caseless(text, aski_str_slice(phrase, 0, length), &used)) {
      return ASKI_STR_NONE;
    }
    text = aski_str_slice(text, used, text.length);
    size_t gap = s_gap(text);
    if (gap == 0) {
      return ASKI_STR_NONE;
    }
    text = aski_str_slice(text, gap, text.length);
    phrase = aski_str_trim(aski_str_slice(phrase, length, phrase.length));
  }
  return text.length > 0 ? text : ASKI_STR_NONE;
}

/* The same behind the first phrase of a list that is there. */
static askiam_str s_behind_any(const aski_dialogue_words *words, aski_list list, askiam_str text)
{
  askiam_str behind = ASKI_STR_NONE;
  for (size_t i = words->firsts[list]; i < words->firsts[list + 1] && !aski_str_present(behind); ++i) {
    behind = s_behind(text, aski_dialogue_phrase(words, i));
  }
  return behind;
}

askiam_str aski_dialogue_meant(const aski_dialogue_words *words, askiam_str text)
{
  askiam_str meant = ASKI_STR_NONE;
  askiam_str behind = s_behind_any(words, ASKI_LIST_MEANT, text);
  while (aski_str_present(behind)) {
    meant = behind;
    behind = s_behind_any(words, ASKI_LIST_MEANT, meant);
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
  askiam_str key = aski_dialogue_bare(work->world->words, aski_text_key(work->arena, words));
  aski_dialogue_entity user = aski_dialogue_user(dialogue, work->world);
  bool me = s_known(user) && aski_str_equal(user.id, work->world->speaker.id) &&
            aski_dialogue_is_in(work->world->words, ASKI_LIST_ME, key);
  return me || s_names(work, dialogue->role, key) || s_names(work, dialogue->application, key) ||
         s_names(work, user, key);
}

/* Where a phrase of the list stands in the text, with blanks around it: *out_at is the first blank, *out_behind what comes after the last. */
static bool s_find(const aski_dialogue_words *words, aski_list list, askiam_str text, size_t *out_at,
                   size_t *out_behind)
{
  for (size_t i = words->firsts[list]; i < words->firsts[list + 1]; ++i) {
    for (size_t at = 0; at < text.length; ++at) {
      size_t used = 0;
      bool blank = text.data[at] == ' ';
      if (blank &&
          aski_text_starts_caseless(aski_str_slice(text, at + 1, text.length), aski_dialogue_phrase(words, i), &used)) {
        size_t end = at + 1 + used;
        if (end < text.length && text.data[end] == ' ') {
          *out_at = at;
          *out_behind = end + 1;
          return true;
        }
      }
    }
  }
  return false;
}

/* "not Viewer, Explorer", "not Viewer but Explorer", behind the "not". */
static bool s_part_denied(const aski_dialogue_words *words, askiam_str text, askiam_str *out_old, askiam_str *out_new)
{
  const char *found = memchr(text.data, ',', text.length);
  size_t comma = found == NULL ? text.length : (size_t)(found - text.data);
  size_t at = text.length;
  size_t behind = text.length;
  if (!s_find(words, ASKI_LIST_BUT, text, &at, &behind) || comma < at) {
    at = comma;
    behind = comma + 1;
  }
  *out_old = aski_str_slice(text, 0, at);
  *out_new = aski_str_slice(text, behind, text.length);
  return at < text.length;
}

/* What is given up in a contrast, and what is wanted in its place. */
static bool s_part(const aski_dialogue_words *words, askiam_str text, askiam_str *out_old, askiam_str *out_new)
{
  askiam_str denied = s_behind_any(words, ASKI_LIST_NOT, text);
  size_t at = 0;
  size_t behind = 0;
  if (aski_str_present(denied)) {
    return s_part_denied(words, denied, out_old, out_new);
  }
  bool found = s_find(words, ASKI_LIST_INSTEAD_OF, text, &at, &behind);
  *out_new = aski_str_slice(text, 0, at);
  *out_old = aski_str_slice(text, behind, text.length);
  return found;
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
  if (!s_part(work->world->words, text, &old, &wanted)) {
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

static aski_dialogue_slot s_slot_of(const aski_dialogue_words *words, askiam_str key)
{
  static const struct {
    aski_list list;
    aski_dialogue_slot slot;
  } slots[] = {{ASKI_LIST_APPLICATION, ASKI_DIALOGUE_APPLICATION},
               {ASKI_LIST_ROLE, ASKI_DIALOGUE_ROLE},
               {ASKI_LIST_PERSON, ASKI_DIALOGUE_USER},
               {ASKI_LIST_TIME, ASKI_DIALOGUE_DURATION},
               {ASKI_LIST_REASON, ASKI_DIALOGUE_JUSTIFICATION}};
  for (size_t i = 0; i < sizeof slots / sizeof *slots; ++i) {
    if (aski_dialogue_is_in(words, slots[i].list, key)) {
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

/* "not Jira", where Jira is what is known: what it is, to be asked anew. */
static aski_dialogue_slot s_slot_denied(aski_turn_work *work)
{
  const aski_dialogue *dialogue = work->dialogue;
  askiam_str text = aski_dialogue_behind(work->world->words, work->text);
  askiam_str denied = s_behind_any(work->world->words, ASKI_LIST_NOT, text);
  if (!aski_str_present(denied)) {
    return ASKI_DIALOGUE_NOTHING;
  }
  askiam_str key = aski_dialogue_bare(work->world->words, aski_text_key(work->arena, denied));
  return s_names(work, dialogue->role, key)                              ? ASKI_DIALOGUE_ROLE
         : s_names(work, dialogue->application, key)                     ? ASKI_DIALOGUE_APPLICATION
         : s_names(work, aski_dialogue_user(dialogue, work->world), key) ? ASKI_DIALOGUE_USER
                                                                         : ASKI_DIALOGUE_NOTHING;
}

bool aski_dialogue_hear_slot(aski_turn_work *work)
{
  aski_dialogue *dialogue = work->dialogue;
  bool asks = dialogue->state == ASKI_DIALOGUE_CONFIRM || dialogue->asked == ASKI_DIALOGUE_NOTHING;
  const aski_dialogue_words *words = work->world->words;
  aski_dialogue_slot slot = s_slot_of(words, aski_dialogue_behind_change(words, work->key));
  if (slot == ASKI_DIALOGUE_NOTHING) { /* "yes but not for me" */
    askiam_str key = aski_text_key(work->arena, aski_dialogue_behind(words, work->text));
    slot = s_slot_of(words, aski_dialogue_behind_change(words, key));
  }
  slot = slot == ASKI_DIALOGUE_NOTHING ? s_slot_denied(work) : slot;
  bool heard = asks && slot != ASKI_DIALOGUE_NOTHING && (slot != ASKI_DIALOGUE_JUSTIFICATION || work->world->justifies);
  if (heard) {
    s_open(dialogue, slot);
  }
  return heard;
}
