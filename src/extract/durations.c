/* SPDX-License-Identifier: Apache-2.0
 *
 * How long the access is wanted: "for 30 days", "until the end of March". Read in what asks and in purposes, never in reasons. What is
 * said of time and not understood is a question: a temporary wish must not become a permanent grant. */
#include "base/time.h"
#include "extract/work.h"

enum { PLAIN_WORDS = 12 };

typedef struct clock_words {
  aski_work *work;
  size_t at, last; /* what is being read */
  aski_date today;
} clock_words;

typedef struct end_time {
  int64_t at_ms;
  const char *problem; /* NULL: fine */
  size_t next;         /* the first token after it */
} end_time;

static const char *const s_past = "that end lies in the past";
static const char *const s_unknown_end = "that end was not understood";
static const char *const s_ambiguous = "the order of day and month in that date is not clear";
static const char *const s_later = "access that starts later cannot be asked for";
static const char *const s_no_end = "it does not say until when";
static const char *const s_zero = "that duration is zero or too long";
static const char *const s_two = "two different ends are given";

static const aski_token *s_at(const clock_words *clock, size_t index)
{
  return index < clock->last ? aski_token_at(clock->work, index) : NULL;
}

static bool s_is(const clock_words *clock, size_t index, uint64_t what)
{
  const aski_token *token = s_at(clock, index);
  return token != NULL && token->phrase != NULL && (token->phrase->is & what) != 0;
}

static size_t s_words(const clock_words *clock, size_t index)
{
  const aski_token *token = s_at(clock, index);
  return token == NULL || token->phrase == NULL ? 1 : token->phrase->words;
}

static bool s_value(const clock_words *clock, size_t index, aski_value value, int *out_number)
{
  const aski_token *token = s_at(clock, index);
  const aski_phrase *phrase = token == NULL                                                              ? NULL
                              : token->phrase != NULL && (token->phrase->has_value & (1u << value)) != 0 ? token->phrase
                                                                                                         : token->alone;
  if (phrase == NULL || (phrase->has_value & (1u << value)) == 0 || (token->shape & ASKI_SHAPE_GUESSED) != 0) {
    return false;
  }
  if (token->names > (value == ASKI_VALUE_UNIT ? 0 : 1)) { /* "HR" of "HR Analyst" is no hour, "April Jones" no month */
    return false;
  }
  *out_number = phrase->values[value];
  return true;
}

static size_t s_value_words(const clock_words *clock, size_t index, aski_value value)
{
  const aski_token *token = s_at(clock, index);
  return token->phrase != NULL && (token->phrase->has_value & (1u << value)) != 0 ? token->phrase->words : 1;
}

static bool s_number(const aski_token *token, int64_t *out_number)
{
  if (token == NULL || (token->shape & ASKI_SHAPE_NUMBER) == 0) {
    return false;
  }
  int64_t number = 0;
  for (size_t i = 0; i < token->key.length; ++i) {
    number = number * 10 + (token->key.data[i] - '0');
    if (number > INT64_C(99999999)) {
      number = INT64_C(99999999);
    }
  }
  *out_number = number;
  return true;
}

static int64_t s_day_ms(aski_date date) { return aski_date_to_days(date) * ASKI_MS_PER_DAY; }

static int64_t s_after_day(aski_date date) { return s_day_ms(date) + ASKI_MS_PER_DAY; }

static aski_date s_plus_days(aski_date date, int64_t days)
{
  return aski_date_from_days(aski_date_to_days(date) + days);
}

/* now + twice_count/2 units; months and years by the calendar. */
static int64_t s_after(const clock_words *clock, int64_t twice_count, aski_unit unit)
{
  static const int64_t unit_ms[] = {60000, 3600000, ASKI_MS_PER_DAY, 7 * ASKI_MS_PER_DAY};
  int64_t now = clock->work->input->now_ms;
  if (twice_count <= 0 || twice_count > INT64_C(20000000)) {
    return 0;
  }
  if (unit <= ASKI_UNIT_WEEK) {
    int64_t span = twice_count * unit_ms[unit] / 2;
    return span > ASKI_TIME_MAX_MS - now ? 0 : now + span;
  }
  int64_t months = twice_count * (unit == ASKI_UNIT_YEAR ? 12 : unit == ASKI_UNIT_QUARTER ? 3 : 1);
  if (months > 24 * 2000) {
    return 0;
  }
  int64_t days = months % 2 == 0 ? 0 : 15;
  int64_t of_day = now - s_day_ms(clock->today);
  aski_date date = aski_date_add_months(clock->today, (int)(months / 2));
  int64_t at = s_day_ms(date) + days * ASKI_MS_PER_DAY + of_day;
  return at > ASKI_TIME_MAX_MS ? 0 : at;
}

