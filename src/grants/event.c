/* SPDX-License-Identifier: Apache-2.0
 *
 * An event on its way in: from a bus or a queue, where anybody may have put it. Only its ids are taken, and they
 * must be those of a stored request. */
#include "grants/grants.h"
#include "json/json.h"

enum { VALUES_MAX = 10000 };

static askiam_status s_bad(askiam_error *error, const char *what)
{
  return askiam_error_set(error, ASKIAM_STATUS_BAD_DATA, ASKIAM_LAYER_REQUEST, "this is no event grant.requested: %s",
                          what);
}

static bool s_is(const aski_json *node, const char *name, const char *text)
{
  return aski_str_equal_text(aski_json_string(aski_json_get(node, name)), text);
}

/* The contract's version is a number, EventBridge's a text of its own. */
static bool s_knows_version(const aski_json *version)
{
  int64_t number = 0;
  return version == NULL || aski_json_type_of(version) == ASKI_JSON_STRING ||
         (aski_json_integer(version, &number) && number == 1);
}

typedef struct member {
  const char *name;
  askiam_str *out;
  bool required;
} member;

static askiam_status s_take(aski_arena *arena, const aski_json *detail, const member *wanted, askiam_error *error)
{
  const aski_json *node = aski_json_get(detail, wanted->name);
  bool none = node == NULL || aski_json_type_of(node) == ASKI_JSON_NULL;
  askiam_str text = aski_json_string(node);
  if ((none && wanted->required) || (!none && text.length == 0)) {
    return askiam_error_set(error, ASKIAM_STATUS_BAD_DATA, ASKIAM_LAYER_REQUEST,
                            "this is no event grant.requested: detail.%s is %s", wanted->name,
                            none ? "missing" : "not a text, or an empty one");
  }
  *wanted->out = aski_arena_copy(arena, text);
  return arena->failed
             ? askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_REQUEST, "out of memory reading an event")
             : ASKIAM_STATUS_OK;
}

static askiam_status s_read(aski_grants_event *event, aski_arena *arena, const aski_json *root, askiam_error *error)
{
  const aski_json *detail = aski_json_get(root, "detail");
  if (!s_is(root, "source", "askiam") || !s_is(root, "detail-type", "grant.requested")) {
    return s_bad(error, "its source is not \"askiam\", or its detail-type another");
  }
  if (detail == NULL || aski_json_type_of(detail) != ASKI_JSON_OBJECT) {
    return s_bad(error, "it has no detail");
  }
  if (!s_knows_version(aski_json_get(root, "version"))) {
    return s_bad(error, "its version is not 1");
  }
  const member members[] = {{"request_id", &event->request_id, true}, {"requester_id", &event->requester_id, true},
                            {"user_id", &event->user_id, true},       {"app_id", &event->application_id, true},
                            {"role_id", &event->role_id, true},       {"audit_hash", &event->audit_hash, false}};
  askiam_status status = ASKIAM_STATUS_OK;
  for (size_t i = 0; i < sizeof members / sizeof *members && status == ASKIAM_STATUS_OK; ++i) {
    status = s_take(arena, detail, &members[i], error);
  }
  return status;
}

askiam_status aski_grants_read_event(aski_grants_event *out_event, aski_arena *arena, askiam_str json,
                                     const askiam_allocator *allocator, askiam_error *error)
{
  *out_event = (aski_grants_event){0};
  aski_json_document *document = NULL;
  askiam_status status = aski_json_parse_bounded(&document, json, VALUES_MAX, allocator, ASKIAM_LAYER_REQUEST, error);
  if (status == ASKIAM_STATUS_OK) {
    status = s_read(out_event, arena, aski_json_root(document), error);
  }
  aski_json_destroy(document);
  return status;
}
