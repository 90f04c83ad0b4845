/* SPDX-License-Identifier: Apache-2.0 */
#include "lex_attributes.h"

#include <askiam/askiam.h>
#include <stdlib.h>
#include <string.h>

#include "apps/common/json_write.h"
#include "apps/common/text.h"

#define ID_ATTRIBUTE "askiam_request"
#define KNOWN_ATTRIBUTE "askiam_known"
#define SUMMARY_ATTRIBUTE "askiam_summary"
#define SPEAKER "speaker"

enum { ID_MAX_BYTES = LAMBDA_LEX_ID_BYTES - sizeof "lex-" };

static const app_json s_none = {NULL, 0};

askiam_str lambda_lex_attribute(lambda_lex_event *event, askiam_str name)
{
  askiam_str found = s_none;
  app_json value = app_json_next_member(event->attributes, s_none, &found);
  while (value.data != NULL && !app_text_equal(found, name)) {
    value = app_json_next_member(event->attributes, value, &found);
  }
  bool is_string = value.data != NULL && value.length > 2 && value.data[0] == '"';
  return is_string ? app_json_text(&event->scratch, value) : s_none;
}

/* What was kept is JSON that anybody may have written since. */
static app_json s_kept(lambda_lex_event *event, const char *name)
{
  askiam_str kept = lambda_lex_attribute(event, askiam_str_from(name));
  askiam_status status = kept.data == NULL ? ASKIAM_STATUS_BAD_DATA : askiam_json_check(kept, NULL, NULL);
  event->scratch.failed = event->scratch.failed || status == ASKIAM_STATUS_NO_MEMORY;
  return status == ASKIAM_STATUS_OK ? kept : s_none;
}

bool lambda_lex_attributes_read(lambda_lex_event *event)
{
  app_json kept = s_kept(event, KNOWN_ATTRIBUTE);
  for (size_t i = 0; i < LAMBDA_LEX_SLOTS && kept.data != NULL; ++i) {
    app_json value = app_json_member(kept, lambda_lex_slot_key((lambda_lex_slot)i));
    if (event->words[i].length == 0 && value.length > 2 && value.data[0] == '"') {
      event->words[i] = app_json_text(&event->scratch, value);
    }
  }
  return !event->scratch.failed;
}

/* Of a slot that the bot does not have nothing comes back, but for the end, which others keep. */
static bool s_is_as_told(lambda_lex_event *event, app_json told, lambda_lex_slot slot)
{
  askiam_str words = event->words[slot];
  bool comes = words.length > 0 || slot == LAMBDA_LEX_DURATION || lambda_lex_event_has_slot(event, slot);
  askiam_str was = app_json_string(&event->scratch, app_json_member(told, lambda_lex_slot_key(slot)));
  return !comes || app_text_equal(was, words);
}

bool lambda_lex_attributes_confirmed(lambda_lex_event *event, askiam_str speaker)
{
  if (event->confirmation != LAMBDA_LEX_CONFIRMED ||
      app_json_member(event->attributes, SUMMARY_ATTRIBUTE).data == NULL) {
    return event->confirmation == LAMBDA_LEX_CONFIRMED;
  }
  app_json told = s_kept(event, SUMMARY_ATTRIBUTE);
  askiam_str by = app_json_string(&event->scratch, app_json_member(told, SPEAKER));
  return by.length > 0 && app_text_equal(by, speaker) && s_is_as_told(event, told, LAMBDA_LEX_USER) &&
         s_is_as_told(event, told, LAMBDA_LEX_APPLICATION) && s_is_as_told(event, told, LAMBDA_LEX_ROLE) &&
         s_is_as_told(event, told, LAMBDA_LEX_DURATION);
}

bool lambda_lex_attributes_chose(const lambda_lex_event *event)
{
  return app_json_member(event->attributes, ID_ATTRIBUTE).data != NULL;
}

/* An id that the hook chose at the turn before; else Lex's own of the person's request, where what is asked for does not move with the time:
 * "3 days" end later at the second try, and one id stands for one request. */
bool lambda_lex_attributes_id(lambda_lex_event *event, char *out)
{
  askiam_str id = lambda_lex_attribute(event, askiam_str_from(ID_ATTRIBUTE));
  if (id.data == NULL && event->words[LAMBDA_LEX_DURATION].length == 0) {
    id = app_json_text(&event->scratch, app_json_path(event->whole, "sessionState", "originatingRequestId"));
  }
  out[0] = 0;
  if (app_text_is_id(id, "", ID_MAX_BYTES)) {
    snprintf(out, LAMBDA_LEX_ID_BYTES, "lex-%.*s", (int)id.length, id.data);
  }
  return !event->scratch.failed;
}

