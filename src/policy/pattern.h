/* SPDX-License-Identifier: Apache-2.0
 *
 * Texts of a policy made ready for matching: wildcards and variables. The values of variables are compared where they lie in the request, and what
 * they hold is literal: a * in a user's name is a star. Matching allocates nothing.
 *
 * Cost, for a pattern of m and a text of n characters, whatever they are: O((m + n) log m). What lies between two stars is searched for from the left, once, so
 * that each part of the text is looked at for one piece. Pieces without ? and variables are found by memmem, in O(m + n) for all of them together; others by
 * trying each place with a bounded number of steps a place, and where that does not do, by convolution (find_hard.c). */
#ifndef ASKI_POLICY_PATTERN_H
#define ASKI_POLICY_PATTERN_H

#include "policy/document.h"
#include "policy/request.h"

typedef struct aski_policy_unit {
  aski_policy_part_kind kind;
  uint32_t count;          /* of ANY_ONE: how many characters */
  askiam_str text;         /* a literal, or a variable's key in small letters */
  askiam_str default_text; /* of a variable; absent where there is none */
  uint64_t hash;           /* of the key */
} aski_policy_unit;

typedef enum aski_policy_shape {
  ASKI_POLICY_NEVER, /* not readable: matches nothing */
  ASKI_POLICY_EXACT,
  ASKI_POLICY_PREFIX, /* a literal and a star */
  ASKI_POLICY_ALL,    /* a star */
  ASKI_POLICY_GENERAL
} aski_policy_shape;

typedef struct aski_policy_pattern {
  aski_policy_shape shape;
  bool has_variables;
  uint32_t unit_count;
  askiam_str literal; /* what it begins with, up to the first wildcard or variable */
  uint64_t hash;      /* of an EXACT one's literal */
  size_t least_bytes; /* a shorter text cannot match */
  const aski_policy_unit *units;
} aski_policy_pattern;

typedef struct aski_policy_reading { /* what means something in a text */
  bool wildcards, variables, lower;
} aski_policy_reading;

/* In small letters (ASCII): how actions and keys are compared. */
askiam_str aski_policy_lower_copy(aski_arena *arena, askiam_str text);

/* A text that is no template gives NEVER. Copies. Check arena->failed afterwards. `scratch` may be the same arena. */
void aski_policy_pattern_compile(aski_policy_pattern *out, aski_arena *arena, aski_arena *scratch, askiam_str text,
                                 aski_policy_reading reading);
/* The six parts of an ARN, split at the colons that are written in it; a lone * is six of them. False where there are not six. */
bool aski_policy_arn_pattern_compile(aski_policy_pattern out[ASKI_POLICY_ARN_PARTS], aski_arena *arena,
                                     aski_arena *scratch, askiam_str text, bool variables);

bool aski_policy_pattern_matches_slowly(const aski_policy_pattern *pattern, askiam_str text,
                                        const askiam_policy_request *request);
/* Ignoring case; there are no wildcards in it. */
bool aski_policy_pattern_equals_caseless(const aski_policy_pattern *pattern, askiam_str text,
                                         const askiam_policy_request *request);

/* Whether the whole text matches. A variable without a value, or with several ("you cannot use multivalued context keys as a policy
 * variable"), makes it match nothing. */
static inline bool aski_policy_pattern_matches(const aski_policy_pattern *pattern, askiam_str text,
                                               const askiam_policy_request *request)
{
  switch (pattern->shape) {
  case ASKI_POLICY_EXACT:
    return aski_str_equal(pattern->literal, text);
  case ASKI_POLICY_PREFIX:
    return text.length >= pattern->literal.length &&
           (pattern->literal.length == 0 || memcmp(text.data, pattern->literal.data, pattern->literal.length) == 0);
  case ASKI_POLICY_ALL:
    return true;
  case ASKI_POLICY_GENERAL:
    return text.length >= pattern->least_bytes && aski_policy_pattern_matches_slowly(pattern, text, request);
  case ASKI_POLICY_NEVER:
    break;
  }
  return false;
}

/* A run of units without stars, for the parts of the matcher. */
typedef struct aski_policy_run {
  const aski_policy_unit *units;
  size_t count;
  const askiam_policy_request *request;
  askiam_str text;
} aski_policy_run;

/* A literal's text, or a variable's value; absent where it has none. */
askiam_str aski_policy_unit_text(const aski_policy_unit *unit, const askiam_policy_request *request);
/* Where a byte continues a character of UTF-8. */
static inline bool aski_policy_continues(char byte) { return ((unsigned char)byte & 0xC0) == 0x80; }
/* Matches from *at on and moves it, not beyond `limit`. Takes what it costs from *steps, which may fall below 0: one for each unit, each
 * character of a ?, and each few compared bytes. */
bool aski_policy_run_forward(const aski_policy_run *run, size_t *at, size_t limit, int64_t *steps);
/* The first place from `from` on where the run matches within `limit`; gives where it ends. */
bool aski_policy_run_find(const aski_policy_run *run, size_t from, size_t limit, size_t *out_end);
/* The same, in O((m + n) log m) whatever the run and the text are; of a text that is no longer than its room. */
bool aski_policy_run_find_hard(const aski_policy_run *run, size_t from, size_t limit, size_t *out_end);
/* The first variable in it that stands for nothing; NULL where each has a value. */
const aski_policy_unit *aski_policy_pattern_unresolved(const aski_policy_pattern *pattern,
                                                       const askiam_policy_request *request);
/* How much text there is room for: at least each text of the request. */
size_t aski_policy_run_room(const aski_policy_run *run);

#endif
