/* SPDX-License-Identifier: Apache-2.0
 *
 * The sentence in parts: what asks, what explains, what is a field of a form. In what asks each word must be accounted for later;
 * what explains is ordinary. One pass from left to right, with a bounded look ahead. */
#include "extract/clauses.h"

enum { BARE_FIELD_WORDS = 8 };

static const unsigned s_breaks =
    ASKI_GAP_COMMA | ASKI_GAP_DASH | ASKI_GAP_COLON | ASKI_GAP_OPEN | ASKI_GAP_CLOSE | ASKI_GAP_LINE | ASKI_GAP_QUOTE;
static const uint64_t s_labels = ASKI_IS(LABEL_USER) | ASKI_IS(LABEL_APP) | ASKI_IS(LABEL_ROLE) | ASKI_IS(LABEL_TIME) |
                                 ASKI_IS(LABEL_ACTION) | ASKI_IS(LABEL_REQUESTER) | ASKI_IS(LABEL_OTHER);

/* What a phrase labels; "Start date: …" too. */
static uint64_t s_labels_of(uint64_t what) { return (what & s_labels) != 0 ? what & s_labels : what & ASKI_IS(BEGIN); }

void aski_clauses_open(aski_splitter *split, size_t index, aski_part_kind kind)
{
  aski_work *work = split->work;
  if (split->part != NULL && split->part->first == index && split->part->kind != ASKI_PART_FIELD) {
    split->part->kind = kind;
    return;
  }
  if (split->part != NULL) {
    split->part->last = index;
  }
  if (work->parts.count >= ASKI_PARTS_MAX) {
    work->too_long = true;
    return;
  }
  aski_part *part = ASKI_ARENA_PUSH(work->arena, &work->parts);
  if (part != NULL) {
    *part = (aski_part){.first = index,
                        .last = split->last,
                        .kind = kind,
                        .body = index,
                        .sentence = aski_token_at(work, split->first)->sentence};
    split->part = part;
  }
}

bool aski_clauses_has_name(const aski_work *work, size_t first, size_t last)
{
  for (size_t i = first; i < last; ++i) {
    if (aski_token_at(work, i)->names > 0) {
      return true;
    }
  }
  return false;
}

bool aski_clauses_after_break(const aski_splitter *split, size_t index)
{
  return index == split->part->first || split->fresh || (aski_token_at(split->work, index)->gap & s_breaks) != 0;
}

static unsigned s_label_kind(uint64_t what)
{
  return (what & ASKI_IS(LABEL_USER)) != 0   ? ASKIAM_KIND_USER
         : (what & ASKI_IS(LABEL_ROLE)) != 0 ? ASKIAM_KIND_ROLE
                                             : ASKIAM_KIND_APPLICATION;
}

/* "Which role? Teller": a form that asks. */
static bool s_asks_field(const aski_splitter *split, size_t index, uint64_t what, size_t after)
{
  const aski_token *next = aski_token_at(split->work, after);
  return index == split->first && after == split->last && (next->gap & ASKI_GAP_QUESTION) != 0 &&
         (next->gap & ASKI_GAP_LINE) == 0 && (what & s_labels) != 0 && (what & ASKI_IS(LABEL_ACTION)) == 0;
}

