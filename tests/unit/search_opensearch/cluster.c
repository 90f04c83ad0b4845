/* SPDX-License-Identifier: Apache-2.0
 *
 * The search opensearch against a peer in this process: who it says it is, what it sends, what it makes of refusals. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>

#include "backend/handles.h"
#include "backend/options.h"
#include "base/time.h"
#include "search/opensearch/cluster.h"
#include "search/opensearch/opensearch_search.h"
#include "support/allocator.h"
#include "support/peer.h"

#define ANSWER(status, length, body)                                                                                   \
  "HTTP/1.1 " status "\r\nContent-Type: application/json\r\nContent-Length: " length "\r\n\r\n" body
#define NOTHING                                                                                                        \
  ANSWER("200 OK", "91",                                                                                               \
         "{\"responses\":[{\"timed_out\":false,\"_shards\":{\"failed\":0},\"hits\":{\"hits\":[]},\"status\":200}]}\n")
#define NO_PAST                                                                                                        \
  ANSWER("200 OK", "67", "{\"timed_out\":false,\"_shards\":{\"failed\":0},\"hits\":{\"hits\":[]}}\n\n\n\n\n\n")

enum { PAIRS_MAX = 16 };

/* Pairs of key and value, ended by NULL. */
typedef struct settings {
  const char *pairs[PAIRS_MAX];
  char url[128];
} settings;

static askiam_str s_setting(const void *context, const char *key)
{
  const settings *own = context;
  for (size_t i = 0; i + 1 < PAIRS_MAX && own->pairs[i] != NULL; i += 2) {
    if (strcmp(own->pairs[i], key) == 0) {
      return askiam_str_from(own->pairs[i + 1]);
    }
  }
  return strcmp(key, "search.url") == 0 ? askiam_str_from(own->url) : ASKI_STR("");
}

typedef struct fixture {
  test_allocator allocator;
  aski_arena arena;
  test_peer *peer;
  settings settings;
  aski_search search;
  askiam_call call;
  askiam_error error;
} fixture;

static askiam_status s_open(fixture *own)
{
  const askiam_backend_options options = {
      .get = s_setting, .settings = &own->settings, .allocator = &own->allocator.base, .clock = aski_clock_system()};
  own->search = (aski_search){.table = *aski_opensearch_search()};
  askiam_status status = own->search.table.open(&own->search.self, NULL, &options, &own->error);
  own->search.provided = status == ASKIAM_STATUS_OK;
  return status;
}

static void s_begin(fixture *own, const test_peer_step *steps, size_t count, const settings *chosen)
{
  *own = (fixture){.error = ASKIAM_ERROR_INIT};
  own->settings = chosen == NULL ? (settings){.url = ""} : *chosen;
  test_allocator_init(&own->allocator);
  aski_arena_init(&own->arena, aski_allocator_default());
  own->call = (askiam_call){.clock = aski_clock_system(), .deadline_ticks_ns = UINT64_MAX};
  own->peer = test_peer_start(steps, count);
  assert_non_null(own->peer);
  if (own->settings.url[0] == 0) {
    snprintf(own->settings.url, sizeof own->settings.url, "%s", test_peer_url(own->peer));
  }
  if (s_open(own) != ASKIAM_STATUS_OK) {
    fail_msg("%s", own->error.message);
  }
}

static void s_end(fixture *own)
{
  if (own->search.provided) {
    own->search.table.close(own->search.self);
  }
  test_peer_stop(own->peer);
  aski_arena_clean_up(&own->arena);
  assert_int_equal(own->allocator.outstanding, 0);
}

static askiam_status s_documents(fixture *own)
{
  const askiam_search_query query = {.text = ASKI_STR("hr analyst"),
                                     .application_id = ASKI_STR("a1"),
                                     .role_id = ASKI_STR("r1"),
                                     .model = ASKI_STR("m"),
                                     .top_k = 5};
  askiam_documents documents = {.arena = &own->arena};
  return aski_search_documents(&own->search, &own->call, &query, &documents, &own->error);
}

