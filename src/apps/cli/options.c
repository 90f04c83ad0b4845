/* SPDX-License-Identifier: Apache-2.0 */
#include "options.h"

#include "nearest.h"
#include "terminal.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdlib.h>

/* Values of getopt_long for the options above; letters stay free for short ones. */
enum { OPTION_BASE = 256 };

static const struct {
  const char *name; /* with the dashes */
  const char *metavar;
  const char *help; /* global ones only */
} s_options[CLI_OPT_COUNT] = {
    [CLI_OPT_CONFIG] = {"--config", "FILE", "a JSON file of settings (else $ASKIAM_CONFIG)"},
    [CLI_OPT_STORE] = {"--store", "URL", "where the data are: sqlite:PATH (else $ASKIAM_STORE, else sqlite:askiam.db)"},
    [CLI_OPT_SET] = {"--set", "KEY=VALUE", "one setting; may be given many times; see `askiam config`"},
    [CLI_OPT_JSON] = {"--json", NULL, "one JSON object a line, and nothing else, on standard output"},
    [CLI_OPT_HELP] = {"--help", NULL, "what the command does, with examples"},
    [CLI_OPT_VERSION] = {"--version", NULL, "the version"},
    [CLI_OPT_USER] = {"--user", "ID", NULL},
    [CLI_OPT_REQUESTER] = {"--requester", "ID", NULL},
    [CLI_OPT_IP] = {"--ip", "ADDRESS", NULL},
    [CLI_OPT_SESSION] = {"--session", "ID", NULL},
    [CLI_OPT_USER_AGENT] = {"--user-agent", "TEXT", NULL},
    [CLI_OPT_TRACE_ID] = {"--trace-id", "ID", NULL},
    [CLI_OPT_REQUEST_ID] = {"--request-id", "ID", NULL},
    [CLI_OPT_TIMEOUT_MS] = {"--timeout-ms", "N", NULL},
    [CLI_OPT_DRY_RUN] = {"--dry-run", NULL, NULL},
    [CLI_OPT_BATCH] = {"--batch", "FILE", NULL},
    [CLI_OPT_SAMPLE] = {"--sample", NULL, NULL},
    [CLI_OPT_GRANTS] = {"--grants", NULL, NULL},
    [CLI_OPT_APP] = {"--app", "ID", NULL},
    [CLI_OPT_ROLE] = {"--role", "ID", NULL},
    [CLI_OPT_RISK] = {"--risk", "LEVEL", NULL},
    [CLI_OPT_STATUS] = {"--status", "STATUS", NULL},
    [CLI_OPT_FROM] = {"--from", "TIME", NULL},
    [CLI_OPT_TO] = {"--to", "VALUE", NULL},
    [CLI_OPT_COUNT_BY] = {"--count-by", "LIST", NULL},
    [CLI_OPT_LIMIT] = {"--limit", "N", NULL},
    [CLI_OPT_NEWEST] = {"--newest", NULL, NULL},
    [CLI_OPT_KEY] = {"--key", "FILE", NULL},
    [CLI_OPT_CHECKPOINT] = {"--checkpoint", "FILE", NULL},
    [CLI_OPT_PUBLIC_KEY] = {"--public-key", "FILE", NULL},
    [CLI_OPT_PRIVATE_KEY] = {"--private-key", "FILE", NULL},
    [CLI_OPT_OUT] = {"--out", "FILE", NULL},
    [CLI_OPT_KIND] = {"--kind", "KIND", NULL},
    [CLI_OPT_LAST] = {"--last", "N", NULL},
    [CLI_OPT_POLICY] = {"--policy", "DIR", NULL},
    [CLI_OPT_MODE] = {"--mode", "MODE", NULL},
    [CLI_OPT_FAIL_ON] = {"--fail-on", "LIST", NULL},
    [CLI_OPT_FOR] = {"--for", "LENGTH", NULL},
    [CLI_OPT_UNTIL] = {"--until", "TIME", NULL},
    [CLI_OPT_OWNER] = {"--owner", "ID", NULL},
    [CLI_OPT_NAME] = {"--name", "TEXT", NULL},
    [CLI_OPT_SCOPE] = {"--scope", "SCOPE", NULL},
    [CLI_OPT_EXPIRES_IN] = {"--expires-in", "LENGTH", NULL},
    [CLI_OPT_EXPIRES_AT] = {"--expires-at", "TIME", NULL},
    [CLI_OPT_PER_MINUTE] = {"--per-minute", "N", NULL},
    [CLI_OPT_BURST] = {"--burst", "N", NULL},
    [CLI_OPT_RESTART] = {"--restart", NULL, NULL},
    [CLI_OPT_EVENT] = {"--event", "FILE", NULL},
    [CLI_OPT_ACTOR] = {"--actor", "ID", NULL},
    [CLI_OPT_REASON] = {"--reason", "TEXT", NULL},
    [CLI_OPT_ACTION] = {"--action", "ACTION", NULL},
};

