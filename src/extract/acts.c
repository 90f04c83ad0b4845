/* SPDX-License-Identifier: Apache-2.0
 *
 * The speech act, before any name: does the text ask for access, for something else about access, or for nothing? */
#include "extract/beside.h"

enum { FRAGMENT_WORDS = 30 };

typedef struct tally {
  size_t requests, doubtful, others, wishes, injections, withdrawals, forms, fragments, maybes, leads, duties, troubles;
} tally;

/* Of these a bare fragment may consist, besides names. */
static const uint64_t s_fragment_words =
    ASKI_IS(FILLER) | ASKI_IS(DETERMINER) | ASKI_IS(ROLE_NOUN) | ASKI_IS(APP_NOUN) | ASKI_IS(ACCESS) | ASKI_IS(IN) |
    ASKI_IS(TO) | ASKI_IS(FOR) | ASKI_IS(BEHALF) | ASKI_IS(AS) | ASKI_IS(AND) | ASKI_IS(OR) | ASKI_IS(ME) |
    ASKI_IS(PERSON_NOUN) | ASKI_IS(GROUP) | ASKI_IS(THIRD) | ASKI_IS(ALL) | ASKI_IS(START) | ASKI_IS(POST) |
    ASKI_IS(UNTIL) | ASKI_IS(BY) | ASKI_IS(BEGIN) | ASKI_IS(FOREVER) | ASKI_IS(VAGUE) | ASKI_IS(END_OF) |
    ASKI_IS(NEXT) | ASKI_IS(THIS) | ASKI_IS(ALSO) | ASKI_IS(CLOSER) | ASKI_IS(GREETING) | ASKI_IS(CONTINUE) |
    ASKI_IS(LABEL_ROLE) | ASKI_IS(LABEL_APP) | ASKI_IS(LABEL_USER);

static const uint64_t s_bars = ASKI_IS(VERB) | ASKI_IS(ASK) | ASKI_IS(WISH) | ASKI_IS(NOT) | ASKI_IS(OTHER) |
                               ASKI_IS(LEAD) | ASKI_IS(INJECT) | ASKI_IS(WITHDRAW) | ASKI_IS(MAYBE) | ASKI_IS(LIKE) |
                               ASKI_IS(TROUBLE);

static bool s_is_named(const aski_work *work, const aski_part *part)
{
  for (size_t i = 0; i < work->spans.count; ++i) {
    const aski_span *span = &work->spans.items[i];
    if (span->kind != ASKIAM_KIND_USER && span->first >= part->first && span->first < part->last) {
      return true;
    }
  }
  return false;
}

typedef struct shape_of_part {
  size_t unknown; /* words that no list knows and no name covers */
  size_t common;  /* ordinary words that have no place in a fragment */
  size_t cues;    /* words that belong to requests: "role", "access", "in" */
  bool begins_common;
} shape_of_part;

static bool s_is_weak_part_of_name(const aski_work *work, size_t index)
{
  for (size_t i = 0; i < work->spans.count; ++i) {
    const aski_span *span = &work->spans.items[i];
    if (index >= span->first && index < span->first + span->count) {
      return true;
    }
  }
  return false;
}

static shape_of_part s_look(const aski_work *work, const aski_part *part)
{
  shape_of_part shape = {0};
  uint64_t cues = ASKI_IS(ROLE_NOUN) | ASKI_IS(ACCESS) | ASKI_IS(IN) | ASKI_IS(START) | ASKI_IS(APP_NOUN) | ASKI_IS(AS);
  bool began = false;
  for (size_t i = part->first; i < part->last;) {
    size_t words = 1;
    uint64_t what = aski_extract_item(work, i, &words);
    const aski_token *token = aski_token_at(work, i);
    bool value = token->alone != NULL && (token->alone->has_value & ~(1u << ASKI_VALUE_SIGNAL)) != 0;
    bool name = token->names > 0 || (token->shape & (ASKI_SHAPE_NUMBER | ASKI_SHAPE_QUOTED)) != 0;
    bool title = (token->shape & ASKI_SHAPE_CAPITAL) != 0 && i + 1 < part->last &&
                 (aski_token_at(work, i + 1)->shape & ASKI_SHAPE_CAPITAL) != 0;
    bool known = token->alone != NULL && token->alone->words == 1 && !title;
    if ((what & (ASKI_IS(GIVE) | ASKI_IS(NEED) | ASKI_IS(REPORT))) != 0 &&
        (what & (ASKI_IS(ACCESS) | ASKI_IS(START) | ASKI_IS(POST))) == 0) {
      shape.common += 3; /* a verb of asking that opens nothing */
    }
    if (!name && !value && (what & s_fragment_words) == 0) {
      bool weak = s_is_weak_part_of_name(work, i);
      shape.common += known && !weak;
      shape.unknown += !known && !weak;
      shape.begins_common = shape.begins_common || (!began && known && !weak);
    }
    shape.cues += (what & cues) != 0;
    began = began || (what & (ASKI_IS(FILLER) | ASKI_IS(GREETING) | ASKI_IS(CLOSER))) == 0;
    i += words;
  }
  return shape;
}

