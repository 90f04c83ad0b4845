/* SPDX-License-Identifier: Apache-2.0
 *
 * API keys, in the store of an engine: made, listed, revoked, and verified against their rate. */
#include <askiam/auth.h>
#include <inttypes.h>
#include <stdio.h>

#include "auth/api_key.h"
#include "base/text.h"
#include "engine/engine.h"
#include "model/principal.h"

enum { NAME_MAX_BYTES = 256, RATE_MAX = 1000000, PAGE = 256, BUCKET_ID_BYTES = ASKI_API_KEY_ID_BYTES + 4 };

static askiam_status s_invalid(const char *what, askiam_error *error)
{
  return askiam_error_set(error, ASKIAM_STATUS_INVALID_ARGUMENT, ASKIAM_LAYER_ENGINE, "%s", what);
}

static askiam_status s_no_memory(askiam_error *error)
{
  return askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_ENGINE, "out of memory for an API key");
}

static askiam_status s_no_openssl(askiam_error *error)
{
  return askiam_error_set(error, ASKIAM_STATUS_INTERNAL, ASKIAM_LAYER_ENGINE,
                          "OpenSSL gave neither random bytes nor a hash");
}

/* What a caller compiled against: what he does not know of is absent. */
static askiam_key_options s_known(const askiam_key_options *options)
{
  askiam_key_options known = {0};
  memcpy(&known, options, options->size < sizeof known ? options->size : sizeof known);
  return known;
}

static bool s_is_name(askiam_str name)
{
  bool good = name.length <= NAME_MAX_BYTES && aski_text_valid(name);
  for (size_t i = 0; i < name.length && good; ++i) {
    good = (unsigned char)name.data[i] >= 0x20 && name.data[i] != 0x7F;
  }
  return good;
}

static askiam_status s_check(const askiam_key_options *options, int64_t now_ms, askiam_error *error)
{
  const char *wrong =
      options->scopes.length > ASKI_PRINCIPAL_LIST_MAX_BYTES || !aski_api_key_scopes_valid(options->scopes)
          ? "a key's scopes must be words of printable ASCII without \" and \\, separated by spaces, at most 8,192 "
            "bytes"
      : !s_is_name(options->name) ? "a key's name must be at most 256 bytes of UTF-8 without control characters"
      : options->expires_at_ms != 0 && options->expires_at_ms <= now_ms ? "a key's end must lie in the future"
      : options->expires_at_ms > ASKI_TIME_MAX_MS                       ? "a key's end must lie before the year 10000"
      : options->per_minute < 0 || options->per_minute > RATE_MAX || options->burst < 0 || options->burst > RATE_MAX
          ? "a key's rate and burst must be 1 to 1,000,000, or 0 for those of the configuration"
          : NULL;
  return wrong == NULL ? ASKIAM_STATUS_OK : s_invalid(wrong, error);
}

/* The principal that bears a key; `bad` and `what` are told of an owner or scopes that none could have. */
static askiam_status s_make_bearer(askiam_principal **out_bearer, const askiam_key_row *key,
                                   const askiam_allocator *allocator, askiam_status bad, const char *what,
                                   askiam_error *error)
{
  askiam_status status = aski_principal_make(out_bearer, key->owner_id, "key", key->scopes, ASKI_STR_NONE,
                                             key->expires_at_ms, allocator, NULL);
  return status == ASKIAM_STATUS_OK          ? status
         : status == ASKIAM_STATUS_NO_MEMORY ? s_no_memory(error)
                                             : askiam_error_set(error, bad, ASKIAM_LAYER_ENGINE, "%s", what);
}

static const char *s_state(const askiam_key_row *key, int64_t now_ms)
{
  bool ended = key->expires_at_ms != 0 && key->expires_at_ms <= now_ms;
  return key->revoked_at_ms != 0 ? "revoked" : ended ? "expired" : "active";
}

