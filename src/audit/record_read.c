/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading what the AuditLogger is given. Whoever calls it may write any decision into the trail; it must at least
 * be a decision. */
#include "audit/record_json.h"
#include "json/json.h"

enum {
  JSON_MAX_BYTES = 1024 * 1024,
  PIPELINE_MAX_BYTES = 6 * 1024 * 1024, /* with the facts of all looks */
  REQUEST_ID_MAX_BYTES = 128,
  ID_MAX_BYTES = 256,
  CONTEXT_MAX_BYTES = 1024,
  PIPELINE_CONTEXT_MAX_BYTES = 4096 /* as requests have it */
};

typedef struct s_reading {
  aski_audit_entry *entry;
  aski_arena *arena;
  const aski_json *root;
  const aski_json *pipeline; /* NULL: it was made elsewhere */
  askiam_str request_id;
  askiam_error *error;
} s_reading;

static askiam_status s_bad(const s_reading *reading, const char *what)
{
  return askiam_error_set(reading->error, ASKIAM_STATUS_BAD_DATA, ASKIAM_LAYER_AUDIT,
                          "the audit record is malformed: %s", what);
}

static askiam_status s_no_memory(const s_reading *reading)
{
  return askiam_error_set(reading->error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_AUDIT, "out of memory while recording");
}

