/* SPDX-License-Identifier: Apache-2.0
 *
 * Times and durations that are wanted: from here, up to there, some values left out. Durations are in minutes, the smallest unit in which
 * people ask; a limit between two is moved to the stricter one. */
#include "base/time.h"
#include "policy/wanted.h"

/* An operator without its negation: which order of value and operand it accepts. */
typedef enum order { ORDER_NONE, ORDER_EQUAL, ORDER_LESS, ORDER_AT_MOST, ORDER_MORE, ORDER_AT_LEAST } order;

static order s_order(aski_policy_operator op)
{
  switch ((int)op) {
  case ASKI_POLICY_NUMERIC_EQUALS:
  case ASKI_POLICY_NUMERIC_NOT_EQUALS:
  case ASKI_POLICY_DATE_EQUALS:
  case ASKI_POLICY_DATE_NOT_EQUALS:
    return ORDER_EQUAL;
  case ASKI_POLICY_NUMERIC_LESS_THAN:
  case ASKI_POLICY_DATE_LESS_THAN:
    return ORDER_LESS;
  case ASKI_POLICY_NUMERIC_LESS_THAN_EQUALS:
  case ASKI_POLICY_DATE_LESS_THAN_EQUALS:
    return ORDER_AT_MOST;
  case ASKI_POLICY_NUMERIC_GREATER_THAN:
  case ASKI_POLICY_DATE_GREATER_THAN:
    return ORDER_MORE;
  case ASKI_POLICY_NUMERIC_GREATER_THAN_EQUALS:
  case ASKI_POLICY_DATE_GREATER_THAN_EQUALS:
    return ORDER_AT_LEAST;
  default:
    return ORDER_NONE;
  }
}

static order s_opposite(order of)
{
  static const order opposites[] = {ORDER_NONE, ORDER_EQUAL, ORDER_AT_LEAST, ORDER_MORE, ORDER_AT_MOST, ORDER_LESS};
  return opposites[of];
}

static bool s_is_upper(order of) { return of == ORDER_LESS || of == ORDER_AT_MOST; }

/* Of bounds of one kind, which is further up: "less than 5" is below "at most 5", "more than 5" above "at least 5". */
static int64_t s_height(const aski_policy_bound *bound, bool upper)
{
  return 2 * bound->at + (bound->strict ? (upper ? -1 : 1) : 0);
}

/* What the order means for values that are a whole number of the bound's units, or lie between two. */
static aski_policy_bound s_bound(const aski_policy_cut *cut, order wanted)
{
  int64_t next = cut->units + (cut->exact ? 0 : 1); /* rounded up */
  if (cut->unit_ms == ASKI_POLICY_MINUTE_MS || cut->unit_ms == 1) {
    bool strict = (wanted == ORDER_LESS || wanted == ORDER_MORE) && cut->exact;
    return (aski_policy_bound){true, strict, s_is_upper(wanted) ? cut->units : next};
  }
  /* aws:EpochTime counts seconds that are full, so that it stays at one for a second. */
  if (s_is_upper(wanted)) {
    int64_t end = wanted == ORDER_LESS ? next : cut->units + 1;
    return (aski_policy_bound){true, true, end * cut->unit_ms};
  }
  return (aski_policy_bound){true, false, (wanted == ORDER_MORE ? cut->units + 1 : next) * cut->unit_ms};
}

static void s_tighten(aski_policy_wanted *wanted, const aski_policy_bound *bound, bool upper)
{
  aski_policy_bound *present = upper ? &wanted->most : &wanted->least;
  bool tighter =
      upper ? s_height(bound, upper) < s_height(present, upper) : s_height(bound, upper) > s_height(present, upper);
  if (!present->set || tighter) {
    *present = *bound;
  }
}

/* In the order to one of the values: the loosest of their bounds. False where there is none to read. */
static bool s_to_any(aski_policy_wanted *wanted, const aski_policy_clause *clause, order fits)
{
  aski_policy_bound loosest = {.set = false};
  bool upper = s_is_upper(fits);
  for (size_t i = 0; i < clause->values.count; ++i) {
    aski_policy_cut cut;
    if (aski_policy_cut_read(&cut, clause, clause->values.items[i])) {
      aski_policy_bound bound = s_bound(&cut, fits);
      bool looser = (s_height(&bound, upper) > s_height(&loosest, upper)) == upper;
      loosest = !loosest.set || looser ? bound : loosest;
    }
  }
  if (loosest.set) {
    s_tighten(wanted, &loosest, upper);
  }
  return loosest.set;
}

/* In the order to none of the values: in the opposite one to all. */
static void s_to_none(aski_policy_wanted *wanted, const aski_policy_clause *clause, order avoids)
{
  order wants = s_opposite(avoids);
  for (size_t i = 0; i < clause->values.count; ++i) {
    aski_policy_cut cut;
    if (aski_policy_cut_read(&cut, clause, clause->values.items[i])) {
      aski_policy_bound bound = s_bound(&cut, wants);
      s_tighten(wanted, &bound, s_is_upper(wants));
    }
  }
}

