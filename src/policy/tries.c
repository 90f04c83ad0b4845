/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/tries.h"

#include <arpa/inet.h>

#include "base/time.h"
#include "policy/hash.h"
#include "policy/values.h"
#include "policy/words.h"

enum { SOME_DAYS = 30, ADDRESS_TEXT_BYTES = 46, SECOND_MS = 1000 };

static const struct {
  const char *key;
  aski_policy_circumstance what;
} s_keys[] = {{"aws:CurrentTime", ASKI_POLICY_TIME},
              {"aws:EpochTime", ASKI_POLICY_TIME},
              {"askiam:RequestedDurationSeconds", ASKI_POLICY_DURATION},
              {"aws:SourceIp", ASKI_POLICY_ADDRESS},
              {"aws:UserAgent", ASKI_POLICY_AGENT}};

aski_policy_circumstance aski_policy_circumstance_of(askiam_str key)
{
  for (size_t i = 0; i < sizeof s_keys / sizeof *s_keys; ++i) {
    if (aski_policy_words_same_key(key, s_keys[i].key)) {
      return s_keys[i].what;
    }
  }
  return ASKI_POLICY_CIRCUMSTANCES;
}

bool aski_policy_text_has_variables(askiam_str text)
{
  for (size_t at = 0; at + 1 < text.length; ++at) {
    if (text.data[at] == '$' && text.data[at + 1] == '{') {
      return true;
    }
  }
  return false;
}

bool aski_policy_text_reads(askiam_str text, unsigned circumstances)
{
  for (size_t at = 0; at + 1 < text.length; ++at) {
    if (text.data[at] != '$' || text.data[at + 1] != '{') {
      continue;
    }
    size_t end = at + 2;
    while (end < text.length && strchr("}, ", text.data[end]) == NULL) {
      ++end;
    }
    aski_policy_circumstance what = aski_policy_circumstance_of(aski_str_slice(text, at + 2, end - at - 2));
    if (what != ASKI_POLICY_CIRCUMSTANCES && (circumstances >> (unsigned)what & 1) != 0) {
      return true;
    }
  }
  return false;
}

typedef struct trying {
  aski_policy_tries *tries;
  aski_arena *arena;
  const aski_policy_clauses *clauses;
  int64_t now_ms;
} trying;

static void s_add(const trying *to, aski_policy_try value)
{
  for (size_t i = 0; i < to->tries->count; ++i) {
    const aski_policy_try *known = &to->tries->items[i];
    if (known->number_ms == value.number_ms && aski_str_equal(known->text, value.text)) {
      return;
    }
  }
  if (to->tries->count < ASKI_POLICY_TRIES_MAX) {
    aski_policy_try *added = ASKI_ARENA_PUSH(to->arena, to->tries);
    if (added != NULL) {
      *added = value;
    }
  }
}

static bool s_moment_cut(aski_policy_cut *out, askiam_str value)
{
  aski_policy_moment moment;
  if (!aski_policy_moment_read(&moment, value)) {
    return false;
  }
  /* What cannot be written as a time is before, or after, all that can. */
  int64_t least = ASKI_TIME_MIN_MS / SECOND_MS - 1;
  int64_t most = ASKI_TIME_MAX_MS / SECOND_MS + 1;
  if (moment.seconds < least || moment.seconds > most) {
    moment = (aski_policy_moment){moment.seconds < least ? least : most, 0};
  }
  int64_t unit_ns = out->unit_ms * 1000000;
  out->units = out->unit_ms == SECOND_MS ? moment.seconds : moment.seconds * SECOND_MS + moment.nanoseconds / unit_ns;
  out->exact = moment.nanoseconds % unit_ns == 0;
  return true;
}

bool aski_policy_cut_read(aski_policy_cut *out, const aski_policy_clause *clause, askiam_str value)
{
  bool duration = aski_policy_circumstance_of(clause->key) == ASKI_POLICY_DURATION;
  bool epoch = aski_policy_words_same_key(clause->key, "aws:EpochTime");
  aski_policy_family family = aski_policy_operator_family(clause->op);
  out->unit_ms = duration ? ASKI_POLICY_MINUTE_MS : epoch ? SECOND_MS : 1;
  if (family == ASKI_POLICY_OF_DATES && !duration) {
    return s_moment_cut(out, value);
  }
  aski_policy_decimal number;
  if (family != ASKI_POLICY_OF_NUMBERS || (!duration && !epoch) || !aski_policy_decimal_read(&number, value)) {
    return false;
  }
  out->units = aski_policy_decimal_floor(&number, &out->exact);
  if (duration) {
    int64_t seconds = out->units;
    out->units = seconds / 60 - (seconds % 60 < 0 ? 1 : 0);
    out->exact = out->exact && seconds % 60 == 0;
  }
  return true;
}

