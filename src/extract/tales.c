/* SPDX-License-Identifier: Apache-2.0
 *
 * What is told beside a request: which tales are ordinary, and which take back, doubt, delay or frame it, or are about somebody
 * else. */
#include "extract/beside.h"

enum { SHORT_CLAUSE = 6, FOREIGN_WORDS = 3 };

static const uint64_t s_people =
    ASKI_IS(PERSON_NOUN) | ASKI_IS(GROUP) | ASKI_IS(THIRD) | ASKI_IS(WE) | ASKI_IS(ME) | ASKI_IS(SELF);

/* What the phrase at a token signals; ASKI_SIGNAL_NONE also where the words are a name that was chosen. */
aski_signal aski_beside_signal(const aski_work *work, size_t index)
{
  const aski_token *token = aski_token_at(work, index);
  const aski_phrase *phrase = token->phrase != NULL && token->phrase->words > 1 ? token->phrase : token->alone;
  bool read = token->account == ASKI_ACCOUNT_ENTITY || token->account == ASKI_ACCOUNT_PERSON ||
              token->account == ASKI_ACCOUNT_TIME;
  return read || phrase == NULL || (phrase->has_value & (1u << ASKI_VALUE_SIGNAL)) == 0
             ? ASKI_SIGNAL_NONE
             : (aski_signal)phrase->values[ASKI_VALUE_SIGNAL];
}

bool aski_beside_signals(const aski_work *work, size_t first, size_t last, aski_signal signal)
{
  for (size_t i = first; i < last; ++i) {
    if (aski_beside_signal(work, i) == signal) {
      return true;
    }
  }
  return false;
}

/* Everything that the words from `first` to before `last` are. */
uint64_t aski_beside_marks(const aski_work *work, size_t first, size_t last)
{
  uint64_t marks = 0;
  for (size_t i = first; i < last;) {
    size_t words = 1;
    marks |= aski_extract_item(work, i, &words);
    i += words;
  }
  return marks;
}

bool aski_beside_is_other(const aski_work *work, size_t index)
{
  const aski_span *user = aski_extract_span_at(work, index, ASKIAM_KIND_USER);
  return user != NULL && user->strong &&
         (user->option_count != 1 || !aski_str_equal(user->options[0].id, work->input->user_id));
}

bool aski_beside_sentence_asks(const aski_work *work, const aski_part *beside, bool politely)
{
  for (size_t i = 0; i < work->parts.count; ++i) {
    const aski_part *part = &work->parts.items[i];
    if (part->sentence == beside->sentence && aski_extract_asks(part) &&
        (!politely || (aski_beside_marks(work, part->first, part->body) & ASKI_IS(LEAD)) != 0)) {
      return true;
    }
  }
  return false;
}

/* "once the audit is over", "after the training", "during office hours": not "when I joined". */
bool aski_beside_is_condition(const aski_work *work, const aski_part *part)
{
  size_t at = aski_extract_skip(work, part->first, part->last, ASKI_IS(FILLER) | ASKI_IS(AND));
  if (at >= part->last || aski_extract_asks(part) || part->kind == ASKI_PART_IGNORED) {
    return false;
  }
  bool wish = part->kind == ASKI_PART_PLAIN && (part->marks & ASKI_IS(WISH)) != 0;
  const aski_phrase *alone = aski_token_at(work, at)->alone;
  bool begins = aski_beside_signal(work, at) == ASKI_SIGNAL_CONDITION ||
                (alone != NULL && (alone->has_value & (1u << ASKI_VALUE_SIGNAL)) != 0 &&
                 alone->values[ASKI_VALUE_SIGNAL] == ASKI_SIGNAL_CONDITION);
  bool past = aski_beside_signals(work, at, part->last, ASKI_SIGNAL_PAST);
  bool when = (aski_token_at(work, at)->single & ASKI_IS(WISH)) == 0; /* not "if anything is unclear" */
  if (begins && when && !past && at == part->first && aski_token_at(work, at)->sentence != 0 &&
      (at == 0 || aski_token_at(work, at - 1)->sentence != aski_token_at(work, at)->sentence) &&
      (aski_beside_marks(work, at, part->last) & (ASKI_IS(THIRD) | ASKI_IS(ME))) == 0) {
    return true; /* "… As soon as my contract begins." */
  }
  return ((begins && !past) || wish) && aski_beside_sentence_asks(work, part, false);
}

