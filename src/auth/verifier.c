/* SPDX-License-Identifier: Apache-2.0 */
#include "auth/verifier.h"

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

static askiam_status s_verify(aski_identity *identity, aski_verifier *verifier, const askiam_call *call,
                              const aski_jws *jws, askiam_error *error)
{
  askiam_status status = aski_jwt_check_type(aski_json_root(jws->header_json), error);
  if (status == ASKIAM_STATUS_OK) {
    status = s_verify_signature(verifier, call, jws, error);
  }
  if (status == ASKIAM_STATUS_OK) {
    status = aski_identity_parse(identity, aski_buffer_view(&jws->payload), error);
  }
  if (status == ASKIAM_STATUS_OK) {
    status = aski_jwt_check(&identity->end_ms, aski_json_root(identity->claims), &verifier->settings.rules,
                            askiam_call_now_ms(call), error);
  }
  return status == ASKIAM_STATUS_OK ? aski_identity_read(identity, &verifier->settings.names, false, error) : status;
}

askiam_status aski_verifier_verify(aski_identity *out_identity, aski_verifier *verifier, const askiam_call *call,
                                   askiam_str token, askiam_error *error)
{
  aski_identity_init(out_identity, verifier->allocator);
  aski_jws jws;
  askiam_status status = aski_jws_read(&jws, s_without_scheme(token), verifier->allocator, error);
  if (status == ASKIAM_STATUS_OK) {
    status = s_verify(out_identity, verifier, call, &jws, error);
  }
  aski_jws_clean_up(&jws);
  return status;
}
