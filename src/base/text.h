/* SPDX-License-Identifier: Apache-2.0
 *
 * Unicode text by utf8proc: validity, keys, tokens, edit distance, scripts. The public askiam_text_key is implemented here. */
#ifndef ASKI_BASE_TEXT_H
#define ASKI_BASE_TEXT_H

#include "base/memory.h"

/* Well-formed UTF-8 (no surrogates, no overlong forms) without U+0000. */
bool aski_text_valid(askiam_str text);
/* The largest length <= limit at which `text` is cut between two characters. */
size_t aski_text_cut(askiam_str text, size_t limit);
/* Nothing but white space, controls and default ignorables. */
bool aski_text_blank(askiam_str text);

/* Whether `text` begins with `prefix` where case does not matter (each character by itself, by Unicode's simple mappings), and how many of
 * its bytes that takes. Bytes that are not UTF-8 equal themselves. */
bool aski_text_starts_caseless(askiam_str text, askiam_str prefix, size_t *out_used);

/* Whether it begins or ends with white space of any kind. */
bool aski_text_has_blank_ends(askiam_str text);
/* Whether it has a character that is not seen or changes how others are: default ignorables, format controls (of direction too),
 * line and paragraph separators. */
bool aski_text_has_invisible(askiam_str text);

/* The look-up key of a name, as askiam_text_key, in the arena; absent where it is not UTF-8 or memory ran out. */
askiam_str aski_text_key(aski_arena *arena, askiam_str name);
/* A key without its spaces. */
askiam_str aski_text_compact(aski_arena *arena, askiam_str key);
/* As the key but with diacritics kept: tells two names apart that have one key. */
askiam_str aski_text_fold(aski_arena *arena, askiam_str name);

/* Whether a key holds letters of more than one script (Common and Inherited count as none; Han, Hiragana, Katakana, Hangul and
 * Bopomofo as one), or of a script that `other` has none of. Approximate by Unicode blocks. */
bool aski_text_mixed_script(askiam_str key);
bool aski_text_same_script(askiam_str key, askiam_str other);
/* Whether the decimal digits of both are the same ones in the same order. */
bool aski_text_same_digits(askiam_str key, askiam_str other);
/* Characters (code points). */
size_t aski_text_length(askiam_str text);

/* Optimal string alignment distance in code points: insert, delete, replace, swap of neighbours cost 1 each. Gives limit + 1
 * where it is larger than `limit` (at most 8). Banded: time O(length × limit). Strings longer than 128 code points are `limit + 1` apart
 * unless equal. */
unsigned aski_text_distance(askiam_str left, askiam_str right, unsigned limit);

#endif