/* "24h", "30d": a token of digits and a unit. */
static bool s_digits_and_unit(const clock_words *clock, size_t index, int64_t *out_count, int *out_unit)
{
  const aski_token *token = s_at(clock, index);
  size_t digits = 0;
  int64_t count = 0;
  while (token != NULL && digits < token->key.length && token->key.data[digits] >= '0' &&
         token->key.data[digits] <= '9' && digits < 8) {
    count = count * 10 + (token->key.data[digits++] - '0');
  }
  if (token == NULL || digits == 0 || digits == token->key.length) {
    return false;
  }
  const aski_phrase *unit = aski_phrases_find(clock->work->phrases, aski_str_slice(token->key, digits, SIZE_MAX));
  if (unit == NULL || (unit->has_value & (1u << ASKI_VALUE_UNIT)) == 0) {
    return false;
  }
  *out_count = count;
  *out_unit = unit->values[ASKI_VALUE_UNIT];
  return true;
}

static size_t s_skip_small(const clock_words *clock, size_t index)
{
  int unused = 0;
  while (s_is(clock, index, ASKI_IS(DETERMINER) | ASKI_IS(FILLER) | ASKI_IS(NEXT)) &&
         !s_value(clock, index, ASKI_VALUE_NUMBER, &unused)) {
    index += s_words(clock, index);
  }
  return index;
}

/* "30 days", "a week", "half a year", "two and a half weeks" (a question), "24h", "1,000 days". */
static bool s_length(const clock_words *clock, size_t index, end_time *out_end)
{
  size_t i = s_skip_small(clock, index);
  int64_t count = 0;
  int unit = 0;
  if (s_digits_and_unit(clock, i, &count, &unit)) {
    *out_end = (end_time){s_after(clock, count * 2, (aski_unit)unit), NULL, i + 1};
    out_end->problem = out_end->at_ms == 0 ? s_zero : NULL;
    return true;
  }
  int twice = 0;
  bool article_first = false;
  size_t numbers = 0;
  int64_t total = 1;
  bool whole = true;
  for (; numbers < 4; ++numbers) {
    if (s_number(s_at(clock, i), &count)) {
      whole = whole && (numbers == 0 || article_first); /* "1.5", "2 3": not one number; "a 30 day" is */
      article_first = false;
      total = count * 2;
      ++i;
    } else if (s_value(clock, i, ASKI_VALUE_NUMBER, &twice)) {
      bool half = numbers > 0 && total == 1 && twice == 2; /* "half a" */
      bool article = article_first;                        /* "a one week" */
      whole = whole && (numbers == 0 || half || article);
      total = numbers == 0 || article ? twice : total;
      article_first = numbers == 0 && twice == 2;
      i += s_value_words(clock, i, ASKI_VALUE_NUMBER);
    } else {
      break;
    }
  }
  i = s_is(clock, i, ASKI_IS(FILLER)) ? i + s_words(clock, i) : i;
  if (numbers == 0 || !s_value(clock, i, ASKI_VALUE_UNIT, &unit)) {
    return false;
  }
  i += s_value_words(clock, i, ASKI_VALUE_UNIT);
  *out_end = (end_time){whole ? s_after(clock, total, (aski_unit)unit) : 0, NULL, i};
  out_end->problem = !whole ? s_unknown_end : out_end->at_ms == 0 ? s_zero : NULL;
  return true;
}

static bool s_date_end(const clock_words *clock, aski_date date, size_t next, end_time *out_end)
{
  bool valid = aski_date_valid(date);
  *out_end = (end_time){valid ? s_after_day(date) : 0, valid ? NULL : s_unknown_end, next};
  if (valid && out_end->at_ms <= clock->work->input->now_ms) {
    out_end->problem = s_past;
  }
  return true;
}

