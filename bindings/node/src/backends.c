/* SPDX-License-Identifier: Apache-2.0
 *
 * The library's tables of a judge, an embedder and a search, each over one question to JavaScript. They say that they are remote: a deadline
 * passes them by, and a breaker leaves them alone when they keep failing. */
#include "bridge.h"

#include "values.h"

#include <math.h>

static const char *const s_name = "javascript";

static askiam_status s_open(void **out_self, void *context, const askiam_backend_options *options, askiam_error *error)
{
  (void)options;
  (void)error;
  *out_self = context;
  return ASKIAM_STATUS_OK;
}

static askiam_str s_text(const bridge_answer *answer, size_t index)
{
  return index < answer->text_count ? (askiam_str){answer->texts[index], answer->lengths[index]}
                                    : (askiam_str){NULL, 0};
}

static askiam_status s_misshapen(askiam_error *error, askiam_layer layer, const char *what)
{
  askiam_error_set(error, ASKIAM_STATUS_UNAVAILABLE, layer, "JavaScript's answer is not of the form of %s", what);
  if (error != NULL) {
    error->retryable = 0;
  }
  return ASKIAM_STATUS_UNAVAILABLE;
}

static void s_put_person(text *asked, const askiam_case *judged)
{
  text_put_literal(asked, "{\"user\":");
  text_put_member(asked, true, "id", askiam_case_get(judged, ASKIAM_CASE_USER_ID));
  text_put_member(asked, false, "name", askiam_case_get(judged, ASKIAM_CASE_USER_NAME));
  text_put_name(asked, false, "attributes");
  text_put_literal(asked, "{");
  for (size_t at = 0; at < askiam_case_attribute_count(judged); ++at) {
    text_put_literal(asked, at == 0 ? "" : ",");
    text_put_json(asked, askiam_case_attribute_key(judged, at));
    text_put_literal(asked, ":");
    text_put_json(asked, askiam_case_attribute_value(judged, at));
  }
  text_put_literal(asked, "},\"roles\":[");
  for (size_t at = 0; at < askiam_case_role_count(judged); ++at) {
    text_put_literal(asked, at == 0 ? "" : ",");
    text_put_json(asked, askiam_case_role_id(judged, at));
  }
  text_put_literal(asked, "]}");
}

static void s_put_access(text *asked, const askiam_case *judged)
{
  text_put_name(asked, false, "application");
  text_put_member(asked, true, "id", askiam_case_get(judged, ASKIAM_CASE_APPLICATION_ID));
  text_put_member(asked, false, "name", askiam_case_get(judged, ASKIAM_CASE_APPLICATION_NAME));
  text_put_literal(asked, "}");
  text_put_name(asked, false, "role");
  text_put_member(asked, true, "id", askiam_case_get(judged, ASKIAM_CASE_ROLE_ID));
  text_put_member(asked, false, "name", askiam_case_get(judged, ASKIAM_CASE_ROLE_NAME));
  text_put_member(asked, false, "description", askiam_case_get(judged, ASKIAM_CASE_ROLE_DESCRIPTION));
  text_put_member(asked, false, "risk", askiam_case_get(judged, ASKIAM_CASE_ROLE_RISK));
  text_put_literal(asked, "}");
}

static void s_put_documents(text *asked, const askiam_case *judged)
{
  text_put_name(asked, false, "documents");
  text_put_literal(asked, "[");
  for (size_t at = 0; at < askiam_case_document_count(judged); ++at) {
    text_put_literal(asked, at == 0 ? "" : ",");
    text_put_member(asked, true, "id", askiam_case_document_id(judged, at));
    text_put_member(asked, false, "title", askiam_case_document_title(judged, at));
    text_put_member(asked, false, "text", askiam_case_document_text(judged, at));
    text_put_literal(asked, "}");
  }
  text_put_literal(asked, "]");
}

static void s_put_pattern(text *asked, const askiam_case *judged, size_t at)
{
  text_put_name(asked, true, "approved");
  text_put_literal(asked, askiam_case_pattern_approved(judged, at) ? "true" : "false");
  text_put_name(asked, false, "timestamp_ms");
  text_put_number(asked, (double)askiam_case_pattern_time_ms(judged, at));
  text_put_name(asked, false, "known");
  text_put_literal(asked, askiam_case_pattern_known(judged, at) ? "true" : "false");
  text_put_name(asked, false, "attributes");
  text_put_literal(asked, "{");
  for (size_t key = 0; key < askiam_case_attribute_count(judged); ++key) {
    askiam_str name = askiam_case_attribute_key(judged, key);
    text_put_literal(asked, key == 0 ? "" : ",");
    text_put_json(asked, name);
    text_put_literal(asked, ":");
    text_put_json(asked, askiam_case_pattern_attribute(judged, at, name));
  }
  text_put_literal(asked, "},\"roles\":[");
  for (size_t role = 0; role < askiam_case_pattern_role_count(judged, at); ++role) {
    text_put_literal(asked, role == 0 ? "" : ",");
    text_put_json(asked, askiam_case_pattern_role_id(judged, at, role));
  }
  text_put_literal(asked, "]}");
}

