/* SPDX-License-Identifier: Apache-2.0
 *
 * Findings: noted while the document is read, told at the end in the order of the text, with line and column. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "policy/reader.h"

enum { SHOWN_BYTES = 60, MESSAGE_BYTES = 400 };

void aski_policy_reader_init(aski_policy_reader *reader, aski_arena *arena, askiam_policy_kind kind)
{
  *reader = (aski_policy_reader){.arena = arena, .kind = kind, .rules = aski_policy_rules_of(kind)};
  aski_arena_init(&reader->scratch, arena->allocator);
}

void aski_policy_reader_clean_up(aski_policy_reader *reader) { aski_arena_clean_up(&reader->scratch); }

bool aski_policy_reader_failed(const aski_policy_reader *reader)
{
  return reader->arena->failed || reader->scratch.failed;
}

void aski_policy_enter(aski_policy_reader *reader, askiam_str name)
{
  reader->steps[reader->depth++] = (aski_policy_step){.name = name};
}

void aski_policy_enter_item(aski_policy_reader *reader, size_t index)
{
  reader->steps[reader->depth++] = (aski_policy_step){.index = index};
}

void aski_policy_leave(aski_policy_reader *reader) { --reader->depth; }

const char *aski_policy_shown(aski_policy_reader *reader, askiam_str text)
{
  bool cut = text.length > SHOWN_BYTES;
  size_t length = cut ? aski_text_cut(text, SHOWN_BYTES) : text.length;
  char *shown = aski_arena_acquire(&reader->scratch, length + sizeof "…", 1);
  if (shown == NULL) {
    return "";
  }
  for (size_t i = 0; i < length; ++i) {
    unsigned char byte = (unsigned char)text.data[i];
    shown[i] = byte < 0x20 || byte == 0x7F ? '?' : (char)byte;
  }
  memcpy(shown + length, cut ? "…" : "", cut ? sizeof "…" : 1);
  return shown;
}

/* ASCII only, which all our names are. */
static askiam_str s_lower(askiam_str text, char out[SHOWN_BYTES])
{
  size_t length = text.length < SHOWN_BYTES ? text.length : SHOWN_BYTES;
  for (size_t i = 0; i < length; ++i) {
    out[i] = (char)(text.data[i] >= 'A' && text.data[i] <= 'Z' ? text.data[i] - 'A' + 'a' : text.data[i]);
  }
  return (askiam_str){out, length};
}

const char *aski_policy_suggestion(aski_policy_reader *reader, askiam_str text, const char *const *names, size_t count)
{
  enum { FARTHEST = 3 };
  char lower[2][SHOWN_BYTES];
  const char *best = NULL;
  unsigned least = FARTHEST;
  askiam_str wanted = s_lower(text, lower[0]);
  for (size_t i = 0; i < count && text.length < SHOWN_BYTES; ++i) {
    unsigned distance = aski_text_distance(wanted, s_lower(askiam_str_from(names[i]), lower[1]), FARTHEST - 1);
    if (distance < least && distance * 3 <= text.length) {
      least = distance;
      best = names[i];
    }
  }
  askiam_str said = best == NULL ? ASKI_STR("") : aski_arena_format(&reader->scratch, "; did you mean \"%s\"?", best);
  return said.data == NULL ? "" : said.data;
}

/* "Statement[1].Condition.IpAddress.aws:SourceIp[0]" */
static askiam_str s_path(aski_policy_reader *reader)
{
  char path[ASKI_POLICY_MAX_STEPS * (SHOWN_BYTES + 8)];
  size_t length = 0;
  path[0] = 0;
  for (size_t i = 0; i < reader->depth; ++i) {
    const aski_policy_step *step = &reader->steps[i];
    int written = aski_str_present(step->name) ? snprintf(path + length, sizeof path - length, "%s%s",
                                                          i == 0 ? "" : ".", aski_policy_shown(reader, step->name))
                                               : snprintf(path + length, sizeof path - length, "[%zu]", step->index);
    length += written < 0 ? 0 : (size_t)written;
  }
  return aski_arena_copy(&reader->scratch, askiam_str_from(path));
}

typedef enum s_stress { STRESS_WARNING = 1, STRESS_AT_NAME = 2, STRESS_PERMANENT = 4 } s_stress;

static void s_note(aski_policy_reader *reader, const aski_json *node, unsigned stress, const char *format,
                   va_list values) ASKIAM_PRINTF(4, 0);
