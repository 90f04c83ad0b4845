/* SPDX-License-Identifier: Apache-2.0
 *
 * `askiam policy check`: what is wrong or doubtful in policy documents, as compilers tell it. Needs no store and
 * no configuration. */
#include "apps/common/json_write.h"
#include "commands.h"
#include "lines.h"
#include "nearest.h"

#include <errno.h>
#include <stdlib.h>

enum { KINDS = ASKIAM_POLICY_ACCESS_REQUEST + 1 };

typedef struct s_check {
  cli_session *session;
  const char *file;
} s_check;

static const char *s_kind_at(size_t index)
{
  return index < KINDS ? askiam_policy_kind_name((askiam_policy_kind)index) : NULL;
}

static cli_exit s_find_kind(askiam_policy_kind *out_kind, const char *name)
{
  size_t index = 0;
  while (index < KINDS && name != NULL && strcmp(s_kind_at(index), name) != 0) {
    ++index;
  }
  *out_kind = name == NULL ? ASKIAM_POLICY_ACCESS_REQUEST : (askiam_policy_kind)index;
  if (index < KINDS) {
    return CLI_EXIT_OK;
  }
  const char *near = cli_nearest(name, s_kind_at);
  if (near != NULL) {
    cli_complain("there is no kind of policy \"%s\"; did you mean %s?", name, near);
  } else {
    cli_complain("there is no kind of policy \"%s\"; `askiam help policy check` lists them", name);
  }
  return CLI_EXIT_USAGE;
}

static void s_put_json(const s_check *check, const askiam_policy_finding *finding)
{
  fputs("{\"file\":", stdout);
  app_json_put(stdout, askiam_str_from(check->file));
  printf(",\"line\":%zu,\"column\":%zu,\"severity\":\"%s\",\"path\":", finding->line, finding->column,
         finding->warning ? "warning" : "error");
  app_json_put(stdout, finding->path);
  fputs(",\"message\":", stdout);
  app_json_put(stdout, finding->message);
  fputs("}\n", stdout);
}

static void s_put(void *context, const askiam_policy_finding *finding)
{
  const s_check *check = context;
  if (check->session->json) {
    s_put_json(check, finding);
    return;
  }
  const cli_terminal *out = &check->session->out;
  cli_put(out, askiam_str_from(check->file));
  fprintf(out->stream, ":%zu:%zu: ", finding->line, finding->column);
  cli_put_styled(out, finding->warning ? CLI_ASKING : CLI_BAD, askiam_str_from(finding->warning ? "warning" : "error"));
  cli_say(out, ": ");
  cli_put(out, finding->path);
  cli_say(out, finding->path.length > 0 ? ": " : "");
  cli_put(out, finding->message);
  cli_say(out, "\n");
}

static cli_exit s_check_file(cli_session *session, const char *path, askiam_policy_kind kind)
{
  s_check check = {session, strcmp(path, "-") == 0 ? "<stdin>" : path};
  char *text = NULL;
  size_t length = 0;
  if (!cli_read_whole(&text, &length, path, CLI_POLICY_MAX_BYTES)) {
    int why = errno;
    cli_complain("cannot read %s: %s", check.file, strerror(why));
    return cli_exit_from_errno(why, CLI_EXIT_DATA);
  }
  askiam_error error = ASKIAM_ERROR_INIT;
  askiam_status status = askiam_policy_check((askiam_str){text, length}, kind, s_put, &check, NULL, &error);
  free(text);
  if (status != ASKIAM_STATUS_OK && status != ASKIAM_STATUS_BAD_DATA) {
    return cli_fail(status, &error);
  }
  return status == ASKIAM_STATUS_OK ? CLI_EXIT_OK : CLI_EXIT_DATA;
}

cli_exit cli_run_policy_check(cli_session *session)
{
  const cli_options *options = &session->options;
  askiam_policy_kind kind = ASKIAM_POLICY_ACCESS_REQUEST;
  cli_exit code = s_find_kind(&kind, options->values[CLI_OPT_KIND]);
  for (size_t i = 0; i < options->argument_count && code != CLI_EXIT_USAGE; ++i) {
    code = cli_exit_worse(code, s_check_file(session, options->arguments[i], kind));
  }
  return code;
}
