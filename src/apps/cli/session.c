/* SPDX-License-Identifier: Apache-2.0 */
#include "session.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "apps/common/text.h"

extern char **environ;

enum { KEY_MAX = 128 };

askiam_str cli_value(const cli_session *session, cli_option option)
{
  return askiam_str_from(session->options.values[option]);
}

cli_exit cli_fail(askiam_status status, const askiam_error *error)
{
  cli_complain("%s", error->message[0] != '\0' ? error->message : askiam_status_name(status));
  if (status == ASKIAM_STATUS_NOT_INITIALISED && strstr(error->message, "askiam init") == NULL) {
    cli_complain("run `askiam init` first (with --sample for the sample organisation)");
  }
  return cli_exit_from_status(status);
}

void cli_print_owned(cli_session *session, char *json)
{
  printf("%s\n", json);
  askiam_string_free(session->engine, json);
}

void cli_show_owned(cli_session *session, char *json, void (*render)(const cli_terminal *terminal, askiam_str json))
{
  if (session->json) {
    cli_print_owned(session, json);
    return;
  }
  render(&session->out, askiam_str_from(json));
  askiam_string_free(session->engine, json);
}

/* The environment's name of a key: store.url gives ASKIAM_STORE_URL. */
static bool s_in_environment(const char *key)
{
  char name[KEY_MAX] = "ASKIAM_";
  size_t length = strlen(name);
  for (; *key != '\0' && length + 1 < sizeof name; key++) {
    name[length++] = *key == '.' ? '_' : (char)toupper((unsigned char)*key);
  }
  return getenv(name) != NULL;
}

static void s_source_set(cli_source *sources, const char *key, cli_source source)
{
  for (size_t at = 0; sources != NULL && at < askiam_config_key_count(); at++) {
    if (strcmp(askiam_config_key_name(at), key) == 0) {
      sources[at] = source;
    }
  }
}

/* Where the program's own defaults differ from the library's: it tells failures itself, so that logs would tell them twice. */
static const struct {
  const char *key, *value;
} s_own_defaults[] = {{"store.url", "sqlite:askiam.db"}, {"log.level", "off"}};

const char *cli_default(const char *key, const char *of_library)
{
  for (size_t at = 0; at < sizeof s_own_defaults / sizeof s_own_defaults[0]; at++) {
    if (strcmp(s_own_defaults[at].key, key) == 0) {
      return s_own_defaults[at].value;
    }
  }
  return of_library;
}

static askiam_status s_apply_defaults(cli_session *session, askiam_error *error)
{
  askiam_status status = ASKIAM_STATUS_OK;
  for (size_t at = 0; at < sizeof s_own_defaults / sizeof s_own_defaults[0] && status == ASKIAM_STATUS_OK; at++) {
    status = askiam_config_set(session->config, s_own_defaults[at].key, s_own_defaults[at].value, error);
  }
  return status;
}

static void s_sources_of_file(cli_source *sources, const askiam_config *config)
{
  for (size_t at = 0; sources != NULL && at < askiam_config_key_count(); at++) {
    const char *key = askiam_config_key_name(at);
    const char *usual = cli_default(key, askiam_config_key_default(at));
    if (!app_text_is(askiam_config_get(config, key), usual)) {
      sources[at] = CLI_FROM_FILE;
    }
  }
}

static askiam_status s_apply_file(cli_session *session, cli_source *sources, askiam_error *error)
{
  const char *path = session->options.values[CLI_OPT_CONFIG];
  if (path == NULL) {
    path = getenv("ASKIAM_CONFIG");
  }
  if (path == NULL || path[0] == '\0') {
    return ASKIAM_STATUS_OK;
  }
  askiam_status status = askiam_config_load_file(session->config, path, error);
  if (status == ASKIAM_STATUS_CONFIG && access(path, R_OK) != 0 && errno == EACCES) {
    return ASKIAM_STATUS_NOT_PERMITTED;
  }
  s_sources_of_file(sources, session->config);
  return status;
}

static askiam_status s_apply_environment(cli_session *session, cli_source *sources, askiam_error *error)
{
  askiam_status status = askiam_config_load_environment(session->config, (const char *const *)environ, error);
  for (size_t at = 0; sources != NULL && at < askiam_config_key_count(); at++) {
    if (s_in_environment(askiam_config_key_name(at))) {
      sources[at] = CLI_FROM_ENVIRONMENT;
    }
  }
  if (getenv("ASKIAM_STORE") != NULL) {
    s_source_set(sources, "store.url", CLI_FROM_ENVIRONMENT);
  }
  return status;
}

static askiam_status s_apply_flags(cli_session *session, cli_source *sources, askiam_error *error)
{
  askiam_status status = ASKIAM_STATUS_OK;
  for (size_t at = 0; at < session->options.setting_count && status == ASKIAM_STATUS_OK; at++) {
    const char *setting = session->options.settings[at];
    size_t length = strcspn(setting, "=");
    char key[KEY_MAX];
    snprintf(key, sizeof key, "%.*s", (int)length, setting);
    status = askiam_config_set(session->config, key, setting + length + 1, error);
    s_source_set(sources, key, CLI_FROM_FLAG);
  }
  static const struct {
    cli_option option;
    const char *key;
  } s_shortcuts[] = {{CLI_OPT_STORE, "store.url"}, {CLI_OPT_KEY, "audit.key_file"}};
  for (size_t at = 0; at < sizeof s_shortcuts / sizeof s_shortcuts[0] && status == ASKIAM_STATUS_OK; at++) {
    if (session->options.seen[s_shortcuts[at].option]) {
      status = askiam_config_set(session->config, s_shortcuts[at].key, session->options.values[s_shortcuts[at].option],
                                 error);
      s_source_set(sources, s_shortcuts[at].key, CLI_FROM_FLAG);
    }
  }
  return status;
}

cli_exit cli_session_configure(cli_session *session, cli_source *out_sources)
{
  askiam_error error = ASKIAM_ERROR_INIT;
  askiam_status status = askiam_config_new(&session->config, NULL, &error);
  if (status == ASKIAM_STATUS_OK) {
    status = s_apply_defaults(session, &error);
  }
  if (status == ASKIAM_STATUS_OK) {
    status = s_apply_file(session, out_sources, &error);
  }
  if (status == ASKIAM_STATUS_OK) {
    status = s_apply_environment(session, out_sources, &error);
  }
  if (status == ASKIAM_STATUS_OK) {
    status = s_apply_flags(session, out_sources, &error);
  }
  if (status == ASKIAM_STATUS_OK) {
    return CLI_EXIT_OK;
  }
  cli_complain("%s", error.message);
  bool other = status == ASKIAM_STATUS_NO_MEMORY || status == ASKIAM_STATUS_NOT_PERMITTED;
  return other ? cli_exit_from_status(status) : CLI_EXIT_CONFIG;
}

cli_exit cli_session_open(cli_session *session)
{
  cli_exit code = cli_session_configure(session, NULL);
  if (code != CLI_EXIT_OK) {
    return code;
  }
  session->log.json = app_text_is(askiam_config_get(session->config, "log.format"), "json");
  askiam_config_set_log(session->config, cli_log_write, &session->log);
  askiam_error error = ASKIAM_ERROR_INIT;
  askiam_status status = askiam_engine_new(&session->engine, session->config, &error);
  return status == ASKIAM_STATUS_OK ? CLI_EXIT_OK : cli_fail(status, &error);
}

void cli_session_close(cli_session *session)
{
  askiam_engine_destroy(session->engine);
  askiam_config_destroy(session->config);
  session->engine = NULL;
  session->config = NULL;
}
