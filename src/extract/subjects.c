/* SPDX-License-Identifier: Apache-2.0
 *
 * Who an opener is about, where that is not said by "I": "Jon Smyth needs", "can Jane Smith get", "Li Wei joined and needs". */
#include "extract/clauses.h"

enum { SUBJECT_WORDS = 10, LIGHT_WORDS = 64, PASSIVE_WORDS = 24 };

/* What may stand before an opener or a question without changing it. */
static const uint64_t s_light = ASKI_IS(FILLER) | ASKI_IS(AND) | ASKI_IS(ALSO) | ASKI_IS(GREETING) | ASKI_IS(CLOSER);

/* Nothing but light words since the part began. */
bool aski_clauses_at_start(const aski_splitter *split, size_t index)
{
  return index - split->part->first <= LIGHT_WORDS &&
         aski_extract_skip(split->work, split->part->first, index, s_light) == index;
}

const aski_span *aski_extract_span_at(const aski_work *work, size_t index, unsigned kinds)
{
  const aski_span *best = NULL;
  for (size_t i = 0; i < work->spans.count; ++i) {
    const aski_span *span = &work->spans.items[i];
    if (span->first == index && ((unsigned)span->kind & kinds) != 0 && (best == NULL || span->count > best->count)) {
      best = span;
    }
  }
  return best;
}

/* Who "and needs" or ", who joined, needs" is about: with whom the sentence begins. False where that is nobody. */
bool aski_clauses_inherit_subject(const aski_splitter *split, size_t index, aski_opener *opener)
{
  const aski_work *work = split->work;
  size_t at = aski_extract_skip(work, split->first, index, s_light | ASKI_IS(ABBREVIATION));
  size_t words = 1;
  uint64_t what = at < index ? aski_extract_item(work, at, &words) : 0;
  const aski_span *person = at < index ? aski_extract_span_at(work, at, ASKIAM_KIND_USER) : NULL;
  if ((what & ASKI_IS(PERSON_NOUN)) != 0 && person == NULL && at + words < index) {
    person = aski_extract_span_at(work, at + words, ASKIAM_KIND_USER);
  }
  if (person != NULL) {
    opener->subject = ASKI_SUBJECT_NAMED;
    opener->subject_first = person->first;
    opener->subject_last = person->first + person->count;
    return true;
  }
  bool we = false;
  bool self = aski_extract_own_words(work, at, index) > 0; /* "jane here, need" */
  bool other = (what & (ASKI_IS(THIRD) | ASKI_IS(PERSON_NOUN))) != 0;
  for (size_t i = at; i < index && !other; ++i) {
    uint64_t single = aski_token_at(work, i)->single;
    self = self || (single & ASKI_IS(SELF)) != 0;
    we = we || (single & (ASKI_IS(WE) | ASKI_IS(GROUP))) != 0;
    other = !self && (single & ASKI_IS(THIRD)) != 0;
  }
  opener->subject = other ? ASKI_SUBJECT_SOMEONE : self ? ASKI_SUBJECT_SELF : we ? ASKI_SUBJECT_WE : ASKI_SUBJECT_NONE;
  return opener->subject != ASKI_SUBJECT_NONE;
}

/* "can Jane Smith get", "is it possible for my colleague Li Wei to have": a lead, a person, a verb. */
bool aski_clauses_lead_for_person(const aski_splitter *split, size_t index, uint64_t what, size_t words,
                                  aski_opener *out_opener)
{
  const aski_work *work = split->work;
  bool modal = (what & ASKI_IS(VERB)) != 0 && (what & ASKI_IS(ASK)) == 0 && aski_clauses_at_start(split, index);
  bool lead = (what & ASKI_IS(LEAD)) != 0;
  size_t first = index + words;
  if ((!modal && !lead) || first >= split->last) {
    return false;
  }
  size_t at =
      aski_extract_skip(work, first, split->last, ASKI_IS(PERSON_NOUN) | ASKI_IS(ABBREVIATION) | ASKI_IS(FILLER));
  const aski_span *person = at < split->last ? aski_extract_span_at(work, at, ASKIAM_KIND_USER) : NULL;
  size_t after = at + (person == NULL ? 0 : person->count);
  for (; person == NULL && after < split->last && after < at + 3 && aski_token_at(work, after)->alone == NULL;
       ++after) {
  }
  size_t verb = aski_extract_skip(work, after, split->last, ASKI_IS(FILLER) | ASKI_IS(TO));
  size_t more = 1;
  bool that = lead && (aski_token_at(work, first - 1)->single & ASKI_IS(DETERMINER)) != 0;
  uint64_t does = ASKI_IS(GIVE) | (that ? ASKI_IS(NEED) | ASKI_IS(VERB) : 0); /* "see to it that Li Wei gets" */
  if (after == first || verb >= split->last || (aski_extract_item(work, verb, &more) & does) == 0) {
    return false;
  }
  *out_opener = (aski_opener){.words = verb + more - index,
                              .subject = ASKI_SUBJECT_NAMED,
                              .subject_first = first,
                              .subject_last = after,
                              .verb = true};
  return true;
}

