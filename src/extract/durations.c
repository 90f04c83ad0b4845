/* SPDX-License-Identifier: Apache-2.0
 *
 * How long the access is wanted: "for 30 days", "until the end of March". Read in what asks and in purposes; in reasons only where
 * those say nothing. What is said of time and not understood is a question: a temporary wish must not become a permanent grant. */
#include "extract/beside.h"
#include "extract/times.h"

enum { PLAIN_WORDS = 12 };

static const char *const s_past = "that end lies in the past";
static const char *const s_unknown_end = "that end was not understood";
static const char *const s_later = "access that starts later cannot be asked for";
static const char *const s_no_end = "it does not say until when";
static const char *const s_wanted_by = "it is not clear whether the access ends or is wanted by that day";
static const char *const s_two = "two different ends are given";

/* "-3 days", "for - 5 days", with whatever sign. */
static bool s_is_negative(const aski_clock_words *clock, size_t index)
{
  const aski_token *token = aski_times_at(clock, index);
  askiam_str text = clock->work->input->text;
  int64_t number = 0;
  if (!aski_times_number(token, &number) || token->start == 0 || index == 0) {
    return false;
  }
  size_t at = token->start;
  bool spaced = text.data[at - 1] == ' ';
  while (at > 0 && text.data[at - 1] == ' ') {
    --at;
  }
  bool minus = at > 0 && text.data[at - 1] == '-' && (at < 2 || text.data[at - 2] == ' ' || text.data[at - 2] == ':');
  bool sign = at > 2 && memcmp(text.data + at - 3, "\xe2\x88\x92", 3) == 0;
  uint64_t before = ASKI_IS(FOR) | ASKI_IS(UNTIL) | ASKI_IS(LABEL_TIME) | ASKI_IS(IN);
  return (minus || sign) && (!spaced || (aski_token_at(clock->work, index - 1)->single & before) != 0);
}

static void s_set(aski_clock_words *clock, size_t first, const aski_end_time *end)
{
  aski_work *work = clock->work;
  bool negative = false;
  for (size_t i = first; i < end->next && i < clock->last; ++i) {
    aski_token_at(work, i)->account = ASKI_ACCOUNT_TIME;
    negative = negative || s_is_negative(clock, i);
  }
  work->time_last = end->next;
  if (work->time_state == ASKI_TIME_NONE) {
    work->time_first = first;
  }
  const char *problem = end->problem;
  if (problem == NULL && (negative || end->at_ms <= work->input->now_ms)) {
    problem = s_past;
  }
  if (problem == NULL && work->time_state == ASKI_TIME_GOOD && work->reading->expires_at_ms != end->at_ms) {
    problem = s_two;
  }
  if (problem != NULL) {
    work->time_state = ASKI_TIME_BAD;
    work->time_problem = work->time_problem == NULL ? problem : work->time_problem;
    work->reading->expires_at_ms = 0;
  } else if (work->time_state != ASKI_TIME_BAD) {
    work->time_state = ASKI_TIME_GOOD;
    work->reading->expires_at_ms = end->at_ms;
  }
}

static size_t s_bad(aski_clock_words *clock, size_t first, size_t next, const char *problem)
{
  aski_end_time end = {0, problem, next > clock->last ? clock->last : next};
  s_set(clock, first, &end);
  return end.next;
}

/* "until …": a day, a length ("up to 30 days"), for ever, or a question. */
static size_t s_read_until(aski_clock_words *clock, size_t index)
{
  size_t after = index + aski_times_words(clock, index);
  aski_end_time end = {0};
  if (aski_times_is(clock, after, ASKI_IS(FOREVER))) {
    return index;
  }
  if (aski_times_calendar(clock, after, &end) || aski_times_length(clock, after, &end)) {
    int64_t hour = 0;
    bool time_of_day = aski_times_number(aski_times_at(clock, end.next), &hour) &&
                       aski_times_at(clock, end.next) != NULL &&
                       (aski_times_at(clock, end.next)->gap & (ASKI_GAP_COMMA | ASKI_GAP_STOP)) == 0;
    end.problem = time_of_day && end.problem == NULL ? s_unknown_end : end.problem;
    s_set(clock, index, &end);
    return end.next;
  }
  return aski_times_is(clock, index, ASKI_IS(IN)) ? index : s_bad(clock, index, after, s_unknown_end);
}