/* `secret` is the whole key where it is told; NULL: never. */
static void s_write_key(aski_buffer *out, const askiam_key_row *key, const char *secret, int64_t now_ms)
{
  aski_json_writer writer;
  aski_json_writer_init(&writer, out);
  aski_json_open_object(&writer, NULL);
  aski_json_write_string(&writer, "id", key->key_id);
  if (secret != NULL) {
    aski_json_write_text(&writer, "key", secret);
  }
  aski_json_write_string(&writer, "owner", key->owner_id);
  aski_json_write_string(&writer, "name", key->name.length > 0 ? key->name : ASKI_STR_NONE);
  aski_json_write_string(&writer, "scopes", key->scopes.length > 0 ? key->scopes : ASKI_STR_NONE);
  aski_json_write_text(&writer, "state", s_state(key, now_ms));
  aski_json_write_time(&writer, "created_at", key->created_at_ms);
  aski_json_write_time(&writer, "expires_at", key->expires_at_ms);
  aski_json_write_time(&writer, "revoked_at", key->revoked_at_ms);
  aski_json_write_integer(&writer, "per_minute", key->per_minute);
  aski_json_write_integer(&writer, "burst", key->burst);
  aski_json_close_object(&writer);
}

/* A secret in the making, and all that is to be wiped of it. */
typedef struct s_new_key {
  aski_api_key key;
  char text[ASKI_API_KEY_TEXT_BYTES];
  char salt[ASKI_API_KEY_SALT_BYTES];
  char hash[ASKI_API_KEY_HASH_BYTES];
} s_new_key;

static bool s_generate(s_new_key *made, int64_t now_ms)
{
  return aski_api_key_new(&made->key, made->salt, now_ms, NULL) && aski_api_key_write(&made->key, made->text) &&
         aski_api_key_hash(&made->key, askiam_str_from(made->salt), made->hash);
}

/* The answer is whole before the key is kept: there is never a key whose secret nobody was told for lack of memory.
 * Its room is taken at once, so that no copy of the secret stays behind where it grows. */
static askiam_status s_keep(aski_buffer *answer, const aski_visit *visit, const askiam_key_row *key, const char *text,
                            askiam_error *error)
{
  enum { REST_BYTES = 512, LARGEST_ESCAPE = 6 };
  size_t texts = key->owner_id.length + key->name.length + key->scopes.length;
  if (aski_buffer_reserve(answer, REST_BYTES + LARGEST_ESCAPE * texts)) {
    s_write_key(answer, key, text, visit->call.now_ms);
  }
  return answer->failed ? s_no_memory(error) : aski_state_key_put(&visit->engine->state, &visit->call, key, error);
}

