/* SPDX-License-Identifier: Apache-2.0
 *
 * Policies in words: how a statement is called, and what a condition found out. */
#ifndef ASKI_POLICY_WORDS_H
#define ASKI_POLICY_WORDS_H

#include "policy/document.h"

/* What a request has for a key, as it was told. */
typedef struct aski_policy_actual {
  const askiam_str *items;
  size_t count; /* 0: nothing is known */
} aski_policy_actual;

/* `policy "office-hours", statement "OnlyFromOffice"`; without a Sid `Statement[1]`, counted from 0. */
askiam_str aski_policy_words_match(aski_arena *arena, const askiam_policy_match *match);

/* What a clause of a Condition found, as a clause without a full stop: "the address 203.0.113.7 is not in 10.0.0.0/8". `holds`: whether the
 * clause does, with these values of its key. Values are cut where they are long. Check arena->failed afterwards. */
askiam_str aski_policy_words_clause(aski_arena *arena, const aski_policy_clause *clause, aski_policy_actual actual,
                                    bool holds);

/* The same with what the request has for the clause's key, and for the variables in its values. */
askiam_str aski_policy_words_found(aski_arena *arena, const aski_policy_clause *clause,
                                   const askiam_policy_request *request, bool holds);

/* "90 days", "8 hours", "90 minutes", "1 second": in the largest unit of which it is a whole number. */
askiam_str aski_policy_words_duration(aski_arena *arena, int64_t seconds);
/* "2026-11-23", or "2026-11-23 12:00 UTC" where it is not midnight; with seconds and milliseconds where it has any. */
askiam_str aski_policy_words_moment(aski_arena *arena, int64_t time_ms);
/* `a`, `a or b`, `a, b or c`; at most four, then `a, b, c, d or 2 more`. `quoted` puts each in quotation marks. */
askiam_str aski_policy_words_list(aski_arena *arena, const askiam_str *items, size_t count, const char *last_word,
                                  bool quoted);
/* The same with at most `most`. */
askiam_str aski_policy_words_list_of(aski_arena *arena, const askiam_str *items, size_t count, const char *last_word,
                                     bool quoted, size_t most);
enum { ASKI_POLICY_LISTED_MOST = 4 };
/* Of a text that stands between quotation marks: those that are in it have a \ before them, and then each \ too. */
void aski_policy_words_escape(aski_buffer *out, askiam_str text);
/* Reads a whole number of at most 15 digits. */
bool aski_policy_words_whole(askiam_str text, int64_t *out_number);
/* Same text but for ASCII case: how keys are compared. */
bool aski_policy_words_same_key(askiam_str left, const char *right);

#endif