/* "by Friday" is when it is wanted; "by 31 March" could be either. */
static size_t s_read_by(aski_clock_words *clock, size_t index)
{
  size_t after = index + aski_times_words(clock, index);
  aski_end_time end = {0};
  if (aski_times_day_word(clock, after, &end) ||
      (aski_times_is(clock, aski_times_skip_small(clock, after), ASKI_IS(END_OF)) &&
       aski_times_calendar(clock, after, &end))) {
    for (size_t i = index; i < end.next; ++i) {
      aski_token_at(clock->work, i)->account = ASKI_ACCOUNT_TIME;
    }
    return end.next;
  }
  if (aski_times_calendar(clock, after, &end)) {
    return s_bad(clock, index, end.next, s_wanted_by);
  }
  return index;
}

/* "starting Monday", "from 1 May": later; "from today", "starting now": now. */
static size_t s_read_begin(aski_clock_words *clock, size_t index)
{
  size_t after = index + aski_times_words(clock, index);
  aski_end_time end = {0};
  if (aski_times_is(clock, after, ASKI_IS(FILLER))) {
    aski_token_at(clock->work, index)->account = ASKI_ACCOUNT_TIME;
    return after;
  }
  int period = 0;
  size_t unit = aski_times_skip_small(clock, after);
  bool next_period =
      aski_times_is(clock, after, ASKI_IS(NEXT)) && aski_times_value(clock, unit, ASKI_VALUE_UNIT, &period);
  if (next_period) {
    return s_bad(clock, index, unit + 1, s_later);
  }
  if (!aski_times_calendar(clock, after, &end)) {
    return aski_times_length(clock, after, &end) || aski_times_value(clock, after, ASKI_VALUE_MONTH, &period)
               ? s_bad(clock, index, end.next > after ? end.next : after + 1, s_later)
               : index;
  }
  int64_t today_end = aski_times_after_day(clock->today);
  if (end.at_ms != today_end || end.problem != NULL) {
    return s_bad(clock, index, end.next, s_later);
  }
  for (size_t i = index; i < end.next; ++i) {
    aski_token_at(clock->work, i)->account = ASKI_ACCOUNT_TIME;
  }
  return end.next;
}

/* "for 30 days", "for the rest of the month", "for today", "for this week". */
static size_t s_read_for(aski_clock_words *clock, size_t index)
{
  size_t after = index + aski_times_words(clock, index);
  aski_end_time end = {0};
  size_t bare = aski_times_skip_small(clock, after);
  if (aski_times_is(clock, bare, ASKI_IS(END_OF)) &&
      aski_times_period_end(clock, bare + aski_times_words(clock, bare), &end)) {
    s_set(clock, index, &end);
    return end.next;
  }
  if (aski_times_length(clock, after, &end)) {
    s_set(clock, index, &end);
    return end.next;
  }
  int value = 0;
  bool next = aski_times_is(clock, after, ASKI_IS(NEXT));
  bool this = aski_times_is(clock, after, ASKI_IS(THIS));
  if ((this || next) && aski_times_value(clock, aski_times_skip_small(clock, after + 1), ASKI_VALUE_UNIT, &value)) {
    if (next) {
      return s_bad(clock, index, after + 2, s_later);
    }
    (void)aski_times_period_end(clock, after, &end);
    s_set(clock, index, &end);
    return end.next;
  }
  if (aski_times_value(clock, after, ASKI_VALUE_DAY, &value)) {
    end = (aski_end_time){aski_times_after_day(aski_times_plus_days(clock->today, value)), value == 0 ? NULL : s_later,
                          after + aski_times_value_words(clock, after, ASKI_VALUE_DAY)};
    s_set(clock, index, &end);
    return end.next;
  }
  if (aski_times_value(clock, bare, ASKI_VALUE_WEEKDAY, &value)) {
    return s_bad(clock, index, bare + 1, s_later);
  }
  if (aski_times_value(clock, bare, ASKI_VALUE_UNIT, &value) ||
      aski_times_value(clock, bare, ASKI_VALUE_MONTH, &value)) {
    size_t next_word = bare + 1;
    while (aski_times_is(clock, next_word, ASKI_IS(DETERMINER)) ||
           aski_times_value(clock, next_word, ASKI_VALUE_MONTH, &value)) {
      next_word += aski_times_words(clock, next_word);
    }
    return s_bad(clock, index, next_word, s_unknown_end);
  }
  return index;
}

static bool s_is_application(const aski_work *work, size_t index)
{
  bool there = false;
  bool elsewhere = false;
  for (size_t i = 0; i < work->spans.count; ++i) {
    const aski_span *span = &work->spans.items[i];
    bool here = span->first <= index && index < span->first + span->count;
    there = there || (here && span->kind == ASKIAM_KIND_APPLICATION);
    elsewhere = elsewhere || (!here && span->strong && span->kind == ASKIAM_KIND_APPLICATION);
  }
  return there && !elsewhere;
}

