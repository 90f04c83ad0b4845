/* SPDX-License-Identifier: Apache-2.0 */
#include "auth/verifier.h"

#include "auth/claims.h"

askiam_status aski_verifier_init(aski_verifier *verifier, const aski_verifier_settings *settings, aski_jwks *secrets,
                                 const askiam_allocator *allocator, askiam_error *error)
{
  *verifier = (aski_verifier){.allocator = allocator, .settings = *settings, .secrets = secrets};
  if (settings->jwks.location.length == 0) {
    return ASKIAM_STATUS_OK;
  }
  askiam_status status = aski_jwks_source_new(&verifier->source, &settings->jwks, allocator, error);
  if (status != ASKIAM_STATUS_OK) {
    aski_verifier_clean_up(verifier);
  }
  return status;
}

void aski_verifier_clean_up(aski_verifier *verifier)
{
  aski_jwks_destroy(verifier->secrets);
  aski_jwks_source_destroy(verifier->source);
  verifier->secrets = NULL;
  verifier->source = NULL;
}

/* RFC 6750, 2.1: the scheme in letters of either case, then spaces. */
static askiam_str s_without_scheme(askiam_str token)
{
  static const char scheme[] = "bearer ";
  for (size_t i = 0; i < sizeof scheme - 1; ++i) {
    if (i >= token.length || (token.data[i] | 0x20) != scheme[i]) {
      return token;
    }
  }
  token = aski_str_slice(token, sizeof scheme - 1, token.length);
  while (token.length > 0 && token.data[0] == ' ') {
    token = aski_str_slice(token, 1, token.length);
  }
  return token;
}

/* The one key of a token that names none: of all keys there must be but one. */
static const aski_jwk *s_only(const aski_jwks *secrets, const aski_jwks *set)
{
  bool one = aski_jwks_count(secrets) + aski_jwks_count(set) == 1;
  return !one ? NULL : aski_jwks_at(aski_jwks_count(secrets) == 1 ? secrets : set, 0);
}

static askiam_status s_verify_with(const aski_jws *jws, const aski_jwks *secrets, const aski_jwks *set,
                                   askiam_error *error)
{
  const aski_jwk *key = NULL;
  if (!aski_str_present(jws->key_id)) {
    key = s_only(secrets, set);
    return key != NULL ? aski_jws_verify(jws, key, error)
                       : aski_token_refuse(error, "it names no key, and there is not just one");
  }
  size_t found = aski_jwks_find(&key, secrets, jws->key_id);
  if (found == 0) {
    found = aski_jwks_find(&key, set, jws->key_id);
  }
  if (found != 1) {
    return aski_token_refuse(error, found == 0 ? "there is no key of its kid" : "there are several keys of its kid");
  }
  return aski_jws_verify(jws, key, error);
}

static askiam_status s_verify_signature(aski_verifier *verifier, const askiam_call *call, const aski_jws *jws,
                                        askiam_error *error)
{
  const aski_jwk *secret = NULL;
  bool named = aski_str_present(jws->key_id) && aski_jwks_find(&secret, verifier->secrets, jws->key_id) > 0;
  if (named || verifier->source == NULL) {
    return s_verify_with(jws, verifier->secrets, NULL, error);
  }
  aski_held_jwks *held = NULL;
  askiam_status status = aski_jwks_source_hold(&held, verifier->source, call, jws->key_id, error);
  if (status == ASKIAM_STATUS_OK) {
    status = s_verify_with(jws, verifier->secrets, aski_jwks_source_set(held), error);
  }
  aski_jwks_source_release(verifier->source, held);
  return status;
}

/* Whoever may choose an address at his provider must not be who owns it elsewhere: OpenID Connect Core, 5.1 and 5.7.
 * Some write it as a text. */
static bool s_is_verified(const aski_json *claims, askiam_str claim)
{
  bool email = aski_str_equal_text(claim, "email") || aski_str_equal_text(claim, "/email");
  const aski_json *verified = aski_json_get(claims, "email_verified");
  return !email || aski_json_bool(verified, false) || aski_str_equal_text(aski_json_string(verified), "true");
}

static askiam_status s_read_identity(aski_identity *identity, const aski_verifier_settings *settings,
                                     askiam_error *error)
{
  const aski_json *claims = aski_json_root(identity->claims);
  identity->id = aski_json_string(aski_claims_find(claims, settings->principal_claim));
  if (identity->id.length == 0) {
    return aski_token_refuse(error, "it does not say who bears it: auth.claims.principal");
  }
  if (!s_is_verified(claims, settings->principal_claim)) {
    return aski_token_refuse(error, "its email is not verified");
  }
  if (!aski_claims_append_words(&identity->scopes, aski_claims_find(claims, settings->scopes_claim)) ||
      !aski_claims_append_words(&identity->groups, aski_claims_find(claims, settings->groups_claim))) {
    return aski_token_refuse(error, "its scopes or groups are neither a text nor a list of texts");
  }
  return identity->scopes.failed || identity->groups.failed
             ? askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_REQUEST, "out of memory for a token")
             : ASKIAM_STATUS_OK;
}

static askiam_status s_verify(aski_identity *identity, aski_verifier *verifier, const askiam_call *call,
                              const aski_jws *jws, askiam_error *error)
{
  askiam_status status = aski_jwt_check_type(aski_json_root(jws->header_json), error);
  if (status == ASKIAM_STATUS_OK) {
    status = s_verify_signature(verifier, call, jws, error);
  }
  if (status == ASKIAM_STATUS_OK) {
    status = aski_token_parse(&identity->claims, aski_buffer_view(&jws->payload), ASKI_JWT_VALUES_MAX,
                              verifier->allocator, "its claims are no JSON object", error);
  }
  if (status == ASKIAM_STATUS_OK) {
    status = aski_jwt_check(&identity->end_ms, aski_json_root(identity->claims), &verifier->settings.rules,
                            askiam_call_now_ms(call), error);
  }
  return status == ASKIAM_STATUS_OK ? s_read_identity(identity, &verifier->settings, error) : status;
}

askiam_status aski_verifier_verify(aski_identity *out_identity, aski_verifier *verifier, const askiam_call *call,
                                   askiam_str token, askiam_error *error)
{
  *out_identity = (aski_identity){.id = ASKI_STR_NONE};
  aski_buffer_init(&out_identity->scopes, verifier->allocator);
  aski_buffer_init(&out_identity->groups, verifier->allocator);
  aski_jws jws;
  askiam_status status = aski_jws_read(&jws, s_without_scheme(token), verifier->allocator, error);
  if (status == ASKIAM_STATUS_OK) {
    status = s_verify(out_identity, verifier, call, &jws, error);
  }
  aski_jws_clean_up(&jws);
  return status;
}

void aski_identity_clean_up(aski_identity *identity)
{
  aski_json_destroy(identity->claims);
  aski_buffer_clean_up(&identity->scopes);
  aski_buffer_clean_up(&identity->groups);
  *identity = (aski_identity){.id = ASKI_STR_NONE};
}
