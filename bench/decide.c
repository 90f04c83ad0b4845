/* SPDX-License-Identifier: Apache-2.0
 *
 * How long a decision takes, and where the time goes: opens a store, decides every request of a file as a dry run several times,
 * then durably, and prints percentiles by stage, as one JSON object.
 *
 * bench_decide STORE_URL REQUESTS.jsonl [rounds] */
#include <askiam/askiam.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

enum { REQUESTS_MAX = 20000, SAMPLES_MAX = 400000, STAGES = 6 };

typedef struct series {
  const char *name;
  double *us;
  size_t count;
} series;

static series s_stages[STAGES] = {{"extract", NULL, 0}, {"rag", NULL, 0},   {"rules", NULL, 0},
                                  {"decide", NULL, 0},  {"audit", NULL, 0}, {"catalogue.facts", NULL, 0}};

static double s_now_us(void)
{
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static void s_add(series *list, double us)
{
  if (list->us == NULL) {
    list->us = malloc(SAMPLES_MAX * sizeof *list->us);
  }
  if (list->us != NULL && list->count < SAMPLES_MAX) {
    list->us[list->count++] = us;
  }
}

static void s_observe(void *context, const askiam_span *span)
{
  (void)context;
  for (size_t i = 0; askiam_span_ended(span) && i < STAGES; ++i) {
    if (strcmp(s_stages[i].name, askiam_span_name(span)) == 0) {
      s_add(&s_stages[i], askiam_span_duration_ms(span) * 1000);
    }
  }
}

static int s_compare(const void *left, const void *right)
{
  double a = *(const double *)left;
  double b = *(const double *)right;
  return a < b ? -1 : a > b;
}

static void s_print(series *list, const char *name)
{
  if (list->count == 0) {
    return;
  }
  qsort(list->us, list->count, sizeof *list->us, s_compare);
  printf(",\"%s\":{\"p50_us\":%.1f,\"p99_us\":%.1f}", name, list->us[list->count / 2],
         list->us[list->count - 1 - list->count / 100]);
  list->count = 0;
}

static size_t s_read(askiam_request **requests, const char *path)
{
  FILE *file = fopen(path, "r");
  char line[8192];
  size_t count = 0;
  while (file != NULL && count < REQUESTS_MAX && fgets(line, sizeof line, file) != NULL) {
    askiam_error error = ASKIAM_ERROR_INIT;
    askiam_str json = {line, strcspn(line, "\n")};
    if (askiam_request_from_json(&requests[count], json, NULL, &error) != ASKIAM_STATUS_OK) {
      fprintf(stderr, "%s\n", error.message);
      exit(1);
    }
    ++count;
  }
  if (file != NULL) {
    fclose(file);
  }
  return count;
}

static void s_validate_all(askiam_engine *engine, askiam_request **requests, size_t count, int dry_run, series *whole,
                           size_t *verdicts)
{
  for (size_t i = 0; i < count; ++i) {
    askiam_request_set_dry_run(requests[i], dry_run);
    askiam_decision *decision = NULL;
    askiam_error error = ASKIAM_ERROR_INIT;
    double begin = s_now_us();
    askiam_status status = askiam_validate(&decision, engine, requests[i], &error);
    s_add(whole, s_now_us() - begin);
    if (status != ASKIAM_STATUS_OK) {
      fprintf(stderr, "request %zu: %s\n", i, error.message);
      exit(1);
    }
    ++verdicts[askiam_decision_verdict(decision)];
    askiam_decision_destroy(decision);
  }
}

int main(int argc, char **argv)
{
  if (argc < 3) {
    fprintf(stderr, "usage: bench_decide STORE_URL REQUESTS.jsonl [rounds]\n");
    return 64;
  }
  int rounds = argc > 3 ? atoi(argv[3]) : 5;
  static askiam_request *requests[REQUESTS_MAX];
  size_t count = s_read(requests, argv[2]);
  askiam_config *config = NULL;
  askiam_engine *engine = NULL;
  askiam_error error = ASKIAM_ERROR_INIT;
  size_t verdicts[4] = {0, 0, 0, 0};
  series whole = {"whole", NULL, 0};
  double begin = s_now_us();
  if (count == 0 || askiam_config_new(&config, NULL, &error) != ASKIAM_STATUS_OK ||
      askiam_config_set(config, "store.url", argv[1], &error) != ASKIAM_STATUS_OK ||
      askiam_engine_new(&engine, config, &error) != ASKIAM_STATUS_OK) {
    fprintf(stderr, "%s\n", error.message);
    return 1;
  }
  double opened = s_now_us() - begin;
  s_validate_all(engine, requests, 1, 1, &whole, verdicts);
  printf("{\"requests\":%zu,\"open_us\":%.0f,\"first_decision_us\":%.0f", count, opened, whole.us[0]);
  s_validate_all(engine, requests, count, 1, &whole, verdicts); /* warms the page cache */
  memset(verdicts, 0, sizeof verdicts);
  whole.count = 0;
  for (int round = 0; round < rounds; ++round) {
    s_validate_all(engine, requests, count, 1, &whole, verdicts);
  }
  s_print(&whole, "dry_run");
  askiam_engine_destroy(engine);
  askiam_config_set_observer(config, s_observe, NULL);
  if (askiam_engine_new(&engine, config, &error) != ASKIAM_STATUS_OK) {
    return 1;
  }
  size_t observed[4] = {0, 0, 0, 0};
  s_validate_all(engine, requests, count, 1, &whole, observed);
  s_validate_all(engine, requests, count < 500 ? count : 500, 0, &whole, observed);
  for (size_t i = 0; i < STAGES; ++i) {
    s_print(&s_stages[i], s_stages[i].name);
  }
  whole.count = 0;
  s_validate_all(engine, requests, count < 500 ? count : 500, 0, &whole, observed);
  s_print(&whole, "durable");
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  printf(",\"verdicts\":{\"valid\":%zu,\"invalid\":%zu,\"needs_info\":%zu},\"max_rss_kib\":%ld}\n",
         verdicts[ASKIAM_VERDICT_VALID], verdicts[ASKIAM_VERDICT_INVALID], verdicts[ASKIAM_VERDICT_NEEDS_INFO],
         usage.ru_maxrss);
  for (size_t i = 0; i < count; ++i) {
    askiam_request_destroy(requests[i]);
  }
  for (size_t i = 0; i < STAGES; ++i) {
    free(s_stages[i].us);
  }
  free(whole.us);
  askiam_engine_destroy(engine);
  askiam_config_destroy(config);
  return 0;
}
