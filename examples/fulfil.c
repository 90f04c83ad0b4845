/* SPDX-License-Identifier: Apache-2.0
 *
 * From a decision to a grant and back: fulfil sqlite:iam.db john.doe "I need access to HR Analyst role in Workday" */
#include <askiam/askiam.h>
#include <stdio.h>

/* Decides; the request's id is then in `out_id`. */
static askiam_status decide(char *out_id, size_t size, askiam_engine *engine, const char *user, const char *sentence,
                            askiam_error *error)
{
  askiam_request *request = NULL;
  askiam_decision *decision = NULL;
  askiam_status status = askiam_request_new(&request, NULL, error);
  if (status == ASKIAM_STATUS_OK) {
    status = askiam_request_set(request, ASKIAM_REQUEST_USER_ID, askiam_str_from(user), error);
  }
  if (status == ASKIAM_STATUS_OK) {
    status = askiam_request_set(request, ASKIAM_REQUEST_TEXT, askiam_str_from(sentence), error);
  }
  if (status == ASKIAM_STATUS_OK) {
    status = askiam_validate(&decision, engine, request, error);
  }
  if (status == ASKIAM_STATUS_OK) {
    askiam_str id = askiam_decision_get(decision, ASKIAM_DECISION_REQUEST_ID);
    snprintf(out_id, size, "%.*s", (int)id.length, id.data);
    printf("%s\n", askiam_verdict_name(askiam_decision_verdict(decision)));
  }
  askiam_decision_destroy(decision);
  askiam_request_destroy(request);
  return status;
}

static askiam_status tell(askiam_engine *engine, askiam_status status, char *json)
{
  if (status == ASKIAM_STATUS_OK) {
    puts(json);
  }
  askiam_string_free(engine, json);
  return status;
}

int main(int argc, char **argv)
{
  if (argc != 4) {
    return 64;
  }
  const askiam_str whoever = {NULL, 0};
  askiam_error error = ASKIAM_ERROR_INIT;
  askiam_config *config = NULL;
  askiam_engine *engine = NULL;
  char id[129] = "";
  char *json = NULL;
  askiam_status status = askiam_config_new(&config, NULL, &error);
  if (status == ASKIAM_STATUS_OK) {
    status = askiam_config_set(config, "store.url", argv[1], &error);
  }
  if (status == ASKIAM_STATUS_OK) {
    status = askiam_engine_new(&engine, config, &error);
  }
  if (status == ASKIAM_STATUS_OK) {
    status = decide(id, sizeof id, engine, argv[2], argv[3], &error);
  }
  if (status == ASKIAM_STATUS_OK) { /* what was not VALID is BAD_DATA here */
    status = askiam_grant_fulfil(&json, engine, askiam_str_from(id), whoever, &error);
    status = tell(engine, status, json);
  }
  if (status == ASKIAM_STATUS_OK) {
    status = askiam_grant_revoke(&json, engine, askiam_str_from(id), whoever, askiam_str_from("security"),
                                 askiam_str_from("an example ends"), &error);
    status = tell(engine, status, json);
  }
  if (status != ASKIAM_STATUS_OK) {
    puts(error.message);
  }
  askiam_engine_destroy(engine);
  askiam_config_destroy(config);
  return status == ASKIAM_STATUS_OK ? 0 : 1;
}
