/* SPDX-License-Identifier: Apache-2.0
 *
 * Log records and spans on their way to the host. Nothing is allocated, so that a log never fails. */
#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/text.h"

enum { MESSAGE_BYTES = 1024 };

askiam_log_level askiam_log_record_level(const askiam_log_record *record) { return record->level; }

int64_t askiam_log_record_time_ms(const askiam_log_record *record) { return record->time_ms; }

double askiam_log_record_duration_ms(const askiam_log_record *record) { return record->duration_ms; }

askiam_str askiam_log_record_field(const askiam_log_record *record, askiam_log_field field)
{
  size_t index = (size_t)field;
  return index < sizeof record->fields / sizeof *record->fields ? record->fields[index] : ASKI_STR_NONE;
}

const char *askiam_log_level_name(askiam_log_level level)
{
  static const char *const names[] = {"DEBUG", "INFO", "WARN", "ERROR", "OFF"};
  size_t index = (size_t)level;
  return index < sizeof names / sizeof *names ? names[index] : "UNKNOWN";
}

/* Counts what would be written and writes what fits. */
typedef struct json_out {
  char *data;
  size_t size;
  size_t length;
} json_out;

static void s_put(json_out *out, const char *text, size_t length)
{
  for (size_t i = 0; i < length; ++i, ++out->length) {
    if (out->length + 1 < out->size) {
      out->data[out->length] = text[i];
    }
  }
}

static void s_put_escaped(json_out *out, askiam_str text)
{
  for (size_t i = 0; i < text.length; ++i) {
    unsigned char byte = (unsigned char)text.data[i];
    char escape[8];
    if (byte == '"' || byte == '\\') {
      s_put(out, "\\", 1);
    }
    if (byte < 0x20 || byte == 0x7F) {
      int length = snprintf(escape, sizeof escape, "\\u%04x", byte);
      s_put(out, escape, (size_t)length);
    } else {
      s_put(out, &text.data[i], 1);
    }
  }
}

static void s_put_member(json_out *out, const char *name, askiam_str value)
{
  if (value.data == NULL) {
    return;
  }
  s_put(out, ",\"", 2);
  s_put(out, name, strlen(name));
  s_put(out, "\":\"", 3);
  s_put_escaped(out, aski_text_valid(value) ? value : ASKI_STR("(not UTF-8)"));
  s_put(out, "\"", 1);
}

size_t askiam_log_record_to_json(const askiam_log_record *record, char *buffer, size_t size_bytes)
{
  static const char *const names[] = {"stage",      "message", "request_id", "user_id", "trace_id",
                                      "session_id", "ip",      "status",     "sentence"};
  char time[ASKI_TIME_TEXT_BYTES];
  aski_time_format(record->time_ms, time);
  json_out out = {buffer, size_bytes, 0};
  s_put(&out, "{\"time\":\"", 9);
  s_put(&out, time, strlen(time));
  s_put(&out, "\"", 1);
  s_put_member(&out, "level", askiam_str_from(askiam_log_level_name(record->level)));
  for (size_t i = 0; i < sizeof names / sizeof *names; ++i) {
    s_put_member(&out, names[i], record->fields[i]);
  }
  if (record->duration_ms >= 0) {
    /* Not by %f: a host's locale may write a comma. */
    uint64_t microseconds = (uint64_t)(record->duration_ms * 1000 + 0.5);
    char duration[64];
    int length = snprintf(duration, sizeof duration, ",\"duration_ms\":%llu.%03u",
                          (unsigned long long)(microseconds / 1000), (unsigned)(microseconds % 1000));
    s_put(&out, duration, (size_t)length);
  }
  s_put(&out, "}", 1);
  if (size_bytes > 0) {
    buffer[out.length < size_bytes ? out.length : 0] = 0;
  }
  return out.length;
}

void aski_log(const aski_trace *trace, askiam_log_level level, const char *stage, const char *status,
              double duration_ms, const char *format, ...)
{
  if (trace == NULL || trace->log == NULL || level < trace->level) {
    return;
  }
  char message[MESSAGE_BYTES];
  va_list arguments;
  va_start(arguments, format);
  int length = vsnprintf(message, sizeof message, format, arguments);
  va_end(arguments);
  size_t kept = length < 0 ? 0 : (size_t)length;
  if (kept >= sizeof message) {
    kept = aski_text_cut((askiam_str){message, sizeof message - 1}, sizeof message - 1);
  }
  askiam_log_record record = {.level = level, .time_ms = aski_clock_now_ms(trace->clock), .duration_ms = duration_ms};
  record.fields[ASKIAM_LOG_STAGE] = askiam_str_from(stage);
  record.fields[ASKIAM_LOG_MESSAGE] = (askiam_str){message, kept};
  record.fields[ASKIAM_LOG_REQUEST_ID] = trace->request_id;
  record.fields[ASKIAM_LOG_USER_ID] = trace->user_id;
  record.fields[ASKIAM_LOG_TRACE_ID] = trace->trace_id;
  record.fields[ASKIAM_LOG_SESSION_ID] = trace->session_id;
  record.fields[ASKIAM_LOG_IP] = trace->ip;
  record.fields[ASKIAM_LOG_STATUS] = askiam_str_from(status);
  record.fields[ASKIAM_LOG_SENTENCE] = trace->with_sentence ? trace->sentence : ASKI_STR_NONE;
  trace->log(trace->log_context, &record);
}

askiam_span_kind askiam_span_get_kind(const askiam_span *span) { return span->kind; }

const char *askiam_span_name(const askiam_span *span) { return span->name; }

askiam_str askiam_span_request_id(const askiam_span *span) { return span->trace->request_id; }

int askiam_span_ended(const askiam_span *span) { return span->ended; }

double askiam_span_duration_ms(const askiam_span *span) { return span->duration_ms; }

askiam_status askiam_span_outcome(const askiam_span *span) { return span->outcome; }

void aski_span_begin(askiam_span *span, const aski_trace *trace, askiam_span_kind kind, const char *name)
{
  *span = (askiam_span){.trace = trace, .kind = kind, .name = name};
  if (trace != NULL && trace->observer != NULL) {
    span->begin_ticks_ns = aski_clock_ticks_ns(trace->clock);
    trace->observer(trace->observer_context, span);
  }
}

askiam_status aski_span_end(askiam_span *span, askiam_status outcome)
{
  const aski_trace *trace = span->trace;
  if (trace != NULL && trace->observer != NULL) {
    span->ended = 1;
    span->duration_ms = (double)(aski_clock_ticks_ns(trace->clock) - span->begin_ticks_ns) / 1e6;
    span->outcome = outcome;
    trace->observer(trace->observer_context, span);
  }
  return outcome;
}
