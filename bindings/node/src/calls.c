/* SPDX-License-Identifier: Apache-2.0 */
#include "calls.h"

#include "job.h"
#include "values.h"

#include <stdlib.h>

/* Where the members of a request begin among the arguments, in the order of askiam_request_field; then dryRun and timeoutMs. */
enum {
  AT_ENGINE = 0,
  AT_TICKET,
  AT_FIELDS,
  AT_DRY_RUN = AT_FIELDS + ASKIAM_REQUEST_TIMESTAMP + 1,
  AT_TIMEOUT,
  REQUEST_ARGUMENTS,
  /* Of a longer text the library is given this much, so that it says what it says of long ones. */
  FIELD_MAX_BYTES = 1 << 20
};

/* The engine, the number of the call. */
static engine *s_begin(napi_env env, napi_callback_info info, size_t count, napi_value *arguments, uint32_t *out_ticket)
{
  if (!values_check(env, napi_get_cb_info(env, info, &count, arguments, NULL, NULL))) {
    return NULL;
  }
  engine *own = engine_of(env, arguments[AT_ENGINE]);
  return own != NULL && values_check(env, napi_get_value_uint32(env, arguments[AT_TICKET], out_ticket)) ? own : NULL;
}

/* The promise of a job that is complete: one that is never fulfilled would be kept for ever. */
static napi_value s_submit(napi_env env, job *asked)
{
  engine *own = asked->owner;
  napi_value promise = NULL;
  if (!values_check(env, napi_create_promise(env, &asked->promise, &promise))) {
    job_free(asked);
    return NULL;
  }
  if (!engine_submit(own, asked)) {
    addon_busy(addon_of(env));
    job_refuse(env, asked, own->closing ? "the engine is closed" : "no thread could be made for the call");
  }
  return promise;
}

static void s_reject_request(napi_env env, job *asked, const askiam_error *error)
{
  askiam_decision *decision = NULL;
  if (asked->kind != JOB_EXTRACT && !asked->owner->closing) {
    askiam_reject(&decision, asked->owner->library, asked->request, error, NULL);
  }
  size_t length = 0;
  const char *json = decision == NULL ? NULL : askiam_decision_to_json(decision, &length);
  napi_value reason = values_error(env, error, json, length);
  askiam_decision_destroy(decision);
  if (reason != NULL) {
    napi_throw(env, reason);
  }
}

/* Sets a member of the request; false with an exception pending. */
static bool s_set_field(napi_env env, job *asked, askiam_request_field field, napi_value value)
{
  char *given = NULL;
  size_t length = 0;
  if (values_absent(env, value)) {
    return true;
  }
  if (!values_text(env, value, FIELD_MAX_BYTES, &given, &length)) {
    return false;
  }
  askiam_error error = ASKIAM_ERROR_INIT;
  askiam_status status = askiam_request_set(asked->request, field, (askiam_str){given, length}, &error);
  free(given);
  if (status != ASKIAM_STATUS_OK) {
    s_reject_request(env, asked, &error);
  }
  return status == ASKIAM_STATUS_OK;
}

/* The request that the arguments describe, from the field `first` on. */
static bool s_read_request(napi_env env, const napi_value *arguments, askiam_request_field first, job *asked)
{
  askiam_error error = ASKIAM_ERROR_INIT;
  if (askiam_request_new(&asked->request, NULL, &error) != ASKIAM_STATUS_OK) {
    values_throw(env, &error);
    return false;
  }
  bool dry_run = false;
  if (!values_check(env, napi_get_value_bool(env, arguments[AT_DRY_RUN], &dry_run)) ||
      !values_check(env, napi_get_value_int64(env, arguments[AT_TIMEOUT], &asked->timeout_ms))) {
    return false;
  }
  askiam_request_set_dry_run(asked->request, dry_run);
  askiam_request_set_timeout_ms(asked->request, asked->timeout_ms);
  static const askiam_request_field s_order[] = {
      ASKIAM_REQUEST_ID,       ASKIAM_REQUEST_USER_ID,    ASKIAM_REQUEST_REQUESTER_ID,
      ASKIAM_REQUEST_IP,       ASKIAM_REQUEST_SESSION_ID, ASKIAM_REQUEST_USER_AGENT,
      ASKIAM_REQUEST_TRACE_ID, ASKIAM_REQUEST_TIMESTAMP,  ASKIAM_REQUEST_TEXT}; /* the id first: an answer names it */
  bool good = true;
  for (size_t at = 0; good && at < sizeof s_order / sizeof s_order[0]; ++at) {
    good = s_order[at] < first || s_set_field(env, asked, s_order[at], arguments[AT_FIELDS + s_order[at]]);
  }
  return good;
}

static napi_value s_request_call(napi_env env, napi_callback_info info, job_kind kind)
{
  napi_value arguments[REQUEST_ARGUMENTS];
  uint32_t ticket = 0;
  engine *own = s_begin(env, info, REQUEST_ARGUMENTS, arguments, &ticket);
  job *asked = own == NULL ? NULL : job_new(env, own, kind, ticket);
  if (asked == NULL) {
    return NULL;
  }
  bool batch = kind == JOB_BATCH;
  bool good = s_read_request(env, arguments, batch ? ASKIAM_REQUEST_USER_ID : ASKIAM_REQUEST_TEXT, asked) &&
              (!batch || values_text(env, arguments[AT_FIELDS], SIZE_MAX - 1, &asked->texts[0], &asked->lengths[0])) &&
              values_check(env, !batch || asked->texts[0] != NULL ? napi_ok : napi_string_expected);
  if (!good) {
    job_free(asked);
    return NULL;
  }
  return s_submit(env, asked);
}