static size_t s_label(aski_splitter *split, size_t index, uint64_t what, size_t words)
{
  const aski_work *work = split->work;
  size_t after = index + words;
  bool bare = index == split->first && split->last - split->first <= BARE_FIELD_WORDS && after < split->last &&
              aski_token_at(work, after)->names > 0 &&
              (what & (ASKI_IS(LABEL_USER) | ASKI_IS(LABEL_ROLE) | ASKI_IS(LABEL_APP))) != 0 &&
              (what & (ASKI_IS(FOR) | ASKI_IS(IN) | ASKI_IS(START) | ASKI_IS(BEHALF))) == 0 &&
              aski_extract_span_at(work, after, s_label_kind(what)) != NULL &&
              after + aski_token_at(work, after)->names == split->last;
  uint64_t labels = s_labels_of(what);
  if (labels == 0 || after >= work->tokens.count ||
      ((aski_token_at(work, after)->gap & ASKI_GAP_COLON) == 0 && !bare && !s_asks_field(split, index, what, after))) {
    return 0;
  }
  bool free_text = (what & ASKI_IS(LABEL_ACTION)) != 0;
  aski_part_kind kind = free_text                            ? ASKI_PART_PLAIN
                        : (what & ASKI_IS(LABEL_OTHER)) != 0 ? ASKI_PART_IGNORED
                                                             : ASKI_PART_FIELD;
  if (after >= split->last) {
    split->label = free_text ? 0 : labels;
    aski_clauses_open(split, index, ASKI_PART_IGNORED);
    return words;
  }
  aski_clauses_open(split, index, ASKI_PART_IGNORED);
  aski_clauses_open(split, after, kind);
  split->part->label = labels;
  return words;
}

static bool s_excludes(const aski_splitter *split, size_t index, uint64_t what)
{
  if (split->part->kind != ASKI_PART_CORE && split->part->kind != ASKI_PART_PLAIN) {
    return false;
  }
  bool pause = (aski_token_at(split->work, index)->gap & (ASKI_GAP_COMMA | ASKI_GAP_OPEN | ASKI_GAP_DASH)) != 0;
  bool says = (what & ASKI_IS(EXCEPT)) != 0 || ((what & ASKI_IS(NOT)) != 0 && pause);
  return says && aski_clauses_has_name(split->work, split->part->first, index);
}

static void s_open_tale(aski_splitter *split, size_t index)
{
  bool plain = split->part->kind == ASKI_PART_PLAIN && index > split->part->first;
  split->part->marks |= plain && aski_clauses_is_told_of(split, index) ? ASKI_IS(MAYBE) : 0;
  aski_clauses_open(split, index, ASKI_PART_BACKGROUND);
}

/* What the speaker is, in brackets behind "I need …", where nobody else is named: "(new joiner)", not "(my colleague)". */
static bool s_is_own_state(const aski_splitter *split, size_t index, uint64_t what)
{
  const aski_work *work = split->work;
  const aski_phrase *phrase = aski_token_at(work, index)->phrase;
  size_t after = index + (phrase == NULL ? 1 : phrase->words);
  bool closes = after >= work->tokens.count || (aski_token_at(work, after)->gap & ASKI_GAP_CLOSE) != 0;
  bool own = false;
  for (size_t i = split->part->first; i < index; ++i) {
    own = own || (aski_token_at(work, i)->single & (ASKI_IS(SELF) | ASKI_IS(ME))) != 0;
  }
  return own && closes && (what & ASKI_IS(PERSON_NOUN)) != 0 &&
         (aski_token_at(work, index)->single & (ASKI_IS(DETERMINER) | ASKI_IS(PERSON_NOUN))) == 0;
}

static aski_part_kind s_kind_after_pause(const aski_splitter *split, size_t index, uint64_t what)
{
  const aski_part *part = split->part;
  size_t first =
      aski_extract_skip(split->work, index, split->last, ASKI_IS(FILLER) | ASKI_IS(AND) | ASKI_IS(DETERMINER));
  bool names = first < split->last && aski_token_at(split->work, first)->names > 0;
  bool cue = (what & (ASKI_IS(IN) | ASKI_IS(FOR) | ASKI_IS(UNTIL) | ASKI_IS(AS) | ASKI_IS(BEHALF))) != 0;
  if (part->kind == ASKI_PART_CORE && index > part->body && aski_clauses_has_name(split->work, part->first, index) &&
      aski_clauses_tells(split, index)) {
    return ASKI_PART_BACKGROUND;
  }
  if (part->kind == ASKI_PART_PLAIN && part->label == 0 && aski_clauses_has_name(split->work, part->first, index) &&
      aski_clauses_is_tale(split, index)) {
    return ASKI_PART_BACKGROUND; /* "Teller in CoreBank please, I close the books this week" */
  }
  bool opens = (aski_token_at(split->work, index)->gap & ASKI_GAP_OPEN) != 0;
  if (part->kind == ASKI_PART_CORE && opens && (what & (ASKI_IS(LABEL_OTHER) | ASKI_IS(PURPOSE))) != 0) {
    return ASKI_PART_BACKGROUND; /* "(ticket 4711)" */
  }
  if (part->kind == ASKI_PART_CORE && opens && s_is_own_state(split, index, what)) {
    return ASKI_PART_BACKGROUND; /* "(new joiner)" */
  }
  bool object = part->kind == ASKI_PART_HARD || part->kind == ASKI_PART_BACKGROUND;
  if (object && names && split->part->first > split->first && !split->core_named) {
    return ASKI_PART_CORE; /* "give Li Wei, who just joined, HR Analyst" */
  }
  bool explains = part->kind == ASKI_PART_HARD || part->kind == ASKI_PART_SOFT || part->kind == ASKI_PART_BACKGROUND;
  if (explains && part->first == split->first && names) {
    return ASKI_PART_PLAIN;
  }
  return part->kind == ASKI_PART_IGNORED && cue && part->label == 0 ? ASKI_PART_CORE : part->kind;
}