/* Only a duration can be exactly something: nobody asks at a millisecond. */
static bool s_equal(aski_policy_wanted *wanted, const aski_policy_clause *clause)
{
  for (size_t i = 0; wanted->what == ASKI_POLICY_DURATION && i < clause->values.count; ++i) {
    aski_policy_cut cut;
    if (aski_policy_cut_read(&cut, clause, clause->values.items[i]) && cut.exact &&
        cut.units * cut.unit_ms == wanted->tried.number_ms) {
      aski_policy_bound bound = {true, false, cut.units};
      s_tighten(wanted, &bound, false);
      s_tighten(wanted, &bound, true);
      return true;
    }
  }
  return false;
}

static void s_unequal(aski_policy_wanted *wanted, aski_arena *arena, const aski_policy_clause *clause)
{
  for (size_t i = 0; i < clause->values.count; ++i) {
    aski_policy_cut cut;
    if (!aski_policy_cut_read(&cut, clause, clause->values.items[i])) {
      continue;
    }
    if (wanted->what == ASKI_POLICY_TIME) { /* on the side on which the time is that was tried */
      bool later = wanted->tried.number_ms > cut.units * cut.unit_ms;
      aski_policy_bound bound = s_bound(&cut, later ? ORDER_MORE : ORDER_LESS);
      s_tighten(wanted, &bound, !later);
    } else if (cut.exact) {
      int64_t *added = ASKI_ARENA_PUSH(arena, &wanted->others);
      if (added != NULL) {
        *added = cut.units;
      }
    }
  }
}

/* Numbers of a text, or dates of a duration: which texts would do is not told in numbers. */
static bool s_is_comparable(const aski_policy_clause *clause)
{
  aski_policy_family family = aski_policy_operator_family(clause->op);
  aski_policy_cut cut;
  askiam_str number = ASKI_STR("1");
  return (family == ASKI_POLICY_OF_NUMBERS || family == ASKI_POLICY_OF_DATES) &&
         aski_policy_cut_read(&cut, clause, number);
}

bool aski_policy_want_span(aski_policy_wanted *wanted, aski_arena *arena, const aski_policy_clause *clause, bool hold)
{
  if (!s_is_comparable(clause)) {
    return false;
  }
  order accepts = s_order(clause->op);
  bool fit = hold != aski_policy_operator_negated(clause->op);
  if (accepts == ORDER_EQUAL && fit) {
    return s_equal(wanted, clause);
  }
  if (accepts == ORDER_EQUAL) {
    s_unequal(wanted, arena, clause);
  } else if (fit) {
    return s_to_any(wanted, clause, accepts);
  } else {
    s_to_none(wanted, clause, accepts);
  }
  return true;
}

void aski_policy_want_longer(aski_policy_wanted *wanted, int64_t duration_ms)
{
  int64_t minutes = duration_ms / ASKI_POLICY_MINUTE_MS;
  bool exact = duration_ms % ASKI_POLICY_MINUTE_MS == 0;
  aski_policy_bound bound = {true, exact, exact ? minutes : minutes + 1};
  s_tighten(wanted, &bound, false);
}

void aski_policy_want_before(aski_policy_wanted *wanted, int64_t time_ms)
{
  aski_policy_bound bound = {true, true, time_ms};
  s_tighten(wanted, &bound, true);
}

static bool s_settle_duration(aski_policy_wanted *wanted)
{
  if (wanted->most.set && wanted->most.at > ASKI_POLICY_MINUTES_MAX) {
    wanted->most.set = false;
  }
  if (wanted->least.set && s_height(&wanted->least, false) <= 0) {
    wanted->least.set = false;
  }
  size_t kept = 0;
  for (size_t i = 0; i < wanted->others.count; ++i) {
    int64_t minutes = wanted->others.items[i];
    bool possible = minutes > 0 && (!wanted->most.set || 2 * minutes <= s_height(&wanted->most, true)) &&
                    (!wanted->least.set || 2 * minutes >= s_height(&wanted->least, false));
    for (size_t j = 0; j < kept; ++j) {
      possible = possible && wanted->others.items[j] != minutes;
    }
    if (possible) {
      wanted->others.items[kept++] = minutes;
    }
  }
  wanted->others.count = kept;
  return kept <= ASKI_POLICY_EXCEPTIONS_MAX && (!wanted->most.set || wanted->most.at - wanted->most.strict > 0);
}

/* Told in whole seconds, so moved to the inner ones. */
static bool s_settle_time(aski_policy_wanted *wanted)
{
  aski_policy_bound *least = &wanted->least;
  if (!least->set) {
    *least = (aski_policy_bound){true, false, wanted->tried.number_ms};
  }
  if (least->at % 1000 != 0) {
    *least = (aski_policy_bound){true, false, least->at + (1000 - least->at % 1000)};
  }
  wanted->most.set = wanted->most.set && wanted->most.at <= ASKI_TIME_MAX_MS; /* later than that is never */
  wanted->most.at -= wanted->most.at % 1000;
  return !wanted->most.set || wanted->most.at > least->at;
}

bool aski_policy_settle_span(aski_policy_wanted *wanted)
{
  return wanted->what == ASKI_POLICY_DURATION ? s_settle_duration(wanted) : s_settle_time(wanted);
}

bool aski_policy_wanted_shortens(const aski_policy_wanted *wanted, int64_t present_ms)
{
  if (wanted->what != ASKI_POLICY_DURATION || wanted->tried.number_ms == 0) {
    return false;
  }
  return present_ms == 0 || (wanted->most.set && wanted->most.at <= present_ms / ASKI_POLICY_MINUTE_MS);
}