static napi_value s_validate(napi_env env, napi_callback_info info) { return s_request_call(env, info, JOB_VALIDATE); }
static napi_value s_batch(napi_env env, napi_callback_info info) { return s_request_call(env, info, JOB_BATCH); }
static napi_value s_extract(napi_env env, napi_callback_info info) { return s_request_call(env, info, JOB_EXTRACT); }

/* name(engine, ticket, text, text) */
static napi_value s_text_call(napi_env env, napi_callback_info info, job_kind kind)
{
  napi_value arguments[2 + JOB_TEXTS];
  uint32_t ticket = 0;
  engine *own = s_begin(env, info, 2 + JOB_TEXTS, arguments, &ticket);
  job *asked = own == NULL ? NULL : job_new(env, own, kind, ticket);
  if (asked == NULL) {
    return NULL;
  }
  for (size_t at = 0; at < JOB_TEXTS; ++at) {
    if (!values_path(env, arguments[2 + at], &asked->texts[at])) {
      job_free(asked);
      return NULL;
    }
    asked->lengths[at] = asked->texts[at] == NULL ? 0 : strlen(asked->texts[at]);
  }
  return s_submit(env, asked);
}

static napi_value s_status(napi_env env, napi_callback_info info) { return s_text_call(env, info, JOB_STATUS); }
static napi_value s_init(napi_env env, napi_callback_info info) { return s_text_call(env, info, JOB_INIT); }
static napi_value s_import(napi_env env, napi_callback_info info) { return s_text_call(env, info, JOB_IMPORT); }
static napi_value s_sample(napi_env env, napi_callback_info info) { return s_text_call(env, info, JOB_IMPORT_SAMPLE); }
static napi_value s_verify(napi_env env, napi_callback_info info) { return s_text_call(env, info, JOB_VERIFY); }
static napi_value s_describe(napi_env env, napi_callback_info info) { return s_text_call(env, info, JOB_DESCRIBE); }

/* forget(engine, ticket) */
static napi_value s_forget(napi_env env, napi_callback_info info)
{
  napi_value arguments[2];
  uint32_t ticket = 0;
  engine *own = s_begin(env, info, 2, arguments, &ticket);
  if (own != NULL && own->home != NULL) {
    engine_forget(own, ticket);
  }
  return NULL;
}

/* close(engine, cancel): a promise the first time, fulfilled when everything has ended; undefined later. */
static napi_value s_close(napi_env env, napi_callback_info info)
{
  napi_value arguments[2], promise = NULL;
  size_t count = 2;
  bool cancel = false;
  if (!values_check(env, napi_get_cb_info(env, info, &count, arguments, NULL, NULL))) {
    return NULL;
  }
  engine *own = engine_of(env, arguments[0]);
  if (own == NULL || !values_check(env, napi_get_value_bool(env, arguments[1], &cancel)) || own->home == NULL) {
    return NULL;
  }
  if (own->closed == NULL) {
    if (!values_check(env, napi_create_promise(env, &own->closed, &promise))) {
      return NULL;
    }
    addon_busy(own->home);
  }
  engine_end(own, cancel);
  return promise;
}

/* setup(makeError) */
static napi_value s_setup(napi_env env, napi_callback_info info)
{
  napi_value function = NULL;
  size_t count = 1;
  napi_valuetype type = napi_undefined;
  addon *home = addon_of(env);
  if (values_check(env, napi_get_cb_info(env, info, &count, &function, NULL, NULL)) &&
      values_check(env, napi_typeof(env, function, &type)) &&
      values_check(env, type == napi_function && home->make_error == NULL ? napi_ok : napi_function_expected)) {
    values_check(env, napi_create_reference(env, function, 1, &home->make_error));
  }
  return NULL;
}

/* end(): for a process that exits, which does not wait for environments: libraries that our threads use are taken down with it. */
static napi_value s_end(napi_env env, napi_callback_info info)
{
  (void)info;
  addon_end(addon_of(env));
  return NULL;
}

bool calls_export(napi_env env, napi_value exports)
{
  static const struct {
    const char *name;
    napi_callback call;
  } s_calls[] = {{"setup", s_setup},
                 {"end", s_end},
                 {"open", engine_open},
                 {"close", s_close},
                 {"validate", s_validate},
                 {"batch", s_batch},
                 {"extract", s_extract},
                 {"status", s_status},
                 {"init", s_init},
                 {"importFolder", s_import},
                 {"importSample", s_sample},
                 {"verify", s_verify},
                 {"describe", s_describe},
                 {"forget", s_forget},
                 {"answer", bridge_take_answer},
                 {"refuse", bridge_take_refusal}};
  napi_value value = NULL;
  bool good = napi_create_string_utf8(env, askiam_version(), NAPI_AUTO_LENGTH, &value) == napi_ok &&
              napi_set_named_property(env, exports, "version", value) == napi_ok;
  for (size_t at = 0; good && at < sizeof s_calls / sizeof s_calls[0]; ++at) {
    good = napi_create_function(env, s_calls[at].name, NAPI_AUTO_LENGTH, s_calls[at].call, NULL, &value) == napi_ok &&
           napi_set_named_property(env, exports, s_calls[at].name, value) == napi_ok;
  }
  return good;
}
