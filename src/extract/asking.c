/* SPDX-License-Identifier: Apache-2.0
 *
 * Where a part begins to ask: whether an opener counts at its place, whose wish it is, and what becomes of the words before it. */
#include "extract/clauses.h"

/* "I need to submit expenses": what the speaker has to do tells why, and what is wanted may follow. */
static bool s_is_duty(const aski_splitter *split, size_t index, const aski_opener *opener)
{
  size_t after = index + opener->words;
  bool own = false;
  for (size_t i = index; i < after; ++i) {
    own = own || (aski_token_at(split->work, i)->single & (ASKI_IS(SELF) | ASKI_IS(ME))) != 0; /* "let me see" */
  }
  return own && !opener->verb && after < split->last &&
         (aski_token_at(split->work, after)->single & ASKI_IS(ACTION)) != 0;
}

static void s_start_asking(aski_splitter *split, size_t index, const aski_opener *opener, bool doubtful)
{
  if (s_is_duty(split, index, opener)) {
    aski_clauses_open(split, index, ASKI_PART_BACKGROUND);
    split->part->marks |= ASKI_IS(LEAD);
    split->part->body = index + opener->words;
    return;
  }
  aski_clauses_open(split, index, ASKI_PART_CORE);
  aski_part *part = split->part;
  part->opened = opener->verb;
  part->doubtful = doubtful;
  part->subject = opener->subject;
  part->subject_first = opener->subject_first;
  part->subject_last = opener->subject_last;
  part->body = index + opener->words;
  if (!opener->verb) {
    part->kind = ASKI_PART_PLAIN;
    part->marks |= ASKI_IS(LEAD);
  }
}

/* "Since I joined HR I need", "for the audit I will need", "I am new I need": an explanation that comes first, without a
 * comma. Not "because I need", and not "he thinks I need". */
static bool s_runs_on(const aski_splitter *split, size_t index, const aski_opener *opener)
{
  const aski_part *part = split->part;
  uint64_t first = aski_token_at(split->work, part->first)->single;
  uint64_t bars = ASKI_IS(ASK) | ASKI_IS(WISH) | ASKI_IS(NOT);
  bool self = opener->subject == ASKI_SUBJECT_SELF || (aski_token_at(split->work, index)->single & ASKI_IS(SELF)) != 0;
  bool introduced = (split->before & ASKI_IS(REASON)) != 0 && split->before_words < 3;
  bool own = part->kind != ASKI_PART_BACKGROUND || (first & (ASKI_IS(SELF) | ASKI_IS(AS))) != 0;
  return part->first == split->first && self && own && !introduced && (part->marks & bars) == 0;
}

/* "to manage licences, add people and close boards": a purpose goes on with verbs of giving that give nothing that is named. */
static bool s_goes_on(const aski_splitter *split, size_t index)
{
  const aski_work *work = split->work;
  uint64_t what = aski_token_at(work, index)->single;
  bool to = (aski_token_at(work, split->part->first)->single & ASKI_IS(TO)) != 0;
  return to && split->part->kind == ASKI_PART_SOFT && (what & ASKI_IS(GIVE)) != 0 &&
         (split->before & ASKI_IS(FILLER)) == 0 && !aski_clauses_has_name(work, index, split->last) &&
         aski_extract_skip(work, index + 1, split->last, ASKI_IS(ME) | ASKI_IS(DETERMINER) | ASKI_IS(THIRD)) ==
             index + 1;
}

static bool s_may_ask_here(const aski_splitter *split, size_t index, const aski_opener *opener)
{
  const aski_part *part = split->part;
  uint64_t bars = ASKI_IS(ASK) | ASKI_IS(WISH) | ASKI_IS(NOT) | ASKI_IS(OTHER) | ASKI_IS(LEAD);
  bool broken = aski_clauses_after_break(split, index);
  switch (part->kind) {
  case ASKI_PART_PLAIN:
    return broken || (part->marks & bars) == 0;
  case ASKI_PART_CORE:
    return broken;
  case ASKI_PART_HARD:
  case ASKI_PART_SOFT:
  case ASKI_PART_BACKGROUND:
    if (s_goes_on(split, index)) {
      return false;
    }
    return (broken && (split->before & ASKI_IS(REASON)) == 0) || s_runs_on(split, index, opener) ||
           (aski_extract_item(split->work, index, &(size_t){1}) & ASKI_IS(REPORT)) != 0;
  case ASKI_PART_FIELD:
  case ASKI_PART_IGNORED:
    break;
  }
  return false;
}

