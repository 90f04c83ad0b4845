/* SPDX-License-Identifier: Apache-2.0
 *
 * What both ways of talking share: the checks of a turn, the world of its dialogue, the decision. */
#include "engine/talk.h"

#include <askiam/answer.h>

#include "base/text.h"
#include "json/json.h"

enum { MESSAGE_MAX_BYTES = 1000 };

static askiam_status s_refuse(const char *what, askiam_error *error)
{
  return askiam_error_set(error, ASKIAM_STATUS_BAD_DATA, ASKIAM_LAYER_REQUEST, "%s", what);
}

static askiam_status s_no_memory(askiam_error *error)
{
  return askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_ENGINE, "out of memory in a conversation");
}

static bool s_is_session_id(askiam_str id)
{
  for (size_t i = 0; i < id.length; ++i) {
    char byte = id.data[i];
    bool letter = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9');
    if (!letter && (byte == 0 || strchr("._:-", byte) == NULL)) {
      return false;
    }
  }
  return id.length > 0 && id.length <= 128;
}

/* A turn of a caller whose headers may be older: what he does not know is absent. */
static askiam_status s_turn(askiam_turn *out_turn, const askiam_turn *turn, bool needs_text, askiam_error *error)
{
  *out_turn = (askiam_turn){.size = sizeof *out_turn};
  if (turn == NULL || turn->size < offsetof(askiam_turn, timeout_ms) || turn->principal == NULL) {
    return askiam_error_set(error, ASKIAM_STATUS_INVALID_ARGUMENT, ASKIAM_LAYER_ENGINE,
                            "the turn and its principal must not be NULL, and its size must be sizeof(askiam_turn)");
  }
  memcpy(out_turn, turn, turn->size < sizeof *out_turn ? turn->size : sizeof *out_turn);
  if (needs_text && !aski_str_present(out_turn->text)) {
    return s_refuse("text: missing; it holds what was said", error);
  }
  if (aski_str_present(out_turn->session_id) && !s_is_session_id(out_turn->session_id)) {
    return s_refuse("session_id: must be 1 to 128 of A-Z a-z 0-9 . _ : -", error);
  }
  return ASKIAM_STATUS_OK;
}

/* Who asks is the principal, whatever the turn says. */
static askiam_status s_describe(aski_talk *talk, askiam_error *error)
{
  const askiam_turn *turn = &talk->turn;
  const struct {
    askiam_request_field field;
    askiam_str value;
  } fields[] = {{ASKIAM_REQUEST_TEXT, turn->text},
                {ASKIAM_REQUEST_ID, turn->request_id},
                {ASKIAM_REQUEST_IP, turn->ip},
                {ASKIAM_REQUEST_USER_AGENT, turn->user_agent},
                {ASKIAM_REQUEST_TRACE_ID, turn->trace_id},
                {ASKIAM_REQUEST_TIMESTAMP, turn->timestamp},
                {ASKIAM_REQUEST_CLAIMED_IP, turn->claimed_ip},
                {ASKIAM_REQUEST_CLAIMED_SESSION_ID, turn->claimed_session_id},
                {ASKIAM_REQUEST_CLAIMED_USER_AGENT, turn->claimed_user_agent},
                {ASKIAM_REQUEST_CLAIMED_TIMESTAMP, turn->claimed_timestamp}};
  askiam_status status = ASKIAM_STATUS_OK;
  if (aski_str_present(turn->user_id)) {
    status = askiam_request_set(talk->request, ASKIAM_REQUEST_USER_ID, turn->user_id, error);
  }
  if (status == ASKIAM_STATUS_OK) {
    status = askiam_answer_admit(talk->request, turn->principal, error);
  }
  for (size_t i = 0; i < sizeof fields / sizeof *fields && status == ASKIAM_STATUS_OK; ++i) {
    if (aski_str_present(fields[i].value)) {
      status = askiam_request_set(talk->request, fields[i].field, fields[i].value, error);
    }
  }
  askiam_request_set_timeout_ms(talk->request, turn->timeout_ms);
  return status;
}

