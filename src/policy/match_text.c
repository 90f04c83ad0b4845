/* SPDX-License-Identifier: Apache-2.0
 *
 * Whether a text matches a pattern: its beginning and its end where they must be, and what lies between two stars wherever it comes first. That
 * suffices: an earlier place never leaves less room for what follows. */
#include "base/text.h"
#include "policy/pattern.h"

enum { STEP_BYTES = 16 }; /* that are compared in one step */

askiam_str aski_policy_unit_text(const aski_policy_unit *unit, const askiam_policy_request *request)
{
  if (unit->kind == ASKI_POLICY_PART_LITERAL) {
    return unit->text;
  }
  aski_policy_values values = aski_policy_request_find(request, unit->text, unit->hash);
  return values.count == 1 ? aski_policy_values_next(&values) : values.count == 0 ? unit->default_text : ASKI_STR_NONE;
}

const aski_policy_unit *aski_policy_pattern_unresolved(const aski_policy_pattern *pattern,
                                                       const askiam_policy_request *request)
{
  for (size_t i = 0; pattern->has_variables && i < pattern->unit_count; ++i) {
    const aski_policy_unit *unit = &pattern->units[i];
    if (unit->kind == ASKI_POLICY_PART_VARIABLE && !aski_str_present(aski_policy_unit_text(unit, request))) {
      return unit;
    }
  }
  return NULL;
}

static bool s_resolves(const aski_policy_pattern *pattern, const askiam_policy_request *request)
{
  return aski_policy_pattern_unresolved(pattern, request) == NULL;
}

static bool s_skip_forward(askiam_str text, size_t count, size_t *at, size_t limit)
{
  for (; count > 0; --count) {
    if (*at >= limit) {
      return false;
    }
    for (++*at; *at < limit && aski_policy_continues(text.data[*at]);) {
      ++*at;
    }
  }
  return true;
}

static bool s_skip_backward(askiam_str text, size_t count, size_t *at, size_t floor)
{
  for (; count > 0; --count) {
    if (*at <= floor) {
      return false;
    }
    for (--*at; *at > floor && aski_policy_continues(text.data[*at]);) {
      --*at;
    }
  }
  return true;
}

static bool s_same(askiam_str text, size_t at, askiam_str wanted)
{
  return wanted.length == 0 || memcmp(text.data + at, wanted.data, wanted.length) == 0;
}

bool aski_policy_run_forward(const aski_policy_run *run, size_t *at, size_t limit, int64_t *steps)
{
  for (size_t i = 0; i < run->count; ++i) {
    const aski_policy_unit *unit = &run->units[i];
    if (unit->kind == ASKI_POLICY_PART_ANY_ONE) {
      *steps -= 1 + (int64_t)unit->count;
      if (!s_skip_forward(run->text, unit->count, at, limit)) {
        return false;
      }
      continue;
    }
    askiam_str wanted = aski_policy_unit_text(unit, run->request);
    --*steps;
    if (limit - *at < wanted.length || (wanted.length > 0 && run->text.data[*at] != *wanted.data)) {
      return false;
    }
    *steps -= (int64_t)(wanted.length / STEP_BYTES);
    if (!s_same(run->text, *at, wanted)) {
      return false;
    }
    *at += wanted.length;
  }
  return true;
}

/* Matches up to *end and moves it to where the run begins, not before `floor`. */
static bool s_run_backward(const aski_policy_run *run, size_t floor, size_t *end)
{
  for (size_t i = run->count; i > 0; --i) {
    const aski_policy_unit *unit = &run->units[i - 1];
    if (unit->kind == ASKI_POLICY_PART_ANY_ONE) {
      if (!s_skip_backward(run->text, unit->count, end, floor)) {
        return false;
      }
      continue;
    }
    askiam_str wanted = aski_policy_unit_text(unit, run->request);
    if (*end - floor < wanted.length || !s_same(run->text, *end - wanted.length, wanted)) {
      return false;
    }
    *end -= wanted.length;
  }
  return true;
}

/* Up to the next star. */
static size_t s_run_length(const aski_policy_pattern *pattern, size_t start)
{
  size_t end = start;
  while (end < pattern->unit_count && pattern->units[end].kind != ASKI_POLICY_PART_STAR) {
    ++end;
  }
  return end - start;
}

bool aski_policy_pattern_matches_slowly(const aski_policy_pattern *pattern, askiam_str text,
                                        const askiam_policy_request *request)
{
  if (!s_resolves(pattern, request)) {
    return false;
  }
  size_t at = 0;
  size_t end = text.length;
  int64_t steps = 0;
  size_t first = s_run_length(pattern, 0);
  aski_policy_run run = {pattern->units, first, request, text};
  if (!aski_policy_run_forward(&run, &at, end, &steps)) {
    return false;
  }
  if (first == pattern->unit_count) {
    return at == end;
  }
  size_t last = pattern->unit_count;
  while (pattern->units[last - 1].kind != ASKI_POLICY_PART_STAR) {
    --last;
  }
  run.units = pattern->units + last;
  run.count = pattern->unit_count - last;
  if (!s_run_backward(&run, at, &end)) {
    return false;
  }
  for (size_t start = first + 1; start < last; start += run.count + 1) {
    run.units = pattern->units + start;
    run.count = s_run_length(pattern, start);
    if (!aski_policy_run_find(&run, at, end, &at)) {
      return false;
    }
  }
  return true;
}

bool aski_policy_pattern_equals_caseless(const aski_policy_pattern *pattern, askiam_str text,
                                         const askiam_policy_request *request)
{
  if (pattern->shape == ASKI_POLICY_NEVER || !s_resolves(pattern, request)) {
    return false;
  }
  for (size_t i = 0; i < pattern->unit_count; ++i) {
    size_t used = 0;
    if (!aski_text_starts_caseless(text, aski_policy_unit_text(&pattern->units[i], request), &used)) {
      return false;
    }
    text = aski_str_slice(text, used, text.length);
  }
  return text.length == 0;
}
