/* SPDX-License-Identifier: Apache-2.0 */
#include "follow.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* after the four that it needs */
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/time.h"

enum { LISTED = 16, MINUTE = 60000 };
#define DAY INT64_C(86400000)

static uint64_t s_seed = 3;

unsigned follow_random(unsigned below)
{
  s_seed = s_seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
  return (unsigned)((s_seed >> 33) % below);
}

typedef struct s_list {
  char items[LISTED][100];
  size_t count;
} s_list;

/* Moves behind `word` where the text begins with it. */
static bool s_take(const char **at, const char *word)
{
  size_t length = strlen(word);
  bool has = strncmp(*at, word, length) == 0;
  *at += has ? length : 0;
  return has;
}

/* One item: a quoted text, or "N units", or anything up to a blank, a comma or the full stop that ends all. */
static bool s_read_item(const char **at, char *out, size_t size, bool lengths)
{
  size_t length = 0;
  if (s_take(at, "\"")) {
    length = strcspn(*at, "\"");
    snprintf(out, size, "%.*s", (int)length, *at);
    *at += length + 1;
    return true;
  }
  length = strcspn(*at, " ,");
  if (lengths) {
    length += 1 + strcspn(*at + length + 1, " ,.");
  }
  length -= (*at)[length] == 0 && (*at)[length - 1] == '.' ? 1 : 0;
  snprintf(out, size, "%.*s", (int)length, *at);
  *at += length;
  return length > 0;
}

/* "a, b or c"; "… or 2 more" ends it, and what is not told is not tried. */
static void s_read_list(const char **at, s_list *out, const char *last_word, bool lengths)
{
  char word[16];
  snprintf(word, sizeof word, " %s ", last_word);
  out->count = 0;
  do {
    if (out->count == LISTED) {
      fail_msg("too long a list: %s", *at);
      return;
    }
    assert_true(s_read_item(at, out->items[out->count], sizeof out->items[0], lengths));
    ++out->count;
    const char *rest = *at;
    if (s_take(&rest, word) && rest[0] >= '0' && rest[0] <= '9' && strncmp(rest + 1, " more", 5) == 0) {
      *at = rest + 6;
      return;
    }
    if (strncmp(*at, " and not ", 9) == 0 || strncmp(*at, " and other ", 11) == 0 ||
        strncmp(*at, " and like ", 10) == 0 || strncmp(*at, " and at most ", 13) == 0 ||
        strncmp(*at, " and less than ", 15) == 0) {
      return;
    }
  } while (s_take(at, ", ") || s_take(at, word));
}

static uint32_t s_number_of(const char *address)
{
  uint32_t number = 0;
  for (int part = 0; part < 4; ++part) {
    char *end = NULL;
    number = number << 8 | (uint32_t)strtoul(address, &end, 10);
    address = end + 1; /* behind the point */
  }
  return number;
}

static uint32_t s_mask(const char *range)
{
  const char *slash = strchr(range, '/');
  unsigned long bits = slash == NULL ? 32 : strtoul(slash + 1, NULL, 10);
  return bits == 0 ? 0 : ~UINT32_C(0) << (32 - bits);
}

static bool s_in(uint32_t address, const s_list *ranges)
{
  for (size_t i = 0; i < ranges->count; ++i) {
    if (((address ^ s_number_of(ranges->items[i])) & s_mask(ranges->items[i])) == 0) {
      return true;
    }
  }
  return false;
}

static bool s_address(const char *told, char *out, size_t size)
{
  s_list inside = {.count = 0};
  s_list outside = {.count = 0};
  if (s_take(&told, "that is known")) {
    /* any will do */
  } else if (s_take(&told, "outside ")) {
    s_read_list(&told, &outside, "and", false);
  } else {
    assert_true(s_take(&told, "in "));
    s_read_list(&told, &inside, "or", false);
    if (s_take(&told, " and not in ")) {
      s_read_list(&told, &outside, "or", false);
    }
  }
  assert_string_equal(told, ".");
  for (int i = 0; i < 1000; ++i) {
    uint32_t address = (uint32_t)follow_random(UINT32_C(1) << 16) << 16 | follow_random(UINT32_C(1) << 16);
    if (inside.count > 0) {
      const char *range = inside.items[follow_random((unsigned)inside.count)];
      address = (s_number_of(range) & s_mask(range)) | (address & ~s_mask(range));
    }
    if (!s_in(address, &outside)) {
      snprintf(out, size, "%u.%u.%u.%u", address >> 24, address >> 16 & 255, address >> 8 & 255, address & 255);
      return true;
    }
  }
  return false;
}