/* What an item does to the open part, where it is no label and no opener. */
static void s_take_item(aski_splitter *split, size_t index, uint64_t what, size_t words)
{
  aski_part *part = split->part;
  bool asks = part->kind == ASKI_PART_CORE;
  bool plain = part->kind == ASKI_PART_PLAIN;
  bool start = aski_clauses_at_start(split, index);
  if ((asks || plain) && s_excludes(split, index, what)) {
    aski_clauses_open(split, index, ASKI_PART_IGNORED);
    split->part->marks |= ASKI_IS(EXCEPT);
    return;
  }
  if ((what & ASKI_IS(REASON)) != 0 && (asks || plain) && !(start && (what & ASKI_IS(ASK)) != 0)) {
    aski_clauses_open(split, index, ASKI_PART_HARD);
    return;
  }
  bool tells =
      (what & (ASKI_IS(BACKGROUND) | ASKI_IS(INTRODUCE))) != 0 || aski_clauses_somebody_does(split, index, what, words);
  if (tells && (asks || (plain && (start || aski_clauses_after_break(split, index)))) && (what & ASKI_IS(NEED)) == 0) {
    s_open_tale(split, index);
    split->part->marks |= what & ASKI_IS(INTRODUCE);
    return;
  }
  size_t after = index + words;
  bool wishes = asks || (plain && aski_clauses_has_name(split->work, part->first, index));
  bool purpose = wishes && after < split->last &&
                 (((what & ASKI_IS(FOR)) != 0 && aski_clauses_for_opens_purpose(split, after)) ||
                  ((what & ASKI_IS(TO)) != 0 && aski_clauses_to_opens_purpose(split, after)));
  if (purpose ||
      (plain && (what & ASKI_IS(FOR)) != 0 && after < split->last && aski_clauses_for_opens_purpose(split, after))) {
    aski_clauses_open(split, index, ASKI_PART_SOFT);
    return;
  }
  uint64_t marks = what & ~ASKI_IS(COMMON);
  marks &= (what & ASKI_IS(TROUBLE)) != 0 && aski_clauses_only_tells(split, index, index + words) ? ~ASKI_IS(OTHER)
                                                                                                  : ~ASKI_IS(TROUBLE);
  part->marks |= start ? marks : marks & ~ASKI_IS(ASK);
}

/* In a purpose "for Li Wei", "for me" and "until" belong to the request again. */
static bool s_returns(const aski_splitter *split, size_t index, uint64_t what, size_t words)
{
  size_t after = index + words;
  if (split->part->kind != ASKI_PART_SOFT || after >= split->last) {
    return false;
  }
  if ((what & (ASKI_IS(FOR) | ASKI_IS(BEHALF))) != 0) {
    size_t more = 1;
    const aski_span *person = aski_extract_span_at(split->work, after, ASKIAM_KIND_USER);
    return (person != NULL && person->strong) || (aski_extract_item(split->work, after, &more) & ASKI_IS(ME)) != 0 ||
           aski_clauses_is_time(split->work, after, split->last);
  }
  return (what & (ASKI_IS(UNTIL) | ASKI_IS(FOREVER))) != 0;
}

