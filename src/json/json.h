/* SPDX-License-Identifier: Apache-2.0
 *
 * JSON, strict (RFC 8259): our scanner refuses first what cJSON would take (duplicate members, bad UTF-8, raw control
 * characters, 01, lone surrogates, \u0000, depth over 64) with line and column, then cJSON builds the tree. The only
 * room that includes cJSON. Big integers keep their text. */
#ifndef ASKI_JSON_JSON_H
#define ASKI_JSON_JSON_H

#include <askiam/error.h>

#include "base/memory.h"

/* What a text may at most be. */
enum { ASKI_JSON_MAX_DEPTH = 64, ASKI_JSON_MAX_BYTES = 16 * 1024 * 1024 };

typedef struct aski_json aski_json; /* a node; borrowed from its document */
typedef struct aski_json_document aski_json_document;

typedef enum aski_json_type {
  ASKI_JSON_NULL,
  ASKI_JSON_BOOL,
  ASKI_JSON_NUMBER,
  ASKI_JSON_STRING,
  ASKI_JSON_ARRAY,
  ASKI_JSON_OBJECT
} aski_json_type;

typedef struct aski_json_place {
  size_t line;   /* from 1 */
  size_t column; /* from 1, in characters */
  char message[160];
} aski_json_place;

/* Only looks: true for one well-formed value. `out_place` (may be NULL) says what is wrong. No recursion, no
 * allocation but for the members' names of open objects (duplicates are found by their decoded names); linear time. */
bool aski_json_check(askiam_str text, const askiam_allocator *allocator, aski_json_place *out_place);
/* Parses. BAD_DATA with "line L, column C: message"; NO_MEMORY. Destroy with aski_json_destroy. */
askiam_status aski_json_parse(aski_json_document **out_document, askiam_str text, const askiam_allocator *allocator,
                              askiam_layer layer, askiam_error *error);
/* The same for what strangers answer, of at most `max_values` values, else BAD_DATA ("more values than …"): a tree
 * takes a hundred times the bytes of its smallest values, so that 16 MiB of them would be more than 1 GB. */
askiam_status aski_json_parse_bounded(aski_json_document **out_document, askiam_str text, size_t max_values,
                                      const askiam_allocator *allocator, askiam_layer layer, askiam_error *error);
/* The same as aski_json_parse; `out_place` (may be NULL) also says where and why BAD_DATA. */
askiam_status aski_json_parse_place(aski_json_document **out_document, askiam_str text,
                                    const askiam_allocator *allocator, askiam_layer layer, aski_json_place *out_place,
                                    askiam_error *error);
/* The same for an object that holds documents which are to be judged one by one: within the members of these names
 * (ended by NULL, borrowed for the document's life) objects may have a member twice, of which the first is found.
 * Read such a document from its own text. */
askiam_status aski_json_parse_apart(aski_json_document **out_document, askiam_str text, const char *const *apart,
                                    const askiam_allocator *allocator, askiam_layer layer, askiam_error *error);
void aski_json_destroy(aski_json_document *document);
const aski_json *aski_json_root(const aski_json_document *document);

aski_json_type aski_json_type_of(const aski_json *node);
/* "a string", "an object", … for messages. */
const char *aski_json_type_name(const aski_json *node);
/* A member by its exact name; NULL where `node` is no object, is NULL, or has none. */
const aski_json *aski_json_get(const aski_json *node, const char *name);
/* Walks an array or object: `for (const aski_json *item = aski_json_first(node); item != NULL; item =
 * aski_json_next(item))`. */
const aski_json *aski_json_first(const aski_json *node);
const aski_json *aski_json_next(const aski_json *item);
askiam_str aski_json_name(const aski_json *item); /* its member name; absent in an array */
size_t aski_json_count(const aski_json *node);
/* The value; absent, or the default, where the node is NULL or of another type. */
askiam_str aski_json_string(const aski_json *node);
bool aski_json_bool(const aski_json *node, bool otherwise);
double aski_json_number(const aski_json *node, double otherwise);
/* True where the number is written as an integer (no fraction, no exponent) that fits. */
bool aski_json_integer(const aski_json *node, int64_t *out_value);
/* The same for 0 to 2^64 - 1. */
bool aski_json_unsigned(const aski_json *node, uint64_t *out_value);
/* The number's literal text; for "an integer id means its decimal text". Absent where it is no number. */
askiam_str aski_json_number_text(const aski_json *node);

/* Where the nodes stand, for messages about a text that is JSON but not what it should be. `text` is what the
 * document was parsed from: it is walked once more, since nobody needs places of a document that is good. False:
 * memory ran out. */
bool aski_json_locate(aski_json_document *document, askiam_str text);
/* The offset at which the node's value begins, or the name of its member (the value where it has none). 0 before
 * aski_json_locate. */
size_t aski_json_offset(const aski_json_document *document, const aski_json *node, bool name);
/* From offsets to lines and columns, both from 1, columns in characters. Only moves on: linear for all places of a
 * text in their order. */
typedef struct aski_json_cursor {
  askiam_str text;
  size_t at;
  size_t line;
  size_t column;
} aski_json_cursor;
void aski_json_cursor_init(aski_json_cursor *cursor, askiam_str text);
void aski_json_cursor_advance(aski_json_cursor *cursor, size_t offset);

/* Writing: appends to a buffer, commas by itself. Names and strings are escaped; strings that are not UTF-8 are
 * written with U+FFFD in place of each bad byte (and of U+0000, which the reader would refuse). A NaN or an infinity
 * is written as null. */
typedef struct aski_json_writer {
  aski_buffer *buffer;
  bool need_comma;
} aski_json_writer;

void aski_json_writer_init(aski_json_writer *writer, aski_buffer *buffer);
/* In all of these, `name` NULL writes an array's element or the root. */
void aski_json_open_object(aski_json_writer *writer, const char *name);
void aski_json_close_object(aski_json_writer *writer);
void aski_json_open_array(aski_json_writer *writer, const char *name);
void aski_json_close_array(aski_json_writer *writer);
/* An absent string is written as null. */
void aski_json_write_string(aski_json_writer *writer, const char *name, askiam_str value);
void aski_json_write_text(aski_json_writer *writer, const char *name, const char *value);
void aski_json_write_bool(aski_json_writer *writer, const char *name, bool value);
void aski_json_write_null(aski_json_writer *writer, const char *name);
void aski_json_write_integer(aski_json_writer *writer, const char *name, int64_t value);
void aski_json_write_unsigned(aski_json_writer *writer, const char *name, uint64_t value);
/* The shortest text that reads back as the same double, at most `decimals` after the point where that is >= 0. */
void aski_json_write_number(aski_json_writer *writer, const char *name, double value, int decimals);
/* RFC 3339; 0 is written as null. */
void aski_json_write_time(aski_json_writer *writer, const char *name, int64_t time_ms);
/* Text that is JSON already. */
void aski_json_write_raw(aski_json_writer *writer, const char *name, askiam_str json);
/* Takes back the closing of the object that was written last, so that members can be added and it can be closed anew. */
void aski_json_reopen_object(aski_json_writer *writer);
/* A member whose name is not a literal. */
void aski_json_write_member(aski_json_writer *writer, askiam_str name, askiam_str value);

#endif
