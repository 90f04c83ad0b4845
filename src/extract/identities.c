/* SPDX-License-Identifier: Apache-2.0
 *
 * Which of several people a name means: by what is written exactly so, and by an id or address beside it. */
#include "extract/work.h"

bool aski_extract_is_possessive(const aski_token *token)
{
  return aski_str_equal_text(token->key, "s") && (token->gap & ASKI_GAP_TIGHT) != 0;
}

/* Part of a longer word, as "li.wei" in "li.wei@elsewhere.com" or "Smith" in "Smith-Jones", is not that person. */
bool aski_extract_is_whole(const aski_work *work, const aski_span *span)
{
  unsigned apart = ASKI_GAP_COMMA | ASKI_GAP_COLON | ASKI_GAP_OPEN | ASKI_GAP_CLOSE | ASKI_GAP_SLASH |
                   ASKI_GAP_SEMICOLON | ASKI_GAP_QUOTE | ASKI_GAP_PIPE;
  size_t after = span->first + span->count;
  const aski_token *begin = aski_token_at(work, span->first);
  bool glued = span->first > 0 && (begin->gap & ASKI_GAP_TIGHT) != 0 && (begin->gap & apart) == 0;
  if (after < work->tokens.count) {
    const aski_token *next = aski_token_at(work, after);
    glued =
        glued || ((next->gap & ASKI_GAP_TIGHT) != 0 && (next->gap & apart) == 0 && !aski_extract_is_possessive(next));
  }
  return !glued;
}

/* Names that differ only in what the key drops: one of them may be written exactly so. */
const aski_option *aski_extract_one_person(const aski_work *work, const aski_span *span)
{
  if (span->option_count == 1) {
    return &span->options[0];
  }
  askiam_str text = aski_extract_words(work, span->first, span->first + span->count);
  bool telling = false;
  for (size_t i = 0; i < text.length; ++i) {
    telling = telling || (unsigned char)text.data[i] >= 0x80 || strchr(".@_-0123456789", text.data[i]) != NULL;
  }
  const aski_option *one = NULL;
  for (size_t i = 0; telling && i < span->option_count; ++i) {
    if (span->options[i].same_text) {
      if (one != NULL) {
        return NULL;
      }
      one = &span->options[i];
    }
  }
  return one;
}

/* "Alex Stone (E-1011)", "Alex Stone <alex@…>": the id or address behind a name that several have. */
const aski_option *aski_extract_told_apart(aski_work *work, const aski_span *span)
{
  size_t after = span->first + span->count;
  unsigned beside = ASKI_GAP_OPEN | ASKI_GAP_COMMA | ASKI_GAP_SYMBOL | ASKI_GAP_DASH | ASKI_GAP_SLASH;
  if (after >= work->tokens.count || (aski_token_at(work, after)->gap & beside) == 0) {
    return NULL;
  }
  const aski_span *next = aski_extract_span_at(work, after, ASKIAM_KIND_USER);
  size_t last = next == NULL ? after : next->first + next->count;
  bool list = last < work->tokens.count && aski_extract_span_at(work, last, ASKIAM_KIND_USER) != NULL;
  const aski_option *one = next == NULL || list ? NULL : aski_extract_one_person(work, next);
  for (size_t i = 0; one != NULL && i < span->option_count; ++i) {
    if (aski_str_equal(span->options[i].id, one->id)) {
      for (size_t j = next->first; j < last; ++j) {
        aski_token_at(work, j)->account = ASKI_ACCOUNT_PERSON;
      }
      return &span->options[i];
    }
  }
  return NULL;
}

bool aski_extract_is_speaker(const aski_work *work, size_t index)
{
  for (size_t i = 0; i < work->spans.count; ++i) {
    const aski_span *span = &work->spans.items[i];
    if (span->kind == ASKIAM_KIND_USER && span->first <= index && index < span->first + span->count &&
        span->option_count == 1 && aski_str_equal(span->options[0].id, work->input->user_id)) {
      return true;
    }
  }
  return false;
}

static bool s_has_word(askiam_str name, askiam_str word)
{
  for (size_t at = 0; at + word.length <= name.length; ++at) {
    size_t end = at + word.length;
    if ((at == 0 || name.data[at - 1] == ' ') && (end == name.length || name.data[end] == ' ') &&
        memcmp(name.data + at, word.data, word.length) == 0) {
      return true;
    }
  }
  return false;
}

size_t aski_extract_own_words(const aski_work *work, size_t first, size_t last)
{
  size_t own = first;
  while (own < last && s_has_word(work->speaker_key, aski_token_at(work, own)->key)) {
    ++own;
  }
  return own - first;
}
