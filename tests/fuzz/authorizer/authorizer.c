/* SPDX-License-Identifier: Apache-2.0
 *
 * Any JSON as an event for an authorizer: what a policy will be about is one stage of one API, and a credential is
 * what the event gives just once. */
#include <stdlib.h>

#include <askiam/json.h>

#include "apps/lambda/authorizer_event.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void s_want(bool holds)
{
  if (!holds) {
    abort();
  }
}

static size_t s_count(const char *text, const char *bytes)
{
  size_t count = 0;
  for (; *text != 0; ++text) {
    count += strchr(bytes, *text) != NULL;
  }
  return count;
}

/* "arn:…/STAGE/" and an asterisk, and nothing else that a policy would take for a pattern or a variable. */
static void s_check_resource(const char *resource)
{
  size_t length = strlen(resource);
  s_want(length > 2 && length < AUTHORIZER_RESOURCE_BYTES && strncmp(resource + length - 2, "/*", 2) == 0);
  s_want(s_count(resource, "*") == 1 && s_count(resource, "/") == 2);
  s_want(s_count(resource, "?{}\"\\ \t\r\n") == 0);
  s_want(strstr(resource, ":execute-api:") != NULL);
}

static void s_check_credential(const authorizer_event *event, app_json given)
{
  askiam_str credential = event->credential;
  s_want((credential.data == NULL) == (credential.length == 0));
  if (credential.data != NULL) {
    s_want(app_json_member(given, "headers").data != NULL || app_json_member(given, "authorizationToken").data != NULL);
  }
  s_want(!event->is_key || credential.length >= sizeof "askiam_" - 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  askiam_str json = {(const char *)data, size};
  if (askiam_json_check(json, NULL, NULL) != ASKIAM_STATUS_OK) {
    return 0;
  }
  app_scratch scratch = APP_SCRATCH_INIT;
  authorizer_event event;
  const char *problem = authorizer_event_read(&event, json, &scratch);
  if (problem == NULL) {
    s_check_resource(event.resource);
    s_check_credential(&event, json);
  }
  app_scratch_clean_up(&scratch);
  return 0;
}