static askiam_status s_patterns(fixture *own, size_t limit)
{
  askiam_patterns patterns = {.arena = &own->arena};
  return own->search.table.patterns(own->search.self, &own->call, ASKI_STR("r1"), ASKI_STR_NONE, 1000, limit, &patterns,
                                    &own->error);
}

static void s_assert_sent(fixture *own, const char *part)
{
  if (strstr(test_peer_latest(own->peer), part) == NULL) {
    fail_msg("%s is not in %s", part, test_peer_latest(own->peer));
  }
}

static void opensearch_cluster__is_asked_once_for_each(void **state)
{
  (void)state;
  fixture own;
  const test_peer_step steps[] = {{.answer = NOTHING}, {.answer = NO_PAST}};
  settings chosen = {.pairs = {"opensearch.patterns_index", "past.decisions-1"}};
  s_begin(&own, steps, 2, &chosen);
  assert_int_equal(own.search.table.flags, ASKIAM_BACKEND_REMOTE);
  assert_int_equal(test_peer_requests(own.peer), 0); /* opening asks nobody */
  assert_int_equal(s_documents(&own), ASKIAM_STATUS_OK);
  s_assert_sent(&own, "POST /iam_metadata/_msearch HTTP/1.1\r\n");
  s_assert_sent(&own, "\r\nContent-Type: application/x-ndjson\r\n");
  s_assert_sent(&own, "\r\n\r\n{}\n{\"size\":20,");
  assert_null(strstr(test_peer_latest(own.peer), "Authorization"));
  assert_int_equal(s_patterns(&own, 20000), ASKIAM_STATUS_OK);
  s_assert_sent(&own, "POST /past.decisions-1/_search HTTP/1.1\r\n");
  s_assert_sent(&own, "\r\nContent-Type: application/json\r\n");
  s_assert_sent(&own, "\r\n\r\n{\"size\":10000,");
  assert_int_equal(s_patterns(&own, 0), ASKIAM_STATUS_OK);
  assert_int_equal(test_peer_requests(own.peer), 2);
  assert_int_equal(test_peer_connections(own.peer), 1);
  s_end(&own);
}

static void opensearch_cluster__gets_a_password_and_a_path_before_ours(void **state)
{
  (void)state;
  fixture own;
  const test_peer_step step = {.answer = NOTHING};
  const settings chosen = {.pairs = {"opensearch.user", "me", "opensearch.password", "hunter2: \xC3\xA9"}};
  s_begin(&own, &step, 1, &chosen);
  own.search.table.close(own.search.self);
  snprintf(own.settings.url, sizeof own.settings.url, "%s/search//", test_peer_url(own.peer));
  assert_int_equal(s_open(&own), ASKIAM_STATUS_OK);
  assert_int_equal(s_documents(&own), ASKIAM_STATUS_OK);
  s_assert_sent(&own, "POST /search/iam_metadata/_msearch HTTP/1.1\r\n");
  s_assert_sent(&own, "\r\nAuthorization: Basic bWU6aHVudGVyMjogw6k=\r\n");
  s_end(&own);
}

static void opensearch_cluster__takes_the_user_of_the_url(void **state)
{
  (void)state;
  fixture own;
  const test_peer_step step = {.answer = NOTHING};
  s_begin(&own, &step, 1, NULL);
  own.search.table.close(own.search.self);
  own.settings.pairs[0] = "opensearch.auth";
  own.settings.pairs[1] = "basic";
  snprintf(own.settings.url, sizeof own.settings.url, "http://me:hunter%%32@%s", test_peer_url(own.peer) + 7);
  assert_int_equal(s_open(&own), ASKIAM_STATUS_OK);
  assert_int_equal(s_documents(&own), ASKIAM_STATUS_OK);
  s_assert_sent(&own, "\r\nAuthorization: Basic bWU6aHVudGVyMg==\r\n");
  s_end(&own);
}

#define AWS                                                                                                            \
  "opensearch.auth", "sigv4", "aws.region", "eu-west-1", "aws.access_key_id", "AKIDEXAMPLE", "aws.secret_access_key",  \
      "hunter2hunter2"