static size_t s_step(aski_splitter *split, size_t index)
{
  const aski_work *work = split->work;
  size_t words = 1;
  uint64_t what = aski_extract_item(work, index, &words);
  const aski_token *token = aski_token_at(work, index);
  if (token->zone != ASKI_ZONE_BODY) {
    if (split->part->kind != ASKI_PART_IGNORED) {
      aski_clauses_open(split, index, ASKI_PART_IGNORED);
    }
    return 1;
  }
  if (index > split->first && aski_token_at(work, index - 1)->zone != ASKI_ZONE_BODY) {
    aski_clauses_open(split, index, ASKI_PART_PLAIN);
  }
  size_t label = s_label(split, index, what, words);
  if (label > 0) {
    return label;
  }
  const unsigned pauses = ASKI_GAP_COMMA | ASKI_GAP_OPEN | ASKI_GAP_DASH | ASKI_GAP_COLON;
  bool told = split->part->kind == ASKI_PART_BACKGROUND || split->part->kind == ASKI_PART_HARD;
  if (index > split->part->first && (token->gap & pauses) != 0 && (told || (token->gap & ASKI_GAP_COLON) == 0)) {
    aski_part_kind kind = s_kind_after_pause(split, index, what);
    if (kind == ASKI_PART_BACKGROUND && split->part->kind != kind) {
      s_open_tale(split, index);
    } else if (kind != split->part->kind) {
      aski_clauses_open(split, index, kind);
    }
  }
  if (s_returns(split, index, what, words)) {
    aski_clauses_open(split, index, ASKI_PART_CORE);
  }
  if (!aski_clauses_try_opener(split, index, what, &words)) {
    s_take_item(split, index, what, words);
  }
  uint64_t links = ASKI_IS(AND) | ASKI_IS(ALSO);
  split->fresh = (what & links) != 0 ||
                 ((what & ASKI_IS(FILLER)) != 0 && (aski_clauses_after_break(split, index) || split->fresh));
  split->core_named =
      split->core_named || (split->part->kind == ASKI_PART_CORE && token->names > 0 &&
                            aski_extract_span_at(work, index, ASKIAM_KIND_APPLICATION | ASKIAM_KIND_ROLE) != NULL);
  split->before = what;
  split->before_words = words;
  return words;
}

static void s_split_sentence(aski_splitter *split)
{
  aski_work *work = split->work;
  uint64_t label = split->label;
  split->label = 0;
  split->part = NULL;
  split->before = 0;
  split->fresh = false;
  split->core_named = false;
  aski_clauses_open(split, split->first, label != 0 ? ASKI_PART_FIELD : ASKI_PART_PLAIN);
  if (split->part != NULL) {
    split->part->label = label;
  }
  for (size_t i = split->first; i < split->last && split->part != NULL && !work->too_long && !work->arena->failed;) {
    i += s_step(split, i);
  }
  bool question = split->last < work->tokens.count && (aski_token_at(work, split->last)->gap & ASKI_GAP_QUESTION) != 0;
  if (split->last == work->tokens.count && split->last > 0) {
    askiam_str rest = aski_str_slice(work->input->text, aski_token_at(work, split->last - 1)->end, SIZE_MAX);
    question = rest.length > 0 && memchr(rest.data, '?', rest.length) != NULL;
  }
  for (size_t i = work->parts.count; i > 0 && work->parts.items[i - 1].first >= split->first; --i) {
    work->parts.items[i - 1].question = question;
  }
}

void aski_extract_clauses(aski_work *work)
{
  aski_splitter split = {.work = work};
  for (size_t first = 0; first < work->tokens.count && !work->arena->failed && !work->too_long;) {
    size_t last = first + 1;
    while (last < work->tokens.count && aski_token_at(work, last)->sentence == aski_token_at(work, first)->sentence) {
      ++last;
    }
    split.first = first;
    split.last = last;
    s_split_sentence(&split);
    first = last;
  }
}
