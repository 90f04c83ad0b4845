/* SPDX-License-Identifier: Apache-2.0
 *
 * Where log records and spans of one request go: behind askiam/log.h. */
#ifndef ASKI_BASE_LOG_H
#define ASKI_BASE_LOG_H

#include <askiam/log.h>

#include "base/time.h"

/* The host's callbacks and what is known of the request in work. Read only while it is shared by threads. */
typedef struct aski_trace {
  askiam_log_fn log; /* NULL: silence */
  void *log_context;
  askiam_log_level level;
  bool with_sentence;
  askiam_observer_fn observer; /* NULL: nobody */
  void *observer_context;
  const askiam_clock *clock;
  askiam_str request_id;
  askiam_str user_id;
  askiam_str trace_id;
  askiam_str session_id;
  askiam_str ip;
  askiam_str sentence;
} aski_trace;

struct askiam_span {
  const aski_trace *trace;
  askiam_span_kind kind;
  const char *name;
  uint64_t begin_ticks_ns;
  int ended;
  double duration_ms;
  askiam_status outcome;
};

struct askiam_log_record {
  askiam_log_level level;
  int64_t time_ms;
  double duration_ms;
  askiam_str fields[ASKIAM_LOG_SENTENCE + 1];
};

/* `trace` may be NULL in all of these. */
void aski_span_begin(askiam_span *span, const aski_trace *trace, askiam_span_kind kind, const char *name);
/* Gives `outcome` back. */
askiam_status aski_span_end(askiam_span *span, askiam_status outcome);
/* One record; `status` may be NULL, `duration_ms` negative for none. The message is cut at 1,023 bytes. */
void aski_log(const aski_trace *trace, askiam_log_level level, const char *stage, const char *status,
              double duration_ms, const char *format, ...) ASKIAM_PRINTF(6, 7);

#endif
