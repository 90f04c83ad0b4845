/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>

#include "client_fixture.h"

void client_begin_with(client_fixture *own, const test_peer_step *steps, size_t count, const aski_http_options *more)
{
  *own = (client_fixture){.error = ASKIAM_ERROR_INIT};
  test_allocator_init(&own->allocator);
  aski_http_options options = more == NULL ? (aski_http_options){0} : *more;
  options.allocator = &own->allocator.base;
  own->call =
      (askiam_call){.clock = aski_clock_system(), .deadline_ticks_ns = UINT64_MAX, .cancelled = &own->cancelled};
  own->peer = test_peer_start(steps, count);
  assert_non_null(own->peer);
  assert_int_equal(aski_http_client_new(&own->client, &options, ASKIAM_LAYER_SEARCH, &own->error), ASKIAM_STATUS_OK);
  aski_http_response_init(&own->response, &own->allocator.base);
}

void client_begin(client_fixture *own, const test_peer_step *steps, size_t count)
{
  client_begin_with(own, steps, count, NULL);
}

void client_end(client_fixture *own)
{
  aski_http_response_clean_up(&own->response);
  aski_http_client_clean_up(&own->client);
  test_peer_stop(own->peer);
  assert_int_equal(own->allocator.outstanding, 0);
}

void client_deadline(client_fixture *own, int64_t left_ms)
{
  own->call.deadline_ticks_ns = aski_clock_ticks_ns(own->call.clock) + (uint64_t)left_ms * 1000000;
}

askiam_status client_send(client_fixture *own, aski_http_request request, const char *path)
{
  char url[256];
  snprintf(url, sizeof url, "%s%s", test_peer_url(own->peer), path);
  request.url = askiam_str_from(url);
  request.layer = ASKIAM_LAYER_SEARCH;
  return aski_http_send(&own->client, &own->call, &request, &own->response, &own->error);
}

void client_assert_body(const client_fixture *own, const char *wanted)
{
  assert_true(aski_str_equal_text(aski_buffer_view(&own->response.body), wanted));
}
