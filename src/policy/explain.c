/* SPDX-License-Identifier: Apache-2.0
 *
 * An explanation as JSON. */
#include "policy/explain.h"

#include "json/json.h"

enum { LISTED_WHOLE = 1000 }; /* of a larger set only the statements that are about the request are listed */

void aski_policy_explanation_init(aski_policy_explanation *out, const askiam_policy_set *set,
                                  const askiam_policy_request *request)
{
  *out = (aski_policy_explanation){.set = set, .request = request, .complete = aski_policy_request_complete(request)};
  out->decision = askiam_policy_evaluate(set, request, NULL, NULL);
  out->kinds = aski_policy_kinds_for(set, request);
  for (size_t i = 0; i < set->rule_count && out->complete; ++i) {
    aski_policy_look look = aski_policy_explanation_look(out, i);
    if (!look.rule->deny && aski_policy_look_matches(&look)) {
      aski_policy_grant(&out->grants, look.rule->slot, look.naming);
    }
  }
  out->reason = aski_policy_judge(&out->grants, &set->limits, out->kinds, request);
}

aski_policy_look aski_policy_explanation_look(const aski_policy_explanation *explanation, size_t place)
{
  const aski_policy_rule *rule = &explanation->set->rules[place];
  const askiam_policy_request *request = explanation->request;
  aski_policy_look look = {
      .rule = rule,
      .applies = (explanation->kinds >> (unsigned)aski_policy_slot_kind(rule->slot) & 1) != 0,
      .naming = aski_policy_rule_names(rule, request),
      .action = request->present[ASKIAM_POLICY_ACTION] && aski_policy_rule_has_action(rule, request),
      .resource = request->present[ASKIAM_POLICY_RESOURCE_ARN] && aski_policy_rule_has_resource(rule, request)};
  for (uint32_t i = 0; i < rule->condition_count; ++i) {
    look.held += aski_policy_condition_holds(&rule->conditions[i], request) ? 1 : 0;
  }
  return look;
}

static void s_write_unresolved(aski_json_writer *writer, aski_policy_unresolved unresolved)
{
  if (aski_str_present(unresolved.key)) {
    aski_json_open_object(writer, "unresolved");
    aski_json_write_string(writer, "key", unresolved.key);
    aski_json_write_unsigned(writer, "values", unresolved.values);
    aski_json_close_object(writer);
  }
}

static void s_write_condition(aski_json_writer *writer, const aski_policy_condition *condition,
                              const askiam_policy_request *request)
{
  const aski_policy_clause *clause = condition->source;
  aski_policy_values actual = aski_policy_request_find(request, condition->key, condition->key_hash);
  aski_json_open_object(writer, NULL);
  aski_json_write_string(writer, "operator", clause->operator_text);
  aski_json_write_string(writer, "key", clause->key);
  aski_json_open_array(writer, "values");
  for (size_t i = 0; i < clause->values.count; ++i) {
    aski_json_write_string(writer, NULL, clause->values.items[i]);
  }
  aski_json_close_array(writer);
  aski_json_open_array(writer, "actual");
  for (size_t i = 0; i < actual.count; ++i) {
    aski_json_write_string(writer, NULL, aski_policy_values_next(&actual));
  }
  aski_json_close_array(writer);
  aski_json_write_bool(writer, "matched", aski_policy_condition_holds(condition, request));
  s_write_unresolved(writer, aski_policy_unresolved_in_condition(condition, request));
  aski_json_close_object(writer);
}

static void s_write_statement(aski_json_writer *writer, const aski_policy_look *look,
                              const askiam_policy_request *request)
{
  const aski_policy_rule *rule = look->rule;
  aski_json_open_object(writer, NULL);
  aski_json_write_text(writer, "kind", askiam_policy_kind_name(aski_policy_slot_kind(rule->slot)));
  aski_json_write_unsigned(writer, "level", aski_policy_slot_level(rule->slot));
  aski_json_write_unsigned(writer, "policy", rule->policy);
  aski_json_write_string(writer, "id", rule->id);
  aski_json_write_unsigned(writer, "statement", rule->statement);
  aski_json_write_string(writer, "sid", rule->source->sid);
  aski_json_write_text(writer, "effect", rule->deny ? "Deny" : "Allow");
  aski_json_write_bool(writer, "matched", aski_policy_look_matches(look));
  aski_json_write_bool(writer, "applies", look->applies);
  aski_json_write_bool(writer, "principal", look->naming != ASKI_POLICY_NAMED_NOT);
  aski_json_write_bool(writer, "action", look->action);
  aski_json_write_bool(writer, "resource", look->resource);
  if (!look->resource && !rule->not_resource) {
    s_write_unresolved(writer, aski_policy_unresolved_in_resources(rule, request));
  }
  aski_json_open_array(writer, "conditions");
  for (uint32_t i = 0; i < rule->condition_count; ++i) {
    s_write_condition(writer, &rule->conditions[i], request);
  }
  aski_json_close_array(writer);
  aski_json_close_object(writer);
}

static void s_write(aski_buffer *out, const aski_policy_explanation *explanation, askiam_str reason, askiam_str summary)
{
  const askiam_policy_set *set = explanation->set;
  size_t omitted = 0;
  aski_json_writer writer;
  aski_json_writer_init(&writer, out);
  aski_json_open_object(&writer, NULL);
  aski_json_write_text(&writer, "decision", askiam_policy_decision_name(explanation->decision));
  aski_json_write_string(&writer, "reason", reason);
  aski_json_write_string(&writer, "summary", summary);
  aski_json_open_array(&writer, "statements");
  for (size_t i = 0; i < set->rule_count && !out->failed; ++i) {
    aski_policy_look look = aski_policy_explanation_look(explanation, i);
    if (set->rule_count > LISTED_WHOLE && !aski_policy_look_is_about(&look)) {
      ++omitted;
      continue;
    }
    s_write_statement(&writer, &look, explanation->request);
  }
  aski_json_close_array(&writer);
  aski_json_write_unsigned(&writer, "omitted", omitted);
  aski_json_close_object(&writer);
}

askiam_status askiam_policy_explain(char **out, const askiam_policy_set *set, const askiam_policy_request *request,
                                    const askiam_allocator *allocator, askiam_error *error)
{
  if (out == NULL || set == NULL || request == NULL) {
    return askiam_error_set(error, ASKIAM_STATUS_INVALID_ARGUMENT, ASKIAM_LAYER_ENGINE,
                            "out_json, the set or the request is NULL");
  }
  *out = NULL;
  allocator = allocator == NULL ? aski_allocator_default() : allocator;
  aski_buffer reason;
  aski_buffer summary;
  aski_buffer json;
  aski_buffer_init(&reason, allocator);
  aski_buffer_init(&summary, allocator);
  aski_buffer_init(&json, allocator);
  aski_policy_explanation explanation;
  aski_policy_explanation_init(&explanation, set, request);
  aski_policy_explanation_say_reason(&explanation, &reason);
  aski_policy_explanation_say(&explanation, &summary);
  s_write(&json, &explanation, aski_buffer_view(&reason), aski_buffer_view(&summary));
  bool failed = reason.failed || summary.failed || json.failed;
  aski_buffer_clean_up(&reason);
  aski_buffer_clean_up(&summary);
  if (failed) {
    aski_buffer_clean_up(&json);
    return askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_ENGINE,
                            "memory ran out while a decision was explained");
  }
  *out = json.data;
  return ASKIAM_STATUS_OK;
}
