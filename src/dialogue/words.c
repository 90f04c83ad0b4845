/* SPDX-License-Identifier: Apache-2.0
 *
 * The few words that steer a conversation. They count as the whole of a text only: what stands beside them is a sentence, and read as one. */
#include "dialogue/parts.h"

static bool s_is_one_of(askiam_str key, const char *const *list)
{
  for (size_t i = 0; list[i] != NULL; ++i) {
    if (aski_str_equal_text(key, list[i])) {
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
static askiam_str s_strip(askiam_str key, const char *const *front, const char *const *back)
{
  while (s_is_one_of(s_first(key), front) && s_without_first(key).length > 0) {
    key = s_without_first(key);
  }
  while (s_is_one_of(s_last(key), back) && s_without_last(key).length > 0) {
    key = s_without_last(key);
  }
  return key;
}

static const char *const s_courtesy[] = {"please", "pls",       "plz",  "thanks", "thank you", "thank", "you", "thx",
                                         "a lot",  "very much", "then", "so",     "hm",        "hmm",   "um",  "uh",
                                         "ah",     "oh",        "well", "just",   "actually",  "sorry", NULL};

/* What people say to steer a conversation, as keys without courtesies. */
static const char *const s_yes[] = {"yes",
                                    "y",
                                    "yep",
                                    "yeah",
                                    "yup",
                                    "sure",
                                    "ok",
                                    "okay",
                                    "correct",
                                    "right",
                                    "agreed",
                                    "confirm",
                                    "confirmed",
                                    "i confirm",
                                    "that is right",
                                    "that s right",
                                    "thats right",
                                    "go ahead",
                                    "do it",
                                    "submit",
                                    "submit it",
                                    "looks good",
                                    "exactly",
                                    "of course",
                                    "it is",
                                    "i am sure",
                                    "i m sure",
                                    "please do",
                                    "go for it",
                                    "absolutely",
                                    "definitely",
                                    "certainly",
                                    "perfect",
                                    "great",
                                    "fine",
                                    "sounds good",
                                    "sounds right",
                                    "looks right",
                                    "is correct",
                                    "is right",
                                    "is fine",
                                    "that works",
                                    "that is fine",
                                    "that s fine",
                                    "that s it",
                                    "that is it",
                                    "that is correct",
                                    "that s correct",
                                    "all right",
                                    NULL};
static const char *const s_no[] = {"no",
                                   "n",
                                   "nope",
                                   "nah",
                                   "wrong",
                                   "incorrect",
                                   "not right",
                                   "none",
                                   "none of these",
                                   "none of them",
                                   "none of the above",
                                   "none of those",
                                   "neither",
                                   "neither of them",
                                   "neither of these",
                                   "no one",
                                   "not yet",
                                   "not quite",
                                   "do not submit it",
                                   "don t submit it",
                                   "do not do it",
                                   "don t do it",
                                   "not that",
                                   "it is not",
                                   "it isn t",
                                   "that is wrong",
                                   "that s wrong",
                                   "that is not right",
                                   NULL};
static const char *const s_cancel[] = {"cancel",
                                       "never mind",
                                       "nevermind",
                                       "forget it",
                                       "forget about it",
                                       "stop",
                                       "quit",
                                       "exit",
                                       "abort",
                                       "cancel it",
                                       "cancel that",
                                       "cancel this",
                                       "cancel the request",
                                       "cancel my request",
                                       "drop it",
                                       "leave it",
                                       "no longer needed",
                                       "not needed any more",
                                       "not needed anymore",
                                       "i changed my mind",
                                       "changed my mind",
                                       "i do not want it any more",
                                       "i do not want it anymore",
                                       "i don t want it any more",
                                       "i don t want it anymore",
                                       "i do not need it any more",
                                       "i do not need it anymore",
                                       "i don t need it any more",
                                       "i don t need it anymore",
                                       NULL};
static const char *const s_restart[] = {
    "start over",         "start again", "restart",           "begin again",      "reset",
    "from the beginning", "new request", "let us start over", "let s start over", NULL};
static const char *const s_endless[] = {"forever",
                                        "permanent",
                                        "permanently",
                                        "for good",
                                        "no end",
                                        "without end",
                                        "no limit",
                                        "unlimited",
                                        "indefinitely",
                                        "always",
                                        "without an end",
                                        "no end date",
                                        "without end date",
                                        "without an end date",
                                        "remove the end",
                                        "remove the end date",
                                        "no expiry",
                                        "no time limit",
                                        NULL};

/* How much of the key's front the longest phrase of a list takes; 0 for none. */
static size_t s_front(askiam_str key, const char *const *list)
{
  size_t longest = 0;
  for (size_t i = 0; list[i] != NULL; ++i) {
    size_t length = strlen(list[i]);
    bool ends = key.length == length || (key.length > length && key.data[length] == ' ');
    if (ends && length > longest && memcmp(key.data, list[i], length) == 0) {
      longest = length;
    }
  }
  return longest;
}

/* Nothing but phrases of `list`, at least one, with courtesies and phrases of `beside` among them. */
static bool s_is_made_of(askiam_str key, const char *const *list, const char *const *beside)
{
  static const char *const none[] = {NULL};
  const char *const *const lists[] = {list, beside == NULL ? none : beside, s_courtesy};
  size_t found = 0;
  while (key.length > 0) {
    size_t taken = 0;
    for (size_t i = 0; i < sizeof lists / sizeof *lists; ++i) {
      size_t length = s_front(key, lists[i]);
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

aski_steer aski_dialogue_steer(askiam_str key)
{
  return s_is_made_of(key, s_cancel, s_no) || s_is_made_of(key, s_cancel, s_yes) ? ASKI_STEER_CANCEL
         : s_is_made_of(key, s_restart, s_no)                                    ? ASKI_STEER_RESTART
         : s_is_made_of(key, s_yes, NULL)                                        ? ASKI_STEER_YES
         : s_is_made_of(key, s_no, NULL)                                         ? ASKI_STEER_NO
         : s_is_made_of(key, s_endless, NULL)                                    ? ASKI_STEER_ENDLESS
                                                                                 : ASKI_STEER_NONE;
}

/* In whatever script: "?", "？", "؟". */
bool aski_dialogue_asks(askiam_str text)
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

aski_steer aski_dialogue_steer_of(askiam_str text, askiam_str key)
{
  aski_steer steer = aski_dialogue_steer(key);
  return steer == ASKI_STEER_YES && aski_dialogue_asks(text) ? ASKI_STEER_NONE : steer;
}

static size_t s_number(askiam_str word)
{
  static const char *const names[][4] = {{"1", "1st", "first", "1"},
                                         {"2", "2nd", "second", "two"},
                                         {"3", "3rd", "third", "three"},
                                         {"4", "4th", "fourth", "four"},
                                         {"5", "5th", "fifth", "five"}};
  for (size_t i = 0; i < sizeof names / sizeof *names; ++i) {
    for (size_t j = 0; j < 4; ++j) {
      if (aski_str_equal_text(word, names[i][j])) {
        return i + 1;
      }
    }
  }
  return aski_str_equal_text(word, "last") ? SIZE_MAX : 0;
}

/* "one" counts by itself or behind "number": "no one", "the one" and "I want one" are no places. */
static bool s_is_number_one(askiam_str key, askiam_str rest)
{
  static const char *const before[] = {"number", "nr", "option", "choice", NULL};
  askiam_str front = aski_str_trim(aski_str_slice(key, 0, (size_t)(rest.data - key.data)));
  return aski_str_equal_text(rest, "one") && (front.length == 0 || s_is_one_of(s_last(front), before));
}

size_t aski_dialogue_ordinal(askiam_str key)
{
  static const char *const front[] = {"the",    "number", "option", "choice", "no",   "nr",   "please", "i",
                                      "take",   "want",   "use",    "would",  "like", "ll",   "d",      "mean",
                                      "meant",  "let",    "s",      "us",     "go",   "with", "think",  "pick",
                                      "choose", "it",     "is",     "that",   NULL};
  static const char *const back[] = {"one", "option", "choice", "please", "pls", "plz", "thanks", "thank", "you", NULL};
  askiam_str rest = s_strip(key, front, back);
  return key.length == 0 ? 0 : s_is_number_one(key, rest) ? 1 : s_number(rest);
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

askiam_str aski_dialogue_behind(askiam_str text)
{
  static const char *const leads[] = {"fine",     "great",  "perfect", "good", "right", "correct", "please", "no",
                                      "nope",     "nah",    "yes",     "yep",  "yeah",  "ok",      "okay",   "sorry",
                                      "but",      "oh",     "well",    "wait", "hm",    "hmm",     "um",     "uh",
                                      "actually", "rather", "instead", "sure", NULL};
  for (;;) {
    size_t length = s_word_length(text);
    bool found = false;
    for (size_t i = 0; leads[i] != NULL && !found; ++i) {
      size_t used = 0;
      found = length == strlen(leads[i]) && aski_text_starts_caseless(text, askiam_str_from(leads[i]), &used);
    }
    size_t next = length;
    while (next < text.length && strchr(" \t\r\n,.;:!-", text.data[next]) != NULL) {
      ++next;
    }
    if (!found || next == length || next == text.length) {
      return text;
    }
    text = aski_str_slice(text, next, text.length);
  }
}

askiam_str aski_dialogue_bare(askiam_str key)
{
  static const char *const front[] = {"the", "a",  "an", "as",   "in",     "on",          "for", "to",
                                      "it",  "is", "s",  "role", "please", "application", NULL};
  static const char *const back[] = {"role", "one", "please", "application", "app", "instead", "thanks", NULL};
  return s_strip(key, front, back);
}

askiam_str aski_dialogue_behind_change(askiam_str key)
{
  static const char *const front[] = {"no",        "the",  "my",  "a",     "an",    "change",
                                      "correct",   "edit", "fix", "wrong", "other", "another",
                                      "different", "it",   "is",  "s",     "that",  NULL};
  static const char *const back[] = {"please", "is", "wrong", NULL};
  return s_strip(key, front, back);
}

static bool s_has_word(askiam_str key, const char *const *list)
{
  while (key.length > 0) {
    if (s_is_one_of(s_first(key), list)) {
      return true;
    }
    key = s_without_first(key);
  }
  return false;
}

bool aski_dialogue_says_me(askiam_str key)
{
  static const char *const list[] = {"me", "myself", NULL};
  return s_has_word(key, list);
}

bool aski_dialogue_says_i(askiam_str key)
{
  static const char *const list[] = {"i", "me", "my", "myself", NULL};
  return s_has_word(key, list);
}

bool aski_dialogue_denies(askiam_str key)
{
  static const char *const list[] = {"no",    "nope",   "nah",    "not",     "don",     "dont",      "isn",
                                     "doesn", "never",  "wrong",  "stop",    "cancel",  "wait",      "other",
                                     "only",  "change", "rather", "instead", "another", "incorrect", "different",
                                     "but",   "except", "remove", "mistake", NULL};
  static const char *const first[] = {"for",  "to", "in",  "on",   "until", "till", "with",
                                      "from", "as", "and", "also", "make",  "give", NULL};
  return s_has_word(key, list) || s_is_one_of(s_first(key), first);
}

bool aski_dialogue_is_doubtful(askiam_str text, askiam_str key)
{
  static const char *const list[] = {"no", "nope", "nah", "not", "t", "dont", "never", "wrong", NULL};
  bool asks = aski_dialogue_asks(text);
  return asks || (aski_dialogue_steer(key) == ASKI_STEER_NONE && s_has_word(key, list));
}

bool aski_dialogue_asks_nothing(askiam_str key)
{
  static const char *const list[] = {"not",  "t",   "dont", "doesnt",  "never", "cannot", "cant", "wont",
                                     "have", "has", "had",  "already", "holds", "got",    NULL};
  return s_has_word(key, list);
}

bool aski_dialogue_adds(askiam_str key)
{
  static const char *const list[] = {"also", "too", "additionally", "plus", NULL};
  static const char *const leads[] = {"yes and", "yes plus", "ok and", "and", NULL};
  return s_has_word(key, list) || s_front(key, leads) > 0;
}

/* Two places or more, and what joins them: "1 and 2", "the first or the last"; "the second last" is one place, and no known one. */
static bool s_names_places(askiam_str key)
{
  static const char *const between[] = {"the", "one", "number", "option", "both", NULL};
  static const char *const joins[] = {"and", "or", NULL};
  size_t places = 0;
  bool joined = false;
  for (; key.length > 0; key = s_without_first(key)) {
    askiam_str word = s_first(key);
    size_t place = s_number(word);
    joined = joined || s_is_one_of(word, joins);
    places += place != 0 ? 1 : 0;
    bool passed = s_is_one_of(word, between) || s_is_one_of(word, joins);
    if ((place == 0 && !passed) || (place == SIZE_MAX && !joined)) {
      return false;
    }
  }
  return places > 1;
}

bool aski_dialogue_wants_several(askiam_str key)
{
  static const char *const list[] = {"both",         "both of them",    "both of these", "all",
                                     "all of them",  "all of these",    "everything",    "the first two",
                                     "the last two", "the first three", "each of them",  NULL};
  return s_is_made_of(key, list, NULL) || s_names_places(key);
}

bool aski_dialogue_has_words(askiam_str key, askiam_str words)
{
  static const char *const passed[] = {"of", "the", "a", "an", NULL};
  size_t found = 0;
  for (; words.length > 0; words = s_without_first(words)) {
    bool held = false;
    for (askiam_str rest = key; rest.length > 0 && !held; rest = s_without_first(rest)) {
      held = aski_str_equal(s_first(rest), s_first(words));
    }
    if (!held && !s_is_one_of(s_first(words), passed)) {
      return false;
    }
    found += held ? 1 : 0;
  }
  return found > 0;
}
