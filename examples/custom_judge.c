/* SPDX-License-Identifier: Apache-2.0
 *
 * A judge of one's own: high-risk roles need nine approvals of ten past decisions, others a simple majority.
 * custom_judge sqlite:iam.db john.doe "I need access to HR Analyst role in Workday" */
#include <askiam/askiam.h>
#include <askiam/backend/judge.h>
#include <stdio.h>

static askiam_status open_judge(void **out_self, void *context, const askiam_backend_options *options,
                                askiam_error *error)
{
  (void)context;
  (void)options;
  (void)error;
  *out_self = NULL; /* it keeps nothing */
  return ASKIAM_STATUS_OK;
}

/* The probability is meant as one: with no evidence, abstain. */
static askiam_status judge(void *self, const askiam_call *call, const askiam_case *judged, askiam_opinion *opinion,
                           askiam_error *error)
{
  (void)self;
  (void)call;
  (void)error;
  size_t count = askiam_case_pattern_count(judged);
  if (count == 0) {
    return askiam_opinion_abstain(opinion, askiam_str_from("Nobody has asked for this role before."));
  }
  size_t approved = 0;
  for (size_t i = 0; i < count; ++i) {
    approved += askiam_case_pattern_approved(judged, i) != 0;
  }
  askiam_str risk = askiam_case_get(judged, ASKIAM_CASE_ROLE_RISK);
  int strict = risk.length == 4 && memcmp(risk.data, "high", 4) == 0;
  double share = (double)(approved + 1) / (double)(count + 2); /* Laplace's rule of succession */
  char reason[128];
  snprintf(reason, sizeof reason, "%zu of %zu past requests for this role were approved.", approved, count);
  return askiam_opinion_set(opinion, strict && share < 0.9 ? share / 2 : share, askiam_str_from(reason));
}

static const askiam_judge_vtable table = {.size = sizeof table, .open = open_judge, .kind = "majority", .judge = judge};

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
  int good =
      askiam_config_new(&config, NULL, &error) == ASKIAM_STATUS_OK &&
      askiam_register_judge(config, "majority", &table, NULL, &error) == ASKIAM_STATUS_OK &&
      askiam_config_set(config, "judge.backend", "majority", &error) == ASKIAM_STATUS_OK &&
      askiam_config_set(config, "store.url", argv[1], &error) == ASKIAM_STATUS_OK &&
      askiam_engine_new(&engine, config, &error) == ASKIAM_STATUS_OK &&
      askiam_request_new(&request, NULL, &error) == ASKIAM_STATUS_OK &&
      askiam_request_set(request, ASKIAM_REQUEST_USER_ID, askiam_str_from(argv[2]), &error) == ASKIAM_STATUS_OK &&
      askiam_request_set(request, ASKIAM_REQUEST_TEXT, askiam_str_from(argv[3]), &error) == ASKIAM_STATUS_OK;
  if (good) {
    askiam_request_set_dry_run(request, 1);
    good = askiam_validate(&decision, engine, request, &error) == ASKIAM_STATUS_OK;
  }
  if (good) {
    askiam_str reason = askiam_decision_get(decision, ASKIAM_DECISION_RAG_REASON);
    printf("%s, confidence %.3f: %.*s\n", askiam_verdict_name(askiam_decision_verdict(decision)),
           askiam_decision_confidence(decision), (int)reason.length, reason.data == NULL ? "" : reason.data);
  } else {
    fprintf(stderr, "%s\n", error.message);
  }
  askiam_decision_destroy(decision);
  askiam_request_destroy(request);
  askiam_engine_destroy(engine);
  askiam_config_destroy(config);
  return good ? 0 : 1;
}
