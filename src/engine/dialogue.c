/* SPDX-License-Identifier: Apache-2.0
 *
 * The public functions of conversations. */
#include <askiam/dialogue.h>

#include "engine/talk.h"

static askiam_status s_missing_output(askiam_error *error)
{
  return askiam_error_set(error, ASKIAM_STATUS_INVALID_ARGUMENT, ASKIAM_LAYER_ENGINE, "out_json must not be NULL");
}

/* Gives the answer out, and ends the talk. */
static askiam_status s_give(char **out_json, aski_talk *talk, askiam_engine *engine, askiam_status status,
                            askiam_error *error)
{
  if (status == ASKIAM_STATUS_OK) {
    aski_buffer answer;
    aski_buffer_init(&answer, &engine->allocator);
    aski_talk_write(talk, &answer);
    status = aski_give_text(out_json, &answer, status, ASKIAM_LAYER_ENGINE, error);
  }
  aski_talk_end(talk);
  return status;
}

askiam_status askiam_dialogue_turn(char **out_json, askiam_engine *engine, const askiam_turn *turn, askiam_error *error)
{
  if (out_json == NULL) {
    return s_missing_output(error);
  }
  *out_json = NULL;
  aski_talk talk;
  askiam_status status = aski_talk_begin(&talk, engine, turn, true, error);
  if (status == ASKIAM_STATUS_OK) {
    status = aski_talk_in_session(&talk, error);
  }
  return s_give(out_json, &talk, engine, status, error);
}

static askiam_status s_refuse(const char *what, askiam_error *error)
{
  return askiam_error_set(error, ASKIAM_STATUS_BAD_DATA, ASKIAM_LAYER_REQUEST, "%s", what);
}

/* A text; null and blank are absent. */
static askiam_status s_known_text(askiam_str *out_text, aski_arena *arena, const aski_json *root, const char *name,
                                  askiam_error *error)
{
  const aski_json *member = aski_json_get(root, name);
  aski_json_type type = aski_json_type_of(member);
  askiam_str text = aski_str_trim(aski_json_string(member));
  if ((type != ASKI_JSON_STRING && type != ASKI_JSON_NULL) || text.length > ASKIAM_REQUEST_TEXT_MAX_BYTES) {
    return s_refuse("known: its members are texts of at most 4,096 bytes, or null", error);
  }
  *out_text = text.length == 0 ? ASKI_STR_NONE : aski_arena_copy(arena, text);
  return ASKIAM_STATUS_OK;
}

static askiam_status s_known_members(aski_dialogue_known *out_known, aski_arena *arena, const aski_json *root,
                                     askiam_error *error)
{
  const struct {
    const char *name;
    askiam_str *text;
  } members[] = {
      {"user", &out_known->user},         {"application", &out_known->application},     {"role", &out_known->role},
      {"duration", &out_known->duration}, {"justification", &out_known->justification}, {"answer", &out_known->answer}};
  const aski_json *confirmed = aski_json_get(root, "confirmed");
  aski_json_type type = aski_json_type_of(confirmed);
  if (aski_json_type_of(root) != ASKI_JSON_OBJECT || (type != ASKI_JSON_BOOL && type != ASKI_JSON_NULL)) {
    return s_refuse("known: must be an object; \"confirmed\" in it is true, false or null", error);
  }
  out_known->confirmed = aski_json_bool(confirmed, false);
  out_known->denied = !aski_json_bool(confirmed, true);
  askiam_status status = ASKIAM_STATUS_OK;
  for (size_t i = 0; i < sizeof members / sizeof *members && status == ASKIAM_STATUS_OK; ++i) {
    status = s_known_text(members[i].text, arena, root, members[i].name, error);
  }
  return status == ASKIAM_STATUS_OK && arena->failed
             ? askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_ENGINE, "out of memory")
             : status;
}

static askiam_status s_known(aski_dialogue_known *out_known, aski_talk *talk, askiam_str known, askiam_error *error)
{
  *out_known = (aski_dialogue_known){.text = talk->turn.text};
  if (!aski_str_present(known)) {
    return ASKIAM_STATUS_OK;
  }
  aski_json_document *document = NULL;
  askiam_status status = aski_json_parse_bounded(&document, known, ASKI_DIALOGUE_VALUES_MAX,
                                                 &talk->visit.engine->allocator, ASKIAM_LAYER_REQUEST, error);
  if (status == ASKIAM_STATUS_OK) {
    status = s_known_members(out_known, &talk->arena, aski_json_root(document), error);
  }
  aski_json_destroy(document);
  return status;
}

/* What would be refused is told before it is asked; what would not is confirmed. */
static askiam_status s_look(aski_talk *talk, askiam_error *error)
{
  askiam_status status = aski_talk_decide(talk, ASKI_STR_NONE, true, error);
  if (status != ASKIAM_STATUS_OK || talk->refused) {
    return status;
  }
  askiam_string_free(talk->visit.engine, talk->decision_json);
  talk->decision_json = NULL;
  aski_dialogue_confirm(&talk->dialogue, &talk->arena, &talk->world);
  return talk->arena.failed ? askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_ENGINE, "out of memory")
                            : ASKIAM_STATUS_OK;
}

static askiam_status s_fill(aski_talk *talk, const aski_dialogue_known *known, bool submit, askiam_error *error)
{
  askiam_status status = aski_dialogue_fill(&talk->dialogue, &talk->arena, &talk->world, known, error);
  bool ready = talk->dialogue.state == ASKI_DIALOGUE_SUBMIT;
  bool complete = ready || talk->dialogue.state == ASKI_DIALOGUE_CONFIRM;
  if (status != ASKIAM_STATUS_OK || !complete) {
    return status;
  }
  talk->confirmed = ready;
  if (!submit) {
    return s_look(talk, error);
  }
  return ready ? aski_talk_decide(talk, talk->turn.request_id, false, error) : ASKIAM_STATUS_OK;
}

askiam_status askiam_dialogue_fill(char **out_json, askiam_engine *engine, const askiam_turn *turn, askiam_str known,
                                   int submit, askiam_error *error)
{
  if (out_json == NULL) {
    return s_missing_output(error);
  }
  *out_json = NULL;
  aski_talk talk;
  aski_dialogue_known words;
  askiam_status status = aski_talk_begin(&talk, engine, turn, false, error);
  if (status == ASKIAM_STATUS_OK) {
    status = s_known(&words, &talk, known, error);
  }
  if (status == ASKIAM_STATUS_OK) {
    talk.fills = true;
    status = s_fill(&talk, &words, submit != 0, error);
  }
  return s_give(out_json, &talk, engine, status, error);
}
