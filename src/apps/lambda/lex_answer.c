/* SPDX-License-Identifier: Apache-2.0 */
#include "lex_answer.h"

#include "lex_attributes.h"

#include "apps/common/json_write.h"
#include "apps/common/utf8.h"

/* Lex's limits, in characters. */
enum { MESSAGE_MAX = 1024, BUTTONS_MAX = 5, BUTTON_MAX = 50 };

static const app_json s_none = {NULL, 0};

static void s_raw(FILE *out, askiam_str json) { fwrite(json.data, 1, json.length, out); }

/* How many bytes the first `most` characters have. */
static size_t s_prefix(askiam_str text, size_t most)
{
  size_t at = 0;
  uint32_t point = 0;
  for (size_t count = 0; at < text.length && count < most; ++count) {
    size_t length = app_decode(text, at, &point);
    at += length == 0 ? 1 : length;
  }
  return at;
}

static bool s_fits(askiam_str text, size_t most) { return s_prefix(text, most) == text.length; }

static void s_put_cut(FILE *out, askiam_str text, size_t most)
{
  if (s_fits(text, most)) {
    app_json_put(out, text);
    return;
  }
  char cut[MESSAGE_MAX * 4 + 4];
  size_t length = s_prefix(text, most - 1);
  memcpy(cut, text.data, length);
  memcpy(cut + length, "\xE2\x80\xA6", 3);
  app_json_put(out, (askiam_str){cut, length + 3});
}

static const char *s_type(lambda_lex_action action)
{
  static const char *const s_types[] = {
      [LAMBDA_LEX_DELEGATE] = "Delegate",          [LAMBDA_LEX_ELICIT_SLOT] = "ElicitSlot",
      [LAMBDA_LEX_ELICIT_INTENT] = "ElicitIntent", [LAMBDA_LEX_CONFIRM] = "ConfirmIntent",
      [LAMBDA_LEX_CLOSE_FULFILLED] = "Close",      [LAMBDA_LEX_CLOSE_FAILED] = "Close"};
  return s_types[action];
}

app_json lambda_lex_answer_found(const lambda_lex_answer *answer, lambda_lex_slot slot)
{
  switch (slot) {
  case LAMBDA_LEX_USER:
    return app_json_path(answer->found, "user", "id");
  case LAMBDA_LEX_APPLICATION:
  case LAMBDA_LEX_ROLE:
    return app_json_path(answer->found, lambda_lex_slot_key(slot), "name");
  case LAMBDA_LEX_DURATION:
    return app_json_member(answer->found, "expires_at");
  case LAMBDA_LEX_JUSTIFICATION:
    return app_json_member(answer->found, "justification");
  case LAMBDA_LEX_SLOTS:
    break;
  }
  return s_none;
}

static bool s_is_forgotten(const lambda_lex_answer *answer, lambda_lex_slot slot)
{
  return answer->action == LAMBDA_LEX_ELICIT_SLOT && slot == answer->slot;
}

/* Where an end has no slot of its own, each that is known keeps it, so that none that is said anew loses it. */
static bool s_keeps(const lambda_lex_event *event, const lambda_lex_answer *answer, lambda_lex_slot slot)
{
  bool closes = answer->action == LAMBDA_LEX_CLOSE_FULFILLED || answer->action == LAMBDA_LEX_CLOSE_FAILED;
  bool exists = event->slots.data == NULL || lambda_lex_event_has_slot(event, slot);
  return slot <= LAMBDA_LEX_ROLE && exists && !closes && !s_is_forgotten(answer, slot) &&
         lambda_lex_answer_found(answer, slot).data != NULL &&
         lambda_lex_answer_found(answer, LAMBDA_LEX_DURATION).data != NULL &&
         !lambda_lex_event_has_slot(event, LAMBDA_LEX_DURATION);
}

bool lambda_lex_answer_keeps_end(const lambda_lex_event *event, const lambda_lex_answer *answer)
{
  return lambda_lex_answer_found(answer, LAMBDA_LEX_DURATION).data == NULL ||
         lambda_lex_event_has_slot(event, LAMBDA_LEX_DURATION) || s_keeps(event, answer, LAMBDA_LEX_USER) ||
         s_keeps(event, answer, LAMBDA_LEX_APPLICATION) || s_keeps(event, answer, LAMBDA_LEX_ROLE);
}

