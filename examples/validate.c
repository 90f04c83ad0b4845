/* SPDX-License-Identifier: Apache-2.0
 *
 * One decision: validate sqlite:iam.db '{"user_id": "john.doe", "raw_request": "I need access to HR Analyst in Workday"}' */
#include <askiam/askiam.h>
#include <stdio.h>

int main(int argc, char **argv)
{
  if (argc != 3) {
    return 64;
  }
  askiam_error error = ASKIAM_ERROR_INIT;
  askiam_config *config = NULL;
  askiam_engine *engine = NULL;
  askiam_request *request = NULL;
  askiam_decision *decision = NULL;
  int good = askiam_config_new(&config, NULL, &error) == ASKIAM_STATUS_OK &&
             askiam_config_set(config, "store.url", argv[1], &error) == ASKIAM_STATUS_OK &&
             askiam_engine_new(&engine, config, &error) == ASKIAM_STATUS_OK &&
             askiam_request_from_json(&request, askiam_str_from(argv[2]), NULL, &error) == ASKIAM_STATUS_OK &&
             askiam_validate(&decision, engine, request, &error) == ASKIAM_STATUS_OK;
  const char *json = good ? askiam_decision_to_json(decision, NULL) : NULL;
  puts(json != NULL ? json : error.message);
  askiam_decision_destroy(decision);
  askiam_request_destroy(request);
  askiam_engine_destroy(engine);
  askiam_config_destroy(config);
  return good ? 0 : 1;
}
