/* SPDX-License-Identifier: Apache-2.0
 *
 * The function `lex`: the code hook of Amazon Lex V2. What is asked, confirmed and decided is the dialogue's matter
 * (askiam/dialogue.h); here it becomes what Lex is to do next. */
#include <stdlib.h>

#include "apps/common/json_write.h"
#include "apps/common/text.h"
#include "functions.h"
#include "host.h"
#include "lex.h"
#include "lex_answer.h"
#include "lex_attributes.h"
#include "lex_identity.h"
#include "reply.h"
#include "turn.h"

static const askiam_str s_none = {NULL, 0};

bool lambda_lex_is_event(askiam_str event_json)
{
  return app_json_member(event_json, "sessionState").data != NULL && app_json_member(event_json, "bot").data != NULL;
}

/* What the slots say, as askiam_dialogue_fill takes it; NULL: memory ran out. */
static char *s_known(const lambda_lex_event *event)
{
  char *text = NULL;
  size_t length = 0;
  FILE *out = open_memstream(&text, &length);
  if (out == NULL) {
    return NULL;
  }
  fputs("{", out);
  for (size_t i = 0; i < LAMBDA_LEX_SLOTS; ++i) {
    fprintf(out, "\"%s\":", lambda_lex_slot_key((lambda_lex_slot)i));
    app_json_put(out, event->words[i]);
    fputs(",", out);
  }
  fputs("\"answer\":", out);
  app_json_put(out, event->is_request ? event->transcript : s_none);
  fprintf(out, ",\"confirmed\":%s}",
          event->confirmation == LAMBDA_LEX_CONFIRMED ? "true"
          : event->confirmation == LAMBDA_LEX_DENIED  ? "false"
                                                      : "null");
  if (fclose(out) != 0) {
    free(text);
    return NULL;
  }
  return text;
}

/* Free words count where Lex understood none, or fell back to them: an answer to a question is in its slot. */
static askiam_str s_words(const lambda_lex_event *event)
{
  bool speaks = event->is_fallback || (!event->fulfils && event->is_empty);
  return speaks && event->transcript.length > 0 ? event->transcript : s_none;
}

static askiam_status s_fill(char **out_json, askiam_engine *engine, const lambda_event *event, lambda_lex_event *lex,
                            const lambda_lex_caller *caller, askiam_error *error)
{
  char id[LAMBDA_LEX_ID_BYTES];
  bool confirmed = lambda_lex_attributes_confirmed(lex, askiam_principal_id(caller->principal));
  lex->confirmation = lex->confirmation == LAMBDA_LEX_CONFIRMED && !confirmed ? LAMBDA_LEX_OPEN : lex->confirmation;
  bool read = lambda_lex_attributes_read(lex) && lambda_lex_attributes_id(lex, id);
  char *known = read ? s_known(lex) : NULL;
  if (known == NULL) {
    return askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_ENGINE, "out of memory for a turn");
  }
  askiam_turn turn = lambda_turn_of(caller->seen, caller->principal, s_none, event);
  turn.text = s_words(lex);
  turn.session_id = lex->session_id;
  int submit = lex->fulfils && lex->is_request ? 1 : 0;
  bool given = turn.request_id.length > 0;
  if (submit && !given && id[0] != 0) {
    turn.request_id = askiam_str_from(id);
  }
  askiam_status status = askiam_dialogue_fill(out_json, engine, &turn, askiam_str_from(known), submit, error);
  if (status == ASKIAM_STATUS_EXISTS && !given && !lambda_lex_attributes_chose(lex)) {
    turn.request_id =
        s_none; /* Lex's id was of another request: what a client gives back with the next one may be old */
    turn.timeout_ms = lambda_event_left_ms(event);
    status = askiam_dialogue_fill(out_json, engine, &turn, askiam_str_from(known), submit, error);
  }
  free(known);
  return status;
}

/* A slot that this bot does not have cannot be elicited: then words are awaited. */
static lambda_lex_action s_ask(const lambda_lex_event *event, lambda_lex_slot slot)
{
  bool usual = event->is_fallback && slot <= LAMBDA_LEX_ROLE;
  bool can = slot < LAMBDA_LEX_SLOTS && (usual || lambda_lex_event_has_slot(event, slot));
  return can ? LAMBDA_LEX_ELICIT_SLOT : LAMBDA_LEX_ELICIT_INTENT;
}

/* What a person has confirmed, or need not confirm, Lex takes to the fulfilment. */
static lambda_lex_action s_confirm(const lambda_lex_event *event, app_json filled)
{
  bool done = event->is_request && !event->fulfils && app_json_true(app_json_member(filled, "confirmed"));
  return done ? LAMBDA_LEX_DELEGATE : LAMBDA_LEX_CONFIRM;
}