/* Words that make what stands before an opener more than a circumstance. */
static const uint64_t s_bars = ASKI_IS(VERB) | ASKI_IS(ASK) | ASKI_IS(WISH) | ASKI_IS(NOT) | ASKI_IS(OTHER) |
                               ASKI_IS(LEAD) | ASKI_IS(INJECT) | ASKI_IS(LIKE) | ASKI_IS(MAYBE) | ASKI_IS(BACKGROUND) |
                               ASKI_IS(INTRODUCE) | ASKI_IS(SELF) | ASKI_IS(WE) | ASKI_IS(THIRD);

/* "On behalf of Li Wei I request", "until 31.12.2026 I need": what comes first belongs to the request. */
static bool s_is_adverbial(const aski_part *part)
{
  uint64_t begins = ASKI_IS(IN) | ASKI_IS(FOR) | ASKI_IS(BEHALF) | ASKI_IS(UNTIL) | ASKI_IS(AS);
  return (part->marks & begins) != 0 && (part->marks & s_bars) == 0;
}

/* Nothing is named, or only whose: "Li Wei's manager". */
static bool s_names_only_owners(const aski_work *work, size_t first, size_t last)
{
  for (size_t i = first; i < last; ++i) {
    const aski_span *person = aski_extract_span_at(work, i, ASKIAM_KIND_USER);
    size_t after = i + aski_token_at(work, i)->names;
    bool owns = person != NULL && after < last && aski_extract_is_possessive(aski_token_at(work, after));
    if (after > i && !owns) {
      return false;
    }
  }
  return true;
}

/* "As a new starter I need", "As Li Wei's manager, I need", "In my new team I need", "To run payroll I need": it only explains. */
static bool s_is_lead_in(const aski_splitter *split, size_t index, const aski_opener *opener)
{
  const aski_part *part = split->part;
  bool self = opener->subject == ASKI_SUBJECT_SELF || (aski_token_at(split->work, index)->single & ASKI_IS(SELF)) != 0;
  uint64_t first = aski_token_at(split->work, part->first)->single;
  uint64_t next = part->first + 1 < index ? aski_token_at(split->work, part->first + 1)->single : 0;
  bool group = (first & ASKI_IS(IN)) != 0 && (part->marks & ASKI_IS(GROUP)) != 0;
  bool task = (first & ASKI_IS(TO)) != 0 && (next & ASKI_IS(ACTION)) != 0;
  return self && (part->marks & s_bars) == 0 && ((first & ASKI_IS(AS)) != 0 || group || task) &&
         s_names_only_owners(split->work, part->first, index);
}

/* "Chris Lee could you give me", "Chris Lee may I have": who is spoken to does not get it. */
static bool s_is_addressed(const aski_splitter *split, size_t index, const aski_opener *opener)
{
  const uint64_t speaker = ASKI_IS(SELF) | ASKI_IS(ME) | ASKI_IS(THIRD);
  const aski_span *person = aski_extract_span_at(split->work, split->part->first, ASKIAM_KIND_USER);
  bool whole = person != NULL && person->strong && person->first + person->count == index;
  if (!whole || (aski_token_at(split->work, index)->gap & ASKI_GAP_AMPERSAND) != 0) {
    return false;
  }
  for (size_t i = index; i <= index + opener->words && i < split->last; ++i) {
    if ((aski_token_at(split->work, i)->single & speaker) != 0) {
      return true;
    }
  }
  return false;
}

/* What stood before the opener is its subject. */
static bool s_ask_from_start(aski_splitter *split, size_t index, const aski_opener *opener, size_t words,
                             size_t *out_words)
{
  s_start_asking(split, split->part->first, opener, false);
  split->part->body = index + words;
  *out_words = words;
  return true;
}

/* What stands between the begin of a part and an opener. */
typedef enum opener_prefix {
  PREFIX_NONE,
  PREFIX_EXPLAINS,  /* "As a new starter", "The error says" */
  PREFIX_BELONGS,   /* "On behalf of Li Wei" */
  PREFIX_SUBJECT,   /* "Li Wei" would like to have */
  PREFIX_ADDRESSED, /* "Chris Lee" could you give me */
  PREFIX_STRANGE
} opener_prefix;

static opener_prefix s_prefix(const aski_splitter *split, size_t index, uint64_t what, const aski_opener *opener)
{
  const aski_part *part = split->part;
  bool broken = aski_clauses_after_break(split, index);
  bool whose = (part->marks & (ASKI_IS(FOR) | ASKI_IS(BEHALF))) != 0; /* "on behalf of Li Wei, I request" */
  aski_opener named;
  if (part->kind != ASKI_PART_PLAIN || aski_clauses_at_start(split, index)) {
    return PREFIX_NONE;
  }
  if (s_is_lead_in(split, index, opener) ||
      (!broken && (what & ASKI_IS(REPORT)) != 0 && (part->marks & s_bars & ~ASKI_IS(THIRD)) == 0)) {
    return PREFIX_EXPLAINS;
  }
  if ((!broken || whose) && s_is_adverbial(part)) {
    return PREFIX_BELONGS;
  }
  if (broken) {
    return PREFIX_NONE;
  }
  if (s_is_addressed(split, index, opener)) {
    return PREFIX_ADDRESSED;
  }
  bool subject = opener->subject == ASKI_SUBJECT_NONE && (part->marks & ASKI_IS(VERB)) == 0 &&
                 (aski_token_at(split->work, index)->single & ASKI_IS(SELF)) == 0 &&
                 aski_clauses_named_subject(split, index, &named);
  return subject ? PREFIX_SUBJECT : PREFIX_STRANGE;
}