/* "My boss did not agree", "Or not?", "no I don't"; but "I cannot log in without it" tells why. */
static bool s_is_refusal(const aski_work *work, const aski_part *part)
{
  size_t at = aski_extract_skip(work, part->first, part->last, ASKI_BESIDE_LIGHT);
  size_t words = 1;
  uint64_t first = at < part->last ? aski_extract_item(work, at, &words) | aski_token_at(work, at)->single : 0;
  bool own = (first & (ASKI_IS(SELF) | ASKI_IS(WE))) != 0 ||
             (at < part->last && aski_beside_signal(work, at) == ASKI_SIGNAL_UNABLE);
  for (size_t i = part->first; i < part->last;) {
    uint64_t what = aski_extract_item(work, i, &words);
    bool ends = i + words >= part->last;
    if ((what & ASKI_IS(NOT)) != 0 && (!own || ends)) {
      return true;
    }
    i += words;
  }
  return false;
}

/* "It is for Chris Lee", "for my boss", "for the whole front office". */
bool aski_beside_is_for_others(const aski_work *work, const aski_part *part)
{
  const uint64_t links = ASKI_IS(VERB) | ASKI_IS(DETERMINER) | ASKI_IS(THIS);
  for (size_t i = part->first; i + 1 < part->last; ++i) {
    bool begins = i == part->first || (aski_token_at(work, i - 1)->single & links) != 0;
    if ((aski_token_at(work, i)->single & ASKI_IS(FOR)) == 0 || !begins) {
      continue;
    }
    size_t words = 1;
    uint64_t next = aski_extract_item(work, i + 1, &words);
    const aski_token *token = aski_token_at(work, i + 1);
    bool unknown = token->alone == NULL && (token->shape & ASKI_SHAPE_CAPITAL) != 0 && part->kind != ASKI_PART_SOFT;
    bool group = part->kind == ASKI_PART_SOFT && part->last - part->first <= SHORT_CLAUSE &&
                 (aski_beside_marks(work, part->first, part->last) & ASKI_IS(IN)) == 0 &&
                 aski_beside_signal(work, part->last - 1) == ASKI_SIGNAL_GROUP;
    bool people = (next & (ASKI_IS(PERSON_NOUN) | ASKI_IS(GROUP) | ASKI_IS(THIRD))) != 0;
    if (((people && i + 1 + words >= part->last) || group || unknown || aski_beside_is_other(work, i + 1)) &&
        token->account != ASKI_ACCOUNT_PERSON) {
      return true;
    }
  }
  return false;
}

/* "Chris Lee started today. Please add …": where the request names nobody, it may be for whom the tale is about. */
static bool s_is_about_other(const aski_work *work, const aski_part *part)
{
  size_t at = aski_extract_skip(work, part->first, part->last, ASKI_BESIDE_LIGHT & ~ASKI_IS(DETERMINER));
  if (work->beneficiary != ASKI_FOR_NOBODY || at >= part->last) {
    return false;
  }
  size_t words = 1;
  uint64_t first = aski_extract_item(work, at, &words);
  const aski_token *token = aski_token_at(work, at);
  bool unknown = token->alone == NULL && (token->shape & ASKI_SHAPE_CAPITAL) != 0 && at + 1 < part->last &&
                 aski_extract_span_at(work, at, ASKIAM_KIND_USER) == NULL &&
                 (aski_token_at(work, at + 1)->shape & ASKI_SHAPE_CAPITAL) != 0;
  bool hired = (first & ASKI_IS(WE)) != 0 && part->last > at + 3 &&
               (aski_token_at(work, part->last - 1)->shape & ASKI_SHAPE_CAPITAL) != 0;
  bool somebody = (first & ASKI_IS(PERSON_NOUN)) != 0 || aski_beside_is_other(work, at) || unknown || hired;
  return somebody && (part->marks & ASKI_IS(INTRODUCE)) == 0 &&
         !aski_beside_signals(work, part->first, part->last, ASKI_SIGNAL_CONSENT);
}

