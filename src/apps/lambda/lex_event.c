/* SPDX-License-Identifier: Apache-2.0 */
#include "lex_event.h"

#include "apps/common/text.h"

/* Of a session's id in Lex, which has at least 2 characters; a forwarded event may have any. */
enum { SESSION_ID_MAX_BYTES = 100 };

static const struct {
  const char *name;
  const char *key;
} s_slots[LAMBDA_LEX_SLOTS] = {[LAMBDA_LEX_USER] = {"UserName", "user"},
                               [LAMBDA_LEX_APPLICATION] = {"ApplicationName", "application"},
                               [LAMBDA_LEX_ROLE] = {"RoleName", "role"},
                               [LAMBDA_LEX_DURATION] = {"Duration", "duration"},
                               [LAMBDA_LEX_JUSTIFICATION] = {"Justification", "justification"}};

const char *lambda_lex_slot_name(lambda_lex_slot slot) { return s_slots[slot].name; }
const char *lambda_lex_slot_key(lambda_lex_slot slot) { return s_slots[slot].key; }

lambda_lex_slot lambda_lex_slot_of_name(askiam_str name)
{
  lambda_lex_slot slot = LAMBDA_LEX_USER;
  while (slot < LAMBDA_LEX_SLOTS && !app_text_is(name, s_slots[slot].name)) {
    slot = (lambda_lex_slot)(slot + 1);
  }
  return slot;
}

lambda_lex_slot lambda_lex_slot_of_key(app_json key)
{
  lambda_lex_slot slot = LAMBDA_LEX_USER;
  while (slot < LAMBDA_LEX_SLOTS && !app_json_is(key, s_slots[slot].key)) {
    slot = (lambda_lex_slot)(slot + 1);
  }
  return slot;
}

bool lambda_lex_event_has_slot(const lambda_lex_event *event, lambda_lex_slot slot)
{
  askiam_str name = {NULL, 0};
  for (app_json value = app_json_next_member(event->slots, (app_json){NULL, 0}, &name); value.data != NULL;
       value = app_json_next_member(event->slots, value, &name)) {
    if (lambda_lex_slot_of_name(name) == slot) {
      return true;
    }
  }
  return false;
}

static bool s_is_empty(const lambda_lex_event *event)
{
  size_t known = 0;
  for (size_t i = 0; i < LAMBDA_LEX_SLOTS; ++i) {
    known += event->words[i].length > 0 ? 1 : 0;
  }
  return known == 0;
}

static bool s_is_object(app_json value) { return value.length > 0 && value.data[0] == '{'; }

/* What Lex made of the words counts before the words themselves. */
static app_json s_value(app_json slot)
{
  app_json value = app_json_member(slot, "value");
  app_json interpreted = app_json_member(value, "interpretedValue");
  return interpreted.data != NULL ? interpreted : app_json_member(value, "originalValue");
}

/* Takes the end of an access off words that were given one to keep; nothing of other words. */
static askiam_str s_part_end(askiam_str *words)
{
  static const char until[] = LAMBDA_LEX_UNTIL;
  const size_t tail = sizeof until - 1 + sizeof "2027-03-31T00:00:00.000Z" - 1;
  if (words->length <= tail || memcmp(words->data + words->length - tail, until, sizeof until - 1) != 0 ||
      words->data[words->length - 1] != 'Z') {
    return (askiam_str){NULL, 0};
  }
  words->length -= tail;
  return (askiam_str){words->data + words->length + sizeof until - 1, tail - (sizeof until - 1)};
}

static void s_part_ends(lambda_lex_event *event)
{
  for (size_t i = 0; i <= LAMBDA_LEX_ROLE && !lambda_lex_event_has_slot(event, LAMBDA_LEX_DURATION); ++i) {
    askiam_str end = s_part_end(&event->words[i]);
    if (end.length > 0 && event->words[LAMBDA_LEX_DURATION].length == 0) {
      event->words[LAMBDA_LEX_DURATION] = end;
    }
  }
}

static void s_read_words(lambda_lex_event *event)
{
  event->transcript = app_json_string(&event->scratch, app_json_member(event->whole, "inputTranscript"));
  event->session_id = app_json_string(&event->scratch, app_json_member(event->whole, "sessionId"));
  if (!app_text_is_id(event->session_id, "", SESSION_ID_MAX_BYTES)) {
    event->session_id = (askiam_str){NULL, 0};
  }
  for (size_t i = 0; i < LAMBDA_LEX_SLOTS; ++i) {
    event->words[i] = app_json_string(&event->scratch, s_value(app_json_member(event->slots, s_slots[i].name)));
  }
}

/* The slots of an access request that Lex took the words for, too, when it fell back. */
static app_json s_other_slots(app_json whole)
{
  app_json list = app_json_member(whole, "interpretations");
  for (app_json item = app_json_next(list, (app_json){NULL, 0}); item.data != NULL; item = app_json_next(list, item)) {
    app_json intent = app_json_member(item, "intent");
    if (app_json_is(app_json_member(intent, "name"), LAMBDA_LEX_INTENT)) {
      return app_json_member(intent, "slots");
    }
  }
  return (app_json){NULL, 0};
}

const char *lambda_lex_event_read(lambda_lex_event *out_event, askiam_str json)
{
  lambda_lex_event *event = out_event;
  *event = (lambda_lex_event){.whole = json};
  app_json state = app_json_member(json, "sessionState");
  app_json source = app_json_member(json, "invocationSource");
  event->intent = app_json_member(state, "intent");
  event->attributes = app_json_member(state, "sessionAttributes");
  app_json name = app_json_member(event->intent, "name");
  if (!s_is_object(event->intent) || name.length <= 2 || name.data[0] != '"') {
    return "sessionState.intent: there is none with a name";
  }
  event->fulfils = app_json_is(source, "FulfillmentCodeHook");
  if (!event->fulfils && !app_json_is(source, "DialogCodeHook")) {
    return "invocationSource: must be DialogCodeHook or FulfillmentCodeHook";
  }
  if (event->attributes.data != NULL && !s_is_object(event->attributes)) {
    return "sessionState.sessionAttributes: must be an object";
  }
  app_json confirmation = app_json_member(event->intent, "confirmationState");
  event->is_request = app_json_is(name, LAMBDA_LEX_INTENT);
  event->is_fallback = app_json_is(name, "FallbackIntent") || app_json_is(name, "AMAZON.FallbackIntent");
  event->slots = event->is_fallback ? s_other_slots(json) : app_json_member(event->intent, "slots");
  event->confirmation = app_json_is(confirmation, "Confirmed") ? LAMBDA_LEX_CONFIRMED
                        : app_json_is(confirmation, "Denied")  ? LAMBDA_LEX_DENIED
                                                               : LAMBDA_LEX_OPEN;
  s_read_words(event);
  s_part_ends(event);
  event->is_empty = s_is_empty(event);
  return NULL;
}

void lambda_lex_event_clean_up(lambda_lex_event *event) { app_scratch_clean_up(&event->scratch); }
