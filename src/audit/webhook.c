/* SPDX-License-Identifier: Apache-2.0
 *
 * Delivery by HTTP. An event is marked only after the peer took it, or after its dead letter is on the disk. */
#include "audit/webhook.h"

#include <stdio.h>

#include "audit/relay_file.h"
#include "base/hash.h"
#include "http/url.h"
#include "json/json.h"

enum { BATCH = 64, ANSWER_BYTES = 64 * 1024, SHORTEST_SECRET_BYTES = 16 };

askiam_status aski_webhook_read_secret(aski_buffer *out, askiam_str text, askiam_error *error)
{
  static const char prefix[] = "whsec_";
  text = aski_str_trim(text);
  size_t before = out->length;
  bool good = true;
  if (aski_str_starts(text, ASKI_STR(prefix))) {
    good = aski_base64_decode(out, aski_str_slice(text, sizeof prefix - 1, text.length));
  } else {
    aski_buffer_append(out, text);
  }
  if (out->failed) {
    return askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_AUDIT, "out of memory for a secret");
  }
  if (!good || out->length - before < SHORTEST_SECRET_BYTES) {
    return askiam_error_set(error, ASKIAM_STATUS_BAD_DATA, ASKIAM_LAYER_AUDIT,
                            "a webhook's secret is at least %d bytes of text, or whsec_ and as many in Base64",
                            SHORTEST_SECRET_BYTES);
  }
  return ASKIAM_STATUS_OK;
}

bool aski_webhook_sign(char out[ASKI_WEBHOOK_SIGNATURE_BYTES], askiam_str secret, askiam_str id, askiam_str timestamp,
                       askiam_str body)
{
  unsigned char digest[ASKI_SHA256_BYTES];
  const askiam_str parts[] = {id, ASKI_STR("."), timestamp, ASKI_STR("."), body};
  if (!aski_hmac_sha256(secret, parts, sizeof parts / sizeof *parts, digest)) {
    return false;
  }
  memcpy(out, "v1,", 3);
  aski_base64(digest, sizeof digest, out + 3);
  return true;
}

askiam_status aski_webhook_check_url(askiam_str url, askiam_error *error)
{
  aski_url parsed;
  if (!aski_url_parse(&parsed, url)) {
    return askiam_error_set(error, ASKIAM_STATUS_INVALID_ARGUMENT, ASKIAM_LAYER_AUDIT,
                            "the target is no plain https:// URL; it is not repeated here, as it may hold a password");
  }
  if (!parsed.secure && !aski_url_is_loopback(&parsed)) {
    return askiam_error_set(error, ASKIAM_STATUS_INVALID_ARGUMENT, ASKIAM_LAYER_AUDIT,
                            "events leave this machine by https:// only, not by http://%.*s",
                            ASKI_STR_ARG(parsed.host));
  }
  return ASKIAM_STATUS_OK;
}

typedef struct event {
  int64_t position;
  askiam_str id;
  askiam_str type;
  askiam_str body;
} event;

/* One run of the relay. */
typedef struct relay {
  const aski_audit *audit;
  const askiam_call *call;
  const aski_webhook *webhook;
  askiam_error *error;
  aski_relay_file dead; /* opened with the first dead letter */
  aski_http_response response;
  aski_arena arena; /* of the batch */
  event events[BATCH];
  size_t count;
} relay;

static askiam_status s_collect(void *context, int64_t position, askiam_str id, askiam_str type, askiam_str chain,
                               askiam_str body)
{
  relay *own = context;
  (void)chain;
  if (own->count == BATCH) {
    return askiam_error_set(own->error, ASKIAM_STATUS_INTERNAL, ASKIAM_LAYER_AUDIT, "the outbox gave too many events");
  }
  own->events[own->count++] = (event){.position = position,
                                      .id = aski_arena_copy(&own->arena, id),
                                      .type = aski_arena_copy(&own->arena, type),
                                      .body = aski_arena_copy(&own->arena, body)};
  return own->arena.failed
             ? askiam_error_set(own->error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_AUDIT, "out of memory while relaying")
             : ASKIAM_STATUS_OK;
}

