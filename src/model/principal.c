/* SPDX-License-Identifier: Apache-2.0 */
#include "model/principal.h"

#include "base/memory.h"
#include "base/text.h"

enum { METHOD_MAX_BYTES = 32 };

struct askiam_principal {
  askiam_allocator allocator;
  askiam_str id;
  askiam_str method;
  askiam_str scopes;
  askiam_str groups;
  int64_t expires_at_ms;
  char text[]; /* what the views look into */
};

static askiam_status s_refuse(askiam_error *error, const char *what)
{
  return askiam_error_set(error, ASKIAM_STATUS_BAD_DATA, ASKIAM_LAYER_REQUEST, "the principal's %s", what);
}

static bool s_is_control(char byte) { return (unsigned char)byte < 0x20 || byte == 0x7F; }

static bool s_has_control(askiam_str text)
{
  for (size_t i = 0; i < text.length; ++i) {
    if (s_is_control(text.data[i])) {
      return true;
    }
  }
  return false;
}

static bool s_is_method(askiam_str method)
{
  for (size_t i = 0; i < method.length; ++i) {
    char byte = method.data[i];
    if (!(byte >= 'a' && byte <= 'z') && !(byte >= '0' && byte <= '9') && byte != '-') {
      return false;
    }
  }
  return method.length > 0 && method.length <= METHOD_MAX_BYTES;
}

static askiam_status s_check(askiam_str id, askiam_str method, askiam_str scopes, askiam_str groups,
                             askiam_error *error)
{
  if (id.length == 0 || id.length > ASKI_PRINCIPAL_ID_MAX_BYTES || s_has_control(id) || !aski_text_valid(id) ||
      aski_text_blank(id)) {
    return s_refuse(error, "id must be 1 to 256 bytes of UTF-8 without control characters, and not blank");
  }
  if (!s_is_method(method)) {
    return s_refuse(error, "method must be 1 to 32 of a-z 0-9 -");
  }
  const askiam_str lists[] = {scopes, groups};
  for (size_t i = 0; i < 2; ++i) {
    if (lists[i].length > ASKI_PRINCIPAL_LIST_MAX_BYTES || s_has_control(lists[i]) || !aski_text_valid(lists[i])) {
      return s_refuse(error, "scopes and groups must be at most 8,192 bytes of UTF-8 without control characters");
    }
  }
  return ASKIAM_STATUS_OK;
}

static askiam_str s_put(char **at, askiam_str text)
{
  askiam_str put = {*at, text.length};
  if (text.length > 0) {
    memcpy(*at, text.data, text.length);
  }
  *at += text.length;
  return put;
}

/* The words of a list, one space between. */
static askiam_str s_put_list(char **at, askiam_str list)
{
  char *begin = *at;
  for (size_t i = 0; i < list.length; ++i) {
    bool space = list.data[i] == ' ';
    bool first = *at == begin;
    if (!space || (!first && i + 1 < list.length && list.data[i + 1] != ' ')) {
      *(*at)++ = list.data[i];
    }
  }
  return (askiam_str){begin, (size_t)(*at - begin)};
}

askiam_status aski_principal_make(askiam_principal **out_principal, askiam_str id, const char *method,
                                  askiam_str scopes, askiam_str groups, int64_t expires_at_ms,
                                  const askiam_allocator *allocator, askiam_error *error)
{
  askiam_str way = askiam_str_from(method);
  askiam_status status = s_check(id, way, scopes, groups, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  askiam_principal *made =
      aski_acquire_zeroed(allocator, 1, sizeof *made + id.length + way.length + scopes.length + groups.length);
  if (made == NULL) {
    return askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_REQUEST, "out of memory for a principal");
  }
  char *at = made->text;
  made->allocator = *allocator;
  made->id = s_put(&at, id);
  made->method = s_put(&at, way);
  made->scopes = s_put_list(&at, scopes);
  made->groups = s_put_list(&at, groups);
  made->expires_at_ms = expires_at_ms;
  *out_principal = made;
  return ASKIAM_STATUS_OK;
}

askiam_status askiam_principal_new(askiam_principal **out_principal, askiam_str id, const char *method,
                                   askiam_str scopes, askiam_str groups, const askiam_allocator *allocator,
                                   askiam_error *error)
{
  if (out_principal == NULL || method == NULL) {
    return askiam_error_set(error, ASKIAM_STATUS_INVALID_ARGUMENT, ASKIAM_LAYER_REQUEST,
                            "askiam_principal_new: out_principal and method must not be NULL");
  }
  *out_principal = NULL;
  return aski_principal_make(out_principal, id, method, scopes, groups, 0,
                             allocator == NULL ? aski_allocator_default() : allocator, error);
}

void askiam_principal_destroy(askiam_principal *principal)
{
  if (principal != NULL) {
    askiam_allocator allocator = principal->allocator;
    aski_release(&allocator, principal);
  }
}

askiam_str askiam_principal_id(const askiam_principal *principal)
{
  return principal == NULL ? ASKI_STR_NONE : principal->id;
}

askiam_str askiam_principal_method(const askiam_principal *principal)
{
  return principal == NULL ? ASKI_STR_NONE : principal->method;
}

askiam_str askiam_principal_scopes(const askiam_principal *principal)
{
  return principal == NULL ? ASKI_STR_NONE : principal->scopes;
}

askiam_str askiam_principal_groups(const askiam_principal *principal)
{
  return principal == NULL ? ASKI_STR_NONE : principal->groups;
}

int64_t askiam_principal_expires_at_ms(const askiam_principal *principal)
{
  return principal == NULL ? 0 : principal->expires_at_ms;
}

int askiam_principal_has_scope(const askiam_principal *principal, const char *scope)
{
  if (principal == NULL || scope == NULL) {
    return 0;
  }
  askiam_str left = principal->scopes;
  size_t length = strlen(scope);
  while (left.length > 0) {
    const char *space = memchr(left.data, ' ', left.length);
    size_t word = space == NULL ? left.length : (size_t)(space - left.data);
    if (word == length && memcmp(left.data, scope, length) == 0) {
      return 1;
    }
    size_t past = space == NULL ? word : word + 1;
    left = (askiam_str){left.data + past, left.length - past};
  }
  return 0;
}