/* "HR Analyst in Workday please": names and the small words between them; one or two more become questions later. */
static bool s_is_fragment(const aski_work *work, const aski_part *part)
{
  if (part->kind != ASKI_PART_PLAIN || (part->marks & s_bars) != 0 || part->last - part->first > FRAGMENT_WORDS) {
    return false;
  }
  shape_of_part shape = s_look(work, part);
  if (shape.begins_common || shape.common > 2) {
    return false;
  }
  bool named = s_is_named(work, part);
  if (!named && aski_extract_own_words(work, part->first, part->last) > 0) {
    return false; /* "Jane from Finance." */
  }
  if (part->question && (part->marks & (ASKI_IS(FILLER) | ASKI_IS(START))) == 0) {
    return false;
  }
  if (named || (shape.unknown > 1 && shape.common < 2 && shape.cues > 0)) {
    return true; /* "Dashbord Author in Grafanna": what is misspelt is looked for later */
  }
  return shape.unknown > 0 && shape.common == 0 && (shape.cues > 0 || shape.unknown > 1);
}

/* "Need Teller?", "Role: Teller?": a question where there is no "could you" in the sentence. */
static bool s_asks_back(const aski_work *work, const aski_part *part)
{
  bool polite = (part->marks & (ASKI_IS(FILLER) | ASKI_IS(LEAD))) != 0;
  size_t words = 1;
  size_t at = part->first;
  bool needs = part->kind == ASKI_PART_FIELD;
  for (; at < part->body && !needs; at += words) {
    needs = (aski_extract_item(work, at, &words) & ASKI_IS(NEED)) != 0;
  }
  return part->question && needs && part->subject != ASKI_SUBJECT_SELF && !polite &&
         !aski_beside_sentence_asks(work, part, true);
}

static void s_count_core(const aski_work *work, const aski_part *part, tally *sum)
{
  uint64_t marks = part->marks;
  bool refused = (marks & (ASKI_IS(OTHER) | ASKI_IS(NOT))) != 0;
  bool unsure = part->doubtful || (marks & (ASKI_IS(WISH) | ASKI_IS(MAYBE))) != 0 || s_asks_back(work, part);
  sum->others += refused;
  sum->doubtful += !refused && unsure;
  sum->requests += !refused && !unsure && part->opened;
}

/* "github developer role needed, my laptop got replaced", "@Chris Lee please grant me Teller": it asks, however it is built. */
static bool s_wants(const aski_work *work, const aski_part *part)
{
  const uint64_t bars = ASKI_IS(OTHER) | ASKI_IS(NOT) | ASKI_IS(SELF) | ASKI_IS(ASK) | ASKI_IS(WISH);
  if ((part->marks & bars) != 0 || s_is_fragment(work, part)) {
    return false;
  }
  bool courtesy = false;
  bool to = false;
  for (size_t i = part->first; i < part->last;) {
    size_t words = 1;
    uint64_t what = aski_extract_item(work, i, &words);
    size_t after = i + words;
    bool me = after < part->last && (aski_token_at(work, after)->single & ASKI_IS(ME)) != 0;
    if ((what & ASKI_IS(POST)) != 0 || ((what & ASKI_IS(GIVE)) != 0 && !to && (me || courtesy))) {
      return true;
    }
    courtesy = (what & ASKI_IS(FILLER)) != 0;
    to = (what & ASKI_IS(TO)) != 0;
    i = after;
  }
  return false;
}

