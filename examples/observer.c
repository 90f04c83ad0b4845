/* SPDX-License-Identifier: Apache-2.0
 *
 * What the library tells while it works: log records and the time of each stage and backend call, on stderr.
 * observer sqlite:iam.db john.doe "I need access to HR Analyst role in Workday" */
#include <askiam/askiam.h>
#include <stdio.h>

static void on_log(void *context, const askiam_log_record *record)
{
  char line[2048];
  (void)context;
  if (askiam_log_record_to_json(record, line, sizeof line) < sizeof line) {
    fprintf(stderr, "log   %s\n", line);
  }
}

/* Stages at the margin, backend calls indented below them. An end comes on the thread of its begin. */
static void on_span(void *context, const askiam_span *span)
{
  (void)context;
  if (askiam_span_ended(span)) {
    fprintf(stderr, "span  %s%-20s %8.3f ms  %s\n", askiam_span_get_kind(span) == ASKIAM_SPAN_STAGE ? "" : "  ",
            askiam_span_name(span), askiam_span_duration_ms(span), askiam_status_name(askiam_span_outcome(span)));
  }
}

int main(int argc, char **argv)
{
  if (argc != 4) {
    fprintf(stderr, "usage: %s STORE_URL USER_ID TEXT\n", argv[0]);
    return 64;
  }
  askiam_error error = ASKIAM_ERROR_INIT;
  askiam_config *config = NULL;
  askiam_engine *engine = NULL;
  askiam_request *request = NULL;
  askiam_decision *decision = NULL;
  int good = 0;
  if (askiam_config_new(&config, NULL, &error) == ASKIAM_STATUS_OK) {
    askiam_config_set_log(config, on_log, NULL);
    askiam_config_set_observer(config, on_span, NULL);
    good = askiam_config_set(config, "log.level", "debug", &error) == ASKIAM_STATUS_OK &&
           askiam_config_set(config, "store.url", argv[1], &error) == ASKIAM_STATUS_OK &&
           askiam_engine_new(&engine, config, &error) == ASKIAM_STATUS_OK &&
           askiam_request_new(&request, NULL, &error) == ASKIAM_STATUS_OK &&
           askiam_request_set(request, ASKIAM_REQUEST_USER_ID, askiam_str_from(argv[2]), &error) == ASKIAM_STATUS_OK &&
           askiam_request_set(request, ASKIAM_REQUEST_TEXT, askiam_str_from(argv[3]), &error) == ASKIAM_STATUS_OK &&
           askiam_validate(&decision, engine, request, &error) == ASKIAM_STATUS_OK;
  }
  puts(good ? askiam_decision_get(decision, ASKIAM_DECISION_REASON).data : error.message);
  askiam_decision_destroy(decision);
  askiam_request_destroy(request);
  askiam_engine_destroy(engine);
  askiam_config_destroy(config);
  return good ? 0 : 1;
}
