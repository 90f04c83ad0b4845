/* SPDX-License-Identifier: Apache-2.0 */
#include "auth/jwt.h"

#include "auth/claims.h"
#include "base/time.h"

/* ASCII letters of either case. */
static bool s_equal_caseless(askiam_str text, const char *lower)
{
  if (text.length != strlen(lower)) {
    return false;
  }
  for (size_t i = 0; i < text.length; ++i) {
    char byte = text.data[i];
    if ((byte >= 'A' && byte <= 'Z' ? byte + ('a' - 'A') : byte) != lower[i]) {
      return false;
    }
  }
  return true;
}

askiam_status aski_jwt_check_type(const aski_json *header, askiam_error *error)
{
  static const char *const names[] = {"jwt", "at+jwt", "application/jwt", "application/at+jwt"};
  const aski_json *member = aski_json_get(header, "typ");
  bool good = member == NULL;
  for (size_t i = 0; !good && i < sizeof names / sizeof *names; ++i) {
    good = s_equal_caseless(aski_json_string(member), names[i]);
  }
  return good ? ASKIAM_STATUS_OK : aski_token_refuse(error, "its typ is that of another kind of token");
}

/* A NumericDate: seconds since 1970, maybe with a fraction. False where it is none. */
static bool s_time(const aski_json *node, int64_t *out_ms)
{
  double seconds = aski_json_type_of(node) == ASKI_JSON_NUMBER ? aski_json_number(node, -1) : -1;
  if (!(seconds >= 0 && seconds <= (double)(ASKI_TIME_MAX_MS / 1000))) {
    return false;
  }
  *out_ms = (int64_t)(seconds * 1000);
  return true;
}

static askiam_status s_check_times(int64_t *out_end_ms, const aski_json *claims, int64_t skew_ms, int64_t now_ms,
                                   askiam_error *error)
{
  const aski_json *not_before = aski_json_get(claims, "nbf");
  const aski_json *issued_at = aski_json_get(claims, "iat");
  const aski_json *end = aski_json_get(claims, "exp");
  int64_t from_ms = 0;
  int64_t made_ms = 0;
  if (end == NULL) {
    return aski_token_refuse(error, "it has no exp");
  }
  if (!s_time(end, out_end_ms) || (not_before != NULL && !s_time(not_before, &from_ms)) ||
      (issued_at != NULL && !s_time(issued_at, &made_ms))) {
    return aski_token_refuse(error, "one of exp, nbf and iat is no time");
  }
  if (now_ms - skew_ms >= *out_end_ms) {
    return aski_token_refuse(error, "it has expired");
  }
  if (now_ms + skew_ms < from_ms) {
    return aski_token_refuse(error, "its nbf is in the future");
  }
  return now_ms + skew_ms < made_ms ? aski_token_refuse(error, "its iat is in the future") : ASKIAM_STATUS_OK;
}

/* Whether `text` is one of the words. */
static bool s_is_one_of(askiam_str text, askiam_str words)
{
  for (askiam_str word = aski_claims_next_word(&words); word.length > 0; word = aski_claims_next_word(&words)) {
    if (aski_str_equal(word, text)) {
      return true;
    }
  }
  return false;
}

static askiam_status s_check_audience(const aski_json *claim, askiam_str audiences, askiam_error *error)
{
  bool list = claim != NULL && aski_json_type_of(claim) == ASKI_JSON_ARRAY;
  const aski_json *node = list ? aski_json_first(claim) : claim;
  bool ours = false;
  for (; node != NULL; node = list ? aski_json_next(node) : NULL) {
    if (!aski_str_present(aski_json_string(node))) {
      return aski_token_refuse(error, "its audience is neither a text nor a list of texts");
    }
    ours = ours || s_is_one_of(aski_json_string(node), audiences);
  }
  return ours ? ASKIAM_STATUS_OK : aski_token_refuse(error, "it is for another audience, or for none");
}

askiam_status aski_jwt_check(int64_t *out_end_ms, const aski_json *claims, const aski_jwt_rules *rules, int64_t now_ms,
                             askiam_error *error)
{
  askiam_status status = s_check_times(out_end_ms, claims, rules->skew_ms, now_ms, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  askiam_str issuer = aski_json_string(aski_json_get(claims, "iss"));
  if (issuer.length == 0 || !aski_str_equal(issuer, rules->issuer)) {
    return aski_token_refuse(error, "it is of another issuer, or of none");
  }
  return s_check_audience(aski_claims_find(claims, rules->audience_claim), rules->audiences, error);
}
