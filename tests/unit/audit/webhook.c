/* SPDX-License-Identifier: Apache-2.0
 *
 * Delivery by webhook against a client that answers as it is told, with a clock that only a pause moves. */
#include <stdio.h>
#include <stdlib.h>

#include "audit/webhook.h"
#include "base/file.h"
#include "fixture.h"

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_set_up, fixture_tear_down)
#define SECRET "0123456789abcdef"
enum { SENT_MAX = 64 };

/* A peer: what it answers next, and what it was sent. */
typedef struct peer {
  const int *codes; /* 0: it cannot be reached; the last one stays */
  size_t code_count;
  const char *retry_after;
  size_t sent;
  char ids[SENT_MAX][64];
  char signatures[SENT_MAX][64];
  char timestamps[SENT_MAX][24];
  char body[4096];
} peer;

static size_t s_pauses;
static int64_t s_longest_ms;
static bool s_long_answers; /* of the peer: longer than what is taken */

static double s_chance(void) { return 0; }

static bool s_wait(const askiam_call *call, int64_t wait_ms)
{
  ++s_pauses;
  s_longest_ms = wait_ms > s_longest_ms ? wait_ms : s_longest_ms;
  return !askiam_call_cancelled(call);
}

static void s_note(char *out, size_t size_bytes, const aski_http_request *request, const char *name)
{
  out[0] = 0;
  for (size_t i = 0; i < request->header_count; ++i) {
    if (aski_str_equal_text(request->headers[i].name, name)) {
      snprintf(out, size_bytes, "%.*s", ASKI_STR_ARG(request->headers[i].value));
    }
  }
}

static askiam_status s_send(void *self, const askiam_call *call, const aski_http_request *request,
                            aski_http_response *response, askiam_error *error)
{
  peer *own = self;
  (void)call;
  assert_true(own->sent < SENT_MAX);
  size_t at = own->sent++;
  s_note(own->ids[at], sizeof own->ids[at], request, "webhook-id");
  s_note(own->signatures[at], sizeof own->signatures[at], request, "webhook-signature");
  s_note(own->timestamps[at], sizeof own->timestamps[at], request, "webhook-timestamp");
  snprintf(own->body, sizeof own->body, "%.*s", ASKI_STR_ARG(request->body));
  int code = own->codes[at < own->code_count ? at : own->code_count - 1];
  if (code == 0) {
    return askiam_error_set(error, ASKIAM_STATUS_UNAVAILABLE, request->layer, "not reached");
  }
  if (s_long_answers) {
    response->too_large = true;
    return askiam_error_set(error, ASKIAM_STATUS_UNAVAILABLE, request->layer, "too large");
  }
  response->status = code;
  if (own->retry_after != NULL) {
    aski_http_response_add_header(response, ASKI_STR("Retry-After"), askiam_str_from(own->retry_after));
  }
  return ASKIAM_STATUS_OK;
}

typedef struct run {
  peer peer;
  aski_http_client client;
  aski_webhook webhook;
  uint64_t delivered, dead;
} run;

static run *s_run;

static askiam_status s_relay(audit_fixture *fixture, const int *codes, size_t code_count, const char *dead_letters)
{
  run *own = s_run;
  *own = (run){.peer = {.codes = codes, .code_count = code_count}};
  own->client = (aski_http_client){s_send, NULL, &own->peer};
  own->webhook = (aski_webhook){.client = &own->client,
                                .url = ASKI_STR("https://u:hunter2@hooks.example/x"),
                                .secret = ASKI_STR(SECRET),
                                .retry = {.attempts = 3, .delay_ms = 1000},
                                .timeout_ms = 1000,
                                .dead_letters = dead_letters,
                                .chance = s_chance,
                                .wait = s_wait};
  s_pauses = 0;
  s_longest_ms = 0;
  return aski_audit_relay_webhook(&own->delivered, &own->dead, &fixture->audit, &fixture->call, &own->webhook,
                                  &fixture->error);
}

static const int s_taken[] = {204};

static void audit__webhook_delivers_each_event_once_in_order_and_signed(void **state)
{
  audit_fixture *fixture = *state;
  fixture_record_many(fixture, 5);
  size_t events = fixture->journal.event_count;
  assert_int_equal(s_relay(fixture, s_taken, 1, NULL), ASKIAM_STATUS_OK);
  assert_int_equal(s_run->delivered, events);
  assert_int_equal(s_run->peer.sent, events);
  for (size_t i = 0; i < events; ++i) {
    assert_string_equal(s_run->peer.ids[i], fixture->journal.events[i].id);
    char signature[ASKI_WEBHOOK_SIGNATURE_BYTES];
    assert_true(aski_webhook_sign(signature, ASKI_STR(SECRET), askiam_str_from(s_run->peer.ids[i]),
                                  askiam_str_from(s_run->peer.timestamps[i]),
                                  askiam_str_from(fixture->journal.events[i].body)));
    assert_string_equal(s_run->peer.signatures[i], signature);
  }
  assert_string_equal(s_run->peer.body, fixture->journal.events[events - 1].body);
  assert_int_equal(s_relay(fixture, s_taken, 1, NULL), ASKIAM_STATUS_OK);
  assert_int_equal(s_run->peer.sent, 0);
}

