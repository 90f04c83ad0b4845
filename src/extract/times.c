/* SPDX-License-Identifier: Apache-2.0
 *
 * Days and lengths of time in tokens: "30 days", "31 March 2027", "the end of the month", "3/4/2026" (a question). */
#include "extract/times.h"

static const char *const s_past = "that end lies in the past";
static const char *const s_unknown_end = "that end was not understood";
static const char *const s_ambiguous = "the order of day and month in that date is not clear";
static const char *const s_zero = "that duration is zero or too long";

const aski_token *aski_times_at(const aski_clock_words *clock, size_t index)
{
  return index < clock->last ? aski_token_at(clock->work, index) : NULL;
}

bool aski_times_is(const aski_clock_words *clock, size_t index, uint64_t what)
{
  const aski_token *token = aski_times_at(clock, index);
  return token != NULL && token->phrase != NULL && (token->phrase->is & what) != 0;
}

size_t aski_times_words(const aski_clock_words *clock, size_t index)
{
  const aski_token *token = aski_times_at(clock, index);
  return token == NULL || token->phrase == NULL ? 1 : token->phrase->words;
}

bool aski_times_value(const aski_clock_words *clock, size_t index, aski_value value, int *out_number)
{
  const aski_token *token = aski_times_at(clock, index);
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

size_t aski_times_value_words(const aski_clock_words *clock, size_t index, aski_value value)
{
  const aski_token *token = aski_times_at(clock, index);
  return token->phrase != NULL && (token->phrase->has_value & (1u << value)) != 0 ? token->phrase->words : 1;
}

bool aski_times_number(const aski_token *token, int64_t *out_number)
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

int64_t aski_times_after_day(aski_date date) { return s_day_ms(date) + ASKI_MS_PER_DAY; }

aski_date aski_times_plus_days(aski_date date, int64_t days)
{
  return aski_date_from_days(aski_date_to_days(date) + days);
}

/* now + twice_count/2 units; months and years by the calendar. */
static int64_t s_after(const aski_clock_words *clock, int64_t twice_count, aski_unit unit)
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
static bool s_digits_and_unit(const aski_clock_words *clock, size_t index, int64_t *out_count, int *out_unit)
{
  const aski_token *token = aski_times_at(clock, index);
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

size_t aski_times_skip_small(const aski_clock_words *clock, size_t index)
{
  int unused = 0;
  while (aski_times_is(clock, index, ASKI_IS(DETERMINER) | ASKI_IS(FILLER) | ASKI_IS(NEXT)) &&
         !aski_times_value(clock, index, ASKI_VALUE_NUMBER, &unused)) {
    index += aski_times_words(clock, index);
  }
  return index;
}

/* "30 days", "a week", "half a year", "two and a half weeks" (a question), "24h", "1,000 days". */
bool aski_times_length(const aski_clock_words *clock, size_t index, aski_end_time *out_end)
{
  size_t i = aski_times_skip_small(clock, index);
  int64_t count = 0;
  int unit = 0;
  if (s_digits_and_unit(clock, i, &count, &unit)) {
    *out_end = (aski_end_time){s_after(clock, count * 2, (aski_unit)unit), NULL, i + 1};
    out_end->problem = out_end->at_ms == 0 ? s_zero : NULL;
    return true;
  }
  int twice = 0;
  bool article_first = false;
  size_t numbers = 0;
  int64_t total = 1;
  bool whole = true;
  for (; numbers < 4; ++numbers) {
    if (aski_times_number(aski_times_at(clock, i), &count)) {
      whole = whole && (numbers == 0 || article_first); /* "1.5", "2 3": not one number; "a 30 day" is */
      article_first = false;
      total = count * 2;
      ++i;
    } else if (aski_times_value(clock, i, ASKI_VALUE_NUMBER, &twice)) {
      bool half = numbers > 0 && total == 1 && twice == 2; /* "half a" */
      bool article = article_first;                        /* "a one week" */
      whole = whole && (numbers == 0 || half || article);
      total = numbers == 0 || article ? twice : total;
      article_first = numbers == 0 && twice == 2;
      i += aski_times_value_words(clock, i, ASKI_VALUE_NUMBER);
    } else {
      break;
    }
  }
  i = aski_times_is(clock, i, ASKI_IS(FILLER)) ? i + aski_times_words(clock, i) : i;
  if (numbers == 0 || !aski_times_value(clock, i, ASKI_VALUE_UNIT, &unit)) {
    return false;
  }
  bool in_words = (aski_times_at(clock, i - 1)->shape & ASKI_SHAPE_NUMBER) == 0;
  if (in_words && aski_times_at(clock, i)->key.length <= 2) { /* "an HR lead" is no hour */
    return false;
  }
  i += aski_times_value_words(clock, i, ASKI_VALUE_UNIT);
  *out_end = (aski_end_time){whole ? s_after(clock, total, (aski_unit)unit) : 0, NULL, i};
  out_end->problem = !whole ? s_unknown_end : out_end->at_ms == 0 ? s_zero : NULL;
  return true;
}

static bool s_date_end(const aski_clock_words *clock, aski_date date, size_t next, aski_end_time *out_end)
{
  bool valid = aski_date_valid(date);
  *out_end = (aski_end_time){valid ? aski_times_after_day(date) : 0, valid ? NULL : s_unknown_end, next};
  if (valid && out_end->at_ms <= clock->work->input->now_ms) {
    out_end->problem = s_past;
  }
  return true;
}

/* 2027-03-31, 31.12.2026, 31/12/2026; 3/4/2026 is a question. */
bool aski_times_numeric_date(const aski_clock_words *clock, size_t index, aski_end_time *out_end)
{
  int64_t part[3];
  size_t digits[3];
  for (size_t i = 0; i < 3; ++i) {
    const aski_token *token = aski_times_at(clock, index + i);
    if (!aski_times_number(token, &part[i]) || (i > 0 && (token->gap & ASKI_GAP_TIGHT) == 0)) {
      return false;
    }
    digits[i] = token->key.length;
  }
  aski_date date = {0};
  bool dotted = clock->work->input->text.data[aski_times_at(clock, index)->end] == '.';
  if (digits[0] == 4) {
    date = (aski_date){(int)part[0], (int)part[1], (int)part[2]};
  } else if (digits[2] == 4 && (dotted || part[0] > 12 || part[0] == part[1])) {
    date = (aski_date){(int)part[2], (int)part[1], (int)part[0]};
  } else if (digits[2] == 4 && part[1] > 12) {
    date = (aski_date){(int)part[2], (int)part[0], (int)part[1]};
  } else {
    *out_end = (aski_end_time){0, s_ambiguous, index + 3};
    return true;
  }
  return s_date_end(clock, date, index + 3, out_end);
}

/* "2027-03-31T18:00:00Z", "2027-03-31 18:00Z": the exact moment. */
static bool s_moment(const aski_clock_words *clock, size_t index, aski_end_time *out_end)
{
  const aski_token *first = aski_times_at(clock, index);
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
  while (next < clock->last && aski_times_at(clock, next)->start < first->start + length) {
    ++next;
  }
  out_end->next = next;
  out_end->problem = out_end->at_ms <= clock->work->input->now_ms ? s_past : NULL;
  return true;
}

static bool s_day_number(const aski_clock_words *clock, size_t index, int *out_day)
{
  const aski_token *token = aski_times_at(clock, index);
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

static bool s_year(const aski_clock_words *clock, size_t index, int *out_year)
{
  int64_t number = 0;
  const aski_token *token = aski_times_at(clock, index);
  if (!aski_times_number(token, &number) || token->key.length != 4 || number < 1900 ||
      (token->gap & ASKI_GAP_STOP) != 0) {
    return false;
  }
  *out_year = (int)number;
  return true;
}

/* "31 March 2027", "March 31st, 2027", "31 March": without a year the next such day. */
bool aski_times_named_date(const aski_clock_words *clock, size_t index, aski_end_time *out_end)
{
  int day = 0;
  int month = 0;
  int year = 0;
  size_t i = index;
  if (s_day_number(clock, i, &day)) {
    ++i;
    while (aski_times_is(clock, i, ASKI_IS(DETERMINER) | ASKI_IS(END_OF)) ||
           (aski_times_at(clock, i) != NULL && aski_times_is(clock, i, ASKI_IS(FILLER)))) {
      ++i;
    }
    if (!aski_times_value(clock, i, ASKI_VALUE_MONTH, &month)) {
      return false;
    }
    ++i;
  } else {
    if (!aski_times_value(clock, i, ASKI_VALUE_MONTH, &month)) {
      return false;
    }
    ++i;
    i += aski_times_is(clock, i, ASKI_IS(DETERMINER)) ? 1u : 0u;
    if (!s_day_number(clock, i, &day)) {
      return false;
    }
    ++i;
  }
  bool given = s_year(clock, i, &year);
  aski_date date = {given ? year : clock->today.year, month, day};
  if (!given && aski_date_valid(date) && aski_times_after_day(date) <= clock->work->input->now_ms) {
    ++date.year;
  }
  return s_date_end(clock, date, i + given, out_end);
}

static aski_date s_last_of_month(int year, int month)
{
  return (aski_date){year, month, aski_days_in_month(year, month)};
}

/* The last day of this week (Sunday), month, quarter or year. */
static aski_date s_last_of(const aski_clock_words *clock, aski_unit unit)
{
  aski_date today = clock->today;
  switch (unit) {
  case ASKI_UNIT_WEEK:
    return aski_times_plus_days(today, (7 - aski_date_weekday(today)) % 7);
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

static aski_date s_last_of_next(const aski_clock_words *clock, aski_unit unit)
{
  aski_clock_words later = *clock;
  int months = unit == ASKI_UNIT_YEAR ? 12 : unit == ASKI_UNIT_QUARTER ? 3 : unit == ASKI_UNIT_MONTH ? 1 : 0;
  int64_t days = unit == ASKI_UNIT_WEEK ? 7 : unit == ASKI_UNIT_DAY ? 1 : 0;
  later.today = aski_times_plus_days(aski_date_add_months(clock->today, months), days);
  return s_last_of(&later, unit);
}

/* After "end of", "rest of": "March", "March 2027", "the month", "next week", "2026", "the day". */
bool aski_times_period_end(const aski_clock_words *clock, size_t index, aski_end_time *out_end)
{
  size_t i = index;
  bool next = false;
  while (aski_times_is(clock, i, ASKI_IS(DETERMINER) | ASKI_IS(THIS) | ASKI_IS(NEXT))) {
    next = next || aski_times_is(clock, i, ASKI_IS(NEXT));
    i += aski_times_words(clock, i);
  }
  int value = 0;
  int year = 0;
  if (aski_times_value(clock, i, ASKI_VALUE_MONTH, &value)) {
    bool given = s_year(clock, i + 1, &year);
    year = given ? year : clock->today.year + (value < clock->today.month);
    return s_date_end(clock, s_last_of_month(year, value), i + 1 + given, out_end);
  }
  if (aski_times_value(clock, i, ASKI_VALUE_UNIT, &value)) {
    aski_date date = next ? s_last_of_next(clock, (aski_unit)value) : s_last_of(clock, (aski_unit)value);
    return s_date_end(clock, date, i + aski_times_value_words(clock, i, ASKI_VALUE_UNIT), out_end);
  }
  if (aski_times_value(clock, i, ASKI_VALUE_DAY, &value)) {
    return s_date_end(clock, aski_times_plus_days(clock->today, value),
                      i + aski_times_value_words(clock, i, ASKI_VALUE_DAY), out_end);
  }
  if (s_year(clock, i, &year)) {
    return s_date_end(clock, s_last_of_month(year, 12), i + 1, out_end);
  }
  return false;
}

/* "Friday", "next Friday", "tomorrow". */
bool aski_times_day_word(const aski_clock_words *clock, size_t index, aski_end_time *out_end)
{
  size_t i = index;
  bool next = false;
  while (aski_times_is(clock, i, ASKI_IS(THIS) | ASKI_IS(NEXT) | ASKI_IS(DETERMINER))) {
    next = next || aski_times_is(clock, i, ASKI_IS(NEXT));
    i += aski_times_words(clock, i);
  }
  int value = 0;
  if (aski_times_value(clock, i, ASKI_VALUE_DAY, &value)) {
    return s_date_end(clock, aski_times_plus_days(clock->today, value),
                      i + aski_times_value_words(clock, i, ASKI_VALUE_DAY), out_end);
  }
  if (!aski_times_value(clock, i, ASKI_VALUE_WEEKDAY, &value)) {
    return false;
  }
  int ahead = (value - aski_date_weekday(clock->today) + 7) % 7;
  *out_end = (aski_end_time){aski_times_after_day(aski_times_plus_days(clock->today, ahead)), NULL, i + 1};
  /* "next Friday" on a Wednesday is the day after tomorrow for some, nine days away for others. */
  out_end->problem = next || ahead == 0 ? "it is not clear which day that is" : NULL;
  return true;
}

/* A calendar day in any form, then perhaps a time of day, which is a question. */
bool aski_times_calendar(const aski_clock_words *clock, size_t index, aski_end_time *out_end)
{
  size_t i = index;
  while (aski_times_is(clock, i, ASKI_IS(DETERMINER)) || (aski_times_is(clock, i, ASKI_IS(FILLER)))) {
    i += aski_times_words(clock, i);
  }
  if (aski_times_at(clock, i) == NULL) {
    return false;
  }
  int weekday = 0;
  size_t dated = aski_times_value(clock, i, ASKI_VALUE_WEEKDAY, &weekday) ? i + 1 : i; /* "Friday 27 March" */
  if ((dated > i && (aski_times_numeric_date(clock, dated, out_end) || aski_times_named_date(clock, dated, out_end))) ||
      s_moment(clock, i, out_end) || aski_times_numeric_date(clock, i, out_end) ||
      aski_times_named_date(clock, i, out_end)) {
    return true;
  }
  if (aski_times_is(clock, i, ASKI_IS(END_OF))) {
    return aski_times_period_end(clock, i + aski_times_words(clock, i), out_end);
  }
  return aski_times_day_word(clock, index, out_end);
}
