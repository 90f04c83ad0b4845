/* SPDX-License-Identifier: Apache-2.0
 *
 * What bench/node/bench.js is measured against: the same dry runs through the C interface, each with its JSON, one after the other and in
 * batches. Prints microseconds a decision as JSON: medians, and the tenth percentile, which a busy machine hardly
 * touches.
 *
 * bench_node_direct STORE_URL USER_ID SENTENCE CALLS */
#include <askiam/askiam.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { BATCH = 64, CALLS_MAX = 64000 };

static double s_now_us(void)
{
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static void s_need(askiam_status status, const askiam_error *error)
{
  if (status != ASKIAM_STATUS_OK) {
    fprintf(stderr, "%s\n", error->message);
    exit(1);
  }
}

static askiam_request *s_request(const char *user, const char *sentence)
{
  askiam_error error = ASKIAM_ERROR_INIT;
  askiam_request *request = NULL;
  s_need(askiam_request_new(&request, NULL, &error), &error);
  s_need(askiam_request_set(request, ASKIAM_REQUEST_USER_ID, askiam_str_from(user), &error), &error);
  s_need(askiam_request_set(request, ASKIAM_REQUEST_TEXT, askiam_str_from(sentence), &error), &error);
  askiam_request_set_dry_run(request, 1);
  return request;
}

/* Reads the answer as a caller would, and gives it back. */
static void s_take(askiam_decision *decision)
{
  size_t length = 0;
  if (askiam_decision_to_json(decision, &length) == NULL || length == 0) {
    exit(1);
  }
  askiam_decision_destroy(decision);
}

static int s_compare(const void *left, const void *right)
{
  double a = *(const double *)left, b = *(const double *)right;
  return a < b ? -1 : a > b;
}

/* Many calls, one after the other; the samples in ascending order. */
static void s_single(double *samples, askiam_engine *engine, const char *user, const char *sentence, size_t calls)
{
  askiam_error error = ASKIAM_ERROR_INIT;
  for (size_t at = 0; at < calls; ++at) {
    double begin = s_now_us();
    askiam_request *request = s_request(user, sentence);
    askiam_decision *decision = NULL;
    s_need(askiam_validate(&decision, engine, request, &error), &error);
    s_take(decision);
    askiam_request_destroy(request);
    samples[at] = s_now_us() - begin;
  }
  qsort(samples, calls, sizeof *samples, s_compare);
}

/* The median of many batches. */
static double s_batch(askiam_engine *engine, const char *user, const char *sentence, size_t calls)
{
  askiam_error error = ASKIAM_ERROR_INIT;
  static double samples[CALLS_MAX / BATCH];
  askiam_request *requests[BATCH] = {NULL};
  askiam_decision *decisions[BATCH] = {NULL};
  size_t count = calls / BATCH;
  for (size_t round = 0; round < count; ++round) {
    double begin = s_now_us();
    for (size_t at = 0; at < BATCH; ++at) {
      requests[at] = s_request(user, sentence);
    }
    s_need(askiam_validate_batch(decisions, engine, (const askiam_request *const *)requests, BATCH, &error), &error);
    for (size_t at = 0; at < BATCH; ++at) {
      s_take(decisions[at]);
      askiam_request_destroy(requests[at]);
    }
    samples[round] = (s_now_us() - begin) / BATCH;
  }
  qsort(samples, count, sizeof *samples, s_compare);
  return samples[count / 2];
}

int main(int argc, char **argv)
{
  if (argc != 5) {
    fprintf(stderr, "usage: %s STORE_URL USER_ID SENTENCE CALLS\n", argv[0]);
    return 64;
  }
  size_t calls = strtoul(argv[4], NULL, 10);
  if (calls < BATCH || calls > CALLS_MAX) {
    return 64;
  }
  askiam_error error = ASKIAM_ERROR_INIT;
  askiam_config *config = NULL;
  askiam_engine *engine = NULL;
  s_need(askiam_config_new(&config, NULL, &error), &error);
  s_need(askiam_config_set(config, "store.url", argv[1], &error), &error);
  s_need(askiam_engine_new(&engine, config, &error), &error);
  static double singles[CALLS_MAX];
  s_single(singles, engine, argv[2], argv[3], calls / 4 + 1);
  s_single(singles, engine, argv[2], argv[3], calls);
  double batch = s_batch(engine, argv[2], argv[3], calls);
  printf("{\"single_us\":%.2f,\"single_p10_us\":%.2f,\"batch_us\":%.2f}\n", singles[calls / 2], singles[calls / 10],
         batch);
  askiam_engine_destroy(engine);
  askiam_config_destroy(config);
  return 0;
}
