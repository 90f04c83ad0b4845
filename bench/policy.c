/* SPDX-License-Identifier: Apache-2.0
 *
 * How long one policy evaluation takes at several sizes of the set: a request that one statement can match ("allowed"; "spread": of many such about
 * other folders in turn, so that a large set is not in the cache), one that a Deny answers, one that nothing fits, and one that every
 * statement matches ("all_told": with each of them told). One JSON object a size. bench/cedar asks the same of Cedar.
 *
 * bench_policy [STATEMENTS] [EVALUATIONS]   both or none: one size, for counting instructions */
#include <askiam/askiam.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { ROUNDS = 100, SPREAD = 512, STATEMENTS_PER_DOCUMENT = 100, DEPARTMENTS = 20, TEXT_BYTES = 64 * 1024 };

static double s_now_ns(void)
{
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static void s_must(askiam_status status, const askiam_error *error)
{
  if (status != ASKIAM_STATUS_OK) {
    fprintf(stderr, "bench_policy: %s\n", error->message);
    exit(1);
  }
}

/* Folder i may be read by its department from inside; every tenth is closed to robots besides. `open`: one statement that lets all in, so
 * that a request matches every one. */
static size_t s_write_statement(char *text, size_t size, size_t number, int open)
{
  if (open) {
    return (size_t)snprintf(text, size,
                            "{\"Effect\":\"Allow\",\"Action\":\"docs:Get*\",\"Resource\":\"*\",\"Condition\":"
                            "{\"IpAddress\":{\"aws:SourceIp\":\"10.0.0.0/8\"}}}");
  }
  if (number % 10 == 9) {
    return (size_t)snprintf(text, size,
                            "{\"Effect\":\"Deny\",\"Action\":\"docs:*\",\"Resource\":\"arn:aws:docs:::folder/F%zu/*\","
                            "\"Condition\":{\"StringLike\":{\"aws:UserAgent\":\"robot*\"}}}",
                            number);
  }
  return (size_t)snprintf(text, size,
                          "{\"Effect\":\"Allow\",\"Action\":[\"docs:GetObject\",\"docs:ListFolder\"],\"Resource\":"
                          "\"arn:aws:docs:::folder/F%zu/*\",\"Condition\":{\"IpAddress\":{\"aws:SourceIp\":\"10.0.0.0/"
                          "8\"},\"StringEquals\":{\"aws:PrincipalTag/department\":\"dept%zu\"}}}",
                          number, number % DEPARTMENTS);
}

static void s_add_document(askiam_policy_builder *builder, size_t first, size_t count, int open)
{
  static char text[TEXT_BYTES];
  askiam_error error = ASKIAM_ERROR_INIT;
  size_t length = (size_t)snprintf(text, sizeof text, "{\"Version\":\"2012-10-17\",\"Statement\":[");
  for (size_t i = 0; i < count; ++i) {
    length += (size_t)snprintf(text + length, sizeof text - length, "%s", i == 0 ? "" : ",");
    length += s_write_statement(text + length, sizeof text - length, first + i, open);
  }
  length += (size_t)snprintf(text + length, sizeof text - length, "]}");
  askiam_str json = {text, length};
  s_must(askiam_policy_builder_add(builder, ASKIAM_POLICY_IDENTITY, 0, askiam_str_from(NULL), json, &error), &error);
}

static askiam_policy_set *s_build(size_t statements, int open)
{
  askiam_error error = ASKIAM_ERROR_INIT;
  askiam_policy_builder *builder = NULL;
  askiam_policy_set *set = NULL;
  s_must(askiam_policy_builder_new(&builder, NULL, &error), &error);
  for (size_t first = 0; first < statements; first += STATEMENTS_PER_DOCUMENT) {
    size_t left = statements - first;
    s_add_document(builder, first, left < STATEMENTS_PER_DOCUMENT ? left : STATEMENTS_PER_DOCUMENT, open);
  }
  s_must(askiam_policy_builder_build(&set, builder, &error), &error);
  askiam_policy_builder_destroy(builder);
  return set;
}

static askiam_policy_request *s_request(size_t folder, const char *user_agent)
{
  askiam_error error = ASKIAM_ERROR_INIT;
  askiam_policy_request *request = NULL;
  char resource[96];
  char department[32];
  snprintf(resource, sizeof resource, "arn:aws:docs:::folder/F%zu/report.pdf", folder);
  snprintf(department, sizeof department, "dept%zu", folder % DEPARTMENTS);
  const struct {
    const char *key;
    const char *value;
  } context[] = {{"aws:SourceIp", "10.20.30.40"},
                 {"aws:UserAgent", user_agent},
                 {"aws:PrincipalTag/department", department},
                 {"aws:CurrentTime", "2026-01-21T10:30:45Z"}};
  s_must(askiam_policy_request_new(&request, NULL, &error), &error);
  const struct {
    askiam_policy_request_field field;
    const char *value;
  } fields[] = {{ASKIAM_POLICY_PRINCIPAL, "arn:aws:iam::123456789012:user/john.doe"},
                {ASKIAM_POLICY_ACTION, "docs:GetObject"},
                {ASKIAM_POLICY_RESOURCE_ARN, resource}};
  for (size_t i = 0; i < sizeof fields / sizeof *fields; ++i) {
    s_must(askiam_policy_request_set(request, fields[i].field, askiam_str_from(fields[i].value), &error), &error);
  }
  for (size_t i = 0; i < sizeof context / sizeof *context; ++i) {
    askiam_str key = askiam_str_from(context[i].key);
    s_must(askiam_policy_request_add(request, key, askiam_str_from(context[i].value), &error), &error);
  }
  return request;
}

static void s_note(void *context, const askiam_policy_match *match) { *(size_t *)context += match->statement; }

/* Nanoseconds for one evaluation, the least of many short rounds: what else the machine does only adds. Request after request in turn. */
static double s_measure(const askiam_policy_set *set, askiam_policy_request *const *requests, size_t count,
                        size_t evaluations, askiam_policy_decision expected, askiam_policy_match_fn match)
{
  double least = 0;
  size_t told = 0;
  evaluations = evaluations / ROUNDS + 1;
  for (int round = 0; round < ROUNDS; ++round) {
    double begin = s_now_ns();
    size_t next = 0;
    for (size_t i = 0; i < evaluations; ++i) {
      if (askiam_policy_evaluate(set, requests[next], match, &told) != expected) {
        fprintf(stderr, "bench_policy: not the decision that was expected\n");
        exit(1);
      }
      next = next + 1 < count ? next + 1 : 0;
    }
    double each = (s_now_ns() - begin) / (double)evaluations;
    least = round == 0 || each < least ? each : least;
  }
  return least;
}

static void s_case(const char *name, const askiam_policy_set *set, askiam_policy_request *request, size_t evaluations,
                   askiam_policy_decision expected)
{
  printf(",\"%s_ns\":%.0f", name, s_measure(set, &request, 1, evaluations, expected, NULL));
  askiam_policy_request_destroy(request);
}

/* Folders that are not closed to anybody, from all over the set. */
static void s_spread(const askiam_policy_set *set, size_t statements, size_t evaluations)
{
  askiam_policy_request *requests[SPREAD];
  uint64_t state = 88172645463325252U;
  for (size_t i = 0; i < SPREAD; ++i) {
    size_t folder = 0;
    do {
      state = state * 6364136223846793005U + 1442695040888963407U;
      folder = (size_t)(state >> 33) % statements;
    } while (folder % 10 == 9);
    requests[i] = s_request(folder, "firefox");
  }
  printf(",\"spread_ns\":%.0f", s_measure(set, requests, SPREAD, evaluations, ASKIAM_POLICY_ALLOWED, NULL));
  for (size_t i = 0; i < SPREAD; ++i) {
    askiam_policy_request_destroy(requests[i]);
  }
}

static void s_all_told(const askiam_policy_set *set, size_t evaluations)
{
  askiam_policy_request *request = s_request(0, "firefox");
  printf(",\"all_told_ns\":%.0f", s_measure(set, &request, 1, evaluations, ASKIAM_POLICY_ALLOWED, s_note));
  askiam_policy_request_destroy(request);
}

static void s_size(size_t statements, size_t evaluations)
{
  double begin = s_now_ns();
  askiam_policy_set *set = s_build(statements, 0);
  printf("{\"statements\":%zu,\"compile_ms\":%.2f", statements, (s_now_ns() - begin) / 1e6);
  size_t folder = statements / 2 % 10 == 9 ? statements / 2 - 1 : statements / 2;
  s_case("allowed", set, s_request(folder, "firefox"), evaluations, ASKIAM_POLICY_ALLOWED);
  s_spread(set, statements, evaluations);
  if (statements >= 10) {
    s_case("denied", set, s_request(9, "robot/2"), evaluations, ASKIAM_POLICY_EXPLICITLY_DENIED);
  }
  s_case("nothing_fits", set, s_request(statements + 1, "firefox"), evaluations, ASKIAM_POLICY_IMPLICITLY_DENIED);
  askiam_policy_set_destroy(set);
  if (statements <= 1000) {
    set = s_build(statements, 1);
    s_case("all_match", set, s_request(0, "firefox"), evaluations / statements + 1, ASKIAM_POLICY_ALLOWED);
    s_all_told(set, evaluations / statements + 1);
    askiam_policy_set_destroy(set);
  }
  printf("}\n");
}

/* One kind of evaluation only, so that instructions can be counted. */
static void s_count(size_t statements, size_t evaluations)
{
  askiam_policy_set *set = s_build(statements, 0);
  askiam_policy_request *request = s_request(statements / 2 % 10 == 9 ? statements / 2 - 1 : statements / 2, "firefox");
  int allowed = 0;
  for (size_t i = 0; i < evaluations; ++i) {
    allowed += askiam_policy_evaluate(set, request, NULL, NULL) == ASKIAM_POLICY_ALLOWED;
  }
  printf("{\"statements\":%zu,\"evaluations\":%zu,\"allowed\":%d}\n", statements, evaluations, allowed);
  askiam_policy_request_destroy(request);
  askiam_policy_set_destroy(set);
}

int main(int argc, char **argv)
{
  static const size_t sizes[] = {1, 10, 1000, 100000};
  if (argc == 3) {
    s_count(strtoul(argv[1], NULL, 10), strtoul(argv[2], NULL, 10));
    return 0;
  }
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; ++i) {
    s_size(sizes[i], 1000000);
  }
  return 0;
}
