/* SPDX-License-Identifier: Apache-2.0
 *
 * The C side of bench/python/overhead.py: does what a program in C would do for a call, as often as a line on standard input asks,
 * and answers with the microseconds of processor time that each call took.
 *
 * bench_calls STORE_URL, then lines: single|batch ROUNDS DRY_RUN TEXT */
#include <askiam/askiam.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { BATCH = 64, LINE_BYTES = 8192 };

static double s_cpu_us(void)
{
  struct timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static void s_must(askiam_status status, const askiam_error *error)
{
  if (status != ASKIAM_STATUS_OK) {
    fprintf(stderr, "%s\n", error->message);
    exit(1);
  }
}

/* One call as a program makes it: request, decision, its JSON, and all of it given back. */
static size_t s_single(askiam_engine *engine, const char *text, int dry_run)
{
  askiam_error error = ASKIAM_ERROR_INIT;
  askiam_request *request = NULL;
  askiam_decision *decision = NULL;
  size_t length = 0;
  s_must(askiam_request_new(&request, NULL, &error), &error);
  s_must(askiam_request_set(request, ASKIAM_REQUEST_TEXT, askiam_str_from(text), &error), &error);
  s_must(askiam_request_set(request, ASKIAM_REQUEST_USER_ID, askiam_str_from("john.doe"), &error), &error);
  askiam_request_set_dry_run(request, dry_run);
  s_must(askiam_validate(&decision, engine, request, &error), &error);
  askiam_decision_to_json(decision, &length);
  askiam_decision_destroy(decision);
  askiam_request_destroy(request);
  return length;
}

static size_t s_batch(askiam_engine *engine, const char *text, int dry_run)
{
  askiam_error error = ASKIAM_ERROR_INIT;
  askiam_request *requests[BATCH];
  askiam_decision *decisions[BATCH];
  char json[LINE_BYTES];
  size_t total = 0;
  int written = snprintf(json, sizeof json, "{\"user_id\": \"john.doe\", \"raw_request\": \"%s\"}", text);
  for (size_t i = 0; i < BATCH; ++i) {
    s_must(askiam_request_from_json(&requests[i], (askiam_str){json, (size_t)written}, NULL, &error), &error);
    askiam_request_set_dry_run(requests[i], dry_run);
  }
  s_must(askiam_validate_batch(decisions, engine, (const askiam_request *const *)requests, BATCH, &error), &error);
  for (size_t i = 0; i < BATCH; ++i) {
    size_t length = 0;
    askiam_decision_to_json(decisions[i], &length);
    total += length;
    askiam_decision_destroy(decisions[i]);
    askiam_request_destroy(requests[i]);
  }
  return total;
}

int main(int argc, char **argv)
{
  askiam_error error = ASKIAM_ERROR_INIT;
  askiam_config *config = NULL;
  askiam_engine *engine = NULL;
  if (argc != 2) {
    fprintf(stderr, "usage: %s STORE_URL\n", argv[0]);
    return 64;
  }
  s_must(askiam_config_new(&config, NULL, &error), &error);
  s_must(askiam_config_set(config, "store.url", argv[1], &error), &error);
  s_must(askiam_engine_new(&engine, config, &error), &error);
  char line[LINE_BYTES];
  while (fgets(line, sizeof line, stdin) != NULL) {
    char kind[16];
    int rounds = 0;
    int dry_run = 0;
    int text = 0;
    line[strcspn(line, "\n")] = 0;
    if (sscanf(line, "%15s %d %d %n", kind, &rounds, &dry_run, &text) != 3 || rounds < 1) {
      return 64;
    }
    int batch = strcmp(kind, "batch") == 0;
    size_t bytes = 0;
    double begin = s_cpu_us();
    for (int round = 0; round < rounds; ++round) {
      bytes += batch ? s_batch(engine, line + text, dry_run) : s_single(engine, line + text, dry_run);
    }
    double took = s_cpu_us() - begin;
    printf("%.3f %zu\n", took / (double)rounds / (batch ? BATCH : 1), bytes);
    fflush(stdout);
  }
  askiam_engine_destroy(engine);
  askiam_config_destroy(config);
  return 0;
}
