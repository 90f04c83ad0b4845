/* SPDX-License-Identifier: Apache-2.0
 *
 * Stands in for the room while it is built. */
#include "policy/policy.h"

#define NOT_YET(error)                                                                                                 \
  askiam_error_set((error), ASKIAM_STATUS_NOT_SUPPORTED, ASKIAM_LAYER_ENGINE, "policies are not supported yet")

askiam_status askiam_policy_builder_new(askiam_policy_builder **out, const askiam_allocator *allocator,
                                        askiam_error *error)
{
  (void)allocator;
  *out = NULL;
  return NOT_YET(error);
}
void askiam_policy_builder_destroy(askiam_policy_builder *builder) { (void)builder; }
askiam_status askiam_policy_builder_add(askiam_policy_builder *builder, askiam_policy_kind kind, unsigned level,
                                        askiam_str id, askiam_str json, askiam_error *error)
{
  (void)builder, (void)kind, (void)level, (void)id, (void)json;
  return NOT_YET(error);
}
askiam_status askiam_policy_builder_build(askiam_policy_set **out, askiam_policy_builder *builder, askiam_error *error)
{
  (void)builder;
  *out = NULL;
  return NOT_YET(error);
}
void askiam_policy_set_destroy(askiam_policy_set *set) { (void)set; }
askiam_status askiam_policy_request_new(askiam_policy_request **out, const askiam_allocator *allocator,
                                        askiam_error *error)
{
  (void)allocator;
  *out = NULL;
  return NOT_YET(error);
}
void askiam_policy_request_destroy(askiam_policy_request *request) { (void)request; }
void askiam_policy_request_clear(askiam_policy_request *request) { (void)request; }
askiam_status askiam_policy_request_set(askiam_policy_request *request, askiam_policy_request_field field,
                                        askiam_str value, askiam_error *error)
{
  (void)request, (void)field, (void)value;
  return NOT_YET(error);
}
askiam_status askiam_policy_request_add(askiam_policy_request *request, askiam_str key, askiam_str value,
                                        askiam_error *error)
{
  (void)request, (void)key, (void)value;
  return NOT_YET(error);
}
askiam_policy_decision askiam_policy_evaluate(const askiam_policy_set *set, const askiam_policy_request *request,
                                              askiam_policy_match_fn match, void *context)
{
  (void)set, (void)request, (void)match, (void)context;
  return ASKIAM_POLICY_IMPLICITLY_DENIED;
}
askiam_status askiam_policy_explain(char **out, const askiam_policy_set *set, const askiam_policy_request *request,
                                    const askiam_allocator *allocator, askiam_error *error)
{
  (void)set, (void)request, (void)allocator;
  *out = NULL;
  return NOT_YET(error);
}
askiam_status askiam_policy_evaluate_json(char **out, askiam_str json, const askiam_allocator *allocator,
                                          askiam_error *error)
{
  (void)json, (void)allocator;
  *out = NULL;
  return NOT_YET(error);
}
size_t aski_policy_statement_count(const askiam_policy_set *set)
{
  (void)set;
  return 0;
}
const aski_policy_statement *aski_policy_statement_at(const askiam_policy_set *set, size_t index,
                                                      askiam_policy_match *out_match)
{
  (void)set, (void)index, (void)out_match;
  return NULL;
}
const aski_policy_statement *aski_policy_statement_of(const askiam_policy_set *set, const askiam_policy_match *match)
{
  (void)set, (void)match;
  return NULL;
}
void askiam_policy_string_free(char *text, const askiam_allocator *allocator) { (void)text, (void)allocator; }