/* 2027-03-31, 31.12.2026, 31/12/2026; 3/4/2026 is a question. */
static bool s_numeric_date(const clock_words *clock, size_t index, end_time *out_end)
{
  int64_t part[3];
  size_t digits[3];
  for (size_t i = 0; i < 3; ++i) {
    const aski_token *token = s_at(clock, index + i);
    if (!s_number(token, &part[i]) || (i > 0 && (token->gap & ASKI_GAP_TIGHT) == 0)) {
      return false;
    }
    digits[i] = token->key.length;
  }
  aski_date date = {0};
  bool dotted = clock->work->input->text.data[s_at(clock, index)->end] == '.';
  if (digits[0] == 4) {
    date = (aski_date){(int)part[0], (int)part[1], (int)part[2]};
  } else if (digits[2] == 4 && (dotted || part[0] > 12 || part[0] == part[1])) {
    date = (aski_date){(int)part[2], (int)part[1], (int)part[0]};
  } else if (digits[2] == 4 && part[1] > 12) {
    date = (aski_date){(int)part[2], (int)part[0], (int)part[1]};
  } else {
    *out_end = (end_time){0, s_ambiguous, index + 3};
    return true;
  }
  return s_date_end(clock, date, index + 3, out_end);
}

/* "2027-03-31T18:00:00Z", "2027-03-31 18:00Z": the exact moment. */
static bool s_moment(const clock_words *clock, size_t index, end_time *out_end)
{
  const aski_token *first = s_at(clock, index);
  askiam_str rest = aski_str_slice(clock->work->input->text, first->start, 40);
  size_t length = 0;
  while (length < rest.length && strchr(" \t\r\n,;)\"'", rest.data[length]) == NULL) {
    ++length;
  }
  while (length > 0 && strchr(".!?", rest.data[length - 1]) != NULL) {
    --length;
  }
  rest.length = length;
  if (length < 16 || !aski_time_parse(rest, &out_end->at_ms)) {
    return false;
  }
  size_t next = index;
  while (next < clock->last && s_at(clock, next)->start < first->start + length) {
    ++next;
  }
  out_end->next = next;
  out_end->problem = out_end->at_ms <= clock->work->input->now_ms ? s_past : NULL;
  return true;
}

static bool s_day_number(const clock_words *clock, size_t index, int *out_day)
{
  const aski_token *token = s_at(clock, index);
  int64_t number = 0;
  if (token == NULL || (token->shape & ASKI_SHAPE_DIGIT) == 0) {
    return false;
  }
  size_t i = 0;
  while (i < token->key.length && token->key.data[i] >= '0' && token->key.data[i] <= '9' && i < 3) {
    number = number * 10 + (token->key.data[i++] - '0');
  }
  askiam_str suffix = aski_str_slice(token->key, i, SIZE_MAX);
  bool ordinal = suffix.length == 0 || aski_str_equal_text(suffix, "st") || aski_str_equal_text(suffix, "nd") ||
                 aski_str_equal_text(suffix, "rd") || aski_str_equal_text(suffix, "th");
  *out_day = (int)number;
  return ordinal && number >= 1 && number <= 31;
}

static bool s_year(const clock_words *clock, size_t index, int *out_year)
{
  int64_t number = 0;
  const aski_token *token = s_at(clock, index);
  if (!s_number(token, &number) || token->key.length != 4 || number < 1900 || (token->gap & ASKI_GAP_STOP) != 0) {
    return false;
  }
  *out_year = (int)number;
  return true;
}

/* "31 March 2027", "March 31st, 2027", "31 March": without a year the next such day. */
static bool s_named_date(const clock_words *clock, size_t index, end_time *out_end)
{
  int day = 0;
  int month = 0;
  int year = 0;
  size_t i = index;
  if (s_day_number(clock, i, &day)) {
    ++i;
    while (s_is(clock, i, ASKI_IS(DETERMINER) | ASKI_IS(END_OF)) ||
           (s_at(clock, i) != NULL && s_is(clock, i, ASKI_IS(FILLER)))) {
      ++i;
    }
    if (!s_value(clock, i, ASKI_VALUE_MONTH, &month)) {
      return false;
    }
    ++i;
  } else {
    if (!s_value(clock, i, ASKI_VALUE_MONTH, &month)) {
      return false;
    }
    ++i;
    i += s_is(clock, i, ASKI_IS(DETERMINER)) ? 1u : 0u;
    if (!s_day_number(clock, i, &day)) {
      return false;
    }
    ++i;
  }
  bool given = s_year(clock, i, &year);
  aski_date date = {given ? year : clock->today.year, month, day};
  if (!given && aski_date_valid(date) && s_after_day(date) <= clock->work->input->now_ms) {
    ++date.year;
  }
  return s_date_end(clock, date, i + given, out_end);
}

