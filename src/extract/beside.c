/* SPDX-License-Identifier: Apache-2.0
 *
 * The last look at what stands beside the request. Reasons, greetings, courtesies and tales are ordinary; what takes back, doubts,
 * restricts, delays or frames the request, or speaks of somebody else as its subject, makes a question. */
#include "extract/work.h"

enum { SHORT_CLAUSE = 6, SHORT_NOTE = 3 };

static const uint64_t s_light = ASKI_IS(FILLER) | ASKI_IS(GREETING) | ASKI_IS(CLOSER) | ASKI_IS(DETERMINER) |
                                ASKI_IS(AND) | ASKI_IS(ALSO) | ASKI_IS(CONTINUE) | ASKI_IS(ABBREVIATION);
static const uint64_t s_people =
    ASKI_IS(PERSON_NOUN) | ASKI_IS(GROUP) | ASKI_IS(THIRD) | ASKI_IS(WE) | ASKI_IS(ME) | ASKI_IS(SELF);

static void s_object(aski_work *work, size_t first, size_t last)
{
  if (work->objection_last == 0 && last > first) {
    work->objection_first = first;
    work->objection_last = last;
  }
}

/* What the phrase at a token signals; ASKI_SIGNAL_NONE also where the words are a name that was chosen. */
static aski_signal s_signal(const aski_work *work, size_t index)
{
  const aski_token *token = aski_token_at(work, index);
  const aski_phrase *phrase = token->phrase != NULL && token->phrase->words > 1 ? token->phrase : token->alone;
  bool read = token->account == ASKI_ACCOUNT_ENTITY || token->account == ASKI_ACCOUNT_PERSON ||
              token->account == ASKI_ACCOUNT_TIME;
  return read || phrase == NULL || (phrase->has_value & (1u << ASKI_VALUE_SIGNAL)) == 0
             ? ASKI_SIGNAL_NONE
             : (aski_signal)phrase->values[ASKI_VALUE_SIGNAL];
}

static bool s_signals(const aski_work *work, size_t first, size_t last, aski_signal signal)
{
  for (size_t i = first; i < last; ++i) {
    if (s_signal(work, i) == signal) {
      return true;
    }
  }
  return false;
}

/* Everything that the words from `first` to before `last` are. */
static uint64_t s_marks(const aski_work *work, size_t first, size_t last)
{
  uint64_t marks = 0;
  for (size_t i = first; i < last;) {
    size_t words = 1;
    marks |= aski_extract_item(work, i, &words);
    i += words;
  }
  return marks;
}

static bool s_in_body(const aski_work *work, const aski_part *part)
{
  return part->first < part->last && aski_token_at(work, part->first)->zone == ASKI_ZONE_BODY;
}

static bool s_is_other_person(const aski_work *work, size_t index)
{
  const aski_span *user = aski_extract_span_at(work, index, ASKIAM_KIND_USER);
  return user != NULL && user->strong &&
         (user->option_count != 1 || !aski_str_equal(user->options[0].id, work->input->user_id));
}

/* Whether a part of the same sentence asks; with `politely`: by "could you", "may I". */
static bool s_sentence_asks(const aski_work *work, const aski_part *beside, bool politely)
{
  for (size_t i = 0; i < work->parts.count; ++i) {
    const aski_part *part = &work->parts.items[i];
    if (part->sentence == beside->sentence && aski_extract_asks(part) &&
        (!politely || (s_marks(work, part->first, part->body) & ASKI_IS(LEAD)) != 0)) {
      return true;
    }
  }
  return false;
}

