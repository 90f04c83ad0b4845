/* SPDX-License-Identifier: Apache-2.0
 *
 * A catalogue's policies: what is handed on, and what of a backend's is not believed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* after the four that it needs */
#include <cmocka.h>

#include "backend/handles.h"
#include "base/time.h"

enum { POLICIES_MAX = 4 };

/* A catalogue that tells these ids, and ends with this status whatever the walk said. */
typedef struct catalogue_double {
  const char *ids[POLICIES_MAX];
  askiam_status status;
  bool swallows; /* goes on, and says OK, where it was told to stop */
} catalogue_double;

typedef struct receiver {
  size_t count;
  size_t refused; /* this one; 0: none */
} receiver;

static askiam_status s_policies(void *self, const askiam_call *call, askiam_str set_hash, askiam_policy_fn policy,
                                void *context, askiam_error *error)
{
  const catalogue_double *played = self;
  (void)call;
  (void)error;
  assert_true(aski_str_equal_text(set_hash, "hash"));
  for (size_t i = 0; i < POLICIES_MAX && played->ids[i] != NULL; ++i) {
    askiam_status status = policy(context, askiam_str_from(played->ids[i]), 1, ASKI_STR("{}"));
    if (status != ASKIAM_STATUS_OK && !played->swallows) {
      return status;
    }
  }
  return played->status;
}

static askiam_status s_receive(void *context, askiam_str id, uint64_t revision, askiam_str json)
{
  receiver *to = context;
  assert_true(id.length > 0 && revision == 1 && aski_str_equal_text(json, "{}"));
  ++to->count;
  return to->count == to->refused ? ASKIAM_STATUS_BAD_DATA : ASKIAM_STATUS_OK;
}

static askiam_status s_ask(catalogue_double *played, receiver *to, askiam_error *error)
{
  const aski_catalogue catalogue = {.table = {.policies = s_policies}, .self = played, .provided = true};
  const askiam_call call = {.clock = aski_clock_system(), .deadline_ticks_ns = UINT64_MAX};
  return aski_catalogue_policies(&catalogue, &call, ASKI_STR("hash"), s_receive, to, error);
}

static void backend__policies_are_handed_on(void **state)
{
  (void)state;
  catalogue_double played = {.ids = {"B", "a", "a.b"}};
  receiver to = {.count = 0};
  assert_int_equal(s_ask(&played, &to, NULL), ASKIAM_STATUS_OK);
  assert_int_equal(to.count, 3);
}

static void backend__policies_without_order_or_name_or_any_at_all_are_not_believed(void **state)
{
  (void)state;
  static char longest[400];
  memset(longest, 'x', sizeof longest - 1);
  catalogue_double wrong[] = {{.ids = {"b", "a"}}, {.ids = {"a", "a"}}, {.ids = {"a", "b", "a"}, .swallows = true},
                              {.ids = {""}},       {.ids = {longest}},  {.ids = {NULL}}};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; ++i) {
    receiver to = {.count = 0};
    askiam_error error = ASKIAM_ERROR_INIT;
    assert_int_equal(s_ask(&wrong[i], &to, &error), ASKIAM_STATUS_UNAVAILABLE);
    assert_non_null(strstr(error.message, "catalogue.policies of the backend does not answer properly"));
  }
}

static void backend__policies_end_with_the_status_of_the_walk(void **state)
{
  (void)state;
  for (int swallows = 0; swallows < 2; ++swallows) {
    catalogue_double played = {.ids = {"a", "b", "c"}, .swallows = swallows == 1};
    receiver to = {.refused = 2};
    assert_int_equal(s_ask(&played, &to, NULL), ASKIAM_STATUS_BAD_DATA);
  }
  catalogue_double gone = {.ids = {NULL}, .status = ASKIAM_STATUS_NOT_FOUND};
  receiver to = {.count = 0};
  assert_int_equal(s_ask(&gone, &to, NULL), ASKIAM_STATUS_NOT_FOUND);
}

static void backend__policies_are_an_optional_slot(void **state)
{
  (void)state;
  const askiam_call call = {.clock = aski_clock_system(), .deadline_ticks_ns = UINT64_MAX};
  for (int provided = 0; provided < 2; ++provided) {
    const aski_catalogue catalogue = {.provided = provided == 1};
    askiam_error error = ASKIAM_ERROR_INIT;
    assert_int_equal(aski_catalogue_policies(&catalogue, &call, ASKI_STR("hash"), s_receive, NULL, &error),
                     ASKIAM_STATUS_NOT_SUPPORTED);
    assert_non_null(strstr(error.message, "does not provide catalogue.policies"));
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(backend__policies_are_handed_on),
      cmocka_unit_test(backend__policies_without_order_or_name_or_any_at_all_are_not_believed),
      cmocka_unit_test(backend__policies_end_with_the_status_of_the_walk),
      cmocka_unit_test(backend__policies_are_an_optional_slot),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
