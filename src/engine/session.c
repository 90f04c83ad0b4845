/* SPDX-License-Identifier: Apache-2.0
 *
 * A turn with its session. Turns of one session take place one after the other: each is written only over the state that it read, and is taken anew
 * on the new state where another was faster. The request id of the decision is in the session before the decision is asked for: however often
 * that is repeated, there is one. */
#include "engine/talk.h"

/* Each failed try is a turn of somebody else that was taken. */
enum { TRIES_MAX = 16, MS_PER_MINUTE = 60000 };

static askiam_status s_no_memory(askiam_error *error)
{
  return askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_ENGINE, "out of memory in a conversation");
}

/* Unknown, ended and somebody else's are one answer. */
static askiam_status s_not_found(askiam_error *error)
{
  return askiam_error_set(error, ASKIAM_STATUS_NOT_FOUND, ASKIAM_LAYER_ENGINE,
                          "there is no such conversation, or it has ended: begin a new one");
}

static askiam_status s_internal(const char *what, askiam_error *error)
{
  return askiam_error_set(error, ASKIAM_STATUS_INTERNAL, ASKIAM_LAYER_ENGINE, "%s", what);
}

/* The key in the store: of the principal, of whom "I" means, and of the id. Who knows an id alone knows nothing. */
static askiam_status s_make_key(aski_talk *talk, askiam_error *error)
{
  askiam_str principal = askiam_principal_id(talk->turn.principal);
  askiam_str speaker = talk->world.speaker.id;
  askiam_str whole =
      aski_arena_format(&talk->arena, "askiam-session-v1 %zu:%.*s %zu:%.*s %.*s", principal.length,
                        ASKI_STR_ARG(principal), speaker.length, ASKI_STR_ARG(speaker), ASKI_STR_ARG(talk->session_id));
  if (talk->arena.failed) {
    return s_no_memory(error);
  }
  return aski_sha256_hex(whole, talk->key) ? ASKIAM_STATUS_OK : s_internal("a session id could not be hashed", error);
}

static askiam_status s_new_id(aski_talk *talk, const char *prefix, askiam_str *out_id, askiam_error *error)
{
  char id[ASKI_ID_BYTES];
  if (!aski_id_new(id, prefix, talk->visit.call.now_ms, NULL)) {
    return s_internal("no random bytes could be had", error);
  }
  *out_id = aski_arena_copy(&talk->arena, askiam_str_from(id));
  return talk->arena.failed ? s_no_memory(error) : ASKIAM_STATUS_OK;
}

static askiam_status s_hash_text(aski_talk *talk, askiam_str *out_hash, askiam_error *error)
{
  char hash[ASKI_SHA256_HEX_BYTES];
  if (!aski_sha256_hex(talk->turn.text, hash)) {
    return s_internal("a text could not be hashed", error);
  }
  *out_hash = aski_arena_copy(&talk->arena, askiam_str_from(hash));
  return talk->arena.failed ? s_no_memory(error) : ASKIAM_STATUS_OK;
}

static askiam_status s_put(aski_talk *talk, askiam_error *error)
{
  const aski_visit *visit = &talk->visit;
  aski_buffer value;
  aski_buffer_init(&value, &visit->engine->allocator);
  aski_json_writer writer;
  aski_json_writer_init(&writer, &value);
  aski_json_open_object(&writer, NULL);
  aski_json_write_string(&writer, "request_id", talk->request_id);
  aski_json_write_string(&writer, "taken", talk->taken);
  aski_dialogue_write(&talk->dialogue, &writer);
  aski_json_close_object(&writer);
  int64_t minutes = aski_config_integer(visit->engine->config, "dialogue.session_minutes");
  talk->session_end_ms = visit->call.now_ms + minutes * MS_PER_MINUTE;
  askiam_status status =
      value.failed ? s_no_memory(error)
                   : aski_state_session_put(&visit->engine->state, &visit->call, askiam_str_from(talk->key),
                                            aski_buffer_view(&value), talk->revision, talk->session_end_ms, error);
  aski_buffer_clean_up(&value);
  talk->revision += status == ASKIAM_STATUS_OK;
  return status;
}

static askiam_status s_read(aski_talk *talk, const aski_json *root, askiam_error *error)
{
  askiam_status status = aski_dialogue_read(&talk->dialogue, &talk->arena, root, error);
  talk->request_id = aski_arena_copy(&talk->arena, aski_json_string(aski_json_get(root, "request_id")));
  talk->taken = aski_arena_copy(&talk->arena, aski_json_string(aski_json_get(root, "taken")));
  bool named = aski_str_present(talk->request_id) && aski_str_present(talk->taken);
  if (status == ASKIAM_STATUS_OK && talk->arena.failed) {
    return s_no_memory(error);
  }
  if (status == ASKIAM_STATUS_OK && talk->dialogue.state == ASKI_DIALOGUE_SUBMIT && !named) {
    return askiam_error_set(error, ASKIAM_STATUS_BAD_DATA, ASKIAM_LAYER_STORE, "the session is not one of ours");
  }
  return status;
}