/* Signed anew each time: receivers refuse timestamps that are minutes old. */
static askiam_status s_send(relay *own, const askiam_call *call, const event *sent, askiam_error *error)
{
  const aski_webhook *webhook = own->webhook;
  char timestamp[24];
  char signature[ASKI_WEBHOOK_SIGNATURE_BYTES];
  snprintf(timestamp, sizeof timestamp, "%lld", (long long)(aski_clock_now_ms(call->clock) / 1000));
  if (!aski_webhook_sign(signature, webhook->secret, sent->id, askiam_str_from(timestamp), sent->body)) {
    return askiam_error_set(error, ASKIAM_STATUS_INTERNAL, ASKIAM_LAYER_AUDIT, "HMAC-SHA-256 is not to be had");
  }
  const aski_http_header headers[] = {{ASKI_STR("Content-Type"), ASKI_STR("application/json")},
                                      {ASKI_STR("webhook-id"), sent->id},
                                      {ASKI_STR("webhook-timestamp"), askiam_str_from(timestamp)},
                                      {ASKI_STR("webhook-signature"), askiam_str_from(signature)}};
  const aski_http_request request = {.method = ASKI_HTTP_POST,
                                     .layer = ASKIAM_LAYER_AUDIT,
                                     .url = webhook->url,
                                     .headers = headers,
                                     .header_count = sizeof headers / sizeof *headers,
                                     .body = sent->body,
                                     .timeout_ms = webhook->timeout_ms,
                                     .limit_bytes = ANSWER_BYTES};
  askiam_status status = aski_http_send(webhook->client, call, &request, &own->response, error);
  if (own->response.too_large) {
    return ASKIAM_STATUS_OK; /* it was taken; what more is said of it matters to nobody */
  }
  return status == ASKIAM_STATUS_OK ? aski_http_check(&request, &own->response, error) : status;
}

/* One event on its way, and how often it was sent. */
typedef struct delivery {
  relay *own;
  const event *sent;
  unsigned attempts;
} delivery;

static askiam_status s_attempt(void *context, const askiam_call *call, aski_retry *retry, askiam_error *error)
{
  delivery *work = context;
  work->own->response.status = 0;
  work->attempts = retry->made + 1;
  return s_send(work->own, call, work->sent, error);
}

/* Until the peer took it, or another attempt is not to be made. */
static askiam_status s_deliver(relay *own, const event *sent, unsigned *out_attempts, askiam_error *error)
{
  const aski_webhook *webhook = own->webhook;
  const aski_retry_plan plan = {.policy = webhook->retry, .chance = webhook->chance, .wait = webhook->wait};
  delivery work = {own, sent, 0};
  askiam_status status = aski_retry_run(&plan, own->call, s_attempt, &work, error);
  *out_attempts = work.attempts;
  return status;
}

/* Whether the peer refused this very event. Everything else is the peer's state, or the configuration's fault. */
static bool s_is_refused(int code)
{
  switch (code) {
  case 401:
  case 403:
  case 404:
  case 407:
  case 408:
  case 410:
  case 425:
  case 429:
    return false;
  default:
    return (code >= 400 && code < 500) || code == 500;
  }
}