/* "once the audit is over", "after the training", "during office hours": not "when I joined". */
static bool s_is_condition(const aski_work *work, const aski_part *part)
{
  size_t at = aski_extract_skip(work, part->first, part->last, ASKI_IS(FILLER) | ASKI_IS(AND));
  if (at >= part->last || aski_extract_asks(part) || part->kind == ASKI_PART_IGNORED) {
    return false;
  }
  bool wish = part->kind == ASKI_PART_PLAIN && (part->marks & ASKI_IS(WISH)) != 0;
  const aski_phrase *alone = aski_token_at(work, at)->alone;
  bool begins = alone != NULL && (alone->has_value & (1u << ASKI_VALUE_SIGNAL)) != 0 &&
                alone->values[ASKI_VALUE_SIGNAL] == ASKI_SIGNAL_CONDITION;
  bool past = s_signals(work, at, part->last, ASKI_SIGNAL_PAST);
  if (begins && !past && at == part->first && aski_token_at(work, at)->sentence != 0 &&
      (at == 0 || aski_token_at(work, at - 1)->sentence != aski_token_at(work, at)->sentence) &&
      (s_marks(work, at, part->last) & (ASKI_IS(THIRD) | ASKI_IS(ME))) == 0) {
    return true; /* "… As soon as my contract begins." */
  }
  return ((begins && !past) || wish) && s_sentence_asks(work, part, false);
}

/* "My boss did not agree", "Or not?", "no I don't"; but "I cannot log in without it" tells why. */
static bool s_is_refusal(const aski_work *work, const aski_part *part)
{
  size_t at = aski_extract_skip(work, part->first, part->last, s_light);
  size_t words = 1;
  uint64_t first = at < part->last ? aski_extract_item(work, at, &words) | aski_token_at(work, at)->single : 0;
  bool own = (first & (ASKI_IS(SELF) | ASKI_IS(WE))) != 0;
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
static bool s_is_for_others(const aski_work *work, const aski_part *part)
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
                 (s_marks(work, part->first, part->last) & ASKI_IS(IN)) == 0 &&
                 s_signal(work, part->last - 1) == ASKI_SIGNAL_GROUP;
    bool people = (next & (ASKI_IS(PERSON_NOUN) | ASKI_IS(GROUP) | ASKI_IS(THIRD))) != 0;
    if (((people && i + 1 + words >= part->last) || group || unknown || s_is_other_person(work, i + 1)) &&
        token->account != ASKI_ACCOUNT_PERSON) {
      return true;
    }
  }
  return false;
}

/* "Chris Lee started today. Please add …": where the request names nobody, it may be for whom the tale is about. */
static bool s_is_about_other(const aski_work *work, const aski_part *part)
{
  size_t at = aski_extract_skip(work, part->first, part->last, s_light & ~ASKI_IS(DETERMINER));
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
  bool somebody = (first & ASKI_IS(PERSON_NOUN)) != 0 || s_is_other_person(work, at) || unknown || hired;
  return somebody && (part->marks & ASKI_IS(INTRODUCE)) == 0 &&
         !s_signals(work, part->first, part->last, ASKI_SIGNAL_CONSENT);
}

/* A clause of a few words that tells nothing: it belongs to the request. "Read only", "In the test system". */
static bool s_is_bare(const aski_work *work, const aski_part *part)
{
  uint64_t tells = ASKI_IS(VERB) | ASKI_IS(SELF) | ASKI_IS(WE) | ASKI_IS(BACKGROUND) | ASKI_IS(INTRODUCE) |
                   ASKI_IS(REPORT) | ASKI_IS(PURPOSE) | ASKI_IS(LABEL_OTHER) | ASKI_IS(LABEL_ACTION) |
                   ASKI_IS(PERSON_NOUN) | ASKI_IS(START) | ASKI_IS(POST);
  if (part->kind != ASKI_PART_PLAIN || part->label != 0 || part->last - part->first > SHORT_CLAUSE ||
      s_signals(work, part->first, part->last, ASKI_SIGNAL_PAST)) {
    return false;
  }
  uint64_t begins = aski_token_at(work, part->first)->single;
  tells &= (begins & ASKI_IS(IN)) != 0 ? ~ASKI_IS(PURPOSE) : ~UINT64_C(0); /* "In the test system" */
  if ((begins & ASKI_IS(AS)) != 0 && (begins & ASKI_IS(IN)) == 0 && s_sentence_asks(work, part, false)) {
    return false; /* "As an HR lead, I need" */
  }
  uint64_t labels = ASKI_IS(LABEL_APP) | ASKI_IS(LABEL_ROLE) | ASKI_IS(LABEL_USER) | ASKI_IS(LABEL_TIME);
  bool heavy = false;
  for (size_t i = part->first; i < part->last;) {
    size_t words = 1;
    uint64_t what = aski_extract_item(work, i, &words);
    const aski_token *token = aski_token_at(work, i);
    bool colon = i > part->first && (token->gap & (ASKI_GAP_COLON | ASKI_GAP_AT)) != 0;
    if ((token->shape & ASKI_SHAPE_DIGIT) != 0 || (what & tells) != 0 || (token->single & ASKI_IS(VERB)) != 0 ||
        colon || token->names > 0 || token->account == ASKI_ACCOUNT_PERSON) {
      return false;
    }
    heavy = heavy || (what & (s_light | labels)) == 0;
    i += words;
  }
  return heavy;
}

