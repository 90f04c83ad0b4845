/* SPDX-License-Identifier: Apache-2.0
 *
 * The public functions around a store: audit, import, index, administration. Each is a visit and a call into its room. */
#include <askiam/admin.h>
#include <askiam/audit.h>
#include <askiam/import.h>
#include <askiam/index.h>
#include <askiam/version.h>

#include "backend/registry.h"
#include "engine/engine.h"

/* Work without a deadline: what an administrator starts takes as long as it takes. */
static askiam_status s_enter_long(aski_visit *visit, askiam_engine *engine, askiam_error *error)
{
  askiam_status status = aski_enter(visit, engine, NULL, error);
  if (status == ASKIAM_STATUS_OK) {
    visit->call.deadline_ticks_ns = UINT64_MAX;
  }
  return status;
}

/* A call that gives a text; `out_text` NULL where the caller does not want it. */
typedef struct text_call {
  aski_visit visit;
  aski_buffer answer;
  char **out_text;
  bool entered;
  askiam_status status;
} text_call;

/* Within request.timeout_ms. */
static bool s_open_text(text_call *call, char **out_text, askiam_engine *engine, askiam_error *error)
{
  *call = (text_call){.out_text = out_text};
  if (out_text != NULL) {
    *out_text = NULL;
  }
  call->status = aski_enter(&call->visit, engine, NULL, error);
  call->entered = call->status == ASKIAM_STATUS_OK;
  if (call->entered) {
    aski_buffer_init(&call->answer, &engine->allocator);
  }
  return call->entered;
}

static bool s_open_long_text(text_call *call, char **out_text, askiam_engine *engine, askiam_error *error)
{
  bool opened = s_open_text(call, out_text, engine, error);
  if (opened) {
    call->visit.call.deadline_ticks_ns = UINT64_MAX;
  }
  return opened;
}

static askiam_status s_close_text(text_call *call, askiam_layer layer, askiam_error *error)
{
  if (!call->entered) {
    return call->status;
  }
  if (call->out_text != NULL) {
    call->status = aski_give_text(call->out_text, &call->answer, call->status, layer, error);
  } else {
    aski_buffer_clean_up(&call->answer);
  }
  aski_leave(&call->visit);
  return call->status;
}

static askiam_status s_missing(const char *what, askiam_error *error)
{
  return askiam_error_set(error, ASKIAM_STATUS_INVALID_ARGUMENT, ASKIAM_LAYER_ENGINE, "%s must not be NULL", what);
}

askiam_status askiam_status_json(char **out_json, askiam_engine *engine, askiam_str request_id, askiam_str requester_id,
                                 askiam_error *error)
{
  return askiam_status_json_within(out_json, engine, request_id, requester_id, 0, error);
}

askiam_status askiam_status_json_within(char **out_json, askiam_engine *engine, askiam_str request_id,
                                        askiam_str requester_id, int64_t timeout_ms, askiam_error *error)
{
  if (out_json == NULL || request_id.data == NULL) {
    return s_missing("out_json and request_id", error);
  }
  text_call call;
  if (s_open_text(&call, out_json, engine, error)) {
    aski_visit_limit(&call.visit, timeout_ms);
    call.status = aski_audit_status(&call.answer, &engine->audit, &engine->state, &call.visit.call, request_id,
                                    requester_id, error);
  }
  return s_close_text(&call, ASKIAM_LAYER_AUDIT, error);
}

askiam_status askiam_audit_record(char **out_json, askiam_engine *engine, askiam_str json, askiam_error *error)
{
  return askiam_audit_record_within(out_json, engine, json, 0, error);
}

askiam_status askiam_audit_record_within(char **out_json, askiam_engine *engine, askiam_str json, int64_t timeout_ms,
                                         askiam_error *error)
{
  if (out_json == NULL) {
    return s_missing("out_json", error);
  }
  text_call call;
  if (s_open_text(&call, out_json, engine, error)) {
    aski_visit_limit(&call.visit, timeout_ms);
    call.status = aski_audit_record_json(&call.answer, &engine->audit, &call.visit.call, json, error);
  }
  return s_close_text(&call, ASKIAM_LAYER_AUDIT, error);
}

askiam_status askiam_audit_verify(int *out_sound, char **out_json, askiam_engine *engine, const char *checkpoint_path,
                                  const char *public_key_path, askiam_error *error)
{
  if (out_sound == NULL || out_json == NULL) {
    return s_missing("out_sound and out_json", error);
  }
  *out_sound = 0;
  text_call call;
  if (s_open_long_text(&call, out_json, engine, error)) {
    call.status = aski_audit_verify(out_sound, &call.answer, &engine->audit, &call.visit.call, checkpoint_path,
                                    public_key_path, error);
  }
  askiam_status status = s_close_text(&call, ASKIAM_LAYER_AUDIT, error);
  if (status != ASKIAM_STATUS_OK) {
    *out_sound = 0;
  }
  return status;
}

askiam_status askiam_audit_checkpoint(char **out_json, askiam_engine *engine, const char *private_key_path,
                                      askiam_error *error)
{
  if (out_json == NULL || private_key_path == NULL) {
    return s_missing("out_json and private_key_path", error);
  }
  text_call call;
  if (s_open_long_text(&call, out_json, engine, error)) {
    call.status = aski_audit_checkpoint(&call.answer, &engine->audit, &call.visit.call, private_key_path, error);
  }
  return s_close_text(&call, ASKIAM_LAYER_AUDIT, error);
}

