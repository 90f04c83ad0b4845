/* SPDX-License-Identifier: Apache-2.0
 *
 * `askiam version` and `askiam config`: what this program is, and what it would do with. */
#include "apps/common/json_view.h"
#include "apps/common/json_write.h"
#include "commands.h"
#include "render_members.h"

#include <stdlib.h>

/* Defaults only: neither a broken configuration nor an engine that cannot be made hides the version. */
cli_exit cli_run_version(cli_session *session)
{
  askiam_error error = ASKIAM_ERROR_INIT;
  char *json = NULL;
  askiam_status status = askiam_config_new(&session->config, NULL, &error);
  if (status == ASKIAM_STATUS_OK) {
    status = askiam_engine_new(&session->engine, session->config, &error);
  }
  if (status == ASKIAM_STATUS_OK) {
    status = askiam_admin_describe(&json, session->engine, &error);
  }
  if (status != ASKIAM_STATUS_OK) {
    printf(session->json ? "{\"version\":\"%s\"}\n" : "askiam %s\n", askiam_version());
    return cli_fail(status, &error);
  }
  if (session->json) {
    cli_print_owned(session, json);
    return CLI_EXIT_OK;
  }
  printf("askiam %s\n", askiam_version());
  cli_render_members(&session->out, app_json_member(askiam_str_from(json), "backends"));
  askiam_string_free(session->engine, json);
  return CLI_EXIT_OK;
}

static const char *const s_sources[] = {"default", "file", "environment", "flag"};

static void s_print_setting(const cli_session *session, size_t at, cli_source source)
{
  const char *key = askiam_config_key_name(at);
  askiam_str value = cli_shown_value(key, askiam_config_get(session->config, key));
  if (session->json) {
    fputs("{\"key\":", stdout);
    app_json_put(stdout, askiam_str_from(key));
    fputs(",\"value\":", stdout);
    app_json_put(stdout, value);
    fputs(",\"default\":", stdout);
    app_json_put(stdout, askiam_str_from(cli_default(key, askiam_config_key_default(at))));
    printf(",\"source\":\"%s\",\"help\":", s_sources[source]);
    app_json_put(stdout, askiam_str_from(askiam_config_key_help(at)));
    fputs("}\n", stdout);
    return;
  }
  enum { VALUE_COLUMN = 28 };
  const cli_terminal *out = &session->out;
  cli_say_styled(out, CLI_BOLD, key);
  cli_pad(out, strlen(key) < VALUE_COLUMN ? VALUE_COLUMN - strlen(key) : 1);
  if (value.length == 0) {
    cli_say_styled(out, CLI_DIM, "(none)");
  } else {
    cli_put(out, value);
  }
  cli_say_styled(out, source == CLI_FROM_DEFAULT ? CLI_DIM : CLI_GOOD, "  ");
  cli_say_styled(out, source == CLI_FROM_DEFAULT ? CLI_DIM : CLI_GOOD, s_sources[source]);
  cli_say(out, "\n    ");
  cli_put_wrapped(out, 4, askiam_str_from(askiam_config_key_help(at)));
}

cli_exit cli_run_config(cli_session *session)
{
  size_t count = askiam_config_key_count();
  cli_source *sources = calloc(count + 1, sizeof *sources);
  if (sources == NULL) {
    cli_complain("out of memory");
    return CLI_EXIT_INTERNAL;
  }
  cli_exit code = cli_session_configure(session, sources);
  for (size_t at = 0; code == CLI_EXIT_OK && at < count; at++) {
    s_print_setting(session, at, sources[at]);
  }
  free(sources);
  return code;
}