static aski_date s_last_of_month(int year, int month)
{
  return (aski_date){year, month, aski_days_in_month(year, month)};
}

/* The last day of this week (Sunday), month, quarter or year. */
static aski_date s_last_of(const clock_words *clock, aski_unit unit)
{
  aski_date today = clock->today;
  switch (unit) {
  case ASKI_UNIT_WEEK:
    return s_plus_days(today, (7 - aski_date_weekday(today)) % 7);
  case ASKI_UNIT_MONTH:
    return s_last_of_month(today.year, today.month);
  case ASKI_UNIT_QUARTER:
    return s_last_of_month(today.year, (today.month + 2) / 3 * 3);
  case ASKI_UNIT_YEAR:
    return s_last_of_month(today.year, 12);
  case ASKI_UNIT_MINUTE:
  case ASKI_UNIT_HOUR:
  case ASKI_UNIT_DAY:
  case ASKI_UNIT_COUNT:
    break;
  }
  return today;
}

static aski_date s_last_of_next(const clock_words *clock, aski_unit unit)
{
  clock_words later = *clock;
  int months = unit == ASKI_UNIT_YEAR ? 12 : unit == ASKI_UNIT_QUARTER ? 3 : unit == ASKI_UNIT_MONTH ? 1 : 0;
  int64_t days = unit == ASKI_UNIT_WEEK ? 7 : unit == ASKI_UNIT_DAY ? 1 : 0;
  later.today = s_plus_days(aski_date_add_months(clock->today, months), days);
  return s_last_of(&later, unit);
}

/* After "end of", "rest of": "March", "March 2027", "the month", "next week", "2026", "the day". */
static bool s_period_end(const clock_words *clock, size_t index, end_time *out_end)
{
  size_t i = index;
  bool next = false;
  while (s_is(clock, i, ASKI_IS(DETERMINER) | ASKI_IS(THIS) | ASKI_IS(NEXT))) {
    next = next || s_is(clock, i, ASKI_IS(NEXT));
    i += s_words(clock, i);
  }
  int value = 0;
  int year = 0;
  if (s_value(clock, i, ASKI_VALUE_MONTH, &value)) {
    bool given = s_year(clock, i + 1, &year);
    year = given ? year : clock->today.year + (value < clock->today.month);
    return s_date_end(clock, s_last_of_month(year, value), i + 1 + given, out_end);
  }
  if (s_value(clock, i, ASKI_VALUE_UNIT, &value)) {
    aski_date date = next ? s_last_of_next(clock, (aski_unit)value) : s_last_of(clock, (aski_unit)value);
    return s_date_end(clock, date, i + s_value_words(clock, i, ASKI_VALUE_UNIT), out_end);
  }
  if (s_value(clock, i, ASKI_VALUE_DAY, &value)) {
    return s_date_end(clock, s_plus_days(clock->today, value), i + s_value_words(clock, i, ASKI_VALUE_DAY), out_end);
  }
  if (s_year(clock, i, &year)) {
    return s_date_end(clock, s_last_of_month(year, 12), i + 1, out_end);
  }
  return false;
}