/* "… and needs", ", who joined, needs", "(E-1011) would like to have": an opener whose subject stands elsewhere. */
static bool s_is_orphan(const aski_splitter *split, size_t index, uint64_t what, const aski_opener *opener)
{
  unsigned gap = aski_token_at(split->work, index)->gap;
  bool lead = (what & ASKI_IS(LEAD)) != 0 && (gap & (ASKI_GAP_CLOSE | ASKI_GAP_COMMA)) == ASKI_GAP_CLOSE;
  return ((what & ASKI_IS(NEED)) != 0 || lead) && opener->subject == ASKI_SUBJECT_NONE && index > split->first &&
         !aski_clauses_at_start(split, index) && split->part->kind != ASKI_PART_CORE;
}

static void s_open_request(aski_splitter *split, size_t index, uint64_t what, size_t words, aski_opener *opener)
{
  static const aski_part_kind kinds[] = {
      [PREFIX_NONE] = ASKI_PART_PLAIN,    [PREFIX_EXPLAINS] = ASKI_PART_BACKGROUND, [PREFIX_BELONGS] = ASKI_PART_CORE,
      [PREFIX_SUBJECT] = ASKI_PART_PLAIN, [PREFIX_ADDRESSED] = ASKI_PART_IGNORED,   [PREFIX_STRANGE] = ASKI_PART_PLAIN};
  bool plain = split->part->kind == ASKI_PART_PLAIN;
  bool orphan = s_is_orphan(split, index, what, opener);
  bool lost = orphan && !aski_clauses_inherit_subject(split, index, opener);
  bool apposed = opener->subject == ASKI_SUBJECT_SOMEONE && aski_clauses_is_apposed(split, index, words, opener);
  opener_prefix prefix = s_prefix(split, index, what, opener);
  split->part->kind = plain ? kinds[prefix] : split->part->kind;
  bool start = plain && aski_clauses_at_start(split, index);
  s_start_asking(split, start ? split->part->first : index, opener, prefix == PREFIX_STRANGE || lost);
  if ((orphan || apposed) && opener->subject == ASKI_SUBJECT_NAMED) {
    aski_clauses_absorb_subject(split, opener);
  }
  split->part->body = index + opener->words;
}

bool aski_clauses_try_opener(aski_splitter *split, size_t index, uint64_t what, size_t *out_words)
{
  aski_opener opener;
  aski_opener named;
  const aski_part *part = split->part;
  bool start = aski_clauses_at_start(split, index);
  if (part->kind == ASKI_PART_FIELD || part->kind == ASKI_PART_IGNORED) {
    return false;
  }
  bool lead_for = aski_clauses_lead_for_person(split, index, what, *out_words, &opener) ||
                  aski_clauses_lead_for_role(split, index, what, *out_words, &opener);
  if (lead_for && part->kind == ASKI_PART_PLAIN && start) {
    return s_ask_from_start(split, index, &opener, opener.words, out_words);
  }
  bool clause_start = start || (aski_clauses_after_break(split, index) && part->kind != ASKI_PART_CORE) || split->fresh;
  if (!aski_extract_opener(split->work, index, split->last, clause_start, &opener)) {
    bool need = (what & ASKI_IS(NEED)) != 0 && part->kind == ASKI_PART_PLAIN &&
                (part->marks & (ASKI_IS(ASK) | ASKI_IS(NOT) | ASKI_IS(WISH))) == 0;
    return need && aski_clauses_named_subject(split, index, &opener) &&
           s_ask_from_start(split, index, &opener, opener.words, out_words);
  }
  if ((part->kind == ASKI_PART_CORE && part->opened && !opener.verb) || !s_may_ask_here(split, index, &opener)) {
    return false;
  }
  if (s_prefix(split, index, what, &opener) == PREFIX_SUBJECT && aski_clauses_named_subject(split, index, &named)) {
    return s_ask_from_start(split, index, &named, opener.words, out_words);
  }
  s_open_request(split, index, what, *out_words, &opener);
  *out_words = opener.words;
  return true;
}
