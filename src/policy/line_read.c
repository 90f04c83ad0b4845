/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading a line of `policy eval`. What is wrong with the line is an error; what is wrong with a document in it is an answer. */
#include "policy/line.h"

#include <stdio.h>

#include "base/text.h"

/* The members that hold documents. These are judged one by one: a member that occurs twice in one is what is wrong with that one. */
static const char *const s_names[] = {"identityPolicies", "resourcePolicy",         "permissionBoundaries",
                                      "sessionPolicy",    "serviceControlPolicies", "resourceControlPolicies",
                                      "endpointPolicies", "accessRequestPolicies",  NULL};

/* How many documents a member holds. */
typedef enum s_form { ONE, LIST, LEVELS } s_form;

static const struct { /* in the order of their names */
  askiam_policy_kind kind;
  s_form form;
} s_members[] = {
    {ASKIAM_POLICY_IDENTITY, LIST}, {ASKIAM_POLICY_RESOURCE, ONE},           {ASKIAM_POLICY_PERMISSION_BOUNDARY, LIST},
    {ASKIAM_POLICY_SESSION, ONE},   {ASKIAM_POLICY_SERVICE_CONTROL, LEVELS}, {ASKIAM_POLICY_RESOURCE_CONTROL, LEVELS},
    {ASKIAM_POLICY_ENDPOINT, LIST}, {ASKIAM_POLICY_ACCESS_REQUEST, LIST},
};

enum { PLACE_BYTES = 96, SHOWN_BYTES = 40 /* of a key */ };

static askiam_status s_bad(askiam_error *error, const char *place, const char *wanted, const aski_json *node)
{
  return askiam_error_set(error, ASKIAM_STATUS_BAD_DATA, ASKIAM_LAYER_REQUEST, "%s must be %s, not %s", place, wanted,
                          node == NULL ? "missing" : aski_json_type_name(node));
}

static bool s_is_null(const aski_json *node) { return node == NULL || aski_json_type_of(node) == ASKI_JSON_NULL; }

/* The text of an object that begins at `offset`: up to the brace that closes it. The text is known to be JSON. */
static askiam_str s_extent(askiam_str text, size_t offset)
{
  size_t depth = 0;
  bool quoted = false;
  for (size_t at = offset; at < text.length; ++at) {
    char byte = text.data[at];
    if (quoted) {
      at += byte == '\\' ? 1 : 0;
      quoted = byte != '"';
      continue;
    }
    quoted = byte == '"';
    depth += byte == '{' ? 1 : 0;
    if (byte == '}' && --depth == 0) {
      return aski_str_slice(text, offset, at + 1 - offset);
    }
  }
  return ASKI_STR_NONE;
}

/* A document is an object, or its text as a string. Anything else is one as well, which AWS refuses for its type. */
static askiam_str s_document_text(const aski_policy_question *question, const aski_json *node)
{
  switch (aski_json_type_of(node)) {
  case ASKI_JSON_OBJECT:
    return s_extent(question->text, aski_json_offset(question->json, node, false));
  case ASKI_JSON_STRING:
    return aski_json_string(node);
  case ASKI_JSON_NULL:
    return ASKI_STR("null");
  case ASKI_JSON_BOOL:
    return ASKI_STR("true");
  case ASKI_JSON_NUMBER:
    return ASKI_STR("0");
  case ASKI_JSON_ARRAY:
    break;
  }
  return ASKI_STR("[]");
}

static askiam_status s_add(aski_policy_question *question, size_t member, unsigned level, const char *place,
                           const aski_json *node, askiam_error *error)
{
  askiam_str text = s_document_text(question, node);
  askiam_error said = ASKIAM_ERROR_INIT;
  askiam_status status =
      askiam_policy_builder_add(question->builder, s_members[member].kind, level, ASKI_STR_NONE, text, &said);
  if (status == ASKIAM_STATUS_BAD_DATA) {
    if (question->refused.status == ASKIAM_STATUS_OK) {
      askiam_error_set(&question->refused, status, said.layer, "%s: %s", place, said.message);
    }
    return ASKIAM_STATUS_OK;
  }
  return status == ASKIAM_STATUS_OK ? status : askiam_error_set(error, status, said.layer, "%s", said.message);
}

