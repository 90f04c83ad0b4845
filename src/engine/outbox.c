/* SPDX-License-Identifier: Apache-2.0
 *
 * The public functions of the outbox: which target is which, and what a webhook needs of the configuration. */
#include <askiam/audit.h>

#include "audit/webhook.h"
#include "base/file.h"
#include "engine/engine.h"

enum { LARGEST_SECRET_BYTES = 4096, LARGEST_DEAD_LETTERS_BYTES = 256 * 1024 * 1024 };

static const char *s_path(const askiam_engine *engine, const char *key)
{
  askiam_str path = askiam_config_get(engine->config, key);
  return path.length > 0 ? path.data : NULL;
}

/* The key is wiped by whoever made the buffer. */
static askiam_status s_read_secret(aski_buffer *out, const askiam_engine *engine, askiam_error *error)
{
  const char *path = s_path(engine, "webhook.secret_file");
  if (path == NULL) {
    return askiam_error_set(error, ASKIAM_STATUS_CONFIG, ASKIAM_LAYER_CONFIG,
                            "events are signed: webhook.secret_file must name a file with the secret");
  }
  aski_buffer text;
  aski_buffer_init(&text, &engine->allocator);
  askiam_error said = ASKIAM_ERROR_INIT;
  askiam_status status =
      aski_file_read(&text, path, LARGEST_SECRET_BYTES, "the webhook's secret file", ASKIAM_LAYER_CONFIG, &said);
  if (status == ASKIAM_STATUS_OK) {
    status = aski_webhook_read_secret(out, aski_buffer_view(&text), &said);
  }
  if (text.data != NULL) {
    aski_wipe(text.data, text.capacity);
  }
  aski_buffer_clean_up(&text);
  if (status == ASKIAM_STATUS_OK) {
    return status;
  }
  return askiam_error_set(error, status == ASKIAM_STATUS_NO_MEMORY ? status : ASKIAM_STATUS_CONFIG, ASKIAM_LAYER_CONFIG,
                          "%s", said.message);
}

static askiam_status s_deliver(uint64_t *out_delivered, const askiam_engine *engine, const askiam_call *call,
                               const char *url, askiam_str secret, askiam_error *error)
{
  const askiam_config *config = engine->config;
  const aski_http_options options = {.allocator = &engine->allocator,
                                     .ca_file = s_path(engine, "http.ca_file"),
                                     .proxy = s_path(engine, "http.proxy"),
                                     .no_proxy = s_path(engine, "http.no_proxy")};
  aski_http_client client;
  askiam_status status = aski_http_client_new(&client, &options, ASKIAM_LAYER_AUDIT, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  const aski_webhook webhook = {.client = &client,
                                .url = askiam_str_from(url),
                                .secret = secret,
                                .retry = {.attempts = (unsigned)aski_config_integer(config, "webhook.attempts"),
                                          .delay_ms = aski_config_integer(config, "retry.delay_ms"),
                                          .jitter_ms = aski_config_integer(config, "retry.jitter_ms")},
                                .timeout_ms = aski_config_integer(config, "webhook.timeout_ms"),
                                .dead_letters = s_path(engine, "webhook.dead_letters")};
  uint64_t dead = 0;
  status = aski_audit_relay_webhook(out_delivered, &dead, &engine->audit, call, &webhook, error);
  aski_http_client_clean_up(&client);
  return status;
}

static askiam_status s_relay_webhook(uint64_t *out_delivered, const askiam_engine *engine, const askiam_call *call,
                                     const char *url, askiam_error *error)
{
  askiam_status status = aski_webhook_check_url(askiam_str_from(url), error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  aski_buffer secret;
  aski_buffer_init(&secret, &engine->allocator);
  status = s_read_secret(&secret, engine, error);
  if (status == ASKIAM_STATUS_OK) {
    status = s_deliver(out_delivered, engine, call, url, aski_buffer_view(&secret), error);
  }
  if (secret.data != NULL) {
    aski_wipe(secret.data, secret.capacity);
  }
  aski_buffer_clean_up(&secret);
  return status;
}

static askiam_status s_missing(const char *what, askiam_error *error)
{
  return askiam_error_set(error, ASKIAM_STATUS_INVALID_ARGUMENT, ASKIAM_LAYER_ENGINE, "%s must not be NULL", what);
}

/* Without a deadline: what an administrator starts takes as long as it takes. */
static askiam_status s_enter(aski_visit *visit, askiam_engine *engine, askiam_error *error)
{
  askiam_status status = aski_enter(visit, engine, NULL, error);
  if (status == ASKIAM_STATUS_OK) {
    visit->call.deadline_ticks_ns = UINT64_MAX;
  }
  return status;
}

askiam_status askiam_outbox_relay(uint64_t *out_delivered, askiam_engine *engine, const char *target,
                                  askiam_error *error)
{
  uint64_t delivered = 0;
  aski_visit visit;
  if (out_delivered != NULL) {
    *out_delivered = 0;
  }
  if (target == NULL) {
    return s_missing("target", error);
  }
  askiam_status status = s_enter(&visit, engine, error);
  if (status == ASKIAM_STATUS_OK) {
    bool web = strncmp(target, "https:", 6) == 0 || strncmp(target, "http:", 5) == 0;
    status = web ? s_relay_webhook(&delivered, engine, &visit.call, target, error)
                 : aski_audit_relay(&delivered, &engine->audit, &visit.call, target, error);
    aski_leave(&visit);
  }
  if (out_delivered != NULL) {
    *out_delivered = delivered;
  }
  return status;
}

/* A line that a crash tore has no line feed, and is none yet. */
static askiam_status s_walk(askiam_str text, askiam_line_fn line, void *context)
{
  askiam_status status = ASKIAM_STATUS_OK;
  while (text.length > 0 && status == ASKIAM_STATUS_OK) {
    const char *end = memchr(text.data, '\n', text.length);
    if (end == NULL) {
      break;
    }
    size_t length = (size_t)(end - text.data);
    status = length == 0 ? status : line(context, aski_str_slice(text, 0, length));
    text = aski_str_slice(text, length + 1, text.length);
  }
  return status;
}

askiam_status askiam_outbox_dead_letters(askiam_engine *engine, askiam_line_fn line, void *context, askiam_error *error)
{
  aski_visit visit;
  if (line == NULL) {
    return s_missing("line", error);
  }
  askiam_status status = s_enter(&visit, engine, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  const char *path = s_path(engine, "webhook.dead_letters");
  aski_buffer text;
  aski_buffer_init(&text, &engine->allocator);
  status = path == NULL
               ? askiam_error_set(error, ASKIAM_STATUS_CONFIG, ASKIAM_LAYER_CONFIG,
                                  "webhook.dead_letters names no file: refused events are not put aside")
               : aski_file_read(&text, path, LARGEST_DEAD_LETTERS_BYTES, "the dead letters", ASKIAM_LAYER_AUDIT, error);
  if (status == ASKIAM_STATUS_NOT_FOUND && path != NULL) {
    status = ASKIAM_STATUS_OK; /* there was none yet */
  }
  if (status == ASKIAM_STATUS_OK) {
    status = s_walk(aski_buffer_view(&text), line, context);
  }
  aski_buffer_clean_up(&text);
  aski_leave(&visit);
  return status;
}