const char *cli_option_name(cli_option option) { return s_options[option].name; }
const char *cli_option_metavar(cli_option option) { return s_options[option].metavar; }
const char *cli_option_help(cli_option option) { return s_options[option].help; }

static const char *s_name_at(size_t index) { return index < CLI_OPT_COUNT ? s_options[index].name : NULL; }

static void s_fill_getopt(struct option table[CLI_OPT_COUNT + 1])
{
  for (int at = 0; at < CLI_OPT_COUNT; at++) {
    table[at].name = s_options[at].name + 2;
    table[at].has_arg = s_options[at].metavar == NULL ? no_argument : required_argument;
    table[at].flag = NULL;
    table[at].val = OPTION_BASE + at;
  }
  memset(&table[CLI_OPT_COUNT], 0, sizeof table[0]);
}

/* `word` is what stands on the command line, "--usr=x". */
static cli_exit s_unknown(const char *word)
{
  char typed[64];
  snprintf(typed, sizeof typed, "%.*s", (int)strcspn(word, "="), word);
  const char *near = cli_nearest(typed, s_name_at);
  if (near != NULL && strcmp(near, typed) == 0) {
    cli_complain("option %s takes no value; write just %s", typed, near);
  } else if (near != NULL) {
    cli_complain("unknown option %s; did you mean %s? (text that begins with a dash goes after --)", typed, near);
  } else {
    cli_complain("unknown option %s; `askiam help` lists them (text that begins with a dash goes after --)", typed);
  }
  return CLI_EXIT_USAGE;
}

static cli_exit s_take(cli_options *options, cli_option option, const char *value)
{
  if (option == CLI_OPT_SET) {
    if (strchr(value, '=') == NULL || value[0] == '=') {
      cli_complain("--set takes KEY=VALUE, such as --set decision.mode=rag_first, not \"%s\"", value);
      return CLI_EXIT_USAGE;
    }
    options->settings[options->setting_count++] = value;
  }
  if (option == CLI_OPT_SCOPE) {
    options->scopes[options->scope_count++] = value;
  }
  options->seen[option] = true;
  options->values[option] = value;
  return CLI_EXIT_OK;
}

cli_exit cli_options_parse(cli_options *out_options, int argc, char **argv)
{
  struct option table[CLI_OPT_COUNT + 1];
  *out_options = (cli_options){.settings = calloc((size_t)argc + 1, sizeof *out_options->settings),
                               .scopes = calloc((size_t)argc + 1, sizeof *out_options->scopes)};
  if (out_options->settings == NULL || out_options->scopes == NULL) {
    cli_complain("out of memory");
    return CLI_EXIT_INTERNAL;
  }
  s_fill_getopt(table);
  opterr = 0;
  for (;;) {
    int got = getopt_long(argc, argv, ":hu:", table, NULL);
    if (got == -1) {
      break;
    }
    if (got == ':') {
      const char *metavar = optopt >= OPTION_BASE ? s_options[optopt - OPTION_BASE].metavar : "ID";
      cli_complain("option %s needs a value (%s)", argv[optind - 1], metavar);
      return CLI_EXIT_USAGE;
    }
    if (got == '?') {
      char letter[3] = {'-', (char)optopt, '\0'};
      return s_unknown(optopt != 0 && optopt < OPTION_BASE ? letter : argv[optind - 1]);
    }
    cli_option option = got == 'h' ? CLI_OPT_HELP : got == 'u' ? CLI_OPT_USER : (cli_option)(got - OPTION_BASE);
    cli_exit code = s_take(out_options, option, optarg);
    if (code != CLI_EXIT_OK) {
      return code;
    }
  }
  out_options->arguments = argv + optind;
  out_options->argument_count = (size_t)(argc - optind);
  return CLI_EXIT_OK;
}

void cli_options_clean_up(cli_options *options)
{
  free(options->settings);
  free(options->scopes);
  options->settings = options->scopes = NULL;
}

cli_exit cli_option_number(uint64_t *out_number, const cli_options *options, cli_option option, uint64_t least,
                           uint64_t most)
{
  const char *text = options->values[option];
  char *end = NULL;
  errno = 0;
  unsigned long long number = strtoull(text, &end, 10);
  if (text[0] < '0' || text[0] > '9' || *end != '\0' || errno != 0 || number < least || number > most) {
    cli_complain("%s takes a whole number from %" PRIu64 " to %" PRIu64 ", not \"%s\"", cli_option_name(option), least,
                 most, text);
    return CLI_EXIT_USAGE;
  }
  *out_number = number;
  return CLI_EXIT_OK;
}