/* Around each limit. */
static void s_try_numbers(const trying *to, int64_t after_ms, int64_t most_ms)
{
  for (size_t i = 0; i < to->clauses->count; ++i) {
    const aski_policy_clause *clause = to->clauses->items[i];
    for (size_t j = 0; j < clause->values.count; ++j) {
      aski_policy_cut cut;
      if (!aski_policy_cut_read(&cut, clause, clause->values.items[j]) || cut.units > most_ms / cut.unit_ms) {
        continue;
      }
      int64_t step_ms = cut.unit_ms < SECOND_MS ? SECOND_MS : cut.unit_ms;
      int64_t at_ms = cut.units * cut.unit_ms;
      at_ms += at_ms % SECOND_MS == 0 ? 0 : SECOND_MS - at_ms % SECOND_MS; /* times are told in whole seconds */
      for (int64_t steps = -1; steps <= 1; ++steps) {
        if (at_ms + steps * step_ms > after_ms && at_ms + steps * step_ms <= most_ms) {
          s_add(to, (aski_policy_try){.number_ms = at_ms + steps * step_ms});
        }
      }
    }
  }
}

static void s_try_times(const trying *to) { s_try_numbers(to, to->now_ms, ASKI_TIME_MAX_MS); }

static void s_try_durations(const trying *to)
{
  s_try_numbers(to, 0, ASKI_POLICY_MINUTES_MAX * ASKI_POLICY_MINUTE_MS);
  s_add(to, (aski_policy_try){.number_ms = SOME_DAYS * ASKI_MS_PER_DAY});
  s_add(to, (aski_policy_try){.number_ms = 0});
}

typedef struct s_ranges {
  aski_policy_range items[ASKI_POLICY_TRIES_MAX];
  size_t count;
} s_ranges;

static void s_read_ranges(const trying *to, s_ranges *out)
{
  for (size_t i = 0; i < to->clauses->count; ++i) {
    const aski_policy_clause *clause = to->clauses->items[i];
    bool addresses = aski_policy_operator_family(clause->op) == ASKI_POLICY_OF_ADDRESSES;
    for (size_t j = 0; addresses && j < clause->values.count && out->count < ASKI_POLICY_TRIES_MAX; ++j) {
      out->count += aski_policy_range_read(&out->items[out->count], clause->values.items[j]) ? 1 : 0;
    }
  }
}

static unsigned s_bits(const aski_policy_range *range) { return range->family == 4 ? 32 : 128; }

/* With all bits behind the prefix 0, or 1. */
static aski_policy_range s_end_of(const aski_policy_range *range, bool last)
{
  aski_policy_range end = *range;
  for (unsigned bit = range->prefix_bits; bit < s_bits(range); ++bit) {
    unsigned char mask = (unsigned char)(0x80u >> bit % 8);
    end.bytes[bit / 8] = (unsigned char)(last ? end.bytes[bit / 8] | mask : end.bytes[bit / 8] & ~mask);
  }
  end.prefix_bits = s_bits(range);
  return end;
}

/* The next address; false where there is none. */
static bool s_step(aski_policy_range *address)
{
  for (unsigned i = s_bits(address) / 8; i > 0; --i) {
    if (++address->bytes[i - 1] != 0) {
      return true;
    }
  }
  return false;
}

/* The widest range that holds the address and is smaller than `within` (NULL: than everything); NULL where there is none. */
static const aski_policy_range *s_holder(const s_ranges *ranges, const aski_policy_range *address,
                                         const aski_policy_range *within)
{
  const aski_policy_range *holder = NULL;
  for (size_t i = 0; i < ranges->count; ++i) {
    const aski_policy_range *range = &ranges->items[i];
    if ((within == NULL || range->prefix_bits > within->prefix_bits) && aski_policy_range_holds(range, address) &&
        (holder == NULL || range->prefix_bits < holder->prefix_bits)) {
      holder = range;
    }
  }
  return holder;
}

/* An address in the range and in none of the smaller ones within it; the first that is not the network's own, if there are others. */
static bool s_find_inside(aski_policy_range *out, const s_ranges *ranges, const aski_policy_range *range)
{
  *out = s_end_of(range, false);
  if (range->prefix_bits < s_bits(range)) {
    s_step(out);
  }
  const aski_policy_range *holder = s_holder(ranges, out, range);
  while (holder != NULL) {
    *out = s_end_of(holder, true);
    if (!s_step(out) || !aski_policy_range_holds(range, out)) {
      return false;
    }
    holder = s_holder(ranges, out, range);
  }
  return true;
}

/* An address in none of them: the same place in a neighbour of one of them, the nearest first; where there are none, one that nobody has
 * (RFC 5737). */
static bool s_find_outside(aski_policy_range *out, const s_ranges *ranges)
{
  if (ranges->count == 0) {
    return aski_policy_range_read(out, ASKI_STR("192.0.2.1"));
  }
  for (size_t i = 0; i < ranges->count; ++i) {
    for (unsigned bit = ranges->items[i].prefix_bits; bit > 0; --bit) {
      *out = s_end_of(&ranges->items[i], false);
      out->bytes[s_bits(out) / 8 - 1] |= 1;
      out->bytes[(bit - 1) / 8] ^= (unsigned char)(0x80u >> (bit - 1) % 8);
      if (s_holder(ranges, out, NULL) == NULL) {
        return true;
      }
    }
  }
  return false;
}

