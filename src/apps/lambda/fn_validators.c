/* SPDX-License-Identifier: Apache-2.0
 *
 * The functions `rag` and `mcp`: evidence and facts about ids. */
#include "apps/common/json_view.h"
#include "functions.h"
#include "stage.h"

typedef askiam_status (*s_validate_fn)(char **out_json, askiam_engine *engine, const askiam_triple *triple,
                                       askiam_error *error);

/* A member that is a string; anything else that is there breaks the event. */
static askiam_status s_text(askiam_str *out_text, app_scratch *scratch, app_json object, const char *name,
                            askiam_error *error)
{
  app_json value = app_json_member(object, name);
  *out_text = (askiam_str){NULL, 0};
  if (value.data == NULL) {
    return ASKIAM_STATUS_OK;
  }
  if (!app_json_is_string(value)) {
    return askiam_error_set(error, ASKIAM_STATUS_BAD_DATA, ASKIAM_LAYER_REQUEST, "%s: must be a string", name);
  }
  *out_text = app_json_text(scratch, value);
  return out_text->data != NULL
             ? ASKIAM_STATUS_OK
             : askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_REQUEST, "out of memory");
}

static askiam_status s_triple(askiam_triple *out_triple, app_scratch *scratch, askiam_str event, askiam_error *error)
{
  app_json context = app_json_member(event, "request_context");
  const struct {
    askiam_str *out;
    app_json object;
    const char *name;
    bool required;
  } members[] = {{&out_triple->user_id, event, "user_id", true},
                 {&out_triple->application_id, event, "app_id", true},
                 {&out_triple->role_id, event, "role_id", true},
                 {&out_triple->request_id, event, "request_id", false},
                 {&out_triple->requester_id, event, "requester_id", false},
                 {&out_triple->ip, context, "ip", false},
                 {&out_triple->user_agent, context, "user_agent", false}};
  for (size_t i = 0; i < sizeof members / sizeof *members; ++i) {
    askiam_status status = s_text(members[i].out, scratch, members[i].object, members[i].name, error);
    if (status != ASKIAM_STATUS_OK) {
      return status;
    }
    if (members[i].required && members[i].out->length == 0) {
      return askiam_error_set(error, ASKIAM_STATUS_BAD_DATA, ASKIAM_LAYER_REQUEST,
                              "%s: missing; the event is {\"user_id\", \"app_id\", \"role_id\", \"request_id\"}",
                              members[i].name);
    }
  }
  return ASKIAM_STATUS_OK;
}

static askiam_status s_validate(char **out_json, askiam_engine *engine, const lambda_event *event,
                                s_validate_fn validate, askiam_error *error)
{
  app_scratch scratch = APP_SCRATCH_INIT;
  askiam_triple triple = {.size = sizeof triple, .timeout_ms = lambda_event_left_ms(event)};
  askiam_status status = s_triple(&triple, &scratch, event->body, error);
  if (status == ASKIAM_STATUS_OK) {
    status = validate(out_json, engine, &triple, error);
  }
  app_scratch_clean_up(&scratch);
  return status;
}

static askiam_status s_rag(char **out_json, askiam_engine *engine, const lambda_event *event, askiam_error *error)
{
  return s_validate(out_json, engine, event, askiam_rag_validate, error);
}

static askiam_status s_mcp(char **out_json, askiam_engine *engine, const lambda_event *event, askiam_error *error)
{
  return s_validate(out_json, engine, event, askiam_rules_validate, error);
}

void lambda_rag_run(lambda_host *host, const lambda_event *event, lambda_reply *reply)
{
  lambda_stage_run(host, event, reply, ASKIAM_STAGE_RAG, s_rag);
}

void lambda_mcp_run(lambda_host *host, const lambda_event *event, lambda_reply *reply)
{
  lambda_stage_run(host, event, reply, ASKIAM_STAGE_MCP, s_mcp);
}