static askiam_status s_read(void *context, aski_arena *arena, askiam_str text, bool framed, aski_reading *out_reading,
                            askiam_error *error)
{
  aski_talk *talk = context;
  const askiam_engine *engine = talk->visit.engine;
  if (framed) {
    const aski_extract_input input = {
        .text = text, .user_id = talk->world.speaker.id, .now_ms = talk->visit.call.now_ms};
    return aski_extract_read(out_reading, arena, engine->phrases, &engine->catalogue, &talk->visit.call, &input, error);
  }
  askiam_status status = askiam_request_set(talk->reader, ASKIAM_REQUEST_TEXT, text, error);
  return status == ASKIAM_STATUS_OK ? aski_stage_extract(out_reading, arena, &talk->visit, talk->reader, error)
                                    : status;
}

static askiam_status s_candidates(void *context, askiam_terms *terms, askiam_candidates *candidates,
                                  askiam_error *error)
{
  const aski_talk *talk = context;
  return aski_catalogue_candidates(&talk->visit.engine->catalogue, &talk->visit.call, terms, candidates, error);
}

/* The world, with who speaks in it; one who is not known is for the decision to say so. */
static askiam_status s_enter_world(aski_talk *talk, askiam_error *error)
{
  const askiam_engine *engine = talk->visit.engine;
  const askiam_config *config = engine->config;
  askiam_str id = askiam_request_get(talk->request, ASKIAM_REQUEST_USER_ID);
  talk->world = (aski_dialogue_world){
      .words = engine->words,
      .context = talk,
      .read = s_read,
      .candidates = s_candidates,
      .sees_people = askiam_principal_has_scope(talk->turn.principal, ASKIAM_SCOPE_AUDIT) != 0,
      .confirms = aski_config_bool(config, "dialogue.confirm"),
      .justifies = aski_str_equal_text(askiam_config_get(config, "dialogue.justification"), "required"),
      .now_ms = talk->visit.call.now_ms};
  aski_facts facts;
  aski_facts_init(&facts, &talk->arena);
  askiam_status status =
      aski_catalogue_facts(&engine->catalogue, &talk->visit.call, id, id, ASKI_STR_NONE, ASKI_STR_NONE, &facts, error);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  talk->speaker_found = facts.user.found;
  askiam_str name = facts.user.found ? facts.user.name : id;
  talk->world.speaker = (aski_dialogue_entity){
      id, aski_dialogue_clean(&talk->arena, name.length > 0 ? name : id, ASKI_DIALOGUE_NAME_MAX_BYTES)};
  return talk->arena.failed ? s_no_memory(error) : ASKIAM_STATUS_OK;
}

askiam_status aski_talk_begin(aski_talk *talk, askiam_engine *engine, const askiam_turn *turn, bool needs_text,
                              askiam_error *error)
{
  *talk = (aski_talk){.entered = false};
  if (engine == NULL) {
    return askiam_error_set(error, ASKIAM_STATUS_INVALID_ARGUMENT, ASKIAM_LAYER_ENGINE, "the engine must not be NULL");
  }
  aski_arena_init(&talk->arena, &engine->allocator);
  askiam_status status = s_turn(&talk->turn, turn, needs_text, error);
  if (status == ASKIAM_STATUS_OK) {
    status = askiam_request_new(&talk->request, &engine->allocator, error);
  }
  if (status == ASKIAM_STATUS_OK) {
    status = askiam_request_new(&talk->reader, &engine->allocator, error);
  }
  if (status == ASKIAM_STATUS_OK) {
    status = s_describe(talk, error);
  }
  if (status == ASKIAM_STATUS_OK) {
    askiam_str user = askiam_request_get(talk->request, ASKIAM_REQUEST_USER_ID);
    status = askiam_request_set(talk->reader, ASKIAM_REQUEST_USER_ID, user, error);
  }
  if (status == ASKIAM_STATUS_OK) {
    status = aski_enter(&talk->visit, engine, talk->request, error);
    talk->entered = status == ASKIAM_STATUS_OK;
    talk->visit.trace.sentence = ASKI_STR_NONE; /* the request's own text may be replaced */
    talk->visit.trace.request_id = ASKI_STR_NONE;
  }
  return status == ASKIAM_STATUS_OK ? s_enter_world(talk, error) : status;
}

void aski_talk_end(aski_talk *talk)
{
  if (talk->decision_json != NULL) {
    askiam_string_free(talk->visit.engine, talk->decision_json);
  }
  if (talk->entered) {
    aski_leave(&talk->visit);
  }
  askiam_request_destroy(talk->reader);
  askiam_request_destroy(talk->request);
  if (talk->arena.allocator != NULL) {
    aski_arena_clean_up(&talk->arena);
  }
}