/* What stands before a colon, or in brackets before the request, says whose words they are: "Example: I need …". */
static bool s_is_frame(const aski_work *work, const aski_part *part)
{
  uint64_t harmless = s_light | ASKI_IS(START) | ASKI_IS(POST) | ASKI_IS(LABEL_ACTION) | ASKI_IS(ACCESS) |
                      ASKI_IS(ROLE_NOUN) | ASKI_IS(NEED) | ASKI_IS(GIVE) | ASKI_IS(LEAD) | ASKI_IS(SELF) | ASKI_IS(ME) |
                      ASKI_IS(FOR) | ASKI_IS(IN) | ASKI_IS(TO) | ASKI_IS(NEXT);
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
  if (((gap & ASKI_GAP_COLON) == 0 && !bracket) || (gap & ASKI_GAP_LINE) != 0) {
    return false;
  }
  for (size_t i = part->first; i < at;) {
    size_t words = 1;
    uint64_t what = aski_extract_item(work, i, &words);
    const aski_token *token = aski_token_at(work, i);
    const aski_span *user = aski_extract_span_at(work, i, ASKIAM_KIND_USER);
    bool own = user != NULL && !s_is_other_person(work, i);
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

/* "My supervisor vetoed it": somebody does to the request what is not known to be harmless. */
static bool s_is_done_to_it(const aski_work *work, const aski_part *part)
{
  size_t at = aski_extract_skip(work, part->first, part->last, s_light & ~ASKI_IS(DETERMINER));
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

static void s_check_tale(aski_work *work, const aski_part *part)
{
  bool turns = s_signals(work, part->first, part->last, ASKI_SIGNAL_TURN) ||
               s_signals(work, part->first, part->last, ASKI_SIGNAL_HEDGE);
  bool asks_back = part->question && (s_marks(work, part->first, part->last) & ~(s_light | s_people)) != 0 &&
                   !s_sentence_asks(work, part, true) && !s_asks_for_help(work, part);
  if (turns || asks_back || s_is_refusal(work, part) || s_is_for_others(work, part) || s_is_about_other(work, part) ||
      s_is_bare(work, part) || s_is_done_to_it(work, part) ||
      (part->kind != ASKI_PART_HARD && s_is_frame(work, part))) {
    s_object(work, part->first, part->last);
  }
}

/* The text of a field that is not read: "Comment: only after approval", "Approval: refused". */
static void s_check_note(aski_work *work, const aski_part *part)
{
  uint64_t marks = s_marks(work, part->first, part->last);
  bool brief =
      part->last - part->first <= SHORT_NOTE && (marks & ASKI_IS(OTHER)) != 0 && (marks & ASKI_IS(PURPOSE)) == 0;
  bool refuses = (marks & (ASKI_IS(NOT) | ASKI_IS(EXCEPT))) != 0 && (marks & (ASKI_IS(SELF) | ASKI_IS(WE))) == 0;
  bool begins = (marks & ASKI_IS(BEGIN)) != 0 && part->last > part->first &&
                (aski_token_at(work, part->last - 1)->shape & ASKI_SHAPE_NUMBER) != 0;
  bool signals = s_signals(work, part->first, part->last, ASKI_SIGNAL_TURN) ||
                 s_signals(work, part->first, part->last, ASKI_SIGNAL_LIMIT) ||
                 s_signal(work, part->first) == ASKI_SIGNAL_CONDITION;
  if (brief || refuses || begins || signals || s_is_for_others(work, part)) {
    s_object(work, part->first, part->last);
  }
}

/* ", not in Jira": an exclusion of what was chosen, or of nothing. */
static void s_check_exclusion(aski_work *work, const aski_part *part)
{
  bool named = false;
  bool chosen = false;
  bool role = false;
  for (size_t i = 0; i < work->spans.count; ++i) {
    const aski_span *span = &work->spans.items[i];
    if (span->first < part->first || span->first >= part->last || !span->strong) {
      continue;
    }
    named = true;
    role = role || span->kind == ASKIAM_KIND_ROLE;
    for (size_t j = 0; j < span->option_count && work->role != NULL; ++j) {
      chosen = chosen || aski_str_equal(span->options[j].id, work->role->application_id);
    }
  }
  if (!named || (chosen && !role && work->application_span == NULL)) {
    s_object(work, part->first, part->last);
  }
}

/* "Template user: …", "Old role: …": only the whole text before the colon is a label. */
static void s_check_label(aski_work *work, size_t index)
{
  if (index < 2) {
    return;
  }
  const aski_part *label = &work->parts.items[index - 1];
  const aski_part *before = &work->parts.items[index - 2];
  unsigned apart = ASKI_GAP_WALL | ASKI_GAP_LINE | ASKI_GAP_COMMA | ASKI_GAP_OPEN | ASKI_GAP_QUOTE;
  bool glued = label->kind == ASKI_PART_IGNORED && before->last == label->first && before->label == 0 &&
               (aski_token_at(work, label->first)->gap & apart) == 0;
  if (!glued || !s_in_body(work, before)) {
    return;
  }
  uint64_t harmless = s_light | ASKI_IS(POST) | ASKI_IS(START) | ASKI_IS(LABEL_ACTION) | ASKI_IS(ACCESS);
  for (size_t i = before->first; i < before->last;) {
    size_t words = 1;
    uint64_t what = aski_extract_item(work, i, &words);
    if ((what & harmless) == 0 && aski_token_at(work, i)->account == ASKI_ACCOUNT_NONE) {
      s_object(work, before->first, label->last);
      return;
    }
    i += words;
  }
}

/* "a Payment Approver to release this": a person who holds the role, not the role. */
static bool s_wants_holder(const aski_work *work, const aski_part *part)
{
  const aski_span *role = work->role_span;
  if (role == NULL || role->first <= part->first || role->first >= part->last || part->body > role->first) {
    return false;
  }
  uint64_t opens = s_marks(work, part->first, part->body);
  size_t words = 1;
  size_t after = role->first + role->count;
  uint64_t next = after < part->last ? aski_extract_item(work, after, &words) : 0;
  bool noun = (next & (ASKI_IS(ROLE_NOUN) | ASKI_IS(ACCESS))) != 0;
  aski_signal before = s_signal(work, role->first - 1);
  const aski_part *last = &work->parts.items[work->parts.count - 1];
  bool errand = last > part && (part + 1)->kind == ASKI_PART_SOFT && (part + 1)->sentence == part->sentence &&
                (aski_extract_item(work, (part + 1)->first, &words) & ASKI_IS(TO)) != 0;
  bool needs = (opens & ASKI_IS(NEED)) != 0 && role->first == part->body + 1;
  bool this_to = s_signals(work, part->body, role->first, ASKI_SIGNAL_THIS);
  bool seeks = s_signals(work, part->first, part->body, ASKI_SIGNAL_SEEK) && before == ASKI_SIGNAL_ARTICLE;
  bool any = before == ASKI_SIGNAL_ARTICLE || before == ASKI_SIGNAL_THE;
  return !noun && (this_to || seeks || (needs && (before == ASKI_SIGNAL_OWN || (errand && any))));
}

static void s_check_core(aski_work *work, const aski_part *part)
{
  bool politely = (s_marks(work, part->first, part->body) & ASKI_IS(LEAD)) != 0;
  size_t words = 1;
  for (size_t i = part->first; i < part->last; ++i) {
    aski_signal signal = s_signal(work, i);
    const aski_token *token = aski_token_at(work, i);
    bool own = i > part->first && aski_str_equal_text(token->key, "s") && (token->gap & ASKI_GAP_TIGHT) != 0 &&
               aski_token_at(work, i - 1)->account == ASKI_ACCOUNT_PERSON && i + 1 < part->last &&
               (aski_token_at(work, i + 1)->single & ASKI_IS(FILLER)) == 0; /* "on Li Wei's behalf" */
    bool guess = (token->single & ASKI_IS(SELF)) != 0 && part->opened;      /* "I guess I need" */
    bool hedge = signal == ASKI_SIGNAL_HEDGE && !guess && (!politely || i == part->first);
    if (signal == ASKI_SIGNAL_TURN || hedge || own) {
      s_object(work, i, part->last);
    }
  }
  const aski_span *role = work->role_span;
  size_t after = role == NULL ? part->last : role->first + role->count;
  bool product = after > part->first && after < part->last &&
                 (aski_token_at(work, after)->shape & ASKI_SHAPE_CAPITAL) != 0 &&
                 aski_token_at(work, after)->account == ASKI_ACCOUNT_GLUE &&
                 (aski_extract_item(work, after, &words) & ASKI_IS(APP_NOUN)) != 0;
  bool states = !part->opened && s_signal(work, part->first) == ASKI_SIGNAL_OWN &&
                (s_marks(work, part->first, part->last) & ASKI_IS(UNTIL)) != 0; /* "my role expires tomorrow" */
  if (product || states || s_wants_holder(work, part)) {
    s_object(work, part->first, part->last);
  }
}

/* "Requester: Dana Weiss", whom nobody knows. */
static void s_check_requester(aski_work *work, const aski_part *part)
{
  for (size_t i = part->first; i < part->last; ++i) {
    if (aski_extract_span_at(work, i, ASKIAM_KIND_USER) != NULL) {
      return;
    }
  }
  s_object(work, part->first, part->last);
}

static void s_check_part(aski_work *work, size_t index)
{
  const aski_part *part = &work->parts.items[index];
  if (part->label != 0) {
    s_check_label(work, index);
  }
  if (s_is_condition(work, part)) {
    s_object(work, part->first, part->last);
  }
  switch (part->kind) {
  case ASKI_PART_CORE:
    s_check_core(work, part);
    break;
  case ASKI_PART_FIELD:
    if ((part->label & ASKI_IS(LABEL_REQUESTER)) != 0) {
      s_check_requester(work, part);
    }
    break;
  case ASKI_PART_PLAIN:
  case ASKI_PART_BACKGROUND:
    s_check_tale(work, part);
    break;
  case ASKI_PART_SOFT:
    if (s_is_for_others(work, part) || s_signals(work, part->first, part->last, ASKI_SIGNAL_TURN)) {
      s_object(work, part->first, part->last);
    }
    break;
  case ASKI_PART_IGNORED:
    if (part->label != 0) {
      s_check_note(work, part);
    } else if ((part->marks & ASKI_IS(EXCEPT)) != 0) {
      s_check_exclusion(work, part);
    }
    break;
  case ASKI_PART_HARD:
    if (s_is_for_others(work, part)) {
      s_object(work, part->first, part->last);
    }
    break;
  }
}

void aski_extract_beside(aski_work *work)
{
  for (size_t i = 0; i < work->parts.count && work->objection_last == 0; ++i) {
    if (s_in_body(work, &work->parts.items[i])) {
      s_check_part(work, i);
    }
  }
}
