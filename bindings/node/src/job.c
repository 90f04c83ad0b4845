/* SPDX-License-Identifier: Apache-2.0 */
#include "job.h"

#include "values.h"

#include <stdlib.h>

/* Told as it is. */
static void s_take_text(job *own, char *json)
{
  if (json != NULL) {
    text_put_literal(&own->answer, json);
    askiam_string_free(own->owner->library, json);
  }
}

static void s_out_of_memory(job *own)
{
  text_clean_up(&own->answer);
  own->status =
      askiam_error_set(&own->error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_ENGINE, "out of memory for an answer");
}

void job_keep_decision(job *own, const askiam_decision *decision)
{
  size_t length = 0;
  const char *json = decision == NULL ? NULL : askiam_decision_to_json(decision, &length);
  if (json != NULL) {
    text_put(&own->answer, json, length);
  } else if (own->status == ASKIAM_STATUS_OK) {
    s_out_of_memory(own);
  }
}

static void s_validate(job *own)
{
  askiam_decision *decision = NULL;
  own->status = askiam_validate(&decision, own->owner->library, own->request, &own->error);
  job_keep_decision(own, decision);
  askiam_decision_destroy(decision);
}

static void s_extract(job *own)
{
  char *json = NULL;
  own->status = askiam_extract(&json, own->owner->library, own->request, &own->error);
  s_take_text(own, json);
}

static askiam_str s_text(const job *own, size_t index) { return (askiam_str){own->texts[index], own->lengths[index]}; }

static void s_stored(job *own)
{
  char *json = NULL;
  own->status = askiam_status_json(&json, own->owner->library, s_text(own, 0), s_text(own, 1), &own->error);
  s_take_text(own, json);
}

static void s_init(job *own)
{
  int from = 0, to = 0;
  own->status = askiam_admin_migrate(&from, &to, own->owner->library, &own->error);
  if (own->status == ASKIAM_STATUS_OK) {
    text_put_name(&own->answer, true, "from");
    text_put_number(&own->answer, from);
    text_put_name(&own->answer, false, "to");
    text_put_number(&own->answer, to);
    text_put_literal(&own->answer, "}");
  }
}

static void s_problem(void *context, const char *problem)
{
  text *problems = context;
  text_put_literal(problems, problems->length == 0 ? "[" : ",");
  text_put_json(problems, askiam_str_from(problem));
}

/* {"tables": …, "warnings": […]}; of a failure, the list of what is wrong. */
static void s_import(job *own)
{
  text problems = {NULL, 0, 0, false};
  askiam_import_options options = {.size = sizeof options, .problem = s_problem, .context = &problems};
  char *summary = NULL;
  own->status = own->kind == JOB_IMPORT
                    ? askiam_import_path(&summary, own->owner->library, own->texts[0], &options, &own->error)
                    : askiam_import_sample(&summary, own->owner->library, &options, &own->error);
  text_put_literal(&problems, problems.length == 0 ? "[]" : "]");
  if (own->status == ASKIAM_STATUS_OK) {
    text_put_name(&own->answer, true, "tables");
    s_take_text(own, summary);
    text_put_name(&own->answer, false, "warnings");
  }
  text_put(&own->answer, problems.data, problems.length);
  text_put_literal(&own->answer, own->status == ASKIAM_STATUS_OK ? "}" : "");
  own->answer.failed = own->answer.failed || problems.failed;
  text_clean_up(&problems);
}

/* The report with one member more, whether it is good. */
static void s_verify(job *own)
{
  int sound = 0;
  char *json = NULL;
  own->status = askiam_audit_verify(&sound, &json, own->owner->library, own->texts[0], own->texts[1], &own->error);
  s_take_text(own, json);
}

static void s_describe(job *own)
{
  char *json = NULL;
  own->status = askiam_admin_describe(&json, own->owner->library, &own->error);
  s_take_text(own, json);
}

void job_run(job *own)
{
  static void (*const s_works[])(job *) = {
      [JOB_VALIDATE] = s_validate,    [JOB_BATCH] = job_run_batch, [JOB_EXTRACT] = s_extract,
      [JOB_STATUS] = s_stored,        [JOB_INIT] = s_init,         [JOB_IMPORT] = s_import,
      [JOB_IMPORT_SAMPLE] = s_import, [JOB_VERIFY] = s_verify,     [JOB_DESCRIBE] = s_describe};
  own->error = (askiam_error)ASKIAM_ERROR_INIT;
  s_works[own->kind](own);
  if (own->answer.failed) {
    s_out_of_memory(own);
  }
  own->error.status = own->status;
  own->ascii = values_is_ascii(own->answer.data, own->answer.length);
}

void job_cancel(job *own)
{
  own->cancelled = true;
  askiam_request_cancel(own->request);
  for (size_t at = 0; at < own->part_count; ++at) {
    askiam_request_cancel(own->parts[at]);
  }
}

static void s_settle(napi_env env, job *own)
{
  if (own->status == ASKIAM_STATUS_OK) {
    napi_value answer = values_string(env, own->answer.data, own->answer.length, own->ascii);
    if (answer != NULL) {
      napi_resolve_deferred(env, own->promise, answer);
      return;
    }
  } else {
    napi_value reason = values_error(env, &own->error, own->answer.data, own->answer.length);
    if (reason != NULL) {
      napi_reject_deferred(env, own->promise, reason);
      return;
    }
  }
  napi_value thrown = NULL; /* such as an answer longer than a string may be */
  if (napi_get_and_clear_last_exception(env, &thrown) == napi_ok) {
    napi_reject_deferred(env, own->promise, thrown);
  }
}

static void s_deliver(napi_env env, message *told)
{
  job *own = (job *)told;
  s_settle(env, own);
  addon_idle(addon_of(env));
  job_free(own);
}

static void s_discard(message *told) { job_free((job *)told); }

void job_refuse(napi_env env, job *own, const char *why)
{
  own->status = askiam_error_set(&own->error, ASKIAM_STATUS_CANCELLED, ASKIAM_LAYER_ENGINE, "%s", why);
  s_deliver(env, &own->told);
}

job *job_new(napi_env env, engine *owner, job_kind kind, uint32_t ticket)
{
  job *own = calloc(1, sizeof *own);
  if (own == NULL) {
    napi_throw_error(env, "NO_MEMORY", "out of memory");
    return NULL;
  }
  *own = (job){.told = {NULL, s_deliver, s_discard}, .owner = owner, .kind = kind, .ticket = ticket};
  return own;
}

void job_free(job *own)
{
  askiam_request_destroy(own->request);
  for (size_t at = 0; at < JOB_TEXTS; ++at) {
    free(own->texts[at]);
  }
  text_clean_up(&own->answer);
  free(own);
}
