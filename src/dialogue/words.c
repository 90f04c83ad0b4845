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

static const char *const s_courtesy[] = {"please", "thanks", "thank", "you", "pls", "then", "so", NULL};

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
                                    "yes it is",
                                    "yes do it",
                                    "yes go ahead",
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
                                   "neither",
                                   "not that",
                                   "no it is not",
                                   "that is wrong",
                                   "that s wrong",
                                   "no thank",
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
                                       "i changed my mind",
                                       "changed my mind",
                                       "no cancel",
                                       "no forget it",
                                       "no never mind",
                                       NULL};
static const char *const s_restart[] = {
    "start over",         "start again", "restart",           "begin again",      "reset",
    "from the beginning", "new request", "let us start over", "let s start over", NULL};
static const char *const s_endless[] = {"forever",      "permanent",   "permanently",    "for good",
                                        "no end",       "without end", "no limit",       "unlimited",
                                        "indefinitely", "always",      "without an end", NULL};

aski_steer aski_dialogue_steer(askiam_str key)
{
  askiam_str bare = s_strip(key, s_courtesy, s_courtesy);
  return s_is_one_of(bare, s_cancel)    ? ASKI_STEER_CANCEL
         : s_is_one_of(bare, s_restart) ? ASKI_STEER_RESTART
         : s_is_one_of(bare, s_yes)     ? ASKI_STEER_YES
         : s_is_one_of(bare, s_no)      ? ASKI_STEER_NO
         : s_is_one_of(bare, s_endless) ? ASKI_STEER_ENDLESS
                                        : ASKI_STEER_NONE;
}

static size_t s_number(askiam_str word)
{
  static const char *const names[][4] = {{"1", "1st", "first", "one"},
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

size_t aski_dialogue_ordinal(askiam_str key)
{
  static const char *const front[] = {"the",  "number", "option", "choice", "no", "nr", "please", "i",     "take",
                                      "want", "use",    "would",  "like",   "ll", "d",  "mean",   "meant", NULL};
  static const char *const back[] = {"one", "option", "choice", "please", "thanks", NULL};
  return s_number(s_strip(key, front, back));
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
  static const char *const leads[] = {"no",  "nope", "nah",  "yes",  "yep",      "yeah",   "ok",      "okay", "sorry",
                                      "but", "oh",   "well", "wait", "actually", "rather", "instead", "sure", NULL};
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