static askiam_status s_get(aski_talk *talk, askiam_error *error)
{
  const aski_visit *visit = &talk->visit;
  const askiam_allocator *allocator = &visit->engine->allocator;
  aski_buffer value;
  aski_buffer_init(&value, allocator);
  aski_session session = {.value = &value};
  askiam_status status =
      aski_state_session_get(&visit->engine->state, &visit->call, askiam_str_from(talk->key), &session, error);
  aski_json_document *document = NULL;
  if (status == ASKIAM_STATUS_OK) {
    status = aski_json_parse_bounded(&document, aski_buffer_view(&value), ASKI_DIALOGUE_VALUES_MAX, allocator,
                                     ASKIAM_LAYER_STORE, error);
  }
  if (status == ASKIAM_STATUS_OK) {
    status = s_read(talk, aski_json_root(document), error);
  }
  talk->revision = session.revision;
  aski_json_destroy(document);
  aski_buffer_clean_up(&value);
  return status == ASKIAM_STATUS_NOT_FOUND  ? s_not_found(error)
         : status == ASKIAM_STATUS_BAD_DATA ? askiam_error_set(error, ASKIAM_STATUS_CORRUPT, ASKIAM_LAYER_STORE,
                                                               "the stored conversation cannot be read")
                                            : status;
}

static askiam_status s_take(aski_talk *talk, askiam_error *error)
{
  return aski_dialogue_take(&talk->dialogue, &talk->arena, &talk->world, talk->turn.text, error);
}

/* Without a session: what is complete is decided; what is not becomes one. */
static askiam_status s_first(aski_talk *talk, askiam_error *error)
{
  askiam_status status = ASKIAM_STATUS_OK;
  if (talk->speaker_found) {
    status = s_take(talk, error);
  } else { /* nothing that can be asked would help: the decision says so */
    talk->dialogue.at_once = true;
    talk->dialogue.state = ASKI_DIALOGUE_SUBMIT;
  }
  if (status != ASKIAM_STATUS_OK || talk->dialogue.state == ASKI_DIALOGUE_CANCELLED) {
    return status;
  }
  if (talk->dialogue.state == ASKI_DIALOGUE_SUBMIT) {
    return aski_talk_decide(talk, talk->turn.request_id, false, error);
  }
  status = s_new_id(talk, "ses", &talk->session_id, error);
  if (status == ASKIAM_STATUS_OK) {
    status = s_make_key(talk, error);
  }
  return status == ASKIAM_STATUS_OK ? s_put(talk, error) : status;
}

/* Fixes the request id before anything is decided under it, and with it all that the request says: a name may change meanwhile. */
static askiam_status s_fix(aski_talk *talk, askiam_error *error)
{
  talk->dialogue.user = aski_dialogue_user(&talk->dialogue, &talk->world);
  talk->request_id = talk->turn.request_id;
  askiam_status status =
      aski_str_present(talk->request_id) ? ASKIAM_STATUS_OK : s_new_id(talk, "req", &talk->request_id, error);
  return status == ASKIAM_STATUS_OK ? s_hash_text(talk, &talk->taken, error) : status;
}

/* Decides under the id that is fixed. Where that belongs to another request, nothing was decided, and the confirmation may be given again. */
static askiam_status s_decide(aski_talk *talk, askiam_error *error)
{
  askiam_status status = aski_talk_decide(talk, talk->request_id, false, error);
  if (status == ASKIAM_STATUS_EXISTS) {
    talk->dialogue.state = ASKI_DIALOGUE_CONFIRM;
    talk->request_id = talk->taken = ASKI_STR_NONE;
    s_put(talk, NULL); /* should it fail, the id stays fixed, and is refused again */
  }
  return status;
}

/* One that is submitted answers the turn that brought that about, however often it comes, and the turns that came at the same time. */
static askiam_status s_again(aski_talk *talk, bool same_time, askiam_error *error)
{
  askiam_str hash = ASKI_STR_NONE;
  askiam_status status = s_hash_text(talk, &hash, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  return same_time || aski_str_equal(hash, talk->taken) ? s_decide(talk, error) : s_not_found(error);
}

/* Cancelled it is already: should this fail, it is cleared away when its time is over. */
static void s_drop(aski_talk *talk)
{
  const aski_visit *visit = &talk->visit;
  aski_state_session_drop(&visit->engine->state, &visit->call, askiam_str_from(talk->key), NULL);
}

/* Takes the turn on the state that the store has now. *out_late: that has changed meanwhile. */
static askiam_status s_try(aski_talk *talk, bool same_time, bool *out_late, askiam_error *error)
{
  askiam_status status = s_get(talk, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  if (talk->dialogue.state == ASKI_DIALOGUE_CANCELLED) {
    return s_not_found(error);
  }
  if (talk->dialogue.state == ASKI_DIALOGUE_SUBMIT) {
    return s_again(talk, same_time, error);
  }
  status = s_take(talk, error);
  bool submit = talk->dialogue.state == ASKI_DIALOGUE_SUBMIT;
  if (status == ASKIAM_STATUS_OK && submit) {
    status = s_fix(talk, error);
  }
  if (status == ASKIAM_STATUS_OK) {
    status = s_put(talk, error);
    *out_late = status == ASKIAM_STATUS_CONFLICT;
  }
  if (status == ASKIAM_STATUS_OK && talk->dialogue.state == ASKI_DIALOGUE_CANCELLED) {
    s_drop(talk);
  }
  return status == ASKIAM_STATUS_OK && submit ? s_decide(talk, error) : status;
}

static askiam_status s_next(aski_talk *talk, askiam_error *error)
{
  askiam_status status = s_make_key(talk, error);
  bool late = status == ASKIAM_STATUS_OK;
  for (size_t i = 0; i < TRIES_MAX && late; ++i) {
    askiam_error own = ASKIAM_ERROR_INIT;
    late = false;
    status = s_try(talk, i > 0, &late, &own);
    if (status != ASKIAM_STATUS_OK && error != NULL) {
      *error = own;
    }
  }
  return status;
}

askiam_status aski_talk_in_session(aski_talk *talk, askiam_error *error)
{
  if (!aski_str_present(talk->turn.session_id)) {
    return s_first(talk, error);
  }
  talk->session_id = talk->turn.session_id;
  return s_next(talk, error);
}
