/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/changes.h"

#include <arpa/inet.h>

#include "base/time.h"
#include "policy/values.h"
#include "policy/words.h"

/* How long is tried where any end will do. */
enum { SOME_SECONDS = 30 * 86400, ADDRESS_TEXT_BYTES = 46 };

typedef struct deriving {
  aski_policy_changes *changes;
  aski_arena *arena;
  int64_t now_ms;
} deriving;

static void s_add(const deriving *to, aski_policy_change change)
{
  if (to->changes->count < ASKI_POLICY_CHANGES_MAX) {
    aski_policy_change *added = ASKI_ARENA_PUSH(to->arena, to->changes);
    if (added != NULL) {
      *added = change;
    }
  }
}

/* An operator without its negation: which order of value and operand it accepts. */
typedef enum order {
  ORDER_NONE, /* it compares otherwise */
  ORDER_EQUAL,
  ORDER_LESS,
  ORDER_AT_MOST,
  ORDER_MORE,
  ORDER_AT_LEAST
} order;

static order s_order(aski_policy_operator op)
{
  switch ((int)op) {
  case ASKI_POLICY_NUMERIC_EQUALS:
  case ASKI_POLICY_NUMERIC_NOT_EQUALS:
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

static bool s_is_negated(aski_policy_operator op)
{
  switch ((int)op) {
  case ASKI_POLICY_STRING_NOT_EQUALS:
  case ASKI_POLICY_STRING_NOT_EQUALS_IGNORE_CASE:
  case ASKI_POLICY_STRING_NOT_LIKE:
  case ASKI_POLICY_NUMERIC_NOT_EQUALS:
  case ASKI_POLICY_NOT_IP_ADDRESS:
    return true;
  default:
    return false;
  }
}

static bool s_has_variable(askiam_str text)
{
  for (size_t i = 0; i + 1 < text.length; ++i) {
    if (text.data[i] == '$' && text.data[i + 1] == '{') {
      return true;
    }
  }
  return false;
}

/* {manner, what is tried in place of the operand} of an order, for durations. */
static void s_add_duration(const deriving *to, order wanted, bool equal, int64_t seconds)
{
  static const struct {
    aski_policy_manner manner;
    int64_t offset;
  } manners[] = {[ORDER_EQUAL] = {ASKI_POLICY_EXACTLY, 0},
                 [ORDER_LESS] = {ASKI_POLICY_LESS, -1},
                 [ORDER_AT_MOST] = {ASKI_POLICY_AT_MOST, 0},
                 [ORDER_MORE] = {ASKI_POLICY_MORE, 1},
                 [ORDER_AT_LEAST] = {ASKI_POLICY_AT_LEAST, 0}};
  aski_policy_change change = {.what = ASKI_POLICY_DURATION, .manner = manners[wanted].manner, .told_value = seconds};
  change.number = seconds + manners[wanted].offset;
  if (wanted == ORDER_EQUAL && !equal) {
    change.manner = ASKI_POLICY_OTHER;
    change.number = seconds > 1 ? seconds - 1 : seconds + 1;
  }
  if (change.number > 0) {
    s_add(to, change);
  }
}

static void s_durations(const deriving *to, const aski_policy_clause *clause, bool hold)
{
  if (clause->op == ASKI_POLICY_NULL) {
    for (size_t i = 0; i < clause->values.count; ++i) {
      bool absent = (clause->values.items[i].length == 4) == hold; /* "true", in whichever case */
      s_add(to, (aski_policy_change){.what = ASKI_POLICY_DURATION,
                                     .manner = absent ? ASKI_POLICY_NONE : ASKI_POLICY_SOME,
                                     .told_value = absent ? 0 : SOME_SECONDS,
                                     .number = absent ? 0 : SOME_SECONDS});
    }
    return;
  }
  order accepts = s_order(clause->op);
  bool fit = hold != s_is_negated(clause->op);
  for (size_t i = 0; i < clause->values.count && accepts != ORDER_NONE; ++i) {
    int64_t seconds = 0;
    if (aski_policy_words_whole(clause->values.items[i], &seconds)) {
      s_add_duration(to, fit ? accepts : s_opposite(accepts), fit, seconds);
    }
  }
}

static bool s_read_moment(askiam_str text, int64_t *out_ms)
{
  aski_policy_moment moment;
  if (!aski_policy_moment_read(&moment, text) || moment.seconds < ASKI_TIME_MIN_MS / 1000 ||
      moment.seconds > ASKI_TIME_MAX_MS / 1000) {
    return false;
  }
  *out_ms = moment.seconds * 1000 + moment.nanoseconds / 1000000;
  return true;
}

/* Time only goes on: what is to be before a moment either is already or cannot be any more. */
static void s_times(const deriving *to, const aski_policy_clause *clause, bool hold)
{
  order wanted = s_order(clause->op);
  wanted = hold ? wanted : s_opposite(wanted);
  if (wanted != ORDER_MORE && wanted != ORDER_AT_LEAST) {
    return;
  }
  for (size_t i = 0; i < clause->values.count; ++i) {
    int64_t moment_ms = 0;
    if (s_read_moment(clause->values.items[i], &moment_ms) && moment_ms >= to->now_ms) {
      bool after = wanted == ORDER_MORE;
      s_add(to, (aski_policy_change){.what = ASKI_POLICY_TIME,
                                     .manner = after ? ASKI_POLICY_AFTER : ASKI_POLICY_FROM,
                                     .told_value = moment_ms,
                                     .number = moment_ms + (after ? 1000 : 0)});
    }
  }
}

static askiam_str s_address_text(aski_arena *arena, const aski_policy_range *address)
{
  char text[ADDRESS_TEXT_BYTES];
  return inet_ntop(address->family == 4 ? AF_INET : AF_INET6, address->bytes, text, sizeof text) == NULL
             ? ASKI_STR_NONE
             : aski_arena_copy(arena, askiam_str_from(text));
}

/* The first of a range that is not its network's own; the only one of a range of one. */
static aski_policy_range s_first_in(const aski_policy_range *range)
{
  aski_policy_range first = *range;
  unsigned bits = range->family == 4 ? 32 : 128;
  for (unsigned bit = range->prefix_bits; bit < bits; ++bit) {
    first.bytes[bit / 8] &= (unsigned char)~(0x80u >> bit % 8);
  }
  if (range->prefix_bits < bits) {
    first.bytes[bits / 8 - 1] |= 1;
  }
  first.prefix_bits = bits;
  return first;
}

static bool s_any_holds(const aski_policy_texts *ranges, const aski_policy_range *address)
{
  for (size_t i = 0; i < ranges->count; ++i) {
    aski_policy_range range;
    if (aski_policy_range_read(&range, ranges->items[i]) && aski_policy_range_holds(&range, address)) {
      return true;
    }
  }
  return false;
}

/* An address in none of the ranges: the same place in a neighbour of one of them, the nearest first. */
static bool s_find_outside(aski_policy_range *out_address, const aski_policy_texts *ranges)
{
  for (size_t i = 0; i < ranges->count; ++i) {
    aski_policy_range range;
    if (!aski_policy_range_read(&range, ranges->items[i])) {
      continue;
    }
    for (unsigned bit = range.prefix_bits; bit > 0; --bit) {
      *out_address = s_first_in(&range);
      out_address->bytes[(bit - 1) / 8] ^= (unsigned char)(0x80u >> (bit - 1) % 8);
      if (!s_any_holds(ranges, out_address)) {
        return true;
      }
    }
  }
  return false;
}

static void s_add_outside(const deriving *to, const aski_policy_texts *ranges)
{
  aski_policy_range address;
  if (s_find_outside(&address, ranges)) {
    s_add(to,
          (aski_policy_change){.what = ASKI_POLICY_ADDRESS,
                               .manner = ASKI_POLICY_OUTSIDE,
                               .told = aski_policy_words_list(to->arena, ranges->items, ranges->count, "and", false),
                               .value = s_address_text(to->arena, &address)});
  }
}

static void s_addresses(const deriving *to, const aski_policy_clause *clause, bool hold)
{
  if (clause->op != ASKI_POLICY_IP_ADDRESS && clause->op != ASKI_POLICY_NOT_IP_ADDRESS) {
    return;
  }
  if (hold == s_is_negated(clause->op)) {
    s_add_outside(to, &clause->values);
    return;
  }
  for (size_t i = 0; i < clause->values.count; ++i) {
    aski_policy_range range;
    if (aski_policy_range_read(&range, clause->values.items[i])) {
      aski_policy_range first = s_first_in(&range);
      s_add(to, (aski_policy_change){.what = ASKI_POLICY_ADDRESS,
                                     .manner = ASKI_POLICY_WITHIN,
                                     .told = clause->values.items[i],
                                     .value = s_address_text(to->arena, &first)});
    }
  }
}

/* A text that a pattern fits: * stands for nothing, ? for a character. */
static askiam_str s_example(aski_arena *arena, askiam_str pattern)
{
  char *text = aski_arena_acquire(arena, pattern.length + 1, 1);
  size_t length = 0;
  for (size_t i = 0; text != NULL && i < pattern.length; ++i) {
    if (pattern.data[i] != '*') {
      text[length++] = pattern.data[i] == '?' ? 'x' : pattern.data[i];
    }
  }
  return text == NULL ? ASKI_STR_NONE : (askiam_str){text, length};
}

static void s_agents(const deriving *to, const aski_policy_clause *clause, bool hold)
{
  bool like = clause->op == ASKI_POLICY_STRING_LIKE || clause->op == ASKI_POLICY_STRING_NOT_LIKE;
  bool same = clause->op <= ASKI_POLICY_STRING_NOT_EQUALS_IGNORE_CASE;
  if (!like && !same) {
    return;
  }
  if (hold == s_is_negated(clause->op)) {
    s_add(to, (aski_policy_change){
                  .what = ASKI_POLICY_AGENT,
                  .manner = ASKI_POLICY_OUTSIDE,
                  .told = aski_policy_words_list(to->arena, clause->values.items, clause->values.count, "and", true),
                  .value = ASKI_STR("Mozilla/5.0")});
    return;
  }
  for (size_t i = 0; i < clause->values.count; ++i) {
    askiam_str value = like ? s_example(to->arena, clause->values.items[i]) : clause->values.items[i];
    if (value.length > 0 && !s_has_variable(value)) {
      s_add(to, (aski_policy_change){.what = ASKI_POLICY_AGENT,
                                     .manner = like ? ASKI_POLICY_WITHIN : ASKI_POLICY_EXACTLY,
                                     .told = clause->values.items[i],
                                     .value = value});
    }
  }
}

/* The last moment at which clauses of the statement still hold, of those after `from_ms`; 0 where there is none. */
static int64_t s_until(const aski_policy_statement *statement, int64_t from_ms)
{
  int64_t until_ms = 0;
  for (size_t i = 0; i < statement->clauses.count; ++i) {
    const aski_policy_clause *clause = &statement->clauses.items[i];
    order accepts = s_order(clause->op);
    bool about_time = aski_policy_words_same_key(clause->key, "aws:CurrentTime") ||
                      aski_policy_words_same_key(clause->key, "aws:EpochTime");
    int64_t moment_ms = 0;
    if (about_time && (accepts == ORDER_LESS || accepts == ORDER_AT_MOST) && clause->values.count == 1 &&
        s_read_moment(clause->values.items[0], &moment_ms) && moment_ms > from_ms &&
        (until_ms == 0 || moment_ms < until_ms)) {
      until_ms = moment_ms;
    }
  }
  return until_ms;
}

void aski_policy_changes_of(aski_policy_changes *changes, aski_arena *arena, const aski_policy_statement *statement,
                            bool hold, int64_t now_ms)
{
  static const struct {
    const char *key;
    void (*derive)(const deriving *to, const aski_policy_clause *clause, bool hold);
  } keys[] = {{"aws:CurrentTime", s_times},
              {"aws:EpochTime", s_times},
              {"askiam:RequestedDurationSeconds", s_durations},
              {"aws:SourceIp", s_addresses},
              {"aws:UserAgent", s_agents}};
  const deriving to = {changes, arena, now_ms};
  size_t before = changes->count;
  for (size_t i = 0; i < statement->clauses.count; ++i) {
    const aski_policy_clause *clause = &statement->clauses.items[i];
    for (size_t j = 0; j < sizeof keys / sizeof *keys; ++j) {
      if (aski_policy_words_same_key(clause->key, keys[j].key)) {
        keys[j].derive(&to, clause, hold);
      }
    }
  }
  for (size_t i = before; hold && i < changes->count; ++i) {
    if (changes->items[i].what == ASKI_POLICY_TIME) {
      changes->items[i].until_ms = s_until(statement, changes->items[i].number);
    }
  }
}