/* A JSON string, and behind it another one, which may be absent. */
static void s_put_value(FILE *out, app_json value, app_json end)
{
  if (end.data == NULL) {
    s_raw(out, value);
    return;
  }
  fwrite(value.data, 1, value.length - 1, out);
  fputs(LAMBDA_LEX_UNTIL, out);
  fwrite(end.data + 1, 1, end.length - 1, out);
}

/* `value` and `end` are JSON strings; the latter may be absent. The words stay what they were. */
static void s_put_slot(FILE *out, askiam_str original, app_json value, app_json end)
{
  fputs("{\"shape\":\"Scalar\",\"value\":{\"originalValue\":", out);
  if (original.data != NULL) {
    app_json_put(out, original);
  } else {
    s_raw(out, value);
  }
  fputs(",\"interpretedValue\":", out);
  s_put_value(out, value, end);
  fputs(",\"resolvedValues\":[", out);
  s_put_value(out, value, end);
  fputs("]}}", out);
}

/* One slot of the bot: what is to be asked for is empty, what was found is put down, all else stays. */
static void s_write_slot(FILE *out, const lambda_lex_event *event, const lambda_lex_answer *answer,
                         lambda_lex_slot slot, app_json was)
{
  app_json found = slot < LAMBDA_LEX_SLOTS ? lambda_lex_answer_found(answer, slot) : s_none;
  bool forgotten = slot < LAMBDA_LEX_SLOTS && s_is_forgotten(answer, slot);
  bool keeps = s_keeps(event, answer, slot);
  if (found.data != NULL && !forgotten) {
    s_put_slot(out, event->words[slot], found, keeps ? lambda_lex_answer_found(answer, LAMBDA_LEX_DURATION) : s_none);
  } else {
    s_raw(out, forgotten ? askiam_str_from("null") : was);
  }
}

static void s_write_slots(FILE *out, const lambda_lex_event *event, const lambda_lex_answer *answer)
{
  bool written[LAMBDA_LEX_SLOTS] = {false};
  const char *comma = "";
  askiam_str name = s_none;
  app_json slots = answer->as_request ? event->slots : app_json_member(event->intent, "slots");
  fputs("{", out);
  for (app_json was = app_json_next_member(slots, s_none, &name); was.data != NULL;
       was = app_json_next_member(slots, was, &name)) {
    if (memchr(name.data, '\\', name.length) != NULL) {
      continue; /* no name of Lex's; it might be another's when it is read */
    }
    lambda_lex_slot slot = event->is_request || answer->as_request ? lambda_lex_slot_of_name(name) : LAMBDA_LEX_SLOTS;
    fprintf(out, "%s\"%.*s\":", comma, (int)name.length, name.data);
    s_write_slot(out, event, answer, slot, was);
    comma = ",";
    if (slot < LAMBDA_LEX_SLOTS) {
      written[slot] = true;
    }
  }
  for (size_t i = 0; i <= LAMBDA_LEX_ROLE && answer->as_request; ++i) { /* those that every bot has */
    lambda_lex_slot slot = (lambda_lex_slot)i;
    if (!written[i] && lambda_lex_answer_found(answer, slot).data != NULL && !s_is_forgotten(answer, slot)) {
      fprintf(out, "%s\"%s\":", comma, lambda_lex_slot_name(slot));
      s_write_slot(out, event, answer, slot, s_none);
      comma = ",";
    }
  }
  fputs("}", out);
}

static void s_write_intent(FILE *out, const lambda_lex_event *event, const lambda_lex_answer *answer)
{
  bool delegates = answer->action == LAMBDA_LEX_DELEGATE;
  app_json state = app_json_member(event->intent, "state");
  app_json confirmation = app_json_member(event->intent, "confirmationState");
  bool closes = answer->action == LAMBDA_LEX_CLOSE_FULFILLED || answer->action == LAMBDA_LEX_CLOSE_FAILED;
  fputs(",\"intent\":{\"name\":", out);
  s_raw(out,
        answer->as_request ? askiam_str_from("\"" LAMBDA_LEX_INTENT "\"") : app_json_member(event->intent, "name"));
  fputs(",\"slots\":", out);
  s_write_slots(out, event, answer);
  fputs(",\"state\":", out);
  s_raw(out, answer->action == LAMBDA_LEX_CLOSE_FULFILLED ? askiam_str_from("\"Fulfilled\"")
             : closes                                     ? askiam_str_from("\"Failed\"")
             : delegates && state.data != NULL            ? state
                                                          : askiam_str_from("\"InProgress\""));
  fputs(",\"confirmationState\":", out);
  s_raw(out, (delegates || closes) && confirmation.data != NULL ? confirmation : askiam_str_from("\"None\""));
  fputs("}", out);
}

