/* SPDX-License-Identifier: Apache-2.0
 *
 * Texts with wildcards and variables, taken apart. "IAM policy elements: Variables and tags" in the IAM User Guide. */
#include "policy/document.h"

typedef struct s_reader {
  aski_policy_template *template;
  aski_arena *arena;
  askiam_str text;
  size_t at;
  char *written; /* what literals and defaults are made of: never longer than the text, since escapes only shrink it */
  size_t length;
  size_t literal; /* where in `written` the literal being read begins */
} s_reader;

static char s_peek(const s_reader *reader, size_t ahead)
{
  return reader->at + ahead < reader->text.length ? reader->text.data[reader->at + ahead] : 0;
}

static aski_policy_part *s_push(s_reader *reader, aski_policy_part_kind kind)
{
  aski_policy_part *part = ASKI_ARENA_PUSH(reader->arena, reader->template);
  if (part != NULL) {
    part->kind = kind;
  }
  return part;
}

/* Ends the literal that is being read, if it has anything in it. */
static void s_flush(s_reader *reader)
{
  if (reader->length > reader->literal) {
    aski_policy_part *part = s_push(reader, ASKI_POLICY_PART_LITERAL);
    if (part != NULL) {
      part->text = (askiam_str){reader->written + reader->literal, reader->length - reader->literal};
    }
  }
  reader->literal = reader->length;
}

static void s_wildcard(s_reader *reader, bool star)
{
  s_flush(reader);
  const aski_policy_template *template = reader->template;
  bool repeated = star && template->count > 0 && template->items[template->count - 1].kind == ASKI_POLICY_PART_STAR;
  if (!repeated) {
    s_push(reader, star ? ASKI_POLICY_PART_STAR : ASKI_POLICY_PART_ANY_ONE);
  }
}

static void s_skip_spaces(s_reader *reader)
{
  while (s_peek(reader, 0) == ' ') {
    ++reader->at;
  }
}

/* 'it''s' within quotes; `at` is behind the opening one. */
static const char *s_default(s_reader *reader, askiam_str *out_text)
{
  size_t begin = reader->length;
  while (reader->at < reader->text.length) {
    char byte = reader->text.data[reader->at];
    if (byte == '\'' && s_peek(reader, 1) != '\'') {
      ++reader->at;
      *out_text = (askiam_str){reader->written + begin, reader->length - begin};
      reader->literal = reader->length;
      return NULL;
    }
    reader->at += byte == '\'' ? 2 : 1;
    reader->written[reader->length++] = byte;
  }
  return "the default of a variable has no closing '";
}

static bool s_is_key_end(char byte) { return byte == 0 || strchr(",}{$'*?\"", byte) != NULL; }

/* Behind "${". */
static const char *s_variable(s_reader *reader)
{
  s_skip_spaces(reader);
  size_t begin = reader->at;
  while (reader->at < reader->text.length && !s_is_key_end(reader->text.data[reader->at])) {
    ++reader->at;
  }
  askiam_str key = aski_str_trim(aski_str_slice(reader->text, begin, reader->at - begin));
  askiam_str default_text = ASKI_STR_NONE;
  if (s_peek(reader, 0) == ',') {
    ++reader->at;
    s_skip_spaces(reader);
    if (s_peek(reader, 0) != '\'') {
      return "after the comma a variable has its default in single quotes, as in ${aws:username, 'nobody'}";
    }
    ++reader->at;
    const char *problem = s_default(reader, &default_text);
    if (problem != NULL) {
      return problem;
    }
    s_skip_spaces(reader);
  }
  if (reader->at >= reader->text.length) {
    return "a variable begins with ${ but has no closing }";
  }
  if (s_peek(reader, 0) != '}') {
    return "a variable is ${key} or ${key, 'default'}; no other characters fit in there";
  }
  ++reader->at;
  if (key.length == 0) {
    return "a variable needs a key, as in ${aws:username}; ${$} stands for the character $";
  }
  aski_policy_part *part = s_push(reader, ASKI_POLICY_PART_VARIABLE);
  if (part != NULL) {
    part->text = key;
    part->default_text = default_text;
  }
  return NULL;
}

/* At "${". */
static const char *s_dollar(s_reader *reader)
{
  char special = s_peek(reader, 2);
  if ((special == '*' || special == '?' || special == '$') && s_peek(reader, 3) == '}') {
    reader->written[reader->length++] = special;
    reader->at += 4;
    return NULL;
  }
  s_flush(reader);
  reader->at += 2;
  return s_variable(reader);
}

const char *aski_policy_template_read(aski_policy_template *out_template, aski_arena *arena, askiam_str text,
                                      bool wildcards, bool variables)
{
  *out_template = (aski_policy_template){0};
  s_reader reader = {.template = out_template, .arena = arena, .text = text};
  reader.written = aski_arena_acquire(arena, text.length + 1, 1);
  if (reader.written == NULL) {
    return NULL;
  }
  while (reader.at < text.length) {
    char byte = text.data[reader.at];
    if (variables && byte == '$' && s_peek(&reader, 1) == '{') {
      const char *problem = s_dollar(&reader);
      if (problem != NULL) {
        return problem;
      }
    } else if (wildcards && (byte == '*' || byte == '?')) {
      s_wildcard(&reader, byte == '*');
      ++reader.at;
    } else {
      reader.written[reader.length++] = byte;
      ++reader.at;
    }
  }
  s_flush(&reader);
  return NULL;
}