static void audit__webhook_repeats_with_the_same_id_until_it_is_taken(void **state)
{
  audit_fixture *fixture = *state;
  fixture_record(fixture, "r1", ASKI_CODE_ROLE_UNKNOWN);
  const int codes[] = {0, 503, 200};
  assert_int_equal(s_relay(fixture, codes, 3, NULL), ASKIAM_STATUS_OK);
  assert_string_equal(s_run->peer.ids[0], s_run->peer.ids[2]);
  assert_int_equal(s_pauses, 2);
  assert_int_equal(s_longest_ms, 2000);
}

/* By its status; a page that it shows for it may be as long as it likes. */
static void audit__webhook_that_is_taken_with_a_long_answer_is_taken(void **state)
{
  audit_fixture *fixture = *state;
  fixture_record(fixture, "r1", ASKI_CODE_ROLE_UNKNOWN);
  s_long_answers = true;
  assert_int_equal(s_relay(fixture, s_taken, 1, NULL), ASKIAM_STATUS_OK);
  s_long_answers = false;
  assert_int_equal(s_run->delivered, fixture->journal.event_count);
  assert_int_equal(s_run->peer.sent, fixture->journal.event_count);
}

/* An outage is nobody's fault: nothing is given up, nothing overtakes. */
static void audit__webhook_keeps_everything_while_the_peer_is_away(void **state)
{
  audit_fixture *fixture = *state;
  fixture_record_many(fixture, 2);
  const char *dead = fixture_path(fixture, "dead");
  static const int away[] = {0, 401, 403, 404, 410, 302, 429, 502, 503};
  for (size_t i = 0; i < sizeof away / sizeof *away; ++i) {
    assert_int_not_equal(s_relay(fixture, &away[i], 1, dead), ASKIAM_STATUS_OK);
    assert_int_equal(s_run->delivered + s_run->dead, 0);
    for (size_t j = 0; j < s_run->peer.sent; ++j) {
      assert_string_equal(s_run->peer.ids[j], fixture->journal.events[0].id);
    }
    assert_non_null(strstr(fixture->error.message, fixture->journal.events[0].id));
    assert_null(strstr(fixture->error.message, "hunter2"));
  }
  assert_int_equal(s_relay(fixture, s_taken, 1, dead), ASKIAM_STATUS_OK);
  assert_int_equal(s_run->delivered, fixture->journal.event_count);
}

static void audit__webhook_puts_a_refused_event_aside_and_goes_on(void **state)
{
  audit_fixture *fixture = *state;
  fixture_record_many(fixture, 3);
  const char *dead = fixture_path(fixture, "dead");
  const int codes[] = {422, 500, 500, 500, 200};
  assert_int_equal(s_relay(fixture, codes, 5, dead), ASKIAM_STATUS_OK);
  assert_int_equal(s_run->dead, 2);
  assert_int_equal(s_run->delivered, fixture->journal.event_count - 2);
  char *text = fixture_read(dead);
  char wanted[128];
  snprintf(wanted, sizeof wanted, "{\"id\":\"%s\"", fixture->journal.events[0].id);
  assert_ptr_equal(strstr(text, wanted), text);
  assert_non_null(strstr(text, "\"attempts\":1,\"http_status\":422,\"event\":{"));
  assert_non_null(strstr(text, "\"attempts\":3,\"http_status\":500,\"event\":{"));
  assert_int_equal(text[strlen(text) - 1], '\n');
  free(text);
}

static void audit__webhook_without_a_place_for_dead_letters_ends_at_a_refusal(void **state)
{
  audit_fixture *fixture = *state;
  fixture_record(fixture, "r1", ASKI_CODE_ROLE_UNKNOWN);
  const int codes[] = {422};
  assert_int_equal(s_relay(fixture, codes, 1, NULL), ASKIAM_STATUS_BAD_DATA);
  assert_int_equal(s_run->peer.sent, 1);
  assert_int_not_equal(s_relay(fixture, codes, 1, "/nowhere/dead"), ASKIAM_STATUS_OK);
  assert_int_equal(s_run->dead, 0);
  assert_int_equal(s_relay(fixture, s_taken, 1, NULL), ASKIAM_STATUS_OK);
  assert_int_equal(s_run->delivered, fixture->journal.event_count);
}

