/* SPDX-License-Identifier: Apache-2.0
 *
 * `askiam validate` and `askiam status`: decisions, one, many, or one of yesterday. */
#include "batch.h"
#include "commands.h"
#include "render.h"

#include <stdlib.h>

/* The sentence, from as many words as the shell made of it. NULL when memory ran out. */
static char *s_sentence(const cli_options *options)
{
  size_t size = 1;
  for (size_t at = 0; at < options->argument_count; at++) {
    size += strlen(options->arguments[at]) + 1;
  }
  char *text = malloc(size);
  if (text == NULL) {
    return NULL;
  }
  size_t length = 0;
  for (size_t at = 0; at < options->argument_count; at++) {
    length += (size_t)snprintf(text + length, size - length, "%s%s", at == 0 ? "" : " ", options->arguments[at]);
  }
  return text;
}

askiam_status cli_request_from_options(askiam_request **out_request, const cli_session *session, askiam_error *error)
{
  char *sentence = s_sentence(&session->options);
  askiam_status status = sentence == NULL
                             ? askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_NONE, "out of memory")
                             : askiam_request_new(out_request, NULL, error);
  if (status == ASKIAM_STATUS_OK) {
    status = cli_request_apply(session, *out_request, false, error);
  }
  if (status == ASKIAM_STATUS_OK) {
    status = askiam_request_set(*out_request, ASKIAM_REQUEST_TEXT, askiam_str_from(sentence), error);
  }
  free(sentence);
  return status;
}

static void s_print_decision(cli_session *session, const askiam_decision *decision)
{
  size_t length = 0;
  const char *json = askiam_decision_to_json(decision, &length);
  if (json == NULL) {
    cli_complain("out of memory");
  } else if (session->json) {
    printf("%s\n", json);
  } else {
    cli_render_decision(&session->out, (askiam_str){json, length});
  }
}

static cli_exit s_one(cli_session *session)
{
  askiam_error error = ASKIAM_ERROR_INIT;
  askiam_request *request = NULL;
  askiam_decision *decision = NULL;
  askiam_status status = cli_request_from_options(&request, session, &error);
  if (status == ASKIAM_STATUS_OK) {
    status = askiam_validate(&decision, session->engine, request, &error);
  } else if (session->json && status == ASKIAM_STATUS_BAD_DATA) {
    cli_print_bad_request(session, request, 0, error.message);
  }
  cli_exit code = CLI_EXIT_OK;
  if (decision != NULL && (session->json || status == ASKIAM_STATUS_OK)) {
    s_print_decision(session, decision);
  }
  if (status != ASKIAM_STATUS_OK) {
    code = cli_fail(status, &error);
  } else {
    code = cli_exit_from_verdict(askiam_decision_verdict(decision));
  }
  askiam_decision_destroy(decision);
  askiam_request_destroy(request);
  return code;
}

/* Why a line has no verdict: what the call said where that was no fault of a request, else what the decision's code says. */
static cli_exit s_failure(askiam_status status, const askiam_decision *decision)
{
  cli_exit of_call = cli_exit_from_status(status);
  cli_exit of_line = decision == NULL ? CLI_EXIT_INTERNAL : cli_exit_from_error_decision(decision);
  bool fault_of_a_request = status == ASKIAM_STATUS_BAD_DATA || status == ASKIAM_STATUS_CONFLICT;
  return of_line == CLI_EXIT_DATA || fault_of_a_request || of_call == CLI_EXIT_OK ? of_line : of_call;
}

static cli_exit s_print_answers(cli_session *session, const cli_batch_line *lines, size_t count,
                                askiam_decision *const *decisions, askiam_status status)
{
  cli_exit code = CLI_EXIT_OK;
  for (size_t at = 0, good = 0; at < count; at++) {
    if (!lines[at].good) {
      cli_print_bad_request(session, lines[at].request, lines[at].number, lines[at].problem);
      continue;
    }
    const askiam_decision *decision = decisions[good++];
    const char *json = decision == NULL ? NULL : askiam_decision_to_json(decision, NULL);
    if (json == NULL) {
      cli_complain("line %llu: out of memory", (unsigned long long)lines[at].number);
      code = cli_exit_worse(code, CLI_EXIT_INTERNAL);
      continue;
    }
    if (askiam_decision_verdict(decision) == ASKIAM_VERDICT_ERROR) {
      printf("{\"line\":%llu,%s\n", (unsigned long long)lines[at].number, json + 1);
      code = cli_exit_worse(code, s_failure(status, decision));
    } else {
      printf("%s\n", json);
    }
  }
  return code;
}

/* The line whose failure is the batch's: the first that has no verdict. */
static void s_complain(const cli_batch_line *lines, size_t count, askiam_decision *const *decisions,
                       const char *problem)
{
  for (size_t at = 0, good = 0; at < count; at++) {
    if (!lines[at].good) {
      continue;
    }
    const askiam_decision *decision = decisions[good++];
    if (decision == NULL || askiam_decision_verdict(decision) == ASKIAM_VERDICT_ERROR) {
      cli_complain("line %llu: %s", (unsigned long long)lines[at].number, problem);
      return;
    }
  }
  cli_complain("%s", problem);
}

static cli_exit s_answer(cli_session *session, const cli_batch_line *lines, size_t count)
{
  askiam_decision *decisions[CLI_BATCH_MOST] = {NULL};
  const askiam_request *requests[CLI_BATCH_MOST];
  size_t good = 0;
  for (size_t at = 0; at < count; at++) {
    if (lines[at].good) {
      requests[good++] = lines[at].request;
    }
  }
  askiam_error error = ASKIAM_ERROR_INIT;
  askiam_status status = ASKIAM_STATUS_OK;
  if (good > 0) {
    status = askiam_validate_batch(decisions, session->engine, requests, good, &error);
  }
  cli_exit code = s_print_answers(session, lines, count, decisions, status);
  if (status != ASKIAM_STATUS_OK) {
    s_complain(lines, count, decisions, error.message);
  }
  for (size_t at = 0; at < good; at++) {
    askiam_decision_destroy(decisions[at]);
  }
  return code;
}

cli_exit cli_run_validate(cli_session *session)
{
  bool batch = session->options.seen[CLI_OPT_BATCH];
  if (!batch && !session->options.seen[CLI_OPT_USER]) {
    cli_complain("validate needs --user ID, the id of the person who says \"I\"");
    return CLI_EXIT_USAGE;
  }
  uint64_t timeout_ms = 0;
  if (session->options.seen[CLI_OPT_TIMEOUT_MS] &&
      cli_option_number(&timeout_ms, &session->options, CLI_OPT_TIMEOUT_MS, 1, 86400000) != CLI_EXIT_OK) {
    return CLI_EXIT_USAGE;
  }
  cli_exit code = cli_session_open(session);
  if (code != CLI_EXIT_OK) {
    return code;
  }
  return batch ? cli_batch_run(session, s_answer) : s_one(session);
}

cli_exit cli_run_status(cli_session *session)
{
  cli_exit code = cli_session_open(session);
  if (code != CLI_EXIT_OK) {
    return code;
  }
  askiam_error error = ASKIAM_ERROR_INIT;
  char *json = NULL;
  askiam_status status = askiam_status_json(&json, session->engine, askiam_str_from(session->options.arguments[0]),
                                            cli_value(session, CLI_OPT_REQUESTER), &error);
  if (status != ASKIAM_STATUS_OK) {
    return cli_fail(status, &error);
  }
  cli_show_owned(session, json, cli_render_decision);
  return CLI_EXIT_OK;
}
