/* SPDX-License-Identifier: Apache-2.0
 *
 * A request's fields and their rules. Messages name the field, never its content. */
#include "engine/request.h"

#include "base/text.h"
#include "base/time.h"
#include "policy/values.h"

enum { ID_MAX_BYTES = 256, REQUEST_ID_MAX_BYTES = 128, CONTEXT_MAX_BYTES = 4096, JUSTIFICATION_MAX_BYTES = 1024 };

static bool s_is_field(askiam_request_field field) { return (unsigned)field < ASKI_REQUEST_FIELDS; }

/* As the members are called in JSON. */
static const char *s_name(askiam_request_field field)
{
  static const char *const names[ASKI_REQUEST_FIELDS] = {
      "raw_request", "user_id", "requester_id", "request_id", "ip", "session_id", "user_agent", "trace_id", "timestamp",
      "beneficiary_id", "application_id", "role_id", "expires_at", "justification",
      /* as a stranger claims it */
      "claimed_ip", "claimed_session_id", "claimed_user_agent", "claimed_timestamp"};
  return names[field];
}

askiam_status askiam_request_new(askiam_request **out_request, const askiam_allocator *allocator, askiam_error *error)
{
  if (out_request == NULL) {
    return askiam_error_set(error, ASKIAM_STATUS_INVALID_ARGUMENT, ASKIAM_LAYER_REQUEST,
                            "askiam_request_new: out_request must not be NULL");
  }
  allocator = allocator == NULL ? aski_allocator_default() : allocator;
  *out_request = aski_acquire_zeroed(allocator, 1, sizeof **out_request);
  if (*out_request == NULL) {
    return askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_REQUEST, "out of memory for a request");
  }
  (*out_request)->allocator = *allocator;
  return ASKIAM_STATUS_OK;
}

void askiam_request_destroy(askiam_request *request)
{
  if (request == NULL) {
    return;
  }
  for (size_t i = 0; i < ASKI_REQUEST_FIELDS; ++i) {
    aski_release(&request->allocator, request->fields[i]);
  }
  askiam_allocator allocator = request->allocator;
  aski_release(&allocator, request);
}

static bool s_is_request_id(askiam_str value)
{
  for (size_t i = 0; i < value.length; ++i) {
    char byte = value.data[i];
    bool letter = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9');
    if (!letter && (byte == 0 || strchr("._:-", byte) == NULL)) {
      return false;
    }
  }
  return value.length > 0 && value.length <= REQUEST_ID_MAX_BYTES;
}

/* A date alone is no time, though the calendar's parser takes one. */
static bool s_is_timestamp(askiam_str value)
{
  int64_t time_ms = 0;
  return value.length > sizeof "2024-01-21" && aski_time_parse(value, &time_ms);
}

bool aski_request_is_ip(askiam_str value)
{
  aski_policy_range address;
  return aski_policy_address_read(&address, value);
}

static size_t s_limit(askiam_request_field field)
{
  switch (field) {
  case ASKIAM_REQUEST_TEXT:
    return ASKIAM_REQUEST_TEXT_MAX_BYTES;
  case ASKIAM_REQUEST_USER_ID:
  case ASKIAM_REQUEST_REQUESTER_ID:
  case ASKIAM_REQUEST_BENEFICIARY_ID:
  case ASKIAM_REQUEST_APPLICATION_ID:
  case ASKIAM_REQUEST_ROLE_ID:
    return ID_MAX_BYTES;
  case ASKIAM_REQUEST_JUSTIFICATION:
    return JUSTIFICATION_MAX_BYTES;
  case ASKIAM_REQUEST_ID:
    return REQUEST_ID_MAX_BYTES;
  case ASKIAM_REQUEST_IP:
  case ASKIAM_REQUEST_SESSION_ID:
  case ASKIAM_REQUEST_USER_AGENT:
  case ASKIAM_REQUEST_TRACE_ID:
  case ASKIAM_REQUEST_TIMESTAMP:
  case ASKIAM_REQUEST_EXPIRES_AT:
  case ASKIAM_REQUEST_CLAIMED_IP:
  case ASKIAM_REQUEST_CLAIMED_SESSION_ID:
  case ASKIAM_REQUEST_CLAIMED_USER_AGENT:
  case ASKIAM_REQUEST_CLAIMED_TIMESTAMP:
    break;
  }
  return CONTEXT_MAX_BYTES;
}

/* The field whose rule holds: what is claimed keeps that of what it claims to be. */
static askiam_request_field s_rule(askiam_request_field field)
{
  static const askiam_request_field claims[] = {ASKIAM_REQUEST_IP, ASKIAM_REQUEST_SESSION_ID, ASKIAM_REQUEST_USER_AGENT,
                                                ASKIAM_REQUEST_TIMESTAMP};
  return field < ASKIAM_REQUEST_CLAIMED_IP ? field : claims[field - ASKIAM_REQUEST_CLAIMED_IP];
}

static bool s_may_be_blank(askiam_request_field field)
{
  return field != ASKIAM_REQUEST_TEXT && field != ASKIAM_REQUEST_USER_ID && field != ASKIAM_REQUEST_REQUESTER_ID &&
         field < ASKIAM_REQUEST_BENEFICIARY_ID;
}