/* "Friday", "next Friday", "tomorrow". */
static bool s_day_word(const clock_words *clock, size_t index, end_time *out_end)
{
  size_t i = index;
  bool next = false;
  while (s_is(clock, i, ASKI_IS(THIS) | ASKI_IS(NEXT) | ASKI_IS(DETERMINER))) {
    next = next || s_is(clock, i, ASKI_IS(NEXT));
    i += s_words(clock, i);
  }
  int value = 0;
  if (s_value(clock, i, ASKI_VALUE_DAY, &value)) {
    return s_date_end(clock, s_plus_days(clock->today, value), i + s_value_words(clock, i, ASKI_VALUE_DAY), out_end);
  }
  if (!s_value(clock, i, ASKI_VALUE_WEEKDAY, &value)) {
    return false;
  }
  int ahead = (value - aski_date_weekday(clock->today) + 7) % 7;
  *out_end = (end_time){s_after_day(s_plus_days(clock->today, ahead)), NULL, i + 1};
  /* "next Friday" on a Wednesday is the day after tomorrow for some, nine days away for others. */
  out_end->problem = next || ahead == 0 ? "it is not clear which day that is" : NULL;
  return true;
}

/* A calendar day in any form, then perhaps a time of day, which is a question. */
static bool s_calendar(const clock_words *clock, size_t index, end_time *out_end)
{
  size_t i = index;
  while (s_is(clock, i, ASKI_IS(DETERMINER)) || (s_is(clock, i, ASKI_IS(FILLER)))) {
    i += s_words(clock, i);
  }
  if (s_at(clock, i) == NULL) {
    return false;
  }
  int weekday = 0;
  size_t dated = s_value(clock, i, ASKI_VALUE_WEEKDAY, &weekday) ? i + 1 : i; /* "Friday 27 March" */
  if ((dated > i && (s_numeric_date(clock, dated, out_end) || s_named_date(clock, dated, out_end))) ||
      s_moment(clock, i, out_end) || s_numeric_date(clock, i, out_end) || s_named_date(clock, i, out_end)) {
    return true;
  }
  if (s_is(clock, i, ASKI_IS(END_OF))) {
    return s_period_end(clock, i + s_words(clock, i), out_end);
  }
  return s_day_word(clock, index, out_end);
}

