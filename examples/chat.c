/* SPDX-License-Identifier: Apache-2.0
 *
 * A conversation on a terminal: chat sqlite:iam.db john.doe, and say a line at a time. Further arguments are said
 * instead of what is typed. */
#include <askiam/askiam.h>
#include <stdio.h>

enum { LINE_MAX_BYTES = 4096, SESSION_MAX_BYTES = 129 };

/* A member of the answer that is a text, as it stands in the JSON. */
static askiam_str s_member(const char *json, const char *name)
{
  char begin[64];
  snprintf(begin, sizeof begin, "\"%s\":\"", name);
  const char *at = strstr(json, begin);
  if (at == NULL) {
    return askiam_str_from(NULL);
  }
  at += strlen(begin);
  size_t length = 0;
  while (at[length] != '"') {
    length += at[length] == '\\' ? 2 : 1;
  }
  return (askiam_str){at, length};
}

/* Says one line; the session of an open conversation goes from turn to turn. */
static int s_say(askiam_engine *engine, const askiam_principal *principal, const char *line, char *session)
{
  askiam_error error = ASKIAM_ERROR_INIT;
  askiam_turn turn = {.size = sizeof turn, .principal = principal, .text = askiam_str_from(line)};
  turn.session_id = session[0] == 0 ? askiam_str_from(NULL) : askiam_str_from(session);
  char *json = NULL;
  if (askiam_dialogue_turn(&json, engine, &turn, &error) != ASKIAM_STATUS_OK) {
    puts(error.message);
    return 0;
  }
  askiam_str message = s_member(json, "message");
  printf("%.*s\n", (int)message.length, message.data);
  askiam_str state = s_member(json, "state");
  int open = state.length == 3 || state.length == 7; /* ask, confirm */
  askiam_str id = s_member(json, "session_id");
  snprintf(session, SESSION_MAX_BYTES, "%.*s", open ? (int)id.length : 0, open ? id.data : "");
  askiam_string_free(engine, json);
  return 1;
}

static int s_talk(askiam_engine *engine, const askiam_principal *principal, char **said, int count)
{
  char session[SESSION_MAX_BYTES] = "";
  char line[LINE_MAX_BYTES];
  int good = 1;
  for (int i = 0; i < count && good; ++i) {
    printf("> %s\n", said[i]);
    good = s_say(engine, principal, said[i], session);
  }
  while (count == 0 && good && fgets(line, sizeof line, stdin) != NULL) {
    char *end = strpbrk(line, "\r\n");
    if (end != NULL) {
      *end = 0;
    }
    good = line[0] == 0 || s_say(engine, principal, line, session);
  }
  return good;
}

int main(int argc, char **argv)
{
  if (argc < 3) {
    return 64;
  }
  askiam_error error = ASKIAM_ERROR_INIT;
  askiam_config *config = NULL;
  askiam_engine *engine = NULL;
  askiam_principal *principal = NULL;
  int good = askiam_config_new(&config, NULL, &error) == ASKIAM_STATUS_OK &&
             askiam_config_set(config, "store.url", argv[1], &error) == ASKIAM_STATUS_OK &&
             askiam_engine_new(&engine, config, &error) == ASKIAM_STATUS_OK &&
             askiam_principal_new(&principal, askiam_str_from(argv[2]), "host", askiam_str_from(NULL),
                                  askiam_str_from(NULL), NULL, &error) == ASKIAM_STATUS_OK;
  if (good) {
    good = s_talk(engine, principal, argv + 3, argc - 3);
  } else {
    puts(error.message);
  }
  askiam_principal_destroy(principal);
  askiam_engine_destroy(engine);
  askiam_config_destroy(config);
  return good ? 0 : 1;
}