static bool s_is_like(const char *text, const char *pattern)
{
  if (*pattern == 0) {
    return *text == 0;
  }
  if (*pattern == '*') {
    return s_is_like(text, pattern + 1) || (*text != 0 && s_is_like(text + 1, pattern));
  }
  return *text != 0 && (*pattern == '?' || *pattern == *text) && s_is_like(text + 1, pattern + 1);
}

static bool s_same_letters(const char *left, const char *right)
{
  for (; *left != 0 && (*left | 0x20) == (*right | 0x20); ++left, ++right) {
  }
  return *left == 0 && *right == 0;
}

typedef struct s_demand { /* one part of a sentence about user agents */
  bool not, like, any_case;
  s_list texts;
} s_demand;

static bool s_meets(const char *agent, const s_demand *demand)
{
  bool fits = false;
  for (size_t i = 0; i < demand->texts.count; ++i) {
    const char *text = demand->texts.items[i];
    fits = fits || (demand->like       ? s_is_like(agent, text)
                    : demand->any_case ? s_same_letters(agent, text)
                                       : strcmp(agent, text) == 0);
  }
  return fits != demand->not;
}

static size_t s_read_demands(const char *told, s_demand *out)
{
  size_t count = 0;
  if (strcmp(told, "that is known.") == 0) {
    return 0;
  }
  do {
    s_demand *demand = &out[count++];
    *demand = (s_demand){.not = s_take(&told, "not ")};
    demand->like = s_take(&told, "like ");
    if (!demand->like && s_take(&told, "other than ")) {
      demand->not = true;
    }
    s_read_list(&told, &demand->texts, demand->not && !demand->like ? "and" : "or", false);
    demand->any_case = s_take(&told, " in any case");
  } while (s_take(&told, " and "));
  assert_string_equal(told, ".");
  return count;
}

static bool s_agent(const char *told, char *out, size_t size)
{
  s_demand demands[8];
  size_t count = s_read_demands(told, demands);
  if (count > 0 && !demands[0].like && !demands[0].not) {
    snprintf(out, size, "%s", demands[0].texts.items[follow_random((unsigned)demands[0].texts.count)]);
    return true;
  }
  for (int i = 0; i < 4000; ++i) {
    char text[16];
    size_t length = 1 + follow_random(6);
    for (size_t j = 0; j < length; ++j) {
      text[j] = "abcABC8/"[follow_random(8)];
    }
    text[length] = 0;
    bool good = true;
    for (size_t j = 0; good && j < count; ++j) {
      good = s_meets(text, &demands[j]);
    }
    if (good) {
      snprintf(out, size, "%s", text);
      return true;
    }
  }
  return false; /* nothing so short is like that */
}

static int64_t s_ms_of(const char *told)
{
  static const struct {
    const char *unit;
    int64_t ms;
  } units[] = {{"second", 1000}, {"minute", MINUTE}, {"hour", 60 * MINUTE}, {"day", DAY}};
  char *unit = NULL;
  int64_t number = strtoll(told, &unit, 10);
  for (size_t i = 0; i < 4; ++i) {
    if (strncmp(unit + 1, units[i].unit, strlen(units[i].unit)) == 0) {
      return number * units[i].ms;
    }
  }
  fail_msg("no length: %s", told);
  return 0;
}

/* A random number of milliseconds from `least` to `most`, often one of the two or a whole minute. */
static int64_t s_between(int64_t least, int64_t most)
{
  if (follow_random(4) == 0) {
    return follow_random(2) == 0 ? least : most;
  }
  int64_t span = most - least;
  int64_t value = least + (span <= 0 ? 0 : (int64_t)((double)span * (follow_random(1000) / 1000.0)));
  int64_t whole = value - value % MINUTE;
  return follow_random(2) == 0 && whole >= least ? whole : value;
}

