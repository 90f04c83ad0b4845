/* SPDX-License-Identifier: Apache-2.0
 *
 * Many requests in one call: a line each, as the contract's JSON; a decision each, in the same order, as a JSON list. What cannot be read is
 * answered too, with the decision ERROR. */
#include "job.h"

#include <stdlib.h>

typedef struct batch {
  size_t count;
  askiam_request **requests;   /* by line; of a bad one what could be read of it, or NULL */
  askiam_error *problems;      /* by line; OK: it could be read */
  const askiam_request **good; /* those that could be read */
  askiam_decision **decisions; /* theirs */
  size_t good_count;
} batch;

static void s_clean_up(batch *own)
{
  for (size_t at = 0; own->requests != NULL && at < own->count; ++at) {
    askiam_request_destroy(own->requests[at]);
  }
  for (size_t at = 0; own->decisions != NULL && at < own->good_count; ++at) {
    askiam_decision_destroy(own->decisions[at]);
  }
  free(own->requests);
  free(own->problems);
  free(own->good);
  free(own->decisions);
}

static bool s_make(batch *own, size_t count)
{
  *own = (batch){.count = count};
  own->requests = calloc(count, sizeof *own->requests);
  own->problems = calloc(count, sizeof *own->problems);
  own->good = calloc(count, sizeof *own->good);
  own->decisions = calloc(count, sizeof *own->decisions);
  return own->requests != NULL && own->problems != NULL && own->good != NULL && own->decisions != NULL;
}

static askiam_status s_complete(askiam_request *request, const job *asked, askiam_error *error)
{
  const askiam_request *lacking = asked->request;
  askiam_status status = ASKIAM_STATUS_OK;
  for (int field = ASKIAM_REQUEST_USER_ID; field <= ASKIAM_REQUEST_TIMESTAMP && status == ASKIAM_STATUS_OK; ++field) {
    askiam_str value = askiam_request_get(lacking, (askiam_request_field)field);
    if (value.data != NULL && askiam_request_get(request, (askiam_request_field)field).data == NULL) {
      status = askiam_request_set(request, (askiam_request_field)field, value, error);
    }
  }
  askiam_request_set_dry_run(request, askiam_request_dry_run(lacking));
  askiam_request_set_timeout_ms(request, asked->timeout_ms);
  return status;
}

static void s_read(batch *own, const job *asked)
{
  askiam_str rest = {asked->texts[0], asked->lengths[0]};
  for (size_t at = 0; at < own->count; ++at) {
    const char *end = memchr(rest.data, '\n', rest.length);
    size_t length = end == NULL ? rest.length : (size_t)(end - rest.data);
    askiam_status status =
        askiam_request_from_json(&own->requests[at], (askiam_str){rest.data, length}, NULL, &own->problems[at]);
    if (status == ASKIAM_STATUS_OK) {
      status = s_complete(own->requests[at], asked, &own->problems[at]);
    }
    own->problems[at].status = status;
    if (status == ASKIAM_STATUS_OK) {
      own->good[own->good_count++] = own->requests[at];
    }
    rest.data += end == NULL ? length : length + 1;
    rest.length -= end == NULL ? length : length + 1;
  }
}

/* Lets the JavaScript thread reach the requests, or takes them from its reach. Whether the job was cancelled by now. */
static bool s_publish(job *asked, const batch *own)
{
  pthread_mutex_lock(&asked->owner->mutex);
  asked->parts = own == NULL ? NULL : own->requests;
  asked->part_count = own == NULL ? 0 : own->count;
  bool cancelled = asked->cancelled;
  if (cancelled) {
    job_cancel(asked);
  }
  pthread_mutex_unlock(&asked->owner->mutex);
  return cancelled;
}

static void s_answer(batch *own, job *asked)
{
  size_t good = 0;
  for (size_t at = 0; at < own->count && asked->status == ASKIAM_STATUS_OK; ++at) {
    text_put_literal(&asked->answer, at == 0 ? "[" : ",");
    if (own->problems[at].status == ASKIAM_STATUS_OK) {
      job_keep_decision(asked, own->decisions[good++]);
      continue;
    }
    askiam_decision *decision = NULL;
    asked->status =
        askiam_reject(&decision, asked->owner->library, own->requests[at], &own->problems[at], &asked->error);
    job_keep_decision(asked, decision);
    askiam_decision_destroy(decision);
  }
  text_put_literal(&asked->answer, "]");
}

void job_run_batch(job *asked)
{
  size_t count = 1;
  for (size_t at = 0; at < asked->lengths[0]; ++at) {
    count += asked->texts[0][at] == '\n';
  }
  batch own;
  if (!s_make(&own, count)) {
    s_clean_up(&own);
    asked->answer.failed = true;
    return;
  }
  s_read(&own, asked);
  s_publish(asked, &own);
  askiam_status status =
      askiam_validate_batch(own.decisions, asked->owner->library, own.good, own.good_count, &asked->error);
  bool cancelled = s_publish(asked, NULL);
  bool refused = own.good_count > 0 && own.decisions[0] == NULL; /* the engine takes no calls any more */
  if (status != ASKIAM_STATUS_OK && (cancelled || refused)) {
    asked->status = status;
  } else {
    s_answer(&own, asked);
  }
  s_clean_up(&own);
}
