/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/policy/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* after the four that it needs */
#include <cmocka.h>
#include <stdio.h>

#include "base/memory.h"

void world_init(world *it)
{
  memset(it, 0, sizeof *it);
  assert_int_equal(askiam_policy_builder_new(&it->builder, NULL, NULL), ASKIAM_STATUS_OK);
  assert_int_equal(askiam_policy_request_new(&it->request, NULL, NULL), ASKIAM_STATUS_OK);
}

void world_clean_up(world *it)
{
  askiam_policy_builder_destroy(it->builder);
  askiam_policy_set_destroy(it->set);
  askiam_policy_request_destroy(it->request);
}

static void s_quote(aski_buffer *text, const char *shorthand)
{
  for (const char *byte = shorthand; *byte != 0; ++byte) {
    aski_buffer_append_byte(text, *byte == '\'' ? '"' : *byte);
  }
}

void world_add(world *it, askiam_policy_kind kind, unsigned level, const char *statements)
{
  aski_buffer text;
  askiam_error error = ASKIAM_ERROR_INIT;
  aski_buffer_init(&text, aski_allocator_default());
  s_quote(&text, "{'Version': '2012-10-17', 'Statement': [");
  s_quote(&text, statements);
  s_quote(&text, "]}");
  if (askiam_policy_builder_add(it->builder, kind, level, ASKI_STR_NONE, aski_buffer_view(&text), &error) !=
      ASKIAM_STATUS_OK) {
    print_error("%s\nin %s\n", error.message, text.data);
    fail();
  }
  aski_buffer_clean_up(&text);
}

void world_allow_if(world *it, const char *condition)
{
  aski_buffer text;
  aski_buffer_init(&text, aski_allocator_default());
  aski_buffer_append_format(&text, "{'Effect': 'Allow', 'Action': '*', 'Resource': '*', 'Condition': %s}", condition);
  world_add(it, ASKIAM_POLICY_IDENTITY, 0, text.data);
  aski_buffer_clean_up(&text);
}

static void s_set(world *it, askiam_policy_request_field field, const char *value)
{
  askiam_error error = ASKIAM_ERROR_INIT;
  if (askiam_policy_request_set(it->request, field, askiam_str_from(value), &error) != ASKIAM_STATUS_OK) {
    print_error("%s\n", error.message);
    fail();
  }
}

void world_ask(world *it, const char *principal, const char *action, const char *resource)
{
  askiam_policy_request_clear(it->request);
  s_set(it, ASKIAM_POLICY_PRINCIPAL, principal);
  s_set(it, ASKIAM_POLICY_ACTION, action);
  s_set(it, ASKIAM_POLICY_RESOURCE_ARN, resource);
}

void world_know(world *it, const char *key, const char *value)
{
  assert_int_equal(askiam_policy_request_add(it->request, askiam_str_from(key), askiam_str_from(value), NULL),
                   ASKIAM_STATUS_OK);
}

static void s_note_deny(void *context, const askiam_policy_match *match) { *(int *)context |= match->deny; }

askiam_policy_decision world_decide(world *it)
{
  if (it->set == NULL) {
    assert_int_equal(askiam_policy_builder_build(&it->set, it->builder, NULL), ASKIAM_STATUS_OK);
  }
  int denied = 0;
  askiam_policy_decision decision = askiam_policy_evaluate(it->set, it->request, NULL, NULL);
  assert_int_equal(askiam_policy_evaluate(it->set, it->request, s_note_deny, &denied), decision);
  assert_int_equal(denied, decision == ASKIAM_POLICY_EXPLICITLY_DENIED);
  return decision;
}

static void s_know_all(world *it, const char *context)
{
  char copy[4096];
  snprintf(copy, sizeof copy, "%s", context);
  for (char *item = copy; item != NULL && *item != 0;) {
    char *end = strchr(item, ';');
    if (end != NULL) {
      *end++ = 0;
    }
    char *value = strchr(item, '=');
    if (value != NULL) {
      *value++ = 0;
    }
    world_know(it, item, value);
    item = end;
  }
}

int world_holds(const char *condition, const char *context)
{
  world it;
  world_init(&it);
  world_allow_if(&it, condition);
  world_ask(&it, "arn:aws:iam::123456789012:user/bob", "s3:GetObject", "arn:aws:s3:::bucket/key");
  s_know_all(&it, context);
  askiam_policy_decision decision = world_decide(&it);
  world_clean_up(&it);
  assert_int_not_equal(decision, ASKIAM_POLICY_EXPLICITLY_DENIED);
  return decision == ASKIAM_POLICY_ALLOWED;
}

void world_check(const world_case *cases, size_t count)
{
  for (size_t i = 0; i < count; ++i) {
    if (world_holds(cases[i].condition, cases[i].context) != cases[i].holds) {
      print_error("case %zu: %s with %s\n", i, cases[i].condition, cases[i].context);
      fail();
    }
  }
}

void world_check_decisions(const world_decision *cases, size_t count)
{
  for (size_t i = 0; i < count; ++i) {
    world it;
    world_init(&it);
    for (size_t j = 0; j < WORLD_DOCUMENTS && cases[i].documents[j].statements != NULL; ++j) {
      const world_document *document = &cases[i].documents[j];
      world_add(&it, document->kind, document->level, document->statements);
    }
    world_ask(&it, cases[i].principal, "s3:GetObject", "arn:aws:s3:::bucket/key");
    s_set(&it, ASKIAM_POLICY_RESOURCE_ACCOUNT, cases[i].resource_account);
    askiam_policy_decision decision = world_decide(&it);
    if (decision != cases[i].expected) {
      print_error("case %zu by %s: %s\n", i, cases[i].principal, askiam_policy_decision_name(decision));
      fail();
    }
    world_clean_up(&it);
  }
}