static void s_note(aski_policy_reader *reader, const aski_json *node, unsigned stress, const char *format,
                   va_list values)
{
  char message[MESSAGE_BYTES];
  vsnprintf(message, sizeof message, format, values);
  aski_policy_note *note = ASKI_ARENA_PUSH(&reader->scratch, &reader->notes);
  if (note != NULL) {
    note->node = node;
    note->warning = (stress & STRESS_WARNING) != 0;
    note->at_name = (stress & STRESS_AT_NAME) != 0;
    note->permanent = (stress & STRESS_PERMANENT) != 0;
    note->path = s_path(reader);
    note->message = aski_arena_copy(&reader->scratch, askiam_str_from(message));
    note->order = reader->notes.count;
  }
  reader->refused = reader->refused || (stress & STRESS_WARNING) == 0;
}

bool aski_policy_refuse(aski_policy_reader *reader, const aski_json *node, const char *format, ...)
{
  va_list values;
  va_start(values, format);
  s_note(reader, node, 0, format, values);
  va_end(values);
  return false;
}

void aski_policy_warn(aski_policy_reader *reader, const aski_json *node, const char *format, ...)
{
  va_list values;
  va_start(values, format);
  s_note(reader, node, STRESS_WARNING, format, values);
  va_end(values);
}

bool aski_policy_refuse_name(aski_policy_reader *reader, const aski_json *node, const char *format, ...)
{
  va_list values;
  va_start(values, format);
  s_note(reader, node, STRESS_AT_NAME, format, values);
  va_end(values);
  return false;
}

void aski_policy_warn_name(aski_policy_reader *reader, const aski_json *node, const char *format, ...)
{
  va_list values;
  va_start(values, format);
  s_note(reader, node, STRESS_WARNING | STRESS_AT_NAME, format, values);
  va_end(values);
}

void aski_policy_warn_permanent(aski_policy_reader *reader, const aski_json *node, const char *format, ...)
{
  va_list values;
  va_start(values, format);
  s_note(reader, node, STRESS_WARNING | STRESS_AT_NAME | STRESS_PERMANENT, format, values);
  va_end(values);
}

bool aski_policy_refuse_type(aski_policy_reader *reader, const aski_json *node, const char *wanted)
{
  return aski_policy_refuse(reader, node, "must be %s, not %s", wanted, aski_json_type_name(node));
}

static int s_compare(const void *left, const void *right)
{
  const aski_policy_note *one = left;
  const aski_policy_note *other = right;
  if (one->offset != other->offset) {
    return one->offset < other->offset ? -1 : 1;
  }
  return one->order < other->order ? -1 : one->order > other->order;
}

static askiam_status s_refused(askiam_error *error, const askiam_policy_finding *first)
{
  bool named = first->path.length > 0;
  return askiam_error_set(error, ASKIAM_STATUS_BAD_DATA, ASKIAM_LAYER_ENGINE, "line %zu, column %zu: %.*s%s%.*s",
                          first->line, first->column, ASKI_STR_ARG(first->path), named ? ": " : "",
                          ASKI_STR_ARG(first->message));
}

askiam_status aski_policy_tell(aski_policy_reader *reader, aski_json_document *document, aski_json_cursor *cursor,
                               askiam_policy_finding_fn finding, void *context, askiam_error *error)
{
  if (reader->notes.count == 0 || (finding == NULL && !reader->refused)) {
    return ASKIAM_STATUS_OK; /* nothing to tell, or nobody who hears it */
  }
  if (!aski_json_locate(document, cursor->text)) {
    return askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_ENGINE, "memory ran out in a policy");
  }
  for (size_t i = 0; i < reader->notes.count; ++i) {
    aski_policy_note *note = &reader->notes.items[i];
    note->offset = aski_json_offset(document, note->node, note->at_name);
  }
  qsort(reader->notes.items, reader->notes.count, sizeof *reader->notes.items, s_compare);
  askiam_status status = ASKIAM_STATUS_OK;
  for (size_t i = 0; i < reader->notes.count; ++i) {
    const aski_policy_note *note = &reader->notes.items[i];
    if (note->permanent && reader->permanent_is_settled) {
      continue;
    }
    aski_json_cursor_advance(cursor, note->offset);
    askiam_policy_finding told = {note->warning, cursor->line, cursor->column, note->path, note->message};
    if (finding != NULL) {
      finding(context, &told);
    }
    if (!note->warning && status == ASKIAM_STATUS_OK) {
      status = s_refused(error, &told);
    }
  }
  return status;
}
