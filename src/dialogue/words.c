/* SPDX-License-Identifier: Apache-2.0
 *
 * The few words that steer a conversation, as the table of words has them. They count as the whole of a text only: what stands beside them is
 * a sentence, and read as one. */
#include "dialogue/parts.h"

askiam_str aski_dialogue_phrase(const aski_dialogue_words *words, size_t index)
{
  return (askiam_str){words->texts + words->starts[index], (size_t)(words->starts[index + 1] - words->starts[index])};
}

bool aski_dialogue_is_in(const aski_dialogue_words *words, aski_list list, askiam_str key)
{
  for (size_t i = words->firsts[list]; i < words->firsts[list + 1]; ++i) {
    if (aski_str_equal(key, aski_dialogue_phrase(words, i))) {
      return true;
    }
  }
  return false;
}

static size_t s_first_length(askiam_str key)
{
  const char *space = key.length == 0 ? NULL : memchr(key.data, ' ', key.length);
  return space == NULL ? key.length : (size_t)(space - key.data);
}

static askiam_str s_first(askiam_str key) { return aski_str_slice(key, 0, s_first_length(key)); }
static askiam_str s_without_first(askiam_str key)
{
  return aski_str_trim(aski_str_slice(key, s_first_length(key), key.length));
}

static size_t s_last_start(askiam_str key)
{
  size_t start = key.length;
  while (start > 0 && key.data[start - 1] != ' ') {
    --start;
  }
  return start;
}

static askiam_str s_last(askiam_str key) { return aski_str_slice(key, s_last_start(key), key.length); }
static askiam_str s_without_last(askiam_str key) { return aski_str_trim(aski_str_slice(key, 0, s_last_start(key))); }

/* Takes words of a list off both ends, never the last one that is left. */
static askiam_str s_strip(const aski_dialogue_words *words, askiam_str key, aski_list front, aski_list back)
{
  while (aski_dialogue_is_in(words, front, s_first(key)) && s_without_first(key).length > 0) {
    key = s_without_first(key);
  }
  while (aski_dialogue_is_in(words, back, s_last(key)) && s_without_last(key).length > 0) {
    key = s_without_last(key);
  }
  return key;
}

/* How much of the key's front the longest phrase of a list takes; 0 for none. */
static size_t s_front(const aski_dialogue_words *words, aski_list list, askiam_str key)
{
  size_t longest = 0;
  for (size_t i = words->firsts[list]; i < words->firsts[list + 1]; ++i) {
    askiam_str phrase = aski_dialogue_phrase(words, i);
    bool ends = key.length == phrase.length || (key.length > phrase.length && key.data[phrase.length] == ' ');
    if (ends && phrase.length > longest && aski_str_starts(key, phrase)) {
      longest = phrase.length;
    }
  }
  return longest;
}

/* Nothing but phrases of `list`, at least one, with courtesies and phrases of `beside` among them. */
static bool s_is_made_of(const aski_dialogue_words *words, askiam_str key, aski_list list, aski_list beside)
{
  const aski_list lists[] = {list, beside, ASKI_LIST_COURTESIES};
  size_t found = 0;
  while (key.length > 0) {
    size_t taken = 0;
    for (size_t i = 0; i < sizeof lists / sizeof *lists; ++i) {
      size_t length = s_front(words, lists[i], key);
      found += i == 0 && length > 0 ? 1 : 0;
      taken = length > taken ? length : taken;
    }
    if (taken == 0) {
      return false;
    }
    key = aski_str_trim(aski_str_slice(key, taken, key.length));
  }
  return found > 0;
}

static bool s_is(const aski_dialogue_words *words, askiam_str key, aski_list list)
{
  return s_is_made_of(words, key, list, ASKI_LIST_COURTESIES);
}

aski_steer aski_dialogue_steer(const aski_dialogue_words *words, askiam_str key)
{
  bool cancels = s_is_made_of(words, key, ASKI_LIST_CANCEL, ASKI_LIST_NO) ||
                 s_is_made_of(words, key, ASKI_LIST_CANCEL, ASKI_LIST_YES);
  return cancels                                                        ? ASKI_STEER_CANCEL
         : s_is_made_of(words, key, ASKI_LIST_START_OVER, ASKI_LIST_NO) ? ASKI_STEER_RESTART
         : s_is(words, key, ASKI_LIST_YES)                              ? ASKI_STEER_YES
         : s_is(words, key, ASKI_LIST_NO)                               ? ASKI_STEER_NO
         : s_is(words, key, ASKI_LIST_NO_END)                           ? ASKI_STEER_ENDLESS
                                                                        : ASKI_STEER_NONE;
}