static askiam_status s_judge(void *self, const askiam_call *call, const askiam_case *judged, askiam_opinion *opinion,
                             askiam_error *error)
{
  text asked = {NULL, 0, 0, false};
  s_put_person(&asked, judged);
  s_put_access(&asked, judged);
  s_put_documents(&asked, judged);
  text_put_name(&asked, false, "patterns");
  text_put_literal(&asked, "[");
  for (size_t at = 0; at < askiam_case_pattern_count(judged); ++at) {
    text_put_literal(&asked, at == 0 ? "" : ",");
    s_put_pattern(&asked, judged, at);
  }
  text_put_literal(&asked, "]}");
  bridge_answer answer;
  askiam_status status = bridge_ask(self, call, BRIDGE_JUDGE, &asked, &answer, error);
  if (status == ASKIAM_STATUS_OK) {
    askiam_str reason = s_text(&answer, 0);
    status = answer.number_count == 1 ? askiam_opinion_set(opinion, answer.numbers[0], reason)
                                      : askiam_opinion_abstain(opinion, reason);
    bridge_answer_clean_up(&answer);
  }
  return status;
}

static size_t s_dimension(void *self) { return ((const bridge *)self)->dimension; }

static const char *s_model(void *self) { return ((const bridge *)self)->model; }

