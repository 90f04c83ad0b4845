/* SPDX-License-Identifier: Apache-2.0
 *
 * Any JSON as an event of Lex V2: whatever is read of it, every response is well-formed, keeps the session's
 * attributes, and forgets the slot that it asks for. */
#include <stdlib.h>

#include <askiam/json.h>

#include "apps/common/text.h"
#include "apps/lambda/lex_answer.h"
#include "apps/lambda/lex_attributes.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char s_filled[] =
    "{\"message\":\"Which \\\"role\\\" \\u00e9?\",\"choices\":[{\"kind\":\"role\",\"id\":\"r-1\",\"name\":\"One\"},"
    "{\"kind\":\"user\",\"id\":\"a.b\",\"name\":\"A "
    "B\"},{\"kind\":\"role\",\"id\":\"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
    "xxxxxxxxxxxxxxxxxx\",\"name\":\"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\"}],"
    "\"slots\":{\"user\":{\"id\":\"a.b\",\"name\":\"A "
    "B\"},\"application\":{\"id\":\"a\",\"name\":\"App\"},\"role\":null,"
    "\"expires_at\":\"2026-12-01T00:00:00.000Z\",\"justification\":\"so\"}}";

/* The next attribute of the session that is not the hook's own. */
static app_json s_next_attribute(app_json attributes, app_json previous, askiam_str *out_name)
{
  bool own = true;
  while (own) {
    previous = app_json_next_member(attributes, previous, out_name);
    own = previous.data != NULL && (app_text_is(*out_name, "askiam_request") ||
                                    app_text_is(*out_name, "askiam_summary") || app_text_is(*out_name, "askiam_known"));
  }
  return previous;
}

/* All attributes but the hook's own come back as they came. */
static bool s_keeps_attributes(app_json before, app_json after)
{
  askiam_str name = {NULL, 0};
  askiam_str found = {NULL, 0};
  app_json was = {NULL, 0};
  app_json is = {NULL, 0};
  do {
    was = s_next_attribute(before, was, &name);
    is = s_next_attribute(after, is, &found);
  } while (was.data != NULL && app_text_equal(was, is) && app_text_equal(name, found));
  return was.data == NULL && is.data == NULL;
}

static void s_check(askiam_str response, const lambda_lex_event *event, const lambda_lex_answer *answer)
{
  app_json state = app_json_member(response, "sessionState");
  app_json slots = app_json_path(state, "intent", "slots");
  if (askiam_json_check(response, NULL, NULL) != ASKIAM_STATUS_OK ||
      !s_keeps_attributes(event->attributes, app_json_member(state, "sessionAttributes"))) {
    abort();
  }
  bool asks = answer->action == LAMBDA_LEX_ELICIT_SLOT && (event->is_request || answer->as_request);
  if (asks && app_json_member(slots, lambda_lex_slot_name(answer->slot)).data != NULL) {
    abort();
  }
}

static void s_answer(lambda_lex_event *event, lambda_lex_action action, bool as_request)
{
  char *text = NULL;
  size_t length = 0;
  FILE *out = open_memstream(&text, &length);
  if (out == NULL) {
    abort();
  }
  const app_json filled = askiam_str_from(s_filled);
  const lambda_lex_answer answer = {.action = action,
                                    .as_request = as_request,
                                    .slot = LAMBDA_LEX_ROLE,
                                    .found = app_json_member(filled, "slots"),
                                    .message = app_json_member(filled, "message"),
                                    .speaker = askiam_str_from("a.\"b"),
                                    .choices = app_json_member(filled, "choices")};
  lambda_lex_answer_write(out, event, &answer, askiam_str_from("invocation"));
  fclose(out);
  s_check((askiam_str){text, length}, event, &answer);
  free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  askiam_str json = {(const char *)data, size};
  if (askiam_json_check(json, NULL, NULL) != ASKIAM_STATUS_OK) {
    return 0;
  }
  lambda_lex_event event;
  if (lambda_lex_event_read(&event, json) == NULL) {
    if (lambda_lex_attributes_confirmed(&event, askiam_str_from("a.b")) && event.confirmation != LAMBDA_LEX_CONFIRMED) {
      abort();
    }
    for (int action = LAMBDA_LEX_DELEGATE; action <= LAMBDA_LEX_CLOSE_FAILED; ++action) {
      s_answer(&event, (lambda_lex_action)action, false);
      s_answer(&event, (lambda_lex_action)action, true);
    }
  }
  lambda_lex_event_clean_up(&event);
  return 0;
}