/* In whatever script: "?", "？", "؟". */
static bool s_asks(askiam_str text)
{
  static const char *const marks[] = {"?", "\xEF\xBC\x9F", "\xD8\x9F"};
  for (size_t at = 0; at < text.length; ++at) {
    for (size_t i = 0; i < sizeof marks / sizeof *marks; ++i) {
      if (aski_str_starts(aski_str_slice(text, at, text.length), askiam_str_from(marks[i]))) {
        return true;
      }
    }
  }
  return false;
}

aski_steer aski_dialogue_steer_of(const aski_dialogue_words *words, askiam_str text, askiam_str key)
{
  aski_steer steer = aski_dialogue_steer(words, key);
  return steer == ASKI_STEER_YES && s_asks(text) ? ASKI_STEER_NONE : steer;
}

static size_t s_number(const aski_dialogue_words *words, askiam_str word)
{
  for (size_t place = 0; place < 5; ++place) {
    if (aski_dialogue_is_in(words, (aski_list)(ASKI_LIST_FIRST + place), word)) {
      return place + 1;
    }
  }
  return aski_dialogue_is_in(words, ASKI_LIST_LAST, word) ? SIZE_MAX : 0;
}

/* "one" counts by itself or behind "number": "no one", "the one" and "I want one" are no places. */
static bool s_is_number_one(const aski_dialogue_words *words, askiam_str key, askiam_str rest)
{
  askiam_str front = aski_str_trim(aski_str_slice(key, 0, (size_t)(rest.data - key.data)));
  return aski_dialogue_is_in(words, ASKI_LIST_ONE, rest) &&
         (front.length == 0 || aski_dialogue_is_in(words, ASKI_LIST_NUMBER, s_last(front)));
}

size_t aski_dialogue_ordinal(const aski_dialogue_words *words, askiam_str key)
{
  askiam_str rest = s_strip(words, key, ASKI_LIST_BEFORE_PLACE, ASKI_LIST_BEHIND_PLACE);
  return key.length == 0 ? 0 : s_is_number_one(words, key, rest) ? 1 : s_number(words, rest);
}

static bool s_is_letter(char byte)
{
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || ((unsigned char)byte & 0x80) != 0;
}

static size_t s_word_length(askiam_str text)
{
  size_t length = 0;
  while (length < text.length && s_is_letter(text.data[length])) {
    ++length;
  }
  return length;
}

/* Whether `word`, as it was written, is one of a list that is looked into so. */
static bool s_is_written(const aski_dialogue_words *words, aski_list list, askiam_str word)
{
  for (size_t i = words->firsts[list]; i < words->firsts[list + 1]; ++i) {
    size_t used = 0;
    if (aski_text_starts_caseless(word, aski_dialogue_phrase(words, i), &used) && used == word.length) {
      return true;
    }
  }
  return false;
}

askiam_str aski_dialogue_behind(const aski_dialogue_words *words, askiam_str text)
{
  for (;;) {
    size_t length = s_word_length(text);
    size_t next = length;
    while (next < text.length && strchr(" \t\r\n,.;:!-", text.data[next]) != NULL) {
      ++next;
    }
    if (next == length || next == text.length ||
        !s_is_written(words, ASKI_LIST_OPENERS, aski_str_slice(text, 0, length))) {
      return text;
    }
    text = aski_str_slice(text, next, text.length);
  }
}

askiam_str aski_dialogue_before_closers(const aski_dialogue_words *words, askiam_str text)
{
  for (;;) {
    size_t end = text.length;
    while (end > 0 && !s_is_letter(text.data[end - 1]) && strchr(" \t\r\n,.;:!-", text.data[end - 1]) != NULL) {
      --end;
    }
    size_t start = end;
    while (start > 0 && s_is_letter(text.data[start - 1])) {
      --start;
    }
    askiam_str before = aski_str_trim(aski_str_slice(text, 0, start));
    if (before.length == 0 || before.length == start ||
        !s_is_written(words, ASKI_LIST_CLOSERS, aski_str_slice(text, start, end))) {
      return text;
    }
    text = before.data[before.length - 1] == ',' ? aski_str_slice(before, 0, before.length - 1) : before;
  }
}

askiam_str aski_dialogue_bare(const aski_dialogue_words *words, askiam_str key)
{
  return s_strip(words, key, ASKI_LIST_BEFORE_NAME, ASKI_LIST_BEHIND_NAME);
}

askiam_str aski_dialogue_behind_change(const aski_dialogue_words *words, askiam_str key)
{
  return s_strip(words, key, ASKI_LIST_BEFORE_CHANGE, ASKI_LIST_BEHIND_CHANGE);
}