static askiam_status s_read_list(aski_policy_question *question, size_t member, unsigned level, const char *place,
                                 const aski_json *node, askiam_error *error)
{
  if (aski_json_type_of(node) != ASKI_JSON_ARRAY) {
    return s_bad(error, place, "a list of policies", node);
  }
  askiam_status status = ASKIAM_STATUS_OK;
  size_t index = 0;
  for (const aski_json *item = aski_json_first(node); item != NULL && status == ASKIAM_STATUS_OK;
       item = aski_json_next(item)) {
    char inner[PLACE_BYTES];
    snprintf(inner, sizeof inner, "%.64s[%zu]", place, index++);
    status = s_add(question, member, level, inner, item, error);
  }
  return status;
}

/* Levels that have no policy must allow as well, and cannot. */
static askiam_status s_read_levels(aski_policy_question *question, size_t member, const aski_json *node,
                                   askiam_error *error)
{
  const char *name = s_names[member];
  if (aski_json_type_of(node) != ASKI_JSON_ARRAY) {
    return s_bad(error, name, "a list of levels, each a list of policies", node);
  }
  if (aski_json_count(node) > ASKI_POLICY_LEVELS) {
    return askiam_error_set(error, ASKIAM_STATUS_BAD_DATA, ASKIAM_LAYER_REQUEST,
                            "%s has %zu levels; at most %d are possible", name, aski_json_count(node),
                            ASKI_POLICY_LEVELS);
  }
  aski_policy_builder_require(question->builder, s_members[member].kind, (unsigned)aski_json_count(node));
  askiam_status status = ASKIAM_STATUS_OK;
  unsigned level = 0;
  for (const aski_json *item = aski_json_first(node); item != NULL && status == ASKIAM_STATUS_OK;
       item = aski_json_next(item)) {
    char place[PLACE_BYTES];
    snprintf(place, sizeof place, "%.64s[%u]", name, level);
    status = s_read_list(question, member, level++, place, item, error);
  }
  return status;
}

static askiam_status s_read_policies(aski_policy_question *question, const aski_json *root, askiam_error *error)
{
  askiam_status status = ASKIAM_STATUS_OK;
  for (size_t i = 0; i < sizeof s_members / sizeof *s_members && status == ASKIAM_STATUS_OK; ++i) {
    const aski_json *node = aski_json_get(root, s_names[i]);
    if (s_is_null(node)) {
      continue;
    }
    switch (s_members[i].form) {
    case ONE:
      status = s_add(question, i, 0, s_names[i], node, error);
      break;
    case LIST:
      status = s_read_list(question, i, 0, s_names[i], node, error);
      break;
    case LEVELS:
      status = s_read_levels(question, i, node, error);
      break;
    }
  }
  return status;
}

/* A string, or what a number or a boolean is written as. Absent: it is something else. */
static askiam_str s_scalar(const aski_json *node)
{
  switch (aski_json_type_of(node)) {
  case ASKI_JSON_STRING:
    return aski_json_string(node);
  case ASKI_JSON_NUMBER:
    return aski_json_number_text(node);
  case ASKI_JSON_BOOL:
    return aski_json_bool(node, false) ? ASKI_STR("true") : ASKI_STR("false");
  case ASKI_JSON_NULL:
  case ASKI_JSON_ARRAY:
  case ASKI_JSON_OBJECT:
    break;
  }
  return ASKI_STR_NONE;
}

static askiam_status s_know(aski_policy_question *question, askiam_str key, const aski_json *node, askiam_error *error)
{
  askiam_str value = s_scalar(node);
  if (!aski_str_present(value)) {
    char place[PLACE_BYTES];
    snprintf(place, sizeof place, "request.context[\"%.*s\"]", (int)aski_text_cut(key, SHOWN_BYTES), key.data);
    return s_bad(error, place, "a string, a number, a boolean, or a list of them", node);
  }
  return askiam_policy_request_add(question->request, key, value, error);
}

