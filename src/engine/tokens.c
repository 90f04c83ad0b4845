/* SPDX-License-Identifier: Apache-2.0
 *
 * Tokens, by the settings of an engine. */
#include "engine/tokens.h"

#include <askiam/auth.h>

#include "base/file.h"
#include "engine/claims.h"
#include "engine/engine.h"

enum { SECRET_FILE_MAX_BYTES = 64 * 1024 };

static const char s_secret_key[] = "auth.hs256_key_file";

bool aski_tokens_init(aski_tokens *tokens) { return pthread_mutex_init(&tokens->mutex, NULL) == 0; }

void aski_tokens_clean_up(aski_tokens *tokens)
{
  if (tokens->ready) {
    aski_verifier_clean_up(&tokens->verifier);
  }
  pthread_mutex_destroy(&tokens->mutex);
}

static aski_verifier_settings s_settings(const askiam_config *config)
{
  return (aski_verifier_settings){.rules = {.issuer = askiam_config_get(config, "auth.issuer"),
                                            .audiences = askiam_config_get(config, "auth.audience"),
                                            .audience_claim = askiam_config_get(config, "auth.claims.audience"),
                                            .skew_ms = aski_config_integer(config, "auth.skew_s") * 1000},
                                  .names = aski_claims_names(config),
                                  .jwks = {.location = askiam_config_get(config, "auth.jwks"),
                                           .http = {.ca_file = askiam_config_get(config, "http.ca_file").data,
                                                    .proxy = askiam_config_get(config, "http.proxy").data,
                                                    .no_proxy = askiam_config_get(config, "http.no_proxy").data},
                                           .max_age_ms = aski_config_integer(config, "auth.jwks_max_age_s") * 1000,
                                           .stale_ms = aski_config_integer(config, "auth.jwks_stale_s") * 1000}};
}

int askiam_token_is_configured(const askiam_engine *engine)
{
  static const char *const settings[] = {"auth.issuer", "auth.audience", "auth.jwks", s_secret_key};
  bool any = false;
  for (size_t i = 0; engine != NULL && i < sizeof settings / sizeof *settings; ++i) {
    any = any || askiam_config_get(engine->config, settings[i]).length > 0;
  }
  return any ? 1 : 0;
}

/* Without an issuer and an audience everybody's token would do that the same keys have signed, also one for another
 * service. */
static askiam_status s_check(const askiam_config *config, askiam_error *error)
{
  static const char *const needed[] = {"auth.issuer", "auth.audience", "auth.claims.principal", "auth.claims.audience"};
  for (size_t i = 0; i < sizeof needed / sizeof *needed; ++i) {
    if (aski_str_trim(askiam_config_get(config, needed[i])).length == 0) {
      return askiam_error_set(error, ASKIAM_STATUS_CONFIG, ASKIAM_LAYER_CONFIG,
                              "%s must be set before tokens can be verified", needed[i]);
    }
  }
  if (askiam_config_get(config, "auth.jwks").length == 0 && askiam_config_get(config, s_secret_key).length == 0) {
    return askiam_error_set(error, ASKIAM_STATUS_CONFIG, ASKIAM_LAYER_CONFIG,
                            "no keys to verify tokens with: set auth.jwks or %s", s_secret_key);
  }
  return ASKIAM_STATUS_OK;
}

/* A JSON Web Key or a set of them where it looks like one, else the key itself. */
static askiam_status s_parse_secrets(aski_jwks **out_secrets, askiam_str text, const askiam_config *config,
                                     const askiam_allocator *allocator, askiam_error *error)
{
  askiam_str id = askiam_config_get(config, "auth.hs256_kid");
  askiam_str key = aski_str_trim(text);
  if (key.length > 0 && key.data[0] == '{') {
    return id.length == 0 ? aski_jwks_read(out_secrets, key, true, s_secret_key, allocator, error)
                          : askiam_error_set(error, ASKIAM_STATUS_CONFIG, ASKIAM_LAYER_CONFIG,
                                             "%s: holds JSON Web Keys, which have their own kid; unset auth.hs256_kid",
                                             s_secret_key);
  }
  return aski_jwks_of_secret(out_secrets, key, id.length == 0 ? ASKI_STR_NONE : id, s_secret_key, allocator, error);
}