askiam_status askiam_audit_export(askiam_engine *engine, askiam_line_fn line, void *context, askiam_error *error)
{
  aski_visit visit;
  askiam_status status = line == NULL ? s_missing("line", error) : s_enter_long(&visit, engine, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  status = aski_audit_export(&engine->audit, &visit.call, line, context, error);
  aski_leave(&visit);
  return status;
}

askiam_status askiam_audit_query(askiam_engine *engine, const askiam_audit_filter *filter, askiam_line_fn line,
                                 void *context, askiam_error *error)
{
  if (line == NULL || filter == NULL || filter->size == 0) {
    return s_missing("filter and line", error);
  }
  askiam_audit_filter whole = {.size = sizeof whole};
  memcpy(&whole, filter, filter->size < sizeof whole ? filter->size : sizeof whole);
  aski_visit visit;
  askiam_status status = s_enter_long(&visit, engine, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  status = aski_audit_query(&engine->audit, &visit.call, &whole, line, context, error);
  aski_leave(&visit);
  return status;
}

askiam_status askiam_import_path(char **out_summary_json, askiam_engine *engine, const char *path,
                                 const askiam_import_options *options, askiam_error *error)
{
  if (path == NULL) {
    return s_missing("path", error);
  }
  text_call call;
  if (s_open_long_text(&call, out_summary_json, engine, error)) {
    call.status = aski_import_run(&call.answer, &engine->import, &call.visit.call, path, options, error);
  }
  return s_close_text(&call, ASKIAM_LAYER_IMPORT, error);
}

askiam_status askiam_import_sample(char **out_summary_json, askiam_engine *engine, const askiam_import_options *options,
                                   askiam_error *error)
{
  text_call call;
  if (s_open_long_text(&call, out_summary_json, engine, error)) {
    call.status = aski_import_run_json(&call.answer, &engine->import, &call.visit.call, aski_import_sample(), "sample",
                                       options, error);
  }
  return s_close_text(&call, ASKIAM_LAYER_IMPORT, error);
}

askiam_status askiam_index_create(int *out_created, askiam_engine *engine, askiam_error *error)
{
  int created = 0;
  aski_visit visit;
  askiam_status status = s_enter_long(&visit, engine, error);
  if (status == ASKIAM_STATUS_OK) {
    status = aski_index_create(&engine->index, &visit.call, &created, error);
    aski_leave(&visit);
  }
  if (out_created != NULL) {
    *out_created = created;
  }
  return status;
}

askiam_status askiam_index_sync(char **out_summary_json, askiam_engine *engine, const askiam_index_options *options,
                                askiam_error *error)
{
  text_call call;
  if (s_open_long_text(&call, out_summary_json, engine, error)) {
    call.status = aski_index_sync(&call.answer, &engine->index, &call.visit.call, options, error);
  }
  return s_close_text(&call, ASKIAM_LAYER_SEARCH, error);
}

askiam_status askiam_admin_migrate(int *out_from_version, int *out_to_version, askiam_engine *engine,
                                   askiam_error *error)
{
  int from = 0;
  int to = 0;
  aski_visit visit;
  askiam_status status = s_enter_long(&visit, engine, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  status = aski_admin_migrate(&engine->admin, &visit.call, &from, &to, error);
  aski_leave(&visit);
  if (out_from_version != NULL) {
    *out_from_version = from;
  }
  if (out_to_version != NULL) {
    *out_to_version = to;
  }
  return status;
}

askiam_status askiam_admin_erase_user(uint64_t *out_requests, askiam_engine *engine, askiam_str user_id,
                                      askiam_error *error)
{
  uint64_t erased = 0;
  aski_visit visit;
  askiam_status status = user_id.length == 0 ? s_missing("user_id", error) : s_enter_long(&visit, engine, error);
  if (status == ASKIAM_STATUS_OK) {
    status = aski_journal_erase(&engine->journal, &visit.call, user_id, &erased, error);
    aski_leave(&visit);
  }
  if (out_requests != NULL) {
    *out_requests = erased;
  }
  return status;
}

askiam_status askiam_admin_grants(char **out_sql, askiam_engine *engine, askiam_error *error)
{
  if (out_sql == NULL) {
    return s_missing("out_sql", error);
  }
  text_call call;
  if (s_open_long_text(&call, out_sql, engine, error)) {
    call.status = aski_admin_grants(&engine->admin, &call.visit.call, &call.answer, error);
  }
  return s_close_text(&call, ASKIAM_LAYER_STORE, error);
}

askiam_status askiam_admin_describe(char **out_json, askiam_engine *engine, askiam_error *error)
{
  if (out_json == NULL) {
    return s_missing("out_json", error);
  }
  text_call call;
  if (s_open_long_text(&call, out_json, engine, error)) {
    aski_json_writer writer;
    aski_json_writer_init(&writer, &call.answer);
    aski_json_open_object(&writer, NULL);
    aski_json_write_text(&writer, "version", askiam_version());
    aski_registry_write_json(aski_config_registry(engine->config), &writer, "backends");
    aski_json_close_object(&writer);
  }
  return s_close_text(&call, ASKIAM_LAYER_ENGINE, error);
}