/* "can the Editor role in Box be added to my account": a modal, names and their small words, "be …". */
bool aski_clauses_lead_for_role(const aski_splitter *split, size_t index, uint64_t what, size_t words,
                                aski_opener *out_opener)
{
  const uint64_t small = ASKI_IS(DETERMINER) | ASKI_IS(ROLE_NOUN) | ASKI_IS(APP_NOUN) | ASKI_IS(ACCESS) | ASKI_IS(IN) |
                         ASKI_IS(AS) | ASKI_IS(FILLER);
  const aski_work *work = split->work;
  bool modal = (what & (ASKI_IS(VERB) | ASKI_IS(ASK))) == ASKI_IS(VERB) && aski_clauses_at_start(split, index);
  bool named = false;
  size_t at = index + words;
  size_t more = 1;
  while (modal && at < split->last && at < index + PASSIVE_WORDS) {
    uint64_t item = aski_extract_item(work, at, &more);
    bool name = aski_token_at(work, at)->names > 0 && item == 0;
    if (!name && (item & small) == 0) {
      break;
    }
    named = named || name;
    at += more;
  }
  bool be = named && at < split->last && (aski_token_at(work, at)->single & ASKI_IS(GIVE)) != 0 &&
            (aski_extract_item(work, at, &more) & ASKI_IS(GIVE)) != 0 && more > 1;
  *out_opener = (aski_opener){.words = words, .subject = ASKI_SUBJECT_NONE, .verb = true};
  return be;
}

bool aski_clauses_is_apposed(const aski_splitter *split, size_t index, size_t words, aski_opener *opener)
{
  const aski_work *work = split->work;
  const unsigned pause = ASKI_GAP_COMMA | ASKI_GAP_OPEN | ASKI_GAP_DASH;
  size_t after = index + words;
  size_t first = aski_extract_skip(work, split->first, index, s_light | ASKI_IS(ABBREVIATION) | ASKI_IS(PERSON_NOUN));
  const aski_span *person = first < index ? aski_extract_span_at(work, first, ASKIAM_KIND_USER) : NULL;
  if (person == NULL || !person->strong || person->first + person->count != index || after >= split->last ||
      (aski_token_at(work, index)->gap & pause) == 0 ||
      (aski_token_at(work, after)->gap & (pause | ASKI_GAP_CLOSE)) == 0) {
    return false;
  }
  opener->subject = ASKI_SUBJECT_NAMED;
  opener->subject_first = person->first;
  opener->subject_last = person->first + person->count;
  return true;
}

/* "Jon Smyth needs": the words before are a name. */
bool aski_clauses_named_subject(const aski_splitter *split, size_t index, aski_opener *out_opener)
{
  const aski_work *work = split->work;
  size_t first = aski_extract_skip(work, split->part->first, index, s_light | ASKI_IS(PERSON_NOUN));
  size_t last = index;
  while (last > first && (aski_token_at(work, last - 1)->single & ASKI_IS(FILLER)) != 0) {
    --last;
  }
  bool it = last == first + 1 && (aski_token_at(work, first)->single & ASKI_IS(DETERMINER)) != 0;
  if (last <= first || last - first > SUBJECT_WORDS || it) {
    return false;
  }
  for (size_t i = first; i < last; ++i) {
    uint64_t known =
        aski_token_at(work, i)->single & ~(ASKI_IS(COMMON) | ASKI_IS(GIVE) | ASKI_IS(VERB) | ASKI_IS(ME) |
                                           ASKI_IS(AND) | ASKI_IS(OR) | ASKI_IS(ABBREVIATION) | ASKI_IS(DETERMINER));
    bool capital = (aski_token_at(work, i)->shape & ASKI_SHAPE_CAPITAL) != 0;
    if ((aski_token_at(work, i)->single & ASKI_IS(SELF)) != 0) {
      return false;
    }
    if (known != 0 && aski_token_at(work, first)->names == 0 && !capital) {
      return false;
    }
  }
  size_t words = 1;
  (void)aski_extract_item(work, index, &words);
  *out_opener = (aski_opener){
      .words = words, .subject = ASKI_SUBJECT_NAMED, .subject_first = first, .subject_last = last, .verb = true};
  return true;
}

static bool s_may_be_same(const aski_span *left, const aski_span *right)
{
  for (size_t i = 0; i < left->option_count; ++i) {
    for (size_t j = 0; j < right->option_count; ++j) {
      if (aski_str_equal(left->options[i].id, right->options[j].id)) {
        return true;
      }
    }
  }
  return false;
}

/* Part of a longer name of the subject, as his address. */
static bool s_is_within(const aski_work *work, size_t index, const aski_span *subject)
{
  for (size_t i = 0; i < work->spans.count; ++i) {
    const aski_span *span = &work->spans.items[i];
    if (span->kind == ASKIAM_KIND_USER && span->first <= index && index < span->first + span->count &&
        s_may_be_same(span, subject)) {
      return true;
    }
  }
  return false;
}

void aski_clauses_absorb_subject(const aski_splitter *split, const aski_opener *opener)
{
  aski_work *work = split->work;
  const aski_span *subject = aski_extract_span_at(work, opener->subject_first, ASKIAM_KIND_USER);
  for (size_t i = 0; i < work->parts.count && subject != NULL; ++i) {
    aski_part *part = &work->parts.items[i];
    if ((part->kind != ASKI_PART_PLAIN && part->kind != ASKI_PART_BACKGROUND) || part->first < split->first ||
        part->last > opener->subject_last + SUBJECT_WORDS) {
      continue;
    }
    bool same = true;
    for (size_t at = part->first; at < part->last; ++at) {
      const aski_span *other = aski_extract_span_at(work, at, ASKIAM_KIND_USER);
      const aski_token *token = aski_token_at(work, at);
      bool another = token->names > 0 && (other == NULL || !s_may_be_same(other, subject));
      bool unknown = (token->shape & ASKI_SHAPE_CAPITAL) != 0 && token->names == 0 && token->single == 0 &&
                     !s_is_within(work, at, subject); /* "Li Wei, that is Wei, needs" */
      same = same && !another && !unknown;
    }
    part->kind = same ? ASKI_PART_IGNORED : ASKI_PART_PLAIN;
  }
}
