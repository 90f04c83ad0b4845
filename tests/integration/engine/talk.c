/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "talk.h"

#include <stdio.h>

askiam_principal *talk_principal(const char *user, const char *scopes)
{
  askiam_principal *principal = NULL;
  assert_int_equal(askiam_principal_new(&principal, askiam_str_from(user), "host", askiam_str_from(scopes),
                                        askiam_str_from(NULL), NULL, NULL),
                   ASKIAM_STATUS_OK);
  return principal;
}

askiam_status talk_say(char **out_json, askiam_engine *engine, const askiam_principal *principal, const char *session,
                       const char *text, askiam_error *error)
{
  askiam_turn turn = {.size = sizeof turn, .principal = principal, .text = askiam_str_from(text)};
  turn.session_id = askiam_str_from(session == NULL || session[0] == 0 ? NULL : session);
  return askiam_dialogue_turn(out_json, engine, &turn, error);
}

void talk_member(const char *json, const char *name, char out[TALK_ID_BYTES])
{
  char begin[64];
  snprintf(begin, sizeof begin, "\"%s\":\"", name);
  const char *at = strstr(json, begin);
  at = at == NULL ? "\"" : at + strlen(begin);
  snprintf(out, TALK_ID_BYTES, "%.*s", (int)strcspn(at, "\""), at);
}

char *talk_hear(askiam_engine *engine, const askiam_principal *principal, const char *session, const char *text)
{
  char *json = NULL;
  askiam_error error = ASKIAM_ERROR_INIT;
  if (talk_say(&json, engine, principal, session, text, &error) != ASKIAM_STATUS_OK) {
    fail_msg("\"%s\": %s", text, error.message);
  }
  return json;
}

void talk_until_confirm(askiam_engine *engine, const askiam_principal *principal, char session[TALK_ID_BYTES])
{
  char state[TALK_ID_BYTES];
  char *json = talk_hear(engine, principal, NULL, "I need access to Jira");
  talk_member(json, "session_id", session);
  askiam_string_free(engine, json);
  json = talk_hear(engine, principal, session, "Project Member");
  talk_member(json, "state", state);
  assert_string_equal(state, "confirm");
  askiam_string_free(engine, json);
}