/* "on Monday": access that is wanted later; "today" alone is only haste. */
static size_t s_read_on(aski_clock_words *clock, size_t index)
{
  size_t after = index + aski_times_words(clock, index);
  aski_end_time end = {0};
  int value = 0;
  bool weekday = aski_times_value(clock, aski_times_skip_small(clock, after), ASKI_VALUE_WEEKDAY, &value);
  if (aski_times_length(clock, after, &end)) { /* "in 5 days" */
    return s_bad(clock, index, end.next, s_later);
  }
  if (weekday && s_is_application(clock->work, aski_times_skip_small(clock, after))) {
    return index;
  }
  if (weekday || aski_times_numeric_date(clock, after, &end) || aski_times_named_date(clock, after, &end)) {
    return s_bad(clock, index, end.next > after ? end.next : aski_times_skip_small(clock, after) + 1, s_later);
  }
  return index;
}

/* "30 days", "next week", "this month only" without a preposition. */
static size_t s_read_bare(aski_clock_words *clock, size_t index, bool labelled)
{
  aski_end_time end = {0};
  int value = 0;
  if (labelled && aski_times_calendar(clock, index, &end)) {
    s_set(clock, index, &end);
    return end.next;
  }
  if (aski_times_length(clock, index, &end)) {
    s_set(clock, index, &end);
    return end.next;
  }
  if (aski_times_is(clock, index, ASKI_IS(THIS)) && aski_times_value(clock, index + 1, ASKI_VALUE_UNIT, &value) &&
      aski_times_period_end(clock, index, &end)) {
    s_set(clock, index, &end);
    return end.next;
  }
  bool later =
      aski_times_is(clock, index, ASKI_IS(NEXT)) && (aski_times_value(clock, index + 1, ASKI_VALUE_UNIT, &value) ||
                                                     aski_times_value(clock, index + 1, ASKI_VALUE_WEEKDAY, &value) ||
                                                     aski_times_value(clock, index + 1, ASKI_VALUE_MONTH, &value));
  if (aski_times_value(clock, index, ASKI_VALUE_DAY, &value) && value > 0) {
    return s_bad(clock, index, index + aski_times_value_words(clock, index, ASKI_VALUE_DAY), s_later);
  }
  return later ? s_bad(clock, index, index + 2, s_later) : index;
}

/* "Jan to March" */
static size_t s_read_months(aski_clock_words *clock, size_t index)
{
  int month = 0;
  size_t second = index + 2;
  const aski_token *token = aski_times_at(clock, index);
  bool between = aski_times_is(clock, index + 1, ASKI_IS(TO) | ASKI_IS(UNTIL) | ASKI_IS(AND));
  bool dash =
      aski_times_at(clock, index + 1) != NULL && (aski_token_at(clock->work, index + 1)->gap & ASKI_GAP_DASH) != 0;
  second -= dash ? 1 : 0;
  bool months = (token->shape & ASKI_SHAPE_CAPITAL) != 0 && aski_times_value(clock, index, ASKI_VALUE_MONTH, &month) &&
                (between || dash) && aski_times_value(clock, second, ASKI_VALUE_MONTH, &month);
  return months ? s_bad(clock, index, second + 1, s_later) : index;
}

static size_t s_read_at(aski_clock_words *clock, size_t index, bool labelled)
{
  size_t next = index;
  const aski_token *token = aski_times_at(clock, index);
  if (token->names > 0 && !aski_times_is(clock, index, ASKI_IS(UNTIL))) {
    return index;
  }
  if (aski_times_is(clock, index, ASKI_IS(UNTIL))) {
    next = s_read_until(clock, index);
  } else if (aski_times_is(clock, index, ASKI_IS(BY))) {
    next = s_read_by(clock, index);
  } else if (aski_times_is(clock, index, ASKI_IS(BEGIN))) {
    next = s_read_begin(clock, index);
  } else if (aski_times_is(clock, index, ASKI_IS(FOR))) {
    next = s_read_for(clock, index);
  } else if (aski_times_is(clock, index, ASKI_IS(IN))) {
    next = s_read_on(clock, index);
  }
  next = next > index ? next : s_read_months(clock, index);
  return next > index ? next : s_read_bare(clock, index, labelled);
}

