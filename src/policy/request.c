/* SPDX-License-Identifier: Apache-2.0
 *
 * A request's fields: copied, checked, taken apart. A field is changed only once everything that can fail has succeeded. */
#include "policy/request.h"

#include "base/text.h"
#include "policy/hash.h"

enum { COPIES = 2, SHOWN_BYTES = 120 };

static askiam_status s_no_memory(askiam_error *error)
{
  return askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_REQUEST, "memory ran out for a policy request");
}

askiam_status askiam_policy_request_new(askiam_policy_request **out, const askiam_allocator *allocator,
                                        askiam_error *error)
{
  if (out == NULL) {
    return askiam_error_set(error, ASKIAM_STATUS_INVALID_ARGUMENT, ASKIAM_LAYER_REQUEST, "out_request is NULL");
  }
  allocator = allocator == NULL ? aski_allocator_default() : allocator;
  askiam_policy_request *request = aski_acquire_zeroed(allocator, 1, sizeof *request);
  *out = request;
  if (request == NULL) {
    return s_no_memory(error);
  }
  request->allocator = *allocator;
  for (size_t i = 0; i < ASKI_POLICY_FIELDS; ++i) {
    aski_buffer_init(&request->fields[i], &request->allocator);
  }
  aski_policy_context_init(&request->context, &request->allocator);
  return ASKIAM_STATUS_OK;
}

void askiam_policy_request_destroy(askiam_policy_request *request)
{
  if (request != NULL) {
    askiam_allocator allocator = request->allocator;
    for (size_t i = 0; i < ASKI_POLICY_FIELDS; ++i) {
      aski_buffer_clean_up(&request->fields[i]);
    }
    aski_policy_context_clean_up(&request->context);
    aski_release(&allocator, request->tables.values);
    aski_release(&allocator, request);
  }
}

bool aski_policy_request_make_tables(askiam_policy_request *request, size_t text_bytes)
{
  size_t size = ASKI_POLICY_SMALL_TABLE;
  while (size < text_bytes) {
    size *= 2;
  }
  if (size == ASKI_POLICY_SMALL_TABLE || size <= request->tables.size) {
    return true;
  }
  uint64_t *values = aski_acquire(&request->allocator, ASKI_POLICY_TABLES * size * sizeof *values);
  if (values == NULL) {
    return false;
  }
  aski_release(&request->allocator, request->tables.values);
  request->tables = (aski_policy_tables){values, size};
  return true;
}

bool aski_policy_is_delimiter(char byte)
{
  char lower = aski_policy_lower(byte);
  return (unsigned char)byte < 0x80 && !(lower >= 'a' && lower <= 'z') && !(byte >= '0' && byte <= '9');
}

static void s_set_action(askiam_policy_request *request, aski_buffer *copy)
{
  size_t length = copy->length;
  for (size_t i = 0; i < length; ++i) {
    aski_buffer_append_byte(copy, aski_policy_lower(copy->data[i]));
  }
  request->action = (askiam_str){copy->data, length};
  request->lower_action = (askiam_str){copy->data + length, length};
  request->action_hash = aski_policy_hash_text(request->lower_action);
  const char *colon = memchr(request->lower_action.data, ':', length);
  size_t service = colon == NULL ? length : (size_t)(colon - request->lower_action.data);
  request->service_hash = aski_policy_hash_text(aski_str_slice(request->lower_action, 0, service));
}

static void s_set_resource(askiam_policy_request *request, const aski_buffer *copy)
{
  askiam_str text = aski_buffer_view(copy);
  request->resource = text;
  request->resource_arn = (aski_policy_arn){0};
  if (!aski_str_equal_text(text, "*")) {
    aski_policy_arn_read(&request->resource_arn, text);
  }
  uint64_t state = ASKI_POLICY_HASH_START;
  request->depth_count = 0;
  for (size_t i = 0; i < text.length; ++i) {
    state = aski_policy_hash_byte(state, text.data[i]);
    if (request->depth_count + 1 < ASKI_POLICY_DEPTHS && aski_policy_is_delimiter(text.data[i])) {
      request->depth_hashes[++request->depth_count] = aski_policy_hash_end(state);
    }
  }
  request->resource_hash = aski_policy_hash_end(state);
}

/* "service:Name": something on both sides of a colon, nothing that is a blank or a control. */
static bool s_is_action(askiam_str text)
{
  for (size_t i = 0; i < text.length; ++i) {
    if ((unsigned char)text.data[i] <= ' ' || text.data[i] == 0x7f) {
      return false;
    }
  }
  const char *colon = text.length == 0 ? NULL : memchr(text.data, ':', text.length);
  return colon != NULL && colon != text.data && colon + 1 != text.data + text.length;
}

