/* SPDX-License-Identifier: Apache-2.0
 *
 * A request from the JSON of the contract. */
#include "engine/request.h"
#include "json/json.h"

enum { LARGEST_BYTES = 64 * 1024 };

typedef struct s_member {
  const char *name;
  const char *where; /* in messages */
  askiam_request_field field;
  bool is_id; /* an integer means its decimal text */
} s_member;

static const s_member s_top[] = {
    {"request_id", "request_id", ASKIAM_REQUEST_ID,
     true}, /* first, for the answer to a request that is bad otherwise */
    {"user_id", "user_id", ASKIAM_REQUEST_USER_ID, true},
    {"requester_id", "requester_id", ASKIAM_REQUEST_REQUESTER_ID, true},
};

static const s_member s_context[] = {
    {"ip", "request_context.ip", ASKIAM_REQUEST_IP, false},
    {"timestamp", "request_context.timestamp", ASKIAM_REQUEST_TIMESTAMP, false},
    {"session_id", "request_context.session_id", ASKIAM_REQUEST_SESSION_ID, true},
    {"user_agent", "request_context.user_agent", ASKIAM_REQUEST_USER_AGENT, false},
    {"trace_id", "request_context.trace_id", ASKIAM_REQUEST_TRACE_ID, true},
};

static const char *const s_sentences[] = {"raw_request", "text", "message"};

static askiam_status s_refuse_type(const char *where, const char *wanted, const aski_json *node, askiam_error *error)
{
  return askiam_error_set(error, ASKIAM_STATUS_BAD_DATA, ASKIAM_LAYER_REQUEST, "%s: must be %s, not %s", where, wanted,
                          aski_json_type_name(node));
}

static askiam_status s_read_member(askiam_request *request, const s_member *member, const aski_json *object,
                                   askiam_error *error)
{
  const aski_json *node = aski_json_get(object, member->name);
  int64_t integer = 0;
  askiam_str value = aski_json_string(node);
  if (member->is_id && aski_json_type_of(node) == ASKI_JSON_NUMBER) {
    value = aski_json_number_text(node);
    bool whole = value.length > 0 && strpbrk(value.data, ".eE") == NULL;
    if (!whole) {
      return s_refuse_type(member->where, "a string or an integer", node, error);
    }
    value = aski_json_integer(node, &integer) && integer == 0 ? ASKI_STR("0") : value; /* -0 */
  } else if (aski_json_type_of(node) != ASKI_JSON_STRING && aski_json_type_of(node) != ASKI_JSON_NULL) {
    return s_refuse_type(member->where, member->is_id ? "a string or an integer" : "a string", node, error);
  }
  return aski_str_present(value) ? aski_request_put(request, member->field, value, member->where, error)
                                 : ASKIAM_STATUS_OK;
}

/* One reading of a request. Where somebody is told what is wrong, it goes on after that. */
typedef struct s_reading {
  askiam_request *request;
  askiam_request_problem_fn tell; /* may be NULL */
  void *context;
  askiam_status status; /* the first failure, with its error */
  askiam_error error;
} s_reading;

/* Takes the outcome of one step over, about the member `where` or "". Whether to go on. */
static bool s_goes_on(s_reading *reading, const char *where, askiam_status status, const askiam_error *error)
{
  if (status == ASKIAM_STATUS_OK) {
    return true;
  }
  if (reading->status == ASKIAM_STATUS_OK) {
    reading->status = status;
    reading->error = *error;
  }
  bool told = reading->tell != NULL && status == ASKIAM_STATUS_BAD_DATA;
  if (told) {
    reading->tell(reading->context, where, error->message);
  }
  return told;
}

static bool s_read_members(s_reading *reading, const s_member *members, size_t count, const aski_json *object)
{
  bool goes_on = true;
  for (size_t i = 0; i < count && goes_on; ++i) {
    askiam_error error = ASKIAM_ERROR_INIT;
    askiam_status status = s_read_member(reading->request, &members[i], object, &error);
    goes_on = s_goes_on(reading, members[i].where, status, &error);
  }
  return goes_on;
}

static bool s_read_context(s_reading *reading, const aski_json *root)
{
  const aski_json *context = aski_json_get(root, "request_context");
  if (aski_json_type_of(context) == ASKI_JSON_NULL) {
    return true;
  }
  if (aski_json_type_of(context) != ASKI_JSON_OBJECT) {
    askiam_error error = ASKIAM_ERROR_INIT;
    askiam_status status = s_refuse_type("request_context", "an object", context, &error);
    return s_goes_on(reading, "request_context", status, &error);
  }
  return s_read_members(reading, s_context, sizeof s_context / sizeof *s_context, context);
}

