/* SPDX-License-Identifier: Apache-2.0
 *
 * The target "https://…": an event a request, signed as Standard Webhooks has it (standardwebhooks.com, 1.0.0), in order, at least once. */
#ifndef ASKI_AUDIT_WEBHOOK_H
#define ASKI_AUDIT_WEBHOOK_H

#include "audit/audit.h"
#include "base/retry.h"
#include "http/http.h"

enum { ASKI_WEBHOOK_SIGNATURE_BYTES = 48 };

typedef struct aski_webhook {
  const aski_http_client *client;
  askiam_str url;           /* https, or http to this machine */
  askiam_str secret;        /* the bytes of the key */
  aski_retry_policy retry;  /* for one event */
  int64_t timeout_ms;       /* for one request */
  const char *dead_letters; /* where refused events go, a line each; NULL: a refusal ends the relay */
  double (*chance)(void);   /* NULL: aski_retry_chance */
  bool (*wait)(const askiam_call *call, int64_t wait_ms); /* NULL: aski_retry_wait */
} aski_webhook;

/* The key that a secret file holds: what "whsec_" and Base64 stand for, else the text itself, without white space at its ends. Appends to `out`.
 * BAD_DATA where it is no Base64, or fewer than 16 bytes; the message says nothing of it. */
askiam_status aski_webhook_read_secret(aski_buffer *out, askiam_str text, askiam_error *error);
/* "v1,…" for the header webhook-signature: HMAC-SHA-256 over "id.timestamp.body" in Base64. False where OpenSSL failed. */
bool aski_webhook_sign(char out[ASKI_WEBHOOK_SIGNATURE_BYTES], askiam_str secret, askiam_str id, askiam_str timestamp,
                       askiam_str body);
/* Whether events may go to this URL. INVALID_ARGUMENT where not, with what is wrong. */
askiam_status aski_webhook_check_url(askiam_str url, askiam_error *error);
/* Delivers what waits. An event that the peer refuses (4xx but for those below, or a 500 that stays after all attempts) becomes a dead letter and counts
 * as relayed. Anything else that stays (not reached, overloaded, 401, 403, 404, 410, a redirection) would befall every event: it ends the relay, and nothing is
 * lost. *out_delivered and *out_dead count. */
askiam_status aski_audit_relay_webhook(uint64_t *out_delivered, uint64_t *out_dead, const aski_audit *audit,
                                       const askiam_call *call, const aski_webhook *webhook, askiam_error *error);

#endif
