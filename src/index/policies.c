/* SPDX-License-Identifier: Apache-2.0
 *
 * Which policies are about a role: those with a statement whose Resource matches it, or whose NotResource does not except it, whatever they
 * say about it. */
#include "index/run.h"

/* What a role's entry holds of them at most; those beyond it are left out. */
enum { ABOUT_BYTES = 256 * 1024 };

typedef struct policy_load {
  aski_index_policies *policies;
  askiam_policy_builder *builder;
  const askiam_call *call;
} policy_load;

/* A document that is none decides nothing, and is about nothing. */
static askiam_status s_add(void *context, const aski_index_row *row)
{
  policy_load *load = context;
  aski_index_policies *policies = load->policies;
  askiam_error said = ASKIAM_ERROR_INIT;
  askiam_status status =
      askiam_policy_builder_add(load->builder, ASKIAM_POLICY_ACCESS_REQUEST, 0, row->values[0], row->values[1], &said);
  if (status == ASKIAM_STATUS_BAD_DATA) {
    aski_log(load->call->trace, ASKIAM_LOG_WARN, "index", NULL, -1, "policy \"%.*s\" is left out: %s",
             ASKI_STR_ARG(row->values[0]), said.message);
    return ASKIAM_STATUS_OK;
  }
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  if (!aski_arena_grow(&policies->arena, &policies->documents.items, policies->documents.count,
                       &policies->documents.capacity, sizeof *policies->documents.items)) {
    return ASKIAM_STATUS_NO_MEMORY;
  }
  policies->documents.items[policies->documents.count].id = aski_arena_copy(&policies->arena, row->values[0]);
  policies->documents.items[policies->documents.count++].json = aski_arena_copy(&policies->arena, row->values[1]);
  return policies->arena.failed ? ASKIAM_STATUS_NO_MEMORY : ASKIAM_STATUS_OK;
}

askiam_status aski_index_policies_load(aski_index_policies *policies, const aski_index *index, const askiam_call *call,
                                       askiam_error *error)
{
  *policies = (aski_index_policies){.allocator = index->allocator};
  aski_arena_init(&policies->arena, index->allocator);
  policy_load load = {.policies = policies, .call = call};
  askiam_status status = askiam_policy_builder_new(&load.builder, index->allocator, error);
  if (status == ASKIAM_STATUS_OK) {
    status = askiam_policy_request_new(&policies->request, index->allocator, error);
  }
  if (status == ASKIAM_STATUS_OK) {
    status = aski_index_each_row(index, call, ASKIAM_TABLE_POLICIES, s_add, &load, error);
  }
  if (status == ASKIAM_STATUS_OK) {
    status = askiam_policy_builder_build(&policies->set, load.builder, error);
  }
  askiam_policy_builder_destroy(load.builder);
  return status;
}

void aski_index_policies_clean_up(aski_index_policies *policies)
{
  askiam_policy_set_destroy(policies->set);
  askiam_policy_request_destroy(policies->request);
  aski_arena_clean_up(&policies->arena);
}

/* Statements come policy by policy. */
static void s_write(aski_buffer *json, const aski_index_policies *policies)
{
  aski_json_writer writer;
  aski_json_writer_init(&writer, json);
  aski_json_open_object(&writer, NULL);
  size_t next = 0; /* the first document that is not written yet */
  for (size_t i = 0; i < aski_policy_statement_count(policies->set); ++i) {
    askiam_policy_match match;
    aski_policy_statement_at(policies->set, i, &match);
    if (match.policy < next || match.policy >= policies->documents.count ||
        !aski_policy_statement_is_about(policies->set, i, policies->request)) {
      continue;
    }
    askiam_str document = policies->documents.items[match.policy].json;
    if (json->length + document.length <= ABOUT_BYTES) {
      aski_json_write_raw(&writer, policies->documents.items[match.policy].id.data, document);
    }
    next = match.policy + 1;
  }
  aski_json_close_object(&writer);
}

askiam_status aski_index_policies_about(askiam_str *out_json, const aski_index_policies *policies, aski_arena *arena,
                                        askiam_str application_id, askiam_str role_id, askiam_error *error)
{
  enum { EMPTY_BYTES = 2 };
  askiam_str resource = aski_arena_format(arena, "arn:aws:askiam:::application/%.*s/role/%.*s",
                                          ASKI_STR_ARG(application_id), ASKI_STR_ARG(role_id));
  *out_json = ASKI_STR_NONE;
  if (arena->failed) {
    return aski_index_no_memory(error);
  }
  askiam_policy_request_clear(policies->request);
  askiam_status status = askiam_policy_request_set(policies->request, ASKIAM_POLICY_RESOURCE_ARN, resource, error);
  if (status != ASKIAM_STATUS_OK) {
    return status == ASKIAM_STATUS_BAD_DATA ? ASKIAM_STATUS_OK
                                            : status; /* an id that no ARN can hold: no policy is about it */
  }
  aski_buffer json;
  aski_buffer_init(&json, policies->allocator);
  s_write(&json, policies);
  if (json.length > EMPTY_BYTES) {
    *out_json = aski_arena_copy(arena, aski_buffer_view(&json));
  }
  status = json.failed || arena->failed ? aski_index_no_memory(error) : ASKIAM_STATUS_OK;
  aski_buffer_clean_up(&json);
  return status;
}