static void s_add_address(const trying *to, const aski_policy_range *address)
{
  char text[ADDRESS_TEXT_BYTES];
  if (inet_ntop(address->family == 4 ? AF_INET : AF_INET6, address->bytes, text, sizeof text) != NULL) {
    s_add(to, (aski_policy_try){.text = aski_arena_copy(to->arena, askiam_str_from(text))});
  }
}

static void s_try_addresses(const trying *to)
{
  s_ranges ranges = {.count = 0};
  aski_policy_range address;
  s_read_ranges(to, &ranges);
  for (size_t i = 0; i < ranges.count; ++i) {
    if (s_find_inside(&address, &ranges, &ranges.items[i])) {
      s_add_address(to, &address);
    }
  }
  if (s_find_outside(&address, &ranges)) {
    s_add_address(to, &address);
  }
}

/* A text that a pattern fits: ? is a character, and a * is `star`. */
static askiam_str s_example(aski_arena *arena, askiam_str pattern, askiam_str star)
{
  aski_buffer text;
  aski_buffer_init(&text, arena->allocator);
  for (size_t i = 0; i < pattern.length; ++i) {
    if (pattern.data[i] == '*') {
      aski_buffer_append(&text, star);
    } else {
      aski_buffer_append_byte(&text, pattern.data[i] == '?' ? 'x' : pattern.data[i]);
    }
  }
  arena->failed = arena->failed || text.failed;
  askiam_str example = text.length == 0 ? ASKI_STR_NONE : aski_arena_copy(arena, aski_buffer_view(&text));
  aski_buffer_clean_up(&text);
  return example;
}

static void s_add_agent(const trying *to, askiam_str agent)
{
  if (agent.length > 0 && !to->arena->failed) {
    s_add(to, (aski_policy_try){.text = agent});
  }
}

typedef struct s_patterns {
  askiam_str items[ASKI_POLICY_TRIES_MAX];
  size_t count;
} s_patterns;

static void s_try_texts(const trying *to, const aski_policy_clause *clause, s_patterns *patterns)
{
  bool like = clause->op == ASKI_POLICY_STRING_LIKE || clause->op == ASKI_POLICY_STRING_NOT_LIKE;
  for (size_t i = 0; i < clause->values.count; ++i) {
    askiam_str value = clause->values.items[i];
    if (aski_policy_text_has_variables(value)) {
      continue;
    }
    s_add_agent(to, like ? s_example(to->arena, value, ASKI_STR("")) : value);
    if (like && patterns->count < ASKI_POLICY_TRIES_MAX) {
      patterns->items[patterns->count++] = value;
    }
  }
}

/* What fits a pattern, what fits nothing in particular, and what may fit two patterns at once. */
static void s_try_agents(const trying *to)
{
  s_patterns patterns = {.count = 0};
  for (size_t i = 0; i < to->clauses->count; ++i) {
    if (aski_policy_operator_family(to->clauses->items[i]->op) == ASKI_POLICY_OF_STRINGS) {
      s_try_texts(to, to->clauses->items[i], &patterns);
    }
  }
  s_add_agent(to, ASKI_STR("Mozilla/5.0"));
  s_add_agent(to, ASKI_STR("askiam"));
  for (size_t i = 0; i < patterns.count && to->tries->count < ASKI_POLICY_TRIES_MAX; ++i) {
    s_add_agent(to, s_example(to->arena, patterns.items[i], ASKI_STR("x")));
    for (size_t j = 0; j < patterns.count && to->tries->count < ASKI_POLICY_TRIES_MAX; ++j) {
      if (i != j) {
        askiam_str left = s_example(to->arena, patterns.items[i], ASKI_STR(""));
        askiam_str right = s_example(to->arena, patterns.items[j], ASKI_STR(""));
        s_add_agent(to, aski_arena_format(to->arena, "%.*s%.*s", ASKI_STR_ARG(left), ASKI_STR_ARG(right)));
      }
    }
  }
}

void aski_policy_tries_of(aski_policy_tries *tries, aski_arena *arena, aski_policy_circumstance what,
                          const aski_policy_clauses *clauses, int64_t now_ms)
{
  static void (*const by_circumstance[ASKI_POLICY_CIRCUMSTANCES])(const trying *to) = {
      [ASKI_POLICY_TIME] = s_try_times,
      [ASKI_POLICY_DURATION] = s_try_durations,
      [ASKI_POLICY_ADDRESS] = s_try_addresses,
      [ASKI_POLICY_AGENT] = s_try_agents};
  const trying to = {tries, arena, clauses, now_ms};
  if (clauses->count > 0) {
    by_circumstance[what](&to);
  }
}
