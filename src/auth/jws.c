/* SPDX-License-Identifier: Apache-2.0 */
#include "auth/jws.h"

#include "auth/base64url.h"

enum { HEADER_VALUES_MAX = 64 };

askiam_status aski_token_refuse(askiam_error *error, const char *why)
{
  return askiam_error_set(error, ASKIAM_STATUS_NOT_PERMITTED, ASKIAM_LAYER_REQUEST, "the token is refused: %s", why);
}

static askiam_status s_no_memory(askiam_error *error)
{
  return askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_REQUEST, "out of memory for a token");
}

askiam_status aski_token_parse(aski_json_document **out_document, askiam_str json, size_t max_values,
                               const askiam_allocator *allocator, const char *why, askiam_error *error)
{
  askiam_status status = aski_json_parse_bounded(out_document, json, max_values, allocator, ASKIAM_LAYER_REQUEST, NULL);
  if (status == ASKIAM_STATUS_OK && aski_json_type_of(aski_json_root(*out_document)) == ASKI_JSON_OBJECT) {
    return ASKIAM_STATUS_OK;
  }
  return status == ASKIAM_STATUS_NO_MEMORY ? s_no_memory(error) : aski_token_refuse(error, why);
}

/* Cuts off what is before the next dot. */
static bool s_cut(askiam_str *out_part, askiam_str *rest)
{
  const char *dot = rest->length == 0 ? NULL : memchr(rest->data, '.', rest->length);
  if (dot == NULL) {
    return false;
  }
  *out_part = (askiam_str){rest->data, (size_t)(dot - rest->data)};
  *rest = (askiam_str){dot + 1, rest->length - out_part->length - 1};
  return true;
}

static askiam_status s_decode(aski_buffer *out, askiam_str part, askiam_error *error)
{
  if (aski_base64url_decode(out, part)) {
    return ASKIAM_STATUS_OK;
  }
  return out->failed ? s_no_memory(error) : aski_token_refuse(error, "a part of it is no plain base64url");
}

/* Header parameters that change what is signed or what it means: none of them is understood here (RFC 7515, 4.1.11; RFC
 * 7797). */
static bool s_asks_for_more(const aski_json *header)
{
  return aski_json_get(header, "crit") != NULL || aski_json_get(header, "b64") != NULL ||
         aski_json_get(header, "cty") != NULL;
}

static askiam_status s_read_header(aski_jws *jws, const askiam_allocator *allocator, askiam_error *error)
{
  askiam_status status = aski_token_parse(&jws->header_json, aski_buffer_view(&jws->header), HEADER_VALUES_MAX,
                                          allocator, "its header is no JSON object", error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  const aski_json *header = aski_json_root(jws->header_json);
  const aski_json *id = aski_json_get(header, "kid");
  jws->algorithm = aski_json_string(aski_json_get(header, "alg"));
  jws->key_id = aski_json_string(id);
  if (s_asks_for_more(header)) {
    return aski_token_refuse(error, "its header has crit, b64 or cty, which are not taken here");
  }
  if (!aski_str_present(jws->algorithm) || (id != NULL && !aski_str_present(jws->key_id))) {
    return aski_token_refuse(error, "its header has no alg, or one of alg and kid is no text");
  }
  return ASKIAM_STATUS_OK;
}

askiam_status aski_jws_read(aski_jws *out_jws, askiam_str text, const askiam_allocator *allocator, askiam_error *error)
{
  *out_jws = (aski_jws){.algorithm = ASKI_STR_NONE};
  aski_buffer_init(&out_jws->header, allocator);
  aski_buffer_init(&out_jws->payload, allocator);
  aski_buffer_init(&out_jws->signature, allocator);
  if (text.length > ASKI_JWS_MAX_BYTES) {
    return aski_token_refuse(error, "it is longer than 16 KiB");
  }
  askiam_str header;
  askiam_str payload;
  askiam_str rest = text;
  if (!s_cut(&header, &rest) || !s_cut(&payload, &rest) || memchr(rest.data, '.', rest.length) != NULL) {
    return aski_token_refuse(error, "it has not three parts");
  }
  out_jws->signed_text = (askiam_str){text.data, header.length + 1 + payload.length};
  askiam_status status = s_decode(&out_jws->header, header, error);
  if (status == ASKIAM_STATUS_OK) {
    status = s_decode(&out_jws->payload, payload, error);
  }
  if (status == ASKIAM_STATUS_OK) {
    status = s_decode(&out_jws->signature, rest, error);
  }
  return status == ASKIAM_STATUS_OK ? s_read_header(out_jws, allocator, error) : status;
}

void aski_jws_clean_up(aski_jws *jws)
{
  aski_json_destroy(jws->header_json);
  aski_buffer_clean_up(&jws->header);
  aski_buffer_clean_up(&jws->payload);
  aski_buffer_clean_up(&jws->signature);
  *jws = (aski_jws){.algorithm = ASKI_STR_NONE};
}

askiam_status aski_jws_verify(const aski_jws *jws, const aski_jwk *key, askiam_error *error)
{
  if (!aski_str_equal_text(jws->algorithm, key->algorithm)) {
    return aski_token_refuse(error, "its alg is not that of the key");
  }
  switch (aski_jwk_verify(key, jws->signed_text, aski_buffer_view(&jws->signature))) {
  case ASKI_JWK_GOOD:
    return ASKIAM_STATUS_OK;
  case ASKI_JWK_UNKNOWN:
    return s_no_memory(error);
  case ASKI_JWK_BAD:
    break;
  }
  return aski_token_refuse(error, "its signature is not good");
}