static askiam_status s_read_key(aski_policy_question *question, const aski_json *node, askiam_error *error)
{
  askiam_str key = aski_json_name(node);
  if (key.length == 0) {
    return askiam_error_set(error, ASKIAM_STATUS_BAD_DATA, ASKIAM_LAYER_REQUEST, "request.context has an empty key");
  }
  if (aski_json_type_of(node) != ASKI_JSON_ARRAY) {
    return s_know(question, key, node, error);
  }
  askiam_status status = aski_json_first(node) == NULL
                             ? askiam_policy_request_add(question->request, key, ASKI_STR_NONE, error)
                             : ASKIAM_STATUS_OK;
  for (const aski_json *item = aski_json_first(node); item != NULL && status == ASKIAM_STATUS_OK;
       item = aski_json_next(item)) {
    status = s_know(question, key, item, error);
  }
  return status;
}

static askiam_status s_read_context(aski_policy_question *question, const aski_json *node, askiam_error *error)
{
  if (s_is_null(node)) {
    return ASKIAM_STATUS_OK;
  }
  if (aski_json_type_of(node) != ASKI_JSON_OBJECT) {
    return s_bad(error, "request.context", "an object", node);
  }
  askiam_status status = ASKIAM_STATUS_OK;
  for (const aski_json *item = aski_json_first(node); item != NULL && status == ASKIAM_STATUS_OK;
       item = aski_json_next(item)) {
    uint32_t before = question->request->context.key_count;
    status = s_read_key(question, item, error);
    if (status == ASKIAM_STATUS_OK && question->request->context.key_count == before) {
      askiam_str key = aski_json_name(item);
      return askiam_error_set(error, ASKIAM_STATUS_BAD_DATA, ASKIAM_LAYER_REQUEST,
                              "request.context has the key \"%.*s\" twice: the case of its letters does not matter",
                              (int)aski_text_cut(key, SHOWN_BYTES), key.data);
    }
  }
  return status;
}

static askiam_status s_read_request(aski_policy_question *question, const aski_json *node, askiam_error *error)
{
  static const struct {
    const char *name, *place;
    askiam_policy_request_field field;
    bool optional;
  } fields[] = {{"principal", "request.principal", ASKIAM_POLICY_PRINCIPAL, false},
                {"action", "request.action", ASKIAM_POLICY_ACTION, false},
                {"resource", "request.resource", ASKIAM_POLICY_RESOURCE_ARN, false},
                {"resourceAccount", "request.resourceAccount", ASKIAM_POLICY_RESOURCE_ACCOUNT, true}};
  if (aski_json_type_of(node) != ASKI_JSON_OBJECT) {
    return s_bad(error, "request", "an object", node);
  }
  askiam_status status = ASKIAM_STATUS_OK;
  for (size_t i = 0; i < sizeof fields / sizeof *fields && status == ASKIAM_STATUS_OK; ++i) {
    const aski_json *member = aski_json_get(node, fields[i].name);
    if (fields[i].optional && s_is_null(member)) {
      continue;
    }
    askiam_str value = aski_json_string(member);
    status = aski_str_present(value) ? askiam_policy_request_set(question->request, fields[i].field, value, error)
                                     : s_bad(error, fields[i].place, "a string", member);
  }
  return status == ASKIAM_STATUS_OK ? s_read_context(question, aski_json_get(node, "context"), error) : status;
}

askiam_status aski_policy_question_read(aski_policy_question *out, askiam_str text, const askiam_allocator *allocator,
                                        askiam_error *error)
{
  *out = (aski_policy_question){.text = text, .refused = ASKIAM_ERROR_INIT};
  askiam_status status = aski_json_parse_apart(&out->json, text, s_names, allocator, ASKIAM_LAYER_REQUEST, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  const aski_json *root = aski_json_root(out->json);
  if (aski_json_type_of(root) != ASKI_JSON_OBJECT) {
    return s_bad(error, "a line", "an object with policies and a request", root);
  }
  if (!aski_json_locate(out->json, text)) {
    return askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_REQUEST, "memory ran out for policies");
  }
  status = askiam_policy_builder_new(&out->builder, allocator, error);
  status = status == ASKIAM_STATUS_OK ? askiam_policy_request_new(&out->request, allocator, error) : status;
  status = status == ASKIAM_STATUS_OK ? s_read_request(out, aski_json_get(root, "request"), error) : status;
  return status == ASKIAM_STATUS_OK ? s_read_policies(out, root, error) : status;
}

void aski_policy_question_clean_up(aski_policy_question *question)
{
  aski_json_destroy(question->json);
  askiam_policy_builder_destroy(question->builder);
  askiam_policy_request_destroy(question->request);
}