static bool s_is_request_id(askiam_str id)
{
  bool good = id.length > 0 && id.length <= REQUEST_ID_MAX_BYTES;
  for (size_t i = 0; good && i < id.length; ++i) {
    char byte = id.data[i];
    good = (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') ||
           (byte != 0 && strchr("._:-", byte) != NULL);
  }
  return good;
}

/* As the contract has ids: 1 to 256 bytes without control characters and what means something in a policy. */
static bool s_is_id(askiam_str id)
{
  bool good = id.length > 0 && id.length <= ID_MAX_BYTES;
  for (size_t i = 0; good && i < id.length; ++i) {
    good = (unsigned char)id.data[i] >= 0x20 && id.data[i] != 0x7f && strchr("/*?${}", id.data[i]) == NULL;
  }
  return good;
}

static askiam_status s_read_ids(s_reading *reading)
{
  const aski_json *user_id = aski_json_get(reading->root, "user_id");
  int64_t number = 0;
  askiam_str id = aski_json_integer(user_id, &number) ? aski_json_number_text(user_id) : aski_json_string(user_id);
  reading->request_id = aski_json_string(aski_json_get(reading->root, "request_id"));
  if (!s_is_request_id(reading->request_id)) {
    return s_bad(reading, "\"request_id\" must be 1 to 128 of A-Z a-z 0-9 . _ : -");
  }
  bool good = reading->pipeline != NULL ? id.length > 0 && id.length <= ID_MAX_BYTES : s_is_id(id);
  if (!good) {
    return s_bad(reading, "\"user_id\" must be an id: 1 to 256 bytes, no control characters, none of / * ? $ { }");
  }
  reading->entry->speaker_id = aski_arena_copy(reading->arena, id);
  return ASKIAM_STATUS_OK;
}

static askiam_status s_read_context(s_reading *reading)
{
  aski_audit_entry *entry = reading->entry;
  const struct {
    const char *name;
    askiam_str *out;
  } members[] = {{"ip", &entry->ip},
                 {"user_agent", &entry->user_agent},
                 {"session_id", &entry->session_id},
                 {"trace_id", &entry->trace_id}};
  const aski_json *context = aski_json_get(reading->root, "context");
  if (context == NULL || aski_json_type_of(context) == ASKI_JSON_NULL) {
    return ASKIAM_STATUS_OK;
  }
  if (aski_json_type_of(context) != ASKI_JSON_OBJECT) {
    return s_bad(reading, "\"context\" must be an object");
  }
  size_t most = reading->pipeline != NULL ? PIPELINE_CONTEXT_MAX_BYTES : CONTEXT_MAX_BYTES;
  for (size_t i = 0; i < sizeof members / sizeof *members; ++i) {
    const aski_json *node = aski_json_get(context, members[i].name);
    if (node == NULL || aski_json_type_of(node) == ASKI_JSON_NULL) {
      continue;
    }
    askiam_str text = aski_json_string(node);
    if (aski_json_type_of(node) != ASKI_JSON_STRING || text.length > most) {
      return s_bad(reading,
                   "\"ip\", \"user_agent\", \"session_id\", \"trace_id\" must be strings of at most 1,024 bytes");
    }
    *members[i].out = aski_arena_copy(reading->arena, text);
  }
  return ASKIAM_STATUS_OK;
}

/* What a reader of the trail relies on: the status follows from the codes, and an approval says who gets what. */
static askiam_status s_check_decision(const s_reading *reading, const aski_json *node)
{
  const aski_decision *decision = reading->entry->decision;
  if (decision->verdict == ASKIAM_VERDICT_ERROR || decision->dry_run) {
    return s_bad(reading, "neither an ERROR nor a dry run is recorded");
  }
  if (decision->codes.count == 0 || decision->codes.count != aski_json_count(aski_json_get(node, "reason_codes"))) {
    return s_bad(reading, "\"reason_codes\" must be known codes, each once, at least one");
  }
  if (aski_code_verdict(decision->codes.items[0]) != decision->verdict ||
      aski_code_method(decision->codes.items[0]) != decision->method) {
    return s_bad(reading, "\"status\" and \"method\" do not follow from the first reason code");
  }
  if (decision->time_ms <= 0) {
    return s_bad(reading, "\"timestamp\" is missing");
  }
  if (decision->verdict == ASKIAM_VERDICT_VALID &&
      !(s_is_id(decision->user.id) && s_is_id(decision->application.id) && s_is_id(decision->role.id))) {
    return s_bad(reading, "a VALID decision must name user, application and role");
  }
  return ASKIAM_STATUS_OK;
}

static askiam_status s_read_decision(s_reading *reading, askiam_str json, const askiam_allocator *allocator)
{
  const aski_json *node = aski_json_get(reading->root, "validation_result");
  askiam_str text = aski_audit_slice(json, "validation_result");
  if (node == NULL || aski_json_type_of(node) != ASKI_JSON_OBJECT || !aski_str_present(text)) {
    return s_bad(reading, "\"validation_result\" must be a decision");
  }
  askiam_status status = aski_decision_from_json(&reading->entry->decision, text, allocator, reading->error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  aski_decision *decision = reading->entry->decision;
  if (decision->request_id.length > 0 && !aski_str_equal(decision->request_id, reading->request_id)) {
    return s_bad(reading, "\"validation_result\" has another request_id");
  }
  decision->request_id = aski_arena_copy(&decision->arena, reading->request_id);
  if (decision->requester.id.length == 0) {
    decision->requester.id = aski_arena_copy(&decision->arena, reading->entry->speaker_id);
  }
  decision->audit = (aski_audit_place){0};
  decision->json = ASKI_STR_NONE;
  return decision->arena.failed ? s_no_memory(reading) : s_check_decision(reading, node);
}

static askiam_status s_read(s_reading *reading, askiam_str json, const askiam_allocator *allocator)
{
  if (aski_json_type_of(reading->root) != ASKI_JSON_OBJECT) {
    return s_bad(reading, "it must be an object");
  }
  askiam_status status = s_read_ids(reading);
  if (status == ASKIAM_STATUS_OK) {
    status = s_read_context(reading);
  }
  if (status == ASKIAM_STATUS_OK) {
    status = s_read_decision(reading, json, allocator);
  }
  if (status == ASKIAM_STATUS_OK && reading->pipeline != NULL) {
    reading->entry->sentence =
        aski_arena_copy(reading->arena, aski_json_string(aski_json_get(reading->pipeline, "sentence")));
    status = aski_audit_read_case(reading->entry, reading->arena, json, allocator, reading->error);
  }
  return status == ASKIAM_STATUS_OK && reading->arena->failed ? s_no_memory(reading) : status;
}

askiam_status aski_audit_read_entry(aski_audit_entry *out_entry, aski_arena *arena, askiam_str json,
                                    const askiam_allocator *allocator, askiam_error *error)
{
  *out_entry = (aski_audit_entry){0};
  if (json.length > PIPELINE_MAX_BYTES) {
    return askiam_error_set(error, ASKIAM_STATUS_BAD_DATA, ASKIAM_LAYER_AUDIT, "the audit record is larger than 6 MiB");
  }
  aski_json_document *document = NULL;
  askiam_status status = aski_json_parse(&document, json, allocator, ASKIAM_LAYER_AUDIT, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  s_reading reading = {.entry = out_entry, .arena = arena, .root = aski_json_root(document), .error = error};
  const aski_json *pipeline = aski_json_get(reading.root, ASKI_AUDIT_PIPELINE);
  reading.pipeline = aski_json_type_of(pipeline) == ASKI_JSON_OBJECT ? pipeline : NULL;
  if (reading.pipeline == NULL && json.length > JSON_MAX_BYTES) {
    status =
        askiam_error_set(error, ASKIAM_STATUS_BAD_DATA, ASKIAM_LAYER_AUDIT, "the audit record is larger than 1 MiB");
  } else {
    status = s_read(&reading, json, allocator);
  }
  aski_json_destroy(document);
  if (status != ASKIAM_STATUS_OK) {
    askiam_decision_destroy(out_entry->decision);
    out_entry->decision = NULL;
  }
  return status;
}
