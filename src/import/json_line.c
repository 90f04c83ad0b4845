/* SPDX-License-Identifier: Apache-2.0
 *
 * From a row of a JSON text back to its line, looked for only when there is something to tell. The text has been found valid. */
#include "import/run.h"

typedef struct s_walk {
  askiam_str text;
  size_t at;
  uint64_t line;
} s_walk;

/* Passes over a string; its content. */
static askiam_str s_string(s_walk *walk)
{
  size_t start = ++walk->at;
  while (walk->at < walk->text.length && walk->text.data[walk->at] != '"') {
    walk->at += walk->text.data[walk->at] == '\\' ? 2 : 1;
  }
  size_t end = walk->at < walk->text.length ? walk->at : walk->text.length;
  ++walk->at;
  return aski_str_slice(walk->text, start, end - start);
}

/* To the next byte that is no white space; 0 at the end. */
static char s_peek(s_walk *walk)
{
  for (; walk->at < walk->text.length; ++walk->at) {
    char byte = walk->text.data[walk->at];
    if (byte == '\n') {
      ++walk->line;
    } else if (byte != ' ' && byte != '\t' && byte != '\r') {
      return byte;
    }
  }
  return 0;
}

/* From the first thing inside a list to its `index`-th. */
static uint64_t s_element(s_walk *walk, uint64_t index)
{
  size_t depth = 1;
  for (char byte = s_peek(walk); byte != 0 && depth > 0; byte = s_peek(walk)) {
    if (index == 0) {
      return walk->line;
    }
    if (byte == '"') {
      s_string(walk);
      continue;
    }
    ++walk->at;
    depth += byte == '[' || byte == '{' ? 1 : 0;
    depth -= byte == ']' || byte == '}' ? 1 : 0;
    if (byte == ',' && depth == 1 && --index == 0) {
      s_peek(walk);
    }
  }
  return 1;
}

uint64_t aski_import_json_line(askiam_str text, const char *name, uint64_t index)
{
  s_walk walk = {text, 0, 1};
  size_t depth = 0;
  bool found = false; /* the string before was the member's name */
  for (char byte = s_peek(&walk); byte != 0; byte = s_peek(&walk)) {
    if (byte == '"') {
      askiam_str content = s_string(&walk);
      found = depth == 1 && aski_str_equal_text(content, name) && s_peek(&walk) == ':';
      continue;
    }
    ++walk.at;
    if (found && (byte == '[' || byte == '{')) {
      return s_element(&walk, index);
    }
    found = found && byte == ':';
    depth += byte == '[' || byte == '{' ? 1 : 0;
    depth -= (byte == ']' || byte == '}') && depth > 0 ? 1 : 0;
  }
  return 1;
}