/* What is decided, by ids: the sentence is only for the record. */
static askiam_status s_structure(aski_talk *talk, askiam_error *error)
{
  const aski_dialogue *dialogue = &talk->dialogue;
  char end[ASKI_TIME_TEXT_BYTES];
  aski_time_format(dialogue->expires_at_ms, end);
  const struct {
    askiam_request_field field;
    askiam_str value;
  } fields[] = {
      {ASKIAM_REQUEST_TEXT, aski_dialogue_sentence(dialogue, &talk->world, &talk->arena)},
      {ASKIAM_REQUEST_BENEFICIARY_ID, aski_dialogue_user(dialogue, &talk->world).id},
      {ASKIAM_REQUEST_APPLICATION_ID, dialogue->application.id},
      {ASKIAM_REQUEST_ROLE_ID, dialogue->role.id},
      {ASKIAM_REQUEST_EXPIRES_AT, dialogue->expires_at_ms == 0 ? ASKI_STR_NONE : askiam_str_from(end)},
      {ASKIAM_REQUEST_JUSTIFICATION, dialogue->justification},
  };
  if (talk->arena.failed) {
    return s_no_memory(error);
  }
  askiam_status status = ASKIAM_STATUS_OK;
  for (size_t i = 0; i < sizeof fields / sizeof *fields && status == ASKIAM_STATUS_OK; ++i) {
    status = askiam_request_set(talk->request, fields[i].field, fields[i].value, error);
  }
  return status;
}

/* What was decided, out of what the principal may see of it. */
static askiam_str s_reason(const aski_json *decision, askiam_verdict verdict, aski_arena *arena)
{
  bool open = verdict == ASKIAM_VERDICT_NEEDS_INFO;
  askiam_str said = aski_json_string(aski_json_get(decision, open ? "question" : "reason"));
  bool begun = open || aski_str_starts(said, ASKI_STR("Approved")) || aski_str_starts(said, ASKI_STR("Refused"));
  return aski_arena_format(arena, "%s%.*s",
                           begun ? "" : "Refused: ", ASKI_STR_ARG(aski_dialogue_clean(arena, said, MESSAGE_MAX_BYTES)));
}

/* An approval says what of; everything else says why. */
static askiam_status s_tell(aski_talk *talk, const askiam_decision *decision, askiam_error *error)
{
  askiam_verdict verdict = askiam_decision_verdict(decision);
  if (verdict == ASKIAM_VERDICT_VALID && !talk->dialogue.at_once) {
    askiam_str sentence = aski_dialogue_sentence(&talk->dialogue, &talk->world, &talk->arena);
    talk->dialogue.message = aski_arena_format(&talk->arena, "Approved. %.*s", ASKI_STR_ARG(sentence));
    return talk->arena.failed ? s_no_memory(error) : ASKIAM_STATUS_OK;
  }
  aski_json_document *document = NULL;
  askiam_status status = aski_json_parse(&document, askiam_str_from(talk->decision_json),
                                         &talk->visit.engine->allocator, ASKIAM_LAYER_ENGINE, error);
  if (status == ASKIAM_STATUS_OK) {
    talk->dialogue.message = s_reason(aski_json_root(document), verdict, &talk->arena);
    status = talk->arena.failed ? s_no_memory(error) : ASKIAM_STATUS_OK;
  }
  aski_json_destroy(document);
  return status;
}

/* An id of another request is no failure that passes, as others of the same status are. */
static askiam_status s_failed(const askiam_decision *decision, askiam_status status, askiam_error *error)
{
  bool taken = aski_str_equal_text(askiam_decision_code(decision, 0), "REQUEST_ID_CONFLICT");
  if (taken && error != NULL) {
    error->status = ASKIAM_STATUS_EXISTS;
  }
  return taken ? ASKIAM_STATUS_EXISTS : status;
}

