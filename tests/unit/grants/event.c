/* SPDX-License-Identifier: Apache-2.0
 *
 * Events on their way in: which are read, and that nothing else is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* after the four that it needs */
#include <cmocka.h>

#include "grants/grants.h"
#include "support/allocator.h"

#define DETAIL                                                                                                         \
  "\"detail\":{\"request_id\":\"r1\",\"requester_id\":\"bob\",\"user_id\":\"ann\",\"app_id\":\"vault\","               \
  "\"role_id\":\"reader\",\"status\":\"VALID\",\"audit_hash\":\"00ff\",\"new\":[1]}}"
#define OURS "{\"id\":\"evt-1\",\"source\":\"askiam\",\"detail-type\":\"grant.requested\",\"version\":1," DETAIL
#define BRIDGED                                                                                                        \
  "{\"version\":\"0\",\"id\":\"x\",\"detail-type\":\"grant.requested\",\"source\":\"askiam\",\"account\":\"1\","       \
  "\"time\":\"2026-01-01T00:00:00Z\",\"region\":\"eu-west-1\",\"resources\":[]," DETAIL

static askiam_status s_read(aski_grants_event *event, aski_arena *arena, const char *json, askiam_error *error)
{
  return aski_grants_read_event(event, arena, askiam_str_from(json), arena->allocator, error);
}

static void grants__both_envelopes_are_read(void **state)
{
  (void)state;
  static const char *const events[] = {OURS, BRIDGED};
  for (size_t i = 0; i < 2; ++i) {
    aski_arena arena;
    aski_grants_event event;
    aski_arena_init(&arena, aski_allocator_default());
    assert_int_equal(s_read(&event, &arena, events[i], NULL), ASKIAM_STATUS_OK);
    assert_true(aski_str_equal_text(event.request_id, "r1") && aski_str_equal_text(event.requester_id, "bob"));
    assert_true(aski_str_equal_text(event.user_id, "ann") && aski_str_equal_text(event.role_id, "reader"));
    assert_true(aski_str_equal_text(event.application_id, "vault") && aski_str_equal_text(event.audit_hash, "00ff"));
    aski_arena_clean_up(&arena);
  }
}

static void grants__what_is_no_such_event_is_refused(void **state)
{
  (void)state;
#define ENVELOPE(rest) "{\"source\":\"askiam\",\"detail-type\":\"grant.requested\"," rest
  static const char *const wrong[] = {
      "",
      "x",
      "[]",
      "{}",
      "{\"source\":\"askiam\",\"detail-type\":\"grant.granted\"," DETAIL,
      "{\"source\":\"aws.ec2\",\"detail-type\":\"grant.requested\"," DETAIL,
      "{\"source\":[\"askiam\"],\"detail-type\":\"grant.requested\"," DETAIL,
      "{\"detail-type\":\"grant.requested\"," DETAIL,
      ENVELOPE("\"version\":2," DETAIL),
      ENVELOPE("\"version\":1.0," DETAIL),
      ENVELOPE("\"version\":{}," DETAIL),
      ENVELOPE("\"detail\":\"{}\"}"),
      ENVELOPE("\"detail\":null}"),
      ENVELOPE("\"detail\":{}}"),
      ENVELOPE("\"detail\":{\"request_id\":\"r1\",\"requester_id\":\"b\",\"user_id\":\"a\",\"app_id\":\"v\"}}"),
      ENVELOPE("\"detail\":{\"request_id\":1,\"requester_id\":\"b\",\"user_id\":\"a\",\"app_id\":\"v\","
               "\"role_id\":\"r\"}}"),
      ENVELOPE("\"detail\":{\"request_id\":\"\",\"requester_id\":\"b\",\"user_id\":\"a\",\"app_id\":\"v\","
               "\"role_id\":\"r\"}}"),
      ENVELOPE("\"detail\":{\"request_id\":\"r\",\"requester_id\":\"b\",\"user_id\":\"a\",\"app_id\":\"v\","
               "\"role_id\":\"r\",\"audit_hash\":7}}"),
      ENVELOPE("\"source\":\"askiam\"," DETAIL)}; /* a member twice */
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; ++i) {
    aski_arena arena;
    aski_grants_event event;
    askiam_error error = ASKIAM_ERROR_INIT;
    aski_arena_init(&arena, aski_allocator_default());
    assert_int_equal(s_read(&event, &arena, wrong[i], &error), ASKIAM_STATUS_BAD_DATA);
    assert_true(error.message[0] != 0);
    aski_arena_clean_up(&arena);
  }
}

static void grants__memory_may_run_out_reading_an_event(void **state)
{
  (void)state;
  askiam_status status = ASKIAM_STATUS_NO_MEMORY;
  for (long n = 1; status != ASKIAM_STATUS_OK; ++n) {
    test_allocator allocator;
    test_allocator_init(&allocator);
    test_allocator_fail_at(&allocator, n);
    aski_arena arena;
    aski_grants_event event;
    aski_arena_init(&arena, &allocator.base);
    status = s_read(&event, &arena, OURS, NULL);
    aski_arena_clean_up(&arena);
    assert_true(status == ASKIAM_STATUS_OK || status == ASKIAM_STATUS_NO_MEMORY);
    assert_int_equal(allocator.outstanding, 0);
    assert_true(n < 1000);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(grants__both_envelopes_are_read),
      cmocka_unit_test(grants__what_is_no_such_event_is_refused),
      cmocka_unit_test(grants__memory_may_run_out_reading_an_event),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