/* The sentence goes by three names, of which one must be there. *out_where is the one that is wrong. */
static askiam_status s_find_sentence(const char **out_where, const aski_json *root, askiam_error *error)
{
  const char *found = NULL;
  for (size_t i = 0; i < sizeof s_sentences / sizeof *s_sentences; ++i) {
    if (aski_json_type_of(aski_json_get(root, s_sentences[i])) == ASKI_JSON_NULL) { /* also where it is absent */
      continue;
    }
    *out_where = s_sentences[i];
    if (found != NULL) {
      return askiam_error_set(error, ASKIAM_STATUS_BAD_DATA, ASKIAM_LAYER_REQUEST,
                              "\"%s\" and \"%s\" both hold a sentence; give one of them", found, s_sentences[i]);
    }
    found = s_sentences[i];
  }
  if (found == NULL) {
    *out_where = s_sentences[0];
    return askiam_error_set(error, ASKIAM_STATUS_BAD_DATA, ASKIAM_LAYER_REQUEST,
                            "raw_request: missing; it holds the sentence that asks for access");
  }
  return ASKIAM_STATUS_OK;
}

static bool s_read_sentence(s_reading *reading, const aski_json *root)
{
  const char *where = NULL;
  askiam_error error = ASKIAM_ERROR_INIT;
  askiam_status status = s_find_sentence(&where, root, &error);
  if (status == ASKIAM_STATUS_OK) {
    const aski_json *node = aski_json_get(root, where);
    status = aski_json_type_of(node) == ASKI_JSON_STRING
                 ? aski_request_put(reading->request, ASKIAM_REQUEST_TEXT, aski_json_string(node), where, &error)
                 : s_refuse_type(where, "a string", node, &error);
  }
  return s_goes_on(reading, where, status, &error);
}

static void s_read(s_reading *reading, const aski_json *root)
{
  if (aski_json_type_of(root) != ASKI_JSON_OBJECT) {
    askiam_error error = ASKIAM_ERROR_INIT;
    askiam_status status = askiam_error_set(
        &error, ASKIAM_STATUS_BAD_DATA, ASKIAM_LAYER_REQUEST,
        "a request is an object such as {\"user_id\": …, \"raw_request\": …}, not %s", aski_json_type_name(root));
    s_goes_on(reading, "", status, &error);
  } else if (s_read_members(reading, s_top, sizeof s_top / sizeof *s_top, root) && s_read_sentence(reading, root)) {
    s_read_context(reading, root);
  }
}

static void s_read_text(s_reading *reading, askiam_str json)
{
  askiam_error error = ASKIAM_ERROR_INIT;
  aski_json_document *document = NULL;
  const askiam_allocator *allocator = &reading->request->allocator;
  askiam_status status =
      json.length > LARGEST_BYTES
          ? askiam_error_set(&error, ASKIAM_STATUS_BAD_DATA, ASKIAM_LAYER_REQUEST,
                             "the request has %zu bytes, at most %d are allowed", json.length, LARGEST_BYTES)
          : aski_json_parse(&document, json, allocator, ASKIAM_LAYER_REQUEST, &error);
  if (status == ASKIAM_STATUS_OK) {
    s_read(reading, aski_json_root(document));
  } else {
    s_goes_on(reading, "", status, &error);
  }
  aski_json_destroy(document);
}

/* Of a bad request only the id is kept. */
static void s_keep_id_only(askiam_request *request)
{
  for (size_t i = 0; i < ASKI_REQUEST_FIELDS; ++i) {
    if (i != ASKIAM_REQUEST_ID) {
      aski_release(&request->allocator, request->fields[i]);
      request->fields[i] = NULL;
      request->lengths[i] = 0;
    }
  }
}

askiam_status askiam_request_from_json_telling(askiam_request **out_request, askiam_str json,
                                               askiam_request_problem_fn tell, void *context,
                                               const askiam_allocator *allocator, askiam_error *error)
{
  if (out_request == NULL || json.data == NULL) {
    return askiam_error_set(error, ASKIAM_STATUS_INVALID_ARGUMENT, ASKIAM_LAYER_REQUEST,
                            "askiam_request_from_json: out_request and json must not be NULL");
  }
  *out_request = NULL;
  s_reading reading = {.tell = tell, .context = context, .status = ASKIAM_STATUS_OK};
  askiam_status status = askiam_request_new(&reading.request, allocator, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  s_read_text(&reading, json);
  if (reading.status != ASKIAM_STATUS_OK) {
    s_keep_id_only(reading.request);
    if (error != NULL) {
      *error = reading.error;
    }
  }
  if (reading.status != ASKIAM_STATUS_OK && reading.request->fields[ASKIAM_REQUEST_ID] == NULL) {
    askiam_request_destroy(reading.request);
  } else {
    *out_request = reading.request;
  }
  return reading.status;
}

askiam_status askiam_request_from_json(askiam_request **out_request, askiam_str json, const askiam_allocator *allocator,
                                       askiam_error *error)
{
  return askiam_request_from_json_telling(out_request, json, NULL, NULL, allocator, error);
}

askiam_status askiam_request_problems(askiam_str json, askiam_request_problem_fn tell, void *context,
                                      const askiam_allocator *allocator, askiam_error *error)
{
  if (json.data == NULL || tell == NULL) {
    return askiam_error_set(error, ASKIAM_STATUS_INVALID_ARGUMENT, ASKIAM_LAYER_REQUEST,
                            "askiam_request_problems: json and tell must not be NULL");
  }
  askiam_request *request = NULL;
  askiam_status status = askiam_request_from_json_telling(&request, json, tell, context, allocator, error);
  askiam_request_destroy(request);
  return status;
}