static askiam_status s_bury(relay *own, const event *sent, unsigned attempts)
{
  askiam_status status = ASKIAM_STATUS_OK;
  if (own->dead.file < 0) {
    status = aski_relay_file_open(&own->dead, own->webhook->dead_letters, own->call, own->error);
  }
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  aski_buffer line;
  aski_buffer_init(&line, own->audit->allocator);
  aski_json_writer writer;
  aski_json_writer_init(&writer, &line);
  aski_json_open_object(&writer, NULL);
  aski_json_write_string(&writer, "id", sent->id);
  aski_json_write_string(&writer, "detail-type", sent->type);
  aski_json_write_time(&writer, "time", aski_clock_now_ms(own->call->clock));
  aski_json_write_unsigned(&writer, "attempts", attempts);
  aski_json_write_integer(&writer, "http_status", own->response.status);
  aski_json_write_raw(&writer, "event", sent->body);
  aski_json_close_object(&writer);
  for (size_t i = 0; i < line.length; ++i) { /* between parts only, where a space means the same */
    line.data[i] = line.data[i] == '\n' || line.data[i] == '\r' ? ' ' : line.data[i];
  }
  aski_buffer_append_byte(&line, '\n');
  status = line.failed ? askiam_error_set(own->error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_AUDIT,
                                          "out of memory for a dead letter")
                       : aski_relay_file_append(&own->dead, aski_buffer_view(&line), own->error);
  aski_buffer_clean_up(&line);
  return status;
}

/* One event to its end: delivered, or a dead letter, and marked. */
static askiam_status s_settle(relay *own, const event *sent, uint64_t *delivered, uint64_t *dead)
{
  unsigned attempts = 0;
  askiam_error said = ASKIAM_ERROR_INIT;
  askiam_status status = s_deliver(own, sent, &attempts, &said);
  bool refused = status != ASKIAM_STATUS_OK && s_is_refused(own->response.status);
  if (status != ASKIAM_STATUS_OK && (!refused || own->webhook->dead_letters == NULL)) {
    askiam_error_set(own->error, status, ASKIAM_LAYER_AUDIT, "%s; the event %.*s and those behind it wait",
                     said.message, ASKI_STR_ARG(sent->id));
    if (own->error != NULL) {
      own->error->retryable = said.retryable;
    }
    return status;
  }
  if (refused) {
    aski_log(own->call->trace, ASKIAM_LOG_WARN, "outbox", NULL, -1.0, "event %.*s is a dead letter: %s",
             ASKI_STR_ARG(sent->id), said.message);
    status = s_bury(own, sent, attempts);
  }
  if (status == ASKIAM_STATUS_OK) {
    status = aski_journal_outbox_done(own->audit->journal, own->call, &sent->position, 1, own->error);
  }
  if (status == ASKIAM_STATUS_OK) {
    ++*(refused ? dead : delivered);
  }
  return status;
}

static askiam_status s_run(relay *own, uint64_t *delivered, uint64_t *dead)
{
  int64_t after = -1;
  for (;;) {
    aski_arena_clean_up(&own->arena);
    aski_arena_init(&own->arena, own->audit->allocator);
    own->count = 0;
    askiam_status status =
        aski_journal_outbox_next(own->audit->journal, own->call, after, BATCH, s_collect, own, own->error);
    if (status != ASKIAM_STATUS_OK || own->count == 0) {
      return status;
    }
    for (size_t i = 0; i < own->count && status == ASKIAM_STATUS_OK; ++i) {
      status = s_settle(own, &own->events[i], delivered, dead);
      after = own->events[i].position;
    }
    if (status != ASKIAM_STATUS_OK) {
      return status;
    }
  }
}

askiam_status aski_audit_relay_webhook(uint64_t *out_delivered, uint64_t *out_dead, const aski_audit *audit,
                                       const askiam_call *call, const aski_webhook *webhook, askiam_error *error)
{
  *out_delivered = 0;
  *out_dead = 0;
  askiam_status status = aski_webhook_check_url(webhook->url, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  relay own = {.audit = audit, .call = call, .webhook = webhook, .error = error, .dead = {.file = -1}};
  aski_arena_init(&own.arena, audit->allocator);
  aski_http_response_init(&own.response, audit->allocator);
  status = s_run(&own, out_delivered, out_dead);
  aski_relay_file_close(&own.dead);
  aski_http_response_clean_up(&own.response);
  aski_arena_clean_up(&own.arena);
  return status;
}