static bool s_is_read(const aski_work *work, const aski_part *part)
{
  const uint64_t tells =
      ASKI_IS(VERB) | ASKI_IS(ASK) | ASKI_IS(SELF) | ASKI_IS(WE) | ASKI_IS(BACKGROUND) | ASKI_IS(INTRODUCE);
  bool of_it =
      part->kind == ASKI_PART_BACKGROUND && (aski_token_at(work, part->first)->single & ASKI_IS(DETERMINER)) != 0;
  if (of_it) { /* "it is needed for two weeks" */
    return true;
  }
  return part->kind == ASKI_PART_CORE || part->kind == ASKI_PART_SOFT ||
         (part->kind == ASKI_PART_FIELD &&
          (part->label & (ASKI_IS(LABEL_TIME) | ASKI_IS(LABEL_ROLE) | ASKI_IS(LABEL_APP))) != 0) ||
         (part->kind == ASKI_PART_PLAIN && part->last - part->first <= PLAIN_WORDS && (part->marks & tells) == 0);
}

static aski_clock_words s_clock(aski_work *work, const aski_part *part)
{
  int64_t now = work->input->now_ms;
  int64_t midnight = now - (now % ASKI_MS_PER_DAY + ASKI_MS_PER_DAY) % ASKI_MS_PER_DAY;
  return (aski_clock_words){work, part->last, aski_date_from_days(midnight / ASKI_MS_PER_DAY)};
}

/* "Start date: today"; any other is later. */
static void s_read_begin_field(aski_work *work, const aski_part *part)
{
  aski_clock_words clock = s_clock(work, part);
  aski_end_time end = {0};
  bool today = aski_times_calendar(&clock, part->first, &end) && end.problem == NULL &&
               end.at_ms == aski_times_after_day(clock.today);
  if (!today && aski_extract_skip(work, part->first, part->last, ASKI_IS(FILLER)) < part->last) {
    (void)s_bad(&clock, part->first, part->last, s_later);
  }
}

/* Where only "until" and "for" say how long: in purposes, but for "for testing, 30 days"; in tales; behind a word of a statement
 * ("our auditors arrive next week"). */
static bool s_only_tells(const aski_work *work, const aski_part *part, size_t index)
{
  uint64_t before = index > part->first ? aski_token_at(work, index - 1)->single : 0;
  unsigned pause = ASKI_GAP_COMMA | ASKI_GAP_DASH | ASKI_GAP_OPEN;
  bool aside =
      index > part->first && ((before & ASKI_IS(PURPOSE)) != 0 || (aski_token_at(work, index)->gap & pause) != 0);
  if (part->kind == ASKI_PART_PLAIN) {
    return index > part->first && !aside && (before & ~(ASKI_IS(COMMON) | ASKI_IS(VERB))) == 0 &&
           aski_token_at(work, index - 1)->names == 0 && aski_token_at(work, index - 1)->account == ASKI_ACCOUNT_NONE;
  }
  return (part->kind == ASKI_PART_SOFT && !aside) || part->kind == ASKI_PART_BACKGROUND;
}

static void s_read_part(aski_work *work, const aski_part *part, bool *vague)
{
  aski_clock_words clock = s_clock(work, part);
  bool labelled = (part->label & ASKI_IS(LABEL_TIME)) != 0;
  for (size_t i = part->first; i < part->last;) {
    *vague = *vague || aski_times_is(&clock, i, ASKI_IS(VAGUE));
    bool named = aski_times_is(&clock, i, ASKI_IS(UNTIL) | ASKI_IS(FOR));
    size_t next = named || !s_only_tells(work, part, i) ? s_read_at(&clock, i, labelled)
                  : part->kind == ASKI_PART_PLAIN       ? i
                                                        : s_read_months(&clock, i);
    bool forever = aski_times_is(&clock, i, ASKI_IS(FOREVER)); /* "no end date" says no end date */
    i = next > i ? next : i + (forever ? aski_times_words(&clock, i) : 1);
  }
  uint64_t small = ASKI_IS(FILLER) | ASKI_IS(DETERMINER);
  if (labelled && work->time_state == ASKI_TIME_NONE && part->last > part->first &&
      (aski_extract_skip(work, part->first, part->last, ASKI_IS(FOREVER) | small) < part->last ||
       aski_extract_skip(work, part->first, part->last, small) == part->last)) {
    (void)s_bad(&clock, part->first, part->last, s_unknown_end);
  }
}