/* NULL, or what is wrong with the value. */
static const char *s_problem(askiam_policy_request_field field, askiam_str value)
{
  aski_policy_principal principal;
  aski_policy_arn arn;
  if (value.length > ASKI_POLICY_TEXT_MAX_BYTES) {
    return "it is longer than 128 KiB";
  }
  if (!aski_text_valid(value)) {
    return "it is not UTF-8";
  }
  switch (field) {
  case ASKIAM_POLICY_PRINCIPAL:
    return !aski_policy_is_account(value) && aski_policy_principal_read(&principal, value)
               ? NULL
               : "it is neither an ARN, nor a service's name such as lambda.amazonaws.com, nor anonymous";
  case ASKIAM_POLICY_ACTION:
    return s_is_action(value) ? NULL : "it is not of the form service:Name, such as s3:GetObject";
  case ASKIAM_POLICY_RESOURCE_ARN:
    return aski_str_equal_text(value, "*") || aski_policy_arn_read(&arn, value) ? NULL : "it is neither an ARN nor *";
  case ASKIAM_POLICY_RESOURCE_ACCOUNT:
    return aski_policy_is_account(value) ? NULL : "it is not an account's 12 digits";
  default:
    return "there is no such field";
  }
}

static const char *const s_names[ASKI_POLICY_FIELDS] = {"principal", "action", "resource", "resource account"};

/* Whose the resource is, where that can be known. */
static void s_settle_account(askiam_policy_request *request)
{
  askiam_str named = request->resource_arn.parts[ASKI_POLICY_ARN_ACCOUNT];
  if (request->present[ASKIAM_POLICY_RESOURCE_ACCOUNT]) {
    named = aski_buffer_view(&request->fields[ASKIAM_POLICY_RESOURCE_ACCOUNT]);
  }
  request->resource_account = aski_policy_is_account(named) ? named : request->principal.account;
}

/* All the memory first, so that a failure leaves the field as it was. */
static askiam_status s_replace(askiam_policy_request *request, askiam_policy_request_field field, askiam_str value,
                               askiam_error *error)
{
  aski_buffer *copy = &request->fields[field];
  if (!aski_policy_request_make_tables(request, value.length) || !aski_buffer_reserve(copy, COPIES * value.length)) {
    copy->failed = false;
    return s_no_memory(error);
  }
  aski_buffer_clear(copy);
  aski_buffer_append(copy, value);
  if (field == ASKIAM_POLICY_PRINCIPAL) {
    aski_policy_principal_read(&request->principal, aski_buffer_view(copy));
  } else if (field == ASKIAM_POLICY_ACTION) {
    s_set_action(request, copy);
  } else if (field == ASKIAM_POLICY_RESOURCE_ARN) {
    s_set_resource(request, copy);
  }
  request->present[field] = true;
  s_settle_account(request);
  return ASKIAM_STATUS_OK;
}

static void s_forget(askiam_policy_request *request, askiam_policy_request_field field)
{
  aski_buffer_clear(&request->fields[field]);
  request->present[field] = false;
  if (field == ASKIAM_POLICY_PRINCIPAL) {
    request->principal = (aski_policy_principal){0};
  } else if (field == ASKIAM_POLICY_RESOURCE_ARN) {
    request->resource = ASKI_STR_NONE;
    request->resource_arn = (aski_policy_arn){0};
    request->depth_count = 0;
  }
}

askiam_status askiam_policy_request_set(askiam_policy_request *request, askiam_policy_request_field field,
                                        askiam_str value, askiam_error *error)
{
  if (request == NULL || (unsigned)field >= ASKI_POLICY_FIELDS) {
    return askiam_error_set(error, ASKIAM_STATUS_INVALID_ARGUMENT, ASKIAM_LAYER_REQUEST,
                            "the request is NULL or has no such field");
  }
  if (!aski_str_present(value)) {
    s_forget(request, field);
    s_settle_account(request);
    return ASKIAM_STATUS_OK;
  }
  const char *problem = s_problem(field, value);
  if (problem != NULL) {
    return askiam_error_set(error, ASKIAM_STATUS_BAD_DATA, ASKIAM_LAYER_REQUEST, "the %s \"%.*s\": %s", s_names[field],
                            (int)aski_text_cut(value, SHOWN_BYTES), value.data, problem);
  }
  return s_replace(request, field, value, error);
}

void askiam_policy_request_clear(askiam_policy_request *request)
{
  if (request != NULL) {
    for (unsigned field = 0; field < ASKI_POLICY_FIELDS; ++field) {
      s_forget(request, (askiam_policy_request_field)field);
    }
    aski_policy_context_clear(&request->context);
    s_settle_account(request);
  }
}

bool aski_policy_request_complete(const askiam_policy_request *request)
{
  return request->present[ASKIAM_POLICY_PRINCIPAL] && request->present[ASKIAM_POLICY_ACTION] &&
         request->present[ASKIAM_POLICY_RESOURCE_ARN];
}
