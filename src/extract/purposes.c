/* SPDX-License-Identifier: Apache-2.0
 *
 * What only explains: "for the audit", "to run payroll". Each looks ahead a bounded number of words. */
#include "extract/clauses.h"

static const unsigned s_breaks =
    ASKI_GAP_COMMA | ASKI_GAP_DASH | ASKI_GAP_COLON | ASKI_GAP_OPEN | ASKI_GAP_CLOSE | ASKI_GAP_LINE | ASKI_GAP_QUOTE;

/* Where the words after "for" end: at the next preposition, comma or end. */
static size_t s_phrase_end(const aski_splitter *split, size_t index)
{
  uint64_t ends = ASKI_IS(IN) | ASKI_IS(TO) | ASKI_IS(FOR) | ASKI_IS(UNTIL) | ASKI_IS(REASON) | ASKI_IS(AS) |
                  ASKI_IS(AND) | ASKI_IS(OR) | ASKI_IS(BEGIN);
  size_t i = index;
  while (i < split->last) {
    size_t words = 1;
    uint64_t what = aski_extract_item(split->work, i, &words);
    if (i > index && ((what & ends) != 0 || (aski_token_at(split->work, i)->gap & s_breaks) != 0)) {
      break;
    }
    i += words;
  }
  return i < split->last ? i : split->last;
}

bool aski_clauses_is_time(const aski_work *work, size_t index, size_t last)
{
  for (size_t i = index; i < last && i < index + 3; ++i) {
    const aski_token *token = aski_token_at(work, i);
    unsigned values = token->alone == NULL ? 0 : token->alone->has_value;
    uint64_t times = ASKI_IS(FOREVER) | ASKI_IS(VAGUE) | ASKI_IS(END_OF);
    bool number = (token->shape & ASKI_SHAPE_NUMBER) != 0 || (values & (1u << ASKI_VALUE_NUMBER)) != 0;
    bool near = token->phrase != NULL && (token->phrase->is & (ASKI_IS(THIS) | ASKI_IS(NEXT))) != 0;
    if (near) {
      continue;
    }
    if ((token->phrase != NULL && (token->phrase->is & times) != 0) ||
        (values & (1u << ASKI_VALUE_UNIT | 1u << ASKI_VALUE_DAY | 1u << ASKI_VALUE_WEEKDAY | 1u << ASKI_VALUE_MONTH)) !=
            0 ||
        (number && i == index && (token->shape & ASKI_SHAPE_NUMBER) != 0)) {
      return true;
    }
    bool digits_and_unit =
        (token->shape & ASKI_SHAPE_DIGIT) != 0 && token->key.data[0] >= '0' && token->key.data[0] <= '9';
    if (digits_and_unit) {
      return true;
    }
    if (!number && (token->single & (ASKI_IS(DETERMINER) | ASKI_IS(FILLER))) == 0) {
      return false;
    }
  }
  return false;
}

/* Whether the words of a purpose phrase are a purpose, not somebody: "the quarterly audit", "Project Phoenix"; not "client Novalux",
 * "managing partner". */
static bool s_is_purpose(const aski_splitter *split, size_t first, size_t last)
{
  bool named = false;
  bool known = true;
  bool capital = false;
  uint64_t marks = 0;
  for (size_t i = first; i < last; ++i) {
    const aski_token *token = aski_token_at(split->work, i);
    named = named || (token->single & ASKI_IS(PURPOSE)) != 0;
    capital = capital || (token->shape & ASKI_SHAPE_CAPITAL) != 0;
    known = known && token->alone != NULL;
    marks |= token->single;
  }
  bool begins = (aski_token_at(split->work, first)->single & (ASKI_IS(COMMON) | ASKI_IS(ACTION))) != 0;
  uint64_t head = aski_token_at(split->work, last - 1)->single;
  bool person = (head & ASKI_IS(PERSON_NOUN)) != 0 && (marks & ASKI_IS(DETERMINER)) == 0;
  bool group = (head & ASKI_IS(GROUP)) != 0 && !named;
  return !person && !group && (named || (!capital && (begins || known)));
}

/* An ordinary word that is also an application's name counts where nothing follows that makes it more than that. */
static bool s_is_weak_name(const aski_splitter *split, size_t index)
{
  const aski_span *span = aski_extract_span_at(split->work, index, ASKIAM_KIND_APPLICATION | ASKIAM_KIND_ROLE);
  if (span == NULL) {
    return false;
  }
  size_t after = index + span->count;
  size_t words = 1;
  return after >= split->last || s_phrase_end(split, index) <= after ||
         (aski_extract_item(split->work, after, &words) &
          (ASKI_IS(ROLE_NOUN) | ASKI_IS(ACCESS) | ASKI_IS(APP_NOUN) | ASKI_IS(FILLER) | ASKI_IS(REASON))) != 0;
}

bool aski_clauses_for_opens_purpose(const aski_splitter *split, size_t index)
{
  const aski_work *work = split->work;
  size_t after = aski_extract_skip(work, index, split->last, ASKI_IS(DETERMINER) | ASKI_IS(FILLER));
  if (after >= split->last || aski_token_at(work, after)->names > 0 || aski_clauses_is_time(work, index, split->last)) {
    return false;
  }
  size_t end = s_phrase_end(split, after);
  size_t words = 1;
  uint64_t what = aski_extract_item(work, after, &words);
  uint64_t people =
      ASKI_IS(ME) | ASKI_IS(SELF) | ASKI_IS(THIRD) | ASKI_IS(PERSON_NOUN) | ASKI_IS(GROUP) | ASKI_IS(WE) | ASKI_IS(ALL);
  uint64_t nouns =
      ASKI_IS(ROLE_NOUN) | ASKI_IS(APP_NOUN) | ASKI_IS(ACCESS) | ASKI_IS(START) | ASKI_IS(GIVE) | ASKI_IS(NOT);
  if ((what & people) != 0) {
    const uint64_t owners = ASKI_IS(GROUP) | ASKI_IS(WE) | ASKI_IS(ALL) | ASKI_IS(THIRD);
    bool owns = after + words < end && (what & owners) != 0;
    bool others = (what & ASKI_IS(THIRD)) != 0 && split->part->subject == ASKI_SUBJECT_NONE;
    return owns && !others && (aski_extract_item(work, after + words, &words) & nouns) == 0 &&
           s_is_purpose(split, after + words, end);
  }
  bool headed =
      end > after + 1 && (aski_token_at(work, end - 1)->single & (ASKI_IS(PURPOSE) | nouns)) == ASKI_IS(PURPOSE);
  if (((what & nouns) != 0 && !headed) || s_is_weak_name(split, after)) { /* "for licence management purposes" */
    return false;
  }
  return s_is_purpose(split, after, end);
}

bool aski_clauses_to_opens_purpose(const aski_splitter *split, size_t index)
{
  size_t after = aski_extract_skip(split->work, index, split->last, ASKI_IS(FILLER));
  if (after >= split->last) {
    return false;
  }
  size_t words = 1;
  uint64_t what = aski_extract_item(split->work, after, &words);
  what |= aski_token_at(split->work, after)->single; /* "to review the …" */
  return (what & ASKI_IS(ACTION)) != 0 && (what & ASKI_IS(GIVE)) == 0 && !s_is_weak_name(split, after);
}