static void audit__webhook_that_could_not_mark_delivers_again(void **state)
{
  audit_fixture *fixture = *state;
  fixture_record(fixture, "r1", ASKI_CODE_ROLE_UNKNOWN);
  fixture->journal.calls_until_fail = 2;
  fixture->journal.failure = ASKIAM_STATUS_BUSY;
  assert_int_equal(s_relay(fixture, s_taken, 1, NULL), ASKIAM_STATUS_BUSY);
  assert_int_equal(s_run->peer.sent, 1);
  assert_int_equal(s_relay(fixture, s_taken, 1, NULL), ASKIAM_STATUS_OK);
  assert_string_equal(s_run->peer.ids[0], fixture->journal.events[0].id);
}

static void audit__webhook_leaves_this_machine_by_https_only(void **state)
{
  (void)state;
  askiam_error error = ASKIAM_ERROR_INIT;
  assert_int_equal(aski_webhook_check_url(ASKI_STR("https://a.example/x"), &error), ASKIAM_STATUS_OK);
  assert_int_equal(aski_webhook_check_url(ASKI_STR("http://127.0.0.1:8080/x"), &error), ASKIAM_STATUS_OK);
  static const char *const bad[] = {"http://a.example/", "http://127.0.0.1.a.example/", "http://localhost@a.example/",
                                    "ftp://a/", "https://a b/"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; ++i) {
    assert_int_equal(aski_webhook_check_url(askiam_str_from(bad[i]), &error), ASKIAM_STATUS_INVALID_ARGUMENT);
  }
}

/* The example that the libraries of Standard Webhooks test themselves with. */
static void audit__webhook_signature_is_that_of_standard_webhooks(void **state)
{
  (void)state;
  aski_buffer secret;
  aski_buffer_init(&secret, aski_allocator_default());
  assert_int_equal(aski_webhook_read_secret(&secret, ASKI_STR(" whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n"), NULL),
                   ASKIAM_STATUS_OK);
  char signature[ASKI_WEBHOOK_SIGNATURE_BYTES];
  assert_true(aski_webhook_sign(signature, aski_buffer_view(&secret), ASKI_STR("msg_p5jXN8AQM9LWM0D4loKWxJek"),
                                ASKI_STR("1614265330"), ASKI_STR("{\"test\": 2432232314}")));
  assert_string_equal(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
  aski_buffer_clean_up(&secret);
}

static void audit__webhook_secret_that_is_short_or_broken_is_refused(void **state)
{
  (void)state;
  static const char *const bad[] = {"", "short", "whsec_", "whsec_MfKQ", "whsec_!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; ++i) {
    aski_buffer secret;
    aski_buffer_init(&secret, aski_allocator_default());
    askiam_error error = ASKIAM_ERROR_INIT;
    assert_int_equal(aski_webhook_read_secret(&secret, askiam_str_from(bad[i]), &error), ASKIAM_STATUS_BAD_DATA);
    assert_null(strstr(error.message, "MfKQ"));
    aski_buffer_clean_up(&secret);
  }
}

/* Whatever fails, no event is marked that was neither delivered nor put aside. */
static void audit__webhook_survives_every_lack_of_memory(void **state)
{
  audit_fixture *fixture = *state;
  fixture_record(fixture, "r1", ASKI_CODE_ROLE_UNKNOWN);
  const char *dead = fixture_path(fixture, "dead");
  const int codes[] = {422, 200};
  bool done = false;
  for (long at = 1; !done; ++at) {
    assert_true(at < 200);
    test_allocator_fail_at(&fixture->allocator, at);
    askiam_status status = s_relay(fixture, codes, 2, dead);
    done = test_allocator_requests(&fixture->allocator) < at;
    test_allocator_fail_at(&fixture->allocator, 0);
    assert_true(status == ASKIAM_STATUS_OK || status == ASKIAM_STATUS_NO_MEMORY || status == ASKIAM_STATUS_UNAVAILABLE);
    size_t marked = 0;
    for (size_t i = 0; i < fixture->journal.event_count; ++i) {
      marked += fixture->journal.events[i].delivered;
      fixture->journal.events[i].delivered = false;
    }
    assert_true(marked <= s_run->delivered + s_run->dead);
  }
}

int main(void)
{
  static run own;
  s_run = &own;
  const struct CMUnitTest tests[] = {
      TEST(audit__webhook_delivers_each_event_once_in_order_and_signed),
      TEST(audit__webhook_repeats_with_the_same_id_until_it_is_taken),
      TEST(audit__webhook_that_is_taken_with_a_long_answer_is_taken),
      TEST(audit__webhook_keeps_everything_while_the_peer_is_away),
      TEST(audit__webhook_puts_a_refused_event_aside_and_goes_on),
      TEST(audit__webhook_without_a_place_for_dead_letters_ends_at_a_refusal),
      TEST(audit__webhook_that_could_not_mark_delivers_again),
      TEST(audit__webhook_leaves_this_machine_by_https_only),
      TEST(audit__webhook_signature_is_that_of_standard_webhooks),
      TEST(audit__webhook_secret_that_is_short_or_broken_is_refused),
      TEST(audit__webhook_survives_every_lack_of_memory),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
