/* SPDX-License-Identifier: Apache-2.0
 *
 * What the library tells its host while it works: structured log records, and the begin and end of every stage and
 * backend call. The library never prints. */
#ifndef ASKIAM_LOG_H
#define ASKIAM_LOG_H

#include <askiam/api.h>
#include <askiam/error.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum askiam_log_level {
  ASKIAM_LOG_DEBUG = 0,
  ASKIAM_LOG_INFO = 1,
  ASKIAM_LOG_WARN = 2,
  ASKIAM_LOG_ERROR = 3,
  ASKIAM_LOG_OFF = 4
} askiam_log_level;

/* The members of a log record that are text. Append-only. */
typedef enum askiam_log_field {
  ASKIAM_LOG_STAGE = 0, /* "intake", "extract", "rag", "rules", "decide", "audit", "store", … */
  ASKIAM_LOG_MESSAGE = 1,
  ASKIAM_LOG_REQUEST_ID = 2,
  ASKIAM_LOG_USER_ID = 3,
  ASKIAM_LOG_TRACE_ID = 4,
  ASKIAM_LOG_SESSION_ID = 5,
  ASKIAM_LOG_IP = 6,
  ASKIAM_LOG_STATUS = 7,  /* the decision's status, where there is one */
  ASKIAM_LOG_SENTENCE = 8 /* absent unless `log.sentence` is true */
} askiam_log_field;

/* One record. Borrowed for the length of the callback. */
typedef struct askiam_log_record askiam_log_record;

ASKIAM_API askiam_log_level askiam_log_record_level(const askiam_log_record *record);
/* UTC milliseconds since 1970. */
ASKIAM_API int64_t askiam_log_record_time_ms(const askiam_log_record *record);
/* Milliseconds that what is told of took; negative where it has no length. */
ASKIAM_API double askiam_log_record_duration_ms(const askiam_log_record *record);
/* The text of a field; absent where the record has none. Borrowed from the record. */
ASKIAM_API askiam_str askiam_log_record_field(const askiam_log_record *record, askiam_log_field field);
/* Writes the record as one JSON object without a line feed, NUL-terminated, into `buffer` of `size_bytes`. Returns
 * the length it needs without the NUL; where that is not less than `size_bytes` the record did not fit and the
 * buffer holds "". */
ASKIAM_API size_t askiam_log_record_to_json(const askiam_log_record *record, char *buffer, size_t size_bytes);
/* "DEBUG", "INFO", "WARN", "ERROR", "OFF". Static. */
ASKIAM_API const char *askiam_log_level_name(askiam_log_level level);

/* Receives records of `log.level` and above, on the thread that does the work; it may be called by several threads
 * at the same time, and must not call into the engine. */
typedef void (*askiam_log_fn)(void *context, const askiam_log_record *record);

typedef enum askiam_span_kind { ASKIAM_SPAN_STAGE = 0, ASKIAM_SPAN_BACKEND = 1 } askiam_span_kind;

/* The begin and the end of one stage ("extract") or backend call ("catalogue.facts"). */
typedef struct askiam_span askiam_span;

ASKIAM_API askiam_span_kind askiam_span_get_kind(const askiam_span *span);
/* The stage's or the slot's name. Borrowed from the span, NUL-terminated. */
ASKIAM_API const char *askiam_span_name(const askiam_span *span);
/* The request it belongs to; absent where there is none. */
ASKIAM_API askiam_str askiam_span_request_id(const askiam_span *span);
/* 0 at the begin, 1 at the end. Every begin has exactly one end, on the same thread. */
ASKIAM_API int askiam_span_ended(const askiam_span *span);
/* Milliseconds from begin to end, and how it ended; 0 and OK at the begin. */
ASKIAM_API double askiam_span_duration_ms(const askiam_span *span);
ASKIAM_API askiam_status askiam_span_outcome(const askiam_span *span);

/* Called at each begin and end; the same rules as for askiam_log_fn. */
typedef void (*askiam_observer_fn)(void *context, const askiam_span *span);

#ifdef __cplusplus
}
#endif
#endif
