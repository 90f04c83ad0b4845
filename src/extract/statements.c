/* SPDX-License-Identifier: Apache-2.0
 *
 * Clauses that tell something beside the request: tales and statements, and whether they tell of the names before them. */
#include "extract/beside.h"
#include "extract/clauses.h"

enum { STRETCH_WORDS = 40 };

static const unsigned s_breaks =
    ASKI_GAP_COMMA | ASKI_GAP_DASH | ASKI_GAP_COLON | ASKI_GAP_OPEN | ASKI_GAP_CLOSE | ASKI_GAP_LINE | ASKI_GAP_QUOTE;

/* After a comma: a stretch that only tells something. */
bool aski_clauses_tells(const aski_splitter *split, size_t index)
{
  const aski_work *work = split->work;
  size_t known = 0;
  size_t count = 0;
  bool verb = false;
  for (size_t i = index; i < split->last && count < STRETCH_WORDS; ++i, ++count) {
    const aski_token *token = aski_token_at(work, i);
    if (i > index && (token->gap & (ASKI_GAP_COMMA | ASKI_GAP_CLOSE | ASKI_GAP_DASH)) != 0) {
      break;
    }
    uint64_t what = token->phrase == NULL ? 0 : token->phrase->is;
    bool told = (what & ASKI_IS(TROUBLE)) != 0 && i > index; /* "we have an audit" */
    what &= told ? ~ASKI_IS(OTHER) : what;
    if (token->names > 0 || (what & (ASKI_IS(NOT) | ASKI_IS(OTHER) | ASKI_IS(UNTIL) | ASKI_IS(EXCEPT))) != 0 ||
        ((what & ASKI_IS(IN)) != 0 && !verb)) { /* "shift starts at 2pm", not "in the test system" */
      return false;
    }
    verb = verb || (token->single & ASKI_IS(VERB)) != 0;
    known += token->alone != NULL;
  }
  return count >= 3 && (verb || known == count) && !aski_clauses_is_time(work, index, split->last);
}

/* "my manager said", "Jane Smith approved", "it is": somebody does something. */
bool aski_clauses_somebody_does(const aski_splitter *split, size_t index, uint64_t what, size_t words)
{
  const aski_work *work = split->work;
  uint64_t somebody =
      ASKI_IS(PERSON_NOUN) | ASKI_IS(THIRD) | ASKI_IS(WE) | ASKI_IS(SELF) | ASKI_IS(GROUP) | ASKI_IS(THIS);
  const aski_span *person = aski_extract_span_at(work, index, ASKIAM_KIND_USER);
  if ((what & somebody) == 0 && (person == NULL || person->count < 2)) {
    return false;
  }
  if ((split->before & (ASKI_IS(FOR) | ASKI_IS(BEHALF) | ASKI_IS(GIVE) | ASKI_IS(LEAD))) != 0) {
    return false;
  }
  size_t after = index + (person != NULL && person->count > words ? person->count : words);
  if ((what & ASKI_IS(PERSON_NOUN)) != 0 && after < split->last) {
    const aski_span *named = aski_extract_span_at(work, after, ASKIAM_KIND_USER);
    after += named == NULL ? 0 : named->count;
  }
  after = aski_extract_skip(work, after, split->last, ASKI_IS(FILLER));
  size_t more = 1;
  uint64_t next = after < split->last ? aski_extract_item(work, after, &more) : 0;
  bool pause = (aski_token_at(work, index)->gap & (ASKI_GAP_COMMA | ASKI_GAP_DASH)) != 0;
  bool subject = (what & ASKI_IS(SELF)) != 0 || aski_beside_signal(work, index) == ASKI_SIGNAL_BACK;
  if (pause && subject && after + 1 < split->last && (next & ~(ASKI_IS(COMMON) | ASKI_IS(ACTION))) == 0 &&
      (aski_token_at(work, after)->shape & ASKI_SHAPE_CAPITAL) == 0 && aski_token_at(work, after)->names == 0) {
    return true; /* ", she facilitates workshops" */
  }
  if (person != NULL && (next & ASKI_IS(PERSON_NOUN)) != 0 && after + more < split->last &&
      (aski_token_at(work, after + more)->gap & (ASKI_GAP_CLOSE | ASKI_GAP_COMMA)) != 0) {
    after += more; /* "Jane Smith (my manager) says" */
  }
  return after < split->last && (aski_extract_item(work, after, &more) & (ASKI_IS(VERB) | ASKI_IS(REPORT))) != 0;
}

/* Behind a pause: words that tell something, and somebody or something that does it. */
bool aski_clauses_is_tale(const aski_splitter *split, size_t index)
{
  const uint64_t tells = ASKI_IS(VERB) | ASKI_IS(SELF) | ASKI_IS(WE);
  bool verb = false;
  for (size_t i = index; i < split->last; ++i) {
    const aski_token *token = aski_token_at(split->work, i);
    if (i > index && (token->gap & s_breaks) != 0) {
      break;
    }
    verb = verb || (token->single & tells) != 0;
  }
  return verb && (split->part->marks & (ASKI_IS(VERB) | ASKI_IS(ASK) | ASKI_IS(LEAD) | ASKI_IS(WISH))) == 0 &&
         (aski_token_at(split->work, index)->single & (ASKI_IS(AND) | ASKI_IS(OR) | ASKI_IS(NEED))) == 0 &&
         aski_clauses_tells(split, index);
}

/* "Viewer in Tableau, he said", "…, I had it": names that are told of, and not asked for. */
bool aski_clauses_is_told_of(const aski_splitter *split, size_t index)
{
  const aski_work *work = split->work;
  size_t last = index + 1;
  while (last < split->last && (aski_token_at(work, last)->gap & s_breaks) == 0) {
    ++last;
  }
  size_t words = 1;
  bool third = (aski_extract_item(work, index, &words) & ASKI_IS(THIRD)) != 0 && last - index < 3;
  const aski_token *end = aski_token_at(work, last - 1);
  return third || (last > index + 1 && (end->single & ASKI_IS(DETERMINER)) != 0 &&
                   (aski_token_at(work, index)->single & (ASKI_IS(SELF) | ASKI_IS(WE) | ASKI_IS(THIRD))) != 0);
}

/* "We have an audit", "I cannot log bugs": words that refuse where they are the wish only tell something here. */
bool aski_clauses_only_tells(const aski_splitter *split, size_t index, size_t after)
{
  const aski_part *part = split->part;
  const uint64_t tellers = ASKI_IS(SELF) | ASKI_IS(WE);
  const uint64_t somebody = tellers | ASKI_IS(THIRD) | ASKI_IS(PERSON_NOUN) | ASKI_IS(VERB) | ASKI_IS(DETERMINER);
  uint64_t first = aski_token_at(split->work, part->first)->single;
  bool does = (aski_token_at(split->work, index)->single & ASKI_IS(VERB)) != 0; /* "prod is down" */
  bool quotes = after < split->work->tokens.count && (aski_token_at(split->work, after)->gap & ASKI_GAP_COLON) != 0;
  if (index == part->first || quotes || (part->marks & (ASKI_IS(ASK) | ASKI_IS(WISH))) != 0) {
    return false;
  }
  if ((part->marks & ASKI_IS(LEAD)) != 0 && (first & tellers) == 0) {
    return false;
  }
  return part->kind == ASKI_PART_BACKGROUND ||
         (part->kind == ASKI_PART_PLAIN && (((part->marks | first) & somebody) != 0 || does) &&
          !aski_clauses_at_start(split, index));
}
