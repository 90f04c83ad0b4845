/* SPDX-License-Identifier: Apache-2.0 */
#include "values.h"

#include <stdlib.h>
#include <string.h>

bool values_check(napi_env env, napi_status status)
{
  if (status == napi_ok) {
    return true;
  }
  bool pending = false;
  napi_is_exception_pending(env, &pending);
  if (!pending) {
    const napi_extended_error_info *info = NULL;
    napi_get_last_error_info(env, &info);
    napi_throw_type_error(env, "ERR_INVALID_ARG_TYPE",
                          info != NULL && info->error_message != NULL ? info->error_message : "a bad argument");
  }
  return false;
}

bool values_absent(napi_env env, napi_value value)
{
  napi_valuetype type = napi_undefined;
  return napi_typeof(env, value, &type) != napi_ok || type == napi_undefined || type == napi_null;
}

bool values_text(napi_env env, napi_value value, size_t most, char **out_text, size_t *out_length)
{
  *out_text = NULL;
  *out_length = 0;
  if (values_absent(env, value)) {
    return true;
  }
  size_t length = 0;
  if (!values_check(env, napi_get_value_string_utf8(env, value, NULL, 0, &length))) {
    return false;
  }
  length = length < most ? length : most;
  char *text = malloc(length + 1);
  if (text == NULL) {
    napi_throw_error(env, "NO_MEMORY", "out of memory");
    return false;
  }
  if (!values_check(env, napi_get_value_string_utf8(env, value, text, length + 1, out_length))) {
    free(text);
    return false;
  }
  *out_text = text;
  return true;
}

bool values_path(napi_env env, napi_value value, char **out_text)
{
  size_t length = 0;
  if (!values_text(env, value, SIZE_MAX - 1, out_text, &length)) {
    return false;
  }
  if (*out_text != NULL && strlen(*out_text) != length) {
    free(*out_text);
    *out_text = NULL;
    napi_throw_type_error(env, "ERR_INVALID_ARG_VALUE", "a name or path must not contain NUL");
    return false;
  }
  return true;
}

bool values_is_ascii(const char *data, size_t length)
{
  unsigned char seen = 0;
  for (size_t at = 0; at < length; ++at) {
    seen |= (unsigned char)data[at];
  }
  return seen < 0x80;
}

napi_value values_string(napi_env env, const char *data, size_t length, bool ascii)
{
  napi_value string = NULL;
  napi_status status = ascii ? napi_create_string_latin1(env, data, length, &string)
                             : napi_create_string_utf8(env, data, length, &string);
  return values_check(env, status) ? string : NULL;
}

napi_value values_error(napi_env env, const askiam_error *error, const char *detail, size_t detail_length)
{
  napi_value receiver = NULL, make = NULL, made = NULL, arguments[5] = {NULL};
  const char *status = askiam_status_name(error->status);
  const char *layer = askiam_layer_name(error->layer);
  bool good = napi_get_undefined(env, &receiver) == napi_ok &&
              napi_get_reference_value(env, addon_of(env)->make_error, &make) == napi_ok && make != NULL &&
              napi_create_string_utf8(env, status, NAPI_AUTO_LENGTH, &arguments[0]) == napi_ok &&
              napi_create_string_utf8(env, layer, NAPI_AUTO_LENGTH, &arguments[1]) == napi_ok &&
              napi_get_boolean(env, error->retryable != 0, &arguments[2]) == napi_ok &&
              napi_create_string_utf8(env, error->message, NAPI_AUTO_LENGTH, &arguments[3]) == napi_ok &&
              (detail == NULL ? napi_get_undefined(env, &arguments[4])
                              : napi_create_string_utf8(env, detail, detail_length, &arguments[4])) == napi_ok &&
              napi_call_function(env, receiver, make, 5, arguments, &made) == napi_ok;
  return good ? made : NULL;
}

void values_throw(napi_env env, const askiam_error *error)
{
  napi_value made = values_error(env, error, NULL, 0);
  if (made == NULL) {
    values_check(env, napi_generic_failure);
  } else {
    napi_throw(env, made);
  }
}