static void s_set(clock_words *clock, size_t first, const end_time *end)
{
  aski_work *work = clock->work;
  for (size_t i = first; i < end->next && i < clock->last; ++i) {
    aski_token_at(work, i)->account = ASKI_ACCOUNT_TIME;
  }
  work->time_last = end->next;
  if (work->time_state == ASKI_TIME_NONE) {
    work->time_first = first;
  }
  const char *problem = end->problem;
  if (problem == NULL && end->at_ms <= work->input->now_ms) {
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

static size_t s_bad(clock_words *clock, size_t first, size_t next, const char *problem)
{
  end_time end = {0, problem, next > clock->last ? clock->last : next};
  s_set(clock, first, &end);
  return end.next;
}

/* "until …": a day, a length ("up to 30 days"), for ever, or a question. */
static size_t s_read_until(clock_words *clock, size_t index)
{
  size_t after = index + s_words(clock, index);
  end_time end = {0};
  if (s_is(clock, after, ASKI_IS(FOREVER))) {
    return index;
  }
  if (s_calendar(clock, after, &end) || s_length(clock, after, &end)) {
    int64_t hour = 0;
    bool time_of_day = s_number(s_at(clock, end.next), &hour) && s_at(clock, end.next) != NULL &&
                       (s_at(clock, end.next)->gap & (ASKI_GAP_COMMA | ASKI_GAP_STOP)) == 0;
    end.problem = time_of_day && end.problem == NULL ? s_unknown_end : end.problem;
    s_set(clock, index, &end);
    return end.next;
  }
  return s_is(clock, index, ASKI_IS(IN)) ? index : s_bad(clock, index, after, s_unknown_end);
}

/* "by Friday" is when it is wanted; "by 31 March" could be either. */
static size_t s_read_by(clock_words *clock, size_t index)
{
  size_t after = index + s_words(clock, index);
  end_time end = {0};
  if (s_day_word(clock, after, &end) ||
      (s_is(clock, s_skip_small(clock, after), ASKI_IS(END_OF)) && s_calendar(clock, after, &end))) {
    for (size_t i = index; i < end.next; ++i) {
      aski_token_at(clock->work, i)->account = ASKI_ACCOUNT_TIME;
    }
    return end.next;
  }
  if (s_calendar(clock, after, &end)) {
    return s_bad(clock, index, end.next, "it is not clear whether the access ends or is wanted by that day");
  }
  return index;
}

/* "starting Monday", "from 1 May": later; "from today", "starting now": now. */
static size_t s_read_begin(clock_words *clock, size_t index)
{
  size_t after = index + s_words(clock, index);
  end_time end = {0};
  if (s_is(clock, after, ASKI_IS(FILLER))) {
    aski_token_at(clock->work, index)->account = ASKI_ACCOUNT_TIME;
    return after;
  }
  int period = 0;
  size_t unit = s_skip_small(clock, after);
  bool next_period = s_is(clock, after, ASKI_IS(NEXT)) && s_value(clock, unit, ASKI_VALUE_UNIT, &period);
  if (next_period) {
    return s_bad(clock, index, unit + 1, s_later);
  }
  if (!s_calendar(clock, after, &end)) {
    return s_length(clock, after, &end) || s_value(clock, after, ASKI_VALUE_MONTH, &period)
               ? s_bad(clock, index, end.next > after ? end.next : after + 1, s_later)
               : index;
  }
  int64_t today_end = s_after_day(clock->today);
  if (end.at_ms != today_end || end.problem != NULL) {
    return s_bad(clock, index, end.next, s_later);
  }
  for (size_t i = index; i < end.next; ++i) {
    aski_token_at(clock->work, i)->account = ASKI_ACCOUNT_TIME;
  }
  return end.next;
}

/* "for 30 days", "for the rest of the month", "for today", "for this week". */
static size_t s_read_for(clock_words *clock, size_t index)
{
  size_t after = index + s_words(clock, index);
  end_time end = {0};
  size_t bare = s_skip_small(clock, after);
  if (s_is(clock, bare, ASKI_IS(END_OF)) && s_period_end(clock, bare + s_words(clock, bare), &end)) {
    s_set(clock, index, &end);
    return end.next;
  }
  if (s_length(clock, after, &end)) {
    s_set(clock, index, &end);
    return end.next;
  }
  int value = 0;
  bool next = s_is(clock, after, ASKI_IS(NEXT));
  bool this = s_is(clock, after, ASKI_IS(THIS));
  if ((this || next) && s_value(clock, s_skip_small(clock, after + 1), ASKI_VALUE_UNIT, &value)) {
    if (next) {
      return s_bad(clock, index, after + 2, s_later);
    }
    (void)s_period_end(clock, after, &end);
    s_set(clock, index, &end);
    return end.next;
  }
  if (s_value(clock, after, ASKI_VALUE_DAY, &value)) {
    end = (end_time){s_after_day(s_plus_days(clock->today, value)), value == 0 ? NULL : s_later,
                     after + s_value_words(clock, after, ASKI_VALUE_DAY)};
    s_set(clock, index, &end);
    return end.next;
  }
  if (s_value(clock, bare, ASKI_VALUE_WEEKDAY, &value)) {
    return s_bad(clock, index, bare + 1, s_later);
  }
  if (s_value(clock, bare, ASKI_VALUE_UNIT, &value) || s_value(clock, bare, ASKI_VALUE_MONTH, &value)) {
    size_t next_word = bare + 1;
    while (s_is(clock, next_word, ASKI_IS(DETERMINER)) || s_value(clock, next_word, ASKI_VALUE_MONTH, &value)) {
      next_word += s_words(clock, next_word);
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
static size_t s_read_on(clock_words *clock, size_t index)
{
  size_t after = index + s_words(clock, index);
  end_time end = {0};
  int value = 0;
  bool weekday = s_value(clock, s_skip_small(clock, after), ASKI_VALUE_WEEKDAY, &value);
  if (weekday && s_is_application(clock->work, s_skip_small(clock, after))) {
    return index;
  }
  if (weekday || s_numeric_date(clock, after, &end) || s_named_date(clock, after, &end)) {
    return s_bad(clock, index, end.next > after ? end.next : s_skip_small(clock, after) + 1, s_later);
  }
  return index;
}

/* "30 days", "next week", "this month only" without a preposition. */
static size_t s_read_bare(clock_words *clock, size_t index, bool labelled)
{
  end_time end = {0};
  int value = 0;
  if (labelled && s_calendar(clock, index, &end)) {
    s_set(clock, index, &end);
    return end.next;
  }
  if (s_length(clock, index, &end)) {
    s_set(clock, index, &end);
    return end.next;
  }
  if (s_is(clock, index, ASKI_IS(THIS)) && s_value(clock, index + 1, ASKI_VALUE_UNIT, &value) &&
      s_period_end(clock, index, &end)) {
    s_set(clock, index, &end);
    return end.next;
  }
  bool later = s_is(clock, index, ASKI_IS(NEXT)) && (s_value(clock, index + 1, ASKI_VALUE_UNIT, &value) ||
                                                     s_value(clock, index + 1, ASKI_VALUE_WEEKDAY, &value) ||
                                                     s_value(clock, index + 1, ASKI_VALUE_MONTH, &value));
  if (s_value(clock, index, ASKI_VALUE_DAY, &value) && value > 0) {
    return s_bad(clock, index, index + s_value_words(clock, index, ASKI_VALUE_DAY), s_later);
  }
  return later ? s_bad(clock, index, index + 2, s_later) : index;
}

static size_t s_read_at(clock_words *clock, size_t index, bool labelled)
{
  size_t next = index;
  const aski_token *token = s_at(clock, index);
  if (token->names > 0 && !s_is(clock, index, ASKI_IS(UNTIL))) {
    return index;
  }
  if (s_is(clock, index, ASKI_IS(UNTIL))) {
    next = s_read_until(clock, index);
  } else if (s_is(clock, index, ASKI_IS(BY))) {
    next = s_read_by(clock, index);
  } else if (s_is(clock, index, ASKI_IS(BEGIN))) {
    next = s_read_begin(clock, index);
  } else if (s_is(clock, index, ASKI_IS(FOR))) {
    next = s_read_for(clock, index);
  } else if (s_is(clock, index, ASKI_IS(IN))) {
    next = s_read_on(clock, index);
  }
  return next > index ? next : s_read_bare(clock, index, labelled);
}

static bool s_is_read(const aski_work *work, const aski_part *part)
{
  bool of_it =
      part->kind == ASKI_PART_BACKGROUND && (aski_token_at(work, part->first)->single & ASKI_IS(DETERMINER)) != 0;
  if (of_it) { /* "it is needed for two weeks" */
    return true;
  }
  return part->kind == ASKI_PART_CORE || part->kind == ASKI_PART_SOFT ||
         (part->kind == ASKI_PART_FIELD && (part->label & ASKI_IS(LABEL_TIME)) != 0) ||
         (part->kind == ASKI_PART_PLAIN && part->last - part->first <= PLAIN_WORDS &&
          (part->marks & (ASKI_IS(VERB) | ASKI_IS(ASK))) == 0);
}

static void s_read_part(aski_work *work, const aski_part *part, bool *vague)
{
  clock_words clock = {work, part->first, part->last, aski_date_from_days(0)};
  int64_t now = work->input->now_ms;
  clock.today =
      aski_date_from_days((now - (now % ASKI_MS_PER_DAY + ASKI_MS_PER_DAY) % ASKI_MS_PER_DAY) / ASKI_MS_PER_DAY);
  bool labelled = part->kind == ASKI_PART_FIELD;
  for (size_t i = part->first; i < part->last;) {
    *vague = *vague || s_is(&clock, i, ASKI_IS(VAGUE));
    size_t next = (part->kind == ASKI_PART_SOFT || part->kind == ASKI_PART_BACKGROUND) &&
                          !s_is(&clock, i, ASKI_IS(UNTIL) | ASKI_IS(FOR))
                      ? i
                      : s_read_at(&clock, i, labelled);
    i = next > i ? next : i + 1;
  }
  if (labelled && work->time_state == ASKI_TIME_NONE && part->last > part->first &&
      aski_extract_skip(work, part->first, part->last, ASKI_IS(FOREVER) | ASKI_IS(FILLER) | ASKI_IS(DETERMINER)) <
          part->last) {
    (void)s_bad(&clock, part->first, part->last, s_unknown_end);
  }
}

void aski_extract_durations(aski_work *work)
{
  bool vague = false;
  for (size_t i = 0; i < work->parts.count; ++i) {
    const aski_part *part = &work->parts.items[i];
    if (s_is_read(work, part)) {
      s_read_part(work, part, &vague);
    }
  }
  if (vague && work->time_state == ASKI_TIME_NONE) {
    work->time_state = ASKI_TIME_BAD;
    work->time_problem = s_no_end;
  }
}