static askiam_status s_create(aski_buffer *answer, aski_visit *visit, const askiam_key_options *options,
                              askiam_error *error)
{
  const askiam_engine *engine = visit->engine;
  s_new_key made = {.text = ""};
  askiam_status status = s_check(options, visit->call.now_ms, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  if (!s_generate(&made, visit->call.now_ms)) {
    status = s_no_openssl(error);
  }
  askiam_key_row key = {
      .size = sizeof key,
      .key_id = askiam_str_from(made.key.id),
      .name = aski_str_present(options->name) ? options->name : ASKI_STR(""),
      .owner_id = options->owner_id,
      .scopes = options->scopes,
      .salt = askiam_str_from(made.salt),
      .hash = askiam_str_from(made.hash),
      .created_at_ms = visit->call.now_ms,
      .expires_at_ms = options->expires_at_ms,
      .per_minute =
          options->per_minute > 0 ? options->per_minute : aski_config_integer(engine->config, "auth.key_per_minute"),
      .burst = options->burst > 0 ? options->burst : aski_config_integer(engine->config, "auth.key_burst"),
  };
  askiam_principal *bearer = NULL;
  if (status == ASKIAM_STATUS_OK) {
    status =
        s_make_bearer(&bearer, &key, &engine->allocator, ASKIAM_STATUS_INVALID_ARGUMENT,
                      "a key's owner must be 1 to 256 bytes of UTF-8 without control characters, and not blank", error);
  }
  if (status == ASKIAM_STATUS_OK) {
    key.scopes = askiam_principal_scopes(bearer); /* with single spaces */
    status = s_keep(answer, visit, &key, made.text, error);
  }
  if (status == ASKIAM_STATUS_OK) {
    aski_log(&visit->trace, ASKIAM_LOG_INFO, "auth", NULL, -1.0, "API key %s was made", made.key.id);
  }
  askiam_principal_destroy(bearer);
  aski_wipe(&made, sizeof made);
  return status;
}

askiam_status askiam_key_create(char **out_json, askiam_engine *engine, const askiam_key_options *options,
                                askiam_error *error)
{
  if (out_json == NULL || options == NULL || options->size < sizeof options->size) {
    return s_invalid("askiam_key_create: out_json and options must not be NULL, nor options->size 0", error);
  }
  *out_json = NULL;
  aski_visit visit;
  askiam_status status = aski_enter(&visit, engine, NULL, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  const askiam_key_options known = s_known(options);
  aski_buffer answer;
  aski_buffer_init(&answer, &engine->allocator);
  status = s_create(&answer, &visit, &known, error);
  if (status != ASKIAM_STATUS_OK && answer.data != NULL) {
    aski_wipe(answer.data, answer.capacity);
  }
  status = aski_give_text(out_json, &answer, status, ASKIAM_LAYER_ENGINE, error);
  aski_leave(&visit);
  return status;
}

/* One page: read whole before anything of it is told, so that the store is free for whoever is told. *out_last is
 * where the next begins. */
static askiam_status s_list_page(bool *out_more, char out_last[ASKI_API_KEY_ID_BYTES], const aski_visit *visit,
                                 askiam_line_fn line, void *context, askiam_error *error)
{
  const askiam_engine *engine = visit->engine;
  aski_arena arena;
  aski_buffer text;
  aski_arena_init(&arena, &engine->allocator);
  aski_buffer_init(&text, &engine->allocator);
  aski_key_rows keys = {.arena = &arena};
  askiam_status status =
      aski_state_key_list(&engine->state, &visit->call, askiam_str_from(out_last), PAGE, &keys, error);
  for (size_t i = 0; i < keys.count && status == ASKIAM_STATUS_OK; ++i) {
    aski_buffer_clear(&text);
    s_write_key(&text, &keys.items[i], NULL, visit->call.now_ms);
    status = text.failed ? s_no_memory(error) : line(context, aski_buffer_view(&text));
  }
  *out_more = keys.count == PAGE;
  if (status == ASKIAM_STATUS_OK && *out_more) {
    snprintf(out_last, ASKI_API_KEY_ID_BYTES, "%.*s", ASKI_STR_ARG(keys.items[keys.count - 1].key_id));
  }
  aski_buffer_clean_up(&text);
  aski_arena_clean_up(&arena);
  return status;
}

askiam_status askiam_key_list(askiam_engine *engine, askiam_line_fn line, void *context, askiam_error *error)
{
  if (line == NULL) {
    return s_invalid("askiam_key_list: line must not be NULL", error);
  }
  aski_visit visit;
  askiam_status status = aski_enter(&visit, engine, NULL, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  visit.call.deadline_ticks_ns = UINT64_MAX; /* what an administrator starts takes as long as it takes */
  char last[ASKI_API_KEY_ID_BYTES] = "";
  bool more = true;
  while (status == ASKIAM_STATUS_OK && more) {
    status = s_list_page(&more, last, &visit, line, context, error);
  }
  aski_leave(&visit);
  return status;
}

askiam_status askiam_key_revoke(askiam_engine *engine, askiam_str key_id, askiam_error *error)
{
  aski_visit visit;
  askiam_status status = aski_enter(&visit, engine, NULL, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  askiam_error said = ASKIAM_ERROR_INIT;
  bool fits = key_id.length == ASKI_API_KEY_ID_BYTES - 1;
  status = fits ? aski_state_key_revoke(&engine->state, &visit.call, key_id, &said) : ASKIAM_STATUS_NOT_FOUND;
  if (status == ASKIAM_STATUS_NOT_FOUND) { /* what was given may be a secret: it is not said again */
    askiam_error_set(&said, status, ASKIAM_LAYER_ENGINE,
                     "there is no API key of this id; an id is the 24 digits behind askiam_, as key list shows them");
  } else if (status == ASKIAM_STATUS_OK) {
    aski_log(&visit.trace, ASKIAM_LOG_INFO, "auth", NULL, -1.0, "API key %.*s was revoked", ASKI_STR_ARG(key_id));
  }
  if (status != ASKIAM_STATUS_OK && error != NULL) {
    *error = said;
  }
  aski_leave(&visit);
  return status;
}

/* The caller is told the same, whatever it is; the log says what. */
static askiam_status s_refuse(const aski_visit *visit, const char *key_id, const char *why, askiam_error *error)
{
  aski_log(&visit->trace, ASKIAM_LOG_INFO, "auth", NULL, -1.0, "API key %s was refused: %s", key_id, why);
  return askiam_error_set(error, ASKIAM_STATUS_NOT_PERMITTED, ASKIAM_LAYER_REQUEST,
                          "the API key is malformed, unknown, expired or revoked");
}

/* OK where it is one that counts now; *out_row lives in the arena. */
static askiam_status s_find(askiam_key_row *out_row, const aski_api_key *key, aski_arena *arena,
                            const aski_visit *visit, askiam_error *error)
{
  bool match = false;
  askiam_key_row row = {0};
  askiam_error said = ASKIAM_ERROR_INIT;
  askiam_status status =
      aski_state_key_get(&visit->engine->state, &visit->call, askiam_str_from(key->id), arena, &row, &said);
  bool known = status == ASKIAM_STATUS_OK;
  if (!known && status != ASKIAM_STATUS_NOT_FOUND) {
    if (error != NULL) {
      *error = said;
    }
    return status;
  }
  if (!aski_api_key_matches(&match, key, row.salt, row.hash)) {
    return s_no_openssl(error);
  }
  if (!match) {
    return s_refuse(visit, key->id, known ? "its secret is wrong" : "it is unknown", error);
  }
  const char *state = s_state(&row, visit->call.now_ms);
  if (strcmp(state, "active") != 0) {
    return s_refuse(visit, key->id, state, error);
  }
  *out_row = row;
  return ASKIAM_STATUS_OK;
}

/* Only who proved to have the secret takes from the bucket: others cannot empty it for him. */
static askiam_status s_take(int64_t *out_wait_ms, const aski_visit *visit, const askiam_key_row *key,
                            askiam_error *error)
{
  char bucket[BUCKET_ID_BYTES];
  snprintf(bucket, sizeof bucket, "key:%.*s", ASKI_STR_ARG(key->key_id));
  askiam_status status = aski_state_bucket_take(&visit->engine->state, &visit->call, askiam_str_from(bucket),
                                                key->per_minute, key->burst, out_wait_ms, error);
  return status == ASKIAM_STATUS_OK && *out_wait_ms > 0
             ? askiam_error_set(error, ASKIAM_STATUS_RATE_LIMITED, ASKIAM_LAYER_REQUEST,
                                "too many requests with this API key; come back in %" PRId64 " ms", *out_wait_ms)
             : status;
}

static askiam_status s_verify(askiam_principal **out_principal, int64_t *out_wait_ms, const aski_visit *visit,
                              const aski_api_key *key, askiam_error *error)
{
  const askiam_engine *engine = visit->engine;
  askiam_principal *bearer = NULL;
  askiam_key_row row = {0};
  aski_arena arena;
  aski_arena_init(&arena, &engine->allocator);
  askiam_status status = s_find(&row, key, &arena, visit, error);
  if (status == ASKIAM_STATUS_OK) {
    status = s_make_bearer(&bearer, &row, &engine->allocator, ASKIAM_STATUS_CORRUPT,
                           "the store's row of this API key is damaged: nobody could be its owner", error);
  }
  if (status == ASKIAM_STATUS_OK) {
    status = s_take(out_wait_ms, visit, &row, error);
  }
  if (status != ASKIAM_STATUS_OK) {
    askiam_principal_destroy(bearer);
    bearer = NULL;
  }
  *out_principal = bearer;
  aski_arena_clean_up(&arena);
  return status;
}

askiam_status askiam_key_verify(askiam_principal **out_principal, int64_t *out_wait_ms, askiam_engine *engine,
                                askiam_str key, askiam_error *error)
{
  return askiam_key_verify_within(out_principal, out_wait_ms, engine, key, 0, error);
}

askiam_status askiam_key_verify_within(askiam_principal **out_principal, int64_t *out_wait_ms, askiam_engine *engine,
                                       askiam_str key, int64_t timeout_ms, askiam_error *error)
{
  int64_t wait_ms = 0;
  if (out_wait_ms != NULL) {
    *out_wait_ms = 0;
  }
  if (out_principal == NULL) {
    return s_invalid("askiam_key_verify: out_principal must not be NULL", error);
  }
  *out_principal = NULL;
  aski_visit visit;
  askiam_status status = aski_enter(&visit, engine, NULL, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  aski_api_key read;
  aski_visit_limit(&visit, timeout_ms);
  status = aski_api_key_read(&read, key) ? s_verify(out_principal, &wait_ms, &visit, &read, error)
                                         : s_refuse(&visit, "(malformed)", "it is not of a key's form", error);
  aski_wipe(&read, sizeof read);
  if (out_wait_ms != NULL) {
    *out_wait_ms = wait_ms;
  }
  aski_leave(&visit);
  return status;
}
