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
