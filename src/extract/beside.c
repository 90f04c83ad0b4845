/* SPDX-License-Identifier: Apache-2.0
 *
 * The last look at what stands beside the request. Reasons, greetings, courtesies and tales are ordinary; what takes back, doubts,
 * restricts, delays or frames the request, or speaks of somebody else as its subject, makes a question. */
#include "extract/beside.h"

enum { SHORT_NOTE = 3 };

static void s_object(aski_work *work, size_t first, size_t last)
{
  if (work->objection_last == 0 && last > first) {
    work->objection_first = first;
    work->objection_last = last;
  }
}

static bool s_in_body(const aski_work *work, const aski_part *part)
{
  return part->first < part->last && aski_token_at(work, part->first)->zone == ASKI_ZONE_BODY;
}

/* The text of a field that is not read: "Comment: only after approval", "Approval: refused". */
static void s_check_note(aski_work *work, const aski_part *part)
{
  uint64_t marks = aski_beside_marks(work, part->first, part->last);
  bool brief =
      part->last - part->first <= SHORT_NOTE && (marks & ASKI_IS(OTHER)) != 0 && (marks & ASKI_IS(PURPOSE)) == 0;
  bool refuses = (marks & (ASKI_IS(NOT) | ASKI_IS(EXCEPT))) != 0 && (marks & (ASKI_IS(SELF) | ASKI_IS(WE))) == 0;
  bool begins = (marks & ASKI_IS(BEGIN)) != 0 && part->last > part->first &&
                (aski_token_at(work, part->last - 1)->shape & ASKI_SHAPE_NUMBER) != 0;
  bool signals = aski_beside_signals(work, part->first, part->last, ASKI_SIGNAL_TURN) ||
                 aski_beside_signals(work, part->first, part->last, ASKI_SIGNAL_LIMIT) ||
                 aski_beside_signal(work, part->first) == ASKI_SIGNAL_CONDITION;
  if (brief || refuses || begins || signals || aski_beside_is_for_others(work, part)) {
    s_object(work, part->first, part->last);
  }
}

