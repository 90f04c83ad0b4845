/* SPDX-License-Identifier: Apache-2.0
 *
 * "1 1700000000000 5 6 wd-hrli.wei…": both numbers, the lengths of both ids in bytes, and the three texts without anything between. */
#include "store/common/place.h"

void aski_store_place_write(aski_buffer *text, const aski_store_place *place)
{
  aski_buffer_append_format(text, "%lld %lld %zu %zu ", (long long)place->human, (long long)place->timestamp_ms,
                            place->role_id.length, place->user_id.length);
  aski_buffer_append(text, place->role_id);
  aski_buffer_append(text, place->user_id);
  aski_buffer_append(text, place->origin);
}

/* A decimal number and the space behind it, as printf writes it. */
static bool s_take_number(askiam_str *rest, int64_t *out)
{
  size_t at = rest->length > 0 && rest->data[0] == '-' ? 1 : 0;
  size_t digits = at;
  uint64_t value = 0;
  for (; at < rest->length && rest->data[at] >= '0' && rest->data[at] <= '9'; ++at) {
    unsigned digit = (unsigned)(rest->data[at] - '0');
    if (value > ((uint64_t)INT64_MAX - digit) / 10) {
      return false;
    }
    value = value * 10 + digit;
  }
  if (at == digits || at == rest->length || rest->data[at] != ' ') {
    return false;
  }
  *out = digits == 1 ? -(int64_t)value : (int64_t)value;
  *rest = aski_str_slice(*rest, at + 1, rest->length);
  return true;
}

static bool s_take_text(askiam_str *rest, int64_t length, askiam_str *out)
{
  if (length < 0 || (uint64_t)length > rest->length) {
    return false;
  }
  *out = aski_str_slice(*rest, 0, (size_t)length);
  *rest = aski_str_slice(*rest, (size_t)length, rest->length);
  return true;
}

bool aski_store_place_read(aski_store_place *out, askiam_str text)
{
  askiam_str rest = text;
  int64_t role_bytes = 0;
  int64_t user_bytes = 0;
  bool read = s_take_number(&rest, &out->human) && s_take_number(&rest, &out->timestamp_ms) &&
              s_take_number(&rest, &role_bytes) && s_take_number(&rest, &user_bytes) &&
              s_take_text(&rest, role_bytes, &out->role_id) && s_take_text(&rest, user_bytes, &out->user_id);
  out->origin = rest;
  return read;
}

askiam_status aski_store_no_place(askiam_error *error)
{
  return askiam_error_set(error, ASKIAM_STATUS_INVALID_ARGUMENT, ASKIAM_LAYER_STORE,
                          "this is no position of a walk over access_patterns");
}

askiam_status aski_store_not_read_back(askiam_error *error)
{
  return askiam_error_set(error, ASKIAM_STATUS_NOT_SUPPORTED, ASKIAM_LAYER_STORE,
                          "only applications, roles, policies, documents and access_patterns can be read back");
}