static void opensearch_cluster__requests_are_signed_for_the_service(void **state)
{
  (void)state;
  fixture own;
  const test_peer_step step = {.answer = NOTHING};
  const settings chosen = {.pairs = {AWS}};
  s_begin(&own, &step, 1, &chosen);
  assert_int_equal(s_documents(&own), ASKIAM_STATUS_OK);
  s_assert_sent(&own, "\r\nAuthorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/");
  s_assert_sent(&own, "/eu-west-1/es/aws4_request, SignedHeaders=accept;content-type;host;x-amz-date, Signature=");
  assert_null(strstr(test_peer_latest(own.peer), "hunter2"));
  s_end(&own);
  const settings serverless = {.pairs = {AWS, "opensearch.service", "aoss", "opensearch.engine", "faiss"}};
  s_begin(&own, &step, 1, &serverless);
  assert_int_equal(s_documents(&own), ASKIAM_STATUS_OK);
  s_assert_sent(&own, "/eu-west-1/aoss/aws4_request, "
                      "SignedHeaders=accept;content-type;host;x-amz-content-sha256;x-amz-date, Signature=");
  s_end(&own);
}

static void opensearch_cluster__refusals_are_told_with_their_reason(void **state)
{
  (void)state;
  static const struct {
    const char *answer;
    askiam_status status;
    int retryable;
    const char *said;
    const char *unsaid;
  } cases[] = {
      {ANSWER("401 Unauthorized", "12", "Unauthorized"), ASKIAM_STATUS_NOT_PERMITTED, 0, "HTTP status 401",
       "Unauthorized"},
      {ANSWER("401 Unauthorized", "26", "{\"error\":\"hunter2 is wrong"), ASKIAM_STATUS_NOT_PERMITTED, 0, "status 401",
       "hunter2"},
      {ANSWER("401 Unauthorized", "28", "{\"error\":\"hunter2 is wrong\"}"), ASKIAM_STATUS_NOT_PERMITTED, 0,
       "status 401", "hunter2"},
      {ANSWER("403 Forbidden", "66", "{\"error\":{\"type\":\"security_exception\",\"reason\":\"no permission\"}}  "),
       ASKIAM_STATUS_NOT_PERMITTED, 0, "status 403: security_exception: no permission", "{"},
      {ANSWER("404 Not Found", "62", "{\"error\":{\"type\":\"index_not_found_exception\",\"reason\":\"gone\"}}"),
       ASKIAM_STATUS_NOT_FOUND, 0, "`askiam index create` makes the indexes", "{"},
      {ANSWER("429 Too Many", "21", "{\"error\":\"too many\"} "), ASKIAM_STATUS_UNAVAILABLE, 1, "429: too many", "{"},
      {ANSWER("500 Sorry", "7", "garbage"), ASKIAM_STATUS_UNAVAILABLE, 1, "status 500", "garbage"},
      {ANSWER("301 Elsewhere", "2", "{}"), ASKIAM_STATUS_UNAVAILABLE, 0, "redirection", "{"},
      {ANSWER("200 OK", "90000000", "{"), ASKIAM_STATUS_UNAVAILABLE, 0, "", "{"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
    fixture own;
    const test_peer_step step = {.answer = cases[i].answer};
    s_begin(&own, &step, 1, NULL);
    askiam_status status = s_documents(&own);
    if (status != cases[i].status || strstr(own.error.message, cases[i].said) == NULL ||
        strstr(own.error.message, cases[i].unsaid) != NULL) {
      fail_msg("%zu: %s", i, own.error.message);
    }
    assert_int_equal(own.error.retryable, cases[i].retryable);
    assert_int_equal(own.error.layer, ASKIAM_LAYER_SEARCH);
    s_end(&own);
  }
}

/* As gateways do that show what they got: the header, or the password, wherever it stands. */
static void opensearch_cluster__a_password_that_comes_back_is_not_told(void **state)
{
  (void)state;
  static const char *const answers[] = {
      ANSWER("400 Bad", "52", "{\"error\":\"not with Basic bWU6aHVudGVyLz9+fn5+fn4=!\"}"),
      ANSWER("403 Forbidden", "62", "{\"error\":{\"type\":\"hunter\\/?~~~~~~\",\"reason\":\"no\",\"more\":[{}]}}"),
      ANSWER("500 Sorry", "64", "{\"error\":{\"root_cause\":[{\"reason\":\"is hunter/?~~~~~~ yours?\"}]}}"),
  };
  for (size_t i = 0; i < 2 * sizeof answers / sizeof *answers; ++i) {
    fixture own;
    const test_peer_step step = {.answer = answers[i / 2]};
    const settings chosen = {.pairs = {"opensearch.user", "me", "opensearch.password", "hunter/?~~~~~~"}};
    s_begin(&own, &step, 1, i % 2 == 0 ? &chosen : NULL);
    if (i % 2 != 0) { /* the same, in the URL */
      own.search.table.close(own.search.self);
      snprintf(own.settings.url, sizeof own.settings.url, "http://me:hunter%%2F%%3f~~~~~~@%s",
               test_peer_url(own.peer) + 7);
      assert_int_equal(s_open(&own), ASKIAM_STATUS_OK);
    }
    assert_int_not_equal(s_documents(&own), ASKIAM_STATUS_OK);
    s_assert_sent(&own, "Basic bWU6aHVudGVyLz9+fn5+fn4=");
    assert_non_null(strstr(own.error.message, "HTTP status"));
    assert_null(strstr(own.error.message, "bWU6"));
    assert_null(strstr(own.error.message, "hunter"));
    s_end(&own);
  }
}

static void opensearch_cluster__a_reason_without_end_is_not_read(void **state)
{
  (void)state;
  static const char lead[] = "HTTP/1.1 400 Bad\r\nContent-Length: 2000000\r\n\r\n{\"error\":\"too long\"}";
  enum { HEAD = sizeof "HTTP/1.1 400 Bad\r\nContent-Length: 2000000\r\n\r\n" - 1, BODY = 2000000 };
  aski_buffer answer;
  aski_buffer_init(&answer, aski_allocator_default());
  aski_buffer_append_text(&answer, lead);
  while (answer.length < (size_t)HEAD + BODY) {
    aski_buffer_append_byte(&answer, ' ');
  }
  fixture own;
  const test_peer_step step = {.answer = answer.data, .length = answer.length};
  s_begin(&own, &step, 1, NULL);
  assert_int_equal(s_documents(&own), ASKIAM_STATUS_BAD_DATA);
  assert_non_null(strstr(own.error.message, "HTTP status 400"));
  assert_null(strstr(own.error.message, "too long"));
  s_end(&own);
  aski_buffer_clean_up(&answer);
}

static void opensearch_cluster__is_not_reached_without_memory(void **state)
{
  (void)state;
  static const struct {
    const char *answer;
    askiam_status status;
    bool past;
  } cases[] = {{NOTHING, ASKIAM_STATUS_OK, false},
               {NO_PAST, ASKIAM_STATUS_OK, true},
               {ANSWER("429 Too Many", "21", "{\"error\":\"too many\"} "), ASKIAM_STATUS_UNAVAILABLE, false}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
    fixture own;
    const test_peer_step step = {.answer = cases[i].answer};
    const settings chosen = {.pairs = {AWS}};
    s_begin(&own, &step, 1, &chosen);
    askiam_status status = ASKIAM_STATUS_NO_MEMORY;
    for (long fail_at = 1; status == ASKIAM_STATUS_NO_MEMORY; ++fail_at) {
      test_allocator_fail_at(&own.allocator, fail_at);
      status = cases[i].past ? s_patterns(&own, 5) : s_documents(&own);
    }
    assert_int_equal(status, cases[i].status);
    test_allocator_fail_at(&own.allocator, 0);
    s_end(&own);
  }
}

static void opensearch_cluster__is_not_opened_without_memory(void **state)
{
  (void)state;
  static const settings cases[] = {
      {.url = "https://host", .pairs = {AWS}},
      {.url = "https://host", .pairs = {"opensearch.user", "me", "opensearch.password", "hunter2"}}};
  for (size_t i = 0; i < 2; ++i) {
    fixture own = {.settings = cases[i]};
    test_allocator_init(&own.allocator);
    askiam_status status = ASKIAM_STATUS_NO_MEMORY;
    for (long fail_at = 1; status != ASKIAM_STATUS_OK; ++fail_at) {
      test_allocator_fail_at(&own.allocator, fail_at);
      status = s_open(&own);
      assert_true(status == ASKIAM_STATUS_OK || status == ASKIAM_STATUS_NO_MEMORY);
    }
    test_allocator_fail_at(&own.allocator, 0);
    own.search.table.close(own.search.self);
    assert_int_equal(own.allocator.outstanding, 0);
  }
}

/* What opening with these settings says. */
static void s_assert_refused(settings chosen, const char *said)
{
  fixture own = {.error = ASKIAM_ERROR_INIT, .settings = chosen};
  test_allocator_init(&own.allocator);
  askiam_status status = s_open(&own);
  if (status != ASKIAM_STATUS_CONFIG || strstr(own.error.message, said) == NULL) {
    fail_msg("%s: %s (wanted: %s)", askiam_status_name(status), own.error.message, said);
  }
  assert_null(strstr(own.error.message, "hunter2"));
  assert_int_equal(own.allocator.outstanding, 0);
}

static void opensearch_cluster__settings_that_cannot_work_are_refused(void **state)
{
  (void)state;
  const char *user = "opensearch.user";
  const char *password = "opensearch.password";
  const char *auth = "opensearch.auth";
  char longest[1100] = {0};
  memset(longest, 'p', sizeof longest - 1);
  s_assert_refused((settings){.url = ""}, "search.url");
  s_assert_refused((settings){.url = "sqlite:hunter2.db"}, "search.url");
  s_assert_refused((settings){.url = "https://host/?pretty=hunter2"}, "without a query");
  s_assert_refused((settings){.url = "http://me:hunter2@host"}, "over https:// only");
  s_assert_refused((settings){.url = "http://host", .pairs = {user, "me", password, "hunter2"}}, "over https:// only");
  s_assert_refused((settings){.url = "http://host", .pairs = {AWS}}, "over https:// only");
  s_assert_refused((settings){.url = "https://a:hunter2@host", .pairs = {user, "me", password, "hunter2"}}, "keep one");
  s_assert_refused((settings){.url = "https://host", .pairs = {user, "me"}}, "go together");
  s_assert_refused((settings){.url = "https://host", .pairs = {password, "hunter2"}}, "go together");
  s_assert_refused((settings){.url = "https://host", .pairs = {user, "m:e", password, "hunter2"}}, "no ':'");
  s_assert_refused((settings){.url = "https://host", .pairs = {user, "me", password, "hunter2\x01"}}, "go together");
  s_assert_refused((settings){.url = "https://host", .pairs = {user, "me", password, longest}}, "1 to 1024");
  s_assert_refused((settings){.url = "https://host", .pairs = {auth, "basic"}}, "set opensearch.user");
  s_assert_refused((settings){.url = "https://host", .pairs = {auth, "none", user, "me", password, "hunter2"}},
                   "remove one");
  s_assert_refused((settings){.url = "https://me:hunter2@host", .pairs = {AWS}}, "remove one");
  s_assert_refused((settings){.url = "https://host", .pairs = {auth, "kerberos"}}, "opensearch.auth");
  s_assert_refused((settings){.url = "https://host", .pairs = {auth, "sigv4"}}, "aws.region");
  s_assert_refused((settings){.url = "https://host", .pairs = {"opensearch.engine", "nmslib"}}, "opensearch.engine");
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(opensearch_cluster__is_asked_once_for_each),
      cmocka_unit_test(opensearch_cluster__gets_a_password_and_a_path_before_ours),
      cmocka_unit_test(opensearch_cluster__takes_the_user_of_the_url),
      cmocka_unit_test(opensearch_cluster__requests_are_signed_for_the_service),
      cmocka_unit_test(opensearch_cluster__refusals_are_told_with_their_reason),
      cmocka_unit_test(opensearch_cluster__a_password_that_comes_back_is_not_told),
      cmocka_unit_test(opensearch_cluster__a_reason_without_end_is_not_read),
      cmocka_unit_test(opensearch_cluster__is_not_reached_without_memory),
      cmocka_unit_test(opensearch_cluster__is_not_opened_without_memory),
      cmocka_unit_test(opensearch_cluster__settings_that_cannot_work_are_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