/* Also where it is written with escapes. */
static bool s_is_own(lambda_lex_event *event, askiam_str name)
{
  askiam_str plain = name;
  if (memchr(name.data, '\\', name.length) != NULL) {
    plain = app_json_text(&event->scratch, (app_json){name.data - 1, name.length + 2}); /* with its quotes */
  }
  return app_text_is(plain, ID_ATTRIBUTE) || app_text_is(plain, KNOWN_ATTRIBUTE) ||
         app_text_is(plain, SUMMARY_ATTRIBUTE);
}

static void s_write_text(FILE *out, const char **comma, const char *name, askiam_str text)
{
  fprintf(out, "%s\"%s\":", *comma, name);
  app_json_put(out, text);
  *comma = ",";
}

/* The members of what is known, each behind a comma; whether there is more than a person among them. An end that
 * could not be read is one: nobody may get for ever what was asked for 3 days. */
static bool s_put_found(FILE *out, const lambda_lex_answer *answer, const char *comma)
{
  bool known = false;
  for (size_t i = 0; i < LAMBDA_LEX_SLOTS; ++i) {
    bool bad_end = i == LAMBDA_LEX_DURATION && answer->slot == LAMBDA_LEX_DURATION;
    app_json found = bad_end ? askiam_str_from("\"?\"") : lambda_lex_answer_found(answer, (lambda_lex_slot)i);
    if (found.data != NULL) {
      fprintf(out, "%s\"%s\":%.*s", comma, lambda_lex_slot_key((lambda_lex_slot)i), (int)found.length, found.data);
      comma = ",";
      known = known || i != LAMBDA_LEX_USER;
    }
  }
  return known;
}

/* What is known, as the text of an attribute; with whoever speaks, where there is one. */
static void s_write_found(FILE *out, lambda_lex_event *event, const lambda_lex_answer *answer, const char **comma,
                          const char *name, askiam_str speaker)
{
  char *text = NULL;
  size_t length = 0;
  FILE *inner = open_memstream(&text, &length);
  if (inner == NULL) {
    event->scratch.failed = true;
    return;
  }
  fputs("{", inner);
  if (speaker.data != NULL) {
    fputs("\"" SPEAKER "\":", inner);
    app_json_put(inner, speaker);
  }
  bool known = s_put_found(inner, answer, speaker.data != NULL ? "," : "");
  fputs("}", inner);
  event->scratch.failed = fclose(inner) != 0 || event->scratch.failed;
  if (!event->scratch.failed && known) {
    s_write_text(out, comma, name, (askiam_str){text, length});
  }
  free(text);
}

/* Each confirmation is of its own: what was changed since is another request. What is left to Lex is what was
 * confirmed. */
static void s_write_confirmation(FILE *out, lambda_lex_event *event, const lambda_lex_answer *answer,
                                 const char **comma, askiam_str invocation_id)
{
  askiam_str kept = lambda_lex_attribute(event, askiam_str_from(ID_ATTRIBUTE));
  bool delegates = answer->action == LAMBDA_LEX_DELEGATE && event->is_request;
  if (delegates || answer->action == LAMBDA_LEX_CONFIRM) {
    s_write_text(out, comma, ID_ATTRIBUTE, delegates && app_text_is_id(kept, "", ID_MAX_BYTES) ? kept : invocation_id);
    s_write_found(out, event, answer, comma, SUMMARY_ATTRIBUTE, answer->speaker);
  }
}

void lambda_lex_attributes_write(FILE *out, lambda_lex_event *event, const lambda_lex_answer *answer,
                                 askiam_str invocation_id)
{
  const char *comma = "";
  askiam_str name = s_none;
  fputs(",\"sessionAttributes\":{", out);
  for (app_json value = app_json_next_member(event->attributes, s_none, &name); value.data != NULL;
       value = app_json_next_member(event->attributes, value, &name)) {
    if (!s_is_own(event, name)) {
      fprintf(out, "%s\"%.*s\":%.*s", comma, (int)name.length, name.data, (int)value.length, value.data);
      comma = ",";
    }
  }
  s_write_confirmation(out, event, answer, &comma, invocation_id);
  if (answer->action == LAMBDA_LEX_ELICIT_INTENT) { /* where Lex is to wait for words, it forgets the slots */
    s_write_found(out, event, answer, &comma, KNOWN_ATTRIBUTE, s_none);
  }
  fputs("}", out);
}