/* Ids of the catalogue have no controls; the record of a request has one line for them. */
static bool s_has_control(askiam_request_field field, askiam_str value)
{
  bool id = field >= ASKIAM_REQUEST_BENEFICIARY_ID && field <= ASKIAM_REQUEST_ROLE_ID;
  for (size_t i = 0; id && i < value.length; ++i) {
    if ((unsigned char)value.data[i] < 0x20 || value.data[i] == 0x7F) {
      return true;
    }
  }
  return false;
}

/* What the host may not know: empty is as good as absent. */
static bool s_may_be_empty(askiam_request_field field)
{
  return field == ASKIAM_REQUEST_IP || field == ASKIAM_REQUEST_SESSION_ID || field == ASKIAM_REQUEST_USER_AGENT ||
         field == ASKIAM_REQUEST_TRACE_ID || field == ASKIAM_REQUEST_JUSTIFICATION;
}

static askiam_status s_refuse(const char *where, const char *problem, askiam_error *error)
{
  return askiam_error_set(error, ASKIAM_STATUS_BAD_DATA, ASKIAM_LAYER_REQUEST, "%s: %s", where, problem);
}

static askiam_status s_check(askiam_request_field field, askiam_str value, const char *where, askiam_error *error)
{
  if (field == ASKIAM_REQUEST_ID && !s_is_request_id(value)) {
    return s_refuse(where, "must be 1 to 128 of A-Z a-z 0-9 . _ : -", error);
  }
  if (value.length > s_limit(field)) {
    return askiam_error_set(error, ASKIAM_STATUS_BAD_DATA, ASKIAM_LAYER_REQUEST,
                            "%s: has %zu bytes, at most %zu are allowed", where, value.length, s_limit(field));
  }
  if (value.length > 0 && memchr(value.data, 0, value.length) != NULL) {
    return s_refuse(where, "must not contain NUL", error);
  }
  if (!aski_text_valid(value)) {
    return s_refuse(where, "must be UTF-8", error);
  }
  if (!s_may_be_blank(field) && aski_text_blank(value)) {
    return s_refuse(where, field == ASKIAM_REQUEST_TEXT ? "is blank; say what access is needed" : "is blank", error);
  }
  if (s_has_control(field, value)) {
    return s_refuse(where, "must not contain control characters", error);
  }
  if (field == ASKIAM_REQUEST_IP && !aski_request_is_ip(value)) {
    return s_refuse(where, ASKI_REQUEST_IP_RULE, error);
  }
  if ((field == ASKIAM_REQUEST_TIMESTAMP || field == ASKIAM_REQUEST_EXPIRES_AT) && !s_is_timestamp(value)) {
    return s_refuse(where, "must be an RFC 3339 time such as 2024-01-21T10:30:00Z", error);
  }
  return ASKIAM_STATUS_OK;
}

askiam_status aski_request_put(askiam_request *request, askiam_request_field field, askiam_str value, const char *where,
                               askiam_error *error)
{
  char *copy = NULL;
  askiam_request_field rule = s_rule(field);
  if (value.length == 0 && s_may_be_empty(rule)) {
    value = ASKI_STR_NONE;
  }
  if (aski_str_present(value)) {
    askiam_status status = s_check(rule, value, where, error);
    if (status != ASKIAM_STATUS_OK) {
      return status;
    }
    copy = aski_copy_text(&request->allocator, value);
    if (copy == NULL) {
      return askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_REQUEST, "out of memory for a request");
    }
  }
  aski_release(&request->allocator, request->fields[field]);
  request->fields[field] = copy;
  request->lengths[field] = value.length;
  return ASKIAM_STATUS_OK;
}

void aski_request_move(askiam_request *request, askiam_request_field to, askiam_request_field from)
{
  if (request->fields[from] != NULL) {
    aski_release(&request->allocator, request->fields[to]);
    request->fields[to] = request->fields[from];
    request->lengths[to] = request->lengths[from];
    request->fields[from] = NULL;
    request->lengths[from] = 0;
  }
}

askiam_status askiam_request_set(askiam_request *request, askiam_request_field field, askiam_str value,
                                 askiam_error *error)
{
  if (request == NULL || !s_is_field(field)) {
    return askiam_error_set(error, ASKIAM_STATUS_INVALID_ARGUMENT, ASKIAM_LAYER_REQUEST,
                            "askiam_request_set: no such request or field");
  }
  return aski_request_put(request, field, value, s_name(field), error);
}

askiam_str askiam_request_get(const askiam_request *request, askiam_request_field field)
{
  return request != NULL && s_is_field(field) ? (askiam_str){request->fields[field], request->lengths[field]}
                                              : ASKI_STR_NONE;
}

void askiam_request_set_dry_run(askiam_request *request, int dry_run)
{
  if (request != NULL) {
    request->dry_run = dry_run != 0;
  }
}

int askiam_request_dry_run(const askiam_request *request) { return request != NULL && request->dry_run; }

void askiam_request_set_timeout_ms(askiam_request *request, int64_t timeout_ms)
{
  if (request != NULL) {
    request->timeout_ms = timeout_ms > 0 ? timeout_ms : 0;
  }
}

void askiam_request_cancel(askiam_request *request)
{
  if (request != NULL) {
    __atomic_store_n(&request->cancelled, 1, __ATOMIC_RELEASE);
  }
}

int64_t aski_request_timeout_ms(const askiam_request *request) { return request->timeout_ms; }