static askiam_status s_read_secrets(aski_jwks **out_secrets, const askiam_config *config,
                                    const askiam_allocator *allocator, askiam_error *error)
{
  askiam_str path = askiam_config_get(config, s_secret_key);
  *out_secrets = NULL;
  if (path.length == 0) {
    return ASKIAM_STATUS_OK;
  }
  askiam_error said = ASKIAM_ERROR_INIT;
  aski_buffer text;
  aski_buffer_init(&text, allocator);
  askiam_status status =
      aski_file_read(&text, path.data, SECRET_FILE_MAX_BYTES, "the key file", ASKIAM_LAYER_CONFIG, &said);
  if (status == ASKIAM_STATUS_OK) {
    status = s_parse_secrets(out_secrets, aski_buffer_view(&text), config, allocator, &said);
  }
  if (text.data != NULL) {
    aski_wipe(text.data, text.length);
  }
  aski_buffer_clean_up(&text);
  return status == ASKIAM_STATUS_OK
             ? status
             : askiam_error_set(error, status == ASKIAM_STATUS_NO_MEMORY ? status : ASKIAM_STATUS_CONFIG,
                                ASKIAM_LAYER_CONFIG, "%s", said.message);
}

/* With the lock held. A failure is told each time, and mended with what it came of. */
static askiam_status s_make(aski_tokens *tokens, const askiam_engine *engine, askiam_error *error)
{
  aski_jwks *secrets = NULL;
  askiam_status status = s_check(engine->config, error);
  if (status == ASKIAM_STATUS_OK) {
    status = s_read_secrets(&secrets, engine->config, &engine->allocator, error);
  }
  if (status == ASKIAM_STATUS_OK) {
    const aski_verifier_settings settings = s_settings(engine->config);
    status = aski_verifier_init(&tokens->verifier, &settings, secrets, &engine->allocator, error);
  }
  tokens->ready = status == ASKIAM_STATUS_OK;
  return status;
}

static askiam_status s_ready(askiam_engine *engine, askiam_error *error)
{
  aski_tokens *tokens = &engine->tokens;
  pthread_mutex_lock(&tokens->mutex);
  askiam_status status = tokens->ready ? ASKIAM_STATUS_OK : s_make(tokens, engine, error);
  pthread_mutex_unlock(&tokens->mutex);
  return status;
}

static askiam_status s_verify(askiam_principal **out_principal, aski_visit *visit, askiam_str token,
                              askiam_error *error)
{
  askiam_engine *engine = visit->engine;
  askiam_status status = s_ready(engine, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  aski_identity identity;
  status = aski_verifier_verify(&identity, &engine->tokens.verifier, &visit->call, token, error);
  if (status == ASKIAM_STATUS_OK) {
    status = aski_claims_principal(out_principal, &identity, &engine->allocator, error);
  }
  aski_identity_clean_up(&identity);
  return status;
}

askiam_status askiam_token_verify(askiam_principal **out_principal, askiam_engine *engine, askiam_str token,
                                  askiam_error *error)
{
  return askiam_token_verify_within(out_principal, engine, token, 0, error);
}

askiam_status askiam_token_verify_within(askiam_principal **out_principal, askiam_engine *engine, askiam_str token,
                                         int64_t timeout_ms, askiam_error *error)
{
  if (out_principal == NULL || token.data == NULL) {
    return askiam_error_set(error, ASKIAM_STATUS_INVALID_ARGUMENT, ASKIAM_LAYER_ENGINE,
                            "askiam_token_verify: out_principal and token must not be NULL");
  }
  *out_principal = NULL;
  aski_visit visit;
  askiam_status status = aski_enter(&visit, engine, NULL, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  askiam_error said = ASKIAM_ERROR_INIT;
  aski_visit_limit(&visit, timeout_ms);
  status = s_verify(out_principal, &visit, token, &said);
  if (status != ASKIAM_STATUS_OK) {
    aski_log(&visit.trace, status == ASKIAM_STATUS_NOT_PERMITTED ? ASKIAM_LOG_INFO : ASKIAM_LOG_WARN, "auth", NULL,
             -1.0, "%s", said.message);
    askiam_error_set(error, status, said.layer, "%s", said.message);
  }
  aski_leave(&visit);
  return status;
}