static bool s_duration(const char *told, int64_t *out_ms)
{
  int64_t least = 1;
  int64_t most = 4000 * DAY;
  s_list others = {.count = 0};
  char length[100];
  bool more = true;
  s_take(&told, "of ");
  while (more) {
    bool at_most = s_take(&told, "at most ");
    bool less = !at_most && s_take(&told, "less than ");
    bool at_least = s_take(&told, "at least ");
    bool longer = !at_least && s_take(&told, "more than ");
    bool exactly = s_take(&told, "exactly ");
    if (s_take(&told, "other than ")) {
      s_read_list(&told, &others, "and", true);
    } else {
      assert_true(at_most || less || at_least || longer || exactly);
      assert_true(s_read_item(&told, length, sizeof length, true));
      int64_t ms = s_ms_of(length);
      least = at_least || exactly ? ms : longer ? ms + 1 : least;
      most = at_most || exactly ? ms : less ? ms - 1 : most;
    }
    more = s_take(&told, " and ");
  }
  assert_string_equal(told, ".");
  most = most < least ? least : most; /* "at least 9999 days" */
  for (int i = 0; i < 100; ++i) {
    *out_ms = s_between(least, most);
    bool other = false;
    for (size_t j = 0; j < others.count; ++j) {
      other = other || s_ms_of(others.items[j]) == *out_ms;
    }
    if (!other) {
      return true;
    }
  }
  return false;
}

static int64_t s_moment(const char **at)
{
  char copy[32];
  int64_t time_ms = 0;
  snprintf(copy, sizeof copy, "%.10s", *at);
  *at += 10;
  if (**at == ' ' && (*at)[1] >= '0' && (*at)[1] <= '9') {
    size_t length = 1 + strcspn(*at + 1, " ");
    snprintf(copy + 10, sizeof copy - 10, "T%.*s%sZ", (int)length - 1, *at + 1, length == 6 ? ":00" : "");
    *at += length + strlen(" UTC");
  }
  assert_true(aski_time_parse(askiam_str_from(copy), &time_ms));
  return time_ms;
}

static int64_t s_time(const char *told)
{
  if (s_take(&told, "between ")) {
    int64_t from = s_moment(&told);
    assert_true(s_take(&told, " and "));
    return s_between(from + 1, s_moment(&told) - 1);
  }
  bool after = s_take(&told, "after ");
  assert_true(after || s_take(&told, "from "));
  int64_t from = s_moment(&told);
  assert_string_equal(told, after ? "." : " on.");
  return s_between(from + (after ? 1 : 0), from + 4000 * DAY);
}

bool follow(const aski_remedy *remedy, aski_rules_input *input, char *address, char *agent)
{
  const char *told = remedy->detail.data;
  int64_t duration_ms = input->expires_at_ms == 0 ? 0 : input->expires_at_ms - input->now_ms;
  if (s_take(&told, "Ask without an end.")) {
    input->expires_at_ms = 0;
    return true;
  }
  if (s_take(&told, "Ask with an end, ")) {
    input->expires_at_ms = input->now_ms + s_between(1, 4000 * DAY);
    return true;
  }
  if (s_take(&told, "Ask with a duration ")) {
    bool found = s_duration(told, &duration_ms);
    input->expires_at_ms = input->now_ms + duration_ms;
    return found;
  }
  if (s_take(&told, "Ask from an address ")) {
    input->ip = askiam_str_from(address);
    return s_address(told, address, FOLLOW_BYTES) && (input->ip = askiam_str_from(address)).length > 0;
  }
  if (s_take(&told, "Ask with a user agent ") || s_take(&told, "Ask with the user agent ")) {
    return s_agent(told, agent, FOLLOW_BYTES) && (input->user_agent = askiam_str_from(agent)).length > 0;
  }
  assert_true(s_take(&told, "Ask "));
  input->now_ms = s_time(told);
  input->expires_at_ms = duration_ms == 0 ? 0 : input->now_ms + duration_ms;
  return true;
}