static askiam_status s_embed(void *self, const askiam_call *call, const askiam_str *texts, size_t count,
                             float *out_vectors, askiam_error *error)
{
  text asked = {NULL, 0, 0, false};
  text_put_literal(&asked, "[");
  for (size_t at = 0; at < count; ++at) {
    text_put_literal(&asked, at == 0 ? "" : ",");
    text_put_json(&asked, texts[at]);
  }
  text_put_literal(&asked, "]");
  bridge_answer answer;
  askiam_status status = bridge_ask(self, call, BRIDGE_EMBED, &asked, &answer, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  size_t wanted = count * ((const bridge *)self)->dimension;
  if (answer.number_count == wanted) {
    for (size_t at = 0; at < wanted; ++at) {
      out_vectors[at] = (float)answer.numbers[at];
    }
  } else {
    status = s_misshapen(error, ASKIAM_LAYER_EMBEDDER, "embed: a vector for each text");
  }
  bridge_answer_clean_up(&answer);
  return status;
}

static void s_put_vector(text *asked, const askiam_search_query *query)
{
  size_t dimension = 0;
  const float *vector = askiam_search_query_vector(query, &dimension);
  text_put_name(asked, false, "vector");
  if (vector == NULL) {
    text_put_literal(asked, "null");
    return;
  }
  text_put_literal(asked, "[");
  for (size_t at = 0; at < dimension; ++at) {
    text_put_literal(asked, at == 0 ? "" : ",");
    text_put_number(asked, (double)vector[at]);
  }
  text_put_literal(asked, "]");
}

static askiam_status s_documents(void *self, const askiam_call *call, const askiam_search_query *query,
                                 askiam_documents *documents, askiam_error *error)
{
  text asked = {NULL, 0, 0, false};
  text_put_member(&asked, true, "text", askiam_search_query_text(query));
  text_put_member(&asked, false, "application_id", askiam_search_query_application_id(query));
  text_put_member(&asked, false, "role_id", askiam_search_query_role_id(query));
  text_put_name(&asked, false, "top_k");
  text_put_number(&asked, (double)askiam_search_query_top_k(query));
  text_put_member(&asked, false, "model", askiam_search_query_model(query));
  s_put_vector(&asked, query);
  text_put_literal(&asked, "}");
  bridge_answer answer;
  askiam_status status = bridge_ask(self, call, BRIDGE_DOCUMENTS, &asked, &answer, error);
  if (status == ASKIAM_STATUS_OK && answer.text_count != 3 * answer.number_count) {
    status = s_misshapen(error, ASKIAM_LAYER_SEARCH, "documents");
  }
  for (size_t at = 0; status == ASKIAM_STATUS_OK && at < answer.number_count; ++at) {
    status = askiam_documents_add(documents, s_text(&answer, 3 * at), s_text(&answer, 3 * at + 1),
                                  s_text(&answer, 3 * at + 2), answer.numbers[at]);
  }
  bridge_answer_clean_up(&answer);
  return status;
}

/* What no Date can hold is the beginning of time. */
static int64_t s_time_ms(double number) { return fabs(number) <= 8.64e15 ? (int64_t)number : 0; }

static askiam_status s_patterns(void *self, const askiam_call *call, askiam_str role_id, askiam_str except_user_id,
                                int64_t before_ms, size_t limit, askiam_patterns *patterns, askiam_error *error)
{
  text asked = {NULL, 0, 0, false};
  text_put_member(&asked, true, "role_id", role_id);
  text_put_member(&asked, false, "except_user_id", except_user_id);
  text_put_name(&asked, false, "before_ms");
  text_put_number(&asked, (double)before_ms);
  text_put_name(&asked, false, "limit");
  text_put_number(&asked, (double)limit);
  text_put_literal(&asked, "}");
  bridge_answer answer;
  askiam_status status = bridge_ask(self, call, BRIDGE_PATTERNS, &asked, &answer, error);
  if (status == ASKIAM_STATUS_OK && answer.number_count != 2 * answer.text_count) {
    status = s_misshapen(error, ASKIAM_LAYER_SEARCH, "patterns");
  }
  for (size_t at = 0; status == ASKIAM_STATUS_OK && at < answer.text_count; ++at) {
    status = askiam_patterns_add(patterns, s_text(&answer, at), s_time_ms(answer.numbers[2 * at]),
                                 answer.numbers[2 * at + 1] != 0.0);
  }
  bridge_answer_clean_up(&answer);
  return status;
}

static askiam_status s_register_judge(bridge *own, bool with_evidence, askiam_config *config, askiam_error *error)
{
  own->judge = (askiam_judge_vtable){.size = sizeof own->judge,
                                     .flags = ASKIAM_BACKEND_REMOTE | (with_evidence ? ASKIAM_JUDGE_WITH_EVIDENCE : 0U),
                                     .open = s_open,
                                     .kind = own->judge_kind,
                                     .judge = s_judge};
  askiam_status status = askiam_register_judge(config, s_name, &own->judge, own, error);
  return status != ASKIAM_STATUS_OK ? status : askiam_config_set(config, "judge.backend", s_name, error);
}

static askiam_status s_register_embedder(bridge *own, askiam_config *config, askiam_error *error)
{
  own->embedder = (askiam_embedder_vtable){.size = sizeof own->embedder,
                                           .flags = ASKIAM_BACKEND_REMOTE,
                                           .open = s_open,
                                           .dimension = s_dimension,
                                           .model = s_model,
                                           .embed = s_embed};
  askiam_status status = askiam_register_embedder(config, s_name, &own->embedder, own, error);
  return status != ASKIAM_STATUS_OK ? status : askiam_config_set(config, "embedder.backend", s_name, error);
}

static askiam_status s_register_search(bridge *own, bool with_patterns, askiam_config *config, askiam_error *error)
{
  own->search = (askiam_search_vtable){.size = sizeof own->search,
                                       .flags = ASKIAM_BACKEND_REMOTE,
                                       .open = s_open,
                                       .documents = s_documents,
                                       .patterns = with_patterns ? s_patterns : NULL};
  askiam_status status = askiam_register_search(config, s_name, &own->search, own, error);
  return status != ASKIAM_STATUS_OK ? status : askiam_config_set(config, "search.backend", s_name, error);
}

static bool s_flag(napi_env env, napi_value options, const char *name, bool *out_flag)
{
  napi_value value = NULL;
  *out_flag = false;
  return values_check(env, napi_get_named_property(env, options, name, &value)) &&
         (values_absent(env, value) || values_check(env, napi_get_value_bool(env, value, out_flag)));
}

static bool s_name_of(napi_env env, napi_value options, const char *name, char **out_text)
{
  napi_value value = NULL;
  return values_check(env, napi_get_named_property(env, options, name, &value)) && values_path(env, value, out_text);
}

bool bridge_register(bridge *own, napi_env env, napi_value options, askiam_config *config)
{
  askiam_error error = ASKIAM_ERROR_INIT;
  askiam_status status = ASKIAM_STATUS_OK;
  bool with_evidence = false, search = false, with_patterns = false;
  uint32_t dimension = 0;
  napi_value value = NULL;
  if (!s_name_of(env, options, "judgeKind", &own->judge_kind) ||
      !s_flag(env, options, "judgeWithEvidence", &with_evidence) || !s_flag(env, options, "search", &search) ||
      !s_flag(env, options, "patterns", &with_patterns) || !s_name_of(env, options, "model", &own->model) ||
      !values_check(env, napi_get_named_property(env, options, "dimension", &value)) ||
      !(values_absent(env, value) || values_check(env, napi_get_value_uint32(env, value, &dimension)))) {
    return false;
  }
  own->dimension = dimension;
  if (own->judge_kind != NULL) {
    status = s_register_judge(own, with_evidence, config, &error);
  }
  if (status == ASKIAM_STATUS_OK && own->model != NULL) {
    status = s_register_embedder(own, config, &error);
  }
  if (status == ASKIAM_STATUS_OK && search) {
    status = s_register_search(own, with_patterns, config, &error);
  }
  if (status != ASKIAM_STATUS_OK) {
    values_throw(env, &error);
  }
  return status == ASKIAM_STATUS_OK;
}