/* ", no, 3 days" contradicts; "since 5 days" is no end. */
static void s_read_aside(aski_work *work, const aski_part *part)
{
  aski_clock_words clock = s_clock(work, part);
  aski_end_time end = {0};
  bool since = part->kind == ASKI_PART_HARD && part->first + 1 < part->last;
  bool excluded = part->kind == ASKI_PART_IGNORED && (part->marks & ASKI_IS(EXCEPT)) != 0;
  size_t after = part->first + aski_times_words(&clock, part->first);
  if (since && aski_times_is(&clock, part->first, ASKI_IS(BY)) && !aski_times_day_word(&clock, after, &end) &&
      aski_times_calendar(&clock, after, &end)) {
    (void)s_bad(&clock, part->first, end.next, s_wanted_by); /* "before 2027-03-31" */
  }
  for (size_t i = part->first; (since || excluded) && i < part->last; ++i) {
    bool whole = excluded || i == part->first + 1;
    if (whole && aski_times_length(&clock, i, &end) && (excluded || end.next == part->last)) {
      (void)s_bad(&clock, i, end.next, since ? s_unknown_end : s_two);
    }
  }
}

/* In a reason an end that is still to come is the end of the need: "because I cover for Jane until Friday"; what has lasted ("I have
 * been here for a year") and what is over say nothing. */
static void s_read_reason(aski_work *work, const aski_part *part, bool *vague)
{
  aski_clock_words clock = s_clock(work, part);
  bool lasted = aski_beside_signals(work, part->first, part->last, ASKI_SIGNAL_PERFECT) ||
                aski_beside_signals(work, part->first, part->last, ASKI_SIGNAL_PAST);
  for (size_t i = part->first + 1; i < part->last && !lasted; ++i) {
    bool aside = (aski_token_at(work, i)->gap & (ASKI_GAP_COMMA | ASKI_GAP_DASH | ASKI_GAP_OPEN)) != 0;
    bool says = aside || aski_times_is(&clock, i, ASKI_IS(UNTIL) | ASKI_IS(FOR));
    size_t after = aside ? i : i + aski_times_words(&clock, i);
    aski_end_time end = {0};
    if (says && (aski_times_length(&clock, after, &end) ||
                 (aski_times_is(&clock, i, ASKI_IS(UNTIL)) && aski_times_calendar(&clock, after, &end)))) {
      s_set(&clock, i, &end);
      i = end.next - 1;
    } else if (aski_times_is(&clock, i, ASKI_IS(UNTIL)) && !aski_times_is(&clock, after, ASKI_IS(FOREVER))) {
      *vague = true; /* "until she is back" */
    }
  }
}

/* "while Jo is away", "for the duration of the audit": an end without a day. Not "while testing I found", nor the habit in "to answer
 * during audits". */
static bool s_lasts(const aski_work *work, const aski_part *part)
{
  for (size_t i = part->first; i < part->last; ++i) {
    if (aski_beside_signal(work, i) != ASKI_SIGNAL_LASTING) {
      continue;
    }
    uint64_t marks = 0;
    for (size_t j = i + 1; j < part->last; ++j) {
      marks |= aski_token_at(work, j)->single;
    }
    return (part->kind != ASKI_PART_SOFT || (marks & ASKI_IS(VERB)) != 0) &&
           !aski_beside_signals(work, i, part->last, ASKI_SIGNAL_PAST) &&
           !aski_beside_signals(work, i, part->last, ASKI_SIGNAL_CONSENT);
  }
  return false;
}

static bool s_belongs(const aski_work *work, const aski_part *part)
{
  return part->kind != ASKI_PART_IGNORED && part->kind != ASKI_PART_FIELD &&
         aski_beside_sentence_asks(work, part, false);
}

void aski_extract_durations(aski_work *work)
{
  bool vague = false;
  for (size_t i = 0; i < work->parts.count; ++i) {
    const aski_part *part = &work->parts.items[i];
    vague = vague || (s_belongs(work, part) && s_lasts(work, part));
    if (part->kind == ASKI_PART_FIELD && (part->label & ASKI_IS(BEGIN)) != 0) {
      s_read_begin_field(work, part);
    } else if (s_is_read(work, part)) {
      s_read_part(work, part, &vague);
    } else {
      s_read_aside(work, part);
    }
  }
  for (size_t i = 0; i < work->parts.count && work->time_state == ASKI_TIME_NONE; ++i) {
    const aski_part *part = &work->parts.items[i];
    bool beside = part->kind == ASKI_PART_BACKGROUND && aski_beside_sentence_asks(work, part, false);
    if (part->kind == ASKI_PART_HARD || beside) {
      s_read_reason(work, part, &vague);
    }
  }
  if (vague && work->time_state == ASKI_TIME_NONE) {
    work->time_state = ASKI_TIME_BAD;
    work->time_problem = s_no_end;
  }
}
