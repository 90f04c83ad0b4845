/* SPDX-License-Identifier: Apache-2.0
 *
 * The strict scanner: whether a text is one JSON value by RFC 8259 and by our own narrower rules. A loop with a stack
 * of its own, so that depth costs no C stack; it remembers where the numbers are, whose literal text cJSON forgets, and on demand where all values are. */
#ifndef ASKI_JSON_SCANNER_H
#define ASKI_JSON_SCANNER_H

#include "json/json.h"

typedef struct aski_json_span {
  uint32_t at;
  uint32_t length;
} aski_json_span;

/* Where a value begins, and the name of the member that it belongs to (the value itself in an array). */
typedef struct aski_json_spot {
  uint32_t name;
  uint32_t value;
} aski_json_spot;

/* A member's name: a span of the text, or of the pool where it was written with escapes. */
typedef struct aski_json_name_entry {
  uint32_t at;
  uint32_t length;
  uint32_t place; /* of its opening quote */
  bool decoded;
} aski_json_name_entry;

typedef struct aski_json_scanner {
  askiam_str text;
  size_t at;
  const askiam_allocator *allocator;
  bool keep_numbers, keep_spots;
  bool takes_nul;                 /* \u0000 in strings */
  size_t value_count, max_values; /* of all values; no more than SIZE_MAX where nobody asked for a bound */
  const char *const *apart;       /* NULL, or as in aski_json_parse_apart */
  bool within_apart;              /* the value of such a member is being read */
  aski_json_span *numbers;        /* in the order of the text */
  size_t number_count, number_capacity;
  aski_json_spot *spots; /* of all values, likewise */
  size_t spot_count, spot_capacity;
  uint32_t last_name;          /* where the last member's name begins */
  aski_json_name_entry *names; /* of all open objects, the innermost last */
  size_t name_count, name_capacity;
  aski_buffer pool; /* decoded names */
  size_t depth;
  struct {
    bool object;
    size_t first_name;
    size_t pool_length;
  } open[ASKI_JSON_MAX_DEPTH];
  bool no_memory;
  size_t error_at;
  char problem[160];
} aski_json_scanner;

/* The text is borrowed for the scanner's life. */
void aski_json_scanner_init(aski_json_scanner *scanner, askiam_str text, const askiam_allocator *allocator,
                            bool keep_numbers);
void aski_json_scanner_clean_up(aski_json_scanner *scanner);
/* False where the text is not good, then `problem` and `error_at` say why, or where `no_memory` is set. */
bool aski_json_scanner_run(aski_json_scanner *scanner);
/* Line and column of error_at, with the problem. */
void aski_json_scanner_place(const aski_json_scanner *scanner, aski_json_place *out_place);

/* Between the scanner's two files. All leave `at` behind what they read. */
bool aski_json_fail(aski_json_scanner *scanner, size_t at, const char *problem);
/* At the opening quote. Sets *out_escaped where there are escapes in it. */
bool aski_json_scan_string(aski_json_scanner *scanner, bool *out_escaped);
bool aski_json_scan_number(aski_json_scanner *scanner);
/* Decodes a string's content that was scanned already onto the pool. */
void aski_json_decode(aski_json_scanner *scanner, askiam_str raw);

#endif