static void s_count_part(const aski_work *work, const aski_part *part, tally *sum)
{
  uint64_t marks = part->marks;
  bool named = s_is_named(work, part);
  sum->troubles += (marks & ASKI_IS(TROUBLE)) != 0;
  sum->injections += (marks & ASKI_IS(INJECT)) != 0;
  sum->withdrawals += part->kind != ASKI_PART_HARD && (marks & ASKI_IS(WITHDRAW)) != 0;
  switch (part->kind) {
  case ASKI_PART_CORE:
    s_count_core(work, part, sum);
    break;
  case ASKI_PART_FIELD:
    sum->forms += (part->label & (ASKI_IS(LABEL_ROLE) | ASKI_IS(LABEL_APP))) != 0;
    sum->others += (marks & ASKI_IS(OTHER)) != 0;
    sum->doubtful += (part->label & ~ASKI_IS(LABEL_REQUESTER)) != 0 && s_asks_back(work, part);
    break;
  case ASKI_PART_PLAIN:
    sum->others += (marks & ASKI_IS(OTHER)) != 0;
    sum->wishes += (marks & ASKI_IS(WISH)) != 0;
    sum->maybes += (marks & ASKI_IS(MAYBE)) != 0 && named;
    sum->leads += (marks & ASKI_IS(LEAD)) != 0 && named && (marks & ASKI_IS(OTHER)) == 0;
    sum->leads += named && s_wants(work, part);
    sum->leads += (marks & ASKI_IS(LIKE)) != 0 && (marks & (ASKI_IS(VERB) | ASKI_IS(ASK))) == 0;
    sum->fragments += s_is_fragment(work, part);
    sum->doubtful += part->question && named && (marks & s_bars) == 0 && !s_is_fragment(work, part);
    break;
  case ASKI_PART_BACKGROUND:
    sum->others += (marks & ASKI_IS(OTHER)) != 0;
    sum->duties += (marks & ASKI_IS(LEAD)) != 0 && named; /* "I have to run payroll in Workday" */
    break;
  case ASKI_PART_SOFT: /* "for … I need access to …": asking, hidden in a purpose */
    sum->doubtful += named && (marks & (ASKI_IS(NEED) | ASKI_IS(START))) != 0;
    break;
  case ASKI_PART_IGNORED: /* "X and not I need Y" */
    sum->doubtful +=
        (marks & ASKI_IS(EXCEPT)) != 0 && ((marks & (ASKI_IS(NEED) | ASKI_IS(START) | ASKI_IS(LEAD))) != 0 || !named);
    break;
  case ASKI_PART_HARD:
    break;
  }
}

static aski_act s_decide(const tally *sum)
{
  if (sum->withdrawals > 0) {
    return ASKI_ACT_OTHER_INTENT;
  }
  bool asks = sum->requests > 0 || sum->forms > 0;
  if (asks) {
    return sum->others > 0 || sum->injections > 0 || sum->doubtful > 0 ? ASKI_ACT_UNCLEAR : ASKI_ACT_REQUEST;
  }
  if (sum->injections > 0) {
    return ASKI_ACT_NONE;
  }
  if (sum->others > 0 || (sum->troubles > 0 && sum->fragments == 0)) {
    return ASKI_ACT_OTHER_INTENT;
  }
  bool duty = sum->duties > 0 && sum->fragments == 0;
  if (sum->doubtful > 0 || sum->maybes > 0 || sum->leads > 0 || duty) {
    return ASKI_ACT_UNCLEAR;
  }
  return sum->fragments > 0 && sum->wishes == 0 ? ASKI_ACT_REQUEST : ASKI_ACT_NONE;
}

/* Fragments and "the role is …" belong to what is asked; so does "I don't have X" where the request itself names nothing. */
static void s_join_parts(aski_work *work)
{
  bool named = false;
  for (size_t i = 0; i < work->parts.count; ++i) {
    aski_part *part = &work->parts.items[i];
    bool continues = part->kind == ASKI_PART_PLAIN && (part->marks & ASKI_IS(CONTINUE)) != 0 &&
                     (part->marks & (s_bars & ~ASKI_IS(VERB))) == 0;
    if (s_is_fragment(work, part) || continues) {
      part->kind = ASKI_PART_CORE;
    }
    named = named || ((part->kind == ASKI_PART_CORE || part->kind == ASKI_PART_FIELD) && s_is_named(work, part));
  }
  for (size_t i = 0; i < work->parts.count && !named; ++i) {
    aski_part *part = &work->parts.items[i];
    if ((part->marks & ASKI_IS(MAYBE)) != 0) {
      part->kind = ASKI_PART_CORE;
    }
  }
}

void aski_extract_act(aski_work *work)
{
  tally sum = {0};
  for (size_t i = 0; i < work->parts.count; ++i) {
    s_count_part(work, &work->parts.items[i], &sum);
  }
  sum.doubtful += work->markup && sum.requests + sum.forms + sum.fragments > 0;
  work->reading->act = s_decide(&sum);
  work->tentative = sum.requests == 0 && sum.forms == 0;
  if (work->reading->act == ASKI_ACT_REQUEST) {
    s_join_parts(work);
  }
}