/* "Art here", "Art from Finance": who speaks says so. */
static bool s_is_own_name(const aski_work *work, const aski_part *part)
{
  return part->last - part->first <= SHORT_CLAUSE && aski_extract_own_words(work, part->first, part->last) > 0;
}

/* A clause of a few words that tells nothing: it belongs to the request. "Read only", "In the test system". */
static bool s_is_bare(const aski_work *work, const aski_part *part)
{
  uint64_t tells = ASKI_IS(VERB) | ASKI_IS(SELF) | ASKI_IS(WE) | ASKI_IS(BACKGROUND) | ASKI_IS(INTRODUCE) |
                   ASKI_IS(REPORT) | ASKI_IS(PURPOSE) | ASKI_IS(LABEL_OTHER) | ASKI_IS(LABEL_ACTION) |
                   ASKI_IS(PERSON_NOUN) | ASKI_IS(START) | ASKI_IS(POST);
  if (part->kind != ASKI_PART_PLAIN || part->label != 0 || part->last - part->first > SHORT_CLAUSE ||
      s_is_own_name(work, part) || aski_beside_signals(work, part->first, part->last, ASKI_SIGNAL_PAST)) {
    return false;
  }
  uint64_t begins = aski_token_at(work, part->first)->single;
  tells &= (begins & ASKI_IS(IN)) != 0 ? ~ASKI_IS(PURPOSE) : ~UINT64_C(0); /* "In the test system" */
  if ((begins & ASKI_IS(AS)) != 0 && (begins & ASKI_IS(IN)) == 0 && aski_beside_sentence_asks(work, part, false)) {
    return false; /* "As an HR lead, I need" */
  }
  uint64_t labels = ASKI_IS(LABEL_APP) | ASKI_IS(LABEL_ROLE) | ASKI_IS(LABEL_USER) | ASKI_IS(LABEL_TIME);
  bool heavy = false;
  for (size_t i = part->first; i < part->last;) {
    size_t words = 1;
    uint64_t what = aski_extract_item(work, i, &words);
    const aski_token *token = aski_token_at(work, i);
    bool colon = i > part->first && (token->gap & (ASKI_GAP_COLON | ASKI_GAP_AT)) != 0;
    if ((token->shape & ASKI_SHAPE_DIGIT) != 0 || (what & tells) != 0 ||
        (token->single & (ASKI_IS(VERB) | ASKI_IS(SELF) | ASKI_IS(WE))) != 0 || colon || token->names > 0 ||
        token->account == ASKI_ACCOUNT_PERSON) {
      return false;
    }
    heavy = heavy || (what & (ASKI_BESIDE_LIGHT | labels)) == 0;
    i += words;
  }
  return heavy;
}