/* From the state of the dialogue to what Lex is to do. */
static lambda_lex_answer s_next(const lambda_lex_event *event, app_json filled)
{
  app_json state = app_json_member(filled, "state");
  lambda_lex_answer answer = {.action = LAMBDA_LEX_CLOSE_FAILED,
                              .slot = lambda_lex_slot_of_key(app_json_member(filled, "slot")),
                              .found = app_json_member(filled, "slots"),
                              .message = app_json_member(filled, "message"),
                              .choices = app_json_member(filled, "choices")};
  bool open = app_json_is(state, "ask") || app_json_is(state, "confirm");
  if (app_json_is(state, "ask")) {
    answer.action = s_ask(event, answer.slot);
  } else if (app_json_is(state, "confirm")) {
    answer.action = s_confirm(event, filled);
  } else if (app_json_is(state, "decided") && event->fulfils && event->is_request &&
             app_json_is(app_json_path(filled, "decision", "status"), "VALID")) {
    answer.action = LAMBDA_LEX_CLOSE_FULFILLED;
  }
  answer.as_request = event->is_fallback && answer.action != LAMBDA_LEX_CLOSE_FAILED;
  if (open && !lambda_lex_answer_keeps_end(event, &answer)) { /* nobody may get for ever what was asked for 3 days */
    answer.action = LAMBDA_LEX_CLOSE_FAILED;
    answer.as_request = false;
    answer.message = s_none;
    answer.text = "I cannot keep until when you want the access while I ask for the rest. Please say all in one "
                  "sentence: for whom, which role, in which application, until when.";
  }
  if (event->fulfils && app_json_is(state, "decided")) {
    answer.request_id = app_json_path(filled, "decision", "request_id");
  }
  if (answer.action == LAMBDA_LEX_DELEGATE) {
    answer.message = s_none;
  }
  return answer;
}

/* What went wrong is for the log; the person learns what he can do. */
static lambda_lex_answer s_failed(const lambda_event *event, askiam_status status, const askiam_error *error)
{
  const char *text = "I cannot answer that at the moment. Please try again later.";
  if (status == ASKIAM_STATUS_NOT_PERMITTED) {
    text = "I do not know who you are, so I cannot ask for access in your name. Please sign in, and try again.";
  } else if (status == ASKIAM_STATUS_BAD_DATA) {
    text = "I could not read that. Please say it in other, fewer words.";
  } else if (status == ASKIAM_STATUS_EXISTS) {
    text = "Something else was decided for this conversation already. Please ask for it anew.";
  }
  lambda_log_error("lex", event->request_id, askiam_status_name(status), error->message);
  return (lambda_lex_answer){.action = LAMBDA_LEX_CLOSE_FAILED, .slot = LAMBDA_LEX_SLOTS, .text = text};
}

static void s_write(lambda_reply *reply, lambda_lex_event *lex, const lambda_lex_answer *answer,
                    const lambda_event *event)
{
  if (!lambda_lex_answer_write(reply->out, lex, answer, event->request_id)) {
    lambda_reply_no_memory(reply);
  }
}

static void s_talk(lambda_host *host, const lambda_event *event, lambda_lex_event *lex, const lambda_lex_caller *given,
                   lambda_reply *reply)
{
  char *json = NULL;
  askiam_principal *own = NULL;
  askiam_error error = ASKIAM_ERROR_INIT;
  const askiam_config *config = lambda_host_config(host);
  askiam_engine *engine = lambda_host_engine(host, &error);
  askiam_status status = engine == NULL ? error.status : ASKIAM_STATUS_OK;
  if (status == ASKIAM_STATUS_OK && given == NULL) {
    int64_t half_ms = lambda_event_left_ms(event) / 2 + 1; /* the rest is for the answer */
    status = lambda_lex_identify(&own, engine, config, lex, half_ms, &error);
  }
  if (status == ASKIAM_STATUS_OK) {
    const lambda_lex_caller verified = {.principal = own};
    status = s_fill(&json, engine, event, lex, given != NULL ? given : &verified, &error);
  }
  lambda_lex_answer answer =
      status == ASKIAM_STATUS_OK ? s_next(lex, askiam_str_from(json)) : s_failed(event, status, &error);
  answer.speaker = askiam_principal_id(given != NULL ? given->principal : own);
  s_write(reply, lex, &answer, event);
  askiam_principal_destroy(own);
  askiam_string_free(engine, json);
}

void lambda_lex_run(lambda_host *host, const lambda_event *event, askiam_str lex_event_json,
                    const lambda_lex_caller *caller_or_null, lambda_reply *reply)
{
  lambda_lex_event lex;
  const char *wrong = lambda_lex_event_read(&lex, lex_event_json);
  if (lex.scratch.failed) {
    lambda_reply_no_memory(reply);
  } else if (wrong != NULL) {
    lambda_reply_refuse(reply, wrong);
  } else if (lex.is_request || lex.is_fallback) {
    s_talk(host, event, &lex, caller_or_null, reply);
  } else { /* an intent of the bot's own */
    const lambda_lex_answer answer = {.action = LAMBDA_LEX_DELEGATE, .slot = LAMBDA_LEX_SLOTS};
    s_write(reply, &lex, &answer, event);
  }
  lambda_lex_event_clean_up(&lex);
}

void lambda_lex_function_run(lambda_host *host, const lambda_event *event, lambda_reply *reply)
{
  lambda_lex_run(host, event, event->body, NULL, reply);
}
