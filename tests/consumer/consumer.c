/* SPDX-License-Identifier: Apache-2.0
 *
 * A program of a stranger: built against the installed library only. Makes a store, decides one request on the sample
 * organisation, and prints version and verdict. */
#include <askiam/askiam.h>

#include <stdio.h>

static int s_fail(const char *step, const askiam_error *error)
{
  fprintf(stderr, "%s: %s\n", step, error->message);
  return 1;
}

static int s_decide(askiam_engine *engine, askiam_error *error)
{
  static const char s_json[] =
      "{\"user_id\": \"john.doe\", \"raw_request\": \"I need access to HR Analyst role in Workday\"}";
  askiam_request *request = NULL;
  askiam_decision *decision = NULL;
  if (askiam_admin_migrate(NULL, NULL, engine, error) != ASKIAM_STATUS_OK ||
      askiam_import_sample(NULL, engine, NULL, error) != ASKIAM_STATUS_OK ||
      askiam_request_from_json(&request, askiam_str_from(s_json), NULL, error) != ASKIAM_STATUS_OK) {
    askiam_request_destroy(request);
    return s_fail("prepare", error);
  }
  askiam_status status = askiam_validate(&decision, engine, request, error);
  int code = status == ASKIAM_STATUS_OK ? 0 : s_fail("validate", error);
  if (code == 0) {
    printf("%s %s\n", askiam_version(), askiam_verdict_name(askiam_decision_verdict(decision)));
  }
  askiam_decision_destroy(decision);
  askiam_request_destroy(request);
  return code;
}

int main(int argc, char **argv)
{
  askiam_error error = ASKIAM_ERROR_INIT;
  askiam_config *config = NULL;
  askiam_engine *engine = NULL;
  int code = 1;
  if (argc == 2 && askiam_config_new(&config, NULL, &error) == ASKIAM_STATUS_OK &&
      askiam_config_set(config, "store.url", argv[1], &error) == ASKIAM_STATUS_OK &&
      askiam_engine_new(&engine, config, &error) == ASKIAM_STATUS_OK) {
    code = s_decide(engine, &error);
  } else {
    s_fail("begin", &error);
  }
  askiam_engine_destroy(engine);
  askiam_config_destroy(config);
  return code;
}