/* What stands before a colon, or in brackets before the request, says whose words they are: "Example: I need …". */
static bool s_is_frame(const aski_work *work, const aski_part *part)
{
  uint64_t harmless = ASKI_BESIDE_LIGHT | ASKI_IS(START) | ASKI_IS(POST) | ASKI_IS(LABEL_ACTION) | ASKI_IS(ACCESS) |
                      ASKI_IS(ROLE_NOUN) | ASKI_IS(NEED) | ASKI_IS(GIVE) | ASKI_IS(LEAD) | ASKI_IS(SELF) | ASKI_IS(ME) |
                      ASKI_IS(FOR) | ASKI_IS(IN) | ASKI_IS(TO) | ASKI_IS(NEXT);
  bool duty = part->kind == ASKI_PART_BACKGROUND && (part->marks & ASKI_IS(LEAD)) != 0; /* "I have to see prices: …" */
  size_t at = part->first;
  while (at < work->tokens.count && (at == part->first || (aski_token_at(work, at)->gap & ASKI_GAP_COLON) == 0) &&
         at < part->last) {
    ++at;
  }
  if (at >= work->tokens.count) {
    return false;
  }
  unsigned gap = aski_token_at(work, at)->gap;
  bool bracket =
      (aski_token_at(work, part->first)->gap & ASKI_GAP_OPEN) != 0 && (gap & ASKI_GAP_CLOSE) != 0 && part->first == 0;
  if (duty || ((gap & ASKI_GAP_COLON) == 0 && !bracket) || (gap & ASKI_GAP_LINE) != 0) {
    return false;
  }
  for (size_t i = part->first; i < at;) {
    size_t words = 1;
    uint64_t what = aski_extract_item(work, i, &words);
    const aski_token *token = aski_token_at(work, i);
    const aski_span *user = aski_extract_span_at(work, i, ASKIAM_KIND_USER);
    bool own = user != NULL && !aski_beside_is_other(work, i);
    bool digits = (token->shape & ASKI_SHAPE_DIGIT) != 0 ||
                  (i + 1 < at && (aski_token_at(work, i + 1)->shape & ASKI_SHAPE_DIGIT) != 0);
    if (!own && !digits && (what & harmless) == 0 &&
        aski_extract_span_at(work, i, ASKIAM_KIND_APPLICATION | ASKIAM_KIND_ROLE) == NULL) {
      return true;
    }
    i += own ? user->count : words;
  }
  return false;
}

/* Text in another language may say anything. */
static bool s_is_foreign(const aski_work *work, const aski_part *part)
{
  size_t known = 0;
  size_t unknown = 0;
  for (size_t i = part->first; i < part->last; ++i) {
    const aski_token *token = aski_token_at(work, i);
    bool read = token->names > 0 || token->account != ASKI_ACCOUNT_NONE || (token->shape & ASKI_SHAPE_DIGIT) != 0;
    known += !read && token->alone != NULL;
    unknown += !read && token->alone == NULL;
  }
  return unknown >= FOREIGN_WORDS && unknown > known;
}

/* "My supervisor vetoed it": somebody does to the request what is not known to be harmless. */
static bool s_is_done_to_it(const aski_work *work, const aski_part *part)
{
  size_t at = aski_extract_skip(work, part->first, part->last, ASKI_BESIDE_LIGHT & ~ASKI_IS(DETERMINER));
  size_t last = part->last - 1;
  bool object = (aski_token_at(work, last)->single & ASKI_IS(DETERMINER)) != 0;
  if (at + 2 > last || !object || (aski_token_at(work, at)->single & (ASKI_IS(SELF) | ASKI_IS(WE))) != 0) {
    return false;
  }
  const aski_token *verb = aski_token_at(work, last - 1);
  return verb->alone == NULL && (verb->shape & ASKI_SHAPE_CAPITAL) == 0;
}

/* "Can you help?" */
static bool s_asks_for_help(const aski_work *work, const aski_part *part)
{
  size_t words = 1;
  bool lead = (aski_extract_item(work, part->first, &words) & ASKI_IS(LEAD)) != 0;
  bool you = false;
  for (size_t i = part->first; i < part->last; ++i) {
    you = you || (aski_token_at(work, i)->single & ASKI_IS(THIRD)) != 0;
  }
  return lead && you && part->first + words == part->last;
}

bool aski_beside_changes(const aski_work *work, const aski_part *part)
{
  bool turns = aski_beside_signals(work, part->first, part->last, ASKI_SIGNAL_TURN) ||
               aski_beside_signals(work, part->first, part->last, ASKI_SIGNAL_HEDGE);
  bool asks_back = part->question &&
                   (aski_beside_marks(work, part->first, part->last) & ~(ASKI_BESIDE_LIGHT | s_people)) != 0 &&
                   !aski_beside_sentence_asks(work, part, true) && !s_asks_for_help(work, part);
  return turns || asks_back || s_is_refusal(work, part) || aski_beside_is_for_others(work, part) ||
         s_is_about_other(work, part) || s_is_bare(work, part) || s_is_foreign(work, part) ||
         s_is_done_to_it(work, part) || (part->kind != ASKI_PART_HARD && s_is_frame(work, part));
}