askiam_status aski_talk_decide(aski_talk *talk, askiam_str request_id, bool dry_run, askiam_error *error)
{
  askiam_status status = talk->dialogue.at_once ? ASKIAM_STATUS_OK : s_structure(talk, error);
  if (status == ASKIAM_STATUS_OK && aski_str_present(request_id)) {
    status = askiam_request_set(talk->request, ASKIAM_REQUEST_ID, request_id, error);
  }
  if (status == ASKIAM_STATUS_OK) {
    bool kept = aski_str_present(talk->session_id);
    status = askiam_request_set(talk->request, ASKIAM_REQUEST_SESSION_ID,
                                kept ? talk->session_id : talk->turn.session_id, error);
  }
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  askiam_decision *decision = NULL;
  askiam_engine *engine = talk->visit.engine;
  int64_t left_ms = askiam_call_remaining_ms(&talk->visit.call);
  askiam_request_set_dry_run(talk->request, dry_run);
  askiam_request_set_timeout_ms(talk->request, left_ms > 0 ? left_ms : 1); /* one time for reading and deciding */
  status = askiam_validate(&decision, engine, talk->request, error);
  status = status == ASKIAM_STATUS_OK
               ? askiam_answer_json(&talk->decision_json, engine, decision, talk->turn.principal, error)
               : s_failed(decision, status, error);
  if (status == ASKIAM_STATUS_OK) {
    talk->refused = decision->verdict != ASKIAM_VERDICT_VALID;
    status = s_tell(talk, decision, error);
  }
  askiam_decision_destroy(decision);
  return status;
}

static void s_write_entity(aski_json_writer *writer, const char *name, aski_dialogue_entity entity)
{
  if (!aski_str_present(entity.id)) {
    aski_json_write_null(writer, name);
    return;
  }
  aski_json_open_object(writer, name);
  aski_json_write_string(writer, "id", entity.id);
  aski_json_write_string(writer, "name", entity.name);
  aski_json_close_object(writer);
}

static const char *s_kind(askiam_kind kind)
{
  return kind == ASKIAM_KIND_USER ? "user" : kind == ASKIAM_KIND_APPLICATION ? "application" : "role";
}

static void s_write_slots(const aski_talk *talk, aski_json_writer *writer)
{
  const aski_dialogue *dialogue = &talk->dialogue;
  aski_json_open_object(writer, "slots");
  s_write_entity(writer, "user", aski_dialogue_user(dialogue, &talk->world));
  s_write_entity(writer, "application", dialogue->application);
  s_write_entity(writer, "role", dialogue->role);
  aski_json_write_time(writer, "expires_at", dialogue->expires_at_ms);
  aski_json_write_string(writer, "justification",
                         dialogue->justification.length == 0 ? ASKI_STR_NONE : dialogue->justification);
  aski_json_close_object(writer);
}

static const char *s_state(const aski_talk *talk)
{
  return talk->decision_json != NULL                       ? "decided"
         : talk->dialogue.state == ASKI_DIALOGUE_CANCELLED ? "cancelled"
         : talk->dialogue.state == ASKI_DIALOGUE_ASK       ? "ask"
                                                           : "confirm";
}

void aski_talk_write(const aski_talk *talk, aski_buffer *out)
{
  const aski_dialogue *dialogue = &talk->dialogue;
  bool over = talk->decision_json != NULL || dialogue->state == ASKI_DIALOGUE_CANCELLED;
  aski_json_writer writer;
  aski_json_writer_init(&writer, out);
  aski_json_open_object(&writer, NULL);
  aski_json_write_string(&writer, "session_id", talk->session_id);
  aski_json_write_text(&writer, "state", s_state(talk));
  aski_json_write_string(&writer, "message", dialogue->message);
  aski_json_write_time(&writer, "expires_at", over ? 0 : talk->session_end_ms);
  aski_json_write_text(&writer, "slot", over ? NULL : aski_dialogue_slot_name(dialogue->asked));
  aski_json_open_array(&writer, "choices");
  for (size_t i = 0; !over && i < dialogue->choices.count; ++i) {
    aski_json_open_object(&writer, NULL);
    aski_json_write_text(&writer, "kind", s_kind(dialogue->choices.items[i].kind));
    aski_json_write_string(&writer, "id", dialogue->choices.items[i].id);
    aski_json_write_string(&writer, "name", dialogue->choices.items[i].name);
    aski_json_close_object(&writer);
  }
  aski_json_close_array(&writer);
  s_write_slots(talk, &writer);
  if (talk->fills) {
    aski_json_write_bool(&writer, "confirmed", talk->confirmed);
  }
  if (talk->decision_json == NULL) {
    aski_json_write_null(&writer, "decision");
  } else {
    aski_json_write_raw(&writer, "decision", askiam_str_from(talk->decision_json));
  }
  aski_json_close_object(&writer);
}
