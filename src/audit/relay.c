/* SPDX-License-Identifier: Apache-2.0
 *
 * Delivering the outbox: at least once. Events are marked only after the target has them for good, so that a crash between the
 * two delivers them again, never not at all. */
#include "audit/relay_file.h"

#include "audit/audit.h"

enum { BATCH = 256 };

typedef struct s_relay {
  askiam_error *error;
  aski_buffer lines;
  int64_t positions[BATCH];
  size_t count;
} s_relay;

/* JSON has line feeds between its parts only, where a space means the same. */
static void s_append_line(aski_buffer *lines, askiam_str body)
{
  size_t start = lines->length;
  aski_buffer_append(lines, body);
  if (!lines->failed) {
    for (size_t i = start; i < lines->length; ++i) {
      lines->data[i] = lines->data[i] == '\n' || lines->data[i] == '\r' ? ' ' : lines->data[i];
    }
  }
  aski_buffer_append_byte(lines, '\n');
}

static askiam_status s_event(void *context, int64_t position, askiam_str id, askiam_str type, askiam_str chain,
                             askiam_str body)
{
  s_relay *relay = context;
  (void)id;
  (void)type;
  (void)chain;
  if (relay->count == BATCH) {
    return askiam_error_set(relay->error, ASKIAM_STATUS_INTERNAL, ASKIAM_LAYER_AUDIT,
                            "the outbox gave too many events");
  }
  s_append_line(&relay->lines, body);
  if (relay->lines.failed) {
    return askiam_error_set(relay->error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_AUDIT, "out of memory while relaying");
  }
  relay->positions[relay->count++] = position;
  return ASKIAM_STATUS_OK;
}

static askiam_status s_deliver(s_relay *relay, uint64_t *delivered, const aski_audit *audit, const askiam_call *call,
                               aski_relay_file *file)
{
  int64_t after = -1;
  for (;;) {
    if (askiam_call_cancelled(call)) {
      return askiam_error_set(relay->error, ASKIAM_STATUS_CANCELLED, ASKIAM_LAYER_AUDIT, "the relay was cancelled");
    }
    relay->count = 0;
    aski_buffer_clear(&relay->lines);
    askiam_status status = aski_journal_outbox_next(audit->journal, call, after, BATCH, s_event, relay, relay->error);
    if (status != ASKIAM_STATUS_OK || relay->count == 0) {
      return status;
    }
    status = aski_relay_file_append(file, aski_buffer_view(&relay->lines), relay->error);
    if (status == ASKIAM_STATUS_OK) {
      status = aski_journal_outbox_done(audit->journal, call, relay->positions, relay->count, relay->error);
    }
    if (status != ASKIAM_STATUS_OK) {
      return status;
    }
    *delivered += relay->count;
    after = relay->positions[relay->count - 1];
  }
}

askiam_status aski_audit_relay(uint64_t *out_delivered, const aski_audit *audit, const askiam_call *call,
                               const char *target, askiam_error *error)
{
  static const char scheme[] = "file:";
  uint64_t delivered = 0;
  if (out_delivered != NULL) {
    *out_delivered = 0;
  }
  if (strncmp(target, scheme, sizeof scheme - 1) != 0 || target[sizeof scheme - 1] == 0) {
    return askiam_error_set(error, ASKIAM_STATUS_NOT_SUPPORTED, ASKIAM_LAYER_AUDIT,
                            "cannot deliver to \"%.200s\": this build delivers to file:PATH", target);
  }
  aski_relay_file file;
  askiam_status status = aski_relay_file_open(&file, target + sizeof scheme - 1, call, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  s_relay relay = {.error = error};
  aski_buffer_init(&relay.lines, audit->allocator);
  status = s_deliver(&relay, &delivered, audit, call, &file);
  aski_buffer_clean_up(&relay.lines);
  aski_relay_file_close(&file);
  if (out_delivered != NULL) {
    *out_delivered = delivered;
  }
  return status;
}
