/* SPDX-License-Identifier: Apache-2.0
 *
 * Openers: the words with which asking begins. "I need", "could you please give", "requesting", "access to". */
#include "extract/work.h"

enum { LEADS_MAX = 4 };

static const uint64_t s_verbs = ASKI_IS(GIVE) | ASKI_IS(NEED) | ASKI_IS(START);

size_t aski_extract_skip(const aski_work *work, size_t index, size_t last, uint64_t what)
{
  while (index < last) {
    size_t words = 1;
    if ((aski_extract_item(work, index, &words) & what) == 0) {
      break;
    }
    index += words;
  }
  return index < last ? index : last;
}

static aski_subject s_subject_of_words(const aski_work *work, size_t first, size_t last)
{
  aski_subject subject = ASKI_SUBJECT_NONE;
  for (size_t i = first; i < last; ++i) {
    uint64_t single = aski_token_at(work, i)->single;
    if ((single & ASKI_IS(WE)) != 0) {
      return ASKI_SUBJECT_WE;
    }
    if ((single & (ASKI_IS(SELF) | ASKI_IS(ME))) != 0) {
      subject = ASKI_SUBJECT_SELF;
    }
  }
  return subject;
}

/* "arrange for me to" */
static size_t s_skip_me(const aski_work *work, size_t index, size_t last)
{
  size_t words = 1;
  bool me = index < last && (aski_extract_item(work, index, &words) & ASKI_IS(ME)) != 0;
  bool to = me && index + words < last && (aski_token_at(work, index + words)->single & ASKI_IS(TO)) != 0;
  return to ? index + words + 1 : index;
}

static bool s_lead(const aski_work *work, size_t index, size_t last, aski_opener *out_opener)
{
  size_t at = index;
  uint64_t what = 0;
  size_t words = 1;
  for (int i = 0; i < LEADS_MAX; ++i) {
    at = aski_extract_skip(work, at, last, ASKI_IS(FILLER));
    what = at < last ? aski_extract_item(work, at, &words) : 0;
    if ((what & (ASKI_IS(LEAD) | ASKI_IS(REPORT))) == 0) {
      break;
    }
    at = s_skip_me(work, at + words, last);
  }
  bool verb = (what & s_verbs) != 0;
  at += verb ? words : 0;
  /* "could I trouble you for", "any chance of": the name follows. */
  const uint64_t links = ASKI_IS(FOR) | ASKI_IS(DETERMINER);
  bool for_it = !verb && at > index + 2 && (aski_token_at(work, at - 1)->single & links) != 0;
  out_opener->verb = verb || for_it;
  out_opener->words = at - index;
  aski_subject subject = s_subject_of_words(work, index, at);
  /* "can we have": several; "can you give": whoever is named. */
  out_opener->subject = subject == ASKI_SUBJECT_WE ? subject : ASKI_SUBJECT_NONE;
  return true;
}

/* Behind "was asked by": who asked, and "to"; `last` where that is not so. */
static size_t s_skip_agent(const aski_work *work, size_t index, size_t last)
{
  size_t at = aski_extract_skip(work, index, last, ASKI_IS(PERSON_NOUN) | ASKI_IS(ABBREVIATION) | ASKI_IS(GROUP));
  const aski_span *person = at < last ? aski_extract_span_at(work, at, ASKIAM_KIND_USER) : NULL;
  at += person == NULL ? 0 : person->count;
  bool to = at > index && at < last && (aski_token_at(work, at)->single & ASKI_IS(TO)) != 0;
  return to ? at + 1 : last;
}

static bool s_report(const aski_work *work, size_t index, size_t last, aski_opener *out_opener)
{
  size_t words = 1;
  (void)aski_extract_item(work, index, &words);
  size_t at = aski_extract_skip(work, index + words, last, ASKI_IS(FILLER));
  if (at > index && at < last && (aski_token_at(work, at - 1)->single & ASKI_IS(BY)) != 0) {
    at = s_skip_agent(work, at, last);
  }
  if (at >= last) {
    return false;
  }
  size_t more = 1;
  uint64_t what = aski_extract_item(work, at, &more);
  bool verb = (what & (s_verbs | ASKI_IS(LEAD))) != 0;
  bool named =
      (what & (ASKI_IS(DETERMINER) | ASKI_IS(ACCESS) | ASKI_IS(ROLE_NOUN))) != 0 || aski_token_at(work, at)->names > 0;
  if (!verb && !named) {
    return false;
  }
  *out_opener = (aski_opener){.words = at - index + (verb ? more : 0), .subject = ASKI_SUBJECT_SELF, .verb = true};
  return true;
}

static aski_subject s_subject_of(uint64_t what)
{
  return (what & ASKI_IS(SELF)) != 0                             ? ASKI_SUBJECT_SELF
         : (what & (ASKI_IS(WE) | ASKI_IS(GROUP))) != 0          ? ASKI_SUBJECT_WE
         : (what & (ASKI_IS(THIRD) | ASKI_IS(PERSON_NOUN))) != 0 ? ASKI_SUBJECT_SOMEONE
                                                                 : ASKI_SUBJECT_NONE;
}

/* "I really need", "we would like", "my colleague needs". */
static bool s_subject_and_need(const aski_work *work, size_t index, size_t last, aski_opener *out_opener)
{
  size_t words = 1;
  const aski_token *token = aski_token_at(work, index);
  aski_subject subject = s_subject_of(aski_extract_item(work, index, &words));
  if (subject == ASKI_SUBJECT_NONE && token->names == 0) { /* "I am requesting", where "I am" is a phrase too */
    subject = s_subject_of(token->single);
    words = 1;
  }
  if (subject == ASKI_SUBJECT_NONE) {
    return false;
  }
  size_t at = aski_extract_skip(work, index + words, last, ASKI_IS(FILLER));
  if (at >= last || (aski_token_at(work, at)->single & ASKI_IS(SELF)) != 0 || /* "in my new team I need" */
      (aski_extract_item(work, at, &words) & (ASKI_IS(NEED) | ASKI_IS(START))) == 0) {
    return false;
  }
  *out_opener = (aski_opener){.words = at + words - index, .subject = subject, .verb = true};
  return true;
}

bool aski_extract_opener(const aski_work *work, size_t index, size_t last, bool at_start, aski_opener *out_opener)
{
  *out_opener = (aski_opener){0};
  size_t words = 1;
  uint64_t what = aski_extract_item(work, index, &words);
  if ((what & ASKI_IS(LEAD)) != 0) {
    return s_lead(work, index, last, out_opener);
  }
  if ((what & ASKI_IS(REPORT)) != 0) {
    return s_report(work, index, last, out_opener);
  }
  if (s_subject_and_need(work, index, last, out_opener)) {
    return true;
  }
  bool own_subject = (what & ASKI_IS(NEED)) != 0 && (aski_token_at(work, index)->single & ASKI_IS(SELF)) != 0;
  if ((what & s_verbs) != 0 && (at_start || own_subject)) {
    *out_opener = (aski_opener){.words = words, .verb = true};
    out_opener->subject = own_subject ? ASKI_SUBJECT_SELF : ASKI_SUBJECT_NONE;
    return true;
  }
  return false;
}