static bool s_has_word(const aski_dialogue_words *words, askiam_str key, aski_list list)
{
  for (; key.length > 0; key = s_without_first(key)) {
    if (aski_dialogue_is_in(words, list, s_first(key))) {
      return true;
    }
  }
  return false;
}

bool aski_dialogue_says_me(const aski_dialogue_words *words, askiam_str key)
{
  return s_has_word(words, key, ASKI_LIST_ME);
}

bool aski_dialogue_says_i(const aski_dialogue_words *words, askiam_str key)
{
  return s_has_word(words, key, ASKI_LIST_I) || s_has_word(words, key, ASKI_LIST_ME) ||
         s_has_word(words, key, ASKI_LIST_MY);
}

bool aski_dialogue_corrects(const aski_dialogue_words *words, askiam_str key)
{
  return s_front(words, ASKI_LIST_CORRECTS, key) > 0;
}

bool aski_dialogue_denies(const aski_dialogue_words *words, askiam_str key)
{
  return s_has_word(words, key, ASKI_LIST_DENIALS) || aski_dialogue_is_in(words, ASKI_LIST_CHANGES, s_first(key));
}

bool aski_dialogue_begins_with_yes(const aski_dialogue_words *words, askiam_str key)
{
  size_t polite = 0;
  while (key.length > 0 && s_front(words, ASKI_LIST_YES, key) == 0 &&
         (polite = s_front(words, ASKI_LIST_COURTESIES, key)) > 0) {
    key = aski_str_trim(aski_str_slice(key, polite, key.length));
  }
  return s_front(words, ASKI_LIST_YES, key) > 0;
}

bool aski_dialogue_is_aside(const aski_dialogue_words *words, askiam_str key)
{
  while (key.length > 0) {
    size_t agreed = s_front(words, ASKI_LIST_YES, key);
    size_t polite = s_front(words, ASKI_LIST_COURTESIES, key);
    size_t taken = agreed > polite ? agreed : polite;
    if (taken == 0 && !aski_dialogue_is_in(words, ASKI_LIST_ASIDES, s_first(key))) {
      return false;
    }
    key = taken == 0 ? s_without_first(key) : aski_str_trim(aski_str_slice(key, taken, key.length));
  }
  return true;
}

bool aski_dialogue_is_doubtful(const aski_dialogue_words *words, askiam_str text, askiam_str key)
{
  bool denies = aski_dialogue_steer(words, key) == ASKI_STEER_NONE && s_has_word(words, key, ASKI_LIST_DOUBTS);
  return denies || s_asks(text);
}

bool aski_dialogue_asks_nothing(const aski_dialogue_words *words, askiam_str key)
{
  return s_has_word(words, key, ASKI_LIST_NO_REQUESTS);
}

bool aski_dialogue_adds(const aski_dialogue_words *words, askiam_str key)
{
  bool adds = s_has_word(words, key, ASKI_LIST_ADDITIONS) || s_front(words, ASKI_LIST_BEFORE_ADDITION, key) > 0;
  return adds && !s_has_word(words, key, ASKI_LIST_DOUBTS);
}

/* Two places or more, and what joins them: "1 and 2", "the first or the last"; "the second last" is one place, and no known one. */
static bool s_names_places(const aski_dialogue_words *words, askiam_str key)
{
  size_t places = 0;
  bool joined = false;
  for (; key.length > 0; key = s_without_first(key)) {
    askiam_str word = s_first(key);
    size_t place = s_number(words, word);
    bool joins = aski_dialogue_is_in(words, ASKI_LIST_JOINS, word);
    joined = joined || joins;
    places += place != 0 ? 1 : 0;
    bool passed = joins || aski_dialogue_is_in(words, ASKI_LIST_BETWEEN_PLACES, word);
    if ((place == 0 && !passed) || (place == SIZE_MAX && !joined)) {
      return false;
    }
  }
  return places > 1;
}

bool aski_dialogue_wants_several(const aski_dialogue_words *words, askiam_str key)
{
  return s_is(words, key, ASKI_LIST_SEVERAL) || s_names_places(words, key);
}

bool aski_dialogue_has_words(const aski_dialogue_words *words, askiam_str key, askiam_str wanted)
{
  size_t found = 0;
  for (; wanted.length > 0; wanted = s_without_first(wanted)) {
    bool held = false;
    for (askiam_str rest = key; rest.length > 0 && !held; rest = s_without_first(rest)) {
      held = aski_str_equal(s_first(rest), s_first(wanted));
    }
    if (!held && !aski_dialogue_is_in(words, ASKI_LIST_PASSED, s_first(wanted))) {
      return false;
    }
    found += held ? 1 : 0;
  }
  return found > 0;
}
