/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "world.h"

#include <stdio.h>
#include <stdlib.h>

#include "engine/split.h"

static const char *const s_stages[WORLD_STAGES] = {"extractor", "rag", "mcp", "audit"};

/* The function whose URL this is. */
static size_t s_stage(askiam_str url)
{
  for (size_t i = 0; i < WORLD_STAGES; ++i) {
    char address[64];
    snprintf(address, sizeof address, "http://127.0.0.1:1/%s", s_stages[i]);
    if (aski_str_equal_text(url, address)) {
      return i;
    }
  }
  abort();
}

static void s_replace(aski_buffer *body, const char *from, const char *to)
{
  char *found = strstr(body->data, from);
  if (found == NULL) {
    return;
  }
  char *tail = strdup(found + strlen(from));
  body->length = (size_t)(found - body->data);
  aski_buffer_append_text(body, to);
  aski_buffer_append_text(body, tail);
  free(tail);
}

static askiam_status s_serve(world *at, size_t stage, askiam_str event, aski_http_response *response,
                             askiam_error *error)
{
  char *answer = NULL;
  askiam_status status = askiam_stage_serve(&answer, at->functions->engine, (askiam_stage)stage, event, 0, error);
  if (status == ASKIAM_STATUS_OK && answer == NULL) {
    abort();
  }
  if (status == ASKIAM_STATUS_OK) {
    aski_buffer_append_text(&response->body, answer);
    askiam_string_free(at->functions->engine, answer);
  }
  return status;
}

static askiam_status s_fail(const world_fault *fault, aski_http_response *response, askiam_error *error)
{
  if (fault->transport != ASKIAM_STATUS_OK) {
    return askiam_error_set(error, fault->transport, ASKIAM_LAYER_ENGINE, "made to fail");
  }
  response->status = fault->http_status == 0 ? 200 : fault->http_status;
  if (fault->headers != NULL) {
    aski_buffer_append_text(&response->headers, fault->headers);
  }
  if (fault->body != NULL) {
    aski_buffer_clear(&response->body);
    aski_buffer_append_text(&response->body, fault->body);
  } else if (fault->from != NULL && response->body.data != NULL) {
    s_replace(&response->body, fault->from, fault->to);
  }
  return ASKIAM_STATUS_OK;
}

static askiam_status s_send(void *self, const askiam_call *call, const aski_http_request *request,
                            aski_http_response *response, askiam_error *error)
{
  (void)call;
  world *at = self;
  size_t stage = s_stage(request->url);
  const world_fault *fault = &at->faults[stage];
  int calls = __atomic_add_fetch(&at->calls[stage], 1, __ATOMIC_ACQ_REL);
  bool broken = at->has_fault[stage] && (fault->times == 0 || calls <= fault->times);
  free(at->events[stage]);
  at->events[stage] = strndup(request->body.data, request->body.length);
  response->status = 200;
  askiam_status status = s_serve(at, stage, request->body, response, error);
  if (status == ASKIAM_STATUS_OK && broken) {
    status = s_fail(fault, response, error);
  }
  if (status == ASKIAM_STATUS_OK && (response->headers.failed || response->body.failed)) {
    status = askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_ENGINE, "out of memory");
  }
  return status;
}

void world_reopen(world *at)
{
  askiam_error error = ASKIAM_ERROR_INIT;
  askiam_engine_destroy(at->engine);
  at->engine = NULL;
  if (askiam_engine_new(&at->engine, at->config, &error) != ASKIAM_STATUS_OK) {
    fail_msg("%s", error.message);
  }
  aski_http_client *client = &at->engine->split->lambda.client;
  aski_http_client_clean_up(client);
  *client = (aski_http_client){.send = s_send, .self = at};
  world_mend(at);
}

static int64_t s_now_ms(void *context) { return ((world *)context)->fused->now_ms; }

static uint64_t s_ticks_ns(void *context)
{
  return __atomic_load_n(&((world *)context)->fused->ticks_ns, __ATOMIC_RELAXED);
}

static void s_set(askiam_config *config, const char *key, const char *value)
{
  askiam_error error = ASKIAM_ERROR_INIT;
  if (askiam_config_set(config, key, value, &error) != ASKIAM_STATUS_OK) {
    fail_msg("%s", error.message);
  }
}

int world_set_up(void **state)
{
  world *at = calloc(1, sizeof *at);
  assert_non_null(at);
  fixture_set_up((void **)&at->fused);
  fixture_set_up((void **)&at->functions);
  test_allocator_init(&at->allocator);
  askiam_clock clock = {s_now_ms, s_ticks_ns, at};
  assert_int_equal(askiam_config_new(&at->config, &at->allocator.base, NULL), ASKIAM_STATUS_OK);
  askiam_config_set_clock(at->config, &clock);
  s_set(at->config, "topology", "split");
  s_set(at->config, "retry.delay_ms", "0");
  s_set(at->config, "retry.jitter_ms", "0");
  for (size_t i = 0; i < WORLD_STAGES; ++i) {
    char key[32];
    char url[64];
    snprintf(key, sizeof key, "split.%s", s_stages[i]);
    snprintf(url, sizeof url, "http://127.0.0.1:1/%s", s_stages[i]);
    s_set(at->config, key, url);
  }
  world_reopen(at);
  *state = at;
  return 0;
}

int world_tear_down(void **state)
{
  world *at = *state;
  askiam_engine_destroy(at->engine);
  askiam_config_destroy(at->config);
  assert_int_equal(at->allocator.outstanding, 0);
  fixture_tear_down((void **)&at->functions);
  fixture_tear_down((void **)&at->fused);
  for (size_t i = 0; i < WORLD_STAGES; ++i) {
    free(at->events[i]);
  }
  free(at);
  return 0;
}

void world_configure(world *at, const char *const *pairs)
{
  for (size_t i = 0; pairs[i] != NULL; i += 2) {
    s_set(at->fused->config, pairs[i], pairs[i + 1]);
    s_set(at->functions->config, pairs[i], pairs[i + 1]);
    s_set(at->config, pairs[i], pairs[i + 1]);
  }
  askiam_engine_destroy(at->engine); /* first: a call that nobody waits for any more may still be on its way */
  at->engine = NULL;
  fixture_reopen(at->fused);
  fixture_reopen(at->functions);
  world_reopen(at);
}

void world_break(world *at, askiam_stage stage, world_fault fault)
{
  at->faults[stage] = fault;
  at->has_fault[stage] = true;
}

void world_mend(world *at)
{
  for (size_t i = 0; i < WORLD_STAGES; ++i) {
    at->has_fault[i] = false;
    at->calls[i] = 0;
  }
}

askiam_decision *world_decide(world *at, askiam_request *request, askiam_status *out_status)
{
  askiam_decision *decision = NULL;
  askiam_error error = ASKIAM_ERROR_INIT;
  askiam_status status = askiam_validate(&decision, at->engine, request, &error);
  if (out_status != NULL) {
    *out_status = status;
  } else if (status != ASKIAM_STATUS_OK) {
    fail_msg("%s", error.message);
  }
  askiam_request_destroy(request);
  assert_non_null(decision);
  return decision;
}