typedef struct s_button {
  askiam_str text;
  askiam_str value;
} s_button;

/* Its value is what comes back as the person's words: one that would have to be cut makes no button, and its text is
 * absent. */
static s_button s_button_of(lambda_lex_event *event, app_json choice)
{
  askiam_str name = app_json_text(&event->scratch, app_json_member(choice, "name"));
  askiam_str id = app_json_text(&event->scratch, app_json_member(choice, "id"));
  bool person = app_json_is(app_json_member(choice, "kind"), "user");
  s_button button = {name, person || !s_fits(name, BUTTON_MAX) ? id : name};
  bool good = name.length > 0 && button.value.length > 0 && s_fits(button.value, BUTTON_MAX);
  return good ? button : (s_button){s_none, s_none};
}

/* A card without buttons is refused by Lex: the first one opens it. */
static void s_write_choices(FILE *out, lambda_lex_event *event, app_json choices)
{
  size_t count = 0;
  for (app_json choice = app_json_next(choices, s_none); choice.data != NULL && count < BUTTONS_MAX;
       choice = app_json_next(choices, choice)) {
    s_button button = s_button_of(event, choice);
    if (button.text.data != NULL) {
      fputs(count++ == 0 ? ",{\"contentType\":\"ImageResponseCard\",\"imageResponseCard\":{"
                           "\"title\":\"Is it one of these?\",\"buttons\":[{\"text\":"
                         : ",{\"text\":",
            out);
      s_put_cut(out, button.text, BUTTON_MAX);
      fputs(",\"value\":", out);
      app_json_put(out, button.value);
      fputs("}", out);
    }
  }
  if (count > 0) {
    fputs("]}}", out);
  }
}

static void s_write_card(FILE *out, lambda_lex_event *event, const lambda_lex_answer *answer)
{
  if (answer->action == LAMBDA_LEX_CONFIRM) {
    fputs(",{\"contentType\":\"ImageResponseCard\",\"imageResponseCard\":{\"title\":\"Is this right?\",\"buttons\":["
          "{\"text\":\"Yes\",\"value\":\"Yes\"},{\"text\":\"No\",\"value\":\"No\"}]}}",
          out);
  } else {
    s_write_choices(out, event, answer->choices);
  }
}

static void s_write_messages(FILE *out, lambda_lex_event *event, const lambda_lex_answer *answer)
{
  askiam_str text =
      answer->message.data != NULL ? app_json_text(&event->scratch, answer->message) : askiam_str_from(answer->text);
  if (text.length == 0) {
    return;
  }
  fputs(",\"messages\":[{\"contentType\":\"PlainText\",\"content\":", out);
  s_put_cut(out, text, MESSAGE_MAX);
  fputs("}", out);
  if (answer->request_id.data != NULL) {
    fputs(",{\"contentType\":\"PlainText\",\"content\":\"The request is ", out);
    fwrite(answer->request_id.data + 1, 1, answer->request_id.length - 1, out);
    fputs("}", out);
  }
  s_write_card(out, event, answer);
  fputs("]", out);
}

static void s_write_kept(FILE *out, const char *name, app_json value)
{
  if (value.data != NULL) {
    fprintf(out, ",\"%s\":", name);
    s_raw(out, value);
  }
}

bool lambda_lex_answer_write(FILE *out, lambda_lex_event *event, const lambda_lex_answer *answer,
                             askiam_str invocation_id)
{
  app_json state = app_json_member(event->whole, "sessionState");
  fprintf(out, "{\"sessionState\":{\"dialogAction\":{\"type\":\"%s\"", s_type(answer->action));
  if (answer->action == LAMBDA_LEX_ELICIT_SLOT) {
    fprintf(out, ",\"slotToElicit\":\"%s\"", lambda_lex_slot_name(answer->slot));
  }
  fputs("}", out);
  lambda_lex_attributes_write(out, event, answer, invocation_id);
  s_write_kept(out, "activeContexts", app_json_member(state, "activeContexts"));
  if (answer->action != LAMBDA_LEX_ELICIT_INTENT) {
    s_write_intent(out, event, answer);
  }
  fputs("}", out);
  s_write_messages(out, event, answer);
  s_write_kept(out, "requestAttributes", app_json_member(event->whole, "requestAttributes"));
  fputs("}", out);
  return !event->scratch.failed;
}