/* ", not in Jira", ", not Teller", ", no, Viewer": an exclusion of what was chosen, of nothing, or a correction. */
static void s_check_exclusion(aski_work *work, const aski_part *part)
{
  bool named = false;
  bool chosen = false;
  bool role = false;
  bool taken_back = false;
  for (size_t i = 0; i < work->spans.count; ++i) {
    const aski_span *span = &work->spans.items[i];
    if (span->first < part->first || span->first >= part->last || !span->strong) {
      continue;
    }
    named = true;
    role = role || span->kind == ASKIAM_KIND_ROLE;
    for (size_t j = 0; j < span->option_count && work->role != NULL; ++j) {
      chosen = chosen || aski_str_equal(span->options[j].id, work->role->application_id);
      taken_back = taken_back || aski_str_equal(span->options[j].id, work->role->id);
    }
  }
  size_t words = 1;
  (void)aski_extract_item(work, part->first, &words);
  size_t after = part->first + words;
  bool corrects = after < part->last && (aski_token_at(work, after)->gap & (ASKI_GAP_COMMA | ASKI_GAP_DASH)) != 0;
  if (!named || taken_back || corrects || (chosen && !role && work->application_span == NULL)) {
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
  uint64_t harmless = ASKI_BESIDE_LIGHT | ASKI_IS(POST) | ASKI_IS(START) | ASKI_IS(LABEL_ACTION) | ASKI_IS(ACCESS);
  for (size_t i = before->first; i < before->last;) {
    size_t words = 1;
    uint64_t what = aski_extract_item(work, i, &words);
    bool number = (aski_token_at(work, i)->shape & ASKI_SHAPE_NUMBER) != 0; /* "1) Application: …" */
    if ((what & harmless) == 0 && !number && aski_token_at(work, i)->account == ASKI_ACCOUNT_NONE) {
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
  uint64_t opens = aski_beside_marks(work, part->first, part->body);
  size_t words = 1;
  size_t after = role->first + role->count;
  uint64_t next = after < part->last ? aski_extract_item(work, after, &words) : 0;
  bool noun = (next & (ASKI_IS(ROLE_NOUN) | ASKI_IS(ACCESS))) != 0;
  aski_signal before = aski_beside_signal(work, role->first - 1);
  const aski_part *last = &work->parts.items[work->parts.count - 1];
  bool errand = last > part && (part + 1)->kind == ASKI_PART_SOFT && (part + 1)->sentence == part->sentence &&
                (aski_extract_item(work, (part + 1)->first, &words) & ASKI_IS(TO)) != 0;
  bool needs = (opens & ASKI_IS(NEED)) != 0 && role->first == part->body + 1;
  bool this_to = aski_beside_signals(work, part->body, role->first, ASKI_SIGNAL_THIS);
  bool seeks = aski_beside_signals(work, part->first, part->body, ASKI_SIGNAL_SEEK) && before == ASKI_SIGNAL_ARTICLE;
  bool any = before == ASKI_SIGNAL_ARTICLE || before == ASKI_SIGNAL_THE;
  return !noun && (this_to || seeks || (needs && (before == ASKI_SIGNAL_OWN || (errand && any))));
}

/* "Admin Plus", "Data Steward I", "Okta Portal": the name seems to go on with a word of which requests are made. */
static bool s_goes_on(const aski_work *work, const aski_part *part)
{
  const aski_span *role = work->role_span;
  size_t after = role == NULL ? part->last : role->first + role->count;
  if (after <= part->first || after >= part->last || aski_token_at(work, after)->account != ASKI_ACCOUNT_GLUE ||
      (aski_token_at(work, after)->gap & ~(unsigned)ASKI_GAP_SPACE) != 0) {
    return false;
  }
  const aski_token *token = aski_token_at(work, after);
  bool capital = (token->shape & ASKI_SHAPE_CAPITAL) != 0;
  size_t words = 1;
  uint64_t next = after + 1 < part->last ? aski_token_at(work, after + 1)->single : ASKI_IS(IN);
  bool apart = (next & (ASKI_IS(IN) | ASKI_IS(ROLE_NOUN) | ASKI_IS(ACCESS) | ASKI_IS(FILLER))) != 0;
  return (capital && (aski_extract_item(work, after, &words) & ASKI_IS(APP_NOUN)) != 0) ||
         (apart && (token->single & (ASKI_IS(AND) | ASKI_IS(SELF))) != 0);
}

static void s_check_core(aski_work *work, const aski_part *part)
{
  bool politely = (aski_beside_marks(work, part->first, part->body) & ASKI_IS(LEAD)) != 0;
  for (size_t i = part->first; i < part->last; ++i) {
    aski_signal signal = aski_beside_signal(work, i);
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
  bool states =
      !part->opened && aski_beside_signal(work, part->first) == ASKI_SIGNAL_OWN &&
      (aski_beside_marks(work, part->first, part->last) & ASKI_IS(UNTIL)) != 0; /* "my role expires tomorrow" */
  if (s_goes_on(work, part) || states || s_wants_holder(work, part)) {
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

/* In a reason, behind a pause: "because I moved, I mean Viewer"; or whose consent is waited for: "because I moved, if she agrees". */
static bool s_turns_within(const aski_work *work, const aski_part *part)
{
  for (size_t i = part->first + 1; i < part->last; ++i) {
    aski_signal signal = aski_beside_signal(work, i);
    bool pause = (aski_token_at(work, i)->gap & (ASKI_GAP_COMMA | ASKI_GAP_DASH)) != 0;
    bool waits = signal == ASKI_SIGNAL_CONDITION && aski_beside_signals(work, i + 1, part->last, ASKI_SIGNAL_CONSENT);
    const aski_token *next = i + 1 < part->last ? aski_token_at(work, i + 1) : NULL;
    bool denies = next != NULL && (aski_token_at(work, i)->single & ASKI_IS(NOT)) != 0 &&
                  (next->names > 0 || (next->single & ASKI_IS(ME)) != 0 || (next->gap & ASKI_GAP_COMMA) != 0);
    if ((pause && (signal == ASKI_SIGNAL_TURN || denies)) || waits) {
      return true;
    }
  }
  return false;
}

static void s_check_part(aski_work *work, size_t index)
{
  const aski_part *part = &work->parts.items[index];
  if (part->label != 0 && (part->label & ASKI_IS(LABEL_OTHER)) == 0) {
    s_check_label(work, index);
  }
  if (aski_beside_is_condition(work, part)) {
    s_object(work, part->first, part->last);
  }
  switch (part->kind) {
  case ASKI_PART_CORE:
    s_check_core(work, part);
    break;
  case ASKI_PART_FIELD:
    if ((part->label & ASKI_IS(LABEL_REQUESTER)) != 0) {
      s_check_requester(work, part);
    } else if (aski_beside_signals(work, part->first, part->last, ASKI_SIGNAL_HEDGE) ||
               aski_beside_signals(work, part->first, part->last, ASKI_SIGNAL_TURN)) {
      s_object(work, part->first, part->last); /* "Role: maybe Teller" */
    }
    break;
  case ASKI_PART_PLAIN:
  case ASKI_PART_BACKGROUND:
    if (aski_beside_changes(work, part)) {
      s_object(work, part->first, part->last);
    }
    break;
  case ASKI_PART_SOFT:
    if (aski_beside_is_for_others(work, part) || aski_beside_signals(work, part->first, part->last, ASKI_SIGNAL_TURN)) {
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
    if (aski_beside_is_for_others(work, part) || s_turns_within(work, part)) {
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
